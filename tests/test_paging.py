"""Long answers of other servers: pages that put together are the answer, graphs made of solutions."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.paging import construct, made, pages

STORE = ox.Store()
STORE.extend(ox.Quad(ox.NamedNode(f"http://a/{i % 7}"), ox.NamedNode(f"http://p/{i % 3}"), ox.Literal(i)) for i in range(40))


@pytest.mark.parametrize("text", [
    "SELECT ?s ?o WHERE { ?s ?p ?o }",
    "SELECT DISTINCT ?p WHERE { ?s ?p ?o } # all of them",
    "select ?o { ?s ?p ?o } order by desc(?o) limit 23 offset 4",
    "SELECT ?o WHERE { ?s ?p ?o } order by ?o OFFSET 35 LIMIT 10",
    "SELECT ?s (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?s HAVING (?n > 2)",
    "SELECT ?s ?p ?o WHERE { { SELECT * { ?s ?p ?o } LIMIT 9 } } VALUES ?p { <http://p/1> }",
    "SELECT ?o WHERE { ?s ?p ?o FILTER(STR(?o) != 'LIMIT 3') }",
    "SELECT ?o WHERE { ?s ?p ?o } LIMIT 0",
])
@pytest.mark.parametrize("size", [1, 7, 10, 100])
def test_pages_are_the_whole_answer(text: str, size: int):
    whole = STORE.query(text)
    names = [v.value for v in whole.variables]  # type: ignore[union-attr]
    expected, found, last = [tuple(row) for row in whole], [], size  # type: ignore[arg-type,union-attr]
    for page, most in pages(text, names, size):
        if last < size:
            break
        got = [tuple(row) for row in STORE.query(page)]  # type: ignore[arg-type,union-attr]
        assert len(got) <= most <= size
        found += got
        last = len(got)
    assert sorted(found, key=str) == sorted(expected, key=str)
    if "order by" in text:
        assert found == expected


@pytest.mark.parametrize("text", [
    "CONSTRUCT { ?o0 <http://q/1> ?o } WHERE { ?o0 <http://p/1> ?o }",
    "PREFIX q: <http://q/> construct { ?s q:one [ q:two ?o ] } { ?s <http://p/1> ?o } ORDER BY ?o LIMIT 5",
    "CONSTRUCT WHERE { ?s <http://p/2> ?o }",
    "CONSTRUCT { <http://x/1> <http://x/2> '{ ?a }' } WHERE { ?s ?p ?o }",
    "CONSTRUCT { ?s ?p ?o . ?s <http://q/none> ?unbound } WHERE { ?s ?p ?o }",
    "CONSTRUCT {} WHERE { ?s ?p ?o }",
])
def test_a_graph_is_made_of_its_solutions(text: str):
    parts = construct(text)
    assert parts
    found, expected = list(made(parts, "", STORE.query(parts.select))), set(STORE.query(text))  # type: ignore[arg-type]
    assert len(found) == len(expected)
    if "[" not in text:
        assert set(found) == expected


def test_what_is_not_taken_apart_is_left():
    assert construct("SELECT ?s WHERE { ?s ?p ?o }") is None
    assert construct("CONSTRUCT { ?s ?p ?o } FROM <http://g/1> WHERE { ?s ?p ?o }") is None
