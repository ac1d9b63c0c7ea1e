"""What kind of statement a passage makes: by its content first, by its section second.

A section's kind is a pair: the family of its outermost heading that tells one, and the kind of the innermost. In most families
every item is of the family's type; in sections on requirements, careers, the market and trends the content decides.
"""

from __future__ import annotations

import re

from kg.language.cues import CueIndex
from kg.model import PREREQUISITES, Cue
from kg.namespaces import RG
from kg.split.kinds import (
    BEST_PRACTICE,
    CAREER_STEP,
    CHALLENGE,
    CLOSED,
    DEFINITION,
    INTRO,
    MARKET_FACT,
    QUALIFICATION,
    REQUIREMENT,
    RESPONSIBILITY,
    SALARY_FACT,
    SOFT_SKILL,
    SOLUTION,
    SUMMARY,
    TREND,
    HeadingKinds,
    Place,
)
from kg.split.marks import cells, is_value
from kg.vocabulary import Vocabulary

_MONEY = re.compile(r"[$\u00a2-\u00a5\u20a0-\u20cf]\s?\d|\d\s?[$\u00a2-\u00a5\u20a0-\u20cf]|\b[A-Z]{3}\s\d")
_PERCENT = re.compile(r"\d\s?%")
_FIGURE = re.compile(r"\d")
_LABEL = re.compile(r"(?:\*\*)?([^:.!?\n]{2,60}?)(?:\*\*)?:(?=\s|\*)")


