"""A graph made afresh from what was gathered: loaded, consolidated, reasoned over, validated, written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pyoxigraph as ox

from kg import nquads, reason, store
from kg.consolidate import facts as consolidation
from kg.consolidate.aggregation import Aggregation, Crew, Made
from kg.crew import Crew as Processes
from kg.dataset import Job, account, lexicon
from kg.gathering import Gathering
from kg.namespaces import RDF, RG
from kg.revisions import layout
from kg.revisions.draft import SPILL
from kg.revisions.manifest import Revision
from kg.runner import Runner
from kg.summary import Summary

# parts of documents that are loaded into memory at once
_TOGETHER = 16
_COUNTED = {"facts": f"{RG}Fact", "conflicts": f"{RG}ConflictSet"}


def made(job: Job, gathering: Gathering, draft: store.Draft, early: Early, runner: Runner) -> Revision | None:
    """The revision, not yet published; None where validation finds a Violation."""
    settings, summary, minter = job.settings, job.summary, job.minter
    quads = summary.counts["quads"] + sum(map(len, job.known))
    crew = runner.crew(quads)
    early.start(quads > settings.memory_quads)
    with summary.stage("load"):
        with draft.failing():
            names = gathering.parts(draft)
        work = early.work(names) if quads <= settings.memory_quads else early.on_disk()
    with summary.stage("consolidate"):
        if crew is None:
            facts = consolidation.facts(work, minter, lexicon(job))
            _count(facts, summary)
        else:
            facts, found = [], _by_key(job, draft, names, _Watched(crew, gathering.progress))
            work = early.gained(work, "facts", found.facts)
            if "facts" in draft.parts:
                with draft.part("facts").open(encoding="utf-8", newline="\n") as lines:
                    _count(lines, summary)
    with summary.stage("reason"):
        if crew is None:
            inferred, note = reason.infer(work, minter, settings.reasoner, seconds=settings.reason_seconds, files=job.files)
        else:
            inferred = []
            facts_file = draft.part("facts") if "facts" in draft.parts else None
            note = reason.infer_into(found.stated_in, facts_file, work, minter, settings.reasoner, seconds=settings.reason_seconds, files=job.files)
            work = early.gained(work, "inferred", found.stated_in)
        summary.notes += [note] if note else []
    about = account(minter, job.activity, summary.counts["documents"])
    if settings.validate_build:
        with summary.stage("validate"):
            _validated(job, work, draft, names, runner.validators(quads))
            about = sorted({*about, *nquads.of_triples(summary.findings.report.triples(f"{minter.base}validation/"), minter.graph("build"))})
        if not summary.findings.conforms:
            return None
    with summary.stage("publish"):
        early.finish(work, [facts, inferred, about])
        del work
        return draft.finish(manifest(job), gathering.ledgers())


def manifest(job: Job) -> dict:
    """What a revision says of its build, beside its parts."""
    return {"built": datetime.now(UTC).isoformat(timespec="seconds"), "version": version("rolegraph"), "counts": dict(job.summary.counts),
            "inputs": job.inputs}


@dataclass(frozen=True, slots=True)
class _Watched:
    """A crew whose progress is told."""

    crew: Crew
    progress: Callable[[str, int, int], None]

    def map(self, work: Callable, common: object, items: Iterable) -> Iterator:
        """What the crew makes of the items."""
        pieces = list(items)
        for number, result in enumerate(self.crew.map(work, common, pieces), 1):
            self.progress(f"consolidate, pieces {work.__name__}", number, len(pieces))
            yield result


def _by_key(job: Job, draft: store.Draft, names: list[str], crew: _Watched) -> Made:
    """Files with the lines of graph/facts and of what is inferred of each fact by itself."""
    with draft.failing(), crew.crew:
        return Aggregation([draft.part(name) for name in names], job.known, draft.folder / SPILL, crew, job.minter.base, lexicon(job)).run()


class Early:
    """Loads the ontology and the vocabulary while documents are read, and documents when they have been.

    The graph is worked on in memory, or in the draft's own database.
    """

    def __init__(self, draft: store.Draft, known: list[list[str]], pool: ThreadPoolExecutor) -> None:
        self._draft, self._known, self._pool = draft, known, pool
        self._futures: list[Future] = []
        self._in_memory = True

    def start(self, large: bool) -> None:
        """Begin, once; workers are to be forked before, from a process without further threads. What may be `large` is not yet loaded
        into memory."""
        if not self._futures:
            self._futures = [self._pool.submit(self._drafted)] + ([] if large else [self._pool.submit(_work_store, self._known)])

    def work(self, names: list[str]) -> ox.Store:
        """A store in memory with documents, vocabulary and ontology."""
        drafted, *loaded = self._futures
        drafted.result()
        work = loaded[0].result() if loaded else _work_store(self._known)
        for begin in range(0, len(names), _TOGETHER):
            data = b"".join(self._draft.part(name).read_bytes() for name in names[begin:begin + _TOGETHER])
            work.bulk_load(data, ox.RdfFormat.N_QUADS)
        self._futures.append(self._pool.submit(self._draft.database))  # while the graph is consolidated
        return work

    def on_disk(self) -> None:
        """Begin to load the documents into the draft's database; `gained` gives it."""
        self._in_memory = False
        self.wait()
        self._futures.append(self._pool.submit(self._draft.database))

    def gained(self, work: ox.Store | None, name: str, lines: Path) -> ox.Store:
        """What is worked on, with a graph from a file of lines, which becomes a part of the draft."""
        self._draft.put_unsorted((name, lines))  # while what was there before is loaded
        self.wait()
        if not self._in_memory:
            return self._draft.database()
        if name in self._draft.parts:
            work.bulk_load(path=str(self._draft.part(name)), format=ox.RdfFormat.N_QUADS)
        return work

    def wait(self) -> None:
        """Until nothing is being loaded; what was is held by the draft alone."""
        for future in self._futures:
            future.result()
        self._futures.clear()  # nothing but the draft holds the database, so that it is closed when the draft is done with it

    def finish(self, work: ox.Store, segments: list[list[str]]) -> None:
        """Write what was made of the documents; a database that was worked on has facts and inferences already."""
        self.wait()
        *made, last = segments
        for segment in made:
            _put(self._draft, segment, loaded=not self._in_memory)
        _put(self._draft, last)
        self._draft.database()

    def _drafted(self) -> None:
        for segment in self._known:
            _put(self._draft, segment)
        self._draft.database()


