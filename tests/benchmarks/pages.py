"""How fast pages are: role pages beside /health, on the five guides and on a million triples; frames of the picture; Lighthouse.

    python -m tests.benchmarks.pages [--large STORE] [--lighthouse]

STORE is a store of about a million triples; without it one is built from variants of the guides (some minutes). Frames and
Lighthouse need the parts of tests/browser.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg import settings
from kg.build import build
from kg.vocabulary import load

ROOT = Path(__file__).parents[2]
GUIDES = ROOT / "data" / "documents"
ROUNDS, VARIANTS, NODES, SECONDS = 40, 64, 300, 3


@contextmanager
def served(store: Path) -> Iterator[int]:
    """The port of a server over a store, as users start it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "kg", "serve", "--store", str(store), "--port", str(port)], cwd=ROOT,
                               env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                if ask(port, "/health")[0] == 200:
                    break
            except OSError:
                time.sleep(0.2)
        yield port
    finally:
        process.terminate()
        process.wait()


def ask(port: int, path: str, connection: http.client.HTTPConnection | None = None) -> tuple[int, bytes]:
    """Status and body as sent."""
    own = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    own.request("GET", path, headers={"Accept": "text/html", "Accept-Encoding": "gzip"})
    answer = own.getresponse()
    return answer.status, answer.read()


def times(port: int, paths: list[str], rounds: int) -> list[float]:
    """Seconds of each request over one connection, the paths in turn."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    taken = []
    for _ in range(rounds):
        for path in paths:
            began = time.perf_counter()
            status, _ = ask(port, path, connection)
            taken.append(time.perf_counter() - began)
            assert status == 200, path
    return taken


def p95(taken: list[float]) -> float:
    """The 95th percentile."""
    return sorted(taken)[int(len(taken) * 0.95)]


def measure(name: str, store: Path) -> float:
    """Print and return the ratio of a role page's p95 to that of /health."""
    with served(store) as port:
        listing = ask(port, "/compare")[1]
        roles = sorted({"/id/" + m for m in re.findall(r"value=.(role/[a-z0-9-]+)", _text(listing))})[:20]
        first = times(port, roles, 1)
        health, pages = times(port, ["/health"], 2000), times(port, roles, ROUNDS)
        quads = json.loads(_text(ask(port, "/health")[1]))["quads"]
        weights = [len(ask(port, role)[1]) for role in roles]
    ratio = p95(pages) / p95(health)
    print(f"{name}: {quads:,} quads, {len(roles)} roles: /health p95 {1000 * p95(health):.2f} ms, role page p95 {1000 * p95(pages):.2f} ms ({ratio:.1f} times); "
          f"first time median {1000 * sorted(first)[len(first) // 2]:.0f} ms, most {1000 * max(first):.0f} ms; largest page {max(weights) / 1000:.0f} kB compressed")
    return p95(pages)


def _text(body: bytes) -> str:
    import gzip
    return (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode()


def large(folder: Path) -> Path:
    """A store of about a million triples: each guide for many other roles of the vocabulary."""
    texts = folder / "texts"
    texts.mkdir()
    labels = sorted(c.label for c in load().concepts.values() if c.kind == "Role" and " " in c.label)
    guides = sorted(GUIDES.glob("*.txt"))
    for number in range(VARIANTS):
        label = labels[number * len(labels) // VARIANTS]
        text = guides[number % len(guides)].read_text(encoding="utf-8")
        titles = r"Principal (?:Machine Learning|ML|AI/ML|MLOps)[\w() ]*? Engineers?|Machine Learning Platform Engineers?"
        (texts / f"variant-{number:03}.txt").write_text(re.sub(titles, label, text), encoding="utf-8")
    made = folder / "store"
    build([GUIDES, texts], settings.load(store=made, reasoner="rules", validate_build=False))
    return made


def frames(store: Path) -> None:
    """Frames per second of the picture while it moves, with some hundred dots."""
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import CHROMIUM
    with served(store) as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"http://127.0.0.1:{port}/explore?start=role/principal-machine-learning-engineer")
        for other in ("role/principal-mlops-engineer", "role/machine-learning-platform-engineer", "role/principal-ai-ml-engineer"):
            page.evaluate("window.rolegraph.expand", other)
            page.wait_for_timeout(500)
        dots = int(page.locator("#picture").get_attribute("data-nodes"))
        drawn = page.evaluate("seconds => window.rolegraph.frames(seconds)", SECONDS)
        browser.close()
    print(f"picture: {dots} dots, {drawn / SECONDS:.0f} frames/s while moving (software rendering)")


def lighthouse(store: Path) -> None:
    """Lighthouse's scores of the start page, a role and a document."""
    from tests.browser.conftest import CHROMIUM
    tool = ROOT / "api" / "frontend" / "node_modules" / ".bin" / "lighthouse"
    with served(store) as port:
        for path in ("/", "/id/role/principal-machine-learning-engineer", "/id/document/principal-mlops-engineer"):
            for preset in ("mobile", "desktop"):
                command = [str(tool), f"http://127.0.0.1:{port}{path}", "--quiet", "--output=json", "--only-categories=performance,accessibility,best-practices",
                           "--chrome-flags=--headless=new --no-sandbox", *(["--preset=desktop"] if preset == "desktop" else [])]
                report = json.loads(subprocess.run(command, capture_output=True, check=True, env={**os.environ, "CHROME_PATH": str(CHROMIUM)}).stdout)
                scores = ", ".join(f"{c['title']} {round(100 * c['score'])}" for c in report["categories"].values())
                print(f"lighthouse {preset} {path}: {scores}")


def main() -> None:
    """Print all of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--large", type=Path, help="a store of about a million triples")
    parser.add_argument("--lighthouse", action="store_true", help="run Lighthouse too")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "guides"
        build([GUIDES], settings.load(store=small, reasoner="rules", validate_build=False))
        little = measure("guides", small)
        much = measure("large", chosen.large or large(Path(folder)))
        print(f"role page: p95 on the large graph {much / little:.1f} times that on the guides")
        frames(small)
        if chosen.lighthouse:
            lighthouse(small)


if __name__ == "__main__":
    main()
