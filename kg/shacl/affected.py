"""After a change: the focus nodes whose results can differ, so that only they are validated again.

    affected = affected_by(plan, changed_quads, store)          # the store as it is after the change
    renewed = plan.validate(store, focus=affected)
    report = report.merged(affected, renewed)

The computation may name too many nodes and never too few: a result that appears, goes or reads differently has rested on a
changed triple, that triple is met by one of the shape's routes, and the route is walked back over the data before and after
the change taken together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pyoxigraph as ox

from kg.namespaces import RDFS
from kg.shacl import routes
from kg.shacl.data import of_store
from kg.shacl.paths import SELF, Alternative, Inverse, Path, Predicate, Repeat, Sequence, invert, join, straighten
from kg.shacl.plan import ShapesPlan, Unit
from kg.shacl.reference import everything
from kg.shacl.terms import Term

Affected = dict[Term, frozenset[Term] | None]


class Walker:
    """Follows paths over a store and some further triples."""

    def __init__(self, store: ox.Store, further: Iterable[ox.Triple]) -> None:
        self.store = store
        self._objects: dict[tuple[Term, str], set[Term]] = defaultdict(set)
        self._subjects: dict[tuple[Term, str], set[Term]] = defaultdict(set)
        for triple in further:
            self._objects[triple.subject, triple.predicate.value].add(triple.object)
            self._subjects[triple.object, triple.predicate.value].add(triple.subject)

    def walk(self, nodes: Iterable[Term], path: Path) -> set[Term]:
        """Every node that the path reaches from one of the nodes; inverses stand at predicates only."""
        match path:
            case Predicate(iri):
                return self._forward(nodes, iri)
            case Inverse(Predicate(iri)):
                return self._back(nodes, iri)
            case Sequence(parts):
                found = set(nodes)
                for part in parts:
                    found = self.walk(found, part)
                return found
            case Alternative(parts):
                nodes = set(nodes)
                return set().union(*(self.walk(nodes, part) for part in parts))
            case Repeat(inner, mark):
                return self._repeat(set(nodes), inner, mark)
        return self.walk(nodes, straighten(path))

    def _repeat(self, nodes: set[Term], path: Path, mark: str) -> set[Term]:
        if mark == "?":
            return nodes | self.walk(nodes, path)
        seen: set[Term] = set() if mark == "+" else set(nodes)
        frontier = nodes
        while frontier:
            frontier = self.walk(frontier, path) - seen
            seen |= frontier
        return seen

    def _forward(self, nodes: Iterable[Term], iri: str) -> set[Term]:
        predicate, out = ox.NamedNode(iri), set()
        for node in nodes:
            if not isinstance(node, ox.Literal):
                out.update(q.object for q in self.store.quads_for_pattern(node, predicate, None, None))
            out |= self._objects.get((node, iri), set())
        return out

    def _back(self, nodes: Iterable[Term], iri: str) -> set[Term]:
        predicate, out = ox.NamedNode(iri), set()
        for node in nodes:
            out.update(q.subject for q in self.store.quads_for_pattern(None, predicate, node, None))
            out |= self._subjects.get((node, iri), set())
        return out


def affected_by(plan: ShapesPlan, changed: Iterable[ox.Quad | ox.Triple], store: ox.Store) -> Affected:
    """Focus nodes by source shape, for triples that were added or removed; `store` is as it is afterwards. None stands for all
    focus nodes of a shape; a shape that is missing has nothing to validate."""
    data = of_store(store)
    triples = {ox.Triple(t.subject, t.predicate, data.encode(t.object)) for t in
               (c.triple if isinstance(c, ox.Quad) else c for c in changed)}
    if not triples:
        return {}
    walker = Walker(store, triples)
    matcher = _Matcher(triples, walker)
    out: dict[Term, set[Term] | None] = {}
    for unit in plan.units:
        found = _of_unit(unit, matcher, walker)
        known = out.get(unit.shape.node, set())
        out[unit.shape.node] = None if found is None or known is None else known | found
    for root in plan.advanced:
        out |= {shape.node: None for shape in everything(root)}
    return {node: None if found is None else frozenset(found) for node, found in out.items() if found is None or found}


def _of_unit(unit: Unit, matcher: _Matcher, walker: Walker) -> set[Term] | None:
    own = matcher.nodes(routes.of_shape(unit.shape))
    prefix = join(*unit.prefixes) if unit.prefixes else SELF
    roots = matcher.nodes([*routes.of_targets(unit.root.targets), *routes.of_path(prefix, SELF)])
    if own is None or roots is None:
        return None
    # a root that came or went, or a changed way from it: all that it leads to
    return own | walker.walk(roots, straighten(prefix))


class _Matcher:
    """Finds the changed triples of a route and walks it back."""

    def __init__(self, triples: Iterable[ox.Triple], walker: Walker) -> None:
        self.walker = walker
        self._by_predicate: dict[str, list[ox.Triple]] = defaultdict(list)
        self._all = list(triples)
        for triple in self._all:
            self._by_predicate[triple.predicate.value].append(triple)
        self._below: dict[str, set[Term]] = {}
        self._walked: dict[routes.Route, set[Term] | None] = {}

    def nodes(self, found: Iterable[routes.Route]) -> set[Term] | None:
        """Focus nodes that some of the routes lead back to; None for all of them."""
        out: set[Term] = set()
        for route in dict.fromkeys(found):
            if route not in self._walked:
                self._walked[route] = self._nodes(route)
            nodes = self._walked[route]
            if nodes is None:
                return None
            out |= nodes
        return out

    def _nodes(self, route: routes.Route) -> set[Term] | None:
        triples = self._all if route.predicate is None else self._by_predicate.get(route.predicate, [])
        far = "subject" if route.end == "object" else "object"
        if route.far is not None:
            triples = [t for t in triples if getattr(t, far) == route.far]
        if route.under:
            below = self._classes(route.under)
            triples = [t for t in triples if t.object in below]
        if not triples:
            return set()
        return None if route.lead is None else self.walker.walk({getattr(t, route.end) for t in triples}, invert(route.lead))

    def _classes(self, iri: str) -> set[Term]:
        if iri not in self._below:
            self._below[iri] = self.walker.walk({ox.NamedNode(iri)}, Repeat(Inverse(Predicate(RDFS + "subClassOf")), "*"))
        return self._below[iri]
