"""Mentions: what is marked, as what, where exactly, and what is left alone."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.language.morphology import spellings
from kg.mentions.finder import MentionFinder, customise_tokenizer
from kg.model import Document, Passage, Reading, Section
from kg.titles.reader import TitleReader
from kg.vocabulary import load
from tests.conftest import TESTDATA, needs_testdata
from tests.sample_readings import label, named, reading, stages


def tools(text: str, type_: str = "Requirement") -> list[str]:
    return [name for _, name in named(reading((type_, text)), "Tool")]


def skills(text: str, type_: str = "Requirement") -> list[tuple[str, str]]:
    return named(reading((type_, text)), "Skill")


@pytest.mark.parametrize(("text", "expected"), [
    ("Proficiency in C++/C#, .NET and Node.js", ["C++", "C#", ".NET", "Node.js"]),
    ("Python, R, or Go", ["Python", "R", "Go"]),
    ("ML libraries such as PyTorch and Scikit-Learn", ["PyTorch", "scikit-learn"]),
    ("cloud platforms (AWS, GCP, Azure)", ["Amazon Web Services", "Google Cloud Platform", "Microsoft Azure"]),
    ("GCP and Google Cloud Platform", ["Google Cloud Platform", "Google Cloud Platform"]),
    ("K8s clusters", ["Kubernetes"]),
    ("AWS (S3, Glue, Lambda)", ["Amazon Web Services", "Amazon S3", "AWS Glue", "AWS Lambda"]),
])
def test_tools_by_their_names(text: str, expected: list[str]):
    assert tools(text) == expected


@pytest.mark.parametrize("text", [
    "Own our go-to-market strategy", "Work with R&D teams", "Excel in a fast-paced environment", "Go above and beyond",
    "React quickly to changing requirements", "Access to healthcare", "the spark of an idea", "Vitamin C",
])
def test_ordinary_words_are_no_tools(text: str):
    assert tools(text, "Responsibility") == []


@pytest.mark.parametrize(("text", "expected"), [
    ("Build CI/CD pipelines", [("CI/CD", "CI/CD")]),
    ("Understanding of machine learning algorithms and techniques", [("machine learning", "machine learning")]),
    ("Excellent written and verbal communication skills", [("communication", "communication")]),
    ("Strong analytical and problem-solving abilities", [("analytical", "analytical thinking"), ("problem-solving", "problem-solving")]),
    ("Familiarity with Infrastructure as Code (IaC) tools",
     [("Infrastructure as Code", "infrastructure as code"), ("IaC", "infrastructure as code")]),
    ("Problem solving and data-modeling", [("Problem solving", "problem-solving"), ("data-modeling", "data modeling")]),
    ("AI/ML", [("AI", "artificial intelligence"), ("ML", "machine learning")]),
    ("Knowledge of LLMs", [("LLMs", "large language model")]),
])
def test_a_skill_is_the_shortest_noun_phrase_that_names_it(text: str, expected: list[tuple[str, str]]):
    assert skills(text) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("Supervised and unsupervised learning", ["supervised learning", "unsupervised learning"]),
    ("Data collection, cleaning, and storage", ["data collection", "data cleaning", "data storage"]),
    ("Model training and deployment", ["model training", "model deployment"]),
    ("Unit and integration testing", ["unit testing", "integration testing"]),
    ("Descriptive, predictive, and prescriptive analytics", ["descriptive analytics", "predictive analytics", "prescriptive analytics"]),
])
def test_items_of_a_list_get_the_word_they_share(text: str, expected: list[str]):
    assert [name for _, name in skills(text)] == expected


@pytest.mark.parametrize("text", [
    "Communicate complex concepts to stakeholders", "Collaborate with cross-functional teams", "Take on leadership roles",
    "Bridge the gap between data science and operations teams, driving growth", "Cutting-edge solutions for the business",
    "Build pipelines for the warehouse",
])
def test_verb_phrases_and_generic_words_are_no_skills(text: str):
    assert set(skills(text, "Responsibility")) <= {("data science", "data science")}


def test_an_area_before_a_generic_noun_is_unsure():
    found = reading(("Responsibility", "Deploy ML models and AI and ML systems"), "Understanding of ML algorithms")
    assert [m.confidence <= 0.5 for m in found.mentions if found.quote(m) in ("ML", "AI")] == [True, True, True, False]


def test_a_name_can_be_a_tool_or_a_certification():
    assert named(reading("Experience with AWS and Azure")) == [("AWS", "Amazon Web Services"), ("Azure", "Microsoft Azure")]
    found = reading(("Qualification", "Relevant certifications (e.g., AWS, Azure)"))
    assert [m.kind for m in found.mentions] == ["Certification"] * 2
    assert [name for _, name in named(found)] == ["Amazon Web Services certification", "Microsoft Azure certification"]


def test_a_name_can_be_an_employer_or_a_product():
    found = reading(("SalaryFact", "Example: At Meta, pay is $231,000"), ("MarketFact", "companies like Google, Oracle and Netflix"))
    assert {(label(found, m.concept), m.kind) for m in found.mentions if m.kind != "Place"} == {
        (name, "Organization") for name in ("Meta", "Google", "Oracle", "Netflix")}


def test_a_name_can_be_a_field_of_study_or_a_skill():
    found = reading(("Qualification", "Bachelor's degree in Computer Science, Statistics, or a related field"), "Knowledge of statistics")
    assert [(m.kind, label(found, m.concept)) for m in found.mentions] == [
        ("Degree", "Bachelor's degree"), ("FieldOfStudy", "Computer Science"), ("FieldOfStudy", "Statistics"), ("Skill", "statistics")]


def test_industries_need_their_context():
    found = reading(("MarketFact", "Demand in sectors such as finance, healthcare, and technology"),
                    ("MarketFact", "the MLOps industry"), ("Requirement", "a combination of education, experience, and technology"))
    assert named(found, "Industry") == [(name, name) for name in ("finance", "healthcare", "technology", "MLOps")]


def test_a_city_with_its_state_is_one_place():
    found = reading(("SalaryFact", "Austin, TX: $156,831; New York City, NY: $184,982; San Francisco, California"))
    assert [words for words, _ in named(found, "Place")] == ["Austin, TX", "New York City, NY", "San Francisco, California"]


def test_a_skill_inside_a_title_is_not_marked():
    assert named(reading("Work with Machine Learning Engineers")) == [("Machine Learning Engineers", "Machine Learning Engineer")]


def test_headings_hold_roles_places_and_organisations_only():
    found = reading(("SalaryFact", "Average: $147,220"), heading="Python Engineer Salary at ZipRecruiter in Texas")
    assert {(m.kind, m.passage) for m in found.mentions} == {("Role", None), ("Organization", None), ("Place", None)}


@pytest.mark.parametrize(("text", "expected"), [
    ("Experience with tools like Foobarix, Kubernetes and Zarqon", ["Foobarix", "Zarqon"]),
    ("Proficiency in Python, Quxlang, and Java", ["Quxlang"]),
    ("Knowledge of databases (e.g., FauxnaDB)", ["FauxnaDB"]),
    ("Frameworks: Vibrato, Kontakto 3", ["Vibrato", "Kontakto 3"]),
    ("Languages: English (fluent), German", []),
    ("Strong tools: Excellent knowledge of our systems", []),
    ("Work with Finance, Marketing, and Sales", []),
])
def test_names_that_no_vocabulary_holds_become_candidates(text: str, expected: list[str]):
    found = reading(text)
    assert sorted(c.label for c in found.candidates.values()) == sorted(expected)
    new = [m for m in found.mentions if m.method == "new term"]
    assert [found.quote(m) for m in new] == expected and all(m.confidence == 0.6 and m.concept in found.candidates for m in new)


@pytest.mark.parametrize(("text", "expected"), [
    ("Companies such as Oracle, Stripe and Snowflake publish frameworks", ["Oracle", "Stripe", "Snowflake"]),
    ("Brightwater Ferries is a shipping company based in Oslo", ["Brightwater Ferries"]),
    ("The Halm & Brandt is looking for a plumber", ["Halm & Brandt"]),
    ("At Quillfeather, we print school books", ["Quillfeather"]),
    ("Tarnwood Optics sells lenses to photographers", ["Tarnwood Optics"]),
    ("Ravenhill Traders · Remote or hybrid in Chicago, IL", ["Ravenhill Traders"]),
    ("**Company:** Brackwater", ["Brackwater"]),
    ("Company: We build software", []),
    ("Full-time · Hybrid in Chicago, IL", []),
    ("Data Engineering is a discipline of its own", []),
    ("At Night, patients sleep", []),
    ("Successful Candidates enjoy our support", []),
])
def test_organisations_by_how_the_text_speaks_of_them(text: str, expected: list[str]):
    assert [words for words, _ in named(reading(("Definition", text)), "Organization")] == expected


@pytest.mark.parametrize(("text", "kind", "expected"), [
    ("Experience with Chef, Puppet, and Ansible", "Tool", ["Chef", "Puppet", "Ansible"]),
    ("Cook with the chef and the bakers", "Role", ["chef", "bakers"]),
    ("Proficiency in Adobe Illustrator and Photoshop", "Tool", ["Adobe Illustrator", "Photoshop"]),
    ("Build AI agents, including chatbots and virtual assistants", "Role", []),
    ("Tools such as Zoltar WMS, Jira and Trello", "Tool", ["Zoltar WMS", "Jira", "Trello"]),
    ("B.Tech or B.E. in Electronics", "FieldOfStudy", ["Electronics"]),
    ("BS/MS in CS or a related field", "FieldOfStudy", ["CS"]),
    ("Sectors such as healthcare, retail, and security", "Industry", ["healthcare", "retail", "security"]),
    ("Technology companies, consulting firms, finance, and logistics", "Industry", ["Technology", "consulting", "finance", "logistics"]),
    ("CFA or CPA preferred", "Certification", ["CFA", "CPA"]),
    ("A Quarry Safety Inspector credential is useful", "Certification", ["Quarry Safety Inspector"]),
    ("CI/CD-Pipelines mit GitLab", "Skill", ["CI/CD"]),
    ("Applications received until March 3", "Degree", []),
])
def test_the_company_of_a_name_says_what_it_is(text: str, kind: str, expected: list[str]):
    assert [words for words, _ in named(reading(("Qualification", text)), kind)] == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("Experience with machine learning, plankton recognition, and glacier modeling", ["plankton recognition", "glacier modeling"]),
    ("Knowledge of plankton classification", ["plankton classification"]),
    ("Two years of project work", []),
    ("Work with the marketing and the sales department", []),
    ("Strong communication, and ability to optimize reporting", []),
])
def test_noun_phrases_beside_skills_become_candidates(text: str, expected: list[str]):
    assert [found.label for found in reading(text).candidates.values() if found.kind == "Skill"] == expected


def test_what_a_document_introduces_is_found_again():
    found = reading(("Requirement", "Experience with tools such as Zarqonix, Jira and Trello"), ("Responsibility", "Run Zarqonix every day"),
                    ("Definition", "Industrial engineering (IE) is old"), ("Requirement", "A good grasp of IE"))
    again = [(found.quote(m), label(found, m.concept), m.passage) for m in found.mentions if m.method == "named before"]
    assert again == [("Zarqonix", "Zarqonix", 1), ("IE", "industrial engineering", 2), ("IE", "industrial engineering", 3)]
    first, second = (m for m in found.mentions if found.quote(m) == "Zarqonix")
    assert second.confidence < first.confidence


def test_a_company_by_its_legal_form():
    found = reading(("Definition", "Example Widgets GmbH, Berlin"))
    assert named(found, "Organization") == [("Example Widgets GmbH", "Example Widgets GmbH")]


VOCABULARY = """
@prefix rg: <https://w3id.org/rolegraph/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
rg:TechnicalSkill rdfs:subClassOf rg:Skill .
<https://w3id.org/rolegraph/id/skill/kelp-farming> a rg:TechnicalSkill ;
    skos:prefLabel "kelp farming"@en ; skos:altLabel "macroalgae growing"@en .
