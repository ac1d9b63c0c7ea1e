"""The build: documents in, a published, validated revision out; the graph that was there before stays until then.

Where the published graph was made by the same vocabulary, rules and code, and few documents changed, it is changed
(`kg.increment`); else a graph is made afresh (`kg.afresh`). Both give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from kg import afresh, cache, extract, increment, store, vocabulary
from kg.consolidate import rules
from kg.dataset import Job, known_graphs
from kg.errors import StoreError
from kg.gathering import Gathering
from kg.grouping import wording
from kg.namespaces import Minter, digest
from kg.revisions.check import Checking
from kg.revisions.draft import SPILL
from kg.runner import Runner
from kg.settings import Settings
from kg.sources.stream import documents
from kg.summary import Log, Summary
from kg.taxonomy import mappings
from kg.taxonomy.adopt import adopted

Progress = Callable[[str, int, int], None]
# kinds of files that a note names
_KINDS = 10
# so often is a graph made again without the documents that break a shape
ROUNDS = 5


def build(paths: Sequence[Path | str], settings: Settings, *, progress: Progress = lambda stage, done, of: None, log: Path | None = None) -> Summary:
    """Build and publish the graph of the documents at `paths`; the summary says if it was published or why not.

    Documents that the published graph was made from already, by the same vocabulary and code, are not read again. `log` is a
    file that gets a line of JSON for each event.
    """
    summary = Summary(begun=lambda name: progress(name, 0, 0))
    with store.writing(settings.store) as cleaned:
        if cleaned:
            summary.notes.append(f"cleaned up after a build that did not finish: {', '.join(cleaned)}")
        summary.log = Log(log) if log else None
        try:
            return _build(paths, settings, summary, progress)
        finally:
            if summary.log:
                summary.say("end", published=summary.published, left_out=len(summary.skipped), quarantined=len(summary.quarantined),
                            counts=dict(sorted(summary.counts.items())))
                summary.log.close()


def _build(paths: Sequence[Path | str], settings: Settings, summary: Summary, progress: Progress) -> Summary:
    base = _base(settings.store, summary)
    if base is None:
        return _made(paths, settings, summary, progress, Checking(None))
    notes = len(summary.notes)
    with Checking(base) as checking:
        # what the damaged revision said may be anything, and so may what came of it: an error too
        return _made(paths, settings, summary, progress, checking, base)
    summary.forget()
    summary.notes[notes:] = [f"every document is read again: {checking.damage[0]}"]
    return _made(paths, settings, summary, progress, Checking(None), threads=True)


def _made(paths: Sequence[Path | str], settings: Settings, summary: Summary, progress: Progress, checking: Checking,
          base: store.Revision | None = None, threads: bool = False) -> Summary:
    """The build over a revision that is being checked, or over none; `threads`: this process has had some."""
    with ExitStack() as stack:
        # a base will most often be changed: what the first changed document waits for has its start while that one is looked for
        reader = stack.enter_context(extract.ahead(settings.max_seconds)) if base is not None and settings.runner == "pool" else None
        with summary.stage("vocabulary"):
            job = _job(settings, summary, base)
        as_before = base is not None and base.manifest.get("inputs") == job.inputs
        renews = as_before and settings.engine == "native"
        if reader is not None and not renews:
            reader.end()
        draft = stack.enter_context(store.Draft(settings.store))
        runner = stack.enter_context(Runner(job, draft.folder / SPILL, threads, reader if renews else None))
        # nine tenths of a small graph are known before the first document is read: they are loaded meanwhile
        pool = stack.enter_context(ThreadPoolExecutor(2))
        early = afresh.Early(draft, job.known, pool)
        with summary.stage("read and extract"), draft.failing():
            gathering = Gathering(draft.folder / SPILL, base, digest(job.activity, cache.code(), job.minter.base), job.minter, summary, progress,
                                  as_before, settings.violating_share)
            work = _Work(job, gathering, draft, early, runner, pool, checking.sound, as_before)
            renewal = stack.enter_context(work.renewal)
            gathering.run(documents(paths, settings, gathering.files), runner.extracting(renewal.prepare if renews else None if as_before else early.start),
                          runner.ahead if renews else None)
        if passed := gathering.files.aside.passed:
            kinds = ", ".join(f"{number:,} {kind}" for kind, number in passed.most_common(_KINDS))
            summary.notes.append(f"in the folders lie {passed.total():,} files of kinds that are not read: {kinds}")
        if gone := len(gathering.gone):
            held = "; what is left out may have held some" if summary.skipped else ""
            summary.notes.append(f"no more in the graph: {gone:,} {'document' if gone == 1 else 'documents'} of the one before{held}")
        if (made := work.made()) is None:
            return summary
        if made is base:
            return _as_before(base, summary)
        store.publish(settings.store, made)
        store.prune(settings.store, settings.keep_revisions)
    summary.revision, summary.published = made, True
    summary.say("published", revision=made.id, quads=made.quads)
    return summary


@dataclass(slots=True)
class _Work:
    """What a revision is made with, when documents have been read."""

    job: Job
    gathering: Gathering
    draft: store.Draft
    early: afresh.Early
    runner: Runner
    pool: ThreadPoolExecutor
    sound: Callable[[], None]
    as_before: bool
    renewal: increment.Increment = field(init=False)

    def __post_init__(self) -> None:
        self.renewal = increment.Increment(self.job, self.gathering, self.sound)

    def made(self) -> store.Revision | None:
        """A revision of all documents but those that break a shape, or the published one where that is it; None where no such can be made."""
        drafted, job, gathering = False, self.job, self.gathering
        for number in range(ROUNDS):
            if number and not gathering.leave_out(job.summary.accused):
                return None
            if self.as_before and gathering.unchanged:
                self.sound()
                return job.base
            if self.as_before and not drafted and job.settings.engine == "native" and self.renewal.worthwhile():
                with self.renewal:
                    made = self.renewal.made()
                self.renewal = increment.Increment(job, gathering, self.sound)
            else:
                self.sound()
                if drafted:
                    self.early.wait()
                    self.draft.restart()
                    self.early = afresh.Early(self.draft, job.known, self.pool)
                made, drafted = afresh.made(job, gathering, self.draft, self.early, self.runner), True
            if made is not None:
                return made
        return None


def _job(settings: Settings, summary: Summary, base: store.Revision | None) -> Job:
    """What is known before the first document is read."""
    minter = Minter(settings.base_iri)
    further = adopted(settings.vocabulary, faults=settings.vocabulary_faults, kind=settings.vocabulary_kind, languages=settings.vocabulary_languages)
    summary.notes += further.notes()
    mark = vocabulary.fingerprint([*vocabulary.shipped(), *further.paths, *mappings.shipped()])
    activity = minter.concept("build", f"rolegraph-{version('rolegraph')}-{mark}")
    known = known_graphs(further.paths, mark, minter)
    return Job(settings, summary, minter, activity, tuple(further.paths), known, _inputs(settings, activity), base)


def _base(folder: Path, summary: Summary) -> store.Revision | None:
    """The published revision, if there is one that looks whole."""
    try:
        return store.published(folder)
    except StoreError as error:
        if (folder / "current").is_symlink():
            summary.notes.append(f"every document is read again: {error.place}: {error.reason}")
        return None


def _inputs(settings: Settings, activity: str) -> str:
    """A mark of all that a graph depends on beside its documents."""
    shapes, made_by = ("".join(path.read_text(encoding="utf-8") for path in paths if path.is_file()) for paths in (settings.shapes, rules.rules()))
    return digest(activity, cache.code(), settings.base_iri, settings.reasoner, settings.engine, str(settings.validate_build), shapes, made_by, wording.table())


def _as_before(base: store.Revision, summary: Summary) -> Summary:
    unchanged = summary.counts["documents unchanged"]
    summary.counts.clear()
    summary.counts.update(base.manifest["counts"] | {"documents unchanged": unchanged})
    summary.revision, summary.published = base, True
    changed = "nothing has changed but documents that are left out" if summary.accused else "nothing has changed"
    summary.notes.append(f"{changed}: the published graph stays, every byte of it checked")
    return summary
