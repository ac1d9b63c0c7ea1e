"""Facts after some documents came, went or changed: only subjects that this can touch are worked on again.

The rules run over the slices of these subjects as they were and as they are; the two results differ by what the facts change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.consolidate import rules, slices, statements
from kg.grouping.groups import regroup
from kg.grouping.wording import Lexicon
from kg.namespaces import RG, Minter

_CONFIDENCE = ox.NamedNode(RG + "confidence")


@dataclass(slots=True)
class Change:
    """Triples that a graph loses and gains."""

    removed: set[ox.Triple] = field(default_factory=set)
    added: set[ox.Triple] = field(default_factory=set)

    def apply(self, store: ox.Store, graph: ox.NamedNode) -> None:
        """Change a store's graph."""
        for t in self.removed:
            store.remove(ox.Quad(t.subject, t.predicate, t.object, graph))
        store.extend([ox.Quad(t.subject, t.predicate, t.object, graph) for t in self.added])


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
        stated = self._statements(graph)
        stated.apply(self.after, graph)
        subjects, terms = self._subjects(stated), {q.object for q in (*self.removed, *self.added) if q.predicate == slices.PROPOSES}
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

    def _derived(self, store: ox.Store, subjects: Iterable[slices.Subject], terms: Iterable[ox.NamedNode]) -> set[ox.Triple]:
        found = slices.of_claims(store, set(slices.claims_of(store, subjects)), terms)
        new = [q for q in found if q not in self.ground]
        self.ground.extend(new)
        made = rules.apply(self.ground, self.minter)
        facts = ox.NamedNode(self.minter.graph("facts"))
        for quad in (*new, *(ox.Quad(t.subject, t.predicate, t.object, facts) for t in made)):
            self.ground.remove(quad)
        return set(made)

    def _subjects(self, stated: Change) -> set[slices.Subject]:
        """Subjects of claims that came, went, or are about another individual than before."""
        claims: dict[ox.Store, set[ox.NamedNode]] = {self.before: _claims(self.removed), self.after: _claims(self.added)}
        found: set[slices.Subject] = set()
        for store, triples in ((self.before, stated.removed), (self.after, stated.added)):
            found |= {t.object for t in triples if t.predicate == slices.SUBJECT}
            claims[store] |= {t.subject for t in triples if t.predicate == slices.OBJECT}
        for store, some in claims.items():
            for claim in some:
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

    def _statements(self, graph: ox.NamedNode) -> Change:
        """How what statements express changes."""
        rows = {row.statement: row for row in statements.rows(self.after)}
        gone, came = statements.rows_of(self.removed), statements.rows_of(self.added)
        groups = regroup(statements.plain(rows.values()), statements.plain(gone), statements.plain(came), self.words)
        new = {name: statements.individual(rows[name], groups, self.minter) for name in groups}
        touched = new.keys() | {row.statement for row in gone}
        old = {s: q.object for s in touched for q in self.before.quads_for_pattern(ox.NamedNode(s), statements.EXPRESSES, None, graph)}
        moved = {s for s in touched if old.get(s) != new.get(s)}
        nodes = {node for s in moved for node in (old.get(s), new.get(s)) if node is not None}
        removed = {q.triple for node in nodes for name in statements.OWN for q in self.before.quads_for_pattern(node, name, None, graph)}
        removed |= {ox.Triple(ox.NamedNode(s), statements.EXPRESSES, old[s]) for s in moved if s in old}
        added = {t for s, node in new.items() if node in nodes for t in statements.described(rows[s], node, groups[s])}
        for node in nodes:  # those that stay with what others leave or join
            for q in self.before.quads_for_pattern(None, statements.EXPRESSES, node, graph):
                if q.subject.value not in moved:
                    added |= set(statements.described(rows[q.subject.value], node, statements.named(self.before, node)))
        for known, change, store in ((old, removed, self.before), (new, added, self.after)):
            change |= {ox.Triple(c, end, known[s.value]) for c, end, s in statements.ends(store, [ox.NamedNode(s) for s in moved if s in known])}
        return Change(removed - added, {t for t in added - removed if ox.Quad(t.subject, t.predicate, t.object, graph) not in self.after})


def _claims(quads: Iterable[ox.Quad]) -> set[ox.NamedNode]:
    return {q.subject for q in quads if q.predicate == slices.A and q.object == slices.CLAIM}


def _resting_on(store: ox.Store, mention: ox.NamedNode) -> Iterable[ox.NamedNode]:
    """Claims whose evidence is the passage of a mention."""
    for quad in store.quads_for_pattern(mention, slices.PASSAGE, None):
        yield from (q.subject for q in store.quads_for_pattern(None, slices.EVIDENCE, quad.object))
