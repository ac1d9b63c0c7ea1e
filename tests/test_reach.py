"""The one way out: which hosts, addresses and redirects are followed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from kg.errors import QueryError, RefusedError
from kg.reach import checked, fetch, no_entities
from tests.serving import LINE, TOKEN, Server, publish

PLACES = {"/data": (200, b"<urn:a> <urn:b> <urn:c> .", "text/turtle"), "/away": (302, b"", "http://169.254.169.254/latest"),
          "/file": (302, b"", "file:///etc/passwd"), "/loop": (302, b"", "/loop"), "/moved": (302, b"", "/data"), "/broken": (500, b"", "")}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, body, more = PLACES[self.path]
        self.send_response(status)
        self.send_header("Location" if status == 302 else "Content-Type", more)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def web() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.mark.parametrize(("host", "reach"), [
    ("example.org", []), ("localhost", ["localhost"]), ("10.1.2.3", ["example.org"]), ("127.0.0.1", ["127.0.0.1:99"]), ("127.0.0.1", ["localhost"])])
def test_hosts_and_addresses_that_are_not_named_are_refused(host: str, reach: list[str]):
    with pytest.raises(RefusedError):
        checked(host, 80, reach)


def test_a_named_private_address_may_be_reached():
    assert checked("127.0.0.1", 80, ["127.0.0.1"]) == "127.0.0.1"


def test_a_document_is_fetched_from_a_named_host(web: int):
    reach = [f"127.0.0.1:{web}"]
    for path in ("/data", "/moved"):
        assert fetch(f"http://127.0.0.1:{web}{path}", reach, "*/*") == (b"<urn:a> <urn:b> <urn:c> .", "text/turtle")


@pytest.mark.parametrize(("path", "error"), [("/away", RefusedError), ("/file", RefusedError), ("/loop", QueryError), ("/broken", QueryError)])
def test_each_redirect_is_looked_at(web: int, path: str, error: type[Exception]):
    with pytest.raises(error):
        fetch(f"http://127.0.0.1:{web}{path}", [f"127.0.0.1:{web}"], "*/*")


@pytest.mark.parametrize("text", [b'<!DOCTYPE r [<!ENTITY % p SYSTEM "http://a/">]><r/>', "<r/>".encode("utf-16"), b'<!DOCTYPE r PUBLIC "a" "b"><r/>'])
def test_xml_that_reaches_out_is_refused(text: bytes):
    with pytest.raises(RefusedError):
        no_entities(text)


def test_xml_with_names_for_namespaces_is_taken():
    no_entities(b'<!DOCTYPE rdf:RDF [<!ENTITY owl "http://www.w3.org/2002/07/owl#">]><rdf:RDF/>')


def test_load_goes_where_the_setting_allows(web: int, tmp_path: Path):
    publish(tmp_path, [LINE])
    with Server(tmp_path, write_token=TOKEN, reach=f'["127.0.0.1:{web}"]') as server:
        assert server.update(f"LOAD <http://127.0.0.1:{web}/data> INTO GRAPH <urn:loaded>")[0] == 204
        assert b"true" in server.query("ASK { GRAPH <urn:loaded> { <urn:a> <urn:b> <urn:c> } }")[2]
        for text in (f"LOAD <http://127.0.0.1:{web}/away>", "LOAD <file:///etc/passwd>", "LOAD SILENT <http://localhost:1/>"):
            assert server.update(text)[0] == 403
        assert server.query("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")[0] == 403
