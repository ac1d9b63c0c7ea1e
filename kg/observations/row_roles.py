"""Roles that only a table names: the first cell of a row taken as one title ("Software quality assurance analysts and testers")."""

from __future__ import annotations

import re

from kg.language.cues import words
from kg.language.phrases import Phrasebook, fold
from kg.model import Reading
from kg.observations.tables import Span, Tables
from kg.titles.reader import TitleReader
from kg.vocabulary import Vocabulary

_WORD = re.compile(r"[^\W\d_]{4,}")
_STEM = 5  # letters that singular and plural share
_LONGEST = 110  # code points of a title


class RowRoles:
    """Reads row labels as titles; built once for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary, titles: TitleReader | None) -> None:
        self._titles = titles
        self._groups = Phrasebook.of(vocabulary, "group-row")
        self.levels = Phrasebook.of(vocabulary, "career-level")
        # headings of sections about roles that are not the document's own
        self.others = words(vocabulary.cues("heading-rank"), "related")
        self._heads = {fold(label) for word in vocabulary.of_kind("TitleWord") if "head" in vocabulary.values(word.iri, "titlePart")
                       for label in (word.label, *word.alt_labels)}

    def role(self, reading: Reading, span: Span) -> str | None:
        """IRI of the role that a row's label names, a candidate where no vocabulary has it; None for groups and other things."""
        text = reading.text[span[0]:span[1]]
        if self._titles is None or len(text) > _LONGEST or self._groups.first(fold(text)):
            return None
        name = text.partition(",")[0] if not text.rpartition(",")[2].strip().startswith("and ") else text
        head = self._titles.whole(reading.text, span[0], span[0] + len(name))
        title = self._titles.whole(reading.text, *span)
        if head is None or title is None or fold(head.label).rpartition(" ")[2] not in self._heads:
            return None
        if not title.known and title.iri not in reading.candidates:
            reading.candidates[title.iri] = self._titles.concept(title)
        return title.iri


def stems(text: str) -> frozenset[str]:
    """The words of a title, whatever their number and order."""
    return frozenset(w.group().lower()[:_STEM] for w in _WORD.finditer(text))


def rows_by_stems(reading: Reading, tables: Tables) -> dict[frozenset[str], Span]:
    """The first cells of all rows, by their words."""
    found: dict[frozenset[str], Span] = {}
    for number, passage in enumerate(reading.passages):
        if passage.form == "row" and not tables.is_header(number):
            label = tables.label(number)
            found.setdefault(stems(reading.text[label[0]:label[1]]), label)
    return found
