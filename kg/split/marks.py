"""The physical lines of a text with the marks that they begin with: headings, bullets, numbers, rows of tables."""

from __future__ import annotations

import re
from dataclasses import dataclass

# whatever Python's str.splitlines breaks at
_PHYSICAL = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
BULLETS = "•‣◦⁃∙●○◉◎▪▫■□◆◇❖►▶▸➢➤➔→⇒✓✔✅☑★☆·\uf0b7\uf0a7\uf0d8\uf076"
# what str.isspace names, and the marks without width that stand for nothing
_WHITE = " \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f" \
    "\u205f\u3000\ufeff\u200b"
_MARKED = re.compile(
    r"[ \t\u00a0\ufeff\u200b]*(?:"
    r"(?P<hashes>#{1,6})[ \t]+|"
    rf"(?P<bullet>[{BULLETS}][ \t\u00a0]*|[-–—*+][ \t\u00a0]+|-(?=[A-ZÄÖÜ][a-zäöü])|\*(?=[A-ZÄÖÜ])|o[ \t\u00a0]+(?=[A-ZÄÖÜ]))|"
    r"(?P<number>\(?\d{1,2}(?:\.\d{1,2}){0,3}[.)]?[ \t\u00a0]+(?=[*_\"“(]*[^\W\d_])|\(?[a-z]\)[ \t\u00a0]+)|"
    r"(?P<row>\|))?[ \t\u00a0\ufeff\u200b]*")
_NUMBERED = re.compile(r"\d[.)]|\d\.\d|\(")
CONTENT = re.compile(r"[^\W_]")
_VALUE = re.compile(r"[-+~–]?[^\W\d]{0,3}[$€£₹¥]?\s?\d[\d.,]*\s?(?:%|[^\W\d]{0,2})\+?")
# marks of list items
LISTED = frozenset("-1")


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


def physical(text: str) -> list[Line]:
    """The physical lines of a text with their marks, in order; blank ones are left out."""
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
            elif marked.end() > begin and CONTENT.search(text, begin, end):
                lines.append(_plain(text, begin, end, gap))
            elif not text[begin:end].isspace():
                lines.append(Line(begin, end, "x", 0, gap, text[begin:end]))
            continue
        mark, depth = _mark(text, marked, begin)
        if mark == "1" and not _NUMBERED.search(text, begin, start):
            mark, start = "", marked.start("number")  # a figure, not a number of the line: "401 plans"
            content = text[start:end].rstrip(_WHITE)
        if not CONTENT.search(content):
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


def worded(text: str, lines: list[Line]) -> list[Line]:
    """Lines whose end has moved get their words."""
    for line in lines:
        if line.end - line.begin != len(line.text):
            line.text = text[line.begin:line.end]
    return lines


def is_value(text: str) -> bool:
    """Whether a cell or line holds nothing but one figure."""
    return len(text) < 40 and _VALUE.fullmatch(text) is not None


def cells(text: str) -> list[str]:
    """The cells of a table row."""
    return [cell.strip() for cell in text.strip("| \t\n").split("|")]
