"""Time, memory and disk as the number of documents grows: python -m tests.benchmarks.scale [NUMBER...] [--processes N...] [--picture FILE]

Generates a corpus, builds it in a process of its own, changes one document and builds again; checks what was found against what
the documents state. Ratios hold, absolute figures depend on the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from kg import store as stores
from tests.benchmarks.correct import compared
from tests.benchmarks.generator import Corpus

_BUILD = """
import sys
from pathlib import Path
from kg import settings
from kg.build import build
from kg.summary import peak_memory
summary = build([sys.argv[1]], settings.load(store=sys.argv[2], processes=int(sys.argv[3]), reasoner="rules"), log=Path(sys.argv[4]))
sys.exit(0 if summary.published else 1)
"""

@dataclass(slots=True)
class Measure:
    """One build: documents, processes, seconds, words, peak memory (MB) of one process, disk (MB), quads; by kind of fact recall and
    precision over two hundred documents."""

    documents: int
    processes: int
    seconds: float
    words: int
    memory: int
    disk: float
    quads: int
    facts: dict[str, tuple[float, float]]
    changed: float = 0.0
    stages: dict[str, float] | None = None


def measure(number: int, processes: int, folder: Path, corpus: Corpus) -> Measure:
    """Build a corpus afresh, then again with one document changed."""
    source, store, log = folder / f"in-{number}", folder / f"store-{number}-{processes}", folder / "log.jsonl"
    made = corpus.write(source, number)
    seconds, events = run(source, store, processes, log)
    stages = {e["stage"]: e["seconds"] for e in events if e["event"] == "stage"}
    end = events[-1]["counts"]
    memory = max(e["peak_memory_mb"] for e in events if e["event"] == "stage")
    found = Measure(number, processes, seconds, end["words"], memory, size(store), events[-2].get("quads", 0),
                    compared(stores.open_revision(stores.published(store)), made), stages=stages)
    guide = sorted(source.glob("doc-*"))[0]
    original = guide.read_bytes()
    guide.write_bytes(original + b"\nFamiliarity with Terraform is an advantage.\n")
    found.changed, _ = run(source, store, processes, log)
    guide.write_bytes(original)
    return found


def run(source: Path, store: Path, processes: int, log: Path) -> tuple[float, list[dict]]:
    """Seconds of a build in a process of its own, and its log."""
    begin = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", _BUILD, str(source), str(store), str(processes), str(log)], check=False)
    seconds = time.perf_counter() - begin
    if done.returncode:
        raise SystemExit(f"the build of {source} failed")
    return seconds, [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def size(folder: Path) -> float:
    """Megabytes of a folder's files, those with several names once."""
    seen = {(s.st_dev, s.st_ino): s.st_size for s in (p.stat() for p in folder.rglob("*") if p.is_file())}
    return sum(seen.values()) / 1e6


def picture(rows: list[Measure]) -> str:
    """Curves of seconds, memory and disk over documents, on logarithmic scales, as SVG."""
    import math
    width, height, left, top = 640, 300, 60, 20
    series = [("seconds", "#1b6ca8", [r.seconds for r in rows]), ("peak memory (MB)", "#b5541c", [float(r.memory) for r in rows]),
              ("disk (MB)", "#3a7d44", [r.disk for r in rows]), ("seconds, one document changed", "#7a4fa3", [r.changed for r in rows])]
    low, high = 0.0, math.ceil(math.log10(max(v for _, _, values in series for v in values)))
    first, last = math.log10(rows[0].documents), max(math.log10(rows[-1].documents), math.log10(rows[0].documents) + 1)

    def x(n: int) -> float:
        return left + (math.log10(n) - first) / (last - first) * (width - left - 20)

    def y(v: float) -> float:
        return top + height - (math.log10(max(v, 1.0)) - low) / (high - low) * height
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height + 110}" font-family="sans-serif" font-size="12">',
           f'<rect width="{width}" height="{height + 110}" fill="white"/>']
    for power in range(int(low), high + 1):
        out.append(f'<line x1="{left}" x2="{width - 20}" y1="{y(10.0 ** power):.1f}" y2="{y(10.0 ** power):.1f}" stroke="#ddd"/>'
                   f'<text x="{left - 6}" y="{y(10.0 ** power) + 4:.1f}" text-anchor="end">{10 ** power:,}</text>')
    out += [f'<text x="{x(r.documents):.1f}" y="{top + height + 16}" text-anchor="middle">{r.documents:,}</text>' for r in rows]
    out.append(f'<text x="{(left + width) / 2}" y="{top + height + 34}" text-anchor="middle">documents</text>')
    for n, (name, colour, values) in enumerate(series):
        points = " ".join(f"{x(r.documents):.1f},{y(v):.1f}" for r, v in zip(rows, values, strict=True))
        out.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out.append(f'<text x="{left + n % 2 * 280}" y="{top + height + 56 + n // 2 * 18}" fill="{colour}">{name}</text>')
    return "\n".join([*out, "</svg>", ""])


def main() -> None:
    """Print a line for each number of documents and of processes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("numbers", nargs="*", type=int, default=[10, 100, 1000])
    parser.add_argument("--processes", nargs="*", type=int, default=[os.cpu_count() or 1])
    parser.add_argument("--picture", type=Path)
    args = parser.parse_args()
    corpus, rows = Corpus(), []
    with tempfile.TemporaryDirectory() as folder:
        for number in args.numbers:
            for processes in args.processes:
                row = measure(number, processes, Path(folder), corpus)
                rows.append(row)
                print(json.dumps({k: round(v, 2) if isinstance(v, float) else v for k, v in asdict(row).items()}), flush=True)
    if args.picture:
        args.picture.write_text(picture([r for r in rows if r.processes == args.processes[0]]), encoding="utf-8")


if __name__ == "__main__":
    main()
