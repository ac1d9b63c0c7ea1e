"""The stage that splits a text: title, furniture, sections, and passages with their type, place and role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import takewhile

from kg.cues import CueIndex
from kg.glue import GlueFinder
from kg.headings import Block, HeadingFinder
from kg.lines import Line, cells, read_lines
from kg.model import Passage, Reading, Section
from kg.outline import BULLET, MAIN, Outline
from kg.passage_types import CAREER_STEP, DEFINITION, INTRO, MARKET_FACT, SALARY_FACT, SUMMARY, Place, TypeReader
from kg.sentences import SentenceSplitter
from kg.subjects import SubjectReader, Titles, TitleSpan
from kg.vocabulary import Vocabulary

_OPENINGS = 12
_LABEL_WORDS = 4


class Splitter:
    """Splits texts; built once for a vocabulary and its reader of job titles."""

    def __init__(self, vocabulary: Vocabulary, titles: Titles) -> None:
        headings = CueIndex(vocabulary.cues("passage-type", "headingCue"))
        self.sentences = SentenceSplitter(vocabulary)
        self.subjects = SubjectReader(vocabulary, titles)
        self.glue = GlueFinder(vocabulary, self.sentences, headings, self.subjects.is_head)
        self.headings = HeadingFinder(vocabulary, headings, self.glue, self.subjects)
        self.outline = Outline(vocabulary, self.subjects)
        self.types = TypeReader(vocabulary, headings)

    def split(self, reading: Reading) -> None:
        """Fill the reading's title_span, furniture, roles, sections, passages, and the candidates for roles."""
        text = reading.text = reading.text or reading.document.text
        blocks = self.headings.blocks(text, read_lines(text))
        self._close(text, blocks)
        title = next(((b.begin, b.end) for b in blocks if b.kind == "title"), None)
        reading.title_span = title
        reading.furniture = [(b.begin, b.end) for b in blocks if b.kind == "furniture"]
        openings = [(b.begin, b.end) for b in blocks if b.kind == "prose"][:_OPENINGS]
        role = self.subjects.document(text, title, reading.document.title, openings)
        _Writer(self, reading, blocks, role).write()

    def _close(self, text: str, blocks: list[Block]) -> None:
        """Find closing prose, and lead-ins of the next list, glued to the last item of a list."""
        content = [b for b in blocks if b.kind != "furniture"]
        lower_words = _LowerWords(text)
        for block, after in zip(content, [*content[1:], None]):
            if block.kind != "bullet":
                continue
            if after is None or after.kind != "bullet" and not (after.kind == "heading" and after.style == "bullet"):
                block.closing = self.glue.closing(text, block.begin, block.end, lower_words)
            elif text[block.end - 1] == ":":
                block.closing = self.glue.lead_in(text, block.begin, block.end, lower_words)


