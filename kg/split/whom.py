"""Whom sections and passages are about: the title that they name as their subject, or the document's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

from kg.model import Reading
from kg.split.blocks import Block
from kg.split.marks import cells
from kg.split.outline import Outline
from kg.split.subjects import SubjectReader
from kg.titles.reader import TitleSpan


@dataclass(slots=True)
class Roles:
    """The roles of one reading; `own` is the title of the document's role."""

    subjects: SubjectReader
    outline: Outline
    reading: Reading
    own: TitleSpan | None

    def name(self, span: TitleSpan | None) -> str | None:
        """The IRI of the role that a span names; a role that the vocabulary does not know becomes a candidate."""
        if span is None:
            return None
        if not span.known and span.iri not in self.reading.candidates:
            self.reading.candidates[span.iri] = self.subjects.titles.concept(span)
        return span.iri

    def credible(self, span: TitleSpan) -> bool:
        """Whether a title in a heading or sentence is a role: one that the vocabulary knows, or a variety of the document's own."""
        own = self.own
        return span.known or bool(span.seniority) or (own is not None and own.label.rsplit(" ", 1)[-1] == span.label.rsplit(" ", 1)[-1])

    def of_opening(self, role: str | None, found: list[tuple[int, int]], following: list[Block]) -> str | None:
        """The role that a section's first sentences are about, where that is not its `role` and they do not go on about the document's own."""
        subjects, text, own = self.subjects, self.reading.text, self.own
        span = subjects.opening(text, *found[0])
        if span is None or " " not in span.label or span.iri == role:
            return None
        if own is not None:
            if subjects.qualified(text, *found[0], span, own) or subjects.is_part(span, own):
                return None
            after = [*found[1:3], *((b.begin, b.end) for b in takewhile(lambda b: b.kind == "prose", following))]
            if any((other := subjects.opening(text, *place)) is not None and other.iri == own.iri for place in after):
                return None
        return self.name(span)

    def of_row(self, begin: int, end: int, related: bool) -> TitleSpan | None:
        """The title in a row's first cell; where the section is about other roles (`related`) any title will do."""
        text, subjects, title = self.reading.text, self.subjects, self.reading.title_span
        words = text[begin:end]
        stop = begin + len(cells(words)[0].split("\n", 1)[0])
        if title is not None and text[begin:stop].casefold() == text[slice(*title)].casefold():
            return self.own
        named = subjects.covering(text, begin, stop)
        return subjects.titles.whole(text, begin, stop) if named is None and related and "|" in words else named

    def named_rows(self, blocks: Iterable[Block], related: bool) -> bool:
        """Whether the rows that begin here are about roles that they name; those that name none are about other groups."""
        return any(self.of_row(b.begin, b.end, related) is not None for b in takewhile(lambda b: b.kind == "row", blocks) if not b.line.header)

    def of_passage(self, named: TitleSpan | None) -> str | None:
        """The role that a sentence or item names as its subject, unless that is only a word of the document's own."""
        if named is None or not self.credible(named):
            return None
        if self.own is not None and self.own.label != named.label and self.subjects.is_head_of(self.reading.text, named, self.own):
            return None
        return self.name(named)

    def order(self) -> None:
        """Fill the roles that the document is about: its own, and those that sections on related careers profile."""
        reading = self.reading
        found = [self.name(self.own)]
        for section in reading.sections:
            if section.parent is not None and self.outline.is_related(reading.sections[section.parent].label):
                found.append(section.role)
        reading.roles = list(dict.fromkeys(role for role in found if role))
