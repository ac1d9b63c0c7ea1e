"""Documents, and their mentions and passages as Web Annotations."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api.known import Knowledge
from api.rest.replies import Asked, Limit, Offset, asking, respond
from api.rest.schemas import documented, page
from kg.exports.annotations import PROFILE, annotation_page
from kg.lookup.answers import DocumentEntry, DocumentText

Name = Annotated[str, Path(min_length=1, max_length=500, description="Identifier of the document: the last part of its IRI.")]


def routes(knowledge: Knowledge) -> APIRouter:
    """Routes for documents."""
    router = APIRouter(tags=["documents"])
    entry: Asked = asking(knowledge, DocumentEntry)
    whole: Asked = asking(knowledge, DocumentText)

    def entries(asked: Asked = entry, text: Annotated[str, Query(max_length=200, description="Words of the title or identifier.")] = "",
                about: Annotated[str, Query(max_length=500, description="A role that the document is about.")] = "",
                limit: Limit = 50, offset: Offset = 0) -> Response:
        return asked.reply(asked.catalog.documents(text, about, limit, offset))

    def document(name: Name, asked: Asked = whole) -> Response:
        return asked.reply(asked.catalog.document(name))

    def annotations(request: Request, name: Name) -> Response:
        body = json.dumps(annotation_page(knowledge.current().catalog.document(name)), ensure_ascii=False, separators=(",", ":"))
        return respond(body.encode(), PROFILE)

    router.add_api_route("/documents", entries, operation_id="list_documents", summary="List documents", **documented("list_documents", page(DocumentEntry)))
    router.add_api_route("/documents/{name:path}/annotations", annotations, operation_id="get_annotations",
                         summary="What was found in a document, as W3C Web Annotations", **documented("get_annotations", None, PROFILE))
    router.add_api_route("/documents/{name:path}", document, operation_id="get_document",
                         summary="One document with its text, sections, passages and mentions", **documented("get_document", DocumentText))
    return router
