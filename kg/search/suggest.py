"""Completions while someone types: from memory, in microseconds."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass

from kg.lookup.names import fold

_KEPT = 20_000
# a longer label is a sentence: names come first
_LONG = 60
_LAST = chr(0x10FFFF)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A thing whose label completes the words; `matched` is the label that does."""

    iri: str
    id: str
    label: str
    kind: str
    matched: str
    document_count: int


class Suggestions:
    """Labels by the beginnings of their words. Built once for a revision; safe from any thread."""

    def __init__(self, labels: Mapping[str, tuple[str, tuple[tuple[str, bool, bool], ...]]], counts: Mapping[str, tuple[int, int]], base: str) -> None:
        self._counts, self._base = counts, base
        entries: list[tuple[str, int, str, str, str, str]] = []
        for iri, (kind, own) in labels.items():
            shown = own[0][0]
            for label, _, visible in own:
                if visible:
                    folded = _spoken(label)
                    starts = [0, *(i + 1 for i, char in enumerate(folded) if char in " /(" and i + 1 < len(folded))]
                    entries += [(folded[start:], 1 if start else 0, iri, shown, kind, label) for start in starts]
        entries.sort()
        self._entries = entries
        self._known: dict[tuple[str, str, int], tuple[Suggestion, ...]] = {}

    def __call__(self, words: str, kind: str = "", limit: int = 10) -> tuple[Suggestion, ...]:
        """Things with a label of which a word begins so: those that documents speak of first, labels that begin so before later words."""
        key = _spoken(words), kind, limit
        if not key[0]:
            return ()
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _KEPT:
                self._known = {}
            found = self._known[key] = self._ranked(*key)
        return found

    def _ranked(self, prefix: str, kind: str, limit: int) -> tuple[Suggestion, ...]:
        first, last = bisect_left(self._entries, (prefix,)), bisect_left(self._entries, (prefix + _LAST,))
        best: dict[str, tuple] = {}
        for folded, later, iri, shown, own, label in self._entries[first:last]:
            if not kind or own == kind:
                documents = self._counts.get(iri, (0, 0))[0]
                rank = (folded != prefix or later, documents == 0, len(label) > _LONG, later, label != shown, -documents, len(label), label, iri, shown, own)
                if iri not in best or rank < best[iri]:
                    best[iri] = rank
        chosen = sorted(best.values())[:limit]
        return tuple(Suggestion(iri, iri.removeprefix(self._base), shown, own, label, -rank[5]) for *rank, label, iri, shown, own in chosen)


def _spoken(label: str) -> str:
    """A label as it is compared: hyphens are spaces, as many type them."""
    return fold(label.replace("-", " "))
