"""Facts after some documents came, went or changed: only subjects that this can touch are worked on again.

The rules run over the slices of these subjects as they were and as they are; the two results differ by what the facts change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import product

import pyoxigraph as ox

from kg.consolidate import rules, slices
from kg.consolidate.change import Change
from kg.consolidate.restated import Restated
from kg.consolidate.views import Changed, Remembered, View
from kg.grouping.wording import Lexicon
from kg.namespaces import RG, Minter

_CONFIDENCE = ox.NamedNode(RG + "confidence")


class Renewal:
    """`before` is the store of the revision before; `ground` holds ontology and vocabulary, and is worked in."""

    def __init__(self, before: ox.Store, ground: ox.Store, minter: Minter, words: Lexicon) -> None:
        self._before, self._ground, self._minter = Remembered(before), ground, minter
        self._graph = ox.NamedNode(minter.graph("facts"))
        self._restated = Restated(before, self._graph, minter, words)
        self._named = rules.named()
        # of the slice that is worked on: what the ground had by itself, and what it has for now
        self._own: set[ox.Quad] = set()
        self._loaded: set[ox.Quad] = set()
        self._old: dict[tuple[frozenset, frozenset], set[ox.Triple]] = {}

    def prepare(self, documents: Iterable[ox.NamedNode]) -> None:
        """Find what will be asked for if the documents with these graphs change or go, as most changes leave what a document is about."""
        subjects: set[slices.Subject] = set()
        for graph in documents:
            for quad in self._before.quads_for_pattern(None, slices.A, slices.CLAIM, graph):
                subjects |= slices.subjects_of(self._before, quad.subject)
            self._restated.prepare(graph)
        self._derived_before(subjects, set())

    def run(self, after: ox.Store, removed: Collection[ox.Quad], added: Collection[ox.Quad]) -> Change:
        """How graph/facts changes; `after` gets the change too. `after` is the store with the documents as they are now, the others
        being the documents' quads by which they differ."""
        before, graph = self._before, self._graph
        stated = self._restated.change(after, [*removed, *added])
        stated.apply(after, graph)
        gone, new = ([*quads, *(ox.Quad(*t, graph) for t in triples)] for quads, triples in ((removed, stated.removed), (added, stated.added)))
        now = Changed(before, gone, new)
        subjects = self._subjects(now, stated, {q.graph_name for q in (*removed, *added)})
        terms = slices.proposed_otherwise(before, now, {q.subject for q in (*removed, *added)})
        while True:
            old, new = self._derived_before(subjects, terms), self._derived(now, subjects, terms)
            further = _naming((before, now), {t.subject for t in old ^ new if t.subject in terms and t.predicate != _CONFIDENCE}) - subjects
            if not further:
                break
            # a term is called or classed otherwise: what is said with its name changes too
            subjects |= further
        old = {t for t in old if ox.Quad(*t, graph) in before}
        new = {t for t in new if all(q.graph_name == graph for q in after.quads_for_pattern(*t))}
        derived = Change(old - new, new - old)
        derived.apply(after, graph)
        return Change(stated.removed | derived.removed, stated.added | derived.added)

    def _derived_before(self, subjects: Collection[slices.Subject], terms: Collection[ox.NamedNode]) -> set[ox.Triple]:
        key = frozenset(subjects), frozenset(terms)
        if key not in self._old:
            self._old[key] = self._derived(self._before, subjects, terms)
        return self._old[key]

    def _derived(self, store: View, subjects: Iterable[slices.Subject], terms: Collection[ox.NamedNode]) -> set[ox.Triple]:
        """What the rules make of the slice of some subjects; what they share with the one before stays loaded."""
        found = slices.of_claims(store, set(slices.claims_of(store, subjects)), terms, self._graph)
        found = {q for q in found if q.predicate.value in self._named}
        fresh = found - self._loaded - self._own
        self._own |= {q for q in fresh if q in self._ground}
        self._ground.extend(fresh - self._own)
        for quad in self._loaded - found:
            self._ground.remove(quad)
        self._loaded = found - self._own
        made = rules.apply(self._ground, self._minter)
        for triple in made:
            self._ground.remove(ox.Quad(*triple, self._graph))
        return set(made)

    def _subjects(self, now: View, stated: Change, graphs: Collection[ox.NamedNode]) -> set[slices.Subject]:
        """Subjects of the claims of documents that changed, and of those that are about another individual than before."""
        found: set[slices.Subject] = set()
        for store, triples in ((self._before, stated.removed), (now, stated.added)):
            found |= {t.object for t in triples if t.predicate == slices.SUBJECT}
            claims = {t.subject for t in triples if t.predicate == slices.OBJECT}
            for graph in graphs:
                claims |= {q.subject for q in store.quads_for_pattern(None, slices.A, slices.CLAIM, graph)}
            for claim in claims:
                found |= slices.subjects_of(store, claim)
        return found


def _naming(stores: Iterable[View], terms: Iterable[ox.NamedNode]) -> set[slices.Subject]:
    """Subjects of claims that name a term, or rest on a passage that does."""
    found: set[slices.Subject] = set()
    for store, term in product(stores, terms):
        for node in {q.subject for q in store.quads_for_pattern(None, None, term)}:
            for claim in {node, *_resting_on(store, node)}:
                if slices.is_claim(store, claim):
                    found |= slices.subjects_of(store, claim)
    return found


def _resting_on(store: View, mention: ox.NamedNode) -> Iterable[ox.NamedNode]:
    """Claims whose evidence is the passage of a mention."""
    for quad in store.quads_for_pattern(mention, slices.PASSAGE, None):
        yield from (q.subject for q in store.quads_for_pattern(None, slices.EVIDENCE, quad.object))
