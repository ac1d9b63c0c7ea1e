"""Which shapes can be validated piece by piece: those that look at nothing far from their focus nodes.

A piece of the data has nodes of its own, with every triple that has one of them as subject or object. Of other nodes it has what
somebody follows: from nodes that a step leads to, every triple with a given property (`follow`). Of a few properties that are rare
it has every triple there is (`whole`). A shape may be validated on the
piece, for focus nodes of its own, where every triple that its results rest on can be met by steps that stay within that: forwards
from any node, backwards from the piece's own. That a step from an own node ends at an own node again is taken from a sample, and
held against every piece.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field

import rdflib

from kg.shacl import patterns, routes
from kg.shacl.paths import SELF, Alternative, Inverse, Path, Predicate, Repeat, Sequence, invert, join, straighten
from kg.shacl.plan import ShapesPlan, Unit
from kg.shacl.reference import everything
from kg.shacl.shapes import Ask, Select

# a property, and whether it is walked from object to subject
Step = tuple[str, bool]


# how a node was reached that is not the piece's own: the steps that may have led to it; own nodes have none
Reached = frozenset[Step]
OWN: Reached = frozenset()


@dataclass(frozen=True, slots=True)
class Local:
    """What a piece must hold for a shape: by the step that leads to nodes not its own, a property of these that is followed; and
    steps that stay within its own; and properties all of whose triples it needs."""

    follow: frozenset[tuple[Step, str]]
    within: frozenset[Step]
    whole: frozenset[str]


class _Far(Exception):
    """A step that a piece cannot make."""


@dataclass(slots=True)
class _Walk:
    """Takes steps, and notes what they ask of a piece."""

    crossing: Collection[Step]
    rare: Callable[[str], bool]
    whole: set[str] = field(default_factory=set)
    follow: set[tuple[Step, str]] = field(default_factory=set)
    within: set[Step] = field(default_factory=set)

    def step(self, start: Reached, iri: str, backwards: bool) -> Reached:
        if start != OWN:
            if backwards:
                if not self.rare(iri):
                    raise _Far
                self.whole.add(iri)
                return frozenset({(iri, True)})
            self.follow.update((step, iri) for step in start)
            return frozenset({(iri, False)})
        if (iri, backwards) in self.crossing:
            return frozenset({(iri, backwards)})
        self.within.add((iri, backwards))
        return OWN

    def along(self, start: Reached, path: Path) -> Reached:
        """The nodes at the end of a path; inverses stand at predicates only."""
        match path:
            case Predicate(iri):
                return self.step(start, iri, False)
            case Inverse(Predicate(iri)):
                return self.step(start, iri, True)
            case Sequence(parts):
                for part in parts:
                    start = self.along(start, part)
                return start
            case Alternative(parts):
                return _any([self.along(start, part) for part in parts])
            case Repeat(part, mark):
                ends = [start, self.along(start, part)]
                while mark != "?" and ends[-1] not in ends[:-1]:
                    ends.append(self.along(ends[-1], part))
                return _any(ends)
        return self.along(start, straighten(path))

    def meet(self, looks: Iterable[routes.Route | routes.Asking]) -> None:
        for look in looks:
            if isinstance(look, routes.Asking):
                self._ask(look)
                continue
            if look.lead is None or look.end == "predicate":
                raise _Far
            start = self.along(OWN, look.lead)
            if look.predicate is not None:
                self.step(start, look.predicate, look.end == "object")
            elif start != OWN:
                raise _Far

    def _ask(self, asking: routes.Asking) -> None:
        try:
            root = patterns.scopes(asking.query)
            ends = {name: self.along(OWN, path) for name, path in asking.ends().items()}
            for scope in root.walk():
                if scope.elsewhere or not set(map(id, scope.patterns)) <= self._met(scope.together(), dict(ends)):
                    raise _Far
        except patterns.Unreadable as error:
            raise _Far from error

    def _met(self, together: list[tuple[object, object, object]], known: dict[str, Reached]) -> set[int]:
        """The patterns all of whose triples a piece has, where they must hold together; met from own nodes wherever that can be."""
        met: set[int] = set()
        while self._more(together, known, met, own=True) or self._more(together, known, met, own=False):
            pass
        return met

    def _more(self, together: list[tuple[object, object, object]], known: dict[str, Reached], met: set[int], own: bool) -> bool:
        for pattern in together:
            for start, end, path in _ways(pattern) if id(pattern) not in met else ():
                reached = known.get(str(start)) if _is_variable(start) else None
                if reached is None or (reached == OWN) != own or (path is None and not own):
                    continue
                try:
                    at_end = self.along(reached, path) if path is not None else None
                except _Far:
                    continue
                met.add(id(pattern))
                if at_end is not None and _is_variable(end) and known.get(str(end)) != OWN:
                    known[str(end)] = at_end
                return True
        return False


def _any(ends: Iterable[Reached]) -> Reached:
    """Nodes of which some may be own and others not cannot be told apart: steps backwards are out, steps forwards are followed."""
    return frozenset().union(*ends)


def _ways(pattern: tuple[object, object, object]) -> Iterator[tuple[object, object, Path | None]]:
    """The two directions of a pattern; without a path where its property is a variable."""
    subject, predicate, object_ = pattern
    path = None if isinstance(predicate, rdflib.Variable) else straighten(patterns.path(predicate))
    yield subject, object_, path
    yield object_, subject, None if path is None else invert(path)


def _is_variable(term: object) -> bool:
    return isinstance(term, rdflib.Variable | rdflib.BNode)


def of_unit(unit: Unit, crossing: Collection[Step], rare: Callable[[str], bool]) -> Local | None:
    """What the unit asks of a piece, where all steps but those `crossing` lead from own nodes to own ones; None where it looks further.
    `rare` says whether a property has so few triples that every piece may hold them all."""
    walk = _Walk(crossing, rare)
    queries = [c.value.text for s in everything(unit.shape) for c in s.constraints if isinstance(c.value, Select | Ask)]
    if unit.root.targets.objects_of or any("shapesGraph" in text for text in queries):
        return None
    try:
        walk.meet(routes.of_targets(unit.root.targets))
        walk.meet(routes.looks(unit.shape))
        prefix = straighten(join(*unit.prefixes)) if unit.prefixes else SELF
        # a focus node may be reached in several ways, each of which counts: all of them must be in its piece
        if walk.along(OWN, prefix) != OWN or walk.along(OWN, invert(prefix)) != OWN:
            return None
    except _Far:
        return None
    return Local(frozenset(walk.follow), frozenset(walk.within), frozenset(walk.whole))


def local_units(plan: ShapesPlan, crossing: Collection[Step], rare: Callable[[str], bool] = lambda iri: False) -> dict[int, Local]:
    """What those of the plan's units ask that can be validated piece by piece, by their place in `plan.units`."""
    found = {place: of_unit(unit, crossing, rare) for place, unit in enumerate(plan.units)}
    return {place: local for place, local in found.items() if local is not None}
