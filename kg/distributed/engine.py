"""Documents to sorted N-Quads on a Ray cluster (the extra rolegraph[ray]): the extracts that worker processes give, byte for byte.

Tasks hold a few documents each; a bounded number is under way, and results are taken as they come, so that a slow one holds
nobody up. When a worker dies its documents are tried again one by one, and one that kills its worker twice is left out with
the reason; deaths of nodes are the node's fault and are tried again up to ten times.
"""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from kg.errors import MissingPartError, RoleGraphError
from kg.extract import GRACE, Extract, Extractor
from kg.model import Document
from kg.scratch import scratch

BATCH, UNDER_WAY = 16, 4
TRIES, NODE_TRIES = 2, 10
# seconds that a cluster may take to answer
GREETING = 10.0
# what a worker reads: pairs of file name and content, base IRI, build, seconds a document
Recipe = tuple[tuple[tuple[str, str], ...], str, str, float]


def extract(documents: Iterable[Document], *, vocabulary: tuple[Path, ...], base: str, activity: str, max_seconds: float,
            address: str = "") -> Iterator[Extract]:
    """Extracts in the order in which they are done. `address` is the cluster's; without one Ray starts on this machine."""
    with Cluster(address) as cluster:
        ray = cluster.connected()
        recipe = ray.put((tuple((p.name, p.read_text(encoding="utf-8")) for p in vocabulary), base, activity, max_seconds))
        yield from _Run(ray, recipe, max_seconds).results(iter(documents))


class Cluster:
    """The connection to a cluster, made when it is first asked for; leaving the context ends what this one began, and nothing else.

    Without an address Ray starts on this machine.
    """

    def __init__(self, address: str = "") -> None:
        self._address, self._began = address, False

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._began:
            self._began = False
            _ray().shutdown()

    def connected(self) -> Any:
        """Ray, connected. MissingPartError where it is not installed, RoleGraphError where no cluster answers."""
        ray, address = _ray(), self._address
        if not ray.is_initialized():
            try:
                _greet(address)
                ray.init(address=address or None, logging_level="error", log_to_driver=False, include_dashboard=False if not address else None)
            except (ConnectionError, RuntimeError, ValueError, OSError) as error:
                raise RoleGraphError(f"no Ray cluster answers: {error}", place=address or "ray", hint="start one with: ray start --head") from error
            self._began = True
        return ray


def _greet(address: str) -> None:
    """OSError where nothing listens: Ray itself would try for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if port.isdigit():
        socket.create_connection((host.strip("[]"), int(port)), GREETING).close()


def _ray() -> Any:
    try:
        import ray
    except ImportError as error:
        raise MissingPartError("a cluster needs Ray", place="--engine ray", hint="pip install 'rolegraph[ray]'") from error
    return ray


class _Run:
    """The tasks of one build."""

    def __init__(self, ray: Any, recipe: Any, max_seconds: float) -> None:
        self._ray, self._recipe, self._seconds = ray, recipe, max_seconds
        self._task = ray.remote(max_retries=0)(_extracted)
        self._waiting: deque[tuple[list[Document], int, int]] = deque()
        self._under_way: dict[Any, tuple[list[Document], int, int]] = {}

    def results(self, documents: Iterator[Document]) -> Iterator[Extract]:
        """All extracts."""
        exhausted = False
        while True:
            room = max(2, int(self._ray.cluster_resources().get("CPU", 1)) * UNDER_WAY) if not self._under_way or not exhausted else len(self._under_way)
            while len(self._under_way) < room and (self._waiting or not exhausted):
                if self._waiting:
                    self._give(*self._waiting.popleft())
                elif batch := list(islice(documents, BATCH)):
                    self._give(batch, 0, 0)
                else:
                    exhausted = True
            if not self._under_way:
                return
            ready, _ = self._ray.wait(list(self._under_way), num_returns=1, timeout=GRACE * self._seconds * BATCH)
            if not ready:  # nothing came for longer than the slowest documents may take: what hangs is ended
                for reference in list(self._under_way):
                    self._ray.cancel(reference, force=True)
            for reference in ready:
                yield from self._done(reference)

    def _give(self, batch: list[Document], deaths: int, nodes: int) -> None:
        self._under_way[self._task.remote(self._recipe, batch)] = (batch, deaths, nodes)

    def _done(self, reference: Any) -> Iterator[Extract]:
        batch, deaths, nodes = self._under_way.pop(reference)
        errors = self._ray.exceptions
        try:
            yield from self._ray.get(reference)
        except (errors.NodeDiedError, errors.ObjectLostError, errors.WorkerCrashedError, errors.OutOfMemoryError, errors.TaskCancelledError,
                errors.LocalRayletDiedError, errors.RayTaskError) as error:
            by_node = isinstance(error, (errors.NodeDiedError, errors.ObjectLostError, errors.LocalRayletDiedError))
            if len(batch) > 1:
                self._waiting += [([document], 0, nodes + by_node) for document in batch]
            elif by_node and nodes + 1 < NODE_TRIES:
                self._waiting.append((batch, deaths, nodes + 1))
            elif not by_node and deaths + 1 < TRIES:
                self._waiting.append((batch, deaths + 1, nodes))
            else:
                reason = str(error).strip().splitlines()[-1 if isinstance(error, errors.RayTaskError) else 0]
                yield Extract(batch[0].identifier, batch[0].location, error=f"is left out: its worker failed {deaths + nodes + 1} times: {reason}",
                              quarantined=True)


def _extracted(recipe: Recipe, documents: list[Document]) -> list[Extract]:
    """Runs on a worker."""
    extractor = _extractor(recipe)
    return [extractor(document) for document in documents]


@lru_cache(maxsize=1)
def _extractor(recipe: Recipe) -> Extractor:
    further, base, activity, seconds = recipe
    with scratch() as folder:
        paths = []
        for number, (name, text) in enumerate(further):
            paths.append(folder / f"{number}-{name}")
            paths[-1].write_text(text, encoding="utf-8")
        return Extractor(tuple(paths), base, activity, seconds)
