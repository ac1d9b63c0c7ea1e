"""ESCO's and O*NET's published tables (CSV, or text with tabs) as entries; the columns tell which table it is."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from kg.errors import VocabularyError
from kg.taxonomy.entries import Entry, Fault, Taxonomy

ENDINGS = (".csv", ".tsv", ".txt")
_ONET = "https://www.onetonline.org/"
_ESCO_KINDS = {"KnowledgeSkillCompetence": "Skill", "Occupation": "Role"}
# elements of O*NET's content model that are skills and fields of knowledge
_ONET_SKILLS = re.compile(r"2\.[ABC]\.\d+\.[a-z0-9]+(\.|$)")
_SPLIT = re.compile(r"\s*[|\n]\s*")
Row = dict[str, str]


class Layout(NamedTuple):
    """A table as published: its title, the columns that it has at least, what makes an entry of a row (None: no concept), and
    whether each row has the concept's label (else it adds to concepts of another table)."""

    title: str
    columns: frozenset[str]
    entry: Callable[[Row, str], Entry | None]
    labelled: bool = True


def read(path: Path) -> Taxonomy:
    """The entries of one table; VocabularyError for unknown columns, broken rows, or bytes that are no text."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            head = stream.readline()
            stream.seek(0)
            return _entries(path, csv.reader(stream, delimiter="\t" if "\t" in head else ",", strict=True))
    except UnicodeDecodeError as error:
        raise VocabularyError(f"is not UTF-8: {error.reason}", place=_broken_line(path), hint="save it as UTF-8") from error
    except OSError as error:
        raise VocabularyError(error.strerror or str(error), place=str(path), hint="name a file that can be read") from error


def _broken_line(path: Path) -> str:
    """`file:line` of the first line that is not UTF-8."""
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return f"{path}:{number}"
    return str(path)


def _entries(path: Path, rows: Iterator[list[str]]) -> Taxonomy:
    reader = rows
    try:
        columns = next(reader, [])
        layout = _layout(path, columns)
        found = Taxonomy(layout.title)
        line = 2
        for cells in reader:
            place, line = f"{path}:{line}", reader.line_num + 1  # type: ignore[attr-defined]
            if not any(cells):
                continue
            if len(cells) != len(columns):
                found.faults.append(Fault(place, cells[0], f"has {len(cells)} fields, the header {len(columns)}"))
                continue
            entry = layout.entry(dict(zip(columns, (c.strip() for c in cells), strict=True)), place)
            if entry and entry.iri and (entry.label or not layout.labelled):
                found.add(entry)
            elif entry:
                found.faults.append(Fault(place, entry.label or entry.iri, "has no label" if entry.iri else "has no IRI or code"))
    except csv.Error as error:
        raise VocabularyError(str(error), place=f"{path}:{reader.line_num}", hint="fix the quotes of this row") from error  # type: ignore[attr-defined]
    if not found.entries:
        raise VocabularyError("holds no skill, occupation or tool", place=str(path), hint="name the table of the concepts themselves")
    return found


def _layout(path: Path, columns: list[str]) -> Layout:
    for layout in LAYOUTS:
        if layout.columns <= set(columns):
            return layout
    if not columns:
        raise VocabularyError("is empty", place=str(path), hint="name a table with its header")
    # the table that it seems to be: with the fewest columns missing, and more there than missing
    nearest = min(LAYOUTS, key=lambda layout: (len(layout.columns - set(columns)), not layout.labelled))
    missing = sorted(nearest.columns - set(columns))
    if len(missing) < len(nearest.columns) - len(missing):
        raise VocabularyError(f"lacks the column {', '.join(missing)} of {nearest.title}", place=f"{path}:1", hint="export the table whole")
    known = "; ".join(f"{layout.title}: {', '.join(sorted(layout.columns))}" for layout in LAYOUTS)
    raise VocabularyError(f"has unknown columns: {', '.join(columns) or 'none'}", place=f"{path}:1", hint=f"known tables: {known}")


def _labels(text: str) -> list[str]:
    return [label for label in _SPLIT.split(text) if label]


def _esco(row: Row, place: str) -> Entry | None:
    kind = _ESCO_KINDS.get(row.get("conceptType") or "KnowledgeSkillCompetence")
    if not kind:
        return None
    return Entry(row["conceptUri"], kind, row["preferredLabel"], place, [*_labels(row["altLabels"]), *_labels(row.get("hiddenLabels", ""))],
                 definition=row.get("description", ""), notation=row.get("code", ""), broader=_labels(row.get("broaderConceptUri", "")))


def _esco_broader(row: Row, place: str) -> Entry | None:
    kind = _ESCO_KINDS.get(row["conceptType"])
    return Entry(row["conceptUri"], kind, "", place, broader=[row["broaderUri"]]) if kind else None


def onet_example(name: str) -> str:
    """IRI of the page that O*NET OnLine has for an example of software."""
    return f"{_ONET}search/tech/example?e={quote(name, safe='')}"


def onet_occupation(code: str) -> str:
    """IRI of the page that O*NET OnLine has for an occupation."""
    return f"{_ONET}link/summary/{code}" if code else ""


def _onet_software(row: Row, place: str) -> Entry:
    return Entry(onet_example(row["Example"]), "Tool", row["Example"], place, notation=row["Commodity Code"], exact_case=True)


def _onet_occupation(row: Row, place: str) -> Entry:
    return Entry(onet_occupation(row["O*NET-SOC Code"]), "Role", row["Title"], place, definition=row["Description"], notation=row["O*NET-SOC Code"])


def _onet_title(row: Row, place: str) -> Entry:
    short = [] if row["Short Title"] == "n/a" else [row["Short Title"]]
    return Entry(onet_occupation(row["O*NET-SOC Code"]), "Role", "", place, [row["Alternate Title"], *short], notation=row["O*NET-SOC Code"])


def _onet_element(row: Row, place: str) -> Entry | None:
    if not _ONET_SKILLS.match(row["Element ID"]):
        return None
    return Entry(f"{_ONET}find/descriptor/result/{row['Element ID']}", "Skill", row["Element Name"].lower(), place,
                 definition=row.get("Description", ""), notation=row["Element ID"])


LAYOUTS = (
    Layout("ESCO broader relations", frozenset(("conceptType", "conceptUri", "broaderUri")), _esco_broader, labelled=False),
    Layout("ESCO concepts", frozenset(("conceptUri", "preferredLabel", "altLabels")), _esco),
    Layout("O*NET Technology Skills", frozenset(("O*NET-SOC Code", "Example", "Commodity Code", "Hot Technology")), _onet_software),
    Layout("O*NET Alternate Titles", frozenset(("O*NET-SOC Code", "Alternate Title", "Short Title")), _onet_title, labelled=False),
    Layout("O*NET Occupation Data", frozenset(("O*NET-SOC Code", "Title", "Description")), _onet_occupation),
    Layout("O*NET elements", frozenset(("Element ID", "Element Name")), _onet_element),
)
