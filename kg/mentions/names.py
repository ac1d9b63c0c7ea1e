"""Names found in one passage: in order of place, apart from one another, looked up by place in logarithmic time."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from kg.language.enumerations import joins
from kg.mentions.context import Company, Scene
from kg.model import Concept

# an enumeration is read so many names to either side
_LONGEST_LIST = 40


class Found(NamedTuple):
    """A name before it becomes a mention; of names that overlap, the one of greater `weight` stays."""

    begin: int
    end: int
    concept: Concept
    confidence: float
    method: str
    weight: int


class Names:
    """The names of a passage that stand so far."""

    def __init__(self) -> None:
        self._begins: list[int] = []
        self._found: list[Found] = []

    @classmethod
    def longest(cls, found: Iterable[Found]) -> Names:
        """Of names that overlap, the one of greatest weight, then the longest, then the first."""
        names = cls()
        for name in sorted(found, key=lambda n: (-n.weight, n.begin - n.end, n.begin)):
            names.add(name)
        return names

    def __iter__(self) -> Iterator[Found]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __contains__(self, begin: int) -> bool:
        """Whether a name begins at a place."""
        at = bisect_left(self._begins, begin)
        return at < len(self._begins) and self._begins[at] == begin

    def at(self, begin: int) -> Found | None:
        """The name that begins at a place, or None."""
        at = bisect_left(self._begins, begin)
        return self._found[at] if at < len(self._begins) and self._begins[at] == begin else None

    def until(self, end: int) -> Found | None:
        """The name that ends at a place, or None."""
        at = bisect_left(self._begins, end) - 1
        return self._found[at] if at >= 0 and self._found[at].end == end else None

    def enumerated(self, place: int, item: Callable[[int], tuple[int, int] | None], joint: Callable[[int], re.Match[str] | None],
                   most: int) -> Iterator[tuple[tuple[int, int], bool]]:
        """The items of an enumeration from a place on, at most so many: names that stand, and what `item` finds at a place.

        Each comes with whether its name stands; `joint` finds what joins the next one at an end.
        """
        for _ in range(most):
            known = self.at(place)
            span = (known.begin, known.end) if known else item(place)
            if span is None:
                return
            yield span, known is not None
            joined = joint(span[1])
            if joined is None:
                return
            place = joined.end()

    def overlapping(self, begin: int, end: int) -> list[Found]:
        """The names that share a part of a stretch."""
        first = bisect_left(self._begins, begin)
        if first and self._found[first - 1].end > begin:
            first -= 1
        return self._found[first:bisect_left(self._begins, end)]

    def add(self, name: Found) -> bool:
        """Adds a name if its place is free."""
        if self.overlapping(name.begin, name.end):
            return False
        at = bisect_left(self._begins, name.begin)
        self._begins.insert(at, name.begin)
        self._found.insert(at, name)
        return True

    def replace(self, old: Iterable[Found], new: Found | None) -> None:
        """Puts a name in the place of others that it covers; None takes them away."""
        for name in list(old):
            at = bisect_left(self._begins, name.begin)
            del self._begins[at], self._found[at]
        if new:
            self.add(new)

    def company(self, scene: Scene, begin: int, end: int) -> Company:
        """The enumeration in which a stretch stands among these names; names inside the stretch are left aside."""
        low, joining = scene.low, scene.words.joining
        right = bisect_left(self._begins, end)
        left = bisect_left(self._begins, begin) - 1
        if left >= 0 and self._found[left].end > begin:
            left -= 1
        kinds: set[str] = set()
        for at in range(left, max(-1, left - _LONGEST_LIST), -1):
            if not joins(low[self._found[at].end:begin], joining):
                break
            begin = self._found[at].begin
            kinds.add(self._found[at].concept.kind)
        for at in range(right, min(len(self._found), right + _LONGEST_LIST)):
            if not joins(low[end:self._begins[at]], joining):
                break
            end = self._found[at].end
            kinds.add(self._found[at].concept.kind)
        return Company(begin, end, kinds, self)


def with_states(scene: Scene, names: Iterable[Found]) -> list[Found]:
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
