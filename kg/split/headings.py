"""Which lines are headings.

A heading may bear a mark (`#`, bold, a number), stand alone without one, or be a bullet that only names the bullets after it. A
line without a mark is one if enough speaks for it: what it says, how it is written, what stands around it.
"""

from __future__ import annotations

import re
from itertools import pairwise

from kg.language.cues import CueIndex
from kg.language.phrases import alternation
from kg.split.glue import GlueFinder
from kg.split.marks import LISTED, Line, is_value
from kg.split.subjects import SubjectReader
from kg.vocabulary import Vocabulary

EDGE = " \t:*_#–—-"
PARENTHESIS = re.compile(r"\s*\([^()]*\)")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.{1,120}?\S)\1:?")
# an amount, an address, a sentence that ends within the line
_NOT_HEADING = re.compile(r"[$€£₹¥]\s?\d|\d\s?[€$£]|@|://|www\.|\.{3}|[^\W\d_]{4}[.!]\s")
_NOT_NAME = re.compile(r"[\d@$€£₹¥]|://|www\.")
_ENOUGH = 3.0


class HeadingFinder:
    """Tells headings from other lines."""

    def __init__(self, vocabulary: Vocabulary, headings: CueIndex, glue: GlueFinder, subjects: SubjectReader) -> None:
        self._headings, self._glue, self._subjects = headings, glue, subjects
        self._asking = CueIndex(c for c in vocabulary.cues("proficiency") if " " in c.phrase)
        units = alternation(c.phrase for c in vocabulary.cues("time-unit") if c.value in ("year", "month"))
        # "4 to 6 years of experience" is asked for, not a name
        self._length = re.compile(rf"(?<![\w.,-])\d{{1,2}}\s?\+?(?:\s?(?:[-–—]|\w{{2,3}}\s)\s?\d{{1,2}}\s?\+?)?\s?{units}")

    def styles(self, lines: list[Line]) -> list[str]:
        """For each line the style of the heading that it is, or ""."""
        flags = [""] * len(lines)
        marked = sum(line.mark == "#" and not line.inline for line in lines) > 1
        for i in range(len(lines) - 1, -1, -1):
            line = lines[i]
            if line.mark == "#":
                flags[i] = "inline" if line.inline else "hash"
            elif line.mark in ("", "1"):
                flags[i] = self._style(lines, flags, i, marked)
        self._bullets(lines, flags)
        return flags

    def _style(self, lines: list[Line], flags: list[str], i: int, marked: bool) -> str:
        """The style of an unmarked or numbered line if it is a heading, else ""."""
        line = lines[i]
        if line.end - line.begin > 110:
            return ""
        bold = _BOLD.fullmatch(line.text)
        if bold and line.text[-1] not in ".!":
            return "bold"
        if line.mark == "1" and any(other.mark == "1" for other in (*lines[max(i - 1, 0):i], *lines[i + 1:i + 2])):
            return ""  # one of a list's items
        score = self._written(line)
        if score is None:
            return ""
        named = bool(self._headings.values(line.text.lower()))
        if score + _placed(lines, flags, i, named) - (3 if marked else 0) < _ENOUGH:
            return ""
        return "number" if line.mark == "1" else "colon" if line.text[-1] == ":" else "plain"

    def _written(self, line: Line) -> float | None:
        """What a line's own words say for its being a heading; None if they rule it out."""
        text = line.text
        found = text.split()
        if text[-1] in ".!;,…" or len(found) > 12 or _NOT_HEADING.search(text) or is_value(text):
            return None
        label = _label(text)
        lower = PARENTHESIS.sub("", label).lower()
        if self._length.search(lower):
            return None
        colon = text[-1] == ":"
        whole = bool(self._headings.whole(lower.rstrip("?")))
        score = 0.5 if colon else 0.0
        if whole:
            score += 3
        elif not colon and self._is_phrase(text):
            return None
        else:
            if colon and len(found) > 1 and self._glue.is_lead_in(label):
                return None
            hits = self._headings.hits(lower)
            # "Typical tasks" is named by its last word, "Skills of the trade" is less sure
            score += (2 if hits[-1].end == len(lower.rstrip("?")) else 1) if hits else 0
            if ": " in label:
                score -= 3
            if text[-1] != "?" and self._glue.has_verb(label):
                score -= 2
        if self._title_case(found):
            score += 2
        elif len(found) > 5 or text[0].islower():
            score -= 1
        return score

    def _title_case(self, found: list[str]) -> bool:
        return not found[0][0].islower() and all(
            w[0].isupper() or w[0].isdigit() or w[0] in "(\"“&/–-" or w.lower() in self._glue.function_words for w in found)

    def _bullets(self, lines: list[Line], flags: list[str]) -> None:
        """Finds the bullets that are headings of the bullets after them."""
        i = 0
        while i < len(lines):
            if lines[i].mark not in LISTED or flags[i]:
                i += 1
                continue
            start = i
            while i < len(lines) and lines[i].mark in LISTED and not flags[i]:
                i += 1
            self._grouped(lines, flags, start, i)
            childless = {lines[n].depth for n in range(start, i) if n + 1 == i or lines[n + 1].depth <= lines[n].depth}
            for n in range(start, i - 1):
                if not flags[n] and lines[n + 1].depth >= lines[n].depth and self._names_next(lines[n], lines[n + 1], childless):
                    flags[n] = "bullet"

    def _names_next(self, line: Line, after: Line, childless: set[int]) -> bool:
        """Whether a bullet names the bullets after it: by its colon, or because they stand deeper.

        At a depth where some items have none below them, only a name in Title Case does without a colon."""
        label = _label(line.text)
        if line.end - line.begin > 80 or not label or label[-1] in ".!?;" or ": " in label or self._glue.is_lead_in(label):
            return False
        deeper = after.depth > line.depth and (line.depth not in childless or self._is_name(line))
        if line.text.rstrip("*_")[-1:] != ":" and not deeper:
            return False
        found = label.split()
        if self._title_case(found):
            return len(found) < 9
        if self._glue.heading(label, 0, len(label)) < len(label):
            return False  # an item with the next heading glued to its end
        return len(found) < (8 if deeper else 5) or self._subjects.holds_title(label, 0, len(label))

    def _grouped(self, lines: list[Line], flags: list[str], start: int, end: int) -> None:
        """In a list whose nesting was lost, short names in Title Case between longer items are headings."""
        depths = {line.depth for line in lines[start:end]}
        if len(depths) > 1 or end - start < 4:
            return
        # "Knowledge of Python" is written like a name, but names no group
        names = [n for n in range(start, end) if self._is_name(lines[n]) and not self._is_phrase(lines[n].text)]
        if not _alternate(names, start, end):
            names = [n for n in names if not self._glue.function_words.intersection(lines[n].text.split()[1:-1])]
        if _alternate(names, start, end):
            for n in names:
                flags[n] = "bullet"

    def _is_phrase(self, text: str) -> bool:
        """Whether a line says what is asked for: "Experience with Kafka", "Knowledge of Python"."""
        return bool(self._asking.begins(text.lower()))

    def _is_name(self, line: Line) -> bool:
        text = line.text
        if line.end - line.begin > 70 or text[-1] in ".!?;," or ": " in text or _NOT_NAME.search(text):
            return False
        found = text.rstrip(":").split()
        listed = "," in text and len(text[:text.index(",")].split()) > 2
        return len(found) < 9 and not listed and self._title_case(found)


