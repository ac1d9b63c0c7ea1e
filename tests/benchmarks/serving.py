"""Serving measured with wrk on loopback beside Virtuoso and, in process, bare pyoxigraph: python -m tests.benchmarks.serving [--million]

Both servers hold the same quads and run side by side; each case is asked of one after the other, several times in turn, and the
medians are compared. Ratios are what counts: absolute figures are those of a shared machine.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

from kg.namespaces import PREFIXES
from kg.store import Revision, open_revision, published
from tests.serving import Server, publish
from tests.virtuoso import Virtuoso, free_port

ROOT = Path(__file__).parents[2]
HEAD = "".join(f"PREFIX {name}: <{iri}> " for name, iri in PREFIXES.items() if name in ("rg", "skos", "nif", "rdfs", "dcterms"))
SMALL = (
    "SELECT ?tool WHERE {{ ?f rg:subject <{role}> ; rg:property rg:requiresTool ; rg:object/skos:prefLabel ?tool }} LIMIT 20",
    "SELECT ?p ?o WHERE {{ <{role}> ?p ?o }} LIMIT 50",
    "ASK {{ <{role}> skos:prefLabel ?label }}",
    "SELECT ?years WHERE {{ ?c a rg:ExperienceRequirement ; rg:subject <{role}> ; rg:minYears ?years }}",
)
ROWS = "SELECT ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } } LIMIT 10000"
QUESTIONS = Path(__file__).parents[1] / "questions"
EVERY = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
WRK = """
local n, paths = 0, { %s }
request = function()
  n = n + 1
  local path = paths[(n %% #paths) + 1]
  return wrk.format("GET", path:gsub("COUNTER", tostring(n) .. "-" .. tostring(math.random(1000000000))), { %s })
end
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: requests a second, 99th percentile in milliseconds, share of answers that were no 200 or 304."""

    rate: float
    p99: float
    failed: float


def wrk(root: str, paths: list[str], headers: dict[str, str], seconds: int, connections: int) -> Measured:
    """Ask for the paths in turn."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(WRK % (", ".join(f'"{p}"' for p in paths), ", ".join(f'["{k}"] = "{v}"' for k, v in headers.items())))
        script.flush()
        done = subprocess.run(["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "30s", "-s", script.name, root],
                              capture_output=True, text=True, check=True)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])  # type: ignore[index]
    value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", done.stdout).groups()  # type: ignore[union-attr]
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", done.stdout)
    total = int(re.search(r"(\d+) requests in", done.stdout)[1])  # type: ignore[index]
    return Measured(rate, float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit], int(bad[1]) / total if bad else 0.0)


def asked(text: str, *, fresh: bool) -> str:
    """The path of a query; a fresh one is never the same text twice."""
    return "/sparql?query=" + quote(HEAD + text + (" #" if fresh else "")) + ("COUNTER" if fresh else "")


def small(roles: list[str], *, fresh: bool) -> list[str]:
    """Paths of the small queries."""
    return [asked(text.format(role=role), fresh=fresh) for role in roles for text in SMALL]


def questions() -> list[str]:
    """Paths of the competency questions, never the same."""
    return ["/sparql?query=" + quote(f"{EVERY}{path.read_text(encoding='utf-8')}\n#") + "COUNTER" for path in sorted(QUESTIONS.glob("*.rq"))]


def lookups(server: Server, roles: list[str]) -> list[str]:
    """Paths of lookups of roles, tools, skills, claims, pay and facts; all of them answer."""
    things = [f"{kind}/{item['id'].partition('/')[2]}" for kind in ("tools", "skills")
              for item in json.loads(server.request("GET", f"/api/v1/{kind}?limit=5")[2])["items"]]
    named = [role.rpartition("/")[2] for role in roles]
    paths = [f"/api/v1/{path}" for path in (*things, "tools?limit=20", "skills?limit=20", *(path for name in named for path in (
        f"roles/{name}", f"claims?subject=role/{name}&limit=10", f"salaries?role=role/{name}&limit=10", f"facts?subject=role/{name}&limit=10")))]
    for path in paths:
        if server.request("GET", path)[0] != 200:
            raise AssertionError(path)
    return paths


def compared(title: str, runs: dict[str, tuple[str, list[str], dict[str, str]]], seconds: int, times: int, connections: int) -> dict[str, Measured]:
    """Medians of several runs, taken in turn."""
    found: dict[str, list[Measured]] = {name: [] for name in runs}
    for root, paths, headers in runs.values():
        wrk(root, paths, headers, 1, connections)
    for _ in range(times):
        for name, (root, paths, headers) in runs.items():
            found[name].append(wrk(root, paths, headers, seconds, connections))
    print(f"\n{title}")
    medians = {}
    for name, got in found.items():
        medians[name] = Measured(statistics.median(m.rate for m in got), statistics.median(m.p99 for m in got), max(m.failed for m in got))
        print(f"  {name:34} {medians[name].rate:9.0f} requests/s   p99 {medians[name].p99:8.1f} ms   failed {medians[name].failed:.1%}")
    return medians


