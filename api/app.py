"""The web application: `create_app(dataset, settings)` for whoever embeds it, `from_settings()` for a server."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from api import pages, sparql
from api.dataset import Dataset
from api.problems import Problem, on_error, on_http, on_problem
from kg import settings as configuration
from kg.errors import RoleGraphError
from kg.settings import Settings

# groups of endpoints: each is a function (dataset, settings) -> APIRouter, named in one line here
GROUPS = (
    sparql.routes,
    pages.routes,
)


def create_app(dataset: Dataset, settings: Settings) -> FastAPI:
    """The application over a dataset."""
    # the framework's documentation pages load scripts from other hosts; the description itself is at /openapi.json
    app = FastAPI(title="RoleGraph", description="Roles, skills, tools, responsibilities and trends, each fact with its evidence.",
                  docs_url=None, redoc_url=None)
    app.add_exception_handler(Problem, on_problem)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, on_http)  # type: ignore[arg-type]
    app.add_exception_handler(RoleGraphError, on_error)  # type: ignore[arg-type]

    @app.get("/health", summary="Whether the server answers, and from which revision")
    async def health() -> JSONResponse:
        opened = dataset.current()
        return JSONResponse({"status": "ok", "revision": opened.revision.id, "quads": opened.revision.quads})

    for routes in GROUPS:
        app.include_router(routes(dataset, settings))
    return app


def from_settings() -> FastAPI:
    """The application as environment and file configure it."""
    settings = configuration.load()
    return create_app(Dataset(settings.store, settings.memory_quads), settings)
