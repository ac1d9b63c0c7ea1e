"""Job titles in text, by structure and vocabulary: [level] [modifiers] head, or of-heads ("Director of MLOps").

A title ends in a head noun ("engineer", "analyst") that the vocabulary names. Known roles are recognised in any case; a
compound that no vocabulary holds is a title only where it is written in Title Case. Labels are Title Case singular.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterable, MutableMapping
from copy import copy
from dataclasses import dataclass

from kg.model import Concept
from kg.namespaces import RG, Minter
from kg.titles.grammar import TitleFinder, Word, folded, inverted
from kg.titles.words import TitleWords
from kg.vocabulary import Vocabulary

_WORD = re.compile(r"\.?[^\W_](?:[\w'’&+#.]*[\w+#])?")


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
        self.minter = minter or Minter()
        self._parts = TitleWords(vocabulary)
        self._tools = {label.lower() for tool in vocabulary.of_kind("Tool") for label in (tool.label, *tool.alt_labels)}
        self._roles: MutableMapping[str, Concept] = {}
        for role in vocabulary.of_kind("Role"):
            for label in (role.label, *role.alt_labels, *role.hidden_labels):
                self._roles.setdefault(self.key(label), role)
        self._role_words = {word for k in self._roles for word in k.split(" ")}
        # a title with "of" is found by its head
        names = [k.split(" ") for k in (*self._roles, *self._parts.head_phrases)]
        last = {words[-1] for words in names if len(words) < 3 or self._parts.links.isdisjoint(words)}
        self._parts.learn(last)
        self._ends = self._parts.heads | last

    def with_roles(self, roles: Iterable[Concept]) -> TitleReader:
        """This reader with further roles, those that one document introduces."""
        more = {self.key(label): role for role in roles for label in (role.label, *role.alt_labels)}
        if not more:
            return self
        reader = copy(self)
        reader._roles = ChainMap(more, self._roles)
        reader._ends = self._ends | {k.rsplit(" ", 1)[-1] for k in more}
        reader._role_words = self._role_words | {word for k in more for word in k.split(" ")}
        return reader

    def find(self, text: str, begin: int, end: int, within: tuple[int, int] | None = None) -> list[TitleSpan]:
        """Titles in a sentence or heading between two offsets, in order, without overlap; only those `within` a part of it, if given."""
        words = self._read(text, *(within or (begin, end)))
        finder = TitleFinder(self._parts, self._roles, self._role_words, self._tools, text, begin, end, words)
        return [self._span(text, words[first:after]) for first, after in finder.stretches(self._ends)]

    def triggers(self) -> list[str]:
        """Words that a text with a title holds at least one of, in lower case: heads with their plurals, ends of known roles."""
        words = self._ends | {word.lower() for word in self._parts.abbreviated_heads}
        return sorted(words | {plural for word in words for plural in self._parts.plurals(word)})

    def whole(self, text: str, begin: int, end: int) -> TitleSpan | None:
        """The stretch taken as one title, for places that hold nothing else (a page's title, a table's first column)."""
        words = self._read(text, begin, end)
        return self._span(text, words) if words else None

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
        ends = [len(words)] + ([len(words) - 1] if words[-1].lower() in self._parts.suffixes else [])
        for end in ends:
            for first in range(0 if end < len(words) else 1, end):
                role = self._roles.get(self.key(" ".join(words[first:end])))
                if role:
                    return role.iri
        return ""

    def key(self, label: str) -> str:
        """How labels of roles are compared: canonical, lower case, hyphens as spaces."""
        return self._parts.canonical(folded(label, self._read(label, 0, len(label)))).lower().replace("-", " ")

    def label(self, iri: str) -> str:
        """The label of a known role, "" where it is none."""
        role = self._vocabulary.concepts.get(iri)
        return role.label if role else ""

    def is_level(self, word: str) -> bool:
        """Whether a word of a label says a level and no work: "Senior", "II"."""
        return word.lower() in self._parts.levels or word.lower() in self._parts.suffixes

    def is_weak(self, title: str) -> bool:
        """Whether a title ends in a head that things have too ("virtual assistants")."""
        words = self._read(title, 0, len(title))
        return bool(words) and words[-1].key in self._parts.weak_heads

    def _read(self, text: str, begin: int, end: int) -> list[Word]:
        words = []
        heads, singular = self._parts.heads, self._parts.singular
        for match in _WORD.finditer(text, begin, end):
            word, stop = match.group(), match.end()
            if word[-2:] in ("'s", "’s"):
                word, stop = word[:-2], stop - 2
            lower = word.lower()
            words.append(Word(word, lower if lower in heads else singular(lower), match.start(), stop))
        return words

    def _span(self, text: str, words: list[Word]) -> TitleSpan:
        comma = next((n for n in range(1, len(words)) if text[words[n - 1].end] == ","), 0)
        order = inverted(self._parts, self._roles, text, words[:comma], words[comma:]) if comma else []
        label = self._parts.canonical(order or folded(text, words))
        role = self._roles.get(label.lower().replace("-", " "))
        level = self._parts.level(label.split(" "))
        begin, end = words[0].begin, words[-1].end
        if role is None:
            return TitleSpan(begin, end, label, self.minter.concept("role", label), level, False)
        said = self._vocabulary.values(role.iri, "seniority")
        return TitleSpan(begin, end, role.label, role.iri, said[0] if said else level, not role.candidate)
