"""Rows of Parquet files as JSON Lines, so that they are read like any table of documents."""

from __future__ import annotations

import json
from pathlib import Path

from kg.errors import DocumentError, MissingPartError

ROWS = 1000


def to_json_lines(path: Path, target: Path, place: str) -> Path:
    """Write a Parquet file's rows as JSON Lines, a thousand in memory at a time; what is no text or number becomes text."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingPartError("reading Parquet needs pyarrow", place=place, hint="pip install 'rolegraph[tables]'") from error
    try:
        with pyarrow.parquet.ParquetFile(path) as table, target.open("w", encoding="utf-8") as out:
            for batch in table.iter_batches(batch_size=ROWS):
                for row in batch.to_pylist():
                    out.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
    except (OSError, pyarrow.ArrowException) as error:
        raise DocumentError(f"is no Parquet file that can be read: {error}", place=place, hint="write it again") from error
    return target
