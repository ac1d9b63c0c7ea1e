"""Contradictions in ontology and vocabulary, and classes and properties of the ontology that nothing can have."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox

from kg import contradiction
from kg.clashes import clashes
from kg.namespaces import OWL, RDF, RG, Minter
from kg.reason import counts

Finding = tuple[str, str]
_SAMPLE = "urn:rolegraph:sample/"


def impossible(tbox: Sequence[ox.Triple]) -> list[Finding]:
    """Own classes that can have no member and object properties that can link nothing, each with the reason."""
    kinds = {k: {t.subject for t in tbox if t.predicate.value == RDF + "type" and t.object.value == OWL + k and t.subject.value.startswith(RG)}
             for k in ("Class", "ObjectProperty")}
    data = [ox.Triple(ox.NamedNode(_SAMPLE + c.value), ox.NamedNode(RDF + "type"), c) for c in kinds["Class"]]
    data += [ox.Triple(ox.NamedNode(_SAMPLE + p.value + end), p, ox.NamedNode(_SAMPLE + p.value + "/to"))
             for p in kinds["ObjectProperty"] for end in ("/from",)]
    found: dict[str, str] = {}
    for clash in clashes(tbox, sorted(data, key=str)):
        term = clash.individual.removeprefix(_SAMPLE).removesuffix("/from").removesuffix("/to")
        found.setdefault(term, f"nothing can have it: it would be both {clash.first} and {clash.second}")
    return sorted(found.items())


def contradictions(tbox: Sequence[ox.Triple], vocabulary: Sequence[ox.Triple], store: ox.Store, files: Sequence[Path]) -> list[Finding]:
    """Individuals of the vocabulary with a contradiction; the first is explained in full."""
    data = [t for t in vocabulary if counts(t)]
    found = clashes(tbox, data)
    told: dict[str, str] = {}
    for clash in found:
        if clash.individual not in told:
            why = f"is both {clash.first} and {clash.second}" if clash.second else f"is {clash.first}"
            if not told:
                teller = contradiction.Teller(store, Minter(), files)
                why += "\n" + "\n".join(f"  {teller.told(i)}" for i in contradiction.justify(clash, tbox, data))
            told[clash.individual] = why
    return sorted(told.items())
