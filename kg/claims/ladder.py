"""Steps of a career, from role to role: rungs listed one under another, and steps said in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from kg.language.cues import CueIndex
from kg.language.enumerations import chains
from kg.model import Link, Reading
from kg.vocabulary import Vocabulary

_LONGEST_LABEL = 40
_FARTHEST = 4
# between two rungs on one line: "Analyst -> Senior Analyst", "Analyst (2 years) → Manager", "Analyst > Manager"
_ARROW = re.compile(r"[\s*_`]*(?:\([^()\n]{1,60}\)[\s*_]*)?(?:[-=–—]{1,2}>|>{1,2}|[→⟶➔➜➝➙⇒⇨›»])[\s*_`]*")
# steps are said in sentences, not in walls of text
_LONGEST_PASSAGE = 5_000
_STEPPING = frozenset(("CareerStep", "MarketFact", "Qualification", "Definition", "Summary", "Intro", "Requirement"))
# passages that may leave out whose step they speak of: the section's subject's
_OWN = frozenset(("CareerStep", "MarketFact"))


class Ladder:
    """Reads career steps; built once for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        steps = vocabulary.cues("career-step")
        self._from = CueIndex(c for c in steps if c.value == "from")
        self._until = CueIndex(c for c in steps if c.value == "until")
        self._to = CueIndex(c for c in steps if c.value == "to")
        self._levels = CueIndex(c for c in steps if c.value == "level")
        self._headings = CueIndex(c for c in vocabulary.cues("passage-type", "headingCue") if c.value == "CareerStep")
        self._then = CueIndex(c for c in steps if c.value == "then")
        self._joining = {c.phrase.lower() for c in vocabulary.cues("mention-context") if c.value in ("separator", "example")}

    def claims(self, reading: Reading, roles: Mapping[int, Sequence[int]]) -> Iterator[Link]:
        """Each step once for each place that states it; `roles` are the role mentions (indexes) by passage."""
        previous: tuple[int, list[int]] | None = None
        for passage, p in enumerate(reading.passages):
            rung = self._rung(reading, passage, roles.get(passage, ()))
            if previous and rung and reading.passages[previous[0]].section == p.section and passage - previous[0] <= 2:
                yield from self._steps(reading, previous[1], rung, (previous[0], passage), 0.95, "rungs")
            if len(roles.get(passage, ())) > 1 and p.end - p.begin <= _LONGEST_PASSAGE:
                yield from self._chained(reading, passage, roles[passage])
            if passage in roles and p.type in _STEPPING and p.end - p.begin <= _LONGEST_PASSAGE:
                yield from self._stated(reading, passage, roles[passage], previous[1] if previous else [])
            if rung:
                previous = passage, rung
            elif previous and (reading.passages[previous[0]].section != p.section or passage - previous[0] >= 2):
                previous = None
        yield from self._headed(reading)

    def _steps(self, reading: Reading, before: Sequence[int], after: Sequence[int], evidence: tuple[int, ...], confidence: float,
               method: str) -> Iterator[Link]:
        """A step from each role before to each after."""
        for i in before:
            for j in after:
                start, stop = reading.mentions[i], reading.mentions[j]
                if start.concept != stop.concept:
                    yield Link(subject=start.concept, evidence=tuple(dict.fromkeys(evidence)), confidence=confidence, method=method,
                               property="progressesTo", object=stop.concept, mentions=tuple(dict.fromkeys((i, j))))

    def _chained(self, reading: Reading, passage: int, roles: Sequence[int]) -> Iterator[Link]:
        """Steps between roles on one line that arrows part, or in a line on careers words such as "then"."""
        career = reading.passages[passage].type == "CareerStep"
        for i, j in pairwise(roles):
            between = reading.text[reading.mentions[i].end:reading.mentions[j].begin]
            if _ARROW.fullmatch(between):
                yield from self._steps(reading, [i], [j], (passage,), 0.95, "arrow")
            elif career and len(between) < _LONGEST_LABEL and self._then.whole(between.strip(" ,;.–—-").lower().removesuffix(" a").removesuffix(" an")):
                yield from self._steps(reading, [i], [j], (passage,), 0.85, "stated step")

    def _rung(self, reading: Reading, passage: int, roles: Sequence[int]) -> list[int]:
        """The roles that a passage puts on a rung: its label, or what follows the label that names a level."""
        p = reading.passages[passage]
        if not roles or p.type != "CareerStep" or p.end - p.begin > _LONGEST_PASSAGE:
            return []
        text = reading.text
        first = reading.mentions[roles[0]]
        if first.begin == p.begin:
            after = text[first.end:min(p.end, first.end + 3)].lstrip()
            return [roles[0]] if first.end == p.end or after[:1] in (":", "–", "-", "—", "|", "(") else []
        within = min(p.end, p.begin + _LONGEST_LABEL)
        label = next((at for mark in (":", "|", " - ", " – ") if (at := text.find(mark, p.begin, within)) > 0), -1)
        if label < 0 or not self._levels.whole(text[p.begin:label].strip(" *").lower()):
            return []
        if text[label + 1:first.begin].strip(" |-–*"):
            return []
        return self._chain(reading, roles, 0)

    def _chain(self, reading: Reading, roles: Sequence[int], first: int) -> list[int]:
        """The roles that stand in one enumeration from a place on."""
        begin = reading.mentions[roles[first]].begin
        spans = [(reading.mentions[i].begin - begin, reading.mentions[i].end - begin) for i in roles[first:]]
        return [roles[first + n] for n in chains(reading.text[begin:begin + spans[-1][1]].lower(), spans, self._joining)[0]]

    def _stated(self, reading: Reading, passage: int, roles: Sequence[int], before: Sequence[int]) -> Iterator[Link]:
        """Steps in words: "progress from X or Y to Z", "X, progressing to Y", "advance to become Z"."""
        p = reading.passages[passage]
        low = reading.text[p.begin:p.end].lower()
        if len(roles) > 1 and self._labels(reading, passage, roles):
            yield from self._steps(reading, roles[:1], roles[1:2], (passage,), 0.9, "labelled step")
        for cue in self._from.hits(low):
            start, stop = self._around(reading, roles, p.begin + cue.end, p.end)
            yield from self._steps(reading, start, stop, (passage,), 0.9, "from and to")
        for cue in self._to.hits(low):
            stop = self._after(reading, roles, p.begin + cue.end, p.end)
            if not stop:
                continue
            start = self._subject(reading, roles, p.begin, p.begin + cue.begin)
            if start:
                yield from self._steps(reading, start, stop, (passage,), 0.8, "stated step")
            elif before and all(reading.mentions[i].passage == passage - 1 for i in before):
                yield from self._steps(reading, before[-1:], stop, (passage - 1, passage), 0.7, "stated step")
            elif p.role and p.type in _OWN:
                for j in stop:
                    if reading.mentions[j].concept != p.role:
                        yield Link(subject=p.role, evidence=(passage,), confidence=0.7, method="stated step", property="progressesTo",
                                   object=reading.mentions[j].concept, mentions=(j,))

    def _labels(self, reading: Reading, passage: int, roles: Sequence[int]) -> bool:
        """Whether a line's label is a step: "Junior Analyst to Analyst: two years of project work"."""
        p, text = reading.passages[passage], reading.text
        first, second = reading.mentions[roles[0]], reading.mentions[roles[1]]
        between = text[first.end:second.begin].strip().lower()
        return first.begin == p.begin and bool(self._until.whole(between)) and text[second.end:p.end].lstrip()[:1] in ("", ":", "(", "–", "-")

    def _around(self, reading: Reading, roles: Sequence[int], begin: int, end: int) -> tuple[list[int], list[int]]:
        """The roles before and after the word that says where the step leads."""
        until = next(iter(self._until.hits(reading.text[begin:end].lower())), None)
        if until is None:
            return [], []
        middle, after = begin + until.begin, begin + until.end
        start = [i for i in roles if begin <= reading.mentions[i].begin and reading.mentions[i].end <= middle]
        return start, self._after(reading, roles, after, end)

    def _after(self, reading: Reading, roles: Sequence[int], place: int, end: int) -> list[int]:
        """The enumeration of roles that begins soon after a place, in the same sentence."""
        for n, i in enumerate(roles):
            mention = reading.mentions[i]
            if mention.begin >= place:
                between = reading.text[place:mention.begin]
                apart = len(between.split()) > _FARTHEST or any(mark in between for mark in (". ", "; ", ", "))
                return [] if apart else self._chain(reading, roles, n)
        return []

    @staticmethod
    def _subject(reading: Reading, roles: Sequence[int], begin: int, end: int) -> list[int]:
        """The roles before a place in its sentence, of whom the step is said."""
        start = max(begin, reading.text.rfind(". ", begin, end) + 1)
        return [i for i in roles if start <= reading.mentions[i].begin and reading.mentions[i].end <= end]

    def _headed(self, reading: Reading) -> Iterator[Link]:
        """Steps between neighbouring headings that name one role each, under a heading about careers."""
        named: dict[int, int] = {}
        places = {(m.begin, m.end): i for i, m in enumerate(reading.mentions) if m.kind == "Role" and m.passage is None}
        for s, section in enumerate(reading.sections):
            place = places.get((section.begin, section.end))
            above = reading.sections[section.parent].label.lower() if section.parent is not None else ""
            if place is not None and self._headings.hits(above):
                named[s] = place
        first = {p.section: i for i, p in reversed(list(enumerate(reading.passages)))}
        for a, b in zip(named, list(named)[1:], strict=False):
            evidence = tuple(first[s] for s in (a, b) if s in first)
            if reading.sections[a].parent == reading.sections[b].parent and evidence:
                yield from self._steps(reading, [named[a]], [named[b]], evidence, 0.85, "headed rungs")


