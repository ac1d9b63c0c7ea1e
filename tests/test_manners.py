"""What holds for every answer: tags, compression, CORS, HEAD and OPTIONS, metrics, logs, a stop and a new build without a loss."""

from __future__ import annotations

import gzip
import http.client
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import brotli
import pytest

from tests.serving import LINE, TOKEN, Server, publish

LABELS = "/sparql?query=" + quote("SELECT ?s ?o WHERE { ?s skos:prefLabel ?o } ORDER BY ?s")
MANY = [LINE.replace("a/1", f"a/{n}") for n in range(100)]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("manners")
    publish(folder, MANY)
    return folder


@pytest.fixture(scope="module")
def server(store: Path) -> Iterator[Server]:
    with Server(store, write_token=TOKEN, cors_origins='["https://a.example"]', workers=2) as running:
        yield running


def test_a_tag_is_of_revision_query_and_format(server: Server):
    tags = set()
    for path, accept in ((LABELS, "text/csv"), (LABELS, "application/sparql-results+json"), (LABELS.replace("prefLabel", "altLabel"), "text/csv")):
        status, headers, body = server.request("GET", path, Accept=accept)
        assert status == 200
        tags.add(headers["etag"])
        again, known, nothing = server.request("GET", path, Accept=accept, If_None_Match=headers["etag"])
        assert again == 304 and not nothing and known["etag"] == headers["etag"]
        assert server.request("GET", path, Accept=accept)[2] == body
    assert len(tags) == 3
    assert server.request("GET", LABELS, Accept="text/csv", If_None_Match='"other", W/"else"')[0] == 200


def test_a_write_gives_new_tags_to_all_processes(server: Server):
    before = server.request("GET", LABELS, Accept="text/csv")[1]["etag"]
    assert server.update('INSERT DATA { GRAPH <urn:g> { <http://a/new> skos:prefLabel "new" } }')[0] == 204
    for _ in range(8):
        status, headers, body = server.request("GET", LABELS, Accept="text/csv", If_None_Match=before)
        assert status == 200 and headers["etag"] != before and b"http://a/new" in body


def test_what_changes_by_itself_has_no_tag(server: Server):
    for text in ("SELECT (RAND() AS ?x) {}", "SELECT (now() AS ?x) {}", "SELECT (UUID() AS ?x) {}"):
        path = "/sparql?query=" + quote(text)
        first, second = server.request("GET", path), server.request("GET", path)
        assert "etag" not in first[1] and first[2] != second[2]


def test_no_two_workers_make_up_the_same_names(server: Server):
    path = "/sparql?query=" + quote("SELECT (STRUUID() AS ?x) (RAND() AS ?y) { { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }")
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: server.request("GET", path)[2], range(48)))
    assert len(set(answers)) == 48


@pytest.mark.parametrize(("name", "unpack"), [("gzip", gzip.decompress), ("br", brotli.decompress)])
def test_answers_are_compressed_as_wanted(server: Server, name: str, unpack):
    plain = server.request("GET", LABELS, Accept="text/csv")[2]
    for _ in range(2):
        _, headers, body = server.request("GET", LABELS, Accept="text/csv", Accept_Encoding=name)
        assert headers["content-encoding"] == name and unpack(body) == plain and "Accept-Encoding" in headers["vary"]
    assert "content-encoding" not in server.request("GET", LABELS, Accept="text/csv", Accept_Encoding=f"{name};q=0")[1]


def test_head_is_get_without_its_body(server: Server):
    for path in (LABELS, "/health", "/.well-known/void"):
        get, head = server.request("GET", path), server.request("HEAD", path)
        assert head[0] == 200 and head[2] == b""
        assert head[1]["content-type"] == get[1]["content-type"] and head[1]["content-length"] == get[1]["content-length"]


def test_options_names_the_methods(server: Server):
    assert "POST" in server.request("OPTIONS", "/sparql")[1]["allow"]
    assert "DELETE" in server.request("OPTIONS", "/graph-store")[1]["allow"]
    assert server.request("OPTIONS", "/health")[1]["allow"] == "GET, HEAD, OPTIONS"
    assert server.request("OPTIONS", "/nothing-here")[0] == 404


