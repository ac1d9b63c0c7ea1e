"""Which period a market figure is for: that of its line, of its column or caption, or of the line before it."""

from __future__ import annotations

from kg.model import Quantity
from kg.observations.lines import figures
from kg.observations.surroundings import Figure, Surroundings
from kg.observations.tables import Span

_GROWTH = ("job growth", "job postings growth", "CAGR", "new jobs")


def period_of(s: Surroundings, number: int, figure: Figure, measure: str) -> tuple[str, str, bool]:
    """Start, stop, and whether they stand outside the line."""
    line = [s.reading.quantities[i] for i in s.quantities(s.line(number, figure), "period")]
    dated = [q for q in line if q.start or q.stop]
    if measure in _GROWTH or (measure == "other" and figure.quantity.kind == "percent"):
        spans = [q for q in dated if q.start and q.stop]
        if spans:
            span = min(spans, key=lambda q: abs(q.begin - figure.quantity.end))
            return span.start, span.stop, False
        if len(dated) > 1 and measure == "CAGR":  # between the two sizes nearest to it
            before = [q for q in dated if q.end <= figure.quantity.begin]
            dates = sorted(q.start or q.stop for q in (before[-2:] if len(before) > 1 else dated[:2]))
            return dates[0], dates[-1], False
    if measure == "other" and figure.quantity.kind == "count" and len(dated) == 1 and len(figures(s, number)) > 1:
        dated = [q for q in dated if figure.left[0] <= q.begin < figure.right[1]]  # the date is another figure's
    near = _near(figure, dated)
    if near:
        if near.start and near.stop:
            return near.start, near.stop, False
        if measure in _GROWTH and (near.at_least or near.stop):
            return near.start, near.stop, False
        return "", near.start or near.stop, False
    for header in (*figure.headers, *_caption(s, number)):
        found = [q for q in (s.reading.quantities[i] for i in s.quantities(header, "period")) if q.start or q.stop]
        if found:
            q = found[0]
            return (q.start, q.stop, True) if q.start and q.stop else ("", q.start or q.stop, True)
    if any(q.unit == "same" for q in line) or measure == "CAGR":
        return _before(s, number)
    return "", "", False


def _caption(s: Surroundings, number: int) -> list[Span]:
    caption = s.tables.caption(number)
    return [] if caption is None else [(s.reading.passages[caption].begin, s.reading.passages[caption].end)]


def _near(figure: Figure, dated: list[Quantity]) -> Quantity | None:
    """The date that belongs to a figure: the next one in its own words, else the one before it, else the line's only one."""
    after = [q for q in dated if figure.right[0] <= q.begin < figure.right[1]]
    before = [q for q in dated if figure.left[0] <= q.begin < figure.left[1]]
    if after and before:  # "By 2026, 80% of ..., up from 2023"
        return after[0] if after[0].begin - figure.quantity.end <= figure.quantity.begin - before[-1].end else before[-1]
    found = after or before[-1:]
    return found[0] if found else dated[0] if len(dated) == 1 else None


def _before(s: Surroundings, number: int) -> tuple[str, str, bool]:
    """The period that an earlier line of the section states, the nearest first."""
    for i in s.earlier(number, 4):
        passage = s.reading.passages[i]
        dated = [q for q in (s.reading.quantities[k] for k in s.quantities((passage.begin, passage.end), "period")) if q.start or q.stop]
        spans = [q for q in dated if q.start and q.stop]
        if spans:
            return spans[0].start, spans[0].stop, True
        dates = sorted({q.start or q.stop for q in dated})
        if len(dates) > 1:
            return dates[0], dates[-1], True
    return "", "", False
