"""The build: documents in, a published, validated revision out; the graph that was there before stays until then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pyoxigraph as ox

from kg import cache, ledger, nquads, reason, store, vocabulary
from kg.consolidate import facts as consolidation
from kg.distributed import engine
from kg.errors import StoreError
from kg.extract import Extract, extract
from kg.gathering import Gathering
from kg.grouping import wording
from kg.model import Document
from kg.namespaces import DCTERMS, PROV, RDF, RDFS, RG, VOID, Minter, digest
from kg.revisions import layout
from kg.revisions.check import damaged_parts, faults
from kg.settings import Settings
from kg.sources.stream import documents
from kg.summary import Log, Summary
from kg.taxonomy import mappings
from kg.taxonomy.adopt import adopted

Progress = Callable[[str, int, int], None]
# parts of documents that are loaded into memory at once
_TOGETHER = 16


def build(paths: Sequence[Path | str], settings: Settings, *, progress: Progress = lambda stage, done, of: None, log: Path | None = None) -> Summary:
    """Build and publish the graph of the documents at `paths`; the summary says if it was published or why not.

    Documents that the published graph was made from already, by the same vocabulary and code, are not read again. `log` is a
    file that gets a line of JSON for each event.
    """
    summary, minter = Summary(), Minter(settings.base_iri)
    with store.writing(settings.store) as cleaned:
        if cleaned:
            summary.notes.append(f"cleaned up after a build that did not finish: {', '.join(cleaned)}")
        summary.log = Log(log) if log else None
        try:
            return _build(paths, settings, minter, summary, progress)
        finally:
            if summary.log:
                summary.say("end", published=summary.published, counts=dict(sorted(summary.counts.items())))
                summary.log.close()


def _build(paths: Sequence[Path | str], settings: Settings, minter: Minter, summary: Summary, progress: Progress) -> Summary:
    with summary.stage("vocabulary"):
        further = adopted(settings.vocabulary, faults=settings.vocabulary_faults, kind=settings.vocabulary_kind,
                          languages=settings.vocabulary_languages)
        extra = further.paths
        summary.notes += further.notes()
        mark = vocabulary.fingerprint([*vocabulary.shipped(), *extra, *mappings.shipped()])
        known = _known_graphs(extra, mark, minter)
        activity = minter.concept("build", f"rolegraph-{version('rolegraph')}-{mark}")
        base, inputs = _base(settings.store, summary), _inputs(settings, activity)
    # nine tenths of a small graph are known before the first document is read: they are loaded meanwhile
    with store.Draft(settings.store) as draft, ThreadPoolExecutor(2) as pool:
        with summary.stage("read and extract"), draft.failing():
            gathering = Gathering(draft, base, digest(activity, cache.code(), minter.base), minter, summary, progress)
            early = _Early(draft, known, pool)
            names = gathering.run(documents(paths, settings), _extracting(settings, activity, extra, early.start))
            if gathering.unchanged and _same(base, inputs):
                return _as_before(base, summary)
            early.start()
        with summary.stage("load"):
            work = early.work(names, settings.memory_quads, summary.counts["quads"])
        with summary.stage("consolidate"):
            facts = _consolidated(work, minter, summary, wording.of_vocabulary(vocabulary.load([*vocabulary.shipped(), *extra])))
        with summary.stage("reason"):
            inferred, note = reason.infer(work, minter, settings.reasoner, seconds=settings.reason_seconds,
                                          files=[*extra, *vocabulary.shipped()[1:]])
            summary.notes += [note] if note else []
        about = _build_graph(minter, activity, summary)
        if settings.validate_build:
            with summary.stage("validate"):
                _validated(work, settings, summary)
                about = sorted({*about, *nquads.of_triples(summary.findings.report.triples(f"{minter.base}validation/"), minter.graph("build"))})
            if not summary.findings.conforms:
                return summary
        with summary.stage("publish"):
            early.finish(work, [facts, inferred, about])
            del work
            manifest = {"built": datetime.now(UTC).isoformat(timespec="seconds"), "version": version("rolegraph"), "counts": dict(summary.counts),
                        "inputs": inputs}
            summary.revision = draft.finish(manifest, {ledger.FILE: ledger.written(gathering.entries())})
            store.publish(settings.store, summary.revision)
            store.prune(settings.store, settings.keep_revisions)
    summary.published = True
    summary.say("published", revision=summary.revision.id, quads=summary.revision.quads)
    return summary


def _base(folder: Path, summary: Summary) -> store.Revision | None:
    """The published revision, if its parts are as they were written, so that documents' graphs can be taken over."""
    try:
        base = store.published(folder)
    except StoreError as error:
        if (folder / "current").is_symlink():
            summary.notes.append(f"every document is read again: {error.place}: {error.reason}")
        return None
    if found := damaged_parts(base):
        summary.notes.append(f"every document is read again: {found[0]}")
        return None
    return base


