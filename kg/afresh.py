"""A graph made afresh from what was gathered: loaded, consolidated, reasoned over, validated, written."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from importlib.metadata import version

import pyoxigraph as ox

from kg import nquads, reason, store
from kg.consolidate import facts as consolidation
from kg.dataset import Job, account, lexicon
from kg.gathering import Gathering
from kg.namespaces import RG
from kg.revisions import layout
from kg.revisions.manifest import Revision
from kg.settings import Settings
from kg.summary import Summary

# parts of documents that are loaded into memory at once
_TOGETHER = 16


def made(job: Job, gathering: Gathering, draft: store.Draft, early: Early) -> Revision | None:
    """The revision, not yet published; None where validation finds a Violation."""
    settings, summary, minter = job.settings, job.summary, job.minter
    early.start()
    with summary.stage("load"):
        with draft.failing():
            names = gathering.parts(draft)
        work = early.work(names, settings.memory_quads, summary.counts["quads"])
    with summary.stage("consolidate"):
        facts = consolidation.facts(work, minter, lexicon(job))
        for name, query in (("facts", "?x a rg:Fact"), ("conflicts", "?x a rg:ConflictSet")):
            summary.counts[name] = _count(work, query)
    with summary.stage("reason"):
        inferred, note = reason.infer(work, minter, settings.reasoner, seconds=settings.reason_seconds, files=job.files)
        summary.notes += [note] if note else []
    about = account(minter, job.activity, summary.counts["documents"])
    if settings.validate_build:
        with summary.stage("validate"):
            _validated(work, settings, summary)
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


class Early:
    """Loads the ontology and the vocabulary while documents are read, and documents when they have been.

    The graph is worked on in memory up to a bound, above it in the draft's own database.
    """

    def __init__(self, draft: store.Draft, known: list[list[str]], pool: ThreadPoolExecutor) -> None:
        self._draft, self._known, self._pool = draft, known, pool
        self._futures: list[Future] = []
        self._in_memory = True

    def start(self) -> None:
        """Begin, once; workers are to be forked before, from a process without further threads."""
        if not self._futures:
            self._futures = [self._pool.submit(self._drafted), self._pool.submit(_work_store, self._known)]

    def work(self, names: list[str], most: int, quads: int) -> ox.Store:
        """The store with documents, vocabulary and ontology, to be consolidated."""
        drafted, loaded = self._futures[:2]
        drafted.result()
        work = loaded.result()
        if len(work) + quads > most:
            self._in_memory = False
            return self._draft.database()
        for begin in range(0, len(names), _TOGETHER):
            data = b"".join(self._draft.part(name).read_bytes() for name in names[begin:begin + _TOGETHER])
            work.bulk_load(data, ox.RdfFormat.N_QUADS)
        self._futures.append(self._pool.submit(self._draft.database))  # while the graph is consolidated in memory
        return work

    def finish(self, work: ox.Store, segments: list[list[str]]) -> None:
        """Write what was made of the documents; a database that was worked on has facts and inferences already."""
        self._futures.pop().result()
        self._futures.clear()  # nothing but the draft holds the database, so that it is closed when the draft is done with it
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


def _validated(work: ox.Store, settings: Settings, summary: Summary) -> None:
    # imported where it is needed: SHACL and rdflib take long to start, and a build need not validate
    from kg.validate import validate_store

    summary.findings = validate_store(work, settings.shapes, settings.engine)
    for name in ("violation", "warning", "info"):
        summary.counts[f"{name}s"] = summary.findings.report.count(name.capitalize())


def _count(work: ox.Store, pattern: str) -> int:
    rows = work.query(f"PREFIX rg: <{RG}> SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {pattern} }}", use_default_graph_as_union=True)
    return int(next(rows)["n"].value)
