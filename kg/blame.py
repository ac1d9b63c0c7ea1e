"""Which documents a Violation leads to, so that the others can be published without them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.namespaces import RG, SH
from kg.shacl.graph import short

if TYPE_CHECKING:
    from kg.shacl import Result
    from kg.shacl.terms import Term
    from kg.validate import Findings

_CLAIMS = tuple(ox.NamedNode(RG + name) for name in ("derivedFrom", "member"))
_PROPOSES = ox.NamedNode(RG + "proposes")
_DOCUMENT = "/graph/document/"
# severities that do not keep a graph from being published
_MILD = (SH + "Warning", SH + "Info")
HINT = "change the document, the vocabulary or the shape; violating_share 0 stops the build instead"


def accused(store: ox.Store, findings: Findings) -> dict[str, str]:
    """By graph of a document, why it is to be left out: its Violations in words. What leads to no document is not here."""
    found: dict[str, list[Result]] = {}
    known: dict[Term, frozenset[str]] = {}
    for result in findings.results:
        if result.severity not in _MILD:
            for graph in _graphs(store, result.focus, known) or _graphs(store, result.value, known):
                found.setdefault(graph, []).append(result)
    return {graph: _reason(findings, results) for graph, results in sorted(found.items())}


def _graphs(store: ox.Store, node: Term | None, known: dict[Term, frozenset[str]]) -> frozenset[str]:
    if not isinstance(node, ox.NamedNode | ox.BlankNode):
        return frozenset()
    if node not in known:
        known[node] = frozenset(_described(store, node)) or frozenset(_made_of(store, node))
    return known[node]


def _described(store: ox.Store, node: Term) -> Iterator[str]:
    """Graphs of documents that describe a node."""
    graphs = {q.graph_name.value for q in store.quads_for_pattern(node, None, None) if isinstance(q.graph_name, ox.NamedNode)}
    yield from (graph for graph in graphs if _DOCUMENT in graph)


def _made_of(store: ox.Store, node: Term) -> Iterator[str]:
    """Graphs of the documents whose claims a fact or a conflict is made of, or that propose a term."""
    for name in _CLAIMS:
        for quad in store.quads_for_pattern(node, name, None):
            yield from _described(store, quad.object)
    for quad in store.quads_for_pattern(None, _PROPOSES, node):
        yield from _described(store, quad.subject)


def _reason(findings: Findings, results: list[Result]) -> str:
    """What the first Violation is, with its shape, place and sentence, and how many more there are."""
    first = results[0]
    shape = findings.shapes.get(first.shape)
    name = f'"{shape.name}"' if shape and shape.name else short(first.shape) if isinstance(first.shape, ox.NamedNode) else ""
    named = " ".join(part for part in (name, f"({shape.place})" if shape and shape.place else "") if part)
    said = "; ".join(str(sentence) for sentence in findings.sentences(first)[:1])
    shown = first.value.value if isinstance(first.value, ox.Literal) else short(first.value) if first.value is not None else ""
    value = f", value {shown}" if first.value is not None and first.value != first.focus else ""
    more = f", and {len(results) - 1:,} more" if len(results) > 1 else ""
    words = f"is left out: its graph breaks the shape {named}: {first.message} (at {short(first.focus)}{value})"
    return f"{words}{f' in {said}' if said else ''}{more} ({HINT})"
