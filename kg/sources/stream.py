"""Documents one at a time, and what cannot be read, from any source; what is kept of each is a mark of its identifier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from kg.errors import DocumentError
from kg.model import Document
from kg.namespaces import digest
from kg.read.reader import read
from kg.scratch import scratch
from kg.settings import Settings
from kg.sources.extent import Extent
from kg.sources.fetch import fetched
from kg.sources.held import Files, Held
from kg.sources.locations import PARQUET, files
from kg.sources.parquet import to_json_lines


def documents(locations: Iterable[Path | str], settings: Settings, known: Files | None = None) -> Iterator[Document | DocumentError | Held]:
    """Each document once, in the order of its files' names; of two with one identifier the first. With `known` the documents of a file
    that is as it was come as one `Held`, and what can be known the next time is noted there."""
    seen: dict[str, str] = {}
    known, kept = known or Files(), known
    known.extent.locations = found = files(locations, settings, known.aside)
    yield from known.aside.closed.values()
    for location in found:
        known.extent.begin(location)
        try:
            with fetched(location, settings) as path:
                yield from _of_file(path, location, settings, seen, kept, known.extent)
        except DocumentError as error:
            yield error
    known.extent.begin()


def _of_file(path: Path, location: str, settings: Settings, seen: dict[str, str], known: Files | None,
             extent: Extent) -> Iterator[Document | DocumentError | Held]:
    mark = known.mark(path, settings) if known is not None else ""
    held = known.held(location, mark) if mark else None
    if held is not None and not any(digest(identifier) in seen for identifier in held.documents):
        seen.update((digest(identifier), location) for identifier in held.documents)
        known.note(location, mark, held.documents)
        extent.found(len(held.documents))
        yield held
        return
    found, whole = [], True
    for document in _documents(path, location, settings, extent):
        if isinstance(document, DocumentError):
            whole = False
            yield document
            continue
        place = digest(document.identifier)
        if place in seen:
            whole = False
            hint = "rename one of the two" if document.location == location else "give each row an id of its own, or each file its own name"
            yield DocumentError(f"has the identifier {document.identifier!r} of {seen[place]}", place=document.location, hint=hint)
            continue
        seen[place] = location
        found.append(document.identifier)
        extent.found(1)
        yield document
    if whole and mark:
        known.note(location, mark, found)


def _documents(path: Path, location: str, settings: Settings, extent: Extent) -> Iterator[Document | DocumentError]:
    """The documents of one file, which say where they really come from, and rows that are none."""
    if path.suffix.lower() not in PARQUET:
        yield from _named(path, location, settings, extent)
        return
    with scratch() as folder:
        yield from _named(to_json_lines(path, folder / f"{path.stem}.jsonl", location, settings), location, settings, extent)


def _named(path: Path, location: str, settings: Settings, extent: Extent) -> Iterator[Document | DocumentError]:
    rows: list[DocumentError] = []
    try:
        for document in read(path, settings, rows.append, extent.within(path)):
            yield from (_of(error, path, location) for error in rows)
            rows.clear()
            yield replace(document, location=document.location.replace(str(path), location, 1))
    except DocumentError as error:
        rows.append(error)
    yield from (_of(error, path, location) for error in rows)


def _of(error: DocumentError, path: Path, location: str) -> DocumentError:
    return DocumentError(error.reason, place=error.place.replace(str(path), location, 1), hint=error.hint)
