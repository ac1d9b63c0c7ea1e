"""Markets: from percentages, counts and sums of money to claims of growth, number of jobs, market size, share.

A growth takes the period that its line states, else the dates of the sizes beside it, else the period of the line before,
if the line points back to it ("during the forecast period").
"""

from __future__ import annotations

from dataclasses import replace

from kg.language.phrases import Phrasebook, Signal
from kg.model import Market, Quantity
from kg.observations.figure_subjects import subject_of
from kg.observations.market_periods import period_of
from kg.observations.market_topics import Topics
from kg.observations.salaries import MOST_PAY, is_group
from kg.observations.surroundings import Figure, Surroundings
from kg.observations.tables import Span
from kg.vocabulary import Vocabulary

# where figures of a market stand; elsewhere only a figure with an unmistakable measure is one
_FACTUAL = frozenset(("MarketFact", "Trend", "SalaryFact", "Summary", "Intro", "Definition"))
_LEAST_JOBS = 100
_LEAST_PEOPLE = 1000
_BETWEEN = 24  # code points between the ends of a change


class Changes:
    """Finds words for a change of size ("rose", "up"); built once for a vocabulary. Those that only look like one are left out."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._book = Phrasebook.of(vocabulary, "change")

    def find(self, folded: str, begin: int, end: int) -> list[Signal]:
        """The words between two offsets, in order."""
        return [x for x in self._book.find(folded, begin, end) if x.value != "none"]

    def first(self, folded: str, begin: int, end: int) -> Signal | None:
        """The first of them, or None."""
        return next(iter(self.find(folded, begin, end)), None)


class MarketReader:
    """Reads market claims from figures; built once for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._measures = Phrasebook.of(vocabulary, "measure")
        self._changes = Changes(vocabulary)
        self._to = Phrasebook.of(vocabulary, "range", "to")
        self._from = Phrasebook.of(vocabulary, "bound", "from")
        self._attribution = Phrasebook.of(vocabulary, "attribution", "source")
        self._openings = Phrasebook.of(vocabulary, "about-opener")
        self._topics = Topics(vocabulary)
        self._percent = Phrasebook.of(vocabulary, "percent")
        self._groups = Phrasebook.of(vocabulary, "group-row", "group")
        self._foreign = Phrasebook.of(vocabulary, "other-percentage")

    def claims(self, s: Surroundings, number: int, figure: Figure) -> list[Market] | str:
        """The claims of a figure that is no pay, or the reason why there is none."""
        figure = self._typed(s, figure)
        passage, quantity = s.reading.passages[number], figure.quantity
        frames = list(s.frames(number, figure.headers))
        words = self._words(s, number, figure)
        measure = self._measure(s, number, figure, words)
        if not measure:
            return {"money": "money that is neither pay nor a market's size", "percent": "percentage of no market or employment"}.get(
                quantity.kind, "count of no jobs")
        if passage.type not in _FACTUAL and measure in ("share", "other", "openings", "jobs", "market size") and not figure.headers:
            return "figure of a task or a condition, not of a market"
        role, stated, above = subject_of(s, number, figure, frames) or (None, "", False)
        if is_group(s, number, figure, self._groups):
            return "sums over a group, is about no role"
        if passage.form == "row" and role is None:
            return "figure of a row that names no role"
        if above and (measure in ("market size", "CAGR", "other") or (measure == "share" and passage.form != "row")):
            role = None
        start, stop, period_above = period_of(s, number, figure, measure)
        source = self._source(s, number, figure)
        place = next((m.concept for m in s.mentions(s.line(number, figure), "Place")), None)
        inherited = [n for n, is_above in (("from", period_above and start), ("to", period_above and stop),
                                           ("role", above and role)) if is_above]
        about = self._topics.of(s, number, figure, measure)
        if not about or (measure == "market size" and not self._speaks_of_market(s, number, figure, huge=False)):
            about = self._topics.before(s, number, measure) or about or stated or (s.label(role) if role else "")
        if about and role and above and figure.label[1] > figure.label[0] and self._measures.first(s.folded, *figure.label):
            about = s.label(role)  # the label names the measure: "Number of jobs: 60,500"
        if not about:
            about = next((s.reading.text[f.begin:f.end] for f in frames if f.kind == "heading"), "")
        sign = -1 if measure in ("job growth", "job postings growth", "CAGR") and self._falls(s, figure, words) else 1
        return [Market(
            subject=role, evidence=(number,), confidence=0.9 if passage.type == "MarketFact" else 0.8, method="market figure",
            measure=measure, amount=sign * amount if amount > 0 else amount, unit=quantity.unit or "jobs", about=about, start=start,
            stop=stop, source=source, place=place, at_least=low, at_most=high, approximate=quantity.approximate,
            inherited=tuple(sorted(inherited)), quantity=figure.index) for amount, low, high in _values(quantity)]

    def _typed(self, s: Surroundings, figure: Figure) -> Figure:
        """A plain number under a header that says percent is a percentage."""
        quantity = figure.quantity
        if quantity.kind == "count" and not quantity.unit and figure.headers and self._percent.first(s.folded, *figure.headers[0]):
            return replace(figure, quantity=replace(quantity, kind="percent", unit="percent"))
        return figure

    def _words(self, s: Surroundings, number: int, figure: Figure) -> list[Span]:
        """What says what is measured: the figure's own words, its label, its column, its caption."""
        spans = [figure.left, (figure.quantity.begin, figure.quantity.end), figure.right, figure.label, *figure.headers]
        caption = s.tables.caption(number)
        if caption is not None:
            spans.append((s.reading.passages[caption].begin, s.reading.passages[caption].end))
        return spans

    def _measure(self, s: Surroundings, number: int, figure: Figure, words: list[Span]) -> str:
        passage, quantity = s.reading.passages[number], figure.quantity
        found = {x.value for span in words for x in self._measures.find(s.folded, *span)}
        changes = any(self._changes.first(s.folded, *span) for span in words)
        if quantity.kind == "money":
            sized = "market size" in found or self._speaks_of_market(s, number, figure, (quantity.low or 0) > MOST_PAY)
            return "market size" if sized and passage.type in _FACTUAL else ""
        if quantity.kind == "count":
            return self._count(s, quantity, found, figure, changes, words)
        near = self._measures.values(s.folded, *figure.left) | {x.value for x in self._measures.find(s.folded, *figure.right)[:1]}
        if "CAGR" in near or "CAGR" in {x.value for x in self._measures.find(s.folded, *figure.label)}:
            return "CAGR"
        terms = passage.type not in ("MarketFact", "Trend") and self._foreign.first(s.folded, *s.line(number, figure))
        terms = terms or any(self._foreign.first(s.folded, *span) for span in figure.headers)
        if terms and not found & {"job growth", "job postings growth", "new jobs"}:
            return ""
        if changes and not self._is_share(s, figure):
            if "other" in found:
                return "other"
            if "job postings growth" in found:
                return "job postings growth"
            if found & {"job growth", "new jobs"} or s.mentions(s.line(number, figure), "Role"):
                return "job growth"
            said = self._measures.values(s.folded, *s.line(number, figure)) - {"share", "CAGR"}
            other = said & {"market size", "other"} and not said & {"job growth", "job postings growth"}
            return "other" if other or passage.type not in _FACTUAL else "job growth"
        return "" if passage.type == "SalaryFact" and passage.form != "row" else "share"

    def _speaks_of_market(self, s: Surroundings, number: int, figure: Figure, huge: bool) -> bool:
        """Whether the line, or for a sum that can be nothing else its heading or the line before, is about a market."""
        spans = [s.line(number, figure)]
        if huge:
            spans += [(s.reading.passages[i].begin, s.reading.passages[i].end) for i in s.earlier(number, 1)]
            spans += [(f.begin, f.end) for f in s.frames(number) if f.kind in ("lead-in", "heading")]
        return any("market size" in self._measures.values(s.folded, *span) for span in spans)

    def _is_share(self, s: Surroundings, figure: Figure) -> bool:
        """Whether a percentage is "of" something, and no change stands before it, or a level at the one or other end of a change."""
        if self._is_level(s, figure):
            return True
        after = s.folded[figure.right[0]:figure.right[0] + 8].split()
        return bool(after) and self._openings.value(after[0]) == "share" and self._changes.first(s.folded, *figure.left) is None

    def _is_level(self, s: Surroundings, figure: Figure) -> bool:
        """Whether a percentage is an end of a change: "from 60% in 2020 to 94% in 2023"."""
        index, quantities = figure.index, s.reading.quantities
        for low, high in ((index, index + 1), (index, index + 2), (index - 1, index), (index - 2, index)):
            if low < 0 or high >= len(quantities) or not quantities[low].kind == quantities[high].kind == "percent":
                continue
            between = s.folded[quantities[low].end:quantities[high].begin]
            first = self._from.find(s.folded, max(0, quantities[low].begin - 12), quantities[low].begin)
            if first and quantities[low].begin - first[-1].end < 2 and len(between) < _BETWEEN and self._to.find(between):
                return True
        return False

    def _count(self, s: Surroundings, quantity: Quantity, found: set[str], figure: Figure, changes: bool, words: list[Span]) -> str:
        if quantity.unit not in ("jobs", ""):  # people, not posts
            return "other" if (quantity.low or 0) >= _LEAST_PEOPLE else ""
        labels = words[3:] if figure.headers else [figure.label]
        if not quantity.unit:  # a bare number counts what its label or header says
            found = {x.value for span in labels for x in self._measures.find(s.folded, *span)}
            changes = any(self._changes.first(s.folded, *span) for span in figure.headers or labels)
            if not found & {"new jobs", "job growth", "job postings growth"}:
                return ""
        elif (quantity.low or 0) < _LEAST_JOBS:
            return ""
        if "new jobs" in found or (changes and not quantity.unit):
            return "new jobs"
        return "openings" if "job postings growth" in found else "jobs"

    def _falls(self, s: Surroundings, figure: Figure, words: list[Span]) -> bool:
        for span in words:
            found = [x.value for x in self._changes.find(s.folded, *span)]
            if found:
                return found[-1 if span == figure.left else 0] == "decrease" and figure.quantity.low is not None and figure.quantity.low > 0
        return False

    def _source(self, s: Surroundings, number: int, figure: Figure) -> str | None:
        passage = s.reading.passages[number]
        for mention in s.mentions(s.line(number, figure), "Organization", "Tool"):
            if mention.kind == "Tool":  # a product's maker has its name
                maker = self._vocabulary.find(s.reading.quote(mention), "Organization")
                after = self._attribution.first(s.folded, mention.end, min(passage.end, mention.end + 12))
                if maker and after:
                    return maker.iri
                continue
            said = self._attribution.first(s.folded, max(passage.begin, mention.begin - 30), min(passage.end, mention.end + 30))
            if said or "true" in self._vocabulary.values(mention.concept, "publishesStatistics"):
                return mention.concept
        return None



def _values(quantity: Quantity) -> list[tuple]:
    """One claim for each number; the ends of a range bound it."""
    if quantity.high is None:
        return [(quantity.low, quantity.at_least, quantity.at_most)]
    return [(quantity.low, True, False), (quantity.high, quantity.at_least, not quantity.at_least)]
