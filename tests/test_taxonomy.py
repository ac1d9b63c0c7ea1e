"""The vocabulary as a product: its size, and checks of which each finds its own fault and none in what is shipped."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from kg.cli.main import application
from kg.taxonomy import checks, counts
from tests.conftest import needs_testdata

CHECKS = {check.name: check for check in checks.shipped_checks()}
LEAST = {"tools": 1500, "skills": 1200, "roles": 400, "organizations": 500, "places": 500, "fields": 100, "industries": 100,
         "certifications": 100, "regulations": 50, "degrees": 30}
PREFIXES = """
@prefix : <https://w3id.org/rolegraph/id/skill/> .
@prefix rg: <https://w3id.org/rolegraph/ontology#> .
@prefix scheme: <https://w3id.org/rolegraph/id/scheme/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
SKILL = 'a rg:Skill ; skos:inScheme scheme:skills ; skos:prefLabel "{0}"@en ; skos:definition "What {0} is."@en '
BAD = {
    "definition-form": ':x skos:inScheme scheme:x ; skos:prefLabel "welding"@en ; skos:definition "Welding."@en .',
    "definition-missing": ":x skos:inScheme scheme:skills .",
    "definition-shared": ':x skos:inScheme scheme:skills ; skos:definition "One."@en . :y skos:inScheme scheme:skills ; skos:definition "One."@en .',
    "hierarchy-cycle": ":x skos:broader :y . :y skos:broader :z . :z skos:broader :x .",
    "hierarchy-depth": " ".join(f":x{i} skos:broader :x{i + 1} ." for i in range(7)),
    "hierarchy-orphan": f":x {SKILL.format('x')} .",
    "hierarchy-redundant": ":x skos:broader :y , :z . :y skos:broader :z .",
    "hierarchy-scheme": ":x skos:inScheme scheme:skills ; skos:broader :y . :y skos:inScheme scheme:roles .",
    "hierarchy-top": ":x skos:topConceptOf scheme:skills ; skos:broader :y .",
    "label-missing": ':x skos:inScheme scheme:skills ; skos:prefLabel "Schweißen"@de .',
    "label-repeated": ':x skos:inScheme scheme:skills ; skos:prefLabel "x"@en ; skos:altLabel "x"@en .',
    "label-shared": ':x skos:inScheme scheme:skills ; skos:prefLabel "x"@en . :y skos:inScheme scheme:skills ; skos:altLabel "X"@en .',
    "label-space": ':x skos:prefLabel "two  words"@en .',
    "place-country": ":x skos:inScheme scheme:places .",
    "reference-dangling": ":x rg:toolSupports :gone .",
    "role-specialises": ":x skos:inScheme scheme:roles ; skos:broader :y .",
    "tool-class": ":x skos:inScheme scheme:tools ; a rg:Tool ; rg:toolSupports :y .",
}


@pytest.fixture(scope="module")
def shipped():
    return checks.graph()


@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda c: c.name)
def test_shipped_vocabulary_passes(check: checks.Check, shipped):
    assert [p for p in checks.run(shipped, [check]) if p.check.severity == "error"] == []


def test_each_check_has_its_fault():
    from tests.test_ontology_quality import FAULTS
    assert set(BAD) | set(FAULTS) == set(CHECKS)


@pytest.mark.parametrize("name", BAD)
def test_check_finds_its_fault(name: str, tmp_path: Path):
    path = tmp_path / "bad.ttl"
    path.write_text(PREFIXES + BAD[name], encoding="utf-8")
    found = checks.run(checks.graph([path]), [CHECKS[name]])
    assert found and found[0].term.startswith("https://w3id.org/rolegraph/id/skill/x")


def test_vocabulary_covers_its_field(shipped):
    rows = {row.scheme: row for row in counts.count(shipped)}
    assert {name: rows[name].concepts for name, least in LEAST.items() if rows[name].concepts < least} == {}
    for name in ("skills", "roles"):
        assert rows[name].stated["definitions"] == rows[name].concepts and rows[name].depth <= 6
    assert rows["tools"].stated["makers"] > rows["tools"].concepts / 2


def test_command_names_term_and_fault(tmp_path: Path):
    path = tmp_path / "mine.ttl"
    path.write_text(PREFIXES + f":mine {SKILL.format('Mine')} ; skos:broader :gone .", encoding="utf-8")
    result = CliRunner().invoke(application(), ["ontology", "check", "--no-shapes", "--vocabulary", str(path)])
    assert result.exit_code == 1
    assert "error: reference-dangling: " in result.output and f"{path}:6: https://w3id.org/rolegraph/id/skill/mine: " in result.output
    assert "https://w3id.org/rolegraph/id/skill/gone" in result.output


def test_stats_tell_the_size():
    result = CliRunner().invoke(application(), ["ontology", "stats"])
    assert result.exit_code == 0 and "concepts" in result.output and "classes: TechnicalSkill" in result.output


@needs_testdata
def test_published_lists_are_known_by_label():
    from tests.benchmarks import coverage
    given = coverage.reasons()
    for entries, bar in ((coverage.hot(), 0.9), (coverage.digital(), 0.8)):
        rest = coverage.unknown(entries)
        assert len(entries) > 100 and len(rest) <= (1 - bar) * len(entries)
        assert [e.label for e in rest if e.label not in given] == []
