"""Tables of documents, a row each: JSON Lines and CSV. Settings name the columns; bad rows do not keep the others back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

from kg.bounds import bounded
from kg.errors import DocumentError
from kg.model import Document
from kg.read.markup import fragment
from kg.settings import Settings

_IDENTIFIERS = ("id", "identifier", "job_id", "uuid")
_DELIMITERS = ",;\t|"


def json_lines(path: Path, settings: Settings) -> Iterator[Document | DocumentError]:
    """Documents of a JSON Lines file, and what is wrong with rows that are none."""
    limit = settings.max_bytes + 1
    with path.open("rb") as stream:
        number = 0
        while line := stream.readline(limit):
            number += 1
            place = f"{path}:{number}"
            if len(line) == limit:
                yield DocumentError(f"has more than {settings.max_bytes:,} bytes", place=place, hint="raise max_bytes, or split it")
                return
            if not line.strip():
                continue
            try:
                row = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
            except UnicodeDecodeError as error:
                yield DocumentError(f"is not UTF-8 at byte {error.start} of the row", place=place, hint="convert it to UTF-8")
                continue
            except (json.JSONDecodeError, RecursionError) as error:
                yield DocumentError(f"is not JSON: {error}", place=place, hint="write one JSON object a line")
                continue
            if not isinstance(row, dict):
                yield DocumentError("is no JSON object", place=place, hint="write one JSON object a line")
                continue
            yield _document(path, number, {k: v for k, v in row.items() if isinstance(v, (str, int, float))}, settings)


def comma_separated(path: Path, settings: Settings) -> Iterator[Document | DocumentError]:
    """Documents of a CSV or TSV file with a header row, and what is wrong with rows that are none."""
    before = csv.field_size_limit(settings.max_bytes)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.DictReader(stream, dialect=_dialect(stream, path))
            header = rows.fieldnames or []
            if settings.text_field not in header:
                hint = "set text_field to one of its columns: " + ", ".join(map(str, header))
                raise DocumentError(f"has no column {settings.text_field!r}", place=str(path), hint=hint)
            for number, row in enumerate(rows, 1):
                yield _document(path, number, {k: v for k, v in row.items() if k and isinstance(v, str)}, settings)
    except UnicodeDecodeError as error:
        raise DocumentError("is not UTF-8", place=str(path), hint="convert it to UTF-8") from error
    except csv.Error as error:
        raise DocumentError(f"is broken CSV: {error}", place=str(path), hint="write it as RFC 4180 says") from error
    finally:
        csv.field_size_limit(before)


def _dialect(stream: io.TextIOBase, path: Path) -> type[csv.Dialect]:
    sample = stream.readline(65536)
    stream.seek(0)
    if path.suffix.lower() == ".tsv":
        return csv.excel_tab
    # only the header tells: the texts below hold every delimiter
    best = max(_DELIMITERS, key=lambda mark: (sample.count(mark), -_DELIMITERS.index(mark)))

    class Found(csv.excel):
        delimiter = best
    return Found


def _document(path: Path, number: int, row: dict[str, str | int | float], settings: Settings) -> Document | DocumentError:
    """The document of one row; its identifier is the file's name with the row's own identifier or number."""
    place = f"{path}:{number}"
    text = row.get(settings.text_field)
    if not isinstance(text, str):
        return DocumentError(f"has no text in the field {settings.text_field!r}", place=place,
                             hint="set text_field to the field that holds the text")
    key = next((str(row[name]).strip() for name in _IDENTIFIERS if str(row.get(name, "")).strip()), str(number))

    def field(name: str) -> str:
        return " ".join(str(row.get(name, "")).split())
    try:
        with bounded(settings.max_seconds, place):
            text = fragment(text)
    except DocumentError as error:
        return error
    return Document(f"{path.stem}-{key}", text, place, field(settings.title_field), "text/markdown",
                    field(settings.employer_field), field(settings.place_field), field(settings.date_field))
