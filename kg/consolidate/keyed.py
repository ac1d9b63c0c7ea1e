"""Consolidation by key: what one worker makes of some documents' lines, and of the claims of some subjects.

    examined   of documents' lines: how often each text is stated, and the proposals of terms, by term
    sliced     the same lines with the individuals that their statements express: the slices of the claims, by subject
    derived    of slices whose subjects are complete: what the rules make of them

Each is a function of bytes alone, so it does not matter which process or machine runs it, or how often.
"""

from __future__ import annotations

import pickle
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import pyoxigraph as ox

from kg.consolidate import cut, rules, statements
from kg.grouping.groups import Group
from kg.namespaces import RDF, RG, Minter, digest
from kg.nquads import of_triples

# class and words of a statement
Text = tuple[str, str]
# lines by bucket
Buckets = dict[int, bytes]
_A, _FACT = ox.NamedNode(RDF + "type"), ox.NamedNode(RG + "Fact")
_DERIVED, _DOCUMENT, _STATED_IN = (ox.NamedNode(RG + name) for name in ("derivedFrom", "document", "statedIn"))


@dataclass(frozen=True, slots=True)
class Common:
    """What a function is told beside the lines: base of IRIs, number of buckets, and what else, in bytes; `mark` stands for all."""

    mark: str
    base: str
    buckets: int = 1
    content: bytes = field(default=b"", compare=False)


def examined(data: bytes, common: Common) -> tuple[Counter[Text], Buckets]:
    """How often each text is stated, and what is said of proposals by bucket of their term."""
    about = cut.read(data)
    proposed: dict[int, list[bytes]] = defaultdict(list)
    for subject, pairs in about.items():
        for name, term in pairs:
            if name == cut.PROPOSES:
                proposed[_bucket(term.decode(), common.buckets)].append(subject)
    counts = Counter((kind, text) for _, kind, text in set(statements.plain(cut.rows(about))))
    return counts, {bucket: cut.written(about, subjects) for bucket, subjects in proposed.items()}


def sliced(data: bytes, common: Common) -> tuple[bytes, Buckets]:
    """Lines of graph/facts that statements make, and the slices of claims by bucket of their subject. `content` is the pickled
    group of each text."""
    minter, about, groups = Minter(common.base), cut.read(data), _groups(common)
    found = cut.rows(about)
    by_statement = {statement: groups[kind, text] for statement, kind, text in statements.plain(found)}
    triples = statements.triples(found, cut.ends(about), minter, by_statement)
    made = "".join(line for line in of_triples(triples, minter.graph("facts")) if not cut.says(about, line)).encode()
    cutter = cut.Cutter.of(about, cut.read(made))
    keyed: dict[int, list[bytes]] = defaultdict(list)
    for claim, keys in cutter.claims().items():
        for bucket in {_bucket(key, common.buckets) for key in keys}:
            keyed[bucket].append(claim)
    return made, {bucket: cutter.slice(claims) for bucket, claims in keyed.items()}


def derived(data: bytes, common: Common) -> tuple[bytes, bytes]:
    """Lines of graph/facts that the rules make of slices, and lines of graph/inferred: the documents that facts are stated in.
    `content` are the lines of all that is known beside documents."""
    store, minter = ox.Store(), Minter(common.base)
    store.bulk_load(common.content, ox.RdfFormat.N_QUADS)
    store.bulk_load(data, ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(minter.graph("slices")))
    made = rules.apply(store, minter)
    return tuple("".join(of_triples(triples, minter.graph(name))).encode() for name, triples in (("facts", made), ("inferred", _stated_in(store, made))))


def _stated_in(store: ox.Store, made: Iterable[ox.Triple]) -> Iterable[ox.Triple]:
    """The documents of facts' claims, as `kg.reason.stated_in` finds them."""
    facts = {t.subject for t in made if t.predicate == _A and t.object == _FACT}
    for t in made:
        if t.predicate == _DERIVED and t.subject in facts:
            yield from (ox.Triple(t.subject, _STATED_IN, q.object) for q in store.quads_for_pattern(t.object, _DOCUMENT, None))


def known(lines: Iterable[str]) -> bytes:
    """Of lines of ontology, vocabulary and mappings those that can matter to a rule."""
    return "".join(line for line in lines if cut.worth(line)).encode()


def _bucket(key: str, buckets: int) -> int:
    return int(digest(key)[:12], 16) % buckets


@lru_cache(maxsize=1)
def _groups(common: Common) -> Mapping[Text, Group]:
    return pickle.loads(common.content)
