"""How long and how much memory validation takes, engine by engine, on graphs of our own shape.

    python -m tests.benchmarks.shacl --triples 10000 100000 1000000
    python -m tests.benchmarks.shacl --triples 100000 --engines native pyshacl pyrudof --repeat 1

The graph is that of the shipped guides, repeated under new names until it is large enough, with the ontology and the terms
that it uses; one claim in a hundred is broken. Every figure is taken in a process of its own; memory is what that process
needed beyond its start, load included. pyrudof is run where it is installed (it is no dependency), without the shapes
that hold SPARQL, on which native is timed once more to compare.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import pyoxigraph as ox

from kg import settings
from kg.build import build
from kg.namespaces import RDF, RG, SH
from kg.shacl import compile_shapes
from kg.shacl.affected import affected_by
from kg.shacl.graph import read_files
from kg.shacl.reference import run_here
from kg.store import published
from kg.validate import shipped_shapes

ROOT = Path(__file__).parents[2]
ENGINES = ("native", "native, 4 threads", "native, no SPARQL", "increment", "pyshacl", "pyrudof")
COPIES_PER_FAULT = 100


@dataclass(frozen=True)
class Guides:
    """N-Quads lines: of each document's graph, and by subject of ontology and vocabulary."""

    documents: dict[str, list[str]]
    described: dict[str, list[str]]

    def used(self, documents: Iterable[str]) -> list[str]:
        """The ontology's terms, and what documents lead to in the vocabulary."""
        lines = [line for subject, found in self.described.items() if subject.startswith(f"<{RG}") for line in found]
        todo, seen = [line.split(" ", 3)[2] for name in documents for line in self.documents[name]], set()
        while todo:
            node = todo.pop()
            if node not in seen:
                seen.add(node)
                lines += self.described.get(node, [])
                todo += [line.split(" ", 3)[2] for line in self.described.get(node, ())]
        return list(dict.fromkeys(lines))


def guides(folder: Path) -> Guides:
    """The shipped guides, built."""
    chosen = settings.load(store=folder / "store", validate_build=False, reasoner="none")
    build([ROOT / "data" / "documents"], chosen)
    documents: dict[str, list[str]] = {}
    described: dict[str, list[str]] = {}
    for line in (data.decode() for data in published(folder / "store").lines()):
        graph = line.rsplit("<", 1)[1]
        if "/graph/document/" in graph:
            documents.setdefault(graph, []).append(line)
        elif graph.startswith(f"{settings.BASE}graph/vocabulary") or "/graph/ontology>" in graph:
            described.setdefault(line.split(" ", 1)[0], []).append(line)
    return Guides(documents, described)


def copies(guides: Guides, triples: int) -> Iterator[str]:
    """Lines of a graph of about so many triples, one document at least: each copy of the guides has documents, passages and
    claims of its own."""
    names = sorted(guides.documents, key=lambda name: (len(guides.documents[name]), name))
    kept = next((n for n in range(len(names), 1, -1) if sum(len(guides.documents[name]) for name in names[:n]) < triples), 1)
    used = guides.used(names[:kept])
    yield from used
    written, faults = len(used), 0
    for number, name in ((n, name) for n in count() for name in names[:kept]):
        slug = name.rsplit("/", 1)[1].split(">")[0]
        for line in guides.documents[name]:
            subject, predicate, rest = line.split(" ", 2)
            if predicate == f"<{RG}confidence>" and "/claim/" in subject:
                faults += 1
                if faults % COPIES_PER_FAULT == 0:
                    rest = rest.replace(rest.split('"')[1], "1.5", 1)
            yield f"{_renamed(subject, slug, number)} {predicate} {_renamed(rest, slug, number)}"
        written += len(guides.documents[name])
        if written >= triples:
            return


_OWN = tuple(f"{kind}/" for kind in ("passage", "section", "mention", "claim", "statement", "proposal", "skipped-figure", "alternative"))


def _renamed(text: str, slug: str, number: int) -> str:
    """The IRIs of one document's things, made those of its copy."""
    for kind in _OWN:
        text = text.replace(f"<{settings.BASE}{kind}", f"<{settings.BASE}{kind}{number}-")
    return text.replace(f"document/{slug}>", f"document/{slug}-{number}>").replace(f'"{slug}"', f'"{slug}-{number}"')


