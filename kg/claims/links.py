"""Link claims: what a document says that a role requires, does, faces, works with and leads to."""

from __future__ import annotations

from kg.claims.collaboration import Collaborations
from kg.claims.ladder import Ladder
from kg.claims.requirements import Requirements
from kg.claims.statements import Statements
from kg.model import Claim, Reading
from kg.vocabulary import Vocabulary


class LinkClaims:
    """Turns a reading's mentions and passages into claims; built once for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._requirements = Requirements(vocabulary)
        self._statements = Statements(vocabulary)
        self._ladder = Ladder(vocabulary)
        self._collaborations = Collaborations(vocabulary)

    def claims(self, reading: Reading) -> list[Claim]:
        """The links that the document states: requirements and statements passage by passage, then steps between roles."""
        asked: dict[int, list[int]] = {}
        roles: dict[int, list[int]] = {}
        for i, mention in enumerate(reading.mentions):
            if mention.passage is not None and mention.kind in ("Skill", "Tool", "Role"):
                (roles if mention.kind == "Role" else asked).setdefault(mention.passage, []).append(i)
        found: list[Claim] = []
        groups = 0
        for passage in range(len(reading.passages)):
            if passage in asked:
                links = list(self._requirements.claims(reading, passage, asked[passage], groups))
                groups += len({link.alternative_group for link in links} - {None})
                found += links
            if passage in roles:
                found += self._collaborations.claims(reading, passage, roles[passage])
        found += self._statements.claims(reading)
        found += self._ladder.claims(reading, roles)
        return found
