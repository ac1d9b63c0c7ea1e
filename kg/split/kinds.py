"""The kinds of statements, which of them a section decides for all its items, and where a passage stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.language.cues import CueIndex

DEFINITION, RESPONSIBILITY = "Definition", "Responsibility"
REQUIREMENT, QUALIFICATION, SOFT_SKILL = "Requirement", "Qualification", "SoftSkill"
CAREER_STEP, MARKET_FACT, SALARY_FACT, TREND = "CareerStep", "MarketFact", "SalaryFact", "Trend"
BEST_PRACTICE, CHALLENGE, SOLUTION, SUMMARY, INTRO = "BestPractice", "Challenge", "Solution", "Summary", "Intro"

# families in which every item is of the family's type
CLOSED = frozenset((RESPONSIBILITY, BEST_PRACTICE, CHALLENGE, SOFT_SKILL, SALARY_FACT, SUMMARY, INTRO))
# what a heading that is nothing but a known name may switch a closed family to
SWITCHES = {
    SALARY_FACT: frozenset((RESPONSIBILITY, MARKET_FACT, TREND, BEST_PRACTICE, CHALLENGE)),
    INTRO: frozenset((RESPONSIBILITY, REQUIREMENT, QUALIFICATION, SALARY_FACT, MARKET_FACT, SOFT_SKILL)),
}
SWITCH = frozenset((RESPONSIBILITY, REQUIREMENT, SALARY_FACT, MARKET_FACT, BEST_PRACTICE, CHALLENGE, SOLUTION, TREND))

_PARENTHESIS = re.compile(r"\s*\([^()]*\)")


@dataclass(slots=True)
class Place:
    """Where a passage stands: its section's kind, its `form` ("pair" is a label with its value in no list), and

    `lead` the kind that its lead-in announces; `leading`: it opens a section with a list or subsections; `closing`: it follows a
    list or ends its section, `sums_up`: and says so; `subject`: it opens with a job title, `role_label`: its label is one;
    `header`: it is a table's header or caption; `direct`: it stands in no subsection.
    """

    family: str = ""
    inner: str = ""
    form: str = "bullet"
    lead: str = ""
    leading: bool = False
    closing: bool = False
    sums_up: bool = False
    subject: bool = False
    header: bool = False
    role_label: bool = False
    direct: bool = False


class HeadingKinds:
    """Tells the kinds of sections by their headings; `headings` are the cues of headings, `cues` those of passages."""

    def __init__(self, headings: CueIndex, cues: CueIndex) -> None:
        self._headings, self._cues = headings, cues

    def of(self, label: str) -> tuple[str, bool]:
        """The kind that a heading tells, or "", and whether the heading is nothing but a known name."""
        lower = _PARENTHESIS.sub("", label).strip(" ?:").lower()
        whole = self._headings.whole(lower)
        if whole:
            return whole[0], True
        hits = self._headings.hits(lower)
        if not hits:
            return "", False
        best = max(hits, key=lambda h: (h.end - h.begin > 14, -h.begin))
        return best.values[0], False

    def section(self, label: str, family: str, inner: str) -> tuple[str, str]:
        """(family, inner) of a section below one with the given pair; ("", "") at the root."""
        own, exact = self.of(label)
        if family in (REQUIREMENT, QUALIFICATION) and own in ("", REQUIREMENT) and self.is_soft(label):
            own = SOFT_SKILL
        if not own:
            return family, inner
        if not family or family == DEFINITION:
            return own, "" if own == CAREER_STEP else own
        if family in CLOSED:
            return (own, own) if exact and own in SWITCHES.get(family, SWITCH) else (family, inner)
        return family, own

    def is_soft(self, label: str) -> bool:
        """Whether a label names soft skills."""
        return SOFT_SKILL in self._cues.values(label.lower())
