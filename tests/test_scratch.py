"""Folders for a moment: gone when done, also after a process that was killed; those in use stay."""

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg import scratch as module
from kg.scratch import scratch, sharing
from tests.conftest import ROOT
from tests.serving import LINE, Server, publish


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    module._clear.cache_clear()
    return tmp_path


def hold(send, die: bool) -> None:
    with scratch() as folder:
        (folder / "rows.jsonl").write_text("x" * 100, encoding="utf-8")
        send.send(str(folder))
        if die:
            os.kill(os.getpid(), signal.SIGKILL)
        send.recv()


def held(die: bool) -> tuple:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=hold, args=(theirs, die))
    process.start()
    return process, ours, Path(ours.recv())


def test_a_folder_goes_when_it_is_done_with(place: Path):
    with scratch() as folder:
        (folder / "file").write_text("x", encoding="utf-8")
        assert folder.parent == place
    assert not folder.exists()


def test_what_a_killed_process_left_is_cleared_and_what_another_uses_stays(place: Path):
    dead, _, left = held(die=True)
    dead.join()
    alive, pipe, used = held(die=False)
    (place / "rolegraph-of-another").mkdir()
    with scratch() as folder:
        assert folder.exists()
        assert not left.exists() and (used / "rows.jsonl").exists() and (place / "rolegraph-of-another").exists()
    pipe.send(None)
    alive.join()
    assert not used.exists()


def use(send, folder: str) -> None:
    with sharing(Path(folder)):
        send.send("")
        send.recv()


def test_a_folder_stays_while_anybody_uses_it_though_its_maker_was_killed(place: Path):
    maker, _, folder = held(die=False)
    ours, theirs = multiprocessing.Pipe()
    other = multiprocessing.get_context("fork").Process(target=use, args=(theirs, str(folder)))
    other.start()
    ours.recv()
    maker.kill()
    maker.join()
    with scratch():
        assert (folder / "rows.jsonl").exists()
    ours.send(None)
    other.join()
    module._clear.cache_clear()
    with scratch():
        assert not folder.exists()


def folders(place: Path) -> set[Path]:
    return set(place.glob("rolegraph-*"))


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder with a short name, as sockets want it."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder)


def test_what_a_killed_server_left_goes_at_the_next_start(short: Path, place: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TMPDIR", str(short))
    publish(place / "store", [LINE])
    with Server(place / "store") as first:
        assert first.query("SELECT * { ?s ?p ?o }")[0] == 200
        left = folders(short)
        assert left
        first.process.kill()
        first.process.wait()
        assert folders(short) == left
        with Server(place / "store") as second:
            assert second.query("SELECT * { ?s ?p ?o }")[0] == 200
            assert not left & folders(short)
        assert not folders(short)


def test_what_a_killed_evaluation_left_goes_at_the_next_start(place: Path):
    golds = map(str, sorted((ROOT / "data" / "gold").glob("*.jsonl")))
    command = [sys.executable, "-m", "kg", "evaluate", *golds, "--documents", str(ROOT / "data" / "documents")]
    process = subprocess.Popen(command, env=os.environ | {"TMPDIR": str(place), "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL)
    while not (left := list(place.glob("rolegraph-*/store/revisions/*"))):
        assert process.poll() is None
    process.kill()
    process.wait()
    for _ in range(600):  # processes that it started end when they see that it has gone
        module._clear.cache_clear()
        with scratch():
            pass
        if not left[0].exists():
            break
        threading.Event().wait(0.1)
    assert not folders(place)


def test_a_folder_that_lasts_goes_with_its_process(place: Path):
    code = "from kg.scratch import lasting; print(lasting()); print(lasting().is_dir() and lasting() == lasting())"
    told = subprocess.run([sys.executable, "-c", code], env=os.environ | {"TMPDIR": str(place), "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
                          check=True).stdout.split()
    assert told[1] == "True" and not Path(told[0]).exists()
