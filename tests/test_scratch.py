"""Folders for a moment: gone when done, also after a process that was killed; those in use stay."""

import multiprocessing
import os
import signal
import tempfile
from pathlib import Path

import pytest

from kg import scratch as module
from kg.scratch import scratch


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
