"""The kinds of statements, which of them a section decides for all its items, and where a passage stands."""

from __future__ import annotations

from dataclasses import dataclass

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
