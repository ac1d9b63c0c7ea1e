"""Which triples a shape's results rest on, and how to get from such a triple back to the focus node.

A `Route` says: a triple with this property, met at this end, matters to the focus nodes from which `lead` reaches that end.
Every way that a constraint looks at the data is one: the steps of its path, the classes of its values, the properties that it
compares, and for SPARQL every triple pattern, led to by the patterns that must hold with it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import rdflib
from pyparsing import ParseException
from rdflib import paths as rdflib_paths
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue

from kg import cache
from kg.namespaces import RDF, RDFS, digest
from kg.shacl import paths, prebinding
from kg.shacl.graph import from_rdflib
from kg.shacl.paths import SELF, Path, Predicate, Repeat, join
from kg.shacl.shapes import Ask, Constraint, Qualified, Select, Shape, Targets
from kg.shacl.terms import Term

TYPE, BELOW = Predicate(RDF + "type"), Predicate(RDFS + "subClassOf")


@dataclass(frozen=True, slots=True)
class Route:
    """`predicate` None stands for any; `end` is where the triple is met (subject, object, predicate). `lead` goes from the
    focus node to that end; None where nothing leads there, so that such a triple matters to every focus node. `far` is the
    term that the other end must be, `under` a class that it must be or be below."""

    predicate: str | None
    end: str
    lead: Path | None
    far: Term | None = None
    under: str = ""


def of_path(path: Path, base: Path) -> Iterator[Route]:
    """Routes of the steps of a path that starts where `base` leads."""
    for before, iri, backwards in paths.steps(path):
        yield Route(iri, "object" if backwards else "subject", join(base, before))


def of_class(iri: str, base: Path) -> Iterator[Route]:
    """Routes by which a node's class is looked up."""
    yield Route(TYPE.iri, "subject", base, under=iri)
    yield Route(BELOW.iri, "subject", join(base, TYPE, Repeat(BELOW, "*")), under=iri)


def of_targets(targets: Targets) -> Iterator[Route]:
    """Routes by which a node becomes a target, or stops being one."""
    for iri in targets.classes:
        yield from of_class(iri, SELF)
    yield from (Route(iri, "subject", SELF) for iri in targets.subjects_of)
    yield from (Route(iri, "object", SELF) for iri in targets.objects_of)


def of_shape(shape: Shape, base: Path = SELF, properties: bool = False) -> Iterator[Route]:
    """Routes of a shape at the nodes that `base` leads to; with its property shapes where the shape is asked for conformance."""
    values = base if shape.path is None else join(base, shape.path)
    if shape.path is not None:
        yield from of_path(shape.path, base)
    for constraint in shape.constraints:
        yield from _of_constraint(constraint, base, values, shape)
    for inner in shape.properties if properties else ():
        yield from of_shape(inner, values, properties)


def _of_constraint(constraint: Constraint, base: Path, values: Path, shape: Shape) -> Iterator[Route]:
    kind, value = constraint.kind, constraint.value
    if kind == "class":
        yield from of_class(value, values)
    elif kind == "closed":
        yield Route(None, "subject", values)
    elif kind in ("equals", "disjoint", "lessThan", "lessThanOrEquals"):
        yield Route(value, "subject", base)
    elif isinstance(value, Shape):
        yield from of_shape(value, values, True)
    elif isinstance(value, Qualified):
        for referred in (value.shape, *value.siblings):
            yield from of_shape(referred, values, True)
    elif kind in ("and", "or", "xone"):
        for referred in value:
            yield from of_shape(referred, values, True)
    elif isinstance(value, Select | Ask):
        yield from of_query(value, base, values)


@dataclass(slots=True)
class _Scope:
    """The triple patterns of a group; what holds in it holds together with the groups around it."""

    parent: _Scope | None = None
    patterns: list[tuple[object, object, object]] = field(default_factory=list)
    inside: list[_Scope] = field(default_factory=list)

    def child(self, apart: bool = False) -> _Scope:
        scope = _Scope(None if apart else self)
        self.inside.append(scope)
        return scope

    def walk(self) -> Iterator[_Scope]:
        yield self
        for scope in self.inside:
            yield from scope.walk()

    def together(self) -> list[tuple[object, object, object]]:
        return self.patterns + (self.parent.together() if self.parent else [])


# reading a query takes rdflib as long as validating a document takes: what was read is kept, and between runs in the cache folder
_READ: dict[str, tuple[Route, ...]] = {}


@contextlib.contextmanager
def remembered(queries: Iterable[str]) -> Iterator[None]:
    """For as long as routes of these queries are asked for: what an earlier run read of them is known, and kept for the next one."""
    mark = digest(*sorted(queries))
    known = cache.get("routes", mark)
    _READ.update(known if isinstance(known, dict) else {})
    before = len(_READ)
    yield
    if len(_READ) > before:
        cache.put("routes", mark, dict(_READ))


def of_query(found: Select | Ask, base: Path, values: Path) -> tuple[Route, ...]:
    """Routes of the triple patterns of a query; one for all triples where it cannot be taken apart."""
    mark = digest(type(found).__name__, found.text, found.bound, base, values)
    if mark not in _READ:
        _READ[mark] = _of_query(found, base, values)
    return _READ[mark]


