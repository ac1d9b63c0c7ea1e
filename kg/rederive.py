"""What a change of the facts does to what follows, at a cost that depends on the change.

Delete and rederive (Gupta, Mumick and Subrahmanian 1993), with the check of Motik, Nenov, Piro and Horrocks (2015) that spares
what has another proof: from what is no more given, forward through the rules, whatever does not follow after the change is gone,
and only from that it goes on. What is new is what would be gone if the change were taken back. Nothing is kept between builds:
whether a triple follows is found from the given ones (`kg.goals`), so conclusions that no graph holds need no care of their own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import product
from pathlib import Path

import pyoxigraph as ox

from kg import clashes, contradiction, entail, reason
from kg import hermit as hermit_process
from kg.entail import TYPE
from kg.given import Given
from kg.goals import Conclusions, Sources
from kg.namespaces import OWL, RDF, RDFS, RG, Minter

# subject, property, object by their IRIs
Row = tuple[str, str, str]
Changed = tuple[set[ox.Triple], set[ox.Triple], str]
_DERIVED, _DOCUMENT, _STATED = (ox.NamedNode(RG + name) for name in ("derivedFrom", "document", "statedIn"))
_FACT = RG + "Fact"
# the axioms for which the rules are complete (OWL 2 Profiles, theorem PR1), and what is no axiom
_READ = frozenset(OWL + n for n in (
    "inverseOf", "propertyChainAxiom", "disjointWith", "propertyDisjointWith", "members", "versionInfo", "versionIRI", "priorVersion",
    "backwardCompatibleWith", "incompatibleWith", "deprecated"))
_DECLARED = frozenset(OWL + n for n in (
    "Ontology", "Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "NamedIndividual", "TransitiveProperty",
    "SymmetricProperty", "IrreflexiveProperty", "AsymmetricProperty", "AllDisjointClasses", "AllDisjointProperties"))
_OF_IRIS = frozenset((RDFS + "subClassOf", RDFS + "subPropertyOf", RDFS + "domain", RDFS + "range", OWL + "inverseOf", OWL + "disjointWith"))


def renewed(before: ox.Store, after: ox.Store, removed: Collection[ox.Triple], added: Collection[ox.Triple], minter: Minter,
            reasoner: str = "auto", *, seconds: float = 120, files: Sequence[Path] = (), documents: Collection[ox.NamedNode] = ()) -> Changed:
    """What `graph/inferred` loses and gains when `removed` leaves and `added` joins `graph/facts`, and a note as of `reason.infer`.

    `before` is the whole store before the change, `after` the one with the new facts and documents and still the old
    `graph/inferred`; ontology and vocabulary are the same in both. `documents` are the graphs of the documents that changed: what
    they state themselves is not inferred. ContradictionError as of `reason.infer`.
    """
    if reasoner == "none":
        return set(), set(), ""
    tbox = [q.triple for q in after.quads_for_pattern(None, None, None, ox.NamedNode(minter.graph("ontology")))]
    java = reasoner == "hermit" or (reasoner == "auto" and hermit_process.available())
    sources = Sources(entail.rules(tbox))
    if (java and not complete(tbox)) or sources.of_rdf_type or any(isinstance(t.subject, ox.BlankNode) for t in (*removed, *added)):
        return _from_scratch(after, minter, reasoner, seconds, files)
    properties = reason.links(tbox)
    change = _Change(Given(before, minter, properties), Given(after, minter, properties), sources, [*removed, *added], documents)
    if clashes.among(tbox, change.suspects(tbox)):
        _from_scratch(after, minter, reasoner, seconds, files)  # tells what clashes, over everything
    if reasoner == "hermit":
        reason.hermit(tbox, sorted(change.around(), key=str), seconds, contradiction.Teller(after, minter, files))
    note = reason.NO_JAVA if reasoner == "auto" and not java else ""
    return *change.inferred(), note


def complete(tbox: Iterable[ox.Triple]) -> bool:
    """Whether the rules find all that follows from an ontology's axioms, so that HermiT can add nothing."""
    for t in tbox:
        name = t.predicate.value
        if name == TYPE and t.object.value.startswith(OWL) and t.object.value not in _DECLARED:
            return False
        if (name.startswith(OWL) and name not in _READ) or (name in _OF_IRIS and not all(isinstance(n, ox.NamedNode) for n in (t.subject, t.object))):
            return False
    return True


def _from_scratch(after: ox.Store, minter: Minter, reasoner: str, seconds: float, files: Sequence[Path]) -> Changed:
    found, note = reason.entailed(after, minter, reasoner, seconds=seconds, files=files)
    old = {q.triple for q in after.quads_for_pattern(None, None, None, ox.NamedNode(minter.graph("inferred")))}
    return old - found, found - old, note


