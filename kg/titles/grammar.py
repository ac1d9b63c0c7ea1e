"""The grammar of job titles: where a title that ends in a head noun begins and ends.

    title      = [level] [modifier ...] head [level]
    of-title   = [level] [modifier ...] of-head "of" complement

A modifier is part of a known role's name, an abbreviation, a tool's name, or any word where head and modifiers are capitalised.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from kg.model import Concept
from kg.titles.words import TitleWords

_JOINTS = frozenset((" ", "-", "‑", "/", " / ", " & ", "\u00a0"))
_LONGEST = 8


class Word(NamedTuple):
    """A word of the text with its place; `key` is lower case, singular if it is a head noun."""

    text: str
    key: str
    begin: int
    end: int


class TitleFinder:
    """One run over the words of a stretch of text; `roles` are known ones by key, `role_words` the words of their keys."""

    def __init__(self, parts: TitleWords, roles: Mapping[str, Concept], role_words: Collection[str], tools: Collection[str], text: str,
                 begin: int, end: int, words: list[Word]) -> None:
        self.parts, self.roles, self.role_words, self.tools = parts, roles, role_words, tools
        self.text, self.begin, self.end, self.words = text, begin, end, words

    def stretches(self, ends: frozenset[str] | set[str]) -> list[tuple[int, int]]:
        """Titles as (first word, word after the last)."""
        found: list[tuple[int, int]] = []
        low = 0
        for i, word in enumerate(self.words):
            if i >= low and (word.key in ends or (word.text[:1].isupper() and (
                    self.parts.abbreviates(word.text) or self.parts.compound_head(word.text)))):
                first, after = self._stretch(i, low)
                if after:
                    found.append((first, after))
                    low = after
        return found

    def _gap(self, i: int) -> str:
        """What stands between word i - 1 and word i."""
        return self.text[self.words[i - 1].end:self.words[i].begin]

    def _capital(self, i: int) -> bool:
        return self.words[i].text[:1].isupper()

    def _lookup(self, first: int, after: int) -> Concept | None:
        label = self.parts.canonical(folded(self.text, self.words[first:after]))
        return self.roles.get(label.lower().replace("-", " "))

    def _stretch(self, i: int, low: int) -> tuple[int, int]:
        """The title whose head is word i; (0, 0) if there is none."""
        after = self._complement(i)
        if after:
            return self._before(i, low), after
        after = i + 1
        follows = after < len(self.words) and self._gap(after) == " "
        if follows and self._ends_later(i):
            return 0, 0
        first = self._before(i, low)
        if follows and ((self.words[after].text.lower() in self.parts.suffixes and self._capital(after))
                        or (self._capital(i) and self._capital(after) and self.words[after].key in self.parts.levels)):
            after += 1
        return (first, after) if self._holds(first, i, after) else (0, 0)

    def _ends_later(self, i: int) -> bool:
        """Whether the head after word i is the title's: "Nurse Practitioner", "programmer analysts"."""
        word, later = self.words[i], self.words[i + 1]
        if later.key not in self.parts.heads or later.key in self.parts.levels or word.key != word.text.lower():
            return False
        return self._capital(i) == self._capital(i + 1) and (self._capital(i) or later.key != later.text.lower())

    def _complement(self, i: int) -> int:
        """The word after what an of-head governs ("Director of Data Science"), or 0."""
        words = self.words
        if i + 1 < len(words) and self._gap(i + 1) == ", ":
            return len(words) if self._apposed(i) else 0
        if words[i].key not in self.parts.of_heads and not (words[i].text.isupper() and self.parts.abbreviates(words[i].text)):
            return 0
        if self._apposed(i):
            return len(words)
        if i + 2 >= len(words) or words[i + 1].text.lower() not in self.parts.of or self._gap(i + 1) != " " or self._gap(i + 2) != " ":
            return 0
        after = i + 2
        while after < len(words) and after - i <= _LONGEST and self._capital(after) and (after == i + 2 or self._gap(after) in _JOINTS):
            after += 1
            if self._capital(i) and after + 1 < len(words) and words[after].text in self.parts.conjunctions and (
                    self._gap(after) == self._gap(after + 1) == " "):
                after += self._capital(after + 1) and words[after + 1].key not in self.parts.heads
        if after > i + 2:
            return after
        return next((stop for stop in range(min(len(words), i + 6), i + 2, -1) if self._lookup(i, stop)), 0)

    def _apposed(self, i: int) -> bool:
        """Whether the rest of a line stands after its head with a comma: "Engineer, Machine Learning", "Director, Data Science", "VP Engineering"."""
        words = self.words
        if i + 1 >= len(words) or len(words) - i > _LONGEST or not self._capital(i) or self.text[words[-1].end:self.end].strip():
            return False
        if self._gap(i + 1) != ", " and not (self._gap(i + 1) == " " and self.parts.abbreviates(words[i].text)):
            return False
        if words[0].begin != self.begin or any(self._gap(n) not in _JOINTS for n in (*range(1, i + 1), *range(i + 2, len(words)))):
            return False
        rest = words[i + 1:]
        if self._gap(i + 1) == ", ":
            return bool(inverted(self.parts, self.roles, self.text, words[:i + 1], rest))
        return all(w.text[:1].isupper() and w.key not in self.parts.heads and w.key not in self.parts.levels for w in rest)

    def _before(self, i: int, low: int) -> int:
        """Where the title that ends in word i begins."""
        first = reach = i
        capital = self._capital(i)
        unbroken = True
        while reach > low and i - reach < _LONGEST:
            gap, step = self._gap(reach), 1
            if gap == ") " and reach - 1 > low and self._gap(reach - 1) == " (":
                step = 2  # an abbreviation in parentheses: "Machine Learning (ML) Engineer"
            elif gap not in _JOINTS and not (gap == ". " and self.words[reach - 1].key in self.parts.levels) and not (
                    gap[1:-1] in self.parts.conjunctions and self._pair(reach - 1, reach)):
                break
            reach -= step
            unbroken = unbroken and self._joins(reach, capital)
            if unbroken:
                first = reach
            elif not self._may_be_known(reach):
                break
        known = next((start for start in range(reach, first) if self._lookup(start, i + 1)), first)
        return self._with_level(known, i, low)

    def _may_be_known(self, i: int) -> bool:
        return self.words[i].key in self.role_words or self.words[i].text in self.parts.abbreviations

    def _pair(self, left: int, right: int) -> bool:
        return self.parts.is_short(self.words[left].text) and self.parts.is_short(self.words[right].text)

    def _with_level(self, first: int, i: int, low: int) -> int:
        """Moves the beginning over a level word before ("junior engineers"), unless that is a verb ("Lead engineers to ...")."""
        for size in (2, 1):
            start = first - size
            if start < low or any(self._gap(n) not in (" ", "-", ". ") for n in range(start + 1, first + 1)):
                continue
            words = self.words[start:first]
            if " ".join(w.key for w in words) not in self.parts.levels:
                continue
            verb = words[0].key in self.parts.heads and (words[0].begin == self.begin or not self._capital(start)) and not self._capital(i)
            hyphened = size == 2 and not self._capital(start)
            return first if verb or hyphened else start
        return first

    def _joins(self, i: int, capital: bool) -> bool:
        """Whether word i can modify a head in a title that no vocabulary holds."""
        word = self.words[i]
        lower = word.text.lower()
        if word.key in self.parts.heads and word.key != lower:
            return False  # a plural head ends another title
        if not capital and word.key in self.parts.heads and word.text.islower() and word.key not in self.parts.levels:
            return i + 1 < len(self.words) and self.words[i + 1].key in self.parts.heads
        if self.parts.is_short(word.text) or (word.text[:1].isupper() and lower in self.tools):
            return lower not in self.parts.openings
        return capital and (word.text[:1].isupper() or word.text[:1].isdigit()) and lower not in self.parts.openings

    def _holds(self, first: int, i: int, after: int) -> bool:
        """Whether the stretch is a title and not a verb, a credential or part of an organisation's name."""
        words, parts = self.words, self.parts
        before = words[first - 1].text.lower() if first and self._gap(first) == " " else ""
        if before in parts.verb_markers:
            return False
        if before in parts.of and first > 1 and self._capital(first - 2) and words[first - 2].text.lower() in parts.organization_nouns:
            return False
        if after < len(words) and self._gap(after) == " " and words[after].text.lower() in parts.credential_nouns:
            return False  # "Professional Data Engineer certification"
        if parts.abbreviates(words[i].text) and words[i].text[1:].islower() and after < len(words) and self._gap(after) == " ":
            return False  # "Major Tech Companies"
        known = self._lookup(first, after) is not None
        if after - first == 1:
            return self._lone(first, known, before)
        if known:
            return True
        if any(w.text.lower() in parts.credential_nouns for w in words[first:after]):
            return False
        if words[i].key in parts.weak_heads and words[first].key not in parts.levels:
            return False  # "AI agents"
        return words[i].key in parts.heads or parts.abbreviates(words[i].text)

    def _lone(self, i: int, known: bool, before: str) -> bool:
        """Whether one word is a title: "engineers", "as a plumber"; not "act as a liaison", "developer ergonomics"."""
        words, parts = self.words, self.parts
        word, lower = words[i], words[i].text.lower()
        if parts.compound_head(word.text):
            return True
        if lower in parts.not_heads or (not known and (word.key not in parts.heads or word.key in parts.weak_heads)) or not self._alone(i):
            return False
        plural = word.key != lower
        if known and ((plural and word.key not in parts.weak_heads) or self._capital(i)):
            return True
        if not known and any(w.text.lower() in parts.function_markers for w in words[max(0, i - 3):i]):
            return False
        return not before or before in parts.articles or (plural and before in parts.determiners)

    def _alone(self, i: int) -> bool:
        """Whether a single head noun is a title here; a singular that opens a sentence is a verb ("Architect solutions")."""
        word = self.words[i]
        if word.begin != self.begin or word.key != word.text.lower() or self.parts.abbreviates(word.text):
            return True
        rest = self.text[word.end:self.end].lstrip()
        return not rest or rest[0] in ".:(|/-–—"


