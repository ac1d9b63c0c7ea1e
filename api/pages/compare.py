"""Roles side by side: what all ask for, what only one asks for, pay on one axis, the way from one to another; as a table too."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

from api.pages import pay
from api.pages.census import Census
from api.pages.view import View
from api.problems import Problem
from kg.errors import NotFoundError
from kg.lookup.answers import Requirement
from kg.lookup.models import Ref

MOST, OFFERED = 4, 400
_PROFILED = "SELECT DISTINCT ?role WHERE { ?fact a rg:Fact ; rg:subject ?role ; rg:property ?p . VALUES ?p { rg:requiresSkill rg:requiresTool } }"
_ABOUT = """SELECT ?role (COUNT(DISTINCT ?document) AS ?number) WHERE { ?document rg:about ?role . ?fact rg:subject ?role ; rg:property rg:requiresSkill }
GROUP BY ?role ORDER BY DESC(?number) ?role LIMIT 5"""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is asked for; `cells` in the order of the roles, None where a role does not ask for it."""

    thing: Ref
    group: str
    cells: tuple[Requirement | None, ...]

    @property
    def asked_by(self) -> int:
        """How many of the roles ask for it."""
        return sum(cell is not None for cell in self.cells)


def content(view: View, census: Census, names: list[str]) -> dict[str, Any]:
    """What the template shows; Problem 404 for a role that the graph does not know."""
    roles = _roles(view, names)
    shown: dict[str, Any] = {"roles": roles, "most": MOST, "offered": _offered(view), "here": "/compare"}
    if len(roles) < 2:
        return shown | {"examples": _examples(view)}
    lines = _lines(view, roles)
    profiles = [view.catalog.role(role.iri) for role in roles]
    return shown | {
        "all": [x for x in lines if x.asked_by == len(roles)], "some": [x for x in lines if 1 < x.asked_by < len(roles)],
        "only": [(role, [x for x in lines if x.asked_by == 1 and x.cells[at]]) for at, role in enumerate(roles)],
        "profiles": profiles, "charts": pay.charts((s for p in profiles for s in p.salaries), by_role=True), "levels": view.levels(),
        "ways": [way for a in roles for b in roles if a != b and (way := view.catalog.path(a.iri, b.iri)).found],
        "implied": _implied(view, roles)}


def _roles(view: View, names: list[str]) -> list[Ref]:
    found: list[Ref] = []
    for name in [n for n in names if n][:MOST]:
        try:
            ref = view.catalog.ref(view.catalog.resolve(name, "roles"))
        except NotFoundError as error:
            raise Problem(404, f"There is no role “{name}”", error.hint) from error
        if ref not in found:
            found.append(ref)
    return found


def _offered(view: View) -> list[Ref]:
    """Roles of which something is asked, by label."""
    refs = [view.catalog.ref(row["role"]) for row in view.rows(_PROFILED)]
    return sorted(refs, key=lambda r: r.label.casefold())[:OFFERED]


def _examples(view: View) -> list[tuple[Ref, Ref]]:
    """Pairs of roles that documents are about, to begin with."""
    refs = [view.catalog.ref(row["role"]) for row in view.rows(_ABOUT)]
    return [pair for pair in zip(refs, refs[1:], strict=False) if pair[0] != pair[1]]


def _lines(view: View, roles: list[Ref]) -> list[Line]:
    asked = [{r.thing.iri: r for r in view.catalog.requirements(role.iri)} for role in roles]
    things = {iri: r.thing for own in asked for iri, r in own.items()}
    lines = [Line(thing, _class(view, thing), tuple(own.get(iri) for own in asked)) for iri, thing in things.items()]
    return sorted(lines, key=lambda x: (x.thing.kind, x.group, -sum(c.document_count for c in x.cells if c), x.thing.label.casefold()))


def _class(view: View, thing: Ref) -> str:
    classes = view.types(thing.iri)
    return view.class_label(classes[0]) if classes else thing.kind


def _implied(view: View, roles: list[Ref]) -> set[str]:
    """Of two roles: what the second asks for and something that the first asks for implies."""
    return {ref.iri for ref in view.catalog.compare(roles[0].iri, roles[1].iri).implied} if len(roles) == 2 else set()


def table(view: View, names: list[str]) -> str:
    """The comparison as CSV: a row for each thing, four columns for each role."""
    roles, out = _roles(view, names), io.StringIO()
    writer = csv.writer(out)
    columns = ("strength", "level", "documents", "sentence")
    writer.writerow(["iri", "label", "kind", "class", *(f"{role.label}: {column}" for role in roles for column in columns)])
    for line in _lines(view, roles):
        cells = [value for r in line.cells for value in (
            (r.modality, " ".join(r.proficiency), r.document_count, r.evidence[0].quote if r.evidence else "") if r else ("", "", "", ""))]
        writer.writerow([line.thing.iri, line.thing.label, line.thing.kind, line.group, *cells])
    return out.getvalue()
