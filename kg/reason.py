"""Reasoning over ontology, vocabulary and facts, never over claims and text.

HermiT (by owlready2, in Java) checks consistency and classifies; the OWL 2 RL rules of `kg.entail` bring the links of a whole
graph in a fraction of its time, and find the contradictions that the profile knows. Both give the same `graph/inferred` for this
ontology, which a test holds. A contradiction is explained (`kg.contradiction`).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox

from kg import clashes, contradiction, entail
from kg import hermit as hermit_process
from kg.errors import ContradictionError, ReasoningError
from kg.namespaces import OWL, RDF, RG, SKOS, Minter
from kg.nquads import of_triples

NO_JAVA = ("Java is missing: links are inferred and consistency is checked by the rules of OWL 2 RL, not by HermiT "
           "(get it: apt-get install default-jre-headless)")
# what individuals bring into reasoning, beside their types: links of ours and the hierarchy
_LINKS = (SKOS + "broader",)
_OF_CLAIMS = frozenset(RG + name for name in ("evidence", "expresses", "subject", "object"))
_TEXT_LAYER = frozenset(RG + name for name in (
    "Document", "Section", "Passage", "Mention", "Statement", "Proposal", "SkippedFigure", "Claim", "SalaryObservation",
    "MarketObservation", "ExperienceRequirement", "EducationRequirement", "DerivedPayFigure", "Fact", "ConflictSet", "TitleWord"))


def infer(store: ox.Store, minter: Minter, reasoner: str = "auto", *, seconds: float = 120, files: Sequence[Path] = ()) -> tuple[list[str], str]:
    """Sorted N-Quads of `graph/inferred` (added to the store too) and a note for the person who builds, or "".

    `reasoner` is hermit, rules, none, or auto: hermit where Java is found, and the rules alone where it takes more than `seconds`.
    ContradictionError names the axioms, and the sentences or lines of vocabulary `files`, that clash.
    """
    if reasoner == "none":
        return [], ""
    new, note = entailed(store, minter, reasoner, seconds=seconds, files=files)
    graph = ox.NamedNode(minter.graph("inferred"))
    store.extend([ox.Quad(t.subject, t.predicate, t.object, graph) for t in new])
    return of_triples(new, graph.value), note


def entailed(store: ox.Store, minter: Minter, reasoner: str, *, seconds: float, files: Sequence[Path]) -> tuple[set[ox.Triple], str]:
    """What `graph/inferred` is to hold, whatever it holds now, and a note; by a reasoner that is not "none"."""
    note = ""
    tbox, data = relevant(store, minter)
    derived = entail.closure(tbox, data, all_terms=True)
    consistent_by_rules(tbox, data, derived, contradiction.Teller(store, minter, files))
    inferred = {t for t in derived if entail.worth(t)}
    if reasoner == "hermit" or (reasoner == "auto" and hermit_process.available()):
        try:
            inferred |= {t for t in hermit(tbox, data, seconds, contradiction.Teller(store, minter, files)) if entail.worth(t)}
        except ContradictionError:
            raise
        except ReasoningError as error:
            if reasoner == "hermit":
                raise
            note = f"{error.reason}: links are inferred and consistency is checked by the rules of OWL 2 RL alone"
    elif reasoner == "auto":
        note = NO_JAVA
    inferred |= stated_in(store)
    graph = ox.NamedNode(minter.graph("inferred"))
    return {t for t in inferred if not any(q.graph_name != graph for q in store.quads_for_pattern(t.subject, t.predicate, t.object))}, note


def relevant(store: ox.Store, minter: Minter) -> tuple[list[ox.Triple], list[ox.Triple]]:
    """The ontology, and of facts and vocabulary the types and links of what the facts speak of and all that they lead to."""
    tbox = [q.triple for q in store.quads_for_pattern(None, None, None, ox.NamedNode(minter.graph("ontology")))]
    known = ox.NamedNode(minter.graph("vocabulary"))
    data = _of_facts(store, minter, links(tbox))
    todo = {n for t in data for n in (t.subject, t.object) if isinstance(n, ox.NamedNode)}
    seen: set[ox.NamedNode] = set()
    while todo:
        node = todo.pop()
        seen.add(node)
        for quad in store.quads_for_pattern(node, None, None, known):
            if counts(quad.triple):
                data.append(quad.triple)
                if quad.predicate.value != RDF + "type" and quad.object not in seen:
                    todo.add(quad.object)
    return tbox, sorted(set(data), key=str)


def links(tbox: Iterable[ox.Triple]) -> list[ox.NamedNode]:
    """The properties that take part in reasoning, sorted: what the ontology declares as a link of ours, and the hierarchy."""
    declared = {t.subject for t in tbox if t.object.value == OWL + "ObjectProperty" and t.predicate.value == RDF + "type"}
    return sorted((p for p in declared if isinstance(p, ox.NamedNode) and _is_link(p.value)), key=str)


def _of_facts(store: ox.Store, minter: Minter, properties: Iterable[ox.NamedNode]) -> list[ox.Triple]:
    """Types and links of the individuals in the facts; the bookkeeping, which is most of them, is not looked through."""
    facts, inferred = (ox.NamedNode(minter.graph(name)) for name in ("facts", "inferred"))
    typed = [q.triple for q in store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), None, facts)]
    left_out = {t.subject: True for t in typed if t.object.value in _TEXT_LAYER}
    found = []
    for triples in (typed, *((q.triple for q in store.quads_for_pattern(None, p, None, facts)) for p in properties)):
        for t in triples:
            subject = t.subject
            out = left_out.get(subject)
            if out is None:
                out = left_out[subject] = of_text_layer(store, subject, inferred)
            if not out and counts(t):
                found.append(t)
    return found


def of_text_layer(store: ox.Store, node: ox.Term, inferred: ox.NamedNode) -> bool:
    """Whether something is text, a claim, or bookkeeping about them, as another graph than `inferred` states: no reasoning is about it."""
    return any(q.object.value in _TEXT_LAYER and q.graph_name != inferred for q in store.quads_for_pattern(node, ox.NamedNode(RDF + "type"), None))


def counts(triple: ox.Triple) -> bool:
    """Whether a triple takes part in reasoning: a type, a link of ours, the hierarchy."""
    if not isinstance(triple.object, ox.NamedNode):
        return False
    name = triple.predicate.value
    if name == RDF + "type":
        return not triple.object.value.startswith(SKOS)
    return _is_link(name)


def _is_link(name: str) -> bool:
    return name in _LINKS or (name.startswith(RG) and name not in _OF_CLAIMS)


def stated_in(store: ox.Store) -> set[ox.Triple]:
    """`rg:statedIn`: the documents of a fact's claims (the chain derivedFrom o document, over the claims' links alone)."""
    query = f"PREFIX rg: <{RG}> CONSTRUCT {{ ?f rg:statedIn ?d }} WHERE {{ ?f a rg:Fact ; rg:derivedFrom ?c . ?c rg:document ?d }}"
    return set(store.query(query, use_default_graph_as_union=True))


def consistent_by_rules(tbox: Sequence[ox.Triple], data: Sequence[ox.Triple], derived: Iterable[ox.Triple], teller: contradiction.Teller) -> None:
    """ContradictionError where the rules of OWL 2 RL find a contradiction in what is given and derived."""
    found = clashes.among(tbox, {*data, *derived})
    if found:
        needed = min((contradiction.justify(c, tbox, data) for c in _one_a_kind(found)), key=len)
        raise ContradictionError(contradiction.describe(needed, teller, len({c.individual for c in found})), place="reasoning")


def _one_a_kind(found: list[clashes.Clash]) -> list[clashes.Clash]:
    """The first few contradictions of the first individual: they may rest on one another."""
    return [c for c in found if c.individual == found[0].individual][:3]


def hermit(tbox: Sequence[ox.Triple], data: Sequence[ox.Triple], seconds: float = 120, teller: contradiction.Teller | None = None) -> set[ox.Triple]:
    """What HermiT infers beyond what it was given.

    MissingPartError without Java, ReasoningError when `seconds` are over, ContradictionError with the smallest set that clashes,
    where it is found within as many seconds again.
    """
    inferred = hermit_process.infer([*tbox, *data], seconds)
    if inferred is not None:
        return inferred
    until = time.monotonic() + seconds
    reason = "ontology, vocabulary and facts contradict one another, by HermiT; which of them do was not found in time"
    try:
        needed = contradiction.by_trial(tbox, data, lambda held: hermit_process.infer(held, max(until - time.monotonic(), 0.1)) is None)
        reason = contradiction.describe(needed, teller or contradiction.Teller(ox.Store(), Minter()))
    except ReasoningError:
        pass
    raise ContradictionError(reason, place="reasoning")
