"""Finding links to a published taxonomy, row by row with the reason; what a person has judged stays as judged.

Same labels (case, hyphens and plurals aside) make an exact match. A label that their concept has among its other labels, or ours
among its own, makes a close one where the two preferred labels share a telling word: lists of alternative titles hold much that
is only near. O*NET's occupations group titles, so a title in such a list has the group as a broader match. What has no match of
its own has as broader match what the nearest concept above it is the same as, where its label names that concept ("Senior Data
Analyst"); a label that joins two things has it as a narrower one. Where each of our labels has a word that stands in none of
theirs, the file says that no term of the same meaning was found. What is left has no row: nobody knows yet.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

import curies

from kg.language.morphology import singular
from kg.model import Concept
from kg.taxonomy.entries import Entry
from kg.taxonomy.labels import class_nouns, key, names, same_name
from kg.taxonomy.mappings import MANUAL, NO_TERM, Link, MappingSet
from kg.vocabulary import Vocabulary

_EXACT, _CLOSE, _BROAD, _NARROW = "skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch"
_LEXICAL, _CHAIN = "semapv:LexicalMatching", "semapv:MappingChaining"
_CONFIDENCE = {"same": "0.95", "name": "0.9", "title": "0.8", "group": "0.8", "chain": "0.75", "none": "0.8"}
# a word is telling that stands in fewer labels than this share of all: "engineer" and "computer" are not
TELLING = 0.004
# so many letters two forms of a word share at their start: "dentist", "dental"
_STEM = 5
# so few may be all that two forms of a word share: a word of ours that is in none of their labels begins with others
_SHORT = 4
_FARTHEST = 3


class Target(NamedTuple):
    """A taxonomy to link to: CURIE of its version, the version, whether its entries are groups of titles."""

    source: str
    version: str
    groups: bool = False


class Linker:
    """Links the concepts of one kind to the entries of one taxonomy."""

    def __init__(self, vocabulary: Vocabulary, concepts: Iterable[Concept], entries: Iterable[Entry], target: Target,
                 converter: curies.Converter, version: str) -> None:
        self._vocabulary, self._target, self._converter, self._version = vocabulary, target, converter, version
        self._concepts = list(concepts)
        self._classes = class_nouns(vocabulary)
        self._entries = {entry.iri: entry for entry in entries}
        self._preferred: dict[str, list[str]] = defaultdict(list)
        self._others: dict[str, list[str]] = defaultdict(list)
        for iri, entry in sorted(self._entries.items()):
            first, *more = names(entry.label, self._classes)
            self._preferred[key(first)].append(iri)
            for label in (*more, *entry.alt_labels):
                self._others[key(label)].append(iri)
        labels = [c.label for c in self._concepts] + [e.label for e in self._entries.values()]
        self._theirs = {stem[:_SHORT] for e in self._entries.values() for label in (e.label, *e.alt_labels) for stem in _stems(label)}
        self._common = Counter(stem for label in labels for stem in _stems(label))
        self._rare = TELLING * len(labels)

    def link(self, judged: Iterable[Link] = ()) -> list[Link]:
        """Rows for all concepts: those judged by hand as they are, for the others what is found, or that nothing is."""
        kept: dict[str, list[Link]] = defaultdict(list)
        for row in judged:
            if row.mapping_justification == MANUAL:
                kept[row.subject_id].append(row)
        found: dict[str, list[Link]] = {}
        for concept in self._concepts:
            rows = kept.get(self._id(concept.iri), [])
            denied = {row.object_id for row in rows if row.predicate_modifier}
            if not _linked(rows):
                rows = rows + [row for row in self._own(concept) if row.object_id not in denied][:1]
            found[concept.iri] = rows
        chained = {}
        for concept in self._concepts:
            rows = found[concept.iri]
            if not _linked(rows):
                denied = {row.object_id for row in rows}
                chained[concept.iri] = [row for row in self._chained(concept, found) if row.object_id not in denied] or self._none(concept)
        return [row for iri, rows in found.items() for row in (*rows, *chained.get(iri, ()))]

    def _own(self, concept: Concept) -> Iterator[Link]:
        for iri in self._preferred.get(key(concept.label), ()):
            if concept.kind != "Tool" or same_name(concept.label, self._entries[iri].label):
                yield self._row(concept, _EXACT, iri, "same")
        if concept.kind == "Tool":
            yield from self._products(concept)
            return
        ranked = sorted(((self._shared(concept.label, self._entries[iri].label), iri) for iri in dict.fromkeys(self._others.get(key(concept.label), ()))),
                        key=lambda r: (-r[0], r[1]))
        if ranked and ranked[0][0] > 0 and (len(ranked) == 1 or ranked[0][0] > ranked[1][0]):
            yield self._titled(concept, ranked[0][1])
        for label in concept.alt_labels:
            for iri in self._preferred.get(key(label), ()):
                if self._shared(concept.label, self._entries[iri].label):
                    yield self._row(concept, _CLOSE, iri, "title")

    def _products(self, concept: Concept) -> Iterator[Link]:
        """Products have proper names: a maker's name before, an acronym or "software" after it make no difference."""
        for label in (concept.label, *concept.alt_labels):
            for iri in dict.fromkeys((*self._preferred.get(key(label), ()), *self._others.get(key(label), ()))):
                theirs = self._entries[iri].label
                name = next((n for n in names(theirs, self._classes) if same_name(n, label) and (n in (label, theirs) or not n.isupper())), "")
                if name:
                    same = label == concept.label or theirs.casefold().endswith(" " + concept.label.casefold())
                    yield self._row(concept, _EXACT if same else _CLOSE, iri, "name")

    def _titled(self, concept: Concept, iri: str) -> Link:
        """How a label of ours that theirs has among its other labels stands to theirs."""
        ours, theirs = _stems(concept.label), _stems(self._entries[iri].label)
        if self._target.groups:
            one = "," not in self._entries[iri].label and " and " not in self._entries[iri].label
            return self._row(concept, _CLOSE if ours <= theirs and one else _BROAD, iri, "group")
        # all words of theirs stand in ours, which says more
        narrower = theirs < ours and _last(concept.label) == _last(self._entries[iri].label)
        return self._row(concept, _BROAD if narrower else _CLOSE, iri, "title")

    def _shared(self, ours: str, theirs: str) -> float:
        """How much two labels have in common: the sum of what their common telling words tell (0 where there is none)."""
        return sum(math.log(self._rare / self._common[stem]) + 0.1 for stem in _stems(ours) & _stems(theirs) if self._common[stem] < self._rare)

    def _chained(self, concept: Concept, found: dict[str, list[Link]]) -> list[Link]:
        """What the nearest concept above whose name stands in this one's is linked to as the same."""
        level, seen = [concept.iri], {concept.iri}
        for _ in range(_FARTHEST):
            level = sorted({up for iri in level for up in self._above(iri)} - seen)
            seen.update(level)
            rows = [row for iri in level for row in found.get(iri, ())
                    if _linked([row]) and row.predicate_id == _EXACT and _names(concept.label, row.subject_label)]
            if rows:
                predicate = _NARROW if " and " in concept.label and " and " not in rows[0].subject_label else _BROAD
                return [replace(row, subject_id=self._id(concept.iri), subject_label=concept.label, predicate_id=predicate, mapping_justification=_CHAIN,
                                confidence=_CONFIDENCE["chain"], comment=f"by way of {row.subject_label}") for row in rows[:1]]
        return []

    def _above(self, iri: str) -> list[str]:
        concept = self._vocabulary.concepts.get(iri)
        return sorted({*self._vocabulary.values(iri, "specialises"), *concept.broader}) if concept else []

    def _id(self, iri: str) -> str:
        return self._converter.compress(iri, strict=True)

    def _row(self, concept: Concept, predicate: str, iri: str, reason: str) -> Link:
        return Link(self._id(concept.iri), predicate, self._id(iri), concept.label, "", self._entries[iri].label, _LEXICAL, _CONFIDENCE[reason],
                    self._version, self._target.source, self._target.version)

    def _none(self, concept: Concept) -> list[Link]:
        """That they have no such term, where a word of ours shows it."""
        labels = (concept.label, *concept.alt_labels)
        if any(key(label) in self._preferred or key(label) in self._others or {stem[:_SHORT] for stem in _stems(label)} <= self._theirs for label in labels):
            return []
        return [Link(self._id(concept.iri), _EXACT, NO_TERM, concept.label, "", "", _LEXICAL, _CONFIDENCE["none"], self._version,
                     self._target.source, self._target.version, "no term of the same meaning; broader ones were not sought")]


