"""Facts after some documents came, went or changed: only subjects that this can touch are worked on again.

The rules run over the slices of these subjects as they were and as they are; the two results differ by what the facts change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from kg.consolidate import rules, slices
from kg.consolidate.change import Change
from kg.consolidate.restated import Restated
from kg.grouping.wording import Lexicon
from kg.namespaces import RG, Minter

_CONFIDENCE = ox.NamedNode(RG + "confidence")


@dataclass(slots=True)
class Renewal:
    """`before` is the store of the revision before; `after` the same with the documents as they are now, `removed` and `added` being
    the documents' quads by which they differ. `ground` holds ontology and vocabulary, and is left as it is."""

    before: ox.Store
    after: ox.Store
    removed: Collection[ox.Quad]
    added: Collection[ox.Quad]
    ground: ox.Store
    minter: Minter
    words: Lexicon

    def run(self) -> Change:
        """How graph/facts changes; `after` has the change too."""
        graph = ox.NamedNode(self.minter.graph("facts"))
        stated = Restated(self.before, self.after, graph, self.minter, self.words).change([*self.removed, *self.added])
        stated.apply(self.after, graph)
        subjects, terms = self._subjects(stated), slices.proposed_otherwise(self.before, self.after, {q.subject for q in (*self.removed, *self.added)})
        while True:
            old, new = self._derived(self.before, subjects, terms), self._derived(self.after, subjects, terms)
            further = self._naming({t.subject for t in old ^ new if t.subject in terms and t.predicate != _CONFIDENCE}) - subjects
            if not further:
                break
            # a term is called or classed otherwise: what is said with its name changes too
            subjects |= further
        old = {t for t in old if ox.Quad(t.subject, t.predicate, t.object, graph) in self.before}
        new = {t for t in new if all(q.graph_name == graph for q in self.after.quads_for_pattern(t.subject, t.predicate, t.object))}
        derived = Change(old - new, new - old)
        derived.apply(self.after, graph)
        return Change(stated.removed | derived.removed, stated.added | derived.added)

    def _derived(self, store: ox.Store, subjects: Iterable[slices.Subject], terms: Collection[ox.NamedNode]) -> set[ox.Triple]:
        found = slices.of_claims(store, set(slices.claims_of(store, subjects)), terms, ox.NamedNode(self.minter.graph("facts")))
        new = [q for q in found if q not in self.ground]
        self.ground.extend(new)
        made = rules.apply(self.ground, self.minter)
        facts = ox.NamedNode(self.minter.graph("facts"))
        for quad in (*new, *(ox.Quad(t.subject, t.predicate, t.object, facts) for t in made)):
            self.ground.remove(quad)
        return set(made)

    def _subjects(self, stated: Change) -> set[slices.Subject]:
        """Subjects of the claims of documents that changed, and of those that are about another individual than before."""
        found: set[slices.Subject] = set()
        for store, triples in ((self.before, stated.removed), (self.after, stated.added)):
            found |= {t.object for t in triples if t.predicate == slices.SUBJECT}
            claims = {t.subject for t in triples if t.predicate == slices.OBJECT}
            for graph in {q.graph_name for q in (*self.removed, *self.added)}:
                claims |= {q.subject for q in store.quads_for_pattern(None, slices.A, slices.CLAIM, graph)}
            for claim in claims:
                found |= slices.subjects_of(store, claim)
        return found

    def _naming(self, terms: Iterable[ox.NamedNode]) -> set[slices.Subject]:
        """Subjects of claims that name a term, or rest on a passage that does."""
        found: set[slices.Subject] = set()
        for store in (self.before, self.after):
            for term in terms:
                for node in {q.subject for q in store.quads_for_pattern(None, None, term)}:
                    for claim in {node, *_resting_on(store, node)}:
                        if slices.is_claim(store, claim):
                            found |= slices.subjects_of(store, claim)
        return found


def _resting_on(store: ox.Store, mention: ox.NamedNode) -> Iterable[ox.NamedNode]:
    """Claims whose evidence is the passage of a mention."""
    for quad in store.quads_for_pattern(mention, slices.PASSAGE, None):
        yield from (q.subject for q in store.quads_for_pattern(None, slices.EVIDENCE, quad.object))
