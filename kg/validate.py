"""Validation of the graph, or of anyone's RDF, against SHACL shapes: what is wrong, where, and which sentence said so."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import pyoxigraph as ox

from kg import cache
from kg.errors import SettingsError
from kg.evidence import Sentence, sentences
from kg.namespaces import RDF, RG, SH, digest
from kg.shacl import Report, Result, ShapesPlan, compile_shapes, reference
from kg.shacl import data as data_graph
from kg.shacl.graph import short
from kg.shacl.messages import component_name, path_text
from kg.shacl.report import SEVERITIES, as_dict
from kg.shacl.shapes import Shape
from kg.shacl.terms import Term

ENGINES = ("native", "pyshacl")
FORMATS = ("text", "turtle", "json", "csv")
# what a person reads of one shape before the rest is only counted, and of one result
SHOWN, QUOTED = 8, 2


@dataclass(slots=True)
class Findings:
    """A report with the sentences behind it. Only Violations stop a graph from being published: `conforms` is about them,
    while `report.conforms` follows SHACL and counts Warnings and Infos too."""

    report: Report
    shapes: Mapping[Term, Shape] = field(default_factory=dict)
    evidence: Mapping[ox.NamedNode, tuple[Sentence, ...]] = field(default_factory=dict)

    @property
    def results(self) -> tuple[Result, ...]:
        """Every result, in a fixed order."""
        return self.report.results

    @property
    def violations(self) -> int:
        """How many results are Violations; a severity of one's own counts as one."""
        return sum(1 for r in self.results if r.severity not in (SH + "Warning", SH + "Info"))

    @property
    def conforms(self) -> bool:
        """Whether nothing is a Violation."""
        return self.violations == 0

    def sentences(self, result: Result) -> tuple[Sentence, ...]:
        """What the offending claim's document says: of the value where it is a claim, else of the focus node."""
        found = self.evidence.get(result.value) if isinstance(result.value, ox.NamedNode) else None
        return found or self.evidence.get(result.focus, ())

    def render(self, format: str = "text") -> str:
        """The findings as text, turtle (a SHACL report), json or csv."""
        match format:
            case "turtle":
                return self.report.turtle()
            case "csv":
                return self.report.csv()
            case "json":
                return self._json()
            case "text":
                return "\n".join(_text(self)) + "\n"
        raise SettingsError(f"no report format {format!r}", place="format", hint="use " + ", ".join(FORMATS))

    def _json(self) -> str:
        body = json.loads(self.report.json())
        body["publishable"] = self.conforms
        for row, result in zip(body["results"], self.results, strict=True):
            row["evidence"] = [{"document": s.document, "section": s.section, "begin": s.begin, "end": s.end, "quote": s.quote}
                               for s in self.sentences(result)]
        return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def shipped_shapes() -> list[Path]:
    """The SHACL files that come with RoleGraph, in order of name."""
    return sorted(Path(str(files("shapes"))).glob("*.ttl"))


def plan(extra: Sequence[Path] = ()) -> ShapesPlan:
    """The compiled shapes of RoleGraph with further files; kept while the files do not change."""
    paths = (*shipped_shapes(), *extra)
    return _compiled(paths, tuple(p.stat().st_mtime_ns if p.exists() else 0 for p in paths))


@lru_cache(maxsize=4)
def _compiled(paths: tuple[Path, ...], changed: tuple[int, ...]) -> ShapesPlan:
    mark = digest(*(f"{path}\n{path.read_text(encoding='utf-8', errors='replace') if path.is_file() else ''}" for path in paths))
    found = cache.get("shapes", mark)
    if not isinstance(found, ShapesPlan):
        found = compile_shapes(paths)
        cache.put("shapes", mark, found)
    return found


def validate_store(store: ox.Store, shapes: Sequence[Path] = (), engine: str = "native", focus: Mapping[Term, Sequence[Term]] | None = None,
                   workers: int = 0) -> Findings:
    """Validate a store against RoleGraph's shapes and further ones; `focus` as for `ShapesPlan.validate`. `workers` threads
    (0: one a core) share the work."""
    _check(engine)
    compiled = plan(shapes)
    if engine == "native":
        report = compiled.validate(store, focus, workers or threads())
    else:
        report = _by_pyshacl(compiled, list(_parts(store)))
    return findings(compiled, report, store)


def validate_files(data: Sequence[Path], shapes: Sequence[Path] = (), engine: str = "native") -> Findings:
    """Validate the union of RDF files against SHACL files, or against RoleGraph's shapes where none are named."""
    _check(engine)
    compiled = compile_shapes(shapes) if shapes else plan()
    loaded = data_graph.of_files(data)
    report = compiled.validate(loaded) if engine == "native" else _by_pyshacl(compiled, [(list(loaded.triples()), None)])
    return findings(compiled, report, loaded.store)


def threads() -> int:
    """How many threads validate a graph where nobody says so."""
    return min(4, os.cpu_count() or 1)


