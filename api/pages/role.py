"""A role: what it asks for, does, pays, leads to, and what documents disagree on."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from api.pages import growth, pay
from api.pages.view import View
from kg.lookup.answers import Requirement, RoleProfile
from kg.lookup.claims import Filter
from kg.lookup.models import Ref

# how many of one sort are shown before the rest is folded away, and how many sentences of one item
SHOWN, QUOTED = 12, 4
_RUNGS = 3
_DERIVED = """SELECT DISTINCT ?figure ?label ?amount ?currency ?per ?method WHERE { ?figure a rg:DerivedPayFigure ; rg:subject $role ;
  skos:prefLabel ?label ; rg:amount ?amount ; rg:currency ?currency ; rg:per ?per ; rg:method ?method } ORDER BY ?label ?amount LIMIT 40"""


def content(view: View, iri: str) -> dict[str, Any]:
    """What the template shows."""
    profile: RoleProfile = view.catalog.role(iri)
    role = profile.role
    return {"role": role, "p": profile, "quoted": QUOTED, "shown": SHOWN, "also_called": view.names(role),
            "skills": _grouped(view, profile.requirements, "requiresSkill"), "tools": _grouped(view, profile.requirements, "requiresTool"),
            "strengths": Counter(r.modality for r in profile.requirements), "charts": pay.charts(profile.salaries),
            "pay_summary": pay.summary(profile.salaries), "elsewhere": _pay_of_others(view, profile),
            "derived": view.things(view.rows(_DERIVED, role=role.iri), "figure"), "timeline": growth.timeline(profile.growth),
            "rungs": _rungs(view, role.iri), "conflicts": _conflicts(view, profile), "levels": view.levels(), "links": view.outward(role)}


def _grouped(view: View, requirements: tuple[Requirement, ...], name: str) -> list[tuple[str, list[Requirement]]]:
    """Requirements of one property by the narrowest class of what is asked for, the largest group first."""
    groups: dict[str, list[Requirement]] = defaultdict(list)
    for r in requirements:
        if r.property == name:
            classes = view.types(r.thing.iri)
            groups[view.class_label(classes[0]) if classes else r.thing.kind].append(r)
    for own in groups.values():
        own.sort(key=lambda r: (-r.document_count, -r.claim_count, r.thing.label.casefold()))
    return sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))


def _pay_of_others(view: View, profile: RoleProfile) -> list[tuple[Ref, int]]:
    """Other roles whose pay the documents about this role state, with the number of figures."""
    found: Counter[Ref] = Counter()
    for document in profile.documents[:20]:
        for claim in view.catalog.salaries(Filter(document=document.iri), limit=500).items:
            if claim.subject and claim.subject.iri != profile.role.iri:
                found[claim.subject] += 1
    return sorted(found.items(), key=lambda item: (-item[1], item[0].label))


def _conflicts(view: View, profile: RoleProfile) -> list[Any]:
    return [view.catalog.conflict(ref.iri) for ref in profile.conflicts]


def _rungs(view: View, iri: str) -> list[list[Ref]]:
    """The ladder in columns: steps before the role, the role, steps after it; empty where no document places it."""
    after, before = defaultdict(set), defaultdict(set)
    for row in view.steps:
        after[row["a"]].add(row["b"])
        before[row["b"]].add(row["a"])
    left, right = _layers(iri, before), _layers(iri, after)
    if not left and not right:
        return []
    return [[view.catalog.ref(i) for i in layer] for layer in [*reversed(left), [iri], *right]]


def _layers(start: str, steps: dict[str, set[str]]) -> list[list[str]]:
    seen, layers, here = {start}, [], [start]
    while here and len(layers) < _RUNGS:
        here = sorted({there for one in here for there in steps[one]} - seen)
        seen |= set(here)
        if here:
            layers.append(here)
    return layers
