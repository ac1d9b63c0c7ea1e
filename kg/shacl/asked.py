"""Which of given nodes a shape looks at, when few of many are to be validated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.shacl.data import Data
from kg.shacl.focus import Focus, of_nodes
from kg.shacl.shapes import Shape, Targets
from kg.shacl.terms import Term

# so many nodes are written into one query
BATCH = 2000


@dataclass(slots=True)
class Asked:
    """Looks nodes up one by one, and once for all the shapes below a target. Terms stay in sets as long as they can: these keep
    the hashes, which are slow to take."""

    data: Data
    subclasses: Callable[[str], list[str]]
    _typed: set[Term] = field(default_factory=set)
    _by_class: dict[Term, set[Term]] = field(default_factory=dict)
    _members: dict[tuple[Targets, frozenset[Term]], list[Focus]] = field(default_factory=dict)

    def among(self, root: Shape, nodes: frozenset[Term], absent: tuple[Term, ...] = ()) -> list[Focus]:
        """Those of the nodes that are targets of the shape, in parts."""
        known = (root.targets, nodes)
        if known not in self._members:
            found = sorted(self._targets(root.targets, nodes), key=str)
            self._members[known] = [of_nodes(found[start:start + BATCH], self.data.encode, absent) for start in range(0, len(found), BATCH)]
        return self._members[known]

    def _targets(self, targets: Targets, nodes: frozenset[Term]) -> set[Term]:
        self._look_up(nodes)
        found = set(nodes.intersection(targets.nodes))
        for iri in {c for name in targets.classes for c in self.subclasses(name)}:
            found |= nodes & self._by_class.get(ox.NamedNode(iri), set())
        if targets.objects_of or targets.subjects_of:
            found.update(node for node in nodes - found if self._is_linked(targets, self.data.encode(node)))
        return found

    def _look_up(self, nodes: frozenset[Term]) -> None:
        fresh = nodes - self._typed
        self._typed |= fresh
        for node in fresh:
            for kind in self.data.types(self.data.encode(node)):
                self._by_class.setdefault(kind, set()).add(node)

    def _is_linked(self, targets: Targets, stored: Term) -> bool:
        return (any(self.data.has(None, iri, stored) for iri in targets.objects_of)
                or any(self.data.has(stored, iri, None) for iri in targets.subjects_of))
