"""Documents to sorted N-Quads, in one process or several; what comes back is bytes and counts, never spaCy objects."""

from __future__ import annotations

import gc
import os
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path

from kg.bounds import bounded
from kg.errors import RoleGraphError
from kg.model import Document, Reading
from kg.namespaces import Minter
from kg.rdf import QuadWriter
from kg.workers import Lost, Workers

# below this a further process costs more to start than it saves
DOCUMENTS_PER_PROCESS = 40
# a document that does not stop at its bound is ended with its process after so many times the bound
GRACE = 1.5
_FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Extract:
    """One document's graph as sorted N-Quads, with counts; or, where it could not be read, the error's words."""

    identifier: str
    location: str
    quads: bytes = b""
    counts: dict[str, int] = field(default_factory=dict)
    error: str = ""
    quarantined: bool = False


class Extractor:
    """Reads documents in one process. `vocabulary` are further files, `activity` the build's IRI."""

    def __init__(self, vocabulary: tuple[Path, ...], base: str, activity: str, max_seconds: float) -> None:
        self._made_of, self.max_seconds = (tuple(map(str, vocabulary)), base, activity), max_seconds
        self._writer: QuadWriter | None = None

    def load(self) -> None:
        """Load the pipeline, if that has not been done."""
        if self._writer is None:
            collecting = gc.isenabled()
            gc.disable()  # a million objects that stay: a collector that looks through them again and again takes a tenth of the time
            try:
                self._load()
                gc.freeze()  # nor once, when it comes back
            finally:
                if collecting:
                    gc.enable()

    def _load(self) -> None:
        # imported where it is needed: a build that finds nothing changed does without spaCy, which takes most of its start
        from kg import pipeline

        vocabulary, base, activity = self._made_of
        self._nlp, self._read = pipeline.shared(vocabulary), pipeline.read
        self._writer = QuadWriter(pipeline.knowledge(vocabulary).vocabulary, Minter(base), activity)

    def __call__(self, document: Document) -> Extract:
        """The document's graph; a document that fails or takes too long is reported, not raised."""
        self.load()
        try:
            with bounded(self.max_seconds, document.location):
                reading = self._read(self._nlp, document)
                lines = self._writer.lines(reading)
        except RoleGraphError as error:
            return Extract(document.identifier, document.location, error=str(error))
        except _FAULTS as error:  # a fault of ours, or of a library, that this document meets: it shall not cost the others
            return Extract(document.identifier, document.location, error=f"is left out: {_where(error)}", quarantined=True)
        return Extract(document.identifier, document.location, "".join(lines).encode(), counts(reading))


def _where(error: BaseException) -> str:
    """What went wrong in which line of which module."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in line {frame.lineno} of {Path(frame.filename).name}: {error}"


def counts(reading: Reading) -> dict[str, int]:
    """How many passages, mentions, skipped figures and claims of each kind a reading holds, and its words."""
    found = Counter(type(claim).__name__ for claim in reading.claims)
    return {"words": len(reading.text.split()), "passages": len(reading.passages), "mentions": len(reading.mentions),
            "skipped figures": len(reading.skipped), "candidates": len(reading.candidates), **{f"claims {k}": found[k] for k in sorted(found)}}


def extract(documents: Iterable[Document], number: int, *, vocabulary: tuple[Path, ...], base: str, activity: str,
            processes: int = 0, max_seconds: float = 60.0, started: Callable[[], None] = lambda: None, reader: Workers | None = None) -> Iterator[Extract]:
    """Extracts of the documents, `number` of them, in the order in which they are done (`processes` 0: chosen by the number).

    `started` is called when the processes have been forked. `reader` is one that has been forked already: it does where one is enough,
    however many may be."""
    with ExitStack() as stack:
        if reader is None or (processes != 1 and chosen(number) > 1):
            if reader is not None:
                reader.end()
            extractor = Extractor(vocabulary, base, activity, max_seconds)
            extractor.load()  # before the fork, shared by all
            reader = stack.enter_context(Workers(processes or chosen(number), extractor, GRACE * max_seconds))
        started()
        for result in reader.map(documents):
            yield Extract(result.item.identifier, result.item.location, error=f"is left out: {result.reason}",
                          quarantined=True) if isinstance(result, Lost) else result


def ahead(max_seconds: float = 60.0) -> Workers:
    """A process that reads documents when it is employed as an extractor, and gets ready by itself meanwhile."""
    return Workers(1, None, GRACE * max_seconds, partial(import_module, "kg.pipeline"))


def chosen(number: int) -> int:
    """How many processes suit a number of documents."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, max(1, number // DOCUMENTS_PER_PROCESS))
