"""Commands that make a graph and check it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from kg import settings as configuration
from kg.cli.shared import Output, Store, Vocabularies, opened, reported, write
from kg.scratch import scratch


class ReportFormat(str, Enum):
    """Formats of a validation report."""

    text = "text"
    turtle = "turtle"
    json = "json"
    csv = "csv"


@contextmanager
def local(chosen: configuration.Settings) -> Iterator[configuration.Settings]:
    """The settings to build with: where the store is a SPARQL server, a folder that goes when the graph has been put there."""
    from kg.remote import address
    if not address(chosen):
        yield chosen
        return
    from kg.mirror import writable
    writable(chosen)
    with scratch() as folder:
        yield chosen.model_copy(update={"store": folder / "store"})


@reported
def build(
    paths: Annotated[list[str], typer.Argument(help="Documents, folders, patterns, tables (JSON Lines, CSV, Parquet), .gz and .zst, fsspec URLs.")],
    store: Store = None,
    vocabulary: Vocabularies = None,
    shapes: Annotated[list[Path] | None, typer.Option("--shapes", help="A further SHACL file; may be repeated.")] = None,
    processes: Annotated[int | None, typer.Option(help="Processes that read documents; 0 chooses.")] = None,
    engine: Annotated[str | None, typer.Option(help="Engine: ray reads and consolidates on a Ray cluster; native or pyshacl validates.")] = None,
    address: Annotated[str | None, typer.Option(help="Address of the Ray cluster; without it Ray starts on this machine.")] = None,
    partitions: Annotated[str | None, typer.Option(help="URL or folder that gets the graph as compressed partitions with a manifest, too.")] = None,
    reasoner: Annotated[str | None, typer.Option(help="Reasoner: auto, hermit, rules or none.")] = None,
    log: Annotated[Path | None, typer.Option(help="File for the log: a JSON object a line for each stage and document left out.")] = None,
    check: Annotated[bool | None, typer.Option("--validate/--no-validate", help="Validate before publishing.", show_default="validate")] = None,
) -> None:
    """Read documents, build their graph, validate it and publish it.

    Documents that did not change since the last build are not read again. A document that cannot be read, or whose graph breaks
    a shape, is reported and left out (exit code 2); the others are published. A graph that breaks a shape by no document's fault is not
    published (exit code 1). Whatever fails, the published graph stays as it was.
    """
    from kg.build import build as run_build
    from kg.progress import progress_bar
    from kg.report import print_summary
    runner, engine = ("ray", None) if engine == "ray" else (None, engine)
    chosen = configuration.load(store=store, vocabulary=vocabulary, shapes=shapes, processes=processes, engine=engine, runner=runner, address=address,
                                reasoner=reasoner, validate_build=check)
    if partitions:
        from kg.distributed.partitions import ready
        ready(partitions)
    with local(chosen) as target:
        with progress_bar() as progress:
            summary = run_build(paths, target, progress=progress, log=log)
        print_summary(summary, chosen, target is not chosen)
        if partitions and summary.revision:
            from kg.distributed.partitions import write as write_partitions
            typer.echo(f"partitions: {write_partitions(summary.revision, partitions)}")
        if target is not chosen and summary.published:
            from kg import mirror
            done = mirror.put(opened(target), chosen)
            typer.echo(f"published in {len(done.graphs)} graphs at {chosen.remote_graphs}; {len(done.removed)} of an earlier build removed")
    if not summary.published:
        raise typer.Exit(1)
    if summary.skipped:
        raise typer.Exit(2)


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
        from kg import mirror, remote
        store_here = mirror.copied(chosen) if remote.address(chosen) else opened(chosen)
        findings = validation.validate_store(store_here, chosen.shapes, chosen.engine)
    write(findings.render(format.value).encode(), output)
    if not findings.conforms:
        raise typer.Exit(1)
