import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.admission import admit
from kg.errors import QueryError


@pytest.mark.parametrize("text", [
    "SELECT * WHERE { ?s ?p ?o }",
    'SELECT ("SERVICE <x> {" AS ?service) WHERE { ?s service:load <http://x/SERVICE> } # LOAD <file:///etc/passwd>',
    "SELECT * { ?s ?p '''a } } SERVICE ''' }",
    'SELECT * { ?s ?p "a\\"} SERVICE" }',
])
def test_ordinary_queries_pass(text: str):
    admit(text)


@pytest.mark.parametrize(("text", "place"), [
    ("SELECT * {\n  SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", "query:2:3"),
    ("SELECT * { service silent ?g { ?s ?p ?o } }", "query:1:12"),
    ("LOAD <file:///etc/passwd>", "query:1:1"),
])
def test_reaching_for_another_machine_is_refused_with_its_place(text: str, place: str):
    with pytest.raises(QueryError) as error:
        admit(text)
    assert error.value.place == place


@pytest.mark.parametrize("bracket", "{([")
def test_deep_nesting_is_refused_before_it_meets_the_parser(bracket: str):
    with pytest.raises(QueryError, match="nests"):
        admit("SELECT * WHERE " + bracket * 5000)


def test_long_text_is_refused():
    with pytest.raises(QueryError, match="long"):
        admit("#" * 100_001)


@given(st.text())
def test_any_text_is_admitted_or_refused_and_never_hangs(text: str):
    try:
        admit(text)
    except QueryError as error:
        assert error.place
