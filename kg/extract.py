"""Documents to sorted N-Quads, in this process or in several; what comes back is bytes and counts, never spaCy objects."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from kg import pipeline
from kg.errors import DocumentError, RoleGraphError
from kg.model import Document, Reading
from kg.namespaces import Minter
from kg.rdf import QuadWriter

# below this a further process costs more to start than it saves
DOCUMENTS_PER_PROCESS = 40


@dataclass(frozen=True, slots=True)
class Extract:
    """One document's graph as sorted N-Quads, with counts; or, where it could not be read, the error's words."""

    identifier: str
    location: str
    quads: bytes = b""
    counts: dict[str, int] = field(default_factory=dict)
    error: str = ""


class Extractor:
    """Reads documents in one process. `vocabulary` are further files, `activity` the build's IRI."""

    def __init__(self, vocabulary: tuple[Path, ...], base: str, activity: str, max_seconds: float) -> None:
        self.nlp = pipeline.shared(tuple(map(str, vocabulary)))
        loaded, _ = pipeline.knowledge(tuple(map(str, vocabulary)))
        self.writer = QuadWriter(loaded, Minter(base), activity)
        self.max_seconds = max_seconds

    def __call__(self, document: Document) -> Extract:
        """The document's graph; a document that fails or takes too long is reported, not raised."""
        try:
            with bounded(self.max_seconds, document.location):
                reading = pipeline.read(self.nlp, document)
                lines = self.writer.lines(reading)
        except RoleGraphError as error:
            return Extract(document.identifier, document.location, error=str(error))
        return Extract(document.identifier, document.location, "".join(lines).encode(), counts(reading))


def counts(reading: Reading) -> dict[str, int]:
    """How many passages, mentions, skipped figures and claims of each kind a reading holds, and its words."""
    found = Counter(type(claim).__name__ for claim in reading.claims)
    return {"words": len(reading.text.split()), "passages": len(reading.passages), "mentions": len(reading.mentions),
            "skipped figures": len(reading.skipped), "candidates": len(reading.candidates), **{f"claims {k}": found[k] for k in sorted(found)}}


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
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


_extractor: Extractor | None = None


def _start(make: Callable[[], Extractor]) -> None:
    global _extractor
    _extractor = make()


def _work(document: Document) -> Extract:
    assert _extractor is not None
    return _extractor(document)


class _Make:
    """A recipe for an Extractor that can be sent to another process."""

    def __init__(self, *arguments: object) -> None:
        self.arguments = arguments

    def __call__(self) -> Extractor:
        return Extractor(*self.arguments)  # type: ignore[arg-type]


def extract(documents: Iterable[Document], number: int, *, vocabulary: tuple[Path, ...], base: str, activity: str,
            processes: int = 0, max_seconds: float = 60.0) -> Iterator[Extract]:
    """Extracts in the order of the documents, `number` of them, whatever the number of processes (0: chosen by size)."""
    make = _Make(vocabulary, base, activity, max_seconds)
    wanted = processes or min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
                              max(1, number // DOCUMENTS_PER_PROCESS))
    if wanted == 1:
        yield from map(make(), documents)
        return
    pipeline.knowledge(tuple(map(str, vocabulary)))  # read before the fork, shared by all
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
    with ProcessPoolExecutor(wanted, multiprocessing.get_context(method), _start, (make,)) as pool:
        yield from pool.map(_work, documents, chunksize=max(1, min(16, number // (wanted * 4) or 1)))
