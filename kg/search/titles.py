"""Job titles in the cells of a table ("Sr. Data Scientist II", "Java Developer - Remote (m/f/d)"): the roles that they may mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from kg import vocabulary
from kg.titles.reader import TitleReader, TitleSpan

# a title that stands for itself; what is taken off for a level or number left out, another word left out, a word beside the title,
# (the title may not be what the cell is about), and at least for each wider role
WHOLE, LEVEL, WORD, BESIDE, WIDER = 99.0, 3.0, 12.0, 8.0, 6.0
# code points of a cell that are read
_LONGEST = 300
# what sets a title apart from the rest of a cell
_APART = re.compile(r"[()\[\]{}|,;:/•·–—]|\s[-@+*]\s|\s-|-\s")
_WORD = re.compile(r"\w+")


def readings(text: str) -> Iterator[tuple[str, float]]:
    """Labels of roles that a cell may mean, each with its score of 100: the titles in it, and the wider roles that they specialise."""
    text = text[:_LONGEST]
    reader = _reader()
    for span in reader.find(text, 0, len(text)):
        whole = WHOLE - BESIDE * _beside(text, span)
        yield span.label, whole
        last, label = whole, span.label
        while base := reader.base(label):
            wider = reader.label(base)
            if len(wider.split()) >= len(label.split()):
                break
            left_out = _left_out(label, wider)
            last = min(last - WIDER * (label != span.label), last - sum(LEVEL if reader.is_level(word) else WORD for word in left_out))
            yield wider, last
            label = wider


def _left_out(label: str, wider: str) -> list[str]:
    """The words that a label has more than a wider one, whose words stand together in it."""
    words, kept = label.split(), len(wider.split())
    names = [word.lower() for word in wider.split()]
    for first in range(len(words) - kept + 1):
        if [word.lower() for word in words[first:first + kept]] == names:
            return [*words[:first], *words[first + kept:]]
    return words[:len(words) - kept]


def _beside(text: str, span: TitleSpan) -> int:
    """How many words stand directly before or behind a title, nothing setting them apart."""
    before = _APART.split(text[:span.begin])[-1]
    behind = _APART.split(text[span.end:])[0]
    return len(_WORD.findall(before)) + len(_WORD.findall(behind))


@cache
def _reader() -> TitleReader:
    return TitleReader(vocabulary.load(vocabulary.shipped()))
