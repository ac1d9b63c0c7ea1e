"""From a node of the graph to the sentences that it rests on: the passage's words, document, section and offsets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.namespaces import DCTERMS, NIF, RG

_ANCHOR, _BEGIN, _END = (ox.NamedNode(NIF + name) for name in ("anchorOf", "beginIndex", "endIndex"))
_DOCUMENT, _EVIDENCE, _PASSAGE, _PATH, _PROPOSES, _REFERS = (
    ox.NamedNode(RG + name) for name in ("document", "evidence", "passage", "sectionPath", "proposes", "refersTo"))
_CLAIMS = (ox.NamedNode(RG + "derivedFrom"), ox.NamedNode(RG + "member"))
_IDENTIFIER = ox.NamedNode(DCTERMS + "identifier")


@dataclass(frozen=True, slots=True, order=True)
class Sentence:
    """The words of a passage or mention; `begin` and `end` count code points of the document."""

    document: str
    begin: int
    end: int
    section: str
    quote: str

    def __str__(self) -> str:
        where = f"{self.document}, {self.section}" if self.section else self.document
        return f'{where}, {self.begin}-{self.end}: "{self.quote}"'


def sentences(store: ox.Store, nodes: Iterable[ox.NamedNode]) -> dict[ox.NamedNode, tuple[Sentence, ...]]:
    """Sentences that each node rests on, in order of the text; nodes without any are left out. Looked up by the store's indexes."""
    found = {node: tuple(sorted({told for passage in _passages(store, node) for told in _told(store, passage)}))
             for node in sorted(set(nodes), key=str)}
    return {node: told for node, told in found.items() if told}


def _passages(store: ox.Store, node: ox.NamedNode) -> set[ox.NamedNode]:
    """The passages that state a node: itself, its evidence, a mention's passage, the evidence of the claims that a fact or a conflict is
    made of, the passages of the mentions of a proposed term."""
    passages = {node, *_objects(store, node, _EVIDENCE), *_objects(store, node, _PASSAGE)}
    for claim in (c for name in _CLAIMS for c in _objects(store, node, name)):
        passages |= _objects(store, claim, _EVIDENCE)
    for term in _objects(store, node, _PROPOSES):
        own = _objects(store, node, _DOCUMENT)
        for mention in {q.subject for q in store.quads_for_pattern(None, _REFERS, term)}:
            if own & _objects(store, mention, _DOCUMENT):
                passages |= _objects(store, mention, _PASSAGE)
    return passages


def _told(store: ox.Store, passage: ox.NamedNode) -> Iterator[Sentence]:
    quotes = _objects(store, passage, _ANCHOR)
    if not quotes:
        return
    documents = {i.value for document in _objects(store, passage, _DOCUMENT) for i in _objects(store, document, _IDENTIFIER)}
    begin, end = (min(map(_number, _objects(store, passage, name)), default=-1) for name in (_BEGIN, _END))
    sections = {s.value for s in _objects(store, passage, _PATH)} or {""}
    if min(begin, end) < 0:
        begin = end = -1
    yield from (Sentence(document, begin, end, section, quote.value) for document in documents for section in sections for quote in quotes)


def _objects(store: ox.Store, node: ox.NamedNode, name: ox.NamedNode) -> set[ox.NamedNode | ox.Literal]:
    return {q.object for q in store.quads_for_pattern(node, name, None)}


def _number(value: ox.Literal) -> int:
    """A count of code points; -1 where a graph holds something else."""
    return int(value.value) if isinstance(value, ox.Literal) and value.value.isdecimal() else -1
