"""A file that is remote or compressed as a plain local one, for as long as it is read."""

from __future__ import annotations

import contextlib
import gzip
import os
import urllib.request
import zlib
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from types import ModuleType
from typing import IO

from kg.errors import DocumentError, MissingPartError, StoreError
from kg.read.reader import ENDINGS
from kg.scratch import scratch
from kg.settings import Settings
from kg.sources.locations import COMPRESSED, PARQUET, Driven, filesystems, is_url, name_of

_TABLES = (".jsonl", ".ndjson", ".csv", ".tsv", *PARQUET)
_ARCHIVES = {".zip": "zip", ".tar": "tar", ".tgz": "tar", ".tar.gz": "tar"}
_BLOCK = 1_000_000
# of zstd, which may hold 32,000 times as much uncompressed
_PIECE = 2_000
# that a server on the web may keep silent
SECONDS = 30


@contextlib.contextmanager
def fetched(location: str, settings: Settings) -> Iterator[Path]:
    """A local file with the location's content, uncompressed and under its own name; DocumentError says what is wrong.

    A single document is bounded by `max_bytes`; a table is not, since its rows are.
    """
    name = name_of(location)
    ending = Path(name).suffix.lower()
    if name.lower().endswith(tuple(_ARCHIVES)):
        kind = next(kind for end, kind in _ARCHIVES.items() if name.lower().endswith(end))
        raise DocumentError("is an archive", place=location, hint=f"name the files in it: '{kind}://**::{location}'")
    if not is_url(location):
        path = Path(location)
        if os.path.exists(path) and not os.path.isfile(path):  # which say no where nobody may look
            raise DocumentError("is no regular file", place=location, hint="name a file")
        if ending not in COMPRESSED:
            yield path
            return
    inner = name[:-len(ending)] if ending in COMPRESSED else name
    if not inner.lower().endswith((*ENDINGS, *PARQUET)):
        inner += ".html" if is_url(location) else ".txt"
    most = None if inner.lower().endswith(_TABLES) else settings.max_bytes
    with scratch() as folder:
        target = folder / inner
        try:
            with Driven(), _opened(location) as raw, _plain(raw, ending, location) as stream, target.open("wb") as out:
                _copy(stream, out, most, location)
        except (OSError, EOFError, ValueError, zlib.error, HTTPException) as error:
            reason = getattr(error, "strerror", None) or str(error)
            how, hint = ("fetched", "look at the address, or make the file anew") if is_url(location) else ("uncompressed", "make the file anew")
            raise DocumentError(f"cannot be {how}: {' '.join(reason.split())}", place=location, hint=hint) from error
        yield target


@contextlib.contextmanager
def _opened(location: str) -> Iterator[IO[bytes]]:
    if not is_url(location):
        with Path(location).open("rb") as stream:
            yield stream
    elif location.lower().startswith(("http://", "https://")):
        with urllib.request.urlopen(location, timeout=SECONDS) as stream:
            yield stream
            if stream.length:  # a piece that is read says nothing of those that never came
                raise OSError(f"the connection ended {stream.length:,} bytes too early")
    else:
        try:
            system, path = filesystems(location).core.url_to_fs(location)
        except ImportError as error:
            raise MissingPartError(str(error), place=location, hint="install the package that it names") from error
        with system.open(path, "rb") as stream:  # an archive stays open for as long as its file system is held
            yield stream


@contextlib.contextmanager
def _plain(raw: IO[bytes], ending: str, place: str) -> Iterator[IO[bytes]]:
    if ending == ".gz":
        with gzip.GzipFile(fileobj=raw) as stream:
            yield stream
    elif ending == ".zst":
        try:
            import zstandard
        except ImportError as error:
            raise MissingPartError("reading .zst needs zstandard", place=place, hint="pip install 'rolegraph[storage]'") from error
        try:
            yield Unpacked(raw, zstandard)
        except zstandard.ZstdError as error:
            raise ValueError(str(error)) from error
    else:
        yield raw


class Unpacked:
    """Uncompresses zstd; the library's own reader takes a file that was cut for one that has ended."""

    def __init__(self, raw: IO[bytes], zstandard: ModuleType) -> None:
        self._raw, self._zstandard, self._frame = raw, zstandard, None

    def read(self, size: int = -1) -> bytes:
        """Some bytes, b"" at the end; EOFError where a frame is not whole. `size` is a wish."""
        found = b""
        while not found:
            piece = self._raw.read(_PIECE)
            if not piece:
                if self._frame is not None:
                    raise EOFError("Compressed file ended before the end of its last frame")
                return b""
            while piece:
                self._frame = self._frame or self._zstandard.ZstdDecompressor().decompressobj()
                found += self._frame.decompress(piece)
                piece = b""
                if self._frame.eof:
                    piece, self._frame = self._frame.unused_data, None
        return found


def _copy(stream: IO[bytes], out: IO[bytes], most: int | None, place: str) -> None:
    size = 0
    while block := stream.read(_BLOCK):
        size += len(block)
        if most is not None and size > most:
            raise DocumentError(f"has more than the bound of {most:,} bytes", place=place, hint="raise max_bytes, or split it")
        with filling(Path(out.name).parent):
            out.write(block)
    with filling(Path(out.name).parent):
        out.flush()


@contextlib.contextmanager
def filling(folder: Path) -> Iterator[None]:
    """A disk that is full is no fault of the document, which must not be left out for it: StoreError in place of OSError."""
    try:
        yield
    except OSError as error:
        raise StoreError(f"cannot be written: {error.strerror or error}", place=str(folder),
                         hint="make room, or name another folder for temporary files by the variable TMPDIR") from error
