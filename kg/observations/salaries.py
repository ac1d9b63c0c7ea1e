"""Pay: from a figure of money to a claim with its statistic, component, role, source, employer, place, level and date.

Every qualifier is taken from the figure's own part of the line, else from what stands above (kg/observations/surroundings.py); then it
is named in `inherited`.
"""

from __future__ import annotations

import re
from decimal import Decimal

from kg.language.phrases import Phrasebook, key
from kg.model import Quantity, Salary
from kg.observations.figure_subjects import subject_of
from kg.observations.pay_qualifiers import PayQualifiers, directly_after
from kg.observations.surroundings import Figure, Frame, Surroundings
from kg.vocabulary import Vocabulary

MOST_PAY = Decimal(100_000_000)  # an amount above is a market's or a company's
_NEAR = re.compile(r"\s*(?:\w{1,2}\s+)?")  # what may stand between an amount and the words that say which part of pay it is
_RANKED = ("p10", "p25", "median", "p75", "p90", "top10pct_min", "top1pct_min")
_PERCENTILES = _RANKED[:5]
# the first of two ranks that share a noun: "10th-" before "90th percentile", "25. bis " before "75. Perzentil"
_RANK_BEFORE = re.compile(r"(?<!\d)(?P<number>\d{1,2})(?:[^\W\d_]{2}|\.)?\s*(?:[-–—/&]|(?<=\s)(?P<word>[^\W\d_]+)(?=\s))\s*\Z")
_ENUMERATED = 45  # code points between figures of one enumeration
_ALIKE = 4  # amounts of pay in one line differ by less than this factor
_BACK = 400  # code points of a passage before a figure
_VERB = 24  # code points between whom a figure is said of and the figure
_CAPTION = 40  # code points; a longer lead-in is a sentence
_RANGES = ("typical_range", "extended_range", "range")


