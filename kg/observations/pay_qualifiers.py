"""What qualifies a pay figure: who states it, who pays it, where, when, and for which stage of a career.

Each is taken from the figure's own part of the line, else from what stands above; then the second value is true.
"""

from __future__ import annotations

import re

from kg.language.phrases import Phrasebook
from kg.model import Mention
from kg.observations.surroundings import Figure, Frame, Surroundings
from kg.observations.tables import Span
from kg.vocabulary import Vocabulary

_MARK = re.compile(r"[,;:()]")
_NOTE = re.compile(r"\s*\([^()]*\)\s*$")


class PayQualifiers:
    """Reads the qualifiers of pay figures; built once for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._pay = Phrasebook.of(vocabulary, "pay-word")
        self._levels = Phrasebook.of(vocabulary, "career-level")
        self._ranks = Phrasebook.of(vocabulary, "level-noun")
        self._companies = Phrasebook.of(vocabulary, "employer-heading")
        self._attribution = Phrasebook.of(vocabulary, "attribution")

    def organizations(self, s: Surroundings, number: int, figure: Figure, frames: list[Frame]) -> dict[str, tuple[str, bool]]:
        passage = s.reading.passages[number]
        found: dict[str, tuple[str, bool]] = {}
        companies = any(self._companies.first(s.folded, f.begin, f.end) for f in frames if f.kind in ("header", "lead-in", "heading"))
        for mention in _by_nearness(s.mentions(s.line(number, figure), "Organization"), figure):
            part = self._part(s, mention, passage.begin)
            found.setdefault("employer" if companies and mention.begin == passage.begin else part, (mention.concept, False))
        for frame in frames:
            if frame.kind == "title":
                continue
            for mention in s.mentions((frame.begin, frame.end), "Organization"):
                part = self._part(s, mention, frame.begin)
                said = self._attribution.first(s.folded, max(frame.begin, mention.begin - 30), min(frame.end, mention.end + 30))
                if frame.kind not in ("opening", "before") or (part == "source" and said):
                    found.setdefault(part, (mention.concept, True))
        employer = self._vocabulary.find(s.reading.document.employer, "Organization") if s.reading.document.employer else None
        if employer:
            found.setdefault("employer", (employer.iri, True))
        return found

    def _part(self, s: Surroundings, mention: Mention, begin: int) -> str:
        """Whether an organisation states a figure or pays it: by the words beside it, else by what it is."""
        before = self._attribution.find(s.folded, max(begin, mention.begin - 30), mention.begin)
        publishes = "true" in self._vocabulary.values(mention.concept, "publishesStatistics")
        if before and mention.begin - before[-1].end < 6:
            return "employer" if before[-1].value == "employer" and not publishes else "source"
        return "source" if publishes else "employer"

    def place(self, s: Surroundings, number: int, figure: Figure, frames: list[Frame]) -> tuple[str, bool]:
        for span in (figure.left, figure.closing, figure.right):
            own = s.mentions(span, "Place")
            if own:
                return own[0].concept, False
        line = {m.concept for m in s.mentions(s.line(number, figure), "Place")}
        if len(line) == 1:
            return line.pop(), False
        for frame in frames:
            above = s.mentions((frame.begin, frame.end), "Place")
            if above and frame.kind != "title" and (frame.kind != "opening" or self._pay.first(s.folded, frame.begin, frame.end)):
                return above[0].concept, True
        known = self._vocabulary.find(s.reading.document.place, "Place") if s.reading.document.place else None
        return (known.iri, True) if known else ("", False)

    def date(self, s: Surroundings, number: int, figure: Figure, frames: list[Frame]) -> tuple[str, bool]:
        for span in (figure.left, figure.closing, figure.right, figure.label, s.line(number, figure)):
            date = _date(s, span)
            if date:
                return date, False
        for frame in frames:
            if frame.kind != "title" and (frame.kind != "opening" or self._pay.first(s.folded, frame.begin, frame.end)):
                date = _date(s, (frame.begin, frame.end))
                if date:
                    return date, True
        return "", False

    def level(self, s: Surroundings, number: int, figure: Figure, frames: list[Frame]) -> tuple[str, bool]:
        """The stage of a career, in the words of the label, of the clause's beginning or end, or of a heading that is one."""
        own = self._level_of(s, figure.label, whole=False) or self._years(s, number, figure) or self._level_beside(s, figure)
        if own:
            return own, False
        for frame in frames:
            if frame.kind in ("lead-in", "heading"):
                above = self._level_of(s, (frame.begin, frame.end), whole=True)
                if above:
                    return above, True
        return "", False

    def _years(self, s: Surroundings, number: int, figure: Figure) -> str:
        """A label that is a length of time: "0-1 years"."""
        label = s.reading.text[figure.label[0]:figure.label[1]]
        lengths = s.quantities(figure.label, "duration")
        return label if lengths and len(label) - len(s.reading.quote(s.reading.quantities[lengths[0]])) < 16 else ""

    def _level_beside(self, s: Surroundings, figure: Figure) -> str:
        """A stage that the figure's clause begins with ("Freshers earn") or that follows it ("$70,000 for entry-level roles")."""
        quantity = figure.quantity
        if self._levels.first(s.folded, quantity.begin, quantity.end) or s.mentions(figure.left, "Organization"):
            return ""
        begin = figure.left[0] + len(s.folded[figure.left[0]:figure.left[1]]) - len(s.folded[figure.left[0]:figure.left[1]].lstrip(" ,;"))
        near = [x for x in self._levels.find(s.folded, *figure.left) if x.begin - begin < 5]
        near += [x for x in self._levels.find(s.folded, *directly_after(s, figure)) if x.begin - quantity.end < 10]
        near = [x for x in near if x.value != "numbered"]
        roles = s.mentions((figure.left[0], figure.right[1]), "Role")
        return next((s.reading.text[x.begin:x.end] for x in near if not any(m.begin <= x.begin < m.end for m in roles)), "")

    def _level_of(self, s: Surroundings, span: Span, whole: bool) -> str:
        text = s.reading.text[span[0]:span[1]]
        label = _NOTE.sub("", text.strip().rstrip(":")).strip()
        begin = span[0] + (text.find(label) if label else 0)
        first = self._levels.first(s.folded, begin, begin + len(label))
        if first is None or first.begin > begin or s.mentions(span, "Organization"):
            return ""
        role = next(iter(s.mentions(span, "Role")), None)
        if role is not None:
            return s.reading.text[first.begin:first.end] if first.end <= role.begin else ""
        if first.value == "numbered" and not any(c.isdigit() for c in label):
            return ""
        rest = s.folded[first.end:begin + len(label)].strip(" -")
        return label if not rest or self._ranks.value(rest) or (not whole and len(rest.split()) < 2) else ""


def directly_after(s: Surroundings, figure: Figure) -> Span:
    """The words after a figure up to the next mark: "earn $82,640 on average, according to"."""
    stop = _MARK.search(s.reading.text, *figure.right)
    return figure.right[0], min(stop.start() if stop else figure.right[1], figure.right[0] + 24)


def _date(s: Surroundings, span: Span) -> str:
    """The one date that a stretch states, to the month; "" if there is none or there are several."""
    periods = [s.reading.quantities[i] for i in s.quantities(span, "period")]
    dates = {q.start[:7] for q in periods if q.start and not q.stop}
    return dates.pop() if len(dates) == 1 else ""


def _by_nearness(mentions: list[Mention], figure: Figure) -> list[Mention]:
    def far(mention: Mention) -> tuple[int, int]:
        before = figure.quantity.begin - mention.end
        return before if before >= 0 else 2 * (mention.begin - figure.quantity.end), mention.begin
    return sorted(mentions, key=far)
