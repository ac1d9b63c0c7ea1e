"""The server's side of the worker processes: who is free, who has run long, who has died.

A query starts on a free worker, or on one that is forked for it. Once it has used some hundredths of a second of a processor it
is let run on only when nothing else wants the processor, and only so many at once: the quick ones never wait for it. An answer in
parts steps back too. A query that was long once is treated so from its beginning. One that was quick has places that others do
not get; so have clients whose last query was quick. All other queries are on trial: a few at once, behind the processes of these.
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
from dataclasses import dataclass

from api.lanes import Lanes
from api.problems import Problem
from api.processes import Link, Worker, lost, told
from kg.settings import Settings
from kg.store import Revision

# processor seconds after which a query is a long one, and how often that is looked at
LONG_AFTER, LOOK = 0.03, 0.01
# free workers that are kept for what comes
SPARE = 24
# how much queries on trial and answers in parts step back: a fifth and a tenth of the processor time that others get. To let the
# latter run only when nothing else does would cut them off on a busy machine: they must end in time
TRIAL_NICE, PARTS_NICE = 7, 10


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
        # free workers, apart those for queries on trial
        self._free: dict[bool, list[Worker]] = {False: [], True: []}
        self._all: dict[int, Worker] = {}
        self._descriptors: set[int] = set()
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
        return sum(map(len, self._free.values())) == len(self._all)

    async def ask(self, job: dict, *, keep: bool = True, client: object = None) -> Reply:
        """Have a job done; Problem where it fails. Without `keep` the worker is not used again after an error. `client` is whoever
        asks, as far as can be told."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._move_to(loop)
        digest = hash((job["op"], job.get("text"), job.get("graph")))
        lanes = self._lanes
        place = lanes.of(digest, client)
        await lanes.enter(place)
        worker: Worker | None = None
        taken, usable = False, False
        try:
            worker = await self._take(loop, place in (lanes.trial, lanes.long))
            worker.place, taken = place, True
            begun = worker.seconds()
            worker.ask(job)
            if place is lanes.long:
                self._behind(worker)
            kind, body = await self._first(worker, digest, client)
            if kind == b"S"[0]:
                await self._step_back(worker, lanes.streams)
                reply, worker = Reply(json.loads(body), rest=Parts(self, worker)), None
                return reply
            if kind == b"E"[0]:
                problem = told(json.loads(body))
                usable = keep and not problem.lost
                raise problem
            if not worker.behind:
                lanes.was_quick(digest, client)
            elif place is lanes.long and worker.seconds() - begun < LONG_AFTER:
                lanes.no_longer(digest)
            usable = True
            size, = struct.unpack_from(">I", body)
            return Reply(json.loads(body[4:4 + size]), body[4 + size:])
        finally:
            if worker is not None:
                self.give_back(worker, usable)
            elif not taken:
                place.release()

    async def _first(self, worker: Worker, digest: int, client: object) -> tuple[int, bytes]:
        """The first frame of an answer; one that takes long is let run on behind all others, when its turn comes."""
        before, used = -1.0, 0.0
        while not worker.behind:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK):
                    return await self.frame(worker)
            now = worker.seconds()
            # a machine that is held up, as virtual ones are, counts that as the process's time: much at once is no sign of a long query
            used += min(now - before, 2 * LOOK) if before >= 0 else 0.0
            before = now
            if used >= LONG_AFTER:
                self._lanes.was_long(digest, client)
                await self._step_back(worker, self._lanes.long)
        return await self.frame(worker)

    async def _step_back(self, worker: Worker, place: asyncio.Semaphore) -> None:
        """A worker leaves its place to quick queries, waits for another, and then runs on behind others; there is no way back for it."""
        worker.leave()
        if place.locked():
            self._link.tell("stop", worker.pid)
        await self._lanes.enter(place)
        worker.place = place
        self._behind(worker)

    def _behind(self, worker: Worker) -> None:
        worker.behind = True
        if worker.place is self._lanes.long:
            self._link.tell("idle", worker.pid)
        else:
            self._link.tell("nice", worker.pid, PARTS_NICE)

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
        # told by the nursery, which on a busy machine may come to it late
        for _ in range(300):
            if worker.died_of is not None:
                break
            await asyncio.sleep(0.01)
        seconds, memory = self._settings.query_seconds, self._settings.query_memory
        if worker.died_of == signal.SIGALRM:
            return lost(504, f"took longer than {seconds:g} seconds and was stopped", "ask for less, or raise the setting query_seconds")
        return lost(507, f"needed more than {memory} bytes of memory, or broke the query engine", "ask for less; the server goes on")

    async def _take(self, loop: asyncio.AbstractEventLoop, trial: bool) -> Worker:
        """A free worker, for a query on trial or another, or a new one."""
        free = self._free[trial]
        while free:
            worker = free.pop()
            if not worker.gone:
                return worker
            self._drop(worker)
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        worker = Worker(ours.detach(), trial=trial)
        self._descriptors.add(worker.descriptor)
        try:
            await self._link.fork(theirs.fileno(), TRIAL_NICE if trial else 0)
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
        worker.leave()
        free = self._free[worker.trial]
        if usable and not worker.behind and not worker.gone and not worker.frames and len(free) < SPARE:
            free.append(worker)
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
        self._free, self._all, self._loop = {False: [], True: []}, {}, loop
        self._lanes = Lanes(self._settings.workers, self._settings.long_queries)
