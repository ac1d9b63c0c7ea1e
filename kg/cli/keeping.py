"""Commands that keep what was published: verify, rollback, backup, restore, load."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg import settings as configuration
from kg.cli.shared import Store, folder_of, reported

if TYPE_CHECKING:  # commands that need no store start without one
    from kg.store import Revision


@reported
def verify(
    store: Store = None,
    all_revisions: Annotated[bool, typer.Option("--all", help="Every revision in the store, not the published one alone.")] = False,
) -> None:
    """Check every byte of the published revision against the checksums that were written with it (exit code 1: damaged)."""
    from kg.revisions.check import faults
    from kg.store import history, published_path
    folder = folder_of(configuration.load(store=store))
    paths = [folder / "revisions" / name for name in history(folder)] if all_revisions else [published_path(folder)]
    bad = 0
    for path in paths:
        found = faults(path)
        bad += bool(found)
        typer.echo(f"revision {path.name[:12]}: {'damaged' if found else 'as it was written'}")
        for line in found:
            typer.echo(f"  {line}", err=True)
    if bad:
        typer.echo("rolegraph: return to a revision that is whole with rolegraph rollback, or build again", err=True)
        raise typer.Exit(1)


@reported
def rollback(
    revision: Annotated[str, typer.Argument(help="First characters of a revision's id; without it the one before the published one.")] = "",
    store: Store = None,
) -> None:
    """Publish an earlier revision again; the setting keep_revisions says how many there are (rolegraph info lists them)."""
    from kg import store as stores
    found = stores.rollback(folder_of(configuration.load(store=store)), revision)
    typer.echo(f"published again: revision {found.id[:12]}, {found.quads:,} quads, built {found.manifest.get('built', 'at an unknown time')}")


@reported
def backup(file: Annotated[Path, typer.Argument(help="File to write, a .tar.gz.")], store: Store = None) -> None:
    """Write the published revision to one file."""
    from kg.revisions.archive import pack
    from kg.store import published
    revision = published(folder_of(configuration.load(store=store)))
    size = pack(revision, file)
    typer.echo(f"wrote revision {revision.id[:12]}, {revision.quads:,} quads, {size:,} bytes, to {file}")


@reported
def restore(file: Annotated[Path, typer.Argument(help="File that rolegraph backup wrote.")], store: Store = None) -> None:
    """Publish the revision that a backup holds, in a new store or an existing one; its checksums are verified."""
    from kg.revisions.archive import unpack
    _taken_up(configuration.load(store=store), lambda folder: unpack(file, folder))


@reported
def load(
    manifest: Annotated[str, typer.Argument(help="URL or file of the manifest.json that rolegraph build --partitions wrote.")],
    store: Store = None,
    endpoint: Annotated[str | None, typer.Option(help="URL for updates of a SPARQL 1.1 server, in place of the store.")] = None,
) -> None:
    """Fill the store, or a SPARQL server, from partitions; every part is checked by its hash."""
    from kg.distributed import partitions, remote
    from kg.errors import RefusedError
    from kg.progress import progress_bar
    from kg.remote import address
    from kg.sources.locations import on_web
    chosen = configuration.load(store=store)
    if on_web(manifest) and not chosen.allow_http:
        raise RefusedError("is on the web, where nothing is fetched from", place=manifest, hint="set allow_http, or download it")
    if endpoint := endpoint or (chosen.remote_update or address(chosen) if address(chosen) else ""):
        with progress_bar() as progress:
            number = remote.load(manifest, endpoint, chosen.remote_user, chosen.remote_password, lambda done, of: progress("insert", done, of))
        typer.echo(f"inserted {number:,} quads into {endpoint}")
        return
    _taken_up(chosen, lambda folder: partitions.load(manifest, folder))


def _taken_up(chosen: configuration.Settings, make: Callable[[Path], Revision]) -> None:
    """Publish the revision that `make` puts into the store, and say so."""
    from kg import store as stores
    folder = folder_of(chosen)
    with stores.writing(folder) as cleaned:
        _tell(cleaned)
        revision = make(folder)
        stores.publish(folder, revision)
        stores.prune(folder, chosen.keep_revisions)
    typer.echo(f"published revision {revision.id[:12]}, {revision.quads:,} quads, in {folder}")


def _tell(cleaned: list[str]) -> None:
    if cleaned:
        typer.echo(f"cleaned up after work that did not finish: {', '.join(cleaned)}", err=True)
