"""Workers of a Ray cluster that consolidate. Tasks depend on their bytes alone, so one whose worker or node dies is done again by Ray."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from kg.crew import Lines
from kg.distributed import engine
from kg.errors import RoleGraphError

C = TypeVar("C")
R = TypeVar("R")
# tasks a core that are given out at once, and how often one whose worker or node died is tried again
UNDER_WAY, RETRIES = 2, 10


class RayCrew:
    """Works on the cluster of `cluster`, to which it connects when there is work. A context, as other crews are."""

    def __init__(self, cluster: engine.Cluster) -> None:
        self._cluster = cluster

    def __enter__(self) -> RayCrew:
        return self

    def __exit__(self, *exc: object) -> None:
        """Nothing is held but the connection, which is the build's."""

    def map(self, work: Callable[[bytes, C], R], common: C, items: Iterable[Lines]) -> Iterator[R]:
        """What `work` makes of the lines of each item, in the order in which it is done. RoleGraphError where one cannot be done."""
        ray = self._cluster.connected()
        task, told, source = ray.remote(max_retries=RETRIES)(work), ray.put(common), iter(items)
        under_way: list[Any] = []
        while True:
            room = max(2, int(ray.cluster_resources().get("CPU", 1)) * UNDER_WAY)
            while len(under_way) < room and (item := next(source, None)) is not None:
                under_way.append(task.remote(item.read(), told))
            if not under_way:
                return
            done, under_way = ray.wait(under_way, num_returns=1)
            for reference in done:
                yield self._got(ray, work.__name__, reference)

    def _got(self, ray: Any, name: str, reference: Any) -> Any:
        try:
            return ray.get(reference)
        except ray.exceptions.RayTaskError as error:
            if isinstance(error.cause, RoleGraphError):
                raise error.cause from None
            raise RoleGraphError(f"{name}: {str(error).strip().splitlines()[-1]}", place="consolidation") from error
        except ray.exceptions.RayError as error:
            raise RoleGraphError(f"{name}: {str(error).strip().splitlines()[0]}", place="consolidation",
                                 hint="the published graph is untouched; look at the memory of the cluster's nodes") from error
