"""Mentions: where a document names what the vocabulary knows, and what it is sure of.

Labels come from one pass of the matcher, roles from the reader of titles. Longer names win over shorter ones inside
them; a name that could mean several things, or ordinary words, counts where its surroundings support it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc

from kg.mentions import again
from kg.mentions.announced import Announced
from kg.mentions.candidates import New, NewTerms
from kg.mentions.context import Company, Scene
from kg.mentions.context_words import ContextWords
from kg.mentions.coordination import Coordination
from kg.mentions.employers import Employers
from kg.mentions.matching import Hit, Lexicon, customise_tokenizer
from kg.mentions.names import Found, Names, with_states
from kg.mentions.senses import Sense, Senses
from kg.mentions.stretches import Cursor, lowered, stretches, types_under
from kg.mentions.techniques import Techniques
from kg.mentions.trimming import Trimming
from kg.model import DEMANDS, Concept, Mention, Reading, Section
from kg.namespaces import RG
from kg.titles.reader import TitleReader
from kg.vocabulary import Vocabulary

__all__ = ["MentionFinder", "customise_tokenizer"]

# how far a title reaches from its head, in characters
_TITLE_REACH = 80
# so many labels before a place may still reach it
_NEIGHBOURS = 8
_IN_HEADINGS = frozenset(("Organization", "Place"))
_SURE, _LIKELY, _PLAUSIBLE, _RESOLVED, _PROPOSED, _WEAK = 0.97, 0.92, 0.87, 0.8, 0.6, 0.5


class MentionFinder:
    """Fills `Reading.mentions` and, for what the vocabulary lacks, `Reading.candidates`; built once for a vocabulary."""

    def __init__(self, nlp: Language, vocabulary: Vocabulary, titles: TitleReader, senses: Senses | None = None) -> None:
        self._vocabulary, self._titles = vocabulary, titles
        self._words = ContextWords(vocabulary)
        self._terms = NewTerms(vocabulary, self._words, titles.minter)
        self._announced = Announced(vocabulary, self._words, self._terms)
        self._lexicon = Lexicon(nlp.vocab, vocabulary, titles.triggers(),
                                [*self._terms.triggers(), *self._announced.triggers, *Employers.triggers(vocabulary)], senses)
        self._techniques = Techniques(vocabulary, self._words, self._lexicon, self._terms.barred)
        self._employers = Employers(vocabulary, self._terms.barred)
        self._coordination, self._trimming = Coordination(self._words, self._lexicon), Trimming(self._words, self._lexicon)

    def find(self, doc: Doc, reading: Reading) -> None:
        """Marks the document's passages, headings and title; `doc` is the same text, cut by `customise_tokenizer`."""
        matches = self._lexicon.find(doc, reading.text)
        low = lowered(reading.text)
        titles_here = self._titles.with_roles([c for c in reading.candidates.values() if c.kind == "Role"])
        hits, titles, classes = Cursor(matches.hits), Cursor(matches.titles), Cursor(matches.classes)
        found: list[Mention] = []
        places = stretches(reading)
        types = types_under(reading)
        for begin, end, passage, lead in places:
            here, titled, named = hits.within(begin, end), titles.within(begin, end), classes.within(begin, end)
            if not here and not titled and not named and not (passage is not None and self._employers.leads(low, begin)):
                if passage is None:
                    found += self._source(reading, types.get((begin, end)))
                continue
            roles = self._roles(titles_here, reading, begin, end, titled) if titled else []
            scene = Scene(self._words, reading, low, begin, end, passage, lead)
            names = self._heading(scene, here, roles) if passage is None else self._all(scene, here, roles, named, reading)
            if passage is None and not names:
                found += self._source(reading, types.get((begin, end)))
            found += [Mention(n.begin, n.end, n.concept.iri, n.concept.kind, passage, n.confidence, n.method) for n in names]
        reading.mentions = found
        again.mark(reading, places)

    def _all(self, scene: Scene, hits: list[Hit], roles: list[Found], classes: list[tuple[int, int]], reading: Reading) -> list[Found]:
        """The names of a passage, candidates among them; `classes` are places of nouns that introduce names."""
        names = self._passage(scene, hits, roles)
        self._announced.apply(scene, names, classes)
        for begin, end, concept in self._new(scene, names, classes):
            sure, method = (_PROPOSED, "new term") if concept.candidate else (_RESOLVED, "context")
            names.replace(names.overlapping(begin, end), Found(begin, end, concept, sure, method, 0))
        for name in names:
            if name.concept.candidate:
                reading.candidates.setdefault(name.concept.iri, name.concept)
        return with_states(scene, names)

    def _new(self, scene: Scene, names: Names, classes: list[tuple[int, int]]) -> Iterator[New]:
        """What no vocabulary holds: an employer, tools in lists, skills beside skills."""
        place = self._employers.find(scene, names, bool(classes))
        if place:
            yield (*place, self._terms.concept("Organization", scene.text[slice(*place)]))
        if classes or any(n.concept.kind == "Tool" for n in names):
            yield from self._terms.find(scene, names, classes, self._lexicon)
        for begin, end in self._techniques.find(scene, names):
            known = [s.concept for s in self._lexicon.lookup(scene.text[begin:end]) if s.concept.kind == "Skill"]
            yield begin, end, known[0] if known else self._terms.concept("Skill", scene.text[begin:end])

    def _source(self, reading: Reading, under: tuple[Section, list[str]] | None) -> list[Mention]:
        """The organisation that a heading over lines of pay names, though no vocabulary knows it."""
        place = self._employers.source(reading, *under) if under else None
        if place is None:
            return []
        concept = self._terms.concept("Organization", reading.text[slice(*place)])
        if concept.candidate:
            concept = reading.candidates.setdefault(concept.iri, concept)
        return [Mention(*place, concept.iri, "Organization", None, _PROPOSED, "source of pay")]

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
        return list(Names.longest([*roles, *names]))

    def _passage(self, scene: Scene, hits: list[Hit], roles: list[Found]) -> Names:
        plain, guarded = [], []
        for hit, weight in self._trimming.names(scene, hits):
            sense = hit.senses[0]
            if len(hit.senses) == 1 and not scene.needed(sense, hit, scene.opens(hit.begin)):
                plain.append(Found(hit.begin, hit.end, sense.concept, self._confidence(scene, hit, sense), "label", weight))
            else:
                guarded.append(hit)
        scene.note_degrees([n.end for n in plain if n.concept.kind == "Degree"])
        if any(r.concept.candidate for r in roles):
            tools = {(h.begin, h.end) for h in hits if any(s.concept.kind == "Tool" for s in h.senses)}
            roles = [r for r in roles if not r.concept.candidate or (r.begin, r.end) not in tools]
        names = Names.longest([*roles, *plain])
        self._add_elided(scene, names, hits)
        if guarded:
            self._add_guarded(scene, names, guarded)
        if roles and len(names) > 1:
            self._settle_roles(scene, names)
        return names

    def _settle_roles(self, scene: Scene, names: Names) -> None:
        """In an enumeration of tools the name of an occupation is that of a tool ("Chef, Puppet"), if it can be one."""
        for name in [n for n in names if n.concept.kind == "Role"]:
            kinds = names.company(scene, name.begin, name.end).kinds
            if "Role" in kinds or kinds.isdisjoint(("Tool", "Skill")):
                continue
            surface = scene.text[name.begin:name.end]
            if "Tool" in kinds:
                known = next((s.concept for s in self._lexicon.lookup(surface) if s.concept.kind == "Tool" and (not s.forms or surface in s.forms)), None)
                if known or name.concept.candidate:
                    names.replace([name], name._replace(concept=known or self._terms.concept("Tool", surface), method="context",
                                                        confidence=_LIKELY if known else _PROPOSED))
            elif self._titles.is_weak(surface):
                names.replace([name], None)

    def _confidence(self, scene: Scene, hit: Hit, sense: Sense) -> float:
        kind = sense.concept.kind
        if kind != "Skill":
            return _SURE
        if self._is_attribute(scene, hit.end, sense.concept):
            return _WEAK
        if sense.rank == 0:
            # what stands where nothing is asked for is more often a mere subject
            return _LIKELY if scene.type in DEMANDS else _PLAUSIBLE
        return _PLAUSIBLE if sense.rank == 1 and " " in scene.text[hit.begin:hit.end] else _RESOLVED

    def _is_attribute(self, scene: Scene, end: int, concept: Concept) -> bool:
        """Whether a field of knowledge only says of what sort something is: "ML systems", "AI and ML initiatives"."""
        if RG + "KnowledgeArea" not in concept.types:
            return False
        if scene.following(end) in self._words.weak_nouns:
            return True
        joint = self._words.pair.match(scene.low, end, scene.end)
        return joint is not None and scene.following(joint.end()) in self._words.weak_nouns

    def _add_elided(self, scene: Scene, names: Names, hits: list[Hit]) -> None:
        whole = [n for n in names if n.method == "label" and n.concept.kind in ("Skill", "FieldOfStudy")]
        added: list[Found] = []
        for name in whole:
            if " " not in scene.text[name.begin:name.end]:
                continue
            for item in self._coordination.items(scene, name.begin, name.end, name.concept.kind, names):
                if item.sense.concept is not name.concept and not covered(hits, item.begin, item.end):
                    added.append(Found(item.begin, item.end, item.sense.concept, _RESOLVED, "elided", 0))
        for item in added:
            names.add(item)

    def _add_guarded(self, scene: Scene, names: Names, guarded: list[Hit]) -> None:
        """Adds the labels that need support and have it; a second round lets them support one another."""
        waiting = sorted(guarded, key=lambda h: (h.begin - h.end, h.begin))
        refused: dict[int, tuple] = {}
        for _ in range(2):
            rest: list[Hit] = []
            added = False
            for hit in waiting:
                taken = names.overlapping(hit.begin, hit.end)
                if not all(self._yields(name, hit) for name in taken):
                    continue
                company = names.company(scene, hit.begin, hit.end)
                if refused.get(id(hit)) == company[:3]:
                    continue
                chosen = scene.choose(hit, company)
                if chosen is None:
                    rest.append(hit)
                    refused[id(hit)] = company[:3]
                    continue
                sense, support = chosen
                weak = self._is_attribute(scene, hit.end, sense.concept)
                confidence = _WEAK if weak else _LIKELY if support > 2 or not sense.needs_context else _RESOLVED
                names.replace(taken, Found(hit.begin, hit.end, sense.concept, confidence, "context", 0))
                if sense.concept.kind == "Degree":
                    scene.note_degrees([hit.end])
                    refused.clear()
                added = True
            waiting = rest
            if not added:
                break

    @staticmethod
    def _yields(name: Found, hit: Hit) -> bool:
        """Whether a name gives way to a longer label that holds it."""
        inside = hit.begin <= name.begin and name.end <= hit.end and name.end - name.begin < hit.end - hit.begin
        return inside and name.concept.kind != "Role"


def covered(hits: list[Hit], begin: int, end: int) -> bool:
    """Whether a longer label that begins before a stretch runs into it."""
    at = bisect_left(hits, begin, key=lambda h: h.begin)
    return any(h.begin < begin < h.end and h.end - h.begin > end - begin for h in hits[max(0, at - _NEIGHBOURS):at])
