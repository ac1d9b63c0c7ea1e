"""From an answer to a response: the format that the client wants, the fields it asked for, links to further pages."""

from collections.abc import Sequence
from dataclasses import fields as fields_of
from enum import Enum
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from api.known import Knowledge, Known
from api.negotiate import choose
from api.problems import Problem
from api.rest import rendering
from kg.lookup.models import Page

PREFIX = "/api/v1"
FORMATS = {"json": rendering.JSON, "csv": rendering.CSV, "turtle": rendering.TURTLE, "jsonld": rendering.JSONLD}

Limit = Annotated[int, Query(ge=1, le=1000, description="Items at most.")]
Offset = Annotated[int, Query(ge=0, le=10_000_000, description="Items to leave out.")]


class Format(str, Enum):
    """Formats by short name, for those who cannot set Accept."""

    json = "json"
    csv = "csv"
    turtle = "turtle"
    jsonld = "jsonld"


class Asked:
    """What a request asked for beside its question, and what it is answered from."""

    def __init__(self, request: Request, known: Known, names: Sequence[str]) -> None:
        self.request, self.known, self.catalog, self.names = request, known, known.catalog, names

    def reply(self, value: object) -> Response:
        """The response with an answer in it."""
        media_type = chosen(self.request)
        if media_type == rendering.JSON:
            body = rendering.as_json(value, self.names)
        elif media_type == rendering.CSV:
            body = rendering.as_csv(value, self.names)
        elif media_type == rendering.TURTLE:
            body = rendering.as_turtle(value, self.catalog)
        else:
            body = rendering.as_jsonld(value, self.catalog)
        return respond(body, media_type, _links(self.request, value))


def respond(body: bytes, media_type: str, links: str = "") -> Response:
    """A response that says on what it depends."""
    headers = {"Vary": "Accept", **({"Link": links} if links else {})}
    return Response(body, media_type=media_type + "; charset=utf-8" if media_type.startswith("text/") else media_type, headers=headers)


def chosen(request: Request, offered: Sequence[str] = tuple(FORMATS.values())) -> str:
    """The media type to answer in; Problem 406 where the client accepts none."""
    named = request.query_params.get("format")
    if named in FORMATS and FORMATS[named] in offered:
        return FORMATS[named]
    media_type = choose(request.headers.get("accept", ""), offered)
    if media_type is None:
        raise Problem(406, "cannot answer in a media type that you accept", "accept one of " + ", ".join(offered))
    return media_type


def asking(knowledge: Knowledge, model: type) -> Any:
    """The default of a parameter that holds a request's Asked; its `fields` may name the fields of a dataclass."""
    names = "|".join(f.name for f in fields_of(model))

    def asked(request: Request, format: Annotated[Format | None, Query(description="The answer's format; else Accept decides.")] = None,
              fields: Annotated[str | None, Query(pattern=rf"^({names})(,({names}))*$", description="Fields to answer with, by commas.")] = None) -> Asked:
        return Asked(request, knowledge.current(), fields.split(",") if fields else ())
    return Depends(asked)


def _links(request: Request, value: object) -> str:
    """Links to the first, the previous, the next and the last page (RFC 8288)."""
    if not isinstance(value, Page):
        return ""
    last = max(value.total - 1, 0) // value.limit * value.limit
    places = {"first": 0, "prev": max(value.offset - value.limit, 0) if value.offset else None,
              "next": value.offset + value.limit if value.offset + value.limit < value.total else None, "last": last}
    others = [(name, text) for name, text in request.query_params.multi_items() if name not in ("limit", "offset")]
    return ", ".join(f'<{request.url.path}?{urlencode([*others, ("limit", value.limit), ("offset", place)])}>; rel="{name}"'
                     for name, place in places.items() if place is not None)
