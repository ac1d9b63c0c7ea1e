"""What happens to the published graph when things go wrong, tried for real: processes killed, disks full, bytes flipped."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from kg import settings
from kg import store as stores
from kg.build import build
from kg.errors import StoreError
from kg.revisions.check import faults
from tests.crashes import Killing, answers, documents, finished, said_by, started


@pytest.fixture(scope="module")
def killing(tmp_path_factory: pytest.TempPathFactory) -> Killing:
    return Killing(tmp_path_factory.mktemp("killing"), seed=7)


def test_builds_that_are_killed_leave_the_published_graph_and_the_next_build_succeeds(killing: Killing):
    for _ in range(8):
        killing.once()
    assert killing.killed
    killing.after()


@pytest.mark.parametrize("size", [1_000, 300_000, 5_000_000])
def test_a_disk_that_fills_stops_the_build_with_a_clear_line(killing: Killing, size: int):
    before = stores.published(killing.store).id
    failing = started(documents(killing.folder / "other", 23), killing.store, file_size=size)
    assert finished(failing) == 1 and "free space" in said_by(killing.store).read_text(), said_by(killing.store).read_text()
    assert stores.published(killing.store).id == before
    assert not stores.leftovers(killing.store)  # even the failed build has cleaned up after itself


def test_two_builds_at_once_one_waits_its_turn(killing: Killing):
    with stores.writing(killing.store), pytest.raises(StoreError, match=f"another build.*{os.getpid()}"):
        build([killing.folder / "in"], settings.load(store=killing.store))


def test_readers_see_the_old_graph_or_the_new_one_and_nothing_else(killing: Killing):
    years, wrong, seen = ["7", "21"], [], set()
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            found = answers(killing.store) - {"3", "5"}
            seen.update(found)
            if len(found) != 1 or not found <= set(years):
                wrong.append(found)
    reader = threading.Thread(target=look)
    reader.start()
    for year in (21, 7):
        assert finished(started(documents(killing.folder / "in", year), killing.store)) == 0
    stop.set()
    reader.join()
    assert not wrong and len(seen) > 1


def test_a_damaged_revision_is_built_anew_and_the_others_are_kept(killing: Killing):
    revision = stores.published(killing.store)
    part = revision.part("facts")
    part.write_bytes(part.read_bytes()[:-10] + b"0123456789")
    assert faults(revision.path)
    assert finished(started(documents(killing.folder / "in", 7), killing.store)) == 0
    assert stores.published(killing.store).id == revision.id and not faults(revision.path)


def test_a_clock_that_jumps_back_changes_nothing(killing: Killing):
    for name in stores.history(killing.store):
        os.utime(killing.store / "revisions" / name, (4e9, 4e9))
    assert finished(started(documents(killing.folder / "in", 12), killing.store)) == 0
    assert answers(killing.store) == {"12", "3", "5"}
    assert stores.published(killing.store).id == stores.history(killing.store)[-1]


def test_an_interrupted_build_cleans_up(killing: Killing):
    interrupted = started(documents(killing.folder / "in", 25), killing.store, 2)
    time.sleep(0.6 * killing.seconds)
    os.kill(interrupted.pid, signal.SIGINT)
    interrupted.join()
    assert not stores.leftovers(killing.store)


def test_an_old_or_foreign_folder_under_revisions_is_no_obstacle(killing: Killing, tmp_path: Path):
    (killing.store / "revisions" / ("0" * 64)).mkdir()
    assert finished(started(documents(killing.folder / "in", 13), killing.store)) == 0
    assert answers(killing.store) == {"13", "3", "5"}
