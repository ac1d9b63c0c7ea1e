"""The command line: `rolegraph COMMAND`. Exit codes: 0 done, 1 the graph breaks its shapes, 2 could not be done."""

from __future__ import annotations

import gc

import typer

from kg.cli import ontology
from kg.cli.answers import diff, export, info, query
from kg.cli.building import build, validate
from kg.cli.keeping import backup, load, restore, rollback, verify
from kg.cli.reading import candidates, evaluate, explain
from kg.cli.serving import serve, settings

COMMANDS = (build, validate, query, export, diff, explain, candidates, evaluate, info, verify, rollback, backup, restore, load, settings, serve)
GROUPS = {"ontology": ontology}


def application() -> typer.Typer:
    """The commands, in the order of the help text."""
    app = typer.Typer(
        name="rolegraph", no_args_is_help=True, add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False,
        help="Documents about roles become a knowledge graph whose every fact leads back to the words that state it.",
        epilog="A first round: [bold]rolegraph build data/documents[/bold], then [bold]rolegraph serve[/bold]. "
               "Settings come from flags, ROLEGRAPH_* variables and rolegraph.toml: [bold]rolegraph settings[/bold].")
    for command in COMMANDS:
        app.command()(command)
    for name, group in GROUPS.items():
        part = typer.Typer(help=group.__doc__, no_args_is_help=True, rich_markup_mode="rich")
        for command in group.COMMANDS:
            part.command()(command)
        app.add_typer(part, name=name)
    return app


def main() -> None:
    """Entry point of the command."""
    try:
        application()()
    finally:
        gc.freeze()  # an interpreter that ends would look through every object once more: two tenths of a second after a build
