"""Rows of Parquet files as JSON Lines, so that they are read like any table of documents."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from kg.errors import DocumentError, MissingPartError
from kg.read.tabular import fields
from kg.settings import Settings
from kg.sources.fetch import filling

ROWS = 1000


def to_json_lines(path: Path, target: Path, place: str, settings: Settings) -> Path:
    """Write the fields of a Parquet file's rows that are read as JSON Lines, a thousand in memory at a time; what is no text or number
    becomes text."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingPartError("reading Parquet needs pyarrow", place=place, hint="pip install 'rolegraph[tables]'") from error
    try:
        with pyarrow.parquet.ParquetFile(path, page_checksum_verification=True) as table, target.open("w", encoding="ascii") as out:
            columns = _columns(table.schema_arrow.names, place, settings)
            for batch in table.iter_batches(batch_size=ROWS, columns=columns):
                try:
                    rows = batch.to_pylist()
                except (ValueError, OverflowError):
                    rows = _one_by_one(batch)
                with filling(target.parent):
                    out.writelines(json.dumps(row, default=_text) + "\n" for row in rows)
                    out.flush()
    except (OSError, pyarrow.ArrowException) as error:
        raise DocumentError(f"is no Parquet file that can be read: {error}", place=place, hint="write it again") from error
    return target


def _columns(names: list[str], place: str, settings: Settings) -> list[str]:
    """Columns that hold what is read."""
    wanted = fields(settings)
    found = [name for name in names if name in wanted or name in {w.partition(".")[0] for w in wanted}]
    if settings.text_field not in found and settings.text_field.partition(".")[0] not in found:
        raise DocumentError(f"has no column {settings.text_field!r}", place=place,
                            hint=f"set text_field to one of its columns: {', '.join(map(repr, names))}")
    return found


def _one_by_one(batch: Iterable) -> list[dict[str, object]]:
    """The rows of a batch in which a value is none that Python has: not UTF-8, a day beyond the year 9999."""
    return [{name: _value(column[number]) for name, column in zip(batch.schema.names, batch.columns, strict=True)} for number in range(batch.num_rows)]


def _value(cell: object) -> object:
    try:
        return cell.as_py()
    except UnicodeDecodeError as error:
        return _text(error.object)
    except (ValueError, OverflowError):
        return None


def _text(value: object) -> str:
    """Text of bytes, where whoever checks it finds what is not UTF-8; of anything else as Python writes it."""
    return bytes(value).decode("utf-8", "surrogateescape") if isinstance(value, (bytes, memoryview)) else str(value)
