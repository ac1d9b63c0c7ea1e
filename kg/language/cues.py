"""Cue phrases in one trie-shaped regular expression, for stages that ask of every passage which cues it holds.

Texts are given in lower case. A phrase that ends in a star matches any ending ("communicat*"); dots within a phrase match
up to some words ("what … do"). At one place the longest phrase counts. The time hardly grows with the number of phrases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from kg.model import Cue

_SPACE = re.compile(r"\s+")
_GAP = re.compile(r"\s*(?:…|\.\.\.)\s*")
_GAP_SOURCE = r"\b.{1,60}?\b"


class Hit(NamedTuple):
    """A phrase in a text and the values that it signals."""

    begin: int
    end: int
    values: tuple[str, ...]


class CueIndex:
    """Finds the cues of a scheme in lower-cased text."""

    def __init__(self, cues: Iterable[Cue]) -> None:
        whole: dict[str, set[str]] = {}
        stems: dict[str, set[str]] = {}
        gaps: dict[str, set[str]] = {}
        for cue in cues:
            phrase = _folded(cue.phrase)
            kind, phrase = (gaps, phrase) if _GAP.search(phrase) else (stems, phrase[:-1]) if phrase.endswith("*") else (whole, phrase)
            kind.setdefault(phrase, set()).add(cue.value)
        self._values = {phrase: tuple(sorted(values)) for phrase, values in whole.items()}
        self._stems = {phrase: tuple(sorted(values)) for phrase, values in stems.items()}
        # a text without the words before the gap is not searched
        self._gaps = [(_GAP.split(phrase)[0], _with_gaps(phrase), tuple(sorted(values))) for phrase, values in sorted(gaps.items())]
        self._pattern = re.compile(r"\b(?<!-)(?:" + trie([*self._values, *(s + "*" for s in self._stems)]) + r")(?!\w)")

    def hits(self, lower: str) -> list[Hit]:
        """Every phrase in a lower-cased text, in order of place."""
        found = [Hit(m.start(), m.end(), self._of(m.group())) for m in self._pattern.finditer(lower)]
        split = [Hit(m.start(), m.end(), values) for first, pattern, values in self._gaps if first in lower for m in pattern.finditer(lower)]
        return sorted([*found, *split]) if split else found

    def values(self, lower: str) -> set[str]:
        """What the phrases of a lower-cased text signal."""
        found = set()
        for phrase in self._pattern.findall(lower):
            found.update(self._values.get(phrase) or self._of(phrase))
        for first, pattern, values in self._gaps:
            if first in lower and pattern.search(lower):
                found.update(values)
        return found

    def search(self, lower: str) -> bool:
        """Whether a lower-cased text holds any of the phrases."""
        return self._pattern.search(lower) is not None

    def begins(self, lower: str, position: int = 0) -> tuple[str, ...]:
        """What the longest phrase that begins at a position signals, or ()."""
        match = self._pattern.match(lower, position)
        return self._of(match.group()) if match else ()

    def whole(self, lower: str) -> tuple[str, ...]:
        """What a text signals that is nothing but one phrase, or ()."""
        found = self._values.get(_folded(lower))
        if found is None:
            found = next((values for _, pattern, values in self._gaps if pattern.fullmatch(lower)), ())
        return found

    def _of(self, phrase: str) -> tuple[str, ...]:
        found = self._values.get(phrase)
        if found is None:
            phrase = _folded(phrase)
            found = self._values.get(phrase)
            beginnings = (phrase[:n] for n in range(len(phrase), 0, -1))
            found = found or next((self._stems[stem] for stem in beginnings if stem in self._stems), ())
        return found


def words(cues: Iterable[Cue], value: str) -> frozenset[str]:
    """The phrases of one value, in lower case."""
    return frozenset(_folded(cue.phrase) for cue in cues if cue.value == value)


def _with_gaps(phrase: str) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)" + _GAP_SOURCE.join(map(re.escape, _GAP.split(phrase))) + r"(?!\w)")


def trie(phrases: Iterable[str]) -> str:
    """Source of a regular expression for any of the phrases, the longest first, that shares their beginnings."""
    root: dict[str, dict] = {}
    for phrase in phrases:
        node = root
        for character in phrase:
            node = node.setdefault(character, {})
        node[""] = {}
    return _source(root) if root else r"(?!)"


def _source(node: dict[str, dict]) -> str:
    """A node's branches; a chain of only children becomes one literal."""
    branches = []
    for character in sorted(node, key=lambda c: (c == "", c)):
        if not character:
            continue
        literal, child = _escaped(character), node[character]
        while len(child) == 1 and "" not in child:
            (following, child), = child.items()
            literal += _escaped(following)
        branches.append(literal + ("" if set(child) == {""} else _source(child)))
    source = "|".join(branches)
    if "" in node:
        return f"(?:{source})?" if source else ""
    return f"(?:{source})" if len(branches) > 1 else source


def _escaped(character: str) -> str:
    if character == "*":
        return r"\w*"
    if character == " ":
        return r"\s+"
    return "['’]" if character == "'" else re.escape(character)


def _folded(phrase: str) -> str:
    return _SPACE.sub(" ", phrase).replace("’", "'").strip().lower()
