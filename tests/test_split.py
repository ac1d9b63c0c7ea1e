"""The split stage: structure, lost markup, types and roles of passages, and what holds for any text."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg.model import Document, Reading
from kg.split.lines import read_lines
from kg.split.sentences import SentenceSplitter
from kg.split.splitter import Splitter
from kg.titles.reader import TitleReader
from kg.vocabulary import Vocabulary, load
from tests.conftest import GUIDES, TESTDATA, needs_testdata


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load()


@pytest.fixture(scope="module")
def splitter(vocabulary: Vocabulary) -> Splitter:
    return Splitter(vocabulary, TitleReader(vocabulary))


@pytest.fixture(scope="module")
def split(splitter: Splitter, vocabulary: Vocabulary):
    """Splits a text; the result answers in words instead of offsets."""
    return lambda text, title="": Result(splitter, vocabulary, text, title)


class Result:
    """A reading, told in words."""

    def __init__(self, splitter: Splitter, vocabulary: Vocabulary, text: str, title: str = "") -> None:
        self.reading = Reading(Document("test", text, "test", title), text)
        self.vocabulary = vocabulary
        splitter.split(self.reading)

    @property
    def words(self) -> list[str]:
        return [self.reading.quote(p) for p in self.reading.passages]

    @property
    def paths(self) -> list[str]:
        return [" > ".join(p.path) for p in self.reading.passages]

    @property
    def placed(self) -> list[tuple[str, str]]:
        return list(zip(self.words, self.paths, strict=True))

    @property
    def types(self) -> list[str]:
        return [p.type for p in self.reading.passages]

    @property
    def forms(self) -> list[str]:
        return [p.form for p in self.reading.passages]

    @property
    def title(self) -> str:
        span = self.reading.title_span
        return self.reading.text[slice(*span)] if span else ""

    @property
    def furniture(self) -> list[str]:
        return [self.reading.text[slice(*span)] for span in self.reading.furniture]

    @property
    def roles(self) -> list[str]:
        return [self.role(p.role) for p in self.reading.passages]

    def role(self, iri: str | None) -> str:
        concept = self.vocabulary.concepts.get(iri or "") or self.reading.candidates.get(iri or "")
        return concept.label if concept else ""

    def of(self, start: str):
        """The passage that begins with these words."""
        return next(p for p in self.reading.passages if self.reading.quote(p).startswith(start))


GUIDE = """Overview
A Data Steward is a professional who looks after the data of an organization. Key aspects of the role include:
Data Quality
- Define rules for complete and correct records
- Monitor quality with dashboards and resolve issues
Governance
- Maintain the catalogue of data sets This role demands a blend of technical knowledge and tact.
Requirements
To succeed as a Data Steward, candidates should meet the following requirements:
Education
- Bachelor's degree in Information Management or a related field
- 3+ years of experience with master data By meeting these requirements, Data Stewards can keep data trustworthy.
Salary
The salary of Data Engineers in the US varies by city. Here are typical figures:
Average Pay
- Average annual salary: $100,000
- Range: $80,000 to $120,000
"""


def test_unmarked_headings_nest_by_what_stands_under_them(split):
    result = split(GUIDE)
    assert list(dict.fromkeys(result.paths)) == [
        "Overview", "Overview > Data Quality", "Overview > Governance", "Requirements", "Requirements > Education", "Salary",
        "Salary > Average Pay"]


def test_closing_sentences_are_cut_from_the_last_bullet(split):
    result = split(GUIDE)
    assert "Maintain the catalogue of data sets" in result.words
    assert result.of("This role demands").type == "Summary"
    assert result.of("By meeting these requirements").form == "sentence"


def test_types_follow_content_within_their_section(split):
    result = split(GUIDE)
    assert [result.of(start).type for start in (
        "A Data Steward is", "Key aspects", "Define rules", "To succeed", "Bachelor's", "3+ years", "The salary of", "Here are", "Range:",
    )] == ["Definition", "Intro", "Responsibility", "Intro", "Qualification", "Qualification", "SalaryFact", "Intro", "SalaryFact"]


def test_a_section_about_another_role_is_that_role_s(split):
    result = split(GUIDE)
    assert result.role(result.of("Define rules").role) == "Data Steward"
    assert result.role(result.of("Average annual salary").role) == "Data Engineer"
    assert [result.role(role) for role in result.reading.roles] == ["Data Steward"]


@pytest.mark.parametrize(("bullet", "rest"), [
    ("Keep records up to date", "These duties show how broad the work is."),
    ("Report to stakeholders", "In summary, the position suits careful people."),
    ("Work with Python and SQL", "The ideal candidate is curious and patient."),
    ("Train new colleagues (once a year)", "Note: Actual duties may vary by employer."),
    ("Plan audits", "Overcoming these challenges requires patience."),
    ("Answer questions about data", "Data Stewards often work with lawyers and engineers."),
    ("Sign off releases.", "By following these guidelines, a Data Steward can avoid mistakes."),
])
def test_glued_closing(split, bullet, rest):
    result = split(f"Duties\nA Data Steward is a professional.\n- Check the sources of data\n- {bullet} {rest}\n")
    assert result.words[-2:] == [bullet, rest]


@pytest.mark.parametrize("bullet", [
    "Experience with Apache Spark on Google Cloud is required.",
    "Knowledge of Machine Learning and Data Science methods.",
    "Work with The New York Times and A/B tests in Python.",
    "Led projects at Siemens AG in Munich and Vienna.",
    "Report to the Director of Data Engineering in Chicago.",
    "Ph.D. in Physics from a U.S. university is preferred.",
])
def test_names_within_a_bullet_are_no_boundary(split, bullet):
    assert split(f"Requirements\n- Patience\n- {bullet}\n").words[-1] == bullet


def test_headings_glued_to_a_bullet_and_a_sentence_are_cut_off(split):
    result = split("""Overview
