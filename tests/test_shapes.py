"""Every shape has a graph that it passes and graphs that fail by it alone; both engines say so.

`tests/shapes/<NodeShape>/ok-*.ttl` breaks no shape. `bad-<name>.ttl` breaks exactly the property shape `<NodeShape>-<name>`, where
there is one of that name (up to a `--`, which tells variants apart), else the node shape itself. The nodes that cases speak
of stand in `world.ttl`.
"""

from __future__ import annotations

import multiprocessing
import os
import re
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.namespaces import OWL, RDF, RDFS, RG, SH
from kg.shacl import ShapesPlan, compile_shapes
from kg.shacl.data import of_quads
from kg.shacl.reference import run_here
from tests.conftest import ROOT

HERE = ROOT / "tests" / "shapes"
SHAPE = "https://w3id.org/rolegraph/shapes#"
SHAPES = sorted((ROOT / "shapes").glob("*.ttl"))
CASES = sorted(HERE.glob("*/*.ttl"))
HIERARCHY = frozenset(RDFS + name for name in ("subClassOf", "subPropertyOf", "domain", "range"))
PROPOSED = frozenset(RG + name for name in ("Role", "Tool", "ProgrammingLanguage"))  # classes that cases propose


@cache
def triples(path: Path) -> tuple[ox.Triple, ...]:
    """Triples of a Turtle file."""
    return tuple(q.triple for q in ox.parse(path=path, format=ox.RdfFormat.TURTLE))


@cache
def named(path: Path, kind: str) -> dict[str, dict[str, list[ox.Term]]]:
    """Shapes of one kind in a file by their local name, with their properties by local name."""
    found = {t.subject for t in triples(path) if t.predicate.value == RDF + "type" and t.object == ox.NamedNode(SH + kind)}
    described: dict[str, dict[str, list[ox.Term]]] = {}
    for t in triples(path):
        if t.subject in found:
            described.setdefault(t.subject.value.removeprefix(SHAPE), {}).setdefault(t.predicate.value.rsplit("#")[-1], []).append(t.object)
    return described


NODES = {name: (path, described) for path in SHAPES for name, described in named(path, "NodeShape").items()}
PROPERTIES = {name: (path, described) for path in SHAPES for name, described in named(path, "PropertyShape").items()}


def expected(case: Path) -> set[str]:
    """Local names of the shapes that a case is to break."""
    also = re.match(r"# reports as well: (\w+)", case.read_text(encoding="utf-8"))
    names = {also[1]} if also else set()
    if case.stem.startswith("bad-"):
        name = f"{case.parent.name}-{case.stem.removeprefix('bad-').split('--')[0]}"
        names.add(name if name in PROPERTIES else case.parent.name)
    return names


def data(case: Path) -> list[ox.Triple]:
    """The case with the world, and of the ontology the hierarchy, or all for shapes that look at the ontology itself."""
    ontology = triples(ROOT / "ontology" / "rolegraph.ttl")
    if NODES[case.parent.name][0].stem != "ontology":
        ontology = tuple(t for t in ontology if t.predicate.value in HIERARCHY or t.subject.value in PROPOSED or _foreign_class(t))
    return list(dict.fromkeys([*triples(case), *triples(HERE / "world.ttl"), *ontology]))


def _foreign_class(triple: ox.Triple) -> bool:
    return triple.object.value == OWL + "Class" and not triple.subject.value.startswith(RG)


def own(name: str) -> list[ox.Triple]:
    """The triples of one node shape and of all that it leads to."""
    graph: dict[ox.Term, list[ox.Triple]] = {}
    for t in triples(NODES[name][0]):
        graph.setdefault(t.subject, []).append(t)
    found, todo = [], [ox.NamedNode(SHAPE + name)]
    while todo:
        here = graph.pop(todo.pop(), [])
        found += here
        todo += [t.object for t in here]
    return found


@cache
def plan() -> ShapesPlan:
    """All shapes, compiled."""
    return compile_shapes(SHAPES)


def broken(engine: str, case: Path) -> list[str]:
    """Each finding in a line that begins with the local name of its shape."""
    if engine == "native":
        found = plan().validate(of_quads(ox.Quad(*t) for t in data(case))).results
    else:
        found = run_here(own(case.parent.name), data(case))
    return [f"{r.shape.value.removeprefix(SHAPE)}: {r.focus} {r.value} {r.message}" for r in found]


