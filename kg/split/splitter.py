"""The stage that splits a text: title, furniture, sections, and passages with their type, place and role.

    lines      what the author meant as lines, with their marks
    headings   which lines are headings             glue   boundaries that were lost within a line
    blocks     headings, paragraphs, bullets, rows
    outline    how headings nest
    passages   sentences and items, each with its type (passage_types) and the role it is about (subjects)
"""

from __future__ import annotations

from itertools import pairwise

from kg.language.cues import CueIndex
from kg.model import Reading
from kg.split.blocks import Block, BlockReader
from kg.split.glue import GlueFinder
from kg.split.kinds import QUALIFICATION, REQUIREMENT, RESPONSIBILITY
from kg.split.lines import read_lines
from kg.split.outline import Outline
from kg.split.passage_types import TypeReader
from kg.split.passages import PassageWriter, Tools
from kg.split.sentences import SentenceSplitter
from kg.split.subjects import SubjectReader
from kg.titles.reader import TitleReader, TitleSpan
from kg.vocabulary import Vocabulary

# sections that ask something of a person
_ASKING = frozenset((QUALIFICATION, REQUIREMENT, RESPONSIBILITY))
# headings above them that may be an employer's name and the title
_NAMES = 2
# paragraphs at the beginning that tell whom a document is about
_OPENINGS = 12


class Splitter:
    """Splits texts; built once for a vocabulary and its reader of job titles."""

    def __init__(self, vocabulary: Vocabulary, titles: TitleReader) -> None:
        headings = CueIndex(vocabulary.cues("passage-type", "headingCue"))
        sentences = SentenceSplitter(vocabulary)
        subjects = SubjectReader(vocabulary, titles)
        glue = GlueFinder(vocabulary, sentences, headings, subjects.is_head)
        self._headings = headings
        self._blocks = BlockReader(vocabulary, headings, glue, subjects)
        self._tools = Tools(sentences, subjects, glue, Outline(vocabulary, subjects), TypeReader(vocabulary, headings))

    def split(self, reading: Reading) -> None:
        """Fill the reading's title_span, furniture, roles, sections, passages, and the candidates for roles."""
        text = reading.text = reading.text or reading.document.text
        blocks = self._blocks.blocks(text, read_lines(text))
        self._close(text, blocks)
        title = next(((b.begin, b.end) for b in blocks if b.kind == "title"), None)
        reading.title_span = title
        reading.furniture = [(b.begin, b.end) for b in blocks if b.kind == "furniture"]
        openings = [(b.begin, b.end) for b in blocks if b.kind == "prose"][:_OPENINGS]
        role = self._tools.subjects.document(text, title, reading.document.title, openings) or self._unusual(reading, blocks)
        PassageWriter(self._tools, reading, blocks, role).write()

    def _unusual(self, reading: Reading, blocks: list[Block]) -> TitleSpan | None:
        """The role of an advert whose title no vocabulary understands: something asks of a person there, and no heading names a role."""
        text, subjects, stated = reading.text, self._tools.subjects, reading.document.title
        lines = [(b.begin, b.end) for b in blocks if b.kind in ("title", "heading")]
        known = [self._headings.whole(text[begin:end].lower()) for begin, end in lines]
        asking = next((n for n, values in enumerate(known) if _ASKING.intersection(values)), None)
        if asking is None or any(subjects.holds_title(text, *line) for line in lines):
            return None
        if named := subjects.unusual(stated, 0, len(stated), text):
            return named
        above = [line for line, values in zip(lines[:asking], known, strict=False) if not values][:_NAMES]
        return next((span for line in above if (span := subjects.unusual(text, *line, text))), None)

    def _close(self, text: str, blocks: list[Block]) -> None:
        """Find closing prose, and lead-ins of the next list, glued to the last item of a list."""
        glue, lower_words = self._tools.glue, _LowerWords(text)
        for block, after in pairwise([*(b for b in blocks if b.kind != "furniture"), None]):
            if block is None or block.kind != "bullet":
                continue
            if after is None or (after.kind != "bullet" and after.style != "bullet"):
                block.closing = glue.closing(text, block.begin, block.end, lower_words)
            elif text[block.end - 1] == ":":
                block.closing = glue.lead_in(text, block.begin, block.end, lower_words)


class _LowerWords:
    """The words that a text writes in lower case; read when first asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: frozenset[str] | None = None

    def __call__(self) -> frozenset[str]:
        if self._found is None:
            self._found = frozenset(word for word in self._text.split() if word.islower() and word.isalpha())
        return self._found
