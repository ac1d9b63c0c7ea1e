"""From a text's lines to its blocks: headings, paragraphs, bullets, rows, the title, and what belongs to the page.

Here headings are cut off that were glued to the end of the line before them or to the sentence after them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from kg.language.cues import CueIndex, words
from kg.split.glue import GlueFinder
from kg.split.headings import EDGE, PARENTHESIS, HeadingFinder
from kg.split.marks import LISTED, Line
from kg.split.subjects import SubjectReader
from kg.vocabulary import Vocabulary

_BOLD_LABEL = re.compile(r"[^*_\n]{2,60}(?::(?:\*\*|__)|(?:\*\*|__):)")
_NUMBER = re.compile(r"^\d{1,2}(?:[.)]|(?:\.\d{1,2})+[.)]?)\s+(?=[^\W\d_])")
_TOKEN = re.compile(r"\S+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-ZÄÖÜ])")
_KINDS = {"": "prose", "#": "prose", "-": "bullet", "1": "bullet"}


@dataclass(slots=True)
class Block:
    """A heading, title, furniture, bullet, row or prose; `style` is a heading's: hash, bold, number, plain, colon, glued, inline
    or bullet. `closing` is where closing prose begins that was glued to a bullet, or its `end`."""

    kind: str
    begin: int
    end: int
    line: Line
    style: str = ""
    closing: int = -1


class BlockReader:
    """Turns lines into blocks."""

    def __init__(self, vocabulary: Vocabulary, headings: CueIndex, glue: GlueFinder, subjects: SubjectReader) -> None:
        self._headings, self._glue, self._subjects = headings, glue, subjects
        self._finder = HeadingFinder(vocabulary, headings, glue, subjects)
        self._sections = frozenset(cue.phrase for cue in vocabulary.cues("heading-rank"))
        furniture = vocabulary.cues("furniture")
        self._nouns, self._counts, self._furniture = (words(furniture, value) for value in ("noun", "count", "line"))

    def blocks(self, text: str, lines: list[Line]) -> list[Block]:
        """The blocks of a text, in order."""
        content: list[Line] = []
        found: list[Block] = []
        for line in lines:
            if line.mark == "x" or (line.mark in ("", "#") and self._is_furniture(line)):
                found.append(Block("furniture", line.begin, line.end, line))
            else:
                content.append(line)
        found += self._assembled(text, content, self._finder.styles(content))
        found.sort(key=lambda b: b.begin)
        return self._titled(text, found)

    def _assembled(self, text: str, lines: list[Line], styles: list[str]) -> list[Block]:
        """Blocks of all lines; headings that were glued to other words are cut off."""
        blocks: list[Block] = []
        for i, (line, style) in enumerate(zip(lines, styles, strict=True)):
            after = lines[i + 1] if i + 1 < len(lines) else None
            if style == "inline":
                cut = self._sentence_after(text, line)
                blocks.append(_heading(text, line, line.begin, cut, style))
                rest = text[cut:line.end].lstrip()
                if rest:
                    blocks += self._body(text, line, line.end - len(rest), after)
            elif style:
                blocks.append(_heading(text, line, line.begin, line.end, style))
            elif not line.mark and _is_item(lines, styles, i):
                blocks.append(Block("bullet", line.begin, line.end, line))
            else:
                blocks += self._body(text, line, line.begin, after)
        return blocks

    def _body(self, text: str, line: Line, begin: int, after: Line | None) -> list[Block]:
        """A line's block; before a list, a heading at the line's end is one of its own."""
        kind = _KINDS.get(line.mark, "row")
        end = line.end
        if text[end - 1] != ":" or kind == "row" or after is None or after.mark not in LISTED:
            return [Block(kind, begin, end, line)]
        cut = self._glue.heading(text, begin, end - 1, prose=kind == "prose")
        if cut >= end - 1:
            return [Block(kind, begin, end, line)]
        stop = begin + len(text[begin:cut].rstrip())
        return [Block(kind, begin, stop, line), _heading(text, line, cut, end, "glued")]

    def _sentence_after(self, text: str, line: Line) -> int:
        """Where the sentence begins that was glued to a heading within a line; the line's end if there is none."""
        bold = _BOLD_LABEL.match(text, line.begin, line.end)
        if bold:
            return bold.end()
        found = list(_TOKEN.finditer(text, line.begin, min(line.end, line.begin + 160)))
        run = next((n for n, m in enumerate(found) if not self._in_name(m[0])), len(found))
        if run == len(found) and line.end - line.begin < 120:
            return line.end
        capital = [n for n in range(1, min(run, len(found))) if found[n][0][0].isupper()]
        if not capital:
            return line.end if run == len(found) else found[min(1, len(found) - 1)].start()
        lower = [m[0].lower() for m in found]
        stop = found[run - 1].end()
        opener = next((n for n in capital if lower[n] in self._glue.openers), 0)
        known = next((n for n in reversed(capital) if self._headings.whole(" ".join(lower[:n]))), 0)
        titled = next((n for n in capital if self._subjects.titled(text, found[n].start(), stop)), 0)
        return found[opener or known or titled or capital[-1]].start()

    def _in_name(self, word: str) -> bool:
        return word[0].isupper() or word[0].isdigit() or word[0] in "&(" or word in self._glue.function_words

    def _is_furniture(self, line: Line) -> bool:
        text = line.text
        if len(text) > 60:
            return False
        lower = text.rstrip(" :.!?").lower()
        if lower in self._furniture:
            return True
        found = _CAMEL.sub(" ", text).lower().split() if len(text.split()) == 1 else lower.split()
        if len(found) > 5 or not any(w in self._nouns for w in found):
            return False
        glued = len(text.split()) == 1 and len(found) > 1 and (found[0] in self._nouns or found[-1] in self._nouns)
        return glued or all(w in self._nouns or w in self._counts or w.strip("#().").isdigit() for w in found)

    def _titled(self, text: str, blocks: list[Block]) -> list[Block]:
        """Finds the title line, and headings that only repeat the one before."""
        content = [b for b in blocks if b.kind != "furniture"]
        for before, block in pairwise(content):
            if (before.kind == "heading" and block.kind in ("heading", "prose") and block.end - block.begin == before.end - before.begin
                    and text[block.begin:block.end].casefold() == text[before.begin:before.end].casefold()):
                block.kind = "furniture"
        if content and self._opens_document(text, content):
            first = content[0]
            title = _heading(text, first.line, first.begin, first.end, "")
            first.kind, first.begin, first.end = "title", title.begin, title.end
        return blocks

    def _opens_document(self, text: str, content: list[Block]) -> bool:
        """Whether the first block is the document's title."""
        first = content[0]
        hashes = [b for b in content if b.style == "hash"]
        if first.style == "hash":
            alone = sum(b.line.depth <= first.line.depth for b in hashes) == 1
            return alone and ((first.line.depth == 1 and len(hashes) > 1) or self._subjects.holds_title(text, first.begin, first.end))
        if first.kind not in ("heading", "prose", "bullet") or first.line.mark:
            return False
        if first.end - first.begin > 120 or text[first.end - 1] in ".!;:,":
            return False
        label = _label(text[first.begin:first.end])
        core = PARENTHESIS.sub("", label).lower()
        if len(content) == 1 or core in self._sections or self._headings.whole(core):
            return False
        if self._subjects.holds_title(label, 0, len(label)):
            return True
        return first.kind == content[1].kind == "heading" and ": " not in label


def _is_item(lines: list[Line], styles: list[str], i: int) -> bool:
    """Whether a line without a mark is an item of a list that has lost its marks: one of several short lines on end."""
    def short(n: int) -> bool:
        return 0 <= n < len(lines) and not lines[n].mark and not styles[n] and lines[n].text[-1] not in ".!?:;" and len(lines[n].text) < 160
    return short(i) and ((not lines[i].gap and short(i - 1)) or (short(i + 1) and not lines[i + 1].gap))


def _heading(text: str, line: Line, begin: int, end: int, style: str) -> Block:
    """A heading's block, without its marks, number and final colon."""
    label = _label(text[begin:end])
    label = _NUMBER.sub("", label) if style == "hash" else label
    if label:
        begin = text.index(label, begin)
        end = begin + len(label)
    return Block("heading", begin, end, line, style)


def _label(text: str) -> str:
    return text.strip(EDGE)