class _LowerWords:
    """The words that a text writes in lower case; read when first asked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: frozenset[str] | None = None

    def __call__(self) -> frozenset[str]:
        if self.found is None:
            self.found = frozenset(word for word in self.text.split() if word.isalpha() and word.islower())
        return self.found


@dataclass(slots=True)
class _Level:
    """An open section: its rank, its index, its path and kind, and whom it is about."""

    rank: int
    section: int | None
    path: tuple[str, ...]
    family: str
    inner: str
    role: str | None
    depth: int = -1
    deeper: bool = False
    related: bool = False
    profile: bool = False  # of a role other than the document's
    fresh: bool = True


@dataclass(slots=True)
class _Writer:
    """Writes one reading from its blocks."""

    splitter: Splitter
    reading: Reading
    blocks: list[Block]
    own: TitleSpan | None
    levels: list[_Level] = field(default_factory=list)
    named_rows: bool = False
    upcoming: list[tuple[int, Block]] = field(default_factory=list)  # the next two blocks
    next_rank: int = -1  # rank of the heading that comes next; above all ranks if what comes next is no heading
    lead_in: int | None = None
    lead_kind: str = ""
    lead_depth: int = 0
    lead_label: bool = False
    lead_plain: bool = False  # an item without a label has followed

    def write(self) -> None:
        """Fill sections, passages and roles."""
        splitter, text = self.splitter, self.reading.text
        ranks = splitter.outline.ranks(text, self.blocks)
        breaks = splitter.outline.breaks(text, self.blocks)
        self.levels = [_Level(-1, None, (), "", "", self._name(self.own))]
        content = [(i, b) for i, b in enumerate(self.blocks) if b.kind not in ("furniture", "title")]
        for n, (i, block) in enumerate(content):
            j, after = content[n + 1] if n + 1 < len(content) else (-1, None)
            self.next_rank = -1 if after is None else ranks.get(j, BULLET + 99)
            self.upcoming = content[n + 1:n + 3]
            if block.kind == "heading":
                self._section(block, ranks[i])
            elif block.kind == "bullet":
                self._bullet(block)
            elif block.kind == "row":
                if n == 0 or content[n - 1][1].kind != "row":
                    self.named_rows = self._has_named_rows(b for _, b in content[n:])
                self._row(block)
            else:
                if i in breaks:
                    self._unnamed(block)
                self._prose(block, after)
        self._order_roles()

    def _has_named_rows(self, blocks: Iterator[Block]) -> bool:
        """Whether the rows that begin here are about roles that they name; those that name none are about other groups."""
        return any(self._row_title(b.begin, b.end) is not None for b in takewhile(lambda b: b.kind == "row", blocks) if not b.line.header)

    def _name(self, span: TitleSpan | None) -> str | None:
        """The IRI of the role that a span names; a role that the vocabulary does not know becomes a candidate."""
        if span is None:
            return None
        if not span.known and span.iri not in self.reading.candidates:
            self.reading.candidates[span.iri] = self.splitter.subjects.titles.concept(span)
        return span.iri

    def _section(self, block: Block, rank: int) -> None:
        text, splitter = self.reading.text, self.splitter
        label = text[block.begin:block.end]
        while self.levels[-1].rank >= rank:
            self.levels.pop()
        above = self.levels[-1]
        family, inner = splitter.types.section(label, above.family, above.inner)
        span = splitter.subjects.covering(text, block.begin, block.end)
        if span is not None and not (above.related or self._credible(span)):
            span = None
        role = self._name(span) or above.role
        if span is not None and above.related:
            family, inner = DEFINITION, DEFINITION
        sections = self.reading.sections
        sections.append(Section(label, block.begin, block.end, len(self.levels), above.section, role))
        self.levels.append(_Level(rank, len(sections) - 1, (*above.path, label), family, inner, role, block.line.depth if block.style == "bullet" else -1,
                                  related=splitter.outline.is_related(label),
                                  profile=above.profile or span is not None and above.related, fresh=span is None))
        self._forget()

    def _unnamed(self, block: Block) -> None:
        """A section whose heading is lost; its opening paragraph tells its kind."""
        root = self.levels[0]
        kind, _ = self.splitter.types.heading(self.reading.text[block.begin:block.end])
        self.levels[1:] = [_Level(MAIN, None, (), kind, "", root.role)]

    def _forget(self) -> None:
        self.lead_in, self.lead_kind, self.lead_label, self.lead_plain = None, "", False, False

    def _leave_bullets(self) -> None:
        """What is no list item leaves the headings among bullets."""
        while self.levels[-1].rank >= BULLET:
            self.levels.pop()

    def _bullet(self, block: Block) -> None:
        level = self.levels[-1]
        depth = block.line.depth
        if level.rank >= BULLET:
            self._leave_deeper(depth)
            level = self.levels[-1]
        text = self.reading.text
        end = block.closing if 0 <= block.closing < block.end else block.end
        stop = block.begin + len(text[block.begin:end].rstrip())
        label = ": " in text[block.begin:min(stop, block.begin + 60)]
        if self.lead_in is not None and (depth < self.lead_depth or self.lead_label and self.lead_plain and label):
            self._forget()
        self.lead_plain = self.lead_plain or not label
        level.fresh = False
        form = "bullet" if block.line.mark or level.section is not None else "pair"
        self._passage(block.begin, stop, "bullet", Place(level.family, level.inner, form, self.lead_kind), depth, label)
        if end < block.end:
            self._forget()
            self._sentences(block.begin + len(text[block.begin:end]), block.end, closing=True, after=None)

    def _leave_deeper(self, depth: int) -> None:
        """An item that stands no deeper than a heading among bullets leaves it, if the heading's own items stood deeper."""
        while self.levels[-1].rank >= BULLET and depth <= self.levels[-1].depth and (self.levels[-1].deeper or depth < self.levels[-1].depth):
            self.levels.pop()
        self.levels[-1].deeper = self.levels[-1].deeper or self.levels[-1].rank >= BULLET and depth > self.levels[-1].depth

    def _row(self, block: Block) -> None:
        self._leave_bullets()
        level = self.levels[-1]
        level.fresh = False
        before = None if self.lead_in is None else self.reading.passages[self.lead_in]
        header = block.line.header
        kept = self.lead_in if header and before is not None and before.form == "row" else None
        self._passage(block.begin, block.end, "row", Place(level.family, level.inner, "row", self.lead_kind, header=header), 0, False)
        if kept is not None:  # of several header rows the first is the lead-in
            self.lead_in = kept

    def _prose(self, block: Block, after: Block | None) -> None:
        self._leave_bullets()
        if after is None or after.kind != "row" or not self.splitter.glue.remarks(self.reading.text, block.begin, block.end):
            self._forget()
        self._sentences(block.begin, block.end, closing=False, after=after)

    def _sentences(self, begin: int, end: int, *, closing: bool, after: Block | None) -> None:
        """Passages of a paragraph, or of the closing prose of a list."""
        text, splitter, level = self.reading.text, self.splitter, self.levels[-1]
        found = splitter.sentences.split(text, begin, end)
        leading = level.fresh and after is not None and after.kind in ("bullet", "heading", "row") and self.next_rank > level.rank
        ends = self.next_rank < level.rank or after is None
        if level.fresh and not closing and found and len(self.levels) == 2:
            self._section_role(level, found)
        level.fresh = False
        pending = -1
        for n, (start, stop) in enumerate(found):
            start = start if pending < 0 else pending
            pending = -1
            start += len(text[start:stop]) - len(text[start:stop].lstrip())
            stop = start + len(text[start:stop].rstrip())
            if start >= stop:
                continue
            if not closing and n == 0 and len(found) > 1 and self._is_label(text, start, stop):
                pending = start
                continue
            sums_up = (closing or ends and n == len(found) - 1) and splitter.glue.closes(text, start, stop)
            bare = not closing and len(found) == 1 and text[stop - 1] not in ".!?"
            label = bare and ": " in text[start:stop]
            caption = bare and not label and after is not None and after.kind == "row"
            form = "bullet" if label else "sentence"
            self._passage(start, stop, form, Place(level.family, level.inner, "pair" if label else form, "", leading, closing or sums_up, sums_up, header=caption), -1, False)

    @staticmethod
    def _is_label(text: str, begin: int, end: int) -> bool:
        """Whether a first sentence is only the name of what the paragraph tells: "Analytical skills." """
        return text[end - 1] == "." and end - begin < 50 and len(text[begin:end].split()) <= _LABEL_WORDS

    def _section_role(self, level: _Level, found: list[tuple[int, int]]) -> None:
        """A section whose first sentence is about another role is about that role, unless it goes on about the document's own."""
        subjects, text, own = self.splitter.subjects, self.reading.text, self.own
        span = subjects.opening(text, *found[0])
        if span is None or " " not in span.label or span.iri == level.role:
            return
        if own is not None:
            if subjects.qualified(text, *found[0], span, own) or subjects.is_part(span, own):
                return
            after = [*found[1:3], *((b.begin, b.end) for b in takewhile(lambda b: b.kind == "prose", (b for _, b in self.upcoming)))]
            if any((other := subjects.opening(text, *place)) is not None and other.iri == own.iri for place in after):
                return
        level.role = self._name(span)
        if level.section is not None:
            self.reading.sections[level.section] = replace(self.reading.sections[level.section], role=level.role)

    def _passage(self, begin: int, end: int, form: str, place: Place, depth: int, label: bool) -> None:
        reading, level = self.reading, self.levels[-1]
        text = reading.text
        subjects = self.splitter.subjects
        words = text[begin:end]
        place.direct = len(level.path) == 1
        named = None
        if form == "row":
            named = None if place.header else self._row_title(begin, end)
        else:
            named = subjects.label(text, begin, end) if form == "bullet" else None
            place.role_label = named is not None
            if named is None and not place.closing:
                named = subjects.subject(text, begin, end)
            place.subject = named is not None or place.leading and subjects.opening(text, begin, end) is not None
        kind = self.splitter.types.passage(words, place)
        if named is None and kind in (SALARY_FACT, MARKET_FACT) and form != "row" and not place.closing:
            named = subjects.only(text, begin, min(end, begin + 90))
        role = None if form == "row" and named is None and self.named_rows and not place.header else self._role(named, level, form)
        index = len(reading.passages)
        reading.passages.append(Passage(begin, end, level.section, level.path, kind, role, form, None if kind == INTRO and form != "row" else self.lead_in))
        if kind == INTRO and (text[end - 1] == ":" or place.header):
            self.lead_in, self.lead_kind = index, self.splitter.types.announced(words.lower())
            self.lead_depth, self.lead_label, self.lead_plain = max(depth, 0), label, False

    def _row_title(self, begin: int, end: int) -> TitleSpan | None:
        """The title in a row's first cell."""
        text, subjects = self.reading.text, self.splitter.subjects
        words = text[begin:end]
        first = cells(words)[0].split("\n", 1)[0]
        title = self.reading.title_span
        if title is not None and first.casefold() == text[slice(*title)].casefold():
            return self.own
        named = subjects.covering(text, begin, begin + len(first))
        if named is None and self.levels[-1].related and "|" in words:
            named = subjects.titles.whole(text, begin, begin + len(first))
        return named

    def _role(self, named: TitleSpan | None, level: _Level, form: str) -> str | None:
        """Whom a passage is about: the role it names as its subject, unless that is only the head of the section's role."""
        if named is None or form != "row" and (level.profile or not self._credible(named)):
            return level.role
        if form != "row" and self.own is not None and self.own.label != named.label and named.label in self.own.label.split():
            return level.role
        return self._name(named)

    def _credible(self, span: TitleSpan) -> bool:
        """Whether a title in a heading or sentence is a role: one that the vocabulary knows, or a variety of the document's own."""
        own = self.own
        return span.known or bool(span.seniority) or own is not None and own.label.rsplit(" ", 1)[-1] == span.label.rsplit(" ", 1)[-1]

    def _order_roles(self) -> None:
        """The roles that the document is about: its own, and those that sections of related careers profile."""
        reading = self.reading
        found = [self.levels[0].role] if self.levels and self.levels[0].role else []
        for section in reading.sections:
            parent = section.parent
            if section.role and section.role not in found and parent is not None and self.splitter.outline.is_related(reading.sections[parent].label):
                found.append(section.role)
        reading.roles = [role for role in found if role]
