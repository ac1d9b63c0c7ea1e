"""The server's side of the worker processes: who is free, who has run long, who has died.

A query starts on a free worker, or on one that is forked for it. Once it has used some hundredths of a second of a processor it
is let run on only when nothing else wants the processor, and only so many at once: the quick ones never wait for it. A query that
was long once is treated so from its beginning; one that was quick has places and workers that unknown ones do not get.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import struct
import weakref
from collections import OrderedDict
from dataclasses import dataclass

from api.problems import Problem
from api.processes import Link, Worker, lost, told
from kg.settings import Settings
from kg.store import Revision

# processor seconds after which a query is a long one, and how often that is looked at
LONG_AFTER, LOOK = 0.03, 0.03
# free workers that are kept for what comes; quick queries at once; long ones that wait for their turn; how long a query waits in line
SPARE, MOST, WAITING, PATIENCE = 24, 24, 16, 10.0
# long and quick queries that are remembered; free workers that only the latter get
KNOWN, KEPT = 1_000, 3


@dataclass(slots=True)
class Reply:
    """A whole answer, or the head of one whose parts come from `rest`."""

    head: dict
    body: bytes = b""
    rest: Parts | None = None


class Parts:
    """The parts of a long answer: call `next` until it gives None, and `close` in any case."""

    def __init__(self, pool: Pool, worker: Worker) -> None:
        self._pool, self._worker, self._ended = pool, worker, False

    async def next(self) -> bytes | None:
        """The next part; Problem where the answer stops before its end."""
        kind, body = await self._pool.frame(self._worker)
        if kind == b"Z"[0]:
            self._ended = True
            if json.loads(body)["cut"]:
                raise Problem(422, "the answer has more rows than allowed", "add LIMIT")
            return None
        if kind == b"E"[0]:
            raise told(json.loads(body))
        return body

    def close(self) -> None:
        """Give the worker back, or end it where parts are left."""
        self._pool.give_back(self._worker, self._ended)


def _close(descriptors: set[int]) -> None:
    for descriptor in descriptors:
        with contextlib.suppress(OSError):
            os.close(descriptor)


class Pool:
    """Workers over one revision, in one event loop."""

    def __init__(self, settings: Settings, revision: Revision) -> None:
        self.revision = revision.id
        self._settings = settings
        self._loop: asyncio.AbstractEventLoop | None = None
        self._free: list[Worker] = []
        self._all: dict[int, Worker] = {}
        self._descriptors: set[int] = set()
        self._known_long: OrderedDict[int, None] = OrderedDict()
        self._known_quick: OrderedDict[int, None] = OrderedDict()
        self._link = Link(settings, revision, self._died)
        self._finalizer = weakref.finalize(self, _close, self._descriptors)

    def _died(self, pid: int, number: int) -> None:
        if worker := self._all.get(pid):
            worker.died_of = number

    def close(self) -> None:
        """Let go of all workers; those at work finish first, where the server waits for them."""
        if self._loop is not None and not self._loop.is_closed():
            for descriptor in self._descriptors:
                self._loop.remove_reader(descriptor)
            self._link.lose()
        self._link.close()
        self._finalizer()

    @property
    def idle(self) -> bool:
        """True while no job is under way."""
        return len(self._free) == len(self._all)

    async def ask(self, job: dict, *, keep: bool = True) -> Reply:
        """Have a job done; Problem where it fails. Without `keep` the worker is not used again after an error."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._move_to(loop)
        digest = hash((job["op"], job.get("text"), job.get("graph")))
        known = digest in self._known_quick
        place = self._express if known else self._long if digest in self._known_long else self._places
        await self._turn(place)
        worker: Worker | None = None
        kept, usable, quick = True, False, False
        try:
            if place is self._places:
                # more at once than the processors can do would only get in each other's way
                await _in_line(self._quick)
                quick = True
            worker = await self._take(loop, 0 if known else KEPT)
            worker.place, worker.quick, kept, quick = place, self._quick if quick else None, False, False
            worker.ask(job)
            if place is self._long:
                self._link.tell("idle", worker.pid)
            kind, body = await self._first(worker, digest)
            if kind == b"S"[0]:
                worker.slower()
                reply, worker = Reply(json.loads(body), rest=Parts(self, worker)), None
                return reply
            if kind == b"E"[0]:
                problem = told(json.loads(body))
                usable = keep and not problem.lost
                raise problem
            if worker.place is not self._long:
                _remember(self._known_quick, digest)
            usable = True
            size, = struct.unpack_from(">I", body)
            return Reply(json.loads(body[4:4 + size]), body[4 + size:])
        finally:
            if kept:
                place.release()
                if quick:
                    self._quick.release()
            elif worker is not None:
                self.give_back(worker, usable)

    async def _first(self, worker: Worker, digest: int) -> tuple[int, bytes]:
        """The first frame of an answer; one that takes long is let run on behind all others, when its turn comes."""
        used = 0.0
        while worker.place is not self._long:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK):
                    return await self.frame(worker)
            worker.slower()
            now = worker.seconds()
            if used and now - used >= LONG_AFTER:
                await self._demote(worker, digest)
            used = used or now
        return await self.frame(worker)

    async def _demote(self, worker: Worker, digest: int) -> None:
        """A worker leaves its place to quick queries and waits for one among the long ones."""
        _remember(self._known_long, digest)
        self._known_quick.pop(digest, None)
        if worker.place is not None:
            worker.place.release()
            worker.place = None
        if self._long.locked():
            self._link.tell("stop", worker.pid)
        await self._turn(self._long)
        worker.place = self._long
        self._link.tell("idle", worker.pid)

    async def _turn(self, place: asyncio.Semaphore) -> None:
        """Wait for a place; Problem where too many wait already or it takes too long."""
        if place is not self._long:
            await _in_line(place)
            return
        if self._waiting >= WAITING:
            raise Problem(503, "too many long queries at once", "come again in a moment", {"Retry-After": "5"})
        self._waiting += 1
        try:
            await _in_line(place)
        finally:
            self._waiting -= 1

    async def frame(self, worker: Worker) -> tuple[int, bytes]:
        """The next frame of a worker; Problem where it has ended."""
        while not worker.frames:
            if worker.gone:
                raise await self._obituary(worker)
            worker.waiter = asyncio.get_running_loop().create_future()
            await worker.waiter
        if worker.paused:
            worker.paused = False
            asyncio.get_running_loop().add_reader(worker.descriptor, worker.readable)
        return worker.frames.pop(0)

    async def _obituary(self, worker: Worker) -> Problem:
        """Why a worker has ended."""
        for _ in range(20):
            if worker.died_of is not None:
                break
            await asyncio.sleep(0.01)
        seconds, memory = self._settings.query_seconds, self._settings.query_memory
        if worker.died_of == signal.SIGALRM:
            return lost(504, f"took longer than {seconds:g} seconds and was stopped", "ask for less, or raise the setting query_seconds")
        return lost(507, f"needed more than {memory} bytes of memory, or broke the query engine", "ask for less; the server goes on")

    async def _take(self, loop: asyncio.AbstractEventLoop, kept: int) -> Worker:
        """A free worker, of which so many are kept for others, or a new one."""
        while len(self._free) > kept:
            worker = self._free.pop()
            if not worker.gone:
                return worker
            self._drop(worker)
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        worker = Worker(ours.detach())
        self._descriptors.add(worker.descriptor)
        try:
            await self._link.fork(theirs.fileno())
        except Problem:
            self._drop(worker)
            raise
        finally:
            theirs.close()
        loop.add_reader(worker.descriptor, worker.readable)
        with contextlib.ExitStack() as failing:
            failing.callback(self._drop, worker)
            _, hello = await self.frame(worker)
            failing.pop_all()
        worker.pid = json.loads(hello)["pid"]
        self._all[worker.pid] = worker
        return worker

    def give_back(self, worker: Worker, usable: bool) -> None:
        """The worker is free again; one that has run long, or has more to say, is ended."""
        quick = worker.place is not self._long
        worker.slower()
        if worker.place is not None:
            worker.place.release()
            worker.place = None
        if usable and quick and not worker.gone and not worker.frames and len(self._free) < SPARE:
            self._free.append(worker)
        else:
            self._link.tell("kill", worker.pid)
            self._drop(worker)

    def _drop(self, worker: Worker) -> None:
        if worker.descriptor in self._descriptors:
            self._descriptors.discard(worker.descriptor)
            if self._loop is not None and not self._loop.is_closed():
                self._loop.remove_reader(worker.descriptor)
            os.close(worker.descriptor)
        self._all.pop(worker.pid, None)

    def _move_to(self, loop: asyncio.AbstractEventLoop) -> None:
        """Another loop runs the server now (as in tests): what belonged to the old one is let go."""
        self._link.move_to(loop)
        for descriptor in self._descriptors:
            os.close(descriptor)
        self._descriptors.clear()
        self._free, self._all, self._loop = [], {}, loop
        self._express = asyncio.Semaphore(MOST)
        self._quick = asyncio.Semaphore(max(2, 2 * (os.cpu_count() or 1) // self._settings.workers))
        self._places, self._long, self._waiting = asyncio.Semaphore(MOST), asyncio.Semaphore(self._settings.long_queries), 0

def _remember(known: OrderedDict[int, None], digest: int) -> None:
    known[digest] = None
    if len(known) > KNOWN:
        known.popitem(last=False)


async def _in_line(places: asyncio.Semaphore) -> None:
    """Wait for a place; Problem where that takes too long."""
    try:
        async with asyncio.timeout(PATIENCE):
            await places.acquire()
    except TimeoutError as error:
        raise Problem(503, "too many queries at once", "come again in a moment", {"Retry-After": "5"}) from error
