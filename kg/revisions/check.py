"""The full check of a revision: every file against its checksum, every part sorted, the database against the parts."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType

import pyoxigraph as ox

from kg.errors import StoreError
from kg.revisions import layout
from kg.revisions.manifest import DATABASE, HINT, Revision, read

THREADS = 4
# the check beside a build steps back for what the build waits for
PATIENT = 10


def faults(path: Path) -> list[str]:
    """What is wrong with the revision in a folder, a line each; empty where all is well."""
    try:
        revision = read(path)
    except StoreError as error:
        return [str(error)]
    return damaged_files(revision) or list(of_database(revision.database, revision.quads))


def damaged_files(revision: Revision, database: bool = True, parent: int = 0) -> list[str]:
    """Files whose bytes are not those that were written, a line each; without those of the database, which can be made from the parts.

    With `parent` given no more are read when that process has gone."""
    expected = {revision.part(name): part.sha256 for name, part in revision.parts.items()}
    expected |= {revision.path / name: sha for name, (_, sha) in revision.manifest["files"].items()
                 if database or not name.startswith(f"{DATABASE}/")}
    with ThreadPoolExecutor(THREADS) as pool:
        return [line for line in pool.map(lambda item: "" if parent and os.getppid() != parent else _fault(item), expected.items()) if line]


class Checking:
    """The files of a revision checked by a process of their own, while the revision is used already; of none there is no damage.

    A context. It ends quietly, whatever went wrong in it, where the revision turns out to be damaged: `damage` says so afterwards."""

    def __init__(self, revision: Revision | None) -> None:
        self._revision, self._process = revision, None
        self._damage: list[str] | None = None if revision else []

    def __enter__(self) -> Checking:
        if self._revision is not None:
            context = multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn")
            self._pipe, theirs = context.Pipe(duplex=False)
            self._process = context.Process(target=_check, args=(self._revision, theirs, os.getpid()), daemon=True)
            with contextlib.suppress(OSError):  # no further process: this one checks when it is asked
                self._process.start()
            theirs.close()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool:
        ended = kind is not None and issubclass(kind, KeyboardInterrupt | SystemExit | GeneratorExit)
        damaged = kind is not None and not ended and bool(self.damage)
        if self._process is not None:
            self._pipe.close()
            if self._process.pid is not None:
                self._process.kill()
                self._process.join()
        return damaged

    @property
    def damage(self) -> list[str]:
        """Files whose bytes are not those that were written, a line each; waits for the check."""
        if self._damage is None:
            try:
                self._damage = self._pipe.recv()
            except (EOFError, OSError):  # the process could not be started, or was ended
                self._damage = damaged_files(self._revision)
        return self._damage

    def sound(self) -> None:
        """Wait until every file has been checked; StoreError where one is damaged."""
        if self.damage:
            raise StoreError(self.damage[0], place=str(self._revision.path), hint=HINT)


def _check(revision: Revision, pipe: Connection, parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started this one ends it
    os.nice(PATIENT)
    gc.freeze()  # and collects its own garbage: a database in it would wait for threads that are not here
    with contextlib.suppress(OSError):
        pipe.send(damaged_files(revision, parent=parent))
    os._exit(0)


def _fault(item: tuple[Path, str]) -> str:
    path, sha = item
    try:
        return "" if layout.hashed(path) == sha else f"{path}: its bytes are not those that were written"
    except OSError as error:
        return f"{path}: cannot be read: {error.strerror}"


def of_database(path: Path, quads: int) -> Iterator[str]:
    try:
        found = len(ox.Store.read_only(str(path)))
    except (OSError, RuntimeError) as error:
        yield f"{path}: cannot be opened: {error}"
        return
    if found != quads:
        yield f"{path}: holds {found:,} quads where the parts hold {quads:,}"
