"""SPARQL 1.1 Graph Store HTTP Protocol (W3C Recommendation, 21 March 2013) at /graph-store, graphs named indirectly or directly."""

from __future__ import annotations

import uuid
from base64 import b64encode
from email.parser import BytesParser
from email.policy import HTTP

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.backend import Backend
from api.exchange import MEDIA_TYPES, body, header, may_write, media_type, parameters, replied, root, values, whole
from api.manners import Receive, Scope, Send
from api.negotiate import choose
from api.problems import Problem
from api.sparql import ALIASES, GRAPHS
from kg.settings import Settings
from kg.updates import FORMATS

PATH = "/graph-store"


class GraphStore:
    """GET, PUT, POST and DELETE of one graph."""

    methods = ("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS")

    def __init__(self, backend: Backend, settings: Settings) -> None:
        self.backend, self.settings = backend, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One protocol request."""
        method = scope["method"]
        if method not in self.methods:
            raise Problem(405, f"{method} is not a way to treat graphs", headers={"Allow": ", ".join(self.methods)})
        graph = self._graph(scope)
        if method == "GET":
            if graph is None:
                raise Problem(400, "which graph?", "?graph=IRI or ?default")
            await self._get(scope, receive, send, graph)
            return
        may_write(scope, self.settings)
        created = ""
        if graph is None:
            if method != "POST":
                raise Problem(400, "which graph?", "?graph=IRI or ?default")
            graph = created = f"{root(scope)}{PATH}/{uuid.uuid4()}"
        job: dict = {"op": method.lower(), "graph": graph}
        if method != "DELETE":
            job |= {"base": graph or f"{root(scope)}{PATH}", "parts": await self._parts(scope, receive)}
        reply = await self.backend.ask(job, keep=False)
        if created:
            await whole(send, 201, [(b"location", created.encode())])
        else:
            await whole(send, 201 if reply.head["created"] else 204, [])

    def _graph(self, scope: Scope) -> str | None:
        """The graph's IRI, "" for the unnamed one, None where none is named; Problem 400 where it is named twice."""
        path = scope.get("raw_path", scope["path"].encode()).decode("latin-1").split("?")[0]
        if path.startswith(PATH + "/") and len(path) > len(PATH) + 1:
            return root(scope) + path
        found = parameters(scope["query_string"])
        names, default = values(found, "graph"), any(key == "default" for key, _ in found)
        if len(names) + default > 1:
            raise Problem(400, "names more than one graph", "?graph=IRI or ?default")
        if names and ":" not in names[0]:
            raise Problem(400, "the graph's IRI is not absolute")
        return names[0] if names else "" if default else None

    async def _get(self, scope: Scope, receive: Receive, send: Send, graph: str) -> None:
        chosen = choose(header(scope, b"accept"), list(GRAPHS))
        if chosen is None:
            raise Problem(406, "cannot send a graph in a media type that you accept", "accept one of " + ", ".join(GRAPHS))
        form = GRAPHS[chosen]
        reply = await self.backend.ask({"op": "graph", "graph": graph, "form": form})
        kind = chosen if chosen in ALIASES else MEDIA_TYPES[form]
        await replied(send, reply, [(b"content-type", kind.encode()), (b"vary", b"Accept")], receive)

    async def _parts(self, scope: Scope, receive: Receive) -> list[tuple[str, str]]:
        """Documents of the body with their media types: one, or those of a multipart/form-data."""
        data = await body(receive, self.settings.max_write_bytes, "max_write_bytes")
        kind, _ = media_type(scope)
        parts = [(data, kind or "application/rdf+xml")]
        if kind == "multipart/form-data":
            message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + header(scope, b"content-type").encode() + b"\r\n\r\n" + data)
            parts = [(part.get_payload(decode=True) or b"", part.get_content_type()) for part in message.iter_parts()]
        for _, media in parts:
            if media not in FORMATS:
                raise Problem(415, f"cannot read {media}", "send one of " + ", ".join(FORMATS))
        return [(b64encode(content).decode(), media) for content, media in parts]


def routes(backend: Backend, settings: Settings) -> APIRouter:
    """The endpoint's description; requests are answered by `GraphStore` before they come here."""
    router = APIRouter()

    async def graph_store(request: Request) -> Response:
        raise Problem(404, f"ask {PATH}")
    for method, summary in (("GET", "the graph"), ("PUT", "replace the graph"), ("POST", "add to the graph"), ("DELETE", "drop the graph")):
        router.add_api_route(PATH, graph_store, methods=[method], operation_id=f"graph_store_{method.lower()}",
                             summary=f"SPARQL 1.1 Graph Store HTTP Protocol: {summary}")
    router.direct = {PATH: GraphStore(backend, settings)}  # type: ignore[attr-defined]
    return router