def _of_query(found: Select | Ask, base: Path, values: Path) -> tuple[Route, ...]:
    constants = {name: str(term) for name, term in found.bound if not str(term).startswith("_:")}
    text = prebinding.replace(found.text, constants | {"shapesGraph": "<urn:x-rolegraph:shapes>"})
    root = _Scope()
    try:
        _read(prepareQuery(text).algebra, root)
    except (ParseException, TypeError, ValueError, KeyError, AttributeError, RecursionError):  # rdflib knows less than Oxigraph
        return (Route(None, "subject", None),)
    ends = {"this": base, "value": values} if isinstance(found, Ask) else {"this": base}
    return tuple(route for scope in root.walk() for pattern in scope.patterns
                 for route in _of_pattern(pattern, [p for p in scope.together() if p is not pattern], ends))


def _read(node: object, scope: _Scope) -> None:
    """Collect the triple patterns of SPARQL algebra by the group that they stand in."""
    if isinstance(node, list | tuple):
        for item in node:
            _read(item, scope)
        return
    if not isinstance(node, CompValue):
        return
    match node.name:
        case "BGP":
            scope.patterns += node.triples
        case "LeftJoin":
            _read(node.p1, scope)
            inner = scope.child()
            _read([node.p2, node.expr], inner)
        case "Union":
            _read(node.p1, scope.child())
            _read(node.p2, scope.child())
        case "Minus":
            _read(node.p1, scope)
            _read(node.p2, scope.child())
        case "ToMultiSet":
            _read(node.p, scope.child(apart=True))
        case "Builtin_EXISTS" | "Builtin_NOTEXISTS":
            _read(node.graph, scope.child())
        case _:
            for key, value in node.items():
                if key not in ("_vars", "lazy", "PV", "datasetClause"):
                    _read(value, scope)


def _of_pattern(pattern: tuple[object, object, object], others: list[tuple[object, object, object]], ends: dict[str, Path]) -> Iterator[Route]:
    subject, predicate, object_ = pattern
    leads = _leads(others, ends)
    first, last = (_lead(term, leads) for term in (subject, object_))
    if isinstance(predicate, rdflib.Variable):
        if str(predicate) in ends:
            yield Route(None, "predicate", ends[str(predicate)])
        elif first is not None or last is not None:
            yield Route(None, "subject", first, _constant(object_)) if first is not None else Route(None, "object", last, _constant(subject))
        else:
            yield Route(None, "subject", None)
        return
    path = _path(predicate)
    if first is None and last is None:
        yield from (Route(iri, "subject", None) for _, iri, _ in paths.steps(path))
    elif first is not None and (last is None or _length(first) <= _length(last)):
        yield from _far(of_path(path, first), path, object_)
    else:
        yield from _far(of_path(paths.invert(path), last), path, subject)


def _far(routes: Iterator[Route], path: Path, other: object) -> Iterator[Route]:
    far = _constant(other) if isinstance(path, Predicate) else None
    for route in routes:
        yield Route(route.predicate, route.end, route.lead, far)


def _constant(term: object) -> Term | None:
    return from_rdflib(term) if isinstance(term, rdflib.URIRef | rdflib.Literal) else None


def _lead(term: object, leads: dict[str, Path]) -> Path | None:
    return leads.get(str(term)) if isinstance(term, rdflib.Variable | rdflib.BNode) else None


def _leads(patterns: list[tuple[object, object, object]], ends: dict[str, Path]) -> dict[str, Path]:
    """The shortest way from the focus node to each variable, along patterns that hold together."""
    leads = dict(ends)
    frontier = list(ends)
    while frontier:
        following = []
        for name in frontier:
            for subject, predicate, object_ in patterns:
                if isinstance(predicate, rdflib.Variable):
                    continue
                for start, end, turned in ((subject, object_, False), (object_, subject, True)):
                    if str(start) == name and isinstance(end, rdflib.Variable | rdflib.BNode) and str(end) not in leads:
                        path = _path(predicate)
                        leads[str(end)] = join(leads[name], paths.invert(path) if turned else path)
                        following.append(str(end))
        frontier = following
    return leads


def _length(path: Path) -> int:
    return sum(1 for _ in paths.steps(path))


def _path(predicate: object) -> Path:
    """A property path of rdflib's as ours; TypeError for one that SHACL has no word for (a negated set)."""
    if isinstance(predicate, rdflib.URIRef):
        return Predicate(str(predicate))
    if isinstance(predicate, rdflib_paths.InvPath):
        return paths.Inverse(_path(predicate.arg))
    if isinstance(predicate, rdflib_paths.SequencePath):
        return paths.Sequence(tuple(map(_path, predicate.args)))
    if isinstance(predicate, rdflib_paths.AlternativePath):
        return paths.Alternative(tuple(map(_path, predicate.args)))
    if isinstance(predicate, rdflib_paths.MulPath):
        return Repeat(_path(predicate.path), predicate.mod)
    raise TypeError(f"no path: {predicate!r}")
