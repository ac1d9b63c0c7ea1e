"""The pages as one application part: which address shows which page, over the published revision."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.dataset import Dataset, Open
from api.known import Lookups, knowledge_of
from api.pages import assets, compare, explore, lists, quality, reader, role, sparql, start, thing
from api.pages.census import KINDS as KINDS_IN_ORDER
from api.pages.census import Census
from api.pages.render import environment
from api.pages.responses import Cache, Rendered, rendered, respond
from api.pages.view import View
from api.problems import Problem
from kg.errors import NotFoundError, RoleGraphError
from kg.lookup.names import written
from kg.search.suggest import Suggestions
from kg.settings import Settings

# what a page shows: a template and its values
Shown = tuple[str, dict[str, Any]]
Held = tuple[Open, View, Census, Lookups]
Make = Callable[["Site", View, Request], "Shown | Rendered"]


class Site:
    """Renders pages of the current revision and keeps what it has rendered."""

    def __init__(self, dataset: Dataset, settings: Settings) -> None:
        self.dataset, self.settings = dataset, settings
        self._environment, self._cache = environment(), Cache()
        self.validating = threading.Lock()
        self._knowledge = knowledge_of(dataset, settings)
        self._held: Held | None = None
        self._next: Held | None = None
        dataset.before_new(self._make_ready)

    def current(self) -> tuple[View, Census, Lookups]:
        """The view of the published revision with its counts and lookups."""
        opened, held = self.dataset.current(), self._held
        if held is None or held[0] is not opened:
            ready, self._next = self._next, None
            if ready is not None and ready[0] is opened:
                held = self._held = ready
            else:
                held = self._held = self._over(opened)
                # what pages of all kinds need takes a large graph seconds: begun now, it is there before the second page is asked for
                threading.Thread(target=self._prepare, args=held[1:], name="pages", daemon=True).start()
        return held[1:]

    def _over(self, opened: Open) -> Held:
        lookups = self._knowledge.lookups(opened)
        view = View(opened, lookups.catalog)
        return opened, view, Census(view), lookups

    def _make_ready(self, opened: Open) -> None:
        """Have what pages share ready before a new revision is the current one."""
        held = self._over(opened)
        self._prepare(*held[1:])
        self._next = held

    @property
    def census(self) -> Census:
        """Counts of the published revision."""
        return self.current()[1]

    @property
    def suggestions(self) -> Suggestions:
        """Things of the published revision by the beginnings of their names."""
        return self.current()[2].suggestions

    def html(self, template: str, view: View, **values: object) -> str:
        """A template filled in."""
        return self._environment.get_template(template).render(revision=view.revision, view=view, **values)

    def page(self, make: Make) -> Callable[[Request], Any]:
        """A route's function: from the cache where the same was asked of this revision, else made in a thread."""
        async def answer(request: Request) -> Response:
            view = self.current()[0]
            ready = self.kept(view, request)
            if ready is None:
                ready = await run_in_threadpool(self._made, make, view, request)
            return respond(request, ready)
        return answer

    def _prepare(self, view: View, census: Census, lookups: Lookups) -> None:
        """The start page, and the names, counts and likenesses of a revision that other pages show."""
        page = rendered(self.html("start.html", view, **start.content(view, census)))
        self._cache.put((view.revision.id, "/?"), page)
        roles = census.by_kind[KINDS_IN_ORDER[0]]
        if roles:
            view.catalog.role(roles[0].thing.iri)
        lookups.suggestions("a")

    def kept(self, view: View, request: Request) -> Rendered | None:
        """What was rendered for this address of this revision."""
        return self._cache.get(_key(view, request))

    def _made(self, make: Make, view: View, request: Request) -> Rendered:
        try:
            shown = make(self, view, request)
        except (Problem, NotFoundError) as error:
            problem = error if isinstance(error, Problem) else Problem(404, error.reason, error.hint)
            return rendered(self.html("problem.html", view, problem=problem), status=problem.status)
        page = shown if isinstance(shown, Rendered) else rendered(self.html(shown[0], view, **shown[1]))
        self._cache.put(_key(view, request), page)
        return page


def _key(view: View, request: Request) -> tuple[str, str]:
    return view.revision.id, f"{request.url.path}?{request.url.query}"


