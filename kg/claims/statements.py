"""Statements: responsibilities, practices, challenges and trends of a role, and which solution answers which challenge."""

from __future__ import annotations

from collections.abc import Iterator

from kg.language.cues import CueIndex
from kg.model import Link, Passage, Reading, Statement
from kg.vocabulary import Vocabulary

_PROPERTIES = {
    "Responsibility": "hasResponsibility", "BestPractice": "followsPractice", "Challenge": "facesChallenge", "Trend": "affectedBy",
}
_LONGEST_LABEL = 60
# a shorter line of a list of soft skills names one ("Lead generation") and tells nobody what to do
_SHORTEST_DUTY = 4


class Statements:
    """Reads statements and their pairs; built once for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        cues = vocabulary.cues("remedy")
        self._labels = CueIndex(c for c in cues if c.value.endswith("-label"))
        self._problems = CueIndex(c for c in cues if c.value == "problem")
        self._actions = CueIndex(c for c in cues if c.value == "action")
        self._means = CueIndex(c for c in cues if c.value == "means")
        self._verbs = frozenset(c.phrase.casefold() for c in vocabulary.cues("verb"))

    def claims(self, reading: Reading) -> Iterator[Link]:
        """A link from the role to each statement, and from each challenge to its stated solution."""
        challenge: Statement | None = None
        for i, passage in enumerate(reading.passages):
            if passage.type == "Solution":
                if challenge is not None and reading.passages[challenge.passage].section == passage.section:
                    yield self._answer(challenge, self._statement(reading, i, "Solution"), 0.95, "labelled pair")
                continue
            challenge = None
            if passage.type == "SoftSkill" and passage.role is not None and self._is_duty(reading, passage):
                yield Link(subject=passage.role, evidence=(i,), confidence=0.8, method="duty among soft skills",
                           property=_PROPERTIES["Responsibility"], object=Statement("Responsibility", passage.begin, passage.end, i))
            if passage.type not in _PROPERTIES or passage.role is None:
                continue
            statement = self._statement(reading, i, passage.type)
            if passage.type == "Challenge":
                pair = self._pair(reading, i, passage)
                if pair:
                    statement = pair[0]
                    yield self._answer(*pair)
                else:
                    challenge = statement
            yield Link(subject=passage.role, evidence=(i,), confidence=0.95, method=f"{passage.type} passage",
                       property=_PROPERTIES[passage.type], object=statement)

    def _is_duty(self, reading: Reading, passage: Passage) -> bool:
        """Whether a line of a list of soft skills tells what to do ("Effectively explain results to customers")."""
        words = reading.text[_after(reading.text, self._label(reading, passage) or passage.begin, passage.end):passage.end].casefold().split()
        first = next((word for word in words[:2] if not word.endswith("ly")), "")
        return len(words) >= _SHORTEST_DUTY and first in self._verbs

    def _answer(self, challenge: Statement, solution: Statement, confidence: float, method: str) -> Link:
        return Link(subject=challenge, evidence=tuple(dict.fromkeys((challenge.passage, solution.passage))), confidence=confidence,
                    method=method, property="addressedBy", object=solution)

    def _statement(self, reading: Reading, index: int, kind: str) -> Statement:
        """A passage's words without a label that only names their sort ("Challenge: ")."""
        passage = reading.passages[index]
        label = self._label(reading, passage)
        if label and self._labels.whole(reading.text[passage.begin:label].strip(" *_:").lower()):
            return Statement(kind, _after(reading.text, label, passage.end), passage.end, index)
        return Statement(kind, passage.begin, passage.end, index)

    @staticmethod
    def _label(reading: Reading, passage: Passage) -> int:
        """Where the label of "label: sentence" ends, 0 if there is none."""
        at = reading.text.find(": ", passage.begin, min(passage.end, passage.begin + _LONGEST_LABEL))
        return at + 1 if at >= 0 else 0

    def _pair(self, reading: Reading, index: int, passage: Passage) -> tuple[Statement, Statement, float, str] | None:
        """Problem and remedy in one passage: "<problem> through <means>", "<problem>: <remedy>"."""
        text = reading.text
        label = self._label(reading, passage)
        begin = _after(text, label, passage.end) if label else passage.begin
        means = self._means.hits(text[begin:passage.end].lower())
        if means and means[0].begin > 0 and begin + means[0].end + 1 < passage.end:
            first = means[0]
            stated = Statement("Challenge", begin, begin + len(text[begin:begin + first.begin].rstrip()), index)
            answer = Statement("Solution", _after(text, begin + first.end, passage.end), _before_stop(text, passage), index)
            return stated, answer, 0.85, "through means"
        if label and self._problems.hits(text[passage.begin:label].lower()) and self._actions.begins(text[begin:passage.end].lower()):
            stated = Statement("Challenge", passage.begin, label - 1, index)
            return stated, Statement("Solution", begin, passage.end, index), 0.75, "problem and remedy"
        return None


def _after(text: str, place: int, end: int) -> int:
    while place < end and text[place] in " \t*_:":
        place += 1
    return place


def _before_stop(text: str, passage: Passage) -> int:
    return passage.end - (text[passage.end - 1] == ".")
