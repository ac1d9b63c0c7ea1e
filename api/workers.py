"""The server's side of the worker processes: who is free, who has run long, who has died.

A query starts on a free worker, or on one that is forked for it. After a tenth of a second it is let run on only when nothing
else wants the processor, and only so many at once: the quick ones never wait for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import weakref
from dataclasses import dataclass, field
from pathlib import Path

from api.problems import Problem
from kg.settings import Settings
from kg.store import Revision
from kg.worker import HEAD

LONG_AFTER = 0.1
# free workers that are kept for what comes; quick queries at once; long ones that wait for their turn; how long a query waits in line
SPARE, MOST, WAITING, PATIENCE = 8, 48, 16, 10.0
READ = 1 << 18


@dataclass(slots=True, eq=False)
class Worker:
    """One process behind a descriptor; frames arrive in `frames`."""

    descriptor: int
    pid: int = 0
    buffer: bytearray = field(default_factory=bytearray)
    frames: list[tuple[int, bytes]] = field(default_factory=list)
    waiter: asyncio.Future | None = None
    gone: bool = False
    paused: bool = False
    died_of: int | None = None
    place: asyncio.Semaphore | None = None

    def readable(self) -> None:
        """Called by the loop; reads what is there and wakes who waits for a frame."""
        try:
            data = os.read(self.descriptor, READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.gone = True
        self.buffer += data
        while len(self.buffer) >= HEAD.size:
            size, kind = HEAD.unpack_from(self.buffer)
            end = HEAD.size + size
            if len(self.buffer) < end:
                break
            self.frames.append((kind, bytes(self.buffer[HEAD.size:end])))
            del self.buffer[:end]
        if len(self.frames) > 1 and not self.gone:
            # the client is slower than the worker: the worker waits
            self.paused = True
            asyncio.get_running_loop().remove_reader(self.descriptor)
        if (self.frames or self.gone) and self.waiter and not self.waiter.done():
            self.waiter.set_result(None)


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


def _close(descriptors: set[int], sockets: list[socket.socket], folder: tempfile.TemporaryDirectory) -> None:
    for nursery in sockets:
        nursery.close()
    for descriptor in descriptors:
        with contextlib.suppress(OSError):
            os.close(descriptor)
    folder.cleanup()


class Pool:
    """Workers over one revision, in one event loop."""

    def __init__(self, settings: Settings, revision: Revision) -> None:
        self.revision = revision.id
        self._settings, self._path = settings, revision.path
        self._loop: asyncio.AbstractEventLoop | None = None
        self._free: list[Worker] = []
        self._all: dict[int, Worker] = {}
        self._descriptors: set[int] = set()
        self._nursery: list[socket.socket] = []
        self._own = tempfile.TemporaryDirectory(prefix="rolegraph-")
        self._finalizer = weakref.finalize(self, _close, self._descriptors, self._nursery, self._own)

    def close(self) -> None:
        """Let go of all workers; those at work finish first, where the server waits for them."""
        if self._loop is not None and not self._loop.is_closed():
            for descriptor in [*self._descriptors, *(n.fileno() for n in self._nursery)]:
                self._loop.remove_reader(descriptor)
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
        await _in_line(self._places)
        try:
            worker = await self._take(loop)
        except BaseException:
            self._places.release()
            raise
        worker.place, usable = self._places, False
        try:
            _write(worker, json.dumps(job).encode())
            kind, body = await self._first(worker)
            if kind == b"S"[0]:
                reply, worker = Reply(json.loads(body), rest=Parts(self, worker)), None
                return reply
            if kind == b"E"[0]:
                problem = told(json.loads(body))
                usable = keep and not problem.lost
                raise problem
            usable = True
            size, = struct.unpack_from(">I", body)
            return Reply(json.loads(body[4:4 + size]), body[4 + size:])
        finally:
            if worker is not None:
                self.give_back(worker, usable)

    async def _first(self, worker: Worker) -> tuple[int, bytes]:
        """The first frame of an answer; one that takes long is let run on behind all others, when its turn comes."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LONG_AFTER):
                return await self.frame(worker)
        assert worker.place is not None
        worker.place.release()
        worker.place = None
        if self._long.locked():
            if self._waiting >= WAITING:
                raise Problem(503, "too many long queries at once", "come again in a moment", {"Retry-After": "5"})
            self._tell({"op": "stop", "pid": worker.pid})
            self._waiting += 1
            try:
                await _in_line(self._long)
            finally:
                self._waiting -= 1
        else:
            await self._long.acquire()
        worker.place = self._long
        self._tell({"op": "idle", "pid": worker.pid})
        return await self.frame(worker)

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

    async def _take(self, loop: asyncio.AbstractEventLoop) -> Worker:
        """A free worker, or a new one."""
        while self._free:
            worker = self._free.pop()
            if not worker.gone:
                return worker
            self._drop(worker)
        if not self._nursery:
            async with self._starting:
                if not self._nursery:
                    await self._connect(loop)
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        worker = Worker(ours.detach())
        self._descriptors.add(worker.descriptor)
        try:
            socket.send_fds(self._nursery[0], [b'{"op": "fork"}'], [theirs.fileno()])
        except OSError as error:
            self._lose_nursery()
            self._drop(worker)
            raise Problem(503, "the query processes are being started again", "come again in a moment", {"Retry-After": "1"}) from error
        finally:
            theirs.close()
        loop.add_reader(worker.descriptor, worker.readable)
        try:
            _, hello = await self.frame(worker)
        except BaseException:
            self._drop(worker)
            raise
        worker.pid = json.loads(hello)["pid"]
        self._all[worker.pid] = worker
        return worker

    def give_back(self, worker: Worker, usable: bool) -> None:
        """The worker is free again; one that has run long, or has more to say, is ended."""
        quick = worker.place is not self._long
        if worker.place is not None:
            worker.place.release()
            worker.place = None
        if usable and quick and not worker.gone and not worker.frames and len(self._free) < SPARE:
            self._free.append(worker)
        else:
            self._tell({"op": "kill", "pid": worker.pid})
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
        for nursery in self._nursery:
            nursery.close()
        for descriptor in self._descriptors:
            os.close(descriptor)
        self._nursery.clear()
        self._descriptors.clear()
        self._free, self._all, self._loop = [], {}, loop
        self._places, self._long, self._waiting = asyncio.Semaphore(MOST), asyncio.Semaphore(self._settings.long_queries), 0
        self._starting = asyncio.Lock()

    async def _connect(self, loop: asyncio.AbstractEventLoop) -> None:
        folder = Path(os.environ.get("ROLEGRAPH_RUN", self._own.name))
        path = folder / f"{self.revision[:24]}.socket"
        nursery = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for start in (False, True):
            if start:
                await asyncio.to_thread(_start, path, self._path, self._settings)
            try:
                nursery.connect(str(path))
                break
            except OSError as error:
                if start:
                    nursery.close()
                    raise Problem(503, "the query processes cannot be started", str(error)) from error
        nursery.setblocking(False)
        self._nursery.append(nursery)
        loop.add_reader(nursery.fileno(), self._notice, nursery)

    def _notice(self, nursery: socket.socket) -> None:
        """What the nursery says."""
        try:
            data = nursery.recv(4096)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._lose_nursery()
            return
        message = json.loads(data)
        if worker := self._all.get(message["pid"]):
            worker.died_of = message["signal"]

    def _lose_nursery(self) -> None:
        while self._nursery:
            nursery = self._nursery.pop()
            if self._loop is not None:
                self._loop.remove_reader(nursery.fileno())
            nursery.close()

    def _tell(self, message: dict) -> None:
        if self._nursery and message["pid"]:
            with contextlib.suppress(OSError):
                self._nursery[0].send(json.dumps(message).encode())


