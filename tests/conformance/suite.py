"""The W3C SPARQL 1.1 tests as data, and reports of their outcomes in EARL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import rdflib
from rdflib import RDF, Namespace
from rdflib.collection import Collection

TESTDATA = Path(os.environ.get("ROLEGRAPH_TESTDATA", Path(__file__).parents[2].parent / "shared"))
SUITE = TESTDATA / "w3c" / "rdf-tests" / "sparql" / "sparql11"
REPORTS = Path(__file__).parent / "output"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
MISSING = (f"no W3C SPARQL test suite at {SUITE}: get sparql/sparql11 of github.com/w3c/rdf-tests, or name its place in ROLEGRAPH_TESTDATA")


@dataclass(frozen=True, slots=True)
class Request:
    """One request of a protocol test and what is expected of its answer."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    status: tuple[str, ...]
    boolean: bool | None
    format: str
    location: str
    graph: str


@dataclass(slots=True)
class Test:
    """One test of a manifest."""

    __test__ = False
    iri: str
    name: str
    kind: str
    folder: Path
    query: Path | None = None
    result: Path | None = None
    data: list[Path] = field(default_factory=list)
    graphs: list[tuple[Path, str]] = field(default_factory=list)
    after: list[Path] = field(default_factory=list)
    graphs_after: list[tuple[Path, str]] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)


def load(manifest: Path) -> tuple[rdflib.Graph, list[rdflib.term.Node]]:
    """A manifest and its entries."""
    graph = rdflib.Graph().parse(manifest, format="turtle", publicID=manifest.as_uri())
    entries = graph.value(rdflib.URIRef(manifest.as_uri()), MF.entries) or next(graph.objects(None, MF.entries), None)
    return graph, list(Collection(graph, entries)) if entries else []


def included(manifest: Path) -> list[Path]:
    """Manifests that a manifest includes, in order."""
    graph = rdflib.Graph().parse(manifest, format="turtle", publicID=manifest.as_uri())
    return [_path(item) for head in graph.objects(None, MF.include) for item in Collection(graph, head)]


def evaluation_tests() -> Iterator[Test]:
    """Query, update and result-format tests."""
    for part in ("query", "update", "results", "fed"):
        for manifest in included(SUITE / f"manifest-sparql11-{part}.ttl"):
            if manifest.parent.name == "service":
                # asks for endpoints that exist in the tests' imagination only
                continue
            graph, entries = load(manifest)
            for node in entries:
                yield _evaluation(graph, node, manifest.parent)


def protocol_tests(manifest: Path) -> Iterator[Test]:
    """Tests that are requests."""
    graph, entries = load(manifest)
    for node in entries:
        test = Test(str(node), str(graph.value(node, MF.name)), "ProtocolTest", manifest.parent)
        test.graphs = _graphs(graph, node, UT.graphData)
        head = graph.value(graph.value(node, MF.action), HT.requests)
        test.requests = [_request(graph, request) for request in Collection(graph, head)] if head else []
        yield test


def _evaluation(graph: rdflib.Graph, node: rdflib.term.Node, folder: Path) -> Test:
    kind = str(graph.value(node, RDF.type)).rpartition("#")[2]
    test = Test(str(node), f"{folder.name}/{str(node).rpartition('#')[2]}", kind, folder)
    action, result = graph.value(node, MF.action), graph.value(node, MF.result)
    if isinstance(action, rdflib.URIRef):
        test.query = _path(action)
    else:
        test.query = _path(graph.value(action, QT.query) or graph.value(action, UT.request))
    test.data = [_path(n) for p in (QT.data, UT.data) for n in graph.objects(action, p)]
    test.graphs = [*((_path(n), "") for n in graph.objects(action, QT.graphData)), *_graphs(graph, action, UT.graphData)]
    if isinstance(result, rdflib.URIRef):
        test.result = _path(result)
    elif result is not None:
        test.after = [_path(n) for n in graph.objects(result, UT.data)]
        test.graphs_after = _graphs(graph, result, UT.graphData)
    return test


def _graphs(graph: rdflib.Graph, node: rdflib.term.Node | None, predicate: rdflib.URIRef) -> list[tuple[Path, str]]:
    return [(_path(graph.value(n, UT.graph)), str(graph.value(n, rdflib.RDFS.label) or "")) for n in graph.objects(node, predicate)]


def _request(graph: rdflib.Graph, node: rdflib.term.Node) -> Request:
    answer, content = graph.value(node, HT.resp), graph.value(node, HT.body)
    boolean, expected = graph.value(answer, MF.expectedBoolean), graph.value(answer, HT.body)
    headers = tuple((str(graph.value(h, HT.fieldName)), str(graph.value(h, HT.fieldValue)))
                    for head in graph.objects(node, HT.headers) for h in Collection(graph, head))
    return Request(
        str(graph.value(node, HT.methodName)), str(graph.value(node, HT.absolutePath)), headers,
        str(graph.value(content, CNT.chars)).encode(str(graph.value(content, CNT.characterEncoding) or "UTF-8")) if content else None,
        tuple(str(s).rpartition("#")[2] for s in graph.objects(answer, MF.expectedStatus)),
        None if boolean is None else bool(boolean.toPython()), str(graph.value(answer, MF.expectedFormat) or ""),
        str(graph.value(answer, MF.expectedLocation) or ""), str(graph.value(expected, CNT.chars)) if expected else "")


def _path(node: rdflib.term.Node | None) -> Path:
    return Path(str(node).removeprefix("file://"))


@contextmanager
def reporting(name: str) -> Iterator[Earl]:
    """A report that is written at the end."""
    report = Earl(name)
    yield report
    report.write()


class Earl:
    """Outcomes of a suite, written as EARL Turtle."""

    def __init__(self, name: str) -> None:
        self._name, self._outcomes = name, dict[str, tuple[str, str]]()

    def add(self, test: Test, outcome: str, reason: str = "") -> None:
        """The outcome of a test: passed, failed or untested."""
        iri = test.iri.replace(SUITE.as_uri(), "http://www.w3.org/2009/sparql/docs/tests/data-sparql11")
        self._outcomes[iri] = (outcome, reason)

    def write(self) -> Path:
        """Write the report; its path."""
        REPORTS.mkdir(parents=True, exist_ok=True)
        lines = ["@prefix earl: <http://www.w3.org/ns/earl#> .", "@prefix doap: <http://usefulinc.com/ns/doap#> .", "@prefix dcterms: <http://purl.org/dc/terms/> .",
                 "", '<urn:rolegraph> a doap:Project, earl:TestSubject, earl:Software ; doap:name "RoleGraph" .', ""]
        for iri, (outcome, reason) in sorted(self._outcomes.items()):
            note = f' ; dcterms:description "{reason}"' if reason else ""
            lines.append(f"[] a earl:Assertion ; earl:assertedBy <urn:rolegraph> ; earl:subject <urn:rolegraph> ; earl:test <{iri}> ; earl:mode earl:automatic ;\n"
                         f"   earl:result [ a earl:TestResult ; earl:outcome earl:{outcome}{note} ] .")
        path = REPORTS / f"{self._name}.earl.ttl"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path
