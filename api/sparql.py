"""SPARQL 1.1 Protocol, query operation (W3C Recommendation, 21 March 2013): GET, POST form, POST direct."""

from __future__ import annotations

from urllib.parse import parse_qsl

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.dataset import Dataset
from api.negotiate import choose
from api.pages import Pages
from api.problems import Problem
from kg import query as queries
from kg.admission import admit
from kg.errors import RoleGraphError
from kg.settings import Settings

TABLES = {"application/sparql-results+json": "json", "application/json": "json", "application/sparql-results+xml": "xml",
          "application/xml": "xml", "text/csv": "csv", "text/tab-separated-values": "tsv"}
GRAPHS = {"text/turtle": "turtle", "application/n-triples": "ntriples", "text/plain": "ntriples", "application/ld+json": "jsonld",
          "application/json": "jsonld", "application/rdf+xml": "rdfxml", "application/xml": "rdfxml"}
FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"


class SparqlEndpoint:
    """Answers queries over the published revision."""

    def __init__(self, dataset: Dataset, settings: Settings, pages: Pages) -> None:
        self.dataset, self.settings, self.pages = dataset, settings, pages

    async def __call__(self, request: Request) -> Response:
        """One protocol request."""
        accept = request.headers.get("accept", "")
        parameters = await self._parameters(request)
        texts = [value for name, value in parameters if name == "query"]
        html = choose(accept, ["application/sparql-results+json", "text/html"]) == "text/html"
        if html and not texts and request.method == "GET":
            return HTMLResponse(self.pages.sparql(self.dataset.current(), ""))
        if len(texts) != 1:
            raise Problem(400, f"needs one query parameter, got {len(texts)}", "?query=SELECT ...")
        admit(texts[0], max_bytes=self.settings.max_query_bytes, max_nesting=self.settings.max_nesting)
        default = [value for name, value in parameters if name == "default-graph-uri"]
        named = [value for name, value in parameters if name == "named-graph-uri"]
        answer = await run_in_threadpool(self._settle, texts[0], accept, default, named, html)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _settle(self, *question: object) -> Response | Problem | RoleGraphError:
        """The answer, or the error stripped of its traceback: that would carry an Oxigraph result into another thread."""
        try:
            return self._answer(*question)  # type: ignore[arg-type]
        except (Problem, RoleGraphError) as error:
            error.__cause__ = error.__context__ = None
            return error.with_traceback(None)

    def _answer(self, text: str, accept: str, default: list[str], named: list[str], html: bool) -> Response:
        """Query and serialize in one function and thread: an Oxigraph result must not change hands."""
        opened = self.dataset.current()
        result = queries.run(opened.store, text, default_graphs=default, named_graphs=named)
        if html and not queries.is_graph(result):
            return HTMLResponse(self.pages.sparql(opened, text, result))
        offered = GRAPHS if queries.is_graph(result) else TABLES
        media_type = choose(accept, ["text/turtle", *GRAPHS] if queries.is_graph(result) else list(TABLES))
        if media_type is None:
            raise Problem(406, "cannot answer this query in a media type that you accept", "accept one of " + ", ".join(offered))
        answer = queries.serialize(result, offered[media_type])
        kind = media_type if media_type.startswith("application/") or media_type == "text/plain" else answer.media_type
        return Response(answer.body, media_type=kind, headers={"Vary": "Accept"})

    async def _parameters(self, request: Request) -> list[tuple[str, str]]:
        """Parameters of the query string and, where it is a form, of the body; Problem 400 or 415."""
        parameters = parse_qsl(request.url.query, keep_blank_values=True)
        if request.method == "GET":
            return parameters
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind not in (FORM, DIRECT):
            raise Problem(415, f"cannot take a body of {kind or 'no content type'}", f"send {DIRECT} or {FORM}")
        body = await self._body(request)
        if kind == DIRECT:
            return [*(p for p in parameters if p[0] != "query"), ("query", body)]
        return [*parameters, *parse_qsl(body, keep_blank_values=True)]

    async def _body(self, request: Request) -> str:
        limit, parts, size = self.settings.max_query_bytes * 3 + 1000, [], 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                raise Problem(413, f"is longer than {limit} bytes", "setting max_query_bytes")
            parts.append(chunk)
        try:
            return b"".join(parts).decode("utf-8")
        except UnicodeDecodeError as error:
            raise Problem(400, f"the body is not UTF-8 at byte {error.start}") from error


def routes(dataset: Dataset, settings: Settings) -> APIRouter:
    """The endpoint at /sparql."""
    router, endpoint = APIRouter(), SparqlEndpoint(dataset, settings, Pages())

    @router.get("/sparql", operation_id="query", summary="SPARQL 1.1 Protocol, query operation by GET")
    @router.post("/sparql", operation_id="query_by_post", summary="SPARQL 1.1 Protocol, query operation by POST, form or direct")
    async def sparql(request: Request) -> Response:
        return await endpoint(request)

    return router
