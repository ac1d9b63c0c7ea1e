"""The words of amounts, compiled from the vocabulary: what may stand before, between and after numbers.

All regular expressions here read folded text (kg/phrases.py); currencies are looked up as written, since case tells them
from words ("ALL", "R").
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from kg.language.phrases import Ending, Phrasebook, alternation, key
from kg.quantities.numerals import NUMERAL, SPACED_NUMERAL
from kg.vocabulary import Vocabulary

DASH = "[-–—‒‑]"
_SIGNS = {"~": "approximate", "≈": "approximate", "±": "approximate", "<": "at-most", "≤": "at-most", ">": "at-least", "≥": "at-least"}
_ALONE = re.compile(r"\s?(?:$|[.,;:()/\]–—-])")  # no noun follows that the number would count
_REACH = 48  # code points before a number that may bound it
BOUNDS = ("at-least", "at-most", "approximate", "between", "from")


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


@dataclass(slots=True, frozen=True)
class Head:
    """What stands before a number: bounds, currency sign, minus; `begin` is where sign or minus start."""

    begin: int
    bounds: frozenset[str] = frozenset()
    sign: str = ""
    minus: bool = False
    outer: int = 0


class AmountWords:
    """Regular expressions and look-ups for amounts; built once for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        def any_of(scheme: str, *values: str, attached: bool = False) -> str:
            return alternation([c.phrase for c in vocabulary.cues(scheme) if not values or c.value in values], attached=attached)
        self.units = Phrasebook.of(vocabulary, "time-unit")
        self.words = Phrasebook.of(vocabulary, "number-word")
        self.counted = Phrasebook.of(vocabulary, "count-noun")
        self.names = Phrasebook.of(vocabulary, "not-a-figure")
        self._per = Phrasebook.of(vocabulary, "pay-period")
        self.joints = {v: {key(c.phrase) for c in vocabulary.cues("range") if c.value == v} for v in ("to", "and", "or")}
        self._scales = {key(c.phrase): (Decimal(c.value), c.language) for c in reversed(vocabulary.cues("scale"))}
        bounds = {key(c.phrase): c.value for c in reversed(vocabulary.cues("bound")) if c.value in BOUNDS}
        self._bounds = Ending({**bounds, **_SIGNS})
        self._relative = Ending({key(c.phrase): c.value for c in vocabulary.cues("relative-period") if c.value == "relative"})
        self._read_currencies(vocabulary)
        # "from $1 billion in 2023 to $3 billion": what "from" opens is no lower bound
        self._leads_on = re.compile(rf"[^.;\n]{{0,40}}?\s{any_of('range', 'to')}\s[^.;\n]{{0,24}}?\d")
        units = [c.phrase for s in ("time-unit", "scale", "percent") for c in vocabulary.cues(s) if len(c.phrase) > 3]
        self._compile_numbers(any_of, units)
        self._compile_after(any_of)

    def _read_currencies(self, vocabulary: Vocabulary) -> None:
        cues = vocabulary.cues("currency")
        self._currencies = {c.phrase: c.value for c in cues}
        self._signs = Ending(self._currencies)
        self.doubtful = {c.phrase for c in cues if (len(c.phrase) == 1 and c.phrase.isalpha())
                         or c.phrase in vocabulary.values(vocabulary.member("currency", c.value), "contextLabel")}
        shared = [c for c in cues if key(c.phrase) in self._scales]
        self._whole = {key(c.phrase): c.value for c in shared}  # "LPA", "T€" say factor and currency at once
        # a factor of one country's: a phrase of it that is also a pay period names the currency ("LPA")
        self._implied = {self._scales[key(c.phrase)][0]: c.value for c in shared if self._per.value(c.phrase)}

    def _compile_numbers(self, any_of: Callable[..., str], units: list[str]) -> None:
        number, inside, joint = any_of("number-word"), any_of("bound", "at-least-inside"), any_of("range")
        bounds = rf"(?:(?:{any_of('bound', *BOUNDS)}|[{''.join(_SIGNS)}])[\s:]{{0,3}}){{0,5}}"
        self.join = re.compile(
            rf"-?\s{{0,3}}(?P<note>\([^()\n]{{1,60}}\)|(?P<words>(?:[^\W\d][\w-]{{0,20}}\s){{1,5}}?))?\s{{0,3}}(?P<joint>{DASH}|{joint})\s{{0,3}}{bounds}"
            rf"(?:{any_of('currency')})?[\s\u00a0]?(?=(?P<number>{SPACED_NUMERAL.pattern}|{NUMERAL.pattern}|{number}))")
        self.spelled_hint = re.compile(alternation(units))
        follow = rf"(?:\s{{0,3}}{inside})?[\s-]{{1,3}}(?:{any_of('time-unit')}|{any_of('scale')}|{any_of('percent')})"
        self.spelled = re.compile(
            rf"(?P<word>{number})(?P<digits>\s{{0,3}}\(\s{{0,3}}\d{{1,3}}\s{{0,3}}\+?\s{{0,3}}\))?"
            rf"(?={follow}|-?\s{{0,3}}(?:{DASH}|{joint})\s{{0,3}}(?:{number}|\d{{1,3}})(?:\s?\(\d{{1,3}}\))?{follow})")
        self.parenthesis = re.compile(rf"\s{{0,3}}\(\s{{0,3}}(?:\d{{1,3}}|{number})\s{{0,3}}\+?\s{{0,3}}\)")

    def _compile_after(self, any_of: Callable[..., str]) -> None:
        filler, inside = any_of("gross"), any_of("bound", "at-least-inside")
        more, less = any_of("bound", "at-least-after"), any_of("bound", "at-most-after")
        self._tail = re.compile(
            rf"(?P<gap>[\s\u00a0-]?)(?:(?P<scale>{any_of('scale', attached=True)})|"
            rf"(?P<currency>{any_of('currency', attached=True)})(?!\s?\d)|"
            rf"(?P<percent>{any_of('percent')})|[,(]?\s{{0,3}}(?:{filler}[\s,(]{{0,3}}){{0,2}}(?P<per>{any_of('pay-period')})\)?|"
            rf",?\s{{0,3}}(?P<more>{more})|,?\s{{0,3}}(?P<less>{less}))")
        self.unit = re.compile(rf"(?:\s{{0,3}}(?P<more>{inside}))?[\s\u00a0-]{{0,3}}(?P<unit>{any_of('time-unit', attached=True)})")
        self.after = re.compile(rf",?\s{{0,3}}(?:(?P<more>{more})|(?P<less>{less}))")
        self.count = re.compile(rf"\+?\s{{1,3}}(?:[\w-]{{1,30}}\s{{1,3}}){{0,3}}?(?P<noun>{any_of('count-noun')})")

    def head(self, text: str, folded: str, start: int, low: int) -> Head:
        """Reads minus, currency sign and bounds before a number, backwards, not beyond `low`."""
        floor = max(low, start - _REACH)
        rest = begin = start
        minus = rest > floor and text[rest - 1] in "-−" and not (rest > 1 and (text[rest - 2].isalnum() or text[rest - 2] == ")"))
        if minus:
            begin = rest = rest - 1
        gap = rest - 1 if rest > floor and text[rest - 1] in " \u00a0" else rest
        sign = self._signs.match(text[floor:gap])[0]
        if sign:
            begin = rest = gap - len(sign)
        bounds = set()
        while True:
            window = folded[floor:rest].rstrip(" :\t\n\u00a0")
            phrase, value = self._bounds.match(window)
            if not phrase:
                break
            bounds.add(value)
            rest = floor + len(window) - len(phrase)
        return Head(begin, frozenset(bounds), sign, minus, rest)

    def is_relative(self, folded: str, head: Head, low: int) -> bool:
        """Whether the words before a number make it a period counted from now ("the past", "within")."""
        return bool(self._relative.match(folded[max(low, head.outer - _REACH):head.outer].rstrip())[0])

    def leads_on(self, folded: str, end: int) -> bool:
        """Whether a second figure follows, to which the one before leads."""
        return self._leads_on.match(folded, end) is not None

    def currency(self, sign: str) -> str:
        """ISO 4217 code for a sign, code or word as written, or ""."""
        return self._currencies.get(sign, "")

    def tail(self, text: str, folded: str, begin: int, sign: str, *, paid: bool = False) -> Tail:
        """Reads scale, currency, percent sign, pay period and bounds, in any order, from `begin` on.

        `paid` says that the number is money although no currency stands at it: the upper end of "$45 - 60 per hour".
        """
        tail = Tail(begin, currency=self.currency(sign), sign=sign, paid=paid)
        while match := self._tail.match(folded, tail.end):
            kind = match.lastgroup or ""
            token = text[match.start(kind):match.end(kind)]
            if not _TAKERS[kind](self, tail, token, bool(match["gap"])):
                break
            tail.end = match.end()
        if tail.scale in self._implied and not (tail.currency or tail.percent) and _ALONE.match(folded, tail.end):
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
        code = self.currency(token)
        if not code or tail.percent or (tail.per and tail.currency) or (len(token) == 1 and token.isalpha()):
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
        if tail.more or (gap and not token[0].isalnum()):  # "$150,000 + bonus" adds, "$150,000+" bounds
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
