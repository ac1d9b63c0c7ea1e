"""Link claims: what a document says that a role requires, does, faces and leads to."""

from __future__ import annotations

from kg.model import Claim, Reading
from kg.vocabulary import Vocabulary


class LinkClaims:
    """Turns a reading's mentions and passages into claims; built once for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def claims(self, reading: Reading) -> list[Claim]:
        """The links that the document states, in order of place."""
        return []
