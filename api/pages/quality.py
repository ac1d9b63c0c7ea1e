"""How far the graph can be trusted: findings of validation, conflicts, candidates, and what text gave no claim."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from api.pages.view import View
from kg import validate
from kg.evidence import Sentence
from kg.lookup.models import Ref
from kg.namespaces import SH, Minter
from kg.shacl import Result

CONFLICTS, CANDIDATES, DOCUMENTS, SKIPPED, RESULTS = 40, 100, 200, 12, 10
# validating more than this takes longer than a person waits for a page
VALIDATED_UP_TO = 2_000_000

_COVERAGE = """SELECT ?document ?passages ?used ?claims ?skipped WHERE {
  { SELECT ?document (COUNT(?passage) AS ?passages) WHERE { ?passage a rg:Passage ; rg:document ?document } GROUP BY ?document }
  OPTIONAL { SELECT ?document (COUNT(DISTINCT ?passage) AS ?used) (COUNT(DISTINCT ?claim) AS ?claims) WHERE {
    ?claim a rg:Claim ; rg:evidence ?passage ; rg:document ?document } GROUP BY ?document }
  OPTIONAL { SELECT ?document (COUNT(?figure) AS ?skipped) WHERE { ?figure a rg:SkippedFigure ; rg:document ?document } GROUP BY ?document } }"""
_QUIET = """SELECT ?name (COUNT(?passage) AS ?number) WHERE { ?passage a rg:Passage ; rg:passageType/skos:prefLabel ?name .
  FILTER NOT EXISTS { ?claim rg:evidence ?passage } } GROUP BY ?name ORDER BY DESC(?number) ?name"""
_SKIPPED = """SELECT ?reason ?document ?words ?begin WHERE { ?figure a rg:SkippedFigure ; rg:reason ?reason ; rg:document ?document ;
  nif:anchorOf ?words ; nif:beginIndex ?begin } ORDER BY ?reason ?document ?begin"""
_CANDIDATES = """SELECT ?term (COUNT(?mention) AS ?mentions) (COUNT(DISTINCT ?document) AS ?documents) WHERE {
  ?term a rg:Candidate . OPTIONAL { ?mention rg:refersTo ?term ; rg:document ?document } } GROUP BY ?term
ORDER BY DESC(?documents) DESC(?mentions) ?term"""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a document gave claims; `share` in percent of its passages."""

    document: Ref
    passages: int
    used: int
    claims: int
    skipped: int

    @property
    def share(self) -> int:
        """Passages with a claim, in percent."""
        return round(100 * self.used / self.passages) if self.passages else 0


def content(view: View) -> dict[str, Any]:
    """What the template shows."""
    coverage = [Coverage(view.catalog.ref(r["document"]), *(int(r[n] or 0) for n in ("passages", "used", "claims", "skipped"))) for r in view.rows(_COVERAGE)]
    coverage.sort(key=lambda c: (c.share, c.document.label))
    conflicts = view.catalog.conflicts(limit=CONFLICTS)
    candidates = view.rows(_CANDIDATES)
    return {"here": "/quality", "counts": view.revision.manifest.get("counts", {}), "coverage": coverage[:DOCUMENTS], "documents": len(coverage),
            "quiet": view.rows(_QUIET), "skipped": _skipped(view), "conflicts": conflicts, "candidates": view.things(candidates[:CANDIDATES], "term"),
            "all_candidates": len(candidates), "types": {row["term"]: view.types(row["term"]) for row in candidates[:CANDIDATES]}}


def _skipped(view: View) -> list[tuple[str, int, list[dict[str, Any]]]]:
    """Figures that no claim uses, by reason: the reason, how many, and some."""
    by_reason: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in view.rows(_SKIPPED):
        by_reason[row["reason"]].append(row)
    ordered = sorted(by_reason.items(), key=lambda item: (-len(item[1]), item[0]))
    return [(reason, len(rows), view.things(rows[:SKIPPED], "document")) for reason, rows in ordered]


def findings(view: View) -> dict[str, Any]:
    """The validation report of the revision, by shape, each result with the sentence that it is about."""
    if view.revision.quads > VALIDATED_UP_TO:
        return {"here": "/quality", "too_large": True, "groups": []}
    found = validate.validate_store(view.store)
    minter, groups = Minter(view.base), defaultdict(list)
    for result in found.results:
        groups[result.severity.removeprefix(SH), str(result.shape)].append(result)
    shown = []
    for (severity, _), results in groups.items():
        shape = found.shapes.get(results[0].shape)
        rows = [_row(view, minter, r, found.sentences(r)[:2]) for r in results[:RESULTS]]
        shown.append({"severity": severity, "name": (shape.name if shape and shape.name else rows[0]["message"]), "number": len(results), "rows": rows})
    rank = {"Violation": 0, "Warning": 1, "Info": 2}
    shown.sort(key=lambda g: (rank.get(g["severity"], 0), -g["number"], g["name"]))
    return {"here": "/quality", "too_large": False, "groups": shown, "conforms": found.conforms,
            "counts": {name: sum(g["number"] for g in shown if g["severity"] == name) for name in rank}}


def _row(view: View, minter: Minter, result: Result, sentences: tuple[Sentence, ...]) -> dict[str, Any]:
    """A result as the template shows it: what it is about, what is wrong, and the sentences with their addresses."""
    thing = view.thing(result.focus.value) if isinstance(result.focus, ox.NamedNode) else None
    # what has no label but a hash is called by its kind
    name = view.kind_label(thing.kind) if thing and thing.iri.endswith("/" + thing.label) else thing.label if thing else ""
    places = [{"quote": s.quote, "section": s.section, "document": s.document, "begin": s.begin, "end": s.end,
               "href": minter.document(s.document).removeprefix(view.base)} for s in sentences]
    return {"href": thing.href if thing else "", "name": name, "message": str(result.message), "sentences": places}
