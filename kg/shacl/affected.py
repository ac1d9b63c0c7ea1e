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
from collections.abc import Callable, Iterable, Mapping

import pyoxigraph as ox

from kg.namespaces import RDFS
from kg.shacl import routes
from kg.shacl.data import of_store
from kg.shacl.paths import SELF, Alternative, Inverse, Path, Predicate, Repeat, Sequence, invert, join, straighten
from kg.shacl.plan import ShapesPlan, Unit
from kg.shacl.reference import everything
from kg.shacl.shapes import Ask, Select
from kg.shacl.terms import Term

Affected = dict[Term, frozenset[Term] | None]
Pair = tuple[Term, Term]


class Walker:
    """Follows paths over a store and some further triples, given as pairs of subject and object by property."""

    def __init__(self, store: ox.Store, further: Mapping[str, list[Pair]]) -> None:
        self.store, self._further = store, further
        self._objects: dict[str, dict[Term, list[Term]]] = {}
        self._subjects: dict[str, dict[Term, list[Term]]] = {}

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
        if iri not in self._objects:
            self._objects[iri] = _grouped(self._further.get(iri, ()))
        further = self._objects[iri]
        for node in nodes:
            if not isinstance(node, ox.Literal):
                out.update(q.object for q in self.store.quads_for_pattern(node, predicate, None, None))
                out.update(further.get(node, ()))
        return out

    def _back(self, nodes: Iterable[Term], iri: str) -> set[Term]:
        predicate, out = ox.NamedNode(iri), set()
        if iri not in self._subjects:
            self._subjects[iri] = _grouped((o, s) for s, o in self._further.get(iri, ()))
        further = self._subjects[iri]
        for node in nodes:
            out.update(q.subject for q in self.store.quads_for_pattern(None, predicate, node, None))
            out.update(further.get(node, ()))
        return out


def _grouped(pairs: Iterable[tuple[Term, Term]]) -> dict[Term, list[Term]]:
    out: dict[Term, list[Term]] = {}
    for key, value in pairs:
        out.setdefault(key, []).append(value)
    return out


def affected_by(plan: ShapesPlan, changed: Iterable[ox.Quad | ox.Triple], store: ox.Store) -> Affected:
    """Focus nodes by source shape, for triples that were added or removed; `store` is as it is afterwards. None stands for all
    focus nodes of a shape; a shape that is missing has nothing to validate."""
    data = of_store(store)
    pairs: dict[str, list[Pair]] = defaultdict(list)
    for item in changed:
        pairs[item.predicate.value].append((item.subject, data.encode(item.object)))
    if not pairs:
        return {}
    walker = Walker(store, pairs)
    matcher = _Matcher(pairs, walker, data.encode)
    out: dict[Term, set[Term] | None] = {}
    with routes.remembered(c.value.text for u in plan.units for c in u.shape.constraints if isinstance(c.value, Select | Ask)):
        for unit in plan.units:
            found = _of_unit(unit, matcher, walker)
            known = out.get(unit.shape.node, found)
            out[unit.shape.node] = None if found is None or known is None else known | found if known is not found else found
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

    def __init__(self, changed: Mapping[str, list[Pair]], walker: Walker, encode: Callable[[Term], Term]) -> None:
        self.walker, self._changed, self._encode = walker, changed, encode
        self._by_object: dict[str, dict[Term, list[Term]]] = {}
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
        met = self._met(route)
        if not met:
            return set()
        return None if route.lead is None else self.walker.walk(met, invert(route.lead))

    def _met(self, route: routes.Route) -> set[Term]:
        """The ends at which the route meets changed triples."""
        if route.end == "predicate":
            return {ox.NamedNode(iri) for iri in self._changed}
        if route.under:
            return {s for c in self._classes(route.under) for s in self._subjects(route.predicate).get(c, ())}
        names = list(self._changed) if route.predicate is None else [route.predicate]
        far = None if route.far is None else self._encode(route.far)
        if route.end == "object":
            return {o for name in names for s, o in self._changed.get(name, ()) if far is None or far == s}
        if far is not None:
            return {s for name in names for s in self._subjects(name).get(far, ())}
        return {s for name in names for s, _ in self._changed.get(name, ())}

    def _subjects(self, iri: str) -> dict[Term, list[Term]]:
        if iri not in self._by_object:
            self._by_object[iri] = _grouped((o, s) for s, o in self._changed.get(iri, ()))
        return self._by_object[iri]

    def _classes(self, iri: str) -> set[Term]:
        if iri not in self._below:
            self._below[iri] = self.walker.walk({ox.NamedNode(iri)}, Repeat(Inverse(Predicate(RDFS + "subClassOf")), "*"))
        return self._below[iri]
