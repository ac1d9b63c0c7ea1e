"""What does the work of a build: processes of this machine, or a Ray cluster."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kg import extract
from kg.consolidate import aggregation
from kg.crew import Crew
from kg.dataset import Job
from kg.distributed import engine
from kg.distributed.crew import RayCrew
from kg.extract import Extract
from kg.gathering import PEEK, Extracting
from kg.model import Document
from kg.workers import Workers

# fewer than most documents have: what may become a large graph is taken for one
QUADS_PER_DOCUMENT = 300


class Runner:
    """Reads documents and consolidates; `folder` is for files in between. Used as a context, which ends what was started.

    `threads` says that this process has begun some: what works with threads itself is not forked from it then. `reader` is a process
    that waits to be employed."""

    def __init__(self, job: Job, folder: Path, threads: bool = False, reader: Workers | None = None) -> None:
        self._job, self._crew, self._threads = job, Crew(folder), threads
        self._validators = Crew(folder)
        self._waiting, self._reader = reader, None
        self._cluster = engine.Cluster(job.settings.address)

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *exc: object) -> None:
        self._crew.end()
        self._validators.end()
        self._cluster.__exit__(*exc)

    def ahead(self) -> None:
        """Employ the process that waits, while one looks for further documents. Only where the vocabulary is known to load."""
        settings, job = self._job.settings, self._job
        if self._waiting is not None:
            extractor = extract.Extractor(job.vocabulary, settings.base_iri, job.activity, settings.max_seconds)
            self._waiting.employ(extractor, extractor.load)
            self._reader = self._waiting

    def extracting(self, started: Callable[[bool], None] | None) -> Extracting:
        """Reads documents; `started` is called once all processes have been forked, and may begin threads: it is told whether the graph
        may outgrow memory."""
        settings, job = self._job.settings, self._job

        def run(items: Iterable[Document], number: int) -> Iterator[Extract]:
            def forked() -> None:
                self._fork(self._most(number), number)
                if started is not None:
                    self._threads = True
                    started(self._most(number) > settings.memory_quads)
            if settings.runner == "ray":
                forked()
                self._cluster.connected()  # for the whole build
                return engine.extract(items, vocabulary=job.vocabulary, base=settings.base_iri, activity=job.activity,
                                      max_seconds=settings.max_seconds, address=settings.address)
            return extract.extract(items, number, vocabulary=job.vocabulary, base=settings.base_iri, activity=job.activity,
                                   processes=settings.processes, max_seconds=settings.max_seconds, started=forked, reader=self._reader)
        return run

    def crew(self, quads: int) -> aggregation.Crew | None:
        """Those who consolidate so many quads by key; None where that is done in the memory of this process, which is enough."""
        if self._job.settings.runner == "ray":
            return RayCrew(self._cluster)
        if quads <= self._job.settings.memory_quads:
            return None
        if not self._threads:
            self._fork(quads, PEEK)
        return self._crew

    def validators(self, quads: int) -> Crew | None:
        """Those who validate so many quads piece by piece; None where that is done by threads of this process. They have not done
        anything before, so that they hold no memory."""
        return self._validators if quads > self._job.settings.memory_quads and self._validators.started else None

    def _fork(self, quads: int, documents: int) -> None:
        """Start the crew if so many quads are too many for the memory of one process."""
        if not self._threads and quads > self._job.settings.memory_quads:
            processes = self._job.settings.processes or extract.chosen(documents)
            if self._job.settings.runner == "pool":
                # facts may have to be made again, without documents that break a shape
                self._crew.start(processes, 2 if self._job.settings.validate_build and self._job.settings.violating_share else 1)
            self._validators.start(processes)

    def _most(self, number: int) -> int:
        """Quads that the graph may come to with so many documents to read, all of them if they are fewer than PEEK."""
        if number >= PEEK:
            return sys.maxsize
        before = self._job.base.manifest["counts"].get("quads", 0) if self._job.base else 0
        return before + number * QUADS_PER_DOCUMENT + sum(map(len, self._job.known))
