"""Builds that are killed at random moments, for tests/test_crashes.py and the long run: python -m tests.crashes 300"""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

from kg import settings
from kg import store as stores
from kg.build import build
from kg.errors import RoleGraphError
from kg.revisions.check import faults

ADVERT = "Data Engineer\n\nRequirements\n- {years}+ years of experience with Python and SQL\n- Familiarity with Terraform\n"


def documents(folder: Path, years: int) -> Path:
    """A folder of three small documents, one of which says `years`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, number in (("one", years), ("two", 3), ("three", 5)):
        (folder / f"{name}.txt").write_text(ADVERT.format(years=number), encoding="utf-8")
    return folder


def started(folder: Path, store: Path, processes: int = 1, file_size: int | None = None) -> BaseProcess:
    """A build in a process of its own, which dies alone; what it says goes to the file `said` beside the store."""
    context = multiprocessing.get_context("forkserver")  # forked from a process without threads that has the vocabulary read
    context.set_forkserver_preload(["tests.warm"])
    process = context.Process(target=_build, args=(folder, store, processes, file_size))
    process.start()
    return process


def _build(folder: Path, store: Path, processes: int, file_size: int | None) -> None:
    said = os.open(said_by(store), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(said, 2)
    if file_size is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))
    code = 1
    try:
        code = not build([folder], settings.load(store=store, reasoner="rules", processes=processes, validate_build=False)).published
    except RoleGraphError as error:
        os.write(2, str(error).encode())
    sys.exit(code)


def said_by(store: Path) -> Path:
    """Where a build's messages go."""
    return store.with_name("said")


def finished(process: BaseProcess) -> int:
    """The exit code of a process that is waited for."""
    process.join()
    return process.exitcode


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
        assert finished(started(documents(folder / "in", 7), self.store)) == 0
        begin = time.monotonic()
        assert finished(started(documents(folder / "in", 7), self.store)) == 0
        self.seconds = time.monotonic() - begin

    def once(self) -> None:
        """One build of changed documents, killed at a random moment with all its processes."""
        years = self.random.randint(8, 30)
        build = started(documents(self.folder / "in", years), self.store, self.random.choice((1, 2)))
        time.sleep(self.random.uniform(0.01, 1.1) * self.seconds)
        done = not build.is_alive()
        build.kill()
        build.join()
        self.killed += not done
        now = answers(self.store)
        assert now in (self.published, {str(years), "3", "5"}), now
        if done:
            assert now == {str(years), "3", "5"}
        self.published = now
        assert faults(stores.published(self.store).path) == []

    def after(self) -> None:
        """The next build succeeds and leaves nothing behind."""
        assert finished(started(documents(self.folder / "in", 7), self.store)) == 0
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
