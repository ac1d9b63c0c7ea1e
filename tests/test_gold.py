"""How well documents of several kinds are read: adverts, guides and occupation pages that were annotated by hand."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from kg import settings
from kg.evaluation.gold import MENTION_TYPES, load
from kg.evaluation.report import Score
from kg.evaluation.run import of_documents

GOLD = Path(__file__).parents[1] / "data" / "gold" / "mentions"
FLOORS = {**{f"mentions {kind} exact": 0.93 for kind in MENTION_TYPES}, "mentions Tool exact": 0.97, "mentions Skill exact": 0.85,
          "mentions Skill overlap": 0.90, "requirements": 0.92}


@lru_cache(maxsize=1)
def score() -> Score:
    return of_documents(load(sorted(GOLD.glob("*.jsonl"))), [], settings.load())


@pytest.mark.parametrize("name", sorted(FLOORS))
def test_what_is_found_is_what_a_reader_finds(name: str):
    found = score().tallies[name]
    assert found.f1 is not None and found.f1 >= FLOORS[name], [f"{p.kind} {p.document} {p.place} {p.what}" for p in found.problems]


@pytest.mark.parametrize(("qualifier", "floor"), [("modality", 0.95), ("proficiency", 0.90)])
def test_requirements_are_told_apart_by_strength_and_level(qualifier: str, floor: float):
    assert score().tallies["requirements"].qualifiers[qualifier] >= floor


def test_what_is_called_sure_is_right():
    sure = [b.right for b in score().reliability if (b.kind, b.low, b.high) == ("mention", 0.9, 1.0)]
    assert len(sure) == 1 and sure[0] >= 0.95
