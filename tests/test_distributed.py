"""A real Ray cluster of several node processes: workers and nodes die, one is slow; partitions go out and come back."""

from __future__ import annotations

import gzip
import importlib
import importlib.util
import json
import os
import shutil
import signal
import threading
import urllib.parse
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import settings
from kg import store as stores
from kg.build import build
from kg.consolidate import aggregation
from kg.distributed import engine, partitions, remote
from kg.errors import StoreError
from kg.extract import Extract
from kg.extract import extract as in_processes
from kg.model import Document
from kg.remote import RemoteStore
from tests.benchmarks.generator import Corpus, markdown
from tests.conftest import needs
from tests.virtuoso import PASSWORD, Virtuoso, needs_virtuoso

needs_ray = needs(importlib.util.find_spec("ray"), "needs Ray: pip install 'rolegraph[ray]'")
BASE, ACTIVITY = "https://w3id.org/rolegraph/id/", "https://w3id.org/rolegraph/id/build/test"


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    corpus = Corpus()
    return [Document(made.name, markdown(made).decode(), made.name) for made in map(corpus.document, range(120))]


@pytest.fixture(scope="module")
def expected(documents: list[Document]) -> list[Extract]:
    return ordered(in_processes(documents, len(documents), vocabulary=(), base=BASE, activity=ACTIVITY, processes=2))


@pytest.fixture
def cluster() -> Iterator:
    import ray
    from ray.cluster_utils import Cluster
    found = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    ray.init(address=found.address, logging_level="error", log_to_driver=False)
    yield found
    ray.shutdown()
    found.shutdown()


def ordered(extracts) -> list[Extract]:
    return sorted(extracts, key=lambda e: e.identifier)


def extracted(documents: list[Document]) -> Iterator[Extract]:
    return engine.extract(iter(documents), vocabulary=(), base=BASE, activity=ACTIVITY, max_seconds=60.0)


@needs_ray
@pytest.mark.filterwarnings("ignore")
def test_of_three_nodes_one_dies_a_worker_is_killed_and_one_is_slow_and_each_document_counts_once(
        cluster, documents: list[Document], expected: list[Extract]):
    slow, dying = cluster.add_node(num_cpus=1), cluster.add_node(num_cpus=1)
    cluster.wait_for_nodes()
    poison, found, stopped = Poisoned("poison", "", "poison.txt"), [], []
    for item in extracted([*documents[:50], poison, *documents[50:]]):
        found.append(item)
        if len(found) == 1:
            stopped = pids(slow)[:1]
            for pid in stopped:
                os.kill(pid, signal.SIGSTOP)
                # by time: it may hold so many documents that no number of others is sure to come before
                threading.Timer(15.0, os.kill, [pid, signal.SIGCONT]).start()
        if len(found) == 20:
            for pid in pids(cluster.head_node)[:1]:
                os.kill(pid, signal.SIGKILL)
        if len(found) == 40:
            cluster.remove_node(dying, allow_graceful=False)
    (left,) = [e for e in found if e.error]
    assert left.quarantined and left.location == "poison.txt" and "2 times" in left.error
    assert ordered(e for e in found if not e.error) == expected


