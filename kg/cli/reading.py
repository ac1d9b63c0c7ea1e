"""Commands that show how documents are read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kg import settings as configuration
from kg.cli.shared import Vocabularies, reported, write


@reported
def explain(
    path: Annotated[Path, typer.Argument(help="A document.")],
    html: Annotated[Path | None, typer.Option("--html", help="Write an HTML page to this file.")] = None,
    vocabulary: Vocabularies = None,
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
