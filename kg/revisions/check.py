"""The full check of a revision: every file against its checksum, every part sorted, the database against the parts."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyoxigraph as ox

from kg.errors import StoreError
from kg.revisions import layout
from kg.revisions.manifest import DATABASE, Revision, read

THREADS = 4


def faults(path: Path) -> list[str]:
    """What is wrong with the revision in a folder, a line each; empty where all is well."""
    try:
        revision = read(path)
    except StoreError as error:
        return [str(error)]
    return damaged_files(revision) or list(of_database(revision.database, revision.quads))


def damaged_files(revision: Revision, database: bool = True) -> list[str]:
    """Files whose bytes are not those that were written, a line each; without those of the database, which can be made from the parts."""
    expected = {revision.part(name): part.sha256 for name, part in revision.parts.items()}
    expected |= {revision.path / name: sha for name, (_, sha) in revision.manifest["files"].items()
                 if database or not name.startswith(f"{DATABASE}/")}
    with ThreadPoolExecutor(THREADS) as pool:
        return [line for line in pool.map(_fault, expected.items()) if line]


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