def test_other_origins_are_let_in_where_they_are_named(server: Server):
    assert server.request("GET", LABELS, Origin="https://a.example")[1]["access-control-allow-origin"] == "https://a.example"
    assert "access-control-allow-origin" not in server.request("GET", LABELS, Origin="https://b.example")[1]
    status, headers, _ = server.request("OPTIONS", "/sparql", Origin="https://a.example", Access_Control_Request_Method="POST")
    assert status == 204 and "POST" in headers["access-control-allow-methods"]


def test_metrics_sum_over_the_processes(server: Server):
    for _ in range(20):
        server.request("GET", "/health")
    text = server.request("GET", "/metrics")[2].decode()
    counts = [float(line.split()[-1]) for line in text.splitlines() if line.startswith("rolegraph_requests_total") and 'route="/health"' in line]
    assert sum(counts) >= 20 and "rolegraph_request_seconds_bucket" in text


def test_void_and_dcat_tell_what_is_published(server: Server):
    import pyoxigraph as ox
    status, _, body = server.request("GET", "/.well-known/void", Accept="text/turtle")
    assert status == 200
    found = ox.Store()
    found.load(body, ox.RdfFormat.TURTLE)
    prefixes = "PREFIX void: <http://rdfs.org/ns/void#> PREFIX dcat: <http://www.w3.org/ns/dcat#> "
    assert bool(found.query(prefixes + "ASK { ?d a void:Dataset, dcat:Dataset ; void:triples ?n ; void:propertyPartition [ void:triples ?m ] . FILTER(?n >= 100) }"))


def test_logs_are_lines_of_json_without_the_queries(store: Path):
    with Server(store, log_requests="true") as server:
        server.request("GET", LABELS)
        server.query("SELECT * { ?secret ?p ?o } LIMIT 1")
        server.stop()
        lines = [json.loads(line) for line in server.errors if line.startswith("{")]
    asked = [line for line in lines if line["path"] == "/sparql"]
    assert len(asked) == 2 and asked[0]["status"] == 200 and asked[0]["ms"] >= 0
    assert "secret" not in "".join(server.errors) and "prefLabel" not in "".join(server.errors)


def test_a_stop_lets_requests_under_way_finish(store: Path):
    with Server(store) as server:
        answers: list[int] = []
        text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
        asking = threading.Thread(target=lambda: answers.append(server.query(text)[0]))
        asking.start()
        threading.Event().wait(0.3)
        assert server.stop() == 0
        asking.join(30)
    assert answers == [200]


def test_a_new_build_is_picked_up_without_a_lost_request(tmp_path: Path):
    publish(tmp_path, MANY)
    with Server(tmp_path, workers=2) as server:
        failed: list[object] = []
        seen: set[int] = set()
        done = threading.Event()

        def ask() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
            while not done.is_set():
                try:
                    connection.request("GET", LABELS, headers={"Accept": "text/csv", "Cache-Control": "no-cache"})
                    answer = connection.getresponse()
                    body = answer.read()
                    if answer.status != 200:
                        failed.append(body)
                    seen.add(body.count(b"\r\n") - 1)
                except (OSError, http.client.HTTPException) as error:
                    failed.append(error)
                    connection.close()
            connection.close()
        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for size in (90, 80, 70):
            publish(tmp_path, MANY[:size])
            threading.Event().wait(1.0)
        done.set()
        for thread in threads:
            thread.join()
    assert not failed, failed[:2]
    assert {100, 70} <= seen <= {100, 90, 80, 70}


def test_a_serving_process_that_dies_is_replaced(store: Path):
    import os
    import signal
    with Server(store, workers=2) as server:
        children = [int(p) for p in Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()]
        serving = [p for p in children if b"kg.serve" in Path(f"/proc/{p}/cmdline").read_bytes()]
        assert len(serving) == 2
        os.kill(serving[0], signal.SIGKILL)
        for _ in range(100):
            threading.Event().wait(0.1)
            children = [int(p) for p in Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()]
            if len([p for p in children if b"kg.serve" in Path(f"/proc/{p}/cmdline").read_bytes()]) == 2 and serving[0] not in children:
                break
        assert server.request("GET", "/health")[0] == 200
