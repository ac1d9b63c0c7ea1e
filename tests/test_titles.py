"""Job titles: found by structure and vocabulary, named canonically."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.titles.reader import TitleReader
from kg.vocabulary import Vocabulary
from tests.sample_readings import titles, vocabulary


def found(text: str) -> list[tuple[str, str]]:
    return [(text[s.begin:s.end], s.label) for s in titles().find(text, 0, len(text))]


@pytest.mark.parametrize(("text", "expected"), [
    ("Principal Machine Learning (ML) Platform Engineers", "Principal Machine Learning Platform Engineer"),
    ("Principal ML Operations (MLOps) Engineer", "Principal MLOps Engineer"),
    ("Sr. Data Engineer", "Senior Data Engineer"),
    ("Data Engineer Principal", "Principal Data Engineer"),
    ("AI/ML Engineer", "AI/ML Engineer"),
    ("Artificial Intelligence Engineer", "AI Engineer"),
    ("Full-Stack Developers", "Full Stack Developer"),
    ("Director of MLOps", "Director of MLOps"),
    ("head of data science", "Head of Data Science"),
    ("Vice President of Engineering and Product", "Vice President of Engineering and Product"),
    ("Senior Image Processing Engineer", "Senior Image Processing Engineer"),
    ("Senior People Operations Manager", "Senior People Operations Manager"),
    ("tool and die makers", "Tool and Die Maker"),
    ("programmer analysts", "Programmer Analyst"),
    ("SREs", "Site Reliability Engineer"),
    ("Softwareentwickler", "Software Developer"),
    ("UX-Designern", "UX Designer"),
    ("Datenanalysten", "Data Analyst"),
    ("Engineer, Machine Learning", "Machine Learning Engineer"),
    ("Machine Learning Engineer, Principal", "Principal Machine Learning Engineer"),
    ("Manager, Digital Marketing", "Digital Marketing Manager"),
    ("VP, Engineering", "Vice President of Engineering"),
    ("Senior Manager, Bridge Inspection", "Senior Manager of Bridge Inspection"),
])
def test_a_title_has_one_spelling(text: str, expected: str):
    assert found(text) == [(text, expected)]


@pytest.mark.parametrize(("text", "expected"), [
    ("Lead and mentor teams of ML engineers and data scientists", ["ML engineers", "data scientists"]),
    ("Project Managers/Product Owners", ["Project Managers", "Product Owners"]),
    ("Entry-Level: Data scientist, software engineer, or research assistant",
     ["Data scientist", "software engineer", "research assistant"]),
    ("AI and ML specialist roles", ["AI and ML specialist"]),
    ("a Principal AI Engineer's work", ["Principal AI Engineer"]),
    ("Mentor junior engineers", ["junior engineers"]),
    ("Hire Data Scientists", ["Data Scientists"]),
    ("opportunities as a consultant", ["consultant"]),
    ("Senior Software Engineer, Payments", ["Senior Software Engineer"]),
    ("Product Manager, Growth & Retention", ["Product Manager"]),
    ("Wir suchen einen Senior Data Engineer (m/w/d)", ["Senior Data Engineer"]),
])
def test_titles_in_running_text(text: str, expected: list[str]):
    assert [words for words, _ in found(text)] == expected


@pytest.mark.parametrize("text", [
    "Lead teams of people", "Architect and optimize systems", "Platform Engineering", "Engineer scalable systems", "Stakeholder Management",
    "American Society of Mechanical Engineers", "AWS Certified Solutions Architect", "focus on developer ergonomics",
    "act as a liaison between teams", "AI coding assistants", "Professional Data Engineer certification", "Major Tech Companies",
])
def test_what_is_no_title(text: str):
    assert found(text) == []


def test_a_level_before_a_known_role_makes_a_candidate_that_specialises_it():
    text = "Senior Wildlife Camera Engineer"
    span, = titles().find(text, 0, len(text))
    concept = titles().concept(span)
    assert not span.known and concept.candidate and concept.label == text
    assert dict(concept.links)["seniority"].endswith("/senior")
    assert vocabulary().concepts[dict(concept.links)["specialises"]].kind == "Role"


def test_a_known_role_is_the_vocabularys_own():
    text = "data engineers"
    span, = titles().find(text, 0, len(text))
    assert span.known and titles().concept(span) is vocabulary().concepts[span.iri]


def test_a_document_can_bring_its_own_roles():
    own = titles().whole("Kelp Forest Rangers and Menders", 0, 31)
    assert own is not None
    reader = titles().with_roles([titles().concept(own)])
    text = "most kelp forest rangers and menders work outdoors"
    assert [(text[s.begin:s.end], s.iri) for s in reader.find(text, 0, len(text))] == [("kelp forest rangers and menders", own.iri)]
    assert own.iri not in [s.iri for s in titles().find(text, 0, len(text))]


def test_only_a_part_of_a_sentence_can_be_asked_for():
    text = "Data engineers work with product managers"
    assert [text[s.begin:s.end] for s in titles().find(text, 0, len(text), within=(15, len(text)))] == ["product managers"]


def test_without_a_vocabulary_there_are_no_titles():
    assert TitleReader(Vocabulary()).find("Data Engineer", 0, 13) == []


WORDS = st.sampled_from(["Senior", "data", "Data", "engineer", "Engineers", "of", "and", ",", "(ML)", "ML", "Director", "manager", "Lead",
                         "the", "/", "C++", "Sr.", "II", "nurse", "–", "mentor", "é", "VP", "assistants", "in", "Test"])


@given(st.one_of(st.lists(WORDS, max_size=14).map(" ".join), st.text(max_size=60)))
def test_spans_lie_in_the_text_apart_and_in_order(text: str):
    spans = titles().find(text, 0, len(text))
    assert all(0 <= s.begin < s.end <= len(text) and s.label and s.iri for s in spans)
    assert all(a.end <= b.begin for a, b in pairwise(spans))
    assert spans == titles().find(text, 0, len(text))