def _put(draft: store.Draft, segment: list[str], loaded: bool = False) -> None:
    """Write the sorted lines of a graph as its part."""
    if segment:
        lines = [line.encode() for line in segment]
        draft.put(layout.part_of(layout.graph_of(lines[0])), lines, loaded)


def _work_store(known: list[list[str]]) -> ox.Store:
    work = ox.Store()
    for segment in known:
        work.bulk_load("".join(segment).encode(), ox.RdfFormat.N_QUADS)
    return work


def _validated(job: Job, work: ox.Store, draft: store.Draft, names: list[str], crew: Processes | None) -> None:
    # imported where it is needed: SHACL and rdflib take long to start, and a build need not validate
    from kg import piecewise, validate
    from kg.blame import accused

    settings, summary = job.settings, job.summary
    if crew is None or settings.engine != "native":
        summary.findings = validate.validate_store(work, settings.shapes, settings.engine)
    else:
        plan, made = validate.plan(settings.shapes), [job.minter.graph(name) for name in ("facts", "inferred")]
        known = [layout.graph_of(lines[0].encode()) for lines in job.known if lines]
        report = piecewise.validate(plan, work, draft.snapshot(), [draft.part(name) for name in names], [*known, *made], made, crew, validate.threads())
        summary.findings = validate.findings(plan, report, work)
    summary.accused = accused(work, summary.findings)
    for name in ("violation", "warning", "info"):
        summary.counts[f"{name}s"] = summary.findings.report.count(name.capitalize())


def _count(facts: Iterable[str], summary: Summary) -> None:
    """Count what lines of graph/facts describe."""
    types = Counter(end.partition(" ")[0] for name, end in (line.split(" ", 2)[1:] for line in facts) if name == f"<{RDF}type>")
    for name, cls in _COUNTED.items():
        summary.counts[name] = types[f"<{cls}>"]
