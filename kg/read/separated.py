"""Rows of a CSV file, each with the line where it begins; a broken row costs no other row."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from kg.errors import DocumentError

_DELIMITERS = ",;\t|"
_HINT = "write it as RFC 4180 says: quotes around texts with delimiters, quotes or line ends, and quotes within doubled"
# what a text may hold where another encoding is decoded as UTF-8 with "surrogateescape"
_FIRST, _LAST = "\udc80", "\udcff"


@dataclass(frozen=True, slots=True)
class Row:
    """A row's fields, its number, and the line of the file where it begins, both from 1."""

    number: int
    line: int
    fields: list[str]


class _Lines:
    """Lines of a text file that can be read again from the second one of the current row; a row has at most `most` characters."""

    def __init__(self, stream: IO[str], most: int) -> None:
        self._stream, self._most = stream, most
        self._again: deque[str] = deque()
        self._row: list[str] = []
        self._size = 0
        self.line = 1  # where the current row begins

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._stream.readline(self._most + 1)
        if not line:
            raise StopIteration
        self._row.append(line)
        self._size += len(line)
        if self._size > self._most:
            while not line.endswith(("\n", "\r")) and (line := self._stream.readline(self._most)):
                pass
            raise csv.Error(f"a row of more than {self._most:,} characters")
        return line

    def row(self) -> str:
        """The current row as it stands in the file; the next one begins behind it."""
        text, lines = "".join(self._row), len(self._row)
        self._row, self._size, self.line = [], 0, self.line + lines
        return text

    def back(self) -> None:
        """Give up the first line of the current row: the next row begins with the second."""
        self._again.extendleft(reversed(self._row[1:]))
        self._row = self._row[:1]
        self.row()


def rows(stream: IO[str], path: Path, most: int) -> Iterator[Row | DocumentError]:
    """The header's fields as row 0, then each row, or what is wrong with it. `stream` is UTF-8, opened with "surrogateescape" and
    newline=""; a row has at most `most` characters."""
    dialect = _dialect(stream, path)
    before = csv.field_size_limit(most)
    try:
        yield from _rows(_Lines(stream, most), path, dialect)
    finally:
        csv.field_size_limit(before)


def _rows(lines: _Lines, path: Path, dialect: type[csv.Dialect]) -> Iterator[Row | DocumentError]:
    """After a broken row the next one is the first that is as long as the header, and whose quotes are in pairs."""
    reader, number, width, lost = csv.reader(lines, dialect), 0, 0, False
    while True:
        begin = lines.line
        try:
            fields = next(reader, None)
        except csv.Error as error:
            lines.back()
            reader = csv.reader(lines, dialect)
            if not lost:
                yield _broken(path, begin, f"is broken CSV: {error}")
                number, lost = number + 1, True
            continue
        text = lines.row()
        if fields is None:
            return
        if not fields or (lost and (len(fields) != width or text.count('"') % 2)):
            continue
        lost, width = False, width or len(fields)
        while len(fields) > width and not fields[-1]:
            fields.pop()
        if len(fields) > width:
            yield _broken(path, begin, f"has {len(fields)} fields where the header has {width}: a text holds the delimiter {dialect.delimiter!r}")
        elif any(_FIRST <= mark <= _LAST for mark in text if mark > "\ud7ff"):
            yield DocumentError("is not UTF-8", place=f"{path}:{begin}", hint="convert it to UTF-8")
        else:
            yield Row(number, begin, fields)
        number += 1


def _broken(path: Path, line: int, reason: str) -> DocumentError:
    return DocumentError(reason, place=f"{path}:{line}", hint=_HINT)


def _dialect(stream: IO[str], path: Path) -> type[csv.Dialect]:
    sample = stream.readline(65536)
    stream.seek(0)
    # only the header tells: the texts below hold every delimiter
    best = "\t" if path.suffix.lower() == ".tsv" else max(_DELIMITERS, key=lambda mark: (sample.count(mark), -_DELIMITERS.index(mark)))

    class Found(csv.excel):
        delimiter = best
        strict = True
    return Found
