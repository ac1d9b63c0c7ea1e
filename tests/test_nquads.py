from decimal import Decimal

import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st

from kg import nquads
from kg.namespaces import BASE, Minter, slug

TEXT = st.text(st.characters(exclude_categories=("Cs",)))


@given(TEXT)
def test_a_string_survives_oxigraph(text: str):
    line = nquads.line("<http://a/s>", "<http://a/p>", nquads.string(text), "<http://a/g>")
    (quad,) = ox.parse(line.encode(), ox.RdfFormat.N_QUADS)
    assert quad.object == ox.Literal(text)
    assert nquads.term(quad.object) == nquads.string(text)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-10**12, max_value=10**12))
def test_a_decimal_is_already_in_the_form_that_oxigraph_keeps(value: Decimal):
    store = ox.Store()
    line = nquads.line("<http://a/s>", "<http://a/p>", nquads.decimal(value), "<http://a/g>")
    store.load(line.encode(), ox.RdfFormat.N_QUADS)
    (quad,) = store
    assert Decimal(quad.object.value) == value
    assert nquads.term(quad.object) == nquads.decimal(value).replace('"-0"', '"0"')


def test_blank_nodes_are_named_by_content():
    def read(text: bytes) -> list[str]:
        return nquads.of_triples(nquads.canonical((q.triple for q in ox.parse(text, ox.RdfFormat.TURTLE)), "x"), "http://g")
    one = b"@prefix : <http://a/> . [] :p ( :a :b ) . :c :q [ :r 1 ] ."
    other = b"@prefix : <http://a/> . :c :q [ :r 1 ] . [] :p ( :a :b ) ."
    assert read(one) == read(other)
    assert all("_:x" in line for line in read(one))


def test_slugs_keep_apart_what_differs_by_a_sign():
    assert len({slug(name) for name in ("C", "C++", "C#", ".NET", "F#", "R&D", "R")}) == 7


def test_a_document_whose_name_is_no_slug_keeps_its_own_iri():
    minter = Minter()
    assert minter.document("a-b") == BASE + "document/a-b"
    assert len({minter.document(name) for name in ("a-b", "a b", "A-b", "a_b")}) == 4


def test_a_label_without_latin_letters_still_gets_an_iri():
    assert slug("数据") and slug("数据") != slug("工程")
