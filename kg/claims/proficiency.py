"""How well a skill or tool is to be mastered, by the words in its own phrase or in what introduces its list.

A phrase that ends in a preposition ("proficiency in") reaches over the enumeration after it; an adjective ("strong") to
the end of its noun phrase; a noun ("experience") back over the enumeration that ends in it. The next phrase takes over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from kg.language.cues import CueIndex, Hit
from kg.language.morphology import inflected
from kg.vocabulary import Vocabulary

_BETWEEN = 3
_AFTER = 5
_FAR = 1 << 30


class Span:
    """A level with the stretch of text over which it reaches."""

    __slots__ = ("begin", "end", "level")

    def __init__(self, begin: int, end: int, level: str) -> None:
        self.begin, self.end, self.level = begin, end, level


class ProficiencyReader:
    """Reads the levels in one passage; built once for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        found: dict[str, set[str]] = defaultdict(set)
        for scheme in ("mention-context", "verb"):
            for cue in vocabulary.cues(scheme):
                found[cue.value].add(cue.phrase.lower())
        self._skill_nouns, self._tails, self._verbs = found["skill-noun"], found["generic-tail"], found["activity"]
        self._separators, self._listing = found["separator"], tuple(sorted(found["listing"]))
        self._joints = tuple(f" {word} " for word in sorted(self._separators))
        self._forms = inflected(self._verbs)
        self._prepositions = {c.phrase.lower() for c in vocabulary.cues("reach") if c.value == "preposition"}
        self._cues = CueIndex(vocabulary.cues("proficiency"))
        self._stops = CueIndex(c for c in vocabulary.cues("reach") if c.value == "stop")
        self._pairing = CueIndex(c for c in vocabulary.cues("reach") if c.value == "pairing")

    def levels(self, low: str, mentions: Sequence[tuple[int, int]], lead_in: str = "", heading: str = "") -> list[str]:
        """The level of each mention (ordered places in the lower-cased passage), "" where none is said."""
        if not mentions:
            return []
        opening = self._opening(lead_in, _AFTER) if lead_in else self._opening(heading, 0) if heading else ""
        spans = self._spans(low, mentions, opening)
        if not spans:
            return [""] * len(mentions)
        levels = []
        for begin, end in mentions:
            level = ""
            for span in spans:  # the later phrase takes over
                if span.begin <= begin and end <= span.end:
                    level = span.level
            levels.append(level)
        return levels

    def _spans(self, low: str, mentions: Sequence[tuple[int, int]], opening: str) -> list[Span]:
        cues = [h for h in self._cues.hits(low) if low[h.end:h.end + 1] not in ("'", "’")]
        if not cues and not opening:
            return []
        pairs = self._pairing.hits(low)
        cues = [h for h in cues if not self._void(low, h, pairs, mentions)]
        ends = self._ends(low, mentions)
        spans = [Span(0, ends[0] if ends else _FAR, opening)] if opening else []
        i = 0
        while i < len(cues):
            last = i
            while last + 1 < len(cues) and self._same_phrase(low, cues[last], cues[last + 1], mentions):
                last += 1
            spans += self._span(low, cues[i], cues[last], ends, mentions)
            i = last + 1
        return spans

    def _opening(self, lead_in: str, most: int) -> str:
        """The level that the words before a list leave open ("expertise in:"), with at most so many words after it, or ""."""
        low = lead_in.lower().rstrip(" :")
        for hit in reversed(self._cues.hits(low)):
            rest = low[hit.end:].split()
            if self._open(low, hit) and len(rest) <= most and not self._stops.hits(low[hit.end:]):
                return hit.values[0]
        return ""

    def _void(self, low: str, hit: Hit, pairs: list[Hit], mentions: Sequence[tuple[int, int]]) -> bool:
        """Whether a phrase is none: a verb's word not at a clause's beginning, "with" that pairs two things, part of a name."""
        phrase = low[hit.begin:hit.end]
        if phrase.endswith(" with") and any(p.begin < hit.begin for p in pairs):
            return True
        if any(b <= hit.begin and hit.end <= e for b, e in mentions):
            return True
        if phrase in self._forms:
            before = low[:hit.begin].rstrip()
            return bool(before) and before[-1] not in ".:;,-" and not before.endswith((" and", " to"))
        return False

    def _ends(self, low: str, mentions: Sequence[tuple[int, int]]) -> list[int]:
        """Places where a phrase over an enumeration ends, in order."""
        ends = [h.begin for h in self._stops.hits(low)]
        for mark in (". ", "; ", "! ", "? "):
            at = low.find(mark)
            while at >= 0:
                if not low.startswith(("e.g", "i.e"), max(0, at - 3)) and not low[max(0, at - 2):at].startswith("."):
                    ends.append(at)
                at = low.find(mark, at + 1)
        begins = {b for b, _ in mentions}
        for joint in (*self._joints, ", "):
            at = low.find(joint)
            while at >= 0:
                word = low[at + len(joint):at + len(joint) + 24].split(" ", 1)[0]
                if word in self._verbs and at + len(joint) not in begins:
                    ends.append(at)  # "... and promote fair practices" is another thought
                at = low.find(joint, at + 1)
        return sorted(ends)

    def _same_phrase(self, low: str, first: Hit, second: Hit, mentions: Sequence[tuple[int, int]]) -> bool:
        """Whether an adjective and a noun make one phrase: "strong technical understanding of"."""
        if self._open(low, first):
            return False
        between = low[first.end:second.begin]
        if any(mark in between for mark in ",;:.(") or any(joint in between for joint in self._joints) or len(between.split()) > _BETWEEN:
            return False
        if low[second.begin:second.end].split(" ", 1)[0] in self._skill_nouns:
            return True  # "strong programming skills in"
        return not any(first.end <= b and e <= second.begin for b, e in mentions)

    def _span(self, low: str, first: Hit, last: Hit, ends: list[int], mentions: Sequence[tuple[int, int]]) -> list[Span]:
        level = first.values[0]
        reach = next((e for e in ends if e >= last.end), _FAR)
        if self._open(low, last):
            return [Span(first.end, reach, level)]
        rest = low[last.end:]
        noun = low[last.begin:last.end].rsplit(" ", 1)[-1] in self._skill_nouns
        if noun:
            skipped = rest.lstrip()
            at = last.end + len(rest) - len(skipped)
            if skipped.startswith("("):
                close = low.find(")", at)
                inside = any(at < b < close for b, _ in mentions)
                if inside:
                    return [Span(at, close, level), Span(self._back(low, first.begin, mentions), last.end, level)]
                if close > 0:
                    at, skipped = close + 1, low[close + 1:].lstrip()
            word = skipped.split(" ", 1)[0].strip(",.;:)")
            if word in self._prepositions or skipped.startswith(":") or (word.endswith("ing") and word[:1].isalpha()):
                return [Span(at, reach, level)]
            return [Span(self._back(low, first.begin, mentions), last.end, level)]
        if not self._governs(low, last.end, mentions):
            return []
        return [Span(last.end, min(reach, self._phrase_end(low, last.end)), level)]

    def _governs(self, low: str, begin: int, mentions: Sequence[tuple[int, int]]) -> bool:
        """Whether an adjective speaks of a skill: one begins in its own noun phrase ("strong relationships, listening" does not)."""
        first = next((b for b, _ in mentions if b >= begin), -1)
        return first >= 0 and "," not in low[begin:first]

    def _back(self, low: str, end: int, mentions: Sequence[tuple[int, int]]) -> int:
        """Where the enumeration begins that ends before a noun of level ("Python and SQL experience")."""
        begin = end
        for b, e in reversed(mentions):
            if e > end:
                continue
            gap = low[e:begin]
            words = gap.replace(",", " ").replace("/", " ").replace("&", " ").replace("-", " ").split()
            if (begin == end and len(words) > 1) or not all(w in self._separators or w in self._tails for w in words) or ":" in gap:
                break
            begin = b
        return begin

    def _phrase_end(self, low: str, begin: int) -> int:
        """Where the noun phrase after an adjective ends: at its noun of skill, unless examples follow, or at a preposition."""
        place = begin
        for word in low[begin:].split(" "):
            stop = place + len(word)
            bare = word.strip(",.;:()")
            if bare in self._skill_nouns:
                after = low[place + len(bare):].lstrip(" ,")
                if after.startswith((":", "(", *self._listing)):
                    return _FAR
                return stop
            if bare in ("with", "in") and place > begin + 1:
                return place
            place = stop + 1
        return _FAR

    def _open(self, low: str, hit: Hit) -> bool:
        """Whether a phrase calls for an object: it ends in a preposition, or is a verb."""
        last = low[hit.begin:hit.end].rsplit(" ", 1)[-1]
        return last in self._prepositions or last in self._forms
