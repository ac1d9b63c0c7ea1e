"""The pages as one application part: which address shows which page, over the published revision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyoxigraph as ox
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.dataset import Dataset, Open
from api.pages import assets, start
from api.pages.census import Census
from api.pages.render import environment
from api.pages.responses import Cache, Rendered, rendered, respond
from api.pages.view import View
from api.problems import Problem
from kg.errors import StoreError
from kg.settings import Settings

# what a page shows: a template and its values
Shown = tuple[str, dict[str, Any]]
Make = Callable[["Site", View, Request], "Shown | Rendered"]


class Site:
    """Renders pages of the current revision and keeps what it has rendered."""

    def __init__(self, dataset: Dataset, settings: Settings) -> None:
        self.dataset, self.settings = dataset, settings
        self._environment, self._cache = environment(), Cache()
        self._held: tuple[Open, View, Census] | None = None

    def current(self) -> tuple[View, Census]:
        """The view of the published revision with its counts."""
        opened, held = self.dataset.current(), self._held
        if held is None or held[0] is not opened:
            view = View(opened, self.settings.base_iri)
            held = self._held = (opened, view, Census(view))
        return held[1], held[2]

    @property
    def census(self) -> Census:
        """Counts of the published revision."""
        return self.current()[1]

    def html(self, template: str, view: View, **values: object) -> str:
        """A template filled in."""
        return self._environment.get_template(template).render(revision=view.revision, **values)

    def page(self, make: Make) -> Callable[[Request], Any]:
        """A route's function: from the cache where the same was asked of this revision, else made in a thread."""
        async def answer(request: Request) -> Response:
            view, _ = self.current()
            key = view.revision.id, f"{request.url.path}?{request.url.query}"
            ready = self._cache.get(key)
            if ready is None:
                ready = await run_in_threadpool(self._made, make, view, request)
                self._cache.put(key, ready)
            return respond(request, ready)
        return answer

    def _made(self, make: Make, view: View, request: Request) -> Rendered:
        try:
            shown = make(self, view, request)
        except Problem as problem:
            return rendered(self.html("problem.html", view, problem=problem), status=problem.status)
        if isinstance(shown, Rendered):
            return shown
        template, values = shown
        return rendered(self.html(template, view, **values))


def _start(site: Site, view: View, request: Request) -> Shown:
    return "start.html", start.content(view, site.census)
