"""A revision as one compressed file, and back. The archive holds parts and manifest; the database is made from the parts."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import tarfile
import tempfile
import zlib
from pathlib import Path

from kg.errors import StoreError
from kg.revisions import layout
from kg.revisions.check import damaged_files
from kg.revisions.draft import PREFIX, Draft
from kg.revisions.manifest import DATABASE, FILE, PARTS, Revision, part_file, read

_LEVEL = 1  # a gigabyte in twenty seconds; higher levels take many times that and save a few percent


def pack(revision: Revision, target: Path) -> int:
    """Write the revision to a .tar.gz, whole or not at all; returns its bytes. StoreError where its files are not as they were written:
    a backup of them could not be restored."""
    if found := damaged_files(revision, database=False):
        raise StoreError(f"not backed up: {found[0]}", place=str(target), hint="return to an earlier revision with: rolegraph rollback; or build again")
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                with tarfile.open(fileobj=out, mode="w:gz", compresslevel=_LEVEL) as tar:
                    for path in (revision.path / FILE, *_beside(revision), *(revision.part(n) for n in sorted(revision.parts))):
                        tar.add(path, str(path.relative_to(revision.path)), recursive=False)
                out.flush()
                os.fsync(out.fileno())
            os.replace(name, target)
        finally:
            Path(name).unlink(missing_ok=True)
        return target.stat().st_size
    except OSError as error:
        raise StoreError(f"cannot be written: {error.strerror}", place=str(target), hint="look for free space and rights") from error


def unpack(archive: Path, store: Path) -> Revision:
    """The revision of an archive as a revision of the store, checked by its checksums. Call under `kg.store.writing`."""
    damaged = StoreError("is no backup of a RoleGraph store, or is damaged", place=str(archive), hint="use another backup")
    try:
        with tempfile.TemporaryDirectory(prefix=PREFIX, dir=store / "revisions") as folder:
            with gzip.open(archive) as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
                tar.extractall(folder, filter="data")
                while stream.read(1_000_000):  # to the end, where gzip keeps its own checksum
                    pass
            return _taken_up(Path(folder), store)
    except FileNotFoundError as error:
        raise StoreError("is missing", place=str(error.filename or archive), hint="name a file that rolegraph backup wrote") from error
    except (tarfile.TarError, zlib.error, EOFError, ValueError, KeyError) as error:
        raise damaged from error
    except OSError as error:
        if error.errno is None:  # a broken gzip stream
            raise damaged from error
        raise StoreError(f"cannot be restored: {error.strerror}", place=str(archive), hint="look for free space and rights") from error


def _taken_up(folder: Path, store: Path) -> Revision:
    with Draft(store) as draft:
        given = Revision(folder, json.loads((folder / FILE).read_text(encoding="utf-8")))
        for name, part in given.parts.items():
            source = part_file(folder, name)
            if layout.hashed(source) != part.sha256:
                raise ValueError(name)
            draft.adopt(name, source, part)
        more = {k: v for k, v in given.manifest.items() if k not in ("parts", "files", "quads", "revision", "checksum")}
        beside = {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file() and p.name != FILE}
        if any(hashlib.sha256(body).hexdigest() != given.manifest["files"][name][1] for name, body in beside.items()):
            raise ValueError("files")
        made = draft.finish(more, beside)
        if made.id != given.manifest["revision"]:
            raise ValueError("revision")
    return read(made.path)


def _beside(revision: Revision) -> list[Path]:
    return sorted(p for p in revision.path.iterdir() if p.is_file() and p.name != FILE and p.name not in (DATABASE, PARTS))
