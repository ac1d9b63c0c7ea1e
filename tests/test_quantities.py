"""Figures with their units, in the notations of several languages and countries."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.language.phrases import fold
from kg.model import Document, Passage, Quantity, Reading, Section
from kg.quantities.finder import QuantityFinder
from kg.quantities.numerals import NUMERAL, read_numeral
from kg.vocabulary import load


@cache
def finder() -> QuantityFinder:
    return QuantityFinder(load())


def find(text: str) -> list[Quantity]:
    return finder().find(text, 0, len(text))


def only(text: str, kind: str) -> Quantity:
    found = [q for q in find(text) if q.kind == kind]
    assert len(found) == 1, f"{text!r} gives {found}"
    return found[0]


MONEY = [
    ("Average annual salary: $147,220", 147220, None, "USD", ""),
    ("$118,500 (25th percentile) to $173,000 (75th percentile)", 118500, 173000, "USD", ""),
    ("65.000 - 80.000 € brutto pro Jahr", 65000, 80000, "EUR", "year"),
    ("Gehalt: 4.500 € bis 5.500 € / Monat", 4500, 5500, "EUR", "month"),
    ("60 000 EUR", 60000, None, "EUR", ""),
    ("1 234,50 €", Decimal("1234.5"), None, "EUR", ""),
    ("CHF 120'000 – 140'000 p.a.", 120000, 140000, "CHF", "year"),
    ("₹12-18 LPA", 1200000, 1800000, "INR", "year"),
    ("8 to 12 LPA", 800000, 1200000, "INR", "year"),
    ("₹6-12 lakh per annum", 600000, 1200000, "INR", "year"),
    ("Rs. 25 lakhs p.a.", 2500000, None, "INR", "year"),
    ("up to ₹1.2 crore", 12000000, None, "INR", ""),
    ("INR 8,00,000 - 12,00,000 per annum", 800000, 1200000, "INR", "year"),
    ("£55k–£65k p.a.", 55000, 65000, "GBP", "year"),
    ("£500-£600 per day", 500, 600, "GBP", "day"),
    ("$120k-150k", 120000, 150000, "USD", ""),
    ("$120-150K", 120000, 150000, "USD", ""),
    ("$45/hr - $60/hr", 45, 60, "USD", "hour"),
    ("$45 - $60 per hour", 45, 60, "USD", "hour"),
    ("$20 an hour", 20, None, "USD", "hour"),
    ("A$150,000 + super", 150000, None, "AUD", ""),
    ("C$90,000", 90000, None, "CAD", ""),
    ("$90,000 CAD to $120,000 CAD", 90000, 120000, "CAD", ""),
    ("between $147,220 and $159,578 per year", 147220, 159578, "USD", "year"),
    ("from $70,000 for entry-level positions to over $285,000", 70000, 285000, "USD", ""),
    ("USD 3.4 billion", 3400000000, None, "USD", ""),
    ("$1,064.4 million", 1064400000, None, "USD", ""),
    ("3,4 Mrd. €", 3400000000, None, "EUR", ""),
    ("1.234 Mio. Euro", 1234000000, None, "EUR", ""),
    ("30 000 zł", 30000, None, "PLN", ""),
    ("45 000 kr per month", 45000, None, "SEK", "month"),
    ("R450 000 per annum", 450000, None, "ZAR", "year"),
    ("The pay range is $98,600.00 - $147,900.00 USD annually", 98600, 147900, "USD", "year"),
    ("55 T€", 55000, None, "EUR", ""),
    ("$5 to $10 million", 5000000, 10000000, "USD", ""),
]


@pytest.mark.parametrize(("text", "low", "high", "currency", "per"), MONEY, ids=[m[0] for m in MONEY])
def test_money(text: str, low: object, high: object, currency: str, per: str):
    found = only(text, "money")
    assert (found.low, found.high, found.unit, found.per) == (low, high, currency, per)


@pytest.mark.parametrize(("text", "at_least", "at_most", "approximate"), [
    ("up to $196,000", False, True, False),
    ("over $665,000", True, False, False),
    ("$396,000 or more", True, False, False),
    ("Range: $177,177 to $250,000+ per year", True, False, False),
    ("between $196,000 to over $665,000", True, False, False),
    ("Starting around $115,000", True, False, True),
    ("~$92,000", False, False, True),
    ("ca. 60.000 €", False, False, True),
    ("ab 55.000 Euro", True, False, False),
    ("bis zu 90.000 €", False, True, False),
    ("from $80,000", True, False, False),
    ("from $80,000 to $90,000", False, False, False),
    ("grow from $1.1 billion in 2023 and so on to $13 billion", False, False, False),
    ("$133,080", False, False, False),
])
def test_bounds(text: str, at_least: bool, at_most: bool, approximate: bool):
    found = next(q for q in find(text) if q.kind == "money")
    assert (found.at_least, found.at_most, found.approximate) == (at_least, at_most, approximate)


@pytest.mark.parametrize(("text", "low", "high", "unit", "open_ended"), [
    ("7+ years of experience", 7, None, "year", True),
    ("7-14+ years", 7, 14, "year", True),
    ("about a decade of experience", 10, None, "year", False),
    ("ten (10) years", 10, None, "year", False),
    ("Two (2) or more years", 2, None, "year", True),
    ("eight (8) to ten (10) years", 8, 10, "year", False),
    ("five to seven years", 5, 7, "year", False),
    ("3- or 4-year apprenticeship", 3, 4, "year", False),
    ("between 5 and 7 years", 5, 7, "year", False),
    ("5 or more years", 5, None, "year", True),
    ("5 years or more", 5, None, "year", True),
    ("minimum of 10 years", 10, None, "year", True),
    ("18 months", 18, None, "month", False),
    ("3yrs", 3, None, "year", False),
    ("mind. 3 Jahre Berufserfahrung", 3, None, "year", True),
    ("5-jährige Erfahrung", 5, None, "year", False),
])
def test_durations(text: str, low: int, high: int | None, unit: str, open_ended: bool):
    found = only(text, "duration")
    assert (found.low, found.high, found.unit, found.at_least) == (low, high, unit, open_ended)


@pytest.mark.parametrize(("text", "low", "high"), [
    ("43.5%", Decimal("43.5"), None), ("16 percent", 16, None), ("-3%", -3, None), ("−3 %", -3, None), ("10-15%", 10, 15),
    ("43,5 %", Decimal("43.5"), None), ("20–25 % der Stellen", 20, 25), ("1,250%", 1250, None), ("3.125%", Decimal("3.125"), None),
])
def test_percentages(text: str, low: object, high: object):
    found = only(text, "percent")
    assert (found.low, found.high, found.unit) == (low, high, "percent")


@pytest.mark.parametrize(("text", "low", "unit"), [
    ("about 1 million new jobs", 1000000, "jobs"), ("1.7 million jobs", 1700000, "jobs"), ("About 129,200 openings for bakers", 129200,
    "jobs"),
    ("over 2000 jobs", 2000, "jobs"), ("1,2 Mio. offene Stellen", 1200000, "jobs"), ("1.200 Stellen", 1200, "jobs"),
])
def test_counts(text: str, low: int, unit: str):
    found = only(text, "count")
    assert (found.low, found.unit) == (low, unit)


@pytest.mark.parametrize(("text", "start", "stop"), [
    ("from 2023 to 2027", "2023", "2027"), ("2024-34", "2024", "2034"), ("2024–34", "2024", "2034"), ("by 2030", "", "2030"),
    ("through 2031", "", "2031"), ("May 2024", "2024-05", ""), ("January 1, 2025", "2025-01-01", ""), ("1. Januar 2025", "2025-01-01", ""),
    ("from November 2022 to February 2024", "2022-11", "2024-02"), ("(US Market, 2024)", "2024", ""), ("31.1.2025", "2025-01-31", ""),
    ("01/31/2025", "2025-01-31", ""), ("2025-01-31", "2025-01-31", ""), ("since 2019", "2019", ""), ("bis 2030", "", "2030"),
    ("May–June 2024", "2024-05", "2024-06"), ("Q1 2024", "2024", ""), ("between 2019 and 2023", "2019", "2023"),
])
def test_periods(text: str, start: str, stop: str):
    found = only(text, "period")
    assert (found.start, found.stop) == (start, stop)


def test_a_period_without_a_date_says_whether_it_points_back():
    units = [only(t, "period").unit for t in ("up 5% in the past year", "a rate of 5% in the forecast period", "in the past 10 years")]
    assert units == ["relative", "same", "relative"]


@pytest.mark.parametrize("text", [
    "PRINCE2", "GPT-4", "6figr", "C++17", "3D", "24/7", "401(k)", "Fortune 500", "15-1252", "v2.0.1", "H-1B", "B2B",
    "mehrjährige Erfahrung", "one of the teams",
    "Sales rose in the north", "ALL THE TIME",
])
def test_names_and_codes_are_no_quantities(text: str):
    assert find(text) == []


def test_a_code_that_is_a_word_needs_an_amount_beside_it():
    assert [q.kind for q in find("TOP 10% of ALL 50 states")] == ["percent", "count"]
    assert only("TOP 120,000 a year", "money").unit == "TOP"


def test_several_figures_of_a_line_stay_apart():
    text = "2024 Median Pay: $131,450 per year $63.20 per hour"
    assert [(q.kind, q.low, q.per) for q in find(text)] == [("period", None, ""), ("money", 131450, "year"), ("money", Decimal("63.2"),
    "hour")]
    text = "grow from $1,064.4 million in 2023 to $13,321.8 million by 2030"
    assert [q.low for q in find(text) if q.kind == "money"] == [1064400000, 13321800000]


def test_find_all_reads_headings_and_passages_in_order_of_place():
    text = "Pay (2024)\nMean: $100,000\n"
    reading = Reading(Document("d", text, "d"), text, sections=[Section("Pay (2024)", 0, 10, 1)],
                      passages=[Passage(11, 25, 0, ("Pay (2024)",), "SalaryFact")])
    finder().find_all(reading)
    assert [reading.quote(q) for q in reading.quantities] == ["2024", "$100,000"]


# invariants

AMOUNTS = st.integers(min_value=1000, max_value=99_999_999)
STYLES = {
    "us": lambda n, c: f"{n:,}" + (f".{c:02}" if c else ""),
    "de": lambda n, c: f"{n:,}".replace(",", ".") + (f",{c:02}" if c else ""),
    "ch": lambda n, c: f"{n:,}".replace(",", "'") + (f".{c:02}" if c else ""),
    "fr": lambda n, c: f"{n:,}".replace(",", "\u202f") + (f",{c:02}" if c else ""),
    "plain": lambda n, c: str(n) + (f".{c:02}" if c else ""),
}


def indian(number: int) -> str:
    head, tail = str(number)[:-3], str(number)[-3:]
    groups = [head[max(0, i - 2):i] for i in range(len(head), 0, -2)]
    return ",".join([*reversed(groups), tail])


@given(AMOUNTS, st.integers(0, 99), st.sampled_from(sorted(STYLES)))
def test_amounts_of_money_survive_every_notation(number: int, cents: int, style: str):
    written = f"pays {STYLES[style](number, cents)} EUR"
    assert only(written, "money").low == Decimal(number) + Decimal(cents) / 100


@given(AMOUNTS)
def test_amounts_survive_indian_grouping(number: int):
    assert only(f"₹{indian(number)}", "money").low == number


@given(st.lists(st.sampled_from(
    ["$", "€", "₹", "EUR", "120", "1,064.4", "65.000", "k", " ", " - ", " to ", "between ", " and ", "up to ", "years", "+", "%",
    "percent", "lakh", "LPA", "per year",
     "2024", "–34", "May ", "(", ")", "ten", " a ", "decade", "\n", "x", "İ", "ß", "．", "٣", "\u202f", "~", "million", "jobs", "from ",
     "/", ".", ","]), max_size=30))
def test_every_quantity_lies_in_the_text_and_states_something(pieces: list[str]):
    text = "".join(pieces)
    last = 0
    for quantity in find(text):
        assert last <= quantity.begin < quantity.end <= len(text)
        last = quantity.end
        quote = text[quantity.begin:quantity.end]
        assert quote == quote.strip()
        assert quantity.kind in ("money", "percent", "duration", "count", "period")
        assert quantity.kind == "period" or quantity.low is not None
        assert quantity.high is None or quantity.low <= quantity.high
        assert quantity.kind != "money" or re.fullmatch("[A-Z]{3}", quantity.unit)
        for date in (quantity.start, quantity.stop):
            assert re.fullmatch(r"(\d{4}(-\d\d(-\d\d)?)?)?", date)


@given(st.text(max_size=200))
def test_any_text_is_read_without_error_and_at_its_own_offsets(text: str):
    inside = "xx " + text + " xx"
    alone = find(text)
    shifted = finder().find(inside, 3, 3 + len(text))
    assert [(q.begin + 3, q.end + 3, q.low) for q in alone] == [(q.begin, q.end, q.low) for q in shifted]


@given(st.text(max_size=100))
def test_folding_keeps_every_code_point_in_its_place(text: str):
    assert len(fold(text)) == len(text)


@given(st.from_regex(NUMERAL, fullmatch=True))
def test_numerals_are_read_up_to_a_length_within_them(text: str):
    number = read_numeral(text)
    assert number is None or 0 < number.length <= len(text)
