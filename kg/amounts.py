"""The words of amounts, compiled from the vocabulary: what may stand before, between and after numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from kg.numerals import NUMERAL, SPACED_NUMERAL
from kg.phrases import Phrasebook, alternation, key
from kg.vocabulary import Vocabulary

DASH = "[-–—‒‑]"
_SIGN = "[~≈±<>≥≤]"
_GAP = r"[\s\u00a0]?"
_ALONE = re.compile(r"\s?(?:$|[.,;:()/\]–—-])")  # no noun follows that the number would count


@dataclass(slots=True)
class Tail:
    """What follows a number: factor and the language it is written in, currency, percent, time it is paid for, bounds."""

    end: int
    scale: Decimal | None = None
    language: str = ""
    currency: str = ""
    sign: str = ""
    percent: bool = False
    per: str = ""
    more: bool = False
    less: bool = False
    paid: bool = False


class AmountWords:
    """Regular expressions and look-ups for amounts; built once for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        def any_of(scheme: str, *values: str, attached: bool = False) -> str:
            return alternation([c.phrase for c in vocabulary.cues(scheme) if not values or c.value in values], attached=attached)
        self.bounds = Phrasebook.of(vocabulary, "bound", "at-least", "at-most", "approximate", "between", "from")
        self.units = Phrasebook.of(vocabulary, "time-unit")
        self.words = Phrasebook.of(vocabulary, "number-word")
        self.counted = Phrasebook.of(vocabulary, "count-noun")
        self.names = Phrasebook.of(vocabulary, "not-a-figure")
        self._per = Phrasebook.of(vocabulary, "pay-period")
        self.joints = {v: {key(c.phrase) for c in vocabulary.cues("range") if c.value == v} for v in ("to", "and", "or")}
        self._scales = {key(c.phrase): (Decimal(c.value), c.language) for c in reversed(vocabulary.cues("scale"))}
        self.currencies = {c.phrase: c.value for c in vocabulary.cues("currency")}
        shared = [c for c in vocabulary.cues("currency") if key(c.phrase) in self._scales]
        self._whole = {key(c.phrase): c.value for c in shared}  # "LPA", "T€" say factor and currency at once
        # a factor of one country's: a phrase of it that is also a pay period names the currency ("LPA")
        self._implied = {self._scales[key(c.phrase)][0]: c.value for c in shared if self._per.value(c.phrase)}
        self.doubtful = {p for p in self.currencies if len(p) == 1 and p.isalpha()}
        self.doubtful |= {c.phrase for c in vocabulary.cues("currency")
                          if c.phrase in vocabulary.values(vocabulary.member("currency", c.value), "contextLabel")}
        sign = f"(?-i:{any_of('currency')})"
        self._compile_before(any_of, sign)
        self._compile_after(any_of, sign)

    def _compile_before(self, any_of: Callable[..., str], sign: str) -> None:
        bound = any_of("bound", "at-least", "at-most", "approximate", "between", "from")
        bounds = rf"(?P<bounds>(?:(?:{bound}|{_SIGN})[\s:]{{0,3}}){{0,5}})"
        number = any_of("number-word")
        self.before = re.compile(rf"{bounds}(?P<currency>{sign})?{_GAP}(?P<minus>(?<![\w)])[-−])?$", re.IGNORECASE)
        self.relative = re.compile(rf"{any_of('relative-period', 'relative')}\s{{0,3}}$", re.IGNORECASE)
        self.join = re.compile(
            rf"-?\s{{0,3}}(?P<note>\([^()\n]{{1,60}}\))?\s{{0,3}}(?P<joint>{DASH}|{any_of('range')})\s{{0,3}}{bounds}(?P<currency>{sign})?{_GAP}"
            rf"(?=(?P<number>(?P<spaced>{SPACED_NUMERAL.pattern})|{NUMERAL.pattern}|{number}))", re.IGNORECASE)
        inside = any_of("bound", "at-least-inside")
        follow = rf"(?:\s{{0,3}}{inside})?[\s-]{{1,3}}(?:{any_of('time-unit')}|{any_of('scale')}|{any_of('percent')})"
        self.spelled = re.compile(
            rf"(?P<word>{number})(?P<digits>\s{{0,3}}\(\s{{0,3}}\d{{1,3}}\s{{0,3}}\+?\s{{0,3}}\))?"
            rf"(?={follow}|-?\s{{0,3}}(?:{DASH}|{any_of('range')})\s{{0,3}}(?:{number}|\d{{1,3}})(?:\s?\(\d{{1,3}}\))?{follow})", re.IGNORECASE)

    def _compile_after(self, any_of: Callable[..., str], sign: str) -> None:
        filler, percent = any_of("gross"), any_of("percent")
        more, less = any_of("bound", "at-least-after"), any_of("bound", "at-most-after")
        self._tail = re.compile(
            rf"(?P<gap>[\s\u00a0-]?)(?:(?P<scale>{any_of('scale', attached=True)})|(?P<currency>{sign})(?!\s?\d)|(?P<percent>{percent})|"
            rf"[,(]?\s{{0,3}}(?:{filler}[\s,(]{{0,3}}){{0,2}}(?P<per>{any_of('pay-period')})\)?|,?\s{{0,3}}(?P<more>{more})|,?\s{{0,3}}(?P<less>{less}))",
            re.IGNORECASE)
        inside = any_of("bound", "at-least-inside")
        self.unit = re.compile(rf"(?:\s{{0,3}}(?P<more>{inside}))?[\s\u00a0-]{{0,3}}(?P<unit>{any_of('time-unit', attached=True)})", re.IGNORECASE)
        self.after = re.compile(rf",?\s{{0,3}}(?:(?P<more>{more})|(?P<less>{less}))", re.IGNORECASE)
        self.count = re.compile(rf"\+?\s{{1,3}}(?:[\w-]{1,30}\s{{1,3}}){{0,3}}?(?P<noun>{any_of('count-noun')})", re.IGNORECASE)
        self.parenthesis = re.compile(rf"\s{{0,3}}\(\s{{0,3}}(?:\d{{1,3}}|{any_of('number-word')})\s{{0,3}}\+?\s{{0,3}}\)", re.IGNORECASE)

    def tail(self, text: str, begin: int, end: int, sign: str, *, paid: bool = False) -> Tail:
        """Reads scale, currency, percent sign, pay period and bounds, in any order, from `begin` on.

        `paid` says that the number is money although no currency stands at it: the upper end of "$45 - 60 per hour".
        """
        tail = Tail(begin, currency=self.currencies.get(sign, ""), sign=sign, paid=paid)
        while match := self._tail.match(text, tail.end, end):
            kind = match.lastgroup or ""
            if not _TAKERS[kind](self, tail, match[kind], bool(match["gap"])):
                break
            tail.end = match.end()
        if tail.scale in self._implied and not (tail.currency or tail.percent) and _ALONE.match(text, tail.end, end):
            tail.currency = self._implied[tail.scale]
        return tail

    def _take_scale(self, tail: Tail, token: str, gap: bool) -> bool:
        scale, language = self._scales[key(token)]
        if tail.scale or tail.percent or tail.more:
            return False
        if len(token) == 1 and (gap or not (tail.currency or tail.paid or token.isupper() or scale == 1000)):
            return False
        tail.scale, tail.language = scale, language
        if key(token) in self._whole:
            tail.currency = tail.currency or self._whole[key(token)]
            tail.per = tail.per or self._per.value(token)
        return True

    def _take_currency(self, tail: Tail, token: str, gap: bool) -> bool:
        code = self.currencies.get(token, "")
        if not code or tail.percent or tail.per and tail.currency or len(token) == 1 and token.isalpha():
            return False
        if tail.currency and (token != code or tail.sign == tail.currency):  # only a code overrules a sign: "$90,000 CAD"
            return False
        tail.currency, tail.sign = code, token
        return True

    def _take_percent(self, tail: Tail, token: str, gap: bool) -> bool:
        free = not (tail.percent or tail.currency or tail.scale)
        tail.percent = tail.percent or free
        return free

    def _take_per(self, tail: Tail, token: str, gap: bool) -> bool:
        if tail.scale in self._implied and not tail.currency:
            tail.currency = self._implied[tail.scale]
        if tail.per or tail.percent or not (tail.currency or tail.paid):
            return False
        tail.per = self._per.value(token)
        return True

    def _take_more(self, tail: Tail, token: str, gap: bool) -> bool:
        if tail.more or gap and not token[0].isalnum():  # "$150,000 + bonus" adds, "$150,000+" bounds
            return False
        tail.more = True
        return True

    def _take_less(self, tail: Tail, token: str, gap: bool) -> bool:
        free, tail.less = not tail.less, True
        return free


_TAKERS: dict[str, Callable[[AmountWords, Tail, str, bool], bool]] = {
    "scale": AmountWords._take_scale, "currency": AmountWords._take_currency, "percent": AmountWords._take_percent,
    "per": AmountWords._take_per, "more": AmountWords._take_more, "less": AmountWords._take_less,
}
