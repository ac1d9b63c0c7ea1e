"""What a revision speaks of: every thing that is named or stated, how often, in how many documents; and finding things by name."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

from api.pages.view import KINDS, Thing, View

_WORD = re.compile(r"\w+(?:[+#]+)?")

_NAMED = """SELECT ?thing (COUNT(?mention) AS ?times) (COUNT(DISTINCT ?document) AS ?documents)
WHERE { ?mention rg:refersTo ?thing ; rg:document ?document } GROUP BY ?thing"""
_STATED = """SELECT ?thing (COUNT(?statement) AS ?times) (COUNT(DISTINCT ?document) AS ?documents)
WHERE { ?statement rg:expresses ?thing ; rg:document ?document } GROUP BY ?thing"""
_DOCUMENTS = """SELECT ?thing (COUNT(?claim) AS ?times) (1 AS ?documents)
WHERE { ?thing a rg:Document . OPTIONAL { ?claim a rg:Claim ; rg:document ?thing } } GROUP BY ?thing"""
_LABELS = """SELECT ?thing ?label WHERE { ?thing skos:prefLabel|skos:altLabel ?label . FILTER(lang(?label) IN ("", "en")) }"""


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

    @cached_property
    def _names(self) -> list[tuple[str, int, str, str]]:
        """(label from one of its words on, place of that word, IRI, label), sorted."""
        rows = [(row["thing"], row["label"]) for row in self._view.rows(_LABELS)]
        rows += [(c.thing.iri, c.thing.label) for c in self.by_kind["document"]]
        kept = [(iri, label) for iri, label in rows if iri.removeprefix(self._view.base).partition("/")[0] in KINDS]
        return sorted((label.casefold()[word.start():], number, iri, label)
                      for iri, label in kept for number, word in enumerate(_WORD.finditer(label.casefold())))

    def search(self, text: str, limit: int = 8) -> list[Counted]:
        """Things with a name that has a word beginning like the text: those spoken of first, whole names before parts of names."""
        wanted = " ".join(text.casefold().split())
        if not wanted:
            return []
        best: dict[str, tuple] = {}
        at = bisect_left(self._names, (wanted,))
        while at < len(self._names) and self._names[at][0].startswith(wanted):
            rest, place, iri, label = self._names[at]
            times, documents = self.counts.get(iri, (0, 0))
            rank = (not times, rest != wanted or place > 0, place > 0, self._view.thing(iri).kind == KINDS[-1], -documents, -times, len(label), label)
            best[iri] = min(best.get(iri, rank), rank)
            at += 1
        ordered = sorted(best, key=lambda iri: (best[iri], iri))[:limit]
        return [Counted(self._view.thing(iri), *self.counts.get(iri, (0, 0))) for iri in ordered]
