"""The W3C SHACL test suite, core and SPARQL: every test's report, result by result."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import ShapesError
from kg.namespaces import RDF, SH
from kg.shacl import compile_shapes
from kg.shacl.data import of_quads
from kg.shacl.graph import ShapesGraph
from kg.shacl.messages import path_text
from kg.shacl.paths import read

ROOT = Path(os.environ.get("ROLEGRAPH_TESTDATA", Path(__file__).parents[2].parent / "shared")) / "w3c" / "data-shapes" / "tests"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
FILES = sorted(p for part in ("core", "sparql") for p in (ROOT / part).glob("*/*.ttl"))

# test: why its outcome differs from the suite's
EXCUSED: dict[str, str] = {}

pytestmark = pytest.mark.skipif(not FILES, reason=f"no W3C SHACL test suite at {ROOT}: get data-shapes-test-suite/tests of "
                                "github.com/w3c/data-shapes, or name its place in ROLEGRAPH_TESTDATA")


def _graph(path: Path) -> ShapesGraph:
    return ShapesGraph(ox.parse(path=path, format=ox.RdfFormat.TURTLE, base_iri=path.as_uri()))


def _tests() -> list[tuple[str, Path]]:
    return [(str(path.relative_to(ROOT).with_suffix("")), path) for path in FILES if f"<{SHT}" and _test_node(path) is not None]


def _test_node(path: Path) -> ox.NamedNode | None:
    text = path.read_text(encoding="utf-8")
    return next(iter(_graph(path).subjects(RDF + "type", ox.NamedNode(SHT + "Validate"))), None) if "Validate" in text else None


TESTS = _tests()


def _one(graph: ShapesGraph, node: ox.NamedNode, predicate: str) -> ox.NamedNode | None:
    return next(iter(graph.objects(node, predicate)), None)


def _row(focus: object, path: str, value: object, component: object, severity: object, shape: object, messages: tuple[str, ...]) -> tuple:
    """A result to compare; blank nodes of other files cannot have the same name."""
    def name(term: object) -> str:
        return "blank" if isinstance(term, ox.BlankNode) else str(term)
    return name(focus), path, name(value), str(component), str(severity), name(shape), messages


def _expected(graph: ShapesGraph, report: ox.NamedNode) -> Counter[tuple]:
    rows = []
    for node in graph.objects(report, SH + "result"):
        got = {n: _one(graph, node, SH + n) for n in
               ("focusNode", "resultPath", "value", "sourceConstraintComponent", "resultSeverity", "sourceShape")}
        path = path_text(read(got["resultPath"], graph.objects)) if got["resultPath"] else ""
        messages = tuple(sorted(map(str, graph.objects(node, SH + "resultMessage"))))
        rows.append(_row(got["focusNode"], path, got["value"], got["sourceConstraintComponent"], got["resultSeverity"],
                         got["sourceShape"], messages))
    return Counter(rows)


def test_the_suite_is_whole() -> None:
    assert len([n for n, _ in TESTS if n.startswith("core")]) == 98
    assert len([n for n, _ in TESTS if n.startswith("sparql")]) == 23


@pytest.mark.parametrize(("name", "path"), TESTS, ids=[n for n, _ in TESTS])
def test_report(name: str, path: Path) -> None:
    manifest = _graph(path)
    test = next(iter(manifest.subjects(RDF + "type", ox.NamedNode(SHT + "Validate"))))
    action, wanted = _one(manifest, test, MF + "action"), _one(manifest, test, MF + "result")
    places = {n: Path(_one(manifest, action, SHT + n).value.removeprefix("file://")) for n in ("dataGraph", "shapesGraph")}
    graphs = {place: manifest if place == path else _graph(place) for place in places.values()}

    def run() -> Counter[tuple]:
        plan = compile_shapes(graphs[places["shapesGraph"]])
        report = plan.validate(of_quads(ox.Quad(t.subject, t.predicate, t.object) for t in graphs[places["dataGraph"]].triples))
        stated = {str(m) for t in manifest.triples if t.predicate.value == SH + "resultMessage" for m in [t.object]}
        return Counter(_row(r.focus, path_text(r.path) if r.path else "", r.value, ox.NamedNode(r.component), ox.NamedNode(r.severity),
                            r.shape, tuple(sorted(m for m in map(str, r.messages) if m in stated))) for r in report.results)
    if wanted == ox.NamedNode(SHT + "Failure"):
        with pytest.raises(ShapesError):
            run()
        return
    if name in EXCUSED:
        pytest.xfail(EXCUSED[name])
    assert run() == _expected(manifest, wanted)
