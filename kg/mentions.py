"""Mentions: where a document names what the vocabulary knows, and what it is sure of.

Labels come from one pass of the matcher, roles from the reader of titles. Longer names win over shorter ones inside
them; a name that could mean several things, or ordinary words, counts where its surroundings support it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from kg.candidates import NewTerms
from kg.context import Company, ContextWords, Scene
from kg.coordination import Coordination
from kg.enumerations import joins
from kg.matching import Hit, Lexicon, Sense, customise_tokenizer
from kg.model import Concept, Mention, Reading
from kg.namespaces import RG
from kg.stretches import Cursor, lowered, stretches
from kg.titles import TitleReader
from kg.trimming import Trimming
from kg.vocabulary import Vocabulary

__all__ = ["MentionFinder", "customise_tokenizer"]

# a second short name after the first: "AI/ML", "AI and ML"
_PAIR = re.compile(r"(?:/| and | und | or )\w{2,3}(?!\w)")
# how far a title reaches from its head, in characters
_TITLE_REACH = 80
_IN_HEADINGS = frozenset(("Organization", "Place"))
_SURE, _LIKELY, _RESOLVED, _PROPOSED, _WEAK = 0.97, 0.9, 0.8, 0.6, 0.5


class Found(NamedTuple):
    """A name before it becomes a mention; of names that overlap, the one of greater `weight` stays."""

    begin: int
    end: int
    concept: Concept
    confidence: float
    method: str
    weight: int


class MentionFinder:
    """Fills `Reading.mentions` and, for what the vocabulary lacks, `Reading.candidates`; built once for a vocabulary."""

    def __init__(self, nlp: Language, vocabulary: Vocabulary, titles: TitleReader) -> None:
        self._vocabulary, self._titles = vocabulary, titles
        self._words = ContextWords(vocabulary)
        self._terms = NewTerms(vocabulary, self._words, titles.minter)
        self._lexicon = Lexicon(nlp.vocab, vocabulary, titles.triggers(), [*self._terms.triggers(), *self._words.certifying])
        self._coordination, self._trimming = Coordination(self._words, self._lexicon), Trimming(self._words, self._lexicon)

    def find(self, doc: Doc, reading: Reading) -> None:
        """Marks the document's passages, headings and title; `doc` is the same text, cut by `customise_tokenizer`."""
        matches = self._lexicon.find(doc, reading.text)
        low = lowered(reading.text)
        titles_here = self._titles.with_roles([c for c in reading.candidates.values() if c.kind == "Role"])
        hits, titles, classes = Cursor(matches.hits), Cursor(matches.titles), Cursor(matches.classes)
        found: list[Mention] = []
        for begin, end, passage, lead in stretches(reading):
            here, titled, named = hits.within(begin, end), titles.within(begin, end), classes.within(begin, end)
            if not here and not titled and not named:
                continue
            roles = self._roles(titles_here, reading, begin, end, titled) if titled else []
            scene = Scene(self._words, reading, low, begin, end, passage, lead)
            if passage is None:
                names = self._heading(scene, here, roles)
            else:
                names = self._passage(scene, here, roles)
                if any(low[b:e] in self._words.certifying for b, e in named):
                    names = [self._certification(scene, n, names, reading) for n in names]
                names = merged(names, self._new_terms(scene, names, named, reading))
            found += [Mention(n.begin, n.end, n.concept.iri, n.concept.kind, passage, n.confidence, n.method) for n in names]
        reading.mentions = found

    def _new_terms(self, scene: Scene, names: list[Found], classes: list[tuple[int, int]], reading: Reading) -> list[Found]:
        """Candidates in the passage, also noted in the reading."""
        known = [(n.begin, n.end, n.concept) for n in names]
        tools = sum(n.concept.kind == "Tool" for n in names)
        if not classes and tools < 2:
            return []
        terms = self._terms.find(scene, known, classes, self._lexicon)
        for _, _, concept in terms:
            reading.candidates.setdefault(concept.iri, concept)
        return [Found(begin, end, concept, _PROPOSED, "new term", 0) for begin, end, concept in terms]

    def _certification(self, scene: Scene, name: Found, names: list[Found], reading: Reading) -> Found:
        """A tool that is named as what a certificate is about: "certifications (e.g., ...)"; other names as they are."""
        if name.concept.kind != "Tool":
            return name
        own = Hit(name.begin, name.end, ())
        together = company(scene, [n for n in names if n is not name], own)
        if "Certification" not in (scene.kind_before(together.begin), scene.kind_after(together.end)):
            return name
        label = f"{name.concept.label} {self._words.certification_noun}"
        concept = self._vocabulary.find(label, "Certification") or self._terms.concept("Certification", label)
        if concept.candidate:
            reading.candidates.setdefault(concept.iri, concept)
        return name._replace(concept=concept, confidence=_RESOLVED, method="context")

    def _roles(self, titles: TitleReader, reading: Reading, begin: int, end: int, places: list[tuple[int, int]]) -> list[Found]:
        found = []
        first = reading.text.rfind(" ", begin, max(begin, places[0][0] - _TITLE_REACH)) + 1 or begin
        last = reading.text.find(" ", places[-1][1] + _TITLE_REACH, end)
        for span in titles.find(reading.text, begin, end, (first, end if last < 0 else last)):
            concept = reading.candidates.get(span.iri) or titles.concept(span)
            if concept.candidate:
                reading.candidates.setdefault(concept.iri, concept)
            found.append(Found(span.begin, span.end, concept, _SURE if span.known else _LIKELY, "title", span.end - span.begin))
        return found

    def _heading(self, scene: Scene, hits: list[Hit], roles: list[Found]) -> list[Found]:
        chosen = [(h, scene.choose(h, Company(h.begin, h.end, ()), _IN_HEADINGS)) for h in hits]
        names = [Found(h.begin, h.end, c[0].concept, _LIKELY, "label", h.end - h.begin) for h, c in chosen if c]
        return longest([*roles, *names])

    def _passage(self, scene: Scene, hits: list[Hit], roles: list[Found]) -> list[Found]:
        plain, guarded = [], []
        for hit, weight in self._trimming.names(scene, hits):
            sense = hit.senses[0]
            if len(hit.senses) == 1 and not scene.needed(sense, hit, scene.opens(hit.begin)):
                plain.append(Found(hit.begin, hit.end, sense.concept, self._confidence(scene, hit, sense), "label", weight))
            else:
                guarded.append(hit)
        names = longest([*roles, *plain])
        names = self._with_elided(scene, names, hits)
        return with_states(scene, self._with_guarded(scene, names, guarded) if guarded else names)

    def _confidence(self, scene: Scene, hit: Hit, sense: Sense) -> float:
        kind = sense.concept.kind
        if kind != "Skill":
            return _SURE
        if self._is_attribute(scene, hit.end, sense.concept):
            return _WEAK
        return _LIKELY if sense.rank == 0 or (sense.rank == 1 and " " in scene.text[hit.begin:hit.end]) else _RESOLVED

    def _is_attribute(self, scene: Scene, end: int, concept: Concept) -> bool:
        """Whether a field of knowledge only says of what sort something is: "ML systems", "AI and ML initiatives"."""
        if RG + "KnowledgeArea" not in concept.types:
            return False
        if scene.following(end) in self._words.weak_nouns:
            return True
        joint = _PAIR.match(scene.low, end, scene.end)
        return joint is not None and scene.following(joint.end()) in self._words.weak_nouns

    def _with_elided(self, scene: Scene, names: list[Found], hits: list[Hit]) -> list[Found]:
        sure = {n.begin: n.end for n in names}
        added: list[Found] = []
        for name in names:
            if name.method == "label" and name.concept.kind in ("Skill", "FieldOfStudy") and " " in scene.text[name.begin:name.end]:
                for item in self._coordination.items(scene, name.begin, name.end, name.concept.kind, sure):
                    inside = any(h.begin < item.begin < h.end and h.end - h.begin > item.end - item.begin for h in hits)
                    if item.sense.concept.iri != name.concept.iri and not inside:
                        added.append(Found(item.begin, item.end, item.sense.concept, _RESOLVED, "elided", 0))
        return merged(names, added) if added else names

    def _with_guarded(self, scene: Scene, names: list[Found], guarded: list[Hit]) -> list[Found]:
        """Adds the labels that need support and have it; a second round lets them support one another."""
        waiting = sorted(guarded, key=lambda h: (h.begin - h.end, h.begin))
        for _ in range(2):
            before = len(names)
            rest = []
            for hit in waiting:
                if any(n.begin < hit.end and hit.begin < n.end and not self._yields(n, hit) for n in names):
                    continue
                outside = [n for n in names if n.end <= hit.begin or hit.end <= n.begin]
                chosen = scene.choose(hit, company(scene, outside, hit))
                if chosen is None:
                    rest.append(hit)
                    continue
                sense, support = chosen
                weak = self._is_attribute(scene, hit.end, sense.concept)
                confidence = _WEAK if weak else _LIKELY if support > 2 or not sense.needs_context else _RESOLVED
                names = sorted([*outside, Found(hit.begin, hit.end, sense.concept, confidence, "context", 0)], key=lambda n: n.begin)
            waiting = rest
            if len(names) == before:
                break
        return names

    @staticmethod
    def _yields(name: Found, hit: Hit) -> bool:
        """Whether a name gives way to a longer label that holds it."""
        inside = hit.begin <= name.begin and name.end <= hit.end and name.end - name.begin < hit.end - hit.begin
        return inside and name.concept.kind != "Role"


