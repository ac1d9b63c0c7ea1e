"""Exports: the dataset or some of its graphs as Turtle, TriG, N-Quads, N-Triples, RDF/XML or JSON-LD, in stable order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from kg.errors import StoreError
from kg.namespaces import PREFIXES, Minter

FORMATS = {
    "turtle": ox.RdfFormat.TURTLE, "trig": ox.RdfFormat.TRIG, "nquads": ox.RdfFormat.N_QUADS, "ntriples": ox.RdfFormat.N_TRIPLES,
    "rdfxml": ox.RdfFormat.RDF_XML, "jsonld": ox.RdfFormat.JSON_LD,
}
_HEAD = re.compile(rb"\A(?:@prefix [^\n]*\n)+")
# formats without named graphs get the union of the graphs, each triple once
TRIPLES_ONLY = frozenset(("turtle", "ntriples", "rdfxml"))


def graphs(store: ox.Store) -> list[str]:
    """IRIs of the store's named graphs, sorted."""
    return sorted(g.value for g in store.named_graphs() if isinstance(g, ox.NamedNode))


def chosen(store: ox.Store, names: Sequence[str], minter: Minter) -> list[str]:
    """IRIs of the graphs that are named, fully or shortly ("facts", "document/*"); all without names; StoreError for an unknown one."""
    known = graphs(store)
    if not names:
        return known
    found: list[str] = []
    for name in names:
        full = name if "://" in name else minter.graph(name)
        hits = [g for g in known if g == full or (full.endswith("*") and g.startswith(full[:-1]))]
        if not hits:
            short = ", ".join(g.removeprefix(minter.graph("")) for g in known)
            raise StoreError("no such graph", place=name, hint=f"one of: {short}")
        found += [g for g in hits if g not in found]
    return found


def quads(store: ox.Store, names: Iterable[str]) -> list[ox.Quad]:
    """The quads of the graphs; blank nodes get canonical names (RDFC-1.0), since a store names them anew each time it is opened."""
    found = [q for name in names for q in store.quads_for_pattern(None, None, None, ox.NamedNode(name))]
    blank = [q for q in found if isinstance(q.subject, ox.BlankNode) or isinstance(q.object, ox.BlankNode)]
    if not blank:
        return found
    renamed = ox.Dataset(blank)
    renamed.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    rest = set(blank)
    return [q for q in found if q not in rest] + list(renamed)


def serialize(store: ox.Store, form: str, names: Iterable[str], minter: Minter) -> bytes:
    """The graphs as one document in `form` (a key of FORMATS)."""
    found = quads(store, names)
    prefixes = {**PREFIXES, "id": minter.base}
    if form in TRIPLES_ONLY:
        triples = sorted({q.triple for q in found}, key=order)
        return turtle(triples, minter.base) if form == "turtle" else ox.serialize(triples, format=FORMATS[form])
    return _ordered(ox.serialize(sorted(found, key=_quad_key), format=FORMATS[form], prefixes=prefixes if form == "trig" else None))


def turtle(triples: Iterable[ox.Triple], base: str) -> bytes:
    """Triples as Turtle, in the order given."""
    return _ordered(ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes={**PREFIXES, "id": base}))


def _ordered(text: bytes) -> bytes:
    """The prefixes at the head of Turtle or TriG in alphabetical order: Oxigraph writes them in a new order each time."""
    head = len(text) - len(_HEAD.sub(b"", text, count=1))
    return b"".join(sorted(text[:head].splitlines(keepends=True))) + text[head:]


def order(triple: ox.Triple) -> tuple[str, str, str]:
    """What triples are sorted by."""
    return str(triple.subject), str(triple.predicate), str(triple.object)


def _quad_key(quad: ox.Quad) -> tuple[str, str, str, str]:
    return str(quad.graph_name), *order(quad.triple)
