"""Nodes of the graph with their properties, kept once they have been read; references to them; kinds of things."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from math import isfinite
from typing import Generic, TypeVar

import pyoxigraph as ox

from kg.lookup.models import Number, Ref
from kg.lookup.source import Row, Source, Term, Value
from kg.namespaces import DCTERMS, RDF, RDFS, RG, SCHEMA, SKOS

# what lists are called, and the class of what they hold
KINDS = {
    "roles": RG + "Role", "skills": RG + "Skill", "tools": RG + "Tool", "responsibilities": RG + "Responsibility",
    "practices": RG + "BestPractice", "challenges": RG + "Challenge", "solutions": RG + "Solution", "trends": RG + "Trend",
    "organizations": SCHEMA + "Organization", "places": SCHEMA + "Place", "industries": RG + "Industry", "degrees": RG + "Degree",
    "certifications": RG + "Certification", "fields": RG + "FieldOfStudy", "regulations": RG + "Regulation",
}
_TEXT_CLASSES = ("Document", "Section", "Passage", "Mention", "Fact", "ConflictSet", "Claim")
_LABELS = (SKOS + "prefLabel", DCTERMS + "title", RDFS + "label", SKOS + "notation")
# nodes kept at most, and what is made of them: what a few thousand lookups touch
_KEPT = 60_000

Node = dict[str, tuple[Term, ...]]
Made = TypeVar("Made")


class Kept(Generic[Made]):
    """Values by name, kept once they have been made. Two threads may make the same value: both make the same."""

    def __init__(self, make: Callable[[list[str]], Mapping[str, Made]], most: int = _KEPT) -> None:
        self._make, self._most = make, most
        self._known: dict[str, Made] = {}

    def all(self, names: Iterable[str]) -> dict[str, Made]:
        """The values of some names; those that are not kept are made together."""
        wanted = list(names)
        known = self._known
        missing = sorted({name for name in wanted if name not in known})
        if missing:
            if len(known) + len(missing) > self._most:
                known = self._known = {name: known[name] for name in wanted if name in known}
            known.update(self._make(missing))
        return {name: known[name] for name in wanted}

    def one(self, name: str) -> Made:
        """The value of one name."""
        found = self._known.get(name)
        return self.all((name,))[name] if found is None else found


class Graph:
    """Reads nodes from a source under one base; results do not change while the revision does not."""

    def __init__(self, source: Source, base: str) -> None:
        self.source, self.base = source, base
        self._nodes, self._refs = Kept(self._read), Kept(self._referred)

    def rows(self, query: str, **bindings: Value) -> list[Row]:
        """Rows of a query with its `$` parameters bound."""
        return self.source.select(query, bindings)

    def nodes(self, iris: Iterable[str]) -> Mapping[str, Node]:
        """All properties of each node, as far as the graph holds any."""
        return self._nodes.all(iris)

    def node(self, iri: str) -> Node:
        """All properties of one node; empty where the graph does not know it."""
        return self._nodes.one(iri)

    def _read(self, iris: list[str]) -> dict[str, Node]:
        found: dict[str, dict[str, list[Term]]] = {iri: {} for iri in iris}
        for iri, name, value in self.source.properties(iris):
            found[iri].setdefault(name, []).append(value)
        return {iri: {p: tuple(o) if len(o) == 1 else tuple(sorted(set(o), key=str)) for p, o in node.items()} for iri, node in found.items()}

    def refs(self, iris: Iterable[str]) -> dict[str, Ref]:
        """References by IRI."""
        return self._refs.all(iris)

    def ref(self, iri: str) -> Ref:
        """A reference to one node."""
        return self._refs.one(iri)

    def _referred(self, iris: list[str]) -> dict[str, Ref]:
        return {iri: Ref(iri, self.id(iri), label(node) or local(iri), self.kind(node)) for iri, node in self.nodes(iris).items()}

    def id(self, iri: str) -> str:
        """The part of an IRI below the base; an ontology term's prefixed name; else the whole."""
        if iri.startswith(self.base):
            return iri[len(self.base):]
        return "rg:" + iri[len(RG):] if iri.startswith(RG) else iri

    def iri(self, name: str) -> str:
        """The IRI that an id stands for."""
        if "://" in name:
            return name
        return RG + name[3:] if name.startswith("rg:") else self.base + name

    @cached_property
    def kind_of_class(self) -> dict[str, str]:
        """Local name of the class in KINDS, or of the text class, that a class falls under."""
        tops = {iri: iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1] for iri in (*KINDS.values(), *(RG + name for name in _TEXT_CLASSES))}
        out = dict(tops)
        # steps are asked for and walked here: not every SPARQL server follows a path between two unbound ends
        below: dict[str, list[str]] = {}
        for sub, sup in self.rows("SELECT DISTINCT ?sub ?sup WHERE { ?sub rdfs:subClassOf ?sup FILTER(isIRI(?sub) && isIRI(?sup)) } ORDER BY ?sub ?sup"):
            below.setdefault(sup.value, []).append(sub.value)  # type: ignore[union-attr]
        for top, name in sorted(tops.items()):
            for sub in reached(below, [top]):
                out.setdefault(sub, name)
        return out

    def classes(self, kind: str) -> list[str]:
        """IRIs of a kind's class and of all below it; `kind` is a key of KINDS."""
        name = self.kind_of_class[KINDS[kind]]
        return sorted(iri for iri, top in self.kind_of_class.items() if top == name)

    def kind(self, node: Node) -> str:
        """The kind of a node by its types; the most telling local name where it is none of KINDS."""
        types = [t.value for t in node.get(RDF + "type", ()) if isinstance(t, ox.NamedNode)]
        known = sorted({self.kind_of_class[t] for t in types if t in self.kind_of_class})
        return known[0] if known else next((local(t) for t in types if t.startswith(RG)), local(types[0]) if types else "")


def local(iri: str) -> str:
    """The last part of an IRI."""
    return iri.rstrip("/#").rsplit("/", 1)[-1].rsplit("#", 1)[-1]


def label(node: Node) -> str:
    """The label that people read: English before others."""
    for name in _LABELS:
        values = [v for v in node.get(name, ()) if isinstance(v, ox.Literal)]
        if values:
            return min(values, key=lambda v: ((v.language or "") not in ("en", ""), v.value)).value
    return ""


def text(node: Node, name: str) -> str:
    """The first value of a property of ours, or of a full IRI, as a string; "" where there is none."""
    values = node.get(name if "://" in name else RG + name, ())
    return values[0].value if values else ""  # type: ignore[union-attr]


def texts(node: Node, name: str) -> tuple[str, ...]:
    """All values of a property as strings."""
    return tuple(v.value for v in node.get(name if "://" in name else RG + name, ()))  # type: ignore[union-attr]


def number(node: Node, name: str) -> Number | None:
    """The first value of a property as a number, whole where it is whole; None where it is none."""
    written = text(node, name)
    try:
        value = float(written)
    except ValueError:
        return None
    if not isfinite(value):
        return None
    return int(value) if value.is_integer() else value


def flag(node: Node, name: str) -> bool:
    """Whether a boolean property is true."""
    return text(node, name) == "true"


def reached(steps: Mapping[str, Sequence[str]], starts: Iterable[str]) -> set[str]:
    """What is reached from the starts in one or more steps."""
    found: set[str] = set()
    todo = list(starts)
    while todo:
        for step in steps.get(todo.pop(), ()):
            if step not in found:
                found.add(step)
                todo.append(step)
    return found
