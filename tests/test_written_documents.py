"""Documents written for the purpose (data/gold): adverts, official pages and guides of several countries, read as annotated."""

from pathlib import Path

import pytest

from kg.evaluation.gold import load
from kg.evaluation.report import Score
from kg.evaluation.run import of_documents
from kg.settings import load as settings
from tests.conftest import ROOT

GOLD = sorted((ROOT / "data" / "gold").glob("*.jsonl"))


@pytest.fixture(scope="module")
def score() -> Score:
    return of_documents(load(GOLD), [], settings())


def told(score: Score, kind: str) -> str:
    return "\n".join(f"{p.kind} {p.document} {p.place} {p.what}" for p in score.tallies[kind].problems)


@pytest.mark.parametrize(("kind", "least"), [("salaries", 0.95), ("figures", 0.9), ("experience", 0.9), ("education", 0.9), ("ladder", 0.9)])
def test_figures_of_documents_of_many_kinds_are_found(score: Score, kind: str, least: float):
    assert score.tallies[kind].f1 >= least, told(score, kind)


def test_what_qualifies_pay_is_found(score: Score):
    for name, right in score.tallies["salaries"].qualifiers.items():
        assert right >= 0.85, f"{name}: {told(score, 'salaries')}"


def test_every_annotated_document_is_there():
    assert len(GOLD) >= 12
    assert {p.stem for p in GOLD} == {p.stem for p in Path(ROOT / "data" / "gold").glob("*.txt")}
