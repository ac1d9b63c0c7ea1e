"""A document that breaks a shape is left out with its reason; what is published is the graph of the others, however it came about."""

from __future__ import annotations

import json
import os
import random
import shutil
from pathlib import Path

import pytest

from kg import settings
from kg import store as stores
from kg.build import build
from kg.revisions.check import faults
from kg.summary import Summary
from tests.test_cli import run

PREFIXES = """@prefix ex: <http://example.org/> .
@prefix rg: <https://w3id.org/rolegraph/ontology#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
YEARS = PREFIXES + """ex:Years a sh:PropertyShape ; sh:targetClass rg:ExperienceRequirement ; sh:name "years that one can have"@en ;
    sh:path rg:minYears ; sh:maxInclusive 9 ; sh:message "Asks for too many years."@en .
"""
# a fact that many documents state breaks it, so that what stays depends on all of them
TWICE = YEARS + """ex:Twice a sh:PropertyShape ; sh:targetClass rg:Fact ; sh:path rg:derivedFrom ; sh:maxCount 2 .
"""
VOCABULARY = """ex:Short a sh:PropertyShape ; sh:targetClass skos:Concept ; sh:path skos:prefLabel ; sh:maxLength 3 .
"""
GOOD = "Data Engineer\n\nRequirements\n- 3+ years of experience with Python\n"
FINE = "Data Scientist\n\nRequirements\n- 4+ years of experience with SQL\n"
BAD = "Web Developer\n\nRequirements\n- 25+ years of experience with JavaScript\n"
LINES = ("- {n}+ years of experience with Python", "- {n}+ years of experience with SQL", "- Proficiency in Docker", "- Bachelor's degree in Computer Science",
         "- Design and maintain data pipelines", "- Average salary: ${n}0,000 per year in Texas (2024)")
# examples beyond those that `make test` has time for
MANY = int(os.environ.get("ROLEGRAPH_INCREMENT_EXAMPLES", "0"))


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Summary]:
    """Three documents, a store built from them, and the log of the build; and what the build says of itself."""
    place = tmp_path_factory.mktemp("begun")
    (place / "in").mkdir()
    for name, text in (("bad", BAD), ("fine", FINE), ("good", GOOD)):
        (place / "in" / f"{name}.txt").write_text(text, encoding="utf-8")
    return place, built(place / "in", place / "store", log=place / "log.jsonl")


@pytest.fixture
def folder(tmp_path: Path, begun: tuple[Path, Summary]) -> Path:
    """The documents, beside a store to be written to."""
    shutil.copytree(begun[0] / "store", tmp_path / "store", symlinks=True)
    return Path(shutil.copytree(begun[0] / "in", tmp_path / "in"))


def built(folder: Path, store: Path, shapes: str = YEARS, log: Path | None = None, **chosen: object) -> Summary:
    path = store.with_name("shapes.ttl")
    path.write_text(shapes, encoding="utf-8")
    return build([folder], settings.load(**{"store": store, "shapes": [path], "reasoner": "rules"} | chosen), log=log)


def same(first: Summary, second: Summary) -> None:
    assert first.published == second.published
    if first.published:
        assert list(first.revision.lines()) == list(second.revision.lines()) and not faults(first.revision.path)
        for name in ("documents", "words", "quads", "facts", "conflicts", "candidates", "violations", "infos"):
            assert first.counts[name] == second.counts[name], name
        assert first.skipped == second.skipped and first.quarantined == second.quarantined


def test_it_is_left_out_with_place_shape_message_and_sentence_and_the_others_are_published(begun: tuple[Path, Summary], tmp_path: Path):
    place, summary = begun
    assert summary.published and summary.counts["documents"] == 2 and summary.counts["violations"] == 0
    bad, others = place / "in" / "bad.txt", tmp_path / "others"
    assert [where for where, _ in summary.skipped] == [str(bad)] and summary.quarantined == {str(bad)}
    reason = summary.skipped[0][1]
    for words in ("years that one can have", "shapes.ttl:5", "Asks for too many years.", "value 25)", '"25+ years of experience with JavaScript"', "violating_share"):
        assert words in reason
    events = [json.loads(line) for line in (place / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(e["place"], e["reason"]) for e in events if e["event"] == "quarantined"] == [(str(bad), reason)]
    shutil.copytree(place / "in", others, ignore=shutil.ignore_patterns("bad.txt"))
    without = built(others, tmp_path / "store")
    assert without.revision.id == summary.revision.id and without.counts["quads"] == summary.counts["quads"]
    (others / "bad.txt").write_text(BAD, encoding="utf-8")  # one that comes later costs nothing but itself
    later = built(others, tmp_path / "store")
    assert later.published and later.quarantined and later.revision.id == without.revision.id and len(stores.history(tmp_path / "store")) == 1


def test_it_stays_out_unread_while_nothing_changes_and_the_command_says_so(folder: Path, tmp_path: Path, begun: tuple[Path, Summary]):
    (tmp_path / "shapes.ttl").write_text(YEARS, encoding="utf-8")
    result = run("build", begun[0] / "in", "--store", tmp_path / "store", "--shapes", tmp_path / "shapes.ttl", "--reasoner", "rules", code=2)
    assert f"quarantined: {begun[1].skipped[0][0]}: {begun[1].skipped[0][1]}" in result.stderr
    assert "nothing has changed:" in result.output and "consolidate" not in result.output


def test_other_changes_have_it_judged_again_and_when_it_is_mended_it_comes_back(folder: Path, tmp_path: Path):
    (folder / "more.txt").write_text(FINE.replace("4+", "5+"), encoding="utf-8")
    first = built(folder, tmp_path / "store")
    assert first.counts["documents"] == 3 and first.counts["documents unchanged"] == 2 and len(first.quarantined) == 1
    same(first, built(folder, tmp_path / "database", memory_quads=0))
    (folder / "bad.txt").write_text(BAD.replace("25+", "5+"), encoding="utf-8")
    last = built(folder, tmp_path / "store")
    assert last.counts["documents"] == 4 and not last.skipped


@pytest.mark.parametrize("why", ["none left", "no document's fault", "strict", "too many"])
def test_a_build_that_cannot_do_without_them_ends_with_the_report_and_the_published_graph_stays(folder: Path, tmp_path: Path, why: str):
    before = stores.published(tmp_path / "store")
    chosen, shapes, notes = {}, YEARS, ""
    if why == "none left":
        (folder / "good.txt").unlink()
        (folder / "fine.txt").write_text(FINE.replace("4+", "40+"), encoding="utf-8")
    elif why == "no document's fault":
        shapes = YEARS + VOCABULARY
    elif why == "strict":  # though nothing else has changed
        chosen = {"violating_share": 0.0}
    else:
        for n in range(12):
            (folder / f"bad{n}.txt").write_text(BAD, encoding="utf-8")
        notes = "13 of 15 documents break a shape: more than violating_share 0.5 lets be left out"
    after = built(folder, tmp_path / "store", shapes, **chosen)
    assert not after.published and not after.findings.conforms
    assert notes in "\n".join(after.notes) and (why == "no document's fault" or not after.skipped)
    assert ("Short" in after.findings.render()) == (why == "no document's fault")
    assert stores.published(tmp_path / "store").id == before.id and not stores.leftovers(tmp_path / "store")


@pytest.mark.parametrize("seed", range(MANY or 1))
def test_after_edits_what_stays_is_what_a_full_build_keeps(seed: int, tmp_path: Path):
    choose, folder = random.Random(seed), tmp_path / "in"
    folder.mkdir()
    chosen = {"memory_quads": choose.choice([0, 1_000_000])}
    for step in range(3):
        for n in choose.sample(range(6), choose.randint(4, 6) if not step else 2):
            path = folder / f"d{n}.txt"
            if path.exists() and choose.random() < 0.3:
                path.unlink()
            else:
                lines = [line.format(n=choose.choice([2, 3, 4, 25])) for line in choose.sample(LINES, choose.randint(1, 3))]
                path.write_text("\n".join([choose.choice(["Data Engineer", "Data Scientist"]), "", "Requirements", *lines, ""]), encoding="utf-8")
        one = built(folder, tmp_path / "store", TWICE, **chosen)
        same(one, built(folder, tmp_path / f"afresh-{step}", TWICE, **chosen))
