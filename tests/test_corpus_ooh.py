"""Official occupation pages (Occupational Outlook Handbook): what is read agrees with the figures published as data.

A page's own figures are those of its role; a median that its text gives only by the hour is compared by the hour.
"""

import csv
from dataclasses import dataclass, field
from functools import cache

import pytest

from kg import pipeline
from kg.model import Claim, Education, Link, Market, Reading, Salary
from kg.read.reader import read
from kg.settings import load as settings
from tests.conftest import TESTDATA, needs_testdata

pytestmark = needs_testdata
OOH, HTML = TESTDATA / "corpus" / "ooh", TESTDATA / "corpus" / "ooh-html"
SIMILAR = "Similar Occupations"
LEAST = 0.95


@dataclass(slots=True)
class Outcome:
    """How many of the figures asked for agree, and what is wrong with the others."""

    asked: int = 0
    right: int = 0
    wrong: list[str] = field(default_factory=list)

    def count(self, agrees: bool, said: str) -> None:
        self.asked += 1
        self.right += agrees
        if not agrees:
            self.wrong.append(said)


@cache
def published() -> dict[str, dict[str, str]]:
    """The published figures by page."""
    with (OOH / "figures.csv").open(encoding="utf-8", newline="") as stream:
        return {row["slug"]: row for row in csv.DictReader(stream)}


def readings(folder, ending: str) -> list[tuple[str, Reading]]:
    nlp = pipeline.shared(())
    return [(path.stem, pipeline.read(nlp, next(iter(read(path, settings()))))) for path in sorted(folder.glob(f"*{ending}"))]


@pytest.fixture(scope="module")
def pages() -> list[tuple[str, Reading]]:
    return readings(OOH, ".txt")


def own(reading: Reading, kind: type[Claim]) -> list:
    role = reading.roles[0] if reading.roles else None
    return [c for c in reading.claims if isinstance(c, kind) and c.subject == role]


def medians(reading: Reading, per: str) -> set[float]:
    return {float(c.amount) for c in own(reading, Salary) if c.statistic == "median" and c.per == per and c.amount is not None}


def market(reading: Reading, measure: str, unit: str) -> set[float]:
    return {float(c.amount) for c in own(reading, Market) if c.measure == measure and c.unit == unit}


def pay_agrees(reading: Reading, row: dict[str, str]) -> bool:
    yearly = medians(reading, "year")
    if yearly:
        return float(row["median_pay_annual"]) in yearly
    return float(row["median_pay_hourly"]) in medians(reading, "hour")


def entry_levels(reading: Reading) -> set[str]:
    return {degree.rsplit("/", 1)[-1] for c in own(reading, Education) for degree in c.degrees}


EDUCATION = {"Bachelor's degree": "bachelor", "Master's degree": "master", "Associate's degree": "associate", "Doctoral or professional degree": "doctor",
             "High school diploma or equivalent": "high-school", "Postsecondary nondegree award": "postsecondary-nondegree"}
CHECKS = {
    "pay": ("median_pay_annual", pay_agrees),
    "jobs": ("num_jobs_2024", lambda reading, row: float(row["num_jobs_2024"]) in market(reading, "jobs", "jobs")),
    "growth": ("outlook_pct", lambda reading, row: float(row["outlook_pct"]) in market(reading, "job growth", "percent")),
    "education": ("entry_education", lambda reading, row: any(level.startswith(EDUCATION[row["entry_education"]]) for level in entry_levels(reading))),
}


def compare(found: list[tuple[str, Reading]], check: str) -> Outcome:
    field_, agrees = CHECKS[check]
    outcome = Outcome()
    for page, reading in found:
        row = published().get(page, {})
        stated = row.get(field_, "")
        if not stated or (check == "education" and stated not in EDUCATION):
            continue
        outcome.count(agrees(reading, row), f"{page}: {check} is {stated}")
    return outcome


@pytest.mark.parametrize("check", CHECKS)
def test_figures_of_a_page_agree_with_those_published(pages, check: str):
    outcome = compare(pages, check)
    assert outcome.asked > 40
    assert outcome.right >= LEAST * outcome.asked, "\n".join(outcome.wrong)


def test_no_figure_of_similar_occupations_is_the_pages_own(pages):
    for page, reading in pages:
        own_role = reading.roles[0]
        taken = [reading.quote(reading.passages[c.evidence[0]]) for c in reading.claims
                 if not isinstance(c, Link) and c.subject == own_role and SIMILAR in reading.passages[c.evidence[0]].path]
        assert not taken, f"{page}: {taken}"


def test_figures_of_all_occupations_are_no_roles_pay(pages):
    for page, reading in pages:
        for claim in reading.claims:
            words = reading.quote(reading.passages[claim.evidence[0]])
            assert not (isinstance(claim, Salary) and words.startswith("Total, all occupations")), page


@pytest.mark.parametrize("check", ["pay", "jobs", "growth"])
def test_pages_as_html_agree_too(check: str):
    expected = {"database-administrators": (123100, 144900, 4), "information-security-analysts": (124910, 182800, 29),
                "software-developers": (131450, 1895500, 15)}
    position = ["pay", "jobs", "growth"].index(check)
    for page, reading in readings(HTML, ".html"):
        found = {"pay": lambda r: medians(r, "year"), "jobs": lambda r: market(r, "jobs", "jobs"), "growth": lambda r: market(r, "job growth", "percent")}
        assert expected[page][position] in found[check](reading), page
