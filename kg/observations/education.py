"""Education: one claim for each set of degrees that is asked for equally, with its fields of study.

"Bachelor's degree in Computer Science or related field (Master's or PhD preferred)" is two claims.
"""

from __future__ import annotations

from itertools import pairwise

from kg.language.phrases import Phrasebook
from kg.model import Education, Mention
from kg.observations.demands import Demands
from kg.observations.surroundings import Surroundings
from kg.observations.tables import Span
from kg.vocabulary import Vocabulary

_ANY = "Advanced"  # the level that names no degree


class EducationReader:
    """Reads education claims from mentions of degrees; built once for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary, demands: Demands) -> None:
        self._vocabulary, self._demands = vocabulary, demands
        self._related = Phrasebook.of(vocabulary, "related-field")
        self._offers = Phrasebook.of(vocabulary, "not-education")
        self._asks = Phrasebook.of(vocabulary, "demand-word")
        self._replaces = Phrasebook.of(vocabulary, "substitution")
        self._in = Phrasebook.of(vocabulary, "area-opener", "area")
        self._unspecified = Phrasebook.of(vocabulary, "degree-sense", "unspecified")
        self._breaks = Phrasebook.of(vocabulary, "degree-break")

    def claims(self, s: Surroundings, number: int) -> list[Education]:
        """The claims of a passage that names degrees."""
        passage = s.reading.passages[number]
        degrees = s.mentions((passage.begin, passage.end), "Degree")
        if not degrees or not self._demands.asks(s, number):
            return []
        subject = passage.role or (s.reading.roles[0] if s.reading.roles else None)
        if subject is None:
            return []
        groups = self._groups(s, number, degrees)
        claims: list[Education] = []
        for found, span in groups:
            if self._demands.waived(s, span) or self._offers.first(s.folded, *span):
                continue
            if passage.form == "sentence" and not self._asks.first(s.folded, passage.begin, passage.end):
                continue  # prose tells more of degrees than that they are asked for
            levels = self._levels(s, found)
            modality = self._demands.modality(s, number, span)
            fields = self._fields(s, found, span)
            claims.append(Education(
                subject=subject, evidence=(number,), confidence=0.95 if passage.type == "Qualification" else 0.85, method="degree",
                modality=modality, degrees=levels, fields=fields, or_related_field=self._related.first(s.folded, *span) is not None,
                substitutes_experience=self._replaces.first(s.folded, *span) is not None))
        return _merged(claims)

    def _fields(self, s: Surroundings, degrees: list[Mention], span: Span) -> tuple[str, ...]:
        """The fields of study that a clause names, also as skills after the degree, and those in the degrees' own names."""
        named = [m.concept for m in s.mentions(span, "FieldOfStudy")]
        if not named and self._in.first(s.folded, degrees[-1].end, min(degrees[-1].end + 12, span[1])):
            skills = (m for m in s.mentions((degrees[-1].end, span[1]), "Skill"))
            found = (self._vocabulary.find(s.reading.quote(m), "FieldOfStudy") for m in skills)
            named = [concept.iri for concept in found if concept]
        for degree in degrees:
            words = s.reading.quote(degree).rpartition(" in ")[2]
            own = self._vocabulary.find(words, "FieldOfStudy") if " in " in s.reading.quote(degree) else None
            named += [own.iri] if own else []
        return tuple(dict.fromkeys(named))

    def _groups(self, s: Surroundings, number: int, degrees: list[Mention]) -> list[tuple[list[Mention], Span]]:
        """Degrees that one clause names, with the clause; a new clause begins where words part what is asked for."""
        passage = s.reading.passages[number]
        if passage.form == "row":
            cells = [cell.span for cell in s.tables.cells(number)]
            found = [([m for m in degrees if a <= m.begin < b], (a, b)) for a, b in cells]
            return [(group, span) for group, span in found if group]
        groups: list[list[Mention]] = [[degrees[0]]]
        starts = [passage.begin]
        for before, degree in pairwise(degrees):
            cut = self._cut(s, before.end, degree.begin)
            if cut is None:
                groups[-1].append(degree)
            else:
                groups.append([degree])
                starts.append(cut)
        ends = [*starts[1:], passage.end]
        return [(group, self._clause(s, group, (begin, end))) for group, begin, end in zip(groups, starts, ends, strict=True)]

    def _clause(self, s: Surroundings, degrees: list[Mention], span: Span) -> Span:
        """The stretch without the clauses before and after that semicolons or a turn (", but") part from the degrees."""
        text = s.reading.text
        before = text.rfind(";", span[0], degrees[0].begin)
        after = text.find(";", degrees[-1].end, span[1])
        turns = [x.end for x in self._breaks.find(s.folded, span[0], degrees[0].begin) if text[x.begin] == ","]
        return max([before + 1, span[0], *turns]), after if after >= 0 else span[1]

    def _cut(self, s: Surroundings, begin: int, end: int) -> int | None:
        """Where between two degrees a new clause begins, or None if they stand in one enumeration."""
        between = s.reading.text[begin:end]
        for mark in (";", ". ", "\n"):
            if mark in between:
                return begin + between.index(mark) + 1
        found = self._breaks.first(s.folded, begin, end)
        if found is None:
            opening = between.rfind("(")
            closing = s.reading.text.find(")", end, end + 200)
            own = opening >= 0 and closing >= 0 and self._demands.says(s, (begin + opening, closing))
            return begin + opening if own else None
        return found.begin

    def _levels(self, s: Surroundings, degrees: list[Mention]) -> tuple[str, ...]:
        """The levels of degrees, in order of the text; "advanced degree" gives way to the degrees named with it."""
        open_ = [m for m, after in pairwise(degrees) if self._explained(s, m, after)]
        found = tuple(dict.fromkeys(self._level(m.concept) for m in degrees if m not in open_))
        named = tuple(x for x in found if self._vocabulary.notation(x) != _ANY)
        return named or found

    def _explained(self, s: Surroundings, degree: Mention, after: Mention) -> bool:
        """Whether the level that a degree leaves open is that of the next one: "university degree (Master's or PhD)"."""
        between = s.reading.text[degree.end:after.begin]
        return between.strip() in ("(", ":") and self._unspecified.first(s.folded, degree.begin, degree.end) is not None

    def _level(self, degree: str) -> str:
        """The level at the top of a degree's hierarchy."""
        seen = {degree}
        while True:
            concept = self._vocabulary.concepts.get(degree)
            above = [b for b in concept.broader if b in self._vocabulary.concepts and b not in seen] if concept else []
            if not above:
                return degree
            degree = above[0]
            seen.add(degree)


def _merged(claims: list[Education]) -> list[Education]:
    """Claims of one modality with the same fields are one: clauses that repeat a degree add nothing."""
    kept: list[Education] = []
    for claim in claims:
        same = (k for k in kept if k.modality == claim.modality)
        if not any(set(claim.degrees) <= set(k.degrees) and set(claim.fields) <= set(k.fields) for k in same):
            kept.append(claim)
    return kept
