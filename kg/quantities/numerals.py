"""Numerals as texts write them, in the separators of several locales.

>>> [read_numeral(t).value for t in ("1,064.4", "1.064,4", "12,34,567", "1'250", "0.5")]
[Decimal('1064.4'), Decimal('1064.4'), Decimal('1234567'), Decimal('1250'), Decimal('0.5')]
>>> read_numeral("65.000").grouped
Decimal('65000')
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

# white space that typesetters put between groups of three digits: no-break, narrow no-break, thin, figure
GROUP_SPACES = "\u00a0\u202f\u2009\u2007"
# a numeral may also group by plain spaces ("65 000"): read_numeral is told where only that reading makes sense
NUMERAL = re.compile(rf"\d+(?:[.,'’{GROUP_SPACES}]\d+){{0,9}}")
SPACED_NUMERAL = re.compile(r"\d{1,3}(?: \d{3}){1,4}(?:[.,]\d{1,2})?(?![\d.,]?\d)")
_SEPARATOR = re.compile(rf"[.,'’{GROUP_SPACES} ]")
_LONGEST = 24  # digits; more is a code, not an amount


@dataclass(slots=True, frozen=True)
class Numeral:
    """A number as read: `value`, and `grouped`, its value if a lone full stop or comma parts thousands instead.

    `length` is how much of the text belongs to it: in "2024, 2025" or "3,4,5" only the first number does.
    """

    value: Decimal
    grouped: Decimal
    length: int
    comma_decimal: Decimal | None = None

    def amount(self, *, whole: bool, comma: bool) -> Decimal:
        """The number of an amount that has no thousandths (`whole`), or in a text whose decimal mark is the comma."""
        if comma and self.comma_decimal is not None:
            return self.comma_decimal
        return self.grouped if whole or comma else self.value


def read_numeral(text: str) -> Numeral | None:
    """The number that a NUMERAL or SPACED_NUMERAL match states; None for versions, dates and codes such as "3.10.2"."""
    parts = _SEPARATOR.split(text)
    marks = _SEPARATOR.findall(text)
    if sum(map(len, parts)) > _LONGEST:
        return None
    if not marks:
        return _plain(Decimal(parts[0]), len(text))
    if len(set(marks)) == 1:
        return _one_mark(parts, marks)
    if marks[-1] in ".," and len(set(marks[:-1])) == 1 and _thousands(parts[:-1], marks[0]):
        return _plain(Decimal("".join(parts[:-1]) + "." + parts[-1]), len(text))
    return None if "." in marks else _plain(Decimal(parts[0]), len(parts[0]))


def _one_mark(parts: list[str], marks: list[str]) -> Numeral | None:
    length = sum(map(len, parts)) + len(marks)
    mark, whole = marks[0], _thousands(parts, marks[0])
    joined = Decimal("".join(parts))
    if len(marks) > 1:
        if whole:
            return _plain(joined, length)
        return None if mark == "." else _plain(Decimal(parts[0]), len(parts[0]))
    point = Decimal(f"{parts[0]}.{parts[1]}")
    if mark == ".":
        return Numeral(point, joined if whole else point, length)
    if whole:
        return Numeral(joined, joined, length, comma_decimal=point if mark == "," else None)
    if mark == "," and len(parts[1]) <= 2:
        return _plain(point, length)
    return _plain(Decimal(parts[0]), len(parts[0]))


def _thousands(parts: list[str], mark: str) -> bool:
    """Whether the parts are groups of thousands, or of lakh and crore (12,34,567)."""
    first, rest = parts[0], parts[1:]
    if not 1 <= len(first) <= 3 or first.startswith("0") or not rest:
        return False
    if all(len(p) == 3 for p in rest):
        return True
    return mark == "," and len(first) <= 2 and len(rest[-1]) == 3 and all(len(p) == 2 for p in rest[:-1])


def _plain(value: Decimal, length: int) -> Numeral:
    return Numeral(value, value, length)
