"""Commands that answer from the published graph."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from kg import export as exports
from kg import settings as configuration
from kg.cli.shared import Output, Store, opened, read_text, reported, write
from kg.namespaces import Minter


class AnswerFormat(str, Enum):
    """Formats of a query's answer."""

    table = "table"
    csv = "csv"
    json = "json"
    xml = "xml"
    tsv = "tsv"
    turtle = "turtle"
    ntriples = "ntriples"
    jsonld = "jsonld"


ExportFormat = Enum("ExportFormat", {name: name for name in exports.FORMATS}, type=str)


@reported
def query(
    file: Annotated[str, typer.Argument(help="File with a SPARQL query; - reads standard input.")],
    store: Store = None,
    format: Annotated[AnswerFormat, typer.Option("--format", help="Format of the answer.")] = AnswerFormat.table,
    output: Output = None,
) -> None:
    """Answer a SPARQL 1.1 query from the published graph."""
    from kg import query as queries
    from kg.admission import admit
    from kg.report import answer_table
    text = read_text(file)
    chosen = configuration.load(store=store)
    place = "standard input" if file == "-" else file
    admit(text, max_bytes=chosen.max_query_bytes, max_nesting=chosen.max_nesting, place=place)
    result = queries.run(opened(chosen), text, place=place)
    form = format.value
    if form == "table" and not queries.is_graph(result):
        write(answer_table(result).encode(), output)
        return
    write(queries.serialize(result, "turtle" if form == "table" else form, place).body, output)


@reported
def export(
    store: Store = None,
    format: Annotated[ExportFormat, typer.Option("--format", help="Format of the export.")] = ExportFormat.turtle,  # type: ignore[valid-type]
    graph: Annotated[list[str] | None, typer.Option("--graph", help="Graph to export: facts, document/ID, document/* ...; may be repeated.")] = None,
    output: Output = None,
) -> None:
    """Export the published graph, or some of its named graphs."""
    chosen = configuration.load(store=store)
    minter, opened_store = Minter(chosen.base_iri), opened(chosen)
    names = exports.chosen(opened_store, graph or [], minter)
    write(exports.serialize(opened_store, format.value, names, minter), output)


@reported
def info(store: Store = None) -> None:
    """Say what the store holds: the published revision, its counts and graphs, and the other revisions."""
    from kg.report import print_info
    print_info(configuration.load(store=store))
