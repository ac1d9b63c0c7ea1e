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
from kg.enumerations import chains
from kg.matching import Hit, Lexicon, Sense, customise_tokenizer
from kg.model import Concept, Mention, Reading
from kg.titles import TitleReader
from kg.vocabulary import Vocabulary

__all__ = ["MentionFinder", "customise_tokenizer"]

# a second short name after the first: "AI/ML", "AI and ML"
_PAIR = re.compile(r"(?:/| and | und | or )\w{2,3}(?!\w)")
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
        self._coordination = Coordination(self._words, self._lexicon)

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
            roles = self._roles(titles_here, reading, begin, end) if titled else []
            scene = Scene(self._words, reading, low, begin, end, passage, lead)
            if passage is None:
                names = self._heading(scene, here, roles)
            else:
                names = self._passage(scene, here, roles)
                if any(low[b:e] in self._words.certifying for b, e in named):
                    names = [self._certification(scene, n, names, reading) for n in names]
                names = merged(names, [Found(b, e, c, _PROPOSED, "new term", 0) for b, e, c in self._new_terms(scene, names, named, reading)])
            found += [Mention(n.begin, n.end, n.concept.iri, n.concept.kind, passage, n.confidence, n.method) for n in names]
        reading.mentions = found

    def _new_terms(self, scene: Scene, names: list[Found], classes: list[tuple[int, int]], reading: Reading) -> list[tuple[int, int, Concept]]:
        """Candidates in the passage, also noted in the reading."""
        known = [(n.begin, n.end, n.concept) for n in names]
        tools = sum(n.concept.kind == "Tool" for n in names)
        if not classes and tools < 2:
            return []
        terms = self._terms.find(scene, known, classes, self._lexicon)
        for _, _, concept in terms:
            reading.candidates.setdefault(concept.iri, concept)
        return terms

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

    def _roles(self, titles: TitleReader, reading: Reading, begin: int, end: int) -> list[Found]:
        found = []
        for span in titles.find(reading.text, begin, end):
            concept = reading.candidates.get(span.iri) or titles.concept(span)
            if concept.candidate:
                reading.candidates.setdefault(concept.iri, concept)
            found.append(Found(span.begin, span.end, concept, _SURE if span.known else _LIKELY, "title", span.end - span.begin))
        return found

    def _heading(self, scene: Scene, hits: list[Hit], roles: list[Found]) -> list[Found]:
        chosen = [(h, scene.choose(h, Company(h.begin, h.end, frozenset()), _IN_HEADINGS)) for h in hits]
        names = [Found(h.begin, h.end, c[0].concept, _LIKELY, "label", h.end - h.begin) for h, c in chosen if c]
        return longest([*roles, *names])

    def _passage(self, scene: Scene, hits: list[Hit], roles: list[Found]) -> list[Found]:
        plain, guarded = [], []
        for hit, weight in self._trimmed(scene, self._genera(scene, [h for h in hits if not self._is_part(scene, h, hits)])):
            sense = hit.senses[0]
            if len(hit.senses) == 1 and not scene.needed(sense, hit, scene.opens(hit.begin)):
                plain.append(Found(hit.begin, hit.end, sense.concept, self._confidence(scene, hit, sense), "label", weight))
            else:
                guarded.append(hit)
        names = longest([*roles, *plain])
        names = self._with_elided(scene, names, hits)
        return self._with_guarded(scene, names, guarded) if guarded else names

    def _confidence(self, scene: Scene, hit: Hit, sense: Sense) -> float:
        kind = sense.concept.kind
        if kind != "Skill":
            return _SURE
        if self._is_attribute(scene, hit.end, sense.concept):
            return _WEAK
        return _LIKELY if sense.rank == 0 or sense.rank == 1 and " " in scene.text[hit.begin:hit.end] else _RESOLVED

    def _is_attribute(self, scene: Scene, end: int, concept: Concept) -> bool:
        """Whether a field of knowledge only says of what sort something is: "ML systems", "AI and ML initiatives"."""
        if not any(t.endswith("KnowledgeArea") for t in concept.types):
            return False
        if scene.following(end) in self._words.weak_nouns:
            return True
        joint = _PAIR.match(scene.low, end, scene.end)
        return joint is not None and scene.following(joint.end()) in self._words.weak_nouns

    def _trimmed(self, scene: Scene, hits: list[Hit]) -> list[tuple[Hit, int]]:
        """Without skills that are verb phrases, and without longer names of a skill where a shorter one says all.

        Each comes with its weight against names that overlap it; the shorter name has the longer one's.
        """
        weights = {id(h): self._weight(scene, h) for h in hits}
        kept: list[Hit] = []
        for hit in hits:
            surface = scene.low[hit.begin:hit.end]
            if " " not in surface and "/" not in surface:
                kept.append(hit)
                continue
            if any(s.concept.kind != "Skill" for s in hit.senses):
                kept.append(self._without_noun(scene, hit, surface))
                weights[id(kept[-1])] = weights[id(hit)]
                continue
            senses = tuple(s for s in hit.senses if not self._is_verb_phrase(surface, s))
            if not senses:
                continue
            enough = next((o for o in hits if self._says_all(surface, hit, senses, o)), None)
            if enough is not None:
                weights[id(enough)] = max(weights[id(enough)], weights[id(hit)])
            elif not self._is_sum(surface, senses):
                kept.append(hit if len(senses) == len(hit.senses) else Hit(hit.begin, hit.end, senses))
                weights[id(kept[-1])] = weights[id(hit)]
        return [(h, weights[id(h)]) for h in kept]

    def _without_noun(self, scene: Scene, hit: Hit, surface: str) -> Hit:
        """An industry's name without the noun that says that it is one: "tech industry"; other names as they are."""
        tail = surface.rsplit(" ", 1)[-1]
        if tail not in self._words.after or self._words.after[tail] != "Industry" or any(s.concept.kind != "Industry" for s in hit.senses):
            return hit
        return Hit(hit.begin, hit.end - len(tail) - 1, tuple(s._replace(needs_context=False) for s in hit.senses))

    def _is_part(self, scene: Scene, hit: Hit, hits: list[Hit]) -> bool:
        """Whether the words of a skill are part of a longer expression: "cutting-edge AI", "machine learning algorithms"."""
        if hit.senses[0].concept.kind != "Skill":
            return False
        low, begin, end = scene.low, hit.begin, hit.end
        small = scene.text[begin:end].islower()
        if low[begin - 1:begin] == "-" and begin - 1 > scene.begin and low[begin - 2].isalnum():
            return True
        if small and low[end:end + 1] == "-" and end + 1 < scene.end and low[end + 1].isalnum():
            return True
        return low[begin:end] in self._words.tails and any(h.end == begin - 1 and h.senses[0].concept.kind == "Skill" and not h.senses[0].needs_context for h in hits)

    def _weight(self, scene: Scene, hit: Hit) -> int:
        """Length without a generic noun at the end, so that "CI/CD" wins over "CD pipelines"."""
        surface = scene.low[hit.begin:hit.end]
        tail = surface.rsplit(" ", 1)[-1]
        return len(surface) - (len(tail) if tail in self._words.tails and hit.senses[0].concept.kind == "Skill" else 0)

    def _is_verb_phrase(self, surface: str, sense: Sense) -> bool:
        first = surface.split(" ", 1)[0]
        return sense.rank > 0 and (first in self._words.verbs and first != sense.concept.label.split(" ", 1)[0].lower() or " to " in surface)

    def _is_sum(self, surface: str, senses: tuple[Sense, ...]) -> bool:
        """Whether a name is but two names side by side: "AI/ML", "mathematics and statistics", unlike "CI/CD"."""
        for joint in ("/", " and ", " & "):
            if joint in surface:
                parts = [self._lexicon.lookup(part) for part in surface.split(joint)]
                most = 1 if joint == "/" and senses[0].rank else 0
                return all(any(s.rank <= most and s.concept.kind == "Skill" and s.concept.iri != senses[0].concept.iri for s in p) for p in parts)
        return False

    def _says_all(self, surface: str, hit: Hit, senses: tuple[Sense, ...], other: Hit) -> bool:
        """Whether a shorter name inside a name of a skill says the same: "CI/CD" in "CI/CD pipelines"."""
        if other.begin < hit.begin or other.end > hit.end or other.end - other.begin == hit.end - hit.begin:
            return False
        tail = surface.rsplit(" ", 1)[-1]
        at_tail = tail in self._words.tails and other.begin == hit.begin and other.end == hit.end - len(tail) - 1
        for inner in other.senses:
            if inner.concept.kind != "Skill":
                continue
            sure = inner.rank == 0 or not inner.needs_context and inner.rank == 1
            if sure and any(s.rank and s.concept.iri == inner.concept.iri for s in senses) or at_tail and (sure or tail in self._words.skill_nouns):
                return True
        return False

    def _genera(self, scene: Scene, hits: list[Hit]) -> list[Hit]:
        """Hits without those inside a coordination of kinds of one soft skill: "written and verbal communication" is communication."""
        for hit in hits:
            words = scene.low[hit.begin:hit.end].split(" ")
            if len(words) < 3 or self._words.separators.isdisjoint(words):
                continue
            begin = hit.end - len(words[-1])
            genus = next((s for s in self._lexicon.lookup(words[-1]) if s.rank == 0 and any(t.endswith("SoftSkill") for t in s.concept.types)), None)
            if genus:
                rest = [h for h in hits if h.end <= hit.begin or h.begin >= hit.end]
                rest.append(Hit(begin, hit.end, (genus._replace(needs_context=False),)))
                return self._genera(scene, sorted(rest, key=lambda h: (h.begin, -h.end)))
        return hits

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
        return hit.begin <= name.begin and name.end <= hit.end and name.end - name.begin < hit.end - hit.begin and name.concept.kind != "Role"


