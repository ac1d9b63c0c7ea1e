"""What qualifies a pay figure: who states it, who pays it, where, when, and for which stage of a career.

Each is taken from the figure's own part of the line, else from what stands above; then the second value is true.
"""

from __future__ import annotations

import re

from kg.language.phrases import Phrasebook
from kg.model import Mention
from kg.observations.advert_lines import AdvertLines
from kg.observations.surroundings import Figure, Frame, Surroundings
from kg.observations.tables import Span
from kg.vocabulary import Vocabulary

_MARK = re.compile(r"[,;:()]")
# a name as websites write theirs: "PayScale", "Levels.fyi", "6figr.com"
_SITE = re.compile(r"[A-Z0-9][a-z0-9]+(?:[A-Z][a-z0-9]+){1,2}|[A-Za-z0-9-]{2,30}\.[a-z]{2,4}")
_NOTE = re.compile(r"\s*\([^()]*\)\s*$")


class PayQualifiers:
    """Reads the qualifiers of pay figures; built once for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._pay = Phrasebook.of(vocabulary, "pay-word")
        self._levels = Phrasebook.of(vocabulary, "career-level")
        self._statistics = Phrasebook.of(vocabulary, "statistic")
        self._for = Phrasebook.of(vocabulary, "about-opener")
        self._ranks = Phrasebook.of(vocabulary, "level-noun")
        self._companies = Phrasebook.of(vocabulary, "employer-heading")
        self._attribution = Phrasebook.of(vocabulary, "attribution")
        self._hiring = Phrasebook.of(vocabulary, "hiring-phrase", "after")
        self._presenting = Phrasebook.of(vocabulary, "hiring-phrase", "before")
        self._adverts = AdvertLines(vocabulary)

    def organizations(self, s: Surroundings, number: int, figure: Figure, frames: list[Frame], *,
                      own_pay: bool) -> dict[str, tuple[str, bool]]:
        """Source and employer; `own_pay` says that the figure may be what the document's own employer pays."""
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
        if "source" not in found:
            source = self._source_heading(s, frames)
            if source:
                found["source"] = (source, True)
        if "source" not in found and own_pay:
            employer = self._employer(s)
            if employer:
                found.setdefault("employer", (employer, True))
        return found

    def _employer(self, s: Surroundings) -> str | None:
        """Who pays by what is said of the whole document: its row in a table, its opening lines, or a sentence that hires."""
        reading = s.reading
        if reading.document.employer:
            return self._adverts.organization(reading, reading.document.employer)
        if s.opening is None:
            s.opening = self._adverts.find(reading)
            s.hirer = self._hirer(s)
        lines = s.opening.get("employer", [])
        if len(lines) == 1:
            known = s.mentions(lines[0], "Organization")
            return known[0].concept if known else self._adverts.organization(reading, reading.text[slice(*lines[0])])
        return s.hirer

    def _hirer(self, s: Surroundings) -> str | None:
        """The one organisation of which the text says that it hires, or whose name a heading presents."""
        found = set()
        for mention in s.mentions((0, len(s.reading.text)), "Organization"):
            after = self._hiring.first(s.folded, mention.end, min(mention.end + 30, len(s.folded)))
            before = self._presenting.find(s.folded, max(0, mention.begin - 20), mention.begin) if mention.passage is None else []
            if (after and after.begin - mention.end < 3) or (before and mention.begin - before[-1].end < 2):
                found.add(mention.concept)
        return found.pop() if len(found) == 1 else None if found else self._adverts.hirer(s.reading)

    def _source_heading(self, s: Surroundings, frames: list[Frame]) -> str | None:
        """Who states the figures of a section whose heading is nothing but an organisation's name."""
        heading = next((f for f in frames if f.kind == "heading"), None)
        if heading is None or s.mentions((heading.begin, heading.end), "Role", "Place", "Organization"):
            return None
        name = s.reading.text[heading.begin:heading.end].strip()
        known = self._vocabulary.find(name, "Organization")
        if known:
            return known.iri if "true" in self._vocabulary.values(known.iri, "publishesStatistics") else None
        looks = _SITE.fullmatch(name) is not None and not self._pay.first(s.folded, heading.begin, heading.end)
        return self._adverts.organization(s.reading, name) if looks else None

    def _part(self, s: Surroundings, mention: Mention, begin: int) -> str:
        """Whether an organisation states a figure or pays it: by the words beside it, else by what it is."""
        before = self._attribution.find(s.folded, max(begin, mention.begin - 30), mention.begin)
        publishes = mention.method == "source of pay" or "true" in self._vocabulary.values(mention.concept, "publishesStatistics")
        if before and mention.begin - before[-1].end < 6:
            return "employer" if before[-1].value == "employer" and not publishes else "source"
        return "source" if publishes else "employer"

    def place(self, s: Surroundings, number: int, figure: Figure, frames: list[Frame]) -> tuple[str, bool]:
        own = s.shared_mentions(number, figure, "Place")
        if own:
            return own[0].concept, False
        label = s.mentions(figure.label, "Place")
        if label:  # "California (San Francisco)": the narrower
            return (label[-1] if s.reading.text[figure.label[0]:figure.label[1]].endswith(")") else label[0]).concept, False
        taken = [s.reading.quantities[i] for i in s.quantities(s.line(number, figure), "money")]  # "US$" names no place
        line = {m.concept for m in s.mentions(s.line(number, figure), "Place") if not any(q.begin <= m.begin < q.end for q in taken)}
        beside = any(m.concept in line for m in s.mentions(s.sentence(number, figure), "Place"))  # of another figure of the sentence
        if len(line) == 1 and not beside:
            return line.pop(), False
        for frame in frames:
            above = list(dict.fromkeys(m.concept for m in s.mentions(self._told_of_all(s, frame), "Place")))
            if above and (frame.kind != "opening" or self._pay.first(s.folded, frame.begin, frame.end)):
                if len(above) == 1 or frame.kind == "heading":
                    return above[0], True
                if frame.kind == "title":
                    break
        return self._place_of_document(s)

    @staticmethod
    def _told_of_all(s: Surroundings, frame: Frame) -> tuple[int, int]:
        """What a stretch says of every figure below it: where it has several figures of its own, what stands before the first."""
        own = s.quantities((frame.begin, frame.end), "money") if frame.kind in ("before", "opening") else []
        return frame.begin, s.reading.quantities[own[0]].begin if len(own) > 1 else frame.end

    def _place_of_document(self, s: Surroundings) -> tuple[str, bool]:
        """The place that a row of a table or an opening line ("Location: ...") gives for the whole document, if it is one."""
        known = self._vocabulary.find(s.reading.document.place, "Place") if s.reading.document.place else None
        if known:
            return known.iri, True
        if s.opening is None:
            s.opening = self._adverts.find(s.reading)
            s.hirer = self._hirer(s)
        lines = s.opening.get("place", [])
        places = {m.concept for m in s.mentions(lines[0], "Place")} if len(lines) == 1 else set()
        return (places.pop(), True) if len(places) == 1 else ("", False)

    def date(self, s: Surroundings, number: int, figure: Figure, frames: list[Frame]) -> tuple[str, bool]:
        for span in (figure.left, figure.closing, figure.right, figure.label, s.line(number, figure)):
            date = _date(s, span)
            if date:
                return date, False
        told = False
        for frame in frames:
            if frame.kind == "heading":
                told = told or any(m.concept for m in s.mentions((frame.begin, frame.end), "Organization")) or bool(self._source_heading(s, [frame]))
            if frame.kind == "title" or (frame.kind == "opening" and (told or not self._pay.first(s.folded, frame.begin, frame.end))):
                continue  # what another source's figures are of says nothing of this one's
            date = _date(s, (frame.begin, frame.end))
            if date:
                return date, True
        return "", False

    def level(self, s: Surroundings, number: int, figure: Figure, frames: list[Frame]) -> tuple[str, bool]:
        """The stage of a career, in the words of the label, of the clause's beginning or end, or of a heading that is one."""
        own = self._level_of(s, figure.label, whole=False) or self._years(s, number, figure) or self._level_beside(s, number, figure)
        if own:
            return own, False
        for frame in frames:
            if frame.kind in ("lead-in", "heading"):
                above = self._level_of(s, (frame.begin, frame.end), whole=True)
                if above:
                    return above, True
        return "", False

    @staticmethod
    def level_of_title(s: Surroundings, stated: str) -> str:
        """The stage that opens the words for a role of which they are no part: "senior engineers"."""
        first, _, rest = stated.partition(" ")
        return first if (rest.islower() or "-" in first) and s.is_level(first) else ""

    def _years(self, s: Surroundings, number: int, figure: Figure) -> str:
        """A label that is a length of time: "0-1 years"."""
        label = s.reading.text[figure.label[0]:figure.label[1]]
        lengths = s.quantities(figure.label, "duration")
        return label if lengths and len(label) - len(s.reading.quote(s.reading.quantities[lengths[0]])) < 16 else ""

    def _level_beside(self, s: Surroundings, number: int, figure: Figure) -> str:
        """A stage that the figure's clause begins with ("Freshers earn") or that follows it ("$70,000 for entry-level roles")."""
        quantity = figure.quantity
        if self._levels.first(s.folded, quantity.begin, quantity.end) or s.mentions(figure.left, "Organization"):
            return ""
        ranks = self._statistics.find(s.folded, *s.line(number, figure))
        begin = figure.left[0] + len(s.folded[figure.left[0]:figure.left[1]]) - len(s.folded[figure.left[0]:figure.left[1]].lstrip(" ,;"))
        near = [x for x in self._levels.find(s.folded, *figure.left) if x.begin - begin < 5]
        near += [x for x in self._levels.find(s.folded, *directly_after(s, figure)) if x.begin - quantity.end < 10]
        near += [x for x in self._levels.find(s.folded, *figure.left) if self._for.value(s.folded[max(0, x.begin - 4):x.begin].strip())]
        near = [x for x in near if x.value != "numbered" and not any(r.begin <= x.begin < r.end for r in ranks)]  # "the middle 50%"
        both = near and near[0].begin < quantity.begin < near[-1].begin
        if both:  # "$70,000 for entry-level and $120,000 for senior roles"
            spans = [(x.begin, x.end) for x in self._levels.find(s.folded, *s.line(number, figure)) if x.value != "numbered"]
            own = [spans[i] for i in s.shared(number, figure, spans)]
            near = [x for x in near if (x.begin, x.end) in own]
        roles = s.mentions((figure.left[0], figure.right[1]), "Role")
        return next((s.reading.text[x.begin:x.end] for x in near if not any(m.begin <= x.begin < m.end for m in roles)), "")

    def _level_of(self, s: Surroundings, span: Span, whole: bool) -> str:
        text = s.reading.text[span[0]:span[1]]
        label = _NOTE.sub("", text.strip().rstrip(":")).strip()
        begin = span[0] + (text.find(label) if label else 0)
        first = self._levels.first(s.folded, begin, begin + len(label))
        company = next((m.begin for m in s.mentions(span, "Organization")), 0)
        if first is not None and company > first.end:  # "Staff at Acme"
            beside = self._attribution.first(s.folded, first.end, company)
            return s.reading.text[first.begin:first.end] if first.begin == begin and beside and beside.begin - first.end < 2 else ""
        if first is None or first.begin > begin or company:
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
