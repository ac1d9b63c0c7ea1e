"""Annotated documents: one JSON Lines file for each document, named after it, a fact a line."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import GoldError

Record = dict[str, object]

# what a line of each kind must hold beside its place
KINDS: dict[str, tuple[str, ...]] = {
    "passage": ("type",), "mention": ("type",), "salary": ("statistic", "component", "currency", "per"),
    "figure": ("measure", "value", "unit"), "experience": ("min",), "education": ("degrees",), "ladder": ("role_from", "role_to"),
    "solves": (), "title": (), "furniture": (),
}
MENTION_TYPES = ("Tool", "Skill", "Role", "Organization", "Place", "Industry", "Degree", "FieldOfStudy", "Certification", "Regulation")


@dataclass(slots=True)
class Gold:
    """The annotations of one document, by kind, each in the order of the file."""

    identifier: str
    path: Path
    records: dict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))

    def of(self, kind: str) -> list[Record]:
        """Annotations of a kind; none where there are none."""
        return self.records.get(kind, [])

    def check(self, text: str) -> None:
        """GoldError where an annotation's text is not what stands at its offsets in the document."""
        for records in self.records.values():
            for record in records:
                begin, end = span(record)
                if "text" in record and text[begin:end] != record["text"]:
                    raise GoldError(f"offsets {begin}-{end} hold {text[begin:end][:60]!r} in the document, not {str(record['text'])[:60]!r}",
                                    place=f"{self.path}:{record['line']}", hint="count code points of the text as read, line ends untouched")


def span(record: Record) -> tuple[int, int]:
    """Offsets of an annotation or row: code points, the end exclusive."""
    return int(record["start"]), int(record["end"])  # type: ignore[call-overload]


def load(paths: Sequence[Path]) -> list[Gold]:
    """Every annotation file; GoldError names file and line of what is wrong, and the first two of one document."""
    found: dict[str, Gold] = {}
    for path in paths:
        gold = _file(path)
        if gold.identifier in found:
            raise GoldError(f"annotates {gold.identifier!r}, as {found[gold.identifier].path} does", place=str(path), hint="name one of them")
        found[gold.identifier] = gold
    return list(found.values())


def _file(path: Path) -> Gold:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise GoldError(f"cannot be read: {error.strerror}", place=str(path), hint="name a file of annotations") from error
    except UnicodeDecodeError as error:
        raise GoldError(f"is not UTF-8 at byte {error.start}", place=str(path), hint="save it as UTF-8") from error
    gold = Gold(path.stem, path)
    for number, line in enumerate(lines, 1):
        if line.strip():
            record = _record(line, f"{path}:{number}")
            gold.records[str(record["kind"])].append({**record, "line": number})
    if not gold.records:
        raise GoldError("holds no annotation", place=str(path), hint="the format is described in data/gold/README.md")
    return gold


def _record(line: str, place: str) -> Record:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise GoldError(f"is not JSON at column {error.colno}: {error.msg}", place=place, hint="one JSON object a line") from error
    kind = record.get("kind") if isinstance(record, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        raise GoldError(f"has the kind {kind!r}" if kind else "has no kind", place=place, hint="kinds are " + ", ".join(KINDS))
    for name in ("start", "end", *KINDS[kind]):
        if name not in record:
            raise GoldError(f"a {kind} without {name!r}", place=place, hint="the format is described in data/gold/README.md")
    begin, end = record["start"], record["end"]
    if not (isinstance(begin, int) and isinstance(end, int) and 0 <= begin <= end):
        raise GoldError(f"offsets {begin!r} and {end!r} are no stretch of text", place=place, hint="integers, the end not before the start")
    if kind == "mention" and record["type"] not in MENTION_TYPES:
        raise GoldError(f"has the type {record['type']!r}", place=place, hint="types are " + ", ".join(MENTION_TYPES))
    return record
