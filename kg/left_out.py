"""Documents that were read and are not in the graph, because it breaks a shape with them.

One that is left out is no part of what the next build starts from: it is read again when anything else has changed, since what it
breaks may have to do with others, and judged as in a build afresh. Where nothing has changed it stays out without being read.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kg.ledger import Entry
from kg.model import Document

# so many may be left out, however few documents there are
FEW = 10


@dataclass(slots=True)
class LeftOut:
    """`before` are those that the build before left out by the same shapes, `now` those that this one does; of all documents no more
    than `share` may be. Documents that wait lie in `file`."""

    file: Path
    share: float
    before: dict[str, Entry] = field(default_factory=dict)
    now: dict[str, Entry] = field(default_factory=dict)
    _waiting: int = 0

    def waits(self, document: Document, mark: str) -> bool:
        """Keep a document until it is known whether anything else has changed, if it is as it was when it was left out."""
        entry = self.before.get(document.identifier)
        if entry is None or entry.mark != mark:
            return False
        with self.file.open("ab") as out:
            pickle.dump(document, out)
        self._waiting += 1
        return True

    def waiting(self) -> Iterator[Document]:
        """The documents that wait."""
        if self._waiting:
            with self.file.open("rb") as found:
                for _ in range(self._waiting):
                    yield pickle.load(found)

    def stay(self, documents: int) -> bool:
        """Whether all that were left out are there as they were and may stay out, beside so many others; they then do."""
        if self._waiting != len(self.before) or not self.allows(len(self.before), documents + len(self.before)):
            return False
        self.now.update(self.before)
        return True

    def allows(self, number: int, documents: int) -> bool:
        """Whether so many of all documents may be left out."""
        return number <= (max(FEW, self.share * documents) if self.share else 0)
