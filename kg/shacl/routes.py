"""Which triples a shape's results rest on, and how to get from such a triple back to the focus node.

A `Route` says: a triple with this property, met at this end, matters to the focus nodes from which `lead` reaches that end.
Every way that a constraint looks at the data is one: the steps of its path, the classes of its values, the properties that it
compares, and for SPARQL every triple pattern, led to by the patterns that must hold with it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import rdflib

from kg import cache
from kg.namespaces import RDF, RDFS, digest
from kg.shacl import paths, patterns
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


@dataclass(frozen=True, slots=True)
class Asking:
    """A query of a shape, with the paths from the focus node to `$this` and to `$value`."""

    query: Select | Ask
    base: Path
    values: Path

    def ends(self) -> dict[str, Path]:
        """What is bound before the query runs."""
        return {"this": self.base, "value": self.values} if isinstance(self.query, Ask) else {"this": self.base}


def of_shape(shape: Shape) -> Iterator[Route]:
    """Routes of a shape from its focus nodes; its property shapes, which have focus nodes of their own, are not looked at."""
    for found in looks(shape):
        yield from of_query(found) if isinstance(found, Asking) else (found,)


def looks(shape: Shape, base: Path = SELF, properties: bool = False) -> Iterator[Route | Asking]:
    """How a shape looks at the data from the nodes that `base` leads to; with its property shapes where it is asked for conformance."""
    values = base if shape.path is None else join(base, shape.path)
    if shape.path is not None:
        yield from of_path(shape.path, base)
    for constraint in shape.constraints:
        yield from _of_constraint(constraint, base, values)
    for inner in shape.properties if properties else ():
        yield from looks(inner, values, properties)


def _of_constraint(constraint: Constraint, base: Path, values: Path) -> Iterator[Route | Asking]:
    kind, value = constraint.kind, constraint.value
    if kind == "class":
        yield from of_class(value, values)
    elif kind == "closed":
        yield Route(None, "subject", values)
    elif kind in ("equals", "disjoint", "lessThan", "lessThanOrEquals"):
        yield Route(value, "subject", base)
    elif isinstance(value, Shape):
        yield from looks(value, values, True)
    elif isinstance(value, Qualified):
        for referred in (value.shape, *value.siblings):
            yield from looks(referred, values, True)
    elif kind in ("and", "or", "xone"):
        for referred in value:
            yield from looks(referred, values, True)
    elif isinstance(value, Select | Ask):
        yield Asking(value, base, values)


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


def of_query(asking: Asking) -> tuple[Route, ...]:
    """Routes of the triple patterns of a query; one for all triples where it cannot be taken apart."""
    found = asking.query
    mark = digest(type(found).__name__, found.text, found.bound, asking.base, asking.values)
    if mark not in _READ:
        _READ[mark] = _of_query(asking)
    return _READ[mark]


def _of_query(asking: Asking) -> tuple[Route, ...]:
    try:
        scopes = patterns.scopes(asking.query)
        return tuple(route for scope in scopes.walk() for pattern in scope.patterns
                     for route in _of_pattern(pattern, [p for p in scope.together() if p is not pattern], asking.ends()))
    except patterns.Unreadable:
        return (Route(None, "subject", None),)


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
    path = patterns.path(predicate)
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


def _leads(together: list[tuple[object, object, object]], ends: dict[str, Path]) -> dict[str, Path]:
    """The shortest way from the focus node to each variable, along patterns that hold together."""
    leads = dict(ends)
    frontier = list(ends)
    while frontier:
        following = []
        for name in frontier:
            for subject, predicate, object_ in together:
                if isinstance(predicate, rdflib.Variable):
                    continue
                for start, end, turned in ((subject, object_, False), (object_, subject, True)):
                    if str(start) == name and isinstance(end, rdflib.Variable | rdflib.BNode) and str(end) not in leads:
                        path = patterns.path(predicate)
                        leads[str(end)] = join(leads[name], paths.invert(path) if turned else path)
                        following.append(str(end))
        frontier = following
    return leads


def _length(path: Path) -> int:
    return sum(1 for _ in paths.steps(path))