class SalaryReader:
    """Reads pay claims from figures; built once for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._qualifiers = PayQualifiers(vocabulary)
        self._pay = Phrasebook.of(vocabulary, "pay-word")
        self._other = Phrasebook.of(vocabulary, "other-money")
        self._basis = Phrasebook.of(vocabulary, "pay-basis")
        self._statistics = Phrasebook.of(vocabulary, "statistic")
        self._components = Phrasebook.of(vocabulary, "component")
        self._joints = {key(c.phrase) for c in vocabulary.cues("range")}
        self._included = Phrasebook.of(vocabulary, "component-after")
        self._groups = Phrasebook.of(vocabulary, "group-row", "group")

    def is_pay(self, s: Surroundings, number: int, figure: Figure, earlier: Salary | None = None) -> bool:
        """Whether an amount of money is pay: by the words of its line, else by those above it and the passage's type.

        An amount of the size of one that is pay goes on with it, if no word before it says something else.
        """
        if earlier and self._is_like(earlier, figure.quantity) and self._other.first(s.folded, *figure.left) is None:
            return True
        passage, quantity = s.reading.passages[number], figure.quantity
        if max(quantity.low or 0, quantity.high or 0) > MOST_PAY:
            return False
        line = s.line(number, figure) if passage.form != "row" else figure.left
        pay = _distance(self._pay.find(s.folded, *line), quantity)
        other = _distance(self._other.find(s.folded, *line), quantity)
        if pay is not None or other is not None:
            return other is None or (pay is not None and pay <= other)
        if quantity.per or passage.type == "SalaryFact":
            return True
        return any(self._pay.first(s.folded, f.begin, f.end) for f in s.frames(number, figure.headers) if f.kind != "title")

    @staticmethod
    def _is_like(earlier: Salary, quantity: Quantity) -> bool:
        """Whether two amounts are of one size and currency."""
        one, other = earlier.amount or earlier.minimum or Decimal(0), quantity.low or Decimal(0)
        return earlier.currency == quantity.unit and one < _ALIKE * other and other < _ALIKE * one

    def claims(self, s: Surroundings, number: int, figure: Figure, earlier: Salary | None = None) -> list[Salary] | str:
        """The claims of a pay figure, or the reason why there is none; `earlier` is the claim before it in its line."""
        frames = list(s.frames(number, figure.headers))
        if is_group(s, number, figure, self._groups) or self._said_of_group(s, number, figure):
            return "sums over a group, is about no role"
        if (figure.quantity.low or 0) < 0 or not (figure.quantity.high or figure.quantity.low):
            return "no amount above zero"
        role = subject_of(s, number, figure, frames)
        if role is None:
            return "pay of a row that names no role" if s.reading.passages[number].form == "row" else "pay of no role that the text names"
        subject, stated, from_above = role
        found: dict[str, tuple[str, bool]] = {
            "role": (subject, from_above), "source": ("", False), "employer": ("", False),
            "place": self._qualifiers.place(s, number, figure, frames), "as_of": self._qualifiers.date(s, number, figure, frames),
            "level": self._qualifiers.level(s, number, figure, frames)}
        found.update(self._qualifiers.organizations(s, number, figure, frames, own_pay=self._is_own(s, number, figure, from_above)))
        if not found["level"][0] and not from_above:
            found["level"] = (self._qualifiers.level_of_title(s, stated), False)
        claims = []
        component = self._component(s, figure, frames)
        for statistic, quantity in self._figures(s, figure, frames):
            if (earlier and statistic == "value" and earlier.amount is not None and earlier.statistic in (*_RANKED, "mean")
                    and component in ("unspecified", earlier.component) and self._goes_on(s, figure)):
                statistic = earlier.statistic
            if earlier and component == "unspecified" and (earlier.amount is None) == (quantity.high is not None) and self._goes_on(s, figure):
                component = earlier.component
            claims.append(Salary(
                subject=subject, evidence=(number,), confidence=self._confidence(s, number, from_above), method="pay figure",
                statistic=statistic, component=component, amount=None if quantity.high else quantity.low,
                minimum=quantity.low if quantity.high else None, maximum=quantity.high, currency=quantity.unit,
                per=quantity.per or self._per(s, number, figure, frames), at_least=quantity.at_least, at_most=quantity.at_most,
                approximate=quantity.approximate, as_stated=stated, source=found["source"][0] or None,
                employer=found["employer"][0] or None, place=found["place"][0] or None, level=found["level"][0], as_of=found["as_of"][0],
                inherited=tuple(sorted(name for name, (value, above) in found.items() if value and above)), quantity=figure.index))
        return claims

    def _said_of_group(self, s: Surroundings, number: int, figure: Figure) -> bool:
        """Whether a sentence says a figure of all occupations: "the median wage for all occupations was $49,500"."""
        if s.reading.passages[number].form == "row" or s.mentions(figure.left, "Role"):
            return False
        found = self._groups.find(s.folded, *figure.left)
        return bool(found) and " " in s.folded[found[-1].begin:found[-1].end] and figure.quantity.begin - found[-1].end < _VERB

    def _goes_on(self, s: Surroundings, figure: Figure) -> bool:
        """Whether a figure follows another in one enumeration ("$295,000 at Google and $340,000 at Meta")."""
        words = s.folded[figure.left[0]:figure.left[1]]
        return len(words) < _ENUMERATED and ":" not in words and self._components.first(words) is None

    def _is_own(self, s: Surroundings, number: int, figure: Figure, from_above: bool) -> bool:
        """Whether pay may be what the document's own employer pays: not a mean or a percentile, and not of another role."""
        if s.reading.passages[number].form == "sentence" and not from_above:
            return False
        return not any(x.value in (*_RANKED, "mean") for x in self._statistics.find(s.folded, *s.line(number, figure)))

    def _confidence(self, s: Surroundings, number: int, from_above: bool) -> float:
        return (0.95 if s.reading.passages[number].type == "SalaryFact" else 0.85) - (0.02 if from_above else 0.0)

    # which statistic of which part of pay

    def _figures(self, s: Surroundings, figure: Figure, frames: list[Frame]) -> list[tuple[str, Quantity]]:
        """The statistics of a figure, each with its quantity; a range between two percentiles is two."""
        quantity = figure.quantity
        if quantity.high is not None:
            return self._ends(s, figure) or [(self._statistic(s, figure, frames, _RANGES)[0] or "range", quantity)]
        found, own = self._statistic(s, figure, frames, (*_RANKED, "mean", "min", "max"))
        if not own or found in ("min", "max"):
            found = "max" if quantity.at_most else "min" if quantity.at_least and found not in _RANKED else found or "value"
        return [(found, quantity)]

    def _ends(self, s: Surroundings, figure: Figure) -> list[tuple[str, Quantity]]:
        """Both ends of "$118,500 (25th percentile) to $173,000 (75th percentile)" or "10th-90th percentile: $80,000-$150,000", or nothing."""
        quantity = figure.quantity
        inner = [x for x in self._statistics.find(s.folded, quantity.begin, quantity.end) if x.value in _RANKED]
        after = [x for x in self._statistics.find(s.folded, *figure.closing) if x.value in _RANKED]
        names = [inner[0].value, after[0].value] if len(inner) == len(after) == 1 else self._two_ranks(s, figure)
        if not names:
            return []
        common = {"begin": quantity.begin, "end": quantity.end, "kind": "money", "unit": quantity.unit, "per": quantity.per}
        return [(names[0], Quantity(low=quantity.low, **common)), (names[1], Quantity(low=quantity.high, **common))]

    def _two_ranks(self, s: Surroundings, figure: Figure) -> list[str]:
        """The two percentiles that the words beside a range or its header name, the lower first, or nothing."""
        for begin, end in (figure.closing, figure.left, figure.label, directly_after(s, figure), *figure.headers):
            found: set[str] = set()
            for signal in self._statistics.find(s.folded, begin, end):
                found.add(signal.value)
                before = _RANK_BEFORE.search(s.folded, begin, signal.begin)
                words = s.folded[signal.begin:signal.end]
                if before and words[:1].isdigit() and (not before["word"] or before["word"] in self._joints):  # "10th-90th percentile"
                    found.add(self._statistics.value(before["number"] + words.lstrip("0123456789")))
            ranks = sorted(found & set(_PERCENTILES), key=_PERCENTILES.index)
            if len(ranks) == 2:
                return ranks
        return []

    def _statistic(self, s: Surroundings, figure: Figure, frames: list[Frame], wanted: tuple[str, ...]) -> tuple[str, bool]:
        """The first of the wanted statistics that the words name, and whether they are the line's own."""
        for span in (figure.left, figure.closing, figure.label, directly_after(s, figure)):
            found = _first(wanted, {x.value for x in self._statistics.find(s.folded, *span)})
            if found:
                return found, True
        heading = [f for f in frames if f.kind == "heading"][:1]
        for frame in [*(f for f in frames if f.kind in ("header", "lead-in")), *heading]:
            signals = self._statistics.find(s.folded, frame.begin, frame.end)
            if frame.kind == "lead-in" and frame.end - frame.begin > _CAPTION:  # a sentence: "the average salary", not "above average"
                signals = [x for x in signals if self._pay.first(s.folded, x.begin, min(x.end + 25, frame.end))]
            found = _first(wanted, {x.value for x in signals})
            if found:
                return found, False
        return "", False

    def _component(self, s: Surroundings, figure: Figure, frames: list[Frame]) -> str:
        """Which part of pay: the words before the figure, directly after it, what it includes, else the nearest heading."""
        gap = _NEAR.match(s.folded, *figure.right)
        after = self._components.first(s.folded, gap.end() if gap else figure.right[0], figure.right[1])
        close = {after.value} if after and gap and after.begin == gap.end() else set()
        included = {x.value for span in (figure.right, figure.label) for x in self._included.find(s.folded, *span)}
        near = [(f.begin, f.end) for f in frames if f.kind in ("header", "lead-in")]
        near += [(f.begin, f.end) for f in frames if f.kind == "heading"][:1]
        for values in (included, close, self._components.values(s.folded, *figure.left), self._components.values(s.folded, *figure.label),
                       *(self._components.values(s.folded, *span) for span in near)):
            if values:
                return "total" if "total" in values else values.pop() if len(values) == 1 else "unspecified"
        return "unspecified"

    def _per(self, s: Surroundings, number: int, figure: Figure, frames: list[Frame]) -> str:
        near = [(f.begin, f.end) for f in frames if f.kind in ("header", "lead-in")]
        near += [(f.begin, f.end) for f in frames if f.kind == "heading"][:1]
        for span in (figure.left, figure.right, figure.label, *near):
            basis = self._basis.first(s.folded, *span)
            if basis:
                return basis.value
        passage = s.reading.passages[number]
        begin = min([f.begin for f in frames if f.kind == "before"] + [max(passage.begin, figure.quantity.begin - _BACK)])
        return self._per_before(s, figure, begin) if passage.form == "sentence" else "year"

    def _per_before(self, s: Surroundings, figure: Figure, begin: int) -> str:
        """The time of an amount of the same size before: "The median hourly wage was $23. The lowest 10 percent earned $13." """
        size = figure.quantity.low or Decimal(0)
        for i in reversed(s.quantities((begin, figure.quantity.begin), "money")):
            quantity = s.reading.quantities[i]
            low = quantity.low or Decimal(0)
            if low < _ALIKE * size and size < _ALIKE * low:
                basis = self._basis.find(s.folded, begin, quantity.end)
                return quantity.per or (basis[-1].value if basis else "year")
        return "year"


def is_group(s: Surroundings, number: int, figure: Figure, groups: Phrasebook) -> bool:
    """Whether a row sums over several occupations or all ("Total, all occupations")."""
    if s.reading.passages[number].form != "row" or s.mentions(figure.label, "Role"):
        return False
    first = groups.first(s.folded, *figure.label)
    return first is not None and first.begin == figure.label[0]


def _first(wanted: tuple[str, ...], values: set[str]) -> str:
    return next((v for v in wanted if v in values), "")


def _distance(signals: list, quantity: Quantity) -> int | None:
    """How far the nearest of some phrases is from a figure; phrases before it count half as far."""
    return min((quantity.begin - x.end if x.end <= quantity.begin else 2 * max(0, x.begin - quantity.end) for x in signals), default=None)
