"""Observations: what a document states in figures, and degrees asked for, as claims; every figure left over gets a reason."""

from __future__ import annotations

import re
from dataclasses import replace

from kg.language.phrases import Phrasebook
from kg.model import Claim, Quantity, Reading, Salary, Skipped
from kg.observations.demands import Demands
from kg.observations.education import EducationReader
from kg.observations.experience import ExperienceReader
from kg.observations.lines import figures
from kg.observations.markets import MarketReader
from kg.observations.row_roles import RowRoles
from kg.observations.salaries import SalaryReader
from kg.observations.surroundings import Figure, Surroundings
from kg.titles.reader import TitleReader
from kg.vocabulary import Vocabulary

_DIGITS = re.compile(r"\d(?:[\d.,]*\d)?")
_LIST_NUMBER = re.compile(r"^\s*(?:#+\s*)?\(?$")


class Observations:
    """Turns a reading's quantities and degrees into claims of pay, markets, experience and education.

    With `titles` the rows of a table also name roles that no vocabulary has.
    """

    def __init__(self, vocabulary: Vocabulary, titles: TitleReader | None = None) -> None:
        self._rows = RowRoles(vocabulary, titles)
        self._vocabulary = vocabulary
        self._salaries = SalaryReader(vocabulary)
        self._markets = MarketReader(vocabulary)
        demands = Demands(vocabulary)
        self._experience = ExperienceReader(vocabulary, demands)
        self._education = EducationReader(vocabulary, demands)
        self._statistics = Phrasebook.of(vocabulary, "statistic")
        self._names = Phrasebook.of(vocabulary, "not-a-figure")

    def claims(self, reading: Reading) -> list[Claim]:
        """The claims in order of place; also fills `reading.skipped` with every figure that is no claim's own."""
        s = Surroundings(reading, self._vocabulary, self._rows)
        found: list[Claim] = []
        reasons: dict[int, str] = {}
        base = len(reading.claims)
        for number in sorted(self._passages(reading)):
            claims = self._passage(s, number, reasons, base + len(found))
            found += claims
        own = {q for c in found if (q := getattr(c, "quantity", None)) is not None}
        reading.skipped = self._skipped(s, own, reasons)
        return found

    def _passages(self, reading: Reading) -> set[int]:
        """The passages that hold a figure or a degree."""
        found = {m.passage for m in reading.mentions if m.kind == "Degree" and m.passage is not None}
        i = 0
        for number, passage in enumerate(reading.passages):
            while i < len(reading.quantities) and reading.quantities[i].end <= passage.begin:
                i += 1
            if i < len(reading.quantities) and reading.quantities[i].begin < passage.end:
                found.add(number)
        return found

    def _passage(self, s: Surroundings, number: int, reasons: dict[int, str], offset: int) -> list[Claim]:
        claims: list[Claim] = []
        lengths: list[Figure] = []
        for figure in figures(s, number):
            if lengths and self._experience.goes_on(s, figure, lengths[-1]):
                figure = replace(figure, quantity=replace(figure.quantity, kind="duration", unit="year"))
            if figure.quantity.kind == "duration":
                lengths.append(figure)
                continue
            earlier = claims[-1] if claims and isinstance(claims[-1], Salary) else None
            found = self._figure(s, number, figure, earlier)
            if isinstance(found, str):
                reasons[figure.index] = found
            else:
                claims += found
        if lengths:
            experience, refused = self._experience.claims(s, number, lengths, offset + len(claims))
            claims += experience
            reasons.update(refused)
        return claims + self._education.claims(s, number)

    def _figure(self, s: Surroundings, number: int, figure: Figure, earlier: Salary | None) -> list[Claim] | str:
        quantity = figure.quantity
        if quantity.kind == "money" and self._salaries.is_pay(s, number, figure, earlier):
            found = self._salaries.claims(s, number, figure, earlier)
            return found if isinstance(found, str) else list(found)
        if quantity.kind == "percent" and self._ranks(s, number, figure):
            return "part of the name of a statistic"
        if quantity.kind == "count" and not quantity.unit and not figure.headers and figure.label[0] == figure.label[1]:
            return "number without a unit"
        stated = self._markets.claims(s, number, figure)
        return stated if isinstance(stated, str) else list(stated)

    def _ranks(self, s: Surroundings, number: int, figure: Figure) -> bool:
        """Whether a percentage names a statistic of pay ("the lowest 10 percent earned")."""
        begin, end = s.line(number, figure)
        quantity = figure.quantity
        near = self._statistics.find(s.folded, max(begin, quantity.begin - 24), min(end, quantity.end + 24))
        return bool(s.quantities((begin, end), "money")) and any(x.begin < quantity.end and quantity.begin < x.end for x in near)

    # what is no claim

    def _skipped(self, s: Surroundings, own: set[int], reasons: dict[int, str]) -> list[Skipped]:
        reading = s.reading
        found = [Skipped(q.begin, q.end, reasons.get(i) or _by_kind(q)) for i, q in enumerate(reading.quantities) if i not in own]
        covered = sorted((q.begin, q.end) for q in reading.quantities)
        at = 0
        for match in _DIGITS.finditer(reading.text):
            while at < len(covered) and covered[at][1] <= match.start():
                at += 1
            if at == len(covered) or covered[at][0] >= match.end():
                found.append(Skipped(match.start(), match.end(), self._reason(s, match)))
        return sorted(found, key=lambda k: (k.begin, k.end))

    def _reason(self, s: Surroundings, match: re.Match[str]) -> str:
        """Why digits that are no quantity are none."""
        text, begin, end = s.reading.text, match.start(), match.end()
        line = text.rfind("\n", 0, begin) + 1
        for words, reason in ((self._names, "part of a name"), (self._statistics, "part of the name of a statistic")):
            if any(x.begin < end and begin < x.end for x in words.find(s.folded, max(0, begin - 16), end + 16)):
                return reason
        if _LIST_NUMBER.match(text[line:begin]) and begin - line < 8 and not text[end:end + 1].isalnum():
            return "number of a list or section"
        if any(a <= begin < b for a, b in s.reading.furniture):
            return "page furniture"
        return "code, version or part of a word"


def _by_kind(quantity: Quantity) -> str:
    if quantity.kind == "period":
        return "date of other figures" if quantity.start or quantity.stop else "period counted from now"
    return {"duration": "length of time that is no experience", "count": "number without a unit"}.get(quantity.kind, "figure in a heading")