def _inputs(settings: Settings, activity: str) -> str:
    """A mark of all that a graph depends on beside its documents."""
    shapes = "".join(path.read_text(encoding="utf-8") for path in settings.shapes if path.is_file())
    return digest(activity, cache.code(), settings.base_iri, settings.reasoner, settings.engine, str(settings.validate_build), shapes)


def _same(base: store.Revision | None, inputs: str) -> bool:
    """Whether a build would give the revision that is published, whose every byte is as it was written."""
    return base is not None and base.manifest.get("inputs") == inputs and not faults(base.path)


def _as_before(base: store.Revision, summary: Summary) -> Summary:
    unchanged = summary.counts["documents unchanged"]
    summary.counts.clear()
    summary.counts.update(base.manifest["counts"] | {"documents unchanged": unchanged})
    summary.revision, summary.published = base, True
    summary.notes.append("nothing has changed: the published graph stays, every byte of it checked")
    return summary


def _extracting(settings: Settings, activity: str, extra: tuple[Path, ...], started: Callable[[], None]) -> Callable[..., Iterator[Extract]]:
    def run(items: Iterable[Document], number: int) -> Iterator[Extract]:
        if settings.runner == "ray":
            started()
            return engine.extract(items, vocabulary=extra, base=settings.base_iri, activity=activity, max_seconds=settings.max_seconds,
                                  address=settings.address)
        return extract(items, number, vocabulary=extra, base=settings.base_iri, activity=activity, processes=settings.processes,
                       max_seconds=settings.max_seconds, started=started)
    return run


class _Early:
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


def _consolidated(work: ox.Store, minter: Minter, summary: Summary, words: wording.Lexicon) -> list[str]:
    """Add the facts that the documents come to."""
    made = consolidation.facts(work, minter, words)
    for name, query in (("facts", "?x a rg:Fact"), ("conflicts", "?x a rg:ConflictSet")):
        summary.counts[name] = _count(work, query)
    return made


def _validated(work: ox.Store, settings: Settings, summary: Summary) -> None:
    # imported where it is needed: SHACL and rdflib take long to start, and a build need not validate
    from kg.validate import validate_store

    summary.findings = validate_store(work, settings.shapes, settings.engine)
    for name in ("violation", "warning", "info"):
        summary.counts[f"{name}s"] = summary.findings.report.count(name.capitalize())


def _known_graphs(extra: Sequence[Path], mark: str, minter: Minter) -> list[list[str]]:
    """The graphs of ontology, vocabulary and mappings; a triple that several files state is the first one's."""
    ontology, *files = vocabulary.shipped()
    mark += digest(minter.base)
    found = cache.get("graphs", mark)
    if found is None:
        first = set(nquads.canonical(vocabulary.parse(ontology), "ontology"))
        second = set(nquads.canonical((t for path in (*files, *extra) for t in vocabulary.parse(path)), "vocabulary")) - first
        third = {t for path in mappings.shipped() for t in mappings.triples(path)} - first - second
        found = [nquads.of_triples(triples, minter.graph(name)) for name, triples in (("ontology", first), ("vocabulary", second), ("mappings", third))]
        cache.put("graphs", mark, found)
    return found


def _count(work: ox.Store, pattern: str) -> int:
    rows = work.query(f"PREFIX rg: <{RG}> SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {pattern} }}", use_default_graph_as_union=True)
    return int(next(rows)["n"].value)


def _build_graph(minter: Minter, activity: str, summary: Summary) -> list[str]:
    """PROV-O and VoID of the build. No clock: the same input gives the same bytes (the manifest has the time)."""
    graph, dataset = nquads.iri(minter.graph("build")), nquads.iri(minter.concept("dataset", "rolegraph"))
    act, agent = nquads.iri(activity), nquads.iri(minter.concept("agent", "rolegraph"))
    rows = [(act, RDF + "type", nquads.iri(PROV + "Activity")), (act, RDFS + "label", nquads.string(f"RoleGraph {version('rolegraph')}")),
            (act, PROV + "wasAssociatedWith", agent), (agent, RDF + "type", nquads.iri(PROV + "SoftwareAgent")),
            (agent, RDFS + "label", nquads.string("RoleGraph")), (dataset, RDF + "type", nquads.iri(VOID + "Dataset")),
            (dataset, PROV + "wasGeneratedBy", act), (dataset, DCTERMS + "title", nquads.string("RoleGraph dataset")),
            (dataset, VOID + "documents", nquads.integer(summary.counts["documents"]))]
    return sorted({nquads.line(s, nquads.iri(p), o, graph) for s, p, o in rows})


