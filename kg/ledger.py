"""What a revision remembers of each document, so that the next build reads only those that changed.

A line of JSON a document: identifier, a mark of all that its graph depends on (its text and metadata, the vocabulary, the
code), where it was read, and its counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256

from kg.model import Document
from kg.revisions.manifest import Revision

FILE = "documents.jsonl"


@dataclass(frozen=True, slots=True)
class Entry:
    """One document: `mark` is the SHA-256 of all that its graph depends on, `quads` how many it has."""

    identifier: str
    mark: str
    location: str
    quads: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)


def mark(document: Document, context: str) -> str:
    """SHA-256 of the document but for where it lies, and of the vocabulary and code that read it (`context`)."""
    fields = (context, document.identifier, document.text, document.title, document.media_type, document.employer, document.place, document.date)
    return sha256(json.dumps(fields).encode()).hexdigest()


def entries(revision: Revision | None) -> dict[str, Entry]:
    """The documents of a revision by identifier; none where there is no ledger that can be read."""
    if revision is None:
        return {}
    try:
        with (revision.path / FILE).open(encoding="utf-8") as lines:
            return {entry.identifier: entry for entry in (Entry(**json.loads(line)) for line in lines)}
    except (OSError, ValueError, TypeError):
        return {}


def written(found: Iterable[Entry]) -> bytes:
    """The ledger's text."""
    ordered = sorted(found, key=lambda e: e.identifier)
    return "".join(json.dumps(asdict(e), ensure_ascii=False, sort_keys=True) + "\n" for e in ordered).encode()
