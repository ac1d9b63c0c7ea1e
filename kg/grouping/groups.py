"""Statements that say the same thing in other words, brought together.

Likeness is that of `kg.grouping.similarity`; groups are the clusters of average linkage (UPGMA, Sokal and Michener 1958), cut at one
threshold: a statement joins a group that it is like on the whole, so that a chain of small changes does not bring together
what its ends do not share (single linkage), nor one odd wording keep apart the rest (complete linkage). Pairs below
the bound count as not alike at all. Two groups are joined only where some pair across them reaches the threshold, so what no such
pair connects is clustered apart. The threshold was chosen on the part `dev` of data/gold/statement-pairs.tsv.
"""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.grouping.neighbours import Neighbours
from kg.grouping.similarity import Similarity
from kg.grouping.wording import Lexicon, Wording, read
from kg.namespaces import digest, slug

_WORDS = re.compile(r"[^\W_]+")
THRESHOLD = 0.58
# links this far below the threshold still count in an average
REACH = 0.6
# identifier, kind and text; no two have one identifier
Statement = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Group:
    """A group of statements: `name` identifies it, `label` is the wording that stands for it."""

    name: str
    label: str


def group(statements: Iterable[Statement], words: Lexicon | None = None, threshold: float = THRESHOLD) -> dict[str, Group]:
    """Group (identifier, kind, text) statements, kinds apart; the result does not depend on their order."""
    kinds = _kinds(statements)
    found = counted({(kind, text): len(own) for kind, texts in kinds.items() for text, own in texts.items()}, words, threshold)
    return {identifier: found[kind, text] for kind, texts in kinds.items() for text, own in texts.items() for identifier in own}


def counted(numbers: Mapping[tuple[str, str], int], words: Lexicon | None = None, threshold: float = THRESHOLD) -> dict[tuple[str, str], Group]:
    """Group texts, each given by (kind, text) with how often it is there, as `group` does statements."""
    known, kinds = words or Lexicon(), {}
    for (kind, text), number in sorted(numbers.items()):
        kinds.setdefault(kind, {})[text] = number
    groups: dict[tuple[str, str], Group] = {}
    for kind, texts in kinds.items():
        wordings = _Wordings(kind, texts, known, threshold)
        groups.update(((kind, text), found) for text, found in wordings.groups(wordings.near.components(), texts).items())
    return groups


def regrouped(kind: str, before: Collection[str], changes: Mapping[str, int], counts: Callable[[Iterable[str]], Mapping[str, int]],
              words: Lexicon | None = None, threshold: float = THRESHOLD, wordings: Mapping[str, Wording] | None = None) -> dict[str, tuple[Group, bool]]:
    """Groups after a change, and whether they are other ones than before, of all texts of which a change may have made either.

    `before` are the texts that were there, `changes` tells by how much the number of some of them has changed, and `counts` how often
    some texts are there now: it is asked for those alone whose groups the change touches. `wordings` are of texts that have been read.
    """
    altered, past = {*changes}, {*before}
    numbers = counts(sorted(altered))
    now = (past - altered) | {text for text in altered if numbers[text]}
    earlier, later = _Wordings(kind, past | altered, words or Lexicon(), threshold, wordings).around(altered, past, now)
    same = {cluster for cluster in earlier & later if altered.isdisjoint(cluster)}
    numbers = {**counts(sorted({text for cluster in (earlier | later) - same for text in cluster} - altered)), **numbers}
    old = {text: made for cluster in earlier - same
           for text, made in _of_cluster(kind, cluster, {text: numbers[text] - changes.get(text, 0) for text in cluster})}
    new = {text: made for cluster in later - same for text, made in _of_cluster(kind, cluster, numbers)}
    return {text: (made, old.get(text) != made) for text, made in new.items()}


def _kinds(statements: Iterable[Statement]) -> dict[str, dict[str, list[str]]]:
    """Identifiers by kind and text."""
    kinds: dict[str, dict[str, list[str]]] = {}
    for identifier, kind, text in set(statements):
        kinds.setdefault(kind, {}).setdefault(text, []).append(identifier)
    return kinds


