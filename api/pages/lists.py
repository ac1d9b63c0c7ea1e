"""Lists of things by kind, the search, and suggestions while one types."""

from __future__ import annotations

from typing import Any

from api.pages.census import KINDS, Census, Counted
from api.pages.view import View
from api.problems import Problem
from kg.namespaces import SKOS
from kg.search.suggest import Suggestions

PAGE, SUGGESTED, FOUND = 120, 8, 60


def listing(view: View, census: Census, kind: str, text: str, number: int) -> dict[str, Any]:
    """One page (from 1) of the things of a kind that documents speak of; `text` narrows them by name. Problem 404 for no such kind."""
    if kind not in KINDS:
        raise Problem(404, f"There is no list of “{kind}”", "Lists there are: " + ", ".join(KINDS))
    things = [c for c in census.by_kind[kind] if text.casefold() in c.thing.label.casefold()]
    last = max(1, -(-len(things) // PAGE))
    number = min(max(number, 1), last)
    shown = things[(number - 1) * PAGE:number * PAGE]
    return {"kind": kind, "kinds": [(k, view.kind_label(k), len(census.by_kind[k])) for k in KINDS],
            "things": [(c, _definition(view, c)) for c in shown], "total": len(things), "number": number, "last": last, "text": text,
            "here": f"/list/{kind}", "most": max((c.documents for c in things), default=1)}


def found(view: View, census: Census, suggestions: Suggestions, text: str) -> dict[str, Any]:
    """What a search finds, by kind."""
    groups: dict[str, list[tuple[Counted, str]]] = {}
    for counted in (census.counted(s.iri) for s in suggestions(text, limit=FOUND)):
        groups.setdefault(counted.thing.kind, []).append((counted, _definition(view, counted)))
    return {"q": text, "groups": groups, "total": sum(map(len, groups.values())), "limit": FOUND}


def suggested(view: View, suggestions: Suggestions, text: str) -> list[dict[str, str]]:
    """A few things for the list under the search field."""
    things = (view.thing(s.iri) for s in suggestions(text, limit=SUGGESTED))
    return [{"label": t.label, "kind": view.kind_label(t.kind), "href": t.href, "iri": t.iri} for t in things]


def _definition(view: View, counted: Counted) -> str:
    return next(iter(view.values(counted.thing.iri, SKOS + "definition")), "")
