"""What holds for every answer: tags and 304, a cache, compression, HEAD and OPTIONS, CORS, metrics, one line of log.

An answer is a function of the state of the dataset, the address and what the client accepts: those make its ETag, and the cache
keeps it until the state changes.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any

import brotli
from starlette.requests import Request
from starlette.routing import Match

from api.dataset import Dataset
from api.metrics import Metrics
from api.negotiate import parse
from api.problems import Problem, on_error, on_problem
from kg.errors import RoleGraphError, StoreError
from kg.settings import Settings

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

GRAPHS = "/graph-store/"
COMPRESSED_FROM, LONG, LARGEST_KEPT = 1_000, 50_000, 4_000_000
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"))
# an answer with this header is not the same the next time; the header itself is not sent
VARIES = b"x-rolegraph-varies"
TEXTS = (b"text/", b"application/json", b"application/ld+json", b"application/sparql-results", b"application/problem", b"application/rdf+xml",
         b"application/n-triples", b"application/xml", b"application/javascript", b"image/svg")


@dataclass(slots=True)
class Kept:
    """A whole answer."""

    status: int
    headers: Headers
    body: bytes
    tag: bytes


@dataclass(slots=True)
class Exchange:
    """One request on its way through, as far as these manners are concerned."""

    scope: Scope
    send: Send
    headers: dict[bytes, bytes]
    key: tuple | None = None
    state: str = ""
    tag: bytes = b""
    status: int = 0
    sent: int = 0
    start: MutableMapping[str, Any] | None = None
    extra: Headers = field(default_factory=list)


class Manners:
    """Wraps the application. `direct` are endpoints that are asked before its routes, by path; `tagged` says for which paths an
    answer is a function of the dataset."""

    def __init__(self, app: Asgi, *, dataset: Dataset, settings: Settings, metrics: Metrics, direct: dict[str, Asgi], routes: Any,
                 tagged: tuple[str, ...]) -> None:
        self.app, self.dataset, self.settings, self.metrics = app, dataset, settings, metrics
        self.direct, self.routes, self.tagged = direct, routes, tagged
        self._kept: OrderedDict[tuple, Kept] = OrderedDict()
        self._size, self._state = 0, ""
        self._origins = frozenset(settings.cors_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        exchange = Exchange(scope, send, dict(scope["headers"]))
        try:
            await self._answer(exchange, receive)
        finally:
            self._account(exchange, time.perf_counter() - started)

    async def _answer(self, exchange: Exchange, receive: Receive) -> None:
        scope, headers = exchange.scope, exchange.headers
        if self._origins and b"origin" in headers:
            exchange.extra = self._cors(headers)
        method = scope["method"]
        if method == "OPTIONS":
            await self._options(exchange)
            return
        if method in ("GET", "HEAD"):
            self._identify(exchange)
            if exchange.key is not None and await self._known(exchange):
                return
            if method == "HEAD":
                scope = {**scope, "method": "GET"}
        asked = self._direct(scope["path"])

        async def passed(message: MutableMapping[str, Any]) -> None:
            await self._pass(exchange, message)
        try:
            await (asked or self.app)(scope, receive, passed)
        except (Problem, RoleGraphError) as error:
            if exchange.status and exchange.start is None:
                # an answer that has begun cannot turn into an error: the connection is cut, so that nobody takes it for whole
                raise
            exchange.start, exchange.status = None, 0
            request = Request(scope)
            answer = await (on_problem(request, error) if isinstance(error, Problem) else on_error(request, error))
            await answer(scope, receive, passed)

    def _direct(self, path: str) -> Asgi | None:
        """The endpoint for a path; graphs may be named by what follows the endpoint's own path."""
        found = self.direct.get(path)
        if found is None and path.startswith(GRAPHS):
            found = self.direct.get(GRAPHS[:-1])
        return found

    def _identify(self, exchange: Exchange) -> None:
        """Key and tag of the answer, where it is a function of the dataset."""
        path = exchange.scope["path"]
        if not path.startswith(self.tagged):
            return
        try:
            state = self.dataset.current().state
        except StoreError:
            return
        if not state:
            return
        if state != self._state:
            self._kept.clear()
            self._size, self._state = 0, state
        headers, exchange.state = exchange.headers, state
        exchange.key = (path, exchange.scope["query_string"], headers.get(b"accept", b""), _encoding(headers.get(b"accept-encoding", b"")))
        known = self._kept.get(exchange.key)
        exchange.tag = known.tag if known else _tag(state, exchange.key)

    async def _known(self, exchange: Exchange) -> bool:
        """Answer without asking anybody: 304, or what is kept."""
        wanted = exchange.headers.get(b"if-none-match")
        known = self._kept.get(exchange.key)  # type: ignore[arg-type]
        if wanted and any(tag.strip().removeprefix(b"W/") == exchange.tag for tag in wanted.split(b",")):
            exchange.status = 304
            await exchange.send({"type": "http.response.start", "status": 304, "headers": [(b"etag", exchange.tag), (b"vary", b"Accept, Accept-Encoding"),
                                                                                            *exchange.extra]})
            await exchange.send({"type": "http.response.body", "body": b""})
            return True
        if known is None:
            return False
        self._kept.move_to_end(exchange.key)  # type: ignore[arg-type]
        exchange.status, exchange.sent = known.status, len(known.body)
        headers = [*known.headers, *exchange.extra] if exchange.extra else known.headers
        await exchange.send({"type": "http.response.start", "status": known.status, "headers": headers})
        await exchange.send({"type": "http.response.body", "body": b"" if exchange.scope["method"] == "HEAD" else known.body})
        return True

    async def _pass(self, exchange: Exchange, message: MutableMapping[str, Any]) -> None:
        """Send what the application sends; a whole answer is compressed, tagged and kept."""
        if message["type"] == "http.response.start":
            exchange.start, exchange.status = message, message["status"]
            return
        body, more = message.get("body", b""), message.get("more_body", False)
        silent = exchange.scope["method"] == "HEAD"
        if exchange.start is not None:
            start, exchange.start = exchange.start, None
            headers: Headers = [h for h in start["headers"] if h[0] != VARIES]
            if not more:
                headers, body = await self._finish(exchange, headers, body, varies=len(headers) < len(start["headers"]))
            await exchange.send({"type": "http.response.start", "status": exchange.status, "headers": [*headers, *exchange.extra]})
        exchange.sent += len(body)
        await exchange.send({"type": "http.response.body", "body": b"" if silent else body, "more_body": more})

    async def _finish(self, exchange: Exchange, headers: Headers, body: bytes, *, varies: bool) -> tuple[Headers, bytes]:
        names = dict(headers)
        kind = names.get(b"content-type", b"")
        encoding = exchange.key[3] if exchange.key else _encoding(exchange.headers.get(b"accept-encoding", b""))
        if len(body) >= COMPRESSED_FROM and encoding and b"content-encoding" not in names and kind.startswith(TEXTS):
            # what takes long would keep all others waiting
            body = _compressed(body, encoding) if len(body) < LONG else await asyncio.to_thread(_compressed, body, encoding)
            headers = [h for h in headers if h[0] not in (b"content-length", b"vary")]
            varied = {v.strip() for v in names.get(b"vary", b"").split(b",")} - {b""} | {b"Accept-Encoding"}
            headers += [(b"content-encoding", encoding.encode()), (b"content-length", b"%d" % len(body)), (b"vary", b", ".join(sorted(varied)))]
        if exchange.key and exchange.status == 200 and not varies and b"set-cookie" not in names:
            if b"etag" not in names:
                headers = [*headers, (b"etag", exchange.tag)]
                # an answer that was begun before the graph changed is not kept beside those from after
                if exchange.state == self._state:
                    self._keep(exchange.key, Kept(200, headers, body, exchange.tag))
        return headers, body

    def _keep(self, key: tuple, kept: Kept) -> None:
        if len(kept.body) > min(LARGEST_KEPT, self.settings.cache_bytes):
            return
        self._kept[key] = kept
        self._size += len(kept.body) + 1000
        while self._size > self.settings.cache_bytes and self._kept:
            _, gone = self._kept.popitem(last=False)
            self._size -= len(gone.body) + 1000

    def _cors(self, headers: dict[bytes, bytes]) -> Headers:
        origin = headers[b"origin"].decode("latin-1")
        if "*" not in self._origins and origin not in self._origins:
            return [(b"vary", b"Origin")]
        allowed = b"*" if "*" in self._origins else headers[b"origin"]
        return [(b"access-control-allow-origin", allowed), (b"access-control-expose-headers", b"ETag, Link, Warning"), (b"vary", b"Origin")]

    async def _options(self, exchange: Exchange) -> None:
        methods = self._methods(exchange.scope)
        if not methods:
            raise_status, headers = 404, []
        else:
            raise_status, headers = 204, [(b"allow", ", ".join(sorted(methods)).encode())]
        if b"access-control-request-method" in exchange.headers and exchange.extra:
            headers += [(b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"), (b"access-control-max-age", b"3600"),
                        (b"access-control-allow-headers", b"Accept, Content-Type, If-None-Match, Authorization")]
        exchange.status = raise_status
        await exchange.send({"type": "http.response.start", "status": raise_status, "headers": [*headers, *exchange.extra]})
        await exchange.send({"type": "http.response.body", "body": b""})

    def _methods(self, scope: Scope) -> set[str]:
        asked = self._direct(scope["path"])
        if asked is not None:
            return set(getattr(asked, "methods", ("GET", "HEAD", "OPTIONS")))
        found: set[str] = set()
        for route in self.routes():
            if route.matches(scope)[0] is not Match.NONE:
                found |= set(getattr(route, "methods", None) or {"GET"})
        return found | {"OPTIONS"} | ({"HEAD"} if "GET" in found else set()) if found else found

    def _account(self, exchange: Exchange, seconds: float) -> None:
        scope, status = exchange.scope, exchange.status or 500
        route = scope["path"] if scope["path"] in self.direct else getattr(scope.get("route"), "path", "other")
        self.metrics.request(scope["method"] if scope["method"] in METHODS else "other", route, status, seconds)
        if self.settings.log_requests:
            line: dict[str, object] = {"time": round(time.time(), 3), "method": scope["method"], "path": scope["path"], "status": status,
                                       "bytes": exchange.sent, "ms": round(seconds * 1000, 1)}
            if self.settings.log_queries:
                line["query"] = scope["query_string"].decode("latin-1")
            sys.stderr.write(json.dumps(line) + "\n")


@lru_cache(maxsize=1000)
def _encoding(wanted: bytes) -> str:
    """The compression that a client takes, "" for none."""
    taken = dict(parse(wanted.decode("latin-1")))
    return next((name for name in ("br", "gzip") if taken.get(name, 0) > 0), "")


def _compressed(body: bytes, encoding: str) -> bytes:
    return brotli.compress(body, quality=4) if encoding == "br" else gzip.compress(body, 5, mtime=0)


def _tag(state: str, key: tuple) -> bytes:
    path, query, accept, encoding = key
    return b'"' + sha256(b"\0".join((state.encode(), path.encode(), query, accept, encoding.encode()))).hexdigest()[:32].encode() + b'"'
