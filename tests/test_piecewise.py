"""A graph validated piece by piece has the report of the whole, whatever its shapes look at."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from kg import piecewise, settings
from kg.build import build
from kg.crew import Crew
from kg.namespaces import Minter
from kg.shacl import compile_shapes, local
from kg.shacl.graph import ShapesGraph
from kg.validate import plan as shipped
from tests.benchmarks.generator import Corpus
from tests.test_shacl_affected import quads
from tests.test_shacl_agreement import CLASSES, EXAMPLES, NODES, PROPERTIES, UNIVERSES, kinds, read

KINDS = kinds("numbers")
LITERALS = UNIVERSES["numbers"][0]
# nodes that one document describes, those that another does, and those that are known to all
ONE, OTHER, SHARED = NODES[:2], NODES[2:4], NODES[4:]
EX = "http://example.org/"


def graph(subjects: list[str], objects: list[str], hierarchy: bool = False) -> st.SearchStrategy[str]:
    """Triples between some nodes, as Turtle."""
    kinds_of = [st.tuples(st.sampled_from(subjects), st.sampled_from(PROPERTIES), st.sampled_from(objects)),
                st.tuples(st.sampled_from(subjects), st.just("rdf:type"), st.sampled_from(CLASSES))]
    kinds_of += [st.tuples(st.sampled_from(CLASSES), st.just("rdfs:subClassOf"), st.sampled_from(CLASSES))] if hierarchy else []
    return st.lists(st.one_of(kinds_of), max_size=10).map(lambda found: "\n".join(" ".join(t) + " ." for t in found))


GRAPHS = st.fixed_dictionaries({
    "document/one": graph(ONE, ONE + SHARED + LITERALS), "document/other": graph(OTHER, OTHER + SHARED + LITERALS),
    "vocabulary": graph(SHARED, SHARED + LITERALS, hierarchy=True), "facts": graph(NODES, NODES + LITERALS)})


@pytest.mark.parametrize("kind", KINDS)
def test_the_report_is_that_of_the_whole(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(piecewise, "BUNDLE", 1)  # each document is a piece

    @examples(max_examples=2 * EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(GRAPHS, KINDS[kind], st.booleans())
    def compare(graphs: dict[str, str], shapes: str, rare: bool) -> None:
        monkeypatch.setattr(piecewise, "RARE", 100 if rare else 0)
        monkeypatch.setattr(piecewise, "MANY", 2 if rare else 100)
        plan = compile_shapes(ShapesGraph(read(shapes)))
        with TemporaryDirectory() as name:
            folder = Path(name)
            store, parts = ox.Store(str(folder / "database")), []
            for graph_name, text in graphs.items():
                found = quads(text, graph_name)
                store.extend(found)
                if graph_name.startswith("document") and found:
                    parts.append(folder / graph_name.replace("/", "-"))
                    ox.serialize((q for q in store if q.graph_name.value == EX + graph_name), str(parts[-1]), ox.RdfFormat.N_QUADS)
            store.flush()
            del store
            whole = ox.Store.read_only(str(folder / "database"))
            shared, made = [EX + "vocabulary", EX + "facts"], [EX + "facts"]
            found = piecewise.validate(plan, whole, folder / "database", parts, shared, made, Crew(folder), 2)
            assert found.results == plan.validate(whole).results and found.notes == plan.validate(whole).notes
    compare()


def test_a_step_out_of_a_piece_that_the_sample_did_not_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(piecewise, "BUNDLE", 1)
    monkeypatch.setattr(piecewise, "RARE", 0)
    shapes = "ex:S sh:targetClass ex:C ; sh:property [ sh:path ( ex:p [ sh:inversePath ex:q ] ) ; sh:maxCount 1 ] ."
    plan = compile_shapes(ShapesGraph(read(shapes)))
    texts = {"document/a": "ex:a a ex:C ; ex:p ex:b . ex:b ex:name 'b' . ex:x ex:q ex:b .",
             "document/b": "ex:c a ex:C ; ex:p ex:shared . ex:d ex:q ex:shared .", "document/c": "ex:e ex:q ex:shared ."}
    store, parts = ox.Store(str(tmp_path / "database")), []
    for name, text in texts.items():
        store.extend(quads(text, name))
        parts.append(tmp_path / name.replace("/", "-"))
        ox.serialize(sorted(quads(text, name), key=str), str(parts[-1]), ox.RdfFormat.N_QUADS)
    store.flush()
    del store
    whole = ox.Store.read_only(str(tmp_path / "database"))
    found = piecewise.validate(plan, whole, tmp_path / "database", parts, [], [], Crew(tmp_path), 1)
    assert [r.focus.value for r in found.results] == [EX + "c"] == [r.focus.value for r in plan.validate(whole).results]


def test_a_shape_that_looks_at_the_graphs_of_others_is_not_local() -> None:
    query = "ex:S {} ; sh:sparql [ sh:prefixes ex:prefixes ; sh:select 'SELECT $this WHERE {{ {} }}' ] ."
    for target, pattern, expected in (("sh:targetClass ex:C", "$this ex:p ?o . ?o ex:q ?v", 1), ("sh:targetClass ex:C", "$this ex:p ?o . ?v ex:q ?o", 0),
                                      ("sh:targetClass ex:C", "GRAPH ?g { $this ex:p ?o } ?o ex:q ?v", 0),
                                      ("sh:targetClass ex:C", "$this ex:p ?o . ?a ex:q ?v", 0),
                                      ("sh:targetObjectsOf ex:p", "$this ex:p ?o . ?o ex:q ?v", 0)):
        plan = compile_shapes(ShapesGraph(read(query.format(target, pattern))))
        assert len(local.local_units(plan, {(EX + "p", False)})) == expected, pattern


def test_a_build_says_the_same_of_a_large_graph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Corpus().write(tmp_path / "in", 30)
    own = tmp_path / "own.ttl"
    own.write_text("""@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix rg: <https://w3id.org/rolegraph/ontology#> . @prefix ex: <http://example.org/> .
ex:Skills a sh:NodeShape ; sh:targetClass rg:Claim ; sh:severity sh:Info ;
    sh:property [ sh:path rg:confidence ; sh:severity sh:Info ; sh:minInclusive 0.9 ; sh:message "hardly sure" ] ;
    sh:property [ sh:path ( rg:subject [ sh:inversePath rg:subject ] ) ; sh:severity sh:Info ; sh:maxCount 40 ; sh:message "much is said of it" ] .
""", encoding="utf-8")
    monkeypatch.setattr(piecewise, "BUNDLE", 300_000)
    found = [build([tmp_path / "in"], settings.load(store=tmp_path / name, reasoner="rules", processes=2, shapes=[own], memory_quads=quads))
             for name, quads in (("memory", 1_000_000), ("disk", 0))]
    assert found[0].counts["infos"] > 200 and found[0].counts == found[1].counts
    assert found[0].revision.id == found[1].revision.id

    # most shapes look at nothing far: else this would be slow, not wrong
    revision, mint = found[1].revision, Minter().graph
    parts = sorted(revision.part(name).read_bytes() for name in revision.parts if name.startswith("documents"))
    told = piecewise.Common(shipped(), {}, str(revision.database), (mint("facts"), mint("inferred")))
    near = local.local_units(shipped(), piecewise.judged(b"".join(parts), told).crossing)
    assert len(near) > 0.8 * len(shipped().units)
