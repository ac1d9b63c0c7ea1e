"""One report of all that checks of ontology and vocabulary find: queries, shapes, profile, reasoning."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

from kg.namespaces import SH
from kg.ontology import profile, soundness, whereabouts
from kg.taxonomy import checks
from kg.validate import validate_files
from kg.vocabulary import parse

# what SHACL's severities are here; what merely informs is left out
_SEVERITY = {"Violation": "error", "Warning": "warning"}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What one check finds of one term; `place` is file and line where they are known."""

    severity: str
    check: str
    title: str
    term: str
    detail: str
    place: str


def inspect(ontology: Path, vocabulary: Sequence[Path], *, shapes: bool = True) -> list[Problem]:
    """All problems, errors first, then in order of check and term."""
    paths = [ontology, *vocabulary]
    tbox = list(parse(ontology))
    terms = [t for path in vocabulary for t in parse(path)]
    store = checks.graph(paths)
    found = [(p.check.severity, p.check.name, p.check.title, p.term, p.detail) for p in checks.run(store, checks.shipped_checks())]
    found += [("error", "profile", "Axioms stay in OWL 2 RL and OWL 2 DL.", *f) for f in profile.problems(tbox)]
    found += [("error", "satisfiable", "Each class can have members, each property can link something.", *f) for f in soundness.impossible(tbox)]
    found += [("error", "consistent", "Ontology and vocabulary do not contradict one another.", *f)
              for f in soundness.contradictions(tbox, terms, store, vocabulary)]
    if shapes:
        found += _of_shapes(paths)
    places = whereabouts.lines(paths)
    return sorted({Problem(*f, places.get(f[3], "")) for f in found})


def _of_shapes(paths: Sequence[Path]) -> Iterator[tuple[str, str, str, str, str]]:
    for result in validate_files(paths).results:
        severity = _SEVERITY.get(result.severity.removeprefix(SH))
        if severity:
            value = result.value.value if result.value is not None and result.value != result.focus else ""
            yield severity, f"shape {result.shape.value.rsplit('#')[-1]}", result.message, result.focus.value, value


def as_text(problems: Iterable[Problem], most: int | None = 10) -> str:
    """A paragraph for each check: what it asks, and the terms that fail it, the first `most` of them."""
    parts = []
    for (severity, check), group in groupby(problems, key=lambda p: (p.severity, p.check)):
        rows = list(group)
        shown = [f"  {p.place + ': ' if p.place else ''}{p.term}{': ' if p.detail else ''}{p.detail}" for p in rows[:most]]
        more = [f"  and {len(rows) - len(shown):,} more (--all)"] if len(rows) > len(shown) else []
        parts.append("\n".join([f"{severity}: {check}: {rows[0].title}", *shown, *more]))
    return "\n\n".join(parts)


def as_json(problems: Iterable[Problem]) -> str:
    """All problems as a JSON array."""
    return json.dumps([asdict(p) for p in problems], ensure_ascii=False, indent=2)
