"""What the command line prints for people: progress, summaries, tables."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyoxigraph as ox
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from kg import settings as configuration
from kg.namespaces import PREFIXES
from kg.settings import Settings
from kg.store import history, open_revision, published

if TYPE_CHECKING:
    from kg.summary import Summary

# a bar for fewer documents would only flicker
LONG_WORK = 20


@contextmanager
def progress_bar() -> Iterator:
    """A bar on standard error for long work; yields the function that moves it."""
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn(),
                  console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, int] = {}

        def move(stage: str, done: int, of: int) -> None:
            if max(of, done) < LONG_WORK:
                return
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=of or None, rate="")
            speed = bar.tasks[tasks[stage]].speed
            bar.update(tasks[stage], completed=done, rate=f"{speed:,.1f}/s" if speed else "")
        yield move


def print_summary(summary: Summary, settings: Settings) -> None:
    """The table at the end of a build."""
    console, errors = Console(), Console(stderr=True)
    for place, why in summary.skipped:
        errors.print(Text(f"skipped: {why if why.startswith(place) else place + ': ' + why}", style="yellow"), soft_wrap=True)
    table = Table("", "", show_header=False, box=None, pad_edge=False)
    order = ("documents", "documents unchanged", "words", "passages", "mentions")
    claims = sorted(name for name in summary.counts if name.startswith("claims "))
    for name in (*order, *claims, "skipped figures", "candidates", "facts", "conflicts", "violations", "warnings", "infos"):
        table.add_row(name, f"{summary.counts[name]:,}")
    console.print(table)
    for name, seconds in summary.seconds.items():
        console.print(Text(f"{name}: {seconds:.2f} s, peak memory {summary.memory.get(name, 0):,} MB", style="dim"), soft_wrap=True)
    for note in summary.notes:
        console.print(Text(note, style="yellow"), soft_wrap=True)
    if summary.findings is not None and not summary.findings.conforms:
        errors.print(Text(summary.findings.render("text")), soft_wrap=True)
    if summary.revision is not None:
        console.print(Text(f"published {summary.revision.quads:,} quads as {summary.revision.id[:12]} in {settings.store}"), soft_wrap=True)
    else:
        errors.print(Text(f"not published: the graph breaks its shapes; what {settings.store} held before stays"), soft_wrap=True)


def print_info(settings: Settings) -> None:
    """The published revision, its counts and graphs, and the other revisions."""
    console, revision = Console(), published(settings.store)
    store = open_revision(revision, settings.memory_quads)
    console.print(Text(f"{settings.store}: revision {revision.id[:12]}, {revision.quads:,} quads, built {revision.manifest['built']} "
                       f"by RoleGraph {revision.manifest['version']}"), soft_wrap=True)
    table = Table("graph", "quads", box=None, pad_edge=False)
    rows = store.query("SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g")
    for row in rows:
        table.add_row(row["g"].value.removeprefix(settings.base_iri), f"{int(row['n'].value):,}")
    console.print(table)
    names = history(settings.store)
    for number, name in enumerate(names, 1):
        mark = " (published)" if name == revision.id else ""
        console.print(Text(f"revision {number} of {len(names)}: {name[:12]}{mark}"), soft_wrap=True)


def print_settings() -> None:
    """Every setting: name, environment variable, default, help."""
    table = Table("setting", "variable", "default", "what it does", box=None, pad_edge=False)
    for row in configuration.table():
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)


def settings_markdown() -> str:
    """The same as a Markdown table, for the README."""
    rows = ["| setting | variable | default | what it does |", "|---|---|---|---|"]
    rows += [f"| `{name}` | `{variable}` | {f'`{default}`' if default else ''} | {text} |" for name, variable, default, text in configuration.table()]
    return "\n".join(rows)


def answer_table(result: ox.QuerySolutions | ox.QueryBoolean) -> str:
    """A SELECT or ASK answer as aligned text, IRIs shortened by the known prefixes."""
    if isinstance(result, ox.QueryBoolean):
        return "yes\n" if result else "no\n"
    names = [v.value for v in result.variables]
    rows = [[_short(row[name]) for name in names] for row in result]
    out = io.StringIO()
    table = Table(*names, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console(file=out, width=_width(names, rows)).print(table)
    return out.getvalue() + f"{len(rows)} row{'' if len(rows) == 1 else 's'}\n"


def _width(names: list[str], rows: list[list[str]]) -> int:
    """Wide enough that no cell is cut."""
    return sum(max([len(name), *(len(row[i]) for row in rows)]) + 2 for i, name in enumerate(names)) + 2


def _short(term: object) -> str:
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        for prefix, iri in sorted(PREFIXES.items(), key=lambda item: -len(item[1])):
            if term.value.startswith(iri):
                return f"{prefix}:{term.value[len(iri):]}"
        return f"<{term.value}>"
    return str(getattr(term, "value", term)).replace("\n", " ")


