"""Dates and periods: years, months, days, "from 2022 to 2032", "2024–34", "by 2030", "the past year".

Start and stop are ISO 8601, as exact as the text ("2024", "2024-05", "2025-01-31"). A period counted from the time of
writing, or one that points back to another sentence, has neither; its unit says which ("relative" or "same").
"""

from __future__ import annotations

import re

from kg.model import Quantity
from kg.phrases import Phrasebook, alternation
from kg.vocabulary import Vocabulary

_YEAR = r"(?:19|20)\d\d(?![\w%]|[.,]\d|\s?%)"
_ALONE = r"(?<![\w.,/$€£₹¥-])"
_JOINT = r"\s{0,3}[-–—‑/]\s{0,3}"


class PeriodFinder:
    """Finds dates and periods in text; built once for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._months = Phrasebook.of(vocabulary, "month")
        self._words = Phrasebook.of(vocabulary, "date-word")
        self._named = Phrasebook.of(vocabulary, "relative-period", "now", "same")
        month = alternation(self._months.phrases)
        joins = alternation([c.phrase for c in vocabulary.cues("range")])
        opens = alternation([c.phrase for c in vocabulary.cues("bound") if c.value in ("between", "from")])
        day = r"\d{1,2}(?:st|nd|rd|th|\.)?"
        dated = rf"(?:{month}\s{{1,3}}(?:{day},?\s{{1,3}})?|{day}\s{{1,3}}{month},?\s{{1,3}})"
        iso = r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])(?:-\d\d)?(?![\w-])"
        last = rf"(?:{dated}(?:of\s{{1,3}})?(?:19|20)\d\d(?!\d)|{iso}|{_YEAR})"
        first = rf"(?:{dated}(?:of\s{{1,3}})?(?:19|20)\d\d(?!\d)|{month}(?=\s{{0,3}}(?:[-–—]|{joins})\s{{0,3}}{month}\s{{1,3}}(?:19|20)\d\d)|" \
                rf"{_ALONE}{iso}|(?<![\w./])\d{{1,2}}[./]\d{{1,2}}[./](?:19|20)\d\d(?!\d)|{_ALONE}{_YEAR})"
        self._pattern = re.compile(
            rf"(?:(?P<word>{alternation(self._words.phrases)})\s{{1,3}}|(?P<open>{opens})\s{{1,3}})?(?P<first>{first})"
            rf"(?:(?:{_JOINT}|\s{{1,3}}{joins}\s{{1,3}})(?P<last>{last}|(?<=\d[-–—‑/])\d\d(?![\d%,.]*\d)(?!\w)))?", re.IGNORECASE)
        self._month_in = re.compile(month, re.IGNORECASE)
        self._hint = re.compile(r"(?:19|20)\d\d")

    def find(self, text: str, begin: int, end: int) -> list[Quantity]:
        """Dates and periods between two offsets, in order."""
        found = []
        if self._hint.search(text, begin, end):
            found = [q for m in self._pattern.finditer(text, begin, end) if (q := self._dated(m))]
        for signal in self._named.find(text, begin, end):
            unit = "relative" if signal.value == "now" else "same"
            found.append(Quantity(signal.begin, signal.end, "period", unit=unit))
        return sorted(found, key=lambda q: q.begin)

    def _dated(self, match: re.Match[str]) -> Quantity | None:
        word = self._words.value(match["word"] or "")
        begin = match.start("first") if not match["last"] and not word else match.start()
        start = self._iso(match["first"])
        if not match["last"]:
            if not start:
                return None
            stop = word == "stop"
            return Quantity(begin, match.end(), "period", start="" if stop else start, stop=start if stop else "", at_least=word == "start")
        stop = self._iso(match["last"]) if len(match["last"]) > 2 else start[:2] + match["last"]
        if len(start) == 2 and stop:
            start = f"{stop[:4]}-{start}"
        if stop < start[:len(stop)]:
            return Quantity(begin, match.end("first"), "period", start=start)
        return Quantity(begin, match.end(), "period", start=start, stop=stop)

    def _iso(self, text: str) -> str:
        """A date in ISO 8601; a month without a year gives the month alone."""
        numbers = re.findall(r"\d+", text)
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
        return "-".join(numbers) if len(numbers) < 2 or 0 < int(numbers[1]) < 13 else numbers[0]


def _day_month(numbers: list[str], american: bool) -> str:
    """1/31/2025 (month first) or 31.1.2025 (day first) in ISO 8601, as far as it makes sense."""
    month, day = (numbers[0], numbers[1]) if american else (numbers[1], numbers[0])
    if int(month) > 12 >= int(day):
        month, day = day, month
    if not 0 < int(month) < 13 or not 0 < int(day) < 32:
        return numbers[2]
    return f"{numbers[2]}-{int(month):02}-{int(day):02}"
