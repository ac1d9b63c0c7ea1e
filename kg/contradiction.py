"""Why ontology, vocabulary and facts cannot all be true: the smallest set of axioms and statements that clash, in words.

Each of them is needed: without any one the rest is consistent. A statement is told with the sentences that it came from, or with
the file and line of the vocabulary.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg import vocabulary
from kg.clashes import Clash, clashes, minimal
from kg.entail import members
from kg.evidence import sentences
from kg.namespaces import OWL, RDF, RDFS, RG, SKOS, Minter

_TYPE = RDF + "type"
_AXIOMS = {RDFS + "subClassOf": "every {S} is {o}", RDFS + "subPropertyOf": 'what "{S}" links, "{O}" links too',
           RDFS + "domain": 'whatever "{S}" leads from is {o}', RDFS + "range": 'whatever "{S}" leads to is {o}',
           OWL + "inverseOf": '"{S}" is "{O}" the other way round', OWL + "disjointWith": "nothing is both {s} and {o}",
           OWL + "complementOf": "nothing is both {s} and {o}", OWL + "propertyDisjointWith": 'no two things are linked by both "{S}" and "{O}"',
           OWL + "equivalentClass": "{S} and {O} are the same class", OWL + "equivalentProperty": '"{S}" and "{O}" are the same link'}
_CHARACTERS = {"TransitiveProperty": "transitive", "SymmetricProperty": "symmetric", "IrreflexiveProperty": "irreflexive",
               "AsymmetricProperty": "asymmetric", "FunctionalProperty": "functional", "InverseFunctionalProperty": "inverse functional"}
_DECLARED = frozenset(OWL + n for n in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "Ontology", "NamedIndividual"))
_MOST_SENTENCES = 3


@dataclass(frozen=True, slots=True)
class Item:
    """An axiom with its blank nodes, or one statement about an individual."""

    triples: tuple[ox.Triple, ...]
    axiom: bool


def items_of(tbox: Iterable[ox.Triple], data: Iterable[ox.Triple], pairs: Iterable[tuple[str, str]] = ()) -> list[Item]:
    """What may be taken away one by one. A list of disjoint classes counts as the `pairs` of it that matter."""
    by_subject: dict[ox.Term, list[ox.Triple]] = defaultdict(list)
    for t in tbox:
        by_subject[t.subject].append(t)
    found = [Item((ox.Triple(ox.NamedNode(a), ox.NamedNode(OWL + "disjointWith"), ox.NamedNode(b)),), True) for a, b in sorted(set(pairs))]
    for subject in sorted(by_subject, key=str):
        if isinstance(subject, ox.NamedNode):
            found += [Item((t, *_below(by_subject, t.object)), True) for t in sorted(by_subject[subject], key=str) if _logical(t)]
        elif not pairs and any(t.predicate.value in (OWL + "members", OWL + "sourceIndividual") for t in by_subject[subject]):
            found.append(Item(tuple(_below(by_subject, subject)), True))
    return found + [Item((t,), False) for t in dict.fromkeys(data)]


def _logical(triple: ox.Triple) -> bool:
    if triple.predicate.value == _TYPE:
        return triple.object.value.startswith(OWL) and triple.object.value not in _DECLARED
    return triple.predicate.value in _AXIOMS or triple.predicate.value == OWL + "propertyChainAxiom"


def _below(by_subject: dict[ox.Term, list[ox.Triple]], node: ox.Term) -> list[ox.Triple]:
    if not isinstance(node, ox.BlankNode):
        return []
    return [found for t in by_subject[node] for found in (t, *_below(by_subject, t.object))]


def justify(clash: Clash, tbox: Sequence[ox.Triple], data: Sequence[ox.Triple]) -> list[Item]:
    """The smallest set of axioms and statements from which the clash follows, by the rules of OWL 2 RL."""
    pairs = [(clash.first, clash.second)] if clash.kind == "cax-adc" else []
    declared = [t for t in tbox if t.predicate.value == _TYPE and t.object.value in _DECLARED]

    def breaks(held: Sequence[Item]) -> bool:
        axioms = [t for i in held if i.axiom for t in i.triples]
        return any(c.individual == clash.individual for c in clashes(declared + axioms, [t for i in held if not i.axiom for t in i.triples]))
    near, size = {clash.individual}, -1
    while len(near) > size:
        size = len(near)
        around = [t for t in data if t.subject.value in near or t.object.value in near]
        # what comes first is kept: types, which vocabularies state, before links
        items = items_of(tbox, sorted(around, key=lambda t: (t.predicate.value != _TYPE, str(t))), pairs)
        if breaks(items):
            return minimal(items, breaks)
        near |= {n.value for t in around for n in (t.subject, t.object)}
    return []


class Teller:
    """Tells axioms and statements in words, with where they come from."""

    def __init__(self, store: ox.Store, minter: Minter, files: Sequence[Path] = ()) -> None:
        self.store, self.facts, self.files = store, ox.NamedNode(minter.graph("facts")), files

    def name(self, iri: str) -> str:
        """Label of a term or individual, or its local name."""
        for predicate in (RDFS + "label", SKOS + "prefLabel"):
            for quad in self.store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(predicate), None):
                return quad.object.value
        return re.split(r"[#/]", iri)[-1] or iri

    def told(self, item: Item) -> str:
        """One line for an axiom; for a statement its source too, which may take more lines."""
        head = item.triples[0]
        if item.axiom:
            return f"{self._axiom(item)} [ontology]"
        subject, link, target = (self.name(n.value) for n in head)
        words = f'"{subject}" is {_a(target)}' if head.predicate.value == _TYPE else f'"{subject}" {link} "{target}"'
        return "\n     ".join([words, *self.sources(head)])

    def _axiom(self, item: Item) -> str:
        head = item.triples[0]
        subject = self.name(head.subject.value)
        if head.predicate.value == OWL + "propertyChainAxiom":
            listed = ox.Store()
            listed.extend(ox.Quad(t.subject, t.predicate, t.object) for t in item.triples)
            return f'"{subject}" follows from ' + ' and then '.join(f'"{self.name(n)}"' for n in members(listed, head.object))
        if head.predicate.value == _TYPE and head.object.value.startswith(OWL):
            return f'"{subject}" is {_CHARACTERS.get(head.object.value.removeprefix(OWL), self.name(head.object.value))}'
        target = self.name(head.object.value)
        return _AXIOMS.get(head.predicate.value, "{S} {O}").format(S=subject, O=target, s=_a(subject), o=_a(target))

    def sources(self, triple: ox.Triple) -> list[str]:
        """The sentences that a statement rests on, or the vocabulary's file and line."""
        found = sentences(self.store, self._nodes(triple))
        lines = sorted({s for told in found.values() for s in told})
        if lines:
            more = [f"and {len(lines) - _MOST_SENTENCES} more"] if len(lines) > _MOST_SENTENCES else []
            return [str(s) for s in lines[:_MOST_SENTENCES]] + more
        return [f"[{place}]" for path in self.files if (place := stated_at(path, triple))][:1] or ["[vocabulary]"]

    def _nodes(self, triple: ox.Triple) -> list[ox.NamedNode]:
        if ox.Quad(*triple, self.facts) not in self.store:
            return []
        about = [q.subject for q in self.store.quads_for_pattern(None, ox.NamedNode(RG + "subject"), triple.subject, self.facts)]
        facts = [f for f in about if ox.Quad(f, ox.NamedNode(RG + "property"), triple.predicate, self.facts) in self.store
                 and ox.Quad(f, ox.NamedNode(RG + "object"), triple.object, self.facts) in self.store]
        return facts or [triple.subject, *(q.subject for q in self.store.quads_for_pattern(None, ox.NamedNode(RG + "proposes"), triple.subject))]