def company(scene: Scene, names: list[Found], hit: Hit) -> Company:
    """The enumeration in which a hit stands among sure names, which are in order and apart from it."""
    low, joining = scene.low, scene.words.joining
    right = next((i for i, n in enumerate(names) if n.begin >= hit.end), len(names))
    left, begin, end = right - 1, hit.begin, hit.end
    kinds: set[str] = set()
    while left >= 0 and joins(low[names[left].end:begin], joining):
        begin = names[left].begin
        kinds.add(names[left].concept.kind)
        left -= 1
    while right < len(names) and joins(low[end:names[right].begin], joining):
        end = names[right].end
        kinds.add(names[right].concept.kind)
        right += 1
    return Company(begin, end, kinds, {n.begin for n in names if n.concept.kind in ("Skill", "Tool")})


def with_states(scene: Scene, names: list[Found]) -> list[Found]:
    """The names, a city with its state as one: "New York City, NY"."""
    kept: list[Found] = []
    for name in names:
        last = kept[-1] if kept else None
        if last and last.concept.kind == name.concept.kind == "Place" and scene.text[last.end:name.begin] == ", ":
            state = last.concept.label.rpartition(", ")[2]
            if state in (name.concept.label, *name.concept.alt_labels) and ", " in last.concept.label:
                kept[-1] = last._replace(end=name.end)
                continue
        kept.append(name)
    return kept


def longest(names: list[Found]) -> list[Found]:
    """The names without those that overlap a longer one, in order of place."""
    if len(names) < 2:
        return names
    kept: list[Found] = []
    for name in sorted(names, key=lambda n: (-n.weight, n.begin - n.end, n.begin)):
        if all(name.end <= k.begin or k.end <= name.begin for k in kept):
            kept.append(name)
    return sorted(kept, key=lambda n: n.begin)


def merged(names: list[Found], added: list[Found]) -> list[Found]:
    """Names with those added that have a place to themselves."""
    for name in added:
        if all(name.end <= n.begin or n.end <= name.begin for n in names):
            names = [*names, name]
    return sorted(names, key=lambda n: n.begin)
