"""The REST API under /api/v1: lookups as JSON, JSON-LD, Turtle and CSV, described by OpenAPI.

    replies    from an answer to a response: format, chosen fields, paging links, cache
    rendering  answers as JSON, CSV, Turtle, JSON-LD
    schemas    the answers' models, for OpenAPI
    things     lists and resources          claims     claims, facts, conflicts, evidence
    documents  documents, annotations       questions  compare, path, similar, search, suggest
"""

from __future__ import annotations

from fastapi import APIRouter

from api.dataset import Dataset
from api.known import knowledge_of
from api.rest import claims, documents, questions, things
from api.rest.replies import PREFIX
from kg.settings import Settings


def routes(dataset: Dataset, settings: Settings) -> APIRouter:
    """Every route of the API."""
    knowledge = knowledge_of(dataset, settings)
    router = APIRouter()
    for group in (questions, things, documents, claims):
        router.include_router(group.routes(knowledge), prefix=PREFIX)
    return router
