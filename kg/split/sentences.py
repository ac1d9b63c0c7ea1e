"""Sentences in running text: where a full stop ends one, and where it belongs to an abbreviation, a number or a name."""

from __future__ import annotations

import re

from kg.language.cues import words
from kg.vocabulary import Vocabulary

_STOP = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’»)\]]*+(?P<space>\s++)(?=[\"'“‘«„(\[]*[A-ZÀ-ÖØ-Þ0-9])")
_LAST_WORD = re.compile(r"[^\s(\[\"“]*$")
_FIRST_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_INITIALS = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{0,2}")
_REACH = 24


class SentenceSplitter:
    """Splits prose into sentences, with the abbreviations and sentence openers of the vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        abbreviations, discourse = vocabulary.cues("abbreviation"), vocabulary.cues("discourse")
        self._inner, self._open, self._numbered = (words(abbreviations, value) for value in ("inner", "open", "numbered"))
        self._months, self._openers = words(discourse, "month"), words(discourse, "opener")

    def split(self, text: str, begin: int, end: int) -> list[tuple[int, int]]:
        """(begin, end) of the sentences between two offsets, without white space around."""
        found = []
        for stop in _STOP.finditer(text, begin, end):
            after = stop.end()
            single = text[stop.start()] == "." and stop.start("space") == stop.start() + 1
            if single and self._abbreviates(text, begin, stop.start(), after, end):
                continue
            found.append((begin, stop.start("space")))
            begin = after
        if begin < end:
            found.append((begin, end))
        return found

    def _abbreviates(self, text: str, begin: int, stop: int, after: int, end: int) -> bool:
        """Whether the full stop at `stop` belongs to the word before and the sentence goes on."""
        last = _LAST_WORD.search(text, max(begin, stop - _REACH), stop)
        word = last.group().lower() if last else ""
        if not word:
            return False
        if word in self._inner:
            return True
        if word in self._numbered:
            return text[after].isdigit()
        following = _FIRST_WORD.search(text, after, min(end, after + _REACH))
        opens = following is not None and following.group().lower().replace("’", "'") in self._openers
        if word in self._open or (len(word) > 1 and _INITIALS.fullmatch(word)):
            return not opens
        if len(word) == 1 and word.isalpha():
            return not opens  # an initial
        if word.isdigit() and len(word) < 3:
            return (last is not None and last.start() == begin) or (following is not None and following.group().lower() in self._months)
        return False
