"""Which of many statements are alike, found without comparing each with each.

Pairs are found by prefix filtering (Chaudhuri, Ganti and Kaushik 2006; Xiao et al. 2008, PPJoin): with features in one order,
rare first, two statements as alike as the bound share a feature among the first ones of both. Where very many share one, each
is compared with those next to it alone (sorted neighbourhood, Hernandez and Stolfo 1995), so that the cost stays linear.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator

from kg.grouping.similarity import Key, Similarity

# so many statements may share a key before they are compared with so many next to them on each side alone
CROWD, WINDOW = 120, 12


class Neighbours:
    """Pairs of the `members` of a similarity (all, if not given) that are at least as alike as `bound`."""

    def __init__(self, alike: Similarity, bound: float, members: Iterable[int] | None = None) -> None:
        self._alike, self._bound = alike, bound
        self._members = range(len(alike)) if members is None else sorted(members)
        self._lists: dict[Key, list[int]] = defaultdict(list)
        for i in self._members:
            for key in alike.keys(i, bound):
                self._lists[key].append(i)

    def pairs(self) -> Iterator[tuple[int, int, float]]:
        """Pairs i < j with their likeness, each once, in order."""
        alike, bound = self._alike, self._bound
        for i in self._members:
            for j in sorted(self._after(i)):
                likeness = alike(i, j, bound)
                if likeness >= bound:
                    yield i, j, likeness

    def components(self) -> list[list[int]]:
        """The members, parted so that no pair lies across; each part is sorted."""
        alike, bound = self._alike, self._bound
        parts = {i: [i] for i in self._members}
        for i in self._members:
            for j in sorted(self._after(i)):
                one, other = parts[i], parts[j]
                if one is not other and alike(i, j, bound) >= bound:
                    if len(one) < len(other):
                        one, other = other, one
                    one += other
                    parts.update((k, one) for k in other)
        return [sorted(part) for i, part in parts.items() if part[0] == i]

    def _after(self, i: int) -> set[int]:
        """Members with greater numbers to compare the i-th with."""
        found: set[int] = set()
        for key in self._alike.keys(i, self._bound):
            near = self._lists[key]
            if len(near) > 1:
                at = bisect_left(near, i) + 1
                found.update(near[at:] if len(near) <= CROWD else near[at:at + WINDOW])
        return found
