"""Link claims: requirements with modality, level and alternatives; statements; career steps; collaboration."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Link, Statement
from tests.sample_readings import asked, label, links, named, reading


@pytest.mark.parametrize(("text", "expected"), [
    ("Deep understanding of Python and SQL", {"Python": "Expert", "SQL": "Expert"}),
    ("Proficiency in languages such as Python, R, and Go", {"Python": "Proficient", "R": "Proficient", "Go": "Proficient"}),
    ("Experience with Docker, and familiarity with Terraform", {"Docker": "Working", "Terraform": "Familiarity"}),
    ("Hands-on experience with AWS", {"Amazon Web Services": "Proficient"}),
    ("Extensive industry experience in data science", {"data science": "Expert"}),
    ("Extensive experience (usually 9+ years) in deep learning", {"deep learning": "Expert"}),
    ("Strong technical knowledge of Kubernetes", {"Kubernetes": "Proficient"}),
    ("Strong Python skills", {"Python": "Proficient"}),
    ("Strong written and verbal communication skills", {"communication": "Proficient"}),
    ("Strong communication skills for effective stakeholder management", {"communication": "Proficient", "stakeholder management": ""}),
    ("Strong project management skills, including experience with Scrum", {"project management": "Proficient", "Scrum": "Working"}),
    ("Develop strong programming skills in Python", {"programming": "Proficient", "Python": "Proficient"}),
    ("7+ years of software engineering experience", {"software engineering": "Working"}),
    ("Python and SQL experience", {"Python": "Working", "SQL": "Working"}),
    ("Programming proficiency (Python, Java)", {"programming": "Proficient", "Python": "Proficient", "Java": "Proficient"}),
    ("Machine learning and deep learning expertise", {"machine learning": "Expert", "deep learning": "Expert"}),
    ("Master version control and languages such as Python", {"version control": "Expert", "Python": "Expert"}),
    ("Expertise in machine learning and DevOps to manage Kubernetes", {"machine learning": "Expert", "DevOps": "Expert", "Kubernetes": ""}),
    ("Combine technical expertise with leadership and creativity", {"leadership": "", "creativity": ""}),
    ("Be aware of trends in MLOps and promote automated testing", {"MLOps": "Familiarity", "test automation": ""}),
    ("Build strong relationships, empathy, and negotiation skills", {"empathy": "", "negotiation": ""}),
    ("Excellent communication skills", {"communication": ""}),
    ("Programming: Python, SQL", {"programming": "", "Python": "", "SQL": ""}),
    ("Sehr gute Kenntnisse in Java, Grundkenntnisse in Python", {"Java": "Expert", "Python": "Familiarity"}),
    ("Erfahrung mit Docker", {"Docker": "Working"}),
])
def test_a_level_reaches_as_far_as_its_phrase(text: str, expected: dict[str, str]):
    assert {name: level for name, (_, level) in asked(reading(text)).items()} == expected


def test_a_level_comes_from_what_introduces_the_list():
    found = reading(("Intro", "We are seeking professionals with expertise in:"), "Python and SQL", "Data modeling", lead_in=True)
    assert {name: level for name, (_, level) in asked(found).items()} == {"Python": "Expert", "SQL": "Expert", "data modeling": "Expert"}


@pytest.mark.parametrize(("kind", "text", "expected"), [
    ("Requirement", "Knowledge of Terraform", {"Terraform": "Required"}),
    ("Responsibility", "Maintain Kubernetes clusters", {"Kubernetes": "Required"}),
    ("Trend", "Kubernetes is spreading", {"Kubernetes": "Mentioned"}),
    ("BestPractice", "Use Docker in production", {"Docker": "Mentioned"}),
    ("Requirement", "Knowledge of Terraform preferred", {"Terraform": "Preferred"}),
    ("Requirement", "Python required; Scala is a plus", {"Python": "Required", "Scala": "Preferred"}),
    ("Requirement", "Python (preferred) or Java", {"Python": "Preferred", "Java": "Required"}),
    ("Requirement", "Knowledge of Python (Scala preferred)", {"Python": "Required", "Scala": "Preferred"}),
    ("Requirement", "Experience with Docker may be required", {"Docker": "Preferred"}),
    ("Requirement", "No prior experience with Docker is required", {}),
    ("Requirement", "Docker is not required but a plus", {"Docker": "Preferred"}),
    ("Requirement", "Kenntnisse in Java, Erfahrung mit Docker von Vorteil", {"Java": "Required", "Docker": "Preferred"}),
    ("Requirement", "You know Docker, ideally Kubernetes, and preferably Helm", {"Docker": "Required", "Kubernetes": "Preferred", "Helm": "Preferred"}),
    ("Requirement", "Kenntnisse in Java, wünschenswert sind Kenntnisse in Rust", {"Java": "Required", "Rust": "Preferred"}),
    ("Requirement", "Suits candidates without prior experience in Java", {}),
    ("CareerStep", "Learn Python and SQL", {"Python": "Required", "SQL": "Required"}),
    ("CareerStep", "Consider a course in Kubernetes", {"Kubernetes": "Preferred"}),
    ("CareerStep", "Lead projects with Kubernetes", {"Kubernetes": "Mentioned"}),
])
def test_how_strongly_it_is_asked_for(kind: str, text: str, expected: dict[str, str]):
    assert {name: modality for name, (modality, _) in asked(reading((kind, text))).items()} == expected


def test_headings_and_lead_ins_say_how_strongly():
    assert asked(reading("Python", path=("Nice to have",)))["Python"] == ("Preferred", "")
    assert asked(reading("Python", path=("Market Demand", "Skills in demand")))["Python"] == ("Mentioned", "")
    found = reading(("Intro", "Preferred qualifications include:"), "Python", lead_in=True)
    assert asked(found)["Python"] == ("Preferred", "")


@pytest.mark.parametrize(("text", "groups"), [
    ("cloud platforms such as AWS, GCP, or Azure", [{"Amazon Web Services", "Google Cloud Platform", "Microsoft Azure"}]),
    ("Python, SQL, and Java", []),
    ("Docker and either Java or Scala", [{"Java", "Scala"}]),
    ("AWS (S3, Glue) or GCP", [{"Amazon Web Services", "Google Cloud Platform"}]),
    ("Java or Scala, and Jenkins or CircleCI", [{"Java", "Scala"}, {"Jenkins", "CircleCI"}]),
])
def test_alternatives_share_a_group(text: str, groups: list[set[str]]):
    found = reading(text)
    by: dict[int, set[str]] = {}
    for c in links(found, "requiresTool"):
        if c.alternative_group is not None:
            by.setdefault(c.alternative_group, set()).add(label(found, c.object))
    assert list(by.values()) == groups


def test_the_class_is_no_alternative_to_its_members():
    found = reading("Experience with agile methods such as Scrum or Kanban")
    assert {label(found, c.object): c.alternative_group for c in links(found, "requiresSkill")} == {"Agile": None, "Scrum": 0, "Kanban": 0}


def test_groups_of_two_passages_are_apart():
    found = reading("Java or Scala", "AWS or GCP")
    assert len({c.alternative_group for c in links(found, "requiresTool")}) == 2


def test_two_names_of_one_skill_make_one_claim():
    claim, = links(reading("Familiarity with Infrastructure as Code (IaC)"), "requiresSkill")
    assert len(claim.mentions) == 2 and claim.proficiency == "Familiarity"


def test_statements_by_the_type_of_their_passage():
    found = reading(("Responsibility", "Design data pipelines"), ("BestPractice", "Best practice: Write tests"),
                    ("Challenge", "Keeping data clean"), ("Trend", "Automation grows"), ("Summary", "All in all"))
    stated = {c.property: found.text[c.object.begin:c.object.end] for c in found.claims if isinstance(c.object, Statement)}
    assert stated == {"hasResponsibility": "Design data pipelines", "followsPractice": "Write tests",
                      "facesChallenge": "Keeping data clean", "affectedBy": "Automation grows"}


@pytest.mark.parametrize(("text", "duty"), [
    ("Clearly explain results to customers and partners", True),
    ("Teamwork: Support colleagues who are new to the ward", True),
    ("Ability to explain results to customers", False),
    ("Communication with customers and with suppliers", False),
    ("Lead generation", False),
])
def test_a_soft_skill_told_as_a_duty_is_a_responsibility_too(text: str, duty: bool):
    found = [link for link in reading(("SoftSkill", text)).claims if isinstance(link.object, Statement)]
    assert [link.property for link in found] == ["hasResponsibility"] * duty


@pytest.mark.parametrize(("passages", "expected"), [
    ([("Challenge", "Challenge: Bad data"), ("Solution", "Solution: Validate it")], [("Bad data", "Validate it")]),
    ([("Challenge", "Challenge: Bad data"), ("Solution", "Solution: Validate it"), ("Solution", "Solution: Clean it")],
     [("Bad data", "Validate it"), ("Bad data", "Clean it")]),
    ([("Challenge", "Maintaining quality through continuous review")], [("Maintaining quality", "continuous review")]),
    ([("Challenge", "Team silos: Encouraging exchange among teams.")], [("Team silos", "Encouraging exchange among teams.")]),
    ([("Challenge", "Resource allocation: Managing budgets")], []),
    ([("Challenge", "Bad data"), ("Trend", "Growth"), ("Solution", "Solution: Validate it")], []),
    ([("BestPractice", "Improve quality through reviews")], []),
])
def test_challenges_and_their_solutions(passages: list[tuple[str, str]], expected: list[tuple[str, str]]):
    found = reading(*passages)
    pairs = links(found, "addressedBy")
    assert [tuple(found.text[s.begin:s.end] for s in (c.subject, c.object)) for c in pairs] == expected
    assert all(c.subject.kind == "Challenge" and c.object.kind == "Solution" and {c.subject.passage, c.object.passage} == set(c.evidence)
               for c in pairs)


@pytest.mark.parametrize(("passages", "expected"), [
    (["Junior Data Engineer: learns", "Data Engineer: builds", "Senior Data Engineer - leads"],
     [("Junior Data Engineer", "Data Engineer"), ("Data Engineer", "Senior Data Engineer")]),
    (["Entry-Level: Data analyst or software engineer", "Mid-Level: Data engineer, leading small projects"],
     [("Data Analyst", "Data Engineer"), ("Software Engineer", "Data Engineer")]),
    (["Entry-Level | Data Analyst", "Senior-Level | Data Architect"], [("Data Analyst", "Data Architect")]),
    (["Progress from roles like Data Analyst or Software Engineer to Data Architect"],
     [("Data Analyst", "Data Architect"), ("Software Engineer", "Data Architect")]),
    (["Progress from roles like Data Analyst to senior leadership positions"], []),
    (["With experience, data analysts may advance to become project managers"], [("Data Analyst", "Project Manager")]),
    (["Start as Project Engineers, progressing to Project Manager roles"], [("Project Engineer", "Project Manager")]),
    (["Progress to roles such as Data Architect or Engineering Manager"],
     [("Data Engineer", "Data Architect"), ("Data Engineer", "Engineering Manager")]),
    (["Well-defined career path from Data Analyst to Data Architect"], []),
    (["Work with data analysts and data architects"], []),
])
def test_steps_from_role_to_role(passages: list[str], expected: list[tuple[str, str]]):
    found = reading(*(("CareerStep", p) for p in passages))
    assert [(label(found, c.subject), label(found, c.object)) for c in links(found, "progressesTo")] == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("Work closely with Data Scientists, ML engineers, and other stakeholders", ["Data Scientist", "Machine Learning Engineer"]),
    ("Collaborate with teams (data scientists, product managers)", ["Data Scientist", "Product Manager"]),
    ("Mentor data scientists", []),
    ("Collaborate with other data engineers", []),
    ("Collaborate with clients to understand what they need and report it. Data scientists help.", []),
])
def test_whom_a_role_works_with(text: str, expected: list[str]):
    found = reading(("Responsibility", text))
    assert [label(found, c.object) for c in links(found, "collaboratesWith")] == expected


def test_a_passage_about_no_role_requires_nothing():
    found = reading("Knowledge of Python")
    found.passages[0] = found.passages[0].__class__(0, found.passages[0].end, None, (), "Requirement", None)
    from tests.sample_readings import stages
    assert [c for c in stages()[2].claims(found) if isinstance(c, Link) and c.property == "requiresTool"] == []


def test_claims_are_about_their_passages_role():
    found = reading("Python", "Java", about=["Data Engineer", "Data Scientist"])
    assert [(label(found, c.subject), label(found, c.object)) for c in links(found, "requiresTool")] == [
        ("Data Engineer", "Python"), ("Data Scientist", "Java")]


WORDS = st.sampled_from(["Python", "and", "or", ",", "(", ")", "AWS", "preferred", "no", "required", "strong", "skills", "expertise in",
                         "experience", "with", "for", "machine learning", "communication", ":", ".", ";", "data analyst", "Progress from",
                         "to", "become", "Junior Data Engineer", "Challenge:", "through", "collaborate with", "Entry-Level", "|",
                         "Consider", "İ", "e.g.", "None"])
TYPES = st.sampled_from(["Requirement", "SoftSkill", "CareerStep", "Challenge", "Solution", "Responsibility", "Trend", "Qualification",
                         "MarketFact"])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(TYPES, st.one_of(st.lists(WORDS, max_size=14).map(" ".join), st.text(max_size=40))), max_size=5), st.booleans())
def test_every_claim_has_its_evidence(items: list[tuple[str, str]], lead_in: bool):
    found = reading(*items, lead_in=lead_in)
    assert found.claims == reading(*items, lead_in=lead_in).claims
    for c in found.claims:
        assert c.evidence and all(0 <= p < len(found.passages) for p in c.evidence) and 0 < c.confidence <= 1 and c.method
        for end in (c.subject, c.object):
            if isinstance(end, Statement):
                p = found.passages[end.passage]
                assert p.begin <= end.begin <= end.end <= p.end and end.passage in c.evidence
        for m in c.mentions:
            assert found.mentions[m].passage in c.evidence
        if c.property in ("requiresSkill", "requiresTool"):
            assert c.modality in ("Required", "Preferred", "Mentioned")
            assert c.proficiency in ("", "Familiarity", "Working", "Proficient", "Expert")
            assert {found.mentions[m].concept for m in c.mentions} == {c.object} and named(found)
        if c.property == "progressesTo":
            assert c.subject != c.object
