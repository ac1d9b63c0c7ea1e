"""User graphs: what clients write beside the built graphs, kept apart from revisions, so that every new build finds them again.

    STORE/user/lock   held by whoever writes
    STORE/user/log    transactions, each `T BYTES SHA256` and then its lines: `- QUAD` taken away, `+ QUAD` added, `d IRI` a graph
                      dropped, `c IRI` a graph made (it may be empty)

A transaction counts once it is whole and its chained digest is right; what a killed writer left at the end is not read, and the
next writer removes it. The digest of the last transaction names the state.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox

from kg.errors import StoreError
from kg.namespaces import Minter

EMPTY = ""


def protected(graph: str, minter: Minter) -> bool:
    """True for the graphs that builds make: no client writes them."""
    return graph.startswith(minter.graph(""))


@dataclass(frozen=True, slots=True)
class Change:
    """What one transaction takes away and adds: quads as N-Quads lines, graphs by their IRIs."""

    removed: frozenset[bytes] = frozenset()
    added: frozenset[bytes] = frozenset()
    dropped: frozenset[str] = frozenset()
    created: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.removed or self.added or self.dropped or self.created)

    def quads(self) -> list[ox.Quad]:
        """All quads that come or go."""
        return [*_quads(self.removed), *_quads(self.added)]


@dataclass(slots=True)
class UserGraphs:
    """A reader of the log, as far as it has read. `digest` names the state that it has reached."""

    folder: Path
    offset: int = 0
    digest: str = EMPTY
    _seen: tuple[int, int] = field(default=(0, 0))

    @property
    def log(self) -> Path:
        """The file of transactions."""
        return self.folder / "log"

    def behind(self) -> bool:
        """Whether the file has changed since the last look; costs one stat."""
        return self._stamp() != self._seen

    def changes(self) -> Iterator[Change]:
        """Transactions since the last call; StoreError where the log is not the one read before."""
        stamp = self._stamp()
        if stamp == self._seen:
            return
        if stamp[1] < self.offset:
            raise StoreError("the user graphs were replaced while they were read", place=str(self.log), hint="restart the server")
        with self.log.open("rb") as handle:
            handle.seek(self.offset)
            while found := _next(handle, self.digest):
                payload, digest = found
                self.offset, self.digest = handle.tell(), digest
                yield _parse(payload)
        self._seen = stamp

    def catch_up(self, store: ox.Store) -> None:
        """Bring a store that has the state last read to the newest one."""
        if self.behind():
            for change in self.changes():
                apply(store, change)

    def append(self, change: Change) -> None:
        """Write a transaction durably. Call under `writing`, with everything before it read."""
        marked = ((b"- ", change.removed), (b"+ ", change.added), (b"d ", map(str.encode, change.dropped)), (b"c ", map(str.encode, change.created)))
        payload = b"".join(mark + line + b"\n" for mark, lines in marked for line in sorted(lines))
        digest = _chained(self.digest, payload)
        try:
            with self.log.open("r+b" if self.log.exists() else "w+b") as handle:
                handle.truncate(self.offset)
                handle.seek(self.offset)
                handle.write(b"T %d %s\n" % (len(payload), digest.encode()) + payload)
                handle.flush()
                os.fsync(handle.fileno())
                self.offset, self.digest = handle.tell(), digest
        except OSError as error:
            raise StoreError(f"cannot be written: {error.strerror}", place=str(self.log), hint="look for free space and rights") from error
        self._seen = self._stamp()

    def _stamp(self) -> tuple[int, int]:
        try:
            found = os.stat(self.log)
        except FileNotFoundError:
            return 0, 0
        return found.st_mtime_ns, found.st_size


def user_graphs(store: Path) -> UserGraphs:
    """A reader at the beginning of a store's log."""
    return UserGraphs(store / "user")


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the lock of the user graphs; waits for another writer. The kernel lets go of it when a process dies."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = (folder / "lock").open("w", encoding="utf-8")
    except OSError as error:
        raise StoreError(f"cannot be written: {error.strerror}", place=str(folder)) from error
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def apply(store: ox.Store, change: Change) -> None:
    """Make a change in a store."""
    for quad in _quads(change.removed):
        store.remove(quad)
    for graph in change.dropped:
        store.remove_graph(ox.NamedNode(graph))
    for graph in change.created:
        store.add_graph(ox.NamedNode(graph))
    store.extend(_quads(change.added))


def _next(handle: object, before: str) -> tuple[bytes, str] | None:
    """The next whole transaction's payload and digest; None where there is none (yet)."""
    head = handle.readline(200)  # type: ignore[attr-defined]
    parts = head.split()
    if len(parts) != 3 or parts[0] != b"T" or not parts[1].isdigit() or not head.endswith(b"\n"):
        return None
    payload = handle.read(int(parts[1]))  # type: ignore[attr-defined]
    digest = parts[2].decode("ascii", "replace")
    return (payload, digest) if len(payload) == int(parts[1]) and _chained(before, payload) == digest else None


def _chained(before: str, payload: bytes) -> str:
    return sha256(before.encode() + b"\n" + payload).hexdigest()


def _parse(payload: bytes) -> Change:
    lines: dict[bytes, set[bytes]] = {mark: set() for mark in (b"-", b"+", b"d", b"c")}
    for line in payload.split(b"\n")[:-1]:
        lines[line[:1]].add(line[2:])
    dropped, created = (frozenset(line.decode() for line in lines[mark]) for mark in (b"d", b"c"))
    return Change(frozenset(lines[b"-"]), frozenset(lines[b"+"]), dropped, created)


def _quads(lines: Iterable[bytes]) -> Iterable[ox.Quad]:
    return ox.parse(b"\n".join(sorted(lines)), ox.RdfFormat.N_QUADS)
