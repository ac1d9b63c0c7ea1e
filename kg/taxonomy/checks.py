"""Quality checks of ontology and vocabulary: SPARQL queries that must return no row.

Each `ontology/checks/*.rq` begins with comments: what it checks in one line, and `severity: error` or `severity: warning`.
Its rows name the offending `?term` and, where it helps, `?detail`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import pyoxigraph as ox

from kg.errors import VocabularyError
from kg.namespaces import PREFIXES
from kg.vocabulary import parse, shipped

_SEVERITY = re.compile(r"^# severity: (error|warning)$", re.M)
_PROLOGUE = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())


@dataclass(slots=True, frozen=True)
class Check:
    """One query: its file's name without ending, what it checks, and how grave a row is (error or warning)."""

    name: str
    title: str
    severity: str
    query: str


@dataclass(slots=True, frozen=True)
class Problem:
    """One row of a check: the term's IRI, and what is wrong with it where the check says more than its title."""

    check: Check
    term: str
    detail: str


def shipped_checks() -> list[Check]:
    """The checks that come with RoleGraph, in order of name."""
    return [_read(path) for path in sorted(Path(str(files("ontology"))).glob("checks/*.rq"))]


def _read(path: Path) -> Check:
    text = path.read_text(encoding="utf-8")
    found = _SEVERITY.search(text)
    if not text.startswith("# ") or not found:
        raise VocabularyError("is no check", place=str(path), hint="begin with a comment that says what it checks, and '# severity: error'")
    return Check(path.stem, text.partition("\n")[0].removeprefix("# "), found[1], text)


def graph(paths: Iterable[Path] | None = None) -> ox.Store:
    """Ontology and vocabulary files as one graph; the shipped ones if none are named."""
    store = ox.Store()
    for path in shipped() if paths is None else paths:
        store.extend(ox.Quad(*triple) for triple in parse(path))
    return store


def run(store: ox.Store, checks: Iterable[Check]) -> list[Problem]:
    """All rows of all checks, in order of check and term."""
    problems = []
    for check in checks:
        try:
            rows = store.query(_PROLOGUE + check.query)
        except SyntaxError as error:
            raise VocabularyError(str(error), place=f"{check.name}.rq", hint="fix the query") from error
        found = {(row["term"].value, row["detail"].value if "detail" in (v.value for v in rows.variables) and row["detail"] else "") for row in rows}
        problems += [Problem(check, term, detail) for term, detail in sorted(found)]
    return problems
