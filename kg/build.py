"""The build: documents in, a published, validated revision out; the graph that was there before stays until then.

Where the published graph was made by the same vocabulary, rules and code, and few documents changed, it is changed
(`kg.increment`); else a graph is made afresh (`kg.afresh`). Both give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

from kg import afresh, cache, increment, store, vocabulary
from kg.dataset import Job, known_graphs
from kg.errors import StoreError
from kg.gathering import Gathering
from kg.namespaces import Minter, digest
from kg.revisions.check import damaged_files
from kg.revisions.draft import SPILL
from kg.runner import Runner
from kg.settings import Settings
from kg.sources.stream import documents
from kg.summary import Log, Summary
from kg.taxonomy import mappings
from kg.taxonomy.adopt import adopted

Progress = Callable[[str, int, int], None]
# of more changed documents than so many, or than so large a share of the others, making the graph afresh takes less time
FEW, SHARE = 10, 0.2
# kinds of files that a note names
_KINDS = 10
# so often is a graph made again without the documents that break a shape
ROUNDS = 5


def build(paths: Sequence[Path | str], settings: Settings, *, progress: Progress = lambda stage, done, of: None, log: Path | None = None) -> Summary:
    """Build and publish the graph of the documents at `paths`; the summary says if it was published or why not.

    Documents that the published graph was made from already, by the same vocabulary and code, are not read again. `log` is a
    file that gets a line of JSON for each event.
    """
    summary = Summary()
    with store.writing(settings.store) as cleaned:
        if cleaned:
            summary.notes.append(f"cleaned up after a build that did not finish: {', '.join(cleaned)}")
        summary.log = Log(log) if log else None
        try:
            return _build(paths, settings, summary, progress)
        finally:
            if summary.log:
                summary.say("end", published=summary.published, counts=dict(sorted(summary.counts.items())))
                summary.log.close()


def _build(paths: Sequence[Path | str], settings: Settings, summary: Summary, progress: Progress) -> Summary:
    with summary.stage("vocabulary"):
        job = _job(settings, summary)
    # nine tenths of a small graph are known before the first document is read: they are loaded meanwhile
    with store.Draft(settings.store) as draft, Runner(job, draft.folder / SPILL) as runner, ThreadPoolExecutor(2) as pool:
        with summary.stage("read and extract"), draft.failing():
            as_before = job.base is not None and job.base.manifest.get("inputs") == job.inputs
            gathering = Gathering(draft.folder / SPILL, job.base, digest(job.activity, cache.code(), job.minter.base), job.minter, summary, progress,
                                  as_before, settings.violating_share)
            early = afresh.Early(draft, job.known, pool)
            gathering.run(documents(paths, settings, gathering.files), runner.extracting(None if as_before else early.start))
        if passed := gathering.files.aside.passed:
            kinds = ", ".join(f"{number:,} {kind}" for kind, number in passed.most_common(_KINDS))
            summary.notes.append(f"in the folders lie {passed.total():,} files of kinds that are not read: {kinds}")
        if (made := _made(job, gathering, draft, early, runner, pool, as_before)) is None:
            return summary
        if made is job.base:
            return _as_before(job.base, summary)
        store.publish(settings.store, made)
        store.prune(settings.store, settings.keep_revisions)
    summary.revision, summary.published = made, True
    summary.say("published", revision=made.id, quads=made.quads)
    return summary


def _made(job: Job, gathering: Gathering, draft: store.Draft, early: afresh.Early, runner: Runner, pool: ThreadPoolExecutor,
          as_before: bool) -> store.Revision | None:
    """A revision of all documents but those that break a shape, or the published one where that is it; None where no such can be made."""
    drafted = False
    for number in range(ROUNDS):
        if number and not gathering.leave_out(job.summary.accused):
            return None
        if as_before and gathering.unchanged:
            return job.base
        few = gathering.kept and len(gathering.changed) <= max(FEW, SHARE * len(gathering.kept))
        if as_before and few and not drafted and job.settings.engine == "native":
            made = increment.renewed(job, gathering)
        else:
            if drafted:
                early.wait()
                draft.restart()
                early = afresh.Early(draft, job.known, pool)
            made, drafted = afresh.made(job, gathering, draft, early, runner), True
        if made is not None:
            return made
    return None


def _job(settings: Settings, summary: Summary) -> Job:
    """What is known before the first document is read."""
    minter = Minter(settings.base_iri)
    with ThreadPoolExecutor(1) as pool:  # checksums of gigabytes leave the interpreter alone
        base = pool.submit(_base, settings.store, summary)
        further = adopted(settings.vocabulary, faults=settings.vocabulary_faults, kind=settings.vocabulary_kind, languages=settings.vocabulary_languages)
        summary.notes += further.notes()
        mark = vocabulary.fingerprint([*vocabulary.shipped(), *further.paths, *mappings.shipped()])
        activity = minter.concept("build", f"rolegraph-{version('rolegraph')}-{mark}")
        known = known_graphs(further.paths, mark, minter)
        return Job(settings, summary, minter, activity, tuple(further.paths), known, _inputs(settings, activity), base.result())


def _base(folder: Path, summary: Summary) -> store.Revision | None:
    """The published revision, if its parts are as they were written, so that documents' graphs can be taken over."""
    try:
        base = store.published(folder)
    except StoreError as error:
        if (folder / "current").is_symlink():
            summary.notes.append(f"every document is read again: {error.place}: {error.reason}")
        return None
    if found := damaged_files(base):
        summary.notes.append(f"every document is read again: {found[0]}")
        return None
    return base


def _inputs(settings: Settings, activity: str) -> str:
    """A mark of all that a graph depends on beside its documents."""
    shapes = "".join(path.read_text(encoding="utf-8") for path in settings.shapes if path.is_file())
    return digest(activity, cache.code(), settings.base_iri, settings.reasoner, settings.engine, str(settings.validate_build), shapes)


def _as_before(base: store.Revision, summary: Summary) -> Summary:
    unchanged = summary.counts["documents unchanged"]
    summary.counts.clear()
    summary.counts.update(base.manifest["counts"] | {"documents unchanged": unchanged})
    summary.revision, summary.published = base, True
    changed = "nothing has changed but documents that are left out" if summary.accused else "nothing has changed"
    summary.notes.append(f"{changed}: the published graph stays, every byte of it checked")
    return summary
