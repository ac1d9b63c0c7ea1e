"""A slice: what the rules look at to say something of some subjects, taken out of a store by its indexes.

It holds the subjects' claims; the passages that these rest on and what is mentioned there; what the document says of itself, but
for its text; and the proposals of every term that is named. Ontology and vocabulary are not in it: whoever applies the rules
has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kg.consolidate.statements import OWN, WORDING
from kg.namespaces import RDF, RG

A, CLAIM = ox.NamedNode(RDF + "type"), ox.NamedNode(RG + "Claim")
SUBJECT, OBJECT, PROPOSES = (ox.NamedNode(RG + name) for name in ("subject", "object", "proposes"))
_DOCUMENT, EVIDENCE, PASSAGE, _REFERS, _TEXT = (ox.NamedNode(RG + name) for name in ("document", "evidence", "passage", "refersTo", "text"))
# what claims about nothing that has a name are compared by, beside their words
COMPARED = (ox.NamedNode(RG + "measure"), ox.NamedNode(RG + "unit"))
_TEXT_LAYER = (EVIDENCE, _DOCUMENT, ox.NamedNode(RG + "mention"), ox.NamedNode(RG + "partOf"))
# what a claim is about: what has a name or, as the size of a market, what its figure is compared by
Subject = ox.NamedNode | tuple[ox.NamedNode | ox.Literal, ...]


def subjects_of(store: ox.Store, claim: ox.NamedNode) -> set[Subject]:
    """What a claim is about."""
    named = {q.object for q in store.quads_for_pattern(claim, SUBJECT, None)}
    return named or {tuple(q.object for name in COMPARED for q in sorted(store.quads_for_pattern(claim, name, None), key=str))}


def claims_of(store: ox.Store, subjects: Iterable[Subject]) -> Iterator[ox.NamedNode]:
    """The claims about some subjects; what has neither a name nor a measure takes part in no rule."""
    for subject in subjects:
        if isinstance(subject, tuple):
            nodes = {q.subject for term in subject[:1] for q in store.quads_for_pattern(None, COMPARED[0], term)}
            yield from (node for node in nodes if is_claim(store, node) and subject in subjects_of(store, node))
            continue
        for quad in store.quads_for_pattern(None, SUBJECT, subject):
            if is_claim(store, quad.subject):
                yield quad.subject


def is_claim(store: ox.Store, node: ox.NamedNode) -> bool:
    """Whether a node is a claim, and not a fact or figure made of claims."""
    return next(store.quads_for_pattern(node, A, CLAIM), None) is not None


def of_claims(store: ox.Store, claims: Iterable[ox.NamedNode], terms: Iterable[ox.NamedNode] = (), proposed: bool = True) -> set[ox.Quad]:
    """The slice of some claims, and of terms that stand for themselves; with the terms' proposals, or (`proposed` false) without."""
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
        for proposal in store.quads_for_pattern(None, PROPOSES, term) if proposed else ():
            out.update(store.quads_for_pattern(proposal.subject, None, None))
        # statements' individuals describe themselves in graph/facts, by a step before the rules
        if next(store.quads_for_pattern(term, WORDING, None), None) is not None:
            out.update(q for name in OWN[:3] for q in store.quads_for_pattern(term, name, None))
    return out
