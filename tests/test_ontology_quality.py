"""The ontology checked like software: each check finds its fault, the profile its violations, reasoning what cannot be."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from typer.testing import CliRunner

from kg.cli.main import application
from kg.namespaces import PREFIXES, RG
from kg.ontology import profile, quality, soundness, whereabouts
from kg.taxonomy import checks
from kg.vocabulary import parse, shipped

CHECKS = {check.name: check for check in checks.shipped_checks()}
HEAD = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in PREFIXES.items()) + "@prefix scheme: <https://w3id.org/rolegraph/id/scheme/> .\n"
CLASS = 'a owl:Class ; rdfs:label "x"@en ; skos:definition "What x is."@en '
# what each check of the ontology's own terms is to find, by the name of the offending term
FAULTS = {
    "concept-notation": "rg:x skos:inScheme scheme:x .",
    "concept-related-broader": "rg:x skos:related rg:y ; skos:broader rg:y .",
    "concept-scheme": "id:y skos:inScheme rg:x .",
    "ontology-header": "rg:x a owl:Ontology .",
    "ontology-version": 'rg:x a owl:Ontology ; owl:versionIRI <http://example.org/1.0.0> ; owl:versionInfo "1.1.0" .',
    "property-ends": "rg:x a owl:ObjectProperty .",
    "property-ends-several": "rg:x rdfs:domain rg:Role , rg:Tool .",
    "property-inverse": "rg:x owl:inverseOf rg:y ; rdfs:domain rg:Role . rg:y rdfs:range rg:Tool .",
    "term-built-in": "id:y owl:x id:z .",
    "term-cycle": "rg:x rdfs:subClassOf rg:y . rg:y rdfs:subClassOf rg:x .",
    "term-defined-by": f"rg:x {CLASS} .",
    "term-definition-several": 'rg:x skos:definition "One."@en , "Two."@en .',
    "term-definition-shared": f"rg:x {CLASS} . rg:y {CLASS} .",
    "term-deprecated-unexplained": "rg:x owl:deprecated true .",
    "term-deprecated-used": "rg:x owl:deprecated true . rg:y rdfs:subClassOf rg:x .",
    "term-example": f"rg:x {CLASS} .",
    "term-isolated": f"rg:x {CLASS} .",
    "term-label": "rg:x a owl:Class .",
    "term-label-form": 'rg:x a owl:Class ; rdfs:label "Two Words"@en .',
    "term-label-shared": f"rg:x {CLASS} . rg:y {CLASS} .",
    "term-name": "rg:x a owl:Class .",
    "term-punned": "rg:x a owl:Class , owl:ObjectProperty .",
    "term-undeclared": "id:y rdfs:subClassOf rg:x .",
    "term-undefined": "id:y rg:x id:z .",
}


@pytest.mark.parametrize("name", FAULTS)
def test_check_finds_its_fault(name: str, tmp_path: Path):
    (tmp_path / "bad.ttl").write_text(HEAD + FAULTS[name], encoding="utf-8")
    found = checks.run(checks.graph([tmp_path / "bad.ttl"]), [CHECKS[name]])
    assert found and found[0].term in (RG + "x", "http://www.w3.org/2002/07/owl#x")


def triples(turtle: str) -> list[ox.Triple]:
    return [q.triple for q in ox.parse(HEAD + turtle, ox.RdfFormat.TURTLE)]


DECLARED = "rg:x a owl:Class . rg:y a owl:Class . rg:p a owl:ObjectProperty . rg:q a owl:ObjectProperty . rg:d a owl:DatatypeProperty .\n"


@pytest.mark.parametrize(("axioms", "complaint"), [
    ("rg:x rdfs:subClassOf [ owl:unionOf ( rg:y ) ] .", "unionOf on the right of subClassOf"),
    ("rg:x rdfs:subClassOf [ owl:onProperty rg:p ; owl:someValuesFrom rg:y ] .", "someValuesFrom on the right"),
    ("[ owl:complementOf rg:y ] rdfs:subClassOf rg:x .", "complementOf on the left"),
    ("rg:x owl:equivalentClass [ owl:onProperty rg:p ; owl:allValuesFrom rg:y ] .", "allValuesFrom on the right of equivalentClass"),
    ("rg:p rdfs:domain [ owl:unionOf ( rg:x rg:y ) ] .", "unionOf as domain"),
    ("rg:x owl:disjointUnionOf ( rg:y ) .", "disjointUnionOf, which is not in OWL 2 RL"),
    ("rg:p a owl:ReflexiveProperty .", "ReflexiveProperty, which is not"),
    ("rg:x rdfs:subClassOf [ owl:onProperty rg:p ; owl:minCardinality 1 ] .", "minCardinality"),
    ("rg:d rdfs:range xsd:gYear .", "no datatype of OWL 2 RL"),
    ("rg:p rdfs:range rg:z .", "not declared as a class"),
    ("rg:p rdfs:subPropertyOf rg:d .", "properties of one kind"),
    ("rg:p a owl:DatatypeProperty .", "keeps apart"),
    ("rg:p a owl:TransitiveProperty , owl:FunctionalProperty .", "forbids of a property with a chain"),
    ("rg:p owl:propertyChainAxiom ( rg:q rg:q ) ; a owl:AsymmetricProperty .", "forbids of a property with a chain"),
    ("rg:p owl:propertyChainAxiom ( rg:q rg:q ) . rg:q owl:propertyChainAxiom ( rg:p rg:p ) .", "follows from itself"),
])
def test_profile_names_what_leaves_it(axioms: str, complaint: str):
    assert any(complaint in detail for _, detail in profile.problems(triples(DECLARED + axioms)))


@pytest.mark.parametrize("axioms", [
    "rg:x rdfs:subClassOf [ owl:onProperty rg:p ; owl:allValuesFrom rg:y ] .",
    "[ owl:unionOf ( rg:x rg:y ) ] rdfs:subClassOf rg:x .",
    "rg:p owl:propertyChainAxiom ( rg:p rg:q ) , ( rg:q rg:q ) ; a owl:TransitiveProperty .",
    "rg:x rdfs:subClassOf [ owl:onProperty rg:p ; owl:maxCardinality 1 ] .",
    "rg:d rdfs:range xsd:decimal .",
])
def test_profile_takes_what_belongs_to_it(axioms: str):
    assert profile.problems(triples(DECLARED + axioms)) == []


def test_shipped_ontology_is_in_the_profile_and_all_its_classes_are_possible():
    tbox = list(parse(shipped()[0]))
    assert profile.problems(tbox) == [] and soundness.impossible(tbox) == []


@pytest.mark.parametrize(("axioms", "term"), [
    ("rg:x rdfs:subClassOf rg:y , rg:z . rg:z a owl:Class ; owl:disjointWith rg:y .", "x"),
    ("rg:p rdfs:domain rg:x , rg:y . rg:x owl:disjointWith rg:y .", "p"),
    ("rg:p rdfs:range rg:x ; owl:inverseOf rg:q . rg:q rdfs:domain rg:y . rg:x owl:disjointWith rg:y .", "p"),
])
def test_what_nothing_can_have_is_named(axioms: str, term: str):
    assert RG + term in dict(soundness.impossible(triples(DECLARED + axioms)))


def test_contradictions_of_a_vocabulary_are_explained(tmp_path: Path):
    ontology = shipped()[0]
    path = tmp_path / "mine.ttl"
    path.write_text(HEAD + 'id:x a rg:Library ;\n    rg:progressesTo id:y .\n', encoding="utf-8")
    store = checks.graph([ontology, path])
    ((term, why),) = soundness.contradictions(list(parse(ontology)), list(parse(path)), store, [path])
    assert term.endswith("id/x") and f"{path}:18" in why and 'whatever "progresses to" leads from is a role' in why


def test_places_are_those_of_the_lines_that_people_read(tmp_path: Path):
    path = tmp_path / "mine.ttl"
    path.write_text("@prefix a: <http://a/> .\nPREFIX b: <http://b#>\n\na:one b:p a:two ;\n    b:q a:three .\n<http://c/x>\n  a b:y .\nb:v1.2 a b:y .\n",
                    encoding="utf-8")
    assert whereabouts.lines([path]) == {"http://a/one": f"{path}:4", "http://c/x": f"{path}:6", "http://b#v1.2": f"{path}:8"}


def test_report_names_check_term_and_line_and_the_shapes_findings():
    ontology, *vocabulary = shipped()
    problems = quality.inspect(ontology, [p for p in vocabulary if p.stem in ("schemes", "values")])
    assert [p for p in problems if p.severity == "error" and not p.check.startswith(("hierarchy", "reference", "shape", "term-undeclared"))] == []


def test_command_checks_another_ontology(tmp_path: Path):
    path = tmp_path / "other.ttl"
    text = shipped()[0].read_text(encoding="utf-8")
    path.write_text(text.replace("rg:Library a owl:Class ;\n", "rg:Library a owl:Class ;\n    rdfs:subClassOf rg:Skill ;\n", 1), encoding="utf-8")
    result = CliRunner().invoke(application(), ["ontology", "check", "--no-shapes", "--ontology", str(path), "--format", "json"])
    found = {p["check"]: p for p in json.loads(result.output)}
    assert result.exit_code == 1
    assert found["satisfiable"]["term"] in (RG + "Library", RG + "Framework") and found["satisfiable"]["place"].startswith(f"{path}:")
    assert "consistent" in found  # the libraries of the vocabulary cannot be


def test_shipped_ontology_and_vocabulary_have_no_error():
    result = CliRunner().invoke(application(), ["ontology", "check", "--all"])
    assert result.exit_code == 0 and "0 errors" in result.output, result.output[:2000]
