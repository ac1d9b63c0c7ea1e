"""Linked data: every IRI that RoleGraph mints answers, under /id/ and under the path of its own base, and so does the ontology.

The same address is a page for people (`api.pages`) and data for programs: whoever asks for HTML gets the page, whoever asks for
Turtle, JSON-LD, N-Triples or RDF/XML (by Accept, or by `?format=`) gets what the graph says. An address under another path than
/id/ leads there by 303.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any
from urllib.parse import quote, urlsplit

import pyoxigraph as ox
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Match, Route
from starlette.types import Scope

from api.dataset import Dataset
from api.known import Known, knowledge_of
from api.negotiate import choose
from api.pages.render import environment
from api.problems import Problem
from api.rest.rendering import jsonld_of, triples_of, turtle_of
from kg.exports.annotations import PROFILE, annotation_page
from kg.exports.jsonld import context_document, context_iri
from kg.lookup.graph import KINDS, local, text
from kg.lookup.names import written
from kg.namespaces import NIF, RDFS, RG
from kg.settings import Settings

HTML = "text/html"
# the shapes' own names are parts of this
SHAPES = "https://w3id.org/rolegraph/shapes"
DATA = {"turtle": "text/turtle", "jsonld": "application/ld+json", "ntriples": "application/n-triples", "rdfxml": "application/rdf+xml"}
# addresses that are no things of the graph and so have no page of the site
_PAGELESS = ("graph/", "alternative/")
_ANNOTATIONS = ("/annotations", "/annotation")
# triples that lead to a node, where nothing is said of it itself
_INCOMING = "SELECT ?s ?p WHERE { ?s ?p $node } ORDER BY ?s ?p LIMIT 500"
_MEMBERS = "SELECT ?s ?p ?o WHERE { GRAPH $node { ?s ?p ?o } } ORDER BY ?s ?p ?o"
_TERMS = """SELECT ?term ?label ?definition ?class WHERE { ?term rdfs:isDefinedBy ?ontology ; rdfs:label ?label ; skos:definition ?definition .
  OPTIONAL { VALUES ?class { owl:Class } ?term a ?class } FILTER(STRSTARTS(STR(?term), STR(rg:))) } ORDER BY ?term"""


class DataRoute(Route):
    """A route for those who want data; who wants a page is left to the routes after it."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether path, method and what is accepted fit."""
        match, found = super().matches(scope)
        if match is not Match.NONE:
            name = found["path_params"]["name"]
            if wanted(Request(scope)) == HTML and not name.startswith(_PAGELESS) and not name.endswith(_ANNOTATIONS):
                return Match.NONE, {}
        return match, found


def wanted(request: Request) -> str | None:
    """The media type to answer in: `format` before Accept, the page before data; None where the client accepts neither."""
    named = DATA.get(request.query_params.get("format", ""))
    return named or choose(request.headers.get("accept", ""), [HTML, *DATA.values()])


def routes(dataset: Dataset, settings: Settings) -> APIRouter:
    """Data of every IRI, the ontology and the context."""
    knowledge, pages = knowledge_of(dataset, settings), environment()
    router = APIRouter(include_in_schema=False)

    def threaded(make: Callable[[Known, Request], Response]) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            known = knowledge.ready() or await run_in_threadpool(knowledge.current)
            return await run_in_threadpool(make, known, request)
        return endpoint

    def node(known: Known, request: Request) -> Response:
        return _node(known, request, pages.get_template("node.html"))

    def ontology(known: Known, request: Request) -> Response:
        return _ontology(known, request, pages.get_template("ontology.html"))

    def shapes(known: Known, request: Request) -> Response:
        return _shapes(known, request, pages.get_template("node.html"))

    def context(known: Known, request: Request) -> Response:
        return Response(json.dumps(context_document(), ensure_ascii=False), media_type="application/ld+json")

    router.routes.append(DataRoute("/id/{name:path}", threaded(node), methods=["GET"]))
    own = urlsplit(settings.base_iri).path
    if own != "/id/":
        router.add_route(own + "{name:path}", lambda request: RedirectResponse("/id/" + quote(request.path_params["name"], safe="/") + (
            f"?{request.url.query}" if request.url.query else ""), 303), methods=["GET"])
    for path in ("/ontology", "/ontology/{version}", *_beside(RG), *(path + "/{version}" for path in _beside(RG))):
        router.add_route(path, threaded(ontology), methods=["GET"])
    for path in ("/shapes", *_beside(SHAPES)):
        router.add_route(path, threaded(shapes), methods=["GET"])
    for path in ("/context/{version}", *_beside(context_iri())):
        router.add_route(path, threaded(context), methods=["GET"])
    return router


def _beside(iri: str) -> tuple[str, ...]:
    """The path of an IRI of ours, so that whoever hosts its name can serve it."""
    return (urlsplit(iri).path,)


