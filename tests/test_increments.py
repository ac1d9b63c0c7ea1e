"""A build on what was built before gives the bytes of a build afresh, and reads only what changed."""

from __future__ import annotations

import json
import os
import random
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as settings_of_tests
from hypothesis import strategies as st

from kg import settings
from kg import store as stores
from kg.build import build
from kg.revisions.check import faults
from kg.summary import Summary

LINES = (
    "- {n}+ years of experience with Python and SQL", "- Proficiency in Docker, Kubernetes or Terraform", "- Bachelor's degree in Computer Science",
    "- Design and maintain data pipelines", "- Build and maintain reliable data pipelines", "- Average salary: ${n}0,000 per year in Texas (2024)",
    "- The average pay is ${n}5,000 per year in Texas, according to Glassdoor", "- Familiarity with Frobnicate Studio and SQL",
    "- Frobnicate Studio is a plus", "- Typically progresses to Lead Data Engineer", "- At least {n} years of experience in data engineering",
    "- Salary range: ${n}0,000 to ${n}9,000 per year", "- Building dependable data pipelines and keeping them up", "- PhD preferred", "- Strong communication skills")
DUTIES = (
    "- Design and maintain data pipelines", "- Designing and maintaining data pipelines", "- Build and maintain reliable data pipelines",
    "- Building dependable data pipelines and keeping them up", "- Write weekly reports for customers", "- Writing weekly reports for clients",
    "- Write {n} weekly reports for customers", "- Mentor junior colleagues", "- Mentor and coach junior colleagues", "- Test backups")
# more examples than `make test` has time for, some validated, some worked on in the database
MANY = int(os.environ.get("ROLEGRAPH_INCREMENT_EXAMPLES", "0"))
ADVERT = "Data Engineer\n\nRequirements\n- 3+ years of experience with Python\n"
ROLES = ("Data Engineer", "Machine Learning Engineer", "Data Scientist")


def document(choose: random.Random) -> str:
    body = "\n".join(line.format(n=choose.randint(2, 9)) for line in choose.sample(LINES, choose.randint(2, len(LINES))))
    return f"{choose.choice(ROLES)}\n\nRequirements\n{body}\n"


def built(folder: Path, store: Path, chosen: dict | None = None, **more: object) -> Summary:
    return build([folder], settings.load(**{"store": store, "reasoner": "rules", "validate_build": False} | (chosen or {})), **more)


def listed(lines: list[tuple[str, int]]) -> str:
    return "".join(f"{line.format(n=n)}\n" for line, n in lines)


# what a step does with a document: nothing, remove it, or write it with this role and these lines
texts = st.builds(lambda role, lines, duties: f"{role}\n\nRequirements\n{listed(lines)}\nResponsibilities\n{listed(duties)}", st.sampled_from(ROLES),
                  st.lists(st.tuples(st.sampled_from(LINES), st.integers(2, 9)), min_size=1, max_size=7, unique_by=lambda pair: pair[0]),
                  st.lists(st.tuples(st.sampled_from(DUTIES), st.integers(2, 3)), max_size=4, unique_by=lambda pair: pair[0]))
beginnings = st.dictionaries(st.integers(0, 4), texts, min_size=1, max_size=4)
steps = st.lists(st.dictionaries(st.integers(0, 5), st.none() | texts, min_size=1, max_size=3), min_size=1, max_size=3 if MANY else 2)


@settings_of_tests(max_examples=MANY or 4, deadline=None, derandomize=not MANY, database=None, suppress_health_check=list(HealthCheck),
                   phases=(Phase.generate, Phase.shrink) if MANY else (Phase.generate,))
@given(beginnings, steps, st.booleans() if MANY else st.just(True), st.booleans() if MANY else st.just(False))
def test_after_edits_additions_and_removals_the_graph_is_that_of_a_full_build(beginning: dict, edits: list[dict], in_memory: bool, validated: bool):
    with tempfile.TemporaryDirectory() as place:
        folder, chosen = Path(place) / "in", {"validate_build": validated, "memory_quads": 1_000_000 if in_memory else 0}
        folder.mkdir()
        documents: dict[int, str] = {}
        for changes in (beginning, *edits):
            kept = {n for n, text in documents.items() if changes.get(n, text) == text}
            documents.update(changes)
            documents = {n: text for n, text in documents.items() if text is not None} or {0: ADVERT}
            write(folder, documents)
            summary = built(folder, Path(place) / "store", chosen)
            assert summary.counts["documents unchanged"] == len(kept & documents.keys())
        afresh = built(folder, Path(place) / "afresh", chosen)
        assert afresh.counts["documents unchanged"] == 0
        assert list(summary.revision.lines()) == list(afresh.revision.lines()) and summary.revision.id == afresh.revision.id
        for name in ("words", "quads", "facts", "conflicts", "documents", "candidates"):
            assert summary.counts[name] == afresh.counts[name], name
        assert not faults(summary.revision.path)


