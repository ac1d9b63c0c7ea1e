"""What the words around a label say of it: whether an ambiguous label counts, and as what."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Set
from typing import Any, NamedTuple, Protocol

from kg.mentions.context_words import ContextWords, is_soft
from kg.mentions.matching import Hit
from kg.mentions.senses import Sense
from kg.model import DEMANDS, HARD_REQUIREMENTS, Reading

_WORD = re.compile(r"[^\W_][\w'’/-]*")
# kinds that a label names only where the surroundings say so
_GUARDED = frozenset(("FieldOfStudy", "Certification"))
# which kind a label names if nothing speaks for another
_ORDER = ("Degree", "Tool", "Skill", "Organization", "Place", "Regulation", "Industry", "Certification", "FieldOfStudy")
_RANK = {kind: number for number, kind in enumerate(_ORDER)}
# how many words may stand between a cue and what it announces: "sectors such as the ..."
_NEAR = 3
_LAST = "\U0010ffff"
_MARKS = str.maketrans(dict.fromkeys(",():–", " "))
# passages that speak of work, not of branches of the economy
_MARKETS = frozenset(("MarketFact", "Trend", "Qualification"))
_WORK = frozenset(("Responsibility", "BestPractice", "Challenge", "Solution", "SoftSkill"))
# the kinds that a passage of a type speaks of
_FAVOURED = {
    "SalaryFact": ("Organization", "Place"), "MarketFact": ("Industry", "Organization"), "Trend": ("Industry",),
    "Requirement": ("Tool", "Skill"), "Responsibility": ("Tool", "Skill"), "BestPractice": ("Tool", "Skill"), "SoftSkill": ("Skill",),
}


class Beginnings(Protocol):
    """Knows which name begins at a place."""

    def at(self, begin: int) -> Any:
        """The name, with its `concept`, or None."""


class Company(NamedTuple):
    """The enumeration in which a label stands: its extent, the kinds of its sure names; and the names of the passage by place."""

    begin: int
    end: int
    kinds: Set[str]
    names: Beginnings | None = None


class Scene:
    """One passage or heading, and what its words say of the labels in it."""

    __slots__ = ("_asked", "_cues", "_lead", "begin", "end", "low", "text", "type", "words")

    def __init__(self, words: ContextWords, reading: Reading, low: str, begin: int, end: int, passage: int | None,
                 lead: str = "") -> None:
        self.words, self.text, self.low, self.begin, self.end = words, reading.text, low, begin, end
        self.type = reading.passages[passage].type if passage is not None else ""
        self._cues: list[tuple[int, str]] | None = None
        self._asked: dict[int, int] | None = None
        self._lead = self._introduction(reading, passage) if passage is not None else lead

    @staticmethod
    def _introduction(reading: Reading, passage: int) -> str:
        """The words that introduce the list in which the passage stands."""
        lead = reading.passages[passage].lead_in
        found = reading.passages[passage].path[-1:] if lead is None else (reading.quote(reading.passages[lead]),)
        return found[0].lower() if found else ""

    def following(self, end: int) -> str:
        """The word right after a place, in lower case, or ""."""
        if end >= self.end or self.low[end] not in " -":
            return ""
        match = _WORD.match(self.low, end + 1, self.end)
        return match.group() if match else ""

    def preceding(self, begin: int) -> str:
        """The word right before a place, in lower case, or ""."""
        start = max(self.begin, begin - 24)
        if begin - 1 < start or self.low[begin - 1] not in " -":
            return ""
        return self.low[start:begin - 1].rsplit(" ", 1)[-1].lstrip("(\"'")

    def opens(self, begin: int) -> bool:
        """Whether a sentence or a label's explanation begins here, so that a capital says nothing."""
        return begin == self.begin or self.low[max(self.begin, begin - 2):begin] in (". ", ": ", "! ", "? ")

    def kind_before(self, begin: int) -> str:
        """The kind that the nearest cue announces for an enumeration that begins at a place.

        The cue stands right before it, in the passage or in what introduces the passage; a degree reaches farther.
        """
        if self._cues is None:
            self._cues = [(self.begin + h.end, h.values[0]) for h in self.words.before.hits(self.low[self.begin:self.end])]
            if self._lead:
                said = self.words.before.hits(self._lead)[-1:]
                self._cues[:0] = [(self.begin, h.values[0]) for h in said if self._announces(h.end)]
        at = bisect_right(self._cues, (begin, _LAST)) - 1
        if at < 0:
            return ""
        place, value = self._cues[at]
        if value == "FieldOfStudy":
            return value if self._same_thought(place, begin) else ""
        if begin - place > _NEAR * 16:
            return ""
        between = self.low[place:begin].translate(_MARKS).split()
        return value if len(between) <= _NEAR and all(w in self.words.introducing for w in between) else ""

    def _announces(self, end: int) -> bool:
        """Whether what introduces the passage ends in a cue ("industries, including:"; "industry trends" does not)."""
        return all(w in self.words.introducing or w in self.words.tool_nouns for w in self._lead[end:].translate(_MARKS).split())

    def _same_thought(self, begin: int, end: int) -> bool:
        """Whether a degree and what stands after it may belong together: no clause ends between them, and none begins."""
        between = self.low[begin:end]
        return "; " not in between and ": " not in between and self.words.stops.isdisjoint(between.translate(_MARKS).split())

    def note_degrees(self, ends: Collection[int]) -> None:
        """Degrees end at these places: fields of study may follow."""
        if ends:
            self.kind_before(self.begin)
            self._cues = sorted({*(self._cues or ()), *((end, "FieldOfStudy") for end in ends)})

    def kind_after(self, end: int) -> str:
        """The kind that the word right after a place gives to what stands before it."""
        return self.words.after.get(self.following(end), "")

    def announced(self, begin: int, words: Collection[str]) -> bool:
        """Whether a phrase of level ("proficiency in") or one of the words ("such as") stands right before a place."""
        before = self.low[max(self.begin, begin - 32):begin].rstrip(" ,(")
        if not before or (before[-1] in ".;" and not before.endswith((".g.", ".e."))):
            return False
        last = before.rsplit(" ", 2)
        if last[-1] in words or " ".join(last[-2:]) in words:
            return True
        return max(self.begin, begin - 32) + len(before) in self.asked()

    def asked(self) -> dict[int, int]:
        """Where the phrases of level ("proficiency in") end, each with its beginning."""
        if self._asked is None:
            self._asked = {self.begin + h.end: self.begin + h.begin for h in self.words.asking.hits(self.low[self.begin:self.end])}
        return self._asked

    def choose(self, hit: Hit, company: Company, kinds: frozenset[str] | None = None) -> tuple[Sense, int] | None:
        """The sense that the surroundings support best, with its support, or None."""
        best: tuple[int, int, int] | None = None
        chosen: Sense | None = None
        before = after = ""
        if len(hit.senses) > 1 or hit.senses[0].concept.kind != "Skill":  # no word beside a name says that it is a skill's
            after = self.words.after.get(self.following(company.end), "")
            before = self.kind_before(company.begin)
        start = self.opens(hit.begin)
        for sense in self._of_one_sort(hit.senses, company):
            kind = sense.concept.kind
            if kinds is not None and kind not in kinds:
                continue
            support = 3 * (after == kind) + 2 * (before == kind and kind != "Skill") + 2 * (kind in company.kinds)
            if kind == "Organization":
                support += 2 * self._says(company)
            if kind in ("Tool", "Skill"):
                support += self._support(sense, hit, company) - 2 * (kind == "Skill" and kind in company.kinds)
            needed = self.needed(sense, hit, start)
            if support < needed and not (needed == 1 and kind == "Industry" and self._enters(company)):
                continue
            # what a name needs to count at all, it has over a name that needs nothing
            key = support + 2 * (kind in _GUARDED) + (kind in _FAVOURED.get(self.type, ())), -sense.rank, -_RANK[kind]
            if best is None or key > best:
                best, chosen = key, sense
        return (chosen, best[0]) if chosen and best else None

    @staticmethod
    def _of_one_sort(senses: tuple[Sense, ...], company: Company) -> tuple[Sense, ...]:
        """The senses without those of a skill, or of a tool, where both have the name: it is what the rest of its list is, else a tool."""
        if len(senses) == 1 or not {"Tool", "Skill"} <= {s.concept.kind for s in senses}:
            return senses
        other = "Tool" if "Skill" in company.kinds and "Tool" not in company.kinds else "Skill" if "Tool" in company.kinds else ""
        return tuple(s for s in senses if s.concept.kind != other)

    def needed(self, sense: Sense, hit: Hit, start: bool) -> int:
        """How much support a sense needs to count; 0 for a name that means nothing else."""
        kind = sense.concept.kind
        surface = self.text[hit.begin:hit.end]
        if kind == "Certification" and len(hit.senses) == 1 and self.type in HARD_REQUIREMENTS and len(surface) > 2 and (
                surface.isupper() or not sense.needs_context):
            return 0  # "CFA or PMP preferred": names nothing else
        if kind in _GUARDED or sense.needs_context:
            return 2
        if kind == "Tool":  # "Excel in ...", "Dash to ...": the capital is the sentence's
            return int(start and sense.forms is not None and surface.isalpha() and not surface.isupper())
        if kind == "Industry":
            if self.type in _WORK and (sense.rank or len(hit.senses) > 1 or self.following(hit.end) in self.words.tails):
                return 2
            return int(surface.isalpha() and surface.islower())  # "hospitals" and the like are ordinary nouns too
        if kind == "Skill" and sense.rank and start and " " in surface and self.low[hit.end:hit.end + 1] != ":":
            first = self.low[hit.begin:hit.end].split(" ", 1)[0]
            if first in self.words.verbs and not first.endswith("ing"):
                return 3  # "Build pipelines with ...": what somebody does
        # forms that are never shown are adjectives and verbs more often than names
        return 2 if kind == "Skill" and sense.rank == 2 and sense.forms is None and surface.isalpha() else 0

    def _support(self, sense: Sense, hit: Hit, company: Company) -> int:
        """Support of the sorts that skills and tools have: what introduces or ends their list, who stands in it, examples."""
        if self._governs(hit):
            return -3
        if sense.concept.kind == "Tool":
            return 2 * (self.announced(company.begin, self.words.connectors) or self.announced(hit.begin, self.words.connectors))
        following = self.following(company.end)
        if following in self.words.group_nouns:
            return -3
        after = self.following(hit.end) if hit.end != company.end else following
        if following in self.words.skill_nouns or after in self.words.skill_nouns:
            return 3
        together = "Skill" in company.kinds or "Tool" in company.kinds
        if sense.rank == 2:
            return 2 * (together and after in self.words.closing and self.announced(company.begin, self.words.listing))
        if sense.rank == 1:
            if self._examples_follow(hit.end, after, company.names):
                return 2
            generic = self.low[hit.begin:hit.end].rsplit(" ", 1)[-1] in self.words.tails
            return 2 * (together and not generic and self.announced(company.begin, self.words.listing))
        if together or self._examples_follow(hit.end, after, company.names) or self.announced(company.begin, self.words.listing):
            return 2
        if not is_soft(sense.concept):
            return 0
        before = self.preceding(hit.begin)
        labels = self.low[hit.end:hit.end + 1] == ":" and (hit.begin == self.begin or before in self.words.separators)
        return 2 * (before in self.words.qualities or labels)

    def _says(self, company: Company) -> bool:
        """Whether names are said to state something: before a verb of saying, where the text states facts ("LinkedIn reports that")."""
        return self.type not in DEMANDS and self.type not in _WORK and self.following(company.end) in self.words.saying

    def _enters(self, company: Company) -> bool:
        """Whether a lone small noun may name an industry: in a passage on markets, or after a preposition ("experience in healthcare")."""
        return self.type in _MARKETS or self.announced(company.begin, self.words.entering)

    def _governs(self, hit: Hit) -> bool:
        """Whether the label is the verb of what follows: "driving growth"."""
        surface = self.low[hit.begin:hit.end]
        if not surface.endswith("ing") or surface not in self.words.verbs:
            return False
        following = self.following(hit.end)
        return bool(following) and following not in self.words.joining and following not in self.words.skill_nouns

    def _examples_follow(self, end: int, following: str, names: Beginnings | None) -> bool:
        """Whether known names stand after as examples: "orchestration platforms (e.g., ...)", "containerization: ..."."""
        if following in self.words.tool_nouns:
            end += 1 + len(following)
        opening = self.words.opening.match(self.low, end, self.end) if names else None
        first = names.at(opening.end()) if names and opening else None
        return first is not None and first.concept.kind in ("Skill", "Tool")
