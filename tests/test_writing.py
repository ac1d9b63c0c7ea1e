"""User graphs: written with a token, through the shapes, durable, and never in the way of built graphs."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.user_graphs import Change, UserGraphs, apply, writing
from tests.serving import LINE, TOKEN, Server, publish

FACTS = "https://w3id.org/rolegraph/id/graph/facts"
PREFIXES = "PREFIX rg: <https://w3id.org/rolegraph/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("writing")
    publish(folder, [LINE])
    return folder


@pytest.fixture(scope="module")
def server(store: Path) -> Iterator[Server]:
    with Server(store, write_token=TOKEN) as running:
        yield running


def count(server: Server, graph: str) -> int:
    _, _, body = server.query(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}", "text/csv")
    return int(body.split()[1])


@pytest.mark.parametrize(("token", "status"), [("", 401), ("Bearer wrong", 401), ("Basic " + TOKEN, 401), ("Bearer " + TOKEN, 204)])
def test_writing_needs_the_token(server: Server, token: str, status: int):
    headers = {"Authorization": token} if token else {}
    assert server.request("POST", "/update", "INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> 1 } }", Content_Type="application/sparql-update", **headers)[0] == status


@pytest.mark.parametrize("text", [
    f"INSERT DATA {{ GRAPH <{FACTS}> {{ <urn:a> <urn:b> 1 }} }}",
    f"DELETE WHERE {{ GRAPH <{FACTS}> {{ ?s ?p ?o }} }}",
    "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }",
    "PREFIX g: <https://w3id.org/rolegraph/id/graph/> CLEAR GRAPH g:facts",
    "BASE <https://w3id.org/rolegraph/id/graph/> DROP GRAPH <facts>",
    f"MOVE <{FACTS}> TO <urn:mine>",
    f"WITH <{FACTS}> INSERT {{ <urn:a> <urn:b> 1 }} WHERE {{}}",
    "INSERT { GRAPH ?g { <urn:a> <urn:b> 1 } } WHERE { BIND(IRI('https://w3id.org/rolegraph/id/graph/new') AS ?g) }",
    f"INSERT DATA {{ GRAPH <{FACTS.replace('facts', 'f')}\\u0061cts> {{ <urn:a> <urn:b> 1 }} }}",
])
def test_built_graphs_are_never_written(server: Server, text: str):
    status, _, body = server.update(text)
    assert status == 403, body
    assert count(server, FACTS) == 1


def test_clearing_all_clears_what_users_wrote(server: Server):
    assert server.update("INSERT DATA { GRAPH <urn:mine> { <urn:a> <urn:b> 1 } <urn:a> <urn:b> 2 }")[0] == 204
    assert server.update("CLEAR ALL")[0] == 204
    assert count(server, "urn:mine") == 0 and count(server, FACTS) == 1


def test_what_would_break_a_shape_is_told_and_changes_nothing(server: Server):
    status, headers, body = server.update(
        PREFIXES + "INSERT DATA { GRAPH <urn:bad> { <urn:claim> a rg:Claim ; rg:confidence 7 . <urn:a> <urn:b> 1 } }")
    answer = json.loads(body)
    assert status == 422 and headers["content-type"] == "application/problem+json"
    assert answer["report"] and all({"focusNode", "message", "evidence"} <= set(result) for result in answer["report"]), answer["report"][:1]
    assert count(server, "urn:bad") == 0
    status, _, _ = server.put("/graph-store?graph=urn:bad", "<urn:claim> a <https://w3id.org/rolegraph/ontology#Claim> .")
    assert status == 422 and count(server, "urn:bad") == 0


def test_a_request_is_one_transaction(server: Server):
    assert server.update(f"INSERT DATA {{ GRAPH <urn:one> {{ <urn:a> <urn:b> 1 }} }} ; CLEAR GRAPH <{FACTS}>")[0] == 403
    assert server.update("INSERT DATA { GRAPH <urn:one> { <urn:a> <urn:b> 1 } } ; DROP GRAPH <urn:none>")[0] == 400
    assert count(server, "urn:one") == 0


@pytest.mark.parametrize(("body", "media_type", "status"), [
    ("<urn:a> <urn:b> <urn:c> .", "text/turtle", 204), ("nonsense", "text/turtle", 400), ("a,b", "text/csv", 415),
    ('{"@context": "http://127.0.0.1:1/c.jsonld", "@id": "urn:a", "name": "x"}', "application/ld+json", 400),
    ('<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>', "application/rdf+xml", 403),
    ('<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>', "application/rdf+xml", 403),
    ('<!DOCTYPE r SYSTEM "http://127.0.0.1:1/x.dtd"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>', "application/rdf+xml", 403),
])
def test_documents_bring_in_nothing_from_outside(server: Server, body: str, media_type: str, status: int):
    server.put("/graph-store?graph=urn:doc", "<urn:s> <urn:p> 1 .")
    assert server.put("/graph-store?graph=urn:doc", body, media_type)[0] == status


def test_imports_are_not_followed(server: Server):
    body = "<urn:onto> <urn:b> 1 ; <http://www.w3.org/2002/07/owl#imports> <http://127.0.0.1:1/other> ."
    assert server.put("/graph-store?graph=urn:imports", body)[0] in (201, 204)
    assert count(server, "urn:imports") == 2


def test_user_graphs_outlive_the_server_and_a_new_build(store: Path, server: Server):
    assert server.put("/graph-store?graph=urn:kept", "<urn:a> <urn:b> [ <urn:c> 'with a blank node' ] .")[0] in (201, 204)
    publish(store, [LINE, LINE.replace("a/1", "a/2")])
    assert json.loads(server.request("GET", "/health")[2])["quads"] == 2
    assert count(server, "urn:kept") == 2 and count(server, FACTS) == 2
    with Server(store, write_token=TOKEN) as other:
        assert count(other, "urn:kept") == 2
        # blank nodes are the same ones: they can be taken away again, and the first server sees it
        assert other.update("DELETE WHERE { GRAPH <urn:kept> { ?s ?p ?o } }")[0] == 204
        assert count(other, "urn:kept") == 0
    assert count(server, "urn:kept") == 0


CONCEPT = """@prefix rg: <https://w3id.org/rolegraph/ontology#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<http://example.org/weaving> a rg:Skill ; skos:prefLabel "basket weaving"@en ; skos:altLabel "wickerwork"@en ; skos:notation "basket-weaving" ;
    skos:definition "Weaving of baskets."@en ."""


def found(server: Server, path: str) -> list[str]:
    """Labels that a lookup finds."""
    items = json.loads(server.request("GET", "/api/v1" + path)[2])
    return [item["label"] for item in (items if isinstance(items, list) else items["items"])]


def test_what_users_write_is_found_and_no_longer_when_it_goes(store: Path, server: Server):
    lookups = ("/search?q=wickerwork", "/search?q=basket+weav", "/suggest?q=wick", "/skills?text=basket&stated=false")
    assert [found(server, path) for path in lookups] == [[]] * 4
    assert server.put("/graph-store?graph=urn:skills", CONCEPT)[0] == 201
    assert [found(server, path) for path in lookups] == [["basket weaving"]] * 4
    assert json.loads(server.request("GET", "/api/v1/skills/wickerwork")[2])["definition"] == "Weaving of baskets."
    with Server(store, write_token=TOKEN) as other:  # the index that is kept holds nothing of it
        assert found(other, lookups[0]) == ["basket weaving"]
        assert other.update('PREFIX skos: <http://www.w3.org/2004/02/skos/core#> DELETE { GRAPH ?g { ?s ?p "wickerwork"@en } } '
                            'INSERT { GRAPH ?g { ?s ?p "osiery"@en } } WHERE { GRAPH ?g { ?s ?p "wickerwork"@en } }')[0] == 204
        assert found(other, lookups[0]) == [] and found(other, "/search?q=osiery") == ["basket weaving"]
    assert server.put("/graph-store?graph=urn:skills", "", method="DELETE")[0] == 204
    assert [found(server, path) for path in (*lookups, "/search?q=osiery")] == [[]] * 5


def test_a_killed_writer_leaves_whole_transactions_only(tmp_path: Path):
    publish(tmp_path, [LINE])
    with Server(tmp_path, write_token=TOKEN) as server:
        for n in range(5):
            assert server.update(f"INSERT DATA {{ GRAPH <urn:g> {{ <urn:a> <urn:p> {n} }} GRAPH <urn:h> {{ <urn:a> <urn:p> {n} }} }}")[0] == 204
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
    log = tmp_path / "user" / "log"
    data = log.read_bytes()
    for cut in (len(data), len(data) - 1, len(data) - 40, len(data) // 2):
        log.write_bytes(data[:cut])
        reader, quads = UserGraphs(tmp_path / "user"), ox.Store()
        reader.catch_up(quads)
        sizes = {sum(1 for _ in quads.quads_for_pattern(None, None, None, ox.NamedNode(g))) for g in ("urn:g", "urn:h")}
        assert len(sizes) == 1, "a transaction was read in part"
        with writing(reader.folder):
            reader.append(Change(added=frozenset([b'<urn:a> <urn:p> "after" <urn:g> .'])))
        again, other = UserGraphs(tmp_path / "user"), ox.Store()
        again.catch_up(other)
        assert again.digest == reader.digest and len(other) == len(quads) + 1


def test_applying_a_change_and_its_opposite_gives_the_same_quads():
    store = ox.Store()
    change = Change(added=frozenset([b'<urn:a> <urn:p> "x" <urn:g> .']), created=frozenset(["urn:g"]))
    apply(store, change)
    assert len(store) == 1
    apply(store, Change(removed=change.added, dropped=change.created))
    assert len(store) == 0 and not list(store.named_graphs())
