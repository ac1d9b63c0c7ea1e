"""Phrases that signal a value (cues of the vocabulary), compiled into one regular expression for each scheme.

Texts are given folded (`fold`): lower case, of the same length. A phrase matches whole words, any white space between them
and either apostrophe; the longest one at a place wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from kg.language.cues import trie
from kg.model import Cue
from kg.vocabulary import Vocabulary

_SPACE = re.compile(r"\s+")


class Signal(NamedTuple):
    """A phrase found in the text, with the value that it signals."""

    begin: int
    end: int
    value: str


def fold(text: str) -> str:
    """The text in lower case, code point by code point, so that offsets stay.

    >>> fold("İn 2024"), len(fold("İ"))
    ('İn 2024', 1)
    """
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def key(phrase: str) -> str:
    """A phrase as it is looked up: folded, one space, straight apostrophes."""
    return _SPACE.sub(" ", fold(phrase)).replace("’", "'").strip()


def alternation(phrases: Iterable[str], *, attached: bool = False) -> str:
    """Source of a regular expression for any of the phrases in folded text, longest first; never matches the empty string.

    With `attached` a phrase may follow a letter or digit directly, as units do ("55k", "3yrs").
    """
    groups: dict[tuple[bool, bool], list[str]] = {}
    for phrase in sorted({key(p) for p in phrases} - {""}):
        groups.setdefault((phrase[-1].isalnum(), phrase[0].isalnum() and not attached), []).append(phrase)
    sources = [("(?<!\\w)" if first else "") + "(?:" + trie(found) + ")" + ("(?!\\w)" if last else "")
               for (last, first), found in sorted(groups.items())]
    return "(?:" + "|".join(sources) + ")" if sources else "(?:(?!))"


class Phrasebook:
    """The cues of one scheme, ready to be found in folded text."""

    def __init__(self, cues: Iterable[Cue]) -> None:
        self._values: dict[str, str] = {}
        self.phrases: list[str] = []
        for cue in cues:
            self.phrases.append(cue.phrase)
            self._values.setdefault(key(cue.phrase), cue.value)
        self._pattern = re.compile(alternation(self.phrases))

    @classmethod
    def of(cls, vocabulary: Vocabulary, scheme: str, *values: str) -> Phrasebook:
        """The cues of a scheme, or only those that signal one of the values."""
        return cls(c for c in vocabulary.cues(scheme) if not values or c.value in values)

    def find(self, folded: str, begin: int = 0, end: int | None = None) -> list[Signal]:
        """All phrases between two offsets, in order, without overlap."""
        stop = len(folded) if end is None else end
        return [Signal(m.start(), m.end(), self.value(m.group())) for m in self._pattern.finditer(folded, begin, stop)]

    def first(self, folded: str, begin: int = 0, end: int | None = None) -> Signal | None:
        """The first phrase between two offsets, or None."""
        match = self._pattern.search(folded, begin, len(folded) if end is None else end)
        return Signal(match.start(), match.end(), self.value(match.group())) if match else None

    def values(self, folded: str, begin: int = 0, end: int | None = None) -> set[str]:
        """What the phrases between two offsets signal."""
        return {s.value for s in self.find(folded, begin, end)}

    def value(self, phrase: str) -> str:
        """What a phrase signals, or ""."""
        found = self._values.get(phrase)
        return found if found is not None else self._values.get(key(phrase), "")


class Ending:
    """Finds which phrase a text ends in, without searching: for words that stand directly before a number."""

    def __init__(self, values: dict[str, str]) -> None:
        self._by_last: dict[str, list[tuple[str, str]]] = {}
        for phrase, value in sorted(values.items(), key=lambda item: (-len(item[0]), item)):
            self._by_last.setdefault(phrase[-1], []).append((phrase, value))

    def match(self, text: str) -> tuple[str, str]:
        """The longest phrase that the text ends in, as whole words, and its value; ("", "") if there is none."""
        for phrase, value in self._by_last.get(text[-1:], ()):
            if text.endswith(phrase):
                before = text[-len(phrase) - 1:-len(phrase)]
                if not (phrase[0].isalnum() and before.isalnum()):
                    return phrase, value
        return "", ""
