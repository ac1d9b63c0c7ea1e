"""One number with what stands directly around it, before it becomes a figure or an end of one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from kg.quantities.amounts import Head, Tail
from kg.quantities.numerals import Numeral

LEAST_MONEY = 1000  # what a doubtful currency sign ("R", "TOP") needs beside it to be one


@dataclass(slots=True)
class Atom:
    """One number with what stands directly around it."""

    begin: int
    end: int
    number: Numeral
    tail: Tail
    head: Head
    unit: str = ""
    counted: str = ""
    more: bool = False

    @property
    def kind(self) -> str:
        """Money, percent, duration, count, or "" for a bare number."""
        if self.tail.currency:
            return "money"
        return "percent" if self.tail.percent else "duration" if self.unit else "count" if self.counted else ""

    def value(self, kind: str, scale: Decimal | None) -> Decimal:
        """The number in plain units, read as the kind of figure asks for."""
        whole = kind in ("money", "count") and scale is None
        amount = self.number.amount(whole=whole, comma=self.tail.language == "de") * (scale or 1)
        if self.head.minus and kind != "duration":
            amount = -amount
        return amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else amount.normalize()


def scales(low: Atom, high: Atom) -> tuple[Decimal | None, Decimal | None]:
    """The factors of both ends: a range may state its factor once ("$120-150k", "6 to 12 lakh")."""
    first, second = low.tail.scale, high.tail.scale
    if first is None and second is not None and low.number.value <= high.number.value:
        first = second
    elif second is None and first is not None and low.number.value <= high.number.value < LEAST_MONEY:
        second = first
    return first, second


def is_code(text: str, start: int) -> bool:
    """Whether a number is part of a word or a code ("GPT-4", "15-1252", "v2", "9:30")."""
    if start <= 0:
        return False
    before = text[start - 1]
    if before.isalnum() or before in "_#":
        return True
    if before == "+":
        return start > 1 and not text[start - 2].isspace()
    return before in "-–‑/.:" and text[max(0, start - 2):start - 1].isalnum()
