"""What a graph says of generated documents beside what they state: how much of each kind of fact is found, and how much is right."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal

import pyoxigraph as ox

from kg.namespaces import DCTERMS, RG, SKOS
from tests.benchmarks.generator import Made

_A = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_LABEL, _NOTATION = ox.NamedNode(SKOS + "prefLabel"), ox.NamedNode(SKOS + "notation")
_PREFERRED = "Preferred"


def documents(quads: ox.Store) -> dict[str, ox.NamedNode]:
    """Documents by the name that the generator gave them."""
    found = quads.quads_for_pattern(None, ox.NamedNode(DCTERMS + "identifier"), None, None)
    return {quad.object.value[-len("doc-0000000"):]: quad.subject for quad in found}


def facts(quads: ox.Store, document: ox.NamedNode) -> Iterator[tuple[str, str]]:
    """Facts that a document's claims state, as the generator writes them, in lower case."""
    for quad in quads.quads_for_pattern(None, ox.NamedNode(RG + "document"), document, None):
        claim = _Claim(quads, quad.subject)
        if "Claim" not in claim.kinds:
            continue
        for kind, value in _of(claim):
            yield kind, value.casefold()


class _Claim:
    """The values of a claim, by property."""

    def __init__(self, quads: ox.Store, name: ox.NamedNode) -> None:
        self._quads, self._name = quads, name
        self.kinds = {q.object.value.removeprefix(RG) for q in quads.quads_for_pattern(name, _A, None, None)}

    def all(self, key: str) -> list[ox.NamedNode | ox.Literal]:
        """Values of a property."""
        return sorted((q.object for q in self._quads.quads_for_pattern(self._name, ox.NamedNode(RG + key), None, None)), key=str)

    def value(self, key: str) -> str:
        """The value of a property, a number without trailing zeros, "" without one."""
        return next((_plain(v) for v in self.all(key)), "")

    def labels(self, key: str) -> list[str]:
        """Names of what a property leads to."""
        return [name for thing in self.all(key) if (name := self._said(thing, _LABEL) or self._proposed(thing))]

    def notation(self, key: str) -> str:
        """Notation of the member of a scheme that a property leads to."""
        return next((self._said(thing, _NOTATION) for thing in self.all(key)), "")

    def _proposed(self, thing: ox.NamedNode) -> str:
        """Name of what no vocabulary holds, in the graph of one document."""
        proposals = sorted((q.subject for q in self._quads.quads_for_pattern(None, ox.NamedNode(RG + "proposes"), thing, None)), key=str)
        return self._said(proposals[0], ox.NamedNode(RG + "proposedLabel")) if proposals else ""

    def _said(self, thing: ox.NamedNode, how: ox.NamedNode) -> str:
        found = sorted(q.object.value for q in self._quads.quads_for_pattern(thing, how, None, None) if q.object.language in (None, "en"))
        return found[0] if found else ""


def _plain(value: ox.NamedNode | ox.Literal) -> str:
    if isinstance(value, ox.Literal) and value.datatype.value.endswith(("#decimal", "#integer")):
        return f"{Decimal(value.value).normalize():f}"
    return value.value.removeprefix(RG)


def _of(claim: _Claim) -> Iterator[tuple[str, str]]:
    if (kind := claim.value("property")) in ("requiresTool", "requiresSkill"):
        for name in claim.labels("object"):
            yield kind, name
            if kind == "requiresTool" and claim.notation("modality") == _PREFERRED:
                yield "preferredTool", name
        yield from (("role", name) for name in claim.labels("subject"))
    elif "ExperienceRequirement" in claim.kinds and not claim.all("partOf"):
        yield "minYears", claim.value("minYears")
        yield from (("yearsIn", f"{claim.value('minYears')} {name}") for name in claim.labels("experienceIn"))
    elif "EducationRequirement" in claim.kinds:
        yield from (("degree", name.split("'")[0].split()[0]) for name in claim.labels("degree"))
        yield from (("field", name) for name in claim.labels("fieldOfStudy"))
    elif "SalaryObservation" in claim.kinds:
        low, high = (claim.value("amount") or claim.value(key) or claim.value(other) for key, other in (("minAmount", "maxAmount"), ("maxAmount", "minAmount")))
        yield "pay", " ".join((claim.value("currency"), claim.value("per"), low, high, *claim.labels("place")))
        if claim.notation("statistic") == "median":
            yield "median", low
    elif claim.notation("measure") == "job growth":
        yield "growth", claim.value("amount")


def stated(made: Made) -> set[tuple[str, str]]:
    """What a document states, in lower case."""
    return {(kind, value.casefold()) for kind, value in made.facts}


def compared(quads: ox.Store, made: Iterable[Made], most: int = 200) -> dict[str, tuple[float, float]]:
    """By kind of fact the share of what some documents state that the graph holds, and of what it holds of them that they state."""
    names, right, gold, got = documents(quads), Counter(), Counter(), Counter()
    every = list(made)
    for item in random.Random(1).sample(every, min(most, len(every))):
        wanted, found = stated(item), set(facts(quads, names[item.name]))
        right.update(kind for kind, _ in wanted & found)
        gold.update(kind for kind, _ in wanted)
        got.update(kind for kind, _ in found)
    return {kind: (round(right[kind] / gold[kind], 4), round(right[kind] / got[kind], 4) if got[kind] else 0.0) for kind in sorted(gold)}
