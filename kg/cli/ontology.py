"""Commands about the ontology's own files: `rolegraph ontology COMMAND`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kg.cli.shared import reported


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


COMMANDS = (format,)
