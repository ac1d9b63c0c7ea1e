"""Queries put so that a server that cuts long answers gives whole ones: SELECT as pages, CONSTRUCT as a SELECT and its template."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kg.admission import Token, tokens

# solutions that are made triples of at once
_AT_ONCE = 2000
_NODE = "urn:rolegraph:node:"
_SLICES = ("LIMIT", "OFFSET")
_VARIABLE = re.compile(r"[?$](\w+)$")


def pages(query: str, names: Sequence[str], size: int) -> Iterator[tuple[str, int]]:
    """Query after query with the rows that it can hold at most, `size` or fewer; whoever asks stops after one that is not full.

    The query is put into another, sorted by all its variables (`names`): pages of rows in no order could overlap, and some servers
    overlook LIMIT and OFFSET outside a subquery that is not sorted. It begins with SELECT: prologue and FROM are the caller's.
    """
    inner, first, most = _unsliced(query, names)
    wanted, offset = " ".join(f"?{name}" for name in names), 0
    while most is None or offset < most:
        rows = size if most is None else min(size, most - offset)
        yield f"SELECT {wanted} WHERE {{ {{ {inner}\n }} }} LIMIT {rows} OFFSET {first + offset}", rows
        offset += rows


def _unsliced(query: str, names: Sequence[str]) -> tuple[str, int, int | None]:
    """The query sorted by all variables after its own order, without LIMIT and OFFSET; the OFFSET and the LIMIT it had."""
    top = [t for t in tokens(query) if not t.depth]
    slices = [i for i, t in enumerate(top[:-1]) if t.text.upper() in _SLICES and top[i + 1].text.isdigit()]
    values = {top[i].text.upper(): int(top[i + 1].text) for i in slices}
    order = " ".join(f"?{name}" for name in names)
    if order and not any(t.text.upper() == "ORDER" for t in top):
        order = f"ORDER BY {order}"
    # a last VALUES comes after the order
    end = next((t.offset for t in top if t.text.upper() == "VALUES"), len(query))
    out = f"{query[:end]}\n{order} {query[end:]}"
    for i in reversed(slices):
        out = out[:top[i].offset] + out[_end(top[i + 1]):]
    return out, values.get("OFFSET", 0), values.get("LIMIT")


@dataclass(frozen=True, slots=True)
class Construct:
    """A CONSTRUCT query in two: the solutions it is made of, and what is made of each."""

    select: str
    template: str
    names: tuple[str, ...]


def construct(query: str) -> Construct | None:
    """A CONSTRUCT query (its prologue included) in two; None where it is none, or has FROM or a form that is not taken apart."""
    found = list(tokens(query))
    top = [t for t in found if not t.depth]
    begin = next((i for i, t in enumerate(top) if t.text.upper() == "CONSTRUCT"), None)
    if begin is None or any(t.text.upper() == "FROM" for t in top):
        return None
    braces = [t for t in top[begin:] if t.text in "{}"]
    short = top[begin + 1].text.upper() == "WHERE"
    if len(braces) < (2 if short else 4):
        return None
    template = query[braces[0].offset:_end(braces[1])]
    named = (_VARIABLE.match(t.text) for t in found if braces[0].offset < t.offset < braces[1].offset)
    names = tuple(dict.fromkeys(m[1] for m in named if m))
    head = " ".join(f"?{name}" for name in names) or "(1 AS ?one)"
    rest = query[braces[0].offset:] if short else query[braces[2].offset:]
    return Construct(f"{query[:top[begin].offset]}SELECT {head} WHERE {rest}", template, names or ("one",))


def made(parts: Construct, head: str, solutions: Iterable[ox.QuerySolution]) -> Iterator[ox.Triple]:
    """The triples of a CONSTRUCT query, made here of its solutions: some servers cut long graphs without a word."""
    rows, empty = ["(" + " ".join(_value(row[name]) for name in parts.names) + ")" for row in solutions], ox.Store()
    prologue, names, seen = head + parts.select[:parts.select.index("SELECT ")], " ".join(f"?{name}" for name in parts.names), set()
    for begin in range(0, len(rows), _AT_ONCE):
        text = f"{prologue}CONSTRUCT {parts.template} WHERE {{ VALUES ({names}) {{ {' '.join(rows[begin:begin + _AT_ONCE])} }} }}"
        for triple in empty.query(text):  # type: ignore[union-attr]
            subject, predicate, value = (_blank(term) for term in triple)  # type: ignore[union-attr]
            if not isinstance(predicate, ox.BlankNode) and (subject, predicate, value) not in seen:
                seen.add((subject, predicate, value))
                yield ox.Triple(subject, predicate, value)  # type: ignore[arg-type]


def _value(term: object) -> str:
    """A term as VALUES takes it: blank nodes as IRIs of their own."""
    return "UNDEF" if term is None else f"<{_NODE}{term.value}>" if isinstance(term, ox.BlankNode) else str(term)


def _blank(term: object) -> object:
    return ox.BlankNode(term.value.removeprefix(_NODE)) if isinstance(term, ox.NamedNode) and term.value.startswith(_NODE) else term


def _end(token: Token) -> int:
    return token.offset + len(token.text)
