"""The web application over a small published graph, asked as clients ask."""

import json
import re
import threading
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.dataset import Dataset
from kg import settings, store

QUADS = sorted([
    '<http://a/1> <http://www.w3.org/2004/02/skos/core#prefLabel> "one"@en <http://a/g> .\n',
    '<http://a/2> <http://www.w3.org/2004/02/skos/core#prefLabel> "two <b>&"@en <http://a/h> .\n',
])
LABELS = "SELECT ?s ?label WHERE { ?s skos:prefLabel ?label } ORDER BY ?s"


def publish(folder: Path, lines: list[str]) -> None:
    with store.writing(folder):
        store.publish(folder, store.write_revision(folder, lines, {"built": "2026-01-01", "version": "0", "counts": {"documents": 2}}))


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    publish(tmp_path, QUADS)
    return TestClient(create_app(Dataset(tmp_path), settings.load(store=tmp_path)), raise_server_exceptions=False)


def test_health_names_the_revision(client: TestClient):
    answer = client.get("/health").json()
    assert answer["status"] == "ok" and answer["quads"] == 2 and len(answer["revision"]) == 64


@pytest.mark.parametrize(("accept", "media_type"), [
    ("application/sparql-results+json", "application/sparql-results+json"), ("application/sparql-results+xml", "application/sparql-results+xml"),
    ("text/csv", "text/csv"), ("text/tab-separated-values", "text/tab-separated-values"), ("*/*", "application/sparql-results+json"),
])
@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_a_table_in_each_format_by_each_way(client: TestClient, accept: str, media_type: str, way: str):
    headers = {"Accept": accept}
    if way == "get":
        answer = client.get("/sparql", params={"query": LABELS}, headers=headers)
    elif way == "form":
        answer = client.post("/sparql", data={"query": LABELS}, headers=headers)
    else:
        answer = client.post("/sparql", content=LABELS, headers={**headers, "Content-Type": "application/sparql-query"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media_type)
    assert b"one" in answer.content and b"two" in answer.content
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize(("accept", "form"), [
    ("text/turtle", ox.RdfFormat.TURTLE), ("application/n-triples", ox.RdfFormat.N_TRIPLES), ("application/ld+json", ox.RdfFormat.JSON_LD),
    ("application/rdf+xml", ox.RdfFormat.RDF_XML)])
def test_a_graph_in_each_format(client: TestClient, accept: str, form: ox.RdfFormat):
    answer = client.get("/sparql", params={"query": "CONSTRUCT WHERE { ?s ?p ?o }"}, headers={"Accept": accept})
    assert answer.headers["content-type"].startswith(accept)
    assert {t.subject.value for t in ox.parse(answer.content, form)} == {"http://a/1", "http://a/2"}


def test_ask(client: TestClient):
    assert client.get("/sparql", params={"query": "ASK { ?s ?p 'one'@en }"}).json()["boolean"] is True


def test_the_dataset_of_a_query_can_be_named(client: TestClient):
    answer = client.get("/sparql", params={"query": LABELS, "default-graph-uri": "http://a/g"})
    assert [b["label"]["value"] for b in answer.json()["results"]["bindings"]] == ["one"]


@pytest.mark.parametrize(("ask", "status"), [
    (lambda c: c.get("/sparql", params={"update": "CLEAR ALL"}), 400),
    (lambda c: c.get("/sparql", params={"query": "SELECT * WHERE {\n ?s ?p }"}), 400),
    (lambda c: c.get("/sparql", params=[("query", LABELS), ("query", LABELS)]), 400),
    (lambda c: c.get("/sparql", params={"query": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"}), 403),
    (lambda c: c.get("/sparql", params={"query": "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }"}), 403),
    (lambda c: c.get("/sparql", params={"query": "SELECT * FROM <http://a/nowhere> { ?s ?p ?o }"}), 403),
    (lambda c: c.post("/sparql", data={"update": "CLEAR ALL"}), 403),
    (lambda c: c.put("/graph-store?default", content="", headers={"Content-Type": "text/turtle"}), 403),
    (lambda c: c.get("/graph-store?graph=http://a/nowhere"), 404),
    (lambda c: c.get("/sparql", params={"query": "{" * 5000}), 400),
    (lambda c: c.get("/sparql", params={"query": "INSERT DATA { <http://a/1> <http://a/p> 1 }"}), 400),
    (lambda c: c.get("/sparql", params={"query": LABELS}, headers={"Accept": "image/png"}), 406),
    (lambda c: c.get("/sparql", params={"query": "CONSTRUCT WHERE { ?s ?p ?o }"}, headers={"Accept": "text/csv"}), 406),
    (lambda c: c.post("/sparql", content="<x/>", headers={"Content-Type": "application/xml"}), 415),
    (lambda c: c.post("/sparql", content=b"\xff\xfe", headers={"Content-Type": "application/sparql-query"}), 400),
    (lambda c: c.post("/sparql", content=b"#" * 400_000, headers={"Content-Type": "application/sparql-query"}), 413),
    (lambda c: c.put("/sparql"), 405),
    (lambda c: c.get("/nothing-here"), 404),
])
def test_bad_requests_get_problem_json(client: TestClient, ask, status: int):
    answer = ask(client)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    body = answer.json()
    assert body["status"] == status and body["detail"]


def test_a_query_that_does_not_parse_is_placed(client: TestClient):
    detail = client.get("/sparql", params={"query": "SELECT * WHERE {\n ?s ?p }"}).json()["detail"]
    assert "query:2:9" in detail


def test_pages_for_people(client: TestClient):
    start = client.get("/", headers={"Accept": "text/html"})
    assert start.status_code == 200 and "<form" in start.text
    page = client.get("/sparql", params={"query": LABELS}, headers={"Accept": "text/html"})
    assert "two &lt;b&gt;&amp;" in page.text and "<b>&" not in page.text
    assert "<textarea" in client.get("/sparql", headers={"Accept": "text/html"}).text


def test_an_iri_that_is_no_web_address_is_no_link(tmp_path: Path):
    publish(tmp_path, ['<javascript:alert(1)> <http://www.w3.org/2004/02/skos/core#prefLabel> "x" <http://a/g> .\n'])
    client = TestClient(create_app(Dataset(tmp_path), settings.load(store=tmp_path)))
    page = client.get("/sparql", params={"query": LABELS}, headers={"Accept": "text/html"})
    assert 'href="javascript' not in page.text and "javascript:alert(1)" in page.text


def test_a_new_revision_is_taken_up(client: TestClient, tmp_path: Path):
    before = client.get("/health").json()["revision"]
    publish(tmp_path, QUADS[:1])
    after = client.get("/health").json()
    assert after["revision"] != before and after["quads"] == 1


def test_a_large_new_revision_is_made_ready_while_the_one_before_serves_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("api.dataset.AT_ONCE", 0)
    publish(tmp_path, QUADS)
    dataset, asked, go_on = Dataset(tmp_path), threading.Event(), threading.Event()
    counts = "/sparql?" + urlencode({"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"})
    with TestClient(create_app(dataset, settings.load(store=tmp_path))) as client:
        dataset.before_new(lambda opened: (asked.set(), go_on.wait(30)))
        before = client.get("/health").json()["revision"]
        publish(tmp_path, QUADS[:1])
        assert client.get("/health").json()["revision"] == before
        assert asked.wait(30)
        # lookups, pages and query processes of the new one are there by now, and those of the one before answer
        assert client.get("/health").json()["revision"] == before
        assert client.get("/api/v1").json()["revision"] == before[:16]
        assert client.get(counts, headers={"Accept": "text/csv"}).text.split() == ["n", "2"]
        go_on.set()
        for _ in range(300):
            if client.get("/health").json()["revision"] != before:
                break
            threading.Event().wait(0.1)
        after = client.get("/health").json()["revision"]
        assert after != before and client.get("/api/v1").json()["revision"] == after[:16]
        assert client.get(counts, headers={"Accept": "text/csv"}).text.split() == ["n", "1"]
        assert client.get("/").status_code == 200


def test_without_a_published_graph_the_answer_says_so(tmp_path: Path):
    client = TestClient(create_app(Dataset(tmp_path), settings.load(store=tmp_path)), raise_server_exceptions=False)
    answer = client.get("/health")
    assert answer.status_code == 503 and "rolegraph build" in json.dumps(answer.json())


def test_no_page_asks_another_host(client: TestClient):
    for path in ("/", "/sparql"):
        answer = client.get(path, headers={"Accept": "text/html"})
        loaded = re.findall(r"""(?:src|<link[^>]*href)=["']([^"']*)""", answer.text)
        assert all(address.startswith("/") and not address.startswith("//") for address in loaded) and "@import" not in answer.text
    assert client.get("/docs").status_code == 404 and client.get("/openapi.json").json()["paths"]["/sparql"]
