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

from kg.consolidate import rules, slices, statements
from kg.grouping.groups import Group
from kg.namespaces import RG, Minter, digest
from kg.nquads import of_triples

# class and words of a statement
Text = tuple[str, str]
# N-Quads lines by bucket
Buckets = dict[int, bytes]
_PROPOSES, _STATED = (f" <{RG}{name}> ".encode() for name in ("proposes", "statementClass"))


@dataclass(frozen=True, slots=True)
class Common:
    """What a function is told beside the lines: base of IRIs, number of buckets, and what else, in bytes; `mark` stands for all."""

    mark: str
    base: str
    buckets: int = 1
    content: bytes = field(default=b"", compare=False)


def examined(data: bytes, common: Common) -> tuple[Counter[Text], Buckets]:
    """How often each text is stated, and the lines of proposals by bucket of their term."""
    stated, proposed = [], defaultdict(list)
    for lines in _subjects(data):
        if any(_STATED in line for line in lines):
            stated += lines
        for line in lines:
            if _PROPOSES in line:
                proposed[_bucket(line.split(b" ", 3)[2].decode()[1:-1], common.buckets)] += lines
    found = statements.rows_of(ox.parse(b"".join(stated), ox.RdfFormat.N_QUADS))
    counts = Counter((kind, text) for _, kind, text in set(statements.plain(found)))
    return counts, {bucket: b"".join(lines) for bucket, lines in proposed.items()}


def sliced(data: bytes, common: Common) -> tuple[bytes, Buckets]:
    """Lines of graph/facts that statements make, and the slices of claims by bucket of their subject. `content` is the pickled
    group of each text."""
    store, minter = ox.Store(), Minter(common.base)
    store.bulk_load(data, ox.RdfFormat.N_QUADS)
    graph = ox.NamedNode(minter.graph("facts"))
    found, groups = statements.rows(store), _groups(common)
    by_statement = {statement: groups[kind, text] for statement, kind, text in statements.plain(found)}
    made = rules.add(store, graph, statements.triples(found, statements.ends(store), minter, by_statement))
    keyed: dict[int, set[ox.NamedNode]] = defaultdict(set)
    for quad in store.quads_for_pattern(None, slices.A, slices.CLAIM):
        for subject in slices.subjects_of(store, quad.subject):
            keyed[_bucket(_key(subject), common.buckets)].add(quad.subject)
    out = {bucket: _lines(slices.of_claims(store, claims)) for bucket, claims in keyed.items()}
    return "".join(of_triples(made, graph.value)).encode(), out


def derived(data: bytes, common: Common) -> bytes:
    """Lines of graph/facts that the rules make of slices. `content` are the lines of all that is known beside documents."""
    ground, minter = _ground(common), Minter(common.base)
    graph = ox.NamedNode(minter.graph("facts"))
    new = [q for q in set(ox.parse(data, ox.RdfFormat.N_QUADS)) if q not in ground]
    ground.extend(new)
    made = rules.apply(ground, minter)
    for quad in (*new, *(ox.Quad(t.subject, t.predicate, t.object, graph) for t in made)):
        ground.remove(quad)
    return "".join(of_triples(made, graph.value)).encode()


def _subjects(data: bytes) -> Iterable[list[bytes]]:
    """Sorted lines, those of one subject together."""
    lines: list[bytes] = []
    last = b""
    for line in data.split(b"\n"):
        subject = line.partition(b" ")[0]
        if subject != last and lines:
            yield lines
            lines = []
        if line:
            lines.append(line + b"\n")
        last = subject
    if lines:
        yield lines


def _key(subject: slices.Subject) -> str:
    return " ".join(map(str, subject)) if isinstance(subject, tuple) else subject.value


def _bucket(key: str, buckets: int) -> int:
    return int(digest(key)[:12], 16) % buckets


def _lines(quads: Iterable[ox.Quad]) -> bytes:
    return ox.serialize(quads, format=ox.RdfFormat.N_QUADS)


@lru_cache(maxsize=1)
def _groups(common: Common) -> Mapping[Text, Group]:
    return pickle.loads(common.content)


@lru_cache(maxsize=1)
def _ground(common: Common) -> ox.Store:
    store = ox.Store()
    store.bulk_load(common.content, ox.RdfFormat.N_QUADS)
    return store
