"""What a graph loses and gains."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyoxigraph as ox


@dataclass(slots=True)
class Change:
    """Triples that a graph loses and gains."""

    removed: set[ox.Triple] = field(default_factory=set)
    added: set[ox.Triple] = field(default_factory=set)

    def apply(self, store: ox.Store, graph: ox.NamedNode) -> None:
        """Change a store's graph."""
        for t in self.removed:
            store.remove(ox.Quad(t.subject, t.predicate, t.object, graph))
        store.extend([ox.Quad(t.subject, t.predicate, t.object, graph) for t in self.added])
