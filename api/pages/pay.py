"""Pay as a picture: one row for each source, place, level and component, with its ranges, percentiles and points on a common axis."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import floor, log10

from api.pages.wording import compact, count, money, number
from kg.lookup.models import Passage, Ref, Salary

# beyond this ratio of largest to smallest figure a linear axis hides the smaller ones
_LOGARITHMIC_FROM = 7
_ROOM = 0.04
# the component of figures whose text does not say what they include
UNSAID = "unspecified"
# the statistic of figures that are only said to be the pay
SINGLE = "value"
# what a row is summed up by, best first
_CENTRAL = ("mean", "median", SINGLE)


@dataclass(slots=True)
class Mark:
    """A range (`left` to `right`) or a point (`left`), in percent of the axis; `title` says it in words."""

    kind: str
    left: float
    right: float
    title: str


@dataclass(slots=True)
class Row:
    """What one source says of one place, level, employer, component and date."""

    name: str
    detail: str
    component: str
    central: str = ""
    marks: list[Mark] = field(default_factory=list)
    passages: dict[str, Passage] = field(default_factory=dict)

    @property
    def spoken(self) -> str:
        """The row in words, for those who do not see it (templates/macros.html)."""
        return "; ".join(mark.title for mark in self.marks)


@dataclass(slots=True)
class Chart:
    """All rows in one currency and unit of time, by source; `ticks` are (percent, label)."""

    currency: str
    per: str
    ticks: list[tuple[float, str]]
    sources: dict[str, list[Row]]
    components: list[str]
    logarithmic: bool


class Scale:
    """From amounts to percent of the axis."""

    def __init__(self, amounts: list[float]) -> None:
        low, high = min(amounts), max(amounts)
        self.logarithmic = low > 0 and high / low > _LOGARITHMIC_FROM
        self._low, self._high = self._on(low), self._on(high)
        room = (self._high - self._low or abs(self._high) or 1.0) * _ROOM
        self._low, self._high = self._low - room, self._high + room

    def _on(self, amount: float) -> float:
        return log10(amount) if self.logarithmic else amount

    def at(self, amount: float) -> float:
        """Percent from the left."""
        return round(100 * (self._on(amount) - self._low) / (self._high - self._low), 2)

    def ticks(self) -> list[tuple[float, str]]:
        """Round amounts along the axis, with their labels."""
        if self.logarithmic:
            powers = range(floor(self._low), floor(self._high) + 1)
            amounts = [step * 10.0 ** power for power in powers for step in (1, 2, 5)]
        else:
            raw = (self._high - self._low) / 4
            size = 10.0 ** floor(log10(raw))
            step = next(size * n for n in (1, 2, 2.5, 5, 10) if size * n >= raw)
            amounts = [step * n for n in range(floor(self._low / step), floor(self._high / step) + 2)]
        return [(at, compact(a)) for a in amounts if 2 <= (at := self.at(a)) <= 98]


def charts(salaries: Iterable[Salary], by_role: bool = False) -> list[Chart]:
    """One chart for each currency and unit of time, the one with most figures first; rows by source, or by role."""
    by_unit: dict[tuple[str, str], list[Salary]] = {}
    for salary in salaries:
        if _amounts(salary):
            by_unit.setdefault((salary.currency, salary.per), []).append(salary)
    return [_chart(unit, own, by_role) for unit, own in sorted(by_unit.items(), key=lambda item: (-len(item[1]), item[0]))]


def _chart(unit: tuple[str, str], salaries: list[Salary], by_role: bool) -> Chart:
    scale = Scale([a for s in salaries for a in _amounts(s)])
    rows: dict[tuple, Row] = {}
    sources: dict[str, list[Row]] = {}
    for s in sorted(salaries, key=lambda s: (_label(s.subject) if by_role else "", s.stated_by is None, _label(s.stated_by), _order(s))):
        source = _label(s.subject) if by_role else _label(s.stated_by)
        name = " · ".join(part for part in (_label(s.stated_by) if by_role else "", _label(s.place), s.level, _label(s.employer)) if part)
        key = source, name, s.component, s.as_of, s.document.iri if s.document else ""
        if key not in rows:
            detail = " · ".join(part for part in (s.component if s.component != UNSAID else "", s.as_of) if part)
            rows[key] = Row(name, detail, s.component)
            sources.setdefault(source, []).append(rows[key])
        rows[key].marks.append(_mark(s, scale))
        if s.statistic in _CENTRAL and (not rows[key].central or s.statistic == _CENTRAL[0]):
            rows[key].central = f"{s.statistic if s.statistic != SINGLE else ''} {stated(s)}".strip()
        rows[key].passages.update({p.iri: p for p in s.evidence[:1]})
    for own in sources.values():
        for row in own:
            row.marks.sort(key=lambda m: (m.kind == "point", m.left - m.right))
    return Chart(*unit, scale.ticks(), sources, sorted({s.component for s in salaries}), scale.logarithmic)


def _label(ref: Ref | None) -> str:
    return ref.label if ref else ""


def _order(salary: Salary) -> tuple:
    return _label(salary.place), salary.level, salary.component, salary.as_of, salary.iri


def _mark(salary: Salary, scale: Scale) -> Mark:
    amounts = _amounts(salary)
    kind = "bar" if len(amounts) > 1 else "point" if salary.statistic[:1] != "p" or not salary.statistic[1:].isdigit() else "tick"
    return Mark(kind, scale.at(amounts[0]), scale.at(amounts[-1]), f"{salary.statistic.replace('_', ' ')} {stated(salary)}")


def _amounts(salary: Salary) -> list[float]:
    found = [salary.amount] if salary.amount is not None else [salary.min_amount, salary.max_amount]
    return [float(a) for a in found if a is not None]


def stated(salary: Salary) -> str:
    """The figure in words.

    >>> from kg.lookup.models import Salary
    >>> stated(Salary("", "", "", None, None, "", None, "", (), amount=55, currency="USD", per="hour", at_least=True))
    'at least USD 55 per hour'
    """
    bound = "at least " if salary.at_least else "at most " if salary.at_most else "about " if salary.approximate else ""
    amounts = _amounts(salary)
    figure = money(amounts[0], salary.currency) if len(amounts) == 1 else f"{salary.currency} {'–'.join(map(number, amounts))}"
    return f"{bound}{figure}{'' if salary.per == 'year' or not salary.per else ' per ' + salary.per}"


def summary(salaries: Iterable[Salary]) -> str:
    """How many figures from how many sources."""
    own = list(salaries)
    named = {s.stated_by.iri for s in own if s.stated_by}
    return f"{count(len(own), 'figure')} from {count(len(named), 'named source')}" if named else f"{count(len(own), 'figure')}, no source named"
