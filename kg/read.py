"""Files to documents: finds the files that hold documents and reads each into text.

A document's text is the one offset space that everything else refers to: code points of the text as read here. Plain text
and Markdown are the file's own characters (UTF-8, line ends untouched, without a leading byte order mark, which belongs to
the encoding and not to the text).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.errors import DocumentError
from kg.model import Document
from kg.settings import Settings

_PLAIN = {".txt": "text/plain", ".text": "text/plain", ".md": "text/markdown", ".markdown": "text/markdown"}
ENDINGS = tuple(sorted(_PLAIN))

# controls that text may hold: tab, line ends, page and line separators
_ALLOWED = frozenset("\t\n\r\v\f\x85")
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def discover(paths: Iterable[Path]) -> list[Path]:
    """Files named, and files with a known ending anywhere below folders named; sorted, without hidden ones."""
    found: set[Path] = set()
    for path in paths:
        if path.is_dir():
            found.update(p for p in path.rglob("*") if p.suffix.lower() in ENDINGS and p.is_file() and not _hidden(p.relative_to(path)))
        else:
            found.add(path)
    return sorted(found)


def read(path: Path, settings: Settings) -> Iterator[Document]:
    """The documents of one file; DocumentError says what is wrong with it."""
    media_type = _PLAIN.get(path.suffix.lower())
    if media_type is None:
        raise DocumentError(f"files ending in {path.suffix!r} are not read", place=str(path), hint="use " + ", ".join(ENDINGS))
    text = decode(content(path, settings), str(path))
    yield checked(Document(path.stem, text, str(path), media_type=media_type), settings)


def content(path: Path, settings: Settings) -> bytes:
    """The file's bytes, if it is there, not empty and not too large."""
    try:
        size = path.stat().st_size
        if size > settings.max_bytes:
            raise DocumentError(f"has {size:,} bytes, more than the bound of {settings.max_bytes:,}", place=str(path), hint="raise max_bytes, or split it")
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(error.strerror or str(error), place=str(path), hint="name a file that can be read") from error
    if not data:
        raise DocumentError("is empty", place=str(path), hint="remove it, or give it text")
    return data


def decode(data: bytes, place: str) -> str:
    """UTF-8 to text, without a leading byte order mark."""
    if b"\0" in data[:65536]:
        raise DocumentError("is binary, or UTF-16: it holds zero bytes", place=place, hint="convert it to UTF-8 text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(f"is not UTF-8 at byte {error.start}", place=place, hint="convert it to UTF-8") from error


def checked(document: Document, settings: Settings) -> Document:
    """The document, if its text is something to read: not blank, no overlong line, no control or bidirectional marks."""
    text, place = document.text, document.location
    if not text.strip():
        raise DocumentError("holds nothing but white space", place=place, hint="remove it, or give it text")
    position = next((i for i, c in enumerate(text) if c in _BIDI or (c not in _ALLOWED and unicodedata.category(c) == "Cc")), -1) if (
        not text.isprintable()) else -1
    if position >= 0:
        line = text.count("\n", 0, position) + 1
        raise DocumentError(f"holds the control character U+{ord(text[position]):04X}", place=f"{place}:{line}",
                            hint="remove it: what a reader sees would differ from what is quoted")
    longest = max(map(len, text.splitlines()), default=0)
    if longest > settings.max_line:
        raise DocumentError(f"has a line of {longest:,} characters, more than the bound of {settings.max_line:,}", place=place,
                            hint="raise max_line, or break its lines")
    return document


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
