"""What a revision speaks of: every thing that is named or stated, how often, in how many documents."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from api.pages.view import KINDS, Thing, View

_NAMED = """SELECT ?thing (COUNT(?mention) AS ?times) (COUNT(DISTINCT ?document) AS ?documents)
WHERE { ?mention rg:refersTo ?thing ; rg:document ?document } GROUP BY ?thing"""
_STATED = """SELECT ?thing (COUNT(?statement) AS ?times) (COUNT(DISTINCT ?document) AS ?documents)
WHERE { ?statement rg:expresses ?thing ; rg:document ?document } GROUP BY ?thing"""
_DOCUMENTS = """SELECT ?thing (COUNT(?claim) AS ?times) (1 AS ?documents)
WHERE { ?thing a rg:Document . OPTIONAL { ?claim a rg:Claim ; rg:document ?thing } } GROUP BY ?thing"""


@dataclass(frozen=True, slots=True)
class Counted:
    """A thing with how often and in how many documents it is named or stated."""

    thing: Thing
    times: int
    documents: int


class Census:
    """Counts of one revision, made when first asked for."""

    def __init__(self, view: View) -> None:
        self._view = view

    @cached_property
    def counts(self) -> dict[str, tuple[int, int]]:
        """By IRI: times and documents."""
        return {row["thing"]: (int(row["times"]), int(row["documents"]))
                for query in (_NAMED, _STATED, _DOCUMENTS) for row in self._view.rows(query)}

    def counted(self, iri: str) -> Counted:
        """A thing with its counts, which are 0 where no document speaks of it."""
        return Counted(self._view.thing(iri), *self.counts.get(iri, (0, 0)))

    @cached_property
    def by_kind(self) -> dict[str, list[Counted]]:
        """What is spoken of, by kind, the most documents first."""
        found: dict[str, list[Counted]] = {kind: [] for kind in KINDS}
        for iri, (times, documents) in self.counts.items():
            thing = self._view.thing(iri)
            if thing.kind in found:
                found[thing.kind].append(Counted(thing, times, documents))
        for things in found.values():
            things.sort(key=lambda c: (-c.documents, -c.times, c.thing.label.casefold(), c.thing.iri))
        return found
