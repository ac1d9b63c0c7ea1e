"""Requests that want to hang, crash or fill the server, beside ordinary ones that must not notice."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.serving import Server, publish

NORMAL = "SELECT ?s ?o WHERE { ?s <urn:p1> ?o } ORDER BY ?s LIMIT 20"
CROSS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
TEXTS = {
    "braces": "SELECT * WHERE " + "{" * 5000 + "}" * 5000,
    "brackets": "SELECT * WHERE { ?s ?p ?o FILTER " + "(" * 5000 + "1" + ")" * 5000 + " }",
    "hidden brackets": "SELECT * WHERE { ?s ?p ?o FILTER(?a<" + "(" * 5000 + "?b>1) }",
    "negations": "SELECT * WHERE { ?s ?p ?o FILTER(" + "!" * 60000 + "true) }",
    "patterns": "SELECT * WHERE { " + " . ".join(f"?a{n} ?p{n} ?a{n + 1}" for n in range(400)) + " }",
    "path": "SELECT * WHERE { ?s " + "/".join(["<urn:p1>"] * 2000) + " ?o }",
    "regex": "SELECT * WHERE { BIND('" + "a" * 5000 + "b' AS ?x) FILTER(REGEX(?x, '^(a+)+$')) ?s ?p ?o . ?t ?q ?u }",
    "values": "SELECT * WHERE { VALUES ?x { " + " ".join(f"'{n}'" for n in range(9000)) + " } VALUES ?y { " + " ".join(f"'{n}'" for n in range(900)) + " } }",
    "cross product": CROSS,
    "sorted cross product": "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d ?g",
    "rows": "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }",
    "concatenation": "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d))) AS ?x) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "service": "SELECT * WHERE { SERVICE <http://10.255.255.1/> { ?s ?p ?o } }",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("hostile")
    publish(folder, [f'<urn:s{n}> <urn:p{n % 3}> "value {n}" <urn:g> .\n' for n in range(3000)])
    with Server(folder, query_seconds=2, query_memory=300_000_000, max_rows=100_000, long_queries=2, cache_bytes=0) as running:
        yield running


def slow_head(server: Server) -> int:
    with socket.create_connection(("127.0.0.1", server.port)) as sock:
        for part in (b"GET /sparql HTTP/1.1\r\n", b"Host: a\r\n", b"X-A: b\r\n"):
            sock.sendall(part)
            time.sleep(0.3)
    return 0


def slow_body(server: Server) -> int:
    with socket.create_connection(("127.0.0.1", server.port)) as sock:
        sock.sendall(b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\nContent-Length: 1000\r\n\r\nSEL")
        time.sleep(1)
    return 0


def slow_reader(server: Server) -> int:
    with socket.create_connection(("127.0.0.1", server.port)) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.sendall(f"GET /sparql?query={quote(TEXTS['rows'])} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        time.sleep(1.5)
        sock.recv(100)
    return 0


def asks(text: str) -> Callable[[Server], int]:
    def ask(server: Server) -> int:
        try:
            return server.query(text)[0]
        except (http.client.IncompleteRead, ConnectionError):
            # an answer that could not be finished is cut off, not ended
            return -1
    return ask


HOSTILE = [*(asks(text) for text in TEXTS.values()), slow_head, slow_body, slow_reader]


def test_no_ordinary_request_fails_beside_two_hundred_hostile_ones(server: Server):
    done = threading.Event()
    failed: list[object] = []
    times: list[float] = []

    def ordinary() -> None:
        while not done.is_set():
            begun = time.monotonic()
            try:
                status, _, body = server.query(NORMAL)
                if status != 200 or len(json.loads(body)["results"]["bindings"]) != 20:
                    failed.append((status, body[:200]))
                if server.request("GET", "/health")[0] != 200:
                    failed.append("health")
            except OSError as error:
                failed.append(error)
            times.append(time.monotonic() - begun)
            time.sleep(0.01)
    with ThreadPoolExecutor(4) as normal, ThreadPoolExecutor(200) as hostile:
        for _ in range(4):
            normal.submit(ordinary)
        answers = list(hostile.map(lambda n: HOSTILE[n % len(HOSTILE)](server), range(200)))
        done.set()
    assert not failed, failed[:3]
    assert len(times) > 20
    assert server.process.poll() is None
    # whatever was asked has been answered in some way, and nothing of it as if all were well that was not
    assert len(answers) == 200 and Counter(answers)[500] == 0, Counter(answers)


def test_slow_readers_of_long_answers_hold_no_places(tmp_path: Path):
    publish(tmp_path, [f'<urn:s{n}> <urn:p{n % 3}> "value {n}" <urn:g> .\n' for n in range(3000)])
    with Server(tmp_path, query_seconds=60) as server, contextlib.ExitStack() as stack:
        for number in range(30):
            sock = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            text = f"SELECT * {{ ?s ?p ?o . ?t <urn:p0> ?u FILTER(STR(?t) < 'urn:s107') }} # {number}"
            sock.sendall(f"GET /sparql?query={quote(text)} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        for number in range(10):
            status, _, body = server.query(f"{NORMAL} # beside slow readers {number}")
            assert status == 200 and len(json.loads(body)["results"]["bindings"]) == 20


def test_processes_of_unknown_queries_step_back_in_the_session_of_the_server(server: Server):
    """In a session of their own they would have a share of the processors whatever their priority."""
    own = os.getpriority(os.PRIO_PROCESS, server.process.pid)
    until = time.monotonic() + 20
    priorities: set[int] = set()
    while not (priorities and min(priorities) == own < max(priorities)):
        assert time.monotonic() < until, priorities
        # a busy machine may take one for a long query, whose process is ended: another is asked then
        unknown = f"{NORMAL} # {time.monotonic()}"
        assert server.query(unknown)[0] == server.query(unknown)[0] == 200
        sessions, priorities = set(), set()
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if str(server.folder).encode() in (process / "cmdline").read_bytes() and b"kg.nursery" in (process / "cmdline").read_bytes():
                    sessions.add(os.getsid(int(process.name)))
                    priorities.add(os.getpriority(os.PRIO_PROCESS, int(process.name)))
    assert sessions == {os.getsid(server.process.pid)}


@pytest.mark.parametrize(("name", "statuses"), [
    ("braces", {400}), ("brackets", {400}), ("hidden brackets", {400}), ("negations", {400, 507}), ("patterns", {400}), ("path", {400}),
    ("cross product", {504}), ("sorted cross product", {504, 507}), ("concatenation", {504, 507}), ("service", {403})])
def test_each_is_answered_with_what_is_wrong(server: Server, name: str, statuses: set[int]):
    status, headers, body = server.query(TEXTS[name])
    assert status in statuses, (status, body[:300])
    assert headers["content-type"] == "application/problem+json" and json.loads(body)["detail"]


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "application/sparql-results+xml"])
def test_a_cut_table_says_so_in_head_and_body(tmp_path: Path, accept: str):
    publish(tmp_path, [f'<urn:s{n}> <urn:p> ",{{\\"a\\n</result><result>" <urn:g> .\n' for n in range(40)])
    with Server(tmp_path, max_rows=25) as server:
        status, headers, body = server.query("SELECT * { ?s ?p ?o } ORDER BY ?s", accept)
        assert status == 200 and "cut" in headers["warning"] and b"cut after 25 rows" in body.replace(b"%20", b" ") and "etag" not in headers
        import pyoxigraph as ox
        assert len(list(ox.parse_query_results(body, ox.QueryResultsFormat.from_media_type(accept)))) == 25
        for query in ("SELECT * { ?s ?p ?o } LIMIT 25", "SELECT * { ?s ?p ?o } LIMIT 3"):
            status, headers, body = server.query(query, accept)
            assert status == 200 and "warning" not in headers and b"cut" not in body


def test_a_cut_answer_that_cannot_say_so_is_an_error(tmp_path: Path):
    publish(tmp_path, [f'<urn:s{n}> <urn:p> "a\\nb \\"q\\"" <urn:g> .\n' for n in range(40)])
    with Server(tmp_path, max_rows=25) as server:
        for accept in ("text/csv", "text/tab-separated-values"):
            assert server.query("SELECT * { ?s ?p ?o }", accept)[0] == 422
            assert server.query("SELECT * { ?s ?p ?o } LIMIT 25", accept)[0] == 200
        for accept in ("text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples"):
            assert server.query("CONSTRUCT WHERE { ?s ?p ?o }", accept)[0] == 422
            assert server.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 25", accept)[0] == 200


@pytest.fixture(scope="module")
def patient(server: Server) -> Iterator[Server]:
    """Another over the same store, for answers that take busy machines long."""
    with Server(server.folder, query_seconds=120, max_rows=100_000, cache_bytes=0) as running:
        yield running


def test_an_answer_that_stops_half_way_is_no_whole_answer(patient: Server):
    """More than is sent at once, and then more rows than allowed: the connection is cut."""
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        patient.query(TEXTS["rows"], "text/csv")


def test_long_answers_come_whole(patient: Server):
    status, headers, body = patient.query("SELECT * { ?s ?p ?o . ?t <urn:p0> ?u FILTER(STR(?t) < 'urn:s107') }")
    assert status == 200 and headers["transfer-encoding"] == "chunked" and len(body) > 4_000_000
    assert len(json.loads(body)["results"]["bindings"]) == 3000 * len([n for n in range(0, 3000, 3) if f"urn:s{n}" < "urn:s107"])


def wait_until(true: Callable[[], object], seconds: float = 60.0) -> None:
    """Busy machines take their time."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_client_that_leaves_takes_its_query_with_it(tmp_path: Path):
    publish(tmp_path, [f'<urn:s{n}> <urn:p> "{n}" <urn:g> .\n' for n in range(1000)])

    def at_work() -> int:
        """Processes over this store that use a processor."""
        count = 0
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if b"kg.nursery" in (process / "cmdline").read_bytes() and str(tmp_path).encode() in (process / "cmdline").read_bytes():
                    count += (process / "stat").read_text().rpartition(")")[2].split()[0] == "R"
            except OSError:
                continue
        return count
    with Server(tmp_path, query_seconds=300) as server:
        with socket.create_connection(("127.0.0.1", server.port)) as sock:
            sock.sendall(f"GET /sparql?query={quote(CROSS)} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            wait_until(at_work)
        wait_until(lambda: not at_work())
