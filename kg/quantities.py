"""Finds figures with their units: money, percentages, counts, lengths of time, periods.

One grammar for all: [bound] [currency] number [factor] [currency | percent | unit] [per time] [bound], and two of them
joined into a range. The words come from the vocabulary (kg/amounts.py), the digits from kg/numerals.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from kg.amounts import DASH, AmountWords, Tail
from kg.model import Quantity, Reading
from kg.numerals import NUMERAL, SPACED_NUMERAL, Numeral, read_numeral
from kg.periods import PeriodFinder
from kg.phrases import key
from kg.vocabulary import Vocabulary

_DIGIT = re.compile(r"\d")
_DASH = re.compile(DASH)
_CODE_GOES_ON = re.compile(r"[-–‑/:]\d")
_REACH = 48  # code points before a number that may bound it
_LEAST_MONEY = 1000  # what a doubtful currency sign ("R", "TOP") needs beside it to be one


@dataclass(slots=True)
class _Atom:
    """One number with what stands directly around it."""

    begin: int
    end: int
    number: Numeral
    tail: Tail
    bounds: frozenset[str]
    unit: str = ""
    counted: str = ""
    negative: bool = False
    more: bool = False
    spelled: bool = False

    @property
    def kind(self) -> str:
        if self.tail.currency:
            return "money"
        return "percent" if self.tail.percent else "duration" if self.unit else "count" if self.counted else ""

    def value(self, kind: str, scale: Decimal | None) -> Decimal:
        """The number in plain units, read as the kind of figure asks for."""
        comma = self.tail.language == "de"
        amount = self.number.amount(whole=kind in ("money", "count") and scale is None, comma=comma)
        value = (-amount if self.negative else amount) * (scale or 1)
        return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


class QuantityFinder:
    """Finds quantities in text; built once for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._words = AmountWords(vocabulary)
        self._periods = PeriodFinder(vocabulary)

    def find_all(self, reading: Reading) -> None:
        """Fills `reading.quantities` from title, headings and passages, in order of place."""
        spans = {(p.begin, p.end) for p in reading.passages} | {(s.begin, s.end) for s in reading.sections}
        if reading.title_span:
            spans.add(reading.title_span)
        reading.quantities = [q for begin, end in sorted(spans) for q in self.find(reading.text, begin, end)]

    def find(self, text: str, begin: int, end: int) -> list[Quantity]:
        """The quantities between two offsets, in order, without overlap."""
        if not _DIGIT.search(text, begin, end):
            return self._spelled(text, begin, end)
        taken = [(n.begin, n.end) for n in self._words.names.find(text, begin, end)]
        periods = [q for q in self._periods.find(text, begin, end) if not self._counts(text, q, begin, end)]
        taken += [(q.begin, q.end) for q in periods if q.start or q.stop]
        found = self._amounts(text, begin, end, sorted(taken))
        free = [q for q in periods if not any(q.begin < f.end and f.begin < q.end for f in found)]
        return sorted([*found, *free], key=lambda q: q.begin)

    def _spelled(self, text: str, begin: int, end: int) -> list[Quantity]:
        periods = self._periods.find(text, begin, end)
        found = self._amounts(text, begin, end, [])
        return sorted([*found, *periods], key=lambda q: q.begin) if found or periods else []

    def _counts(self, text: str, period: Quantity, begin: int, end: int) -> bool:
        """Whether what looks like a year counts something ("over 2000 jobs", "1950 hours")."""
        if period.stop or len(period.start) != 4 or period.end - period.begin != 4:
            return False
        if self._words.unit.match(text, period.end, end):
            return True
        bounds = self._before(text, period.begin, begin)[0]
        return bool(bounds & {"at-least", "at-most", "approximate"}) and self._words.count.match(text, period.end, end) is not None

    def _amounts(self, text: str, begin: int, end: int, taken: list[tuple[int, int]]) -> list[Quantity]:
        found: list[Quantity] = []
        low, last = begin, 0
        for start, stop, word in self._numbers(text, begin, end):
            while last < len(taken) and taken[last][1] <= start:
                last += 1
            if start < low or last < len(taken) and taken[last][0] < stop:
                continue
            atom = self._atom(text, start, low, end, word)
            if atom is None:
                continue
            upper = self._upper(text, atom, end, taken)
            if upper is None and not atom.kind and _CODE_GOES_ON.match(text, atom.end, end):
                low = stop
                continue
            found.append(self._finish(text, atom, upper, low))
            low = found[-1].end
        return found

    def _numbers(self, text: str, begin: int, end: int) -> Iterator[tuple[int, int, re.Match[str] | None]]:
        """Places of numerals and spelled numbers, in order."""
        places: list[tuple[int, int, re.Match[str] | None]] = [(m.start(), m.end(), m) for m in self._words.spelled.finditer(text, begin, end)]
        places += [(m.start(), m.end(), None) for m in NUMERAL.finditer(text, begin, end)]
        return iter(sorted(places, key=lambda p: (p[0], -p[1])))

    def _before(self, text: str, start: int, low: int) -> tuple[frozenset[str], str, bool, int]:
        """Bounds, currency sign and minus before a number, and where they begin."""
        match = self._words.before.search(text, max(low, start - _REACH), start)
        if match is None:
            return frozenset(), "", False, start
        begin = match.start("currency") if match["currency"] else match.start("minus") if match["minus"] else start
        return frozenset(self._words.bounds.values(match["bounds"])) | _sign(match["bounds"]), match["currency"] or "", bool(match["minus"]), begin

    def _atom(self, text: str, start: int, low: int, end: int, word: re.Match[str] | None) -> _Atom | None:
        bounds, sign, minus, begin = self._before(text, start, low)
        if word is not None:
            return self._word_atom(text, word, end, bounds)
        if _is_code(text, begin, start, low):
            return None
        atom = self._read(text, start, end, sign)
        if atom is None or text[atom.end:atom.end + 1].isalpha() or text[atom.end:atom.end + 1] == "_":
            return None
        if atom.tail.sign in self._words.doubtful and not (atom.tail.per or atom.tail.scale or atom.value("money", None) >= _LEAST_MONEY):
            atom = self._read(text, start, end, "")
            if atom is None:
                return None
            begin = start
        return replace(atom, begin=begin if sign or minus else start, bounds=bounds, negative=minus and not atom.unit)

    def _read(self, text: str, start: int, end: int, sign: str, *, paid: bool = False) -> _Atom | None:
        """Number, factor, currency, percent and unit from `start` on."""
        for pattern in (SPACED_NUMERAL, NUMERAL):
            match = pattern.match(text, start, end)
            number = read_numeral(match.group()) if match else None
            if number is None:
                continue
            tail = self._words.tail(text, start + number.length, end, sign, paid=paid)
            if pattern is SPACED_NUMERAL and not tail.currency:
                continue
            return self._unit(text, _Atom(start, tail.end, number, tail, frozenset()), end)
        return None

    def _word_atom(self, text: str, word: re.Match[str], end: int, bounds: frozenset[str]) -> _Atom | None:
        value = Decimal(self._words.words.value(word["word"]))
        tail = self._words.tail(text, word.end(), end, "")
        atom = self._unit(text, _Atom(word.start(), tail.end, Numeral(value, value, 0), tail, bounds, spelled=True), end)
        if value == 1 and atom.unit and len(word["word"]) < 3 and not word["digits"]:
            article = atom.unit != "decade" and not bounds and not re.match(r" of\b", text[atom.end:atom.end + 4])
            return None if article else atom
        return atom

    def _unit(self, text: str, atom: _Atom, end: int) -> _Atom:
        """The atom with the unit of time or the thing counted that follows it."""
        if atom.tail.currency or atom.tail.percent:
            return atom
        repeated = self._words.parenthesis.match(text, atom.end, end)
        for start in (atom.end, repeated.end() if repeated else atom.end):
            match = self._words.unit.match(text, start, end)
            if match:
                after = self._words.after.match(text, match.end(), end)
                atom.tail.less = atom.tail.less or bool(after and after["less"])
                return replace(atom, end=after.end() if after else match.end(), unit=self._words.units.value(match["unit"]),
                               more=bool(match["more"] or after and after["more"]))
        match = self._words.count.match(text, atom.end, end)
        return replace(atom, end=match.end(), counted=self._words.counted.value(match["noun"])) if match else atom

    def _upper(self, text: str, low: _Atom, end: int, taken: list[tuple[int, int]]) -> _Atom | None:
        """The upper end of a range that starts with an atom, or None."""
        match = self._words.join.match(text, low.end, end)
        if match is None or any(a < match.end("number") and match.start("number") < b for a, b in taken):
            return None
        high = self._read(text, match.start("number"), end, match["currency"] or "", paid=low.kind == "money")
        if high is None:
            word = self._words.spelled.match(text, match.start("number"), end)
            high = self._word_atom(text, word, end, frozenset()) if word else None
        if high is None or not self._joins(low, high, match):
            return None
        bounds = frozenset(self._words.bounds.values(match["bounds"])) | _sign(match["bounds"])
        return replace(high, bounds=bounds)

    def _joins(self, low: _Atom, high: _Atom, match: re.Match[str]) -> bool:
        """Whether two numbers with these words between them are one range."""
        joint, dash = key(match["joint"]), _DASH.fullmatch(match["joint"]) is not None
        a, b = low.kind, high.kind
        if match["note"] and "money" not in (a, b):
            return False
        if not dash and joint not in self._words.joints["to"]:
            between = "between" in low.bounds and joint in self._words.joints["and"]
            if not between and not (joint in self._words.joints["or"] and b == "duration" and a in ("", "duration")):
                return False
        if a and b and a != b or a in ("percent", "duration", "count") and not b:
            return False
        if a == b == "money" and low.tail.currency != high.tail.currency or low.unit and high.unit and low.unit != high.unit:
            return False
        if not a and not b and (not dash or " " in match.group() or high.number.value >= _LEAST_MONEY):
            return False
        first, second = _scales(low, high)
        kind = a or b or "count"
        return low.value(kind, first) <= high.value(kind, second)

    def _finish(self, text: str, low: _Atom, high: _Atom | None, floor: int) -> Quantity:
        kind = low.kind or (high.kind if high else "") or "count"
        last = high or low
        first, second = _scales(low, high) if high else (low.tail.scale, None)
        unit = low.unit or last.unit
        ten = Decimal(10) if unit == "decade" else Decimal(1)
        more = low.more or last.more or last.tail.more
        names = {"money": low.tail.currency or last.tail.currency, "percent": "percent", "duration": "year" if unit == "decade" else unit,
                 "count": low.counted or last.counted}
        opens = {"at-least"} if kind in ("percent", "count") else {"at-least", "from"}
        relative = kind == "duration" and self._words.relative.search(text, max(floor, low.begin - _REACH), low.begin)
        if relative:
            return Quantity(low.begin, last.end, "period", low=low.value(kind, first) * ten, unit="relative")
        return Quantity(
            low.begin, last.end, kind, low=low.value(kind, first) * ten, high=high.value(kind, second) * ten if high else None,
            unit=names[kind], per=low.tail.per or last.tail.per if kind == "money" else "",
            at_least=more or bool(opens & last.bounds) and (high is None or "at-least" in last.bounds),
            at_most=low.tail.less or last.tail.less or high is None and "at-most" in low.bounds,
            approximate="approximate" in low.bounds | last.bounds)


def _scales(low: _Atom, high: _Atom) -> tuple[Decimal | None, Decimal | None]:
    """The factors of both ends: a range may state its factor once ("$120-150k", "6 to 12 lakh")."""
    first, second = low.tail.scale, high.tail.scale
    if first is None and second is not None and low.number.value <= high.number.value:
        first = second
    elif second is None and first is not None and low.number.value <= high.number.value < _LEAST_MONEY:
        second = first
    return first, second


def _sign(bounds: str) -> frozenset[str]:
    found = {"approximate"} if any(c in bounds for c in "~≈±") else set()
    if any(c in bounds for c in ">≥"):
        found.add("at-least")
    if any(c in bounds for c in "<≤"):
        found.add("at-most")
    return frozenset(found)


def _is_code(text: str, begin: int, start: int, low: int) -> bool:
    """Whether a number is part of a word or a code ("GPT-4", "15-1252", "v2", "9:30")."""
    if begin < start or start <= low:
        return False
    before = text[start - 1]
    if before.isalnum() or before == "_" or before == "#":
        return True
    if before == "+":
        return not text[start - 2:start - 1].isspace() and start - 1 > low
    return before in "-–‑/.:" and start - 1 >= low and text[start - 2].isalnum()
