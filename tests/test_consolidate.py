"""From claims to facts and conflict sets, on claims made by hand."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.consolidate import facts, rules
from kg.errors import VocabularyError
from kg.namespaces import PREFIXES, XSD, Minter
from kg.vocabulary import parse, shipped

MINTER = Minter()
VALUES = next(p for p in shipped() if p.name == "values.ttl")
CLAIMS = """
:d1 a rg:Document . :d2 a rg:Document .
:c1 a rg:Claim ; rg:document :d1 ; rg:subject :role ; rg:property rg:requiresTool ; rg:object :tool ; rg:confidence 0.5 ; rg:modality modality:required .
:c2 a rg:Claim ; rg:document :d1 ; rg:subject :role ; rg:property rg:requiresTool ; rg:object :tool ; rg:confidence 0.6 ; rg:modality modality:preferred .
:c3 a rg:Claim ; rg:document :d2 ; rg:subject :role ; rg:property rg:requiresTool ; rg:object :tool ; rg:confidence 0.5 ; rg:modality modality:preferred .
:c4 a rg:Claim ; rg:document :d2 ; rg:subject :role ; rg:property rg:requiresTool ; rg:object :other ; rg:confidence 0.9 ; rg:modality modality:mentioned .
:role skos:prefLabel "Role" .
"""


def rows(turtle: str, query: str) -> list:
    """Consolidate claims and ask the result."""
    store = ox.Store()
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(MINTER.graph("vocabulary"))) for t in parse(VALUES))
    prefixes = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in PREFIXES.items()) + f"@prefix : <{MINTER.base}> .\n"
    prefixes += "".join(f"@prefix {s}: <{MINTER.base}{s}/> .\n" for s in ("modality", "statistic", "component", "measure", "degree"))
    for quad in ox.parse((prefixes + turtle).encode(), ox.RdfFormat.TURTLE):
        store.add(ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(MINTER.graph("document/d"))))
    facts.facts(store, MINTER)
    return list(store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True))


def test_a_fact_counts_documents_and_claims_and_takes_the_strongest_modality():
    (row,) = rows(CLAIMS, "SELECT * WHERE { ?f a rg:Fact ; rg:documentCount ?d ; rg:claimCount ?c ; rg:confidence ?k ; rg:modality/skos:notation ?m }")
    assert (row["d"].value, row["c"].value, row["m"].value) == ("2", "3", "Required")
    assert row["k"].value == "0.8"  # 1 - (1 - 0.6)(1 - 0.5): the best claim of each document


def test_what_is_only_mentioned_is_no_fact():
    assert not rows(CLAIMS, "SELECT ?s WHERE { ?s rg:requiresTool id:other }")
    assert len(rows(CLAIMS, "SELECT ?s WHERE { ?s rg:requiresTool id:tool }")) == 1


def test_a_fact_names_its_claims():
    found = {r["c"].value.removeprefix(MINTER.base) for r in rows(CLAIMS, "SELECT ?c WHERE { ?f rg:derivedFrom ?c }")}
    assert found == {"c1", "c2", "c3"}


@given(st.permutations(["0.1", "0.25", "0.5", "0.93"]))
def test_combined_confidence_does_not_depend_on_the_order(terms: list[str]):
    combined = rules.NoisyOr()
    for term in terms:
        combined.accumulate(ox.Literal(term, datatype=ox.NamedNode(XSD + "decimal")))
    assert combined.finish().value == "0.9764"


def test_a_broken_rule_is_named_with_its_file(tmp_path: Path):
    rule = tmp_path / "99-broken.rq"
    rule.write_text("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p }", encoding="utf-8")
    with pytest.raises(VocabularyError) as error:
        rules.run(rule, ox.Store(), MINTER)
    assert "99-broken.rq" in error.value.place
