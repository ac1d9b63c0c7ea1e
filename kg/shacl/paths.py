"""SHACL property paths (2.3.1): read from the shapes graph, written as SPARQL, walked over a store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.namespaces import RDF
from kg.shacl.terms import Term, sh

FIRST, REST, NIL = ox.NamedNode(RDF + "first"), ox.NamedNode(RDF + "rest"), ox.NamedNode(RDF + "nil")


@dataclass(frozen=True, slots=True)
class Predicate:
    """A single step along one property."""

    iri: str


@dataclass(frozen=True, slots=True)
class Inverse:
    """The path walked backwards."""

    path: Path


@dataclass(frozen=True, slots=True)
class Sequence:
    """One path after the other; without parts it is the path from a node to itself."""

    parts: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Any of several paths."""

    parts: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A path repeated: `mark` is *, + or ?."""

    path: Path
    mark: str


Path = Predicate | Inverse | Sequence | Alternative | Repeat
SELF = Sequence(())
MARKS = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}


class PathError(ValueError):
    """A path that is ill-formed; the text says how."""


def read(node: Term, objects: Callable[[Term, ox.NamedNode], list[Term]], seen: tuple[Term, ...] = ()) -> Path:
    """The path at a node of the shapes graph; PathError where it is none."""
    if isinstance(node, ox.NamedNode):
        return Predicate(node.value)
    if isinstance(node, ox.Literal):
        raise PathError(f"the literal {node} is not a path")
    if node in seen:
        raise PathError("the path contains itself")
    seen = (*seen, node)
    if objects(node, FIRST) or objects(node, REST):
        return Sequence(_members(node, objects, seen, "a sequence path"))
    if found := objects(node, sh("alternativePath")):
        return Alternative(_members(_one(found, "sh:alternativePath"), objects, seen, "sh:alternativePath"))
    if found := objects(node, sh("inversePath")):
        return Inverse(read(_one(found, "sh:inversePath"), objects, seen))
    for name, mark in MARKS.items():
        if found := objects(node, sh(name)):
            return Repeat(read(_one(found, "sh:" + name), objects, seen), mark)
    raise PathError("a blank node here must be a list or have sh:inversePath, sh:alternativePath, "
                    "sh:zeroOrMorePath, sh:oneOrMorePath or sh:zeroOrOnePath")


def _one(found: list[Term], name: str) -> Term:
    if len(found) != 1:
        raise PathError(f"{name} has {len(found)} values")
    return found[0]


def _members(node: Term, objects: Callable[[Term, ox.NamedNode], list[Term]], seen: tuple[Term, ...], what: str) -> tuple[Path, ...]:
    parts, cells = [], set()
    while node != NIL:
        if node in cells or len(first := objects(node, FIRST)) != 1 or len(rest := objects(node, REST)) != 1:
            raise PathError(f"{what} is not a well-formed list")
        cells.add(node)
        parts.append(read(first[0], objects, seen))
        node = rest[0]
    if len(parts) < 2:
        raise PathError(f"{what} needs at least two members")
    return tuple(parts)


def sparql(path: Path) -> str:
    """The path in SPARQL's syntax; `SELF` has none.

    >>> sparql(Sequence((Predicate("http://e/p"), Inverse(Repeat(Predicate("http://e/q"), "*")))))
    '(<http://e/p>/(^(<http://e/q>*)))'
    """
    match path:
        case Predicate(iri):
            return f"<{iri}>"
        case Inverse(inner):
            return f"(^{sparql(inner)})"
        case Sequence(parts):
            return "(" + "/".join(map(sparql, parts)) + ")"
        case Alternative(parts):
            return "(" + "|".join(map(sparql, parts)) + ")"
        case Repeat(inner, mark):
            return f"({sparql(inner)}{mark})"


def triples(path: Path, fresh: Iterator[ox.BlankNode]) -> tuple[Term, list[ox.Triple]]:
    """The path as RDF: its node and the triples that describe it."""
    if isinstance(path, Predicate):
        return ox.NamedNode(path.iri), []
    node = next(fresh)
    match path:
        case Sequence(parts):
            return _list_triples(node, parts, fresh)
        case Alternative(parts):
            head, found = _list_triples(next(fresh), parts, fresh)
            return node, [ox.Triple(node, sh("alternativePath"), head), *found]
        case Inverse(inner):
            name, target = "inversePath", inner
        case Repeat(inner, mark):
            name, target = next(n for n, m in MARKS.items() if m == mark), inner
    value, found = triples(target, fresh)
    return node, [ox.Triple(node, sh(name), value), *found]


def _list_triples(head: ox.BlankNode, parts: tuple[Path, ...], fresh: Iterator[ox.BlankNode]) -> tuple[Term, list[ox.Triple]]:
    out: list[ox.Triple] = []
    cells = [head, *(next(fresh) for _ in parts[1:])]
    for cell, part, following in zip(cells, parts, [*cells[1:], NIL], strict=True):
        value, found = triples(part, fresh)
        out += [ox.Triple(cell, FIRST, value), ox.Triple(cell, REST, following), *found]
    return head, out


def join(*paths: Path) -> Path:
    """One path after the other, flattened; `SELF` vanishes."""
    parts: list[Path] = []
    for path in paths:
        parts += path.parts if isinstance(path, Sequence) else [path]
    return parts[0] if len(parts) == 1 else Sequence(tuple(parts))


def invert(path: Path) -> Path:
    """The same path from its end to its start, with inverses only at predicates."""
    match path:
        case Predicate():
            return Inverse(path)
        case Inverse(inner):
            return straighten(inner)
        case Sequence(parts):
            return Sequence(tuple(invert(p) for p in reversed(parts)))
        case Alternative(parts):
            return Alternative(tuple(invert(p) for p in parts))
        case Repeat(inner, mark):
            return Repeat(invert(inner), mark)


def straighten(path: Path) -> Path:
    """The same path with inverses only at predicates."""
    match path:
        case Predicate():
            return path
        case Inverse(inner):
            return invert(inner)
        case Sequence(parts):
            return Sequence(tuple(map(straighten, parts)))
        case Alternative(parts):
            return Alternative(tuple(map(straighten, parts)))
        case Repeat(inner, mark):
            return Repeat(straighten(inner), mark)


def nullable(path: Path) -> bool:
    """Whether the path leads from a node to itself by no step at all."""
    match path:
        case Predicate():
            return False
        case Inverse(inner):
            return nullable(inner)
        case Sequence(parts):
            return all(map(nullable, parts))
        case Alternative(parts):
            return any(map(nullable, parts))
        case Repeat(inner, mark):
            return mark != "+" or nullable(inner)


def steps(path: Path) -> Iterator[tuple[Path, str, bool]]:
    """Every predicate of the path: the path that leads up to it, its IRI, and whether it is walked backwards."""
    match straighten(path):
        case Predicate(iri):
            yield SELF, iri, False
        case Inverse(Predicate(iri)):
            yield SELF, iri, True
        case Sequence(parts):
            for i, part in enumerate(parts):
                for before, iri, backwards in steps(part):
                    yield join(*parts[:i], before), iri, backwards
        case Alternative(parts):
            for part in parts:
                yield from steps(part)
        case Repeat(inner, mark):
            for before, iri, backwards in steps(inner):
                yield (before if mark == "?" else join(Repeat(inner, "*"), before)), iri, backwards
