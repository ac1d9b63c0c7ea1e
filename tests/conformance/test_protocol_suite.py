"""The W3C tests of SPARQL 1.1 Protocol, Graph Store Protocol and Service Description, sent raw over a socket."""

from __future__ import annotations

from collections.abc import Iterator
from email.parser import BytesParser

import pyoxigraph as ox
import pytest

from tests.conformance.suite import MISSING, SUITE, Earl, Request, Test, protocol_tests, reporting
from tests.conftest import needs
from tests.serving import LINE, TOKEN, Server, publish

pytestmark = needs(SUITE.is_dir(), MISSING)
PROTOCOL = list(protocol_tests(SUITE / "protocol" / "manifest.ttl")) if SUITE.is_dir() else []
STORE = [t for name in ("direct", "indirect") for t in protocol_tests(SUITE / "graph-store-protocol" / f"manifest-{name}.ttl")] if SUITE.is_dir() else []
FAMILIES = {"boolean": ("application/sparql-results+json", "application/sparql-results+xml"),
            "tabular": ("application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"),
            "RDF": ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json")}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("protocol")
    publish(folder, [LINE])
    with Server(folder, write_token=TOKEN, union_default_graph="false") as running:
        yield running


@pytest.fixture(scope="module")
def earl() -> Iterator[Earl]:
    with reporting("sparql11-protocol") as report:
        yield report


def send(server: Server, request: Request, host: str, names: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    """The request as the manifest has it, with our paths; names stand for places told by answers before."""
    path = request.path
    for name, value in names.items():
        path = path.replace(name, value)
    path = "/graph-store" + path.removeprefix("/gsp") if path.startswith("/gsp") else path
    body = request.body or b""
    lines = [f"{request.method} {path} HTTP/{1.1}", f"Host: {host}", "Connection: close", f"Authorization: Bearer {TOKEN}"]
    lines += [f"{name}: {value}" for name, value in request.headers]
    if request.body is not None or request.method in ("POST", "PUT"):
        lines.append(f"Content-Length: {len(body)}")
    data = server.raw("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
    head, _, rest = data.partition(b"\r\n\r\n")
    first, _, fields = head.partition(b"\r\n")
    headers = {k.lower(): v for k, v in BytesParser().parsebytes(fields).items()}
    if headers.get("transfer-encoding") == "chunked":
        rest = dechunked(rest)
    return int(first.split()[1]), headers, rest


def dechunked(data: bytes) -> bytes:
    out = b""
    while data:
        size, _, data = data.partition(b"\r\n")
        out, data = out + data[:int(size, 16)], data[int(size, 16) + 2:]
    return out


def expected(status: int, names: tuple[str, ...]) -> bool:
    exact = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}
    return not names or any(status == exact.get(n) or n == f"StatusCode{status // 100}xx" for n in names)


def run(server: Server, test: Test, host: str) -> None:
    names: dict[str, str] = {}
    for request in test.requests:
        status, headers, body = send(server, request, host, names)
        assert expected(status, request.status), (request, status, body[:500])
        kind = headers.get("content-type", "").split(";")[0]
        if request.format:
            assert kind in FAMILIES[request.format], kind
        if request.boolean is not None:
            form = ox.QueryResultsFormat.from_media_type(kind)
            assert bool(ox.parse_query_results(body, form)) is request.boolean
        if request.location:
            names[request.location] = headers["location"]
        if request.graph:
            wanted = request.graph
            for name, value in names.items():
                wanted = wanted.replace(name, value)
            assert canonical(ox.parse(body, ox.RdfFormat.from_media_type(kind), base_iri=f"http://{host}/")) == \
                canonical(ox.parse(wanted.encode(), ox.RdfFormat.TURTLE, base_iri=f"http://{host}/"))


def canonical(quads: Iterator[ox.Quad]) -> ox.Dataset:
    found = ox.Dataset(quads)
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return found


def clean(server: Server, test: Test) -> None:
    assert server.update("DROP ALL")[0] == 204
    for path, name in test.graphs:
        assert server.put(f"/graph-store?graph={name}", path.read_bytes(), "application/n-triples")[0] == 201


def judged(earl: Earl, test: Test, server: Server, host: str) -> None:
    clean(server, test)
    earl.add(test, "failed")
    run(server, test, host)
    earl.add(test, "passed")


def test_the_suite_is_whole() -> None:
    assert (len(PROTOCOL), len(STORE)) == (34, 13)


@pytest.mark.parametrize("test", PROTOCOL, ids=lambda t: t.iri.rpartition("#")[2])
def test_protocol(server: Server, earl: Earl, test: Test) -> None:
    judged(earl, test, server, "www.example")


@pytest.mark.parametrize("test", STORE, ids=lambda t: t.iri.rpartition("#")[2] or t.name)
def test_graph_store(server: Server, earl: Earl, test: Test) -> None:
    judged(earl, test, server, "www.example")


@pytest.mark.parametrize("test", list(protocol_tests(SUITE / "service-description" / "manifest.ttl")) if SUITE.is_dir() else [],
                         ids=lambda t: t.iri.rpartition("#")[2])
def test_service_description(server: Server, earl: Earl, test: Test) -> None:
    sd, rdf_type = "http://www.w3.org/ns/sparql-service-description#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    earl.add(test, "failed")
    for accept in ("*/*", "text/turtle", "application/rdf+xml", "application/ld+json", "application/n-triples"):
        status, headers, body = server.request("GET", "/sparql", Accept=accept)
        assert status == 200
        found = {(t.subject, t.predicate.value, t.object) for t in ox.parse(body, ox.RdfFormat.from_media_type(headers["content-type"]))}
        services = {s for s, p, o in found if p == rdf_type and o == ox.NamedNode(sd + "Service")}
        assert len(services) == 1
        service = services.pop()
        assert (service, sd + "endpoint", ox.NamedNode(server.root + "/sparql")) in found
        # the schema: what stands behind a property is of the class that it says
        kinds = {"defaultDataset": "Dataset", "defaultGraph": "Graph", "namedGraph": "NamedGraph", "graph": "Graph"}
        for _, predicate, value in found:
            if (local := predicate.removeprefix(sd)) in kinds:
                assert (value, rdf_type, ox.NamedNode(sd + kinds[local])) in found
            if local in ("supportedLanguage", "resultFormat", "feature", "endpoint", "name"):
                assert isinstance(value, ox.NamedNode)
    earl.add(test, "passed")
