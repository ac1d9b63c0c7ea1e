"""Tables in lines: rows whose cells stand on lines of their own, labels with their figures, headers."""

from __future__ import annotations

from kg.split.marks import CONTENT, Line, cells, is_value, worded


def pairs(text: str, lines: list[Line]) -> list[Line]:
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


def whole(text: str, lines: list[Line]) -> list[Line]:
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
    for line in worded(text, kept):
        if line.mark == "|":
            line.text = line.text.rstrip("| \t")
            line.end = line.begin + len(line.text)
            if not CONTENT.search(line.text):
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
