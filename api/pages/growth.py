"""Growth, market sizes and dated predictions on an axis of years."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from api.pages.wording import number, scaled
from kg.lookup.models import Market, Passage

_YEAR = re.compile(r"(\d{4})(?:-(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Span:
    """One figure: what it is of, its words, where it lies on the axis (percent), and where it is said."""

    about: str
    measure: str
    figure: str
    period: str
    source: str
    left: float | None
    right: float | None
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Dated figures in order of time, then those without a date; `ticks` are (percent, year)."""

    ticks: list[tuple[float, str]]
    dated: list[Span]
    undated: list[Span]


def timeline(figures: Iterable[Market]) -> Timeline:
    """The figures on one axis; equal ones of several sentences are one row."""
    merged: dict[tuple, list[Market]] = {}
    for m in figures:
        key = m.about_as_stated.casefold().strip(), m.measure, m.amount, m.unit, m.period_start, m.period_end
        merged.setdefault(key, []).append(m)
    own = [(group[0], tuple({p.iri: p for m in group for p in m.evidence}.values())) for group in merged.values()]
    dates = [at for m, _ in own for at in (_at(m.period_start), _at(m.period_end, end=True)) if at is not None]
    if not dates:
        return Timeline([], [], [_span(m, p, 0, 1) for m, p in own])
    first, last = int(min(dates)), int(max(dates)) + (max(dates) % 1 > 0)
    width = max(last - first, 1)
    spans = [(m, _span(m, p, first, width)) for m, p in own]
    step = max(1, -(-width // 5))
    ticks = [(round(100 * (year - first) / width, 2), str(year)) for year in range(first, first + width + 1, step)]
    dated = sorted((pair for pair in spans if pair[1].left is not None), key=lambda pair: (pair[1].left, pair[1].right, pair[0].iri))
    return Timeline(ticks, [s for _, s in dated], [s for _, s in spans if s.left is None])


def _at(date: str, end: bool = False) -> float | None:
    """A date as years; a year that ends a period counts as its beginning, as texts mean it ("by 2027")."""
    found = _YEAR.match(date)
    return int(found[1]) + ((int(found[2]) - (0 if end else 1)) / 12 if found[2] else 0.0) if found else None


def _span(m: Market, passages: tuple[Passage, ...], first: int, width: int) -> Span:
    start, stop = _at(m.period_start), _at(m.period_end, end=True)
    places = [round(100 * (at - first) / width, 2) for at in (start, stop) if at is not None]
    period = "–".join(dict.fromkeys(d for d in (m.period_start, m.period_end) if d))
    if not m.period_start and m.period_end:
        period = f"by {m.period_end}"
    return Span(m.about_as_stated or (m.subject.label if m.subject else ""), m.measure, figure(m), period,
                m.stated_by.label if m.stated_by else "", places[0] if places else None, places[-1] if places else None, passages)


def figure(m: Market) -> str:
    """The figure in words: 40 %, USD 13.32 billion, 1 million jobs."""
    bound = "at least " if m.at_least else "at most " if m.at_most else "about " if m.approximate else ""
    if m.amount is None:
        return m.amount_as_stated
    if m.unit == "percent":
        return f"{bound}{number(m.amount)} %"
    return f"{bound}{m.unit} {scaled(m.amount)}" if m.unit.isupper() else f"{bound}{scaled(m.amount)} {m.unit}"
