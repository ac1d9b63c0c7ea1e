"""The web application: `create_app(dataset, settings)` for whoever embeds it, `from_settings()` for a server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from api import description, documentation, graph_store, linked, pages, reconcile, rest, sparql
from api.backend import of_dataset
from api.dataset import Dataset, of_settings
from api.manners import Asgi, Manners
from api.metrics import Metrics
from api.problems import Problem, on_error, on_http, on_invalid, on_problem
from kg import settings as configuration
from kg.errors import RoleGraphError
from kg.settings import Settings

# groups of endpoints: each is a function (dataset, settings) -> APIRouter, named in one line here
GROUPS = (
    rest.routes,
    reconcile.routes,
    linked.routes,
    documentation.routes,
    pages.routes,
)
# the protocols' endpoints, which are answered by worker processes: (backend, settings) -> APIRouter, with `direct` endpoints by path
PROTOCOLS = (
    sparql.routes,
    graph_store.routes,
    description.routes,
)
# answers under these paths are functions of the dataset, the address and what is accepted: they get tags and are kept
TAGGED = ("/sparql", "/graph-store", "/.well-known/", "/api/", "/reconcile")


def create_app(dataset: Dataset, settings: Settings) -> FastAPI:
    """The application over a dataset."""
    # the framework's documentation pages load scripts from other hosts; the description itself is at /openapi.json
    backend, metrics = of_dataset(dataset, settings), Metrics()

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        await backend.warm()
        yield
        backend.close()

    app = FastAPI(lifespan=life, title="RoleGraph", description="Roles, skills, tools, responsibilities and trends, each fact with its evidence.",
                  docs_url=None, redoc_url=None)
    app.add_exception_handler(Problem, on_problem)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, on_http)  # type: ignore[arg-type]
    app.add_exception_handler(RoleGraphError, on_error)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, on_invalid)  # type: ignore[arg-type]

    @app.get("/health", summary="Whether the server answers, and from which revision")
    async def health() -> JSONResponse:
        opened = dataset.current()
        return JSONResponse({"status": "ok", "revision": opened.revision.id, "quads": opened.revision.quads})

    @app.get("/metrics", summary="Metrics in the format of Prometheus", response_class=Response)
    def prometheus() -> Response:
        body, media_type = metrics.text()
        return Response(body, media_type=media_type)

    direct: dict[str, Asgi] = {}
    for routes in PROTOCOLS:
        router = routes(backend, settings)
        app.include_router(router)
        direct |= router.direct  # type: ignore[attr-defined]
    for group in GROUPS:
        # including a router would rebuild its plain routes and lose those that match by what the client accepts
        app.router.routes.extend(group(dataset, settings).routes)
    app.add_middleware(Manners, dataset=dataset, settings=settings, metrics=metrics, direct=direct, routes=lambda: app.routes, tagged=TAGGED)
    return app


def from_settings() -> FastAPI:
    """The application as environment and file configure it."""
    settings = configuration.load()
    dataset = of_settings(settings)
    pages.prepare(dataset, settings)
    return create_app(dataset, settings)
