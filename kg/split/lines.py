"""A text's lines as its author meant them: with their marks read, wrapped lines joined, lists flattened into a line taken apart.

Nothing is changed: a `Line` is a stretch of the text and what stood before it.
"""

from __future__ import annotations

import re
from itertools import pairwise

from kg.split.marks import BULLETS, LISTED, Line, is_value, physical, worded
from kg.split.rows import pairs, whole

_INLINE_HASHES = re.compile(r"(?<=\s)#{2,6}[ \t]+(?=\S)")
_INLINE_BULLET = re.compile(rf"(?<=\s)[{BULLETS.replace('·', '').replace('→', '')}][ \t\u00a0]*(?=\S)")
_INLINE_DASH = re.compile(r"(?<=\S)[ \t]+-[ \t]+(?=[A-ZÄÖÜ\d\"“'($€£₹])")
_INLINE_BOLD = re.compile(r"(?:\*\*|__)(?=[^\s*_][^*_\n]{1,60}(?::(?:\*\*|__)|(?:\*\*|__):))")
_SHORT_WRAP, _WIDEST_WRAP = 50, 130


def read_lines(text: str) -> list[Line]:
    """The lines of a text, in order."""
    lines = physical(text)
    lines = pairs(text, _joined(text, lines))
    if any(line.mark == "|" for line in lines):
        lines = whole(text, lines)
    return _unflattened(text, lines)


def _joined(text: str, lines: list[Line]) -> list[Line]:
    """Lines that were broken for width are put together again."""
    lengths = [line.end - line.begin for line in lines]
    widest = max(lengths, default=0)
    wrapped = _SHORT_WRAP < widest <= _WIDEST_WRAP and len(lines) > 4 and sum(n > 0.75 * widest for n in lengths) >= 0.15 * len(lines)
    width = widest if wrapped else 0
    hanging = wrapped and _hangs(lines)
    kept: list[Line] = []
    tail = 0  # length of the last of the lines that make up kept[-1]
    for i, line in enumerate(lines):
        before = kept[-1] if kept else None
        plain = before is not None and before.mark in ("", "-", "1") and not line.mark and not line.gap
        if before and plain and not (hanging and before.mark and line.depth <= before.depth):
            alone = i + 1 == len(lines) or lines[i + 1].gap or lines[i + 1].mark in LISTED
            open_end = len(text[before.begin:before.end][-4:].rsplit(None, 1)[-1]) < 4  # "and", "of": a phrase does not end so
            named = alone and not open_end and not (hanging and before.mark) and _is_name(line, width)
            if _continues(text, before, tail, line, 0 if named else width):
                before.end = line.end
                tail = lengths[i]
                continue
        kept.append(line)
        tail = lengths[i]
    return worded(text, kept)


def _hangs(lines: list[Line]) -> bool:
    """Whether the lines that items go on in are indented more than their marks, at least as often as not."""
    after = [line.depth > before.depth for before, line in pairwise(lines) if before.mark in LISTED and not line.mark and not line.gap]
    return 2 * sum(after) >= len(after) > 0


def _is_name(line: Line, width: int) -> bool:
    """Whether a line is rather a heading than the rest of what stands before it: short and in capitals but for short words."""
    found = line.text.split()
    return len(line.text) < 0.6 * width and line.text[-1] not in ".,;" and all(w[0].isupper() or len(w) < 4 for w in found)


def _continues(text: str, before: Line, tail: int, line: Line, width: int) -> bool:
    """Whether a line without a mark goes on from the line before, whose last broken line has the length `tail`.

    In a text of a known width a line was broken only where the next word did not fit.
    """
    last = text[before.end - 1]
    if last in ".!?:;":
        return False
    if width and tail + 1 + len(line.text.split(None, 1)[0]) > 0.97 * width:
        return True
    if is_value(line.text):
        return False
    if line.text[0].islower():
        return before.end - before.begin >= 40 or last in ",-(/&" or (before.mark == "-" and line.depth > before.depth)
    return width > 0 and last in ",(/&"


def _unflattened(text: str, lines: list[Line]) -> list[Line]:
    """Lines that hold a whole list or profile are taken apart at the marks within them."""
    kept: list[Line] = []
    for line in lines:
        marks = _inline_marks(line) if line.end - line.begin > 20 else []
        if not marks:
            kept.append(line)
            continue
        start, mark, depth, gap = line.begin, line.mark, line.depth, line.gap
        for begin, end, found in [*marks, (len(line.text), len(line.text), "")]:
            content = text[start:line.begin + begin].rstrip()
            if content:
                kept.append(Line(start, start + len(content), mark, depth, gap, content, inline=start > line.begin or mark == "#"))
            start, gap = line.begin + end, False
            mark, depth = ("#", found.count("#")) if found.startswith("#") else ("-", line.depth)
    return kept


def _inline_marks(line: Line) -> list[tuple[int, int, str]]:
    """(begin, end, mark) of the marks within a line that show that it was flattened."""
    text = line.text
    found: list[tuple[int, int, str]] = []
    hashes = "##" in text
    if hashes:
        found += [(m.start(), m.end(), m.group().strip()) for m in _INLINE_HASHES.finditer(text)]
    if " - " in text and line.mark != "|" and line.end - line.begin > 60:
        # a dash between two figures is a range
        marks = (m for m in _INLINE_DASH.finditer(text) if text[m.end()].isalpha() or not text[m.start() - 1].isdigit())
        dashes = [(m.start(), m.end(), "-") for m in marks]
        if (hashes and dashes) or len(dashes) > 2 or (len(dashes) == 2 and text[:dashes[0][0]].rstrip().endswith(":")):
            found += dashes
    if found and "**" in text:
        found += [(m.start(), m.end(), "###") for m in _INLINE_BOLD.finditer(text)]
    if not text.isascii() and line.mark != "|":
        found += [(m.start(), m.end(), "-") for m in _INLINE_BULLET.finditer(text)]
    return sorted(found)