def _start(site: Site, view: View, request: Request) -> Shown:
    return "start.html", start.content(view, site.census)


def _list(site: Site, view: View, request: Request) -> Shown:
    number = request.query_params.get("page", "1")
    return "list.html", lists.listing(view, site.census, request.path_params["kind"], request.query_params.get("text", "").strip()[:100],
                                      int(number) if number.isdecimal() else 1)


def _search(site: Site, view: View, request: Request) -> Shown:
    return "search.html", lists.found(view, site.census, site.suggestions, request.query_params.get("q", "").strip()[:100])


def _suggest(site: Site, view: View, request: Request) -> Rendered:
    return rendered(json.dumps(lists.suggested(view, site.suggestions, request.query_params.get("q", "").strip()[:100])), "application/json")


def _thing(site: Site, view: View, request: Request) -> Shown:
    kind, name = request.path_params["kind"], request.path_params["name"]
    iri = f"{view.base}{kind}/{name}"
    if not written(iri) or not view.exists(iri):
        raise Problem(404, f"The graph holds nothing called {kind}/{name}")
    template, content = KINDS.get(kind, thing.KIND)
    return template, content(view, iri)


def _compare(site: Site, view: View, request: Request) -> Shown:
    return "compare.html", compare.content(view, site.census, request.query_params.getlist("role")) | {"query": request.url.query}


def _compare_table(site: Site, view: View, request: Request) -> Rendered:
    return rendered(compare.table(view, request.query_params.getlist("role")), "text/csv; charset=utf-8")


def _explore(site: Site, view: View, request: Request) -> Shown:
    return "explore.html", explore.content(view, site.census, request.query_params.get("start", "").strip()[:300])


def _surroundings(site: Site, view: View, request: Request) -> Rendered:
    return rendered(json.dumps(explore.surroundings(view, request.query_params.get("start", "").strip()[:300])), "application/json")


def _quality(site: Site, view: View, request: Request) -> Shown:
    return "quality.html", quality.content(view)


def _findings(site: Site, view: View, request: Request) -> Shown:
    # one at a time: whoever waits then finds the page in the cache of the next request, not a second validation beside the first
    with site.validating:
        ready = site.kept(view, request)
        return ready or ("findings.html", quality.findings(view))


def _terms(site: Site, view: View, request: Request) -> Rendered:
    return rendered(json.dumps(sparql.terms(view)), "application/json")


# the pages of things: by the part of the IRI that says what a thing is, its template and what it shows
KINDS: dict[str, tuple[str, Callable[[View, str], dict[str, Any]]]] = {
    "role": ("role.html", role.content), "document": ("reader.html", reader.content), **thing.KINDS}
PAGES: dict[str, Make] = {
    "/": _start, "/id/{kind}/{name:path}": _thing, "/list/{kind}": _list, "/search": _search, "/suggest": _suggest,
    "/compare": _compare, "/compare.csv": _compare_table, "/explore": _explore, "/explore/data": _surroundings, "/sparql/terms": _terms,
    "/quality": _quality, "/quality/findings": _findings,
}


_SITES: WeakKeyDictionary[Dataset, Site] = WeakKeyDictionary()


def site_of(dataset: Dataset, settings: Settings) -> Site:
    """The one site over a dataset."""
    if dataset not in _SITES:
        _SITES[dataset] = Site(dataset, settings)
    return _SITES[dataset]


def prepare(dataset: Dataset, settings: Settings) -> None:
    """Open the graph and make what pages share in the background, for a server that has just started."""
    def make() -> None:
        # a graph that cannot be opened is told to whoever asks for a page
        with suppress(RoleGraphError):
            site_of(dataset, settings).current()
            knowledge_of(dataset, settings).make_ready(dataset.current())
    threading.Thread(target=make, name="opening", daemon=True).start()


def routes(dataset: Dataset, settings: Settings) -> APIRouter:
    """All pages, and the files that they load."""
    site, router = site_of(dataset, settings), APIRouter(include_in_schema=False)
    for path, make in PAGES.items():
        router.add_route(path, site.page(make), methods=["GET", "HEAD"])
    router.add_route("/static/{name:path}", assets.serve, methods=["GET", "HEAD"])
    return router
