"""After random changes, validating the affected focus nodes alone gives the report of a full validation."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.namespaces import RDFS
from kg.shacl import compile_shapes
from kg.shacl.affected import Walker, affected_by
from kg.shacl.graph import ShapesGraph
from kg.shacl.paths import Inverse, Predicate, Repeat, Sequence, invert
from kg.shacl.routes import of_shape
from tests.test_shacl_agreement import CLASSES, EXAMPLES, NODES, PREFIXES, PROPERTIES, UNIVERSES, kinds, read

LITERALS = UNIVERSES["numbers"][0]
triple = st.one_of(
    st.tuples(st.sampled_from(NODES), st.sampled_from(PROPERTIES), st.sampled_from(NODES + LITERALS)),
    st.tuples(st.sampled_from(NODES), st.just("rdf:type"), st.sampled_from(CLASSES)),
    st.tuples(st.sampled_from(CLASSES), st.just("rdfs:subClassOf"), st.sampled_from(CLASSES)))
triples = st.lists(triple, max_size=14).map(lambda found: "\n".join(" ".join(t) + " ." for t in found))
KINDS = kinds("numbers")


def quads(text: str, graph: str) -> set[ox.Quad]:
    """Turtle as quads of a named graph."""
    # blank nodes keep their labels so that both states speak of the same ones
    named = text.replace("_:b0", "ex:b0").replace("_:b1", "ex:b1")
    return {ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(f"http://example.org/{graph}")) for t in read(named)
            if not t.predicate.value.startswith("http://www.w3.org/ns/shacl#")}


@pytest.mark.parametrize("kind", KINDS)
def test_increment_equals_full_validation(kind: str) -> None:
    @settings(max_examples=2 * EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(triples, triples, triples, KINDS[kind])
    def compare(kept: str, removed: str, added: str, shapes: str) -> None:
        plan = compile_shapes(ShapesGraph(read(shapes)))
        store = ox.Store()
        store.extend(quads(kept, "kept") | quads(removed, "changed"))
        before = plan.validate(store)
        changed = quads(removed, "changed") ^ quads(added, "changed")
        for quad in quads(removed, "changed"):
            store.remove(quad)
        store.extend(quads(added, "changed"))
        affected = affected_by(plan, changed, store)
        assert before.merged(affected, plan.validate(store, affected)).results == plan.validate(store).results
    compare()


def plan_of(shapes: str):
    """A plan from Turtle without prefixes."""
    return compile_shapes(ShapesGraph(read(shapes)))


def names(found: frozenset | None) -> set[str] | None:
    """Local names of nodes."""
    return None if found is None else {str(n).strip("<>").removeprefix("http://example.org/") for n in found}


def affected(shapes: str, data: str, changed: str) -> dict[str, set[str] | None]:
    """Affected nodes by shape, as local names, with the change added."""
    store = ox.Store()
    store.extend(quads(data, "g") | quads(changed, "g"))
    return {str(s).split("/")[-1].strip(">"): names(n) for s, n in affected_by(plan_of(shapes), quads(changed, "g"), store).items()}


def test_a_change_reaches_through_a_path_and_no_further() -> None:
    shapes = "ex:S sh:targetClass ex:C ; sh:property ex:P . ex:P sh:path ( ex:p ex:q ) ; sh:class ex:D ."
    data = "ex:a a ex:C ; ex:p ex:b . ex:b ex:q ex:c . ex:x a ex:C ; ex:p ex:y . ex:y ex:q ex:z ."
    assert affected(shapes, data, "ex:c a ex:D .") == {"P": {"a"}}
    assert affected(shapes, data, "ex:c a ex:Other .") == {}
    assert affected(shapes, data, "ex:c ex:label 1 .") == {}


def test_a_removed_link_still_leads_back() -> None:
    plan = plan_of("ex:S sh:targetClass ex:C ; sh:property ex:P . ex:P sh:path ( ex:p ex:q ) ; sh:minCount 1 .")
    store = ox.Store()
    store.extend(quads("ex:a a ex:C .", "g"))
    gone = quads("ex:a ex:p ex:b . ex:b ex:q ex:c .", "g")
    assert names(affected_by(plan, gone, store)[ox.NamedNode("http://example.org/P")]) == {"a"}


def test_sparql_leads_back_along_its_own_patterns() -> None:
    shapes = ('ex:S sh:targetClass ex:C ; sh:sparql [ sh:prefixes ex:prefixes ; sh:select "SELECT $this ?value WHERE { ?e ex:in $this . '
              '?value ex:of ?e FILTER NOT EXISTS { ?value ex:kind ?k . ?k ex:ok true } }" ] .')
    data = "ex:a a ex:C . ex:b a ex:C . ex:e ex:in ex:a . ex:v ex:of ex:e ; ex:kind ex:k . ex:f ex:in ex:b . ex:w ex:of ex:f ."
    assert affected(shapes, data, "ex:k ex:ok true .") == {"S": {"a"}}
    assert affected(shapes, data, "ex:k ex:ok false .") == {}
    assert affected(shapes, data, "ex:w ex:kind ex:m .") == {"S": {"b"}}


def test_sparql_without_a_way_back_concerns_every_focus_node() -> None:
    shapes = ('ex:S sh:targetClass ex:C ; sh:sparql [ sh:prefixes ex:prefixes ; sh:select "SELECT $this ?value WHERE { $this ex:name ?n . '
              '?value ex:name ?m FILTER(LCASE(?n) = LCASE(?m) && ?value != $this) }" ] .')
    assert affected(shapes, "ex:a a ex:C ; ex:name 'x' .", "ex:b ex:name 'X' .") == {"S": None}
    assert affected(shapes, "ex:a a ex:C ; ex:name 'x' .", "ex:b ex:title 'X' .") == {}


def test_nothing_changed_affects_nothing() -> None:
    assert affected_by(plan_of("ex:S sh:targetClass ex:C ; sh:closed true ."), [], ox.Store()) == {}


def test_walker_follows_every_kind_of_path() -> None:
    store = ox.Store()
    store.extend(quads("ex:a ex:p ex:b . ex:b ex:p ex:c .", "g"))
    further = {"http://example.org/p": [(q.subject, q.object) for q in quads("ex:c ex:p ex:d .", "g")]}
    walker, p = Walker(store, further), Predicate("http://example.org/p")
    a, d = ox.NamedNode("http://example.org/a"), ox.NamedNode("http://example.org/d")
    assert names(frozenset(walker.walk({a}, Repeat(p, "+")))) == {"b", "c", "d"}
    assert names(frozenset(walker.walk({d}, invert(Sequence((p, Repeat(p, "?"))))))) == {"b", "c"}
    assert names(frozenset(walker.walk({d}, Repeat(Inverse(p), "*")))) == {"a", "b", "c", "d"}


def test_routes_name_every_property_that_a_shape_looks_at() -> None:
    shape = plan_of("ex:S sh:targetNode ex:a ; sh:node [ sh:property [ sh:path ex:p ; sh:class ex:C ; sh:lessThan ex:q ] ] .").roots[0]
    found = {r.predicate.rsplit("/", 1)[-1].rsplit("#", 1)[-1] for r in of_shape(shape)}
    assert found == {"p", "q", "type", "subClassOf"}
    assert RDFS in PREFIXES
