"""Documents to sorted N-Quads, in one process or several; what comes back is bytes and counts, never spaCy objects."""

from __future__ import annotations

import os
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
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
        # imported where it is needed: a build that finds nothing changed does without spaCy, which takes most of its start
        from kg import pipeline

        self.nlp = pipeline.shared(tuple(map(str, vocabulary)))
        loaded, _ = pipeline.knowledge(tuple(map(str, vocabulary)))
        self.writer = QuadWriter(loaded, Minter(base), activity)
        self.read, self.max_seconds = pipeline.read, max_seconds

    def __call__(self, document: Document) -> Extract:
        """The document's graph; a document that fails or takes too long is reported, not raised."""
        try:
            with bounded(self.max_seconds, document.location):
                reading = self.read(self.nlp, document)
                lines = self.writer.lines(reading)
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
            processes: int = 0, max_seconds: float = 60.0, started: Callable[[], None] = lambda: None) -> Iterator[Extract]:
    """Extracts of the documents, `number` of them, in the order in which they are done (`processes` 0: chosen by the number).

    `started` is called when the processes have been forked."""
    extractor = Extractor(vocabulary, base, activity, max_seconds)  # made before the fork, shared by all
    with Workers(processes or chosen(number), extractor, GRACE * max_seconds) as workers:
        started()
        for result in workers.map(documents):
            yield Extract(result.item.identifier, result.item.location, error=f"is left out: {result.reason}",
                          quarantined=True) if isinstance(result, Lost) else result


def chosen(number: int) -> int:
    """How many processes suit a number of documents."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, max(1, number // DOCUMENTS_PER_PROCESS))
