"""Which part a quad belongs to, and how parts are written: sorted N-Quads lines as bytes, each once.

Graphs of documents share 256 parts by the hash of their name; every other graph is a part of its own. The layout depends on
the quads alone, so that equal datasets have equal parts, however they came about.
"""

from __future__ import annotations

import contextlib
import heapq
import mmap
import os
from collections.abc import Container, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from io import BufferedWriter
from pathlib import Path

# lines that are sorted in memory at once, in bytes; more are sorted in runs that are merged
RUN = 64_000_000
# stretches of so many bytes are copied without being read
BY_SYSTEM = 1_000_000
_GRAPH, _DOCUMENTS = "/graph/", "documents-"


@dataclass(frozen=True, slots=True)
class Part:
    """A file of sorted lines: how many, how many bytes, their SHA-256."""

    quads: int
    size: int
    sha256: str


def part_of(graph: str) -> str:
    """Name of the part that holds a graph (an IRI).

    >>> part_of("https://w3id.org/rolegraph/id/graph/facts"), part_of("https://w3id.org/rolegraph/id/graph/document/a")
    ('facts', 'documents-a9')
    """
    name = graph.rpartition(_GRAPH)[2]
    if _GRAPH in graph and name.isascii() and name.isalpha():
        return name
    return f"{_DOCUMENTS}{sha256(graph.encode()).hexdigest()[:2]}"


def of_documents(part: str) -> bool:
    """Whether a part holds graphs of documents."""
    return part.startswith(_DOCUMENTS)


def graph_of(line: bytes) -> str:
    """The graph of an N-Quads line; "" for the default graph."""
    last = line.rstrip().removesuffix(b".").rstrip().rpartition(b" ")[2]
    return last[1:-1].decode() if last.startswith(b"<") and last.endswith(b">") else ""


def write(path: Path, lines: Iterable[bytes]) -> Part:
    """Write lines that are sorted already and bring them to disk."""
    sha, quads, size, block = sha256(), 0, 0, bytearray()
    with path.open("wb") as out:
        for line in lines:
            quads += 1
            block += line
            if len(block) > 1_000_000:
                size += _put(out, block, sha)
        size += _put(out, block, sha)
        _to_disk(out)
    return Part(quads, size, sha.hexdigest())


def sort(source: Path, target: Path, run: int = RUN) -> Part:
    """Sort a file of lines into another one, in memory of about `run` bytes whatever its size."""
    if source.stat().st_size <= run:
        with source.open("rb") as stream:  # splitlines would part lines at carriage returns too
            return write(target, _sorted(stream))
    runs: list[Path] = []
    try:
        with source.open("rb") as stream:
            while lines := stream.readlines(run):
                runs.append(target.with_name(f"{target.name}.run{len(runs)}"))
                runs[-1].write_bytes(b"".join(_sorted(lines)))
        with ExitStack() as stack:
            return write(target, merged(stack.enter_context(path.open("rb")) for path in runs))
    finally:
        for path in runs:
            path.unlink(missing_ok=True)


def _sorted(lines: Iterable[bytes]) -> list[bytes]:
    """The lines in order, each once; those that come in sorted runs, as documents' do, are left in them until then."""
    return sorted(dict.fromkeys(lines))


def merged(sources: Iterable[Iterable[bytes]]) -> Iterator[bytes]:
    """Merge sorted sources into one sorted sequence without doubles."""
    last = None
    for line in heapq.merge(*sources):
        if line != last:
            yield line
            last = line


def splice(source: Path, target: Path, removed: Iterable[bytes], added: Iterable[bytes]) -> Part:
    """Write a sorted file's lines without the removed and with the added ones; what lies between is copied by the system."""
    gone = set(removed)
    changes = sorted((gone - (new := set(added))) | new)
    with source.open("rb") as stream, target.open("wb") as out, ExitStack() as stack:
        length = os.fstat(stream.fileno()).st_size
        view = stack.enter_context(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)) if length else b""
        pieces, quads = _pieces(view, changes, new, length)
        # checksums and disks leave the interpreter alone
        sha = stack.enter_context(ThreadPoolExecutor(1)).submit(_digest, view, pieces)
        for piece in pieces:
            if isinstance(piece, range):
                _copy(stream.fileno(), out, view, piece)
            else:
                out.write(piece)
        _to_disk(out)
        return Part(quads, out.tell(), sha.result())


def _pieces(view: mmap.mmap | bytes, changes: Iterable[bytes], new: Container[bytes], length: int) -> tuple[list[range | bytes], int]:
    """What a spliced file is made of, stretches of the source and new lines, and how many lines it has more than the source."""
    pieces: list[range | bytes] = []
    place = quads = 0
    for line in changes:
        found = _place(view, line, place, length)
        pieces.append(range(place, found))
        there = view[found:found + len(line)] == line
        place = found + len(line) if there else found
        quads += (line in new) - there
        if line in new:
            pieces.append(line)
    return [piece for piece in (*pieces, range(place, length)) if len(piece)], quads


def _digest(view: mmap.mmap | bytes, pieces: Iterable[range | bytes]) -> str:
    sha = sha256()
    for piece in pieces:
        for block in _blocks(view, piece) if isinstance(piece, range) else (piece,):
            sha.update(block)
    return sha.hexdigest()


def _place(view: mmap.mmap | bytes, line: bytes, low: int, high: int) -> int:
    """Offset of the first line that is not before `line`; `low` and `high` are offsets of line beginnings."""
    while low < high:
        middle = (low + high) // 2
        begin = view.rfind(b"\n", low, middle) + 1 or low
        end = view.find(b"\n", middle, high) + 1 or high
        if view[begin:end] < line:
            low = end
        else:
            high = begin
    return low


def _copy(stream: int, out: BufferedWriter, view: mmap.mmap | bytes, piece: range) -> None:
    place = piece.start
    if len(piece) >= BY_SYSTEM and hasattr(os, "copy_file_range"):
        out.flush()
        with contextlib.suppress(OSError):  # not every file system can
            while place < piece.stop and (done := os.copy_file_range(stream, out.fileno(), piece.stop - place, place)):
                place += done
        out.seek(0, os.SEEK_END)
    for block in _blocks(view, range(place, piece.stop)):
        out.write(block)


def _blocks(view: mmap.mmap | bytes, piece: range) -> Iterator[bytes]:
    return (view[start:min(start + 4_000_000, piece.stop)] for start in range(piece.start, piece.stop, 4_000_000))


def _put(out, block: bytearray, sha) -> int:
    size = len(block)
    sha.update(block)
    out.write(block)
    block.clear()
    return size


def _to_disk(out) -> None:
    out.flush()
    os.fsync(out.fileno())


def hashed(path: Path) -> str:
    """SHA-256 of a file."""
    sha = sha256()
    with path.open("rb") as stream:
        while block := stream.read(4_000_000):
            sha.update(block)
    return sha.hexdigest()