def _node(known: Known, request: Request, template: Any) -> Response:
    name = request.path_params["name"]
    if name.endswith(_ANNOTATIONS):
        return _annotations(known, name)
    iri = known.catalog.graph.base + name
    triples = _about(known, iri) if written(iri) else []
    if not triples:
        raise Problem(404, f"the graph says nothing of {name[:200]}")
    return _shown(known, request, template, name, triples)


def _shown(known: Known, request: Request, template: Any, name: str, triples: list[ox.Triple]) -> Response:
    """Triples as a plain page, or as data."""
    media_type = wanted(request)
    if media_type == HTML:
        rows = [[(local(t.value) if isinstance(t, ox.NamedNode) else t.value, t.value if isinstance(t, ox.NamedNode) else "") for t in triple]  # type: ignore[union-attr]
                for triple in triples[:500]]
        return HTMLResponse(template.render(revision=known.opened.revision, name=name, rows=rows, total=len(triples), base=known.catalog.graph.base),
                            headers={"Vary": "Accept"})
    return _data(known, triples, media_type)


def _about(known: Known, iri: str) -> list[ox.Triple]:
    """What the graph says of a node; of a named graph what is in it; else what leads to the node."""
    graph = known.catalog.graph
    if iri.startswith(graph.base + "graph/"):
        return [ox.Triple(s, p, o) for s, p, o in graph.rows(_MEMBERS, node=iri)]  # type: ignore[arg-type]
    if graph.node(iri):
        known_kinds = {known.catalog.names.kind_name(kind) for kind in KINDS}
        return triples_of(known.catalog.thing(iri) if graph.ref(iri).kind in known_kinds else (), known.catalog, (iri,))
    return [ox.Triple(s, p, ox.NamedNode(iri)) for s, p in graph.rows(_INCOMING, node=iri)]  # type: ignore[arg-type]


def _data(known: Known, triples: list[ox.Triple], media_type: str | None) -> Response:
    if media_type is None:
        raise Problem(406, "cannot answer in a media type that you accept", "accept one of " + ", ".join([HTML, *DATA.values()]))
    if media_type == DATA["turtle"]:
        body = turtle_of(triples, known.catalog)
    elif media_type == DATA["jsonld"]:
        body = jsonld_of(triples)
    else:
        body = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES if media_type == DATA["ntriples"] else ox.RdfFormat.RDF_XML)
    return Response(body, media_type=media_type, headers={"Vary": "Accept"})


def _annotations(known: Known, name: str) -> Response:
    """All annotations of a document, or the one of a mention or passage."""
    whole, _, kind = name.rpartition("/")
    catalog = known.catalog
    if kind == "annotations":
        found: dict = annotation_page(catalog.document(whole))
    else:
        iri = catalog.graph.iri(whole)
        document = text(catalog.graph.node(iri), "document") if written(iri) else ""
        if not document or NIF + "anchorOf" not in catalog.graph.node(iri):
            raise Problem(404, f"the graph holds no annotation {name[:200]}")
        page = annotation_page(catalog.document(document))
        one = next((item for item in page["items"] if item["id"] == iri + "/annotation"), None)
        if one is None:
            raise Problem(404, f"the graph holds no annotation {name[:200]}")
        found = {"@context": page["@context"], **one}
    return Response(json.dumps(found, ensure_ascii=False), media_type=PROFILE)


def _shapes(known: Known, request: Request, template: Any) -> Response:
    """The shapes that graphs are validated against, which results of validation name."""
    sources = sorted((f for f in files("shapes").iterdir() if f.name.endswith(".ttl")), key=lambda f: f.name)
    return _shown(known, request, template, "shapes", [q.triple for f in sources for q in ox.parse(f.read_bytes(), ox.RdfFormat.TURTLE)])


def _ontology(known: Known, request: Request, template: Any) -> Response:
    media_type = wanted(request)
    if media_type == HTML:
        graph = known.catalog.graph
        terms = [{"name": term.value[len(RG):], "label": name.value, "definition": definition.value, "is_class": kind is not None,  # type: ignore[union-attr]
                  "above": [local(a) for a in (v.value for p in ("subClassOf", "subPropertyOf") for v in graph.node(term.value).get(RDFS + p, ()))]}  # type: ignore[union-attr]
                 for term, name, definition, kind in graph.rows(_TERMS)]
        return HTMLResponse(template.render(revision=known.opened.revision, terms=terms), headers={"Vary": "Accept"})
    source = (files("ontology") / "rolegraph.ttl").read_bytes()
    if media_type == DATA["turtle"]:
        return Response(source, media_type=media_type, headers={"Vary": "Accept"})
    return _data(known, [q.triple for q in ox.parse(source, ox.RdfFormat.TURTLE)], media_type)
