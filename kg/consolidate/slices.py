"""A slice: what the rules look at to say something of some subjects, taken out of a store by its indexes.

It holds the subjects' claims; the passages that these rest on and what is mentioned there; what the document says of itself, but
for its text; and what is said of every term that is named and that no vocabulary knows. Ontology and vocabulary are not in it:
whoever applies the rules has them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

import pyoxigraph as ox

from kg.consolidate.statements import OWN, WORDING
from kg.consolidate.views import View
from kg.namespaces import RDF, RG, SKOS

A, CLAIM = ox.NamedNode(RDF + "type"), ox.NamedNode(RG + "Claim")
SUBJECT, OBJECT, PROPOSES = (ox.NamedNode(RG + name) for name in ("subject", "object", "proposes"))
_DOCUMENT, EVIDENCE, PASSAGE, _REFERS, _TEXT = (ox.NamedNode(RG + name) for name in ("document", "evidence", "passage", "refersTo", "text"))
# what claims about nothing that has a name are compared by, beside their words
COMPARED = (ox.NamedNode(RG + "measure"), ox.NamedNode(RG + "unit"))
_TEXT_LAYER = (EVIDENCE, _DOCUMENT, ox.NamedNode(RG + "mention"), ox.NamedNode(RG + "partOf"))
_CANDIDATE, _CONFIDENCE = ox.NamedNode(RG + "Candidate"), ox.NamedNode(RG + "confidence")
# what proposals alone say of a term, and what claims may say of it too
_PROPOSED = (A, _CONFIDENCE, *(ox.NamedNode(SKOS + name) for name in ("prefLabel", "notation")))
_PERHAPS = {ox.NamedNode(RG + name): ox.NamedNode(f"{RG}proposed{name.capitalize()}") for name in ("seniority", "specialises")}
# what a claim is about: what has a name or, as the size of a market, what its figure is compared by
Subject = ox.NamedNode | tuple[ox.NamedNode | ox.Literal, ...]


def subjects_of(store: View, claim: ox.NamedNode) -> set[Subject]:
    """What a claim is about."""
    named = {q.object for q in store.quads_for_pattern(claim, SUBJECT, None)}
    return named or {tuple(q.object for name in COMPARED for q in sorted(store.quads_for_pattern(claim, name, None), key=str))}


def claims_of(store: View, subjects: Iterable[Subject]) -> Iterator[ox.NamedNode]:
    """The claims about some subjects; what has neither a name nor a measure takes part in no rule."""
    for subject in subjects:
        if isinstance(subject, tuple):
            nodes = {q.subject for term in subject[:1] for q in store.quads_for_pattern(None, COMPARED[0], term)}
            yield from (node for node in nodes if is_claim(store, node) and subject in subjects_of(store, node))
            continue
        for quad in store.quads_for_pattern(None, SUBJECT, subject):
            if is_claim(store, quad.subject):
                yield quad.subject


def is_claim(store: View, node: ox.NamedNode) -> bool:
    """Whether a node is a claim, and not a fact or figure made of claims."""
    return next(store.quads_for_pattern(node, A, CLAIM), None) is not None


def of_claims(store: View, claims: Iterable[ox.NamedNode], terms: Collection[ox.NamedNode] = (), facts: ox.NamedNode | None = None) -> set[ox.Quad]:
    """The slice of some claims: with the proposals of `terms`, and with what the graph `facts`, if given, says of other candidates."""
    out: set[ox.Quad] = set()
    documents: set[ox.NamedNode] = set()
    passages: set[ox.NamedNode] = set()
    named: set[ox.NamedNode] = set(terms)
    for claim in claims:
        for quad in store.quads_for_pattern(claim, None, None):
            out.add(quad)
            if quad.predicate == EVIDENCE:
                passages.add(quad.object)
            elif quad.predicate == _DOCUMENT:
                documents.add(quad.object)
            elif quad.predicate not in _TEXT_LAYER and isinstance(quad.object, ox.NamedNode):
                named.add(quad.object)
    for passage in passages:
        out.update(store.quads_for_pattern(passage, None, None))
        for found in store.quads_for_pattern(None, PASSAGE, passage):
            refers = list(store.quads_for_pattern(found.subject, _REFERS, None))
            out.update([found, *refers] if refers else ())
            named.update(q.object for q in refers)
    for document in documents:
        out.update(q for q in store.quads_for_pattern(document, None, None) if q.predicate != _TEXT)
    for term in named:
        if term in terms:
            for proposal in store.quads_for_pattern(None, PROPOSES, term):
                out.update(store.quads_for_pattern(proposal.subject, None, None))
        elif facts is not None and ox.Quad(term, A, _CANDIDATE, facts) in store:
            out.update(_of_candidate(store, term, facts))
        # statements' individuals describe themselves in graph/facts, by a step before the rules
        if next(store.quads_for_pattern(term, WORDING, None), None) is not None:
            out.update(q for name in OWN[:3] for q in store.quads_for_pattern(term, name, None))
    return out


def _of_candidate(store: View, term: ox.NamedNode, facts: ox.NamedNode) -> Iterator[ox.Quad]:
    """What the proposals of a term have come to."""
    for name in _PROPOSED:
        yield from store.quads_for_pattern(term, name, None, facts)
    for name, proposed in _PERHAPS.items():
        for quad in store.quads_for_pattern(term, name, None, facts):
            if any(ox.Quad(q.subject, proposed, quad.object, q.graph_name) in store for q in store.quads_for_pattern(None, PROPOSES, term)):
                yield quad


def proposed_otherwise(before: View, after: View, nodes: Iterable[ox.NamedNode]) -> set[ox.NamedNode]:
    """Terms that are proposed otherwise, or another number of times, when `nodes` are all that has changed."""
    found = [Counter(profile for node in nodes for profile in _profiles(store, node)) for store in (before, after)]
    return {term for term, _ in (found[0] - found[1]) + (found[1] - found[0])}


def _profiles(store: View, node: ox.NamedNode) -> Iterator[tuple[ox.NamedNode, frozenset]]:
    """The terms that a node proposes, with what it says of them; not where."""
    terms = [q.object for q in store.quads_for_pattern(node, PROPOSES, None)]
    said = frozenset((q.predicate, q.object) for q in store.quads_for_pattern(node, None, None) if q.predicate != _DOCUMENT) if terms else frozenset()
    return ((term, said) for term in terms)