def _check(engine: str) -> None:
    if engine not in ENGINES:
        raise SettingsError(f"no engine {engine!r}", place="engine", hint="use " + " or ".join(ENGINES))


def findings(compiled: ShapesPlan, report: Report, store: ox.Store) -> Findings:
    """A report with the sentences behind it."""
    nodes = {n for r in report.results for n in (r.focus, r.value) if isinstance(n, ox.NamedNode)}
    return Findings(report, compiled.shapes(), sentences(store, nodes))


def _by_pyshacl(compiled: ShapesPlan, parts: list[tuple[list[ox.Triple], frozenset[Term] | None]]) -> Report:
    found = reference.run(compiled.graph.triples, [triples for triples, _ in parts], os.cpu_count() or 1)
    kept = [r for results, (_, own) in zip(found, parts, strict=True) for r in results if own is None or r.focus in own]
    note = "pySHACL looked at each document by itself, with what it refers to: shapes that compare documents see one at a time"
    return Report(tuple(kept), (*compiled.notes, *([note] if len(parts) > 1 else [])), "pyshacl")


def _parts(store: ox.Store) -> Iterator[tuple[list[ox.Triple], frozenset[Term]]]:
    """The graph in pieces that pySHACL can chew: each document with what it refers to, and all that is in no document. With each
    goes the set of its own subjects, whose results count."""
    documents = sorted({q.graph_name for q in store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), ox.NamedNode(RG + "Document"), None)},
                       key=str)
    rest = [q.triple for q in store if q.graph_name not in set(documents)]
    described: dict[Term, list[ox.Triple]] = {}
    for triple in rest:
        described.setdefault(triple.subject, []).append(triple)
    ontology = [t for t in rest if t.subject.value.startswith(RG)]
    elsewhere: set[Term] = set()
    for graph in documents:
        own = [q.triple for q in store.quads_for_pattern(None, None, None, graph)]
        subjects = frozenset(t.subject for t in own)
        elsewhere |= subjects
        yield list(dict.fromkeys([*own, *ontology, *_reached(own, described)])), subjects
    # consolidation adds to a document's claims: they are judged with their document, where their evidence is
    yield list(dict.fromkeys(rest)), frozenset(described) - elsewhere


def _reached(triples: list[ox.Triple], described: Mapping[Term, list[ox.Triple]]) -> Iterator[ox.Triple]:
    todo, seen = [n for t in triples for n in (t.subject, t.object)], set()
    while todo:
        node = todo.pop()
        if node not in seen and not isinstance(node, ox.Literal):
            seen.add(node)
            found = described.get(node, [])
            todo += [t.object for t in found]
            yield from found


def _text(findings: Findings) -> Iterator[str]:
    counts = {name: findings.report.count(name) for name in SEVERITIES}
    other = len(findings.results) - sum(counts.values())
    listed = [f"{n} {name.lower()}{'s' * (n != 1)}" for name, n in [*counts.items(), ("other", other)] if n]
    yield "conforms" if not findings.results else ", ".join(listed)
    by_shape: dict[tuple[int, str, str], list[Result]] = {}
    for result in findings.results:
        name = result.severity.removeprefix(SH)
        rank = SEVERITIES.index(name) if name in SEVERITIES else -1
        by_shape.setdefault((rank, name, str(result.shape)), []).append(result)
    for (_, severity, _), results in sorted(by_shape.items()):
        yield ""
        yield from _shape_text(findings, severity, results)
    for note in findings.report.notes:
        yield f"note: {note}"


def _shape_text(findings: Findings, severity: str, results: list[Result]) -> Iterator[str]:
    shape = findings.shapes.get(results[0].shape)
    name = f' "{shape.name}"' if shape and shape.name else ""
    place = f" ({shape.place})" if shape and shape.place else ""
    yield f"{severity}: {short(results[0].shape) if isinstance(results[0].shape, ox.NamedNode) else 'a shape'}{name}{place}"
    rows = list(dict.fromkeys((r.focus, r.path, r.value, r.component, r.message) for r in results))
    first = {(r.focus, r.path, r.value, r.component, r.message): r for r in reversed(results)}
    for row in rows[:SHOWN]:
        result = first[row]
        yield f"  {short(result.focus)}: {result.message}"
        if detail := _detail(result):
            yield f"    {detail}"
        for sentence in findings.sentences(result)[:QUOTED]:
            yield f"    {sentence}"
    if len(rows) > SHOWN:
        yield f"  ... and {len(rows) - SHOWN} more"


def _detail(result: Result) -> str:
    parts = [f"at {path_text(result.path)}"] if result.path is not None else []
    if result.value is not None and result.value != result.focus:
        parts.append(f"value {short(result.value)}")
    return ", ".join([*parts, f"({component_name(result.component)})"]) if parts else ""


def as_rows(findings: Findings) -> list[dict[str, object]]:
    """Results with their sentences as plain data, for an answer over HTTP."""
    return [as_dict(r) | {"evidence": [str(s) for s in findings.sentences(r)]} for r in findings.results]
