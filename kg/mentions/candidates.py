"""Names that the text presents as tools or techniques but no vocabulary holds.

"tools like X, Y and Z", "frameworks (e.g., X)", "Libraries: X, Y", or an unknown name among known tools in one list. Only
names with a capital or an inner digit count, and only where a list's punctuation ends them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from kg.mentions.context import Scene
from kg.mentions.context_words import ContextWords
from kg.mentions.matching import Lexicon
from kg.mentions.names import Names
from kg.model import Concept
from kg.namespaces import RG, SCHEMA, Minter
from kg.vocabulary import Vocabulary

_NAME = re.compile(r"(?:[A-Z][\w+#]*(?:[.-]\w[\w+#]*)*|[a-z]+(?:[A-Z]|\d)\w*)(?: (?:[A-Z][\w+#]*(?:[.-]\w+)*|\d+(?:\.\d+)?))*")
# two capitalised words or more before a class noun
_CREDENTIAL = re.compile(r"((?:[A-Z][\w+-]*)(?: (?:in |of |for )?(?:[A-Z][\w+-]*)){1,5}) $")
_SCHEMA = ("Organization", "Place")
_WIDEST = 3
_LONGEST_LIST = 20
_LONGEST_COMPANY = 4
_ENDS = (",", ";", ")", "/", ".", ":", "(", "]")

New = tuple[int, int, Concept]


class NewTerms:
    """Finds candidates beside the names that are known; built once for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary, words: ContextWords, minter: Minter) -> None:
        self._words, self._minter, self._known = words, minter, vocabulary.concepts
        found: dict[str, set[str]] = defaultdict(set)
        for cue in vocabulary.cues("mention-context"):
            found[cue.value].add(cue.phrase.lower())
        self._kinds = {**dict.fromkeys(found["tool-noun"], "Tool"), **dict.fromkeys(found["skill-class"], "Skill"),
                       **{c.phrase.lower(): "Organization" for c in vocabulary.cues("kind-before") if c.value == "Organization" and " " not in c.phrase}}
        self._articles = {c.phrase.lower() for c in vocabulary.cues("title-context") if c.value == "article"}
        self._credentials = {c.phrase.lower() for c in vocabulary.cues("kind-after") if c.value == "Certification"}
        self.barred = found["not-a-name"]
        self._forms = {c.phrase for c in vocabulary.cues("mention-context") if c.value == "company-form"}
        self._word_before = re.compile(r"([A-ZÄÖÜ0-9][\w&.'-]*),? $")
        listing = "|".join(sorted(map(re.escape, found["listing"]), key=lambda x: (-len(x), x))) or r"(?!)"
        joined = "|".join(sorted(map(re.escape, words.separators), key=lambda x: (-len(x), x))) or r"(?!)"
        self._opening = re.compile(rf",? ?[(\[]? ?(?:{listing}):? ?|: | [(\[](?=[A-Z])")
        self._joint = re.compile(rf"(?:,? (?:{joined}|&) |, ?|/)(?:(?:{listing}) )?")
        self._last_joint = re.compile(rf"(?:,? (?:{joined}|&) |, ?|/)$")

    def triggers(self) -> list[str]:
        """Class nouns and forms of companies, without which a passage with fewer than two known tools has no candidates."""
        return sorted(self._kinds.keys() | self._credentials | {form.lower() for form in self._forms})

    def find(self, scene: Scene, taken: Names, classes: Sequence[tuple[int, int]], lexicon: Lexicon) -> list[New]:
        """Candidates in a passage, in order of place; `taken` are the names that are known."""
        found: dict[int, New] = {}
        for begin, end in classes:
            if scene.text[begin:end] in self._forms:
                self._company(scene, begin, end, taken, found)
                continue
            if scene.low[begin:end] in self._credentials:
                self._credential(scene, begin, taken, found)
                continue
            kind = self._kinds.get(scene.low[begin:end])
            if kind is None:
                continue
            opening = self._opening.match(scene.text, end, scene.end)
            if opening is None or (opening.group() == ": " and (begin > scene.begin + 40 or kind == "Organization")):
                continue
            self._list(scene, opening.end(), kind, taken, lexicon, found)
        tools = [n for n in taken if n.concept.kind == "Tool"]
        for tool in tools:
            joint = self._joint.match(scene.text, tool.end, scene.end)
            if joint and joint.end() not in taken and (self._in_company(scene, tool.begin, joint.end(), taken)
                                                       or self._pairs(scene, tool.begin, joint.group())):
                self._list(scene, joint.end(), "Tool", taken, lexicon, found)
        return [found[b] for b in sorted(found)]

    def _company(self, scene: Scene, begin: int, end: int, taken: Names, found: dict[int, New]) -> None:
        """The company whose legal form stands at a place: up to four capitalised words before it."""
        first = begin
        for _ in range(_LONGEST_COMPANY):
            match = self._word_before.search(scene.text, max(scene.begin, first - 40), first)
            if match is None or match.group(1).lower() in self.barred:
                break
            first = match.start(1)
        if first < begin and not taken.overlapping(first, end):
            found.setdefault(first, (first, end, self.concept("Organization", scene.text[first:end])))

    def _credential(self, scene: Scene, end: int, taken: Names, found: dict[int, New]) -> None:
        """The certification that is named before its class noun: "Artificial Intelligence Engineer credential"."""
        match = _CREDENTIAL.search(scene.text, max(scene.begin, end - 80), end)
        if match is None or any(w.lower() in self.barred or w.lower() in self._words.qualities for w in match.group(1).split(" ")):
            return
        begin, last = match.span(1)
        first = scene.low[begin:last].split(" ", 1)[0]
        if begin == scene.begin and first in self._articles:
            begin += len(first) + 1
        known = taken.overlapping(begin, last)
        if all(n.concept.kind in ("Skill", "Role", "Tool") and n.begin >= begin and n.end <= last for n in known) and (
                (begin, last) not in [(n.begin, n.end) for n in known]) and not (begin == scene.begin and known and known[0].begin > begin):
            found.setdefault(begin, (begin, last, self.concept("Certification", scene.text[begin:last])))

    def _pairs(self, scene: Scene, begin: int, joint: str) -> bool:
        """Whether a tool is asked for together with what "or" or "and" joins to it: "experience with FreeRTOS or Zephyr"."""
        return joint.strip(" ,") in self._words.separators and scene.announced(begin, self._words.connectors)

    def _in_company(self, scene: Scene, begin: int, after: int, taken: Names) -> bool:
        """Whether the tool is itself one of a list: another one stands before it or after the next name."""
        before = self._last_joint.search(scene.text[max(scene.begin, begin - 8):begin])
        last = taken.until(begin - len(before.group())) if before else None
        if last and last.concept.kind == "Tool":
            return True
        name = _NAME.match(scene.text, after, scene.end)
        joint = self._joint.match(scene.text, name.end(), scene.end) if name else None
        following = taken.at(joint.end()) if joint else None
        return following is not None and following.concept.kind == "Tool"

    def _list(self, scene: Scene, place: int, kind: str, taken: Names, lexicon: Lexicon,
              found: dict[int, New]) -> None:
        """Reads a list from its first item on."""
        items: list[tuple[int, int]] = []
        types: Counter[str] = Counter()
        for begin, end in self._items(scene, place, taken):
            known = taken.at(begin)
            if known:
                types.update(known.concept.types if known.concept.kind == kind else ())
            elif self._is_new(scene, begin, end, kind, lexicon) and self._is_free(taken, begin, end):
                items.append((begin, end))
        best = min(types, key=lambda t: (-types[t], t)) if types else ""
        for begin, end in items:
            found.setdefault(begin, (begin, end, self.concept(kind, scene.text[begin:end], best)))

    @staticmethod
    def _is_free(taken: Names, begin: int, end: int) -> bool:
        """Whether known names stand at most at the end of a stretch, as what the thing is: "Planoptic WMS"."""
        return all(n.end == end and n.begin > begin and n.concept.kind == "Skill" for n in taken.overlapping(begin, end))

    def concept(self, kind: str, label: str, type_: str = "") -> Concept:
        """What the vocabulary calls so, else a candidate; `type_` is its class, the kind's own if empty. Skills are spelled in lower case."""
        if kind == "Skill":
            label = " ".join(w if w[1:] != w[1:].lower() else w.lower() for w in label.split(" "))
        iri = self._minter.concept(kind.lower(), label)
        known = self._known.get(iri)
        if known:
            return known
        own = (SCHEMA if kind in _SCHEMA else RG) + kind
        return Concept(iri=iri, kind=kind, label=label, types=(type_ or own,), candidate=True, notation=iri.rsplit("/", 1)[-1])

    def _items(self, scene: Scene, place: int, taken: Names) -> Iterator[tuple[int, int]]:
        def item(begin: int) -> tuple[int, int] | None:
            name = _NAME.match(scene.text, begin, scene.end)
            return (begin, name.end()) if name and self._ended(scene, name.end()) else None
        return (found for found, _ in taken.enumerated(place, item, lambda end: self._joint.match(scene.text, end, scene.end), _LONGEST_LIST))

    def _ended(self, scene: Scene, end: int) -> bool:
        rest = scene.low[end:min(scene.end, end + 12)]
        return not rest or rest[0] in _ENDS or rest.startswith(" (") or scene.following(end) in self._words.separators

    def _is_new(self, scene: Scene, begin: int, end: int, kind: str, lexicon: Lexicon) -> bool:
        """Whether a stretch may be the name of a thing that no vocabulary holds."""
        label = scene.text[begin:end]
        words = label.split(" ")
        if len(words) > _WIDEST or len(label) < 2 or any(w.lower() in self.barred for w in words) or label.isdigit():
            return False
        if any(s.concept.kind in ("Tool", "Skill", "Place", "Organization", "Industry", "Degree") for s in lexicon.lookup(label)):
            return False
        plain = words[0].lower()
        if plain in self._words.verbs or plain in self._words.qualities or plain in self._words.tails:
            return False
        return kind != "Skill" or (len(words) == 1 and not label[1:].islower())
