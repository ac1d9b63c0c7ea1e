"""Canonical Turtle: same statements, same bytes; comments stay; the shipped vocabulary is in it."""

from __future__ import annotations

import random
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from kg.cli.main import application
from kg.errors import VocabularyError
from kg.turtle import formatted, is_canonical
from tests.conftest import ROOT

VOCABULARY = sorted((ROOT / "ontology" / "vocabulary").glob("*.ttl"))
MESSY = '''# What this file holds.
# Second line.
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix unused: <http://example.org/unused#> .
PREFIX : <http://example.org/>

# a section

# b is special
:b skos:prefLabel "b # no comment"@en, "b"@de ; a skos:Concept ; # inside
   skos:altLabel "x; y."@en , """two
lines"""@en .
:a skos:notation 7, 1.50, true ; skos:broader :b .
<http://example.org/c/d> skos:member ( :a [ skos:note "x" ] ) .
# the end
'''
TIDY = '''# What this file holds.
# Second line.
@prefix : <http://example.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

# a section

:a skos:notation 1.50 ;
    skos:notation 7 ;
    skos:notation true ;
    skos:broader :b ;
    .

# b is special
# inside
:b a skos:Concept ;
    skos:prefLabel "b # no comment"@en ;
    skos:prefLabel "b"@de ;
    skos:altLabel "two\\nlines"@en ;
    skos:altLabel "x; y."@en ;
    .

<http://example.org/c/d> skos:member ( :a [ skos:note "x" ] ) ;
    .

# the end
'''


def test_a_messy_file_becomes_tidy_and_keeps_its_comments():
    assert formatted(MESSY) == TIDY
    assert formatted(TIDY) == TIDY


@pytest.mark.parametrize("path", VOCABULARY, ids=lambda p: p.stem)
def test_shipped_file_is_in_canonical_form(path: Path):
    assert is_canonical(path), "run: rolegraph ontology format"


NAMES = st.sampled_from([f"http://example.org/{n}" for n in ("a", "b", "c-d", "e/f", "g.h", "")])
LITERALS = st.builds(lambda text, tag: ox.Literal(text, language=tag) if tag else ox.Literal(text),
                     st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8), st.sampled_from(["en", "de", ""]))
TRIPLES = st.lists(st.builds(lambda s, p, o: ox.Triple(ox.NamedNode(s), ox.NamedNode(p), o), NAMES, NAMES, LITERALS | NAMES.map(ox.NamedNode)),
                   min_size=1, max_size=12, unique=True)


@given(TRIPLES, st.randoms(use_true_random=False))
def test_order_of_statements_makes_no_difference_and_none_is_lost(triples: list[ox.Triple], chance: random.Random):
    first = formatted("@prefix e: <http://example.org/> .\n" + "".join(f"{t} .\n" for t in triples))
    chance.shuffle(triples)
    assert formatted("@prefix e: <http://example.org/> .\n" + "".join(f"{t} .\n" for t in triples)) == first
    assert {q.triple for q in ox.parse(first, ox.RdfFormat.TURTLE)} == set(triples)


def test_one_more_statement_is_one_more_line():
    before = TIDY.splitlines()
    after = formatted(TIDY.replace('    skos:broader :b ;\n', '    skos:broader :b, :z ;\n')).splitlines()
    assert [line for line in after if line not in before] == ["    skos:broader :z ;"] and len(after) == len(before) + 1


def test_a_syntax_error_names_its_line():
    with pytest.raises(VocabularyError) as caught:
        formatted("@prefix e: <http://example.org/> .\ne:a e:b ;; .\n", "terms.ttl")
    assert caught.value.place == "terms.ttl:2"


def test_command_checks_and_formats(tmp_path: Path):
    path = tmp_path / "terms.ttl"
    path.write_text(MESSY, encoding="utf-8")
    run = CliRunner().invoke
    assert run(application(), ["ontology", "format", "--check", str(path)]).exit_code == 1
    assert path.read_text(encoding="utf-8") == MESSY
    assert run(application(), ["ontology", "format", str(path)]).exit_code == 0
    assert path.read_text(encoding="utf-8") == TIDY
    assert run(application(), ["ontology", "format", "--check", str(path)]).exit_code == 0
