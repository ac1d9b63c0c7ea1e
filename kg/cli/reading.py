"""Commands that show how documents are read."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from kg import settings as configuration
from kg.cli.shared import Output, Store, Vocabularies, opened, reported, write


class ScoreFormat(str, Enum):
    """Formats of an evaluation."""

    text = "text"
    json = "json"


class CandidateFormat(str, Enum):
    """Formats of a list of candidates."""

    turtle = "turtle"
    csv = "csv"
    json = "json"


@reported
def explain(
    path: Annotated[Path, typer.Argument(help="A document.")],
    html: Annotated[Path | None, typer.Option("--html", help="Write an HTML page to this file.")] = None,
    vocabulary: Vocabularies = None,
) -> None:
    """Show how a document is read: each passage with its type and role, and what was found in it."""
    from kg.explain import explain_html, explain_text, readings, vocabularies
    chosen = configuration.load(vocabulary=vocabulary)
    found = readings(path, chosen)
    if html:
        write(explain_html(found, vocabularies(chosen)).encode(), html)
        typer.echo(f"wrote {html}")
        return
    explain_text(found, vocabularies(chosen))


@reported
def evaluate(
    files: Annotated[list[Path] | None, typer.Argument(help="Annotation files, as --gold.")] = None,
    gold: Annotated[list[Path] | None, typer.Option("--gold", help="Annotation file (JSON Lines, named after its document); any number.")] = None,
    documents: Annotated[list[Path] | None, typer.Option("--documents", help="The documents, or folders of them; else they lie beside.")] = None,
    store: Annotated[Path | None, typer.Option("--store", help="Score this store's published graph; nothing is read anew.")] = None,
    vocabulary: Vocabularies = None,
    errors: Annotated[int, typer.Option(help="Errors told of each kind of fact; -1 tells all.")] = 10,
    format: Annotated[ScoreFormat, typer.Option("--format", help="Format of the score.")] = ScoreFormat.text,
    output: Output = None,
) -> None:
    """Measure how well documents are read, against annotations made by hand: rolegraph evaluate --gold FILE...

    Prints precision, recall and F1 of each kind of fact, the share of right qualifiers, how reliable confidences are, and the
    errors. The annotations' format is described in data/gold/README.md.
    """
    from kg.evaluation import gold as annotations
    from kg.evaluation.run import of_documents, of_store
    chosen = configuration.load(store=store, vocabulary=vocabulary)
    golds = annotations.load([*(gold or []), *(files or [])])
    if not golds:
        raise typer.BadParameter("name at least one annotation file", param_hint="--gold")
    score = of_store(golds, opened(chosen)) if store else of_documents(golds, documents or [], chosen)
    write((score.json() if format is ScoreFormat.json else score.text(errors)).encode(), output)


@reported
def candidates(
    store: Store = None,
    kind: Annotated[str, typer.Option("--class", help="Only terms of this class: Tool, Skill, Role, Library ...")] = "",
    least: Annotated[int, typer.Option("--documents", help="Only terms that at least so many documents name.")] = 1,
    format: Annotated[CandidateFormat, typer.Option("--format", help="Turtle to paste into a vocabulary, CSV or JSON.")] = CandidateFormat.turtle,
    output: Output = None,
) -> None:
    """List terms that documents use and no vocabulary holds, with counts and examples, ready to be pasted into a vocabulary.

    The most used come first. A term that is wanted goes, as it stands, into a file for --vocabulary; a new build then knows it.
    """
    from kg.proposals import as_csv, as_json, as_turtle
    from kg.proposals import candidates as found
    chosen = configuration.load(store=store)
    terms = found(opened(chosen), kind=kind, least=least)
    body = as_turtle(terms, chosen.base_iri) if format is CandidateFormat.turtle else (as_csv if format is CandidateFormat.csv else as_json)(terms)
    write(body.encode(), output)
