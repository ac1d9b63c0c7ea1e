"""The published graph changed by what changed in its documents: facts, inferences and findings are renewed where that can touch them.

The result has the bytes of a graph made afresh (`tests/test_increments.py` holds it to that).
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
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

if TYPE_CHECKING:
    from kg.shacl import Report

_A = ox.NamedNode(RDF + "type")
_COUNTED = {"facts": ox.NamedNode(RG + "Fact"), "conflicts": ox.NamedNode(RG + "ConflictSet")}
_CONFORMS = SH + "conforms"


def renewed(job: Job, gathering: Gathering) -> Revision | None:
    """The revision, not yet published; None where validation finds a Violation."""
    with store.Draft(job.settings.store, job.base) as draft, draft.failing():
        return _Increment(job, gathering, draft).run()


class _Increment:
    def __init__(self, job: Job, gathering: Gathering, draft: store.Draft) -> None:
        self.job, self.gathering, self.draft = job, gathering, draft
        self.before = ox.Store.read_only(str(job.base.database))
        self.after = draft.database()

    def run(self) -> Revision | None:
        summary, settings = self.job.summary, self.job.settings
        with ThreadPoolExecutor(1) as pool:
            ground = pool.submit(self._ground)
            with summary.stage("load"):
                removed, added = self._documents()
                words = lexicon(self.job)
            with summary.stage("consolidate"):
                facts = Renewal(self.before, self.after, removed, added, ground.result(), self.job.minter, words).run()
        with summary.stage("consolidate"):
            self._written("facts", facts)
            for name, cls in _COUNTED.items():
                summary.counts[name] = self._counted(name) + _of_class(facts.added, cls) - _of_class(facts.removed, cls)
        with summary.stage("reason"):
            inferred = self._inferred(facts, {q.graph_name for q in (*removed, *added)})
        about = Change(*({*account(self.job.minter, self.job.activity, number)} for number in (self._counted("documents"), summary.counts["documents"])))
        if settings.validate_build:
            with summary.stage("validate"):
                self._validated([*removed, *added, *facts.removed, *facts.added, *inferred.removed, *inferred.added], about)
            if not summary.findings.conforms:
                return None
        with summary.stage("publish"):
            self._lines("build", about.removed - about.added, about.added - about.removed)
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
        # imported where it is needed: SHACL and rdflib take long to start, and a build need not validate
        from kg.blame import accused
        from kg.shacl.affected import affected_by
        from kg.validate import plan, validate_store

        settings, summary, minter = self.job.settings, self.job.summary, self.job.minter
        focus = affected_by(plan(settings.shapes), changed, self.after)
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
        self.draft.change(name, *({line.encode() for line in of_triples(triples, graph)} for triples in (change.removed, change.added)))

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
