"""Commands that answer from the published graph."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from kg import export as exports
from kg import settings as configuration
from kg.cli.shared import Output, Store, opened, read_text, reported, write
from kg.exports import SHAPES, TABLES
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


TABLE_FORMATS = ("csv", "parquet")
ExportFormat = Enum("ExportFormat", {name: name for name in (*exports.FORMATS, *SHAPES, *TABLE_FORMATS)}, type=str)
ExportTable = Enum("ExportTable", {name: name for name in TABLES}, type=str)


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
    format: Annotated[ExportFormat | None, typer.Option("--format", help="Format of the export.", show_default="turtle; csv of a table")] = None,  # type: ignore[valid-type]
    graph: Annotated[list[str] | None, typer.Option("--graph", help="Graph to export: facts, document/ID, document/* ...; may be repeated.")] = None,
    table: Annotated[ExportTable | None, typer.Option("--table", help="A flat table in place of the graph, as csv or parquet.")] = None,  # type: ignore[valid-type]
    output: Output = None,
) -> None:
    """Export the published graph, or some of its named graphs, or a table of it.

    turtle, trig, nquads, ntriples, rdfxml and jsonld write the graph; framed writes roles as JSON-LD trees, occupations as schema.org
    Occupations with pay, skos the concepts alone, sssom the links to other taxonomies, annotations the documents' Web Annotations;
    csv and parquet write a table.
    """
    from kg.exports import files
    chosen = configuration.load(store=store)
    form = format.value if format else "csv" if table else "turtle"
    if bool(table) != (form in TABLE_FORMATS):
        raise typer.BadParameter("csv and parquet write a --table, and a table is one of them", param_hint="--format")
    minter, opened_store = Minter(chosen.base_iri), opened(chosen)
    if table:
        from kg.exports import tables
        from kg.lookup import Catalog, StoreSource
        rows = tables.rows(Catalog(StoreSource(opened_store), minter.base), table.value)
        write(tables.as_csv(rows) if form == "csv" else tables.as_parquet(rows), output)
        return
    names = exports.chosen(opened_store, graph or [], minter)
    write(files.serialize(opened_store, form, names, minter), output)


@reported
def diff(
    store_a: Annotated[Path, typer.Argument(help="A store.")],
    store_b: Annotated[Path, typer.Argument(help="Another store, built later.")],
    output: Output = None,
) -> None:
    """Say in words what the second store states that the first does not, and the reverse.

    + is added, - removed, ~ changed. Exit code 0 where nothing differs, 1 where something does.
    """
    from kg.exports.changes import changes
    from kg.lookup import Catalog, StoreSource
    sides = [configuration.load(store=path) for path in (store_a, store_b)]
    before, after = (Catalog(StoreSource(opened(side)), side.base_iri) for side in sides)
    found = changes(before, after)
    write(found.text().encode(), output)
    if found:
        raise typer.Exit(1)


@reported
def info(store: Store = None) -> None:
    """Say what the store holds: the published revision, its counts and graphs, and the other revisions."""
    from kg.report import print_info
    print_info(configuration.load(store=store))
