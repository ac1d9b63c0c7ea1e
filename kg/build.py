"""The build: documents in, a published, validated revision out; the graph that was there before stays until then."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pyoxigraph as ox

from kg import cache, consolidate, nquads, reason, store, vocabulary
from kg.errors import DocumentError
from kg.extract import Extract, extract
from kg.grouping import wording
from kg.model import Document
from kg.namespaces import DCTERMS, PROV, RDF, RDFS, RG, VOID, Minter, digest
from kg.read.reader import discover, read
from kg.revisions import layout
from kg.settings import Settings
from kg.taxonomy.adopt import adopted
from kg.validate import Findings, validate_store

Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Summary:
    """What a build did: counts, seconds by stage, documents left out with the reason, findings, the revision."""

    counts: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    findings: Findings | None = None
    notes: list[str] = field(default_factory=list)
    revision: store.Revision | None = None
    published: bool = False

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the seconds of a stage."""
        begin = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - begin


def build(paths: Sequence[Path], settings: Settings, *, progress: Progress = lambda stage, done, of: None) -> Summary:
    """Build and publish the graph of the documents at `paths`; the summary says if it was published or why not."""
    summary, minter = Summary(), Minter(settings.base_iri)
    with store.writing(settings.store) as cleaned:
        if cleaned:
            summary.notes.append(f"cleaned up after a build that did not finish: {', '.join(cleaned)}")
        return _build(paths, settings, minter, summary, progress)


def _build(paths: Sequence[Path], settings: Settings, minter: Minter, summary: Summary, progress: Progress) -> Summary:
    with summary.stage("vocabulary"):
        further = adopted(settings.vocabulary, faults=settings.vocabulary_faults, kind=settings.vocabulary_kind,
                          languages=settings.vocabulary_languages)
        extra = further.paths
        summary.notes += further.notes()
        mark = vocabulary.fingerprint([*vocabulary.shipped(), *extra])
        known = _known_graphs(extra, mark, minter)
    with summary.stage("read"):
        documents = _documents(paths, settings, summary)
    # nine tenths of a small graph are known before the first document is read: they are loaded meanwhile
    with store.Draft(settings.store) as draft, ThreadPoolExecutor(2) as pool:
        drafted, loading = pool.submit(_early, draft, known), pool.submit(_work_store, known)
        with summary.stage("extract"):
            activity = minter.concept("build", f"rolegraph-{version('rolegraph')}-{mark}")
            late = _extracts(documents, settings, activity, extra, summary, progress)
        with summary.stage("consolidate"):
            work = loading.result()
            late += _consolidated(work, late, minter, summary, wording.of_vocabulary(vocabulary.load([*vocabulary.shipped(), *extra])))
        with summary.stage("reason"):
            inferred, note = reason.infer(work, minter, settings.reasoner, seconds=settings.reason_seconds,
                                          files=[*extra, *vocabulary.shipped()[1:]])
            late.append(inferred)
            summary.notes += [note] if note else []
        late.append(_build_graph(minter, activity, summary))
        if settings.validate_build:
            with summary.stage("validate"):
                _validated(work, settings, summary)
                late.append(nquads.of_triples(summary.findings.report.triples(f"{minter.base}validation/"), minter.graph("build")))
            if not summary.findings.conforms:
                return summary
        with summary.stage("publish"):
            drafted.result()
            _put(draft, late)
            manifest = {"built": datetime.now(UTC).isoformat(timespec="seconds"), "version": version("rolegraph"), "counts": dict(summary.counts)}
            summary.revision = draft.finish(manifest)
            store.publish(settings.store, summary.revision)
            store.prune(settings.store, settings.keep_revisions)
    summary.published = True
    return summary


def _early(draft: store.Draft, known: list[list[str]]) -> None:
    _put(draft, known)
    draft.database()


def _put(draft: store.Draft, segments: list[list[str]]) -> None:
    """Write sorted segments, each of one graph, as parts."""
    parts: dict[str, list[list[bytes]]] = defaultdict(list)
    for segment in segments:
        if segment:
            lines = [line.encode() for line in segment]
            parts[layout.part_of(layout.graph_of(lines[0]))].append(lines)
    for name, found in sorted(parts.items()):
        draft.put(name, layout.merged(found))


def _work_store(known: list[list[str]]) -> ox.Store:
    work = ox.Store()
    for segment in known:
        work.bulk_load("".join(segment).encode(), ox.RdfFormat.N_QUADS)
    return work


def _consolidated(work: ox.Store, segments: list[list[str]], minter: Minter, summary: Summary, words: wording.Lexicon) -> list[list[str]]:
    """Load the documents' graphs and add the facts that they come to."""
    for segment in segments:
        work.bulk_load("".join(segment).encode(), ox.RdfFormat.N_QUADS)
    made = consolidate.facts(work, minter, words)
    for name, query in (("facts", "?x a rg:Fact"), ("conflicts", "?x a rg:ConflictSet")):
        summary.counts[name] = _count(work, query)
    return [made]


def _validated(work: ox.Store, settings: Settings, summary: Summary) -> None:
    summary.findings = validate_store(work, settings.shapes, settings.engine)
    for name in ("violation", "warning", "info"):
        summary.counts[f"{name}s"] = summary.findings.report.count(name.capitalize())


def _documents(paths: Sequence[Path], settings: Settings, summary: Summary) -> list[Document]:
    """All documents that can be read, in order of identifier; the others are noted."""
    found: dict[str, Document] = {}
    for path in discover(paths):
        try:
            for document in read(path, settings):
                first = found.setdefault(document.identifier, document)
                if first is not document:
                    raise DocumentError(f"has the identifier {document.identifier!r} of {first.location}", place=document.location,
                                        hint="rename one of the two")
        except DocumentError as error:
            summary.skipped.append((error.place or str(path), str(error)))
    if not found:
        raise DocumentError("no document could be read", place=", ".join(map(str, paths)), hint="\n".join(why for _, why in summary.skipped))
    return [found[name] for name in sorted(found)]


def _extracts(documents: list[Document], settings: Settings, activity: str, extra: tuple[Path, ...], summary: Summary,
              progress: Progress) -> list[list[str]]:
    segments = []
    done: Iterator[Extract] = extract(documents, len(documents), vocabulary=extra, base=settings.base_iri, activity=activity,
                                      processes=settings.processes, max_seconds=settings.max_seconds)
    for number, item in enumerate(done, 1):
        progress("extract", number, len(documents))
        if item.error:
            summary.skipped.append((item.location, item.error))
            continue
        summary.counts["documents"] += 1
        summary.counts.update(item.counts)
        segments.append(item.quads.decode().splitlines(keepends=True))
    summary.skipped.sort()
    return segments


def _known_graphs(extra: Sequence[Path], mark: str, minter: Minter) -> list[list[str]]:
    """The ontology's and the vocabulary's graphs; a triple that both files state is the ontology's."""
    ontology, *files = vocabulary.shipped()
    mark += digest(minter.base)
    found = cache.get("graphs", mark)
    if found is None:
        first = set(nquads.canonical(vocabulary.parse(ontology), "ontology"))
        second = set(nquads.canonical((t for path in (*files, *extra) for t in vocabulary.parse(path)), "vocabulary")) - first
        found = [nquads.of_triples(first, minter.graph("ontology")), nquads.of_triples(second, minter.graph("vocabulary"))]
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


