"""What the service says of itself: SPARQL 1.1 Service Description, VoID and DCAT, made from the published revision."""

from __future__ import annotations

from functools import lru_cache

import pyoxigraph as ox
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.backend import Backend
from api.exchange import MEDIA_TYPES, header, root, whole
from api.manners import Scope, Send
from api.negotiate import choose
from api.problems import Problem
from kg.namespaces import DCAT, DCTERMS, PREFIXES, RDF, VOID, XSD
from kg.query import GRAPHS as FORMS
from kg.settings import Settings

SD, FORMATS = "http://www.w3.org/ns/sparql-service-description#", "http://www.w3.org/ns/formats/"
OFFERED = {"text/turtle": "turtle", "application/n-triples": "ntriples", "application/ld+json": "jsonld", "application/rdf+xml": "rdfxml"}
RESULT_FORMATS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle", "N-Triples", "JSON-LD", "RDF_XML")
TITLE = "RoleGraph: roles, skills, tools, responsibilities and trends, each with its evidence"


class Description:
    """Collects triples about one service."""

    def __init__(self, root: str, settings: Settings) -> None:
        self.root, self.settings = root, settings
        self.triples: list[ox.Triple] = []
        self.dataset = ox.NamedNode(root + "/.well-known/void#dataset")
        self.endpoint = ox.NamedNode(root + "/sparql")

    def say(self, subject: ox.NamedNode | ox.BlankNode, predicate: str, *values: ox.NamedNode | ox.BlankNode | ox.Literal) -> None:
        """One triple for each value."""
        self.triples += [ox.Triple(subject, ox.NamedNode(predicate), value) for value in values]

    def service(self, graphs: dict[str, int]) -> None:
        """The endpoint: languages, features, formats, the graphs behind it."""
        service, data = ox.NamedNode(self.root + "/sparql#service"), ox.NamedNode(self.root + "/sparql#data")
        self.say(service, RDF + "type", ox.NamedNode(SD + "Service"))
        self.say(service, SD + "endpoint", self.endpoint)
        languages = ["SPARQL11Query", *(["SPARQL11Update"] if self.settings.write_token else [])]
        self.say(service, SD + "supportedLanguage", *(ox.NamedNode(SD + name) for name in languages))
        if self.settings.union_default_graph:
            self.say(service, SD + "feature", ox.NamedNode(SD + "UnionDefaultGraph"))
        self.say(service, SD + "resultFormat", *(ox.NamedNode(FORMATS + name) for name in RESULT_FORMATS))
        self.say(service, SD + "defaultDataset", data)
        self.say(data, RDF + "type", ox.NamedNode(SD + "Dataset"))
        default = ox.NamedNode(self.root + "/sparql#default")
        self.say(data, SD + "defaultGraph", default)
        self.say(default, RDF + "type", ox.NamedNode(SD + "Graph"))
        for n, (name, size) in enumerate(sorted(graphs.items())):
            named, graph = ox.NamedNode(f"{self.root}/sparql#named-{n}"), ox.NamedNode(f"{self.root}/sparql#graph-{n}")
            self.say(data, SD + "namedGraph", named)
            self.say(named, RDF + "type", ox.NamedNode(SD + "NamedGraph"))
            self.say(named, SD + "name", ox.NamedNode(name))
            self.say(named, SD + "graph", graph)
            self.say(graph, RDF + "type", ox.NamedNode(SD + "Graph"))
            self.say(graph, VOID + "triples", _number(size))

    def void(self, revision: str, built: str, counts: dict[str, list[tuple[str, int]]], triples: int) -> None:
        """The dataset: its size, classes and properties, and where it is had, as VoID and DCAT."""
        self.say(self.dataset, RDF + "type", ox.NamedNode(VOID + "Dataset"), ox.NamedNode(DCAT + "Dataset"))
        self.say(self.dataset, DCTERMS + "title", ox.Literal(TITLE, language="en"))
        self.say(self.dataset, DCTERMS + "identifier", ox.Literal(revision))
        self.say(self.dataset, DCAT + "version", ox.Literal(revision[:16]))
        if built:
            self.say(self.dataset, DCTERMS + "issued", ox.Literal(built))
        self.say(self.dataset, VOID + "sparqlEndpoint", self.endpoint)
        self.say(self.dataset, VOID + "triples", _number(triples))
        self.say(self.dataset, VOID + "uriSpace", ox.Literal(self.settings.base_iri))
        self.say(self.dataset, VOID + "vocabulary", *(ox.NamedNode(iri) for name, iri in sorted(PREFIXES.items()) if name != "id"))
        for kind, name, size in (("class", "classPartition", "entities"), ("property", "propertyPartition", "triples")):
            for n, (iri, count) in enumerate(counts[kind]):
                part = ox.NamedNode(f"{self.root}/.well-known/void#{kind}-{n}")
                self.say(self.dataset, VOID + name, part)
                self.say(part, VOID + kind, ox.NamedNode(iri))
                self.say(part, VOID + size, _number(count))
        access = ox.NamedNode(self.root + "/.well-known/void#sparql")
        self.say(self.dataset, DCAT + "distribution", access)
        self.say(access, RDF + "type", ox.NamedNode(DCAT + "Distribution"))
        self.say(access, DCAT + "accessURL", self.endpoint)
        service = ox.NamedNode(self.root + "/.well-known/void#service")
        self.say(service, RDF + "type", ox.NamedNode(DCAT + "DataService"))
        self.say(service, DCAT + "endpointURL", self.endpoint)
        self.say(service, DCAT + "servesDataset", self.dataset)
        self.say(service, DCTERMS + "conformsTo", ox.NamedNode("https://www.w3.org/TR/sparql11-protocol/"))

    def serialized(self, form: str) -> bytes:
        """All triples in a format of FORMS."""
        prefixes = PREFIXES | {"sd": SD, "formats": FORMATS} if form == "turtle" else None
        return ox.serialize(self.triples, format=FORMS[form], prefixes=prefixes)


