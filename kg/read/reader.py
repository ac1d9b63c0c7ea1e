"""Files to documents: finds the files that hold documents and reads each into text.

A document's text is the one offset space that everything else refers to: code points of the text as read here. Plain text
and Markdown are the file's own characters (UTF-8, line ends untouched, without a leading byte order mark, which belongs to
the encoding and not to the text). Other formats become Markdown, which is then the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kg.bounds import bounded
from kg.errors import DocumentError
from kg.model import Document
from kg.read.formats import pdf, word
from kg.read.markup import page
from kg.read.tabular import At, comma_separated, json_lines, nowhere
from kg.settings import Settings

_MEDIA_TYPES = {
    ".txt": "text/plain", ".text": "text/plain", ".md": "text/markdown", ".markdown": "text/markdown", ".html": "text/html",
    ".htm": "text/html", ".xhtml": "text/html", ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_TABLES = {".jsonl": json_lines, ".ndjson": json_lines, ".csv": comma_separated, ".tsv": comma_separated}
ENDINGS = tuple(sorted([*_MEDIA_TYPES, *_TABLES]))

# control characters but tab and line ends, and the marks that reorder what a reader sees
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_LINE = re.compile(r"[^\r\n]+")


def discover(paths: Iterable[Path]) -> list[Path]:
    """Files named, and files with a known ending anywhere below folders named; sorted, without hidden ones."""
    found: set[Path] = set()
    for path in paths:
        if path.is_dir():
            found.update(p for p in path.rglob("*") if p.suffix.lower() in ENDINGS and p.is_file() and not _hidden(p.relative_to(path)))
        else:
            found.add(path)
    return sorted(found)


def read(path: Path, settings: Settings, told: Callable[[DocumentError], None] | None = None, at: At = nowhere) -> Iterator[Document]:
    """The documents of one file. DocumentError says what is wrong; `told` is called for each row of a table that cannot be read,
    and without it one error for all of them comes after the rows that can; `at` with the bytes of a table that were read for each."""
    ending = path.suffix.lower()
    if ending in _TABLES:
        yield from _rows(path, settings, told, at)
        return
    place = str(path)
    if ending not in _MEDIA_TYPES:
        raise DocumentError(f"files ending in {ending!r} are not read", place=place, hint="use " + ", ".join(ENDINGS))
    data = content(path, settings)
    with bounded(settings.max_seconds, place):
        document = _document(path, data, settings)
    yield document


def _document(path: Path, data: bytes, settings: Settings) -> Document:
    """The document in a file's bytes."""
    ending, place, title = path.suffix.lower(), str(path), ""
    if ending == ".pdf":
        text, title = pdf(data, place, settings.max_seconds)
    elif ending == ".docx":
        text, title = word(data, place, settings.max_bytes)
    elif ending in (".html", ".htm", ".xhtml"):
        text, title = page(decode(data, place), place)
    else:
        return checked(Document(path.stem, decode(data, place), place, media_type=_MEDIA_TYPES[ending]), settings)
    text = _CONTROL.sub(" ", text)  # what extraction leaves behind; the text is made here and not the file's own
    return checked(Document(path.stem, text, place, " ".join(title.split()), _MEDIA_TYPES[ending]), settings)


def content(path: Path, settings: Settings) -> bytes:
    """The file's bytes, if it is there, not empty and not too large."""
    try:
        size = path.stat().st_size
        if size > settings.max_bytes:
            raise DocumentError(f"has {size:,} bytes, more than the bound of {settings.max_bytes:,}", place=str(path),
                                hint="raise max_bytes, or split it")
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(error.strerror or str(error), place=str(path), hint="name a file that can be read") from error
    if not data:
        raise DocumentError("is empty", place=str(path), hint="remove it, or give it text")
    return data


def decode(data: bytes, place: str) -> str:
    """UTF-8 to text, without a leading byte order mark."""
    if b"\0" in data:
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
    found = _CONTROL.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise DocumentError(f"holds the control character U+{ord(found.group()):04X} in line {line}", place=place,
                            hint="remove it: what a reader sees could differ from what is quoted")
    longest = max((m.end() - m.start() for m in _LINE.finditer(text)), default=0)
    if longest > settings.max_line:
        raise DocumentError(f"has a line of {longest:,} characters, more than the bound of {settings.max_line:,}", place=place,
                            hint="raise max_line, or break its lines")
    return document


def _rows(path: Path, settings: Settings, told: Callable[[DocumentError], None] | None, at: At) -> Iterator[Document]:
    """The documents of a table; what is wrong with its rows is told, or raised at the end, in one error."""
    problems: list[DocumentError] = []
    tell = told or problems.append
    rows = 0
    try:
        for item in _TABLES[path.suffix.lower()](path, settings, at):
            rows += 1
            if isinstance(item, DocumentError):
                tell(item)
                continue
            try:
                document = checked(item, settings)
            except DocumentError as error:
                tell(error)
                continue
            yield document
    except OSError as error:
        raise DocumentError(error.strerror or str(error), place=str(path), hint="name a file that can be read") from error
    if not rows:
        raise DocumentError("is empty", place=str(path), hint="remove it, or give it rows")
    if len(problems) == 1:
        raise problems[0]
    if problems:
        first = problems[0]
        raise DocumentError(f"{len(problems)} of {rows} rows are left out; this one {first.reason}", place=first.place, hint=first.hint)


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
