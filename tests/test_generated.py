"""Generated documents of every kind and layout: what they state is found, and little else."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import pipeline, settings
from kg.namespaces import Minter
from kg.rdf import QuadWriter
from kg.sources.stream import documents
from kg.vocabulary import Vocabulary, load, shipped
from tests.benchmarks import correct
from tests.benchmarks.adverts import ADVERTS
from tests.benchmarks.generator import LAYOUTS, Corpus, Made
from tests.benchmarks.kinds import GUIDES

NUMBER = 200
# least share of what is stated that is found, and of what is found that is stated
FLOORS = {"requiresTool": (0.95, 0.95), "requiresSkill": (0.95, 0.9), "minYears": (0.98, 0.98), "degree": (0.98, 0.98), "pay": (0.95, 0.95), "growth": (0.95, 0.95),
          "role": (0.95, 0.95), "preferredTool": (0.95, 0.95), "yearsIn": (0.95, 0.95), "field": (0.95, 0.95), "median": (0.95, 0.95)}


@pytest.fixture(scope="module")
def known() -> Vocabulary:
    return load()


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory, known: Vocabulary) -> list[tuple[Made, str, set[tuple[str, str]]]]:
    """Each document with its layout and what was found in it."""
    folder, nlp, writer = tmp_path_factory.mktemp("generated"), pipeline.shared(()), QuadWriter(known, Minter(), "urn:build")
    made, quads, layouts = {m.name: m for m in Corpus(known, seed=7).write(folder, NUMBER)}, ox.Store(), {}
    for path in shipped():
        quads.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE)
    for document in documents([folder], settings.load()):
        layouts[document.identifier[-len("doc-0000000"):]] = Path(document.location.partition(":")[0]).suffix[1:]
        quads.load("".join(writer.lines(pipeline.read(nlp, document))).encode(), ox.RdfFormat.N_QUADS)
    names = correct.documents(quads)
    assert layouts.keys() == made.keys() == names.keys()
    return [(made[name], layouts[name], set(correct.facts(quads, names[name]))) for name in sorted(made)]


def test_every_kind_is_written_in_every_layout(pairs):
    assert {(made.kind, layout) for made, layout, _ in pairs} >= {(kind.__name__, layout) for kind in GUIDES for layout in LAYOUTS}
    assert {made.kind for made, layout, _ in pairs if layout == "jsonl"} == {kind.__name__ for kind in ADVERTS}


@pytest.mark.parametrize("kind", sorted(FLOORS))
def test_what_documents_state_is_found_and_little_else(pairs, kind: str):
    right, wanted, given, wrong = Counter(), Counter(), Counter(), defaultdict(list)
    for made, layout, found in pairs:
        gold, got = ({value for name, value in facts if name == kind} for facts in (correct.stated(made), found))
        right[kind] += len(gold & got)
        wanted[kind] += len(gold)
        given[kind] += len(got)
        for value in sorted(gold ^ got):
            wrong[f"{made.kind} {layout}"].append(f"{made.name} {'missed' if value in gold else 'made up'}: {value}")
    told = "\n".join(f"{where}: {line}" for where, lines in sorted(wrong.items()) for line in lines[:6])
    least_found, least_right = FLOORS[kind]
    assert wanted[kind] >= NUMBER / 25
    assert right[kind] >= least_found * wanted[kind], f"{right[kind]} of {wanted[kind]} found\n{told}"
    assert right[kind] >= least_right * given[kind], f"{right[kind]} of {given[kind]} stated\n{told}"
