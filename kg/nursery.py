"""Holds one revision and forks workers that share its memory: `python -m kg.nursery SOCKET REVISION`, settings as JSON on standard input.

It has one thread, so that a fork is safe, and does nothing but fork, end and bury workers. Servers connect to its socket
(one datagram a message, JSON):

    {"op": "fork", "nice": N} and a descriptor    a worker that speaks over the descriptor, and steps back for others by N
    {"op": "kill", "pid": N}           end it
    {"op": "stop", "pid": N}           let it wait
    {"op": "nice", "pid": N, "nice": M}     let it run (on), stepping back for others by M
    {"op": "idle", "pid": N}           let it run (on) when nothing else wants the processor
    {"op": "died", "pid": N, "signal": N}   told to the server when a worker of its ends

Workers of a server that hangs up are ended; a nursery without servers leaves after some seconds.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from kg.namespaces import Minter
from kg.revisions.manifest import read
from kg.settings import Settings
from kg.store import open_revision
from kg.user_graphs import user_graphs
from kg.worker import State, graph, query, run

Found = TypeVar("Found")
LEAVE_AFTER, FIRST_AFTER = 5.0, 120.0


class Nursery:
    """Servers by their socket, workers by their process id."""

    def __init__(self, listener: socket.socket, revision: Path, settings: Settings) -> None:
        self._revision, self._settings, self._listener = read(revision), settings, listener
        self._servers: set[socket.socket] = set()
        self._workers: dict[int, socket.socket] = {}
        self._user = user_graphs(settings.store)
        self._on_disk = self._revision.quads > settings.memory_quads and not self._user.log.exists() and not settings.write_token
        # on disk each worker opens the database itself: its threads would not survive a fork
        self._store = None if self._on_disk else _aside(lambda: open_revision(self._revision, sys.maxsize))
        self._jobs = {"query": query, "graph": graph}
        if settings.write_token:
            # the shapes are loaded only where they are needed
            from kg.writes import Writes
            self._jobs |= _aside(lambda: Writes(settings, Minter(settings.base_iri)).jobs())

    def serve(self) -> None:
        """Until nobody needs it."""
        # what lives now lives on: the collector of a forked worker leaves it, and so its memory, untouched
        gc.collect()
        gc.freeze()
        awake, wake = socket.socketpair()
        awake.setblocking(False)
        wake.setblocking(False)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        with selectors.DefaultSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            selector.register(awake, selectors.EVENT_READ)
            quiet_until = time.monotonic() + FIRST_AFTER
            while self._servers or time.monotonic() < quiet_until:
                for key, _ in selector.select(1.0):
                    if key.fileobj is self._listener:
                        server, _ = self._listener.accept()
                        self._servers.add(server)
                        selector.register(server, selectors.EVENT_READ)
                    elif key.fileobj is awake:
                        with contextlib.suppress(BlockingIOError):
                            awake.recv(4096)
                    elif not self._message(key.fileobj):  # type: ignore[arg-type]
                        selector.unregister(key.fileobj)
                        self._hung_up(key.fileobj)  # type: ignore[arg-type]
                        quiet_until = time.monotonic() + LEAVE_AFTER
                self._bury()

    def _message(self, server: socket.socket) -> bool:
        """Do what a server says; False when it has gone."""
        try:
            data, descriptors, _, _ = socket.recv_fds(server, 4096, 1)
        except OSError:
            return False
        if not data:
            return False
        message = json.loads(data)
        if message["op"] == "fork" and descriptors:
            self._fork(server, descriptors[0], message.get("nice", 0))
        elif message.get("pid") in self._workers:
            with contextlib.suppress(OSError):
                if message["op"] == "kill":
                    os.kill(message["pid"], signal.SIGKILL)
                elif message["op"] == "stop":
                    os.kill(message["pid"], signal.SIGSTOP)
                elif message["op"] == "nice":
                    os.kill(message["pid"], signal.SIGCONT)
                    os.setpriority(os.PRIO_PROCESS, message["pid"], os.getpriority(os.PRIO_PROCESS, 0) + message["nice"])
                elif message["op"] == "idle":
                    os.kill(message["pid"], signal.SIGCONT)
                    os.sched_setscheduler(message["pid"], os.SCHED_IDLE, os.sched_param(0))
        return True

    def _fork(self, server: socket.socket, descriptor: int, nice: int) -> None:
        if self._store is not None:
            _aside(lambda: self._user.catch_up(self._store))
        pid = os.fork()
        if pid:
            self._workers[pid] = server
            os.close(descriptor)
            return
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.nice(nice)
        for other in [*self._servers, self._listener]:
            other.close()
        store = self._store if self._store is not None else open_revision(self._revision, 0)
        state = State(store, self._revision.id, None if self._on_disk else self._user, self._settings)
        run(socket.socket(fileno=descriptor), state, self._jobs)

    def _hung_up(self, server: socket.socket) -> None:
        self._servers.discard(server)
        server.close()
        for pid, owner in self._workers.items():
            if owner is server:
                os.kill(pid, signal.SIGKILL)

    def _bury(self) -> None:
        while self._workers:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            server = self._workers.pop(pid, None)
            if server in self._servers:
                told = {"op": "died", "pid": pid, "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0}
                with contextlib.suppress(OSError):
                    server.send(json.dumps(told).encode(), socket.MSG_DONTWAIT)


def _aside(call: Callable[[], Found]) -> Found:
    """What a call gives, made in a thread that then ends. The engine keeps its random numbers by thread: had the one that forks any,
    every worker would begin with the same RAND() and UUID()."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call).result()


def main() -> None:
    """Listen at once, then go on in the background, so that whoever started this can connect when it returns."""
    path, revision = sys.argv[1:3]
    settings = sys.stdin.read()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    listener.bind(path)
    listener.listen(128)
    if os.fork():
        os._exit(0)
    # away from the terminal's signals, but in the server's session: the kernel may share processors out by session first
    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Nursery(listener, Path(revision), Settings.model_validate_json(settings)).serve()


if __name__ == "__main__":
    main()
