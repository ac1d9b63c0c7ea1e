"""Enumerations that name a shared word once: "supervised and unsupervised learning", "data collection, cleaning, and storage".

The item keeps its own place in the text and gets the concept of the full name, if the vocabulary has that name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from kg.mentions.context import Scene
from kg.mentions.context_words import ContextWords
from kg.mentions.matching import Lexicon
from kg.mentions.names import Names
from kg.mentions.senses import Sense

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_LONGEST_LIST = 12


class Elided(NamedTuple):
    """An item of an enumeration with what its full name names."""

    begin: int
    end: int
    sense: Sense


class Coordination:
    """Reads the items to the right and left of a name of two words or more."""

    def __init__(self, words: ContextWords, lexicon: Lexicon) -> None:
        self.words, self.lexicon = words, lexicon
        self._no_noun = words.separators | words.qualities | words.verbs
        self._before_items = self._no_noun | words.prepositions | words.example_words
        joined = "|".join(sorted(map(re.escape, words.separators), key=len, reverse=True)) or r"(?!)"
        self._after = re.compile(rf"(?:,? (?:{joined}|&) |, ?|/)")
        self._before = re.compile(rf"([^\W_]+(?:-[^\W_]+)*)(?:,? (?:{joined}|&) |, |/)$")

    def items(self, scene: Scene, begin: int, end: int, kind: str, taken: Names) -> list[Elided]:
        """Items that share a word with the name at a place; `taken` are the names already known."""
        name = scene.low[begin:end].split(" ")
        if len(name) < 2 or scene.preceding(begin) in self.words.opposing:
            return []
        return [*self._left(scene, begin, name, kind, taken), *self._right(scene, begin, end, name, kind, taken)]

    def _right(self, scene: Scene, begin: int, end: int, name: list[str], kind: str, taken: Names) -> list[Elided]:
        heads = [" ".join(name[:n]) for n in range(len(name) - 1, 0, -1)]
        before = scene.preceding(begin)
        if before and before.isalpha() and before not in self._no_noun:
            heads.append(before)
        place = end
        items: list[Elided] = []
        for _ in range(_LONGEST_LIST):
            start = self._after.match(scene.low, place, scene.end)
            if start is None:
                break
            place = start.end()
            known = taken.at(place)
            if known:
                place = known.end
                continue
            first = _WORD.match(scene.low, place, scene.end)
            if first is None or (first.group() in self.words.verbs and not first.group().endswith("ing")):
                break
            found = self._named(scene, place, self._stops(scene, first), kind, lambda item: (f"{head} {item}" for head in heads))
            if found:
                items.append(found)
            place = found.end if found else first.end()
        # "data science, engineering, and operations teams" names teams
        return [] if scene.following(place) in self.words.group_nouns else items

    def _left(self, scene: Scene, begin: int, name: list[str], kind: str, taken: Names) -> Iterator[Elided]:
        tails = [" ".join(name[n:]) for n in range(1, len(name))]
        place = begin
        for _ in range(_LONGEST_LIST):
            match = self._before.search(scene.low, max(scene.begin, place - 48), place)
            if match is None:
                return
            known = taken.until(match.end(1))
            if known:
                place = known.begin
                continue
            start = match.start(1)
            wider = _WORD.findall(scene.low[max(scene.begin, start - 24):start])
            starts = [start]
            if wider and scene.low[start - 1:start] == " " and start - 1 - len(wider[-1]) >= scene.begin:
                starts.insert(0, start - 1 - len(wider[-1]))
            found = None
            for at in starts:
                if "," in match.group() and not self._whole_item(scene, at):
                    continue
                if at < start and self.lexicon.lookup(scene.low[at:match.end(1)]):
                    continue
                found = found or self._named(scene, at, [match.end(1)], kind, lambda item: (f"{item} {tail}" for tail in tails))
            if found is None:
                return
            yield found
            place = found.begin

    def _whole_item(self, scene: Scene, begin: int) -> bool:
        """Whether an item of an enumeration can begin at a place: after another item, a preposition, a verb, an adjective of quality."""
        if begin == scene.begin or scene.low[begin - 1] in "(/":
            return True
        before = scene.low[max(scene.begin, begin - 32):begin].rstrip()
        if not before or before[-1] in ",;:":
            return True
        word = before.rsplit(" ", 1)[-1]
        return word in self._before_items

    def _stops(self, scene: Scene, first: re.Match[str]) -> list[int]:
        second = _WORD.match(scene.low, first.end() + 1, scene.end) if scene.low[first.end():first.end() + 1] == " " else None
        if second is None or second.group() in self.words.separators:
            return [first.end()]
        both = [second.end(), first.end()]
        return both[::-1] if second.group() in self.words.tails else both

    def _named(self, scene: Scene, begin: int, stops: list[int], kind: str, names: Callable[[str], Iterator[str]]) -> Elided | None:
        for stop in stops:
            following = scene.following(stop)
            if following in self.words.group_nouns:
                continue
            own = [s for s in self.lexicon.lookup(scene.low[begin:stop]) if s.concept.kind == kind and s.rank < 2]
            if any(not s.needs_context for s in own) or (own and following in self.words.skill_nouns):
                return None  # a name of its own
            for name in names(scene.low[begin:stop]):
                for sense in self.lexicon.lookup(name):
                    if sense.concept.kind == kind and sense.forms is None and sense.rank < 2 and not sense.needs_context:
                        return Elided(begin, stop, sense)
        return None
