"""A text's lines as its author meant them: with their marks read, wrapped lines joined, lists flattened into a line taken apart.

Nothing is changed: a `Line` is a stretch of the text and what stood before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

# whatever Python's str.splitlines breaks at
_PHYSICAL = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_BULLETS = "•‣◦⁃∙●○◉◎▪▫■□◆◇❖►▶▸➢➤➔→⇒✓✔✅☑★☆·\uf0b7\uf0a7\uf0d8\uf076"
# what str.isspace names, and the marks without width that stand for nothing
_WHITE = " \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f" \
    "\u205f\u3000\ufeff\u200b"
_MARKED = re.compile(
    r"[ \t\u00a0\ufeff\u200b]*(?:"
    r"(?P<hashes>#{1,6})[ \t]+|"
    rf"(?P<bullet>[{_BULLETS}][ \t\u00a0]*|[-–—*+][ \t\u00a0]+|-(?=[A-ZÄÖÜ][a-zäöü])|\*(?=[A-ZÄÖÜ])|o[ \t\u00a0]+(?=[A-ZÄÖÜ]))|"
    r"(?P<number>\(?\d{1,2}(?:\.\d{1,2}){0,3}[.)]?[ \t\u00a0]+(?=[*_\"“(]*[^\W\d_])|\(?[a-z]\)[ \t\u00a0]+)|"
    r"(?P<row>\|))?[ \t\u00a0\ufeff\u200b]*")
_NUMBERED = re.compile(r"\d[.)]|\d\.\d|\(")
_CONTENT = re.compile(r"[^\W_]")
_RULE = re.compile(r"[=\-_~]{3,}")
_INLINE_HASHES = re.compile(r"(?<=\s)#{2,6}[ \t]+(?=\S)")
_INLINE_BULLET = re.compile(rf"(?<=\s)[{_BULLETS.replace('·', '').replace('→', '')}][ \t\u00a0]*(?=\S)")
_INLINE_DASH = re.compile(r"(?<=\S)[ \t]+-[ \t]+(?=[A-ZÄÖÜ\d\"“'($€£₹])")
_INLINE_BOLD = re.compile(r"(?:\*\*|__)(?=[^\s*_][^*_\n]{1,60}(?::(?:\*\*|__)|(?:\*\*|__):))")
_VALUE = re.compile(r"[-+~–]?[^\W\d]{0,3}[$€£₹¥]?\s?\d[\d.,]*\s?(?:%|[^\W\d]{0,2})\+?")
# marks of list items
LISTED = frozenset("-1")
_SHORT_WRAP, _WIDEST_WRAP = 50, 130


@dataclass(slots=True)
class Line:
    """A line's content and its mark: "#" heading, "-" bullet, "1" number, "|" table row, "=" label and figure, "x" no content,
    "" none.

    `depth` counts a heading's marks or a line's indentation; `gap` says that blank lines stand before, `inline` that the
    line was found within another. A row that is a table's header has `header`.
    """

    begin: int
    end: int
    mark: str
    depth: int
    gap: bool
    text: str
    inline: bool = False
    header: bool = False


def read_lines(text: str) -> list[Line]:
    """The lines of a text, in order."""
    lines = _physical(text)
    lines = _pairs(text, _joined(text, lines))
    if any(line.mark == "|" for line in lines):
        lines = _rows(text, lines)
    return _unflattened(text, lines)


def is_value(text: str) -> bool:
    """Whether a cell or line holds nothing but one figure."""
    return len(text) < 40 and _VALUE.fullmatch(text) is not None


def cells(text: str) -> list[str]:
    """The cells of a table row."""
    return [cell.strip() for cell in text.strip("| \t\n").split("|")]


def _physical(text: str) -> list[Line]:
    lines: list[Line] = []
    last = 0
    pending: Line | None = None
    for found in _PHYSICAL.finditer(text):
        begin, end = found.span()
        gap = text.count("\n", last, begin) > 1 or (text.count("\r", last, begin) > 1 and "\n" not in text[last:begin])
        last = end
        marked = _MARKED.match(text, begin, end)
        assert marked is not None
        content = text[marked.end():end].rstrip(_WHITE)
        start = marked.end() + len(content)
        content = content.lstrip(_WHITE)
        start -= len(content)
        if not content:
            if marked.lastgroup == "bullet":  # the item's words stand on the next line
                pending = Line(begin, end, "-", _indent(text, begin, marked.start("bullet")), gap, "")
            elif marked.end() > begin and _CONTENT.search(text, begin, end):
                lines.append(_plain(text, begin, end, gap))
            elif not text[begin:end].isspace():
                lines.append(Line(begin, end, "x", 0, gap, text[begin:end]))
            continue
        mark, depth = _mark(text, marked, begin)
        if mark == "1" and not _NUMBERED.search(text, begin, start):
            mark, start = "", marked.start("number")  # a figure, not a number of the line: "401 plans"
            content = text[start:end].rstrip(_WHITE)
        if not _CONTENT.search(content):
            mark = "x"
        if pending is not None and mark == "":
            mark, depth, gap = "-", pending.depth, pending.gap
        pending = None
        lines.append(Line(start, start + len(content), mark, depth, gap, content))
    return lines


def _mark(text: str, marked: re.Match[str], begin: int) -> tuple[str, int]:
    name = marked.lastgroup
    if name == "hashes":
        return "#", len(marked["hashes"])
    mark = {"bullet": "-", "number": "1", "row": "|", None: ""}[name]
    return mark, _indent(text, begin, marked.start(name) if name else marked.end())


def _indent(text: str, begin: int, end: int) -> int:
    return sum(4 if c == "\t" else 1 for c in text[begin:end])


def _plain(text: str, begin: int, end: int, gap: bool) -> Line:
    content = text[begin:end].strip(_WHITE)
    start = text.index(content, begin)
    return Line(start, start + len(content), "", 0, gap, content)


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
    return _worded(text, kept)


def _hangs(lines: list[Line]) -> bool:
    """Whether the lines that items go on in are indented more than their marks, at least as often as not."""
    after = [line.depth > before.depth for before, line in pairwise(lines) if before.mark in LISTED and not line.mark and not line.gap]
    return 2 * sum(after) >= len(after) > 0


def _is_name(line: Line, width: int) -> bool:
    """Whether a line is rather a heading than the rest of what stands before it: short and in capitals but for short words."""
    found = line.text.split()
    return len(line.text) < 0.6 * width and line.text[-1] not in ".,;" and all(w[0].isupper() or len(w) < 4 for w in found)


def _worded(text: str, lines: list[Line]) -> list[Line]:
    """Lines whose end has moved get their words."""
    for line in lines:
        if line.end - line.begin != len(line.text):
            line.text = text[line.begin:line.end]
    return lines


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


def _pairs(text: str, lines: list[Line]) -> list[Line]:
    """A figure on a line of its own and the label on the line before are one row."""
    kept: list[Line] = []
    for line in lines:
        before = kept[-1] if kept else None
        if (before and not line.mark and not before.mark and line.end - line.begin < 40 and is_value(line.text)
                and before.end - before.begin < 120 and before.text[-1] not in ".:;!?" and not is_value(before.text)):
            before.mark, before.end, before.text = "=", line.end, text[before.begin:line.end]
            continue
        kept.append(line)
    return kept


def _rows(text: str, lines: list[Line]) -> list[Line]:
    """Table rows whole: cells that stand on lines of their own, and a label on the line before its figures."""
    kept: list[Line] = []
    waiting = ""  # what the row before still lacks: "cells" on lines of their own, or its last "bar"
    for i, line in enumerate(lines):
        before = kept[-1] if kept else None
        if before and waiting and not line.gap and (line.mark == "" or (line.mark == "|" and waiting == "bar")):
            before.end = line.end
            waiting = "bar" if line.mark == "" else ""
            continue
        if (line.mark == "|" and not line.gap and before and before.mark == "" and (i + 1 == len(lines) or lines[i + 1].mark != "|")
                and before.text[-1] not in ".:;!?" and any(is_value(c) for c in cells(line.text)) and before.end - before.begin < 120):
            before.mark, before.end = "|", line.end
            waiting = ""
            continue
        kept.append(line)
        waiting = "cells" if line.mark == "|" and line.text.endswith("|") and "|" not in line.text[:-1] else ""
    for line in _worded(text, kept):
        if line.mark == "|":
            line.text = line.text.rstrip("| \t")
            line.end = line.begin + len(line.text)
            if not _CONTENT.search(line.text):
                line.mark = "x"
    _headers(kept)
    return kept


def _headers(lines: list[Line]) -> None:
    """Marks rows without figures that stand above rows with figures, or above a rule."""
    for i, line in enumerate(lines):
        if line.mark != "|" or any(map(is_value, cells(line.text))):
            continue
        before, after = (lines[i - 1] if i else None), (lines[i + 1] if i + 1 < len(lines) else None)
        if before and before.mark == "|" and not before.header and not line.gap:
            continue
        ruled = after is not None and after.mark == "x" and "|" in after.text
        line.header = ruled or ("|" in line.text and "\n" not in line.text and _figures(lines, i))


def _figures(lines: list[Line], i: int) -> bool:
    return any(other.mark == "|" and any(map(is_value, cells(other.text))) for other in lines[i + 1:i + 6])


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
