"""Commands about the ontology's own files: `rolegraph ontology COMMAND`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kg.cli.shared import Vocabularies, reported


@reported
def format(  # the name that the command has for its users
    files: Annotated[list[Path] | None, typer.Argument(help="Turtle files; the shipped vocabulary without any.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; exit code 1 if a file is not in canonical form.")] = False,
) -> None:
    """Put Turtle files into canonical form, so that a diff shows only what changed. Comments stay.

    Prefixes and subjects are sorted, one line is one statement, a comment that a blank line follows opens a section.
    """
    from kg import turtle
    from kg.vocabulary import shipped
    differing = [path for path in files or shipped()[1:] if not turtle.is_canonical(path, write=not check)]
    for path in differing:
        typer.echo(f"{'not canonical' if check else 'formatted'}: {path}")
    if check and differing:
        raise typer.Exit(1)


@reported
def check(vocabulary: Vocabularies = None) -> None:
    """Run the quality checks (`ontology/checks/*.rq`) on ontology and vocabulary. Exit code 1 if one of them finds an error."""
    from kg.taxonomy import checks
    from kg.vocabulary import shipped
    every = checks.shipped_checks()
    problems = checks.run(checks.graph([*shipped(), *(vocabulary or ())]), every)
    for problem in problems:
        typer.echo(f"{problem.check.severity}: {problem.check.name}: {problem.term}{': ' if problem.detail else ''}{problem.detail}")
    errors = sum(p.check.severity == "error" for p in problems)
    typer.echo(f"{len(every)} checks: {errors:,} errors, {len(problems) - errors:,} warnings")
    if errors:
        raise typer.Exit(1)


@reported
def stats(vocabulary: Vocabularies = None) -> None:
    """Say how large the vocabulary is: concepts, depth, labels, definitions and links of each scheme; classes of tools and skills."""
    from kg.taxonomy import checks, counts
    from kg.vocabulary import shipped
    store = checks.graph([*shipped(), *(vocabulary or ())])
    for row in counts.count(store):
        stated = ", ".join(f"{n:,} {name}" for name, n in row.stated.items())
        typer.echo(f"{row.scheme:16}{row.concepts:6,} concepts, {row.depth + 1} levels, {stated}")
    typer.echo("classes: " + ", ".join(f"{name} {n:,}" for name, n in counts.classes(store)))


COMMANDS = (format, check, stats)
