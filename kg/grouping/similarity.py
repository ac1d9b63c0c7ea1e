"""How alike two statements are, and which pairs of many are alike enough to look at.

The measure is the weighted Jaccard index (Ruzicka 1958; Ioffe 2010) of features weighted by inverse document frequency
(Spaerck Jones 1972) in texts about work at large, which ontology/words.tsv counts. It sets what two statements share against
all that either says, so that a different object, which adds to both sides, weighs against them, as it would not in the cosine
of a long statement with a short one. Pairs are found by prefix filtering (Chaudhuri, Ganti and Kaushik 2006; Xiao et al. 2008,
PPJoin): with features in one order, rare first, two statements as alike as the bound share a feature among the first ones of both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from kg.grouping.wording import Wording

# statements that open with different actions on the same thing ("monitor", "maintain") say different things
OTHER_ACTION = 0.6
# so many statements may share a rare feature before they are compared with their neighbours alone
CROWD, WINDOW = 120, 12


class Similarity:
    """The likeness of any two of some wordings, in 0 to 1. It depends on the two alone, so that groups stay what they are when
    documents come and go elsewhere."""

    def __init__(self, wordings: Sequence[Wording], weigh: Callable[[str], float] = lambda feature: 1.0) -> None:
        self._wordings = wordings
        weights = {feature: weigh(feature) for w in wordings for feature, _ in w.features}
        self._vectors = [{feature: share * weights[feature] for feature, share in w.features} for w in wordings]
        self._sizes = [sum(v.values()) for v in self._vectors]
        # rare features first: their lists are short
        self._order = {f: i for i, f in enumerate(sorted(weights, key=lambda f: (-weights[f], f)))}

    def __call__(self, i: int, j: int, least: float = 0.0) -> float:
        """Likeness of the i-th and the j-th wording; 0 where sizes alone rule out that it is `least`."""
        small, large = sorted((self._sizes[i], self._sizes[j]))
        if small <= least * large:
            return 0.0
        one, other = self._wordings[i], self._wordings[j]
        if one.denials != other.denials:
            return 0.0
        if one.numbers and other.numbers and not (one.numbers <= other.numbers or other.numbers <= one.numbers):
            return 0.0
        a, b = self._vectors[i], self._vectors[j]
        if len(a) > len(b):
            a, b = b, a
        shared = sum(min(weight, b[feature]) for feature, weight in a.items() if feature in b)
        if not shared:
            return 0.0
        alike = shared / (self._sizes[i] + self._sizes[j] - shared)
        return alike if one.actions & other.actions else alike * OTHER_ACTION

    def pairs(self, bound: float) -> Iterator[tuple[int, int, float]]:
        """Pairs i < j at least as alike as `bound`, each once, in order."""
        lists: dict[str, list[int]] = defaultdict(list)
        for i in range(len(self._wordings)):
            for feature in self._prefix(i, bound):
                lists[feature].append(i)
        found: set[tuple[int, int]] = set()
        for feature in sorted(lists):
            found.update(self._near(lists[feature]))
        for i, j in sorted(found):
            alike = self(i, j, bound - 1e-9)
            if alike >= bound:
                yield i, j, alike

    def _prefix(self, i: int, bound: float) -> Iterator[str]:
        """The rarest features of a wording, up to where what is left cannot reach the bound."""
        vector, left = self._vectors[i], self._sizes[i]
        needed = bound * left
        for feature in sorted(vector, key=self._order.__getitem__):
            if left < needed - 1e-9:
                return
            yield feature
            left -= vector[feature]

    def _near(self, members: list[int]) -> Iterator[tuple[int, int]]:
        """All pairs of a short list; of a long one those near each other in the order of their rarest features."""
        window = len(members)
        if window > CROWD:
            # sorted neighbourhood (Hernandez and Stolfo 1995): the cost of a long list stays linear
            window = WINDOW
            members = sorted(members, key=lambda i: (sorted(map(self._order.__getitem__, self._vectors[i])), i))
        for at, i in enumerate(members):
            for j in members[at + 1:at + 1 + window]:
                yield (i, j) if i < j else (j, i)
