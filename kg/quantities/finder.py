"""Finds figures with their units: money, percentages, counts, lengths of time, periods.

One grammar for all: [bound] [currency] number [factor] [currency | percent | unit] [per time] [bound], and two of them
joined into a range. The words come from the vocabulary (amounts.py), the digits from numerals.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from kg.language.phrases import fold, key
from kg.model import Quantity, Reading
from kg.quantities.amounts import DASH, AmountWords, Head
from kg.quantities.atoms import LEAST_MONEY, Atom, is_code, scales
from kg.quantities.numerals import NUMERAL, SPACED_NUMERAL, Numeral, read_numeral
from kg.quantities.periods import PeriodFinder
from kg.vocabulary import Vocabulary

_DIGIT = re.compile(r"\d")
_DASH = re.compile(DASH)
_CODE_GOES_ON = re.compile(r"[-–‑/:]\d")


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
        part = text[begin:end]
        folded = fold(part)
        digits = _DIGIT.search(part) is not None
        spelled = self._words.spelled_hint.search(folded) is not None
        if not digits and not spelled:
            return []
        taken, periods = [], []
        if digits:
            taken = [(n.begin, n.end) for n in self._words.names.find(folded)]
            periods = [q for q in self._periods.find(folded) if not self._counts(part, folded, q)]
            taken = sorted(taken + [(q.begin, q.end) for q in periods])
        found = self._amounts(part, folded, taken, spelled)
        if found or periods:
            named = self._periods.named(folded)
            free = [q for q in periods + named if not any(q.begin < f.end and f.begin < q.end for f in found)]
            found = _apart(sorted([*found, *free], key=lambda q: (q.begin, -q.end)))
        return [replace(q, begin=q.begin + begin, end=q.end + begin) for q in found] if begin else found

    def _counts(self, text: str, folded: str, period: Quantity) -> bool:
        """Whether what looks like a year counts something ("over 2000 jobs", "1950 hours", "2000 EUR")."""
        if period.stop or len(period.start) != 4 or period.end - period.begin != 4:
            return False
        head, tail = self._words.head(text, folded, period.begin, 0), self._words.tail(text, folded, period.end, "")
        if head.sign or tail.currency or self._words.unit.match(folded, period.end):
            return True
        bounds = head.bounds
        return bool(bounds & {"at-least", "at-most", "approximate"}) and self._words.count.match(folded, period.end) is not None

    def _amounts(self, text: str, folded: str, taken: list[tuple[int, int]], spelled: bool) -> list[Quantity]:
        found: list[Quantity] = []
        low = last = 0
        for start, stop, word in self._numbers(text, folded, spelled):
            while last < len(taken) and taken[last][1] <= start:
                last += 1
            if start < low or (last < len(taken) and taken[last][0] < stop):
                continue
            head = self._words.head(text, folded, start, low)
            atom = self._word_atom(text, folded, word, head) if word else self._atom(text, folded, head, start)
            if atom is None:
                continue
            upper = self._upper(text, folded, atom, taken[last:last + 2])
            if upper is None and not atom.kind and _CODE_GOES_ON.match(text, atom.end):
                low = stop
                continue
            found.append(self._finish(folded, atom, upper, low))
            low = found[-1].end
        return found

    def _numbers(self, text: str, folded: str, spelled: bool) -> Iterator[tuple[int, int, re.Match[str] | None]]:
        """Places of numerals and spelled numbers, in order."""
        numerals = [(m.start(), m.end(), None) for m in NUMERAL.finditer(text)]
        if not spelled:
            return iter(numerals)
        words = [(m.start(), m.end(), m) for m in self._words.spelled.finditer(folded)]
        return iter(sorted([*words, *numerals], key=lambda p: (p[0], -p[1])))

    def _atom(self, text: str, folded: str, head: Head, start: int) -> Atom | None:
        if not head.sign and is_code(text, start - head.minus):
            return None
        atom = self._read(text, folded, start, head)
        sure = atom and (atom.tail.per or atom.tail.scale or atom.value("money", None) >= LEAST_MONEY)
        if atom and atom.tail.sign in self._words.doubtful and not sure:
            atom = self._read(text, folded, start, Head(start, head.bounds))
        if atom is None or text[atom.end:atom.end + 1].isalpha() or text[atom.end:atom.end + 1] == "_":
            return None
        return atom

    def _read(self, text: str, folded: str, start: int, head: Head, *, paid: bool = False) -> Atom | None:
        """Number, factor, currency, percent and unit from `start` on."""
        for pattern in (SPACED_NUMERAL, NUMERAL):
            match = pattern.match(text, start)
            number = read_numeral(match.group()) if match else None
            if number is None:
                continue
            tail = self._words.tail(text, folded, start + number.length, head.sign, paid=paid)
            if pattern is SPACED_NUMERAL and not (tail.currency or paid):
                continue
            return self._unit(folded, Atom(head.begin, tail.end, number, tail, head))
        return None

    def _word_atom(self, text: str, folded: str, word: re.Match[str], head: Head) -> Atom | None:
        value = Decimal(self._words.words.value(word["word"]))
        tail = self._words.tail(text, folded, word.end(), "")
        atom = self._unit(folded, Atom(word.start(), tail.end, Numeral(value, value, 0), tail, head))
        if value == 1 and atom.unit and len(word["word"]) < 3 and not word["digits"]:
            article = atom.unit != "decade" and not head.bounds and folded[atom.end:atom.end + 4] != " of "
            return None if article else atom
        return atom

    def _unit(self, folded: str, atom: Atom) -> Atom:
        """The atom with the unit of time or the thing counted that follows it."""
        if atom.tail.currency or atom.tail.percent:
            return atom
        repeated = self._words.parenthesis.match(folded, atom.end)
        for start in (atom.end, repeated.end() if repeated else atom.end):
            match = self._words.unit.match(folded, start)
            if match:
                after = self._words.after.match(folded, match.end())
                atom.tail.less = atom.tail.less or bool(after and after["less"])
                return replace(atom, end=after.end() if after else match.end(), unit=self._words.units.value(match["unit"]),
                               more=bool(match["more"] or (after and after["more"])))
        match = self._words.count.match(folded, atom.end)
        return replace(atom, end=match.end(), counted=self._words.counted.value(match["noun"])) if match else atom

    def _upper(self, text: str, folded: str, low: Atom, taken: list[tuple[int, int]]) -> Atom | None:
        """The upper end of a range that starts with an atom, or None."""
        match = self._words.join.match(folded, low.end)
        if match is None or any(a < match.end("number") and match.start("number") < b for a, b in taken):
            return None
        head = self._words.head(text, folded, match.start("number"), match.end("joint"))
        high = self._read(text, folded, match.start("number"), head, paid=low.kind == "money")
        if high is None:
            word = self._words.spelled.match(folded, match.start("number"))
            high = self._word_atom(text, folded, word, head) if word else None
        return high if high and self._joins(low, high, match) else None

    def _joins(self, low: Atom, high: Atom, match: re.Match[str]) -> bool:
        """Whether two numbers with these words between them are one range."""
        joint, dash = key(match["joint"]), _DASH.fullmatch(match["joint"]) is not None
        a, b = low.kind, high.kind
        opened = a == b == "money" and low.head.bounds & {"between", "from"}
        if (match["note"] and "money" not in (a, b)) or (match["words"] and not opened):
            return False
        if not dash and joint not in self._words.joints["to"]:
            between = "between" in low.head.bounds and joint in self._words.joints["and"]
            if not between and not (joint in self._words.joints["or"] and b == "duration" and a in ("", "duration")):
                return False
        if (a and b and a != b) or (a in ("percent", "duration", "count") and not b):
            return False
        if a == b == "money" and low.tail.sign != high.tail.sign and high.tail.sign and low.tail.sign.endswith(high.tail.sign):
            high.tail.currency = low.tail.currency  # "NZ$80k-$95k"
        if (a == b == "money" and low.tail.currency != high.tail.currency) or (low.unit and high.unit and low.unit != high.unit):
            return False
        if not a and not b and (not dash or " " in match.group() or high.number.value >= LEAST_MONEY):
            return False
        first, second = scales(low, high)
        kind = a or b or "count"
        return low.value(kind, first) <= high.value(kind, second)

    def _finish(self, folded: str, low: Atom, high: Atom | None, floor: int) -> Quantity:
        kind = low.kind or (high.kind if high else "") or "count"
        last = high or low
        first, second = scales(low, high) if high else (low.tail.scale, None)
        unit = low.unit or last.unit
        ten = 10 if unit == "decade" else 1
        amount, upper = low.value(kind, first) * ten, high.value(kind, second) * ten if high else None
        if kind == "duration" and self._words.is_relative(folded, low.head, floor):
            return Quantity(low.begin, last.end, "period", low=amount, high=upper, unit="relative")
        names = {"money": low.tail.currency or last.tail.currency, "percent": "percent", "duration": "year" if unit == "decade" else unit,
                 "count": low.counted or last.counted}
        closed = high or kind in ("percent", "count") or self._words.leads_on(folded, last.end)
        opening = last.head.bounds & ({"at-least"} if closed or "at-most" in last.head.bounds else {"at-least", "from"})
        return Quantity(
            low.begin, last.end, kind, low=amount, high=upper, unit=names[kind],
            per=low.tail.per or last.tail.per if kind == "money" else "",
            at_least=bool(low.more or last.more or last.tail.more or opening),
            at_most=low.tail.less or last.tail.less or (high is None and "at-most" in low.head.bounds),
            approximate="approximate" in low.head.bounds | last.head.bounds)


def _apart(quantities: list[Quantity]) -> list[Quantity]:
    """Without those that overlap an earlier one."""
    kept: list[Quantity] = []
    for quantity in quantities:
        if not kept or quantity.begin >= kept[-1].end:
            kept.append(quantity)
    return kept