def write(folder: Path, documents: dict[int, str]) -> None:
    for path in folder.iterdir():
        path.unlink()
    for n, text in documents.items():
        (folder / f"d{n}.txt").write_text(text, encoding="utf-8")


def test_after_a_change_of_what_is_told_beside_the_text_the_graph_is_that_of_a_full_build(tmp_path: Path):
    folder = tmp_path / "in"
    folder.mkdir()
    text = "## Requirements\n- Proficiency in Python and Frobnicate Studio\n- The average pay is $95,000 per year\n\n## Responsibilities\n- Test backups\n"
    told = [{"title": "Data Engineer"}, {"title": "Data Scientist", "employer": "Lakeside Insurance"},
            {"title": "Data Engineer", "employer": "Juniper Freight", "place": "Austin, TX", "date": "2024-05-01"}]
    for changed in told:
        rows = [{"id": "a", "text": text, **changed}, *({"id": f"b{n}", "text": f"{text}- Write reports for b{n}\n", **more} for n, more in enumerate(told))]
        (folder / "adverts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        summary = built(folder, tmp_path / "store")
    assert summary.counts["documents unchanged"] == len(told)
    assert summary.revision.id == built(folder, tmp_path / "afresh").revision.id


def test_how_many_documents_went_is_told(tmp_path: Path):
    folder, store = tmp_path / "in", tmp_path / "store"
    folder.mkdir()
    (folder / "a.jsonl").write_text("".join(json.dumps({"id": n, "text": f"Data Engineer\n\n- {n} years of Python"}) + "\n" for n in range(4)), encoding="utf-8")
    (folder / "b.txt").write_text("Data Scientist", encoding="utf-8")
    assert not [note for note in built(folder, store).notes if "no more" in note]
    rows = (folder / "a.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "a.jsonl").write_bytes(b"".join([rows[0], b"{broken\n", *rows[2:3]]))
    assert "no more in the graph: 2 documents of the one before; what is left out may have held some" in built(folder, store).notes
    (folder / "a.jsonl").unlink()
    assert "no more in the graph: 2 documents of the one before" in built(folder, store).notes


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


@pytest.fixture(scope="module")
def revision(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Summary, Summary]:
    """A folder with documents in `in` and their graph in `store`; what that and, after a change of one, a build afresh came to."""
    folder = tmp_path_factory.mktemp("sound")
    (folder / "in").mkdir()
    for n in range(3):
        (folder / "in" / f"d{n}.txt").write_text(document(random.Random(n)), encoding="utf-8")
    first = built(folder / "in", folder / "store")
    shutil.copytree(folder / "in", folder / "changed")
    (folder / "changed" / "d1.txt").write_text(ADVERT, encoding="utf-8")
    return folder, first, built(folder / "changed", folder / "afresh")


@pytest.mark.parametrize(("change", "name"), [(True, "oxigraph/*.sst"), (True, "oxigraph/CURRENT"), (False, "oxigraph/*.sst")])
def test_damage_that_is_found_while_the_damaged_graph_is_changed(revision: tuple[Path, Summary, Summary], tmp_path: Path, change: bool, name: str):
    source, *expected = revision
    store = shutil.copytree(source / "store", tmp_path / "store", symlinks=True)
    damaged = max((store / "current").glob(name), key=lambda path: path.stat().st_size)
    size = damaged.stat().st_size
    damaged.write_bytes(bytes(size))  # in its full size, so that only those who look inside see it
    found = built(source / ("changed" if change else "in"), store)
    assert [n for n in found.notes if n.startswith("every document is read again: ") and name.split("/")[0] in n]
    assert found.counts["documents"] == 3 and found.counts["documents unchanged"] == 0 and not stores.leftovers(store)
    assert (found.revision.id, found.counts) == (expected[change].revision.id, expected[change].counts) and not faults(found.revision.path)


def test_a_graph_that_is_worked_on_in_the_database_is_the_same(tmp_path: Path):
    folder = tmp_path / "in"
    folder.mkdir()
    for n in range(3):
        (folder / f"d{n}.txt").write_text(document(random.Random(n)), encoding="utf-8")
    one = built(folder, tmp_path / "memory")
    two = build([folder], settings.load(store=tmp_path / "disk", reasoner="rules", memory_quads=0, validate_build=False))
    assert one.revision.id == two.revision.id and not faults(two.revision.path)
