"""How alike two statements are.

The measure is the weighted Jaccard index (Ruzicka 1958; Ioffe 2010) of features weighted by inverse document frequency
(Spaerck Jones 1972) in texts about work at large, which ontology/words.tsv counts. It sets what two statements share against
all that either says, so that a different object, which adds to both sides, weighs against them, as it would not in the cosine
of a long statement with a short one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from kg.grouping.wording import Wording

# statements that open with different actions on the same thing ("monitor", "maintain") say different things
OTHER_ACTION = 0.6
# weights are whole numbers of this part of 1, so that sums are exact, whatever the order in which they are added up
_FINE = 1_000_000
# what rounding may take from a bound
_SLACK = 1 - 1e-9
Key = tuple[int, int, int]


class Similarity:
    """The likeness of any two of some wordings, in 0 to 1. It depends on the two alone, so that groups stay what they are when
    documents come and go elsewhere. Wordings are numbered in the order of their rarest features: alike ones stand near each other."""

    def __init__(self, wordings: Iterable[Wording], weigh: Callable[[str], float] = lambda feature: 1.0) -> None:
        found = list(wordings)
        weights = {feature: weigh(feature) for w in found for feature, _ in w.features}
        # rare features first: few statements share them
        order = {f: i for i, f in enumerate(sorted(weights, key=lambda f: (-weights[f], f)))}
        ranked = [(sorted(order[f] for f, _ in w.features), w) for w in found]
        ranked.sort(key=lambda r: (r[0], r[1].features, sorted(r[1].actions), sorted(r[1].numbers), sorted(r[1].denials)))
        self.wordings = [w for _, w in ranked]
        self._vectors: list[dict[int, int]] = []
        for ranks, w in ranked:
            shares = {order[f]: round(share * weights[f] * _FINE) for f, share in w.features}
            self._vectors.append({rank: shares[rank] for rank in ranks})
        self._sizes = [sum(v.values()) for v in self._vectors]
        denials: dict[frozenset[str], int] = {}
        self._denials = [denials.setdefault(w.denials, len(denials)) for w in self.wordings]
        self._numbers = {i: w.numbers for i, w in enumerate(self.wordings) if w.numbers}
        actions: dict[str, int] = {}
        self._actions = [frozenset(actions.setdefault(a, len(actions)) for a in sorted(w.actions)) for w in self.wordings]

    def __len__(self) -> int:
        return len(self.wordings)

    def __call__(self, i: int, j: int, least: float = 0.0) -> float:
        """Likeness of the i-th and the j-th wording; 0 where it is surely less than `least`."""
        size_i, size_j = self._sizes[i], self._sizes[j]
        other_action = self._actions[i].isdisjoint(self._actions[j])
        needed = (least / OTHER_ACTION if other_action else least) * _SLACK
        if size_i < needed * size_j or size_j < needed * size_i or self._denials[i] != self._denials[j]:
            return 0.0
        a, b = self._vectors[i], self._vectors[j]
        if len(a) > len(b):
            a, b = b, a
        shared = 0
        for feature in a.keys() & b.keys():
            one, other = a[feature], b[feature]
            shared += one if one < other else other
        if not shared:
            return 0.0
        alike = shared / (size_i + size_j - shared)
        if alike < needed:
            return 0.0
        one_number, other_number = self._numbers.get(i), self._numbers.get(j)
        if one_number and other_number and not (one_number <= other_number or other_number <= one_number):
            return 0.0
        return alike * OTHER_ACTION if other_action else alike

    def keys(self, i: int, bound: float) -> Iterator[Key]:
        """Keys of a wording: any two that are at least as alike as `bound` have one in common.

        They are the rarest features, up to where what is left cannot reach the bound, with what is denied and each action;
        statements of different actions have to share so much more that fewer features will do.
        """
        denial = self._denials[i]
        rare = list(self._prefix(i, bound))
        for action in self._actions[i]:
            for feature in rare:
                yield feature, denial, action
        if bound <= OTHER_ACTION:
            for feature in self._prefix(i, bound / OTHER_ACTION):
                yield feature, denial, -1

    def _prefix(self, i: int, bound: float) -> Iterator[int]:
        left = self._sizes[i]
        needed = bound * left * _SLACK
        for feature, weight in self._vectors[i].items():
            if left < needed:
                return
            yield feature
            left -= weight
