"""The figures of a line, each with the words that are its own: from the figure before it to the one after, or its cell."""

from __future__ import annotations

import re
from bisect import bisect_right

from kg.model import Passage
from kg.observations.surroundings import Figure, Surroundings
from kg.observations.tables import Span

_LABEL = re.compile(r"[^:|\n]{1,80}:(?=\s)")
_LATER_LABEL = re.compile(r"[;,.|]\s*([^:;,.|]{1,40}):\s")  # "Junior: $85k; Senior: $120k"
_PARENTHESIS = re.compile(r"\s{0,3}\([^()]{1,120}\)")


def figures(s: Surroundings, number: int) -> list[Figure]:
    """The figures of a passage, each with the part of the line that is its own."""
    passage = s.reading.passages[number]
    indexes = [i for i in s.quantities((passage.begin, passage.end)) if s.reading.quantities[i].kind != "period"]
    if passage.form == "row":
        return _cells(s, number, indexes)
    label = _label(s, passage, indexes)
    found = []
    closed = passage.begin
    for position, (i, begin, end) in enumerate(_parts(s, passage, indexes)):
        quantity = s.reading.quantities[i]
        begin = max(begin, closed) if closed <= quantity.begin else begin  # a parenthesis is of the figure before it
        closing = _PARENTHESIS.match(s.reading.text, quantity.end, end)
        closed = closing.end() if closing else closed
        begin, end = s.part_of_sentence(quantity, begin, end)
        own = _LATER_LABEL.search(s.reading.text, begin, quantity.begin) if position else None
        found.append(Figure(i, quantity, (begin, quantity.begin), (quantity.end, end), (own.start(1), own.end(1)) if own else label,
                            closing.span() if closing else (quantity.end, quantity.end)))
    return found


def _parts(s: Surroundings, passage: Passage, indexes: list[int]) -> list[tuple[int, int, int]]:
    """Figures with the stretch from the figure before to the one after; "top 10%" takes no words from an amount of money."""
    quantities = [s.reading.quantities[i] for i in indexes]
    begins, ends = [], []
    last = money = passage.begin
    for quantity in quantities:
        begins.append(money if quantity.kind == "money" else last)
        last = quantity.end
        money = quantity.end if quantity.kind == "money" else money
    last = money = passage.end
    for quantity in reversed(quantities):
        ends.append(money if quantity.kind == "money" else last)
        last = quantity.begin
        money = quantity.begin if quantity.kind == "money" else money
    return list(zip(indexes, begins, reversed(ends), strict=True))


def _label(s: Surroundings, passage: Passage, indexes: list[int]) -> Span:
    match = _LABEL.match(s.reading.text, passage.begin, passage.end)
    if match is None or (indexes and match.end() > s.reading.quantities[indexes[0]].begin + 40):
        return passage.begin, passage.begin
    return match.start(), match.end() - 1


def _cells(s: Surroundings, number: int, indexes: list[int]) -> list[Figure]:
    """The figures of a table's row: a cell of its own for each, and the first cell as the label of all."""
    cells = s.tables.cells(number)
    begins = [cell.span[0] for cell in cells]
    found = []
    for i in indexes:
        quantity = s.reading.quantities[i]
        at = bisect_right(begins, quantity.begin) - 1
        if at < 0 or quantity.begin >= cells[at].span[1]:
            continue
        cell = cells[at]
        label = cells[0].span if cell.column else (cell.span[0], cell.span[0])
        end = (quantity.end, quantity.end)
        found.append(Figure(i, s.tables.typed(number, cell, quantity), (cell.span[0], quantity.begin), (quantity.end, cell.span[1]),
                            label, end, cell.headers))
    return found
