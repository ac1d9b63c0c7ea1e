"""Processes that die, hang or fail; each item comes back once."""

import multiprocessing
import os
import signal
import time
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from kg.extract import Extractor, ahead, extract
from kg.model import Document
from kg.namespaces import BASE
from kg.workers import Lost, Workers


def results(work, items, processes=2, seconds=30.0) -> list:
    with Workers(processes, work, seconds) as workers:
        return list(workers.map(items))


@pytest.mark.parametrize("processes", [1, 2, 5])
@pytest.mark.parametrize("number", [0, 1, 3, 50])
def test_each_item_comes_back_once(processes: int, number: int):
    assert sorted(results(lambda n: n * n, range(number), processes)) == [n * n for n in range(number)]


def deadly(item: int) -> int:
    if item % 7 == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return item


def test_an_item_that_kills_its_worker_is_lost_with_the_reason_and_the_others_are_done():
    found = results(deadly, range(30))
    lost = [r for r in found if isinstance(r, Lost)]
    assert sorted(r.item for r in lost) == [3, 10, 17, 24] and all("SIGKILL, 2 times" in r.reason for r in lost)
    assert sorted(r for r in found if not isinstance(r, Lost)) == [n for n in range(30) if n % 7 != 3]


def test_an_item_whose_worker_dies_once_is_done(tmp_path: Path):
    def once(item: int) -> int:
        mark = tmp_path / str(item)
        if item == 4 and not mark.exists():
            mark.touch()
            os._exit(3)
        return item
    assert Counter(results(once, range(10))) == Counter(range(10))


def test_an_item_that_hangs_is_ended():
    def hang(item: int) -> int:
        if item == 2:
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
            time.sleep(60)
        return item
    (lost,) = [r for r in results(hang, range(5), seconds=0.5) if isinstance(r, Lost)]
    assert lost.item == 2 and "takes longer than 0.5 s" in lost.reason


def test_items_are_taken_as_they_are_needed():
    taken = []

    def items():
        for n in range(100):
            taken.append(n)
            yield n
    with Workers(2, lambda n: n, 30.0) as workers:
        for done, _ in enumerate(workers.map(items()), 1):
            assert len(taken) - done <= 4


def test_workers_end_when_the_process_that_started_them_is_killed(tmp_path: Path):
    child = os.fork()
    if not child:
        with Workers(3, lambda n: n, 30.0) as workers:
            (tmp_path / "pids").write_text(" ".join(str(w.process.pid) for w in workers._workers))
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    pids = list(map(int, (tmp_path / "pids").read_text().split()))
    until = time.monotonic() + 20
    while any(alive(pid) for pid in pids) and time.monotonic() < until:
        time.sleep(0.01)
    assert not any(alive(pid) for pid in pids)


def alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


class Poison:
    """An item that harms the process that takes it in hand."""

    def __init__(self, *call: object) -> None:
        self.call = call

    def __reduce__(self) -> tuple:
        return self.call[0], self.call[1:]


def test_an_item_that_asks_for_too_much_memory_is_lost_with_that_reason():
    found = results(lambda item: item, [1, Poison(bytearray, 1 << 60), 2])
    (lost,) = [r for r in found if isinstance(r, Lost)]
    assert "more memory" in lost.reason and sorted(r for r in found if r is not lost) == [1, 2]


def test_a_document_that_ends_its_process_is_quarantined_and_the_others_are_read():
    poison = Poisoned("poison", "", "poison.txt")
    documents = [Document(f"d{n}", "Data Engineer\n\n- Proficiency in Python\n", f"d{n}.txt") for n in range(4)]
    found = list(extract([*documents[:2], poison, *documents[2:]], 5, vocabulary=(), base=BASE, activity=f"{BASE}build/test", processes=2))
    (left,) = [e for e in found if e.error]
    assert left.quarantined and left.location == "poison.txt" and "exit code 3, 2 times" in left.error
    assert sorted(e.identifier for e in found if not e.error) == [d.identifier for d in documents]


class Poisoned(Document):
    """A document that ends the process that takes it in hand."""

    def __reduce__(self) -> tuple:
        return os._exit, (3,)


def test_large_items_and_results_do_not_wait_for_each_other():
    with Workers(2, bytes.upper, 60) as workers:
        assert sum(len(result) for result in workers.map([b"a" * 3_000_000] * 12)) == 36_000_000


def test_workers_without_work_wait_for_it_and_get_ready_meanwhile(tmp_path: Path):
    def mark(name: str) -> None:
        (tmp_path / f"{name}-{os.getpid()}").touch()
    with Workers(2, None, 30.0, partial(mark, "ready")) as workers:
        workers.employ(bytes.upper, partial(print, end=""))
        assert sorted(workers.map([b"a", b"b", b"c"])) == [b"A", b"B", b"C"]
    assert len(list(tmp_path.glob("ready-*"))) == 2
    with Workers(2, None, 30.0, partial(mark, "idle")):
        pass


def test_one_document_is_read_by_the_process_that_waits_whatever_the_number_of_processes():
    with ahead() as reader:
        extractor = Extractor((), BASE, "urn:build", 60.0)
        reader.employ(extractor, extractor.load)
        before, started = len(multiprocessing.active_children()), []
        document = Document("one", "Data Engineer\n\nRequirements\n- Python\n", "text")
        (found,) = extract([document], 1, vocabulary=(), base=BASE, activity="urn:build", processes=4, reader=reader,
                           started=lambda: started.append(len(multiprocessing.active_children())))
    assert found.identifier == "one" and found.quads and not found.error
    assert started == [before]
