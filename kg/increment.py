"""The published graph changed by what changed in its documents: facts, inferences and findings are renewed where that can touch them.

The result has the bytes of a graph made afresh (`tests/test_increments.py` holds it to that).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg import rederive, store
from kg.afresh import manifest
from kg.consolidate.change import Change
from kg.consolidate.renewal import Renewal
from kg.dataset import Job, account, lexicon
from kg.gathering import Gathering
from kg.namespaces import RDF, RG, SH
from kg.nquads import of_triples
from kg.revisions.manifest import Revision
from kg.settings import Settings
from kg.summary import Summary

if TYPE_CHECKING:
    from kg.shacl import Report

_A = ox.NamedNode(RDF + "type")
_COUNTED = {"facts": ox.NamedNode(RG + "Fact"), "conflicts": ox.NamedNode(RG + "ConflictSet")}
_CONFORMS = SH + "conforms"
# of more changed documents than so many, or than so large a share of the others, making the graph afresh takes less time
FEW, SHARE = 10, 0.2


class Increment:
    """A revision made of the published one. `sound` waits until every byte of that one has been checked; used as a context."""

    def __init__(self, job: Job, gathering: Gathering, sound: Callable[[], None]) -> None:
        self.job, self.gathering, self._sound = job, gathering, sound
        self._stack = ExitStack()
        self._writing: list[Future] = []
        self._begun = False

    def __enter__(self) -> Increment:
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.close()

    def worthwhile(self) -> bool:
        """Whether so few documents change that this takes less time than a graph made afresh."""
        kept = len(self.gathering.kept)
        return bool(kept) and len(self.gathering.changed) <= max(FEW, SHARE * kept)

    def prepare(self, large: bool = False) -> None:
        """Begin with what needs no document that has changed, while those are read: when all processes have been forked."""
        if self._begun or not self.worthwhile():
            return
        self._begun, settings = True, self.job.settings
        self.draft = self._stack.enter_context(store.Draft(settings.store, self.job.base))
        self._pool = self._stack.enter_context(ThreadPoolExecutor(2))
        ground = self._pool.submit(self._ground)
        with self.draft.failing():
            self.before = ox.Store.read_only(str(self.job.base.database))
            self.after = self.draft.database()
        words = lexicon(self.job)
        if settings.validate_build:
            # imported where it is needed: SHACL and rdflib take long to start, and a build need not validate
            from kg.shacl.affected import affected_by
            from kg.validate import plan

            self._affected_by, self._plan = affected_by, plan(settings.shapes)
        self._renewal = Renewal(self.before, ground.result(), self.job.minter, words)
        if len(changed := self.gathering.graphs_before()) <= FEW:
            self._renewal.prepare(map(ox.NamedNode, changed))

    def made(self) -> Revision | None:
        """The revision, not yet published; None where validation finds a Violation."""
        summary, settings = self.job.summary, self.job.settings
        with summary.stage("load"):
            self.prepare()
        with self.draft.failing():
            return self._made(summary, settings)

    def _made(self, summary: Summary, settings: Settings) -> Revision | None:
        with summary.stage("load"):
            removed, added = self._documents()
        with summary.stage("consolidate"):
            facts = self._renewal.run(self.after, removed, added)
            self._written("facts", facts)
            for name, cls in _COUNTED.items():
                summary.counts[name] = self._counted(name) + _of_class(facts.added, cls) - _of_class(facts.removed, cls)
        with summary.stage("reason"):
            inferred = self._inferred(facts, {q.graph_name for q in (*removed, *added)})
        about = Change(*({*account(self.job.minter, self.job.activity, number)} for number in (self._counted("documents"), summary.counts["documents"])))
        if settings.validate_build:
            with summary.stage("validate"):
                self._validated([*removed, *added, *facts.removed, *facts.added, *inferred.removed, *inferred.added], about)
        with summary.stage("publish"):
            self._sound()
            if settings.validate_build and not summary.findings.conforms:
                return None
            self._lines("build", about.removed - about.added, about.added - about.removed)
            for written in self._writing:
                written.result()
            del self.before, self.after
            return self.draft.finish(manifest(self.job), self.gathering.ledgers())

    def _counted(self, name: str) -> int:
        return self.job.base.manifest["counts"].get(name, 0)

    def _ground(self) -> ox.Store:
        """Ontology and vocabulary by themselves."""
        ground = ox.Store()
        for lines in self.job.known[:2]:
            ground.bulk_load("".join(lines).encode(), ox.RdfFormat.N_QUADS)
        return ground

    def _documents(self) -> tuple[list[ox.Quad], list[ox.Quad]]:
        """The quads by which the documents' graphs differ."""
        removed, added = [], []
        for name, gone, new in self.gathering.changes():
            self.draft.change(name, gone, new)
            removed += _quads(gone)
            added += _quads(new)
        self._change(removed, added)
        return removed, added

    def _inferred(self, facts: Change, documents: set[ox.NamedNode]) -> Change:
        job, graph = self.job, ox.NamedNode(self.job.minter.graph("inferred"))
        removed, added, note = rederive.renewed(self.before, self.after, facts.removed, facts.added, job.minter, job.settings.reasoner,
                                                seconds=job.settings.reason_seconds, files=job.files, documents=documents)
        job.summary.notes += [note] if note else []
        change = Change(removed, added)
        change.apply(self.after, graph)
        self._written("inferred", change)
        return change

    def _validated(self, changed: Iterable[ox.Quad | ox.Triple], about: Change) -> None:
        """Validate again what the change can touch; `about` gains the findings that go and come."""
        from kg.blame import accused
        from kg.validate import validate_store

        settings, summary, minter = self.job.settings, self.job.summary, self.job.minter
        focus = self._affected_by(self._plan, changed, self.after)
        old = validate_store(self.before, settings.shapes, focus=focus).report
        summary.findings = validate_store(self.after, settings.shapes, focus=focus)
        summary.accused = accused(self.after, summary.findings)
        numbers = []
        for name in ("violation", "warning", "info"):
            before = self._counted(f"{name}s")
            summary.counts[f"{name}s"] = before - old.count(name.capitalize()) + summary.findings.report.count(name.capitalize())
            numbers.append((before, summary.counts[f"{name}s"]))
        for report, number, lines in ((old, 0, about.removed), (summary.findings.report, 1, about.added)):
            lines |= set(of_triples(_findings(report, minter.base, not any(n[number] for n in numbers)), minter.graph("build")))

    def _written(self, name: str, change: Change) -> None:
        """Change the part of a graph whose database has the change already."""
        graph = self.job.minter.graph(name)
        lines = ({line.encode() for line in of_triples(triples, graph)} for triples in (change.removed, change.added))
        # hundreds of megabytes to copy and to hash: beside what comes next
        self._writing.append(self._pool.submit(self.draft.change, name, *lines))

    def _lines(self, name: str, removed: set[str], added: set[str]) -> None:
        gone, new = ({line.encode() for line in lines} for lines in (removed, added))
        self.draft.change(name, gone, new)
        self._change(_quads(gone), _quads(new))

    def _change(self, removed: Iterable[ox.Quad], added: Iterable[ox.Quad]) -> None:
        for quad in removed:
            self.after.remove(quad)
        self.after.extend(list(added))


def _quads(lines: set[bytes]) -> list[ox.Quad]:
    return list(ox.parse(b"".join(sorted(lines)), ox.RdfFormat.N_QUADS))


def _of_class(triples: Iterable[ox.Triple], cls: ox.NamedNode) -> int:
    return sum(t.predicate == _A and t.object == cls for t in triples)


def _findings(report: Report, base: str, conforms: bool) -> list[ox.Triple]:
    """A part of the report as triples that speak of the whole."""
    return [ox.Triple(t.subject, t.predicate, ox.Literal(conforms)) if t.predicate.value == _CONFORMS else t for t in report.triples(f"{base}validation/")]
