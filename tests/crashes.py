"""Work on a store that is killed at random moments, for tests/test_crashes.py and the long run: python -m tests.crashes 300"""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path

from kg import settings
from kg import store as stores
from kg.build import build
from kg.distributed import partitions
from kg.errors import RoleGraphError
from kg.revisions import archive
from kg.revisions.check import faults

ADVERT = "Data Engineer\n\nRequirements\n- {years}+ years of experience with Python and SQL\n- Familiarity with Terraform\n"
BASES = ("https://w3id.org/rolegraph/id/", "https://example.org/id/")
KINDS = ("increment", "increment", "afresh", "load", "restore", "partitions")
# a store that was loaded or restored: what it asks for
KEPT = "31"


def documents(folder: Path, years: int | str) -> Path:
    """A folder of three small documents, one of which says `years`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, number in (("one", years), ("two", 3), ("three", 5)):
        (folder / f"{name}.txt").write_text(ADVERT.format(years=number), encoding="utf-8")
    return folder


def damaged(path: Path, how: str) -> None:
    """Do to a file what disks and people do: it goes missing, loses its end, has a bit flipped."""
    data = path.read_bytes()
    match how:
        case "missing":
            path.unlink()
        case "cut":
            path.write_bytes(data[:-2])
        case "flipped":
            middle = len(data) // 2
            path.write_bytes(data[:middle] + bytes([data[middle] ^ 4]) + data[middle + 1:])


def started(folder: Path, store: Path, processes: int = 1, file_size: int | None = None, **more: object) -> BaseProcess:
    """A build in a process of its own, which dies alone; what it says goes to the file `said` beside the store."""
    return _process(_build, folder, store, processes, file_size, more)


def _process(work: Callable, *args: object) -> BaseProcess:
    context = multiprocessing.get_context("forkserver")  # forked from a process without threads that has the vocabulary read
    context.set_forkserver_preload(["tests.warm"])
    process = context.Process(target=work, args=args)
    process.start()
    return process


def _build(folder: Path, store: Path, processes: int, file_size: int | None, more: dict) -> None:
    if file_size is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))

    def work() -> list[str]:
        return build([folder], settings.load(**{"store": store, "reasoner": "rules", "processes": processes, "validate_build": False} | more)).notes
    _told(store, work)


def _published(store: Path, make: Callable, source: str) -> None:
    def work() -> list[str]:
        with stores.writing(store) as cleaned:
            stores.publish(store, make(source, store))
            stores.prune(store, 3)
        return [f"cleaned up after: {name}" for name in cleaned]
    _told(store, work)


def _partitioned(store: Path, url: str) -> None:
    _told(store, lambda: [partitions.write(stores.published(store), url)])


def _told(store: Path, work: Callable[[], list[str]]) -> None:
    said = os.open(said_by(store), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(said, 2)
    try:
        os.write(2, "\n".join(work()).encode())
    except RoleGraphError as error:
        os.write(2, str(error).encode())
        sys.exit(1)


def said_by(store: Path) -> Path:
    """Where a build's messages go."""
    return store.with_name("said")


def finished(process: BaseProcess) -> int:
    """The exit code of a process that is waited for."""
    process.join()
    return process.exitcode


def answers(store: Path) -> set[str]:
    """The years that the published graph asks for."""
    return asked(stores.open_revision(stores.published(store)))


def asked(quads) -> set[str]:
    """The years that a graph asks for."""
    query = "PREFIX rg: <https://w3id.org/rolegraph/ontology#> SELECT DISTINCT ?y WHERE { ?c rg:minYears ?y }"
    return {row["y"].value for row in quads.query(query, use_default_graph_as_union=True)}


class Killing:
    """Kills builds, loads, restores and publications on one store, and checks after each what the store holds."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.store, self.random = folder, folder / "store", random.Random(seed)
        self.killed, self.done, self.base = Counter(), Counter(), BASES[0]
        assert finished(started(documents(folder / "in", KEPT), self.store)) == 0
        self.manifest = partitions.write(stores.published(self.store), str(folder / "loaded"))
        archive.pack(stores.published(self.store), folder / "backup.tar.gz")
        assert finished(_process(_partitioned, self.store, str(folder / "out"))) == 0
        begin = time.monotonic()
        assert finished(started(documents(folder / "in", 7), self.store)) == 0
        self.seconds = time.monotonic() - begin
        self.takes = dict.fromkeys(KINDS, self.seconds) | dict.fromkeys(("load", "restore", "partitions"), self.seconds / 2)
        self.published = {"7", "3", "5"}

    def once(self) -> None:
        """One piece of work, killed at a random moment with all its processes, every third while it is published."""
        kind, years = self.random.choice(KINDS), str(self.random.randint(8, 30))
        left, before = stores.leftovers(self.store), set(stores.history(self.store))
        begin, work = time.monotonic(), self._begun(kind, years)
        if not self.random.randrange(3):
            self._until_published(work, before)
            time.sleep(self.random.uniform(0, 0.1) * self.takes[kind])
        else:
            work.join(self.random.uniform(0.01, 1.05) * self.takes[kind])
        done = not work.is_alive()
        if done:  # the next is killed earlier
            self.takes[kind] = time.monotonic() - begin
        work.kill()
        work.join()
        (self.done if done else self.killed)[kind] += 1
        self._checked(kind, {KEPT if kind in ("load", "restore") else years, "3", "5"}, done)
        assert not (done and left and kind != "partitions") or "cleaned up" in said_by(self.store).read_text(encoding="utf-8")

    def _begun(self, kind: str, years: str) -> BaseProcess:
        match kind:
            case "load":
                return _process(_published, self.store, partitions.load, self.manifest)
            case "restore":
                return _process(_published, self.store, archive.unpack, self.folder / "backup.tar.gz")
            case "partitions":
                return _process(_partitioned, self.store, str(self.folder / "out"))
            case "afresh":
                self.base = next(b for b in BASES if b != self.base)
        return started(documents(self.folder / "in", years), self.store, self.random.choice((1, 2)), base_iri=self.base)

    def _until_published(self, work: BaseProcess, before: set[str]) -> None:
        """Wait until a new revision has its manifest, whether it has its name already or not."""
        while work.is_alive() and not any((p / "manifest.json").exists() for p in (self.store / "revisions").iterdir() if p.name not in before):
            time.sleep(0.002)

    def _checked(self, kind: str, wanted: set[str], done: bool) -> None:
        if kind == "partitions":
            manifest = partitions.manifest_of(f"{self.folder}/out/manifest.json")
            with tempfile.TemporaryDirectory() as folder:
                for _ in partitions.files(f"{self.folder}/out/manifest.json", manifest, Path(folder)):
                    pass
            assert not done or manifest["revision"] == stores.published(self.store).id
            return
        now = answers(self.store)
        assert now == wanted if done else now in (self.published, wanted), (kind, now, said_by(self.store).read_text(encoding="utf-8"))
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
    """Kill as many pieces of work as the first argument says."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with tempfile.TemporaryDirectory() as folder:
        killing = Killing(Path(folder), seed=number)
        for _ in range(number):
            killing.once()
        killing.after()
        kinds = ", ".join(f"{killing.killed[kind]} of {killing.killed[kind] + killing.done[kind]} {kind}" for kind in sorted(set(KINDS)))
        print(f"{killing.killed.total()} of {number} were killed before they were done ({kinds}); the published graph answered after each")


if __name__ == "__main__":
    main()
