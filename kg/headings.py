"""Which lines are headings, which belong to the page: from a text's lines to its blocks.

A heading may bear a mark (`#`, bold, a number), stand alone without one, be a bullet that only names the bullets after it, or
be glued to the end of the line before or to the sentence after. A line without a mark is one if enough speaks for it: what
it says, how it is written, what stands around it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.cues import CueIndex, words
from kg.glue import GlueFinder
from kg.lines import Line, is_value
from kg.subjects import SubjectReader
from kg.vocabulary import Vocabulary

_BOLD = re.compile(r"(\*\*|__)(?=\S)(.{1,120}?\S)\1:?")
_NOT_HEADING = re.compile(r"[$€£₹¥]\s?\d|\d\s?[€$£]|@|://|www\.|\.{3}")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-ZÄÖÜ])")
_PARENTHESIS = re.compile(r"\s*\([^()]*\)")
_EDGE = " \t:*_#–—-"
_LISTED = frozenset("-1")
_ENOUGH = 3.0


@dataclass(slots=True)
class Block:
    """A heading, title, piece of furniture, bullet, row or paragraph; `style` is a heading's: hash, bold, number, plain, colon,
    glued, inline or bullet. `closing` is where glued closing prose begins, or `end`."""

    kind: str
    begin: int
    end: int
    line: Line
    style: str = ""
    closing: int = -1


class HeadingFinder:
    """Turns lines into blocks."""

    def __init__(self, vocabulary: Vocabulary, headings: CueIndex, glue: GlueFinder, subjects: SubjectReader) -> None:
        self._headings, self._glue, self._subjects = headings, glue, subjects
        furniture = vocabulary.cues("furniture")
        self._nouns, self._counts, self._furniture = (words(furniture, value) for value in ("noun", "count", "line"))

    def blocks(self, text: str, lines: list[Line]) -> list[Block]:
        """The blocks of a text, in order."""
        furniture = [line.mark == "x" or line.mark in ("", "#") and self._is_furniture(line) for line in lines]
        kept = [line for line, left_out in zip(lines, furniture) if not left_out]
        found = [Block("furniture", line.begin, line.end, line) for line, left_out in zip(lines, furniture) if left_out]
        flags = self._flags(kept)
        found += self._assembled(text, kept, flags)
        found.sort(key=lambda b: b.begin)
        return self._titled(text, found)

    def label(self, text: str) -> str:
        """A heading's words without marks and final colon."""
        return text.strip(_EDGE)

    def _flags(self, lines: list[Line]) -> list[str]:
        """For each line the style of the heading that it is, or ""."""
        flags = [""] * len(lines)
        marked = sum(line.mark == "#" and not line.inline for line in lines) > 1
        for i in range(len(lines) - 1, -1, -1):
            line = lines[i]
            if line.mark == "#":
                flags[i] = "inline" if line.inline else "hash"
            elif line.mark in ("", "1"):
                flags[i] = self._style(lines, flags, i, marked)
        self._bullets(lines, flags)
        return flags

    def _style(self, lines: list[Line], flags: list[str], i: int, marked: bool) -> str:
        """The style of an unmarked or numbered line if it is a heading, else ""."""
        line = lines[i]
        if line.end - line.begin > 110:
            return ""
        bold = _BOLD.fullmatch(line.text)
        if bold and line.text[-1] not in ".!":
            return "bold"
        if line.mark == "1" and (i and lines[i - 1].mark == "1" or i + 1 < len(lines) and lines[i + 1].mark == "1"):
            return ""
        score = self._written(line)
        if score is None:
            return ""
        score += self._placed(lines, flags, i) - (3 if marked else 0)
        if score < _ENOUGH:
            return ""
        return "number" if line.mark == "1" else "colon" if line.text[-1] == ":" else "plain"

    def _written(self, line: Line) -> float | None:
        """What a line's own words say for its being a heading; None if they rule it out."""
        text = line.text
        found = text.split()
        if text[-1] in ".!;,…" or len(found) > 12 or _NOT_HEADING.search(text) or is_value(text):
            return None
        label = self.label(text)
        lower = _PARENTHESIS.sub("", label).lower()
        colon = text[-1] == ":"
        whole = bool(self._headings.whole(lower.rstrip("?")))
        score = 0.5 if colon else 0.0
        if whole:
            score += 3
        elif self._headings.values(lower):
            score += 1
        if not whole:
            if colon and self._glue.is_lead_in(label):
                return None
            if ": " in label:
                score -= 3
            if text[-1] != "?" and self._glue.has_verb(label):
                score -= 2
        if self._title_case(found):
            score += 2
        elif len(found) > 5 or text[0].islower():
            score -= 1
        return score

    def _title_case(self, found: list[str]) -> bool:
        return all(w[0].isupper() or w[0].isdigit() or w[0] in "(\"“&/–-" or w.lower() in self._glue.function_words for w in found) and (
            not found[0][0].islower())

    def _placed(self, lines: list[Line], flags: list[str], i: int) -> float:
        """What the lines around say for a line's being a heading."""
        line = lines[i]
        after = lines[i + 1] if i + 1 < len(lines) else None
        before = lines[i - 1] if i else None
        score = 0.5 if line.gap or before is None else 0.0
        if after is None:
            return score - 2
        score += 0.5 if after.gap else 0
        if after.mark in ("-", "1") and not flags[i + 1]:
            return score + 2
        if flags[i + 1]:
            score += 1
        elif after.mark in ("|", "="):
            score += 1
        elif after.end - after.begin > 60 or after.text[-1] in ".:!?":
            score += 1.5
        else:
            score += 0.5
        crowded = before is not None and not line.gap and before.mark == "" and before.end - before.begin < 100 and before.text[-1] not in ".:!?;"
        return score - 2 if crowded else score

    def _bullets(self, lines: list[Line], flags: list[str]) -> None:
        """Finds the bullets that are headings of the bullets after them."""
        i = 0
        while i < len(lines):
            if lines[i].mark not in _LISTED or flags[i]:
                i += 1
                continue
            start = i
            while i < len(lines) and lines[i].mark in _LISTED and not flags[i]:
                i += 1
            self._grouped(lines, flags, start, i)
            for n in range(start, i):
                if not flags[n] and self._names_next(lines, n, i):
                    flags[n] = "bullet"

    def _names_next(self, lines: list[Line], n: int, end: int) -> bool:
        """Whether a bullet names the bullets after it: by its colon, or because they stand deeper."""
        line = lines[n]
        if n + 1 >= end or lines[n + 1].depth < line.depth or line.end - line.begin > 80:
            return False
        label = self.label(line.text)
        deeper = lines[n + 1].depth > line.depth
        if line.text.rstrip("*_")[-1:] != ":" and not deeper or not label or label[-1] in ".!?;" or ": " in label or self._glue.is_lead_in(label):
            return False
        found = label.split()
        if not self._title_case(found) and self._glue.heading(label, 0, len(label)) < len(label):
            return False  # an item with the next heading glued to its end
        return len(found) < (8 if deeper else 5) or self._title_case(found) and len(found) < 9 or self._subjects.holds_title(label, 0, len(label))

    def _grouped(self, lines: list[Line], flags: list[str], start: int, end: int) -> None:
        """In a list whose nesting was lost, short names in Title Case between longer items are headings."""
        depths = {line.depth for line in lines[start:end]}
        if len(depths) > 1 or end - start < 4:
            return
        names = [n for n in range(start, end) if self._is_name(lines[n])]
        if not _alternate(names, start, end):
            # "Knowledge of Python" is written like a name, but names no group
            names = [n for n in names if not self._glue.function_words.intersection(lines[n].text.split()[1:-1])]
        if _alternate(names, start, end):
            for n in names:
                flags[n] = "bullet"

    def _is_name(self, line: Line) -> bool:
        text = line.text
        if line.end - line.begin > 70 or text[-1] in ".!?;," or ": " in text or _NOT_HEADING.search(text) or any(c.isdigit() for c in text):
            return False
        found = text.rstrip(":").split()
        listed = "," in text and len(text[:text.index(",")].split()) > 2
        return len(found) < 9 and not listed and self._title_case(found)

    def _assembled(self, text: str, lines: list[Line], flags: list[str]) -> list[Block]:
        """Blocks of all lines; headings that were glued to other words are cut off."""
        blocks: list[Block] = []
        for i, line in enumerate(lines):
            style = flags[i]
            if not style and not line.mark and self._is_item(lines, flags, i):
                blocks.append(Block("bullet", line.begin, line.end, line))
                continue
            if style == "inline":
                cut = self._sentence_after(text, line)
                blocks.append(self._heading(text, line, line.begin, cut, style))
                if cut < line.end:
                    begin = cut + len(text[cut:line.end]) - len(text[cut:line.end].lstrip())
                    blocks += self._body(text, line, begin, lines[i + 1] if i + 1 < len(lines) else None)
            elif style:
                blocks.append(self._heading(text, line, line.begin, line.end, style))
            else:
                blocks += self._body(text, line, line.begin, lines[i + 1] if i + 1 < len(lines) else None)
        return blocks

    @staticmethod
    def _is_item(lines: list[Line], flags: list[str], i: int) -> bool:
        """Whether a line without a mark is an item of a list that has lost its marks: one of several short lines on end."""
        def short(n: int) -> bool:
            return 0 <= n < len(lines) and not lines[n].mark and not flags[n] and lines[n].text[-1] not in ".!?:;" and len(lines[n].text) < 160
        return short(i) and (short(i - 1) and not lines[i].gap or short(i + 1) and not lines[i + 1].gap)

    def _heading(self, text: str, line: Line, begin: int, end: int, style: str) -> Block:
        words = text[begin:end]
        label = self.label(words)
        if label:
            begin += words.index(label)
            end = begin + len(label)
        return Block("heading", begin, end, line, style)

    def _body(self, text: str, line: Line, begin: int, after: Line | None) -> list[Block]:
        """A line's block; before a list, a heading at the line's end is one of its own."""
        kind = {"": "prose", "-": "bullet", "1": "bullet", "#": "prose"}.get(line.mark, "row")
        end = line.end
        if text[end - 1] != ":" or kind == "row" or after is None or after.mark not in _LISTED:
            return [Block(kind, begin, end, line)]
        cut = self._glue.heading(text, begin, end - 1)
        if cut >= end - 1:
            return [Block(kind, begin, end, line)]
        stop = begin + len(text[begin:cut].rstrip())
        return [Block(kind, begin, stop, line), self._heading(text, line, cut, end, "glued")]

    def _sentence_after(self, text: str, line: Line) -> int:
        """Where the sentence begins that was glued to a heading within a line; the line's end if there is none."""
        found = [(m.start(), m.group()) for m in re.finditer(r"\S+", text[line.begin:min(line.end, line.begin + 160)])]
        run = next((n for n, (_, w) in enumerate(found) if not (w[0].isupper() or w[0].isdigit() or w[0] in "&(" or w in self._glue.function_words)), len(found))
        if run == len(found) and line.end - line.begin < 120:
            return line.end
        capital = [n for n in range(1, min(run, len(found))) if found[n][1][0].isupper()]
        if not capital:
            return line.end if run == len(found) else line.begin + found[min(1, len(found) - 1)][0]
        lower = [w.lower() for _, w in found]
        opener = next((n for n in capital if lower[n] in self._glue.openers), None)
        known = next((n for n in reversed(capital) if self._headings.whole(" ".join(lower[:n]))), None)
        titled = next((n for n in capital if self._subjects.titled(text, line.begin + found[n][0], line.begin + found[run - 1][0] + len(found[run - 1][1]))), None)
        chosen = next((n for n in (opener, known, titled) if n is not None), capital[-1])
        return line.begin + found[chosen][0]

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
        for before, block in zip(content, content[1:]):
            if (before.kind == "heading" and block.kind in ("heading", "prose") and block.end - block.begin == before.end - before.begin
                    and text[block.begin:block.end].casefold() == text[before.begin:before.end].casefold()):
                block.kind = "furniture"
        if content and self._opens_document(text, content):
            first = content[0]
            title = self._heading(text, first.line, first.begin, first.end, "")
            first.kind, first.begin, first.end = "title", title.begin, title.end
        return blocks

    def _opens_document(self, text: str, content: list[Block]) -> bool:
        """Whether the first block is the document's title."""
        first = content[0]
        hashes = [b for b in content if b.style == "hash"]
        if first.style == "hash":
            return first.line.depth == 1 and sum(b.line.depth == 1 for b in hashes) == 1 and len(hashes) > 1
        if first.kind not in ("heading", "prose") or first.line.mark or first.end - first.begin > 120 or text[first.end - 1] in ".!;:,":
            return False
        label = self.label(text[first.begin:first.end])
        if self._headings.whole(_PARENTHESIS.sub("", label).lower()) or ": " in label and not self._subjects.holds_title(label, 0, len(label)):
            return False
        follows = len(content) > 1 and content[1].kind == "heading" and first.kind == "heading"
        return follows or len(content) > 1 and self._subjects.holds_title(label, 0, len(label))


def _alternate(names: list[int], start: int, end: int) -> bool:
    """Whether names stand in a list as headings do: one first, none last, none beside another, fewer than the other items."""
    adjacent = any(b - a == 1 for a, b in zip(names, names[1:]))
    return len(names) > 1 and names[0] == start and names[-1] < end - 1 and not adjacent and 2 * len(names) <= end - start
