"""OWL 2 RL entailment of links, by rules as SPARQL run to a fixpoint.

The rules are read off the ontology's own axioms: OWL 2 Profiles (W3C Recommendation, 11 December 2012), section 4.3,
prp-spo1, prp-spo2 (chains), prp-inv, prp-trp, prp-symp for properties and cax-sco, prp-dom, prp-rng for classes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kg.namespaces import OWL, RDF, RDFS, RG

_AXIOMS = f"""
PREFIX owl: <{OWL}>
PREFIX rdf: <{RDF}>
PREFIX rdfs: <{RDFS}>
"""
_IRIS = " ".join(f"FILTER(isIRI({v}))" for v in ("?p", "?q"))
# each finds pairs or triples of terms for which the ontology has an axiom
_READ = {
    "subproperty": f"SELECT ?p ?q WHERE {{ ?p rdfs:subPropertyOf ?q {_IRIS} }}",
    "inverse": f"SELECT ?p ?q WHERE {{ {{ ?p owl:inverseOf ?q }} UNION {{ ?q owl:inverseOf ?p }} {_IRIS} }}",
    "transitive": "SELECT ?p WHERE { ?p a owl:TransitiveProperty }",
    "symmetric": "SELECT ?p WHERE { ?p a owl:SymmetricProperty }",
    "domain": f"SELECT ?p ?q WHERE {{ ?p rdfs:domain ?q {_IRIS} }}",
    "range": f"SELECT ?p ?q WHERE {{ ?p rdfs:range ?q {_IRIS} ?p a owl:ObjectProperty }}",
    "subclass": f"SELECT ?p ?q WHERE {{ ?p rdfs:subClassOf ?q {_IRIS} }}",
}
_WRITE = {
    "subproperty": "CONSTRUCT {{ ?x <{q}> ?y }} WHERE {{ ?x <{p}> ?y }}",
    "inverse": "CONSTRUCT {{ ?y <{q}> ?x }} WHERE {{ ?x <{p}> ?y FILTER(isIRI(?y)) }}",
    "transitive": "CONSTRUCT {{ ?x <{p}> ?z }} WHERE {{ ?x <{p}> ?y . ?y <{p}> ?z }}",
    "symmetric": "CONSTRUCT {{ ?y <{p}> ?x }} WHERE {{ ?x <{p}> ?y FILTER(isIRI(?y)) }}",
    "domain": "CONSTRUCT {{ ?x a <{q}> }} WHERE {{ ?x <{p}> ?y }}",
    "range": "CONSTRUCT {{ ?y a <{q}> }} WHERE {{ ?x <{p}> ?y FILTER(isIRI(?y)) }}",
    "subclass": "CONSTRUCT {{ ?x a <{q}> }} WHERE {{ ?x a <{p}> }}",
}
_CHAINS = """SELECT ?p ?list WHERE { ?p owl:propertyChainAxiom ?list } ORDER BY ?p"""


def rules(tbox: ox.Store) -> list[str]:
    """The ontology's axioms as CONSTRUCT queries, sorted."""
    found = set()
    for name, text in _READ.items():
        for row in tbox.query(_AXIOMS + text):
            values = {v: row[v].value for v in ("p", "q") if v == "p" or name not in ("transitive", "symmetric")}
            found.add(_WRITE[name].format(**values))
    for row in tbox.query(_AXIOMS + _CHAINS):
        found.add(_chain(row["p"].value, list(members(tbox, row["list"]))))
    return sorted(found)


def closure(tbox: Iterable[ox.Triple], data: Iterable[ox.Triple], *, all_terms: bool = False) -> set[ox.Triple]:
    """What follows from the data by the ontology's axioms and is not in the data; about the data's individuals only.

    With `all_terms` also what says nothing new to a reader: types that are not ours, that a thing is a thing.
    """
    axioms, store, graph = ox.Store(), ox.Store(), ox.DefaultGraph()
    axioms.bulk_extend(ox.Quad(t.subject, t.predicate, t.object, graph) for t in tbox)
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object, graph) for t in data)
    queries, new = rules(axioms), set()
    grown = True
    while grown:
        grown = False
        for query in queries:
            made = {t for t in store.query(query) if ox.Quad(t.subject, t.predicate, t.object, graph) not in store}
            if made:
                grown = True
                new |= made
                store.extend([ox.Quad(t.subject, t.predicate, t.object, graph) for t in made])
    return new if all_terms else {t for t in new if worth(t)}


def worth(triple: ox.Triple) -> bool:
    """Whether an entailed triple tells a reader anything: a link or class of ours, not that a thing is a thing, or itself."""
    if triple.predicate.value == RDF + "type":
        return triple.object.value.startswith(RG)
    return triple.predicate.value.startswith(RG) and triple.subject != triple.object


def _chain(target: str, path: list[str]) -> str:
    steps = " . ".join(f"?x{i} <{p}> ?x{i + 1}" for i, p in enumerate(path))
    return f"CONSTRUCT {{ ?x0 <{target}> ?x{len(path)} }} WHERE {{ {steps} }}"


def members(store: ox.Store, node: ox.NamedNode | ox.BlankNode) -> Iterator[str]:
    """Members of an RDF list, by IRI."""
    while node.value != RDF + "nil":
        yield next(store.quads_for_pattern(node, ox.NamedNode(RDF + "first"), None)).object.value
        node = next(store.quads_for_pattern(node, ox.NamedNode(RDF + "rest"), None)).object