def _linked(rows: Iterable[Link]) -> bool:
    return any(not row.predicate_modifier and row.object_id != NO_TERM for row in rows)


def _stems(label: str) -> frozenset[str]:
    return frozenset(singular(word)[:_STEM] for word in key_words(label))


def _names(label: str, above: str) -> bool:
    """Whether a label names the concept above as what it is a kind of: "Senior Data Analyst" does, "Bartender Helper" does not."""
    return set(key_words(above)) <= set(key_words(label)) and (_last(label) == _last(above) or " for " in label or " of " in label)


def _last(label: str) -> str:
    return singular(label.lower().split()[-1])


def key_words(label: str) -> list[str]:
    """The words of a label in lower case, without those that only join others."""
    return [word for word in label.lower().replace(",", " ").replace("-", " ").replace("/", " ").split() if len(word) > 2 or word.isdigit()]


def mapping_set(title: str, rows: list[Link], prefixes: dict[str, str], version: str) -> MappingSet:
    """Rows as a file of their own, its head filled in."""
    slug = title.lower().replace("*", "").replace(" ", "-")
    head = {"mapping_set_id": f"https://w3id.org/rolegraph/mappings/{slug}", "mapping_set_title": title, "mapping_set_version": version,
            "license": "https://creativecommons.org/licenses/by/4.0/", "subject_source": "rg:rolegraph"}
    return MappingSet(head, prefixes, sorted(set(rows)))
