"""Progress of long work: a bar where somebody watches, a line now and then where nobody does.

What is called with stage, number done and number in all tells of it; (stage, 0, 0) says that a stage begins, whatever it does.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

Telling = Callable[[str, int, int], None]
# seconds between two lines of progress where nobody watches
EVERY = 10.0
# a bar for fewer documents would only flicker
LONG_WORK = 20


@contextmanager
def progress_bar() -> Iterator[Telling]:
    """Tells on standard error, by a bar if that is a terminal, else by lines; yields the function that is told."""
    if Console(stderr=True).is_terminal:
        with Progress(TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[words]}"), TimeElapsedColumn(),
                      console=Console(stderr=True), transient=True) as bar:
            yield _Bars(bar)
        return
    lines, over = _Lines(), threading.Event()
    ticking = threading.Thread(target=_tick, args=(lines, over), daemon=True)
    ticking.start()
    try:
        yield lines
    finally:
        over.set()
        ticking.join()


def _tick(lines: _Lines, over: threading.Event) -> None:
    while not over.wait(max(EVERY, 0.1)):
        lines.still()


@dataclass(slots=True)
class _Work:
    """Work that began at a moment (seconds) when so many were done."""

    begun: float
    first: int
    last: int = -1

    def words(self, now: float, done: int, of: int) -> str:
        """How much is done, at which rate, and what is left at that rate."""
        self.last = done
        rate = (done - self.first) / max(now - self.begun, 0.001)
        left = f", {timedelta(seconds=round((of - done) / rate))} left" if of and rate else ""
        return f"{done:,}{f' of {of:,}' if of else ''}, {rate:,.1f}/s{left}"


class _Bars:
    """Bars: one for what is counted, or one without an end for a stage that counts nothing."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._works: dict[str, tuple[TaskID, _Work]] = {}
        self._stage: TaskID | None = None

    def __call__(self, stage: str, done: int, of: int) -> None:
        if not done and not of:
            self._begin(self._bar.add_task(stage, total=None, words=""))
            return
        if max(of, done) < LONG_WORK:
            return
        now = time.monotonic()
        if stage not in self._works or done < self._works[stage][1].last:  # or it is done again
            if stage in self._works:
                self._bar.remove_task(self._works[stage][0])
            self._works[stage] = self._bar.add_task(stage, total=of or None, words=""), _Work(now, done)
            self._begin(None)
        task, work = self._works[stage]
        self._bar.update(task, completed=done, total=of or None, words=work.words(now, done, of))

    def _begin(self, task: TaskID | None) -> None:
        if self._stage is not None:
            self._bar.remove_task(self._stage)
        self._stage = task


class _Lines:
    """A line from time to time, for logs."""

    def __init__(self) -> None:
        self._works: dict[str, _Work] = {}
        self._stage, self._begun = "", 0.0
        self._said = self._counted = 0.0

    def __call__(self, stage: str, done: int, of: int) -> None:
        now = time.monotonic()
        if not done and not of:
            self._stage, self._begun = stage, now
            return
        self._counted = now
        if stage not in self._works or done < self._works[stage].last:
            self._works[stage], self._said = _Work(now, done), now
        self._works[stage].last = done
        if done == self._works[stage].first or now - self._said < EVERY or max(of, done) < LONG_WORK:
            return
        self._say(f"{stage}: {self._works[stage].words(now, done, of)}", now)

    def still(self) -> None:
        """Say which stage runs, if nothing has been heard of it for long."""
        now = time.monotonic()
        if self._stage and now - max(self._begun, self._said, self._counted) >= EVERY:
            self._say(f"{self._stage}: for {timedelta(seconds=round(now - self._begun))}", now)

    def _say(self, line: str, now: float) -> None:
        self._said = now
        print(line, file=sys.stderr, flush=True)
