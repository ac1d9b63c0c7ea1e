"""Reasoning over ontology, vocabulary and facts, never over claims and text.

HermiT (by owlready2, in Java) checks consistency and classifies; the OWL 2 RL rules of `kg.entail` bring the links of a whole
graph in a fraction of its time, and find the contradictions that the profile knows. Both give the same `graph/inferred` for this
ontology, which a test holds. A contradiction is explained (`kg.contradiction`).
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path

import pyoxigraph as ox

from kg import clashes, contradiction, entail
from kg import hermit as hermit_process
from kg.errors import ContradictionError, ReasoningError
from kg.namespaces import OWL, RDF, RG, SKOS, Minter
from kg.nquads import of_triple, of_triples

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


def infer_into(out: Path, facts: Path | None, store: ox.Store, minter: Minter, reasoner: str = "auto", *, seconds: float = 120,
               files: Sequence[Path] = ()) -> str:
    """Add to a file the lines of `graph/inferred` but for `rg:statedIn`, which it has already; returns a note as `infer` does.

    For graphs that outgrow memory: `facts` is the file of sorted lines of `graph/facts`, the store is only looked things up in.
    """
    if reasoner == "none":
        out.write_bytes(b"")
        return ""
    with facts.open("rb") if facts else contextlib.nullcontext(()) as lines:
        found, note = _links(store, minter, reasoner, seconds, files, _in_lines(lines, store, minter))
    graph = minter.graph("inferred")
    with out.open("a", encoding="utf-8", newline="\n") as stream:
        stream.writelines(of_triple(t, graph) for t in _unstated(found, store, minter))
    return note


def entailed(store: ox.Store, minter: Minter, reasoner: str, *, seconds: float, files: Sequence[Path]) -> tuple[set[ox.Triple], str]:
    """What `graph/inferred` is to hold, whatever it holds now, and a note; by a reasoner that is not "none"."""
    found, note = _links(store, minter, reasoner, seconds, files)
    return set(_unstated(chain(found, stated_in(store)), store, minter)), note


def _links(store: ox.Store, minter: Minter, reasoner: str, seconds: float, files: Sequence[Path],
           facts: Iterable[ox.Triple] | None = None) -> tuple[Iterator[ox.Triple], str]:
    """Types and links that follow, whether another graph states them or not, and a note."""
    note, further = "", set()
    tbox, data = relevant(store, minter, facts)
    closure = entail.Closure(tbox, data)
    consistent_by_rules(tbox, data, closure, contradiction.Teller(store, minter, files))
    if reasoner == "hermit" or (reasoner == "auto" and hermit_process.available()):
        try:
            further = hermit(tbox, data, seconds, contradiction.Teller(store, minter, files)).difference(closure)
        except ContradictionError:
            raise
        except ReasoningError as error:
            if reasoner == "hermit":
                raise
            note = f"{error.reason}: links are inferred and consistency is checked by the rules of OWL 2 RL alone"
    elif reasoner == "auto":
        note = NO_JAVA
    return filter(entail.worth, chain(closure.new(), further)), note


def _unstated(found: Iterable[ox.Triple], store: ox.Store, minter: Minter) -> Iterator[ox.Triple]:
    """Those of some triples that no other graph than `graph/inferred` states."""
    graph, used = ox.NamedNode(minter.graph("inferred")), {}

    def elsewhere(*pattern: ox.Term | None) -> bool:
        return any(q.graph_name != graph for q in store.quads_for_pattern(*pattern))
    for triple in found:
        if (name := triple.predicate) not in used:
            used[name] = elsewhere(None, name, None)  # most properties that are inferred are never stated
        if not used[name] or not elsewhere(*triple):
            yield triple


def relevant(store: ox.Store, minter: Minter, facts: Iterable[ox.Triple] | None = None) -> tuple[list[ox.Triple], list[ox.Triple]]:
    """The ontology, and of facts and vocabulary the types and links of what the facts speak of and all that they lead to.

    `facts` are the types and links of the individuals in the facts, where they are known otherwise than from the store.
    """
    tbox = [q.triple for q in store.quads_for_pattern(None, None, None, ox.NamedNode(minter.graph("ontology")))]
    known = ox.NamedNode(minter.graph("vocabulary"))
    data = list(_of_facts(store, minter, links(tbox)) if facts is None else facts)
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


def _of_facts(store: ox.Store, minter: Minter, properties: Iterable[ox.NamedNode]) -> Iterator[ox.Triple]:
    """Types and links of the individuals in the facts; the bookkeeping, which is most of them, is not looked through."""
    facts, inferred = (ox.NamedNode(minter.graph(name)) for name in ("facts", "inferred"))
    kind = ox.NamedNode(RDF + "type")
    left_out = {q.subject: True for cls in sorted(_TEXT_LAYER) for q in store.quads_for_pattern(None, kind, ox.NamedNode(cls), facts)}
    for name in (kind, *properties):
        for quad in store.quads_for_pattern(None, name, None, facts):
            out = left_out.get(quad.subject)
            if out is None:
                out = left_out[quad.subject] = of_text_layer(store, quad.subject, inferred)
            if not out and counts(quad.triple):
                yield quad.triple


def _in_lines(lines: Iterable[bytes], store: ox.Store, minter: Minter) -> Iterator[ox.Triple]:
    """What `_of_facts` finds in the store, found in the sorted lines of `graph/facts`."""
    inferred, ontology = (ox.NamedNode(minter.graph(name)) for name in ("inferred", "ontology"))
    properties = links(q.triple for q in store.quads_for_pattern(None, None, None, ontology))
    asked = {f"<{name}>".encode() for name in (RDF + "type", *(p.value for p in properties))}
    text_layer = {f"<{name}>".encode() for name in _TEXT_LAYER}
    split = ((line, *line.split(b" ", 3)) for line in lines)
    for _, about in groupby(((line, subject, value) for line, subject, name, value, _ in split if name in asked), key=itemgetter(1)):
        found = list(about)
        if text_layer.isdisjoint(value for _, _, value in found):
            triples = [q.triple for q in ox.parse(b"".join(line for line, _, _ in found), ox.RdfFormat.N_QUADS)]
            if not of_text_layer(store, triples[0].subject, inferred):
                yield from filter(counts, triples)


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


def consistent_by_rules(tbox: Sequence[ox.Triple], data: Sequence[ox.Triple], closure: Iterable[ox.Triple], teller: contradiction.Teller) -> None:
    """ContradictionError where the rules of OWL 2 RL find a contradiction in the data and all that follows from it."""
    found = clashes.among(tbox, closure)
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
