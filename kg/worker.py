"""A process that answers queries and makes writes for the server, one job at a time, under a deadline and a memory bound.

Forked by `kg.nursery`. It speaks frames over its socket: eight bytes of length, one of kind, then JSON and, for parts of an
answer, bytes. A job that runs too long is ended by the kernel (SIGALRM), one that takes too much memory by its own allocator.

    J job (JSON)                       to the worker
    H hello, E error (JSON)            from the worker
    A whole answer: 4 bytes of length of a JSON head, the head, the body
    S head of an answer in parts (JSON), C part (bytes), Z end (JSON)
"""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pyoxigraph as ox

from kg import query as queries
from kg.admission import admit
from kg.answers import Cut, Sink
from kg.errors import QueryError, RefusedError, RoleGraphError, StoreError
from kg.settings import Settings
from kg.user_graphs import UserGraphs

READING = frozenset(("query", "graph"))
# an answer up to this size goes out whole, with its length and a tag; what is longer goes in parts
WHOLE = 4_000_000
# the largest part: the server passes parts on between other answers
PART = 200_000
HEAD = struct.Struct(">QB")


@dataclass(slots=True)
class State:
    """What a worker knows: the quads, the revision's name, the user graphs it has read."""

    store: ox.Store
    revision: str
    user: UserGraphs | None
    settings: Settings

    @property
    def id(self) -> str:
        """Name of the state of the dataset."""
        return state_id(self.revision, self.user.digest if self.user else "")


def state_id(revision: str, digest: str) -> str:
    """Name of a dataset: its revision and the state of its user graphs."""
    return f"{revision[:16]}-{digest[:16]}" if digest else revision[:16]


class Channel:
    """Frames over a stream socket."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def send(self, kind: bytes, *parts: bytes) -> None:
        """One frame."""
        size = sum(map(len, parts))
        self._sock.sendall(b"".join((HEAD.pack(size, kind[0]), *parts)))

    def receive(self) -> dict | None:
        """The next job, None when the server has gone."""
        head = self._exactly(HEAD.size)
        if head is None:
            return None
        body = self._exactly(HEAD.unpack(head)[0])
        return None if body is None else json.loads(body)

    def _exactly(self, size: int) -> bytes | None:
        if not size:
            return b""
        part = self._sock.recv(size)
        if len(part) == size:
            return part
        parts, missing = [part], size - len(part)
        while part and missing:
            part = self._sock.recv(min(missing, 1_000_000))
            parts.append(part)
            missing -= len(part)
        return None if missing else b"".join(parts)


def run(sock: socket.socket, state: State, jobs: dict[str, Callable]) -> None:
    """Do jobs until the server hangs up; never returns."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _bound(state.settings.query_memory)
    channel, code = Channel(sock), 0
    try:
        channel.send(b"H", json.dumps({"pid": os.getpid()}).encode())
        while (job := channel.receive()) is not None:
            signal.setitimer(signal.ITIMER_REAL, state.settings.query_seconds)
            clean = _do(channel, state, job, jobs)
            signal.setitimer(signal.ITIMER_REAL, 0)
            if not clean:
                break
    except (BrokenPipeError, ConnectionResetError):
        code = 1
    finally:
        sys.stderr.flush()
        os._exit(code)


def _do(channel: Channel, state: State, job: dict, jobs: dict[str, Callable]) -> bool:
    """One job; False where the worker's copy of the quads is no longer what is published."""
    clean = job["op"] in READING
    try:
        if state.user is not None:
            state.user.catch_up(state.store)
        clean = jobs[job["op"]](channel, state, job) is not False
    except RoleGraphError as error:
        channel.send(b"E", json.dumps(_told(error)).encode())
    except RuntimeError as error:  # a database that finds its own checksums wrong
        channel.send(b"E", json.dumps(_told(StoreError(f"could not be read: {error}", hint="rolegraph verify"))).encode())
        return False
    except MemoryError:
        channel.send(b"E", json.dumps({"kind": "memory", "reason": "needs more memory than it may take", "hint": "setting query_memory"}).encode())
        return False
    return clean


def _told(error: RoleGraphError) -> dict:
    kinds = {RefusedError: "refused", QueryError: "query", StoreError: "store", Cut: "cut"}
    return {"kind": next((kinds[c] for c in type(error).__mro__ if c in kinds), "error"), "reason": error.reason, "place": error.place,
            "hint": error.hint, "report": getattr(error, "report", None)}


def query(channel: Channel, state: State, job: dict) -> None:
    """Answer a query: `text`, `default`, `named`, `table` and `graph` (short names of formats, "" where none is wanted)."""
    chosen, text = state.settings, job["text"]
    sources = admit(text, max_bytes=chosen.max_query_bytes, max_nesting=chosen.max_nesting, max_patterns=chosen.max_patterns)
    for iri in sources:
        if ":" in iri and not state.store.contains_named_graph(ox.NamedNode(iri)):
            raise RefusedError(f"FROM <{iri}>: there is no such graph here, and nothing is fetched", hint="name a graph of this dataset")
    result = queries.run(state.store, text, default_graphs=job["default"], named_graphs=job["named"], union=chosen.union_default_graph,
                         base=chosen.base_iri)
    graph = queries.is_graph(result)
    form = job["graph"] if graph else job["table"]
    if not form:
        raise RefusedError("not acceptable", place="accept", hint=", ".join(queries.GRAPHS if graph else queries.RESULTS))
    answer(channel, state, result, form, job.get("rows", chosen.max_rows))


def answer(channel: Channel, state: State, result: object, form: str, rows: int) -> None:
    """Send a result: whole, or in parts where it is long."""
    head = {"form": form, "state": state.id, "boolean": isinstance(result, ox.QueryBoolean)}
    started = False

    def part(data: bytes) -> None:
        nonlocal started
        if not started:
            channel.send(b"S", json.dumps(head).encode())
            started = True
        for begin in range(0, len(data), PART):
            channel.send(b"C", data[begin:begin + PART])

    sink = Sink(form, rows, WHOLE, part)
    sink.take(result)
    if started:
        sink.flush()
        channel.send(b"Z", json.dumps({"cut": sink.cut}).encode())
        return
    told = json.dumps({**head, "cut": sink.cut}).encode()
    channel.send(b"A", struct.pack(">I", len(told)), told, sink.body())


def graph(channel: Channel, state: State, job: dict) -> None:
    """Graph Store Protocol, GET: `graph` ("" for the unnamed one) in the format `form`."""
    name = ox.NamedNode(job["graph"]) if job["graph"] else ox.DefaultGraph()
    if job["graph"] and not state.store.contains_named_graph(name):
        raise RefusedError(f"there is no graph <{job['graph']}> here", place="missing")
    found = (quad.triple for quad in state.store.quads_for_pattern(None, None, None, name))
    answer(channel, state, found, job["form"], state.settings.max_rows)


def _bound(memory: int) -> None:
    """What the process may take beyond what it shares with its parent."""
    with open("/proc/self/statm", encoding="ascii") as handle:
        now = int(handle.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + memory, now + memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
