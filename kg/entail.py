"""OWL 2 RL entailment of links, by rules run forward to a fixpoint.

The rules are read off the ontology's own axioms: OWL 2 Profiles (W3C Recommendation, 11 December 2012), section 4.3,
prp-spo1, prp-spo2 (chains), prp-inv, prp-trp, prp-symp for properties and cax-sco, prp-dom, prp-rng for classes. They run
semi-naively (Bancilhon and Ramakrishnan 1986): a triple is joined once, when it is new. All that follows from one triple alone
is found once for each property and class, since it is the same for every subject and object.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product

import pyoxigraph as ox

from kg.namespaces import OWL, RDF, RDFS, RG

TYPE = RDF + "type"
# what follows from a triple alone: its predicate, and for subject and object 0 (the triple's subject), 1 (its object) or a class
Form = tuple[str, int | str, int | str]
Pairs = dict[str, set[str]]


@dataclass(frozen=True)
class Rules:
    """Axioms by the property or class that they start from; a chain is what follows and the links that it follows from."""

    copies: Pairs
    flips: Pairs
    domains: Pairs
    ranges: Pairs
    above: Pairs
    chains: tuple[tuple[str, tuple[str, ...]], ...]
    _forms: dict[tuple[str, int | str, bool, bool], list[Form]] = field(default_factory=dict, repr=False)

    def forms(self, name: str, target: int | str = 1, subject_is_iri: bool = True, object_is_iri: bool = True) -> list[Form]:
        """What follows from a triple alone, itself included; `target` is its class where `name` is rdf:type.

        What is no IRI becomes no object: a literal has no links, and no link leads to a blank node.
        """
        key = (name, target, subject_is_iri, object_is_iri)
        if key not in self._forms:
            found: dict[Form, None] = {(name, 0, target): None}
            todo = list(found)
            while todo:
                new = [f for f in self._next(todo.pop(), (subject_is_iri, object_is_iri)) if f not in found]
                found.update(dict.fromkeys(new))
                todo += new
            self._forms[key] = list(found)
        return self._forms[key]

    def _next(self, form: Form, iris: tuple[bool, bool]) -> Iterator[Form]:
        name, subject, target = form
        yield from ((other, subject, target) for other in sorted(self.copies.get(name, ())))
        yield from ((TYPE, subject, cls) for cls in sorted(self.domains.get(name, ())))
        if not isinstance(target, int) or iris[target]:
            yield from ((other, target, subject) for other in sorted(self.flips.get(name, ())))
            yield from ((TYPE, target, cls) for cls in sorted(self.ranges.get(name, ())))
        if name == TYPE and isinstance(target, str):
            yield from ((TYPE, subject, cls) for cls in sorted(self.above.get(target, ())))


def rules(tbox: Iterable[ox.Triple]) -> Rules:
    """The ontology's axioms as rules, for properties and classes that have an IRI."""
    stated: dict[str, list[tuple[ox.Term, ox.Term]]] = defaultdict(list)
    for t in tbox:
        stated[t.predicate.value].append((t.subject, t.object))
    marked: Pairs = defaultdict(set)
    for subject, cls in stated[TYPE]:
        if isinstance(subject, ox.NamedNode):
            marked[cls.value].add(subject.value)
    flips = _pairs(stated[OWL + "inverseOf"])
    for one, others in _pairs((b, a) for a, b in stated[OWL + "inverseOf"]).items():
        flips.setdefault(one, set()).update(others)
    for name in marked[OWL + "SymmetricProperty"]:
        flips.setdefault(name, set()).add(name)
    ranges = {p: classes for p, classes in _pairs(stated[RDFS + "range"]).items() if p in marked[OWL + "ObjectProperty"]}
    lists = {(s, name): o for name in ("first", "rest") for s, o in stated[RDF + name]}
    chains = {(p.value, tuple(_listed(lists, start))) for p, start in stated[OWL + "propertyChainAxiom"]}
    chains |= {(p, (p, p)) for p in marked[OWL + "TransitiveProperty"]}
    return Rules(_pairs(stated[RDFS + "subPropertyOf"]), flips, _pairs(stated[RDFS + "domain"]), ranges, _pairs(stated[RDFS + "subClassOf"]),
                 tuple(sorted(chains)))


def _pairs(stated: Iterable[tuple[ox.Term, ox.Term]]) -> Pairs:
    found: Pairs = {}
    for one, other in stated:
        if isinstance(one, ox.NamedNode) and isinstance(other, ox.NamedNode):
            found.setdefault(one.value, set()).add(other.value)
    return found


def _listed(lists: dict[tuple[ox.Term, str], ox.Term], node: ox.Term) -> Iterator[str]:
    while node.value != RDF + "nil":
        yield lists[node, "first"].value
        node = lists[node, "rest"]


# in place of a term's number: the subject or the object of the triple that something follows from
_SUBJECT, _OBJECT = -1, -2