async def _in_line(places: asyncio.Semaphore) -> None:
    """Wait for a place; Problem where that takes too long."""
    try:
        async with asyncio.timeout(PATIENCE):
            await places.acquire()
    except TimeoutError as error:
        raise Problem(503, "too many queries at once", "come again in a moment", {"Retry-After": "5"}) from error


def _start(path: Path, revision: Path, settings: Settings) -> None:
    """Start a nursery; returns when it listens. Two servers that start one at once are kept apart by a lock beside the socket."""
    import fcntl
    with open(f"{path}.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as probe, contextlib.suppress(OSError):
            probe.connect(str(path))
            return
        subprocess.run([sys.executable, "-m", "kg.nursery", str(path), str(revision)], input=settings.model_dump_json().encode(), check=False)


def _write(worker: Worker, body: bytes) -> None:
    """Send a job; a long one may block for as long as the worker takes to read it."""
    data = HEAD.pack(len(body), b"J"[0]) + body
    try:
        sent = os.write(worker.descriptor, data)
        if sent < len(data):
            os.set_blocking(worker.descriptor, True)
            os.write(worker.descriptor, data[sent:])
            os.set_blocking(worker.descriptor, False)
    except OSError:
        worker.gone = True


def lost(status: int, detail: str, hint: str) -> Problem:
    """A problem after which the worker is not used again."""
    problem = Problem(status, detail, hint)
    problem.lost = True
    return problem


def told(error: dict) -> Problem:
    """The problem that a worker's error stands for."""
    kind, place, reason, hint = error["kind"], error.get("place", ""), error["reason"], error.get("hint", "")
    if place == "accept":
        return Problem(406, "cannot answer this in a media type that you accept", "accept one of " + hint)
    status = {"refused": 403, "query": 400, "store": 503, "cut": 422, "memory": 507}.get(kind, 500)
    if place == "missing":
        status, place = 404, ""
    if error.get("report"):
        status = 422
    if "longer than" in hint or "bytes long" in reason:
        status = 413
    problem = Problem(status, f"{place}: {reason}" if place else reason, hint)
    problem.members = {"report": error["report"]} if error.get("report") else {}
    problem.lost = kind == "memory"
    return problem
