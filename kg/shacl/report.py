"""The validation report (SHACL 3.6): results as data, as RDF, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

import pyoxigraph as ox

from kg.namespaces import PREFIXES, SH, digest
from kg.shacl import paths
from kg.shacl.messages import path_text
from kg.shacl.terms import RDF_TYPE, Term, sh

SEVERITIES = ("Violation", "Warning", "Info")
COLUMNS = ("severity", "focusNode", "path", "value", "component", "sourceShape", "message")


@dataclass(frozen=True, slots=True)
class Result:
    """One violated constraint at one focus node. `shape` is the source shape's node, `constraint` the node of a SPARQL one."""

    focus: Term
    path: paths.Path | None
    value: Term | None
    component: str
    severity: str
    shape: Term
    messages: tuple[ox.Literal, ...] = ()
    constraint: Term | None = None

    @property
    def message(self) -> str:
        """The first message, English before others."""
        ordered = sorted(self.messages, key=lambda m: ((m.language or "en").split("-")[0] != "en", str(m)))
        return ordered[0].value if ordered else ""

    def key(self) -> tuple[str, ...]:
        """What the results are sorted by: shape, component, focus node, value."""
        path = path_text(self.path) if self.path is not None else ""
        return (str(self.shape), self.component, str(self.focus), path, str(self.value), *map(str, self.messages))

    def named_key(self) -> tuple[str, ...]:
        """The key without what a reader of the shapes names afresh each time."""
        return ("" if isinstance(self.shape, ox.BlankNode) else str(self.shape), *self.key()[1:])


@dataclass(slots=True)
class Report:
    """Results in a fixed order; `notes` say what a reader should know about how they came about."""

    results: tuple[Result, ...] = ()
    notes: tuple[str, ...] = ()
    engine: str = "native"
    _counts: Counter[str] = field(init=False)

    def __post_init__(self) -> None:
        self.results = tuple(sorted(self.results, key=Result.key))
        self._counts = Counter(r.severity.removeprefix(SH) for r in self.results)

    @property
    def conforms(self) -> bool:
        """Whether there is no result of any severity, as SHACL defines it."""
        return not self.results

    def count(self, severity: str) -> int:
        """How many results have this severity: Violation, Warning, Info, or the IRI of one's own."""
        return self._counts[severity.removeprefix(SH)]

    def merged(self, affected: Mapping[Term, frozenset[Term] | None], renewed: Report) -> Report:
        """This report with the results of the affected focus nodes, by shape, replaced by the renewed ones."""
        def stays(result: Result) -> bool:
            nodes = affected.get(result.shape, frozenset())
            return nodes is not None and result.focus not in nodes
        kept = [r for r in self.results if stays(r)]
        return Report((*kept, *renewed.results), tuple(dict.fromkeys((*self.notes, *renewed.notes))), self.engine)

    def triples(self, base: str = "") -> list[ox.Triple]:
        """The report in SHACL's vocabulary. With a base IRI its nodes are named by their content and nothing is blank, so that equal
        reports give equal bytes: shapes and paths without a name are left to the message."""
        blank = (ox.BlankNode(f"validation-{n}") for n in count(1))
        root = ox.NamedNode(f"{base}report") if base else next(blank)
        out = [ox.Triple(root, RDF_TYPE, sh("ValidationReport")), ox.Triple(root, sh("conforms"), ox.Literal(self.conforms))]
        for result in self.results:
            node = ox.NamedNode(f"{base}result/{digest(*result.named_key())}") if base else next(blank)
            out.append(ox.Triple(root, sh("result"), node))
            out += _result_triples(result, node, blank)
        if base:
            named = {t for t in out if not isinstance(t.subject, ox.BlankNode) and not isinstance(t.object, ox.BlankNode)}
            return sorted(named, key=str)
        return list(dict.fromkeys(out))

    def turtle(self) -> str:
        """The report as Turtle."""
        triples = self.triples()
        written = "\n".join(str(t) for t in triples)
        prefixes = {k: v for k, v in PREFIXES.items() if k != "id" and v in written}
        return ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes).decode()

    def json(self) -> str:
        """The report as JSON: conforms, counts, results with IRIs and lexical forms, notes."""
        body = {"conforms": self.conforms, "engine": self.engine, "counts": dict(sorted(self._counts.items())),
                "results": [as_dict(r) for r in self.results], "notes": list(self.notes)}
        return json.dumps(body, ensure_ascii=False, indent=2) + "\n"

    def csv(self) -> str:
        """One line a result, with a heading."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        for result in self.results:
            row = as_dict(result)
            writer.writerow([_cell(row[name]) for name in COLUMNS])
        return out.getvalue()


def _result_triples(result: Result, node: Term, blank: Iterator[ox.BlankNode]) -> list[ox.Triple]:
    out = [ox.Triple(node, RDF_TYPE, sh("ValidationResult")), ox.Triple(node, sh("focusNode"), result.focus),
           ox.Triple(node, sh("resultSeverity"), ox.NamedNode(result.severity)), ox.Triple(node, sh("sourceShape"), result.shape),
           ox.Triple(node, sh("sourceConstraintComponent"), ox.NamedNode(result.component))]
    if result.path is not None:
        head, described = paths.triples(result.path, blank)
        out += [ox.Triple(node, sh("resultPath"), head), *described]
    if result.value is not None:
        out.append(ox.Triple(node, sh("value"), result.value))
    if result.constraint is not None:
        out.append(ox.Triple(node, sh("sourceConstraint"), result.constraint))
    return out + [ox.Triple(node, sh("resultMessage"), message) for message in result.messages]


def as_dict(result: Result) -> dict[str, object]:
    """A result as plain data: IRIs as text, literals with datatype or language, the path in SPARQL's syntax."""
    return {
        "severity": result.severity.removeprefix(SH), "focusNode": _json(result.focus),
        "path": path_text(result.path) if result.path is not None else None, "value": _json(result.value),
        "component": result.component, "sourceShape": _json(result.shape), "message": result.message,
        "messages": [_json(m) for m in result.messages],
    }


def _json(term: Term | None) -> object:
    if term is None:
        return None
    if isinstance(term, ox.Literal):
        more = {"language": term.language} if term.language else {"datatype": term.datatype.value}
        return {"value": term.value, **more}
    return term.value if isinstance(term, ox.NamedNode) else f"_:{term.value}"


def _cell(value: object) -> str:
    text = value["value"] if isinstance(value, dict) else "" if value is None else str(value)
    # a cell that begins like a formula would be run by a spreadsheet
    return "'" + text if text[:1] in ("=", "+", "-", "@") and not text[1:].replace(".", "", 1).isdigit() else text