def company(scene: Scene, names: list[Found], hit: Hit) -> Company:
    """The enumeration in which a hit stands among sure names."""
    own = hit.begin, hit.end
    kinds = {(n.begin, n.end): n.concept.kind for n in names}
    spans = sorted([*kinds, own])
    for group in chains(scene.low, spans, scene.words.joining):
        if own in (members := [spans[i] for i in group]):
            return Company(members[0][0], members[-1][1], frozenset(kinds[m] for m in members if m != own), {b for b, _ in kinds})
    return Company(*own, frozenset())


class Cursor:
    """Walks over places in order; each stretch of text is asked for once, in order."""

    def __init__(self, places: list) -> None:
        self._places, self._at = places, 0

    def within(self, begin: int, end: int) -> list:
        """The places that lie inside a stretch."""
        places, at = self._places, self._at
        while at < len(places) and places[at][0] < begin:
            at += 1
        first = at
        while at < len(places) and places[at][0] < end:
            at += 1
        self._at = at
        return [p for p in places[first:at] if p[1] <= end]


def lowered(text: str) -> str:
    """The text in small letters, every one in its place."""
    low = text.lower()
    if len(low) != len(text):  # some capitals have no single small letter
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return low


def stretches(reading: Reading) -> list[tuple[int, int, int | None, str]]:
    """Title, headings and passages in order of place, each with its passage's index or None; headings with the one above."""
    found: list[tuple[int, int, int | None, str]] = [(p.begin, p.end, i, "") for i, p in enumerate(reading.passages)]
    for section in reading.sections:
        above = reading.sections[section.parent].label.lower() if section.parent is not None else ""
        found.append((section.begin, section.end, None, above))
    if reading.title_span:
        found.append((*reading.title_span, None, ""))
    found.sort(key=lambda s: (s[0], s[1], s[2] is None))
    apart: list[tuple[int, int, int | None, str]] = []
    for stretch in found:
        if not apart or stretch[0] >= apart[-1][1]:
            apart.append(stretch)
    return apart


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
