"""The query page: an editor with the graph's prefixes and terms, questions to begin with, answers as table, chart or raw text."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import pyoxigraph as ox

from api.dataset import Open
from api.pages.render import environment
from api.pages.responses import CSP
from api.pages.view import View
from kg.namespaces import PREFIXES, RG

EXAMPLE = """# Which tools does each role ask for, in whose words?
SELECT ?role ?tool ?quote WHERE {
  ?fact rg:subject/skos:prefLabel ?role ; rg:property rg:requiresTool ; rg:object/skos:prefLabel ?tool ;
        rg:derivedFrom/rg:evidence/nif:anchorOf ?quote .
} ORDER BY ?role ?tool LIMIT 50"""
ROWS = 1000
_TERMS = "SELECT ?term ?label WHERE { ?term rdfs:isDefinedBy ?ontology ; rdfs:label ?label . FILTER(lang(?label) = 'en') }"
# what things of each class say about themselves, told by a few of them
_USED = "SELECT DISTINCT ?term WHERE { { SELECT ?thing WHERE { ?thing a $class } LIMIT 50 } ?thing ?term ?value }"
_SAMPLES = ("Document", "Section", "Passage", "Mention", "Claim", "Fact", "ConflictSet", "Role", "Skill", "Tool", "Trend")


class Pages:
    """Renders the query page; built once for an app."""

    # sent with the page: the editor sets styles by script, all else is from this host
    headers = ((b"content-type", b"text/html; charset=utf-8"), (b"content-security-policy", CSP.format(inline=" 'unsafe-inline'").encode()),
               (b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin"))

    def __init__(self) -> None:
        self._environment = environment()

    def sparql(self, opened: Open, text: str, result: ox.QuerySolutions | ox.QueryBoolean | bytes | None = None) -> str:
        """The editor, with the answer (Oxigraph's, or SPARQL results as JSON) as a table for those without scripts."""
        body = json.loads(result if isinstance(result, bytes) else result.serialize(format=ox.QueryResultsFormat.JSON)) if result else {}
        names: list[str] = body.get("head", {}).get("vars", [])
        bindings: list[dict[str, Any]] = body.get("results", {}).get("bindings", [])
        answer = {True: "Yes.", False: "No."}.get(body.get("boolean"), "")
        return self._environment.get_template("sparql.html").render(
            revision=opened.revision, here="/sparql", query=text or EXAMPLE, names=names, total=len(bindings), shown=ROWS, answer=answer,
            rows=[[_cell(row.get(name)) for name in names] for row in bindings[:ROWS]], asked=bool(text), prefixes=PREFIXES,
            questions=questions())


def terms(view: View) -> list[dict[str, str]]:
    """The ontology's terms and those of others that the graph uses, as prefixed names with their labels, for completion."""
    labels = {row["term"]: row["label"] for row in view.rows(_TERMS)}
    used = labels.keys() | {row["term"] for name in _SAMPLES for row in view.rows(_USED, **{"class": RG + name})}
    found = []
    for iri in sorted(used):
        for prefix, namespace in PREFIXES.items():
            if prefix != "id" and iri.startswith(namespace) and iri[len(namespace):].isidentifier():
                found.append({"name": f"{prefix}:{iri[len(namespace):]}", "label": labels.get(iri, "")})
    return found


@cache
def questions() -> list[dict[str, str]]:
    """The competency questions: their words (the comment that a query begins with) and the query."""
    found = []
    for path in sorted(_folder().iterdir(), key=lambda p: p.name):
        if path.name.endswith(".rq"):
            lines = path.read_text(encoding="utf-8").strip().splitlines()
            words = [line.lstrip("# ") for line in lines[:next((i for i, line in enumerate(lines) if not line.startswith("#")), 0)]]
            title = " ".join(words).partition("?")
            found.append({"title": title[0] + title[1] if words else path.name[:-3], "query": "\n".join(lines)})
    return found


def _folder() -> Traversable:
    """In a wheel the questions lie in the package, in a checkout with the tests that hold their answers."""
    packed = files("api") / "questions"
    return packed if packed.is_dir() else files("api") / ".." / "tests" / "questions"


def _cell(term: dict[str, str] | None) -> dict[str, str]:
    if term is None:
        return {"text": "", "href": ""}
    value = term["value"]
    if term["type"] != "uri":
        return {"text": value, "href": ""}
    # data from documents may hold any IRI: only web addresses become links
    href = value if value.startswith(("http://", "https://")) else ""
    if value.startswith(PREFIXES["id"]):
        href = "/id/" + value.removeprefix(PREFIXES["id"])
    for prefix, iri in sorted(PREFIXES.items(), key=lambda item: -len(item[1])):
        if value.startswith(iri):
            return {"text": f"{prefix}:{value[len(iri):]}", "href": href}
    return {"text": value, "href": href}
