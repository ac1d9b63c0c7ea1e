"""Figures and names as people read them."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from kg.lookup.models import Passage, Ref

_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])")
# a document without a title is called by its file's name, which reads better as words
_FILE_NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)+")
_SCALES = ((Decimal(10) ** 12, "trillion"), (Decimal(10) ** 9, "billion"), (Decimal(10) ** 6, "million"))


def number(value: object) -> str:
    """A number with thousands separated, without needless zeros.

    >>> number("147220.0"), number("43.5")
    ('147,220', '43.5')
    """
    try:
        figure = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    text = f"{figure:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def scaled(value: object) -> str:
    """A large number in words.

    >>> scaled("13321800000"), scaled("1200")
    ('13.32 billion', '1,200')
    """
    figure = Decimal(str(value))
    for size, name in _SCALES:
        if abs(figure) >= size:
            return f"{number(round(figure / size, 2))} {name}"
    return number(figure)


def money(value: object, currency: str = "") -> str:
    """An amount with its currency code.

    >>> money("147220", "USD")
    'USD 147,220'
    """
    return f"{currency} {number(value)}".strip()


def compact(value: float) -> str:
    """An axis label: 150000 is 150k.

    >>> compact(150000), compact(2500000), compact(55)
    ('150k', '2.5M', '55')
    """
    for size, letter in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.6g}{letter}"
    return f"{value:.6g}"


def count(value: int, one: str, many: str = "") -> str:
    """How many of something.

    >>> count(1, "document"), count(2, "document"), count(0, "fact")
    ('1 document', '2 documents', '0 facts')
    """
    return f"{int(value):,} {one if int(value) == 1 else many or one + 's'}"


def percent(value: object) -> str:
    """A confidence from 0 to 1 as a whole percentage.

    >>> percent("0.87")
    '87 %'
    """
    return f"{round(float(str(value) or 0) * 100)} %"


def short(text: str, length: int = 140) -> str:
    """A text cut at a word."""
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def spaced(name: str) -> str:
    """A local name as words.

    >>> spaced("SalaryObservation"), spaced("conflict-set")
    ('salary observation', 'conflict set')
    """
    return _HUMPS.sub(" ", name).replace("-", " ").replace("_", " ").lower()


def years(low: str, high: str = "", open_ended: bool = False) -> str:
    """A span of years.

    >>> years("3", "5"), years("7", open_ended=True)
    ('3–5 years', '7+ years')
    """
    if high:
        return f"{number(low)}–{number(high)} years"
    return f"{number(low)}{'+' if open_ended else ''} year{'' if number(low) == '1' and not open_ended else 's'}"


def titled(label: str) -> str:
    """A title; a file's name as words.

    >>> titled("principal-mlops-engineer"), titled("Glazier")
    ('Principal mlops engineer', 'Glazier')
    """
    return label[:1].upper() + label[1:].replace("-", " ").replace("_", " ") if _FILE_NAME.fullmatch(label) else label


def capital(text: str) -> str:
    """The text with its first letter large."""
    return text[:1].upper() + text[1:]


def href(ref: Ref) -> str:
    """Address of the page of a thing; a thing of another vocabulary is its own page."""
    address = ref.id
    return f"/id/{address}" if "://" not in address else address


def css(ref: Ref) -> str:
    """The class that gives a thing the colour of its kind."""
    return "k-" + ref.id.partition("/")[0]


def place(passage: Passage) -> str:
    """Address of a passage in the reader."""
    return f"/id/{passage.document.id}#p-{passage.begin}-{passage.end}"
