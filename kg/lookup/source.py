"""Where rows come from: anything that answers a SELECT query over the union of a dataset's graphs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import pyoxigraph as ox

from kg.errors import StoreError
from kg.namespaces import PREFIXES

Term = ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple
Row = tuple[Term | None, ...]
Value = str | ox.NamedNode | ox.Literal | Iterable[str | ox.NamedNode | ox.Literal]

_PARAMETER = re.compile(r"\$(\w+)")


class Source(Protocol):
    """What lookups need of a store, here or elsewhere."""

    def select(self, query: str, bindings: Mapping[str, Value] | None = None) -> list[Row]:
        """Rows of a SELECT query in the order of its variables; `$name` in its text stands for the binding of that name.

        A string is an IRI. Several values become a list of terms, for VALUES and IN.
        """

    def properties(self, iris: Sequence[str]) -> Iterable[tuple[str, str, Term]]:
        """What the dataset says of some nodes: node, property, value, some perhaps more than once."""


class StoreSource:
    """Rows from an Oxigraph store in this process, or from what answers queries as one does; safe from any thread, since results
    are read where they are made."""

    def __init__(self, store: ox.Store) -> None:
        self.store = store

    def select(self, query: str, bindings: Mapping[str, Value] | None = None) -> list[Row]:
        """See Source."""
        answer = None
        try:
            answer = self.store.query(bound(query, bindings or {}), prefixes=PREFIXES, use_default_graph_as_union=True)
            return [tuple(row) for row in answer]  # type: ignore[arg-type,union-attr]
        except (OSError, RuntimeError) as error:
            reason = str(error)
        # neither the result nor a traceback that holds it may reach another thread: Oxigraph would end the process
        del answer
        raise StoreError(f"could not be read: {reason}")


    def properties(self, iris: Sequence[str]) -> Iterable[tuple[str, str, Term]]:
        """See Source."""
        if isinstance(self.store, ox.Store):
            return self._walked(iris)
        return [(subject.value, name.value, value) for some in batches(iris)  # type: ignore[union-attr,misc]
                for subject, name, value in self.select("SELECT ?s ?p ?o WHERE { VALUES ?s { $some } ?s ?p ?o }", {"some": some})]

    def _walked(self, iris: Sequence[str]) -> list[tuple[str, str, Term]]:
        """Read without a query, in half the time."""
        try:
            return [(iri, found.predicate.value, found.object) for iri in iris for found in self.store.quads_for_pattern(ox.NamedNode(iri), None, None)]
        except (OSError, RuntimeError) as error:
            reason = str(error)
        raise StoreError(f"could not be read: {reason}")


def bound(query: str, bindings: Mapping[str, Value], separator: str = " ") -> str:
    """The query with its parameters in place.

    >>> bound("SELECT ?x WHERE { VALUES ?s { $things } ?s ?p ?x }", {"things": ["http://a/1", "http://a/2"]})
    'SELECT ?x WHERE { VALUES ?s { <http://a/1> <http://a/2> } ?s ?p ?x }'
    """
    return _PARAMETER.sub(lambda found: _rendered(bindings[found[1]], separator), query) if bindings else query


def _rendered(value: Value, separator: str) -> str:
    if isinstance(value, str):
        return str(ox.NamedNode(value))
    if isinstance(value, (ox.NamedNode, ox.Literal)):
        return str(value)
    return separator.join(_rendered(v, separator) for v in value)


def batches(values: Sequence[str], size: int = 400) -> Iterable[Sequence[str]]:
    """The values in stretches that a query can hold."""
    for start in range(0, len(values), size):
        yield values[start:start + size]
