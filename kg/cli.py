"""The command line: `rolegraph COMMAND`. Exit codes: 0 done, 1 the graph breaks its shapes, 2 could not be done."""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import Enum
from functools import wraps
from pathlib import Path
from typing import Annotated

import typer

from kg import export as exports
from kg import settings as configuration
from kg.errors import RoleGraphError, StoreError
from kg.namespaces import Minter

app = typer.Typer(
    name="rolegraph", no_args_is_help=True, add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False,
    help="Documents about roles become a knowledge graph whose every fact leads back to the words that state it.",
    epilog="A first round: [bold]rolegraph build data/documents[/bold], then [bold]rolegraph serve[/bold]. "
           "Settings come from flags, ROLEGRAPH_* variables and rolegraph.toml: [bold]rolegraph settings[/bold].")

Store = Annotated[Path | None, typer.Option("--store", help="Folder of the store.", show_default=".rolegraph")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="File to write; standard output without it.")]


class ReportFormat(str, Enum):
    """Formats of a validation report."""

    text = "text"
    turtle = "turtle"
    json = "json"
    csv = "csv"


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


def reported(command: Callable) -> Callable:
    """Print an error that RoleGraph knows as one line on standard error, and leave with exit code 2."""
    @wraps(command)
    def run(*args: object, **kwargs: object) -> None:
        try:
            command(*args, **kwargs)
        except RoleGraphError as error:
            typer.echo(f"rolegraph: {error}", err=True)
            raise typer.Exit(2) from error
        except BrokenPipeError:
            # the reader of our output has gone (head, less): nothing is wrong
            sys.stderr.close()
            raise typer.Exit(0) from None
    return run


def write(body: bytes, output: Path | None) -> None:
    """Write to a file, or to standard output."""
    if output is None:
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()
        return
    try:
        output.write_bytes(body)
    except OSError as error:
        raise StoreError(f"cannot be written: {error.strerror}", place=str(output)) from error


@app.command()
@reported
def build(
    paths: Annotated[list[Path], typer.Argument(help="Documents, or folders of documents.")],
    store: Store = None,
    vocabulary: Annotated[list[Path] | None, typer.Option("--vocabulary", help="A further SKOS file; may be repeated.")] = None,
    shapes: Annotated[list[Path] | None, typer.Option("--shapes", help="A further SHACL file; may be repeated.")] = None,
    processes: Annotated[int | None, typer.Option(help="Processes that read documents; 0 chooses.")] = None,
    engine: Annotated[str | None, typer.Option(help="Engine that validates: native or pyshacl.")] = None,
    reasoner: Annotated[str | None, typer.Option(help="Reasoner: auto, hermit, rules or none.")] = None,
    check: Annotated[bool | None, typer.Option("--validate/--no-validate", help="Validate before publishing.", show_default="validate")] = None,
) -> None:
    """Read documents, build their graph, validate it and publish it.

    A document that cannot be read is reported and left out (exit code 2); the others are published. A graph that breaks a shape is
    not published (exit code 1). Whatever fails, the published graph stays as it was.
    """
    from kg.build import build as run_build
    from kg.report import print_summary, progress_bar
    chosen = configuration.load(store=store, vocabulary=vocabulary, shapes=shapes, processes=processes, engine=engine,
                                reasoner=reasoner, validate_build=check)
    with progress_bar() as progress:
        summary = run_build(paths, chosen, progress=progress)
    print_summary(summary, chosen)
    if not summary.published:
        raise typer.Exit(1)
    if summary.skipped:
        raise typer.Exit(2)


@app.command()
@reported
def validate(
    store: Store = None,
    data: Annotated[list[Path] | None, typer.Option("--data", help="RDF file to validate in place of the store; may be repeated.")] = None,
    shapes: Annotated[list[Path] | None, typer.Option("--shapes", help="SHACL file; may be repeated.")] = None,
    engine: Annotated[str | None, typer.Option(help="native or pyshacl.")] = None,
    format: Annotated[ReportFormat, typer.Option("--format", help="Format of the report.")] = ReportFormat.text,
    output: Output = None,
) -> None:
    """Check the published graph, or any RDF files, against SHACL shapes.

    The report says what is wrong, where, why, and which sentence of which document the offending claim came from.
    """
    from kg import validate as validation
    chosen = configuration.load(store=store, shapes=shapes, engine=engine)
    if data:
        findings = validation.validate_files(data, chosen.shapes, chosen.engine)
    else:
        findings = validation.validate_store(opened(chosen), chosen.shapes, chosen.engine)
    write(findings.render(format.value).encode(), output)
    if not findings.conforms:
        raise typer.Exit(1)


@app.command()
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
    text = _text(file)
    chosen = configuration.load(store=store)
    place = "standard input" if file == "-" else file
    admit(text, max_bytes=chosen.max_query_bytes, max_nesting=chosen.max_nesting, place=place)
    result = queries.run(opened(chosen), text, place=place)
    form = format.value
    if form == "table" and not queries.is_graph(result):
        write(answer_table(result).encode(), output)
        return
    write(queries.serialize(result, "turtle" if form == "table" else form, place).body, output)


@app.command()
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


@app.command()
@reported
def explain(
    path: Annotated[Path, typer.Argument(help="A document.")],
    html: Annotated[Path | None, typer.Option("--html", help="Write an HTML page to this file.")] = None,
    vocabulary: Annotated[list[Path] | None, typer.Option("--vocabulary", help="A further SKOS file; may be repeated.")] = None,
) -> None:
    """Show how a document is read: each passage with its type and role, and what was found in it."""
    from kg.explain import explain_html, explain_text, readings
    chosen = configuration.load(vocabulary=vocabulary)
    found = readings(path, chosen)
    if html:
        write(explain_html(found).encode(), html)
        typer.echo(f"wrote {html}")
        return
    explain_text(found)


@app.command()
@reported
def info(store: Store = None) -> None:
    """Say what the store holds: the published revision, its counts and graphs, and the other revisions."""
    from kg.report import print_info
    print_info(configuration.load(store=store))


@app.command()
@reported
def settings() -> None:
    """List every setting with its environment variable, its default and what it does."""
    from kg.report import print_settings
    print_settings()


@app.command()
@reported
def serve(
    store: Store = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.", show_default="8000")] = None,
) -> None:
    """Serve the published graph: pages, SPARQL and API."""
    from kg.serve import serve as run_server
    run_server(configuration.load(store=store, host=host, port=port))


def opened(chosen: configuration.Settings):
    """The published revision's quads."""
    from kg.store import open_revision, published
    return open_revision(published(chosen.store), chosen.memory_quads)


def _text(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise RoleGraphError(f"cannot be read: {error.strerror}", place=file, hint="name a file with a query, or - for standard input") from error
    except UnicodeDecodeError as error:
        raise RoleGraphError(f"is not UTF-8 at byte {error.start}", place=file, hint="save it as UTF-8") from error


def main() -> None:
    """Entry point of the command."""
    app()
