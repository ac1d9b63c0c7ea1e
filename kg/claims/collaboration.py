"""Claims that a role works together with others: "collaborate with data scientists and product managers"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.language.cues import CueIndex
from kg.model import Link, Reading
from kg.vocabulary import Vocabulary

_FARTHEST = 60
_LONGEST_PASSAGE = 5_000
_WORDS = 5


class Collaborations:
    """Reads whom a role works with; built once for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._cues = CueIndex(c for c in vocabulary.cues("relation") if c.value == "collaboration")

    def claims(self, reading: Reading, passage: int, roles: Sequence[int]) -> Iterator[Link]:
        """Links from the passage's role to the roles (indexes of mentions) named after a phrase of collaboration."""
        p = reading.passages[passage]
        if p.role is None or p.end - p.begin > _LONGEST_PASSAGE:
            return
        low = reading.text[p.begin:p.end].lower()
        done: set[str] = set()
        for cue in self._cues.hits(low):
            place = p.begin + cue.end
            for i in roles:
                mention = reading.mentions[i]
                if mention.begin < place:
                    continue
                between = reading.text[place:mention.begin]
                if mention.begin - place > _FARTHEST or ". " in between or "; " in between or len(between.split()) > _WORDS:
                    break
                if mention.concept != p.role and mention.concept not in done:
                    done.add(mention.concept)
                    yield Link(subject=p.role, evidence=(passage,), confidence=round(0.95 * mention.confidence, 2),
                               method="collaboration phrase", property="collaboratesWith", object=mention.concept, mentions=(i,))
                place = mention.end
