"""From annotation files to a score: documents are found and read as a build reads them, or a published graph is taken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox

from kg.build import build
from kg.errors import GoldError
from kg.evaluation import figures, mentions, rows
from kg.evaluation.gold import Gold
from kg.evaluation.reliability import Judged, table
from kg.evaluation.report import Score
from kg.evaluation.tally import Tally
from kg.read.reader import ENDINGS, discover
from kg.scratch import scratch
from kg.settings import Settings
from kg.store import open_revision, published


def of_documents(golds: Sequence[Gold], paths: Sequence[Path], settings: Settings) -> Score:
    """Read the annotated documents (`paths`, or files of the same name beside the annotations) and score what was read."""
    chosen = _files(golds, paths)
    with scratch() as folder:
        own = settings.model_copy(update={"store": folder / "store", "validate_build": False, "reasoner": "none"})
        summary = build(chosen, own)
        if summary.skipped:
            place, why = summary.skipped[0]
            raise GoldError(f"an annotated document was left out: {why}", place=place, hint="only what can be read can be scored")
        return of_store(golds, open_revision(published(own.store)))


def of_store(golds: Sequence[Gold], store: ox.Store) -> Score:
    """Score what a graph says of the annotated documents; GoldError where one is not in it or has another text."""
    texts = rows.documents(store)
    for gold in golds:
        if gold.identifier not in texts:
            raise GoldError(f"annotates {gold.identifier!r}, which is not among the documents", place=str(gold.path),
                            hint="an annotation file is named after its document; name its folder with --documents")
        gold.check(texts[gold.identifier])
    return score(golds, rows.rows(store, [g.identifier for g in golds]))


def score(golds: Sequence[Gold], tables: dict[str, dict[str, list[rows.Row]]]) -> Score:
    """Tallies over all documents: `tables` by kind of fact and document."""
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    judged: list[Judged] = []
    for gold in golds:
        own = {kind: found[gold.identifier] for kind, found in tables.items()}
        mentions.passages(gold, own, tallies)
        mentions.mentions(gold, own, tallies, judged)
        mentions.requirements(gold, own, tallies, judged)
        for scored in (figures.salaries, figures.figures, figures.experience, figures.education):
            scored(gold, own, tallies, judged)
        figures.ladder(gold, own, tallies)
        figures.solutions(gold, own, tallies)
    return Score(dict(tallies), table(judged), [g.identifier for g in golds])


def _files(golds: Sequence[Gold], paths: Sequence[Path]) -> list[Path]:
    wanted = {g.identifier for g in golds}
    if paths:
        found = discover(paths)
        own = [p for p in found if p.stem in wanted]
        # documents that are rows of a table have no file of their own
        return own if {p.stem for p in own} == wanted else found
    out = []
    for gold in golds:
        beside = next((p for ending in ENDINGS if ending != gold.path.suffix and (p := gold.path.with_suffix(ending)).is_file()), None)
        if beside is None:
            raise GoldError("the annotated document does not lie beside it", place=str(gold.path), hint="name its folder with --documents")
        out.append(beside)
    return out
