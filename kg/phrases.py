"""Phrases that signal a value (cues of the vocabulary), compiled into one regular expression for each scheme.

A phrase matches whole words, any white space between them and either apostrophe; the longest one at a place wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from kg.model import Cue
from kg.vocabulary import Vocabulary

_SPACE = re.compile(r"\s+")
_APOSTROPHE = re.compile("['’]")


class Signal(NamedTuple):
    """A phrase found in the text, with the value that it signals."""

    begin: int
    end: int
    value: str


def alternation(phrases: Iterable[str], *, attached: bool = False) -> str:
    """Source of a regular expression that matches any of the phrases, longest first; never matches the empty string.

    With `attached` a phrase may follow a letter or digit directly, as units do ("55k", "3yrs").
    """
    found = sorted({p for p in phrases if p.strip()}, key=lambda p: (-len(p), p))
    return "(?:" + "|".join(_source(p, attached) for p in found) + ")" if found else r"(?:(?!))"


def _source(phrase: str, attached: bool) -> str:
    body = r"\s+".join(_APOSTROPHE.sub("['’]", re.escape(word)) for word in phrase.split())
    before = r"(?<!\w)" if phrase[0].isalnum() and not attached else ""
    after = r"(?!\w)" if phrase[-1].isalnum() else ""
    return before + body + after


def key(phrase: str) -> str:
    """A phrase as it is looked up: lower case, one space, straight apostrophes."""
    return _SPACE.sub(" ", phrase).replace("’", "'").strip().casefold()


class Phrasebook:
    """The cues of one scheme, ready to be found in text."""

    def __init__(self, cues: Iterable[Cue], *, ignore_case: bool = True) -> None:
        self._values: dict[str, str] = {}
        self.phrases: list[str] = []
        for cue in cues:
            self.phrases.append(cue.phrase)
            self._values.setdefault(key(cue.phrase), cue.value)
        self._pattern = re.compile(alternation(self.phrases), re.IGNORECASE if ignore_case else 0)

    @classmethod
    def of(cls, vocabulary: Vocabulary, scheme: str, *values: str) -> Phrasebook:
        """The cues of a scheme, or only those that signal one of the values."""
        return cls(c for c in vocabulary.cues(scheme) if not values or c.value in values)

    def find(self, text: str, begin: int = 0, end: int | None = None) -> list[Signal]:
        """All phrases between two offsets, in order, without overlap."""
        stop = len(text) if end is None else end
        return [Signal(m.start(), m.end(), self.value(m.group())) for m in self._pattern.finditer(text, begin, stop)]

    def first(self, text: str, begin: int = 0, end: int | None = None) -> Signal | None:
        """The first phrase between two offsets, or None."""
        match = self._pattern.search(text, begin, len(text) if end is None else end)
        return Signal(match.start(), match.end(), self.value(match.group())) if match else None

    def values(self, text: str, begin: int = 0, end: int | None = None) -> set[str]:
        """What the phrases between two offsets signal."""
        return {s.value for s in self.find(text, begin, end)}

    def value(self, phrase: str) -> str:
        """What a phrase signals, or ""."""
        return self._values.get(key(phrase), "")
