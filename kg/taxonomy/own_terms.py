"""Vocabulary files that speak the ontology's own terms: faulty concepts and links are left out, the rest stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from kg import vocabulary
from kg.namespaces import SKOS
from kg.taxonomy import skos
from kg.taxonomy.entries import Fault, Taxonomy

_PREFERRED = SKOS + "prefLabel"


def sound(path: Path, others: Sequence[Path], kinds: Mapping[str, str], default: str, languages: Sequence[str]) -> tuple[list[Fault], str | None]:
    """What is wrong in a file, and what remains of it as N-Triples; None if nothing is wrong. What the shipped vocabulary or one of
    `others` labels may lack a label here."""
    ours = vocabulary.load().concepts
    known = set(ours)
    for other in others:
        if other != path:
            known |= {t.subject.value for t in vocabulary.parse(other) if t.predicate.value == _PREFERRED}
    found = skos.read(path, kinds, default, languages, known)
    _doubles(found, path, {(c.kind, c.label.casefold()): c.iri for c in ours.values()})
    if not found.faults:
        return [], None
    left_out = {fault.concept for fault in found.faults} - found.entries.keys()
    kept = []
    for triple in vocabulary.parse(path):
        subject, predicate, object_ = triple.subject.value, triple.predicate.value, triple.object.value
        child, parent = (object_, subject) if predicate == SKOS + "narrower" else (subject, object_)
        broken = predicate in (SKOS + "broader", SKOS + "narrower") and child in found.entries and parent not in found.entries[child].broader
        if not broken and not left_out & {subject, object_}:
            kept.append(f"{triple} .\n")
    return found.faults, "".join(sorted(set(kept)))


def _doubles(found: Taxonomy, path: Path, preferred: dict[tuple[str, str], str]) -> None:
    """Leave out concepts that have the preferred label of another one of their kind."""
    lines = skos.Lines(path)
    for iri, entry in list(found.entries.items()):
        first = preferred.setdefault((entry.kind, entry.label.casefold()), iri)
        if first != iri and first not in entry.matches:
            found.faults.append(Fault(lines.place(iri), iri, f"has the label of {first}, {entry.label!r}; it is left out",
                                      "give one of the two another label, or say skos:exactMatch"))
            del found.entries[iri]
