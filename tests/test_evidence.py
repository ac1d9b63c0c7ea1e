"""Every claim of the built graph leads back to the exact words that state it."""

from pathlib import Path

import pyoxigraph as ox

from kg.namespaces import PREFIXES
from tests.conftest import GUIDES


def text_of(path: Path) -> str:
    """The file's own characters, line ends untouched."""
    return path.read_bytes().decode("utf-8")


def rows(store: ox.Store, text: str) -> list:
    return list(store.query(text, prefixes=PREFIXES, use_default_graph_as_union=True))


def test_every_quote_is_the_documents_text_at_its_offsets(guides):
    texts = {p.stem: text_of(p) for p in GUIDES.glob("*.txt")}
    found = rows(guides, """SELECT ?id ?begin ?end ?quote WHERE { ?x rg:document/dcterms:identifier ?id ; nif:beginIndex ?begin ;
        nif:endIndex ?end ; nif:anchorOf ?quote }""")
    assert len(found) > 3000
    for row in found:
        assert texts[row["id"].value][int(row["begin"].value):int(row["end"].value)] == row["quote"].value
    assert any(not text.isascii() for text in texts.values())


def test_the_text_is_kept_with_the_graph(guides):
    kept = {r["id"].value: r["text"].value for r in rows(guides, "SELECT ?id ?text WHERE { ?d a rg:Document ; dcterms:identifier ?id ; rg:text ?text }")}
    assert kept == {p.stem: text_of(p) for p in GUIDES.glob("*.txt")}


def test_every_claim_has_evidence_in_its_own_document(guides):
    (claims,) = rows(guides, "SELECT (COUNT(DISTINCT ?c) AS ?n) WHERE { ?c a rg:Claim }")
    (backed,) = rows(guides, "SELECT (COUNT(DISTINCT ?c) AS ?n) WHERE { ?c a rg:Claim ; rg:document ?d ; rg:evidence/rg:document ?d }")
    assert int(claims["n"].value) == int(backed["n"].value) > 1000


def test_every_fact_leads_to_claims_and_counts_their_documents(guides):
    wrong = rows(guides, """SELECT ?f WHERE { { SELECT ?f (COUNT(DISTINCT ?d) AS ?n) (COUNT(DISTINCT ?c) AS ?m) WHERE {
        ?f a rg:Fact ; rg:derivedFrom ?c . ?c rg:document ?d } GROUP BY ?f } ?f rg:documentCount ?documents ; rg:claimCount ?claims
        FILTER(?documents != ?n || ?claims != ?m) }""")
    assert not wrong
    assert not rows(guides, "SELECT ?f WHERE { ?f a rg:Fact FILTER NOT EXISTS { ?f rg:derivedFrom ?c } }")


def test_a_triple_lives_in_one_graph(guides):
    assert not rows(guides, "SELECT ?s WHERE { GRAPH ?g { ?s ?p ?o } GRAPH ?h { ?s ?p ?o } FILTER(STR(?g) < STR(?h)) } LIMIT 1")


def test_mentions_and_claims_name_only_what_is_described(guides):
    assert not rows(guides, "SELECT ?e WHERE { ?m rg:refersTo ?e FILTER NOT EXISTS { ?e skos:prefLabel ?l } } LIMIT 3")
    assert not rows(guides, "SELECT ?e WHERE { ?c a rg:Claim ; rg:subject|rg:object ?e FILTER NOT EXISTS { ?e skos:prefLabel ?l } } LIMIT 3")


def test_the_text_between_passages_is_headings_and_marks(guides):
    """No sentence of a guide is lost: what no passage holds is short."""
    for path in GUIDES.glob("*.txt"):
        text = text_of(path)
        spans = sorted((int(r["b"].value), int(r["e"].value)) for r in rows(guides, f"""SELECT ?b ?e WHERE {{
            ?p a rg:Passage ; rg:document/dcterms:identifier "{path.stem}" ; nif:beginIndex ?b ; nif:endIndex ?e }}"""))
        assert all(a[1] <= b[0] for a, b in zip(spans, spans[1:], strict=False))
        gaps = [text[a[1]:b[0]] for a, b in zip(spans, spans[1:], strict=False)]
        assert all(len(line) < 100 for gap in gaps for line in gap.splitlines())
