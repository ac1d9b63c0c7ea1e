"""Claims from figures and degrees: whose, which statistic, from whom, where, when; and why other figures are none."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model import Claim, Document, Education, Experience, Market, Mention, Passage, Reading, Salary, Section
from kg.observations.figures import Observations
from kg.quantities.finder import QuantityFinder
from kg.titles.reader import TitleReader
from kg.vocabulary import Vocabulary, load

MARKED = re.compile(r"\[\[([^|\]]+)\|(\w+)(?:\|([^\]]+))?\]\]")
LINE = re.compile(r"(?P<level>#+ )?(?:\{(?P<type>\w+)\})?(?P<mark>- |\| )?(?P<other>\? )?(?P<rest>.*)")
OWN = "Data Engineer"


@cache
def vocabulary() -> Vocabulary:
    return load()


@cache
def stages() -> tuple[QuantityFinder, Observations]:
    return QuantityFinder(vocabulary()), Observations(vocabulary(), TitleReader(vocabulary()))


def iri(kind: str, label: str) -> str:
    concept = vocabulary().find(label, kind)
    assert concept is not None, f"the vocabulary has no {kind} {label!r}"
    return concept.iri


def label(concept: str | None) -> str | None:
    return vocabulary().concepts[concept].label if concept else None


def read(markup: str, role: str = OWN) -> Reading:
    """A reading of lines: "# heading", "- bullet", "| row", sentences; "{Type}" sets the type of what follows.

    "[[ML engineers|Role|Machine Learning Engineer]]" marks a mention. A row whose first cell is a role is about that role;
    "| ? " is a row about none that is known.
    """
    text, sections, passages, mentions, chain, kind = "", [], [], [], [], "SalaryFact"
    own = iri("Role", role)
    for line in markup.strip().split("\n"):
        found = LINE.fullmatch(line.strip())
        kind = found["type"] or kind
        begin, plain, marks = len(text), "", []
        last = 0
        for mark in MARKED.finditer(found["rest"]):
            plain += found["rest"][last:mark.start()]
            marks.append((begin + len(plain), begin + len(plain) + len(mark[1]), mark[2], iri(mark[2], mark[3] or mark[1])))
            plain, last = plain + mark[1], mark.end()
        plain += found["rest"][last:]
        text += plain + "\n"
        if not plain:
            continue
        if found["level"]:
            depth = len(found["level"]) - 1
            chain = chain[:depth - 1]
            sections.append(Section(plain, begin, begin + len(plain), depth, chain[-1] if chain else None))
            chain.append(len(sections) - 1)
        else:
            form = {"- ": "bullet", "| ": "row", None: "sentence"}[found["mark"]]
            about = next((m[3] for m in marks if m[2] == "Role" and form == "row" and m[0] == begin), None if found["other"] else own)
            passages.append(Passage(begin, begin + len(plain), chain[-1] if chain else None, tuple(sections[i].label for i in chain), kind,
                about, form))
        mentions += [Mention(a, b, concept, k, None if found["level"] else len(passages) - 1, 1.0, "marked") for a, b, k, concept in marks]
    reading = Reading(Document("d", text, "d"), text, roles=[own], sections=sections, passages=passages, mentions=mentions)
    finder, observations = stages()
    finder.find_all(reading)
    reading.claims = observations.claims(reading)
    return reading


def claims(markup: str, kind: type[Claim], role: str = OWN) -> list:
    return [c for c in read(markup, role).claims if isinstance(c, kind)]


def salary(markup: str, role: str = OWN) -> Salary:
    found = claims(markup, Salary, role)
    assert len(found) == 1, found
    return found[0]


def value(claim: Salary) -> object:
    return claim.amount if claim.amount is not None else (claim.minimum, claim.maximum)


# pay

@pytest.mark.parametrize(("line", "statistic", "component", "amount"), [
    ("- Average annual salary: $159,180", "mean", "unspecified", 159180),
    ("- Median total pay: $202,000 per year", "median", "total", 202000),
    ("- Typical range: $139,640 to $178,490", "typical_range", "unspecified", (139640, 178490)),
    ("- Broader range: $122,183 to $196,576", "extended_range", "unspecified", (122183, 196576)),
    ("- Average salary: $147,220 to $396,000 per year, depending on total compensation", "range", "unspecified", (147220, 396000)),
    ("- 25th percentile: $118,500", "p25", "unspecified", 118500),
    ("- Top earners (90th percentile): $196,000", "p90", "unspecified", 196000),
    ("- Top 10% earn: Over $665,000", "top10pct_min", "unspecified", 665000),
    ("- Top 1%: Over $1,296,000", "top1pct_min", "unspecified", 1296000),
    ("- Base salary: Approximately $153,820", "value", "base", 153820),
    ("- Total compensation (including benefits): $218,603", "value", "total", 218603),
    ("- Additional pay: ~$92,000", "value", "additional", 92000),
    ("- Sign-on bonus of up to $20,000", "max", "additional", 20000),
    ("- Can earn up to $1,296,000 per year when including all forms of compensation", "max", "total", 1296000),
    ("- Starting around $115,000", "min", "unspecified", 115000),
    ("- $396,000 or more", "min", "unspecified", 396000),
    ("- Data engineers earn $82,640 a year on average", "mean", "unspecified", 82640),
    ("- Durchschnittsgehalt: 72.500 €", "mean", "unspecified", 72500),
    ("- Gehaltsspanne: 65.000 € - 80.000 € brutto pro Jahr", "range", "unspecified", (65000, 80000)),
    ("- Jahreszielgehalt von bis zu 105.000 € inklusive Bonus", "max", "total", 105000),
])
def test_statistic_and_component(line: str, statistic: str, component: str, amount: object):
    found = salary("# Salary\n" + line)
    assert (found.statistic, found.component, value(found)) == (statistic, component, amount)


def test_a_range_between_two_percentiles_is_two_claims():
    found = claims("# Salary\n- Salary range: $118,500 (25th percentile) to $173,000 (75th percentile)", Salary)
    assert [(c.statistic, c.amount) for c in found] == [("p25", 118500), ("p75", 173000)]


def test_place_and_date_come_from_the_heading_and_are_named():
    found = salary("# Salary Ranges ([[US|Place|United States]] Market, 2024)\n## [[ZipRecruiter|Organization]]\n"
                   "- Average annual salary: $147,220")
    assert (label(found.source), label(found.place), found.as_of) == ("ZipRecruiter", "United States", "2024")
    assert {"place", "as_of", "source"} <= set(found.inherited)


def test_the_inner_heading_wins_over_the_outer():
    found = salary("# Salary ([[US|Place|United States]], 2024)\n## [[Salary.com|Organization]] ([[Texas|Place]], January 1, 2025)\n"
                   "- Average: $155,830")
    assert (label(found.source), label(found.place), found.as_of) == ("Salary.com", "Texas", "2025-01")


def test_what_the_line_says_itself_is_not_inherited():
    found = salary("# Salary (2024)\n- [[Austin, TX|Place]]: $156,831 in May 2025 according to [[Glassdoor|Organization]]")
    assert (label(found.place), found.as_of, label(found.source)) == ("Austin, TX", "2025-05", "Glassdoor")
    assert set(found.inherited) == {"role"}


def test_an_organisation_is_a_source_or_an_employer_by_what_it_is_and_by_the_words_beside_it():
    assert label(salary("# Salary\n- At [[Netflix|Organization]], pay is $231,000").employer) == "Netflix"
    assert label(salary("# Salary\n## [[Netflix|Organization]]\n- Base salary: $184,000").employer) == "Netflix"
    assert label(salary("# Salary\n- [[Glassdoor|Organization]]: $184,000").source) == "Glassdoor"
    both = claims("# Salary\n- [[Glassdoor|Organization]] reports a median pay of $295,000 at [[Netflix|Organization]]", Salary)[0]
    assert (label(both.source), label(both.employer)) == ("Glassdoor", "Netflix")


@pytest.mark.parametrize(("markup", "level"), [
    ("- Entry-level: $74,000 to $118,500", "Entry-level"),
    ("- Mid-range: $147,220 to $159,180", "Mid-range"),
    ("- Top-tier (including additional compensation): $396,000 or more", "Top-tier"),
    ("## Senior-Level\n- Range: $177,177 to $250,000+ per year", "Senior-Level"),
    ("- Freshers can expect around ₹3-4 LPA", "Freshers"),
    ("| 0-1 years | ₹3.5 LPA", "0-1 years"),
    ("- Level 5: $150,000–$190,000", "Level 5"),
    ("- Average annual salary: $159,180", ""),
    ("- Top earners: Up to $196,000", ""),
])
def test_level_as_stated(markup: str, level: str):
    assert salary("# Salary\n" + markup).level == level


def test_several_labels_in_one_line_are_levels_of_their_own_figures():
    found = claims("# Salary\n- Entry-level: ~$85K; Mid-level: ~$120K; Senior: ~$160K+", Salary)
    assert [(c.level, c.amount, c.approximate) for c in found] == [("Entry-level", 85000, True), ("Mid-level", 120000, True), ("Senior",
        160000, True)]


def test_pay_is_of_the_role_that_the_line_names():
    found = salary("# Salary\n- Average salary for [[ML engineers|Role|Machine Learning Engineer]]: approximately $133,336 per year")
    assert (label(found.subject), found.as_stated, found.approximate) == ("Machine Learning Engineer", "ML engineers", True)
    found = claims("# Salary\n- [[Data scientists|Role|Data Scientist]] earn $95,000, "
                   "while [[ML engineers|Role|Machine Learning Engineer]] earn $120,000", Salary)
    assert [label(c.subject) for c in found] == ["Data Scientist", "Machine Learning Engineer"]


def test_a_sentence_goes_on_about_the_role_of_the_sentence_before():
    text = ("The median wage for [[bakers|Role|Baker]] was $33,080 in May 2024. "
            "The lowest 10 percent earned less than $23,850, and the highest 10 percent more than $51,450.")
    markup = "# Pay\n" + text.replace("2024. ", "2024.\n")
    reading = read(markup)
    # both sentences in one paragraph
    reading.text = reading.document.text.replace("2024.\n", "2024. ")
    finder, observations = stages()
    finder.find_all(reading)
    found = [c for c in observations.claims(reading) if isinstance(c, Salary)]
    assert [(label(c.subject), c.statistic, c.amount) for c in found] == [("Baker", "median", 33080), ("Baker", "p10", 23850), ("Baker",
        "p90", 51450)]


def test_rows_of_a_table_belong_to_the_role_of_their_first_cell():
    found = claims("""# Similar Occupations
        | Occupation | Entry-level education | 2024 median pay
        | [[Bakers|Role|Baker]] | High school diploma | $36,650
        | [[Data Scientists|Role|Data Scientist]] | Master's degree | 112,590
        | Total, all occupations | | 49,500""", Salary)
    assert [(label(c.subject), c.statistic, c.amount, c.currency, c.as_of) for c in found] == [
        ("Baker", "median", 36650, "USD", "2024"), ("Data Scientist", "median", 112590, "USD", "2024")]


def test_rows_about_other_things_belong_to_the_role_of_their_caption():
    found = claims("""# Pay
        In May 2024, the median annual wages for [[bakers|Role|Baker]] in the top industries were as follows:
        | Food manufacturing | $37,770
        | Retail trade | 36,210""", Salary)
    assert [(label(c.subject), c.statistic, c.amount, c.per, c.as_of) for c in found] == [
        ("Baker", "median", 37770, "year", "2024-05"), ("Baker", "median", 36210, "year", "2024-05")]


def test_a_row_may_name_a_role_that_no_vocabulary_has():
    reading = read("""# Pay
        Median annual wages, May 2024
        | [[Bakers|Role|Baker]] | $36,650
        | ? Gluten inspectors | $41,030
        | ? Construction and extraction occupations | $58,360
        | Total, all occupations | $49,500""")
    found = [c for c in reading.claims if isinstance(c, Salary)]
    names = [vocabulary().concepts.get(c.subject) or reading.candidates[c.subject] for c in found]
    assert [(n.label, n.candidate, c.amount) for n, c in zip(names, found, strict=True)] == [
        ("Baker", False, 36650), ("Gluten Inspector", True, 41030)]
    assert "no role" in next(k.reason for k in reading.skipped if reading.text[k.begin:k.end] == "$58,360")


@pytest.mark.parametrize(("line", "currency", "per"), [
    ("- Pay: $18.50 - $22.75 per hour", "USD", "hour"), ("- Hourly wage: $70.78", "USD", "hour"), ("- Stundenlohn: 35,50 €", "EUR", "hour"),
    ("- 4.500 € brutto im Monat", "EUR", "month"), ("- Day rate: £450 - £500", "GBP", "day"), ("- Average salary: ₹10,50,000", "INR",
    "year"),
])
def test_currency_and_time_paid_for(line: str, currency: str, per: str):
    found = salary("# Salary\n" + line)
    assert (found.currency, found.per) == (currency, per)


@pytest.mark.parametrize("line", [
    "- We raised $120 million in Series C funding", "- A $1,500 learning stipend", "- Tuition costs $40,000",
    "- 1.500 € Weiterbildungsbudget pro Jahr",
])
def test_money_that_is_no_pay_is_skipped_with_a_reason(line: str):
    reading = read("# Benefits\n" + line)
    assert not [c for c in reading.claims if isinstance(c, Salary)]
    assert any("neither pay" in k.reason for k in reading.skipped)


def test_nothing_is_no_pay():
    assert claims("# Salary\n- Salary: $0", Salary) == []


# markets

def market(line: str, *, before: str = "") -> list[Market]:
    return claims("# Market Demand\n{MarketFact}" + before + line, Market)


@pytest.mark.parametrize(("line", "measure", "amount", "unit", "start", "stop"), [
    ("- [[ML specialist|Role|Machine Learning Engineer]] roles are projected to increase by 40% from 2023 to 2027", "job growth", 40,
    "percent", "2023", "2027"),
    ("- Employment is projected to decline 4 percent from 2024 to 2034", "job growth", -4, "percent", "2024", "2034"),
    ("- Job postings have increased by 35% in the past year", "job postings growth", 35, "percent", "", ""),
    ("- By 2026, 80% of software engineering organizations are expected to prioritize platform teams", "share", 80, "percent", "", "2026"),
    ("- About 1 million new jobs are expected by 2030", "new jobs", 1000000, "jobs", "", "2030"),
    ("- The global market is projected to reach $117.19 billion by 2027", "market size", 117190000000, "USD", "", "2027"),
    ("- Number of Jobs, 2024: 60,500", "jobs", 60500, "jobs", "", "2024"),
    ("- Employment Change, 2024–34: 2,000", "new jobs", 2000, "jobs", "2024", "2034"),
    ("- Job Outlook, 2024–34: -3% (Decline)", "job growth", -3, "percent", "2024", "2034"),
    ("- About 5,100 openings for bakers are projected each year", "openings", 5100, "jobs", "", ""),
    ("- 1,2 Mio. Stellenanzeigen im Jahr 2023", "openings", 1200000, "jobs", "", "2023"),
])
def test_market_figures(line: str, measure: str, amount: int, unit: str, start: str, stop: str):
    found = market(line)
    assert [(c.measure, c.amount, c.unit, c.start, c.stop) for c in found] == [(measure, amount, unit, start, stop)]


def test_sizes_at_two_dates_and_the_rate_between_them():
    found = market("- The market is projected to grow from USD 3.4 billion in 2024 to USD 17.4 billion by 2030, with a CAGR of 31.1%.")
    assert [(c.measure, c.amount, c.start, c.stop) for c in found] == [
        ("market size", 3400000000, "", "2024"), ("market size", 17400000000, "", "2030"), ("CAGR", Decimal("31.1"), "2024", "2030")]


def test_a_period_that_points_back_is_that_of_the_line_before():
    found = market("- Compound annual growth rate (CAGR) of 43.5% during the forecast period",
        before="- The market will grow from $1 billion in 2023 to $13 billion by 2030\n")
    rate = found[-1]
    assert (rate.measure, rate.start, rate.stop, set(rate.inherited)) == ("CAGR", "2023", "2030", {"from", "to"})


def test_the_forecaster_is_the_source():
    found = market("- The [[U.S. Bureau of Labor Statistics|Organization]] predicts a 23% growth rate for the field from 2022 to 2032")
    assert [(label(c.source), c.amount) for c in found] == [("U.S. Bureau of Labor Statistics", 23)]


def test_columns_say_what_their_numbers_count():
    found = claims("""# Employment
        {MarketFact}Employment projections data, 2024–34
        | Occupational Title | SOC Code | Employment, 2024 | Projected Employment, 2034 | Change, 2024–34 | Employment by Industry
        | Percent | Numeric
        | [[Bakers|Role|Baker]] | 51-3011 | 237,500 | 254,400 | 7 | 16,900 | Get data""", Market)
    assert [(label(c.subject), c.measure, c.amount, c.unit, c.start, c.stop) for c in found] == [
        ("Baker", "jobs", 237500, "jobs", "", "2024"), ("Baker", "jobs", 254400, "jobs", "", "2034"),
        ("Baker", "job growth", 7, "percent", "2024", "2034"), ("Baker", "new jobs", 16900, "jobs", "2024", "2034")]


@pytest.mark.parametrize("line", [
    "{Responsibility}- Reduce cloud cost by 30%", "{SalaryFact}- A 15% annual bonus", "{SalaryFact}- Up to 25% travel required",
    "{SalaryFact}- 50 % Homeoffice",
    "{Responsibility}- Manage 3 positions",
])
def test_percentages_of_work_and_benefits_are_no_market(line: str):
    assert claims("# Role\n" + line, Market) == []


# experience

def experience(line: str) -> list[Experience]:
    return claims("# Requirements\n{Qualification}" + line, Experience)


@pytest.mark.parametrize(("line", "low", "high", "open_ended", "area", "modality"), [
    ("- 7+ years of experience in software engineering", 7, None, True, "software engineering", "Required"),
    ("- Typically 7-14 years of relevant experience, depending on the organization", 7, 14, False, "", "Required"),
    ("- 7+ years of software engineering experience", 7, None, True, "software engineering", "Required"),
    ("- About a decade of experience in technology", 10, None, False, "technology", "Required"),
    ("- Minimum of 3 years' hands-on experience with Kubernetes", 3, None, True, "Kubernetes", "Required"),
    ("- Extensive experience (typically 9+ years) in developing models", 9, None, True, "developing models", "Required"),
    ("- 18 months of experience", Decimal("1.5"), None, False, "", "Required"),
    ("- Less than 5 years of experience", 0, 5, False, "", "Required"),
    ("- 3+ years Java", 3, None, True, "Java", "Required"),
    ("- 2 years of retail experience preferred", 2, None, False, "retail", "Preferred"),
    ("- Mindestens 3 Jahre Berufserfahrung im Bereich Data Engineering", 3, None, True, "Data Engineering", "Required"),
    ("- You have at least 7 years of experience and know Kubernetes", 7, None, True, "", "Required"),
    ("- 5+ years of experience in Python, and you understand Kafka", 5, None, True, "Python", "Required"),
    ("- 4+ years of experience with Spark and Airflow and proficiency in SQL", 4, None, True, "Spark and Airflow", "Required"),
    ("- Mindestens 3 Jahre Erfahrung mit Python und gute Kenntnisse in SQL", 3, None, True, "Python", "Required"),
    ("- 5-jährige Erfahrung mit SQL von Vorteil", 5, None, False, "SQL", "Preferred"),
])
def test_experience(line: str, low: object, high: object, open_ended: bool, area: str, modality: str):
    found = experience(line)
    assert [(c.minimum, c.maximum, c.open_ended, c.area, c.modality) for c in found] == [(low, high, open_ended, area, modality)]


def test_a_part_of_an_experience_names_its_whole():
    reading = read("# Requirements\n{Qualification}- 7+ years of software engineering experience, with 3-5 years in ML systems")
    whole, part = reading.claims
    assert (whole.part_of, part.part_of, part.minimum, part.maximum) == (None, reading.claims.index(whole), 3, 5)


def test_alternatives_are_no_parts():
    found = experience("- Bachelor's degree with 5+ years of experience, or Master's degree with 3+ years of experience")
    assert [(c.minimum, c.part_of) for c in found] == [(5, None), (3, None)]


def test_level_and_the_things_experience_is_in():
    found = experience("- 2+ years of experience in [[Python|Tool]] (entry-level)")[0]
    assert (found.level, found.experience_in) == ("entry-level", (iri("Tool", "Python"),))


def test_a_heading_makes_experience_preferred():
    found = claims("# Preferred Qualifications\n{Qualification}- 8+ years of industry experience", Experience)
    assert [c.modality for c in found] == ["Preferred"]


@pytest.mark.parametrize("line", [
    "- Must be at least 18 years old", "- A 4-year apprenticeship", "- Ability to work 40 hours per week", "- 30 Tage Urlaub",
    "- A 12-month contract",
    "- Programs take about 5 years to complete",
])
def test_other_lengths_of_time_are_no_experience(line: str):
    reading = read("# Requirements\n{Qualification}" + line)
    assert not reading.claims
    assert reading.skipped


# education

BACHELOR, MASTER, PHD = "[[Bachelor's degree|Degree]]", "[[Master's|Degree|Master's degree]]", "[[PhD|Degree|Doctor of Philosophy]]"


def education(line: str) -> list[tuple[list[str], str]]:
    found = claims("# Requirements\n{Qualification}" + line, Education)
    return [([vocabulary().notation(d) for d in c.degrees], c.modality) for c in found]


@pytest.mark.parametrize(("line", "expected"), [
    (f"- {BACHELOR} in [[Computer Science|FieldOfStudy]]", [(["Bachelor"], "Required")]),
    (f"- {BACHELOR} or {MASTER} in a related field", [(["Bachelor", "Master"], "Required")]),
    (f"- {BACHELOR} in a related field ({MASTER} or {PHD} preferred)", [(["Bachelor"], "Required"), (["Master", "Doctorate"],
    "Preferred")]),
    (f"- {BACHELOR} required; {MASTER} preferred", [(["Bachelor"], "Required"), (["Master"], "Preferred")]),
    (f"- Typically requires a {BACHELOR}, with [[advanced degrees|Degree|advanced degree]] often preferred",
     [(["Bachelor"], "Required"), (["Advanced"], "Preferred")]),
    (f"- [[Advanced degrees|Degree|advanced degree]] ({MASTER} or {PHD}) often preferred", [(["Master", "Doctorate"], "Preferred")]),
    (f"- No {BACHELOR} required", []),
    (f"- A degree is not required, but a {BACHELOR} is a plus", [(["Bachelor"], "Preferred")]),
    (f"- {BACHELOR}, preferably in [[Physics|FieldOfStudy]], is required", [(["Bachelor"], "Required")]),
    (f"Many universities offer {MASTER} programs", []),
])
def test_education(line: str, expected: list[tuple[list[str], str]]):
    assert education(line) == expected


def test_fields_related_fields_and_substitution():
    text = (f"# Requirements\n{{Qualification}}- {BACHELOR} in [[Computer Science|FieldOfStudy]] or [[Mathematics|FieldOfStudy]] "
            "or a related field, or equivalent experience")
    found = claims(text, Education)[0]
    assert [label(f) for f in found.fields] == ["Computer Science", "Mathematics"]
    assert (found.or_related_field, found.substitutes_experience) == (True, True)


def test_degrees_among_the_factors_of_pay_are_not_asked_for():
    assert claims(f"# Factors\n{{SalaryFact}}- Education level ({BACHELOR}, {MASTER})", Education) == []


# every figure

FIGURES = st.lists(st.sampled_from([
    "- Average salary: $147,220", "- 5+ years of experience", "- Top 10% earn over $665,000", "- grew 15 percent from 2024 to 2034",
    "- PRINCE2 and GPT-4", "# Pay (2024)",
    "- ISO 27001 in 2023", "- 3 of 12 teams", "- 401(k)", "| Bakers | 51-3011 | 237,500", "A sentence with 7 things.",
    "{MarketFact}- About 5,100 openings", "- 24/7",
]), min_size=1, max_size=12)


@given(FIGURES)
def test_every_figure_is_in_a_claim_or_skipped_with_a_reason(lines: list[str]):
    reading = read("\n".join(lines))
    own = {c.quantity for c in reading.claims if getattr(c, "quantity", None) is not None}
    covered = [(q.begin, q.end) for i, q in enumerate(reading.quantities) if i in own] + [(k.begin, k.end) for k in reading.skipped]
    assert all(k.reason for k in reading.skipped)
    for digits in re.finditer(r"\d+", reading.text):
        assert any(a <= digits.start() and digits.end() <= b for a, b in covered), digits.group()


@given(FIGURES)
def test_claims_rest_on_passages_that_hold_their_figures(lines: list[str]):
    reading = read("\n".join(lines))
    for claim in reading.claims:
        assert claim.evidence
        assert 0 < claim.confidence <= 1
        passage = reading.passages[claim.evidence[0]]
        if getattr(claim, "quantity", None) is not None:
            quantity = reading.quantities[claim.quantity]
            assert passage.begin <= quantity.begin < quantity.end <= passage.end
        if isinstance(claim, Salary):
            assert (claim.amount is None) == (claim.minimum is not None and claim.maximum is not None)
            assert claim.subject


@given(FIGURES)
def test_two_readings_give_the_same_claims(lines: list[str]):
    first, second = read("\n".join(lines)), read("\n".join(lines))
    assert (first.claims, first.skipped) == (second.claims, second.skipped)


# whose, where, by whom: names shared by the figures of one sentence

@pytest.mark.parametrize(("line", "places"), [
    ("- In [[Denver|Place|Denver, CO]] it is $121,000 and in [[Boston|Place|Boston, MA]] $139,000.", ["Denver, CO", "Boston, MA"]),
    ("- $121,000 in [[Denver|Place|Denver, CO]] and $139,000 in [[Boston|Place|Boston, MA]].", ["Denver, CO", "Boston, MA"]),
    ("- Between $110,000 and $135,000 in [[Denver|Place|Denver, CO]], and between $125,000 and $150,000 in [[Boston|Place|Boston, MA]].",
     ["Denver, CO", "Boston, MA"]),
    ("- Pay in [[Denver|Place|Denver, CO]] is $110,000, and $125,000 in [[Boston|Place|Boston, MA]].", ["Denver, CO", "Boston, MA"]),
    ("- In [[Denver|Place|Denver, CO]] beginners earn $80,000 and others $120,000.", ["Denver, CO", "Denver, CO"]),
    ("- Beginners earn $80,000 and others $120,000 in [[Denver|Place|Denver, CO]].", ["Denver, CO", "Denver, CO"]),
])
def test_each_pay_figure_of_a_sentence_gets_its_own_place(line: str, places: list[str]):
    assert [label(c.place) for c in claims(line, Salary)] == places


def test_two_places_above_a_figure_are_none_of_its_own():
    markup = "The salary is $100,000 in [[Denver|Place|Denver, CO]] and $120,000 in [[Boston|Place|Boston, MA]]. A bonus of $9,000 comes on top."
    assert [label(c.place) for c in claims(markup, Salary)] == ["Denver, CO", "Boston, MA", None]


def test_a_clause_keeps_its_role_and_place_to_itself():
    markup = ("# Pay in [[India|Place]]\nOn average it is $92,000, and [[senior analysts|Role|Senior Analyst]] in [[Mumbai|Place]] earn $120,000.\n"
              "According to [[Glassdoor|Organization]], the average is $80,000.")
    assert [(label(c.place), label(c.subject)) for c in claims(markup, Salary)] == [
        ("India", "Data Engineer"), ("Mumbai", "Senior Analyst"), ("India", "Data Engineer")]


def test_opening_lines_of_an_advert_say_who_pays_and_where():
    found = salary("- Company: Northlake Works\n- Location: [[Denver|Place|Denver, CO]]\n## Pay\n- Salary: $120,000")
    assert found.employer.endswith("organization/northlake-works") and label(found.place) == "Denver, CO"
    assert {"employer", "place"} <= set(found.inherited)


def test_a_mean_of_the_market_is_not_what_the_employer_pays():
    assert salary("- Company: Northlake Works\n## Pay\nThe average salary is $120,000 per year.").employer is None


def test_a_heading_that_is_a_sites_name_is_the_source():
    found = salary("## Pay\n### PayWatch.io\n- Average: $120,000")
    assert found.source.endswith("organization/paywatch-io") and "source" in found.inherited


def test_figures_of_all_occupations_are_of_no_role():
    assert not claims("The median annual wage for all occupations was $49,500.", Salary)


def test_a_bare_number_goes_on_with_the_years_before_it():
    found = claims("{Qualification}- 7+ years of software experience, with 3-5 in testing", Experience)
    assert [(c.minimum, c.maximum) for c in found] == [(7, None), (3, 5)] and found[1].part_of is not None
    found = claims("{Qualification}- 3 years of experience required; 5 preferred", Experience)
    assert [(c.minimum, c.modality) for c in found] == [(3, "Required"), (5, "Preferred")]


def test_ends_of_a_change_are_shares():
    found = claims("{MarketFact}- Adoption rose from 60% in 2020 to 94% in 2023.", Market)
    assert [(c.measure, c.amount, c.stop) for c in found] == [("share", 60, "2020"), ("share", 94, "2023")]


def test_pay_goes_on_by_the_hour():
    found = claims("The median hourly wage was $23.33 in May 2024. The lowest 10 percent earned less than $13.00.", Salary)
    assert [(c.statistic, c.per) for c in found] == [("median", "hour"), ("p10", "hour")]


def test_a_number_takes_no_unit_from_rows_that_each_say_something_else():
    found = claims("""# Quick Facts
        | 2024 Median Pay | $61,230 per year
        | Typical Entry-Level Education | Bachelor's degree
        | Number of Jobs, 2024 | 42,600""", Salary)
    assert [c.amount for c in found] == [61230]
