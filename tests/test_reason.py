"""Reasoning: what follows, what contradicts, and that both reasoners say the same."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import entail, reason
from kg.errors import VocabularyError
from kg.namespaces import PREFIXES, RDF, RG, Minter
from kg.vocabulary import parse, shipped
from tests.conftest import needs_java

MINTER = Minter()
ONTOLOGY = shipped()[0]


def store_of(turtle: str) -> ox.Store:
    """The ontology and some facts."""
    store = ox.Store()
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(MINTER.graph("ontology"))) for t in parse(ONTOLOGY))
    prefixes = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in PREFIXES.items()) + f"@prefix : <{MINTER.base}> .\n"
    for quad in ox.parse((prefixes + turtle).encode(), ox.RdfFormat.TURTLE):
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


@needs_java
def test_a_contradiction_is_found():
    store = store_of(":x a rg:Role , rg:Tool .")
    with pytest.raises(VocabularyError, match="contradict"):
        reason.infer(store, MINTER, "hermit")


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
