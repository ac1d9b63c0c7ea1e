"""Which of many statements are alike, found without comparing each with each.

Pairs are found by prefix filtering (Chaudhuri, Ganti and Kaushik 2006; Xiao et al. 2008, PPJoin): with features in one order,
rare first, two statements as alike as the bound share a feature among the first ones of both. Where very many share one, each
is compared with those next to it alone (sorted neighbourhood, Hernandez and Stolfo 1995), so that the cost stays linear. So one
that comes or goes may part or join others next to it; `change` says which.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import combinations

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
            for j in self._after(i):
                one, other = parts[i], parts[j]
                if one is not other and alike(i, j, bound) >= bound:
                    if len(one) < len(other):
                        one, other = other, one
                    one += other
                    parts.update((k, one) for k in other)
        return sorted(sorted(part) for i, part in parts.items() if part[0] == i)

    def connected(self, seeds: Iterable[int]) -> list[list[int]]:
        """Those of `components` that hold any of the seeds."""
        seen: set[int] = set()
        parts = []
        for seed in sorted(seeds):
            if seed in seen:
                continue
            seen.add(seed)
            part = [seed]
            for i in part:
                found = [j for j in self._around(i) - seen if self._alike(i, j, self._bound) >= self._bound]
                seen.update(found)
                part += found
            parts.append(sorted(part))
        return parts

    def change(self, came: Collection[int], went: Collection[int]) -> set[int]:
        """Take out the members that went; returns those left of whose pairs with others than `came` some are new or no more."""
        pairs: set[tuple[int, int]] = set()
        for key in {key for i in (*came, *went) for key in self._alike.keys(i, self._bound)}:
            members = self._lists[key]
            before = [i for i in members if i not in came]
            after = self._lists[key] = [i for i in members if i not in went]
            for i in members:
                if i in went:
                    pairs.update((i, j) for j in _near(before, i))
            pairs.update(_moved(before, after, members, came, went))
        found = {i for pair in pairs if self._alike(*pair, self._bound) >= self._bound for i in pair}
        return found.difference(went)

    def _after(self, i: int) -> set[int]:
        """Members with greater numbers to compare the i-th with."""
        found: set[int] = set()
        for key in self._alike.keys(i, self._bound):
            near = self._lists[key]
            if len(near) > 1:
                at = bisect_left(near, i) + 1
                found.update(near[at:] if len(near) <= CROWD else near[at:at + WINDOW])
        return found

    def _around(self, i: int) -> set[int]:
        """Members to compare the i-th with."""
        return {j for key in self._alike.keys(i, self._bound) for j in _near(self._lists[key], i)}


def _near(members: list[int], i: int) -> list[int]:
    """Those of a list that a member of it is compared with, and itself."""
    if len(members) <= CROWD:
        return members
    at = bisect_left(members, i)
    return members[max(at - WINDOW, 0):at + WINDOW + 1]


def _moved(before: list[int], after: list[int], members: list[int], came: Collection[int],
           went: Collection[int]) -> Iterator[tuple[int, int]]:
    """Pairs of those that stayed in a list that are compared only before or only after; some more may be among them."""
    if len(before) > CROWD < len(after):
        for i in members:
            if i in came:
                yield from _parted(before, after, bisect_left(before, i))
            elif i in went:
                yield from _parted(after, before, bisect_left(after, i))
    elif max(len(before), len(after)) > CROWD:
        # at least one is short: those that stayed are few
        crowd = max(before, after, key=len)
        stayed = {i: bisect_left(crowd, i) for i in before if i not in went}
        yield from ((i, j) for i, j in combinations(stayed, 2) if stayed[j] - stayed[i] > WINDOW)


def _parted(near: list[int], other: list[int], slot: int) -> Iterator[tuple[int, int]]:
    """Pairs across a slot that are within the window in one list and not in the other."""
    for at in range(max(slot - WINDOW, 0), slot):
        least = bisect_left(other, near[at]) + WINDOW
        yield from ((near[at], j) for j in near[slot:at + WINDOW + 1] if bisect_left(other, j) > least)