def _number(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD + "integer"))


async def _counted(backend: Backend, text: str) -> list[tuple[str, int]]:
    reply = await backend.ask({"op": "query", "text": text, "table": "json", "graph": "", "default": [], "named": []})
    rows = ox.parse_query_results(reply.body, ox.QueryResultsFormat.JSON)
    return [(row[0].value, int(row[1].value)) for row in rows]  # type: ignore[union-attr]


async def _graphs(backend: Backend) -> dict[str, int]:
    return dict(await _counted(backend, "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"))


async def describe_service(scope: Scope, send: Send, backend: Backend, settings: Settings) -> None:
    """Answer with the service description."""
    form = _form(header(scope, b"accept"))
    description = Description(root(scope), settings)
    description.service(await _graphs(backend))
    await _send(send, description, form)


class WellKnown:
    """/.well-known/void: VoID and DCAT of the dataset, with the service description."""

    methods = ("GET", "HEAD", "OPTIONS")

    def __init__(self, backend: Backend, settings: Settings) -> None:
        self.backend, self.settings = backend, settings

    async def __call__(self, scope: Scope, receive: object, send: Send) -> None:
        """One request."""
        if scope["method"] != "GET":
            raise Problem(405, "is read by GET", headers={"Allow": "GET, HEAD, OPTIONS"})
        form = _form(header(scope, b"accept"))
        opened, graphs = self.backend.dataset.current(), await _graphs(self.backend)
        counts = {
            "class": await _counted(self.backend, "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?c FILTER(isIRI(?c)) } GROUP BY ?c ORDER BY ?c"),
            "property": await _counted(self.backend, "SELECT ?p (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p ORDER BY ?p"),
        }
        description = Description(root(scope), self.settings)
        description.void(opened.revision.id, str(opened.revision.manifest.get("built", "")), counts, sum(graphs.values()))
        description.service(graphs)
        await _send(send, description, form)


@lru_cache(maxsize=1000)
def _form(accept: str) -> str:
    chosen = choose(accept, list(OFFERED))
    if chosen is None:
        raise Problem(406, "cannot describe itself in a media type that you accept", "accept one of " + ", ".join(OFFERED))
    return OFFERED[chosen]


async def _send(send: Send, description: Description, form: str) -> None:
    await whole(send, 200, [(b"content-type", MEDIA_TYPES[form].encode()), (b"vary", b"Accept")], description.serialized(form))


def routes(backend: Backend, settings: Settings) -> APIRouter:
    """The description's route; requests are answered by `WellKnown` before they come here."""
    router = APIRouter()

    async def void(request: Request) -> Response:
        raise Problem(404, "ask /.well-known/void")
    router.add_api_route("/.well-known/void", void, methods=["GET"], operation_id="void", summary="VoID and DCAT description of the dataset")
    router.direct = {"/.well-known/void": WellKnown(backend, settings)}  # type: ignore[attr-defined]
    return router
