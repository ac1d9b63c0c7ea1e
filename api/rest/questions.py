"""Questions that take two things or free words: compare, path, similar, search, suggest; and what the API holds."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.known import Knowledge, Known
from api.rest.rendering import as_json
from api.rest.replies import PREFIX, Asked, Limit, Offset, asking, respond
from api.rest.schemas import documented, listed, model
from kg.exports.jsonld import context_document
from kg.lookup import Catalog
from kg.lookup.answers import Comparison, Similar, Way
from kg.search.index import Found
from kg.search.suggest import Suggestion

From = Annotated[str, Query(alias="from", min_length=1, max_length=500, description="A role by slug, label, id or IRI.")]
To = Annotated[str, Query(alias="to", min_length=1, max_length=500, description="A role by slug, label, id or IRI.")]
Kind = Annotated[str, Query(max_length=40, description="Only things of a kind: roles, skills, tools ... or Passage, Document.")]
JSON = "application/json"


def routes(knowledge: Knowledge) -> APIRouter:
    """Routes for questions."""
    router = APIRouter(tags=["questions"])
    _pairs(router, knowledge)
    _words(router, knowledge)

    def context() -> Response:
        return respond(json.dumps(context_document(), ensure_ascii=False).encode(), "application/ld+json")

    def collections() -> Response:
        names = [*Catalog.kinds, "documents", "claims", "salaries", "growth", "experience", "education", "facts", "conflicts"]
        known = knowledge.current()
        return respond(json.dumps({"revision": known.revision, "collections": {name: f"{PREFIX}/{name}" for name in names},
                                   "description": "/openapi.json"}).encode(), JSON)
    router.add_api_route("", collections, operation_id="get_collections", summary="What the API holds", **documented("get_collections", None, JSON))
    router.add_api_route("/context.jsonld", context, operation_id="get_context", summary="The JSON-LD context",
                         **documented("get_context", None, "application/ld+json"))
    return router


def _pairs(router: APIRouter, knowledge: Knowledge) -> None:
    comparison: Asked = asking(knowledge, Comparison)
    way: Asked = asking(knowledge, Way)
    similar_things: Asked = asking(knowledge, Similar)

    def compare(start: From, goal: To, asked: Asked = comparison) -> Response:
        return asked.reply(asked.catalog.compare(start, goal))

    def path(start: From, goal: To, asked: Asked = way) -> Response:
        return asked.reply(asked.catalog.path(start, goal))

    def similar(to: Annotated[str, Query(min_length=1, max_length=500, description="A thing by id, label or IRI.")], asked: Asked = similar_things, 
                limit: Limit = 10) -> Response:
        return asked.reply(asked.catalog.similar(to, "", limit))

    router.add_api_route("/compare", compare, operation_id="compare", **documented("compare", Comparison),
                         summary="What one role asks for that the other does not, with modality and evidence")
    router.add_api_route("/path", path, operation_id="path", summary="The way from one role to another along ladders", **documented("path", Way))
    router.add_api_route("/similar", similar, operation_id="similar", summary="What shares most with a thing", **documented("similar", listed(Similar)))


def _words(router: APIRouter, knowledge: Knowledge) -> None:
    def search(request: Request, q: Annotated[str, Query(max_length=500, description="Words; the last may be unfinished.")], kind: Kind = "",
               limit: Limit = 20, offset: Offset = 0) -> Response:
        known = knowledge.current()
        found = known.index.search(q, known.catalog.names.kind_name(kind), limit, offset)
        return respond(as_json(found), JSON)

    async def suggest(request: Request, q: Annotated[str, Query(max_length=200, description="The beginning of a word or name.")], kind: Kind = "",
                      limit: Annotated[int, Query(ge=1, le=100, description="Completions at most.")] = 10) -> Response:
        # answered from memory: a thread would cost more than the answer
        known: Known = knowledge.ready() or await run_in_threadpool(knowledge.current)
        found = known.suggestions(q, known.catalog.names.kind_name(kind), limit)
        return respond(as_json(found), JSON)

    router.add_api_route("/search", search, operation_id="search", summary="Full text over labels, definitions and passages, with highlights",
                         **documented("search", model(Found), JSON))
    router.add_api_route("/suggest", suggest, operation_id="suggest", summary="Completions of what is being typed",
                         **documented("suggest", listed(Suggestion), JSON))
