"""Skills that no vocabulary holds, by the company they keep and the noun that they end in.

Items of one enumeration are of one sort (Hearst 1992): beside known skills, or right after "experience in", a noun phrase
that ends in a noun in which names of skills end ("intent recognition", "dialogue management") is taken for one. So is the
label of a line on soft skills ("Industry Understanding: ...").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from kg.mentions.context import Scene
from kg.mentions.context_words import ContextWords
from kg.mentions.matching import Lexicon
from kg.mentions.names import Names
from kg.model import DEMANDS
from kg.vocabulary import Vocabulary

_PHRASE = re.compile(r"[^\W\d_][\w'’-]*(?: [^\W\d_][\w'’-]*){0,4}")
_LABEL = re.compile(r"([A-Z][\w'’-]*(?: (?:[A-Za-z][\w'’-]*)){0,2})(?::| –|\.(?= [A-Z]))")
# passages that list skills without asking for them: an item counts beside two that are known
_DESCRIBING = frozenset(("Definition", "MarketFact", "Trend", "Summary", "Intro", "CareerStep"))
_LABELLED = frozenset(("SoftSkill", "Responsibility"))
_LONGEST_LIST = 12
# this share of the names of skills ends in a noun that may end new ones; in one of any form; in one that is hardly ever generic
_ENOUGH, _MANY, _MOST = 0.0013, 0.0045, 0.018
_FEWEST = 3  # names, however small the vocabulary is
_ENDS = (",", ";", ")", ".", "(", "/", ":")

Place = tuple[int, int]


class Techniques:
    """Finds the places of new skills; built once for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary, words: ContextWords, lexicon: Lexicon, barred: set[str]) -> None:
        self._words, self._lexicon, self._barred = words, lexicon, barred
        endings = tuple(c.phrase for c in vocabulary.cues("morphology") if c.value == "activity-ending")
        ends = Counter(c.label.rsplit(" ", 1)[-1].lower() for c in vocabulary.of_kind("Skill") if " " in c.label)
        share = {word: n / ends.total() for word, n in ends.items() if n >= _FEWEST}
        self._heads = {word for word, n in share.items() if (n >= _MANY or (n >= _ENOUGH and endings and word.endswith(endings)))
                       and (word not in words.tails or n >= _MOST)}
        self._unspecific = {c.phrase.lower() for c in vocabulary.cues("mention-context") if c.value == "unspecific"}
        self._no_first = words.verbs | words.qualities
        self._inner = words.separators | words.prepositions | words.stops | words.example_words | words.group_nouns | barred
        joined = "|".join(sorted(map(re.escape, words.separators), key=lambda x: (-len(x), x))) or r"(?!)"
        self._joint = re.compile(rf"(?:,? (?:{joined}|&) |, |; )")

    def find(self, scene: Scene, names: Names) -> list[Place]:
        """Places in a passage, in order; `names` are the names that are known."""
        if scene.type not in DEMANDS and (scene.type not in _DESCRIBING or len(names) < 2):
            return []
        found: dict[int, Place] = {}
        label = self._label(scene, names)
        if label:
            found[label[0]] = label
        for start in self._starts(scene, names):
            for begin, end in self._items(scene, start, names):
                if not any(begin < e and b < end for b, e in found.values()):
                    found[begin] = begin, end
        return [found[b] for b in sorted(found)]

    def _starts(self, scene: Scene, names: Names) -> Iterator[int]:
        """Where the enumerations go on after a known skill, or begin right after a phrase of level."""
        asking = scene.type in DEMANDS
        for name in names:
            if name.concept.kind == "Skill":
                joint = self._joint.match(scene.low, name.end, scene.end)
                if joint and (asking or "Skill" in names.company(scene, name.begin, name.end).kinds):
                    yield joint.end()
        if not asking:
            return
        for end, begin in scene.asked().items():
            if scene.low[begin:end].rsplit(" ", 1)[-1] in self._words.prepositions and scene.low[end:end + 1] == " ":
                yield end + 1

    def _items(self, scene: Scene, place: int, names: Names) -> Iterator[Place]:
        walk = names.enumerated(place, lambda begin: self._item(scene, begin, names), lambda end: self._joint.match(scene.low, end, scene.end), _LONGEST_LIST)
        return (found for found, known in walk if not known)

    def _item(self, scene: Scene, place: int, names: Names) -> Place | None:
        """The noun phrase at a place that may name a skill, without adjectives of quality before it."""
        match = _PHRASE.match(scene.low, place, scene.end)
        if match is None:
            return None
        words = match.group().split(" ")
        stop = next((i for i, w in enumerate(words) if w in self._words.separators), len(words))
        words = words[:stop]
        begin = place
        while len(words) > 2 and words[0] in self._words.qualities:
            begin += len(words.pop(0)) + 1
        end = begin + len(" ".join(words))
        if words and words[-1] in self._words.skill_nouns:
            end -= len(words.pop()) + 1
        rest = scene.low[end:scene.end]
        ended = not rest or rest[0] in _ENDS or scene.following(end) in self._words.separators | self._words.skill_nouns
        if not ended or not 2 <= len(words) <= 3 or names.overlapping(begin, end):
            return None
        return (begin, end) if self._may_name(words) else None

    def _may_name(self, words: list[str]) -> bool:
        """Whether a phrase ends as names of skills do, says what is done and not how well, and names nothing else."""
        first, last = words[0], words[-1]
        if last not in self._heads or last in self._unspecific or first in self._unspecific or first in self._no_first or first.endswith("ly"):
            return False
        return self._inner.isdisjoint(words) and all(s.concept.kind == "Skill" for s in self._lexicon.lookup(" ".join(words)))

    def _label(self, scene: Scene, names: Names) -> Place | None:
        """The label of a line on soft skills, or one that ends as names of skills do, where no known name stands in it."""
        match = _LABEL.match(scene.text, scene.begin, scene.end) if scene.type in _LABELLED else None
        if match is None or names.overlapping(match.start(), match.end()):
            return None
        words = match.group(1).lower().split(" ")
        if scene.type != "SoftSkill" and (len(words) < 2 or not self._may_name(words)):
            return None
        if words[0] in self._unspecific or (words[0] in self._words.verbs and not words[0].endswith("ing")):
            return None
        while len(words) > 1 and words[-1] in self._words.skill_nouns:
            words.pop()
        end = match.start() + len(" ".join(words))
        if not self._inner.isdisjoint(words) or words[-1] in self._words.tails or words[-1] in self._words.skill_nouns:
            return None
        return match.start(), end