<https://w3id.org/rolegraph/id/tool/trawl> a rg:Tool ; skos:prefLabel "Trawl"@en ; rg:exactCaseLabel "Trawl"@en .
"""


def test_any_vocabulary_will_do(tmp_path: Path):
    path = tmp_path / "kelp.ttl"
    path.write_text(VOCABULARY, encoding="utf-8")
    vocabulary = load([path])
    nlp = spacy.blank("en")
    customise_tokenizer(nlp)
    text = "Macroalgae growing, kelp-farming with Trawl; we trawl"
    found = Reading(Document("x", text, "x"), text, passages=[Passage(0, len(text), None, (), "Requirement")])
    MentionFinder(nlp, vocabulary, TitleReader(vocabulary)).find(nlp.make_doc(text), found)
    assert [found.quote(m) for m in found.mentions] == ["Macroalgae growing", "kelp-farming", "Trawl"]


def test_spellings_of_a_label():
    assert {"data pipeline", "data pipelines", "data-pipeline"} <= set(spellings("data pipeline", True, True))
    assert {"LLM", "LLMs"} <= set(spellings("LLM", True, False))
    assert {"hyperparameter tuning", "hyper-parameter tuning"} <= set(spellings("hyperparameter tuning", True, True, ("hyper",)))
    assert {"Bachelor's degree", "Bachelor’s degree", "Bachelor's degrees"} <= set(spellings("Bachelor's degree", True, False))
    assert "R" in spellings("R", False, False) and len(spellings("R", False, False)) == 1


def test_the_tokenizer_cuts_the_same_everywhere():
    nlp, _, _ = stages()
    tokens = [t.text for t in nlp.make_doc("(C++/C#) scikit-learn's")]
    assert tokens == ["(", "C", "+", "+", "/", "C", "#", ")", "scikit", "-", "learn", "'", "s"]


WORDS = st.sampled_from(["Python", "and", "or", ",", "C++", "/", "machine", "learning", "data", "collection", "cleaning", "(", ")", "AWS",
                         "e.g.", "strong", "communication", "skills", "tools", "like", "Foobarix", "engineers", "senior", "degree", "in",
                         "İ", "ß", "ML", "certifications", "industry", "Austin, TX", "GmbH", ":", ".", "Go", "unsupervised", "supervised",
                         "’", "\n", "–"])
TYPES = st.sampled_from(["Requirement", "SoftSkill", "MarketFact", "SalaryFact", "Responsibility", "Trend"])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(TYPES, st.one_of(st.lists(WORDS, max_size=16).map(" ".join), st.text(max_size=40))), max_size=4))
def test_mentions_lie_in_their_passages_apart_and_in_order(items: list[tuple[str, str]]):
    found = reading(*items)
    again = reading(*items)
    assert found.mentions == again.mentions and found.candidates == again.candidates
    assert all(a.end <= b.begin for a, b in pairwise(found.mentions))
    for m in found.mentions:
        p = found.passages[m.passage]
        assert p.begin <= m.begin < m.end <= p.end and found.quote(m).strip() == found.quote(m)
        assert 0 < m.confidence <= 1 and m.kind and m.method and label(found, m.concept)


def test_time_grows_with_the_length_of_a_line_only():
    """A hundred thousand words in one passage: what looked at every pair of names would not come back."""
    line = "Strong communication, Python and SQL (e.g., Foobarix), written and verbal communication, data collection and cleaning; "
    found = reading(line * 7_000)
    assert len(found.mentions) == len(reading(line).mentions) * 7_000


def test_an_empty_document_has_no_mentions():
    nlp, finder, _ = stages()
    found = Reading(Document("x", "", "x"), "")
    finder.find(nlp.make_doc(""), found)
    assert found.mentions == []


@needs_testdata
@pytest.mark.parametrize("name", ["principal-ml-platform-engineer", "principal-mlops-engineer"])
def test_mentions_agree_with_what_people_marked(name: str):
    records = [json.loads(line) for line in (TESTDATA / "gold" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    text = (TESTDATA / "documents" / f"{name}.txt").read_bytes().decode()
    found = Reading(Document(name, text, name), text)
    for r in records:
        if r["kind"] == "passage":
            found.sections.append(Section((r["path"] or ["Document"])[-1], r["start"], r["start"], 1))
            found.passages.append(Passage(r["start"], r["end"], None, tuple(r["path"]), r["type"]))
    nlp, finder, _ = stages()
    finder.find(nlp.make_doc(text), found)
    marked = [r for r in records if r["kind"] == "mention" and r.get("in") != "heading"]
    wanted = {(r["start"], r["end"], r["type"]) for r in marked if not r.get("weak")}
    weak = [(r["start"], r["end"]) for r in marked if r.get("weak")]
    got = {(m.begin, m.end, m.kind) for m in found.mentions
           if m.passage is not None and not any(m.begin < e and b < m.end for b, e in weak)}
    bars = {"Tool": 0.97, "Skill": 0.85, "Role": 0.93, "Organization": 0.93, "Industry": 0.93, "FieldOfStudy": 0.93}
    for kind, least in bars.items():
        gold, graph = {w for w in wanted if w[2] == kind}, {g for g in got if g[2] == kind}
        if gold:
            assert 2 * len(gold & graph) / (len(gold) + len(graph)) >= least, kind
    sure = [m for m in found.mentions if m.confidence >= 0.9 and (m.begin, m.end, m.kind) in got]
    assert sum((m.begin, m.end, m.kind) in wanted for m in sure) / len(sure) >= 0.95
