"""Pairs of annotation and row, and what they count up to: found, missed, extra, and qualifiers that are right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from kg.evaluation.gold import Record, span
from kg.evaluation.rows import Row

Pair = tuple[Record, Row]


@dataclass(slots=True)
class Problem:
    """One error: what was missed, found too much or said wrongly, and where."""

    kind: str
    document: str
    place: str
    what: str


@dataclass(slots=True)
class Counts:
    """What was found rightly, what was missed, and what was found too much."""

    found: int = 0
    missed: int = 0
    extra: int = 0

    @property
    def precision(self) -> float | None:
        """Share of what was found that is right; None where nothing was found."""
        return self.found / (self.found + self.extra) if self.found + self.extra else None

    @property
    def recall(self) -> float | None:
        """Share of what was to be found that was; None where nothing was."""
        return self.found / (self.found + self.missed) if self.found + self.missed else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall; None where there was nothing to find and nothing was found."""
        return 2 * self.found / (2 * self.found + self.missed + self.extra) if self.found or self.missed or self.extra else None


@dataclass(slots=True)
class Tally(Counts):
    """Counts of one kind of fact over all documents."""

    asked: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)

    @property
    def qualifiers(self) -> dict[str, float]:
        """Share of the facts found whose qualifier is right, by qualifier."""
        return {name: self.right[name] / self.asked[name] for name in sorted(self.asked)}

    def pair(self, document: str, gold: Sequence[Record], rows: Iterable[Row], same: Callable[[Record, Row], bool]) -> list[Pair]:
        """Match each annotation with the first row left that is the same, and count; the pairs come back."""
        left, pairs = list(rows), []
        for record in gold:
            at = next((i for i, row in enumerate(left) if same(record, row)), None)
            if at is None:
                self.missed += 1
                self.problems.append(Problem("missed", document, place(record), describe(record)))
            else:
                pairs.append((record, left.pop(at)))
                self.found += 1
        self.extra += len(left)
        self.problems += [Problem("extra", document, place(row), describe(row)) for row in left]
        return pairs

    def qualify(self, document: str, record: Record, name: str, wanted: object, got: object) -> bool:
        """Count a qualifier of a pair; where `wanted` is a frozenset, any of its values is right."""
        right = wanted == got or (isinstance(wanted, frozenset) and got in wanted)
        self.asked[name] += 1
        self.right[name] += right
        if not right:
            self.problems.append(Problem("wrong", document, place(record), f"{name} is {shown(got)}, annotated {shown(wanted)}: {describe(record)}"))
        return right


def norm(value: object) -> str:
    """How labels are compared: lower case, single spaces, without a final full stop."""
    return re.sub(r"\s+", " ", str(value or "")).strip().rstrip(".").lower()


def number(value: object) -> float | None:
    """A number as text or value, to four places; None for anything else."""
    try:
        return round(float(str(value).replace(",", "")), 4)
    except ValueError:
        return None


def overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two stretches share a character."""
    return one[0] < other[1] and other[0] < one[1]


def overlapping(record: Record, row: Row) -> bool:
    """Whether annotation and row share a character."""
    return overlap(span(record), span(row))


def place(record: Record | Row) -> str:
    """Offsets of an annotation or row, as text; a step of a career has none."""
    begin = record.get("start", record.get("challengeStart"))
    return "" if begin is None else f"{begin}-{record.get('end', record.get('solutionEnd'))}"


def shown(value: object) -> str:
    """A value as a person writes it."""
    if isinstance(value, frozenset | set):
        return " or ".join(sorted(map(str, value))) or "nothing"
    if isinstance(value, list | tuple):
        return " > ".join(map(str, value)) or "nothing"
    return repr(value) if value not in (None, "") else "nothing"


def describe(record: Record | Row) -> str:
    """A fact in a few words."""
    if "role_from" in record or ("from" in record and "to" in record and "unit" not in record):
        return f"{record.get('role_from') or record['from']} -> {record.get('role_to') or record['to']}"
    amount = " - ".join(str(record[k]) for k in ("min", "max", "value") if record.get(k) not in (None, ""))
    degrees = ", ".join(sorted(record["degrees"])) if "degrees" in record else ""  # type: ignore[arg-type]
    words = str(record.get("text") or record.get("label") or record.get("type") or "")
    return " ".join(part for part in (amount, str(record.get("unit") or ""), degrees, words[:80]) if part)
