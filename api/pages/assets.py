"""Style sheets, scripts and fonts, served from this host: our own in `api/static`, those of others in `api/static/vendor`.

`vendor` is filled at set-up by Node (`api/frontend`). Where it was not, pages work without: system fonts, a plain text
field for queries, a list in place of the interactive picture.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from starlette.requests import Request
from starlette.responses import Response

from api.pages.responses import Rendered, rendered, respond
from api.problems import Problem

TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".woff2": "font/woff2", ".svg": "image/svg+xml",
         ".txt": "text/plain; charset=utf-8"}
FOREVER, DAY = "public, max-age=31536000, immutable", "public, max-age=86400"


@cache
def has_vendor() -> bool:
    """Whether the parts of others are there."""
    return _file("vendor/yasqe.js") is not None


@cache
def address(name: str) -> str:
    """Address of a file; it changes with the content, so that clients may keep it for ever."""
    found = _content(name)
    return f"/static/{name}?v={hashlib.sha256(found).hexdigest()[:10]}" if found is not None else f"/static/{name}"


async def serve(request: Request) -> Response:
    """One file; Problem 404 where there is none."""
    name = request.path_params["name"]
    page = _ready(name)
    # a style sheet names typefaces without what their content is told by
    return respond(request, page, FOREVER if request.query_params.get("v") else DAY if name.endswith(".woff2") else "no-cache")


@cache
def _ready(name: str) -> Rendered:
    found = _content(name)
    ending = "." + name.rpartition(".")[2]
    if found is None or ending not in TYPES:
        raise Problem(404, f"no file {name} here")
    return rendered(found, TYPES[ending])


def _content(name: str) -> bytes | None:
    """The bytes of a file; the style sheet of all pages names typefaces only where they are there, in one file with the rest."""
    found = _file(name)
    fonts = _file("fonts.css") if name == "site.css" and has_vendor() else None
    return None if found is None else (fonts.read_bytes() if fonts else b"") + found.read_bytes()


def _file(name: str) -> Traversable | None:
    node: Traversable = files("api") / "static"
    for part in name.split("/"):
        if part in ("", ".", ".."):
            return None
        node = node / part
    return node if node.is_file() else None
