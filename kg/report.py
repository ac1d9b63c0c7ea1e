"""What the command line prints for people: summaries, tables."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pyoxigraph as ox
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kg import settings as configuration
from kg.mirror import described
from kg.namespaces import PREFIXES
from kg.remote import address
from kg.settings import Settings
from kg.store import history, open_revision, published

if TYPE_CHECKING:
    from kg.summary import Summary

# documents left out that are named on the screen
MOST_TOLD = 50
_COLUMNS = ("documents", "words", "quads", "seconds", "peak memory (MB)")


def print_summary(summary: Summary, settings: Settings, elsewhere: bool = False) -> None:
    """The table at the end of a build; `elsewhere`: it is still to be put on a server."""
    console, errors = Console(), Console(stderr=True)
    _print_left_out(summary, errors)
    table = Table("", "", show_header=False, box=None, pad_edge=False)
    order = ("documents", "documents unchanged", "words", "passages", "mentions")
    claims = sorted(name for name in summary.counts if name.startswith("claims "))
    if summary.skipped:
        table.add_row("documents left out", f"{len(summary.skipped):,}")
    for name in (*order, *claims, "skipped figures", "candidates", "facts", "conflicts", "violations", "warnings", "infos"):
        table.add_row(name, f"{summary.counts[name]:,}")
    console.print(table)
    stages = Table("stage", *_COLUMNS, box=None, pad_edge=False, header_style="dim", style="dim")
    for column in stages.columns[1:]:
        column.justify = "right"
    for name, seconds in summary.seconds.items():
        reached = summary.reached.get(name, {})
        stages.add_row(name, *(f"{reached.get(key, 0):,}" for key in _COLUMNS[:3]), f"{seconds:.2f}", f"{summary.memory.get(name, 0):,}")
    console.print(stages)
    for note in dict.fromkeys(summary.notes):  # a graph that is made twice notes things twice
        console.print(Text(note, style="yellow"), soft_wrap=True)
    if summary.findings is not None and not summary.findings.conforms:
        errors.print(Text(summary.findings.render("text")), soft_wrap=True)
    where = address(settings) or settings.store
    if summary.revision is not None:
        said = "built" if elsewhere else "published"
        console.print(Text(f"{said} {summary.revision.quads:,} quads as {summary.revision.id[:12]}{'' if elsewhere else f' in {where}'}"), soft_wrap=True)
    else:
        errors.print(Text(f"not published: the graph breaks its shapes; what {where} held before stays"), soft_wrap=True)


def _print_left_out(summary: Summary, errors: Console) -> None:
    """Documents that are left out, quarantined ones first, up to a screenful."""
    rows = sorted(summary.skipped, key=lambda row: (row[0] not in summary.quarantined, row))
    for place, why in rows[:MOST_TOLD]:
        kind = "quarantined" if place in summary.quarantined else "skipped"
        errors.print(Text(f"{kind}: {why if why.startswith(place) else place + ': ' + why}", style="yellow"), soft_wrap=True)
    if len(rows) > MOST_TOLD:
        errors.print(Text(f"and {len(rows) - MOST_TOLD:,} more are left out; --log FILE lists them all", style="yellow"), soft_wrap=True)


def print_info(settings: Settings) -> None:
    """The published revision, its counts and graphs, and the other revisions; of a SPARQL server its graphs."""
    if address(settings):
        _print_server(settings)
        return
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


def _print_server(settings: Settings) -> None:
    console, (name, manifest, graphs) = Console(), described(settings)
    counts = ", ".join(f"{n:,} {what}" for what, n in manifest["counts"].items())
    console.print(Text(f"{address(settings)}: state {name[:12]}, {sum(n for _, n in graphs):,} quads, {counts}"), soft_wrap=True)
    table = Table("graph", "quads", box=None, pad_edge=False)
    for graph, number in graphs:
        table.add_row(graph, f"{number:,}")
    console.print(table)


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


