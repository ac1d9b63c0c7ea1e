"""Every export by name: the graph's syntaxes, and the shapes that other programs want."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from importlib.resources import files

import pyoxigraph as ox

from kg import export
from kg.exports import jsonld, mappings, occupations
from kg.exports.annotations import annotation_collection
from kg.lookup import Catalog, StoreSource
from kg.namespaces import RDF, SKOS, Minter

# what is written of a role beside its own triples: what its properties lead to, by label
_FRAMED = ("requiresSkill", "requiresTool", "hasResponsibility", "followsPractice", "facesChallenge", "affectedBy", "progressesTo")



def serialize(store: ox.Store, form: str, names: Sequence[str], minter: Minter) -> bytes:
    """An export in a syntax of RDF or one of SHAPES; `names` are the graphs that syntaxes of RDF write (IRIs)."""
    if form in MAKERS:
        return MAKERS[form](Catalog(StoreSource(store), minter.base))
    if form == "jsonld":
        return _text(jsonld.dataset({name: [q.triple for q in export.quads(store, (name,))] for name in names}))
    return export.serialize(store, form, names, minter)


def _text(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _framed(catalog: Catalog) -> bytes:
    """Roles as trees."""
    frame = json.loads((files("ontology") / "frames" / "role.jsonld").read_text(encoding="utf-8"))["frame"]
    roles = sorted(role.iri for role in catalog.things("roles", limit=10_000_000).items if role.claim_count)
    graph = catalog.graph
    wanted: dict[str, tuple[str, ...]] = {}
    for iri, node in graph.nodes(roles).items():
        names = [graph.iri("rg:" + name) for name in _FRAMED]
        wanted[iri] = (RDF + "type", SKOS + "prefLabel", SKOS + "definition", *names)
        for name in names:
            for value in node.get(name, ()):
                wanted.setdefault(value.value, (RDF + "type", SKOS + "prefLabel"))  # type: ignore[union-attr]
    nodes = graph.nodes(wanted)
    triples = [ox.Triple(ox.NamedNode(iri), ox.NamedNode(name), value) for iri in sorted(wanted) for name in wanted[iri]  # type: ignore[arg-type]
               for value in nodes[iri].get(name, ())]
    return _text(jsonld.framed(triples, frame))


def _skos(catalog: Catalog) -> bytes:
    """The concepts and schemes as SKOS knows them, without this ontology's own classes and properties."""
    query = """SELECT ?s ?p ?o WHERE { ?s skos:inScheme|skos:hasTopConcept|skos:prefLabel ?any ; ?p ?o .
      FILTER(STRSTARTS(STR(?p), STR(skos:)) || STRSTARTS(STR(?p), STR(dcterms:))) }"""
    found = {ox.Triple(s, p, o) for s, p, o in catalog.graph.rows(query)}  # type: ignore[arg-type]
    schemes = {t.object for t in found if t.predicate.value == SKOS + "inScheme"}
    kinds = {t.subject for t in found if t.predicate.value == SKOS + "prefLabel"} - schemes
    found |= {ox.Triple(s, ox.NamedNode(RDF + "type"), ox.NamedNode(SKOS + ("ConceptScheme" if s in schemes else "Concept"))) for s in (*schemes, *kinds)}
    return export.turtle(sorted(found, key=export.order), catalog.graph.base)


def _annotations(catalog: Catalog) -> bytes:
    documents = catalog.documents(limit=10_000_000).items
    return _text(annotation_collection(catalog.graph.base, [catalog.document(d.iri) for d in documents]))


MAKERS: dict[str, Callable[[Catalog], bytes]] = {
    "framed": _framed, "occupations": lambda catalog: _text(occupations.occupations(catalog)), "skos": _skos, "sssom": mappings.sssom,
    "annotations": _annotations,
}
