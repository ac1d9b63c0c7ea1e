"""Commands that serve the graph and tell the settings."""

from __future__ import annotations

from typing import Annotated

import typer

from kg import settings as configuration
from kg.cli.shared import Store, reported


@reported
def settings() -> None:
    """List every setting with its environment variable, its default and what it does."""
    from kg.report import print_settings
    print_settings()


@reported
def serve(
    store: Store = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.", show_default="8000")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes that serve.", show_default="1")] = None,
) -> None:
    """Serve the published graph: pages, SPARQL and API."""
    from kg.serve import serve as run_server
    run_server(configuration.load(store=store, host=host, port=port, workers=workers))
