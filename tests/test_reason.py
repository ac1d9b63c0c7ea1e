"""Reasoning: what follows, what contradicts, and that both reasoners say the same."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from typer.testing import CliRunner

from kg import clashes, contradiction, entail, hermit, reason, settings
from kg.build import build
from kg.cli.main import application
from kg.errors import ContradictionError, ReasoningError
from kg.namespaces import OWL, PREFIXES, RDF, RG, Minter
from kg.store import open_revision, published
from kg.vocabulary import parse, shipped
from tests.conftest import needs_java

MINTER = Minter()
ONTOLOGY = shipped()[0]
PREFIXED = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in PREFIXES.items()) + f"@prefix : <{MINTER.base}> .\n"


def store_of(turtle: str) -> ox.Store:
    """The ontology and some facts."""
    store = ox.Store()
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(MINTER.graph("ontology"))) for t in parse(ONTOLOGY))
    for quad in ox.parse((PREFIXED + turtle).encode(), ox.RdfFormat.TURTLE):
        store.add(ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(MINTER.graph("facts"))))
    return store


FACTS = """
:role a rg:Role ; rg:requiresTool :tool ; rg:facesChallenge :challenge ; rg:progressesTo :senior .
:senior a rg:Role ; rg:specialises :role ; rg:progressesTo :lead .
:lead a rg:Role .
:tool a rg:Library ; rg:toolSupports :skill .
:skill a rg:TechnicalSkill ; skos:broader :area .
:area a rg:KnowledgeArea .
:challenge a rg:Challenge ; rg:addressedBy :solution .
:solution a rg:Solution .
"""
FOLLOWS = [("role", "impliesSkill", "skill"), ("role", "impliesSkill", "area"), ("senior", "mayRequire", "tool"), ("role", "hasRemedy", "solution"),
           ("role", "leadsTo", "lead"), ("tool", "requiredBy", "role"), ("role", "requires", "tool")]


@pytest.mark.parametrize("reasoner", ["rules", pytest.param("hermit", marks=needs_java)])
@pytest.mark.parametrize(("subject", "name", "target"), FOLLOWS)
def test_chains_hierarchy_closure_and_inverses_follow(reasoner: str, subject: str, name: str, target: str):
    lines, _ = reason.infer(store_of(FACTS), MINTER, reasoner)
    assert f"<{MINTER.base}{subject}> <{RG}{name}> <{MINTER.base}{target}> <{MINTER.graph('inferred')}> .\n" in lines


def test_nothing_follows_that_was_said():
    store = store_of(FACTS)
    lines, _ = reason.infer(store, MINTER, "rules")
    assert f"<{MINTER.base}role> <{RG}requiresTool> <{MINTER.base}tool> <{MINTER.graph('inferred')}> .\n" not in lines
    assert lines == sorted(set(lines))


@needs_java
def test_hermit_and_the_rules_agree(guides: ox.Store):
    tbox, data = reason.relevant(guides, MINTER)
    by_rules = entail.closure(tbox, data)
    by_hermit = {t for t in reason.hermit(tbox, data) if entail.worth(t)}
    assert by_hermit and by_hermit <= by_rules
    # owlready2 leaves out inverses, which it answers on the fly, and super-properties of what is asserted
    links = {t for t in by_rules - by_hermit if t.predicate.value in (RG + "impliesSkill", RG + "mayRequire", RG + "hasRemedy")}
    assert not links


CLASHES = {
    ":x a rg:Role , rg:Tool .": ["Role", "Tool"],
    ":x a rg:Role ; rg:requiresTool :y . :y a rg:SoftSkill .": ["y", "requires tool", "soft skill"],
    ":x a rg:Library ; rg:progressesTo :y .": ["x", "progresses to", "library"],
    ":x a rg:Role ; rg:facesChallenge :y . :y a rg:Solution .": ["y", "faces challenge", "solution"],
}


@pytest.mark.parametrize("reasoner", ["rules", pytest.param("hermit", marks=needs_java)])
@pytest.mark.parametrize("clash", CLASHES)
def test_a_contradiction_is_told_by_what_clashes_and_nothing_else(reasoner: str, clash: str):
    store = store_of(FACTS + clash)
    with pytest.raises(ContradictionError) as error:
        reason.infer(store, MINTER, reasoner)
    assert "contradict" in error.value.reason and "nothing is both" in error.value.reason
    assert all(word.lower() in error.value.reason.lower() for word in CLASHES[clash])
    assert "senior" not in error.value.reason and not list(store.quads_for_pattern(None, None, None, ox.NamedNode(MINTER.graph("inferred"))))


@pytest.mark.parametrize("clash", CLASHES)
def test_what_is_told_is_needed_one_by_one(clash: str):
    """Minimal: the told set clashes, and without any one of its members it does not."""
    tbox, data = reason.relevant(store_of(FACTS + clash), MINTER)
    found = clashes.clashes(tbox, data)
    told = contradiction.justify(found[0], tbox, data)
    declared = [t for t in tbox if t.predicate.value == RDF + "type"]

    def clash_in(held: list[contradiction.Item]) -> list[clashes.Clash]:
        return clashes.clashes(declared + [t for i in held if i.axiom for t in i.triples], [t for i in held if not i.axiom for t in i.triples])
    assert clash_in(told) and all(not clash_in([i for i in told if i != left_out]) for left_out in told)


@needs_java
def test_hermit_agrees_that_the_told_set_clashes_and_is_minimal():
    tbox, data = reason.relevant(store_of(next(iter(CLASHES))), MINTER)
    told = contradiction.justify(clashes.clashes(tbox, data)[0], tbox, data)
    declared = [t for t in tbox if t.predicate.value == RDF + "type" and isinstance(t.subject, ox.NamedNode)]
    assert hermit.infer(declared + [t for i in told for t in i.triples], 60) is None
    assert all(hermit.infer(declared + [t for i in told if i != left_out for t in i.triples], 60) is not None for left_out in told)


@needs_java
def test_what_only_hermit_sees_is_told_too():
    """Beyond OWL 2 RL's rules as they stand here: two different things as values of a functional link."""
    text = PREFIXED + (":first a owl:ObjectProperty , owl:FunctionalProperty . :second a owl:ObjectProperty . :A a owl:Class ."
                       ":x a :A ; :first :y , :z ; :second :y . :y owl:differentFrom :z . :u a :A .")
    triples = [q.triple for q in ox.parse(text, ox.RdfFormat.TURTLE)]
    given = [t for t in triples if t.object.value.startswith(OWL)]
    with pytest.raises(ContradictionError) as error:
        reason.hermit(given, [t for t in triples if t not in given])
    told = error.value.reason.splitlines()
    assert [line for line in told if "functional" in line] and len([line for line in told if line.strip()[:2].rstrip(".").isdigit()]) == 4


