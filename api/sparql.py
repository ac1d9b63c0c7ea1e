"""SPARQL 1.1 Protocol (W3C Recommendation, 21 March 2013): query by GET, POST form and POST direct, update by the two POSTs."""

from __future__ import annotations

import re
from functools import lru_cache

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.backend import Backend
from api.description import describe_service
from api.exchange import MEDIA_TYPES, body, header, may_write, media_type, parameters, replied, unless_left, values, whole
from api.manners import VARIES, Headers, Receive, Scope, Send
from api.negotiate import choose
from api.pages import Pages
from api.problems import Problem
from kg.settings import Settings

TABLES = {"application/sparql-results+json": "json", "application/json": "json", "application/sparql-results+xml": "xml",
          "application/xml": "xml", "text/csv": "csv", "text/tab-separated-values": "tsv"}
GRAPHS = {"text/turtle": "turtle", "application/n-triples": "ntriples", "text/plain": "ntriples", "application/ld+json": "jsonld",
          "application/json": "jsonld", "application/rdf+xml": "rdfxml", "application/xml": "rdfxml"}
# a media type that is sent as it was asked for, though it is not the format's own
ALIASES = frozenset(("application/json", "application/xml", "text/plain"))
FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
PAGE_ROWS = 1000
_CHANGING = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE)\s*\(", re.IGNORECASE)


class SparqlEndpoint:
    """Queries, and updates where writing is on."""

    methods = ("GET", "HEAD", "POST", "OPTIONS")

    def __init__(self, backend: Backend, settings: Settings, pages: Pages) -> None:
        self.backend, self.settings, self.pages = backend, settings, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One protocol request."""
        if scope["method"] == "GET":
            found = parameters(scope["query_string"])
            if values(found, "update"):
                raise Problem(400, "an update is sent by POST", "Content-Type: application/sparql-update")
            if not found:
                await self._introduce(scope, send)
                return
        elif scope["method"] == "POST":
            found = await self._posted(scope, receive)
        else:
            raise Problem(405, "queries are sent by GET or POST", headers={"Allow": "GET, HEAD, POST, OPTIONS"})
        texts, updates = values(found, "query"), values(found, "update")
        if len(texts) + len(updates) != 1:
            raise Problem(400, f"needs one query or one update, got {len(texts)} and {len(updates)}", "?query=SELECT ...")
        if updates:
            await self._update(scope, send, updates[0], found)
        else:
            await self._query(scope, receive, send, texts[0], found)

    async def _query(self, scope: Scope, receive: Receive, send: Send, text: str, found: list[tuple[str, str]]) -> None:
        if len(text) > self.settings.max_query_bytes:
            raise Problem(413, f"the query is longer than {self.settings.max_query_bytes} bytes", "setting max_query_bytes")
        accept = header(scope, b"accept")
        table, graph, page = wanted(accept)
        job = {"op": "query", "text": text, "table": TABLES.get(table, ""), "graph": GRAPHS.get(graph, ""),
               "default": values(found, "default-graph-uri"), "named": values(found, "named-graph-uri")}
        if page:
            job |= {"table": "json", "rows": PAGE_ROWS}
        reply = await unless_left(self.backend.ask(job, client=scope.get("state", {}).get("connection")), receive)
        if reply is None:
            return
        form = reply.head["form"]
        headers: Headers = [(b"vary", b"Accept")]
        if reply.head.get("cut"):
            headers += [(b"warning", b'199 rolegraph "cut: there are more rows"'), (VARIES, b"1")]
        if _CHANGING.search(text):
            headers.append((VARIES, b"1"))
        if page and form == "json" and reply.rest is None:
            html = self.pages.sparql(self.backend.dataset.current(), text, reply.body)
            await whole(send, 200, [*headers, *self.pages.headers], html.encode())
            return
        asked = graph if form in GRAPHS.values() and form not in TABLES.values() else table
        kind = asked if asked in ALIASES else MEDIA_TYPES[form]
        await replied(send, reply, [(b"content-type", kind.encode()), *headers], receive)

    async def _update(self, scope: Scope, send: Send, text: str, found: list[tuple[str, str]]) -> None:
        may_write(scope, self.settings)
        default, named = values(found, "using-graph-uri"), values(found, "using-named-graph-uri")
        await self.backend.ask({"op": "update", "text": text, "default": default, "named": named}, keep=False)
        await whole(send, 204, [])

    async def _introduce(self, scope: Scope, send: Send) -> None:
        """Without a query: the form for people, the service description for programs."""
        accept = header(scope, b"accept")
        if choose(accept, ["text/turtle", "text/html"]) == "text/html":
            page = self.pages.sparql(self.backend.dataset.current(), "")
            await whole(send, 200, [*self.pages.headers, (b"vary", b"Accept")], page.encode())
            return
        await describe_service(scope, send, self.backend, self.settings)

    async def _posted(self, scope: Scope, receive: Receive) -> list[tuple[str, str]]:
        """Parameters of the query string and the body; Problem 400, 413 or 415."""
        found = parameters(scope["query_string"])
        kind, charset = media_type(scope)
        if kind not in (FORM, QUERY, UPDATE):
            raise Problem(415, f"cannot take a body of {kind or 'no media type'}", f"send {QUERY}, {UPDATE} or {FORM}",
                          {"Accept-Post": f"{QUERY}, {UPDATE}, {FORM}"})
        if charset not in ("", "utf-8", "utf8", "us-ascii"):
            raise Problem(415, f"cannot take a body in {charset}", "send UTF-8")
        if kind == UPDATE or (kind == FORM and self.settings.write_token):
            limit, setting = self.settings.max_write_bytes * (3 if kind == FORM else 1), "max_write_bytes"
        else:
            limit, setting = self.settings.max_query_bytes * 3 + 1000, "max_query_bytes"
        data = await body(receive, limit, setting)
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Problem(400, f"the body is not UTF-8 at byte {error.start}") from error
        if kind == FORM:
            return found + parameters(text)
        name = "query" if kind == QUERY else "update"
        return [*(p for p in found if p[0] not in ("query", "update")), (name, text)]


@lru_cache(maxsize=1000)
def wanted(accept: str) -> tuple[str, str, bool]:
    """Media types for a table and for a graph ("" where none is acceptable), and whether a page is wanted."""
    page = choose(accept, ["application/sparql-results+json", "text/html"]) == "text/html"
    return choose(accept, list(TABLES)) or "", choose(accept, list(GRAPHS)) or "", page


def routes(backend: Backend, settings: Settings) -> APIRouter:
    """The endpoint's description; requests are answered by `SparqlEndpoint` before they come here."""
    router = APIRouter()
    endpoint = SparqlEndpoint(backend, settings, Pages())

    async def sparql(request: Request) -> Response:
        raise Problem(404, "ask /sparql")
    for path, method, name, summary in (
            ("/sparql", "GET", "query", "SPARQL 1.1 Protocol, query operation by GET; without a query, the service description"),
            ("/sparql", "POST", "query_by_post", "SPARQL 1.1 Protocol, query or update operation by POST, form or direct")):
        router.add_api_route(path, sparql, methods=[method], operation_id=name, summary=summary)
    router.direct = {"/sparql": endpoint, "/sparql/": endpoint, "/update": endpoint}  # type: ignore[attr-defined]
    return router
