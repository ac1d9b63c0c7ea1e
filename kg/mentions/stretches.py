"""The stretches of a reading in order of place (title, headings, passages), and walking over what was found in its text."""

from __future__ import annotations

from kg.model import Reading, Section


class Cursor:
    """Walks over places in order; each stretch of text is asked for once, in order."""

    def __init__(self, places: list) -> None:
        self._places, self._at = places, 0

    def within(self, begin: int, end: int) -> list:
        """The places that lie inside a stretch."""
        places, at = self._places, self._at
        if at == len(places) or places[at][0] >= end:
            return []
        while at < len(places) and places[at][0] < begin:
            at += 1
        first = at
        while at < len(places) and places[at][0] < end:
            at += 1
        self._at = at
        return [p for p in places[first:at] if p[1] <= end]


def lowered(text: str) -> str:
    """The text in small letters, every one in its place."""
    low = text.lower()
    if len(low) != len(text):  # some capitals have no single small letter
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return low


def stretches(reading: Reading) -> list[tuple[int, int, int | None, str]]:
    """Title, headings and passages in order of place, each with its passage's index or None; headings with the one above."""
    found: list[tuple[int, int, int | None, str]] = [(p.begin, p.end, i, "") for i, p in enumerate(reading.passages)]
    for section in reading.sections:
        above = reading.sections[section.parent].label.lower() if section.parent is not None else ""
        found.append((section.begin, section.end, None, above))
    if reading.title_span:
        found.append((*reading.title_span, None, ""))
    found.sort(key=lambda s: (s[0], s[1], s[2] is None))
    apart: list[tuple[int, int, int | None, str]] = []
    for stretch in found:
        if not apart or stretch[0] >= apart[-1][1]:
            apart.append(stretch)
    return apart


def types_under(reading: Reading) -> dict[tuple[int, int], tuple[Section, list[str]]]:
    """Each section with the types of the passages right under it, by its heading's place."""
    found = {i: (section, list[str]()) for i, section in enumerate(reading.sections)}
    for passage in reading.passages:
        if passage.section is not None:
            found[passage.section][1].append(passage.type)
    return {(section.begin, section.end): (section, types) for section, types in found.values()}
