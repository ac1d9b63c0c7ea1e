"""Lists of things and one thing with everything known about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from api.known import Knowledge
from api.rest.replies import Asked, Limit, Offset, asking
from api.rest.schemas import documented, listed, page
from kg.lookup import Catalog
from kg.lookup.answers import Requirement, Resource, RoleProfile, Similar
from kg.lookup.models import Listed

Name = Annotated[str, Path(min_length=1, max_length=500, description="Slug, label or percent-encoded IRI of the thing.")]
Words = Annotated[str, Query(max_length=200, description="Words that a label holds.")]
Stated = Annotated[bool, Query(description="Only what documents speak of; else the whole vocabulary.")]


def routes(knowledge: Knowledge) -> APIRouter:
    """Routes for each kind of thing."""
    router = APIRouter()
    _requirements(router, knowledge)
    for kind in Catalog.kinds:
        singular = kind.removesuffix("ies") + "y" if kind.endswith("ies") else kind.removesuffix("s")
        router.add_api_route(f"/{kind}", _list(knowledge, kind), operation_id=f"list_{kind}", tags=[kind], summary=f"List {kind}",
                             **documented(f"list_{kind}", page(Listed)))
        router.add_api_route(f"/{kind}/{{name:path}}/similar", _similar(knowledge, kind), operation_id=f"similar_{kind}", tags=[kind],
                             summary=f"What shares most with one of the {kind}", **documented(f"similar_{kind}", listed(Similar)))
        router.add_api_route(f"/{kind}/{{name:path}}", _one(knowledge, kind), operation_id=f"get_{singular}", tags=[kind],
                             summary=f"One of the {kind} with everything known about it",
                             **documented(f"get_{singular}", RoleProfile if kind == "roles" else Resource))
    return router


def _list(knowledge: Knowledge, kind: str) -> Callable[..., Response]:
    needed: Asked = asking(knowledge, Listed)

    def endpoint(asked: Asked = needed, text: Words = "", stated: Stated = True, limit: Limit = 50, offset: Offset = 0) -> Response:
        return asked.reply(asked.catalog.things(kind, text, stated, limit, offset))
    return endpoint


def _one(knowledge: Knowledge, kind: str) -> Callable[..., Response]:
    needed: Asked = asking(knowledge, RoleProfile if kind == "roles" else Resource)

    def endpoint(name: Name, asked: Asked = needed) -> Response:
        return asked.reply(asked.catalog.role(name) if kind == "roles" else asked.catalog.thing(name, kind))
    return endpoint


def _similar(knowledge: Knowledge, kind: str) -> Callable[..., Response]:
    needed: Asked = asking(knowledge, Similar)

    def endpoint(name: Name, asked: Asked = needed, limit: Limit = 10) -> Response:
        return asked.reply(asked.catalog.similar(name, kind, limit))
    return endpoint


def _requirements(router: APIRouter, knowledge: Knowledge) -> None:
    needed: Asked = asking(knowledge, Requirement)

    def endpoint(name: Name, asked: Asked = needed, mentioned: Annotated[bool, Query(description="Also what is merely spoken of.")] = False) -> Response:
        return asked.reply(asked.catalog.requirements(name, mentioned))
    router.add_api_route("/roles/{name:path}/requirements", endpoint, operation_id="role_requirements", tags=["roles"],
                         summary="Skills and tools that a role asks for, strongest first", **documented("role_requirements", listed(Requirement)))
