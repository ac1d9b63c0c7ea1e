"""Facts made by key, by several processes, are those of one store in memory; processes die and the work is done."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import settings
from kg.build import build
from kg.consolidate import aggregation, cut, rules, slices
from kg.crew import Crew
from kg.errors import RoleGraphError, VocabularyError
from kg.namespaces import RG
from kg.revisions.check import faults
from kg.summary import Summary
from tests.benchmarks.generator import Corpus
from tests.conftest import GUIDES

# documents that disagree: on pay, on growth of what has no name, on years and degrees; and that use terms that nobody knows
ADVERT = """Data Engineer

Requirements
- {years}+ years of experience with Python and SQL
- {degree} degree in Computer Science
- Familiarity with Frobnicate Studio
- Build and maintain {how} data pipelines
- The average pay is ${pay},000 per year in Texas, according to Glassdoor
- The market for edge data fabric tools will grow by {growth}% a year from 2024 to 2030
"""


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("keyed") / "in"
    Corpus().write(folder, 15)
    for n, (degree, how) in enumerate([("Bachelor's", "reliable"), ("Master's", "dependable"), ("Bachelor's", "reliable")]):
        text = ADVERT.format(years=3 + n, degree=degree, how=how, pay=100 + n, growth=10 + n)
        (folder / f"advert-{n}.txt").write_text(text, encoding="utf-8")
    return [GUIDES, folder]


def built(documents: list[Path], store: Path, **more: object) -> Summary:
    return build(documents, settings.load(**{"store": store, "reasoner": "rules", "validate_build": False, "processes": 2, **more}))


@pytest.fixture(scope="module")
def expected(documents: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Summary:
    made = built(documents, tmp_path_factory.mktemp("memory"))
    assert made.counts["facts"] > 500 and made.counts["conflicts"] > 5 and made.counts["candidates"] > 0
    return made


def test_the_graph_is_that_of_one_store_in_memory(documents: list[Path], expected: Summary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(aggregation, "PIECE", 700_000)  # the guides' parts in shares, subjects in some ten buckets
    found = built(documents, tmp_path, memory_quads=0)
    assert found.revision.id == expected.revision.id and found.counts == expected.counts and not faults(found.revision.path)


def test_a_slice_cut_out_of_lines_is_that_taken_out_of_a_store_for_all_that_rules_ask_for(expected: Summary):
    data = b"".join(path.read_bytes() for path in sorted((expected.revision.path / "parts").glob("documents-*")))
    facts = expected.revision.part("facts").read_bytes()
    store, asked = ox.Store(), rules.named()
    store.bulk_load(data + facts, ox.RdfFormat.N_QUADS)
    made = cut.read(facts)
    candidate = f"<{RG}Candidate>".encode()
    for term in [subject for subject, pairs in made.items() if any(value == candidate for _, value in pairs)]:
        del made[term]  # terms that nobody knew are told by a rule, not by statements
    cutter = cut.Cutter.of(cut.read(data), made)
    claims = sorted(cutter.claims())
    assert len(claims) > 300
    for claim in claims:
        found = {q.triple for q in ox.parse(cutter.slice([claim]), ox.RdfFormat.N_TRIPLES) if q.predicate.value in asked}
        whole = slices.of_claims(store, [ox.NamedNode(claim.decode()[1:-1])])
        assert found == {q.triple for q in whole if q.predicate.value in asked}


@dataclass(frozen=True)
class Number:
    """A number that stands for lines."""

    value: int
    mark: Path

    def read(self) -> bytes:
        return str(self.value).encode()


def added(data: bytes, common: int) -> int:
    return int(data) + common


def died_once(data: bytes, mark: Path) -> int:
    if data == b"4" and not mark.exists():
        mark.touch()
        os._exit(3)
    return int(data)


def deadly(data: bytes, common: None) -> int:
    if data == b"4":
        os._exit(3)
    return int(data)


def refusing(data: bytes, common: None) -> int:
    raise VocabularyError("does not parse", place="rule.rq:1:2", hint="fix it")


def who(data: bytes, common: int) -> int:
    return os.getpid()


def test_a_second_shift_takes_over_from_the_first_and_then_this_process(tmp_path: Path):
    crew, shifts = Crew(tmp_path), []
    crew.start(2, shifts=2)
    for _ in range(3):
        with crew:
            shifts.append(set(crew.map(who, 0, [Number(n, tmp_path) for n in range(20)])))
    assert not shifts[0] & shifts[1] and shifts[2] == {os.getpid()} and os.getpid() not in shifts[0] | shifts[1]
    again = Crew(tmp_path)
    again.start(1, shifts=2)
    again.end()
    assert not again.started


@pytest.mark.parametrize("processes", [0, 1, 3])
def test_each_item_is_done_once_with_what_all_are_told(tmp_path: Path, processes: int):
    with Crew(tmp_path) as crew:
        if processes:
            crew.start(processes)
        for common in (0, 100):
            assert sorted(crew.map(added, common, [Number(n, tmp_path) for n in range(20)])) == [n + common for n in range(20)]
    assert not list(tmp_path.iterdir())


def test_the_work_of_a_process_that_dies_is_done_by_another(tmp_path: Path):
    with Crew(tmp_path) as crew:
        crew.start(2)
        assert sorted(crew.map(died_once, tmp_path / "mark", [Number(n, tmp_path) for n in range(8)])) == list(range(8))
    assert (tmp_path / "mark").exists()


def test_work_that_no_process_survives_is_named(tmp_path: Path):
    with pytest.raises(RoleGraphError, match=r"deadly .*value=4.* exit code 3, 2 times"), Crew(tmp_path) as crew:
        crew.start(2)
        list(crew.map(deadly, None, [Number(n, tmp_path) for n in range(8)]))


@pytest.mark.parametrize("processes", [0, 2])
def test_an_error_that_says_where_is_handed_on(tmp_path: Path, processes: int):
    with pytest.raises(RoleGraphError) as error, Crew(tmp_path) as crew:
        if processes:
            crew.start(processes)
        list(crew.map(refusing, None, [Number(1, tmp_path)]))
    assert str(error.value) == "rule.rq:1:2: does not parse (fix it)"
