"""What a role asks for and what documents state of it, added up from its claims; the ladder it stands on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kg.lookup.answers import Ladder, Requirement, Stated, Step
from kg.lookup.claims import Claims, Filter
from kg.lookup.graph import Graph, texts
from kg.lookup.models import Link, Passage, Ref
from kg.namespaces import RG

# strongest first, as the ontology ranks them
STRENGTH = ("Required", "Preferred", "", "Mentioned")
_LEVELS = ("Expert", "Proficient", "Working", "Familiarity")


class Requirements:
    """Adds claims of the same link up, document by document."""

    def __init__(self, graph: Graph, claims: Claims) -> None:
        self.graph, self.claims = graph, claims
        self._known: dict[tuple[str, bool], tuple[Requirement, ...]] = {}

    def of(self, role: str, mentioned: bool = False) -> tuple[Requirement, ...]:
        """Skills and tools that a role asks for, strongest first; `mentioned`: those too that are merely spoken of."""
        if len(self._known) > 300:
            self._known = {}
        key = role, mentioned
        if key not in self._known:
            self._known[key] = self._added_up(role, mentioned)
        return self._known[key]

    def _added_up(self, role: str, mentioned: bool) -> tuple[Requirement, ...]:
        links = _links(self.claims.all(Filter(subject=role, property=RG + "requires")))
        groups: dict[str, list[Ref]] = {}
        for link in links:
            if link.alternative_group and link.object:
                groups.setdefault(link.alternative_group, []).append(link.object)
        out = [self._requirement(own, groups) for own in _by_object(links)]
        return tuple(sorted((r for r in out if mentioned or r.modality != STRENGTH[-1]),
                            key=lambda r: (STRENGTH.index(r.modality) if r.modality in STRENGTH else 2, -r.document_count, -r.claim_count,
                                           r.thing.label, r.thing.iri)))

    def _requirement(self, own: Sequence[Link], groups: dict[str, list[Ref]]) -> Requirement:
        thing = own[0].object
        assert thing is not None
        modality = min((c.modality for c in own), key=lambda m: STRENGTH.index(m) if m in STRENGTH else 2)
        counted = [c for c in own if c.modality == modality or (modality != STRENGTH[-1] and c.modality != STRENGTH[-1])]
        levels = tuple(sorted({c.proficiency for c in own if c.proficiency}, key=lambda p: (_LEVELS.index(p) if p in _LEVELS else 9, p)))
        others = {ref for c in own if c.alternative_group for ref in groups[c.alternative_group] if ref.iri != thing.iri}
        return Requirement(thing, own[0].property, modality, levels, _documents(counted), len(counted), self._confidence(counted),
                           _evidence(counted), tuple(c.iri for c in counted), tuple(sorted(others, key=lambda ref: (ref.label, ref.iri))))

    @staticmethod
    def _confidence(own: Sequence[Link]) -> float | None:
        """The chance that at least one document is right: its best claim counts for each."""
        best: dict[str, float] = {}
        for c in own:
            name = c.document.iri if c.document else ""
            best[name] = max(best.get(name, 0.0), float(c.confidence or 0.0))
        wrong = 1.0
        for value in best.values():
            wrong *= 1.0 - value
        return round(1.0 - wrong, 4) if best else None

    def stated(self, role: str, name: str) -> tuple[Stated, ...]:
        """What documents state of a role by a property ("hasResponsibility"), those of most documents first."""
        out = []
        for own in _by_object(_links(self.claims.all(Filter(subject=role, property=RG + name)))):
            thing = own[0].object
            assert thing is not None
            wordings = texts(self.graph.node(thing.iri), "wording") or (thing.label,)
            out.append(Stated(thing, name, wordings, _documents(own), len(own), _evidence(own), tuple(c.iri for c in own)))
        return tuple(sorted(out, key=lambda s: (-s.document_count, -s.claim_count, s.thing.label, s.thing.iri)))

    def ladder(self, role: str) -> Ladder:
        """The steps to a role and on from it."""
        name = RG + "progressesTo"
        return Ladder(self._steps(self.claims.all(Filter(object=role, property=name))), self._steps(self.claims.all(Filter(subject=role, property=name))))

    def steps(self, start: str, goal: str) -> Step:
        """One step with the claims that state it."""
        claims = self.claims.all(Filter(subject=start, object=goal, property=RG + "progressesTo"))
        return Step(self.graph.ref(start), self.graph.ref(goal), claims)

    @staticmethod
    def _steps(claims: Iterable[object]) -> tuple[Step, ...]:
        found: dict[tuple[Ref, Ref], list[Link]] = {}
        for c in _links(claims):
            if c.subject and c.object:
                found.setdefault((c.subject, c.object), []).append(c)
        return tuple(Step(start, goal, tuple(own)) for (start, goal), own in
                     sorted(found.items(), key=lambda item: (-len(item[1]), item[0][0].label, item[0][1].label)))


def _links(claims: Iterable[object]) -> list[Link]:
    return [c for c in claims if isinstance(c, Link)]


def _by_object(links: Iterable[Link]) -> list[list[Link]]:
    found: dict[str, list[Link]] = {}
    for link in links:
        if link.object:
            found.setdefault(link.object.iri, []).append(link)
    return list(found.values())


def _documents(own: Iterable[Link]) -> int:
    return len({c.document.iri for c in own if c.document})


def _evidence(own: Iterable[Link]) -> tuple[Passage, ...]:
    found = {p.iri: p for c in own for p in c.evidence}
    return tuple(sorted(found.values(), key=lambda p: (p.document.iri, p.begin)))
