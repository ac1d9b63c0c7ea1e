"""Job titles in text, by structure and vocabulary: [level] [modifiers] head, or of-heads ("Director of MLOps").

A title ends in a head noun ("engineer", "analyst") that the vocabulary names. Known roles are recognised in any case; a
compound that no vocabulary holds is a title only where it is written in Title Case. Labels are Title Case singular.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from kg.model import Concept
from kg.namespaces import RG, Minter
from kg.titlewords import TitleWords
from kg.vocabulary import Vocabulary

_WORD = re.compile(r"\.?[^\W_](?:[\w'’&+#.]*[\w+#])?")
_JOINTS = frozenset((" ", "-", "‑", "/", " / ", " & ", "\u00a0"))
_LONGEST = 8


class Word(NamedTuple):
    """A word of the text with its place; `key` is lower case, singular if it is a head noun."""

    text: str
    key: str
    begin: int
    end: int


@dataclass(slots=True, frozen=True)
class TitleSpan:
    """A title in the text. `label` is canonical; `seniority` the level's IRI or ""; `known` if the vocabulary has the role."""

    begin: int
    end: int
    label: str
    iri: str
    seniority: str
    known: bool


class TitleReader:
    """Finds job titles and names them; built once for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary, minter: Minter | None = None) -> None:
        self._vocabulary = vocabulary
        self._minter = minter or Minter()
        self.parts = TitleWords(vocabulary)
        self.tools = {label.lower() for tool in vocabulary.of_kind("Tool") for label in (tool.label, *tool.alt_labels)}
        self._roles: dict[str, Concept] = {}
        for role in vocabulary.of_kind("Role"):
            for label in (role.label, *role.alt_labels, *role.hidden_labels):
                self._roles.setdefault(self.key(label), role)
        self.role_words = {word for k in self._roles for word in k.split(" ")}
        self._ends = self.parts.heads | {k.rsplit(" ", 1)[-1] for k in self._roles} | {k.rsplit(" ", 1)[-1] for k in self.parts.head_phrases}

    def find(self, text: str, begin: int, end: int, more: Mapping[str, Concept] | None = None) -> list[TitleSpan]:
        """Titles between two offsets, in order, without overlap; `more` are this document's own roles, by `key`."""
        words = self._read(text, begin, end)
        roles = ChainMap(dict(more), self._roles) if more else self._roles
        finder = _Finder(self, roles, text, begin, end, words)
        ends = self._ends | {k.rsplit(" ", 1)[-1] for k in more} if more else self._ends
        return [self._span(text, words[first:after], more or {}) for first, after in finder.stretches(ends)]

    def triggers(self) -> list[str]:
        """Words that a text with a title holds at least one of, in lower case: heads with their plurals, ends of known roles."""
        words = self._ends | {word.lower() for word in self.parts.abbreviated_heads}
        return sorted(words | {plural for word in words for plural in self.parts.plurals(word)})

    def whole(self, text: str, begin: int, end: int) -> TitleSpan | None:
        """The stretch taken as one title, for places that hold nothing else (a page's title, a table's first column)."""
        words = self._read(text, begin, end)
        return self._span(text, words, {}) if words else None

    def concept(self, span: TitleSpan) -> Concept:
        """The role that a span names; a candidate's `links` hold its seniority and the known role that it specialises."""
        if span.known and span.iri in self._vocabulary.concepts:
            return self._vocabulary.concepts[span.iri]
        links = [("seniority", span.seniority)] if span.seniority else []
        base = self.base(span.label)
        if base:
            links.append(("specialises", base))
        return Concept(iri=span.iri, kind="Role", label=span.label, types=(RG + "Role",), candidate=True, links=tuple(links),
                       notation=span.iri.rsplit("/", 1)[-1])

    def base(self, label: str) -> str:
        """IRI of the known role that a label specialises: its longest proper part that ends in the head, or ""."""
        words = label.split(" ")
        ends = [len(words)] + ([len(words) - 1] if words[-1].lower() in self.parts.suffixes else [])
        for end in ends:
            for first in range(0 if end < len(words) else 1, end):
                role = self._roles.get(self.key(" ".join(words[first:end])))
                if role:
                    return role.iri
        return ""

    def key(self, label: str) -> str:
        """How labels of roles are compared: canonical, lower case, hyphens as spaces."""
        return self.parts.canonical(folded(label, self._read(label, 0, len(label)))).lower().replace("-", " ")

    def _read(self, text: str, begin: int, end: int) -> list[Word]:
        words = []
        heads, singular = self.parts.heads, self.parts.singular
        for match in _WORD.finditer(text, begin, end):
            word, stop = match.group(), match.end()
            if word[-2:] in ("'s", "’s"):
                word, stop = word[:-2], stop - 2
            lower = word.lower()
            words.append(Word(word, lower if lower in heads else singular(lower), match.start(), stop))
        return words

    def _span(self, text: str, words: list[Word], more: Mapping[str, Concept]) -> TitleSpan:
        spelled = folded(text, words)
        label = self.parts.canonical(spelled)
        role = self._roles.get(label.lower().replace("-", " ")) or more.get(label.lower().replace("-", " "))
        level = self.parts.level(label.split(" "))
        begin, end = words[0].begin, words[-1].end
        if role is None:
            return TitleSpan(begin, end, label, self._minter.concept("role", label), level, False)
        return TitleSpan(begin, end, role.label, role.iri, (self._vocabulary.values(role.iri, "seniority") or [level])[0], not role.candidate)