def _a(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def stated_at(path: Path, triple: ox.Triple) -> str:
    """File and line where a vocabulary file states a triple, or ""."""
    if triple not in set(vocabulary.parse(path)):
        return ""
    local = re.escape(re.split(r"[#/]", triple.subject.value)[-1])
    last = re.escape(re.split(r"[#/]", triple.object.value)[-1])
    about = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line[:1].strip() and not line.startswith("#"):
            about = bool(re.match(rf"\S*[:/#]{local}>?(?:\s|$)", line))
        if about and re.search(rf"[:/#]{last}\b", line):
            return f"{path}:{number}"
    return str(path)


def describe(justification: Sequence[Item], teller: Teller, found: int = 1) -> str:
    """The contradiction in words: what clashes, one line for each, and that each is needed."""
    lines = [f"  {number}. {teller.told(item)}" for number, item in enumerate(sorted(justification, key=lambda i: i.axiom), 1)]
    others = f"\n{found - 1} more individuals have contradictions of their own." if found > 1 else ""
    return ("ontology, vocabulary and facts contradict one another. These cannot all be true, and without any one of them the others can:\n"
            + "\n".join(lines) + others + "\nNothing is published until one of them is taken away.")


def by_trial(tbox: Sequence[ox.Triple], data: Sequence[ox.Triple], inconsistent: Callable[[list[ox.Triple]], bool]) -> list[Item]:
    """The smallest set that clashes by a reasoner's verdict alone, for what the rules of OWL 2 RL do not see."""
    declared = [t for t in tbox if t.predicate.value == _TYPE and t.object.value in _DECLARED]

    def breaks(held: Sequence[Item]) -> bool:
        return inconsistent(declared + [t for i in held for t in i.triples])
    items = items_of(tbox, data)
    stated = minimal([i for i in items if not i.axiom], lambda held: breaks([i for i in items if i.axiom] + list(held)))
    if not stated and not breaks([i for i in items if i.axiom]):
        return []
    return minimal([i for i in items if i.axiom], lambda held: breaks(stated + list(held))) + stated
