"""Who answers SPARQL for the server: worker processes over the published revision, or a server elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable

import pyoxigraph as ox

from api.dataset import Dataset, Open, RemoteDataset
from api.problems import Problem
from api.workers import Pool, Reply
from kg import query as queries
from kg.admission import admit
from kg.answers import Cut, Sink
from kg.errors import RoleGraphError
from kg.settings import Settings

# a query that any revision answers, and how long the workers of a new one may take to be there
FIRST, FIRST_SECONDS = {"op": "query", "text": "ASK {}", "table": "json", "graph": "", "default": [], "named": []}, 120.0


class Backend:
    """Workers over what is published; a new revision gets workers of its own, the old ones finish what they have begun."""

    def __init__(self, dataset: Dataset, settings: Settings) -> None:
        self.dataset, self.settings = dataset, settings
        self._pool: Pool | None = None
        self._old: list[Pool] = []
        self._next: Pool | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        dataset.before_new(self._make_ready)

    async def ask(self, job: dict, *, keep: bool = True, client: object = None) -> Reply:
        """Have a job done by a worker; Problem where it fails."""
        return await self._current().ask(job, keep=keep, client=client)

    def _current(self) -> Pool:
        """The workers over what is published."""
        opened = self.dataset.current()
        if self._pool is None or self._pool.revision != opened.revision.id:
            if self._pool is not None:
                self._old.append(self._pool)
                asyncio.get_running_loop().call_later(self.settings.query_seconds + 1, self._retire)
            known, self._next = self._next, None
            self._pool = known if known and known.revision == opened.revision.id else Pool(self.settings, opened.revision)
        return self._pool

    async def warm(self) -> None:
        """Have the workers ready before the first query."""
        self._loop = asyncio.get_running_loop()
        with contextlib.suppress(RoleGraphError, Problem):
            await _warm(self.ask)

    def _make_ready(self, opened: Open) -> None:
        """Have the workers of a new revision ready before it is the current one; called outside the loop."""
        if self._loop is None or self._loop.is_closed():
            return
        pool = Pool(self.settings, opened.revision)
        with contextlib.suppress(RoleGraphError, Problem, TimeoutError):
            asyncio.run_coroutine_threadsafe(_warm(pool.ask), self._loop).result(FIRST_SECONDS)
        self._next = pool

    def _retire(self) -> None:
        for pool in [p for p in self._old if p.idle]:
            pool.close()
            self._old.remove(pool)

    def close(self) -> None:
        """End all workers."""
        for pool in [*self._old, *(p for p in (self._pool, self._next) if p)]:
            pool.close()
        self._old, self._pool, self._next = [], None, None


async def _warm(ask: Callable[[dict], Awaitable[Reply]]) -> None:
    """Have a worker for what is unknown and, since the query is known then, one for what is known."""
    for _ in range(2):
        await ask(FIRST)


class RemoteBackend(Backend):
    """Passes queries on to a SPARQL server, through the same admission and with the same bound on rows."""

    def __init__(self, dataset: RemoteDataset, settings: Settings) -> None:
        super().__init__(dataset, settings)
        self._remote = dataset.remote

    async def ask(self, job: dict, *, keep: bool = True, client: object = None) -> Reply:
        """Queries and graphs; Problem for the rest."""
        if job["op"] not in ("query", "graph"):
            raise Problem(403, "this server does not write to the store behind it", "write to that store")
        answer = await asyncio.to_thread(self._answered, job)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _answered(self, job: dict) -> Reply | Problem | RoleGraphError:
        """The answer, or the error stripped of its traceback: that would carry an Oxigraph result into another thread."""
        try:
            return self._query(job) if job["op"] == "query" else self._graph(job)
        except Cut as error:
            return Problem(422, error.reason, error.hint)
        except (Problem, RoleGraphError) as error:
            error.__cause__ = error.__context__ = None
            return error.with_traceback(None)

    def _query(self, job: dict) -> Reply:
        chosen = self.settings
        admit(job["text"], max_bytes=chosen.max_query_bytes, max_nesting=chosen.max_nesting, max_patterns=chosen.max_patterns)
        result = queries.run(self._remote, job["text"], default_graphs=job["default"], named_graphs=job["named"])  # type: ignore[arg-type]
        form = job["graph"] if queries.is_graph(result) else job["table"]
        if not form:
            raise Problem(406, "cannot answer this in a media type that you accept")
        return self._reply(result, form, job.get("rows", chosen.max_rows))

    def _graph(self, job: dict) -> Reply:
        if not job["graph"]:
            raise Problem(404, "a SPARQL server elsewhere has no unnamed graph of ours")
        name = ox.NamedNode(job["graph"])
        if not self._remote.contains_named_graph(name):
            raise Problem(404, f"there is no graph <{job['graph']}> here")
        return self._reply([quad.triple for quad in self._remote.quads_for_pattern(None, None, None, name)], job["form"], self.settings.max_rows)

    def _reply(self, result: object, form: str, rows: int) -> Reply:
        sink = Sink(form, rows, sys.maxsize, lambda _: None)
        sink.take(result)  # type: ignore[arg-type]
        return Reply({"form": form, "state": self.dataset.current().state, "cut": sink.cut}, sink.body())


def of_dataset(dataset: Dataset, settings: Settings) -> Backend:
    """The backend that fits a dataset."""
    return RemoteBackend(dataset, settings) if isinstance(dataset, RemoteDataset) else Backend(dataset, settings)