An Auditor checks accounts. Key Responsibilities:
- Plan audits
- Write reports Qualifications:
- CPA license
""")
    assert result.placed == [
        ("An Auditor checks accounts.", "Overview"), ("Plan audits", "Overview > Key Responsibilities"),
        ("Write reports", "Overview > Key Responsibilities"), ("CPA license", "Overview > Qualifications")]


def test_a_lead_in_glued_to_a_bullet_is_a_passage(split):
    result = split("""Overview
An Auditor checks accounts. Key duties of an Auditor include:
- Plan audits
- Work with managers Essential skills for this role include:
- Accounting
""")
    assert "Essential skills for this role include:" in result.words
    assert result.reading.passages[-1].lead_in == len(result.reading.passages) - 2


def test_flattened_nesting(split):
    result = split("""Core Duties
Auditors do the following:
- Planning and Control
- Plan the audits of a year
- Control the budget of each audit
- Reporting
- Write a report on each finding
- Present findings to the board
""")
    assert list(dict.fromkeys(result.paths)) == ["Core Duties", "Core Duties > Planning and Control", "Core Duties > Reporting"]
    assert "Reporting" not in result.words


def test_a_list_of_names_has_no_headings(split):
    result = split("Skills\n- Python\n- Experience with Docker and Kubernetes\n- SQL\n- Git\n")
    assert result.words == ["Python", "Experience with Docker and Kubernetes", "SQL", "Git"]


def test_bullets_that_end_in_a_colon_are_headings_or_lead_ins(split):
    result = split("""Salary
