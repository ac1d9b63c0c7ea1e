"""The pipeline as a spaCy user meets it."""

from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from kg import pipeline
from kg.model import Document
from kg.namespaces import Minter
from kg.rdf import QuadWriter

GOLDEN = Path(__file__).parent / "golden"
ADVERT = """Data Engineer

About the role
A Data Engineer builds the pipelines that feed reports and models.

Requirements
- 3+ years of experience with Python or Java
- Bachelor's degree in Computer Science; a Master's degree is preferred
- Familiarity with Terraform

Salary
- Average salary: $120,000 per year in Texas (2024)

Common Challenges
- Challenge: Late data breaks reports
- Solution: Monitor data quality and alert owners
"""


@pytest.fixture(scope="module")
def nlp() -> Language:
    return pipeline.load()


def test_it_is_a_spacy_language_of_four_components(nlp: Language):
    assert isinstance(nlp, spacy.Language)
    assert nlp.pipe_names == list(pipeline.STAGES)


def test_a_user_adds_a_component_after_ours(nlp: Language):
    @Language.component("count_tools")
    def count_tools(doc):
        doc.user_data["tools"] = sum(m.kind == "Tool" for m in doc._.reading.mentions)
        return doc
    own = pipeline.load()
    own.add_pipe("count_tools", last=True)
    assert own(ADVERT).user_data["tools"] == 3


def test_components_come_by_name_in_a_pipeline_of_ones_own():
    nlp = spacy.blank("en")
    nlp.add_pipe("rolegraph_split")
    assert [p.type for p in nlp(ADVERT)._.reading.passages][-1] == "Solution"


def test_offsets_are_those_of_the_text(nlp: Language):
    text = "Überblick – naïve café 😀\n\nRequirements\n- Python, Java and SQL"
    doc = nlp(text)
    assert {doc.text[m.begin:m.end] for m in doc._.reading.mentions if m.kind == "Tool"} == {"Python", "Java", "SQL"}


def test_a_small_document_gives_the_golden_graph(nlp: Language):
    reading = pipeline.read(nlp, Document("advert", ADVERT, "advert.txt"))
    known = pipeline.knowledge(()).vocabulary
    lines = QuadWriter(known, Minter(), "https://w3id.org/rolegraph/id/build/golden").lines(reading)
    assert lines == sorted(set(lines))
    assert "".join(lines) == (GOLDEN / "advert.nq").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["", " ", "\n\n", "-", "•", "#", "a", "$", "1", "\u202e", "😀" * 10, ":" * 50])
def test_odd_texts_are_read_without_a_word(nlp: Language, text: str):
    assert nlp(text)._.reading is not None
