"""Contradictions that OWL 2 RL finds, and the smallest part of a set of triples that still holds one.

The rules are those whose conclusion is "false" (OWL 2 Profiles, section 4.3): cax-dw and cax-adc, cls-com, cls-nothing2, prp-irp,
prp-asyp, prp-pdw and prp-adp, prp-npa1, over what `kg.entail` derives.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import pyoxigraph as ox

from kg import entail
from kg.namespaces import OWL, RDF

_TYPE = ox.NamedNode(RDF + "type")


@dataclass(frozen=True, slots=True, order=True)
class Clash:
    """An individual of which two things are said that cannot both be; `kind` names the rule of OWL 2 RL."""

    kind: str
    individual: str
    first: str
    second: str


def clashes(tbox: Iterable[ox.Triple], data: Iterable[ox.Triple]) -> list[Clash]:
    """All contradictions that follow, sorted; classes and properties that no individual has cannot clash."""
    tbox = list(tbox)
    return among(tbox, entail.Closure(tbox, data))


def among(tbox: Iterable[ox.Triple], known: Iterable[ox.Triple]) -> list[Clash]:
    """The contradictions in triples that are closed under the axioms, sorted; they are gone through twice."""
    axioms = ox.Store()
    axioms.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in tbox)
    return sorted({*_of_classes(axioms, known), *_of_properties(axioms, known)})


def _of_classes(axioms: ox.Store, known: Iterable[ox.Triple]) -> Iterator[Clash]:
    types: dict[ox.Term, set[str]] = defaultdict(set)
    for t in known:
        if t.predicate == _TYPE:
            types[t.subject].add(t.object.value)
    apart = dict.fromkeys(_pairs(axioms, "disjointWith"), "cax-dw")
    apart |= dict.fromkeys(_pairs(axioms, "complementOf"), "cls-com")
    apart |= dict.fromkeys(_members(axioms, "AllDisjointClasses"), "cax-adc")
    told: dict[frozenset[str], list[tuple[str, str, str]]] = {}
    for individual, classes in types.items():
        alike = frozenset(classes)  # many individuals have the same classes
        if alike not in told:
            told[alike] = _of_one(classes, apart)
        yield from (Clash(kind, individual.value, *pair) for kind, *pair in told[alike])


def _of_one(classes: set[str], apart: dict[tuple[str, str], str]) -> list[tuple[str, str, str]]:
    found = [("cls-nothing2", OWL + "Nothing", "")] if OWL + "Nothing" in classes else []
    for pair in combinations(sorted(classes), 2):
        kind = apart.get(pair) or apart.get(pair[::-1])
        if kind:
            found.append((kind, *pair))
    return found


def _of_properties(axioms: ox.Store, known: Iterable[ox.Triple]) -> Iterator[Clash]:
    irreflexive, asymmetric = _of_type(axioms, "IrreflexiveProperty"), _of_type(axioms, "AsymmetricProperty")
    apart = [*_pairs(axioms, "propertyDisjointWith"), *_members(axioms, "AllDisjointProperties")]
    denials = [{p: next((q.object.value for q in axioms.quads_for_pattern(ox.NamedNode(denial), ox.NamedNode(OWL + p), None)), "")
                for p in ("sourceIndividual", "assertionProperty", "targetIndividual")} for denial in _of_type(axioms, "NegativePropertyAssertion")]
    asked = {*irreflexive, *asymmetric, *(name for pair in apart for name in pair), *(at["assertionProperty"] for at in denials)}
    links: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for t in known if asked else ():
        if t.predicate.value in asked and isinstance(t.object, ox.NamedNode):
            links[t.predicate.value].add((t.subject.value, t.object.value))
    for name in irreflexive:
        yield from (Clash("prp-irp", x, name, y) for x, y in links[name] if x == y)
    for name in asymmetric:
        yield from (Clash("prp-asyp", x, name, y) for x, y in links[name] if (y, x) in links[name])
    for one, other in apart:
        yield from (Clash("prp-pdw", x, one, other) for x, _ in links[one] & links[other])
    for at in denials:
        if (at["sourceIndividual"], at["targetIndividual"]) in links[at["assertionProperty"]]:
            yield Clash("prp-npa1", at["sourceIndividual"], at["assertionProperty"], at["targetIndividual"])


def _pairs(axioms: ox.Store, name: str) -> list[tuple[str, str]]:
    return [(q.subject.value, q.object.value) for q in axioms.quads_for_pattern(None, ox.NamedNode(OWL + name), None)]


def _of_type(axioms: ox.Store, name: str) -> list[str]:
    return sorted(q.subject.value for q in axioms.quads_for_pattern(None, _TYPE, ox.NamedNode(OWL + name)) if isinstance(q.subject, ox.NamedNode))


def _members(axioms: ox.Store, name: str) -> Iterator[tuple[str, str]]:
    for quad in axioms.quads_for_pattern(None, _TYPE, ox.NamedNode(OWL + name)):
        for listed in axioms.quads_for_pattern(quad.subject, ox.NamedNode(OWL + "members"), None):
            yield from combinations(entail.members(axioms, listed.object), 2)


def minimal(items: Sequence, breaks: Callable[[Sequence], bool]) -> list:
    """A smallest part of `items` that still `breaks`: without any one of its members it does not (QuickXplain, Junker 2004)."""
    def search(held: list, changed: bool, rest: list) -> list:
        if changed and breaks(held):
            return []
        if len(rest) == 1:
            return rest
        middle = len(rest) // 2
        first, second = rest[:middle], rest[middle:]
        needed = search(held + first, True, second)
        return search(held + needed, bool(needed), first) + needed
    return search([], False, list(items)) if items and breaks(items) else []