- Entry-Level:
- Range: $50,000 to $60,000
- Including bonuses, pay can reach:
- Average: $90,000
""")
    assert result.placed == [
        ("Range: $50,000 to $60,000", "Salary > Entry-Level"),
        ("Including bonuses, pay can reach:", "Salary > Entry-Level"),
        ("Average: $90,000", "Salary > Entry-Level")]
    assert result.reading.passages[2].lead_in == 1


def test_indented_bullets_leave_their_heading(split):
    result = split("Pay\n  * Senior Staff:\n    * Average: $90,000\n  * Bonus of 10 percent\n")
    assert result.paths == ["Pay > Senior Staff", "Pay"]


def test_a_profile_flattened_to_one_line(split):
    profile = ("A Data Librarian is a professional who orders data. Key Responsibilities: - Describe data sets - Answer questions "
               "### Technical Skills - Metadata standards - SQL ### Career Path In libraries, Data Librarians lead teams.")
    result = split(f"More Careers\n\nData Librarian\n\nData Librarian\n\n{profile}\n")
    assert result.furniture == ["Data Librarian"]
    above = "More Careers > Data Librarian"
    assert result.placed == [
        ("A Data Librarian is a professional who orders data.", above),
        ("Describe data sets", f"{above} > Key Responsibilities"),
        ("Answer questions", f"{above} > Key Responsibilities"),
        ("Metadata standards", f"{above} > Technical Skills"),
        ("SQL", f"{above} > Technical Skills"),
        ("In libraries, Data Librarians lead teams.", f"{above} > Career Path")]
    assert set(result.roles) == {"Data Librarian"}


def test_roles_of_related_careers_are_kept_apart(split):
    result = split("# Data Steward\n\nA Data Steward looks after data.\n\n## More Careers\n\n### Data Librarian\n\n"
                   "A Data Librarian orders data.\n")
    assert result.roles == ["Data Steward", "Data Librarian"]
    assert [result.role(role) for role in result.reading.roles] == ["Data Steward", "Data Librarian"]


def test_title_and_furniture(split):
    result = split("logoAcme\n\nData Steward\n\nsecond image\n\nOverview\n\nA Data Steward looks after data.\n")
    assert (result.title, result.furniture, result.paths) == ("Data Steward", ["logoAcme", "second image"], ["Overview"])


def test_a_markdown_page_title_is_in_no_path(split):
    result = split("# Glaziers\n\n## Pay\n\nThe median pay was $50,000.\n\n### By State\n\n- Ohio: $48,000\n")
    assert (result.title, result.paths) == ("Glaziers", ["Pay", "Pay > By State"])


def test_a_number_after_hashes_is_no_part_of_the_path(split):
    assert split("## 1. First Steps\n\nLearn it.\n\n## 2.1 Next Steps 3. Ways\n\nUse it.\n").paths == ["First Steps", "Next Steps 3. Ways"]


def test_numbers_colons_and_hashes_are_no_part_of_a_path(split):
    result = split("""Duties

The work falls into two areas:

1. Technical Leadership

- Lead reviews of designs

2. People Management:

- Hire staff
""")
    assert result.paths[1:] == ["Duties > Technical Leadership", "Duties > People Management"]


def test_table_rows_figure_blocks_and_their_roles(split):
    result = split("""# Glaziers

## Pay

Median annual wages, May 2024
Total, all occupations

$49,500
Glaziers

$55,440

Pay of glaziers by state:

| State | Pay |
|---|---|
| Ohio | $48,000 |
| Texas | $47,000 |

## Similar Occupations

| Carpenters |
Carpenters build frameworks.
| High school diploma | $59,310
""")
    rows = [(result.reading.quote(p), result.role(p.role)) for p in result.reading.passages if p.form == "row"]
    assert rows == [
        ("Total, all occupations\n\n$49,500", ""),
        ("Glaziers\n\n$55,440", "Glazier"),
        ("State | Pay", "Glazier"),
        ("Ohio | $48,000", "Glazier"),
        ("Texas | $47,000", "Glazier"),
        ("Carpenters |\nCarpenters build frameworks.\n| High school diploma | $59,310", "Carpenter")]
    header = next(i for i, words in enumerate(result.words) if words == "State | Pay")
    assert result.types[header] == "Intro"
    assert result.reading.passages[header + 1].lead_in == header


def test_a_job_advert(split):
    result = split("""Senior Data Engineer
Berlin
Full-time

About Us
Acme builds software.

What You'll Do
* Build pipelines

What You'll Bring
* 5+ years of experience
* Strong SQL skills
* Excellent communication skills

Benefits
* 30 days off
""")
    assert result.title == "Senior Data Engineer"
    assert list(dict.fromkeys(result.paths)) == ["", "About Us", "What You'll Do", "What You'll Bring", "Benefits"]
    assert result.types[-5:] == ["Responsibility", "Qualification", "Requirement", "SoftSkill", "SalaryFact"]


def test_a_german_advert(split):
    result = split("""Data Engineer (m/w/d)

