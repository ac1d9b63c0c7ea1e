"""The graph as a picture to walk through: a thing with its neighbours, or the roles with what several of them ask for."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from api.pages.census import KINDS, Census
from api.pages.start import content as start_content
from api.pages.view import View
from api.problems import Problem
from kg.errors import NotFoundError
from kg.namespaces import RG

NEIGHBOURS = 160
_FACTS = """SELECT ?property ?subject ?object ?documents WHERE {
  { ?fact a rg:Fact ; rg:subject $thing ; rg:property ?property ; rg:object ?object ; rg:documentCount ?documents . BIND($thing AS ?subject) }
  UNION { ?fact a rg:Fact ; rg:object $thing ; rg:property ?property ; rg:subject ?subject ; rg:documentCount ?documents . BIND($thing AS ?object) }
} ORDER BY DESC(?documents) ?property ?subject ?object LIMIT 160"""
# what the vocabulary knows of a thing, beside what documents say of it
_KNOWN = """SELECT ?property ?subject ?object WHERE {
  VALUES ?property { rg:toolSupports rg:specialises rg:developedBy rg:inIndustry rg:issuedBy skos:broader skos:related rg:involves }
  { $thing ?property ?object . BIND($thing AS ?subject) } UNION { ?subject ?property $thing . BIND($thing AS ?object) }
} ORDER BY ?property ?subject ?object LIMIT 60"""
_ABOUT = "SELECT ?subject WHERE { ?subject rg:about $thing } ORDER BY ?subject LIMIT 20"


def content(view: View, census: Census, start: str) -> dict[str, Any]:
    """What the template shows: the neighbours as lists, for those without scripts; Problem 404 for an unknown thing."""
    graph = surroundings(view, start) if start else overview(view, census)
    nodes = {node["id"]: node for node in graph["nodes"]}
    groups: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for edge in graph["edges"]:
        for here, there, words in ((edge["from"], edge["to"], edge["label"]), (edge["to"], edge["from"], edge["label"] + " (of it)")):
            if here == graph["centre"]:
                groups[words][there] = nodes[there]
    return {"here": "/explore", "centre": nodes.get(graph["centre"]), "groups": {k: list(v.values()) for k, v in groups.items()}, "graph": graph,
            "roles": [n for n in graph["nodes"] if n["kind"] == KINDS[0]] if not start else [],
            "all_kinds": [(kind, view.kind_label(kind)) for kind in KINDS]}


def surroundings(view: View, name: str) -> dict[str, Any]:
    """A thing with what facts and the vocabulary link it to, those of most documents first; Problem 404 for an unknown thing."""
    try:
        iri = view.catalog.resolve(name)
    except NotFoundError as error:
        raise Problem(404, f"The graph holds nothing called “{name}”", error.hint) from error
    rows = view.rows(_FACTS, thing=iri)
    rows += [row | {"documents": "0"} for row in view.rows(_KNOWN, thing=iri)]
    rows += [{"property": RG + "about", "subject": row["subject"], "object": iri, "documents": "1"} for row in view.rows(_ABOUT, thing=iri)]
    return _graph(view, rows[:NEIGHBOURS], iri)


def overview(view: View, census: Census) -> dict[str, Any]:
    """The roles of which most is known with the tools and skills that at least two of them ask for."""
    rows: list[dict[str, Any]] = []
    matrix = start_content(view, census, rows=90)["matrix"]
    for line in matrix["rows"]:
        asking = [role for role, cell in zip(matrix["roles"], line["cells"], strict=True) if cell]
        if len(asking) > 1 or len(matrix["roles"]) == 1:
            name = RG + line["property"]
            rows += [{"property": name, "subject": role.iri, "object": line["thing"].iri, "documents": str(len(asking))} for role in asking]
    return _graph(view, rows, "")


def _graph(view: View, rows: list[dict[str, Any]], centre: str) -> dict[str, Any]:
    nodes: dict[str, dict[str, Any]] = {}
    edges: dict[tuple[str, str, str], dict[str, Any]] = {}
    for iri in [centre, *(row[end] for row in rows for end in ("subject", "object"))]:
        thing = view.thing(iri) if iri else None
        if thing and thing.kind in KINDS and thing.iri not in nodes:
            nodes[thing.iri] = {"id": thing.href.removeprefix("/id/"), "label": thing.label, "kind": thing.kind, "href": thing.href}
    for row in rows:
        ends = nodes.get(row["subject"]), nodes.get(row["object"])
        if ends[0] and ends[1] and ends[0] is not ends[1]:
            edges[ends[0]["id"], row["property"], ends[1]["id"]] = {
                "from": ends[0]["id"], "to": ends[1]["id"], "label": view.label(row["property"]), "documents": int(row["documents"])}
    return {"centre": nodes[centre]["id"] if centre in nodes else "", "nodes": list(nodes.values()), "edges": list(edges.values())}