def _placed(lines: list[Line], flags: list[str], i: int, named: bool) -> float:
    """What the lines around say for a line's being a heading; `named` if it holds a known name."""
    line = lines[i]
    after = lines[i + 1] if i + 1 < len(lines) else None
    before = lines[i - 1] if i else None
    score = 0.5 if line.gap or before is None else 0.0
    if after is None:
        return score - 2
    score += 0.5 if after.gap else 1 if named and (line.gap or before is None) else 0
    if after.mark in ("-", "1") and not flags[i + 1]:
        return score + 2
    if flags[i + 1] or after.mark in ("|", "="):
        score += 1
    elif after.end - after.begin > 60 or after.text[-1] in ".:!?":
        score += 1.5
    elif named or after.end - after.begin > 30:
        score += 0.5
    if before is not None and not line.gap and before.mark == "" and before.end - before.begin < 100 and before.text[-1] not in ".:!?;":
        score -= 2  # one of several short lines on end
    return score


def _label(text: str) -> str:
    return text.strip(EDGE)


def _alternate(names: list[int], start: int, end: int) -> bool:
    """Whether names stand in a list as headings do: one first, none last, none beside another, fewer than the other items."""
    adjacent = any(b - a == 1 for a, b in pairwise(names))
    return len(names) > 1 and names[0] == start and names[-1] < end - 1 and not adjacent and 2 * len(names) <= end - start
