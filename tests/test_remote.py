"""The same product on a SPARQL 1.1 server elsewhere: here a Virtuoso on loopback."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import query, settings
from kg.errors import SettingsError, StoreError
from kg.mirror import copied, put
from kg.remote import RemoteStore, address, connected
from tests.api_examples import requests
from tests.conftest import GUIDES, TESTDATA
from tests.serving import ROOT, Server
from tests.virtuoso import PASSWORD, Virtuoso, needs_virtuoso

QUESTIONS = sorted((ROOT / "tests" / "questions").glob("*.rq"))
CONTRACT = sorted((TESTDATA / "contract").glob("*.rq"))
pytestmark = needs_virtuoso


def variables(server: Virtuoso) -> dict[str, str]:
    """Settings to write to a server, as the environment has them."""
    return {"ROLEGRAPH_STORE": f"{server.root}/sparql", "ROLEGRAPH_REMOTE_GRAPHS": f"{server.root}/sparql-graph-crud-auth",
            "ROLEGRAPH_REMOTE_USER": "dba", "ROLEGRAPH_REMOTE_PASSWORD": PASSWORD}


def chosen(server: Virtuoso, **other: str) -> settings.Settings:
    """Settings to write to a server."""
    return settings.load(**{name.removeprefix("ROLEGRAPH_").lower(): value for name, value in variables(server).items()} | other)


def rolegraph(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own."""
    return subprocess.run([sys.executable, "-m", "kg", *arguments], capture_output=True, text=True, check=False, cwd=ROOT,
                          env=os.environ | {"PYTHONPATH": str(ROOT)} | environment)


@pytest.fixture(scope="module")
def virtuoso() -> Iterator[Virtuoso]:
    """A server with the guides' graph, put there by a build."""
    with Virtuoso() as server:
        done = rolegraph("build", str(GUIDES), "--reasoner", "rules", **variables(server))
        assert done.returncode == 0, done.stderr
        assert "published in 11 graphs" in done.stdout and "/tmp" not in done.stdout
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
    done = rolegraph("query", str(QUESTIONS[0]), "--format", "csv", **variables(virtuoso))
    assert sorted(rows(done.stdout)) == sorted(rows(QUESTIONS[0].with_suffix(".csv").read_text(encoding="utf-8")))
    told = rolegraph("info", **variables(virtuoso)).stdout
    assert "5 documents" in told and "graph/document/principal-mlops-engineer" in told and "DAV" not in told
    kept = rolegraph("verify", **variables(virtuoso))
    assert kept.returncode == 2 and f"{virtuoso.root}/sparql: is a SPARQL server" in kept.stderr


@pytest.mark.parametrize("text", [
    "CONSTRUCT { ?s rdfs:label ?o } WHERE { ?s skos:prefLabel ?o }",
    "CONSTRUCT WHERE { ?s skos:broader ?o }",
    "PREFIX x: <http://x/> CONSTRUCT { ?s x:l ?l ; x:b [ x:v ?o ] } WHERE { ?s a rg:ConflictSet ; skos:prefLabel ?l OPTIONAL { ?s rg:nothing ?o } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { rg:mayRequire owl:propertyChainAxiom ?s . ?s ?p ?o }",
])
def test_graphs_come_whole(store: RemoteStore, guides: ox.Store, text: str):
    def nameless(triples: object) -> list[str]:
        return sorted(" ".join("_" if isinstance(term, ox.BlankNode) else str(term) for term in triple) for triple in triples)  # type: ignore[attr-defined]
    assert nameless(query.run(store, text)) == nameless(set(query.run(guides, text)))


@pytest.mark.parametrize("text", [
    "SELECT DISTINCT ?a ?b WHERE { { ?a rg:toolSupports ?b } UNION { ?a skos:broader ?b } UNION { ?a skos:related ?b } }",
    "SELECT ?o WHERE { ?s skos:prefLabel|nif:anchorOf ?o } ORDER BY ?o LIMIT 11000",
])
def test_rows_that_virtuoso_would_give_again_and_again_or_not_sort_come_once(store: RemoteStore, guides: ox.Store, text: str):
    here, there = (rows(query.serialize(query.run(s, text), "csv").body.decode()) for s in (guides, store))
    assert len(there) == len(here) > 10_000 and ("LIMIT" in text or sorted(there) == sorted(here))


def test_graphs_of_an_earlier_build_go_and_others_stay(tmp_path: Path):
    def quads(*names: str) -> ox.Store:
        store = ox.Store()
        store.extend(ox.Quad(*[ox.NamedNode("http://a/1")] * 3, ox.NamedNode(name)) for name in names)  # type: ignore[call-arg,arg-type]
        return store
    base = "http://b.example/id/"
    first, second, other = f"{base}graph/document/one", f"{base}graph/document/two", "http://c.example/theirs"
    with Virtuoso() as server:
        wanted = chosen(server, base_iri=base)
        assert put(quads(first, second, other), wanted).removed == ()
        done = put(quads(second), wanted)
        assert (done.graphs, done.removed) == ((second,), (first,))
        assert set(copied(wanted)) == set(quads(second))
        checked = rolegraph("validate", ROLEGRAPH_BASE_IRI=base, **variables(server))
        assert checked.returncode == 0, checked.stderr
        there = {g.value for g in connected(wanted).named_graphs()}
        assert {second, other} <= there and first not in there
        with pytest.raises(SettingsError, match="not taken"):
            put(quads(first), chosen(server, base_iri=base, remote_password="wrong"))


def test_a_build_for_a_server_that_cannot_be_written_ends_before_it_reads(tmp_path: Path):
    done = rolegraph("build", str(GUIDES), ROLEGRAPH_STORE="http://127.0.0.1:9/sparql")
    assert done.returncode == 2 and "remote_graphs" in done.stderr and "documents" not in done.stdout
    done = rolegraph("build", str(GUIDES), ROLEGRAPH_STORE="http://127.0.0.1:9/sparql", ROLEGRAPH_REMOTE_GRAPHS="http://127.0.0.1:9/graphs")
    assert done.returncode == 2 and "does not answer" in done.stderr and "documents" not in done.stdout


def test_a_server_that_is_not_there_is_told_with_its_address():
    with pytest.raises(StoreError) as error:
        RemoteStore("http://127.0.0.1:9/sparql").query("ASK {}")
    assert error.value.place == "http://127.0.0.1:9/sparql"


def test_a_url_in_place_of_a_folder_is_an_address():
    assert address(settings.load(store="http://a.example/sparql")) == "http://a.example/sparql"
    assert address(settings.load(store=".rolegraph")) == ""
