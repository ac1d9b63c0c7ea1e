"""Facts of a graph of any size, by a crew of processes or of a cluster's workers: consolidation as aggregation by key.

Documents' parts are read twice, piece by piece: once for what their statements say, which decides the groups, and once to deal
their claims out to buckets by subject. The rules then run over one bucket after another. What is held in memory at once is the
distinct texts of statements, the terms that nobody knew, and what each worker has in hand.
"""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol, TypeVar

from kg.consolidate import keyed
from kg.consolidate.keyed import Common
from kg.grouping.groups import counted
from kg.grouping.wording import Lexicon
from kg.namespaces import digest

R = TypeVar("R")
# bytes of lines that a worker has in hand at once: some 200,000 quads
PIECE = 40_000_000


@dataclass(frozen=True, slots=True)
class Piece:
    """The lines of a file whose graph falls into one of `of` shares."""

    path: Path
    share: int = 0
    of: int = 1

    def read(self) -> bytes:
        """The lines."""
        if self.of == 1:
            return self.path.read_bytes()
        with self.path.open("rb") as lines:
            return b"".join(line for line in lines if int(sha256(line.rsplit(b" ", 2)[1]).hexdigest()[:8], 16) % self.of == self.share)


class Crew(AbstractContextManager, Protocol):
    """Those who do the work; leaving the context ends it."""

    def map(self, work: Callable[[bytes, Common], R], common: Common, items: Iterable[Piece]) -> Iterator[R]:
        """What `work` makes of the lines of each item, in the order in which it is done."""


@dataclass(frozen=True, slots=True)
class Made:
    """Files of lines, in any order and some more than once."""

    facts: Path
    stated_in: Path


@dataclass(frozen=True, slots=True)
class Aggregation:
    """`parts` are the documents' parts, `known` the lines of ontology, vocabulary and mappings; `folder` is for files in between."""

    parts: Sequence[Path]
    known: Sequence[Sequence[str]]
    folder: Path
    crew: Crew
    base: str
    words: Lexicon

    def run(self) -> Made:
        """Lines of graph/facts, and those of graph/inferred that say which documents facts are stated in."""
        self.folder.mkdir(exist_ok=True)
        pieces = [piece for path in self.parts for piece in pieces_of(path)]
        buckets = 1 + sum(path.stat().st_size for path in self.parts) // PIECE
        made, ground = Made(self.folder / "facts", self.folder / "inferred"), keyed.known(line for lines in self.known for line in lines)
        proposals, texts = _Spill(self.folder / "proposals"), Counter()
        for counts, proposed in self.crew.map(keyed.examined, self._common(b"", 1 + buckets // 16), pieces):
            texts.update(counts)
            proposals.add(proposed)
        candidates = b"".join(sorted(lines for lines, _ in self.crew.map(keyed.derived, self._common(ground), proposals.pieces())))
        groups = pickle.dumps(counted(texts, self.words))
        claims = _Spill(self.folder / "claims")
        with made.facts.open("wb") as facts, made.stated_in.open("wb") as stated_in:
            facts.write(candidates)
            for lines, slices in self.crew.map(keyed.sliced, self._common(groups, buckets), pieces):
                facts.write(lines)
                claims.add(slices)
            for lines, stated in self.crew.map(keyed.derived, self._common(ground + candidates), claims.pieces()):
                facts.write(lines)
                stated_in.write(stated)
        return made

    def _common(self, content: bytes, buckets: int = 1) -> Common:
        return Common(digest(sha256(content).hexdigest(), self.base, buckets), self.base, buckets, content)


def pieces_of(path: Path) -> list[Piece]:
    """A part in pieces that one worker can have in hand."""
    shares = 1 + path.stat().st_size // PIECE
    return [Piece(path, share, shares) for share in range(shares)]


class _Spill:
    """Lines by bucket, each in a file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()

    def add(self, found: keyed.Buckets) -> None:
        """Add lines to buckets; files are opened one by one, since there may be more than a process may hold."""
        for bucket, lines in found.items():
            with (self._folder / f"{bucket}").open("ab") as out:
                out.write(lines)

    def pieces(self) -> Iterator[Piece]:
        """The buckets, the largest first, so that none is left for the end."""
        sizes = sorted((-path.stat().st_size, path) for path in self._folder.iterdir())
        yield from (Piece(path) for _, path in sizes)
