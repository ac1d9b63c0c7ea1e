"""Sections and passages from blocks: each sentence, item and row with its path, type, lead-in and role."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from kg.model import Passage, Reading, Section
from kg.split.blocks import Block
from kg.split.glue import GlueFinder
from kg.split.kinds import DEFINITION, INTRO, MARKET_FACT, SALARY_FACT, Place
from kg.split.outline import BULLET, MAIN, Outline
from kg.split.passage_types import TypeReader
from kg.split.sentences import SentenceSplitter
from kg.split.subjects import SubjectReader
from kg.split.whom import Roles
from kg.titles.reader import TitleSpan

_LABEL_WORDS, _LABEL_REACH, _LINE_REACH = 4, 60, 90
_NO_HEADING = BULLET + 99


@dataclass(slots=True, frozen=True)
class Tools:
    """What passages are written with."""

    sentences: SentenceSplitter
    subjects: SubjectReader
    glue: GlueFinder
    outline: Outline
    types: TypeReader


@dataclass(slots=True)
class _Level:
    """An open section: its rank, index, path and kind, whom it is about, and the indentation of a heading among bullets.

    `deeper`: its items stand deeper than its heading; `related`: it is about other roles; `profile`: it is about one of them;
    `fresh`: nothing has come yet.
    """

    rank: int
    section: int | None
    path: tuple[str, ...]
    family: str
    inner: str
    role: str | None
    depth: int = -1
    deeper: bool = False
    related: bool = False
    profile: bool = False
    fresh: bool = True


@dataclass(slots=True)
class _LeadIn:
    """The passage that introduces the items that follow, the kind that it announces, its indentation.

    `label`: it is itself a labelled item; `plain`: an item without a label has followed it, `deeper`: one that stands deeper.
    """

    passage: int
    kind: str
    depth: int
    label: bool
    plain: bool = False
    deeper: bool = False


@dataclass(slots=True)
class PassageWriter:
    """Writes one reading from its blocks; `own` is the title of the document's role."""

    tools: Tools
    reading: Reading
    blocks: list[Block]
    own: TitleSpan | None
    levels: list[_Level] = field(default_factory=list)
    lead_in: _LeadIn | None = None
    named_rows: bool = False
    whom: Roles = field(init=False)

    def __post_init__(self) -> None:
        self.whom = Roles(self.tools.subjects, self.tools.outline, self.reading, self.own)

    def write(self) -> None:
        """Fill sections, passages and roles."""
        outline, text = self.tools.outline, self.reading.text
        ranks, breaks = outline.ranks(text, self.blocks), outline.breaks(text, self.blocks)
        self.levels = [_Level(-1, None, (), "", "", self.whom.name(self.own))]
        content = [(i, b) for i, b in enumerate(self.blocks) if b.kind not in ("furniture", "title")]
        for n, (i, block) in enumerate(content):
            following = content[n + 1:n + 3]
            if block.kind == "heading":
                self._section(block, ranks[i])
            elif block.kind == "bullet":
                self._bullet(block)
            elif block.kind == "row":
                if n == 0 or content[n - 1][1].kind != "row":
                    self.named_rows = self.whom.named_rows((b for _, b in content[n:]), self.levels[-1].related)
                self._row(block)
            else:
                if i in breaks:
                    self._unnamed(block)
                next_rank = ranks.get(following[0][0], _NO_HEADING) if following else -1
                self._prose(block, [b for _, b in following], next_rank)
        self.whom.order()

    def _section(self, block: Block, rank: int) -> None:
        text, tools = self.reading.text, self.tools
        label = " ".join(text[block.begin:block.end].split())
        while self.levels[-1].rank >= rank:
            self.levels.pop()
        above = self.levels[-1]
        family, inner = tools.types.headings.section(label, above.family, above.inner)
        span = tools.subjects.covering(text, block.begin, block.end)
        if span is not None and not (above.related or self.whom.credible(span)):
            span = None
        profile = span is not None and above.related
        if profile:
            family = inner = DEFINITION
        role = self.whom.name(span) or above.role
        sections = self.reading.sections
        sections.append(Section(label, block.begin, block.end, len(self.levels), above.section, role))
        self.levels.append(_Level(
            rank, len(sections) - 1, (*above.path, label), family, inner, role, depth=block.line.depth if block.style == "bullet" else -1,
            related=tools.outline.is_related(label), profile=above.profile or profile, fresh=span is None))
        self.lead_in = None

    def _unnamed(self, block: Block) -> None:
        """A section whose heading is lost; its opening paragraph tells its kind."""
        kind, _ = self.tools.types.headings.of(self.reading.text[block.begin:block.end])
        self.levels[1:] = [_Level(MAIN, None, (), kind, "", self.levels[0].role)]

    def _leave_bullets(self) -> None:
        """What is no list item leaves the headings among bullets."""
        while self.levels[-1].rank >= BULLET:
            self.levels.pop()

    def _leave_deeper(self, depth: int) -> None:
        """An item that stands no deeper than a heading among bullets leaves it, if the heading's own items stood deeper."""
        while (level := self.levels[-1]).rank >= BULLET and (depth < level.depth or (depth == level.depth and level.deeper)):
            self.levels.pop()
        level.deeper = level.deeper or (level.rank >= BULLET and depth > level.depth)

    def _bullet(self, block: Block) -> None:
        text, depth = self.reading.text, block.line.depth
        self._leave_deeper(depth)
        level = self.levels[-1]
        level.fresh = False
        end = block.closing if 0 <= block.closing < block.end else block.end
        stop = block.begin + len(text[block.begin:end].rstrip())
        label = ": " in text[block.begin:min(stop, block.begin + _LABEL_REACH)]
        lead_in = self.lead_in
        if lead_in is not None:
            left = lead_in.deeper and depth <= lead_in.depth and self.reading.passages[lead_in.passage].form == "bullet"
            if depth < lead_in.depth or left or (lead_in.label and lead_in.plain and label):
                lead_in = self.lead_in = None
            else:
                lead_in.plain, lead_in.deeper = lead_in.plain or not label, lead_in.deeper or depth > lead_in.depth
        form = "bullet" if block.line.mark or level.section is not None else "pair"
        place = Place(level.family, level.inner, form, lead_in.kind if lead_in else "")
        self._passage(block.begin, stop, "bullet", place, depth, label)
        if end < block.end:
            self.lead_in = None
            self._sentences(end, block.end, closing=True, following=[], next_rank=_NO_HEADING)

    def _row(self, block: Block) -> None:
        self._leave_bullets()
        level, lead_in = self.levels[-1], self.lead_in
        level.fresh = False
        place = Place(level.family, level.inner, "row", lead_in.kind if lead_in else "", header=block.line.header)
        self._passage(block.begin, block.end, "row", place)
        if block.line.header and lead_in is not None and self.reading.passages[lead_in.passage].form == "row":
            self.lead_in = lead_in  # of several header rows the first is the lead-in

    def _prose(self, block: Block, following: list[Block], next_rank: int) -> None:
        self._leave_bullets()
        before_rows = bool(following) and following[0].kind == "row"
        if not (before_rows and self.tools.glue.remarks(self.reading.text, block.begin, block.end)):
            self.lead_in = None
        self._sentences(block.begin, block.end, closing=False, following=following, next_rank=next_rank)

    def _sentences(self, begin: int, end: int, *, closing: bool, following: list[Block], next_rank: int) -> None:
        """Passages of a paragraph, or of the closing prose of a list; `next_rank` is that of the heading after it."""
        text, glue, level = self.reading.text, self.tools.glue, self.levels[-1]
        found = self._merged(self.tools.sentences.split(text, begin, end), closing)
        after = following[0] if following else None
        leading = level.fresh and after is not None and after.kind in ("bullet", "heading", "row") and next_rank > level.rank
        ends = not closing and next_rank < level.rank
        if level.fresh and not closing and found and len(self.levels) == 2:
            role = self.whom.of_opening(level.role, found, following)
            if role is not None:
                level.role = role
                if level.section is not None:
                    self.reading.sections[level.section] = replace(self.reading.sections[level.section], role=role)
        level.fresh = False
        bare = not closing and len(found) == 1 and text[end - 1] not in ".!?"
        for n, (start, stop) in enumerate(found):
            sums_up = (closing or (ends and n == len(found) - 1)) and glue.closes(text, start, stop)
            place = Place(level.family, level.inner, "sentence", leading=leading, closing=closing or sums_up, sums_up=sums_up)
            if bare and ": " in text[start:stop]:
                place.form = "pair"
            elif bare:
                place.header = after is not None and after.kind == "row"
            self._passage(start, stop, "bullet" if place.form == "pair" else "sentence", place)

    def _merged(self, found: list[tuple[int, int]], closing: bool) -> list[tuple[int, int]]:
        """Sentences without outer white space; a first one that is only a label ("Analytical skills.") is part of the next."""
        text = self.reading.text
        trimmed = []
        for begin, end in found:
            words = text[begin:end]
            begin += len(words) - len(words.lstrip())
            end = begin + len(words.strip())
            if begin < end:
                trimmed.append((begin, end))
        if len(trimmed) > 1 and not closing:
            begin, end = trimmed[0]
            label = text[begin:end - 1].lower() or "."
            short = len(label) < _LABEL_REACH and len(label.split()) <= _LABEL_WORDS
            if text[end - 1] == "." and short and label.split()[0] not in self.tools.glue.openers:
                trimmed[:2] = [(begin, trimmed[1][1])]
        return trimmed

    def _passage(self, begin: int, end: int, form: str, place: Place, depth: int = 0, label: bool = False) -> None:
        reading, level, subjects = self.reading, self.levels[-1], self.tools.subjects
        text = reading.text
        words = text[begin:end]
        place.direct = len(level.path) == 1
        if form == "row":
            named = None if place.header else self.whom.of_row(begin, end, level.related)
            role = None if named is None and self.named_rows and not place.header else self.whom.name(named) or level.role
            kind = self.tools.types.passage(words, place)
        else:
            named = subjects.label(text, begin, end) if form == "bullet" else None
            place.role_label = named is not None
            if named is None and not place.closing:
                named = subjects.subject(text, begin, end)
            place.subject = named is not None or (place.leading and subjects.opening(text, begin, end) is not None)
            kind = self.tools.types.passage(words, place)
            if named is None and kind in (SALARY_FACT, MARKET_FACT) and not place.closing:
                named = subjects.only(text, begin, min(end, begin + _LINE_REACH))
            role = level.role if level.profile else self.whom.of_passage(named) or level.role
        lead_in = None if self.lead_in is None or (kind == INTRO and form != "row") else self.lead_in.passage
        reading.passages.append(Passage(begin, end, level.section, level.path, kind, role, form, lead_in))
        if kind == INTRO and (words[-1] == ":" or place.header):
            self.lead_in = _LeadIn(len(reading.passages) - 1, self.tools.types.announced(words.lower()), depth, label)
