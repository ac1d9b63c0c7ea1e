"""Syntax errors of SPARQL are worded for people: what stands at the place, and which rule it breaks."""

import pyoxigraph as ox
import pytest

from kg import syntax

FAULTS = [
    ("SELECT * {", 1, 11, "not complete at '{'"),
    ("SELECT * { ?s foo:p ?o }", 1, 20, "Prefix not found (unexpected '?o')"),
    ("SELECT * {\n  ?s ?p ?o . . }", 2, 17, "not complete at '}'"),
    ("SELECT * { ?s ?p ?o } LIMIT x", 1, 29, "unexpected 'x'"),
    ("PREFIX a: <b c> SELECT * {}", 1, 16, "IRI parsing failed (unexpected 'SELECT')"),
    ("SELECT ?x WHERE { ?s ?p ?o } GROUP BY ?s", 1, 41, "The SELECT contains a variable that is unbound"),
]


@pytest.mark.parametrize(("text", "line", "column", "reason"), FAULTS)
def test_fault_in_words(text: str, line: int, column: int, reason: str):
    with pytest.raises(SyntaxError) as caught:
        ox.Store().query(text)
    assert syntax.read(str(caught.value.msg), text) == syntax.SyntaxFault(line, column, reason)


def test_a_message_without_a_place_is_left_alone():
    assert syntax.read("the disk is full", "SELECT * {}") is None
