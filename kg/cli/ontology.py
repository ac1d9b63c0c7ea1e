"""Commands about the ontology's own files: `rolegraph ontology COMMAND`."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.links import link
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


class CheckFormat(str, Enum):
    """Formats of the report of checks."""

    text = "text"
    json = "json"


@reported
def check(
    vocabulary: Vocabularies = None,
    ontology: Annotated[Path | None, typer.Option("--ontology", help="Ontology to check in place of the shipped one.")] = None,
    shapes: Annotated[bool, typer.Option("--shapes/--no-shapes", help="Whether SHACL shapes are checked too.")] = True,
    format: Annotated[CheckFormat, typer.Option("--format", help="Format of the report.")] = CheckFormat.text,
    every: Annotated[bool, typer.Option("--all", help="Name every term, not the first ten of each check.")] = False,
) -> None:
    """Check ontology and vocabulary like software: queries (`ontology/checks/*.rq`), SHACL shapes, the OWL 2 RL and DL profile, reasoning.

    Each finding names the term, with file and line. Exit code 1 if one of them is an error.
    """
    from kg.ontology import quality
    from kg.vocabulary import shipped
    first, *rest = shipped()
    problems = quality.inspect(ontology or first, [*rest, *(vocabulary or ())], shapes=shapes)
    if format is CheckFormat.json:
        typer.echo(quality.as_json(problems))
    else:
        errors = sum(p.severity == "error" for p in problems)
        report = quality.as_text(problems, None if every else 10)
        typer.echo((report + "\n\n" if report else "") + f"{errors:,} errors, {len(problems) - errors:,} warnings")
    if any(p.severity == "error" for p in problems):
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


@reported
def diff(
    old: Annotated[Path, typer.Argument(help="Ontology or vocabulary file, or a folder of them.")],
    new: Annotated[Path, typer.Argument(help="The same, later.")],
    format: Annotated[CheckFormat, typer.Option("--format", help="Format of the list.")] = CheckFormat.text,
    every: Annotated[bool, typer.Option("--all", help="Name every change, not the first twenty of each kind.")] = False,
) -> None:
    """Say in words what a version adds, removes, renames and changes, what of it may break data and queries, and its version number."""
    from kg.ontology import difference
    one, two = difference.read(old), difference.read(new)
    found, versions = difference.changes(one, two), (difference.version(one), difference.version(two))
    told = difference.as_json(found, *versions) if format is CheckFormat.json else difference.as_text(found, *versions, None if every else 20)
    typer.echo(told)


@reported
def docs(
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the pages.")] = Path("ontology-docs"),
    vocabulary: Vocabularies = None,
    ontology: Annotated[Path | None, typer.Option("--ontology", help="Ontology in place of the shipped one.")] = None,
    questions: Annotated[Path | None, typer.Option("--questions", help="Folder of .rq files to list as competency questions.")] = None,
) -> None:
    """Write HTML documentation of ontology and vocabulary: an index and a page for each concept scheme, with nothing from another host."""
    from kg.ontology.documentation import Documentation
    from kg.vocabulary import shipped
    pages = Documentation(ontology, [*shipped()[1:], *(vocabulary or ())], questions).write(output)
    typer.echo(f"{len(pages)} files in {output}: begin with {output / 'index.html'}")


COMMANDS = (format, check, stats, diff, docs, link)
