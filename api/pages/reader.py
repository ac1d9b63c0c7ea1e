"""A document as its author wrote it, with everything found in it marked: each passage leads to its claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from api.pages import claims as claims_in_words
from api.pages.view import View
from kg.lookup.answers import DocumentText, Mention, Section
from kg.lookup.claims import Filter
from kg.lookup.models import Claim, Figure, Passage

CLAIMS = 100_000
# kinds of marks beside those of the things that a document names
FIGURE = "figure"


@dataclass(slots=True)
class Piece:
    """A stretch of text: plain, or naming something (`kind`); `title` says what."""

    text: str
    kind: str = ""
    title: str = ""


@dataclass(slots=True)
class Block:
    """A passage, a heading or the text between; `claims` are counted for the badge."""

    begin: int
    end: int
    pieces: list[Piece]
    passage: Passage | None = None
    section: Section | None = None
    level: int = 0
    claims: list[dict[str, Any]] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)


def content(view: View, iri: str) -> dict[str, Any]:
    """What the template shows."""
    document = view.catalog.document(iri)
    found = view.catalog.claims(Filter(document=iri), limit=CLAIMS).items
    blocks = _blocks(document, found)
    kinds = _kinds(view, blocks)
    quiet = [b for b in blocks if b.passage and not b.claims]
    return {"document": document, "blocks": blocks, "outline": _outline(document.sections), "kinds": kinds, "claims": len(found),
            "passages": len(document.passages), "quiet": len(quiet)}


def _blocks(document: DocumentText, found: tuple[Claim, ...]) -> list[Block]:
    """The whole text in order, nothing left out: passages, headings, and what stands between them."""
    by_passage: dict[str, list[dict[str, Any]]] = defaultdict(list)
    figures: dict[str, dict[tuple[int, int], str]] = defaultdict(dict)
    for claim in found:
        shown = {"claim": claim, "words": claims_in_words.words(claim), "qualifiers": claims_in_words.qualifiers(claim)}
        for passage in claim.evidence:
            by_passage[passage.iri].append(shown)
        if isinstance(claim, Figure) and claim.figure_begin is not None and claim.figure_end is not None:
            for passage in claim.evidence[:1]:
                figures[passage.iri][claim.figure_begin, claim.figure_end] = shown["words"]
    mentions = sorted(document.mentions, key=lambda m: (m.begin, -m.end))
    levels = _levels(document.sections)
    marks: list[tuple[int, int, Passage | Section]] = [(p.begin, p.end, p) for p in document.passages]
    marks += [(s.begin, s.end, s) for s in document.sections]
    blocks, at = [], 0
    for begin, end, thing in sorted(marks, key=lambda m: (m[0], m[1])):
        if begin < at:
            continue
        if begin > at:
            blocks.append(Block(at, begin, [Piece(document.text[at:begin])]))
        own = [m for m in mentions if begin <= m.begin and m.end <= end]
        inner = figures.get(thing.iri, {}) if isinstance(thing, Passage) else {}
        block = Block(begin, end, list(_pieces(document.text, begin, end, own, inner)), mentions=own)
        if isinstance(thing, Passage):
            block.passage, block.claims = thing, by_passage.get(thing.iri, [])
        else:
            block.section, block.level = thing, levels[thing.iri]
        blocks.append(block)
        at = end
    blocks.append(Block(at, len(document.text), [Piece(document.text[at:])]))
    return blocks


def _pieces(text: str, begin: int, end: int, mentions: list[Mention], figures: dict[tuple[int, int], str]) -> Iterator[Piece]:
    """A passage cut at its names and figures; of two that overlap the first and longest is marked."""
    marks = [(m.begin, m.end, m.refers_to.id.partition("/")[0], m.refers_to.label) for m in mentions]
    marks += [(b, e, FIGURE, words) for (b, e), words in figures.items() if begin <= b and e <= end]
    at = begin
    for start, stop, kind, title in sorted(marks, key=lambda m: (m[0], -m[1])):
        if start < at:
            continue
        if start > at:
            yield Piece(text[at:start])
        yield Piece(text[start:stop], kind, title)
        at = stop
    if at < end:
        yield Piece(text[at:end])


def _levels(sections: tuple[Section, ...]) -> dict[str, int]:
    """Depth of each section in the outline, 1 for the topmost."""
    depth: dict[str, int] = {}
    for section in sections:
        depth[section.iri] = depth.get(section.parent, 0) + 1
    return depth


def _outline(sections: tuple[Section, ...]) -> list[tuple[int, Section]]:
    depth = _levels(sections)
    return [(depth[s.iri], s) for s in sections if depth[s.iri] <= 3]


def _kinds(view: View, blocks: list[Block]) -> list[tuple[str, str, int]]:
    """Kinds of marks in the text with their names and numbers, the most frequent first."""
    counts: dict[str, int] = defaultdict(int)
    for block in blocks:
        for piece in block.pieces:
            if piece.kind:
                counts[piece.kind] += 1
    return [(kind, view.kind_label(kind), number) for kind, number in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