class _Wordings:
    """What texts of one kind say, and which of them are alike."""

    def __init__(self, kind: str, texts: Iterable[str], words: Lexicon, threshold: float, known: Mapping[str, Wording] | None = None) -> None:
        self._kind, self._threshold = kind, threshold
        found: dict[Wording, list[str]] = defaultdict(list)
        for text in texts:
            found[(known or {}).get(text) or read(text, words)].append(text)
        self._alike = Similarity(found, words.weight)
        self._texts = [found[wording] for wording in self._alike.wordings]
        self.near = Neighbours(self._alike, threshold)

    def groups(self, parts: Iterable[Sequence[int]], numbers: Mapping[str, int]) -> dict[str, Group]:
        """Groups by text, from parts of the wordings that nothing outside is like; `numbers` says how often each text is there."""
        return {text: found for cluster in self._clusters(parts, numbers) for text, found in _of_cluster(self._kind, cluster, numbers)}

    def around(self, altered: set[str], before: set[str], after: set[str]) -> tuple[set[frozenset[str]], set[frozenset[str]]]:
        """Clusters before and after a change in the number of some texts, of all that it may have brought into other ones."""
        was, now = ({i for i, texts in enumerate(self._texts) if not found.isdisjoint(texts)} for found in (before, after))
        seeds = {i for i, texts in enumerate(self._texts) if not altered.isdisjoint(texts)}
        seeds |= self.near.change(now - was, was - now)
        parts = self.near.connected(seeds & now)
        past = self.near if was == now else Neighbours(self._alike, self._threshold, was)
        earlier = past.connected(was & {i for part in parts for i in part})
        return set(self._clusters(earlier, before)), set(self._clusters(parts, after))

    def _clusters(self, parts: Iterable[Sequence[int]], there: Container[str]) -> Iterator[frozenset[str]]:
        for part in parts:
            place = {i: at for at, i in enumerate(part)}
            pairs = Neighbours(self._alike, self._threshold * REACH, part).pairs() if len(part) > 1 else ()
            for cluster in clusters(len(part), ((place[i], place[j], likeness) for i, j, likeness in pairs), self._threshold):
                yield frozenset(text for at in cluster for text in self._texts[part[at]] if text in there)


def clusters(count: int, links: Iterable[tuple[int, int, float]], threshold: float) -> list[list[int]]:
    """Average-linkage clusters of 0 .. count-1 by the given likenesses, each sorted; what is not given counts as 0."""
    members = {i: [i] for i in range(count)}
    near: dict[int, dict[int, float]] = defaultdict(dict)
    for i, j, alike in links:
        near[i][j] = near[j][i] = alike
    # a cluster keeps the number of its first member; sums of likenesses make averages when divided by both sizes
    heap = [(-alike, i, j, 1, 1) for i in near for j, alike in near[i].items() if i < j and alike >= threshold]
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


def _of_cluster(kind: str, cluster: Iterable[str], numbers: Mapping[str, int]) -> Iterator[tuple[str, Group]]:
    own = {text: numbers[text] for text in sorted(cluster)}
    if own:
        found = _group(kind, own)
        yield from ((text, found) for text in own)


def _group(kind: str, counts: Mapping[str, int]) -> Group:
    """The wording that occurs most stands for the group, and names it, so that the name stays when rarer wordings come and go; of
    equals the one nearest to all, of these the shortest."""
    own = {text: set(_WORDS.findall(text.casefold())) for text in counts}
    spread: Counter[str] = Counter()
    for text, found in own.items():
        spread.update(dict.fromkeys(found, counts[text]))

    def nearness(text: str) -> float:
        return round(sum(spread[word] for word in own[text]) / math.sqrt(len(own[text]) or 1), 9)

    label = min(counts, key=lambda t: (-counts[t], -nearness(t), len(t), t))
    return Group(f"{slug(label)[:60].strip('-')}-{digest(kind, label)[:8]}", label)
