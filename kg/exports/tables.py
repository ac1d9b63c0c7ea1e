"""Flat tables for people without RDF: claims, salaries, requirements, facts, as CSV or Parquet (which needs the extra `tables`)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass

from kg.errors import MissingPartError, StoreError
from kg.exports import TABLES
from kg.lookup import Catalog, Filter, plain
from kg.lookup.claims import TYPES
from kg.lookup.models import Passage, Ref

_EVERY = 10_000_000


def rows(catalog: Catalog, name: str) -> list[dict[str, object]]:
    """The rows of a table, in stable order; StoreError for an unknown name."""
    if name == "requirements":
        roles = catalog.things("roles", limit=_EVERY).items
        return [{"role": role.label, "role_iri": role.iri, **dict(cells(one))} for role in sorted(roles, key=lambda r: (r.label, r.iri))
                for one in catalog.requirements(role.iri, mentioned=True)]
    if name == "facts":
        return [dict(cells(one)) for one in catalog.facts(limit=_EVERY).items]
    if name not in TABLES:
        raise StoreError("there is no such table", place=name, hint="one of: " + ", ".join(TABLES))
    chosen = Filter(type=TYPES.get(name, ""))
    return [{**dict(cells(claim)), **_place(claim.evidence)} for claim in catalog.claims(chosen, limit=_EVERY).items]


def columns(table: Iterable[dict[str, object]]) -> list[str]:
    """Names of all columns, in the order in which rows first have them."""
    return list(dict.fromkeys(name for row in table for name in row))


def as_csv(table: Sequence[dict[str, object]], names: Sequence[str] = ()) -> bytes:
    """A table as CSV (RFC 4180, UTF-8); `names` chooses columns, things with their IRIs."""
    chosen = [c for c in columns(table) if not names or c in names or c.removesuffix("_iri") in names]
    out = io.StringIO()
    writer = csv.DictWriter(out, chosen, restval="", extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({k: "" if v is None else str(v).lower() if isinstance(v, bool) else v for k, v in row.items()} for row in table)
    return out.getvalue().encode()


def as_parquet(table: Sequence[dict[str, object]]) -> bytes:
    """A table as Parquet, columns typed: texts, numbers, truths; MissingPartError without PyArrow."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingPartError("Parquet needs PyArrow", hint="pip install 'rolegraph[tables]', or use csv") from error
    arrays = {}
    for name in columns(table):
        values = [row.get(name) for row in table]
        kinds = {type(v) for v in values if v is not None}
        kind = pyarrow.bool_() if kinds == {bool} else pyarrow.int64() if kinds == {int} else pyarrow.float64() if kinds and kinds <= {int, float} else None
        arrays[name] = pyarrow.array([None if v is None else v if kind else str(v) for v in values], kind or pyarrow.string())
    out = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(arrays), out, compression="zstd", version="2.6")
    return out.getvalue()


def cells(item: object, prefix: str = "") -> Iterator[tuple[str, object]]:
    """Column and value of each field: a thing by its label, with its IRI in a column beside; several values joined by " | "."""
    for f in fields(item):  # type: ignore[arg-type]
        name, value = prefix + f.name, getattr(item, f.name)
        if isinstance(value, Ref):
            yield name, value.label
            yield name + "_iri", value.iri
        elif isinstance(value, Passage):
            yield name, value.quote
        elif isinstance(value, tuple):
            yield name, " | ".join(_word(v) for v in value)
        elif is_dataclass(value):
            yield from cells(value, name + "_")
        else:
            yield name, value


def _place(evidence: Sequence[Passage]) -> dict[str, object]:
    first = evidence[0] if evidence else None
    return {"section": first.section_path if first else "", "begin": first.begin if first else None, "end": first.end if first else None}


def _word(value: object) -> str:
    if isinstance(value, Passage):
        return value.quote
    for name in ("label", "thing", "iri", "claim"):
        found = getattr(value, name, None)
        if found is not None:
            return found if isinstance(found, str) else _word(found)
    return json.dumps(plain(value), ensure_ascii=False) if is_dataclass(value) else str(value)
