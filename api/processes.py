"""Processes of the server, as descriptors in its event loop: workers that speak frames, and the nursery that forks them."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import socket
import subprocess
import sys
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from api.problems import Problem
from kg.scratch import scratch
from kg.settings import Settings
from kg.store import Revision
from kg.worker import HEAD

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
    trial: bool = False
    behind: bool = False

    def ask(self, job: dict) -> None:
        """Send a job; a long one may block for as long as the worker takes to read it."""
        body = json.dumps(job).encode()
        data = HEAD.pack(len(body), b"J"[0]) + body
        try:
            sent = os.write(self.descriptor, data)
            if sent < len(data):
                os.set_blocking(self.descriptor, True)
                while sent < len(data):
                    sent += os.write(self.descriptor, data[sent:])
                os.set_blocking(self.descriptor, False)
        except OSError:
            self.gone = True

    def leave(self) -> None:
        """It gives its place to another."""
        if self.place is not None:
            self.place.release()
            self.place = None

    def seconds(self) -> float:
        """Processor time that the process has used, in seconds."""
        with contextlib.suppress(OSError), open(f"/proc/{self.pid}/schedstat", encoding="ascii") as handle:
            return int(handle.read().split()[0]) / 1e9
        with contextlib.suppress(OSError), open(f"/proc/{self.pid}/stat", encoding="ascii", errors="replace") as handle:
            fields = handle.read().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return 0.0

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


class Link:
    """The way to the nursery of one revision; a nursery that is not there is started."""

    def __init__(self, settings: Settings, revision: Revision, died: Callable[[int, int], None]) -> None:
        self._settings, self._revision, self._died = settings, revision, died
        self._nursery: list[socket.socket] = []
        own = contextlib.ExitStack()
        self._folder = Path(os.environ["ROLEGRAPH_RUN"]) if "ROLEGRAPH_RUN" in os.environ else own.enter_context(scratch())
        self._loop: asyncio.AbstractEventLoop | None = None
        self._starting = asyncio.Lock()
        self.close = weakref.finalize(self, _close, self._nursery, own)

    def move_to(self, loop: asyncio.AbstractEventLoop) -> None:
        """Another loop runs the server now."""
        self.lose()
        self._loop, self._starting = loop, asyncio.Lock()

    async def fork(self, descriptor: int, nice: int = 0) -> None:
        """Have a worker forked that speaks over the descriptor and steps back for others by `nice`; Problem where that fails."""
        if not self._nursery:
            async with self._starting:
                if not self._nursery:
                    await self._connect()
        try:
            socket.send_fds(self._nursery[0], [json.dumps({"op": "fork", "nice": nice}).encode()], [descriptor])
        except OSError as error:
            self.lose()
            raise Problem(503, "the query processes are being started again", "come again in a moment", {"Retry-After": "1"}) from error

    def tell(self, op: str, pid: int, nice: int = 0) -> None:
        """Have something done with a worker: kill, stop, idle, nice."""
        if self._nursery and pid:
            with contextlib.suppress(OSError):
                self._nursery[0].send(json.dumps({"op": op, "pid": pid, "nice": nice}).encode())

    def lose(self) -> None:
        """Let go of the nursery."""
        while self._nursery:
            nursery = self._nursery.pop()
            if self._loop is not None and not self._loop.is_closed():
                self._loop.remove_reader(nursery.fileno())
            nursery.close()

    async def _connect(self) -> None:
        path = self._folder / f"{self._revision.id[:24]}.socket"
        nursery = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            nursery.connect(str(path))
        except OSError:
            await asyncio.to_thread(_start, path, self._revision.path, self._settings)
            try:
                nursery.connect(str(path))
            except OSError as error:
                nursery.close()
                raise Problem(503, "the query processes cannot be started", str(error)) from error
        nursery.setblocking(False)
        self._nursery.append(nursery)
        asyncio.get_running_loop().add_reader(nursery.fileno(), self._notice, nursery)

    def _notice(self, nursery: socket.socket) -> None:
        """What the nursery says: a worker has ended."""
        try:
            data = nursery.recv(4096)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.lose()
            return
        message = json.loads(data)
        self._died(message["pid"], message["signal"])


def _close(nursery: list[socket.socket], own: contextlib.ExitStack) -> None:
    for link in nursery:
        link.close()
    own.close()


def _start(path: Path, revision: Path, settings: Settings) -> None:
    """Start a nursery; returns when it listens. Two servers that start one at once are kept apart by a lock beside the socket."""
    with open(f"{path}.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as probe, contextlib.suppress(OSError):
            probe.connect(str(path))
            return
        subprocess.run([sys.executable, "-m", "kg.nursery", str(path), str(revision)], input=settings.model_dump_json().encode(), check=False)


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
