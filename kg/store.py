"""The store: revisions of the dataset, one of them published, read with Oxigraph.

    STORE/lock                       held by whoever writes
    STORE/revisions/ID/dataset.nq    sorted N-Quads; ID is their SHA-256
    STORE/revisions/ID/oxigraph/     the same, loaded
    STORE/revisions/ID/manifest.json counts, when and by what it was built, validation summary
    STORE/current -> revisions/ID    the published revision, switched atomically
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox

from kg.errors import StoreError

# below this a store is served from memory and compaction would cost more than all queries on disk gain
OPTIMIZE_FROM = 1_000_000


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision on disk; `manifest` is what was written with it."""

    path: Path
    manifest: dict

    @property
    def id(self) -> str:
        """SHA-256 of the sorted N-Quads."""
        return self.path.name

    @property
    def quads(self) -> int:
        """Number of quads."""
        return self.manifest["quads"]

    @property
    def dataset(self) -> Path:
        """The sorted N-Quads file."""
        return self.path / "dataset.nq"


def published(store: Path) -> Revision:
    """The published revision; StoreError where there is none."""
    link = store / "current"
    try:
        path = link.resolve(strict=True)
        return Revision(path, json.loads((path / "manifest.json").read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise StoreError("no published graph here", place=str(store), hint="make one with: rolegraph build PATHS --store DIR") from error
    except (OSError, ValueError) as error:
        raise StoreError(f"the published revision cannot be read: {error}", place=str(link), hint="build again") from error


def open_revision(revision: Revision, memory_quads: int = 1_000_000) -> ox.Store:
    """The revision's quads: in memory up to `memory_quads`, else read-only from disk."""
    try:
        if revision.quads > memory_quads:
            return ox.Store.read_only(str(revision.path / "oxigraph"))
        store = ox.Store()
        store.bulk_load(path=str(revision.dataset), format=ox.RdfFormat.N_QUADS)
        return store
    except (OSError, SyntaxError) as error:
        raise StoreError(f"the revision cannot be opened: {error}", place=str(revision.path), hint="build again") from error


@contextlib.contextmanager
def writing(store: Path) -> Iterator[Path]:
    """Hold the store's lock while writing; StoreError where another build holds it or the folder cannot be written."""
    try:
        (store / "revisions").mkdir(parents=True, exist_ok=True)
        handle = (store / "lock").open("w", encoding="utf-8")
    except OSError as error:
        raise StoreError(f"cannot be written: {error.strerror}", place=str(store), hint="name a folder that you may write with --store") from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StoreError("another build is writing this store", place=str(store), hint="wait for it, or use another --store") from error
        for leftover in (store / "revisions").glob(".building-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        yield store


class Draft:
    """A revision while it is being written. What is known early is loaded in a thread of its own while the rest is made
    (Oxigraph releases the interpreter's lock). Used under `writing`; leaving the `with` block unfinished removes it."""

    def __init__(self, store: Path, early: Iterable[str] = ()) -> None:
        self._store, self._early = store, early
        try:
            self.folder = Path(tempfile.mkdtemp(prefix=".building-", dir=store / "revisions"))
        except OSError as error:
            raise self._failed(error) from error
        self._pool = ThreadPoolExecutor(1)
        self._loading = self._pool.submit(self._load)

    def __enter__(self) -> Draft:
        return self

    def __exit__(self, *exc: object) -> None:
        self._pool.shutdown(wait=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def finish(self, lines: Iterable[str], late: Iterable[str], manifest: dict) -> Revision:
        """Write all sorted N-Quads `lines`, of which `late` are not yet loaded, and give the revision its name."""
        try:
            name, quads = self._write(lines)
            target = self._store / "revisions" / name
            if target.exists():
                return Revision(target, json.loads((target / "manifest.json").read_text(encoding="utf-8")))
            loaded = self._loading.result()
            loaded.bulk_load("".join(late).encode(), ox.RdfFormat.N_QUADS)
            loaded.flush()
            if quads > OPTIMIZE_FROM:
                loaded.optimize()
            self._loading, loaded = None, None  # closes the database
            manifest = {**manifest, "revision": name, "quads": quads}
            (self.folder / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")
            self.folder.rename(target)
            _sync(target.parent)
            return Revision(target, manifest)
        except (OSError, SyntaxError) as error:
            raise self._failed(error) from error

    def _load(self) -> ox.Store:
        loaded = ox.Store(str(self.folder / "oxigraph"))
        loaded.bulk_load("".join(self._early).encode(), ox.RdfFormat.N_QUADS)
        return loaded

    def _write(self, lines: Iterable[str]) -> tuple[str, int]:
        sha, quads = sha256(), 0
        with (self.folder / "dataset.nq").open("wb") as out:
            for text in lines:
                data = text.encode()
                sha.update(data)
                out.write(data)
                quads += 1
            out.flush()
            os.fsync(out.fileno())
        return sha.hexdigest(), quads

    def _failed(self, error: OSError | SyntaxError) -> StoreError:
        return StoreError(f"the revision cannot be written: {getattr(error, 'strerror', None) or error}", place=str(self._store),
                          hint="look for free space and rights; the published graph is untouched")


def write_revision(store: Path, lines: list[str], manifest: dict) -> Revision:
    """Write sorted N-Quads lines as a new revision (not yet published). Call under `writing`."""
    with Draft(store) as draft:
        return draft.finish(lines, lines, manifest)


def publish(store: Path, revision: Revision) -> None:
    """Make a revision the published one, in one atomic step; readers of the old one go on."""
    link = store / ".current-new"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("revisions") / revision.id, target_is_directory=True)
    os.replace(link, store / "current")
    _sync(store)


def prune(store: Path, keep: int) -> list[str]:
    """Remove all but the published and the newest revisions, `keep` in all; returns the ids that went."""
    current = published(store).path
    others = [p for p in (store / "revisions").iterdir() if p.is_dir() and not p.name.startswith(".") and p != current]
    others.sort(key=lambda p: (-p.stat().st_mtime_ns, p.name))
    gone = others[max(keep - 1, 0):]
    for path in gone:
        shutil.rmtree(path, ignore_errors=True)
    return [p.name for p in gone]


def _sync(folder: Path) -> None:
    """Bring a folder's entries to disk, so that a rename survives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