class _Finder:
    """One run over the words of a stretch of text."""

    def __init__(self, reader: TitleReader, roles: Mapping[str, Concept], text: str, begin: int, end: int, words: list[Word]) -> None:
        self.parts, self.roles, self.tools, self.role_words = reader.parts, roles, reader.tools, reader.role_words
        self.text, self.begin, self.end, self.words = text, begin, end, words

    def stretches(self, ends: frozenset[str] | set[str]) -> list[tuple[int, int]]:
        """Titles as (first word, word after the last)."""
        found: list[tuple[int, int]] = []
        low = 0
        for i, word in enumerate(self.words):
            if i >= low and (word.key in ends or word.text in self.parts.abbreviated_heads):
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
        if follows and self._capital(i) and self._capital(after) and self.words[after].key in self.parts.heads and self.words[after].key not in self.parts.levels:
            return 0, 0  # the later head is the title's: "Nurse Practitioner"
        first = self._before(i, low)
        if follows and (self.words[after].text.lower() in self.parts.suffixes and self._capital(after)
                        or self._capital(i) and self._capital(after) and self.words[after].key in self.parts.levels):
            after += 1
        return (first, after) if self._holds(first, i, after) else (0, 0)

    def _complement(self, i: int) -> int:
        """The word after what an of-head governs ("Director of Data Science"), or 0."""
        words = self.words
        if words[i].key not in self.parts.of_heads and words[i].text not in self.parts.abbreviated_heads:
            return 0
        if i + 2 >= len(words) or words[i + 1].text.lower() not in self.parts.of or self._gap(i + 1) != " " or self._gap(i + 2) != " ":
            return 0
        after = i + 2
        while after < len(words) and after - i <= _LONGEST and self._capital(after) and (after == i + 2 or self._gap(after) in _JOINTS):
            after += 1
            if after + 1 < len(words) and self._gap(after) == " " and self._gap(after + 1) == " " and self._capital(i) and words[after].text in self.parts.conjunctions:
                after += self._capital(after + 1) and words[after + 1].key not in self.parts.heads
        if after > i + 2:
            return after
        return next((stop for stop in range(min(len(words), i + 6), i + 2, -1) if self._lookup(i, stop)), 0)

    def _before(self, i: int, low: int) -> int:
        """Where the title that ends in word i begins."""
        first = reach = i
        capital = self._capital(i)
        unbroken = True
        while reach > low and i - reach < _LONGEST:
            gap, step = self._gap(reach), 1
            if gap == ") " and reach - 1 > low and self._gap(reach - 1) == " (":
                step = 2  # an abbreviation in parentheses: "Machine Learning (ML) Engineer"
            elif gap not in _JOINTS and not (gap == ". " and self.words[reach - 1].key in self.parts.levels):
                if not (gap[1:-1] in self.parts.conjunctions and self._pair(reach - 1, reach)):
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
        known = self._lookup(first, after) is not None
        if after - first == 1:
            return self._lone(first, known, before)
        if known:
            return True
        if any(w.text.lower() in parts.credential_nouns for w in words[first:after]):
            return False
        return words[i].key in parts.heads or words[i].text in parts.abbreviated_heads

    def _lone(self, i: int, known: bool, before: str) -> bool:
        """Whether one word is a title: "engineers", "as a plumber"; not "act as a liaison", "developer ergonomics"."""
        words, parts = self.words, self.parts
        word, lower = words[i], words[i].text.lower()
        if lower in parts.not_heads or not known and (word.key not in parts.heads or word.key in parts.weak_heads) or not self._alone(i):
            return False
        plural = word.key != lower
        if known and (plural or self._capital(i)):
            return True
        if not known and any(w.text.lower() in parts.function_markers for w in words[max(0, i - 3):i]):
            return False
        return not before or before in parts.articles or plural and before in parts.determiners

    def _alone(self, i: int) -> bool:
        """Whether a single head noun is a title here; a singular that opens a sentence is a verb ("Architect solutions")."""
        word = self.words[i]
        if word.begin == self.begin and word.key == word.text.lower():
            return self.text[word.end:self.end].strip(" :.") == ""
        return True


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