@needs_java
def test_time_that_is_over_is_an_error_or_with_auto_a_note():
    with pytest.raises(ReasoningError, match="has not finished"):
        reason.infer(store_of(FACTS), MINTER, "hermit", seconds=0.01)
    lines, note = reason.infer(store_of(FACTS), MINTER, "auto", seconds=0.01)
    assert lines and "by the rules" in note


def test_a_vocabulary_that_contradicts_the_shipped_one_stops_the_build_before_anything_is_published(tmp_path: Path):
    """Exit code 1; the message names file, line and the sentences; the published graph is the one of before."""
    text = "Data Engineer\n\nRequirements\n- Experience with Python\n"
    (tmp_path / "advert.txt").write_text(text, encoding="utf-8")
    clash = tmp_path / "mine.ttl"
    clash.write_text("@prefix rg: <https://w3id.org/rolegraph/ontology#> .\n\n"
                     "<https://w3id.org/rolegraph/id/tool/python>\n    a rg:SoftSkill .\n", encoding="utf-8")
    given = ["build", str(tmp_path / "advert.txt"), "--store", str(tmp_path / "store"), "--reasoner", "rules"]
    assert CliRunner().invoke(application(), given).exit_code == 0
    before = published(tmp_path / "store")
    result = CliRunner().invoke(application(), [*given, "--vocabulary", str(clash)])
    assert result.exit_code == 1 and published(tmp_path / "store") == before
    assert f"{clash}:4" in result.output and "tools-languages.ttl" in result.output and "soft skill" in result.output


def test_statements_of_documents_are_told_with_their_sentences(tmp_path: Path):
    (tmp_path / "advert.txt").write_text("Data Engineer\n\nRequirements\n- Experience with Python\n", encoding="utf-8")
    build([tmp_path / "advert.txt"], settings.load(store=tmp_path / "store", reasoner="rules"))
    store = ox.Store()
    store.extend(open_revision(published(tmp_path / "store")))
    # a solution is no role: the clash rests on the sentence that makes Data Engineer one
    store.add(ox.Quad(ox.NamedNode(MINTER.base + "tool/python"), ox.NamedNode(RDF + "type"), ox.NamedNode(RG + "Solution"),
                      ox.NamedNode(MINTER.graph("vocabulary"))))
    for quad in list(store.quads_for_pattern(ox.NamedNode(MINTER.base + "tool/python"), ox.NamedNode(RDF + "type"), None)):
        if not quad.object.value.endswith("Solution"):
            store.remove(quad)
    with pytest.raises(ContradictionError) as error:
        reason.infer(store, MINTER, "rules")
    assert '"Experience with Python"' in error.value.reason and "advert, Requirements" in error.value.reason


def test_rules_and_owlrl_agree():
    """The library owlrl, the reference implementation of OWL 2 RL in Python, says the same of our own terms."""
    import owlrl
    import rdflib
    turtle = ox.serialize([q.triple for q in store_of(FACTS)], format=ox.RdfFormat.TURTLE).decode()
    graph = rdflib.Graph().parse(data=turtle, format="turtle")
    tbox, data = reason.relevant(store_of(FACTS), MINTER)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    reference = {ox.Triple(*map(ox.NamedNode, t)) for t in graph if all(isinstance(n, rdflib.URIRef) for n in t)}
    of_ours = {t for t in reference if t.subject.value.startswith(MINTER.base) and entail.worth(t)}
    by_rules = {t for t in (*data, *entail.closure(tbox, data)) if entail.worth(t)}
    assert of_ours == by_rules


@needs_java
def test_the_guides_with_ontology_and_vocabulary_are_consistent(guides: ox.Store):
    tbox, data = reason.relevant(guides, MINTER)
    assert len(data) > 1000
    reason.hermit(tbox, data)


def test_without_java_a_note_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("PATH", str(tmp_path))
    lines, note = reason.infer(store_of(FACTS), MINTER, "auto")
    assert lines and "Java" in note and "apt-get" in note


def test_types_climb_to_our_own_classes_only():
    made = entail.closure(list(parse(ONTOLOGY)), [ox.Triple(ox.NamedNode("http://a/t"), ox.NamedNode(RDF + "type"), ox.NamedNode(RG + "Library"))])
    assert {t.object.value for t in made} == {RG + "Tool"} | {t.object.value for t in made if t.object.value.startswith(RG)}
    assert RG + "Tool" in {t.object.value for t in made}
