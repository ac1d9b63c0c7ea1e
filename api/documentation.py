"""The documentation of ontology and vocabulary as pages, at /documentation/: made when first asked for, then kept."""

from __future__ import annotations

import threading

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.dataset import Dataset
from api.pages.responses import Rendered, rendered, respond
from api.problems import Problem
from kg.ontology.documentation import Documentation
from kg.settings import Settings
from kg.vocabulary import shipped


def routes(dataset: Dataset, settings: Settings) -> APIRouter:
    """Index, style sheet and a page for each concept scheme."""
    router, kept, lock = APIRouter(), {}, threading.Lock()

    def made(name: str) -> Rendered:
        with lock:
            if not kept:
                kept["of"] = Documentation(vocabulary=[*shipped()[1:], *settings.vocabulary])
                kept["pages"] = {}
            if name not in kept["pages"]:
                media_type = "text/css; charset=utf-8" if name.endswith(".css") else "text/html; charset=utf-8"
                kept["pages"][name] = rendered(kept["of"].page(name), media_type)
            return kept["pages"][name]

    @router.get("/documentation", include_in_schema=False)
    @router.get("/documentation/", include_in_schema=False)
    def index() -> Response:
        return RedirectResponse("/documentation/index.html", 303)

    @router.get("/documentation/{name}", summary="A page of the documentation of ontology and vocabulary", response_class=Response)
    def page(name: str, request: Request) -> Response:
        try:
            return respond(request, made(name))
        except KeyError as error:
            raise Problem(404, f"the documentation has no page {name!r}", "begin at /documentation/") from error

    return router
