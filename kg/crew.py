"""Processes of this machine that consolidate: forked before the build has threads, given work when there is some.

What all of them are told goes through a file, and so do the lines that they work on; results come back through pipes.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

from kg.errors import RoleGraphError
from kg.workers import Lost, Workers

C = TypeVar("C")
R = TypeVar("R")
# longest that a worker may have an item in hand, in seconds
LONGEST = 3600.0


class Lines(Protocol):
    """Lines that lie in a file."""

    def read(self) -> bytes:
        """The lines."""


@dataclass(frozen=True, slots=True)
class _Task:
    work: Callable[[bytes, Any], Any]
    common: Path
    lines: Lines


@dataclass(frozen=True, slots=True)
class _Failed:
    reason: str
    place: str
    hint: str


class Crew:
    """Works in `folder`, which must be there when there is work. Without processes of its own it works in this one. Used as a context:
    leaving it ends those that worked, and with them the memory that they hold; a second shift takes over, where there is one."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._workers, self._told = folder, None, 0
        self._second: Workers | None = None

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._workers is not None:
            self._workers.__exit__(*exc)
            self._workers, self._second = self._second, None

    def start(self, processes: int, shifts: int = 1) -> None:
        """Fork, once, for one or two shifts; from a process without further threads."""
        if self._workers is None:
            self._workers = Workers(processes, _done, LONGEST)
            self._second = Workers(processes, _done, LONGEST) if shifts > 1 else None

    def end(self) -> None:
        """End all processes."""
        while self._workers is not None:
            self.__exit__(None, None, None)

    @property
    def started(self) -> bool:
        """Whether there are processes to do the work."""
        return self._workers is not None

    def map(self, work: Callable[[bytes, C], R], common: C, items: Iterable[Lines]) -> Iterator[R]:
        """What `work` makes of the lines of each item, in the order in which it is done. RoleGraphError where one cannot be done."""
        self._told += 1
        told = self._folder / f"common-{self._told}"
        told.write_bytes(pickle.dumps(common))
        tasks = (_Task(work, told, lines) for lines in items)
        try:
            for result in self._workers.map(tasks) if self._workers else map(_done, tasks):
                if isinstance(result, Lost):
                    raise RoleGraphError(f"{work.__name__} {result.item.lines}: {result.reason}", place="consolidation",
                                         hint="the published graph is untouched; with fewer processes each has more memory")
                if isinstance(result, _Failed):
                    raise RoleGraphError(result.reason, place=result.place, hint=result.hint)
                yield result
        finally:
            told.unlink(missing_ok=True)


def _done(task: _Task) -> Any:
    try:
        return task.work(task.lines.read(), _common(task.common))
    except RoleGraphError as error:
        return _Failed(error.reason, error.place, error.hint)
    except OSError as error:
        return _Failed(f"the process {os.getpid()} cannot read what it is given: {error.strerror}", str(error.filename), "")


@lru_cache(maxsize=1)
def _common(path: Path) -> Any:
    return pickle.loads(path.read_bytes())
