"""Statements of all documents that say the same thing become one individual, which the claims about them then name."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter

import pyoxigraph as ox

from kg.grouping.groups import Group, Statement
from kg.namespaces import NIF, RDF, RG, SKOS, Minter

_ROWS = f"""
PREFIX rg: <{RG}> PREFIX nif: <{NIF}>
SELECT ?statement ?class ?text ?passage WHERE {{
  ?statement a rg:Statement ; rg:statementClass ?class ; nif:anchorOf ?text ; rg:passage ?passage }}"""
# properties of a claim that name a statement of its document, and what they come to
ENDS = {RG + "subjectStatement": RG + "subject", RG + "objectStatement": RG + "object"}
# what an individual says of itself, beside the facts about it
WORDING = ox.NamedNode(RG + "wording")
EVIDENCE = ox.NamedNode(RG + "evidence")
OWN = (*(ox.NamedNode(name) for name in (RDF + "type", SKOS + "prefLabel", SKOS + "notation")), WORDING, EVIDENCE)
EXPRESSES = ox.NamedNode(RG + "expresses")
ANCHOR, PASSAGE = ox.NamedNode(NIF + "anchorOf"), ox.NamedNode(RG + "passage")
_A, _STATEMENT, CLASS = ox.NamedNode(RDF + "type"), ox.NamedNode(RG + "Statement"), ox.NamedNode(RG + "statementClass")


@dataclass(frozen=True, slots=True)
class Row:
    """A statement of a document (IRI): its class (IRI), its words, its passage (IRI)."""

    statement: str
    cls: str
    text: str
    passage: str


def rows(store: ox.Store) -> list[Row]:
    """Every statement of a store, in order."""
    # as text: tens of thousands of rows take a tenth of the time that they take as terms
    written = store.query(_ROWS, use_default_graph_as_union=True).serialize(format=ox.QueryResultsFormat.CSV).decode()
    _, *found = csv.reader(io.StringIO(written, newline=""))
    return sorted((Row(*row) for row in found), key=attrgetter("statement"))


def row_of(store: ox.Store, node: ox.NamedNode | ox.BlankNode) -> Row | None:
    """One statement of a store; None for what is none."""
    if next(store.quads_for_pattern(node, _A, _STATEMENT), None) is None:
        return None
    values = [next((q.object.value for q in store.quads_for_pattern(node, name, None)), None) for name in (CLASS, ANCHOR, PASSAGE)]
    return None if None in values else Row(node.value, *values)


def stating(store: ox.Store, cls: str, text: str) -> Iterator[ox.NamedNode]:
    """Statements of a class with this text."""
    for (node,) in store.query(f"SELECT ?node WHERE {{ {_stating(cls, text)} }}", use_default_graph_as_union=True):
        yield node


def number(store: ox.Store, cls: str, text: str) -> int:
    """How many they are."""
    (row,) = store.query(f"SELECT (COUNT(*) AS ?number) WHERE {{ {_stating(cls, text)} }}", use_default_graph_as_union=True)
    return int(row[0].value)


def _stating(cls: str, text: str) -> str:
    return f"?node {ANCHOR} {ox.Literal(text)} ; {CLASS} <{cls}>"


def texts(store: ox.Store, cls: str, graph: ox.NamedNode) -> set[str]:
    """The different texts of all statements of a class, by what `graph` says of their individuals."""
    asked = f"SELECT DISTINCT ?text WHERE {{ GRAPH {graph} {{ ?node a <{cls}> ; {WORDING} ?text }} }}"
    written = store.query(asked).serialize(format=ox.QueryResultsFormat.CSV).decode()
    _, *found = csv.reader(io.StringIO(written, newline=""))
    return {text for text, in found}


def ends(store: ox.Store, statements: Iterable[ox.NamedNode] | None = None) -> Iterator[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode]]:
    """Claim, property and statement where a claim is about a statement of its document; of all statements or of some."""
    for stated, end in ENDS.items():
        for statement in (None,) if statements is None else statements:
            for quad in store.quads_for_pattern(None, ox.NamedNode(stated), statement):
                yield quad.subject, ox.NamedNode(end), quad.object


def plain(found: Iterable[Row]) -> list[Statement]:
    """Statements as they are grouped: identifier, kind, text."""
    return [(r.statement, r.cls.removeprefix(RG), r.text) for r in found]


def individual(row: Row, groups: Mapping[str, Group], minter: Minter) -> ox.NamedNode:
    """What a statement expresses."""
    return ox.NamedNode(minter.concept(row.cls.removeprefix(RG).lower(), groups[row.statement].name))


def triples(found: list[Row], claims: Iterable[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode]], minter: Minter,
            groups: Mapping[str, Group]) -> list[ox.Triple]:
    """The individuals with all wordings and passages, what each statement expresses, and the claims' ends; `groups` is by statement."""
    nodes = {row.statement: individual(row, groups, minter) for row in found}
    made = [t for row in found for t in described(row, nodes[row.statement], groups[row.statement])]
    return made + [ox.Triple(claim, end, nodes[statement.value]) for claim, end, statement in claims]


def described(row: Row, node: ox.NamedNode, found: Group) -> Iterator[ox.Triple]:
    """What one statement brings to its individual."""
    values = (ox.NamedNode(row.cls), ox.Literal(found.label), ox.Literal(found.name), ox.Literal(row.text), ox.NamedNode(row.passage))
    yield from (ox.Triple(node, name, value) for name, value in zip(OWN, values, strict=True))
    yield ox.Triple(ox.NamedNode(row.statement), EXPRESSES, node)
