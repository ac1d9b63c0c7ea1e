"""Rows of tables: which header and which caption a cell stands under, and the unit that a column states once.

A table is a caption or introducing sentence, up to two rows of headers, and rows; labels and figures on lines of their own
("Glaziers / $55,440") are rows of two cells.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from kg.model import Quantity, Reading

Span = tuple[int, int]

_BETWEEN = re.compile(r"[ \t]*(?:\n[ \t]*)*\|(?:[ \t]*\n)*[ \t]*|[ \t]*(?:\n[ \t]*)+")
_WORD = re.compile(r"[^\W\d_]{3}")
_FIGURES = frozenset(("money", "percent", "count", "duration"))


@dataclass(slots=True)
class Table:
    """Caption and header rows (indexes of passages), and the units that its columns have stated so far."""

    caption: int | None = None
    headers: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    units: dict[int, Quantity] = field(default_factory=dict)
    uniform: dict[int, bool] = field(default_factory=dict)
    about_roles: bool | None = None


@dataclass(slots=True, frozen=True)
class Cell:
    """A cell's place, the headers above it from the inside out, and the number of its column."""

    span: Span
    headers: tuple[Span, ...]
    column: int


def cells_of(text: str, span: Span) -> list[Span]:
    """The cells of a row, without white space at their ends; a row's parts may stand on lines of their own."""
    found, begin = [], span[0]
    while begin < span[1] and text[begin] in "| \t":
        begin += 1
    for match in _BETWEEN.finditer(text, begin, span[1]):
        found.append((begin, match.start()))
        begin = match.end()
    if begin < span[1]:
        found.append((begin, span[1]))
    return found


class Tables:
    """The tables of one reading."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._of_row: dict[int, Table] = {}
        self._cells: dict[int, list[Span]] = {}
        self._begins = {q.begin: q for q in reading.quantities if q.kind in _FIGURES}
        if any(p.form == "row" for p in reading.passages):
            sections: dict[int | None, Table] = {}
            for i, passage in enumerate(reading.passages):
                sections[passage.section] = self._place(i, sections.get(passage.section) or Table())

    def _place(self, number: int, table: Table) -> Table:
        """The table that goes on after a passage of its section."""
        passage = self._reading.passages[number]
        if passage.form != "row":
            note = table.headers and not table.rows and not self._reading.text[passage.begin:passage.end].endswith(":")
            return table if note else Table(number)
        cells = self._spans(number)
        if not table.rows and len(cells) > 1 and not any(self._figure(cell) for cell in cells):
            table.headers.append(number)
            return table
        table.rows.append(number)
        self._of_row[number] = table
        return table

    def _figure(self, cell: Span) -> Quantity | None:
        """The quantity that fills a cell, or None."""
        found = next((self._begins[at] for at in range(cell[0], cell[0] + 4) if at in self._begins), None)
        return found if found and cell[1] - 3 <= found.end <= cell[1] else None

    def caption(self, number: int) -> int | None:
        """The passage that introduces a row's table, or None."""
        table = self._of_row.get(number)
        return table.caption if table else None

    def label(self, number: int) -> Span:
        """The first cell of a row."""
        spans = self._spans(number)
        passage = self._reading.passages[number]
        return spans[0] if spans else (passage.begin, passage.begin)

    def about_roles(self, number: int, names_role: Callable[[Span], bool]) -> bool:
        """Whether the first cell of some row of a row's table passes the test; asked once for each table."""
        table = self._of_row.get(number)
        if table is None:
            return False
        if table.about_roles is None:
            found = (self._spans(i) for i in table.rows)
            table.about_roles = any(names_role(cells[0]) for cells in found if cells)
        return table.about_roles

    def is_header(self, number: int) -> bool:
        """Whether a row is no row of figures but of headings."""
        return self._reading.passages[number].form == "row" and number not in self._of_row

    def cells(self, number: int) -> list[Cell]:
        """The cells of a row, with their headers."""
        table = self._of_row.get(number)
        spans = self._spans(number)
        headers = [self._spans(i) for i in table.headers] if table else []
        last = max((i for i, span in enumerate(spans) if self._figure(span)), default=0)
        return [Cell(span, _headers(headers, len(spans), last, i), i) for i, span in enumerate(spans)]

    def _spans(self, number: int) -> list[Span]:
        if number not in self._cells:
            passage = self._reading.passages[number]
            self._cells[number] = cells_of(self._reading.text, (passage.begin, passage.end))
        return self._cells[number]

    def typed(self, number: int, cell: Cell, quantity: Quantity) -> Quantity:
        """A plain number of a cell with the unit that an earlier row of its column states; others as they are."""
        table = self._of_row.get(number)
        if table is None or self._figure(cell.span) is not quantity or not self._of_figures(table, cell.column):
            return quantity
        if quantity.kind in ("money", "percent"):
            table.units[cell.column] = quantity
        elif quantity.kind == "count" and not quantity.unit and cell.column in table.units:
            model = table.units[cell.column]
            return replace(quantity, kind=model.kind, unit=model.unit, per=model.per)
        return quantity


    def _of_figures(self, table: Table, column: int) -> bool:
        """Whether nothing but figures stands in a column: where each row has a quantity of its own kind, none states another's unit."""
        if column not in table.uniform:
            cells = [spans[column] for spans in map(self._spans, table.rows) if column < len(spans)]
            table.uniform[column] = all(self._figure(c) or not _WORD.search(self._reading.text, *c) for c in cells)
        return table.uniform[column]


def _headers(rows: list[list[Span]], width: int, last: int, column: int) -> tuple[Span, ...]:
    """The headers of a column; where a second row of headers parts one column, it is the one whose parts end at the last figure."""
    if not rows:
        return ()
    first, parts = rows[0], rows[1] if len(rows) > 1 else []
    if not parts or len(first) == width:
        return (first[column],) if column < len(first) == width else ()
    if len(first) + len(parts) - 1 != width:
        return ()
    parent = last - len(parts) + 1
    if column < parent:
        return (first[column],)
    return (parts[column - parent], first[parent]) if column <= last else (first[column - len(parts) + 1],)