@pytest.fixture(scope="module", params=["native", "pyshacl"])
def engine(request: pytest.FixtureRequest) -> Iterator[tuple[str, dict[Path, Future]]]:
    """An engine and what it finds in each case. pySHACL, which is slow, is asked about the one shape that the case is for."""
    with ProcessPoolExecutor(min(4, os.cpu_count() or 1), mp_context=multiprocessing.get_context("spawn")) as pool:
        yield request.param, {case: pool.submit(broken, request.param, case) for case in CASES}


@pytest.mark.xdist_group("shapes")
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.stem}")
def test_case(case: Path, engine: tuple[str, dict[Path, Future]]) -> None:
    name, findings = engine
    lines = findings[case].result()
    wanted = expected(case) if name == "native" else {e for e in expected(case) if e.split("-")[0] == case.parent.name}
    assert {line.split(":")[0] for line in lines} == wanted, "\n".join(lines)


@pytest.mark.parametrize("name", sorted(n for n, (_, d) in NODES.items() if "targetClass" in d or "sparql" in d or "message" in d))
def test_every_shape_has_a_graph_that_it_passes(name: str) -> None:
    assert list((HERE / name).glob("ok-*.ttl"))


def test_every_shape_has_a_graph_that_fails_by_it() -> None:
    failing = {name for case in CASES for name in expected(case)}
    reporting = set(PROPERTIES) | {name for name, (_, d) in NODES.items() if "message" in d or "sparql" in d}
    assert reporting - failing == set()
    assert {case.parent.name for case in CASES} <= set(NODES)


@pytest.mark.parametrize("name", sorted(NODES | PROPERTIES))
def test_shape_is_described(name: str) -> None:
    _, described = (NODES | PROPERTIES)[name]
    assert len(described["name"]) == len(described["description"]) == 1
    if name in PROPERTIES or not {"sparql", "property"} & set(described):
        assert described["message"][0].value.endswith(".") and len(described["severity"]) == 1


def test_property_shapes_belong_to_their_node_shape() -> None:
    owned = {p.value.removeprefix(SHAPE): node for node, (_, d) in NODES.items() for p in d.get("property", [])}
    assert set(owned) == set(PROPERTIES)
    assert all(name.startswith(f"{node}-") for name, node in owned.items())


def test_queries_keep_to_what_shacl_allows() -> None:
    """SHACL 5.2.1 and 5.3: $this in the answer; no MINUS, VALUES or SERVICE. Findings in words that name their variables."""
    for path in SHAPES:
        for name, query in named(path, "SPARQLConstraint").items():
            text, message = query["select"][0].value, query["message"][0].value
            head, body = text.split("WHERE", 1)
            assert "$this" in head and not re.search(r"\b(MINUS|VALUES|SERVICE)\b", body), name
            assert set(re.findall(r"\{[?$](\w+)\}", message)) <= set(re.findall(r"[?$](\w+)", head)), name


def test_shapes_name_terms_that_exist() -> None:
    """A misspelt class has no members and a misspelt property no values: such a shape would never report."""
    defined = {t.subject.value for t in triples(ROOT / "ontology" / "rolegraph.ttl") if isinstance(t.subject, ox.NamedNode)}
    for path in SHAPES:
        used = {node.value for t in triples(path) for node in t if isinstance(node, ox.NamedNode)}
        queries = " ".join(t.object.value for t in triples(path) if t.predicate.value == SH + "select")
        used |= {RG + name for name in re.findall(r"\brg:(\w+)", queries)}
        assert sorted(iri for iri in used if iri.startswith(RG) and iri != RG and iri not in defined) == []


def test_shipped_vocabulary_breaks_no_shape() -> None:
    """Candidates for a definition or a mapping are information, all else would stop a build."""
    files = [ROOT / "ontology" / "rolegraph.ttl", *sorted((ROOT / "ontology" / "vocabulary").glob("*.ttl"))]
    report = plan().validate(of_quads(ox.Quad(*t) for path in files for t in triples(path)))
    assert [f"{r.shape} {r.focus} {r.value} {r.message}" for r in report.results if r.severity != SH + "Info"] == []


def test_label_of_two_concepts_names_both() -> None:
    case = HERE / "SharedLabel" / "bad-other-case.ttl"
    line, = broken("native", case)
    assert "example.org/widget>" in line and "example.org/gadget>" in line
