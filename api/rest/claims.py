"""Claims, facts and conflicts, with filters; the evidence of a claim."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from api.known import Knowledge
from api.rest.replies import Asked, Limit, Offset, asking
from api.rest.schemas import CLAIMS, documented, page
from kg.lookup import Filter
from kg.lookup.answers import Evidence
from kg.lookup.models import Claim, Conflict, Education, Experience, Fact, Market, Salary

Thing = Annotated[str, Query(max_length=500, description="A thing by IRI, id (role/slug), slug or label.")]
Word = Annotated[str, Query(max_length=100, description="A notation of the ontology, as answers show it.")]
Confidence = Annotated[float, Query(ge=0, le=1, description="Least confidence.")]
Name = Annotated[str, Path(min_length=1, max_length=500, description="The last part of the IRI, or all of it percent-encoded.")]


def routes(knowledge: Knowledge) -> APIRouter:
    """Routes for claims and what they add up to."""
    router = APIRouter()
    _add(router, "/claims", _claims(knowledge), "list_claims", "Claims, by document and place in the text", page(*CLAIMS))
    _add(router, "/salaries", _salaries(knowledge), "list_salaries", "Pay figures with source, place, level, date and words", page(Salary))
    _add(router, "/growth", _growth(knowledge), "list_growth", "Growth, counts, market sizes and shares", page(Market))
    _add(router, "/experience", _asked_for(knowledge, Experience, "experience"), "list_experience", "Years of experience asked for", page(Experience))
    _add(router, "/education", _asked_for(knowledge, Education, "education"), "list_education", "Degrees asked for", page(Education))
    _add(router, "/facts", _facts(knowledge), "list_facts", "What claims add up to, those of most documents first", page(Fact))
    _add(router, "/conflicts", _conflicts(knowledge), "list_conflicts", "Claims that disagree, side by side", page(Conflict))
    for path, model, name, summary in (
            ("/claims/{name:path}", Claim, "claim", "One claim"), ("/facts/{name:path}", Fact, "fact", "One fact"),
            ("/conflicts/{name:path}", Conflict, "conflict", "One conflict set"),
            ("/evidence/{name:path}", Evidence, "evidence", "A claim's words: passage, document, offsets, the sentences around")):
        _add(router, path, _one(knowledge, model, name), f"get_{name}", summary, model)
    return router


def _add(router: APIRouter, path: str, endpoint: Callable[..., Response], name: str, summary: str, model: type) -> None:
    router.add_api_route(path, endpoint, operation_id=name, summary=summary, tags=["claims"], **documented(name, model))


def _one(knowledge: Knowledge, model: type, name: str) -> Callable[..., Response]:
    lookup = name
    needed: Asked = asking(knowledge, model)

    def endpoint(name: Name, asked: Asked = needed) -> Response:
        return asked.reply(getattr(asked.catalog, lookup)(name))
    return endpoint


def _claims(knowledge: Knowledge) -> Callable[..., Response]:
    needed: Asked = asking(knowledge, Claim)

    def endpoint(asked: Asked = needed, subject: Thing = "", property: Annotated[str, Query(pattern=r"^[A-Za-z]{0,60}$", description="Local name.")] = "",
                 object: Thing = "", document: Thing = "", modality: Word = "", proficiency: Word = "", min_confidence: Confidence = 0.0,
                 limit: Limit = 50, offset: Offset = 0) -> Response:
        chosen = Filter(subject=subject, property=property, object=object, document=document, modality=modality, proficiency=proficiency,
                        min_confidence=min_confidence)
        return asked.reply(asked.catalog.claims(chosen, limit, offset))
    return endpoint


def _salaries(knowledge: Knowledge) -> Callable[..., Response]:
    needed: Asked = asking(knowledge, Salary)

    def endpoint(asked: Asked = needed, role: Thing = "", source: Thing = "", employer: Thing = "", place: Thing = "", document: Thing = "",
                 level: Annotated[str, Query(max_length=100, description="Words of the level as stated.")] = "", statistic: Word = "",
                 component: Word = "", currency: Annotated[str, Query(pattern="^([A-Z]{3})?$", description="ISO 4217.")] = "",
                 min_confidence: Confidence = 0.0, limit: Limit = 50, offset: Offset = 0) -> Response:
        chosen = Filter(subject=role, source=source, employer=employer, place=place, document=document, level=level, statistic=statistic,
                        component=component, currency=currency, min_confidence=min_confidence)
        return asked.reply(asked.catalog.salaries(chosen, limit, offset))
    return endpoint


def _growth(knowledge: Knowledge) -> Callable[..., Response]:
    needed: Asked = asking(knowledge, Market)

    def endpoint(asked: Asked = needed, subject: Thing = "", source: Thing = "", place: Thing = "", document: Thing = "", measure: Word = "",
                 min_confidence: Confidence = 0.0, limit: Limit = 50, offset: Offset = 0) -> Response:
        chosen = Filter(subject=subject, source=source, place=place, document=document, measure=measure, min_confidence=min_confidence)
        return asked.reply(asked.catalog.growth(chosen, limit, offset))
    return endpoint


def _asked_for(knowledge: Knowledge, model: type, lookup: str) -> Callable[..., Response]:
    needed: Asked = asking(knowledge, model)

    def endpoint(asked: Asked = needed, role: Thing = "", document: Thing = "", modality: Word = "", limit: Limit = 50, offset: Offset = 0) -> Response:
        return asked.reply(getattr(asked.catalog, lookup)(Filter(subject=role, document=document, modality=modality), limit, offset))
    return endpoint


def _facts(knowledge: Knowledge) -> Callable[..., Response]:
    needed: Asked = asking(knowledge, Fact)

    def endpoint(asked: Asked = needed, subject: Thing = "", property: Annotated[str, Query(pattern=r"^[A-Za-z]{0,60}$", description="Local name.")] = "",
                 object: Thing = "", modality: Word = "", min_confidence: Confidence = 0.0, limit: Limit = 50, offset: Offset = 0) -> Response:
        chosen = Filter(subject=subject, property=property, object=object, modality=modality, min_confidence=min_confidence)
        return asked.reply(asked.catalog.facts(chosen, limit, offset))
    return endpoint


def _conflicts(knowledge: Knowledge) -> Callable[..., Response]:
    needed: Asked = asking(knowledge, Conflict)

    def endpoint(asked: Asked = needed, about: Thing = "", type: Word = "", limit: Limit = 50, offset: Offset = 0) -> Response:
        return asked.reply(asked.catalog.conflicts(about, type, limit, offset))
    return endpoint
