"""The same product on a SPARQL 1.1 server elsewhere: here a Virtuoso on loopback."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import query, settings
from kg.errors import StoreError
from kg.remote import RemoteStore, address, connected, upload
from kg.store import open_revision, published
from tests.api_examples import requests
from tests.conftest import TESTDATA
from tests.serving import ROOT, Server
from tests.virtuoso import PASSWORD, Virtuoso, needs_virtuoso

QUESTIONS = sorted((ROOT / "tests" / "questions").glob("*.rq"))
CONTRACT = sorted((TESTDATA / "contract").glob("*.rq"))
pytestmark = needs_virtuoso


@pytest.fixture(scope="module")
def virtuoso(guides_store: Path) -> Iterator[Virtuoso]:
    with Virtuoso() as server:
        chosen = settings.load(store=f"{server.root}/sparql", remote_graphs=f"{server.root}/sparql-graph-crud-auth", remote_user="dba",
                               remote_password=PASSWORD)
        assert upload(open_revision(published(guides_store)), chosen) > 5
        yield server


@pytest.fixture(scope="module")
def store(virtuoso: Virtuoso) -> RemoteStore:
    return connected(settings.load(store=f"{virtuoso.root}/sparql"))


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def rounded(value: object) -> object:
    """JSON with numbers to six digits: Virtuoso keeps fifteen of a decimal."""
    if isinstance(value, dict):
        return {name: rounded(v) for name, v in value.items() if name != "revision"}
    if isinstance(value, list):
        return [rounded(v) for v in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value


def test_every_quad_has_arrived(virtuoso: Virtuoso, store: RemoteStore, guides: ox.Store):
    ours = {g.value for g in guides.named_graphs()}
    counted = {row["g"].value: int(row["n"].value) for row in store.query("SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")}
    assert {g: counted[g] for g in ours} == {g: sum(1 for _ in guides.quads_for_pattern(None, None, None, ox.NamedNode(g))) for g in ours}


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda p: p.stem)
def test_questions_have_the_same_answers(store: RemoteStore, guides: ox.Store, path: Path):
    text = path.read_text(encoding="utf-8")
    here, there = (query.serialize(query.run(s, text), "csv").body.decode() for s in (guides, store))
    assert sorted(rows(there)) == sorted(rows(here))


@pytest.mark.parametrize("path", CONTRACT, ids=lambda p: p.stem)
def test_contract_queries_have_the_same_answers(store: RemoteStore, guides: ox.Store, path: Path):
    text = path.read_text(encoding="utf-8")
    here, there = (query.serialize(query.run(s, text), "csv").body.decode() for s in (guides, store))
    assert rows(there)[0] == rows(here)[0] and sorted(rows(there)) == sorted(rows(here))


def test_the_server_answers_alike_over_both(virtuoso: Virtuoso, guides_store: Path):
    with Server(guides_store) as here, Server(f"{virtuoso.root}/sparql") as there:  # type: ignore[arg-type]
        paths = requests(lambda path: json.loads(here.request("GET", "/api/v1" + path)[2]))
        different = []
        for name, path in sorted(paths.items()):
            first, second = (server.request("GET", "/api/v1" + path) for server in (here, there))
            assert second[0] == first[0] == 200, (path, second)
            if rounded(json.loads(first[2])) != rounded(json.loads(second[2])):
                different.append((name, path))
        assert different == []
        text = QUESTIONS[0].read_text(encoding="utf-8")
        assert sorted(rows(there.query(text, "text/csv")[2].decode())) == sorted(rows(here.query(text, "text/csv")[2].decode()))
        for path in ("/", "/sparql", "/health", "/.well-known/void"):
            assert there.request("GET", path, Accept="text/html, */*;q=0.1")[0] == 200
        assert there.update("CLEAR ALL")[0] == 403
        assert there.query("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")[0] == 403


def test_an_answer_that_virtuoso_cuts_comes_whole(store: RemoteStore, guides: ox.Store):
    text = "SELECT ?s ?o WHERE { ?s skos:prefLabel|rdfs:label|nif:anchorOf ?o }"
    here, there = (query.serialize(query.run(s, text), "csv").body.decode() for s in (guides, store))
    assert len(rows(here)) > 20_000 and sorted(rows(there)) == sorted(rows(here))


def test_the_quads_of_a_graph_come_whole(store: RemoteStore, guides: ox.Store):
    graph = max((g for g in guides.named_graphs() if "/document/" in g.value), key=lambda g: sum(1 for _ in guides.quads_for_pattern(None, None, None, g)))
    assert len(list(store.quads_for_pattern(None, None, None, graph))) == sum(1 for _ in guides.quads_for_pattern(None, None, None, graph))


def test_the_command_line_asks_there(virtuoso: Virtuoso):
    done = subprocess.run([sys.executable, "-m", "kg", "query", str(QUESTIONS[0]), "--store", f"{virtuoso.root}/sparql", "--format", "csv"],
                          capture_output=True, text=True, check=True, cwd=ROOT)
    assert sorted(rows(done.stdout)) == sorted(rows(QUESTIONS[0].with_suffix(".csv").read_text(encoding="utf-8")))


def test_a_server_that_is_not_there_is_told_with_its_address():
    with pytest.raises(StoreError) as error:
        RemoteStore("http://127.0.0.1:9/sparql").query("ASK {}")
    assert error.value.place == "http://127.0.0.1:9/sparql"


def test_a_url_in_place_of_a_folder_is_an_address():
    assert address(settings.load(store="http://a.example/sparql")) == "http://a.example/sparql"
    assert address(settings.load(store=".rolegraph")) == ""
