"""How strongly a part of a line is asked for, by its own words, the line's, its list's and its heading's."""

from __future__ import annotations

from kg.language.cues import CueIndex
from kg.language.phrases import Phrasebook
from kg.observations.surroundings import Surroundings
from kg.observations.tables import Span
from kg.vocabulary import Vocabulary

# in lines of these types nothing is asked for
_TOLD = frozenset(("MarketFact", "SalaryFact", "Trend", "BestPractice", "Challenge", "Solution"))


class Demands:
    """Reads modality and negation; built once for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._modality = CueIndex(vocabulary.cues("modality"))
        self._relation = CueIndex(c for c in vocabulary.cues("relation") if c.value in ("waiver", "option"))
        self._options = Phrasebook.of(vocabulary, "option")
        self._aside = Phrasebook.of(vocabulary, "modality-aside")
        self._negation = Phrasebook.of(vocabulary, "negation")

    def asks(self, s: Surroundings, number: int) -> bool:
        """Whether a passage is of a kind that asks for something of those that the document is about."""
        return s.reading.passages[number].type not in _TOLD and not s.of_others(number)

    def waived(self, s: Surroundings, span: Span) -> bool:
        """Whether a stretch says that something is not asked for."""
        return self._negation.first(s.folded, *span) is not None or "waiver" in self._relation.values(s.folded[span[0]:span[1]])

    def says(self, s: Surroundings, span: Span) -> bool:
        """Whether a stretch itself says how strongly it is asked for."""
        return bool(self._modality.values(self._plain(s, span)))

    def _plain(self, s: Surroundings, span: Span) -> str:
        """The folded stretch without words that prefer a field or a place, not what is asked for ("preferably in")."""
        text = s.folded[span[0]:span[1]]
        for signal in reversed(self._aside.find(text)):
            text = text[:signal.begin] + text[signal.end:]
        return text

    def modality(self, s: Surroundings, number: int, span: Span) -> str:
        """Required or Preferred: by the stretch itself, else by what introduces the line; Required if nothing is said."""
        text = self._plain(s, span)
        values = self._modality.values(text)
        if "Preferred" in values or self._options.first(text) or "option" in self._relation.begins(text.lstrip()):
            return "Preferred"
        if "Required" in values:
            return "Required"
        for frame in s.frames(number):
            if frame.kind in ("lead-in", "heading"):
                above = self._modality.values(s.folded[frame.begin:frame.end])
                if len(above) == 1:
                    return above.pop()
        return "Required"
