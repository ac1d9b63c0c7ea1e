"""Names that the text presents as tools but no vocabulary holds: "tools like X, Y and Z", "(e.g. X)", "frameworks: X, Y"."""

from __future__ import annotations

from kg.context import ContextWords, Scene
from kg.matching import Lexicon
from kg.model import Reading
from kg.vocabulary import Vocabulary


class NewTerms:
    """Adds candidates to a passage's names."""

    def __init__(self, vocabulary: Vocabulary, words: ContextWords, lexicon: Lexicon) -> None:
        self._vocabulary, self._words, self._lexicon = vocabulary, words, lexicon

    def add(self, scene: Scene, names: list, reading: Reading) -> list:
        """The names with the candidates among them."""
        return names
