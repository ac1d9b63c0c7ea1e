"""What happens to the published graph when things go wrong, tried for real: processes killed, disks full, bytes flipped, clocks that jump."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kg import store as stores
from kg.errors import StoreError
from kg.revisions.check import faults
from tests.conftest import needs
from tests.crashes import Killing, answers, asked, damaged, documents, finished, said_by, started

needs_mount = needs(hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("mount"), "needs root, to mount a small file system")
needs_faketime = needs(shutil.which("faketime"), "needs a clock that can be set: apt-get install faketime")


@pytest.fixture(scope="module")
def killing(tmp_path_factory: pytest.TempPathFactory) -> Killing:
    return Killing(tmp_path_factory.mktemp("killing"), seed=7)


def test_work_that_is_killed_leaves_the_published_graph_and_the_next_build_succeeds(killing: Killing):
    for _ in range(8):
        killing.once()
    assert killing.killed
    killing.after()


@pytest.mark.parametrize("size", [1_000, 5_000_000])
def test_a_bound_on_file_size_stops_the_build_with_a_clear_line(killing: Killing, size: int):
    before = stores.published(killing.store).id
    failing = started(documents(killing.folder / "other", 23), killing.store, file_size=size, base_iri="https://example.org/other/")
    assert finished(failing) == 1 and "free space" in said_by(killing.store).read_text(), said_by(killing.store).read_text()
    assert stores.published(killing.store).id == before
    assert not stores.leftovers(killing.store)  # even the failed build has cleaned up after itself


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1g", "tmpfs", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@needs_mount
def test_a_disk_that_fills_keeps_the_graph_and_with_room_again_the_next_build_succeeds(killing: Killing, small: Path):
    store, source = small, documents(killing.folder / "small", 7)
    assert finished(started(source, store)) == 0
    now, full = "7", 0
    for years, room in ((11, 0), (12, 40_000_000)):
        free = shutil.disk_usage(small).free
        with (small / "filler").open("wb") as filler:
            os.posix_fallocate(filler.fileno(), 0, max(free - room, 1))
        code = finished(started(documents(source, years), store))
        assert code == 0 or "free space" in said_by(store).read_text(), said_by(store).read_text()
        now, full = (now, full + 1) if code else (str(years), full)
        assert answers(store) == {now, "3", "5"} and not stores.leftovers(store)
        (small / "filler").unlink()
    assert full
    assert finished(started(documents(source, 15), store)) == 0
    assert answers(store) == {"15", "3", "5"} and not faults(stores.published(store).path)


def test_of_two_builds_at_once_the_second_says_who_is_at_work_and_changes_nothing(killing: Killing):
    first = started(documents(killing.folder / "in", 17), killing.store)
    while (killing.store / "lock").read_text(encoding="utf-8") != str(first.pid):
        time.sleep(0.002)
    os.kill(first.pid, signal.SIGSTOP)
    try:
        before = answers(killing.store)
        second = started(documents(killing.folder / "other", 19), killing.store)
        assert finished(second) == 1 and answers(killing.store) == before
        assert f"another build (process {first.pid}) is writing this store" in said_by(killing.store).read_text()
    finally:
        os.kill(first.pid, signal.SIGCONT)
    assert finished(first) == 0 and answers(killing.store) == {"17", "3", "5"}


def test_readers_see_the_old_graph_or_the_new_one_and_nothing_else(killing: Killing):
    (now,) = answers(killing.store) - {"3", "5"}
    years, wrong, seen = [now, "21"], [], set()
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            found = answers(killing.store) - {"3", "5"}
            seen.update(found)
            if len(found) != 1 or not found <= set(years):
                wrong.append(found)
    reader = threading.Thread(target=look)
    reader.start()
    for year in ("21", now):
        assert finished(started(documents(killing.folder / "in", year), killing.store)) == 0
    stop.set()
    reader.join()
    assert not wrong and len(seen) > 1


def test_a_reader_goes_on_with_a_graph_that_has_been_removed_meanwhile(killing: Killing):
    reading = stores.open_revision(stores.published(killing.store), memory_quads=0)
    folder, before = stores.published(killing.store).path, answers(killing.store)
    for year in (21, 22):
        assert finished(started(documents(killing.folder / "in", year), killing.store, keep_revisions=1)) == 0
    assert not folder.exists() and asked(reading) == before


@pytest.mark.parametrize(("kind", "how"), [("manifest.json", "missing"), ("manifest.json", "flipped"), ("parts/facts.nq", "cut"), ("parts/documents-*.nq", "flipped"),
                                           ("oxigraph/CURRENT", "missing"), ("oxigraph/*.sst", "flipped")])
def test_a_damaged_revision_is_named_and_the_next_build_makes_a_whole_one(killing: Killing, kind: str, how: str):
    revision, before = stores.published(killing.store), answers(killing.store)
    path = sorted(revision.path.glob(kind))[0]
    damaged(path, how)
    assert path.name in faults(revision.path)[0] or "manifest" in faults(revision.path)[0]
    assert finished(started(killing.folder / "in", killing.store)) == 0
    assert answers(killing.store) == before and not faults(stores.published(killing.store).path)


def test_a_clock_that_has_jumped_back_changes_nothing(killing: Killing):
    for name in stores.history(killing.store):
        os.utime(killing.store / "revisions" / name, (4e9, 4e9))
    assert finished(started(documents(killing.folder / "in", 12), killing.store)) == 0
    assert answers(killing.store) == {"12", "3", "5"}
    assert stores.published(killing.store).id == stores.history(killing.store)[-1]


@needs_faketime
def test_a_clock_that_jumps_during_a_build_changes_nothing(killing: Killing):
    after, years, clock = "1999-12-31", "16", killing.folder / "clock"
    source = documents(killing.folder / "in", years)
    clock.write_text("@2026-03-01 00:00:00\n", encoding="utf-8")
    library = next(Path("/usr/lib").rglob("libfaketimeMT.so.1"))
    told = {"LD_PRELOAD": str(library), "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    work = subprocess.Popen([sys.executable, "-m", "kg", "build", str(source), "--store", str(killing.store), "--reasoner", "rules", "--no-validate",
                             "--processes", "2"], env=os.environ | told, stdout=subprocess.DEVNULL)
    while not stores.leftovers(killing.store) and work.poll() is None:
        time.sleep(0.01)
    clock.write_text(f"@{after} 00:00:00\n", encoding="utf-8")
    assert work.wait() == 0
    built = datetime.fromisoformat(stores.published(killing.store).manifest["built"])
    assert abs(built - datetime.fromisoformat(after).replace(tzinfo=UTC)).days <= 1  # the clock did jump
    assert answers(killing.store) == {years, "3", "5"} and not faults(stores.published(killing.store).path)
    assert stores.published(killing.store).id == stores.history(killing.store)[-1]


def test_an_interrupted_build_cleans_up(killing: Killing):
    interrupted = started(documents(killing.folder / "in", 25), killing.store, 2)
    time.sleep(0.6 * killing.seconds)
    os.kill(interrupted.pid, signal.SIGINT)
    interrupted.join()
    assert not stores.leftovers(killing.store)


def test_an_old_or_foreign_folder_under_revisions_is_no_obstacle(killing: Killing):
    (killing.store / "revisions" / ("0" * 64)).mkdir()
    assert finished(started(documents(killing.folder / "in", 13), killing.store)) == 0
    assert answers(killing.store) == {"13", "3", "5"}


def test_a_store_whose_revisions_are_gone_is_built_anew(killing: Killing):
    shutil.rmtree(killing.store / "revisions")
    with pytest.raises(StoreError, match="missing"):
        stores.published(killing.store)
    assert finished(started(documents(killing.folder / "in", 14), killing.store)) == 0
    assert answers(killing.store) == {"14", "3", "5"} and "read again" in said_by(killing.store).read_text()