@contextlib.contextmanager
def constant() -> Iterator[str]:
    """The address of a FastAPI application with a constant route, with as many processes as cores."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "uvicorn", "--factory", "tests.benchmarks.constant:make", "--port", str(port), "--workers",
                                str(os.cpu_count()), "--log-level", "critical", "--no-access-log"])
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/constant"):
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def ratio(words: str, value: float, wanted: float) -> bool:
    """Print a ratio beside what is wanted of it."""
    print(f"  {words}: {value:.2f} (wanted: at least {wanted:g}) {'ok' if value >= wanted else 'NOT MET'}")
    return value >= wanted


def in_process(store: ox.Store, texts: list[str], seconds: float) -> float:
    """Requests a second of bare pyoxigraph in one thread."""
    done, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        for text in texts:
            result = store.query(text, use_default_graph_as_union=True)
            result.serialize(format=ox.QueryResultsFormat.JSON)  # type: ignore[union-attr]
            done += 1
    return done / seconds


def text_of(revision: Revision) -> bytes:
    """All quads of a revision as N-Quads."""
    return b"".join(path.read_bytes() for path in sorted((revision.path / "parts").rglob("*.nq")))


def grown(source: Revision, folder: Path, quads: int) -> None:
    """Publish a graph of so many quads: copies of one, each with resources of its own."""
    lines = text_of(source).decode().splitlines(keepends=True)
    out: list[str] = []
    copy = 0
    while len(out) < quads:
        mark = f"/id/copy{copy}-" if copy else "/id/"
        out += [line.replace("/id/", mark) for line in lines] if copy else lines
        copy += 1
    publish(folder, out[:quads])


def main() -> int:
    """Run all cases; 1 where a ratio is not met."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--million", action="store_true", help="a graph of a million quads in place of the five guides")
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--store", type=Path, help="a store with the graph of the guides; else it is built")
    options = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="serving-"))
    try:
        return cases(options, work)
    finally:
        shutil.rmtree(work)


def cases(options: argparse.Namespace, work: Path) -> int:
    """The cases in turn."""
    store = options.store or work / "guides"
    if not options.store:
        subprocess.run([sys.executable, "-m", "kg", "build", str(ROOT / "data" / "documents"), "--store", str(store), "--reasoner", "rules"],
                       check=True, stdout=subprocess.DEVNULL)
    if options.million:
        grown(published(store), work / "million", 1_000_000)
        store = work / "million"
    revision = published(store)
    quads = open_revision(revision)
    roles = sorted({row["r"].value for row in quads.query("SELECT DISTINCT ?r { ?d a rg:Document ; rg:about ?r }", prefixes=PREFIXES,  # type: ignore[union-attr]
                                                         use_default_graph_as_union=True)})[:5]
    print(f"{revision.quads} quads, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with Virtuoso() as other, Server(store, workers=os.cpu_count(), cache_bytes=0) as bare, Server(store, workers=os.cpu_count()) as cached:
        (work / "all.nq").write_bytes(text_of(revision))
        other.load(work / "all.nq")
        return measured(options, quads, roles, other.root, bare.root, cached)


def measured(options: argparse.Namespace, quads: ox.Store, roles: list[str], other: str, bare: str, cached: Server) -> int:
    """Compare the servers; 1 where a ratio is not met."""
    accept = {"Accept": "application/sparql-results+json"}
    limits = (options.seconds, options.times, options.connections)
    fresh, same = small(roles, fresh=True), small(roles, fresh=False)
    met = []
    got = compared("small queries, never the same", {"RoleGraph": (bare, fresh, accept), "Virtuoso": (other, fresh, accept)}, *limits)
    virtuoso = got["Virtuoso"].rate
    print(f"  {'pyoxigraph, in process, 1 thread':34} {in_process(quads, [HEAD + t.format(role=r) for r in roles for t in SMALL], 2):9.0f} requests/s")
    met.append(ratio("RoleGraph beside Virtuoso", got["RoleGraph"].rate / virtuoso, 1))
    tag = cached.request("GET", same[0], **accept)[1]["etag"].replace('"', '\\"')
    got = compared("cached answers", {"kept answers": (cached.root, same, accept), "304": (cached.root, same[:1], accept | {"If-None-Match": tag})}, *limits)
    met.append(ratio("kept answers beside Virtuoso's small queries", got["kept answers"].rate / virtuoso, 3))
    met.append(ratio("304 beside Virtuoso's small queries", got["304"].rate / virtuoso, 3))
    got = compared("10,000 rows, never the same", {name: (root, [asked(ROWS, fresh=True)], accept) for name, root in (("RoleGraph", bare), ("Virtuoso", other))},
                   options.seconds, options.times, 4)
    met.append(ratio("RoleGraph beside Virtuoso", got["RoleGraph"].rate / max(got["Virtuoso"].rate, 0.01), 5))
    compared("competency questions, never the same", {name: (root, questions(), accept) for name, root in (("RoleGraph", bare), ("Virtuoso", other))},
             options.seconds, options.times, 4)
    asked_for = lookups(cached, roles)
    with constant() as plain:
        got = compared("API lookups", {"lookups": (cached.root, asked_for, {}), "lookups, answers not kept": (bare, asked_for, {}),
                                       "FastAPI, a constant": (plain, ["/constant"], {})}, *limits)
    met.append(ratio("lookups beside a constant", got["lookups"].rate / got["FastAPI, a constant"].rate, 0.5))
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
