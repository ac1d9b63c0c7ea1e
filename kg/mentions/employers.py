"""Organisations that no vocabulary holds, by how a text speaks of them.

"Brightwell Freight is a logistics company", "Fern & Field is hiring", "At Thistle Ltd, we build ...", and the name that
stands alone over lines of pay as their source.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from kg.mentions.context import Scene
from kg.mentions.names import Found, Names
from kg.model import Reading, Section
from kg.vocabulary import Vocabulary

_WORD = r"[A-ZÄÖÜ0-9][\w&'’.+-]*[\w+]|[A-ZÄÖÜ]"
_NAME = re.compile(rf"(?:{_WORD})(?: (?:& |and |of )?(?:{_WORD})){{0,4}}")
_SENTENCE_END = re.compile(r"[.!?](?: |$)")
_HEADING_NAME = re.compile(rf"((?:{_WORD})(?: (?:& )?(?:{_WORD})){{0,2}})(?: ?\([^()]*\))?:?")
# a capital inside a word, a digit, or a full stop: no ordinary word of a heading
_MADE = re.compile(r"[a-z][A-Z]|\d[a-z]|[a-z]\.[a-z]")
# what parts the items of a line on where a post is
_LINE_JOINT = re.compile(r" ?[·•|(] ?| [–-] ")
_LONGEST_LINE = 120
_LONGEST_LABEL = 28
_LONGEST_NAME = 5
_DESCRIBING = ("Definition", "Intro", "Summary")


class Employers:
    """Finds the places of names of organisations; built once for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary, barred: set[str]) -> None:
        found: dict[str, set[str]] = defaultdict(set)
        for cue in vocabulary.cues("organization-context"):
            found[cue.value].add(cue.phrase.lower())
        self._nouns, self._copulas, self._verbs = found["class"], found["copula"], found["verb"]
        self._recruiting = tuple(sorted(found["recruiting"]))
        self._leads, self._speakers = tuple(sorted(f"{w} " for w in found["lead"])), found["speaker"]
        openings = {c.phrase.lower() for c in vocabulary.cues("title-context") if c.value == "opening"}
        self._articles = {c.phrase.lower() for c in vocabulary.cues("title-context") if c.value == "article"}
        self._barred = barred | openings
        labels = "|".join(sorted(map(re.escape, found["label"]), key=lambda x: (-len(x), x))) or r"(?!)"
        self._field = re.compile(rf"\**(?:{labels}):? ?\**:? +")

    @staticmethod
    def triggers(vocabulary: Vocabulary) -> list[str]:
        """Words of which a passage that opens with an employer holds one, unless it holds a known name."""
        return sorted({c.phrase.lower() for c in vocabulary.cues("organization-context") if c.value in ("class", "recruiting")})

    def leads(self, low: str, begin: int) -> bool:
        """Whether a passage that begins at a place of the lower-cased text may open with "At" and a name."""
        return low.startswith(self._leads, begin)

    def find(self, scene: Scene, names: Names, triggered: bool) -> tuple[int, int] | None:
        """The organisation that a passage opens with, or None; `names` are the names that are known, `triggered` whether it holds a trigger."""
        begin, lead = scene.begin, ""
        field = self._field.match(scene.low, begin, scene.end) if ":" in scene.low[begin:begin + _LONGEST_LABEL] else None
        if field:
            return self._field_value(scene, names, field.end())
        if self.leads(scene.low, begin):
            lead = next(words for words in self._leads if scene.low.startswith(words, begin))
            begin += len(lead)
        elif not triggered and scene.type not in _DESCRIBING and not any(n.concept.kind == "Place" for n in names):
            return None
        first = scene.low[begin:begin + 12].split(" ", 1)[0]
        if first in self._articles:
            begin += len(first) + 1
        match = _NAME.match(scene.text, begin, scene.end)
        if match is None or not self._may_name(match.group()):
            return None
        place = match.start(), match.end()
        if not self._speaks_of_it(scene, names, lead, begin == scene.begin, match.end()) or not self._is_free(scene, names, *place):
            return None
        return place

    def _field_value(self, scene: Scene, names: Names, begin: int) -> tuple[int, int] | None:
        """The name that is all that stands after "Company:"."""
        match = _NAME.match(scene.text, begin, scene.end)
        if match is None or (match.end() < scene.end and not _LINE_JOINT.match(scene.text, match.end(), scene.end)):
            return None
        known = any(n.concept.kind == "Organization" for n in names.overlapping(*match.span()))
        return match.span() if not known and self._may_name(match.group()) else None

    def _speaks_of_it(self, scene: Scene, names: Names, lead: str, begins: bool, end: int) -> bool:
        """Whether what follows a name says that an organisation bears it."""
        rest = scene.low[end:scene.end]
        if lead:
            return rest[:1] == "," and rest[1:].split(" ", 2)[1:2] != [] and rest[1:].split(" ", 2)[1].strip(",.") in self._speakers
        if _LINE_JOINT.match(scene.text, end, scene.end):  # "Acme Stores · Berlin · Full-time"
            return len(rest) < _LONGEST_LINE and begins and any(n.concept.kind == "Place" and n.begin > end for n in names)
        after = rest.lstrip(", ")
        if after.startswith(self._recruiting):
            return True
        following = scene.following(end)
        if following in self._copulas:
            stop = _SENTENCE_END.search(rest)
            said = rest[:stop.start() if stop else len(rest)]
            return any(word.strip(",.;:()") in self._nouns for word in said.split())
        return following in self._verbs and scene.type in _DESCRIBING and " " in scene.text[scene.begin:end]

    def _may_name(self, name: str) -> bool:
        words = name.lower().split(" ")
        return len(words) <= _LONGEST_NAME and not any(w in self._barred for w in words if w != "of" and w != "and") and not name.isdigit()

    def _is_free(self, scene: Scene, names: Names, begin: int, end: int) -> bool:
        """Whether no known name stands there that says what the words are; a shorter one inside a name of several words may."""
        def gives_way(n: Found) -> bool:
            if n.concept.kind == "Role":  # "Northwind Traders": a plural that no vocabulary holds
                return n.concept.candidate and scene.text[n.end - 1] == "s"
            if n.concept.kind == "Place":
                return n.begin > begin
            return n.concept.kind in ("Tool", "Skill", "Industry") and (n.begin > begin or n.end < end or n.concept.kind == "Tool")
        return all(gives_way(n) for n in names.overlapping(begin, end))

    def source(self, reading: Reading, section: Section, types: Sequence[str]) -> tuple[int, int] | None:
        """The made-up name that a heading consists of ("DataCamp"), where only lines of pay (`types` of passages) stand under it."""
        if not types or any(t != "SalaryFact" for t in types) or not _MADE.search(section.label):
            return None
        match = _HEADING_NAME.fullmatch(reading.text, section.begin, section.end)
        return match.span(1) if match and self._may_name(match.group(1)) else None
