"""What a revision remembers of each document, so that the next build reads only those that changed.

A line of JSON a document: identifier, a mark of all that its graph depends on (its text and metadata, the vocabulary, the
code), where it was read, and its counts. Beside it a line a file: its location, a mark of its bytes, its documents.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, fields
from hashlib import sha256

from kg.model import Document
from kg.revisions.manifest import Revision

FILE, FILES = "documents.jsonl", "files.jsonl"


@dataclass(frozen=True, slots=True)
class Entry:
    """One document: `mark` is the SHA-256 of all that its graph depends on, `quads` how many it has; `left_out` says why it is not in
    the revision though it was read."""

    identifier: str
    mark: str
    location: str
    quads: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    left_out: str = ""


_NAMES = tuple(f.name for f in fields(Entry))
_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True)


def mark(document: Document, context: str) -> str:
    """SHA-256 of the document but for where it lies, and of the vocabulary and code that read it (`context`)."""
    fields = (context, document.identifier, document.text, document.title, document.media_type, document.employer, document.place, document.date)
    return sha256(json.dumps(fields).encode()).hexdigest()


def entries(revision: Revision | None) -> dict[str, Entry]:
    """The documents of a revision, and those that were left out of it, by identifier; none where there is no ledger that can be read."""
    if revision is None:
        return {}
    try:
        with (revision.path / FILE).open(encoding="utf-8") as lines:
            return {entry.identifier: entry for entry in (Entry(**json.loads(line)) for line in lines)}
    except (OSError, ValueError, TypeError):
        return {}


def written(found: Iterable[Entry]) -> bytes:
    """The ledger's text."""
    # as `asdict`, which copies every value of ten thousand documents
    rows = ({name: getattr(entry, name) for name in _NAMES} for entry in sorted(found, key=lambda e: e.identifier))
    return "".join(_JSON.encode(row) + "\n" for row in rows).encode()


def files(revision: Revision | None, documents: Container[str]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Mark and documents of the files of a revision whose documents are all known."""
    if revision is None:
        return {}
    try:
        with (revision.path / FILES).open(encoding="utf-8") as lines:
            found = {row["location"]: (row["mark"], tuple(row["documents"])) for row in map(json.loads, lines)}
    except (OSError, ValueError, TypeError, KeyError):
        return {}
    return {location: (mark, held) for location, (mark, held) in found.items() if all(name in documents for name in held)}


def files_written(noted: Mapping[str, tuple[str, tuple[str, ...]]]) -> bytes:
    """The lines of the files."""
    rows = ({"location": location, "mark": mark, "documents": held} for location, (mark, held) in sorted(noted.items()))
    return "".join(_JSON.encode(row) + "\n" for row in rows).encode()
