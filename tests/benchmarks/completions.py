"""How fast completions are: p95 of /api/v1/suggest and of the pages' /suggest beside that of /health, in one run.

    python -m tests.benchmarks.completions [--store STORE]

Asked as someone types: the beginnings of labels, letter by letter, no two of them the same, so that no answer is a kept one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from kg import settings
from kg.build import build
from kg.vocabulary import load
from tests.benchmarks.pages import GUIDES, p95, served, times

WANTED, ROUNDS, TYPED = 3.0, 4, 3000


def beginnings() -> list[str]:
    """Beginnings of labels of one letter and more, spread over the vocabulary."""
    labels = sorted({label for concept in load().concepts.values() if (label := concept.label)})
    found = dict.fromkeys(label[:length] for label in labels for length in range(1, 9) if length <= len(label))
    return list(found)[::max(len(found) // TYPED, 1)]


def measured(store: Path) -> dict[str, float]:
    """The p95 in milliseconds of /health and of both completions, asked in turn."""
    typed, taken = beginnings(), {}
    with served(store) as port:
        for path in ("/health", "/api/v1/suggest?q=a", "/suggest?q=a"):
            times(port, [path], 50)
        for number in range(ROUNDS):
            some = typed[number::ROUNDS]
            for name, paths in (("/health", ["/health"] * len(some)), *((p, [f"{p}?q={quote(t)}" for t in some]) for p in ("/api/v1/suggest", "/suggest"))):
                taken.setdefault(name, []).extend(times(port, paths, 1))
    return {name: 1000 * p95(found) for name, found in taken.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; 1 where a ratio is not met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", type=Path, help="a store; else the guides are built")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        store = chosen.store or Path(folder) / "guides"
        if not chosen.store:
            build([GUIDES], settings.load(store=store, reasoner="rules", validate_build=False))
        found = measured(store)
    health = found.pop("/health")
    print(f"/health p95 {health:.2f} ms")
    api, pages = found.values()
    print(f"/api/v1/suggest p95 {api:.2f} ms: {api / health:.2f} times (wanted: at most {WANTED:g})")
    print(f"/suggest of the pages p95 {pages:.2f} ms: {pages / health:.2f} times")
    return 0 if api <= WANTED * health else 1


if __name__ == "__main__":
    sys.exit(main())
