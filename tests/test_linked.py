"""Every IRI that is minted answers with a page and with data."""

import json

import pyoxigraph as ox
import pytest
import rdflib
from fastapi.testclient import TestClient

from api.app import create_app
from api.dataset import Dataset
from kg import settings
from kg.namespaces import BASE, RG

PARSERS = {"text/turtle": ox.RdfFormat.TURTLE, "application/n-triples": ox.RdfFormat.N_TRIPLES, "application/rdf+xml": ox.RdfFormat.RDF_XML,
           "application/ld+json": ox.RdfFormat.JSON_LD}


@pytest.fixture
def client(guides_client: TestClient) -> TestClient:
    return guides_client


@pytest.fixture(scope="module")
def minted(guides) -> list[str]:
    """One or two IRIs of every kind under the base, as subject, object or name of a graph."""
    kinds: dict[str, set[str]] = {}
    for quad in guides:
        for term in (quad.subject, quad.object, quad.graph_name):
            if isinstance(term, ox.NamedNode) and term.value.startswith(BASE):
                kind = term.value[len(BASE):].split("/")[0]
                kinds.setdefault(kind, set()).add(term.value)
    # the vocabulary's graph is large: one large one is enough
    return [iri for kind in sorted(kinds) for iri in sorted(kinds[kind], key=lambda iri: (iri.endswith("vocabulary"), iri))[:2]]


def test_every_minted_iri_answers_with_a_page_and_with_data(client: TestClient, minted: list[str]):
    assert len(minted) > 100
    for iri in minted:
        path = "/id/" + iri[len(BASE):]
        page = client.get(path, headers={"Accept": "text/html"})
        assert page.status_code == 200 and page.headers["content-type"].startswith("text/html"), path
        assert "accept" in page.headers["vary"].lower()
        for media_type in ("text/turtle", "application/ld+json"):
            answer = client.get(path, headers={"Accept": media_type})
            assert answer.status_code == 200 and answer.headers["content-type"].startswith(media_type), (path, media_type)
            assert "accept" in answer.headers["vary"].lower()
            triples = {q.triple for q in ox.parse(answer.content, PARSERS[media_type])}
            assert triples and ("/graph/" in iri or any(ox.NamedNode(iri) in (t.subject, t.object) for t in triples)), path


@pytest.mark.parametrize("media_type", sorted(PARSERS))
def test_each_syntax_says_the_same(client: TestClient, media_type: str):
    answer = client.get("/id/tool/python", headers={"Accept": media_type})
    found = {q.triple for q in ox.parse(answer.content, PARSERS[media_type])}
    whole = {q.triple for q in ox.parse(client.get("/id/tool/python?format=ntriples").content, ox.RdfFormat.N_TRIPLES)}
    assert {(t.subject, t.predicate) for t in found} == {(t.subject, t.predicate) for t in whole} and len(found) == len(whole)


def test_iris_under_their_own_base_lead_on(client: TestClient):
    answer = client.get("/rolegraph/id/role/data-scientist?format=turtle", follow_redirects=False)
    assert answer.status_code == 303 and answer.headers["location"] == "/id/role/data-scientist?format=turtle"
    assert client.get("/rolegraph/id/role/data-scientist", headers={"Accept": "text/turtle"}).status_code == 200


def test_another_base_is_served_under_its_own_path(tmp_path):
    from kg import store
    lines = [f'<https://jobs.example/kb/tool/t> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{RG}Tool> <https://jobs.example/kb/graph/g> .\n',
             '<https://jobs.example/kb/tool/t> <http://www.w3.org/2004/02/skos/core#prefLabel> "T"@en <https://jobs.example/kb/graph/g> .\n']
    with store.writing(tmp_path):
        store.publish(tmp_path, store.write_revision(tmp_path, sorted(lines), {"built": "2026-01-01", "version": "0", "counts": {}}))
    client = TestClient(create_app(Dataset(tmp_path), settings.load(store=tmp_path, base_iri="https://jobs.example/kb/")))
    answer = client.get("/kb/tool/t", headers={"Accept": "text/turtle"})
    assert answer.status_code == 200 and b'"T"@en' in answer.content


def test_the_shapes_answer(client: TestClient):
    for path in ("/shapes", "/rolegraph/shapes"):
        assert client.get(path, headers={"Accept": "text/html"}).headers["content-type"].startswith("text/html")
        found = rdflib.Graph().parse(data=client.get(path, headers={"Accept": "text/turtle"}).text, format="turtle")
        again = rdflib.Graph().parse(data=client.get(path, headers={"Accept": "application/ld+json"}).text, format="json-ld")
        shape = rdflib.URIRef("https://w3id.org/rolegraph/shapes#Claim-lowConfidence")
        assert len(found) == len(again) > 500 and (shape, None, None) in found


def test_the_ontology_and_the_context_answer(client: TestClient):
    for path in ("/ontology", "/rolegraph/ontology", "/ontology/0.1.0", "/rolegraph/ontology/0.1.0"):
        page = client.get(path, headers={"Accept": "text/html"})
        assert page.status_code == 200 and 'id="requiresTool"' in page.text and 'id="Role"' in page.text
        graph = rdflib.Graph().parse(data=client.get(path, headers={"Accept": "text/turtle"}).text, format="turtle")
        assert (rdflib.URIRef(RG + "Role"), rdflib.RDF.type, rdflib.OWL.Class) in graph
    assert client.get("/context/0.1.0").json()["@context"]["Role"] == "rg:Role"


def test_annotations_answer_under_their_iris(client: TestClient):
    page = client.get("/id/document/principal-mlops-engineer/annotations", headers={"Accept": "application/ld+json"}).json()
    assert page["id"] == BASE + "document/principal-mlops-engineer/annotations" and page["items"]
    for item in page["items"][::200]:
        one = json.loads(client.get("/id/" + item["id"][len(BASE):]).text)
        assert one == {"@context": page["@context"], **item}


@pytest.mark.parametrize(("path", "accept", "status"), [
    ("/id/role/none-such", "text/turtle", 404), ("/id/role/none-such", "text/html", 404), ("/id/role/%3Cx%3E", "text/turtle", 404),
    ("/id/tool/python", "image/png", 406), ("/id/mention/none/annotation", "*/*", 404), ("/id/tool/python/annotation", "*/*", 404),
    ("/id/document/none/annotations", "*/*", 404), ("/id/graph/none", "*/*", 404)])
def test_what_is_not_there_is_said(client: TestClient, path: str, accept: str, status: int):
    assert client.get(path, headers={"Accept": accept}).status_code == status
