"""What whole texts say of pay, markets, years and degrees: from headings and lines to claims, through all stages."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kg import pipeline
from kg.model import Document, Education, Experience, Market, Reading, Salary


def read(text: str) -> Reading:
    return pipeline.read(pipeline.shared(()), Document("text", text, "text"))


def of(reading: Reading, kind: type) -> list:
    return [c for c in reading.claims if isinstance(c, kind)]


def local(iri: str | None) -> str:
    return (iri or "").rsplit("/", 1)[-1]


@pytest.mark.parametrize("line", [
    "Rust saw a 48% increase in job mentions.",
    "Mentions in job adverts of Terraform rose by 48%.",
    "Kotlin: up 48% in mentions in job postings",
])
def test_being_named_in_more_adverts_is_growth_of_adverts(line: str):
    found = of(read(f"# Backend Engineer\n\n## Job Market\n- {line}\n"), Market)
    assert [(c.measure, c.amount) for c in found] == [("job postings growth", Decimal(48))]


@pytest.mark.parametrize(("line", "names"), [
    ("10th-90th percentile: $61,000-$118,000", ("p10", "p90")),
    ("25th to 75th percentile pay: $61,000 to $118,000", ("p25", "p75")),
    ("10th and 90th percentiles: $61,000 – $118,000", ("p10", "p90")),
    ("Pay from $61,000 to $118,000 (P25–P75)", ("p25", "p75")),
    ("25. bis 75. Perzentil: 61.000 € – 118.000 €", ("p25", "p75")),
])
def test_a_range_whose_ends_are_percentiles_is_two_statistics(line: str, names: tuple[str, str]):
    found = of(read(f"# Nurse\n\n## Salary\n- {line}\n"), Salary)
    assert [(c.statistic, c.amount) for c in found] == [(names[0], Decimal(61000)), (names[1], Decimal(118000))]


@pytest.mark.parametrize("line", ["90th percentile earners: $150,000 to $190,000", "Median range (25th-75th percentile): $61,000 to $118,000"])
def test_a_range_beside_one_percentile_or_three_stays_a_range(line: str):
    found = of(read(f"# Nurse\n\n## Salary\n- {line}\n"), Salary)
    assert len(found) == 1 and found[0].minimum is not None and found[0].maximum is not None


@pytest.mark.parametrize(("line", "levels"), [
    ("Abgeschlossenes Hochschulstudium (Master oder Promotion) in Physik", ["master", "doctorate"]),
    ("University degree: Master's or PhD in Physics", ["master", "doctorate"]),
    ("College degree (Bachelor's or Master's) in Physics", ["bachelor", "master"]),
    ("Hochschulabschluss oder Promotion in Physik", ["bachelor", "doctorate"]),
    ("Bachelor's degree (or Master's) in Physics", ["bachelor", "master"]),
])
def test_a_degree_whose_level_the_parenthesis_says_adds_no_level(line: str, levels: list[str]):
    found = of(read(f"# Data Scientist\n\n## Qualifications\n- {line}\n"), Education)
    assert [[local(d) for d in c.degrees] for c in found] == [levels]


@pytest.mark.parametrize(("line", "whole", "part", "area"), [
    ("9+ years of software engineering, 4 of them in payments", 9, 4, "payments"),
    ("9 years in engineering, 4 of which in distributed systems", 9, 4, "distributed systems"),
    ("9 Jahre Berufserfahrung, 4 davon in der Zahlungsabwicklung", 9, 4, "Zahlungsabwicklung"),
    ("9+ years of experience, 4 of those as a tech lead", 9, 4, "tech lead"),
])
def test_some_of_the_years_are_a_part_of_them(line: str, whole: int, part: int, area: str):
    found = of(read(f"# Platform Engineer\n\n## Requirements\n- {line}\n"), Experience)
    assert [(c.minimum, c.part_of) for c in found] == [(Decimal(whole), None), (Decimal(part), 0)]
    assert found[1].area == area


SIMILAR = """# Surveyors

## What Surveyors Do
Surveyors measure land. Surveyors typically need a bachelor's degree.

## Similar Occupations
Cartographers make maps. They usually need a master's degree and earn about $78,000.

Economists study markets. A doctorate is required of most economists.
"""


def test_prose_about_similar_occupations_is_not_about_the_pages_own():
    reading = read(SIMILAR)
    asked = {(local(c.subject), local(d)) for c in of(reading, Education) for d in c.degrees}
    assert asked == {("surveyor", "bachelor"), ("economist", "doctorate")}
    assert all(local(c.subject) != "surveyor" for c in of(reading, Salary))


@pytest.mark.parametrize("line", [
    "LinkedIn reports that demand for web developers grew 21% in 2024.",
    "Indeed predicts that hiring of web developers will grow 21%.",
])
def test_who_is_said_to_report_a_figure_is_its_source(line: str):
    found = of(read(f"# Web Developer\n\n## Job Outlook\n{line}\n"), Market)
    assert [local(c.source) for c in found] == [line.split()[0].lower()]


def test_reports_that_somebody_writes_are_no_statement():
    reading = read("# Marketing Analyst\n\n## Responsibilities\n- Prepare LinkedIn reports and dashboards\n")
    assert not [m for m in reading.mentions if m.kind == "Organization"]
