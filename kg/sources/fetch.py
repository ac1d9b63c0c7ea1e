"""A file that is remote or compressed as a plain local one, for as long as it is read."""

from __future__ import annotations

import contextlib
import gzip
import shutil
import urllib.request
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from kg.errors import DocumentError, MissingPartError
from kg.read.reader import ENDINGS
from kg.scratch import scratch
from kg.settings import Settings
from kg.sources.locations import COMPRESSED, PARQUET, filesystems, is_url

_TABLES = (".jsonl", ".ndjson", ".csv", ".tsv", *PARQUET)
_BLOCK = 1_000_000
# that a server on the web may keep silent
SECONDS = 30


@contextlib.contextmanager
def fetched(location: str, settings: Settings) -> Iterator[Path]:
    """A local file with the location's content, uncompressed and under its own name; DocumentError says what is wrong.

    A single document is bounded by `max_bytes`; a table is not, since its rows are.
    """
    ending = Path(location).suffix.lower()
    if not is_url(location) and ending not in COMPRESSED:
        yield Path(location)
        return
    name = location.rstrip("/").rpartition("/")[2].partition("?")[0]
    inner = name[:-len(ending)] if ending in COMPRESSED else name
    if not inner.lower().endswith((*ENDINGS, *PARQUET)):
        inner += ".html" if is_url(location) else ".txt"
    most = None if inner.lower().endswith(_TABLES) else settings.max_bytes
    with scratch() as folder:
        target = folder / inner
        try:
            with _opened(location) as raw, _plain(raw, ending, location) as stream, target.open("wb") as out:
                _copy(stream, out, most, location)
        except (OSError, EOFError, ValueError, zlib.error) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise DocumentError(f"cannot be fetched: {reason}", place=location, hint="look at the address, or make the file anew") from error
        yield target


def _opened(location: str) -> contextlib.AbstractContextManager[IO[bytes]]:
    if not is_url(location):
        return Path(location).open("rb")
    if location.lower().startswith(("http://", "https://")):
        return urllib.request.urlopen(location, timeout=SECONDS)
    try:
        return filesystems(location).open(location, "rb").open()
    except ImportError as error:
        raise MissingPartError(str(error), place=location, hint="install the package that it names") from error


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
            with zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True) as stream:
                yield stream
        except zstandard.ZstdError as error:
            raise ValueError(str(error)) from error
    else:
        yield raw


def _copy(stream: IO[bytes], out: IO[bytes], most: int | None, place: str) -> None:
    if most is None:
        shutil.copyfileobj(stream, out, _BLOCK)
        return
    size = 0
    while block := stream.read(_BLOCK):
        size += len(block)
        if size > most:
            raise DocumentError(f"has more than the bound of {most:,} bytes", place=place, hint="raise max_bytes, or split it")
        out.write(block)
