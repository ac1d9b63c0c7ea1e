"""Tables of documents, a row each: JSON Lines and CSV. Settings name the columns; bad rows do not keep the others back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from kg.bounds import bounded
from kg.errors import DocumentError
from kg.model import Document
from kg.read.markup import fragment
from kg.read.separated import Row, rows
from kg.settings import Settings

# is told the bytes of a table that have been read
At = Callable[[int], None]
_IDENTIFIERS = ("id", "identifier", "job_id", "uuid")
# fields that a message names
_MOST_NAMED = 20
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def nowhere(place: int) -> None:
    """For whom it is nothing how much has been read."""


def json_lines(path: Path, settings: Settings, at: At = nowhere) -> Iterator[Document | DocumentError]:
    """Documents of a JSON Lines file, and what is wrong with rows that are none."""
    with path.open("rb") as stream:
        _narrow(stream, path)
        number = 0
        while line := stream.readline(settings.max_bytes + 1):
            number += 1
            at(stream.tell())
            place = f"{path}:{number}"
            if len(line) > settings.max_bytes:
                yield DocumentError(f"has more than {settings.max_bytes:,} bytes", place=place, hint="raise max_bytes, or split it")
                while not line.endswith(b"\n") and (line := stream.readline(settings.max_bytes)):
                    pass
                continue
            if not line.strip():
                continue
            try:
                row = json.loads(line.decode("utf-8-sig"))
            except UnicodeDecodeError as error:
                yield DocumentError(f"is not UTF-8 at byte {error.start} of the row", place=place, hint="convert it to UTF-8")
                continue
            except (ValueError, RecursionError) as error:  # also of a number with thousands of digits
                yield DocumentError(f"is not JSON: {error}", place=place, hint="write one JSON object a line")
                continue
            if not isinstance(row, dict):
                yield DocumentError("is no JSON object", place=place, hint="write one JSON object a line")
                continue
            yield _document(path, number, number, row, settings)


def comma_separated(path: Path, settings: Settings, at: At = nowhere) -> Iterator[Document | DocumentError]:
    """Documents of a CSV or TSV file with a header row, and what is wrong with rows that are none."""
    with path.open("rb") as stream:
        _narrow(stream, path)
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
        found = rows(stream, path, settings.max_bytes)
        header = next(found, None)
        if header is None:
            return
        if isinstance(header, DocumentError):
            raise header
        names = [name.strip() for name in header.fields]
        if names.count(settings.text_field) != 1:
            reason = f"has {'no column' if settings.text_field not in names else 'more than one column'} {settings.text_field!r}"
            raise DocumentError(reason, place=str(path), hint=f"set text_field to one of its columns: {_named(names)}")
        for row in found:
            at(stream.buffer.tell())
            if isinstance(row, Row):
                # a row may end early
                yield _document(path, row.number, row.line, dict(zip(names, row.fields, strict=False)), settings)
            else:
                yield row


def _narrow(stream: IO[bytes], path: Path) -> None:
    """DocumentError for UTF-16, where no row can be found."""
    if stream.read(2) in _UTF16:
        raise DocumentError("is UTF-16", place=str(path), hint="convert it to UTF-8")
    stream.seek(0)


def _document(path: Path, number: int, line: int, row: dict[str, object], settings: Settings) -> Document | DocumentError:
    """The document of one row; its identifier is the file's name with the row's own identifier or number."""
    place = f"{path}:{line}"
    text = _value(row, settings.text_field)
    if not isinstance(text, str):
        known = settings.text_field in row
        return DocumentError(f"has no text in the field {settings.text_field!r}", place=place, hint="give it text, or remove the row" if known
                             else f"set text_field to the field that holds the text; the row has {_named(row)}")
    key = next(filter(None, (_field(row, name) for name in _identifiers(settings))), str(number))
    try:
        with bounded(settings.max_seconds, place):
            text = fragment(text)
    except DocumentError as error:
        return error
    return Document(f"{path.stem}-{key}", text, place, _field(row, settings.title_field), "text/markdown",
                    _field(row, settings.employer_field), _field(row, settings.place_field), _field(row, settings.date_field))


def fields(settings: Settings) -> tuple[str, ...]:
    """Names of the fields that are read."""
    more = settings.title_field, settings.employer_field, settings.place_field, settings.date_field
    return (settings.text_field, *_identifiers(settings), *more)


def _identifiers(settings: Settings) -> tuple[str, ...]:
    return (settings.id_field,) if settings.id_field else _IDENTIFIERS


def _value(row: object, name: str) -> object:
    """What a field holds; `a.b` is the field b of the object in a where there is no field of the whole name."""
    if not isinstance(row, dict):
        return None
    if name in row:
        return row[name]
    outer, _, inner = name.partition(".")
    return _value(row.get(outer), inner) if inner else None


def _field(row: dict[str, object], name: str) -> str:
    found = _value(row, name)
    return " ".join(str(found).split()) if isinstance(found, (str, int, float)) else ""


def _named(names: object) -> str:
    """Names of fields for a message."""
    listed = list(names)
    more = f" and {len(listed) - _MOST_NAMED:,} more" if len(listed) > _MOST_NAMED else ""
    return ", ".join(map(repr, listed[:_MOST_NAMED])) + more
