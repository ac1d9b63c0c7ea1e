"""Everything but roles and documents: skills, tools, trends, organisations, and claims, facts and conflict sets."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from api.pages import claims, growth, pay
from api.pages.view import View
from api.pages.wording import money
from kg.errors import NotFoundError
from kg.lookup.answers import Resource
from kg.lookup.claims import Filter
from kg.lookup.models import Fact, Ref
from kg.namespaces import RG

QUOTED, NAMED, FACTS = 3, 40, 400
# shown elsewhere on the page, or of use to machines only
_LEFT_OUT = frozenset(("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch", "inScheme", "topConceptOf", "hasTopConcept",
                       "requiredBy", "requires", "statedIn", "wasGeneratedBy", "taIdentRef", "refersTo", "object", "subject", "mention"))
_MENTIONS = """SELECT ?document ?section ?quote ?begin ?end ?from ?to WHERE {
  ?mention rg:refersTo $thing ; rg:document ?document ; rg:passage ?passage ; nif:beginIndex ?from ; nif:endIndex ?to .
  ?passage nif:anchorOf ?quote ; nif:beginIndex ?begin ; nif:endIndex ?end . OPTIONAL { ?passage rg:sectionPath ?section } }
ORDER BY ?document ?from LIMIT 400"""
_FIGURE = """SELECT ?role ?amount ?currency ?per ?method WHERE { $thing a rg:DerivedPayFigure ; rg:subject ?role ; rg:amount ?amount ;
  rg:currency ?currency ; rg:per ?per ; rg:method ?method } LIMIT 1"""
_SOURCES = "SELECT DISTINCT ?claim WHERE { $thing prov:wasDerivedFrom ?claim } ORDER BY ?claim"
_WORDS = "SELECT ?words (COUNT(*) AS ?times) WHERE { ?mention rg:refersTo $thing ; nif:anchorOf ?words } GROUP BY ?words ORDER BY DESC(?times) ?words LIMIT 40"


def content(view: View, iri: str) -> dict[str, Any]:
    """What the template of things shows."""
    resource = view.catalog.thing(iri)
    about, of = _facts(view, Filter(object=iri)), _facts(view, Filter(subject=iri))
    words = view.rows(_WORDS, thing=iri)
    figures = view.catalog.growth(Filter(subject=iri), limit=60).items or view.catalog.growth(Filter(source=iri), limit=60).items if _may_state(
        resource.id) else ()
    salaries = view.catalog.salaries(Filter(source=iri), limit=200).items if _may_state(resource.id) else ()
    return {"thing": resource, "kind": resource.id.partition("/")[0], "also_called": view.names(resource), "asked": about, "of": of,
            "classes": [view.class_label(c) for c in view.types(iri)], "words": words, "named": _named(view, iri), "quoted": QUOTED,
            "passages": resource.evidence, "links": _belongs(resource, about, of),
            "outward": view.outward(resource), "similar": view.catalog.similar(iri, limit=8) if about or of else (),
            "timeline": growth.timeline(figures), "salaries": salaries, "charts": pay.charts(salaries)}  # type: ignore[arg-type]


def _may_state(name: str) -> bool:
    """Whether something of this kind is a source or place of figures, rather than a skill that only is asked for."""
    return name.partition("/")[0] in ("organization", "place", "industry", "role")


def _facts(view: View, chosen: Filter) -> dict[str, list[Fact]]:
    """Facts by property, those of most documents first."""
    found: dict[str, list[Fact]] = defaultdict(list)
    for fact in view.catalog.facts(chosen, limit=FACTS).items:
        found[view.label(RG + fact.property)].append(fact)
    return dict(sorted(found.items()))


def _belongs(resource: Resource, about: dict[str, list[Fact]], of: dict[str, list[Fact]]) -> list[tuple[str, tuple[Ref, ...]]]:
    """Links out and in, without those that facts show already and without inverses that tell nothing new."""
    known = [{f.subject.iri for f in facts} for facts in about.values()] + [{f.object.iri for f in facts} for facts in of.values()]
    shown = []
    for links in (*resource.links, *resource.linked_from):
        things = {ref.iri for ref in links.things}
        if links.property not in _LEFT_OUT and not any(things <= seen for seen in known):
            shown.append((links.label, links.things))
            known.append(things)
    return shown


def _named(view: View, iri: str) -> list[tuple[Ref, list[dict[str, Any]]]]:
    """Passages that name the thing, by document, each split around the name."""
    by_document: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    for row in view.rows(_MENTIONS, thing=iri):
        begin, start, stop = int(row["begin"]), int(row["from"]), int(row["to"])
        if begin not in by_document[row["document"]] and len(by_document[row["document"]]) < NAMED:
            quote = row["quote"]
            by_document[row["document"]][begin] = {
                "before": quote[:start - begin], "name": quote[start - begin:stop - begin], "after": quote[stop - begin:],
                "section": row["section"], "href": f"#p-{begin}-{row['end']}"}
    return [(view.catalog.ref(document), list(passages.values())) for document, passages in by_document.items()]


def claim(view: View, iri: str) -> dict[str, Any]:
    """A claim with its evidence and what it adds up to."""
    evidence = view.catalog.evidence(iri)
    return {"e": evidence, "claim": evidence.claim, "words": claims.words(evidence.claim), "qualifiers": claims.qualifiers(evidence.claim)}


def fact(view: View, iri: str) -> dict[str, Any]:
    """A fact with its claims."""
    found = view.catalog.fact(iri)
    return {"fact": found, "property": view.label(RG + found.property), "claims": [view.catalog.claim(c) for c in found.claims[:200]]}


def conflict(view: View, iri: str) -> dict[str, Any]:
    """Claims that disagree, side by side."""
    found = view.catalog.conflict(iri)
    return {"conflict": found, "claims": [(m, claims.words(m), claims.qualifiers(m)) for m in found.members],
            "charts": pay.charts(m for m in found.members if m.type == "SalaryObservation")}  # type: ignore[misc]


def figure(view: View, iri: str) -> dict[str, Any]:
    """A figure that no document states, with the claims that it was calculated from."""
    found = view.rows(_FIGURE, thing=iri)
    if not found:
        raise NotFoundError("the graph holds no figure of this name", place=iri)
    row = found[0]
    sources = [view.catalog.claim(r["claim"]) for r in view.rows(_SOURCES, thing=iri)]
    per = "" if row["per"] == "year" else f" per {row['per']}"
    return {"label": view.label(iri), "role": view.catalog.ref(row["role"]), "amount": money(row["amount"], row["currency"]) + per, "method": row["method"],
            "claims": [(c, claims.words(c), claims.qualifiers(c)) for c in sources]}


KIND = ("thing.html", content)
KINDS = {"claim": ("claim.html", claim), "fact": ("fact.html", fact), "conflict-set": ("conflict.html", conflict), "derived-figure": ("figure.html", figure)}
