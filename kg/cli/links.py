"""The command that links the vocabulary to what others publish."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kg.cli.shared import reported


@reported
def link(
    esco: Annotated[Path | None, typer.Option("--esco", help="Folder of ESCO's published CSV files, named after its version.")] = None,
    onet: Annotated[Path | None, typer.Option("--onet", help="Folder of O*NET's published text files, named after its version.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Folder of the mapping files.", show_default="ontology/mappings")] = None,
) -> None:
    """Link roles, skills and tools to ESCO and O*NET, as SSSOM files. Rows judged by hand (semapv:ManualMappingCuration) stay as they are."""
    from importlib.resources import files

    from kg import vocabulary
    from kg.taxonomy import link_sets, mappings
    folders = {name: folder for name, folder in (("esco", esco), ("onet", onet)) if folder}
    target = output or Path(str(files("ontology"))) / "mappings"
    target.mkdir(parents=True, exist_ok=True)
    for path, found in link_sets.link(vocabulary.load(), folders, target):
        path.write_text(found.text(), encoding="utf-8")
        typer.echo(f"{path.name}: " + ", ".join(f"{name} {n:,}" for name, n in mappings.counts(found.rows).items()))