class _Change:
    """What is given and what follows before and after, and the triples about which the two differ."""

    def __init__(self, before: Given, after: Given, sources: Sources, facts: Sequence[ox.Triple], documents: Collection[ox.NamedNode]) -> None:
        self.before, self.after, self.sources = before, after, sources
        self.follows = Conclusions(sources, after)
        self.told = [q.triple for store in (before.store, after.store) for d in documents for q in store.quads_for_pattern(None, None, None, d)]
        self.facts = [t for t in (*facts, *self._with_other_layer(facts)) if isinstance(t.object, ox.NamedNode)]
        withdrawn, self.stated = self._given(before, after), self._given(after, before)
        followed = Conclusions(sources, before)
        self.lost = set(_gone(followed, self.follows, withdrawn))
        self.gained = set(_gone(self.follows, followed, self.stated))

    def _with_other_layer(self, facts: Iterable[ox.Triple]) -> list[ox.Triple]:
        """All facts about what has become, or is no more, text or bookkeeping."""
        typed = {t.subject for t in (*facts, *self.told) if t.predicate.value == TYPE and isinstance(t.subject, ox.NamedNode)}
        turned = [n for n in sorted(typed, key=str) if self.before.of_text(n.value) != self.after.of_text(n.value)]
        return [q.triple for given in (self.before, self.after) for n in turned
                for q in given.store.quads_for_pattern(n, None, None, given.facts) if reason.counts(q.triple)]

    def _given(self, one: Given, other: Given) -> list[Row]:
        """What is given in one and not in the other: facts, and the vocabulary's triples about what only the one's facts lead to."""
        changed = [row for row in dict.fromkeys(map(_row, self.facts)) if one.has(*row)]
        todo = sorted({n for subject, _, target in changed for n in (subject, target)})
        seen = set(todo)
        while todo:
            node = todo.pop()
            if one.reached(node) and not other.reached(node):
                stated = [_row(t) for t in one.about(node)]
                changed += stated
                new = {target for _, name, target in stated if name != TYPE} - seen
                seen |= new
                todo += sorted(new)
        return [row for row in dict.fromkeys(changed) if not other.has(*row)]

    def inferred(self) -> tuple[set[ox.Triple], set[ox.Triple]]:
        """What `graph/inferred` loses and gains."""
        stated_in = _StatedIn(self.before, self.after, [*self.facts, *self.told])
        heads = {name for name, links in self.sources.links.items() if len(links) > 1 or self.sources.chains[name]} | {TYPE}
        told = {_row(t) for t in self.told if isinstance(t.object, ox.NamedNode) and isinstance(t.subject, ox.NamedNode) and t.predicate.value in heads}
        rows = {*self.lost, *self.gained, *map(_row, self.facts), *told, *stated_in.possible}
        gone, new = set(), set()
        for subject, name, target in sorted(rows):
            triple = ox.Triple(ox.NamedNode(subject), ox.NamedNode(name), ox.NamedNode(target))
            was = ox.Quad(*triple, self.before.inferred) in self.before.store
            now = not _elsewhere(self.after, triple) and ((subject, name, target) in stated_in.holding or (
                entail.worth(triple) and self.follows.holds(name, subject, target)))
            if was != now:
                (gone if was else new).add(triple)
        return gone, new

    def suspects(self, tbox: Iterable[ox.Triple]) -> set[ox.Triple]:
        """All that the rules of contradiction ask about the individuals of which something is new."""
        apart = {n.value for t in tbox if t.predicate.value == OWL + "propertyDisjointWith" for n in (t.subject, t.object)}
        apart |= {t.subject.value for t in tbox if t.object.value in (OWL + "IrreflexiveProperty", OWL + "AsymmetricProperty")}
        apart |= {t.object.value for t in tbox if t.predicate.value == OWL + "assertionProperty"}
        if any(t.object.value == OWL + "AllDisjointProperties" for t in tbox):
            apart |= {t.object.value for t in tbox if t.predicate.value == RDF + "first"}
        rows = {(subject, TYPE, cls) for subject in {s for s, name, _ in self.gained if name == TYPE} for cls in self.follows.types(subject)}
        for subject, name, target in self.gained if apart else ():
            if name != TYPE:
                rows.add((subject, name, target))
                rows |= {(x, p, y) for p in apart for x, y in ((subject, target), (target, subject)) if self.follows.holds(p, x, y)}
        return {ox.Triple(*map(ox.NamedNode, row)) for row in rows}

    def around(self) -> set[ox.Triple]:
        """Types and links of the individuals that new statements are about, with one of each kind of link that leads to them."""
        rows: set[Row] = set()
        for node in {n for s, name, o in self.stated for n in ((s,) if name == TYPE else (s, o))}:
            rows |= {(node, TYPE, cls) for cls in self.after.ends(TYPE, node)}
            for name in self.after.properties:
                rows |= {(node, name, target) for target in self.after.ends(name, node)}
                rows |= {(subject, name, node) for subject in sorted(self.after.ends(name, node, False))[:1]}
        rows |= {(o, TYPE, cls) for _, name, o in set(rows) if name != TYPE for cls in self.after.ends(TYPE, o)}
        return {ox.Triple(*map(ox.NamedNode, row)) for row in rows}