@needs_ray
@pytest.mark.filterwarnings("ignore")
def test_a_build_on_a_cluster_gives_the_graph_of_one_process_though_a_node_dies_while_facts_are_made(
        cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    dying = cluster.add_node(num_cpus=2)
    cluster.wait_for_nodes()
    Corpus().write(tmp_path / "in", 25)
    chosen = {"reasoner": "rules", "validate_build": False}
    expected = build([tmp_path / "in"], settings.load(store=tmp_path / "one", **chosen))
    sizes = []

    def until_it_dies(self: aggregation.Aggregation) -> Path:
        sizes.append(len(self.parts))
        threading.Timer(3.0, cluster.remove_node, [dying], {"allow_graceful": False}).start()
        return run(self)
    run = aggregation.Aggregation.run
    monkeypatch.setattr(aggregation.Aggregation, "run", until_it_dies)
    monkeypatch.setattr(aggregation, "PIECE", 200_000)
    found = build([tmp_path / "in"], settings.load(store=tmp_path / "cluster", runner="ray", **chosen))
    assert sizes and found.revision.id == expected.revision.id and found.counts == expected.counts
    assert importlib.import_module("ray").is_initialized()  # a connection that the build did not make stays


class Poisoned(Document):
    """A document that ends the process that takes it in hand."""

    def __reduce__(self) -> tuple:
        return _end_worker, (os.getpid(),)


def _end_worker(but: int) -> None:
    if os.getpid() != but:
        os._exit(3)


def pids(node) -> list[int]:
    """Worker processes of a node of the cluster: the children of its raylet."""
    (raylet,) = [entry.process.pid for entry in node.all_processes["raylet"]]
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
            command = (path.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if int(fields[1]) == raylet and command.startswith((b"ray::_extracted", b"ray::IDLE")):
            found.append(int(path.parent.name))
    return sorted(found)


@pytest.fixture(scope="module")
def revision(tmp_path_factory: pytest.TempPathFactory) -> stores.Revision:
    folder = tmp_path_factory.mktemp("partitions")
    made = Corpus().write(folder / "in", 25)
    found = build([folder / "in"], settings.load(store=folder / "store", reasoner="rules", validate_build=False))
    assert found.counts["documents"] == len(made) and not found.skipped
    quads = stores.open_revision(found.revision)
    rows = quads.query("PREFIX rg: <https://w3id.org/rolegraph/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
                       "PREFIX dcterms: <http://purl.org/dc/terms/> SELECT DISTINCT ?d ?p ?l WHERE { ?c rg:property ?p ; rg:object/skos:prefLabel ?l ; "
                       "rg:document/dcterms:identifier ?d }", use_default_graph_as_union=True)
    linked = {(r["d"].value[-7:], r["p"].value.rpartition("#")[2], r["l"].value) for r in rows}
    stated = [(m.name[-7:], kind, label) for m in made for kind, label in m.facts if kind.startswith("requires")]
    missed = [s for s in stated if s not in linked]
    assert len(missed) <= 0.02 * len(stated), missed  # every layout that the generator writes is read
    return found.revision


def test_partitions_are_loaded_to_the_same_revision(revision: stores.Revision, tmp_path: Path):
    manifest = partitions.write(revision, "memory://partitions/out")
    with stores.writing(tmp_path):
        loaded = partitions.load(manifest, tmp_path)
    assert loaded.id == revision.id and len(stores.open_revision(loaded, 0)) == revision.quads


def test_the_guide_beside_the_manifest_names_loaders(revision: stores.Revision, tmp_path: Path):
    partitions.write(revision, str(tmp_path))
    guide = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "rolegraph load" in guide and "rdf_loader_run" in guide and "qlever index" in guide and "DESCRIPTION = " in guide and f"{revision.quads:,}" in guide


@pytest.mark.parametrize("how", ["missing", "changed", "cut", "no manifest", "foreign manifest"])
def test_damaged_partitions_are_refused_and_named(revision: stores.Revision, tmp_path: Path, how: str):
    manifest = Path(partitions.write(revision, str(tmp_path / "out")))
    part = tmp_path / "out" / revision.id[:16] / "facts.nq.gz"
    match how:
        case "missing":
            part.unlink()
        case "changed":
            part.write_bytes(gzip.compress(b"<http://a/a> <http://a/b> <http://a/c> <http://a/graph/facts> .\n"))
        case "cut":
            part.write_bytes(part.read_bytes()[:-20])
        case "no manifest":
            manifest.unlink()
        case "foreign manifest":
            manifest.write_text(json.dumps({"format": 2}))
    with stores.writing(tmp_path / "store"), pytest.raises(StoreError) as error:
        partitions.load(str(manifest), tmp_path / "store")
    assert ("facts.nq.gz" if "manifest" not in how else "manifest.json") in error.value.place


class Server(BaseHTTPRequestHandler):
    """A SPARQL 1.1 server of one store, as far as updates go."""

    store: ox.Store

    def do_POST(self) -> None:
        update = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["update"][0]
        self.store.update(update)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def test_partitions_go_into_a_sparql_server(revision: stores.Revision, tmp_path: Path):
    manifest = partitions.write(revision, str(tmp_path))
    handler = type("One", (Server,), {"store": ox.Store()})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        number = remote.load(manifest, f"http://127.0.0.1:{server.server_port}/sparql")
        server.shutdown()
    assert number == revision.quads == len(handler.store)
    with pytest.raises(StoreError, match="does not answer"):
        remote.load(manifest, "http://127.0.0.1:9/sparql")


@needs_virtuoso
def test_virtuoso_takes_partitions_by_its_bulk_loader_as_the_guide_says_and_by_updates(revision: stores.Revision, tmp_path: Path):
    manifest = partitions.write(revision, str(tmp_path / "out"))
    expected = {row["g"].value: int(row["n"].value) for row in stores.open_revision(revision).query(SIZES)}
    with Virtuoso() as server:
        shutil.copytree(tmp_path / "out", server.folder / "out")
        guide = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
        statements = [line.partition(" -- ")[0].strip() for line in guide.splitlines() if line.startswith("      ")][:4]
        assert statements[-1].startswith("SELECT ll_file")
        for statement in statements:
            said = server.isql(statement.replace("/path/to", str(server.folder / "out")))
        assert "0 Rows" in said  # no file with an error
        assert sizes(server) == expected
    with Virtuoso() as server:
        assert remote.load(manifest, f"{server.root}/sparql-auth", "dba", PASSWORD) == revision.quads
        assert sizes(server) == expected


SIZES = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"


def sizes(server: Virtuoso) -> dict[str, int]:
    """Quads of RoleGraph's graphs."""
    found = {row["g"].value: int(row["n"].value) for row in RemoteStore(f"{server.root}/sparql").query(SIZES)}
    return {graph: number for graph, number in found.items() if graph.startswith(BASE)}
