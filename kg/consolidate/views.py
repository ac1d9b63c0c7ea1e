"""Lookups in a store that are remembered, and in the same store as some changes make it: for what is asked twice, before and after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

Node = ox.NamedNode | ox.BlankNode
Pattern = tuple[Node | None, ox.NamedNode | None, ox.NamedNode | ox.BlankNode | ox.Literal | None, ox.NamedNode | None]


class Remembered:
    """A store that does not change, asked for the same thing once."""

    def __init__(self, store: ox.Store) -> None:
        self._store, self._found = store, {}

    def quads_for_pattern(self, *pattern: Pattern) -> Iterator[ox.Quad]:
        """As of a store; each answer is held, so that what many match is not to be asked for."""
        found = self._found.get(pattern)
        if found is None:
            found = self._found[pattern] = list(self._store.quads_for_pattern(*pattern))
        return iter(found)

    def __contains__(self, quad: ox.Quad) -> bool:
        return quad in self._store


class Changed:
    """What a store is after some quads went and others came; patterns have a subject or an object."""

    def __init__(self, before: Remembered, removed: Iterable[ox.Quad], added: Iterable[ox.Quad]) -> None:
        self._before, self._removed, self._added = before, set(removed), set(added)
        self._gone = {node for q in self._removed for node in (q.subject, q.object)}
        self._new: dict[ox.Term, list[ox.Quad]] = defaultdict(list)
        for quad in sorted(self._added, key=str):
            for node in {quad.subject, quad.object}:
                self._new[node].append(quad)

    def quads_for_pattern(self, *pattern: Pattern) -> Iterator[ox.Quad]:
        """As of a store."""
        subject, predicate, target, *graph = pattern
        node = subject if subject is not None else target
        found = self._before.quads_for_pattern(*pattern)
        if node in self._gone:
            found = (q for q in found if q not in self._removed)
        yield from found
        for quad in self._new.get(node, ()):
            if (subject in (None, quad.subject) and predicate in (None, quad.predicate) and target in (None, quad.object)
                    and (not graph or graph[0] in (None, quad.graph_name)) and quad not in self._before):
                yield quad

    def __contains__(self, quad: ox.Quad) -> bool:
        return quad in self._added or (quad not in self._removed and quad in self._before)


View = ox.Store | Remembered | Changed
