"""What a market figure is about, in the words of its line or of the line before."""

from __future__ import annotations

import re

from kg.language.phrases import Phrasebook
from kg.observations.surroundings import Figure, Surroundings
from kg.observations.tables import Span
from kg.vocabulary import Vocabulary

_OPENING = re.compile(r"^[\s,:;–-]+|[\s,:;–-]+$")
_CLAUSE = re.compile(r"[.;!?](?=\s|$)|\s[–—]\s")


class Topics:
    """Reads what figures are about; built once for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._openings = Phrasebook.of(vocabulary, "about-opener")
        self._verbs = Phrasebook.of(vocabulary, "about-verb")

    def of(self, s: Surroundings, number: int, figure: Figure, measure: str) -> str:
        """What the figure is about, in the words of the line."""
        passage, text = s.reading.passages[number], s.reading.text
        if passage.form == "row":
            return text[figure.label[0]:figure.label[1]]
        end = _CLAUSE.search(text, *figure.right)
        stop = end.start() if end else figure.right[1]
        dates = s.quantities((figure.right[0], stop), "period")
        stop = s.reading.quantities[dates[0]].begin if dates else stop
        opener = self._openings.first(s.folded, figure.right[0], stop)
        if measure in ("share", "openings", "jobs") and opener and opener.begin - figure.right[0] < 3:
            verb = self._verbs.first(s.folded, opener.end, stop) if measure != "share" else None
            stop = verb.begin if verb else stop
            return _OPENING.sub("", text[opener.end:stop])
        first = s.line(number, figure)[0]
        begin = figure.label[1] + 1 if figure.label[1] > figure.label[0] and figure.label[1] < figure.quantity.begin else first
        found = self._before_verb(s, (begin, figure.quantity.begin))
        if found or begin > first:
            return found or text[figure.label[0]:figure.label[1]]
        return _OPENING.sub("", text[opener.end:stop]) if opener and opener.begin > figure.right[0] else ""

    def _before_verb(self, s: Surroundings, span: Span) -> str:
        """The words before the verb that leads to a figure, without a date that opens the line."""
        begin, end = span
        verb = self._verbs.first(s.folded, begin, end)
        dates = [s.reading.quantities[i] for i in s.quantities(span, "period")]
        start = dates[0].end if dates and dates[0].begin - begin < 4 else begin
        if verb is None or verb.begin <= start or s.mentions((start, verb.begin), "Organization"):
            return ""
        return _OPENING.sub("", s.reading.text[start:verb.begin])

    def before(self, s: Surroundings, number: int, measure: str) -> str:
        """What a rate of growth is about that stands in a line of its own: what the line before is about."""
        earlier = s.earlier(number, 1)
        if measure not in ("CAGR", "market size") or not earlier:
            return ""
        before = s.reading.passages[earlier[0]]
        return self._before_verb(s, (before.begin, before.end))
