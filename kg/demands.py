"""How strongly a part of a line is asked for, by its own words, the line's, its list's and its heading's."""

from __future__ import annotations

from kg.cues import CueIndex
from kg.phrases import Phrasebook
from kg.surroundings import Surroundings
from kg.tables import Span
from kg.vocabulary import Vocabulary

# in lines of these types nothing is asked for
_TOLD = frozenset(("MarketFact", "SalaryFact", "Trend", "BestPractice", "Challenge", "Solution"))


class Demands:
    """Reads modality and negation; built once for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._modality = CueIndex(vocabulary.cues("modality"))
        self._relation = CueIndex(c for c in vocabulary.cues("relation") if c.value in ("waiver", "option"))
        self._options = Phrasebook.of(vocabulary, "option")
        self._negation = Phrasebook.of(vocabulary, "negation")

    def asks(self, s: Surroundings, number: int) -> bool:
        """Whether a passage is of a kind that asks for something."""
        return s.reading.passages[number].type not in _TOLD

    def waived(self, s: Surroundings, span: Span) -> bool:
        """Whether a stretch says that something is not asked for."""
        return self._negation.first(s.folded, *span) is not None or "waiver" in self._relation.values(s.folded[span[0]:span[1]])

    def modality(self, s: Surroundings, number: int, span: Span) -> str:
        """Required or Preferred: by the stretch itself, else by what introduces the line; Required if nothing is said."""
        values = self._modality.values(s.folded[span[0]:span[1]])
        if "Preferred" in values:
            return "Preferred"
        if "Required" in values:
            return "Required"
        if self._options.first(s.folded, *span) or "option" in self._relation.begins(s.folded[span[0]:span[0] + 40]):
            return "Preferred"
        for frame in s.frames(number):
            if frame.kind in ("lead-in", "heading"):
                above = self._modality.values(s.folded[frame.begin:frame.end])
                if len(above) == 1:
                    return above.pop()
        return "Required"
