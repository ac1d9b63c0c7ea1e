"""The time that one document may take."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator

from kg.errors import DocumentError

_AGAIN = 1.0  # seconds: a library that swallows the first exception meets another


@contextlib.contextmanager
def bounded(seconds: float, place: str) -> Iterator[None]:
    """Raise DocumentError when the body takes longer (main thread of a Unix process; elsewhere there is no bound)."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(number: int, frame: object) -> None:
        raise DocumentError(f"takes longer than {seconds:g} s", place=place, hint="raise max_seconds, or split the document")
    try:
        before = signal.signal(signal.SIGALRM, stop)
    except ValueError:  # not the main thread, where no signal handler can be set
        yield
        return
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
