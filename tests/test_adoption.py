"""Further vocabularies: any SKOS file, ESCO's and O*NET's tables; what joins, what is held back, what is left out."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from kg import pipeline, settings, vocabulary
from kg.build import build
from kg.cli.main import application
from kg.errors import VocabularyError
from kg.model import Document
from kg.namespaces import RG, SKOS, Minter
from kg.store import open_revision, published
from kg.taxonomy.adopt import adopted
from kg.taxonomy.entries import Entry, Fault
from kg.taxonomy.labels import key
from kg.taxonomy.screening import Screening
from kg.vocabulary import parse
from tests.conftest import TESTDATA, needs_testdata

TURTLE = """
@prefix : <http://example.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
:crop a skos:Concept ; skos:prefLabel "crop rotation planning"@en , "Fruchtfolgeplanung"@de ; skos:broader :farm .
:farm a skos:Concept ; skos:prefLabel "farm stewardship"@en .
:ml a skos:Concept ; skos:prefLabel "Machine-Learning"@en ; skos:altLabel "statistical automata building"@en .
:same a skos:Concept ; skos:prefLabel "taming of snakes"@en ; skos:exactMatch <https://w3id.org/rolegraph/id/tool/python> .
"""
TEXT = "Requirements\n- Experience with crop rotation planning\n- Knowledge of statistical automata building\n- Taming of snakes\n"
FORMATS = {"ttl": ox.RdfFormat.TURTLE, "rdf": ox.RdfFormat.RDF_XML, "nt": ox.RdfFormat.N_TRIPLES, "jsonld": ox.RdfFormat.JSON_LD}
ESCO_HEAD = "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,description\n"


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def mentions(paths: list[Path], text: str = TEXT) -> dict[str, str]:
    """IRI of the concept of each mention, by its words."""
    reading = pipeline.read(pipeline.load(paths), Document("d", text, "d"))
    return {reading.quote(m).lower(): m.concept for m in reading.mentions}


@pytest.mark.parametrize("ending", FORMATS)
def test_any_skos_format_says_the_same(ending: str, tmp_path: Path):
    triples = [q.triple for q in ox.parse(TURTLE, ox.RdfFormat.TURTLE)]
    path = tmp_path / f"mine.{ending}"
    path.write_bytes(ox.serialize(triples, format=FORMATS[ending]))
    original = written(tmp_path, "original.ttl", TURTLE)
    assert adopted([path]).paths[0].read_text(encoding="utf-8").replace(path.name, original.name).replace("scheme/mine", "scheme/original") \
        .replace('"mine:', '"original:') == adopted([original]).paths[0].read_text(encoding="utf-8")


def test_texts_name_concepts_of_a_further_vocabulary(tmp_path: Path):
    found = mentions([written(tmp_path, "mine.ttl", TURTLE)])
    assert found["crop rotation planning"] == "http://example.org/crop"
    assert found["statistical automata building"] == "https://w3id.org/rolegraph/id/skill/machine-learning"
    assert found["taming of snakes"] == "https://w3id.org/rolegraph/id/tool/python"


def test_graph_keeps_their_iris_and_says_why_concepts_are_joined(tmp_path: Path):
    document = written(tmp_path, "farmer.txt", "Farmer\n\n" + TEXT)
    summary = build([document], settings.load(store=tmp_path / "store", vocabulary=[written(tmp_path, "mine.ttl", TURTLE)], reasoner="rules"))
    assert summary.published, summary.findings
    assert "2 new concepts, 2 that the vocabulary knows" in summary.notes[0]
    store = open_revision(published(tmp_path / "store"))
    assert store.query(f"""ASK {{ GRAPH ?g {{ <http://example.org/ml> <{SKOS}exactMatch> ?ours }}
        ?m <http://www.w3.org/2002/07/owl#annotatedSource> <http://example.org/ml> ; <https://w3id.org/sssom/mapping_justification> ?why
        GRAPH ?h {{ <http://example.org/crop> <{SKOS}broader> <http://example.org/farm> ; a <{RG}Skill> }} }}""",
                       use_default_graph_as_union=True)


def test_tables_of_esco_and_onet(tmp_path: Path):
    skills = written(tmp_path, "skills_en.csv", ESCO_HEAD + 'KnowledgeSkillCompetence,http://data.europa.eu/esco/skill/1,skill,x,'
                     'shear alpacas,"clip alpaca fleeces\nshear camelids",How to shear.\n')
    tools = written(tmp_path, "Technology Skills.txt", "O*NET-SOC Code\tExample\tCommodity Code\tCommodity Title\tHot Technology\tIn Demand\n"
                    "19-1011.00\tFleeceTrack Herd Manager FHM software\t1\tx\tN\tN\n19-1011.00\tPython\t1\tx\tY\tN\n")
    jobs = written(tmp_path, "Occupation Data.txt", "O*NET-SOC Code\tTitle\tDescription\n99-1\tAlpaca Shearers\tShear alpacas.\n")
    titles = written(tmp_path, "Alternate Titles.txt", "O*NET-SOC Code\tAlternate Title\tShort Title\tSource(s)\n99-1\tCamelid Barber\tn/a\t1\n")
    found = mentions([skills, tools, jobs, titles], "Requirements\n- Ability to clip alpaca fleeces in FleeceTrack Herd Manager FHM software\n"
                                                    "- Experience as a Camelid Barber\n")
    assert found["clip alpaca fleeces"] == "http://data.europa.eu/esco/skill/1"
    assert found["fleecetrack herd manager fhm software"].startswith("https://www.onetonline.org/search/tech/example?e=FleeceTrack%20Herd")
    assert found["camelid barber"] == "https://www.onetonline.org/link/summary/99-1"


def test_what_a_class_of_another_ontology_means_is_said_by_ours(tmp_path: Path):
    path = written(tmp_path, "mine.ttl", """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        <http://example.org/o> a <http://data.europa.eu/esco/model#Occupation> ; skos:prefLabel "alpaca shearer"@en .
        <http://example.org/p> a skos:Concept ; skos:prefLabel "Fleecemaster"@en .""")
    loaded = vocabulary.load([*vocabulary.shipped(), *adopted([path], kind="Tool").paths])
    assert (loaded.concepts["http://example.org/o"].kind, loaded.concepts["http://example.org/p"].kind) == ("Role", "Tool")


FAULTY = {
    "is broader than itself": "mine.ttl:6",
    "has no label": "mine.ttl:8",
    "has labels only in de, fr": "mine.ttl:9",
    "has the label of": "mine.ttl:5",
}
FAULTS = """@prefix : <http://example.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

:good a skos:Concept ; skos:prefLabel "crop rotation planning"@en .
:second a skos:Concept ; skos:prefLabel "Crop rotation planning"@en .
:up a skos:Concept ; skos:prefLabel "ups"@en ; skos:broader
  :down . :down a skos:Concept ; skos:prefLabel "downs"@en ; skos:broader :up .
:nameless a skos:Concept .
:foreign a skos:Concept ; skos:prefLabel "Ernte"@de , "moisson"@fr .
"""


def test_faulty_concepts_are_left_out_and_named(tmp_path: Path):
    path = written(tmp_path, "mine.ttl", FAULTS)
    told(adopted([path]).faults)
    assert mentions([path])["crop rotation planning"] == "http://example.org/good"


def told(faults: list[Fault]) -> None:
    for reason, place in FAULTY.items():
        found = [f for f in faults if reason in f.reason]
        assert len(found) == 1 and found[0].concept and found[0].hint and found[0].place.endswith(place), (reason, faults)
    assert len(faults) == len(FAULTY), faults


def test_faults_of_a_file_in_our_own_terms_are_left_out_and_named(tmp_path: Path):
    path = written(tmp_path, "mine.ttl", FAULTS.replace("skos:Concept", "rg:Skill").replace(
        "@prefix skos:", f"@prefix rg: <{RG}> . @prefix skos:", 1))
    result = adopted([path])
    told(result.faults)
    kept = {(t.subject.value, t.object.value) for t in parse(result.paths[0]) if t.predicate.value.endswith(("prefLabel", "broader"))}
    links = [pair for pair in kept if pair[1].startswith("http")]
    assert len(links) == 1 and {"good", "up", "down"} == {subject.rsplit("/")[-1] for subject, _ in kept}
    assert mentions([path])["crop rotation planning"] == "http://example.org/good"
    with pytest.raises(VocabularyError, match="setting vocabulary_faults"):
        adopted([path], faults="stop")


def test_a_concept_of_ours_may_be_extended_without_its_label(tmp_path: Path):
    path = written(tmp_path, "mine.ttl", f'@prefix skos: <{SKOS}> .\n<{Minter().concept("tool", "Python")}> a <{RG}ProgrammingLanguage> ; '
                   'skos:altLabel "Snakespeak"@en .\n')
    result = adopted([path])
    assert result.paths == (path,) and not result.faults


def test_a_setting_stops_at_the_first_fault(tmp_path: Path):
    path = written(tmp_path, "mine.ttl", FAULTS)
    with pytest.raises(VocabularyError, match="setting vocabulary_faults"):
        adopted([path], faults="stop")


@pytest.mark.parametrize("name, text, place, words", [
    ("broken.ttl", "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n<a:b> a skos:Concept ; ] .\n", "broken.ttl:2", ""),
    ("broken.csv", ESCO_HEAD + 'KnowledgeSkillCompetence,a:b,skill,x,"unclosed,,\n', "broken.csv:2", "quotes"),
    ("strange.csv", "name,colour\nx,y\n", "strange.csv:1", "unknown columns: name, colour"),
    ("broken.rdf", '<?xml version="1.0"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n<rdf:Description>\n</rdf:Descr>\n</rdf:RDF>',
     "broken.rdf:4", ""),
    ("broken.jsonld", '{"@id": "http://a.org/b"\n"@type": "c"}', "broken.jsonld:2", ""),
    ("lacking.csv", ESCO_HEAD.replace("preferredLabel", "name") + "x\n", "lacking.csv:1", "lacks the column preferredLabel of ESCO concepts"),
    ("empty.csv", "", "empty.csv", "is empty"),
    ("groups.csv", ESCO_HEAD + "ISCOGroup,a:b,,,managers,,\n", "groups.csv", "holds no skill"),
    ("empty.nt", "<http://a.org/b> <http://a.org/c> <http://a.org/d> .\n", "empty.nt", "holds no SKOS concept"),
    ("strange.docx", "x", "strange.docx", "no RDF format")])
def test_a_file_that_cannot_be_read_stops_with_its_place(name: str, text: str, place: str, words: str, tmp_path: Path):
    document = written(tmp_path, "farmer.txt", "Farmer\n\n" + TEXT)
    result = CliRunner().invoke(application(), ["build", str(document), "--store", str(tmp_path / "store"), "--vocabulary",
                                                str(written(tmp_path, name, text))])
    assert result.exit_code == 2 and place in result.output and words in result.output and "Traceback" not in result.output
    assert not (tmp_path / "store" / "current").exists()


def test_another_encoding_is_named_with_its_line(tmp_path: Path):
    path = tmp_path / "skills_en.csv"
    path.write_bytes((ESCO_HEAD + "KnowledgeSkillCompetence,a:b,skill,x,shear alpacas,,\nKnowledgeSkillCompetence,a:c,skill,x,g\xe9rer,,\n").encode("latin-1"))
    with pytest.raises(VocabularyError, match="not UTF-8") as error:
        adopted([path])
    assert error.value.place == f"{path}:3" and "UTF-8" in error.value.hint


def test_a_row_with_too_few_fields_is_left_out(tmp_path: Path):
    path = written(tmp_path, "skills_en.csv", ESCO_HEAD + "KnowledgeSkillCompetence,a:short\n"
                   "KnowledgeSkillCompetence,http://data.europa.eu/esco/skill/1,skill,x,shear alpacas,,\n")
    result = adopted([path])
    assert [(f.place.rsplit(":")[-1], f.reason) for f in result.faults] == [("2", "has 2 fields, the header 7")]
    assert result.counts["new"] == 1


# ---- which labels are held back

def entry(name: str, label: str, *alts: str, definition: str = "") -> Entry:
    return Entry(f"http://example.org/{name}", "Skill", label, "f:1", list(alts), definition=definition)


def test_labels_are_held_back_by_rule():
    entries = [entry("a", "shear alpacas", "clip fleeces", "shearing", "AI"), entry("b", "felt wool", "clip fleeces"),
               entry("c", "wool"), entry("d", "Haskell", "Haskell98"), entry("e", "ax")]
    screening = Screening(entries, ["To work wool by hand.", "Wool and other fibres."])
    reasons = {label: screening.reason(e, label) for e in entries for label in (e.label, *e.alt_labels)}
    assert reasons == {"shear alpacas": "", "clip fleeces": "shared", "shearing": "single", "AI": "short", "felt wool": "", "wool": "ordinary",
                       "Haskell": "", "Haskell98": "", "ax": "short"}
    assert screening.screen(entries[2]).in_context == ["wool"] and screening.screen(entries[3]).exact == ["Haskell", "Haskell98"]


WORDS = st.lists(st.sampled_from(["shear", "wool", "felt", "alpaca", "Haskell", "AI", "ax"]), min_size=1, max_size=3).map(" ".join)


@given(st.lists(st.lists(WORDS, min_size=1, max_size=4, unique=True), min_size=1, max_size=5), st.lists(WORDS))
def test_each_label_has_one_fate(labels: list[list[str]], definitions: list[str]):
    entries = [entry(str(i), *found) for i, found in enumerate(labels)]
    screening = Screening(entries, definitions)
    used: dict[str, str] = {}
    for e in entries:
        found = screening.screen(e)
        assert sorted([*found.plain, *found.in_context, *found.held]) == sorted({e.label, *e.alt_labels})
        for label in (*found.plain, *found.in_context):
            assert used.setdefault(key(label), e.iri) == e.iri


@needs_testdata
def test_all_of_esco_comes_in():
    """13,900 skills; what texts mean by ordinary words is not taken for them."""
    esco = TESTDATA / "taxonomies" / "esco-1.2.0" / "skill_labels.csv"
    result = adopted([esco])
    joined = sum(result.counts[name] for name in ("exactMatch", "closeMatch", "relatedMatch"))
    assert result.counts["new"] + joined + len(result.faults) > 13_900 and joined > 1_500
    found = mentions([esco], "Responsibilities\n- Harvest crops and clean the barn\n- Examine animals, use Python\n")
    assert "clean" not in found and found["python"] == "https://w3id.org/rolegraph/id/tool/python"
    assert any(iri.startswith("http://data.europa.eu/esco/skill/") for iri in found.values()), found
