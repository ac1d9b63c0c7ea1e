"""Dates and periods: years, months, days, "from 2022 to 2032", "2024–34", "by 2030", "the past year".

Start and stop are ISO 8601, as exact as the text ("2024", "2024-05", "2025-01-31"). A period counted from the time of
writing, or one that points back to another sentence, has neither; its unit says which ("relative" or "same").
"""

from __future__ import annotations

import re

from kg.language.phrases import Ending, Phrasebook, alternation, key
from kg.model import Quantity
from kg.vocabulary import Vocabulary

_YEAR = r"(?:19|20)\d\d(?![\w%]|[.,]\d|\s?%)"
_ALONE = r"(?<![\w.,/$€£₹¥-])"
_ISO = r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])(?:-\d\d)?(?![\w-])"
_DAY = r"\d{1,2}(?:st|nd|rd|th|\.)?"
_JOINT = r"\s{0,3}[-–—‑/]\s{0,3}"
_FISCAL = re.compile(r"^(?:[qh][1-4]|fy|cy)\s?")
_ANCHOR = re.compile(r"(?:19|20)\d\d")
_LONGEST = 80  # code points that a period may go on after its first year
_REACH = 32  # code points before a year that may belong to its date


class PeriodFinder:
    """Finds dates and periods in folded text (kg/phrases.py); built once for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._months = Phrasebook.of(vocabulary, "month")
        words = {key(c.phrase): c.value for c in vocabulary.cues("date-word")}
        opens = {key(c.phrase): "open" for c in vocabulary.cues("bound") if c.value in ("between", "from")}
        self._words = Ending({**opens, **words})
        self._opens = frozenset(opens)
        self._named = Phrasebook.of(vocabulary, "relative-period", "now", "same")
        month = alternation(self._months.phrases)
        joins = alternation([c.phrase for c in vocabulary.cues("range")])
        dated = rf"(?:{month}\s{{1,3}}(?:{_DAY},?\s{{1,3}})?|(?<!\d){_DAY}\s{{1,3}}{month},?\s{{1,3}})(?:19|20)\d\d(?!\d)"
        first = rf"(?:{dated}|{month}(?=\s{{0,3}}(?:[-–—]|{joins})\s{{0,3}}{month}\s{{1,3}}(?:19|20)\d\d)|" \
                rf"{_ALONE}{_ISO}|(?<!\w)(?:[qh][1-4]|fy|cy)\s?(?:19|20)\d\d(?!\w)|(?<![\w./])\d{{1,2}}[./]\d{{1,2}}[./](?:19|20)\d\d(?!\d)|{_ALONE}{_YEAR})"
        self._pattern = re.compile(
            rf"(?P<first>{first})(?:(?:{_JOINT}|\s{{1,3}}{joins}\s{{1,3}})"
            rf"(?P<last>{dated}|{_ISO}|{_YEAR}|(?<=\d[-–—‑/])\d\d(?![\d%,.]*\d)(?!\w)))?")
        self._month_in = re.compile(month)

    def find(self, folded: str) -> list[Quantity]:
        """Dates and periods that the text dates, in order."""
        found: list[Quantity] = []
        low = 0
        for anchor in _ANCHOR.finditer(folded):
            if anchor.start() < low:
                continue
            match = self._pattern.search(folded, max(low, anchor.start() - _REACH), anchor.end() + _LONGEST)
            if match is None or match.start() > anchor.start():
                continue
            quantity = self._dated(folded, match, low)
            if quantity:
                found.append(quantity)
                low = quantity.end
        return found

    def named(self, folded: str) -> list[Quantity]:
        """Periods without a date: "the past year", "the forecast period"."""
        return [Quantity(s.begin, s.end, "period", unit="relative" if s.value == "now" else "same") for s in self._named.find(folded)]

    def _dated(self, folded: str, match: re.Match[str], low: int) -> Quantity | None:
        before = folded[max(low, match.start() - _REACH):match.start()].rstrip()
        phrase, word = self._words.match(before)
        begin = max(low, match.start() - _REACH) + len(before) - len(phrase) if phrase else match.start()
        start = self._iso(match["first"])
        if not match["last"]:
            if len(start) < 4:
                return None
            stop = word == "stop"
            return Quantity(begin if word in ("stop", "start") else match.start(), match.end(), "period", start="" if stop else start,
                            stop=start if stop else "", at_least=word == "start")
        stop = self._iso(match["last"]) if len(match["last"]) > 2 else start[:2] + match["last"]
        if len(start) == 2:
            start = f"{stop[:4]}-{start}"
        if stop < start[:len(stop)]:
            return Quantity(match.start(), match.end("first"), "period", start=start)
        return Quantity(begin if phrase in self._opens else match.start(), match.end(), "period", start=start, stop=stop)

    def _iso(self, text: str) -> str:
        """A date in ISO 8601; a month without a year gives the month alone."""
        numbers = re.findall(r"\d+", _FISCAL.sub("", text))
        month = self._month_in.search(text)
        if month:
            name = self._months.value(month.group())
            day = next((n for n in numbers if len(n) < 3), "")
            year = next((n for n in numbers if len(n) == 4), "")
            if not year:
                return name
            return f"{year}-{name}" + (f"-{int(day):02}" if day and 0 < int(day) < 32 else "")
        if len(numbers) == 3 and len(numbers[2]) == 4:
            return _day_month(numbers, "/" in text)
        return "-".join(numbers) if len(numbers) < 3 or 0 < int(numbers[2]) < 32 else "-".join(numbers[:2])


def _day_month(numbers: list[str], american: bool) -> str:
    """1/31/2025 (month first) or 31.1.2025 (day first) in ISO 8601, as far as it makes sense."""
    month, day = (numbers[0], numbers[1]) if american else (numbers[1], numbers[0])
    if int(month) > 12 >= int(day):
        month, day = day, month
    if not 0 < int(month) < 13 or not 0 < int(day) < 32:
        return numbers[2]
    return f"{numbers[2]}-{int(month):02}-{int(day):02}"
