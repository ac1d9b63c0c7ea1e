"""Pages as responses: security headers, compression, entity tags, and the cache of what was rendered."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

# pages take everything from this host; the query editor alone sets styles by script
CSP = ("default-src 'none'; script-src 'self'; style-src 'self'{inline}; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
       "form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Vary": "Accept, Accept-Encoding"}
COMPRESS_FROM = 800
CACHE_BYTES = 64_000_000


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page as bytes, plain and compressed (empty: not worth it), with its entity tag."""

    body: bytes
    zipped: bytes
    tag: str
    media_type: str = "text/html; charset=utf-8"
    status: int = 200
    policy: str = CSP.format(inline="")


def rendered(text: str | bytes, media_type: str = "text/html; charset=utf-8", status: int = 200, inline_styles: bool = False) -> Rendered:
    """Bytes ready to be sent; `inline_styles` only for the page that holds the query editor."""
    body = text.encode() if isinstance(text, str) else text
    # fonts are compressed already
    zipped = gzip.compress(body, 6, mtime=0) if len(body) >= COMPRESS_FROM and not media_type.startswith("font/") else b""
    return Rendered(body, zipped, hashlib.sha256(body).hexdigest()[:20], media_type, status,
                    CSP.format(inline=" 'unsafe-inline'" if inline_styles else ""))


def respond(request: Request, page: Rendered, cache: str = "no-cache") -> Response:
    """The page as this client wants it: not modified, compressed or plain."""
    squeezed = bool(page.zipped) and "gzip" in request.headers.get("accept-encoding", "")
    tag = f'"{page.tag}{"-z" if squeezed else ""}"'
    headers = {**HEADERS, "ETag": tag, "Cache-Control": cache, "Content-Security-Policy": page.policy}
    if page.status == 200 and tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if squeezed:
        headers["Content-Encoding"] = "gzip"
    return Response(page.zipped if squeezed else page.body, page.status, headers, media_type=page.media_type)


class Cache:
    """Rendered pages by key (revision, address), the least used dropped when they take too many bytes."""

    def __init__(self, limit: int = CACHE_BYTES) -> None:
        self._limit, self._size = limit, 0
        self._pages: OrderedDict[tuple[str, str], Rendered] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[str, str]) -> Rendered | None:
        """The page, or None where it is to be made."""
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: tuple[str, str], page: Rendered) -> None:
        """Keep a page, unless it is an error or would take an eighth of the room."""
        weight = _weight(page)
        if page.status != 200 or weight > self._limit // 8:
            return
        with self._lock:
            old = self._pages.pop(key, None)
            self._size += weight - (_weight(old) if old else 0)
            self._pages[key] = page
            while self._size > self._limit:
                self._size -= _weight(self._pages.popitem(last=False)[1])


def _weight(page: Rendered) -> int:
    return len(page.body) + len(page.zipped)