Ihre Aufgaben
- Sie entwickeln Datenpipelines, z. B. mit Python

Ihr Profil
- Abgeschlossenes Studium der Informatik
- Kenntnisse in SQL
- Teamfähigkeit

Wir bieten
- 60.000 € brutto im Jahr
""")
    assert result.types == ["Responsibility", "Qualification", "Requirement", "SoftSkill", "SalaryFact"]
    assert set(result.paths) == {"Ihre Aufgaben", "Ihr Profil", "Wir bieten"}


def test_lists_without_marks_and_wrapped_lines(split):
    result = split("""Glazier

Key Responsibilities:
Measure openings for windows
Install glass in frames

Requirements:
- Ability to carry heavy panes up
  several flights of stairs
""")
    assert result.words == [
        "Measure openings for windows", "Install glass in frames", "Ability to carry heavy panes up\n  several flights of stairs"]
    assert result.forms == ["bullet"] * 3


def test_a_stated_title_tells_the_role(split):
    result = split("We are looking for help with our data.\n", "Senior Data Engineer (m/f/d)")
    assert result.roles == ["Senior Data Engineer"]


ASKS = "\n\nRequirements\n- 3 years of experience with Python\n- Familiarity with Excel\n"


@pytest.mark.parametrize(("head", "role"), [
    ("Happiness Hero (m/f/d), Berlin", "Happiness Hero"),
    ("Member of Technical Staff", "Member of Technical Staff"),
    ("Junior Dev", "Junior Developer"), ("3D Wizard", "3D Wizard"),
    ("Blue River Technology\n\nAbout us\nAt Blue River Technology we build robots.\n\nData Wrangler", "Data Wrangler"),
    ("Job Description\n\nPrompt Whisperer", "Prompt Whisperer"),
    ("Acme Inc.", ""), ("The Future of Work", ""), ("TERMS OF USE", "")])
def test_an_advert_s_title_that_no_vocabulary_understands_is_its_role(split, head: str, role: str):
    assert {*split(head + ASKS).roles} == {role}


def test_what_asks_nothing_of_anyone_has_no_role_by_its_title(split):
    assert set(split("Happiness Hero\n\nMarket\n- The market grew by 5%\n").roles) == {""}


@pytest.mark.parametrize(("text", "sentences"), [
    ("The U.S. Bureau of Labor Statistics says so. It grew by 5.5 percent.", 2),
    ("See Salary.com. Node.js is used, e.g. by Dr. Smith and Sr. Engineers.", 2),
    ("A Ph.D. in Physics, i.e. a doctorate. No. 5 is next. She said “Yes.” Then she left!", 4),
    ("Start ist am 1. Januar 2025. Wir bieten z. B. Obst.", 2),
    ("Visit https://example.org/a.b?c=d. Thanks! Really? Yes.", 4),
])
def test_sentences(vocabulary, text, sentences):
    found = SentenceSplitter(vocabulary).split(text, 0, len(text))
    assert len(found) == sentences, [text[a:b] for a, b in found]


@pytest.mark.parametrize("path", sorted(GUIDES.glob("*.txt")), ids=lambda p: p.stem)
def test_the_guides_keep_their_sections(split, path):
    result = split(path.read_bytes().decode())
    main = {path.split(" > ")[0] for path in result.paths}
    assert {"Overview", "Core Responsibilities", "Requirements", "Career Development", "Market Demand", "Salary Ranges (US Market, 2024)",
            "Essential Soft Skills", "Best Practices", "Common Challenges"} <= main
    assert all(p.role for p in result.reading.passages)
    check(result.reading)


@needs_testdata
def test_official_pages_keep_their_headings(split):
    for path in sorted((TESTDATA / "corpus" / "ooh").glob("*.txt")):
        text = path.read_bytes().decode()
        result = split(text)
        check(result.reading)
        written = [label.strip() for label in re.findall(r"(?m)^##+ (.+)$", text) if label != "empty heading"]
        assert [s.label for s in result.reading.sections] == written, path.stem
        assert result.title == re.match(r"# (.+)", text).group(1), path.stem


# what may stand between passages, headings, title and furniture: white space and marks
_BETWEEN = re.compile(r"(?:\W|_|\(?\d{1,2}(?:\.\d{1,2})*[.)]?|\(?[a-z]\)|\bo\b)*")


def whole(splitter: Splitter, text: str) -> Reading:
    """A text, split."""
    reading = Reading(Document("x", text, "x"), text)
    splitter.split(reading)
    return reading


def check(reading: Reading) -> None:
    """What holds for the reading of any text."""
    text = reading.text
    ends = 0
    for passage in reading.passages:
        assert ends <= passage.begin < passage.end <= len(text)
        quote = reading.quote(passage)
        assert quote == quote.strip() and quote
        ends = passage.end
        assert passage.section is None or reading.sections[passage.section].label == passage.path[-1]
        assert passage.lead_in is None or passage.lead_in < reading.passages.index(passage)
    for section in reading.sections:
        assert section.label and reading.quote(section).split() == section.label.split()
    covered = sorted([(p.begin, p.end) for p in reading.passages] + [(s.begin, s.end) for s in reading.sections] + reading.furniture
                     + ([reading.title_span] if reading.title_span else []))
    last = 0
    for begin, end in [*covered, (len(text), len(text))]:
        assert last <= begin
        assert _BETWEEN.fullmatch(text[last:begin]), text[last:begin]
        last = end


PIECES = st.sampled_from([
    "Overview", "Key Responsibilities:", "- Lead the team", "  - Use Python", "* **Bold** item", "1. First Steps", "2) then",
    "| a | b |", "|---|---|", "| x | 5 |", "x|", "|", "$49,500", "# Title", "### Inline In summary, it works.", "•", "o Item", "~",
    "A Data Engineer is a person. They work.", "Salary: $5 - $6 - $7", "end of item This role demands much.", "logoX", "first image",
    "====", "", "Aufgaben", "z. B. mit U.S. Daten.", "a: - B - C - D", "\t", "\r", "(a) x", "Engineers", "Note: that", "...",
    "Data Engineer\u2028Data Engineer", "More Careers", "**Skills:** - One - Two **Pay:** - $5", "\ufeff",
])


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=14).map("\n".join))
@example("#\n#")
@example("- \n-\nx")
def test_any_arrangement_of_lines(splitter, text):
    check(whole(splitter, text))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_any_text(splitter, text):
    check(whole(splitter, text))


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=10).map(" ".join))
def test_any_flattened_text(splitter, text):
    check(whole(splitter, text))


@given(st.text(alphabet="ab -|#*\n\t1.", max_size=120))
def test_lines_are_stretches_of_the_text(text):
    for line in read_lines(text):
        assert text[line.begin:line.end] == line.text


@pytest.mark.parametrize("text", [
    "word " * 200_000, "." * 1_000_000, "A" * 1_000_000, "- " * 500_000, "#" * 1_000_000, "| " * 500_000, "(" * 1_000_000,
    "a: - B " * 150_000, "- x\n" * 100_000, "A Data Engineer is. " * 40_000, "- item ends Here is The Next One." * 30_000,
    "Title Case " * 90_000 + ":\n- x", "a\n" * 200_000,
    "| a |\nb\n" * 60_000, "  - a\n    - b\n" * 40_000, "**a:** - B " * 60_000, "x " + " " * 1_000_000 + "y",
], ids=lambda t: t[:12])
def test_a_megabyte_in_one_pattern_is_split(splitter, text):
    reading = whole(splitter, text)
    assert reading.passages or reading.furniture or reading.sections or reading.title_span


def test_splitting_twice_gives_the_same(splitter):
    texts = [path.read_bytes().decode() for path in sorted(GUIDES.glob("*.txt"))[:2]]
    for text in texts:
        first, second = whole(splitter, text), whole(splitter, text)
        assert (first.sections, first.passages, first.roles) == (second.sections, second.passages, second.roles)
