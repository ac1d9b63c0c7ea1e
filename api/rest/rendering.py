"""Answers as bytes: JSON, CSV, Turtle, JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass

import orjson
import pyoxigraph as ox

from kg import export
from kg.exports import tables
from kg.exports.jsonld import compacted
from kg.lookup import Catalog, plain
from kg.lookup.answers import Comparison, DocumentText, Evidence, RoleProfile, Way
from kg.lookup.models import Page, Ref

JSON, CSV, TURTLE, JSONLD = "application/json", "text/csv", "text/turtle", "application/ld+json"


def as_json(value: object, names: Sequence[str] = ()) -> bytes:
    """The answer, or the named fields of it (of its items, for a page)."""
    if not names:
        return _written(value)
    data = plain(value)
    return _written({**data, "items": [_only(item, names) for item in data["items"]]} if isinstance(value, Page) else (  # type: ignore[index,dict-item]
        [_only(item, names) for item in data] if isinstance(data, list) else _only(data, names)))


def _written(value: object) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:
        # a whole number of more than 64 bits
        return json.dumps(plain(value), ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def as_csv(value: object, names: Sequence[str] = ()) -> bytes:
    """One row an item, or what of the answer is a table."""
    return tables.as_csv([{**first, **dict(tables.cells(item))} for first, item in _rows(value)], names)


def as_turtle(value: object, catalog: Catalog) -> bytes:
    """What the graph says of everything that the answer tells of."""
    return turtle_of(triples_of(value, catalog), catalog)


def as_jsonld(value: object, catalog: Catalog) -> bytes:
    """The same, compacted with the versioned context, which is in it: nobody has to fetch anything."""
    return jsonld_of(triples_of(value, catalog))


def turtle_of(triples: list[ox.Triple], catalog: Catalog) -> bytes:
    """Triples as Turtle."""
    return export.turtle(triples, catalog.graph.base)


def jsonld_of(triples: list[ox.Triple]) -> bytes:
    """Triples as compacted JSON-LD."""
    return json.dumps(compacted(triples), ensure_ascii=False, separators=(",", ":")).encode()


def triples_of(value: object, catalog: Catalog, further: Sequence[str] = ()) -> list[ox.Triple]:
    """What the graph says of everything that an answer tells of, and of further nodes."""
    nodes = catalog.graph.nodes([*_subjects(value), *further])
    return [ox.Triple(ox.NamedNode(iri), ox.NamedNode(name), term)  # type: ignore[arg-type]
            for iri in sorted(nodes) for name, values in sorted(nodes[iri].items()) for term in values]


def _only(item: object, names: Sequence[str]) -> object:
    return {name: item[name] for name in names if name in item} if isinstance(item, dict) else item


def _rows(value: object) -> Iterator[tuple[dict[str, str], object]]:
    """What an answer's table tells row by row, with cells that come before an item's own."""
    if isinstance(value, Comparison):
        for change in ("added", "dropped"):
            yield from (({"change": change}, item) for item in getattr(value, change))
        yield from (({"change": "shared"}, both.goal) for both in value.shared)
        return
    name = next((name for kind, name in _TABLES if isinstance(value, kind)), "")
    items = getattr(value, name) if name else value if isinstance(value, (tuple, list)) else (value,)
    yield from (({}, item) for item in items)


_TABLES = ((Page, "items"), (RoleProfile, "requirements"), (Way, "steps"), (DocumentText, "passages"), (Evidence, "passages"))


def _subjects(value: object) -> Iterator[str]:
    """IRIs of what an answer tells of; what it merely points at is left out."""
    if isinstance(value, tuple):
        for one in value:
            yield from _subjects(one)
    elif is_dataclass(value):
        iri = getattr(value, "iri", "")
        if iri and type(value) is not Ref:
            yield iri
        if hasattr(value, "claims") and all(isinstance(c, str) for c in value.claims):
            yield from value.claims
        for f in fields(value):
            yield from _subjects(getattr(value, f.name))
