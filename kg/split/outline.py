"""How headings nest: by their marks, and where marks were lost by what stands under them.

A rank is a number; a heading belongs to the last one before it with a smaller rank. Documents without marks have main sections
that open with prose and subsections that open with a list, or are flat; closing sentences show where a main section ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.language.cues import words
from kg.split.blocks import Block
from kg.split.subjects import SubjectReader
from kg.vocabulary import Vocabulary

HASH, NUMBERED_FIRST, BOLD, MAIN, PARENT, NUMBERED, MINOR, COLON, INLINE, GLUED, BULLET = 0, 7, 8, 10, 20, 25, 30, 40, 50, 60, 70
# headings that are part of what stands under another
_WITHIN = frozenset(("bullet", "glued", "inline"))
_PARENTHESIS = re.compile(r"\s*\([^()]*\)")


@dataclass(slots=True)
class _Body:
    """What stands under a heading: how it opens, whether it ends in a lead-in, whether it was closed by a summing-up."""

    lead: str = ""
    open: bool = False
    closed: bool = False


class Outline:
    """Ranks the headings of a text."""

    def __init__(self, vocabulary: Vocabulary, subjects: SubjectReader) -> None:
        cues = vocabulary.cues("heading-rank")
        self._main, self._related = words(cues, "main"), words(cues, "related")
        self._subjects = subjects

    def is_related(self, label: str) -> bool:
        """Whether a heading opens a section about other roles."""
        return _core(label) in self._related

    def ranks(self, text: str, blocks: list[Block]) -> dict[int, int]:
        """Rank of each heading, by its index in the blocks."""
        headings = [i for i, b in enumerate(blocks) if b.kind == "heading"]
        plain = self._plain(text, blocks, headings)
        bodies = {i: _body(text, blocks, i) for i in headings if blocks[i].style not in _WITHIN}
        nested = _is_nested(plain, bodies)
        numbered = NUMBERED_FIRST if headings and blocks[headings[0]].style == "number" else NUMBERED
        found: dict[int, int] = {}
        related = False
        before: _Body | None = None
        for i in headings:
            block = blocks[i]
            if block.style != "plain":
                found[i] = _marked_rank(text, block, numbered)
                before = bodies.get(i, before)
                continue
            label = text[block.begin:block.end]
            body = bodies[i]
            blurb = related and body.lead == "prose" and self._subjects.covering(text, block.begin, block.end) is not None
            if not nested:
                rank = PARENT if blurb else MAIN
            elif blurb:
                rank = PARENT
            elif before is None or self._score(label, body, before) >= 2:
                rank = MAIN
            else:
                rank = PARENT if body.lead == "heading" else MINOR
            if rank == MAIN:
                related = self.is_related(label)
            found[i] = rank
            before = body
        return found

    @staticmethod
    def _plain(text: str, blocks: list[Block], headings: list[int]) -> list[int]:
        """The headings without marks; those with a colon or in lower case rank below those without or in capitals."""
        plain = [i for i in headings if blocks[i].style in ("plain", "colon")]
        capitals = [i for i in plain if text[blocks[i].begin:blocks[i].end].isupper()]
        upper = capitals if capitals and capitals[0] == plain[0] else [i for i in plain if blocks[i].style == "plain"] or plain
        for i in plain:
            blocks[i].style = "plain"
        for i in set(plain).difference(upper):
            blocks[i].style = "colon"
        return upper

    def _score(self, label: str, body: _Body, before: _Body) -> int:
        """What speaks for a main section in a document that nests."""
        score = 2 if _core(label) in self._main else 0
        score += {"prose": 1, "bullet": -2, "row": -1}.get(body.lead, 0)
        if before.closed:
            score += 2
        if before.open or before.lead == "heading":
            score -= 2
        return score

    def breaks(self, text: str, blocks: list[Block]) -> set[int]:
        """Paragraphs that begin a section whose own heading is lost: after a closed one, they introduce the headings that follow."""
        found = set()
        for i in range(1, len(blocks) - 1):
            block, before, after = blocks[i], blocks[i - 1], blocks[i + 1]
            if (block.kind == "prose" and block.line.gap and before.kind == "bullet" and 0 <= before.closing < before.end
                    and after.kind == "heading" and after.style == "plain" and text[block.end - 1] == ":"):
                found.add(i)
        return found


def _core(label: str) -> str:
    return _PARENTHESIS.sub("", " ".join(label.split())).strip().lower().replace("’", "'")


def _marked_rank(text: str, block: Block, numbered: int) -> int:
    if block.style == "hash":
        return HASH + block.line.depth
    if block.style == "inline":
        return INLINE + block.line.depth
    if block.style == "number":
        number = text[max(block.line.begin - 12, 0):block.begin].rsplit("\n", 1)[-1]
        return numbered + number.strip(" .)").count(".")
    return {"bold": BOLD, "colon": COLON, "glued": GLUED}.get(block.style, BULLET + min(block.line.depth, 25))


def _body(text: str, blocks: list[Block], i: int) -> _Body:
    body = _Body()
    last: Block | None = None
    for block in blocks[i + 1:]:
        if block.kind in ("furniture", "title"):
            continue
        if block.kind == "heading" and block.style not in _WITHIN:
            body.lead = body.lead or "heading"
            break
        kind = "bullet" if block.kind == "heading" and block.style == "bullet" else block.kind
        body.lead = body.lead or kind
        body.closed = body.closed or 0 <= block.closing < block.end
        last = block
    body.open = last is not None and last.kind == "prose" and text[last.end - 1] == ":"
    return body


def _is_nested(plain: list[int], bodies: dict[int, _Body]) -> bool:
    """Whether headings without marks have two ranks: prose under one, then lists under two others, and that more than once."""
    order = [bodies[i] for i in plain]
    groups = sum(a.lead == "prose" and b.lead == c.lead == "bullet" for a, b, c in zip(order, order[1:], order[2:], strict=False))
    return groups > 1 or sum(body.closed for body in order) > 1
