"""Builds that are killed at random moments, for tests/test_crashes.py and the long run: python -m tests.crashes 300"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kg import store as stores
from kg.revisions.check import faults

ADVERT = "Data Engineer\n\nRequirements\n- {years}+ years of experience with Python and SQL\n- Familiarity with Terraform\n"
_BUILD = """
import sys
from pathlib import Path
from kg import settings
from kg.build import build
summary = build([Path(sys.argv[1])], settings.load(store=Path(sys.argv[2]), reasoner="rules", processes=int(sys.argv[3])))
sys.exit(0 if summary.published else 1)
"""


def documents(folder: Path, years: int) -> Path:
    """A folder of three small documents, one of which says `years`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, number in (("one", years), ("two", 3), ("three", 5)):
        (folder / f"{name}.txt").write_text(ADVERT.format(years=number), encoding="utf-8")
    return folder


def started(folder: Path, store: Path, processes: int = 1, **more: object) -> subprocess.Popen:
    """A build in a process of its own."""
    return subprocess.Popen([sys.executable, "-c", _BUILD, str(folder), str(store), str(processes)],
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True, **more)


def answers(store: Path) -> set[str]:
    """The years that the published graph asks for."""
    query = "PREFIX rg: <https://w3id.org/rolegraph/ontology#> SELECT DISTINCT ?y WHERE { ?c rg:minYears ?y }"
    quads = stores.open_revision(stores.published(store))
    return {row["y"].value for row in quads.query(query, use_default_graph_as_union=True)}


class Killing:
    """Kills builds on one store, some of them increments, and checks after each what the store holds."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.store, self.random = folder, folder / "store", random.Random(seed)
        self.published, self.killed = {"7", "3", "5"}, 0
        begin = time.monotonic()
        assert started(documents(folder / "in", 7), self.store).wait() == 0
        self.seconds = time.monotonic() - begin

    def once(self) -> None:
        """One build of changed documents, killed at a random moment with all its processes."""
        years = self.random.randint(8, 60)
        build = started(documents(self.folder / "in", years), self.store, self.random.choice((1, 2)))
        time.sleep(self.random.uniform(0.2, 1.1) * self.seconds)
        done = build.poll() is not None
        os.kill(build.pid, signal.SIGKILL)
        build.wait()
        build.stderr.close()
        self.killed += not done
        now = answers(self.store)
        assert now in (self.published, {str(years), "3", "5"}), now
        if done:
            assert now == {str(years), "3", "5"}
        self.published = now
        assert faults(stores.published(self.store).path) == []

    def after(self) -> None:
        """The next build succeeds and leaves nothing behind."""
        assert started(documents(self.folder / "in", 7), self.store).wait() == 0
        assert answers(self.store) == {"7", "3", "5"}
        assert not stores.leftovers(self.store)
        for name in stores.history(self.store):
            assert faults(self.store / "revisions" / name) == []


def main() -> None:
    """Kill as many builds as the first argument says."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with tempfile.TemporaryDirectory() as folder:
        killing = Killing(Path(folder), seed=number)
        for _ in range(number):
            killing.once()
        killing.after()
        print(f"{killing.killed} of {number} builds were killed before they were done; the published graph answered after each")


if __name__ == "__main__":
    main()