class _Growing:
    """Triples, terms by number, that grow until nothing new follows; those that chains ask for by both of their ends."""

    def __init__(self, given: Rules) -> None:
        self.rules = given
        self.known: set[tuple[str, int, int]] = set()
        self.numbers: dict[ox.Term, int] = {}
        self.terms: list[ox.Term] = []
        self.iris: list[bool] = []
        self.forms: dict[tuple[str, int, bool, bool], list[tuple[str, int, int]]] = {}
        self.chained: dict[str, list[tuple[str, tuple[str, ...], int]]] = defaultdict(list)
        for head, path in given.chains:
            for place, name in enumerate(path):
                self.chained[name].append((head, path, place))
        self.out: dict[str, dict[int, set[int]]] = {name: defaultdict(set) for name in self.chained}
        self.into: dict[str, dict[int, set[int]]] = {name: defaultdict(set) for name in self.chained}

    def number(self, term: ox.Term) -> int:
        """The number of a term, a new one for a new term."""
        found = self.numbers.setdefault(term, len(self.terms))
        if found == len(self.terms):
            self.terms.append(term)
            self.iris.append(isinstance(term, ox.NamedNode))
        return found

    def add(self, name: str, subject: int, target: int) -> None:
        """A triple and all that follows from it and what is known."""
        todo = [(name, subject, target)]
        while todo:
            triple = todo.pop()
            for name, subject, target in self._alone(*triple):
                if name in self.chained:
                    self.out[name][subject].add(target)
                    self.into[name][target].add(subject)
                    todo += [made for made in self._chains(name, subject, target) if made not in self.known]

    def _alone(self, name: str, subject: int, target: int) -> list[tuple[str, int, int]]:
        """What follows from a triple alone, itself included, and is new."""
        key = (name, target if name == TYPE else _OBJECT, self.iris[subject], self.iris[target])
        new = []
        for other, first, second in self.forms.get(key) or self._numbered(key):
            triple = (other, subject if first == _SUBJECT else target if first == _OBJECT else first,
                      subject if second == _SUBJECT else target if second == _OBJECT else second)
            if triple not in self.known:
                self.known.add(triple)
                new.append(triple)
        return new

    def _numbered(self, key: tuple[str, int, bool, bool]) -> list[tuple[str, int, int]]:
        name, target, *iris = key
        cls = self.terms[target].value if target != _OBJECT and self.iris[target] else 1
        ends = {0: _SUBJECT, 1: _OBJECT}
        self.forms[key] = [(other, *(ends[e] if isinstance(e, int) else self.number(ox.NamedNode(e)) for e in found))
                           for other, *found in self.rules.forms(name, cls, *iris)]
        return self.forms[key]

    def _chains(self, name: str, subject: int, target: int) -> Iterator[tuple[str, int, int]]:
        for head, path, place in self.chained[name]:
            begins, ends = {subject}, {target}
            for before in reversed(path[:place]):
                begins = {x for y in begins for x in self.into[before].get(y, ())}
            for after in path[place + 1:]:
                ends = {z for y in ends for z in self.out[after].get(y, ())}
            yield from ((head, x, z) for x, z in product(begins, ends))


class Closure:
    """What follows from data by the ontology's axioms, about the data's individuals only. Triples are made as they are asked for."""

    def __init__(self, tbox: Iterable[ox.Triple], data: Iterable[ox.Triple]) -> None:
        self._growing = _Growing(rules(tbox))
        self._given = {(t.predicate.value, self._growing.number(t.subject), self._growing.number(t.object)) for t in data}
        for triple in self._given:
            self._growing.add(*triple)

    def __iter__(self) -> Iterator[ox.Triple]:
        """The data and all that follows."""
        return self._triples(self._growing.known)

    def new(self) -> Iterator[ox.Triple]:
        """What follows and is not in the data."""
        return self._triples(triple for triple in self._growing.known if triple not in self._given)

    def _triples(self, found: Iterable[tuple[str, int, int]]) -> Iterator[ox.Triple]:
        names: dict[str, ox.NamedNode] = {}
        terms = self._growing.terms
        for name, subject, target in found:
            yield ox.Triple(terms[subject], names.get(name) or names.setdefault(name, ox.NamedNode(name)), terms[target])


def closure(tbox: Iterable[ox.Triple], data: Iterable[ox.Triple], *, all_terms: bool = False) -> set[ox.Triple]:
    """What follows from the data by the ontology's axioms and is not in the data.

    With `all_terms` also what says nothing new to a reader: types that are not ours, that a thing is a thing.
    """
    return {t for t in Closure(tbox, data).new() if all_terms or worth(t)}


def worth(triple: ox.Triple) -> bool:
    """Whether an entailed triple tells a reader anything: a link or class of ours, not that a thing is a thing, or itself."""
    if triple.predicate.value == TYPE:
        return triple.object.value.startswith(RG)
    return triple.predicate.value.startswith(RG) and triple.subject != triple.object


def members(store: ox.Store, node: ox.NamedNode | ox.BlankNode) -> Iterator[str]:
    """Members of an RDF list, by IRI."""
    while node.value != RDF + "nil":
        yield next(store.quads_for_pattern(node, ox.NamedNode(RDF + "first"), None)).object.value
        node = next(store.quads_for_pattern(node, ox.NamedNode(RDF + "rest"), None)).object
