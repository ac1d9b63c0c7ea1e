"""Answers with a bound on their rows: a result is serialized by Oxigraph into a sink that counts rows and cuts at the bound.

A cut answer says so: JSON and XML carry a warning, formats that cannot hold one become an error (`Cut`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from urllib.parse import quote

import pyoxigraph as ox

from kg.errors import QueryError
from kg.namespaces import PREFIXES
from kg.query import GRAPHS, RESULTS

# what stands between two rows. JSON: inside a string a quote is escaped, so `,{"` and a name can only begin a row.
# The number is how many bytes decide on it.
_BETWEEN = {"json": (re.compile(rb',(?=\{"[^},])'), 4), "xml": (re.compile(rb"(?<=</result>)(?=<result)"), 16), "tsv": (re.compile(rb"\n"), 1)}


class Cut(QueryError):
    """An answer that is longer than allowed, in a format that cannot say so."""


class _Full(Exception):
    pass


class Sink:
    """Takes serialized bytes; hands them on in parts once they are more than `whole`. `cut` tells whether rows are missing."""

    def __init__(self, form: str, rows: int, whole: int, part: Callable[[bytes], None]) -> None:
        self.form, self.rows, self.cut = form, rows, False
        self._whole, self._part = whole, part
        self._chunks: list[bytes] = []
        self._size, self._streams = 0, False
        self._seen, self._rows, self._tail, self._quoted = 0, 0, b"", 0

    def take(self, result: ox.QuerySolutions | ox.QueryBoolean | Iterable[ox.Triple]) -> None:
        """Serialize a result into this sink; Cut, QueryError where it cannot be."""
        try:
            if not isinstance(result, ox.QuerySolutions | ox.QueryBoolean):
                chosen = GRAPHS[self.form]
                ox.serialize(self._counted(result), self, format=chosen, prefixes=PREFIXES if self.form == "turtle" else None)
            else:
                result.serialize(self, RESULTS[self.form])
        except _Full:
            self._shorten()
        except (OSError, ValueError, RuntimeError) as error:
            raise QueryError(f"could not be evaluated: {error}") from error

    def write(self, data: bytes) -> int:
        """Called by the serializer with some kilobytes at a time."""
        self._chunks.append(data)
        self._size += len(data)
        # rows are counted only once there can be too many of them: no row is shorter than two bytes
        if self.form in RESULTS and (self._streams or self._size > self.rows * 2):
            self._count()
        if self._size > self._whole:
            self._streams = True
            self._part(b"".join(self._chunks))
            self._chunks, self._size, self._seen = [], 0, 0
        return len(data)

    def flush(self) -> None:
        """Hand on what is left of an answer in parts."""
        if self._streams and self._chunks:
            self._part(b"".join(self._chunks))
            self._chunks, self._size = [], 0

    def body(self) -> bytes:
        """The answer, where it has not gone out in parts."""
        return b"".join(self._chunks)

    def _counted(self, triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
        for n, triple in enumerate(triples):
            if n >= self.rows:
                raise Cut(f"the answer has more than {self.rows} triples", hint="add LIMIT, or raise the setting max_rows")
            yield triple

    def _count(self) -> None:
        """Count rows in what has come since the last count."""
        data = b"".join(self._chunks[self._seen:])
        self._seen = len(self._chunks)
        if self.form == "csv":
            # a line's end inside quotes is part of a value
            pieces = data.split(b'"')
            self._rows += sum(piece.count(b"\n") for piece in pieces[self._quoted::2])
            self._quoted ^= (len(pieces) - 1) & 1
        else:
            pattern, width = _BETWEEN[self.form]
            data = self._tail + data
            self._rows += len(pattern.findall(data))
            self._tail = data[len(data) - width + 1:]
        if self._rows >= self.rows + (self.form in ("csv", "tsv")) * 2:
            raise _Full

    def _shorten(self) -> None:
        if self._streams:
            self.cut = True
            return
        if self.form not in ("json", "xml"):
            raise Cut(f"the answer has more than {self.rows} rows, and {self.form.upper()} cannot say that it is cut",
                      hint="add LIMIT, ask for JSON or XML, or raise the setting max_rows")
        data = b"".join(self._chunks)
        last = next(islice(_BETWEEN[self.form][0].finditer(data), self.rows - 1, None))
        data = data[:last.start()]
        warning = f"cut after {self.rows} rows: there are more"
        self.cut = True
        if self.form == "json":
            # the standard has one place for what is to be known of a result: the links of its head
            head = b'{"head":{"link":["urn:rolegraph:warning:' + quote(warning).encode() + b'"],'
            self._chunks = [head, data.removeprefix(b'{"head":{'), b"]}}"]
        else:
            self._chunks = [data, b"</results><!-- " + warning.encode() + b" --></sparql>"]
