"""Experience: from lengths of time to years asked for, with the area, the level, and the whole that a part belongs to.

"7+ years of software engineering experience, with 3-5 years in ML systems" is two claims, the second part of the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from kg.language.phrases import Phrasebook, Signal
from kg.model import HARD_REQUIREMENTS, Experience, Quantity
from kg.observations.demands import Demands
from kg.observations.surroundings import Figure, Surroundings
from kg.observations.tables import Span
from kg.vocabulary import Vocabulary

_MONTHS = Decimal(12)
_MOST_YEARS = 40
_SHORT = 9  # words of an area that nothing opens: "3+ years Java"
_AFTER = 14  # code points after a number that tell whether it counts years
_NEAR = 60  # code points between a length of time and a number that stands for another
_OPENING = 24  # code points before a length of time that opens its line: "Minimum of 5 years Java"
_AREA_ENDS = re.compile(r"[;.()](?=\s|$|[;.()])|\s[–—-]\s|[()]")
_AREA_KINDS = ("Skill", "Tool", "Role", "Industry", "FieldOfStudy", "Certification")
_EDGES = " ,;:.–—-()"


class ExperienceReader:
    """Reads experience claims from lengths of time; built once for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary, demands: Demands) -> None:
        self._demands = demands
        self._words = Phrasebook.of(vocabulary, "experience-word")
        self._not = Phrasebook.of(vocabulary, "not-experience")
        self._openers = Phrasebook.of(vocabulary, "area-opener")
        self._nests = Phrasebook.of(vocabulary, "area-opener", "nests")
        self._parts = Phrasebook.of(vocabulary, "area-opener", "part")
        self._or = Phrasebook.of(vocabulary, "range", "or")
        self._ends = Phrasebook.of(vocabulary, "area-end")
        self._generic = Phrasebook.of(vocabulary, "area-generic")
        self._for = Phrasebook.of(vocabulary, "about-opener")
        self._nouns = Phrasebook.of(vocabulary, "level-noun")
        self._levels = Phrasebook(c for c in vocabulary.cues("career-level") if c.value != "numbered")

    def claims(self, s: Surroundings, number: int, figures: list[Figure], offset: int) -> tuple[list[Experience], dict[int, str]]:
        """The claims of a passage's lengths of time, and for the others why there is none; `offset` claims stand before."""
        claims: list[Experience] = []
        refused: dict[int, str] = {}
        for figure in figures:
            reason = self._refusal(s, number, figure, bool(claims))
            if reason:
                refused[figure.index] = reason
            else:
                claims.append(self._claim(s, number, figure, claims, offset))
        return claims, refused

    def goes_on(self, s: Surroundings, figure: Figure, earlier: Figure) -> bool:
        """Whether a bare number counts years as the length of time before it does: "7+ years, with 3-5 in data", "8 years, 3 of them in
        data", "3 years, 5+ preferred"."""
        quantity = figure.quantity
        if quantity.kind != "count" or quantity.unit or earlier.quantity.unit != "year" or (quantity.low or 0) > _MOST_YEARS:
            return False
        after = (quantity.end, min(quantity.end + _AFTER, figure.right[1]))
        nests = self._nests.find(s.folded, figure.left[0], quantity.begin)
        opener = self._openers.first(s.folded, *after)
        if self._part(s, figure):
            return True
        if nests and quantity.begin - nests[-1].end < 3 and opener and opener.begin - quantity.end < 2:
            return True
        return self._demands.says(s, after) and quantity.begin - earlier.quantity.end < _NEAR

    def _refusal(self, s: Surroundings, number: int, figure: Figure, goes_on: bool) -> str:
        passage, quantity = s.reading.passages[number], figure.quantity
        if not passage.role and not s.reading.roles:
            return "length of time where no role is named"
        if quantity.unit not in ("year", "month"):
            return "length of time that is no experience"
        if not self._demands.asks(s, number) or s.quantities(s.line(number, figure), "money"):
            return "length of time in a line that asks for nothing"
        if (quantity.low or 0) > _MOST_YEARS * (12 if quantity.unit == "month" else 1):
            return "length of time that is no experience"
        speaks = self._words.find(s.folded, *s.line(number, figure))
        above = any(self._words.first(s.folded, f.begin, f.end) for f in s.frames(number) if f.kind in ("lead-in", "heading"))
        against = [x for x in self._not.find(s.folded, *s.line(number, figure))
                   if not any(w.begin <= x.begin and x.end <= w.end for w in speaks)]
        opens = passage.type in HARD_REQUIREMENTS and passage.form == "bullet" and (goes_on or quantity.begin - passage.begin < _OPENING)
        if not speaks and (not (above or opens) or against):
            return "length of time that is no experience"
        told = passage.type not in HARD_REQUIREMENTS and passage.form == "sentence"  # "we have 20 years of experience"
        if against and (told or _gap(against, quantity) < _gap(speaks, quantity)):
            return "length of time that is no experience"
        return ""

    def _claim(self, s: Surroundings, number: int, figure: Figure, earlier: list[Experience], offset: int) -> Experience:
        quantity = figure.quantity
        scale = _MONTHS if quantity.unit == "month" else Decimal(1)
        low, high = (quantity.low or Decimal(0)) / scale, quantity.high / scale if quantity.high is not None else None
        if quantity.at_most and high is None:
            low, high = Decimal(0), low
        part_of = None
        joined = self._nests.first(s.folded, *figure.left) is not None or self._part(s, figure) is not None
        joined = joined and self._or.first(s.folded, *figure.left) is None
        if earlier and joined and not earlier[-1].minimum < low:
            whole = earlier[-1].part_of
            part_of = whole if whole is not None else offset + len(earlier) - 1
        area, span = self._area(s, number, figure)
        passage = s.reading.passages[number]
        clause = self._clause(s, number, figure)
        subject = passage.role or (s.reading.roles[0] if s.reading.roles else None)
        level, within = self._level(s, figure)
        return Experience(
            subject=subject, evidence=(number,), confidence=0.95 if passage.type == "Qualification" else 0.9, method="length of time",
            modality=self._demands.modality(s, number, clause), minimum=_plain(low), maximum=_plain(high) if high is not None else None,
            open_ended=quantity.at_least, approximate=quantity.approximate, area=area, level=level,
            experience_in=tuple(dict.fromkeys(m.concept for m in s.mentions(span, *_AREA_KINDS) if not (within[0] <= m.begin < within[1]))),
            part_of=part_of, quantity=figure.index)

    def _part(self, s: Surroundings, figure: Figure) -> Signal | None:
        """The words directly after a number that say that it counts some of the years before it ("of them")."""
        end = figure.quantity.end
        found = self._parts.first(s.folded, end, min(end + _AFTER, figure.right[1]))
        return found if found and found.begin - end < 2 else None

    def _clause(self, s: Surroundings, number: int, figure: Figure) -> Span:
        """The words that a modality could stand in: the figure's own, up to the end of its clause."""
        end = s.reading.text.find(";", figure.right[0], figure.right[1])
        begin = max(s.reading.text.rfind(";", *figure.left) + 1, figure.left[0])
        return begin, end if end >= 0 else figure.right[1]

    def _area(self, s: Surroundings, number: int, figure: Figure) -> tuple[str, Span]:
        """What the experience is in, as stated: "of X experience", "experience in X", "in X", "X (5 years)"."""
        text, (begin, end) = s.reading.text, figure.right
        opened = text.rfind("(", figure.left[0], figure.left[1])
        named = [m for m in s.mentions(figure.left, *_AREA_KINDS) if opened - 2 <= m.end <= opened]
        if named:
            return s.reading.quote(named[0]), (named[0].begin, named[0].end)
        part = self._part(s, figure)
        begin = part.end if part else begin
        stop = _AREA_ENDS.search(text, begin, end)
        if stop and text[stop.start()] == ")" and text.find("(", begin, stop.start()) < 0:  # "(typically 9+ years) in developing"
            begin = stop.end()
            stop = _AREA_ENDS.search(text, begin, end)
        end = stop.start() if stop else end
        cut = self._ends.first(s.folded, begin, end)
        end = cut.begin if cut else end
        for span in self._candidates(s, begin, end):
            area, place = _trimmed(text, span)
            if area and not self._openers.value(area.lower()) and not self._is_generic(s, place) and not self._names_level(s, place):
                return area, place
        return "", (begin, begin)

    def _candidates(self, s: Surroundings, begin: int, end: int) -> Iterator[Span]:
        """Stretches after a length of time that may say what the experience is in, the likeliest first."""
        word = self._word(s, begin, end)
        opener = self._openers.first(s.folded, word.end if word and word.begin - begin < 60 else begin, end)
        if opener and (word is None or opener.begin - word.end < 3 or opener.begin < word.begin):
            yield opener.end, end
        if word:
            first = self._openers.first(s.folded, begin, word.begin)
            yield first.end if first and first.begin - begin < 3 else begin, word.begin
        rest = (word.end if word else begin, end)
        if len(s.reading.text[rest[0]:rest[1]].split()) <= _SHORT:
            yield rest

    def _is_generic(self, s: Surroundings, span: Span) -> bool:
        """Whether words leave open what the experience is in ("relevant professional")."""
        left = s.folded[span[0]:span[1]]
        for signal in reversed(self._generic.find(left)):
            left = left[:signal.begin] + left[signal.end:]
        return not left.strip(_EDGES)

    def _names_level(self, s: Surroundings, span: Span) -> bool:
        """Whether words only say for which stage of a career the years are: "for senior roles"."""
        found = self._levels.first(s.folded, *span)
        if found is None or not self._for.value(s.folded[span[0]:found.begin].strip()):
            return False
        return not (rest := s.folded[found.end:span[1]].strip(_EDGES)) or bool(self._nouns.value(rest))

    def _word(self, s: Surroundings, begin: int, end: int) -> Signal | None:
        """The word for experience after a length of time, with those that follow it directly ("hands-on experience")."""
        found = self._words.find(s.folded, begin, end)
        if not found:
            return None
        last = 0
        while last + 1 < len(found) and found[last + 1].begin - found[last].end <= 1:
            last += 1
        return Signal(found[0].begin, found[last].end, found[0].value)

    def _level(self, s: Surroundings, figure: Figure) -> tuple[str, Span]:
        """A stage of a career beside the figure, in the words of the text: "(entry-level)", "for senior roles", "Senior:"."""
        text, (begin, end) = s.reading.text, figure.right
        stop = text.find(";", begin, end)
        found = self._levels.find(s.folded, begin, stop if stop >= 0 else end)
        found += [x for x in self._levels.find(s.folded, *figure.left) if text[x.end:x.end + 1] == ":"]
        roles = s.mentions((figure.left[0], end), "Role")
        signal = next((x for x in found if not any(m.begin <= x.begin < m.end for m in roles)), None)
        return (text[signal.begin:signal.end], (signal.begin, signal.end)) if signal else ("", (0, 0))


def _gap(signals: list, quantity: Quantity) -> int:
    return min((max(x.begin - quantity.end, quantity.begin - x.end) for x in signals), default=10_000)


def _trimmed(text: str, span: Span) -> tuple[str, Span]:
    begin, end = span
    while begin < end and text[begin] in _EDGES:
        begin += 1
    while end > begin and text[end - 1] in _EDGES:
        end -= 1
    return text[begin:end], (begin, end)


def _plain(number: Decimal) -> Decimal:
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.quantize(Decimal("0.01")).normalize()
