"""Entries of other taxonomies beside our own concepts: which of them we know already, and what the graph says of the rest.

An entry that says it equals one of ours (skos:exactMatch), or whose preferred label is a label of ours of the same kind, joins it:
texts that name it name ours, and its other labels, where they pass the screening, become hidden labels of ours. An entry
whose label names something of ours of another kind (ESCO lists programming languages among skills) is related to it and is not
searched for. All others are concepts of their own. Every entry keeps its IRI.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import pyoxigraph as ox

from kg.model import Concept
from kg.namespaces import OWL, RDF, RG, SKOS, Minter, digest
from kg.taxonomy.entries import Entry, Fault
from kg.taxonomy.labels import class_nouns, key, names, same_name
from kg.taxonomy.screening import Screened, Screening
from kg.vocabulary import KINDS, Vocabulary

_CLASSES = {kind: iri for iri, kind in KINDS.items()}
_SSSOM, _SEMAPV = "https://w3id.org/sssom/", "https://w3id.org/semapv/vocab/"
_ENGLISH = "en"


class Join(NamedTuple):
    """How an entry stands to a concept of ours: exactMatch, closeMatch or relatedMatch, and why."""

    concept: Concept
    predicate: str
    justification: str


@dataclass(slots=True)
class Joined:
    """What came of the entries: triples, counts by outcome, and entries left out."""

    triples: list[ox.Triple] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    faults: list[Fault] = field(default_factory=list)


class Joiner:
    """Joins entries with a vocabulary; `screening` is None where no label is to be held back."""

    def __init__(self, vocabulary: Vocabulary, screening: Screening | None) -> None:
        self._vocabulary, self._screening = vocabulary, screening
        self._classes = class_nouns(vocabulary)
        self._ours: dict[str, list[Concept]] = defaultdict(list)
        self._preferred: set[tuple[str, str]] = set()
        for concept in vocabulary.concepts.values():
            if concept.kind == "TitleWord":
                continue
            for label in labels_of(concept):
                if concept not in self._ours[key(label)]:
                    self._ours[key(label)].append(concept)
            self._preferred.add((concept.iri, key(concept.label)))

    def join(self, entry: Entry) -> Join | None:
        """The concept of ours that an entry is, or is about."""
        for iri in entry.matches:
            if iri in self._vocabulary.concepts:
                return Join(self._vocabulary.concepts[iri], "exactMatch", "ManualMappingCuration")
        for name in names(entry.label, self._classes):
            found = [c for c in self._ours.get(key(name), []) if c.kind != "Tool" or any(same_name(name, label) for label in labels_of(c))]
            same = [c for c in found if c.kind == entry.kind]
            if same:
                exact = name == entry.label and (same[0].iri, key(name)) in self._preferred
                return Join(same[0], "exactMatch" if exact else "closeMatch", "LexicalMatching")
            if found:
                return Join(found[0], "relatedMatch", "LexicalMatching")
        return None

    def triples(self, entries: dict[str, Entry], title: str, origin: str) -> Joined:
        """What the graph says of the entries of one taxonomy; `origin` names its files."""
        result = Joined()
        joins = {iri: self.join(entry) for iri, entry in entries.items()}
        preferred: dict[tuple[str, str], str] = {}
        for iri, entry in entries.items():
            first = preferred.setdefault((entry.kind, entry.label.casefold()), iri)
            if first != iri:
                result.faults.append(Fault(entry.place, iri, f"has the label of {first}, {entry.label!r}; it is left out",
                                           "give one of the two another label"))
                joins.pop(iri)
        hidden: set[tuple[str, str]] = set()
        for iri, join in joins.items():
            entry = entries[iri]
            scheme = Minter().concept("scheme", f"{title} {entry.kind}")
            screened = self._screening.screen(entry) if self._screening else Screened([entry.label, *entry.alt_labels])
            result.triples += self._said(entry, scheme, screened, join, joins)
            if join:
                result.counts[join.predicate] += 1
                result.triples += _match(iri, join)
                if join.predicate != "relatedMatch":
                    result.triples += self._hidden(entry, join.concept, screened, hidden)
            else:
                result.counts["new"] += 1
            result.counts["held labels"] += len(screened.held)
            result.counts["labels in context"] += len(screened.in_context)
        for kind in sorted({entries[iri].kind for iri in joins}):
            result.triples += _scheme(Minter().concept("scheme", f"{title} {kind}"), title, kind, origin)
        return result

    def _said(self, entry: Entry, scheme: str, screened: Screened, join: Join | None, joins: dict[str, Join | None]) -> Iterator[ox.Triple]:
        yield _link(entry.iri, RDF + "type", SKOS + "Concept")
        yield _link(entry.iri, SKOS + "inScheme", scheme)
        yield _text(entry.iri, SKOS + "notation", entry.notation or entry.iri.replace("#", "/").rsplit("/", 1)[-1], "")
        yield _text(entry.iri, SKOS + "prefLabel", entry.label)
        if entry.definition:
            yield _text(entry.iri, SKOS + "definition", entry.definition)
        shown = {entry.label.casefold()}
        for label in (*screened.plain, *screened.in_context):
            if label.casefold() not in shown and not (self._ours.get(key(label)) and self._screening):
                shown.add(label.casefold())
                yield _text(entry.iri, SKOS + "altLabel", label)
        for label in screened.held:
            yield _text(entry.iri, RG + "heldLabel", label)
        if join:
            return
        yield _link(entry.iri, RDF + "type", _CLASSES[entry.kind])
        for label in screened.in_context:
            yield _text(entry.iri, RG + "contextLabel", label)
        for label in screened.exact:
            yield _text(entry.iri, RG + "exactCaseLabel", label)
        for parent in entry.broader:
            above = joins.get(parent)
            if parent in joins and above is None:
                yield _link(entry.iri, SKOS + "broader", parent)
            elif above and above.concept.kind == entry.kind:
                yield _link(entry.iri, SKOS + "broader", above.concept.iri)

    def _hidden(self, entry: Entry, concept: Concept, screened: Screened, seen: set[tuple[str, str]]) -> Iterator[ox.Triple]:
        """Labels that a joined entry adds to ours: those that no concept of ours has."""
        for label in screened.plain:
            if key(label) not in self._ours and (concept.iri, key(label)) not in seen:
                seen.add((concept.iri, key(label)))
                yield _text(concept.iri, SKOS + "hiddenLabel", label)
                if label in screened.exact:
                    yield _text(concept.iri, RG + "exactCaseLabel", label)


def labels_of(concept: Concept) -> tuple[str, ...]:
    """All labels of a concept, the preferred one first."""
    return (concept.label, *concept.alt_labels, *concept.hidden_labels)


def _match(iri: str, join: Join) -> Iterator[ox.Triple]:
    """The link and, as SSSOM writes it in RDF, what justifies it."""
    node = Minter().concept("mapping", digest(iri, join.predicate, join.concept.iri))
    yield _link(iri, SKOS + join.predicate, join.concept.iri)
    yield _link(node, RDF + "type", OWL + "Axiom")
    yield _link(node, OWL + "annotatedSource", iri)
    yield _link(node, OWL + "annotatedProperty", SKOS + join.predicate)
    yield _link(node, OWL + "annotatedTarget", join.concept.iri)
    yield _link(node, _SSSOM + "mapping_justification", _SEMAPV + join.justification)
    yield ox.Triple(ox.NamedNode(node), ox.NamedNode(_SSSOM + "object_source_version"), ox.Literal("shipped"))


def _scheme(iri: str, title: str, kind: str, origin: str) -> Iterator[ox.Triple]:
    yield _link(iri, RDF + "type", SKOS + "ConceptScheme")
    yield _text(iri, SKOS + "prefLabel", f"{title}: {kind}")
    yield _text(iri, SKOS + "definition", f"Concepts of the kind {kind} from {origin}.")


def _link(subject: str, predicate: str, obj: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(obj))


def _text(subject: str, predicate: str, text: str, language: str = _ENGLISH) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.Literal(text, language=language or None))
