"""Scores of passages, mentions, and what is asked of a role."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from kg.evaluation.gold import MENTION_TYPES, Gold, Record, span
from kg.evaluation.reliability import Judged
from kg.evaluation.rows import Row
from kg.evaluation.tally import Tally, norm, overlap, overlapping

Tables = dict[str, list[Row]]
Tallies = defaultdict[str, Tally]

# how far the ends of a passage may lie apart, in code points
SLACK = 2
_REQUIRES = {"Tool": "requiresTool", "Skill": "requiresSkill"}
_ASKED = ("Required", "Preferred")


def passages(gold: Gold, tables: Tables, tallies: Tallies) -> None:
    """Passages: the same stretch of text, then type, section path and role; a document annotated in part has none scored."""
    records = gold.of("passage")
    if not records or any(r.get("partial") for r in records):
        return
    tally = tallies["passages"]

    def near(record: Record, row: Row) -> bool:
        (a, b), (c, d) = span(record), span(row)
        return abs(a - c) <= SLACK and abs(b - d) <= SLACK
    for record, row in tally.pair(gold.identifier, records, _once(tables["passages"], "start", "end"), near):
        tally.qualify(gold.identifier, record, "type", frozenset([record["type"], *record.get("alt", [])]), row["type"])  # type: ignore[misc]
        path = [norm(part) for part in row["path"].split(" > ") if part.strip()]
        tally.qualify(gold.identifier, record, "path", [norm(part) for part in record.get("path", [])], path)  # type: ignore[attr-defined]
        if record.get("role"):
            tally.qualify(gold.identifier, record, "role", norm(record["role"]), norm(row["role"]))


def mentions(gold: Gold, tables: Tables, tallies: Tallies, judged: list[Judged]) -> None:
    """Mentions by type, by exact span and by overlap, with the concept's label. What is annotated as weak counts neither way."""
    counts = _Counts(gold)
    for kind in MENTION_TYPES:
        records = [r for r in gold.of("mention") if r["type"] == kind and counts.scored(r)]
        rows = _once([r for r in tables["mentions"] if r["type"] == kind and counts.countable(r)], "start", "end")
        if not records and not rows:
            continue
        exact = tallies[f"mentions {kind} exact"].pair(gold.identifier, records, rows, lambda g, r: span(g) == span(r))
        loose = tallies[f"mentions {kind} overlap"]
        for record, row in loose.pair(gold.identifier, records, rows, overlapping):
            loose.qualify(gold.identifier, record, "label", norm(record.get("canonical")), norm(row["label"]))
        right = {id(row) for record, row in exact if norm(record.get("canonical")) in ("", norm(row["label"]))}
        judged += [Judged("mention", float(row["confidence"] or 1), id(row) in right) for row in rows]


def requirements(gold: Gold, tables: Tables, tallies: Tallies, judged: list[Judged]) -> None:
    """Skills and tools that are required or preferred, with modality and proficiency."""
    counts, tally = _Counts(gold), tallies["requirements"]
    records = [r for r in gold.of("mention") if r["type"] in _REQUIRES and r.get("necessity") in _ASKED and counts.scored(r)]
    rows = _once([r for r in tables["requirements"] if r["modality"] in _ASKED and counts.countable(r)], "start", "end", "property")
    right = set()

    def same(record: Record, row: Row) -> bool:
        return overlapping(record, row) and row["property"] == _REQUIRES[str(record["type"])]
    for record, row in tally.pair(gold.identifier, records, rows, same):
        good = tally.qualify(gold.identifier, record, "modality", record["necessity"], row["modality"])
        good &= tally.qualify(gold.identifier, record, "proficiency", record.get("proficiency") or "", row["proficiency"])
        right |= {id(row)} if good else set()
    judged += [Judged("claim", float(row["confidence"] or 1), id(row) in right) for row in rows]


class _Counts:
    """Which annotations and rows of a document are scored: those in an annotated passage that touch nothing weak."""

    def __init__(self, gold: Gold) -> None:
        self._passages = [span(r) for r in gold.of("passage")]
        self._ignored = [span(r) for r in gold.of("mention") if _ignored(r)]

    def scored(self, record: Record) -> bool:
        """Whether an annotation counts."""
        return not _ignored(record) and self._within(record)

    def countable(self, row: Row) -> bool:
        """Whether a row counts."""
        return self._within(row) and not any(overlap(span(row), other) for other in self._ignored)

    def _within(self, record: Record | Row) -> bool:
        begin, end = span(record)
        return any(a <= begin and end <= b for a, b in self._passages)


def _ignored(record: Record) -> bool:
    return bool(record.get("weak")) or record.get("in") == "heading"


def _once(rows: list[Row], *names: str) -> list[Row]:
    """One row for each combination of values: the last, in the place of the first."""
    key: Callable[[Row], tuple[str, ...]] = lambda row: tuple(row[name] for name in names)
    return list({key(row): row for row in rows}.values())
