"""A build on what was built before gives the bytes of a build afresh, and reads only what changed."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from kg import settings
from kg import store as stores
from kg.build import build
from kg.revisions.check import faults
from kg.summary import Summary

LINES = (
    "- {n}+ years of experience with Python and SQL", "- Proficiency in Docker, Kubernetes or Terraform", "- Bachelor's degree in Computer Science",
    "- Design and maintain data pipelines", "- Build and maintain reliable data pipelines", "- Average salary: ${n}0,000 per year in Texas (2024)",
    "- The average pay is ${n}5,000 per year in Texas, according to Glassdoor", "- Familiarity with Frobnicate Studio and SQL", "- Strong communication skills")
ROLES = ("Data Engineer", "Machine Learning Engineer", "Data Scientist")


def document(choose: random.Random) -> str:
    body = "\n".join(line.format(n=choose.randint(2, 9)) for line in choose.sample(LINES, choose.randint(2, len(LINES))))
    return f"{choose.choice(ROLES)}\n\nRequirements\n{body}\n"


def built(folder: Path, store: Path, **more: object) -> Summary:
    return build([folder], settings.load(store=store, reasoner="rules", validate_build=False), **more)


@pytest.mark.parametrize("seed", [1, 2])
def test_after_random_edits_additions_and_removals_the_graph_is_that_of_a_full_build(tmp_path: Path, seed: int):
    choose, folder, store = random.Random(seed), tmp_path / "in", tmp_path / "store"
    folder.mkdir()
    for n in range(4):
        (folder / f"d{n}.txt").write_text(document(choose), encoding="utf-8")
    built(folder, store)
    for step in range(2):
        changed = choose.sample(range(6), 2)
        for n in changed:
            path = folder / f"d{n}.txt"
            if path.exists() and choose.random() < 0.4 and len(list(folder.iterdir())) > 1:
                path.unlink()
            else:
                path.write_text(document(choose), encoding="utf-8")
        summary = built(folder, store)
        assert summary.counts["documents unchanged"] >= summary.counts["documents"] - 2
        afresh = built(folder, tmp_path / f"afresh-{step}")
        assert afresh.counts["documents unchanged"] == 0
        assert list(summary.revision.lines()) == list(afresh.revision.lines()) and summary.revision.id == afresh.revision.id
        assert summary.counts["words"] == afresh.counts["words"] and not faults(summary.revision.path)


def test_only_what_changed_is_read_and_the_log_says_so(tmp_path: Path):
    folder, store, log = tmp_path / "in", tmp_path / "store", tmp_path / "log.jsonl"
    folder.mkdir()
    for n in range(3):
        (folder / f"d{n}.txt").write_text(document(random.Random(n)), encoding="utf-8")
    first = built(folder, store)
    (folder / "d1.txt").rename(folder / "d1.md")  # read as another format
    (folder / "empty.txt").write_text("", encoding="utf-8")
    second = built(folder, store, log=log)
    assert second.counts["documents unchanged"] == 2 and second.counts["documents"] == 3
    events = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert {e["event"] for e in events} == {"stage", "skipped", "published", "end"}
    assert [e["place"] for e in events if e["event"] == "skipped"] == [str(folder / "empty.txt")]
    assert all(e["seconds"] >= 0 and e["peak_memory_mb"] > 0 for e in events if e["event"] == "stage")
    third = build([folder], settings.load(store=store, reasoner="rules", validate_build=False, base_iri="https://example.org/id/"))
    assert third.counts["documents unchanged"] == 0  # other IRIs: nothing can be taken over
    assert stores.history(store)[0] == first.revision.id


def test_a_build_without_changes_publishes_nothing_new_unless_a_byte_has_flipped(tmp_path: Path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "d.txt").write_text(document(random.Random(1)), encoding="utf-8")
    first = built(folder, tmp_path / "store")
    second = built(folder, tmp_path / "store")
    assert second.published and "consolidate" not in second.seconds and second.revision.id == first.revision.id
    assert second.counts["facts"] == first.counts["facts"] and len(stores.history(tmp_path / "store")) == 1
    table = next(first.revision.database.glob("*.sst"))
    table.write_bytes(table.read_bytes()[:-1] + b"?")
    third = built(folder, tmp_path / "store")
    assert "consolidate" in third.seconds and not faults(third.revision.path)


def test_a_graph_that_is_worked_on_in_the_database_is_the_same(tmp_path: Path):
    folder = tmp_path / "in"
    folder.mkdir()
    for n in range(3):
        (folder / f"d{n}.txt").write_text(document(random.Random(n)), encoding="utf-8")
    one = built(folder, tmp_path / "memory")
    two = build([folder], settings.load(store=tmp_path / "disk", reasoner="rules", memory_quads=0, validate_build=False))
    assert one.revision.id == two.revision.id and not faults(two.revision.path)
