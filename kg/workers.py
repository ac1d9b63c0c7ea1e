"""Processes that work on a stream of items, and go on when one of them dies.

Items stream in and results out, in the order in which they are done; a worker has one item in hand and one waiting, whatever
the number of items. If a worker dies, or an item takes too long in code that cannot be interrupted, the item in hand is tried
once more by another worker and then given back as `Lost`, with the reason.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import ForkingPickler
from typing import Generic, TypeVar

from kg.errors import RoleGraphError

T = TypeVar("T")
R = TypeVar("R")
TRIES, WAITING = 2, 2
# bytes that a pipe takes though nobody reads them
WITHOUT_READER = 16_384
_NO_MEMORY = 77
# this process's ends of all workers' pipes: a worker that held another's open would keep it from seeing that this process has gone
_ours: set[Connection] = set()


@dataclass(frozen=True, slots=True)
class Lost(Generic[T]):
    """An item that workers could not survive."""

    item: T
    reason: str


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection
    items: deque = field(default_factory=deque)
    since: float = 0.0
    stopped: str = ""
    ready: bool = True
    held: memoryview | None = None


class Workers(Generic[T, R]):
    """`work` is called for each item in one of `processes` processes forked from this one, and must be pickled where there is no
    fork; `seconds` bounds an item that cannot be interrupted. Used as a context; leaving it ends the processes. `begin`, if given, is
    called in each process before its first item. Without `work` they wait to be employed."""

    def __init__(self, processes: int, work: Callable[[T], R] | None, seconds: float, begin: Callable[[], None] | None = None) -> None:
        self._work, self._seconds, self._begin = work, seconds, begin
        self._context = multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn")
        self._workers: list[_Worker] = []
        self._tries: dict[int, int] = {}
        for _ in range(processes):
            self._workers.append(self._started())

    def __enter__(self) -> Workers[T, R]:
        return self

    def __exit__(self, *exc: object) -> None:
        for worker in self._workers:
            _close(worker.pipe)  # a worker that has nothing in hand ends then
            if exc[0] or self._work is None:
                worker.process.kill()
        for worker in self._workers:
            worker.process.join(2)
            if worker.process.is_alive():
                worker.process.kill()
            worker.process.join()

    def end(self) -> None:
        """End the processes before the context does."""
        self.__exit__(None)

    def employ(self, work: Callable[[T], R], begin: Callable[[], None]) -> None:
        """Tell those that wait what to do with each item, and before the first one."""
        self._work, self._begin = work, begin
        for worker in self._workers:
            _send(worker, ForkingPickler.dumps((work, begin)))

    def map(self, items: Iterable[T]) -> Iterator[R | Lost[T]]:
        """Results, and items that were lost, as they come."""
        source, again, number = iter(items), deque(), 0
        exhausted = False
        while True:
            for worker in sorted(self._workers, key=lambda w: len(w.items)):
                while len(worker.items) < WAITING and not (exhausted and not again):
                    if again:
                        key, item = again.popleft()
                    else:
                        try:
                            key, item = number, next(source)
                        except StopIteration:
                            exhausted = True
                            break
                        number += 1
                    self._give(worker, key, item)
                    if not exhausted and len(worker.items) == 1:
                        break  # one each, before anyone has two
            if not any(w.items for w in self._workers):
                if exhausted and not again:
                    return
                continue
            yield from self._results(again)

    def _give(self, worker: _Worker, key: int, item: T) -> None:
        data = ForkingPickler.dumps(item)
        worker.items.append((key, item))
        if len(worker.items) == 1:
            worker.since = time.monotonic()
        elif len(data) > WITHOUT_READER:
            # a worker that is sending a result reads nothing: each would wait for the other
            worker.held = data
            return
        _send(worker, data)

    def _results(self, again: deque) -> Iterator[R | Lost[T]]:
        busy = [w for w in self._workers if w.items]
        since = [w.since for w in busy if w.ready]
        ready = set(wait([w.pipe for w in busy], max(min(since) + self._seconds - time.monotonic(), 0.0) if since else None))
        for worker in busy:
            if worker.pipe in ready:
                try:
                    result = worker.pipe.recv()
                except (EOFError, OSError):
                    yield from self._died(worker, again)
                    continue
                if not worker.ready:
                    worker.ready, worker.since = True, time.monotonic()
                    continue
                key, _ = worker.items.popleft()
                if worker.held is not None:
                    data, worker.held = worker.held, None
                    _send(worker, data)
                self._tries.pop(key, None)
                worker.since = time.monotonic()
                yield result
            elif worker.ready and time.monotonic() - worker.since > self._seconds:
                worker.stopped = f"takes longer than {self._seconds:g} s and cannot be interrupted"
                worker.process.kill()
                worker.since = time.monotonic()

    def _died(self, worker: _Worker, again: deque) -> Iterator[Lost[T]]:
        worker.process.join()
        _close(worker.pipe)
        reason = worker.stopped or _reason(worker.process.exitcode or 0)
        (key, item), *rest = worker.items
        again.extend(rest)
        self._workers[self._workers.index(worker)] = self._started()
        self._tries[key] = self._tries.get(key, 0) + 1
        if self._tries[key] < TRIES:
            again.append((key, item))
        else:
            del self._tries[key]
            yield Lost(item, f"{reason}, {TRIES} times")

    def _started(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        _ours.add(ours)
        foreign = list(_ours) if self._context.get_start_method() == "fork" else []
        process = self._context.Process(target=_run, args=(self._work, theirs, foreign, self._begin), daemon=True)
        try:
            process.start()
        except OSError as error:
            raise RoleGraphError(f"no further process can be started: {error.strerror}", place="workers", hint="lower processes") from error
        theirs.close()
        return _Worker(process, ours, ready=self._begin is None)


def _close(pipe: Connection) -> None:
    pipe.close()
    _ours.discard(pipe)


def _send(worker: _Worker, data: memoryview) -> None:
    with contextlib.suppress(OSError):  # it has died: seen when its results are waited for
        worker.pipe.send_bytes(data)


def _run(work: Callable[[T], R] | None, pipe: Connection, foreign: list[Connection], begin: Callable[[], None] | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started this one ends it
    gc.freeze()  # garbage of that process is not this one's to collect: a database in it would wait for threads that are not here
    for other in foreign:
        other.close()
    _ours.clear()
    with contextlib.suppress(EOFError, OSError):
        try:
            if begin is not None:
                begin()
            if work is None:
                work, begin = pipe.recv()
                begin()
            if begin is not None:
                pipe.send(None)
            while True:
                pipe.send(work(pipe.recv()))
        except MemoryError:
            os._exit(_NO_MEMORY)
    os._exit(0)


def _reason(code: int) -> str:
    """Why a process ended, in words."""
    if code == _NO_MEMORY:
        return "it needs more memory than its process may have"
    if code >= 0:
        return f"its process ended with exit code {code}"
    try:
        return f"its process was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"its process was ended by signal {-code}"
