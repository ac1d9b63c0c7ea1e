"""Generated documents of every kind and layout: what they state is found, and little else."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg import pipeline, settings
from kg.model import Education, Experience, Link, Market, Reading, Salary
from kg.sources.stream import documents
from kg.vocabulary import Vocabulary, load
from tests.benchmarks.generator import LAYOUTS, Corpus, Made
from tests.benchmarks.kinds import GUIDES

NUMBER = 200
# least share of what is stated that is found, and of what is found that is stated
FLOORS = {"requiresTool": (0.95, 0.95), "requiresSkill": (0.95, 0.9), "minYears": (0.98, 0.98), "degree": (0.98, 0.98), "pay": (0.95, 0.95), "growth": (0.95, 0.95)}


@pytest.fixture(scope="module")
def known() -> Vocabulary:
    return load()


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory, known: Vocabulary) -> list[tuple[Made, str, set[tuple[str, str]]]]:
    """Each document with its layout and what was found in it."""
    folder, nlp = tmp_path_factory.mktemp("generated"), pipeline.shared(())
    made = {m.name: m for m in Corpus(known, seed=7).write(folder, NUMBER)}
    found = []
    for document in documents([folder], settings.load()):
        name = document.identifier[-len("doc-0000000"):]
        layout = Path(document.location.partition(":")[0]).suffix[1:]
        found.append((made.pop(name), layout, set(facts(pipeline.read(nlp, document), known))))
    assert not made
    return found


def facts(reading: Reading, known: Vocabulary) -> Iterator[tuple[str, str]]:
    """What a reading holds, in the words of the generator's facts."""
    labels = {iri: c.label for iri, c in {**known.concepts, **reading.candidates}.items()}
    for claim in reading.claims:
        match claim:
            case Link(property="requiresTool" | "requiresSkill" as kind, object=str(thing)):
                yield kind, labels.get(thing, thing).casefold()
            case Experience(part_of=None):
                yield "minYears", f"{claim.minimum:f}"
            case Education():
                yield from (("degree", labels[degree].split("'")[0].split()[0].casefold()) for degree in claim.degrees)
            case Market(measure="job growth"):
                yield "growth", f"{claim.amount.normalize():f}"
            case Salary():
                low, high = (claim.amount, claim.amount) if claim.amount is not None else (claim.minimum or claim.maximum, claim.maximum or claim.minimum)
                place = labels.get(claim.place or "", "").casefold()
                yield "pay", f"{claim.currency} {claim.per} {low.normalize():f} {high.normalize():f} {place}".strip()


def stated(made: Made) -> set[tuple[str, str]]:
    """What a document states, in one case."""
    return {(kind, " ".join([*value.split()[:4], *value.casefold().split()[4:]]) if kind == "pay" else value.casefold()) for kind, value in made.facts}


def test_every_kind_is_written_in_every_layout(pairs):
    assert {(made.kind, layout) for made, layout, _ in pairs} >= {(kind.__name__, layout) for kind in GUIDES for layout in LAYOUTS}


@pytest.mark.parametrize("kind", sorted(FLOORS))
def test_what_documents_state_is_found_and_little_else(pairs, kind: str):
    right, wanted, given, wrong = Counter(), Counter(), Counter(), defaultdict(list)
    for made, layout, found in pairs:
        gold, got = ({value for name, value in facts if name == kind} for facts in (stated(made), found))
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
