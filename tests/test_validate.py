"""`rolegraph validate` on anyone's files: what is wrong with data, and what is wrong with shapes, by shape, file, line and section."""

import csv
import io
import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import ShapesError
from kg.namespaces import SH
from kg.validate import validate_files, validate_store

PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <http://example.org/> .
"""
NODE = "ex:S a sh:NodeShape ; sh:targetClass ex:A ;\n"
PROPERTY = "ex:S a sh:PropertyShape ; sh:targetClass ex:A ; sh:path ex:p ;\n"
QUERY = NODE + '    sh:sparql [ sh:select "%s" ] .'

# shape, line where it is, words of the reason, section of the recommendation
ILL_FORMED = {
    "no path": (NODE + "    sh:property [ sh:minCount 1 ] .", 4, "has no sh:path", "2.3"),
    "a literal as path": (NODE + '    sh:property [ sh:path "name" ] .', 4, "is not a path", "2.3.1"),
    "a short sequence path": (NODE + "    sh:property [ sh:path ( ex:p ) ] .", 4, "at least two members", "2.3.1"),
    "two paths": (NODE + "    sh:property [ sh:path ex:p, ex:q ] .", 4, "2 values, may have one", "2.3"),
    "a path in itself": ("ex:S a sh:PropertyShape ; sh:targetClass ex:A ; sh:path _:b .\n_:b sh:inversePath _:b .", 3, "contains itself", "2.3.1"),
    "a node shape with a path": ("ex:S a sh:NodeShape ; sh:targetClass ex:A ; sh:path ex:p .", 3, "cannot have sh:path", "2.2"),
    "recursion": (NODE + "    sh:property [ sh:path ex:p ; sh:node ex:S ] .", 3, "refers to itself", "3.4.3"),
    "recursion through two": ("ex:S a sh:NodeShape ; sh:targetClass ex:A ; sh:not ex:T .\nex:T sh:and ( ex:S ) .", 3, "refers to itself", "3.4.3"),
    "an invalid regex": (PROPERTY + '    sh:pattern "(" .', 4, "no regular expression", "4.4.3"),
    "unknown flags": (PROPERTY + '    sh:pattern "a" ; sh:flags "z" .', 4, "no regular expression", "4.4.3"),
    "a count that is no number": (PROPERTY + '    sh:minCount "one" .', 4, "needs an xsd:integer", "4.2.1"),
    "two counts": (PROPERTY + "    sh:minCount 1, 2 .", 4, "2 values, may have one", "4.2.1"),
    "a count without a path": (NODE + "    sh:minCount 1 .", 4, "a node shape cannot have sh:minCount", "4.2.1"),
    "a negative length": (PROPERTY + "    sh:maxLength -1 .", 4, "cannot be negative", "4.4.2"),
    "an unknown node kind": (PROPERTY + "    sh:nodeKind sh:Iri .", 4, "needs one of", "4.1.3"),
    "an unknown term": (PROPERTY + "    sh:minCounts 1 .", 4, "not a term that a shape may have", "2.1"),
    "no list": (PROPERTY + "    sh:in ex:p .", 4, "well-formed list", "4.8.3"),
    "an empty list": (NODE + "    sh:or () .", 4, "empty list", "4.6.3"),
    "a literal as class": (PROPERTY + '    sh:class "A" .', 4, "needs an IRI", "4.1.1"),
    "a literal as severity": (NODE + '    sh:severity "Warning" .', 4, "needs an IRI", "2.1.4"),
    "a qualified shape without a count": (PROPERTY + "    sh:qualifiedValueShape [ sh:class ex:B ] .", 3, "needs sh:qualifiedMinCount", "4.7.3"),
    "a shape that nothing describes": (NODE + "    sh:node ex:T .", 4, "which the shapes do not describe", "4.7.1"),
    "a query that does not parse": (QUERY % "SELECT $this WHERE { $this ?p }", 4, "does not parse: unexpected '}'", "5.2"),
    "an unknown prefix": (QUERY % "SELECT $this WHERE { $this foo:p ?o }", 4, "Prefix not found", "5.2"),
    "a query without $this": (QUERY % "SELECT ?x WHERE { ?x ?p ?o }", 4, "does not project $this", "5.2"),
    "a federated query": (QUERY % "SELECT $this WHERE { SERVICE <http://x/> { $this ?p ?o } }", 4, "SERVICE", "appendix A"),
    "MINUS in a query": (QUERY % "SELECT $this WHERE { $this ?p ?o MINUS { $this ?p 1 } }", 4, "MINUS", "appendix A"),
    "VALUES in a query": (QUERY % "SELECT $this WHERE { VALUES ?x { 1 } $this ?p ?x }", 4, "VALUES", "appendix A"),
    "a pre-bound variable bound again": (QUERY % "SELECT (1 AS $this) WHERE { ?x ?p ?o }", 4, "pre-bound variable", "appendix A"),
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data.ttl"
    path.write_text(f'{PREFIXES}ex:a a ex:A ; ex:p "b", "c" .\nex:b a ex:A .\n', encoding="utf-8")
    return path


def shapes(tmp_path: Path, body: str) -> Path:
    path = tmp_path / "mine.ttl"
    path.write_text(PREFIXES + body + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("case", ILL_FORMED)
def test_ill_formed_shape_names_shape_file_line_and_section(case: str, tmp_path: Path, data: Path):
    body, line, reason, section = ILL_FORMED[case]
    with pytest.raises(ShapesError) as caught:
        validate_files([data], [shapes(tmp_path, body)])
    text = str(caught.value)
    assert text.startswith(f"{tmp_path / 'mine.ttl'}:{line}: shape ")
    assert "http://example.org/S" in text and reason in text
    assert f"SHACL {section if section.startswith('appendix') else 'section ' + section})" in text and "\n" not in text


def test_a_file_that_does_not_parse_names_its_line(tmp_path: Path, data: Path):
    with pytest.raises(ShapesError, match=r"mine\.ttl:4"):
        validate_files([data], [shapes(tmp_path, "ex:S a sh:NodeShape\n sh:closed true .")])


@pytest.mark.parametrize(("body", "note"), [
    (PROPERTY + '    sh:flags "i" .', "sh:flags without sh:pattern"),
    (PROPERTY + "    sh:qualifiedMinCount 1 .", "qualified counts"),
    (PROPERTY + '    sh:pattern "(?=b)b" .', "matched by Python's"),
    (NODE + "    sh:rule [ ] .", "infers and does not validate"),
])
def test_what_constrains_nothing_or_runs_elsewhere_is_said(body: str, note: str, tmp_path: Path, data: Path):
    assert note in validate_files([data], [shapes(tmp_path, body)]).render("text")


@pytest.mark.parametrize("engine", ["native", "pyshacl"])
def test_report_in_every_format(engine: str, tmp_path: Path, data: Path):
    file = shapes(tmp_path, NODE + '    sh:property [ sh:path ex:p ; sh:minCount 1 ; sh:maxCount 1 ; sh:message "one p"@en ] .')
    found = validate_files([data], [file], engine)
    assert {(r.focus.value, r.component.removeprefix(SH)) for r in found.results} == {
        ("http://example.org/a", "MaxCountConstraintComponent"), ("http://example.org/b", "MinCountConstraintComponent")}
    report = ox.Store()
    report.load(found.render("turtle").encode(), ox.RdfFormat.TURTLE)
    assert bool(report.query(f"ASK {{ ?r a <{SH}ValidationReport> ; <{SH}conforms> false ; <{SH}result> ?one, ?two FILTER(?one != ?two) }}"))
    body = json.loads(found.render("json"))
    assert not body["conforms"] and not body["publishable"] and len(body["results"]) == 2
    assert len(list(csv.DictReader(io.StringIO(found.render("csv"))))) == 2
    assert "one p" in found.render("text")


def test_findings_quote_the_sentence_behind_the_claim(guides: ox.Store, tmp_path: Path):
    file = shapes(tmp_path, "@prefix rg: <https://w3id.org/rolegraph/ontology#> .\nex:S a sh:NodeShape ; sh:targetClass rg:ExperienceRequirement ;\n"
                            "    sh:property [ sh:path rg:minYears ; sh:maxInclusive 9 ; sh:message \"asks for too many years\"@en ] .")
    found = validate_store(guides, [file])
    result = next(r for r in found.results if isinstance(r.shape, ox.BlankNode))
    sentence = found.sentences(result)[0]
    assert str(result.value.value) in sentence.quote and sentence.section and sentence.end - sentence.begin >= len(sentence.quote) > 20
    text = found.render("text")
    assert "asks for too many years" in text and sentence.quote[:40] in text
    evidence = [row["evidence"] for row in json.loads(found.render("json"))["results"] if row["evidence"]]
    assert any(e["quote"] == sentence.quote and (e["begin"], e["end"]) == (sentence.begin, sentence.end) for rows in evidence for e in rows)


def test_warnings_and_infos_stay_with_the_graph_that_they_are_about(guides: ox.Store):
    found = validate_store(guides)
    kept = {(q.subject, q.object.value) for q in guides.quads_for_pattern(None, ox.NamedNode(SH + "resultSeverity"), None, None)}
    graphs = {q.graph_name.value.rsplit("/", 1)[1] for q in guides.quads_for_pattern(None, ox.NamedNode(SH + "resultSeverity"), None, None)}
    assert graphs == {"build"} and len(kept) == len(set(found.results)) > 0
    assert {severity for _, severity in kept} == {SH + "Warning", SH + "Info"}


def test_kept_results_do_not_depend_on_names_that_a_parser_makes_up(tmp_path: Path, data: Path):
    file = shapes(tmp_path, NODE + "    sh:property [ sh:path [ sh:inversePath ex:p ] ; sh:minCount 1 ], [ sh:path ex:p ; sh:maxCount 1 ] .")
    first, second = (validate_files([data], [file]).report.triples("https://example.org/kept/") for _ in range(2))
    assert first == second and len({t.subject for t in first}) == 1 + 3
    assert not any(isinstance(term, ox.BlankNode) for t in first for term in (t.subject, t.object))
