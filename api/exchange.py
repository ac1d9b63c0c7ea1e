"""What the protocol endpoints share: parameters, bodies, the right to write, answers whole or in parts."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Coroutine, Iterable
from typing import Any
from urllib.parse import parse_qsl

from api.manners import Headers, Receive, Scope, Send
from api.problems import Problem
from api.workers import Reply
from kg.settings import Settings

# how long a client may take to send a body, in seconds
BODY_SECONDS = 30.0
# seconds after which a client that waits for a reply is watched
WATCH_AFTER = 0.2
MEDIA_TYPES = {"json": "application/sparql-results+json", "xml": "application/sparql-results+xml", "csv": "text/csv; charset=utf-8",
               "tsv": "text/tab-separated-values; charset=utf-8", "turtle": "text/turtle; charset=utf-8", "ntriples": "application/n-triples",
               "jsonld": "application/ld+json", "rdfxml": "application/rdf+xml"}


def root(scope: Scope) -> str:
    """The address of the server, as the request names it."""
    return f"{scope['scheme']}://{header(scope, b'host') or 'localhost'}"


def header(scope: Scope, name: bytes) -> str:
    """A request's header, "" where it has none; several are one list."""
    return ", ".join(value.decode("latin-1") for key, value in scope["headers"] if key == name)


def parameters(text: bytes | str) -> list[tuple[str, str]]:
    """Decoded name and value pairs of a query string or form; Problem 400 where they are not UTF-8."""
    try:
        decoded = text if isinstance(text, str) else text.decode("ascii")
        return parse_qsl(decoded, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except (UnicodeDecodeError, ValueError) as error:
        raise Problem(400, f"parameters cannot be decoded: {error}", "send UTF-8, percent-encoded") from error


def values(found: Iterable[tuple[str, str]], name: str) -> list[str]:
    """All values of a parameter."""
    return [value for key, value in found if key == name]


def media_type(scope: Scope) -> tuple[str, str]:
    """The body's media type and charset, both in lower case; "" where not named."""
    kind, *rest = header(scope, b"content-type").split(";")
    charset = next((p.partition("=")[2].strip().strip('"').lower() for p in rest if p.strip().lower().startswith("charset=")), "")
    return kind.strip().lower(), charset


async def body(receive: Receive, limit: int, setting: str) -> bytes:
    """A request's body; Problem 413 where it is too long, 408 where it comes too slowly."""
    parts, size = [], 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Problem(400, "the body ends early")
                part = message.get("body", b"")
                size += len(part)
                if size > limit:
                    raise Problem(413, f"is longer than {limit} bytes", f"setting {setting}")
                parts.append(part)
                if not message.get("more_body"):
                    return b"".join(parts)
    except TimeoutError as error:
        raise Problem(408, f"the body took longer than {BODY_SECONDS:g} seconds", headers={"Connection": "close"}) from error


def may_write(scope: Scope, settings: Settings) -> None:
    """Problem 403 where writing is off, 401 where the token is not the one set."""
    if not settings.write_token:
        raise Problem(403, "writing is off here", "the setting write_token turns it on")
    scheme, _, token = header(scope, b"authorization").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(token.strip().encode(), settings.write_token.encode()):
        raise Problem(401, "writing needs the token", "send it as Authorization: Bearer TOKEN", {"WWW-Authenticate": "Bearer"})


async def unless_left(asked: Coroutine[Any, Any, Reply], receive: Receive) -> Reply | None:
    """The reply; None where the client hangs up before it comes: then nobody works for it any more. Only slow replies are watched."""
    task = asyncio.ensure_future(asked)
    done, _ = await asyncio.wait({task}, timeout=WATCH_AFTER)
    if done:
        return task.result()
    left = asyncio.ensure_future(_hung_up(receive))
    try:
        await asyncio.wait({task, left}, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        for other in (task, left):
            if not other.done():
                other.cancel()


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def whole(send: Send, status: int, headers: Headers, data: bytes = b"") -> None:
    """An answer with its length."""
    if status != 204:
        headers = [*headers, (b"content-length", b"%d" % len(data))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": data})


async def replied(send: Send, reply: Reply, headers: Headers, receive: Receive) -> None:
    """A worker's answer. One in parts that stops before its end is not ended properly, so that nobody takes it for whole; it stops too
    where the client hangs up."""
    if reply.rest is None:
        await whole(send, 200, headers, reply.body)
        return
    left = asyncio.ensure_future(_hung_up(receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        while not left.done() and (part := await reply.rest.next()) is not None:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        if not left.done():
            await send({"type": "http.response.body", "body": b""})
    finally:
        left.cancel()
        reply.rest.close()