def inverted(parts: TitleWords, roles: Mapping[str, Concept], text: str, left: list[Word], right: list[Word]) -> list[str]:
    """The words of a title whose field or level stands behind a comma, in their usual order; none if they are not one title.

    What stands behind may be anything (a team, a place): it counts where it is a level, where the title so made is known, or
    after nothing but an of-head with its level ("Senior Manager, Data Engineering").
    """
    before, after = folded(text, left), folded(text, right)
    if " ".join(w.key for w in right) in parts.levels:
        return [*after, *before]
    if not all(w.text[:1].isupper() for w in right):
        return []
    rank = next((n for n in (2, 1) if n < len(left) and " ".join(w.key for w in left[:n]) in parts.levels), 0)
    governs = left[-1].key in parts.of_heads or parts.abbreviates(left[-1].text)
    of = next(iter(sorted(w for w in parts.of if w.isascii() and len(w) == 2)), "")
    orders = [[*before[:rank], *after, *before[rank:]], *([[*before, of, *after]] if governs and of else [])]
    known = next((order for order in orders if parts.canonical(order).lower().replace("-", " ") in roles), None)
    if known or any(w.key in parts.heads for w in right):
        return known or []
    return orders[-1] if governs and len(left) == max(1, rank + 1) else []


def folded(text: str, words: list[Word]) -> list[str]:
    """The words' texts without those in parentheses; words joined by a hyphen or slash are one."""
    kept: list[str] = []
    for i, word in enumerate(words):
        before = text[word.begin - 1:word.begin] if i else ""
        if before == "(":
            continue
        if kept and before in ("/", "-", "‑") and words[i - 1].end == word.begin - 1:
            kept[-1] += ("-" if before == "‑" else before) + word.text
        else:
            kept.append(word.text)
    return kept