def _peak() -> int:
    """Highest resident memory of this process, in bytes (Linux); getrusage would count the parent's."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def measure(engine: str, file: Path, repeat: int) -> dict[str, float]:
    """Seconds (best of `repeat`), results, and peak memory of one engine; to be run in a process of its own."""
    started = _peak()
    if engine == "pyshacl":
        return _pyshacl(file, started)
    if engine == "pyrudof":
        return _pyrudof(file, started)
    plan = compile_shapes(_without_sparql(file) if engine == "native, no SPARQL" else shipped_shapes())
    store = ox.Store()
    begin = time.perf_counter()
    store.bulk_load(path=file, format=ox.RdfFormat.N_QUADS)
    loaded = time.perf_counter() - begin
    if engine == "increment":
        return _increment(plan, store, repeat)
    seconds = []
    for _ in range(repeat):
        begin = time.perf_counter()
        report = plan.validate(store, workers=4 if "threads" in engine else 1)
        seconds.append(time.perf_counter() - begin)
    return {"seconds": min(seconds), "load": loaded, "results": len(report.results), "bytes": _peak() - started, "triples": len(store)}


def _increment(plan: object, store: ox.Store, repeat: int) -> dict[str, float]:
    """One document's graph is replaced by one of another text: none of its passages, mentions and claims stays."""
    kind = store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), ox.NamedNode(RG + "Document"), None)
    graph = max((q.graph_name for q in kind), key=str)
    slug = graph.value.rsplit("/", 1)[1]
    old = list(store.quads_for_pattern(None, None, None, graph))
    lines = "".join(_renamed(f"{q} .\n", slug, 1_000_000) for q in old)
    new = list(ox.parse(lines.encode(), ox.RdfFormat.N_QUADS))
    before, seconds = plan.validate(store), []
    for gone, come in [(old, new), (new, old)] * max(1, repeat // 2):
        store.remove_graph(gone[0].graph_name)
        store.extend(come)
        begin = time.perf_counter()
        affected = affected_by(plan, [*gone, *come], store)
        report = before.merged(affected, plan.validate(store, affected))
        seconds.append(time.perf_counter() - begin)
        before = report
    assert report.results == plan.validate(store).results
    return {"seconds": min(seconds), "results": len(report.results), "triples": len(old)}


def _pyshacl(file: Path, started: int) -> dict[str, float]:
    shapes = read_files(shipped_shapes()).triples
    begin = time.perf_counter()
    found = run_here(shapes, list(dict.fromkeys(q.triple for q in ox.parse(path=file, format=ox.RdfFormat.N_QUADS))))
    assert not isinstance(found, str), found
    return {"seconds": time.perf_counter() - begin, "results": len(found), "bytes": _peak() - started}


def _without_sparql(file: Path) -> Path:
    """The shapes without those that hold SPARQL, as one Turtle file beside the data."""
    triples = read_files(shipped_shapes()).triples
    left = [t for t in triples if t.predicate.value not in (SH + "sparql", SH + "declare")]
    out = file.with_suffix(".shapes.ttl")
    ox.serialize(left, out, ox.RdfFormat.TURTLE)
    return out


def _pyrudof(file: Path, started: int) -> dict[str, float]:
    import pyrudof
    triples = file.with_suffix(".nt")
    ox.serialize(dict.fromkeys(q.triple for q in ox.parse(path=file, format=ox.RdfFormat.N_QUADS)), triples, ox.RdfFormat.N_TRIPLES)
    rudof = pyrudof.Rudof(pyrudof.RudofConfig())
    begin = time.perf_counter()
    rudof.read_data(str(triples), pyrudof.RDFFormat.NTriples)
    loaded = time.perf_counter() - begin
    rudof.read_shacl(str(_without_sparql(file)), pyrudof.ShaclFormat.Turtle)
    begin = time.perf_counter()
    report = rudof.validate_shacl()
    return {"seconds": time.perf_counter() - begin, "load": loaded, "results": len(list(report.entries)) if hasattr(report, "entries") else -1,
            "bytes": _peak() - started}


def _apart(engine: str, file: Path, repeat: int, seconds: float) -> dict[str, float] | str:
    """The measurement in a fresh interpreter, so that one engine's memory is not another's; why it failed, if it did."""
    code = ("import json, sys; from pathlib import Path; from tests.benchmarks.shacl import measure; "
            "print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))))")
    try:
        done = subprocess.run([sys.executable, "-c", code, engine, str(file), str(repeat)], capture_output=True, text=True,
                              timeout=seconds, cwd=ROOT, check=False)
    except subprocess.TimeoutExpired:
        return f"over {seconds:.0f} s"
    if done.returncode:
        return (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1]
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Print one line an engine and size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=["native", "native, 4 threads", "increment", "pyshacl"])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--timeout", type=float, default=3600.0, help="seconds for one engine and size")
    chosen = parser.parse_args()
    engines = [e for e in chosen.engines if e != "pyrudof" or find_spec("pyrudof")]
    print(f"{'triples':>10}  {'engine':<18} {'seconds':>9} {'against native':>15} {'results':>8} {'bytes a triple':>15}")
    with tempfile.TemporaryDirectory() as folder:
        shipped = guides(Path(folder))
        for wanted in chosen.triples:
            file = Path(folder) / f"{wanted}.nq"
            with file.open("w", encoding="utf-8") as out:
                out.writelines(copies(shipped, wanted))
            with file.open(encoding="utf-8") as lines:
                size = sum(1 for _ in lines)
            native = None
            for engine in engines:
                found = _apart(engine, file, chosen.repeat, chosen.timeout)
                if isinstance(found, str):
                    print(f"{size:>10}  {engine:<18} {found}", flush=True)
                    continue
                native = found["seconds"] if native is None else native
                memory = f"{found['bytes'] / size:15.0f}" if "bytes" in found else ""
                print(f"{size:>10}  {engine:<18} {found['seconds']:9.3f} {found['seconds'] / native:15.2f} {found['results']:8.0f} {memory}",
                      flush=True)


if __name__ == "__main__":
    multiprocessing.freeze_support()
    main()
