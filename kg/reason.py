"""Reasoning over ontology, vocabulary and facts, never over claims and text.

HermiT (by owlready2, in Java) checks consistency and classifies; the OWL 2 RL rules of `kg.entail` bring the links of a whole
graph in a fraction of its time. Both give the same `graph/inferred` for this ontology, which a test holds.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable

import pyoxigraph as ox

from kg import entail
from kg.errors import MissingPartError, VocabularyError
from kg.namespaces import OWL, RDF, RDFS, RG, SKOS, Minter
from kg.nquads import of_triples, term

NO_JAVA = ("Java is missing: links are inferred by rules, consistency is not checked by HermiT "
           "(get it: apt-get install default-jre-headless)")
# what individuals bring into reasoning, beside their types: links of ours and the hierarchy
_LINKS = (SKOS + "broader",)
_TEXT_LAYER = frozenset(RG + name for name in (
    "Document", "Section", "Passage", "Mention", "Statement", "Proposal", "SkippedFigure", "Claim", "SalaryObservation",
    "MarketObservation", "ExperienceRequirement", "EducationRequirement", "DerivedPayFigure", "Fact", "ConflictSet", "TitleWord"))


def infer(store: ox.Store, minter: Minter, reasoner: str = "auto") -> tuple[list[str], str]:
    """Sorted N-Quads of `graph/inferred` (added to the store too) and a note for the person who builds, or "".

    `reasoner` is hermit, rules, none, or auto: hermit where Java is found. VocabularyError where HermiT finds a contradiction.
    """
    if reasoner == "none":
        return [], ""
    note = ""
    tbox, data = relevant(store, minter)
    inferred = entail.closure(tbox, data)
    if reasoner == "hermit" or (reasoner == "auto" and shutil.which("java")):
        inferred |= {t for t in hermit(tbox, data) if entail.worth(t)}
    elif reasoner == "auto":
        note = NO_JAVA
    inferred |= stated_in(store)
    new = {t for t in inferred if next(store.quads_for_pattern(t.subject, t.predicate, t.object), None) is None}
    graph = ox.NamedNode(minter.graph("inferred"))
    store.extend([ox.Quad(t.subject, t.predicate, t.object, graph) for t in new])
    return of_triples(new, graph.value), note


def relevant(store: ox.Store, minter: Minter) -> tuple[list[ox.Triple], list[ox.Triple]]:
    """The ontology, and of facts and vocabulary the types and links of what the facts speak of and all that they lead to."""
    tbox = [q.triple for q in store.quads_for_pattern(None, None, None, ox.NamedNode(minter.graph("ontology")))]
    facts, vocabulary = ox.NamedNode(minter.graph("facts")), ox.NamedNode(minter.graph("vocabulary"))
    left_out = {q.subject for name in _TEXT_LAYER for q in store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), ox.NamedNode(name))}
    data = [q.triple for q in store.quads_for_pattern(None, None, None, facts) if _counts(q.triple) and q.subject not in left_out]
    todo = {n for t in data for n in (t.subject, t.object) if isinstance(n, ox.NamedNode)}
    seen: set[ox.NamedNode] = set()
    while todo:
        node = todo.pop()
        seen.add(node)
        for quad in store.quads_for_pattern(node, None, None, vocabulary):
            if _counts(quad.triple):
                data.append(quad.triple)
                if quad.predicate.value != RDF + "type" and quad.object not in seen:
                    todo.add(quad.object)
    return tbox, sorted(set(data), key=str)


def _counts(triple: ox.Triple) -> bool:
    if not isinstance(triple.object, ox.NamedNode):
        return False
    name = triple.predicate.value
    if name == RDF + "type":
        return not triple.object.value.startswith(SKOS)
    return name in _LINKS or (name.startswith(RG) and name not in (RG + "evidence", RG + "expresses", RG + "subject", RG + "object"))


def stated_in(store: ox.Store) -> set[ox.Triple]:
    """`rg:statedIn`: the documents of a fact's claims (the chain derivedFrom o document, over the claims' links alone)."""
    query = f"PREFIX rg: <{RG}> CONSTRUCT {{ ?f rg:statedIn ?d }} WHERE {{ ?f a rg:Fact ; rg:derivedFrom ?c . ?c rg:document ?d }}"
    return set(store.query(query, use_default_graph_as_union=True))


def hermit(tbox: Iterable[ox.Triple], data: Iterable[ox.Triple]) -> set[ox.Triple]:
    """What HermiT infers beyond what it was given; MissingPartError without Java, VocabularyError for a contradiction."""
    if not shutil.which("java"):
        raise MissingPartError("HermiT needs Java", hint="apt-get install default-jre-headless, or --reasoner rules")
    import owlready2
    given = [*tbox, *data]
    text = "".join(f"{term(t.subject)} {term(t.predicate)} {term(t.object)} .\n" for t in given)
    world = owlready2.World()
    # owlready2 reads N-Triples reliably, Turtle not at all
    world.get_ontology("https://w3id.org/rolegraph/reasoning#").load(fileobj=io.BytesIO(text.encode()), format="ntriples")
    result = world.get_ontology("https://w3id.org/rolegraph/inferences#")
    try:
        with result:
            owlready2.sync_reasoner(world, infer_property_values=True, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError as error:
        raise VocabularyError("ontology, vocabulary and facts contradict one another", place="HermiT",
                              hint="rolegraph validate names facts that break the disjointness shapes") from error
    buffer = io.BytesIO()
    result.save(buffer, format="ntriples")
    known = set(given)
    return {t for t in (q.triple for q in ox.parse(buffer.getvalue(), ox.RdfFormat.N_TRIPLES)) if t not in known and _named(t)}


def _named(triple: ox.Triple) -> bool:
    # owlready2 writes the class tree as types of classes too; only individuals are asked for
    return (isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode)
            and not triple.subject.value.startswith(RG) and not triple.predicate.value.startswith((OWL, RDFS)) and not triple.object.value.startswith(OWL))