def _row(triple: ox.Triple) -> Row:
    return triple.subject.value, triple.predicate.value, triple.object.value


def _elsewhere(given: Given, triple: ox.Triple) -> bool:
    """Whether another graph than `graph/inferred` states a triple."""
    return any(q.graph_name != given.inferred for q in given.store.quads_for_pattern(*triple, None))


def _gone(before: Conclusions, after: Conclusions, given: Iterable[Row]) -> Iterator[Row]:
    """What follows before and not after, when `given` are the triples that are given before and not after."""
    rules, todo, seen = before.sources.rules, list(given), set()
    told: set[Row] = set()
    while todo:
        row = todo.pop()
        if row in seen:
            continue
        seen.add(row)
        subject, name, target = row
        if after.holds(name, subject, target):
            continue
        ends = (subject, target)
        for other, first, second in rules.forms(name, target if name == TYPE else 1):
            made = (ends[first] if isinstance(first, int) else first, other, ends[second] if isinstance(second, int) else second)
            if made not in told and not after.holds(made[1], made[0], made[2]):
                told.add(made)
                yield made
                todo += [r for r in _resting_on(before, made) if r not in seen]


def _resting_on(conclusions: Conclusions, row: Row) -> Iterator[Row]:
    """What chains give from a link and what follows."""
    subject, name, target = row
    for head, path in conclusions.sources.rules.chains:
        for place in (i for i, one in enumerate(path) if one == name):
            if path == (head, head):
                # one step and then the link itself: all that is transitive comes about so
                if place == 1:
                    yield from ((x, head, target) for x in conclusions.ends((head, True), subject, False))
                elif conclusions.linked((head, True), subject, target):
                    yield from ((subject, head, z) for z in conclusions.ends((head, False), target))
                continue
            begins, ends = {subject}, {target}
            for before in reversed(path[:place]):
                begins = {x for y in begins for x in conclusions.ends((before, False), y, False)}
            for after in path[place + 1:]:
                ends = {z for y in ends for z in conclusions.ends((after, False), y)}
            yield from ((x, head, z) for x, z in product(sorted(begins), sorted(ends)))


class _StatedIn:
    """`rg:statedIn` of the facts whose claims changed: what may have changed, and what of it holds after."""

    def __init__(self, before: Given, after: Given, changed: Iterable[ox.Triple]) -> None:
        pairs: set[tuple[ox.Term, ox.Term]] = set()
        for t in dict.fromkeys(changed):
            if t.predicate == _DERIVED:
                pairs.add((t.subject, t.object))
            elif t.predicate.value == TYPE and t.object.value == _FACT:
                pairs |= {(t.subject, q.object) for g in (before, after) for q in g.store.quads_for_pattern(t.subject, _DERIVED, None)}
            elif t.predicate == _DOCUMENT:
                pairs |= {(q.subject, t.subject) for g in (before, after) for q in g.store.quads_for_pattern(None, _DERIVED, t.subject)}
        documents = {c: {q.object for g in (before, after) for q in g.store.quads_for_pattern(c, _DOCUMENT, None)} for _, c in pairs}
        possible = {(fact, document) for fact, claim in pairs for document in documents[claim] if isinstance(document, ox.NamedNode)}
        facts = {document: self._facts_of(after, document) for _, document in possible}
        self.possible = {(f.value, _STATED.value, d.value) for f, d in possible}
        self.holding = {(f.value, _STATED.value, d.value) for f, d in possible if f in facts[d] and self._is_fact(after, f)}

    @staticmethod
    def _facts_of(given: Given, document: ox.Term) -> set[ox.Term]:
        claims = {q.subject for q in given.store.quads_for_pattern(None, _DOCUMENT, document)}
        return {q.subject for c in claims for q in given.store.quads_for_pattern(None, _DERIVED, c)}

    @staticmethod
    def _is_fact(given: Given, node: ox.Term) -> bool:
        return next(given.store.quads_for_pattern(node, ox.NamedNode(TYPE), ox.NamedNode(_FACT)), None) is not None
