"""What an advert's opening lines say for all of it: "Company: ...", "Location: ..."; and names that only such lines give."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.language.cues import words
from kg.language.phrases import Phrasebook, fold, key
from kg.model import Concept, Reading
from kg.namespaces import SCHEMA, Minter
from kg.observations.tables import Span
from kg.vocabulary import Vocabulary

_LINE = re.compile(r"\W{0,4}([^:\n*_]{2,40})(?:\*\*|__)?:(?:\*\*|__)?\s+(\S[^\n]{0,90})")
_EDGES = " \t*_.,;|"
_LINES = 30  # passages at the beginning of a document among which such lines stand
_NAME = re.compile(r"[^\W_][^\n:;|!?]{1,60}")
_CAPITALS = re.compile(r"((?:[A-ZÄÖÜ0-9][\w&.'’-]*\s){1,5})")
_MOST_WORDS, _OPENING = 7, 90


class AdvertLines:
    """Reads such lines; built once for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._labels = Phrasebook.of(vocabulary, "advert-line")
        self._hiring = Phrasebook.of(vocabulary, "hiring-phrase", "after")
        self._openers = words(vocabulary.cues("discourse"), "opener") | words(vocabulary.cues("discourse"), "article")
        self._minter = Minter()

    def find(self, reading: Reading) -> dict[str, list[Span]]:
        """The values of the lines, by what they state: place or employer."""
        found: dict[str, list[Span]] = {}
        for begin, end in _lines(reading):
            match = _LINE.match(reading.text, begin, end)
            value = self._labels.value(key(match.group(1))) if match else ""
            if match and value:
                found.setdefault(value, []).append(match.span(2))
        return found

    def hirer(self, reading: Reading) -> str | None:
        """IRI of the organisation with whose name one of the first sentences begins that says that it hires."""
        for begin, end in _lines(reading):
            signal = self._hiring.first(fold(reading.text[begin:min(end, begin + _OPENING)]))
            name = _CAPITALS.match(reading.text, begin, begin + signal.begin) if signal else None
            if name and name.end() == begin + signal.begin and name.group(1).split()[0].lower() not in self._openers:
                if not any(m.kind == "Role" and m.begin < name.end() and begin <= m.begin for m in reading.mentions):
                    return self.organization(reading, name.group(1))
        return None

    def organization(self, reading: Reading, name: str) -> str | None:
        """IRI of the organisation of this name: one that is known, else a candidate; None for what is no name."""
        name = " ".join(name.split()).strip(_EDGES)
        known = self._vocabulary.find(name, "Organization")
        if known:
            return known.iri
        if not _NAME.fullmatch(name) or len(name.split()) > _MOST_WORDS or not (name[0].isupper() or name[0].isdigit()):
            return None
        iri = self._minter.concept("organization", name)
        if iri not in self._vocabulary.concepts:
            reading.candidates.setdefault(iri, Concept(
                iri=iri, kind="Organization", label=name, types=(SCHEMA + "Organization",), candidate=True, notation=iri.rsplit("/", 1)[-1]))
        return iri


def _lines(reading: Reading) -> Iterator[Span]:
    """The passages at a document's beginning."""
    for passage in reading.passages[:_LINES]:
        yield passage.begin, passage.end
