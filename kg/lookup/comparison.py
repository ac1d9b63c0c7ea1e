"""Two things side by side: what one role asks for beside the other, the way between them, what is similar."""

from __future__ import annotations

from collections import deque
from functools import cached_property
from math import log

from kg.lookup.answers import Change, Comparison, Similar, Way
from kg.lookup.claims import Claims, Filter
from kg.lookup.graph import KINDS, Graph, reached
from kg.lookup.models import Education, Experience
from kg.lookup.requirements import Requirements
from kg.lookup.things import Things

_STEPS = "SELECT DISTINCT ?a ?b WHERE { ?fact a rg:Fact ; rg:property rg:progressesTo ; rg:subject ?a ; rg:object ?b } ORDER BY ?a ?b"
# what two things may have in common: facts of them, and what the vocabulary says of them
_SHARED = """SELECT DISTINCT ?a ?p ?b WHERE {
  { ?fact a rg:Fact ; rg:subject ?a ; rg:property ?p ; rg:object ?b }
  UNION { VALUES ?p { rg:toolSupports rg:specialises skos:broader skos:related } ?a ?p ?b } }"""
_WIDER = "SELECT DISTINCT ?a ?b WHERE { ?a rg:toolSupports|skos:broader ?b FILTER(isIRI(?a) && isIRI(?b)) } ORDER BY ?a ?b"


class Comparisons:
    """Answers that take two things."""

    def __init__(self, graph: Graph, claims: Claims, things: Things, requirements: Requirements) -> None:
        self.graph, self.claims, self.things, self.requirements = graph, claims, things, requirements

    def compare(self, start: str, goal: str) -> Comparison:
        """What the goal asks for and the start does not, what falls away, what stays, with modality and evidence."""
        mine = {r.thing.iri: r for r in self.requirements.of(start)}
        theirs = {r.thing.iri: r for r in self.requirements.of(goal)}
        added = tuple(r for iri, r in theirs.items() if iri not in mine)
        implied = sorted(reached(self._wider, mine) & {r.thing.iri for r in added}) if mine and added else []
        return Comparison(
            self.graph.ref(start), self.graph.ref(goal), added, tuple(r for iri, r in mine.items() if iri not in theirs),
            tuple(Change(mine[iri], r) for iri, r in theirs.items() if iri in mine), tuple(self.graph.ref(i) for i in implied),
            self._experience(goal), self._education(goal), self._experience(start), self._education(start))

    def _experience(self, role: str) -> tuple[Experience, ...]:
        return self.claims.all(Filter(type="ExperienceRequirement", subject=role))  # type: ignore[return-value]

    def _education(self, role: str) -> tuple[Education, ...]:
        return self.claims.all(Filter(type="EducationRequirement", subject=role))  # type: ignore[return-value]

    @cached_property
    def _wider(self) -> dict[str, list[str]]:
        out: dict[str, list[str]] = {}
        for narrow, wide in self.graph.rows(_WIDER):
            out.setdefault(narrow.value, []).append(wide.value)  # type: ignore[union-attr]
        return out

    @cached_property
    def _next(self) -> dict[str, list[str]]:
        out: dict[str, list[str]] = {}
        for start, goal in self.graph.rows(_STEPS):
            out.setdefault(start.value, []).append(goal.value)  # type: ignore[union-attr]
        return out

    def path(self, start: str, goal: str) -> Way:
        """The shortest way along the steps that documents state; of equally short ones the first in order of IRIs."""
        came: dict[str, str] = {start: ""}
        queue = deque([start])
        while queue and goal not in came:
            here = queue.popleft()
            for there in self._next.get(here, ()):
                if there not in came:
                    came[there] = here
                    queue.append(there)
        way: list[str] = []
        if goal in came:
            here = goal
            while here:
                way.append(here)
                here = came[here]
        way.reverse()
        steps = tuple(self.requirements.steps(a, b) for a, b in zip(way, way[1:], strict=False))
        return Way(self.graph.ref(start), self.graph.ref(goal), bool(way), steps)

    @cached_property
    def _features(self) -> tuple[dict[str, frozenset[str]], dict[str, list[str]]]:
        """By thing: what is said of it, as "property end"; and by that: the things, of which it is said."""
        of: dict[str, set[str]] = {}
        for subject, name, thing in self.graph.rows(_SHARED):
            a, p, b = subject.value, name.value, thing.value  # type: ignore[union-attr]
            of.setdefault(a, set()).add(f"> {b}")
            of.setdefault(b, set()).add(f"< {a}")
            del p
        by: dict[str, list[str]] = {}
        for thing in sorted(of):
            for feature in of[thing]:
                by.setdefault(feature, []).append(thing)
        return {thing: frozenset(found) for thing, found in of.items()}, by

    def similar(self, iri: str, limit: int = 10) -> tuple[Similar, ...]:
        """Things of the same kind that share most with one: Jaccard's coefficient, what few things share weighing more."""
        of, by = self._features
        own = of.get(iri, frozenset())
        kind, everything = self.graph.ref(iri).kind, len(of) + 1
        if not own or kind not in {self.things.names.kind_name(name) for name in KINDS}:
            return ()
        weight = {feature: log(everything / len(by[feature])) for feature in own}
        shared: dict[str, float] = {}
        # what thousands share (a general skill of a taxonomy) tells little and costs much
        for feature in sorted(own, key=lambda f: (len(by[f]), f)):
            if len(by[feature]) <= 2000:
                for other in by[feature]:
                    shared[other] = shared.get(other, 0.0) + weight[feature]
        total = sum(weight[f] for f in sorted(own))
        kinds = self.things.names.labels
        scored = []
        for other, common in shared.items():
            if other != iri and kinds.get(other, ("",))[0] == kind:
                rest = sum(log(everything / len(by[f])) for f in sorted(of[other] - own))
                scored.append((round(common / (total + rest), 4) if total + rest else 0.0, other))
        best = sorted(scored, key=lambda entry: (-entry[0], entry[1]))[:limit]
        return tuple(self._similar(iri, other, score, weight) for score, other in best if score > 0)

    def _similar(self, iri: str, other: str, score: float, weight: dict[str, float]) -> Similar:
        of, _ = self._features
        common = sorted(of[iri] & of[other], key=lambda f: (-weight[f], f))
        refs = list(dict.fromkeys(self.graph.ref(f[2:]) for f in common))
        return Similar(self.graph.ref(other), score, tuple(refs[:12]), len(refs))
