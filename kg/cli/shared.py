"""What commands share: their common options, how errors are told, where output goes, the published store."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated

import pyoxigraph as ox
import typer

from kg import settings as configuration
from kg.errors import ContradictionError, RoleGraphError, SettingsError, StoreError

Store = Annotated[Path | None, typer.Option("--store", help="Folder of the store, or the query URL of a SPARQL 1.1 server.", show_default=".rolegraph")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="File to write; standard output without it.")]
Vocabularies = Annotated[list[Path] | None, typer.Option("--vocabulary", help="A further vocabulary: SKOS, or a table of ESCO or O*NET; may be repeated.")]


# how what Oxigraph raises begins where RocksDB finds a block that is not as it was written
_DAMAGED = "Corruption: "


def reported(command: Callable) -> Callable:
    """Print an error that RoleGraph knows on standard error, and leave with exit code 2, or 1 where the graph contradicts itself."""
    @wraps(command)
    def run(*args: object, **kwargs: object) -> None:
        try:
            command(*args, **kwargs)
        except RoleGraphError as error:
            typer.echo(f"rolegraph: {error}", err=True)
            raise typer.Exit(1 if isinstance(error, ContradictionError) else 2) from error
        except RuntimeError as error:
            if not str(error).startswith(_DAMAGED):
                raise
            typer.echo(f"rolegraph: the database is damaged: {error} (look with: rolegraph verify)", err=True)
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


def opened(chosen: configuration.Settings) -> ox.Store:
    """The published revision's quads, or the store that a SPARQL server is."""
    from kg.remote import address, connected
    if address(chosen):
        return connected(chosen)  # type: ignore[return-value]
    from kg.store import open_revision, published
    return open_revision(published(chosen.store), chosen.memory_quads)


def folder_of(chosen: configuration.Settings) -> Path:
    """The store's folder; SettingsError where the store is a SPARQL server, which keeps no revisions of ours."""
    from kg.remote import address
    if address(chosen):
        raise SettingsError("is a SPARQL server: revisions are kept in the folder of a store alone", place=address(chosen),
                            hint="use the server's own backup, or build into a folder")
    return chosen.store


def read_text(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise RoleGraphError(f"cannot be read: {error.strerror}", place=file, hint="name a file with a query, or - for standard input") from error
    except UnicodeDecodeError as error:
        raise RoleGraphError(f"is not UTF-8 at byte {error.start}", place=file, hint="save it as UTF-8") from error
