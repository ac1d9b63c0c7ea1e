"""How far the reading of the sources has come, to foretell how many documents they hold.

A file that holds one document counts as one; what tables hold is told from their bytes (of those that are elsewhere, from their
number) by what has been read of tables of their kind.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kg.sources.locations import PARQUET, is_url

TABLES = (".jsonl", ".ndjson", ".csv", ".tsv", *PARQUET)
# digits that an estimate is worth
_DIGITS = 3


@dataclass(slots=True)
class Extent:
    """`locations` are read in this order; kinds are the ends of tables' names, "" is a file that holds one document."""

    locations: Sequence[str] = ()
    _kind: str = ""
    _size: int = 0
    _share: float = 0.0
    _found: Counter[str] = field(default_factory=Counter)
    _read: Counter[str] = field(default_factory=Counter)
    _whole: Counter[str] = field(default_factory=Counter)

    def begin(self, location: str = "") -> None:
        """The file before is done with, and this one begins."""
        self._read[self._kind] += self._size
        self._kind, self._size, self._share = (*_measured(location), 0.0) if location else ("", 0, 0.0)

    def found(self, number: int) -> None:
        """So many documents were found in the file in hand."""
        self._found[self._kind] += number

    def within(self, path: Path) -> Callable[[int], None]:
        """What is to be called with the number of bytes read of the file in hand, or of what was made of it."""
        size = max(1, _bytes(path))

        def read(place: int) -> None:
            self._share = min(1.0, place / size)
        return read

    def documents(self, number: int) -> int:
        """How many of all documents there will be, if so many were among those found so far; 0 where that cannot be told."""
        if not self._whole:
            for kind, size in map(_measured, self.locations):
                self._whole[kind] += size
        read = self._read + Counter({self._kind: round(self._size * self._share)} if self._kind else {})
        tables = {kind for kind in self._whole if kind}
        seen = sum(self._found[kind] for kind in tables), sum(read[kind] for kind in tables)
        if not self._found.total() or (tables and not seen[1]):
            return 0
        total = float(self._whole[""])
        for kind in tables:
            rate = self._found[kind] / read[kind] if read[kind] else seen[0] / seen[1]
            total += rate * self._whole[kind]
        estimate = number * total / self._found.total()
        return number if read == self._whole else max(number, int(float(f"{estimate:.{_DIGITS}g}")))


def _measured(location: str) -> tuple[str, int]:
    """A file's kind, and what it counts for among those of its kind."""
    name = location.lower().partition("?")[0]
    kind = next((end for end in TABLES if end in name[-len(end) - len(".zst"):]), "")
    if is_url(location):
        return (f"{kind} elsewhere" if kind else ""), 1
    return kind, _bytes(location) if kind else 1


def _bytes(location: str | Path) -> int:
    try:
        return os.stat(location).st_size
    except OSError:  # its reader tells of it
        return 0
