"""SPARQL queries over a store, answered as text in the format that the asker wants."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from kg import syntax
from kg.errors import QueryError
from kg.namespaces import PREFIXES

# by short name: media type of a SELECT or ASK answer, or of a CONSTRUCT or DESCRIBE answer
RESULTS = {"json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML, "csv": ox.QueryResultsFormat.CSV,
           "tsv": ox.QueryResultsFormat.TSV}
GRAPHS = {"turtle": ox.RdfFormat.TURTLE, "ntriples": ox.RdfFormat.N_TRIPLES, "jsonld": ox.RdfFormat.JSON_LD, "rdfxml": ox.RdfFormat.RDF_XML}


@dataclass(frozen=True, slots=True)
class Answer:
    """A serialized answer with its media type."""

    body: bytes
    media_type: str


def run(store: ox.Store, text: str, *, place: str = "query", default_graphs: list[str] | None = None,
        named_graphs: list[str] | None = None, union: bool = True, base: str | None = None) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    """Evaluate a query over the union of the graphs (without `union`: over the unnamed one and the named ones apart), or over
    those named; QueryError has line and column."""
    dataset: dict[str, object] = {"use_default_graph_as_union": union}
    if default_graphs or named_graphs:
        dataset = {"default_graph": [ox.NamedNode(g) for g in default_graphs or []], "named_graphs": [ox.NamedNode(g) for g in named_graphs or []]}
    try:
        return store.query(text, base_iri=base, prefixes=PREFIXES, **dataset)
    except SyntaxError as error:
        raise not_parsed(error, text, place) from error
    except (OSError, ValueError, RuntimeError) as error:
        raise QueryError(f"could not be evaluated: {error}", place=place) from error


def not_parsed(error: SyntaxError, text: str, place: str) -> QueryError:
    """What Oxigraph says of a text that does not parse, with its place."""
    fault = syntax.read(str(error.msg), text)
    where, what = (f"{place}:{fault.line}:{fault.column}", fault.reason) if fault else (place, error.msg)
    return QueryError(f"does not parse: {what}", place=where, hint="SPARQL 1.1 is taken")


def is_graph(result: object) -> bool:
    """True for the result of a CONSTRUCT or DESCRIBE query."""
    return not isinstance(result, ox.QuerySolutions | ox.QueryBoolean)


def serialize(result: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, form: str, place: str = "query") -> Answer:
    """The answer in a format of RESULTS (SELECT, ASK) or GRAPHS (CONSTRUCT, DESCRIBE); QueryError where the two do not fit."""
    graph = is_graph(result)
    formats = GRAPHS if graph else RESULTS
    if form not in formats:
        kind = "a graph" if graph else "a boolean" if isinstance(result, ox.QueryBoolean) else "a table"
        raise QueryError(f"{form} cannot hold {kind}", place=place, hint="use " + ", ".join(formats))
    chosen = formats[form]
    try:
        if graph:
            return Answer(ox.serialize(result, format=chosen, prefixes=PREFIXES if form == "turtle" else None), chosen.media_type)
        return Answer(result.serialize(format=chosen), chosen.media_type)
    except (OSError, ValueError, RuntimeError) as error:
        raise QueryError(f"could not be evaluated: {error}", place=place) from error
