"""Where a figure stands: its part of the line, and from the inside out what stands above the line.

Above a line are the header of its column, the passage that introduces its list, the heading of its section, the sentences
that open the section, then the same of the section around it, up to the document's title.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from kg.language.phrases import fold, key
from kg.model import Mention, Quantity, Reading
from kg.observations.row_roles import RowRoles, rows_by_stems
from kg.observations.sharing import share
from kg.observations.tables import Span, Tables
from kg.vocabulary import Vocabulary

_NEAR = 500  # code points of a passage around a figure that may say something of it
_SENTENCE_END = re.compile(r"[.!?][\"”’)]?\s+(?=[A-ZÄÖÜ\"“(])")
_CLAUSE = re.compile(r"[,;](?=\s)")


@dataclass(slots=True, frozen=True)
class Frame:
    """A stretch of text that says something of the figures below it; `kind` is header, lead-in,
    before (in its paragraph), heading, opening or title."""

    kind: str
    begin: int
    end: int


@dataclass(slots=True, frozen=True)
class Figure:
    """A figure of a line: `index` is its place in `Reading.quantities`, `left` and `right` the words of the line that are its own.

    `label` is what stands before the line's colon, or the first cell of its row; `closing` the parenthesis after the figure.
    """

    index: int
    quantity: Quantity
    left: Span
    right: Span
    label: Span
    closing: Span
    headers: tuple[Span, ...] = ()


class Surroundings:
    """What is around the passages of one reading; indexes once what is asked for often."""

    def __init__(self, reading: Reading, vocabulary: Vocabulary, rows: RowRoles) -> None:
        self.reading = reading
        self._vocabulary = vocabulary
        self._rows = rows
        self._levels = rows.levels
        self._row_labels: dict[frozenset[str], Span] | None = None
        self.folded = fold(reading.text)
        self.tables = Tables(reading)
        self._mentions = sorted(reading.mentions, key=lambda m: (m.begin, m.end))
        self._mention_begins = [m.begin for m in self._mentions]
        self._quantity_begins = [q.begin for q in reading.quantities]
        self._by_section: dict[int | None, list[int]] = defaultdict(list)
        for i, passage in enumerate(reading.passages):
            self._by_section[passage.section].append(i)
        self._openings: dict[int | None, list[int]] = {}
        # what the document's opening lines say, and which organisation it says to hire; read when first asked for
        self.opening: dict[str, list[Span]] | None = None
        self.hirer: str | None = None

    def label(self, iri: str) -> str:
        """The preferred label of an entity, known or candidate, or ""."""
        concept = self.reading.candidates.get(iri) or self._vocabulary.concepts.get(iri)
        return concept.label if concept else ""

    def is_level(self, word: str) -> bool:
        """Whether a word alone names a stage of a career."""
        return self._levels.value(word.lower()) not in ("", "numbered")

    def row_role(self, label: Span) -> str | None:
        """The role that the first cell of a row names as a whole, or None."""
        return self._rows.role(self.reading, label)

    def row_named(self, words: frozenset[str]) -> Span | None:
        """The first cell of a row of the document that is made of these words, or None."""
        if self._row_labels is None:
            self._row_labels = rows_by_stems(self.reading, self.tables)
        return self._row_labels.get(words)

    def mentions(self, span: Span, *kinds: str) -> list[Mention]:
        """Mentions of these kinds that lie in a stretch, in order."""
        found = []
        for i in range(bisect_left(self._mention_begins, span[0]), bisect_left(self._mention_begins, span[1])):
            mention = self._mentions[i]
            if mention.end <= span[1] and mention.kind in kinds:
                found.append(mention)
        return found

    def quantities(self, span: Span, *kinds: str) -> list[int]:
        """Indexes of the quantities of these kinds that lie in a stretch, in order."""
        found = []
        for i in range(bisect_left(self._quantity_begins, span[0]), bisect_left(self._quantity_begins, span[1])):
            quantity = self.reading.quantities[i]
            if quantity.end <= span[1] and (not kinds or quantity.kind in kinds):
                found.append(i)
        return found

    def of_others(self, number: int) -> bool:
        """Whether a passage stands in a section about roles other than the document's own, and is about none of them by its place."""
        passage = self.reading.passages[number]
        own = passage.role is None or passage.role in self.reading.roles[:1]
        return own and passage.form != "row" and any(key(heading).strip(" :") in self._rows.others for heading in passage.path)

    def earlier(self, number: int, most: int) -> list[int]:
        """The passages before one that stand directly in its section, the nearest first."""
        own = self._by_section[self.reading.passages[number].section]
        at = bisect_left(own, number)
        return own[max(0, at - most):at][::-1]

    def line(self, number: int, figure: Figure) -> Span:
        """The passage, or of a very long one what is near a figure."""
        passage, quantity = self.reading.passages[number], figure.quantity
        return max(passage.begin, quantity.begin - _NEAR), min(passage.end, quantity.end + _NEAR)

    def shared(self, number: int, figure: Figure, names: list[Span]) -> list[int]:
        """Indexes of those names (in order, apart) that belong to a figure and not to another of its kind in its sentence."""
        passage = self.reading.passages[number]
        sentence = self.part_of_sentence(figure.quantity, *self.line(number, figure)) if passage.form != "row" else (figure.left[0], figure.right[1])
        indexes = self.quantities(sentence, figure.quantity.kind)
        if figure.index not in indexes:
            return []
        figures = [(self.reading.quantities[i].begin, self.reading.quantities[i].end) for i in indexes]
        inside = [i for i, (begin, end) in enumerate(names) if sentence[0] <= begin and end <= sentence[1]]
        breaks = [m.start() for m in _CLAUSE.finditer(self.reading.text, *sentence)]
        found = share(figures, [names[i] for i in inside], indexes.index(figure.index), breaks)
        return [inside[i] for i in found]

    def shared_mentions(self, number: int, figure: Figure, *kinds: str) -> list[Mention]:
        """Mentions of these kinds in a figure's sentence that belong to it."""
        near = [m for m in self.mentions(self.line(number, figure), *kinds) if m.end <= figure.quantity.begin or m.begin >= figure.quantity.end]
        return [near[i] for i in self.shared(number, figure, [(m.begin, m.end) for m in near])]

    def sentence(self, number: int, figure: Figure) -> Span:
        """The sentence of a figure within its passage."""
        return self.part_of_sentence(figure.quantity, *self.line(number, figure))

    def frames(self, number: int, headers: tuple[Span, ...] = ()) -> Iterator[Frame]:
        """What stands above a passage, from the inside out."""
        passage = self.reading.passages[number]
        for header in headers:
            yield Frame("header", *header)
        lead, seen = passage.lead_in if passage.lead_in is not None else self.tables.caption(number), {number}
        while lead is not None and lead not in seen:
            seen.add(lead)
            introduction = self.reading.passages[lead]
            yield Frame("lead-in", introduction.begin, introduction.end)
            lead = introduction.lead_in
        yield from self._before(number)
        section = passage.section
        while section is not None:
            heading = self.reading.sections[section]
            yield Frame("heading", heading.begin, heading.end)
            for i in self._opening(section):
                opening = self.reading.passages[i]
                if opening.end <= passage.begin and i not in seen:
                    yield Frame("opening", opening.begin, opening.end)
            section = heading.parent
        if self.reading.title_span:
            yield Frame("title", *self.reading.title_span)

    def _before(self, number: int) -> Iterator[Frame]:
        """The sentences before one in its paragraph, the nearest first, at most three."""
        passages = self.reading.passages
        for i in range(number - 1, max(-1, number - 4), -1):
            before, after = passages[i], passages[i + 1]
            if before.form != "sentence" or after.form != "sentence" or "\n" in self.reading.text[before.end:after.begin]:
                return
            yield Frame("before", before.begin, before.end)

    def _opening(self, section: int) -> list[int]:
        """The sentences with which a section opens: those before its first list, at most four."""
        if section not in self._openings:
            found = []
            for i in self._by_section[section][:4]:
                if self.reading.passages[i].form != "sentence":
                    break
                found.append(i)
            self._openings[section] = found
        return self._openings[section]

    def part_of_sentence(self, quantity: Quantity, begin: int, end: int) -> Span:
        """The part of a stretch that is the figure's own sentence."""
        for match in _SENTENCE_END.finditer(self.reading.text, begin, quantity.begin):
            begin = match.end()
        after = _SENTENCE_END.search(self.reading.text, quantity.end, end)
        return begin, after.start() + 1 if after else end
