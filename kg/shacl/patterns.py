"""The triple patterns of a shape's SPARQL, by the group that they stand in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import rdflib
from pyparsing import ParseException
from rdflib import paths as rdflib_paths
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue

from kg.shacl import paths, prebinding
from kg.shacl.paths import Path, Predicate, Repeat
from kg.shacl.shapes import Ask, Select

# what rdflib ends with at a query that Oxigraph can read and it cannot
_FAILURES = (ParseException, TypeError, ValueError, KeyError, AttributeError, RecursionError)


class Unreadable(Exception):
    """A query that cannot be taken apart."""


@dataclass(slots=True)
class Scope:
    """The triple patterns of a group; what holds in it holds together with the groups around it. `elsewhere`: it asks
    a graph by name, or another server."""

    parent: Scope | None = None
    patterns: list[tuple[object, object, object]] = field(default_factory=list)
    inside: list[Scope] = field(default_factory=list)
    elsewhere: bool = False

    def child(self, apart: bool = False) -> Scope:
        scope = Scope(None if apart else self)
        self.inside.append(scope)
        return scope

    def walk(self) -> Iterator[Scope]:
        yield self
        for scope in self.inside:
            yield from scope.walk()

    def together(self) -> list[tuple[object, object, object]]:
        return self.patterns + (self.parent.together() if self.parent else [])


def scopes(found: Select | Ask) -> Scope:
    """The groups of a query's triple patterns; Unreadable where rdflib cannot read it."""
    constants = {name: str(term) for name, term in found.bound if not str(term).startswith("_:")}
    root = Scope()
    text = prebinding.replace(found.text, constants | {"shapesGraph": "<urn:x-rolegraph:shapes>"})
    try:
        _read(prepareQuery(text).algebra, root)
    except _FAILURES as error:
        raise Unreadable from error
    return root


def _read(node: object, scope: Scope) -> None:
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
        case "Graph" | "ServiceGraphPattern":
            scope.elsewhere = True
            _read([v for k, v in node.items() if k in ("p", "graph")], scope)
        case "Builtin_EXISTS" | "Builtin_NOTEXISTS":
            _read(node.graph, scope.child())
        case _:
            for key, value in node.items():
                if key not in ("_vars", "lazy", "PV", "datasetClause"):
                    _read(value, scope)


def path(predicate: object) -> Path:
    """A property path of rdflib's as ours; Unreadable where SHACL has no word for it (a negated set)."""
    if isinstance(predicate, rdflib.URIRef):
        return Predicate(str(predicate))
    if isinstance(predicate, rdflib_paths.InvPath):
        return paths.Inverse(path(predicate.arg))
    if isinstance(predicate, rdflib_paths.SequencePath):
        return paths.Sequence(tuple(map(path, predicate.args)))
    if isinstance(predicate, rdflib_paths.AlternativePath):
        return paths.Alternative(tuple(map(path, predicate.args)))
    if isinstance(predicate, rdflib_paths.MulPath):
        return Repeat(path(predicate.path), predicate.mod)
    raise Unreadable