class TypeReader:
    """Tells the types of passages, with the cues and soft skills of the vocabulary."""

    def __init__(self, vocabulary: Vocabulary, headings: CueIndex) -> None:
        # single words are too often part of something else: "balance", "planning"
        skills = (skill for skill in vocabulary.of_kind("Skill") if RG + SOFT_SKILL in skill.types)
        soft = [Cue(skill.label, SOFT_SKILL) for skill in skills if " " in skill.label]
        self._cues = CueIndex([*vocabulary.cues("passage-type"), *soft])
        self.headings = HeadingKinds(headings, self._cues)
        self._notices = CueIndex(c for c in vocabulary.cues("passage-type") if c.value == SUMMARY)
        discourse = vocabulary.cues("discourse")
        self._discourse = CueIndex(c for c in discourse if c.value in ("lead-in", "closing", "note"))
        self._learning = CueIndex(c for c in discourse if c.value == "learning")

    def passage(self, text: str, place: Place) -> str:
        """The type of a passage with these words at this place."""
        if place.header or text[-1] == ":":
            return INTRO
        lower = text.lower()
        if place.form == "row":
            return self._row(lower, text, place)
        found = _LABEL.match(lower)
        label = self._label(found.group(1)) if found else ""
        if label in (CHALLENGE, SOLUTION) or (label == SALARY_FACT and _MONEY.search(text)):
            return label
        if place.closing or (place.form == "sentence" and "closing" in self._discourse.begins(lower)):
            return self._closing(lower, place)
        if place.form == "sentence" and self._notices.search(lower):
            return SUMMARY
        if place.form == "sentence" and "lead-in" in self._discourse.begins(lower):
            return INTRO
        if place.form == "sentence" and place.leading:
            return self._opening(lower, text, place)
        if place.family in CLOSED:
            return self._in_closed(lower, place)
        kinds = self._cues.values(lower)
        if place.family in PREREQUISITES:
            return self._asked(kinds, place.inner, label, place.form)
        if place.family == CAREER_STEP:
            return self._career(lower, kinds, place, label)
        if place.family == MARKET_FACT:
            return self._market(text, kinds, place)
        if place.family == TREND:
            return self._trend(lower, text, kinds, place, found.end() if found else 0)
        return self._open(lower, text, kinds, place, label, found.end() if found else 0)

    def _label(self, words: str) -> str:
        """The kind that the label of an item tells, or ""."""
        own, exact = self.headings.of(words)
        if own == REQUIREMENT and self.headings.is_soft(words):
            return SOFT_SKILL
        return own if exact or (own in PREREQUISITES and len(words.split()) < 4) else ""

    def announced(self, lower: str) -> str:
        """The kind of items that a lead-in announces, or ""."""
        kinds = self._cues.values(lower)
        for kind in (RESPONSIBILITY, REQUIREMENT, QUALIFICATION, SOFT_SKILL, SALARY_FACT):
            if kind in kinds:
                return kind
        return ""

    def _row(self, lower: str, text: str, place: Place) -> str:
        if place.family == DEFINITION and len(cells(text)) > 2:
            return DEFINITION
        if place.family == SALARY_FACT or _MONEY.search(text):
            return SALARY_FACT
        if place.family in ("", DEFINITION):
            return self._figures(text, self._cues.values(lower)) or (MARKET_FACT if is_value(cells(text)[-1]) else DEFINITION)
        return place.family

    def _figures(self, text: str, kinds: set[str]) -> str:
        if _MONEY.search(text) and (SALARY_FACT in kinds or MARKET_FACT not in kinds):
            return SALARY_FACT
        return MARKET_FACT if MARKET_FACT in kinds and _FIGURE.search(text) else ""

    def _closing(self, lower: str, place: Place) -> str:
        if place.family == SALARY_FACT:
            return SALARY_FACT
        if place.sums_up or place.family not in ("", DEFINITION):
            return SUMMARY
        return QUALIFICATION if QUALIFICATION in self._cues.values(lower) else DEFINITION

    def _opening(self, lower: str, text: str, place: Place) -> str:
        """The type of a sentence in the paragraph that opens a section."""
        family = place.family
        lead_in = "lead-in" in self._discourse.values(lower)
        if family in (MARKET_FACT, SALARY_FACT, INTRO, SUMMARY):
            return family
        if family in (BEST_PRACTICE, CHALLENGE, SOFT_SKILL):
            return INTRO
        if family in PREREQUISITES:
            kinds = self._cues.values(lower)
            return QUALIFICATION if QUALIFICATION in kinds and not lead_in else INTRO
        if family == TREND:
            return INTRO if lead_in else TREND
        if family == RESPONSIBILITY:
            return INTRO if lead_in else DEFINITION
        if family == CAREER_STEP:
            return DEFINITION if place.subject and not lead_in and CAREER_STEP not in self._cues.values(lower) else INTRO
        kinds = self._cues.values(lower)
        if lead_in and DEFINITION not in kinds:
            return INTRO
        return DEFINITION if family == DEFINITION or place.subject else self._open(lower, text, kinds, place, "", 0)

    def _in_closed(self, lower: str, place: Place) -> str:
        if place.form == "sentence" and place.family == RESPONSIBILITY and place.subject and DEFINITION in self._cues.values(lower):
            return DEFINITION
        return place.family

    @staticmethod
    def _asked(kinds: set[str], inner: str, label: str, form: str = "bullet") -> str:
        """Requirement, Qualification or SoftSkill."""
        if label in PREREQUISITES:
            return QUALIFICATION if label == REQUIREMENT and QUALIFICATION in kinds else label
        if QUALIFICATION in kinds:
            return QUALIFICATION
        if inner in (SOFT_SKILL, QUALIFICATION):
            return inner
        if inner == RESPONSIBILITY or (inner == CAREER_STEP and form == "sentence"):
            return inner
        return SOFT_SKILL if SOFT_SKILL in kinds or inner == CAREER_STEP else REQUIREMENT

    def _career(self, lower: str, kinds: set[str], place: Place, label: str) -> str:
        if place.role_label:
            return CAREER_STEP
        if QUALIFICATION in kinds or label == QUALIFICATION:
            return QUALIFICATION
        if CAREER_STEP in kinds:
            return CAREER_STEP
        if place.inner in (SOFT_SKILL, RESPONSIBILITY, MARKET_FACT, SALARY_FACT, CAREER_STEP):
            return place.inner
        found = _LABEL.match(lower)
        start = lower[found.end():].lstrip(" *") if found else lower
        learnt = bool(self._learning.begins(start)) or REQUIREMENT in kinds or place.inner == REQUIREMENT
        if learnt:
            return SOFT_SKILL if SOFT_SKILL in kinds else REQUIREMENT
        return CAREER_STEP if place.form == "sentence" or place.direct else RESPONSIBILITY

    def _market(self, text: str, kinds: set[str], place: Place) -> str:
        if (_MONEY.search(text) and SALARY_FACT in kinds) or (SALARY_FACT in kinds and place.inner == SALARY_FACT):
            return SALARY_FACT
        if place.inner == SALARY_FACT and _MONEY.search(text):
            return SALARY_FACT
        if (place.inner in PREREQUISITES or place.lead in PREREQUISITES) and not _PERCENT.search(text):
            return self._asked(kinds, place.inner if place.inner in PREREQUISITES else "", "") if place.form == "bullet" else MARKET_FACT
        if QUALIFICATION in kinds and MARKET_FACT not in kinds and place.form != "sentence":
            return QUALIFICATION
        if RESPONSIBILITY in (place.inner, place.lead):
            return RESPONSIBILITY
        if place.inner == TREND:
            return TREND
        if CAREER_STEP in kinds and MARKET_FACT not in kinds:
            return CAREER_STEP
        return DEFINITION if place.subject and DEFINITION in kinds and MARKET_FACT not in kinds else MARKET_FACT

    def _trend(self, lower: str, text: str, kinds: set[str], place: Place, start: int) -> str:
        if _MONEY.search(text) and SALARY_FACT in kinds and MARKET_FACT not in kinds:
            return SALARY_FACT
        if MARKET_FACT in kinds and _FIGURE.search(text):
            return MARKET_FACT
        if RESPONSIBILITY in (place.inner, place.lead) or (place.subject and RESPONSIBILITY in kinds):
            return RESPONSIBILITY
        if place.form == "bullet" and (place.lead in PREREQUISITES or REQUIREMENT in self._cues.begins(lower[start:].lstrip(" *"))):
            return REQUIREMENT
        return TREND

    def _open(self, lower: str, text: str, kinds: set[str], place: Place, label: str, start: int) -> str:
        """The type where the section tells none, or only that it is an overview."""
        if label and label not in (DEFINITION, INTRO, SUMMARY):
            return self._asked(kinds, "", label) if label in PREREQUISITES else label
        figures = self._figures(text, kinds)
        if figures:
            return figures
        if place.form == "bullet":
            begins = self._cues.begins(lower[start:].lstrip(" *"))
            if QUALIFICATION in kinds:
                return QUALIFICATION
            if place.subject and place.family == DEFINITION:
                return DEFINITION
            if place.lead in PREREQUISITES or REQUIREMENT in begins or (REQUIREMENT in kinds and RESPONSIBILITY not in (place.lead, place.inner)):
                return self._asked(kinds, "", "")
            return place.lead if place.lead and place.lead != DEFINITION else RESPONSIBILITY
        if (place.subject and DEFINITION in kinds) or place.family == DEFINITION:
            return DEFINITION
        for kind in (QUALIFICATION, CAREER_STEP, SALARY_FACT, MARKET_FACT, TREND):
            if kind in kinds:
                return kind
        if place.form == "pair":
            return DEFINITION
        return self._asked(kinds, "", "") if REQUIREMENT in kinds else RESPONSIBILITY if RESPONSIBILITY in kinds else DEFINITION
