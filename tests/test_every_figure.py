"""Every figure of a document is in a claim or in the list of those that are in none, with the reason; `explain` shows both."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import pipeline
from kg.explain import explain_html
from kg.model import Document, Market, Reading, Salary
from tests.conftest import GUIDES, ROOT, TESTDATA, needs_testdata

NUMBER = re.compile(r"\d(?:[\d.,]*\d)?")
FIGURES = ["$120,000", "$95k–$110k", "5+ years", "three years", "40%", "1.2 million jobs", "₹12 LPA", "€ 52.000 – 64.000", "2023", "from 2022 to 2032",
           "25th percentile", "top 10%", "401(k)", "GPT-4", "3.11", "24/7", "(5)", "USD 3.4 billion", "10,000", "1'250", "a decade", "Q3 2024", "#1", "9-5",
           "12,00,000", "v2.0", "50/50", "1-800-555-0199", "$18.50/hr", "-3%", "½", "CHF 110'000", "2,000 openings"]
WORDS = ["The average salary is", "Experience:", "We ask for", "grew by", "in Austin, TX", "of data engineers", "per year", "and", "to", "by", "with", ";", ".", ":",
         "(", ")", "|", "\n", "\n\n", "\n- ", "\n## Salary\n", "\n| ", "Bachelor's degree", "up to", "over", "~", "+", "about", "the market", "at Google"]


def read(text: str) -> Reading:
    return pipeline.read(pipeline.shared(()), Document("d", text, "d"))


def unaccounted(reading: Reading) -> list[str]:
    """Numbers that are neither within a claim's figure nor among those left over."""
    claimed = {q for c in reading.claims if (q := getattr(c, "quantity", None)) is not None}
    spans = [(reading.quantities[q].begin, reading.quantities[q].end) for q in claimed] + [(s.begin, s.end) for s in reading.skipped]
    covered = bytearray(len(reading.text))
    for begin, end in spans:
        covered[begin:end] = b"\1" * (end - begin)
    return [m.group() for m in NUMBER.finditer(reading.text) if not all(covered[m.start():m.end()])]


def documents() -> list[Path]:
    return [*sorted(GUIDES.glob("*.txt")), *sorted((ROOT / "data" / "gold").glob("*.txt"))]


@pytest.mark.parametrize("path", documents(), ids=lambda p: p.stem)
def test_no_figure_of_a_document_is_lost(path: Path):
    reading = read(path.read_text(encoding="utf-8"))
    assert not unaccounted(reading)
    assert all(s.reason for s in reading.skipped)


@needs_testdata
def test_no_figure_of_an_official_page_is_lost():
    for path in sorted((TESTDATA / "corpus" / "ooh").glob("*.txt"))[::6]:
        assert not unaccounted(read(path.read_text(encoding="utf-8"))), path.stem


@settings(deadline=None, max_examples=150)
@given(st.lists(st.sampled_from([*FIGURES, *WORDS]), max_size=25))
def test_no_figure_is_lost_wherever_it_stands(parts: list[str]):
    reading = read("# Data Engineer\n\n" + " ".join(parts) + "\n")
    assert not unaccounted(reading)
    quantities = [(q.begin, q.end) for q in reading.quantities]
    assert quantities == sorted(quantities) and all(a[1] <= b[0] for a, b in zip(quantities, quantities[1:], strict=False))


def test_no_figure_is_both_claimed_and_left_over():
    for path in documents():
        reading = read(path.read_text(encoding="utf-8"))
        claimed = {(reading.quantities[c.quantity].begin, reading.quantities[c.quantity].end) for c in reading.claims if getattr(c, "quantity", None) is not None}
        assert not claimed & {(s.begin, s.end) for s in reading.skipped}


def test_explain_shows_claims_with_what_they_inherit_and_what_is_left_over():
    reading = read("# Data Engineer\n\n## Salary (US, 2024)\n\n- Average: $120,000\n- 401(k) with a 4% match\n")
    page = explain_html([reading])
    assert "place inherited" in page and "as_of inherited" in page and "120000 USD per year" in page
    assert "4%" in page and all(s.reason in page for s in reading.skipped)


def test_what_is_inherited_is_said_of_every_qualifier_from_above():
    for path in documents():
        reading = read(path.read_text(encoding="utf-8"))
        for claim in reading.claims:
            if isinstance(claim, Salary):
                assert all(getattr(claim, name) for name in claim.inherited if name != "role"), claim
            elif isinstance(claim, Market):
                assert all({"from": claim.start, "to": claim.stop, "role": claim.subject}[name] for name in claim.inherited), claim
