"""What a document itself introduces, at its other places: new terms, and abbreviations that it explains.

"Industrial Engineering (IE)" makes IE mean that in the rest of the document (after Schwartz and Hearst 2003: the letters of
the abbreviation stand in the long form in their order, the first one at its beginning).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from kg.mentions.stretches import Cursor
from kg.model import Mention, Reading

_ABBREVIATION = re.compile(r" \(([A-Z][A-Za-z0-9&/-]{1,7})\)")
_SPACE = re.compile(r"\s+")
_AGAIN, _EXPLAINED = 0.55, 0.8
_MOST = 500
_FREE = ("Organization", "Place")


class Alias(NamedTuple):
    """A name that the document gives to a concept, from its place on."""

    concept: str
    kind: str
    confidence: float
    begin: int
    overrides: bool


def mark(reading: Reading, stretches: Sequence[tuple[int, int, int | None, str]]) -> None:
    """Adds mentions of candidates and of explained abbreviations where the document names them again."""
    aliases = {**_candidates(reading), **_abbreviations(reading)}
    if not aliases:
        return
    ordered = sorted(aliases, key=lambda name: (-len(name), name))[:_MOST]
    pattern = re.compile(r"(?<![\w+#&-])(?:" + "|".join(map(re.escape, ordered)) + r")(?![\w+#&]|-\w)")
    places = Cursor([(m.start(), m.end(), m) for m in pattern.finditer(reading.text)])
    begins, added, dropped = [m.begin for m in reading.mentions], [], set()
    for begin, end, passage, _ in stretches:
        for *_, match in places.within(begin, end):
            alias = aliases[match.group()]
            if match.start() < alias.begin or (passage is None and alias.kind not in _FREE):
                continue
            first = bisect_left(begins, match.start())
            near = reading.mentions[max(0, first - 1):bisect_left(begins, match.end(), first)]
            over = [m for m in near if match.start() < m.end]
            if any(m.concept == alias.concept or m.kind == "Role" or not alias.overrides or m.end - m.begin > match.end() - match.start()
                   for m in over):
                continue
            dropped.update(over)
            added.append(Mention(match.start(), match.end(), alias.concept, alias.kind, passage, alias.confidence, "named before"))
    if added:
        reading.mentions = sorted([*(m for m in reading.mentions if m not in dropped), *added], key=lambda m: (m.begin, m.end))


def _candidates(reading: Reading) -> dict[str, Alias]:
    """Names of candidates as the document writes them; roles are found by their structure everywhere."""
    found: dict[str, Alias] = {}
    for m in reading.mentions:
        if m.concept in reading.candidates and m.kind not in ("Role", "Certification", "Industry"):
            found.setdefault(reading.quote(m), Alias(m.concept, m.kind, min(_AGAIN, m.confidence), 0, False))
    return found


def _abbreviations(reading: Reading) -> dict[str, Alias]:
    """Abbreviations in parentheses after the name that they stand for."""
    found: dict[str, Alias] = {}
    for m in reading.mentions:
        match = _ABBREVIATION.match(reading.text, m.end) if reading.text[m.end:m.end + 2] == " (" and m.kind != "Role" else None
        if match:
            short = match.group(1)
            plural = short[-1] == "s" and short[:-1].isupper() and len(short) > 2
            if abbreviates(short[:-1] if plural else short, reading.quote(m)):
                found.setdefault(short, Alias(m.concept, m.kind, _EXPLAINED, match.start(), True))
    return found


def abbreviates(short: str, long: str) -> bool:
    """Whether the letters of an abbreviation stand in its long form in their order, the first at its beginning, capitals at words' beginnings."""
    letters = [c for c in short.lower() if c.isalnum()]
    words = _SPACE.split(long.lower().replace("-", " "))
    if not letters or not words[0].startswith(letters[0]) or len(letters) < 2 or len(long) <= len(short):
        return False
    at = 0
    text = long.lower()
    for letter in letters:
        at = text.find(letter, at) + 1
        if not at:
            return False
    return sum(c.isupper() for c in short) >= 2 and len(words) >= (len(letters) + 1) // 2
