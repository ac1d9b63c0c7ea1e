"""A revision while it is being written: parts are sorted and hashed, the database is filled, then all gets its name at once.

Nothing outside the draft's folder changes before `finish`; leaving the `with` block removes what was not finished. A draft
that starts from an earlier revision shares its files by hard links and writes only what differs.
"""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyoxigraph as ox

from kg.allocation import give_back
from kg.errors import StoreError
from kg.revisions import layout
from kg.revisions.check import faults
from kg.revisions.layout import Part
from kg.revisions.manifest import DATABASE, FILE, PARTS, Revision, part_file, read, write

PREFIX, SPILL, WORKING, LOADING = ".building-", "spill", "working", "loading"
# below this compaction would cost more than all queries on disk gain
OPTIMIZE_FROM = 1_000_000
# bytes that are loaded at once
LOAD = 100_000_000
_BLOCK = 1_000_000
# files that are brought to disk and hashed at once
READERS = 4
# what RocksDB may write while it only reads
_UNHASHED = ("LOG", "LOCK")


class Draft:
    """Used under `kg.store.writing`; `base` is the revision to start from, else it starts empty."""

    def __init__(self, store: Path, base: Revision | None = None) -> None:
        self.revisions, self.base = store / "revisions", base
        self.parts: dict[str, Part] = dict(base.parts) if base else {}
        self._unloaded: list[str] = []
        self._database: ox.Store | None = None
        self._compacted = False
        with self.failing(), contextlib.ExitStack() as unfinished:
            self.folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=self.revisions))
            unfinished.callback(shutil.rmtree, self.folder, ignore_errors=True)
            (self.folder / PARTS).mkdir()
            if base:
                self._share(base)
            unfinished.pop_all()

    def __enter__(self) -> Draft:
        return self

    def __exit__(self, *exc: object) -> None:
        self._database = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def part(self, name: str) -> Path:
        """File of a part."""
        return part_file(self.folder, name)

    def put(self, name: str, lines: Iterable[bytes], loaded: bool = False) -> None:
        """Write a part from sorted lines; `loaded`: the database has them already."""
        with self.failing():
            self._made(name, layout.write(part_file(self.folder, name), lines), loaded)

    def share(self, revision: Revision, name: str) -> None:
        """Take over a part of another revision as it is."""
        with self.failing():
            _link(revision.part(name), part_file(self.folder, name))
            self._made(name, revision.parts[name])

    def put_unsorted(self, *sources: tuple[str, Path]) -> None:
        """Write parts, each from a file of lines in any order, which goes then. Where one is brought to disk another is sorted."""
        def written(source: tuple[str, Path]) -> Part:
            return layout.sort(source[1], part_file(self.folder, source[0]), layout.RUN // min(len(sources), READERS))

        with self.failing(), ThreadPoolExecutor(READERS) as pool:
            for (name, path), part in zip(sources, pool.map(written, sources), strict=True):
                self._made(name, part)
                path.unlink()

    def adopt(self, name: str, source: Path, part: Part) -> None:
        """Take over a finished part by moving its file here."""
        with self.failing():
            source.replace(part_file(self.folder, name))
            self._made(name, part)

    def change(self, name: str, removed: Iterable[bytes], added: Iterable[bytes]) -> None:
        """Change a part of the base; the database is not touched."""
        target = part_file(self.folder, name)
        fresh = target.with_suffix(".new")
        with self.failing():
            if name not in self.parts:
                target.write_bytes(b"")
            made = layout.splice(target, fresh, removed, added)
            fresh.replace(target)
            before = self.parts.get(name, Part(0, 0, ""))
            self.parts[name] = Part(before.quads + made.quads, made.size, made.sha256)
            if not self.parts[name].quads:
                del self.parts[name]
                target.unlink()
                self._unloaded = [other for other in self._unloaded if other != name]

    def restart(self) -> None:
        """Keep the documents' parts and forget what was made of them; nobody may hold the database any more."""
        with self.failing():
            self._database, self._compacted = None, False
            gc.collect()  # what has looked at the database may hold it in a cycle, and with it the lock of its folder
            for name in (WORKING, SPILL):
                shutil.rmtree(self.folder / name, ignore_errors=True)
            for name in [name for name in self.parts if not layout.of_documents(name)]:
                del self.parts[name]
                part_file(self.folder, name).unlink()
            self._unloaded = sorted(self.parts)

    def database(self) -> ox.Store:
        """The database with every part loaded that was put so far."""
        with self.failing():
            if self._database is None:
                self._database = ox.Store(str(self.folder / WORKING))
            for names in self._loads():
                for path in self._together(names):
                    self._database.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
                    give_back()
        return self._database

    def _together(self, names: list[str]) -> Iterator[Path]:
        """Files of about LOAD bytes with the lines of some parts: a load takes memory by its size."""
        if len(names) == 1 and self.parts[names[0]].size <= LOAD:
            yield self.part(names[0])
            return
        with contextlib.ExitStack() as stack:
            sources = [stack.enter_context(self.part(name).open("rb")) for name in names]
            blocks = (block for lines in sources for block in iter(lambda lines=lines: lines.read(_BLOCK) + lines.readline(), b""))
            for block in blocks:
                with (self.folder / LOADING).open("wb") as out:
                    out.write(block)
                    for more in blocks:
                        out.write(more)
                        if out.tell() >= LOAD:
                            break
                yield self.folder / LOADING

    def _loads(self) -> Iterator[list[str]]:
        """Parts that are not loaded yet, small ones together: each load costs its own tables, whatever its size."""
        names, size = [], 0
        while self._unloaded:
            name = self._unloaded.pop(0)
            if names and size + self.parts[name].size > LOAD:
                yield names
                names, size = [], 0
            names.append(name)
            size += self.parts[name].size
        if names:
            yield names

    def snapshot(self) -> Path:
        """The database as it is now, which others may read while this one changes; it goes with the files in between."""
        target = self.folder / SPILL / "snapshot"
        with self.failing():
            shutil.rmtree(target, ignore_errors=True)  # one of documents of which some were left out since
            self._compact()
            # by hard links, so that it takes no room, and no compaction takes away what is read
            self.database().backup(str(target))
        return target

    def _compact(self) -> None:
        """Bring the database into the order in which it is read fastest, once: what comes afterwards is little."""
        database = self.database()
        database.flush()
        if self.base is None and not self._compacted and sum(p.quads for p in self.parts.values()) > OPTIMIZE_FROM:
            database.optimize()
            self._compacted = True

    def finish(self, manifest: dict, files: Mapping[str, bytes] | None = None) -> Revision:
        """Close the database, hash what is new, and give the revision its name; `files` are kept beside the parts."""
        with self.failing():
            self._compact()
            # a copy by hard links: whoever still holds the one worked on, and its compactions, cannot touch it
            self.database().backup(str(self.folder / DATABASE))
            self._database = None
            for name in (WORKING, SPILL):
                shutil.rmtree(self.folder / name, ignore_errors=True)
            (self.folder / LOADING).unlink(missing_ok=True)
            for name, content in (files or {}).items():
                (self.folder / name).write_bytes(content)
            known = {} if self.base is None else self._unchanged(self.base)
            with ThreadPoolExecutor(READERS) as pool:  # checksums and disks leave the interpreter alone
                found = dict(pool.map(lambda file: _kept(*file, known.get(file[0])), self._files()))
            made = write(self.folder, self.parts, found, manifest)
            _sync(self.folder / FILE)
            _sync(self.folder / PARTS)
            _sync(self.folder)
            return self._named(made)

    @contextlib.contextmanager
    def failing(self) -> Iterator[None]:
        """What fails on the way to disk is a StoreError that says so."""
        try:
            yield
        except (OSError, SyntaxError) as error:
            raise StoreError(f"the revision cannot be written: {getattr(error, 'strerror', None) or error}", place=str(self.revisions.parent),
                             hint="look for free space and rights; the published graph is untouched") from error

    def _made(self, name: str, part: Part, loaded: bool = False) -> None:
        if part.quads:
            self.parts[name] = part
            if not loaded:
                self._unloaded.append(name)
        else:
            part_file(self.folder, name).unlink()
            self.parts.pop(name, None)

    def _share(self, base: Revision) -> None:
        for name in base.parts:
            _link(base.part(name), part_file(self.folder, name))
        # a database's tables never change once written; what RocksDB writes on is copied by its own backup
        ox.Store.read_only(str(base.database)).backup(str(self.folder / WORKING))

    def _files(self) -> list[tuple[str, Path]]:
        inside = [p for p in (self.folder / DATABASE).iterdir() if not p.name.startswith(_UNHASHED)]
        beside = [p for p in self.folder.iterdir() if p.is_file() and p.name != "manifest.json"]
        return sorted((str(p.relative_to(self.folder)), p) for p in (*inside, *beside))

    def _unchanged(self, base: Revision) -> dict[str, tuple[int, str]]:
        """Checksums of the files that are the base's own."""
        def same(name: str) -> bool:
            try:
                return (self.folder / name).samefile(base.path / name)
            except FileNotFoundError:
                return False
        return {name: (size, sha) for name, (size, sha) in base.manifest["files"].items() if same(name)}

    def _named(self, made: dict) -> Revision:
        target = self.revisions / made["revision"]
        if target.exists():
            if not faults(target):
                return read(target)
            # damaged: this one takes its place
            aside = target.with_name(f"{PREFIX}damaged-{target.name}")
            target.rename(aside)
            shutil.rmtree(aside, ignore_errors=True)
        self.folder.rename(target)
        _sync(self.revisions)
        return Revision(target, made)


def _kept(name: str, path: Path, known: tuple[int, str] | None) -> tuple[str, tuple[int, str]]:
    """A file's name, size and checksum; its bytes are on disk now, as those of a file of the base have been since that was made."""
    if known is None:
        _sync(path)
    return name, known or (path.stat().st_size, layout.hashed(path))


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, target)


def _sync(path: Path) -> None:
    """Bring a file, or a folder's entries, to disk, so that it survives a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
