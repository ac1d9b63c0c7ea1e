"""Statements that say the same thing in other words, brought together.

Likeness is that of `kg.grouping.similarity`; groups are the clusters of average linkage (UPGMA, Sokal and Michener 1958), cut at one
threshold: a statement joins a group that it is like on the whole, so that a chain of small changes does not bring together
what its ends do not share (single linkage), nor one odd wording keep apart the rest (complete linkage). Pairs below
the bound count as not alike at all. The threshold was chosen on the part `dev` of data/gold/statement-pairs.tsv.
"""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.grouping.similarity import Similarity
from kg.grouping.wording import Lexicon, Wording, read
from kg.namespaces import digest, slug

_WORDS = re.compile(r"[^\W_]+")
THRESHOLD = 0.58
# links this far below the threshold still count in an average
REACH = 0.6


@dataclass(frozen=True, slots=True)
class Group:
    """A group of statements: `name` identifies it, `label` is the wording that stands for it."""

    name: str
    label: str


def group(statements: Sequence[tuple[str, str, str]], words: Lexicon | None = None, threshold: float = THRESHOLD) -> dict[str, Group]:
    """Group (id, kind, text) statements, kinds apart; the result does not depend on their order."""
    known = words or Lexicon()
    kinds: dict[str, dict[Wording, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for identifier, kind, text in sorted(set(statements)):
        kinds[kind][read(text, known)].append((text, identifier))
    groups: dict[str, Group] = {}
    for kind in sorted(kinds):
        found = kinds[kind]
        wordings = sorted(found, key=lambda w: (w.features, sorted(w.actions), sorted(w.numbers), sorted(w.denials)))
        alike = Similarity(wordings, known.weight)
        for cluster in clusters(len(wordings), alike.pairs(threshold * REACH), threshold):
            texts = [text for i in cluster for text, _ in found[wordings[i]]]
            made = _group(kind, texts)
            groups.update((identifier, made) for i in cluster for _, identifier in found[wordings[i]])
    return groups


def clusters(count: int, links: Iterable[tuple[int, int, float]], threshold: float) -> list[list[int]]:
    """Average-linkage clusters of 0 .. count-1 by the given likenesses, each sorted; what is not given counts as 0."""
    members = {i: [i] for i in range(count)}
    near: dict[int, dict[int, float]] = defaultdict(dict)
    for i, j, alike in links:
        near[i][j] = near[j][i] = alike
    # a cluster keeps the number of its first member; sums of likenesses make averages when divided by both sizes
    heap = [(-alike, i, j, 1, 1) for i in near for j, alike in near[i].items() if i < j]
    heapq.heapify(heap)
    while heap and -heap[0][0] >= threshold:
        _, i, j, size_i, size_j = heapq.heappop(heap)
        if i not in members or j not in members or (len(members[i]), len(members[j])) != (size_i, size_j):
            continue
        members[i] += members.pop(j)
        near[i].pop(j)
        gone = near.pop(j)
        gone.pop(i)
        for k in gone:
            near[k].pop(j)
            near[i][k] = near[k][i] = near[i].get(k, 0.0) + gone[k]
        size = len(members[i])
        for k, total in near[i].items():
            average = total / (size * len(members[k]))
            if average >= threshold:
                one, other = sorted((i, k))
                heapq.heappush(heap, (-average, one, other, len(members[one]), len(members[other])))
    return [sorted(found) for _, found in sorted(members.items())]


def _group(kind: str, texts: Sequence[str]) -> Group:
    """The wording that occurs most stands for the group; of equals the one nearest to all, of these the shortest."""
    counts = Counter(texts)
    spread = Counter(word for text in texts for word in set(_WORDS.findall(text.casefold())))

    def nearness(text: str) -> float:
        own = set(_WORDS.findall(text.casefold()))
        return round(sum(spread[word] for word in own) / math.sqrt(len(own) or 1), 9)

    label = min(counts, key=lambda t: (-counts[t], -nearness(t), len(t), t))
    return Group(f"{slug(label)[:60].strip('-')}-{digest(kind, *sorted(counts))[:8]}", label)
