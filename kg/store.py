"""The store: revisions of the dataset, one of them published, read with Oxigraph.

    STORE/lock                            held by whoever writes
    STORE/revisions/ID/parts/*.nq         sorted N-Quads: a file for each shared graph, documents in up to 256; ID is the SHA-256
                                          of the list of parts with their checksums
    STORE/revisions/ID/oxigraph/          the same, loaded
    STORE/revisions/ID/manifest.json      parts and files with sizes and checksums, counts, when and by what it was built
    STORE/history                         what was published, in this order (no clock: clocks jump)
    STORE/current -> revisions/ID         the published revision, switched atomically
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.errors import StoreError
from kg.revisions import layout
from kg.revisions.draft import PREFIX, Draft
from kg.revisions.manifest import HINT, Revision, hashed_part, read

__all__ = ["Draft", "Revision", "history", "leftovers", "open_revision", "prune", "publish", "published", "published_path", "rollback",
           "write_revision", "writing"]


def published(store: Path) -> Revision:
    """The published revision, checked cheaply; StoreError where there is none or it is damaged."""
    return read(published_path(store))


def published_path(store: Path) -> Path:
    """Folder of the published revision, whatever its state; StoreError where nothing is published."""
    link = store / "current"
    if not link.is_symlink():
        raise StoreError("no published graph here", place=str(store), hint="make one with: rolegraph build PATHS --store DIR")
    return store / os.readlink(link)


def open_revision(revision: Revision, memory_quads: int = 1_000_000) -> ox.Store:
    """The revision's quads: in memory up to `memory_quads` (every byte is checked then), else read-only from disk."""
    try:
        if revision.quads > memory_quads:
            return ox.Store.read_only(str(revision.database))
        store = ox.Store()
        for name in sorted(revision.parts):
            store.bulk_load(hashed_part(revision, name), ox.RdfFormat.N_QUADS)
        return store
    except (OSError, SyntaxError, RuntimeError) as error:  # the last where the database finds its own checksums wrong
        raise StoreError(f"the revision cannot be opened: {error}", place=str(revision.path), hint=HINT) from error


@contextlib.contextmanager
def writing(store: Path) -> Iterator[list[str]]:
    """Hold the store's lock while writing, and clean up what a build left that died; yields what was cleaned.

    StoreError where another build holds it or the folder cannot be written.
    """
    try:
        (store / "revisions").mkdir(parents=True, exist_ok=True)
        handle = (store / "lock").open("a+b", buffering=0)  # what a buffer still held would be written on closing, disk full or not
    except OSError as error:
        raise StoreError(f"cannot be written: {error.strerror}", place=str(store), hint="name a folder that you may write with --store") from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            handle.seek(0)
            owner = handle.read(20).decode(errors="replace").strip()
            raise StoreError(f"another build{f' (process {owner})' if owner else ''} is writing this store", place=str(store),
                             hint="wait for it, or use another --store") from error
        with contextlib.suppress(OSError):  # the number is a courtesy; a full disk is told of by what needs the room
            handle.truncate(0)
            handle.write(str(os.getpid()).encode())
        try:
            yield [path.name for path in _swept(store)]
        finally:
            _swept(store)  # who is interrupted may be so while cleaning up


def leftovers(store: Path) -> list[Path]:
    """What a build that died has left: unfinished revisions, revisions half removed, a link not yet switched."""
    new_link = store / ".current-new"
    return [*sorted((store / "revisions").glob(f"{PREFIX}*")), *([new_link] if new_link.is_symlink() else [])]


def _swept(store: Path) -> list[Path]:
    found = leftovers(store)
    for path in found:
        if path.is_symlink():
            path.unlink()
        else:
            shutil.rmtree(path, ignore_errors=True)
    return found


def write_revision(store: Path, lines: Iterable[str], manifest: dict) -> Revision:
    """Write N-Quads lines as a new revision (not yet published). Call under `writing`."""
    parts: dict[str, set[bytes]] = defaultdict(set)
    for line in lines:
        data = line.encode()
        parts[layout.part_of(layout.graph_of(data))].add(data)
    with Draft(store) as draft:
        for name, found in sorted(parts.items()):
            draft.put(name, sorted(found))
        return draft.finish(manifest)


def publish(store: Path, revision: Revision) -> None:
    """Make a revision the published one, in one atomic step; readers of the old one go on."""
    try:
        with (store / "history").open("a", encoding="utf-8") as out:
            out.write(json.dumps({"revision": revision.id, "built": revision.manifest.get("built", "")}) + "\n")
            out.flush()
            os.fsync(out.fileno())
        _switch(store, revision.id)
    except OSError as error:
        raise StoreError(f"cannot be published: {error.strerror}", place=str(store),
                         hint="look for free space and rights; the graph published before stays") from error


def history(store: Path) -> list[str]:
    """Revisions that are there, in the order in which they were last published by a build."""
    names: dict[str, None] = {}
    with contextlib.suppress(OSError):
        for line in (store / "history").read_bytes().splitlines():
            with contextlib.suppress(ValueError, KeyError, TypeError):  # a line that was cut or damaged names none
                name = json.loads(line)["revision"]
                names.pop(name, None)
                names[name] = None
    there = {p.name for p in (store / "revisions").iterdir() if p.is_dir() and not p.name.startswith(".")}
    return [*sorted(there - set(names)), *(n for n in names if n in there)]


def rollback(store: Path, name: str = "") -> Revision:
    """Publish an earlier revision again: the one before the published one, or the one whose id begins with `name`."""
    with writing(store):
        known, current = history(store), Path(os.readlink(store / "current")).name if (store / "current").is_symlink() else ""
        before = known[:known.index(current)] if current in known else known
        found = [n for n in known if n.startswith(name)] if name else before[-1:]
        if len(found) != 1:
            raise StoreError(f"{len(found)} revisions begin with {name!r}" if name else "there is no earlier revision", place=str(store),
                             hint=f"revisions here, oldest first: {', '.join(n[:12] for n in known) or 'none'}")
        revision = read(store / "revisions" / found[0])
        _switch(store, revision.id)
        return revision


def prune(store: Path, keep: int) -> list[str]:
    """Remove all but the published and the last published revisions, `keep` in all; returns the ids that went."""
    current = published(store).id
    others = [name for name in history(store) if name != current]
    gone = others[:max(len(others) - max(keep - 1, 0), 0)]
    for name in gone:
        path = store / "revisions" / name
        aside = path.with_name(f"{PREFIX}removed-{name}")
        with contextlib.suppress(OSError):  # what is in the way of removing one is tried again by the next build
            path.rename(aside)  # at once, so that no half revision is ever seen
            shutil.rmtree(aside, ignore_errors=True)
    return gone


def _switch(store: Path, name: str) -> None:
    link = store / ".current-new"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("revisions") / name, target_is_directory=True)
    os.replace(link, store / "current")
    handle = os.open(store, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
