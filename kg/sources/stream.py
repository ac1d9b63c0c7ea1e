"""Documents one at a time, and what cannot be read, from any source; memory does not grow with their number."""

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
from kg.sources.fetch import fetched
from kg.sources.locations import PARQUET, files
from kg.sources.parquet import to_json_lines


def documents(locations: Iterable[Path | str], settings: Settings) -> Iterator[Document | DocumentError]:
    """Each document once, in the order of its files' names; of two with one identifier the first."""
    seen: dict[str, str] = {}
    for location in files(locations, settings):
        try:
            for document in _of_file(location, settings):
                if isinstance(document, DocumentError):
                    yield document
                    continue
                mark = digest(document.identifier)
                if mark in seen:
                    yield DocumentError(f"has the identifier {document.identifier!r} of {seen[mark]}", place=document.location,
                                        hint="rename one of the two")
                    continue
                seen[mark] = location
                yield document
        except DocumentError as error:
            yield error


def _of_file(location: str, settings: Settings) -> Iterator[Document | DocumentError]:
    """The documents of one file, which say where they really come from, and rows that are none."""
    with fetched(location, settings) as path:
        if path.suffix.lower() not in PARQUET:
            yield from _named(path, location, settings)
            return
        with scratch() as folder:
            yield from _named(to_json_lines(path, folder / f"{path.stem}.jsonl", location), location, settings)


def _named(path: Path, location: str, settings: Settings) -> Iterator[Document | DocumentError]:
    rows: list[DocumentError] = []
    try:
        for document in read(path, settings, rows.append):
            yield from (_of(error, path, location) for error in rows)
            rows.clear()
            yield replace(document, location=document.location.replace(str(path), location, 1))
    except DocumentError as error:
        rows.append(error)
    yield from (_of(error, path, location) for error in rows)


def _of(error: DocumentError, path: Path, location: str) -> DocumentError:
    return DocumentError(error.reason, place=error.place.replace(str(path), location, 1), hint=error.hint)
