"""Scores of what was read: the same figures as the reference scorer, and errors that say where."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kg import query
from kg.cli.main import application
from kg.errors import GoldError
from kg.evaluation import reliability
from kg.evaluation.gold import load
from kg.evaluation.reliability import Judged
from kg.evaluation.run import of_documents, of_store
from kg.evaluation.tally import Tally
from kg.settings import load as settings
from tests.conftest import TESTDATA, needs_testdata

ADVERT = "Data Engineer\n\nRequirements\n- Strong SQL\n- 5+ years of experience\n- Kafka is a plus\n"


def annotated(folder: Path, *records: dict, name: str = "advert") -> Path:
    path = folder / f"{name}.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    return path


def at(words: str, kind: str, **more: object) -> dict:
    start = ADVERT.index(words)
    return {"kind": kind, "start": start, "end": start + len(words), "text": words, **more}


@pytest.fixture
def advert(tmp_path: Path) -> Path:
    (tmp_path / "advert.txt").write_text(ADVERT, encoding="utf-8")
    return tmp_path


def passages() -> list[dict]:
    return [at(words, "passage", type="Requirement", path=["Requirements"]) for words in ("Strong SQL", "5+ years of experience", "Kafka is a plus")]


def test_a_document_beside_its_annotations_is_read_and_scored(advert):
    gold = annotated(advert, *passages(), at("SQL", "mention", type="Tool", canonical="SQL", necessity="Required", proficiency="Proficient"),
                     at("5+ years of experience", "experience", min=5, role="Data Engineer"),
                     at("Kafka", "mention", type="Tool", canonical="Apache Kafka", necessity="Preferred"))
    tallies = of_documents(load([gold]), [], settings()).tallies
    assert tallies["mentions Tool exact"].f1 == tallies["requirements"].f1 == tallies["experience"].f1 == 1.0
    assert tallies["requirements"].qualifiers == {"modality": 1.0, "proficiency": 1.0}


def test_what_is_missed_extra_and_wrong_is_told_with_its_place(advert):
    gold = annotated(advert, *passages(), at("Strong", "mention", type="Tool", canonical="Strong"),
                     at("SQL", "mention", type="Tool", canonical="Sequel", necessity="Required", proficiency="Expert"))
    told = {(name, p.kind, p.place) for name, t in of_documents(load([gold]), [], settings()).tallies.items() for p in t.problems}
    sql, kafka, strong = (f"{r['start']}-{r['end']}" for r in (at("SQL", "x"), at("Kafka", "x"), at("Strong", "x")))
    assert {("mentions Tool exact", "missed", strong), ("mentions Tool exact", "extra", kafka), ("mentions Tool overlap", "wrong", sql),
            ("requirements", "wrong", sql)} <= told


def test_weak_annotations_count_neither_way(advert):
    gold = annotated(advert, *passages(), at("SQL", "mention", type="Tool", weak=True), at("Kafka", "mention", type="Tool", canonical="Apache Kafka"))
    tally = of_documents(load([gold]), [], settings()).tallies["mentions Tool exact"]
    assert (tally.found, tally.missed, tally.extra) == (1, 0, 0)


@pytest.mark.parametrize("line, reason", [
    ("{", "is not JSON"), ("[]", "has no kind"), ('{"kind": "salry"}', "has the kind 'salry'"), ('{"kind": "passage", "start": 1}', "without 'end'"),
    ('{"kind": "passage", "start": 5, "end": 2, "type": "Intro"}', "no stretch of text"),
    ('{"kind": "mention", "start": 1, "end": 2, "type": "Tol", "text": "x"}', "has the type 'Tol'"),
])
def test_a_broken_line_is_named_by_file_and_line(tmp_path, line, reason):
    path = tmp_path / "advert.jsonl"
    path.write_text('{"kind": "title", "start": 0, "end": 4}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(GoldError, match=reason) as caught:
        load([path])
    assert caught.value.place == f"{path}:2"


def test_offsets_that_do_not_fit_the_document_are_an_error(advert):
    gold = annotated(advert, {**at("SQL", "mention", type="Tool"), "start": 1, "end": 4})
    with pytest.raises(GoldError, match="not 'SQL'") as caught:
        of_documents(load([gold]), [], settings())
    assert caught.value.place == f"{gold}:1"


def test_annotations_without_their_document_are_an_error(tmp_path, guides):
    gold = annotated(tmp_path, {"kind": "title", "start": 0, "end": 4})
    with pytest.raises(GoldError, match="does not lie beside"):
        of_documents(load([gold]), [], settings())
    with pytest.raises(GoldError, match="not among the documents"):
        of_store(load([gold]), guides)


def test_the_command_prints_scores_and_errors(advert):
    gold = annotated(advert, *passages(), at("SQL", "mention", type="Tool", canonical="SQL"))
    done = CliRunner().invoke(application(), ["evaluate", "--gold", str(gold)])
    assert done.exit_code == 0, done.output
    assert "mentions Tool exact" in done.output and "extra  advert" in done.output
    as_json = CliRunner().invoke(application(), ["evaluate", str(gold), "--format", "json"])
    assert json.loads(as_json.output)["scores"]["mentions Tool exact"]["recall"] == 1.0
    assert CliRunner().invoke(application(), ["evaluate"]).exit_code == 2


def test_reliability_counts_what_is_right_by_confidence():
    judged = [Judged("claim", 0.97, True)] * 3 + [Judged("claim", 0.92, False), Judged("claim", 0.4, False)]
    assert [(b.low, b.high, b.number, b.right) for b in reliability.table(judged)] == [
        (0.0, 0.5, 1, 0.0), (0.9, 0.95, 1, 0.0), (0.95, 1.0, 3, 1.0), (0.9, 1.0, 4, 0.75)]


def test_a_tally_without_facts_has_no_f1():
    assert Tally().f1 is None and Tally(missed=1).f1 == 0.0


def worsened(path: Path, folder: Path) -> Path:
    """A copy of annotations in which some are dropped, some moved and some changed, so that every kind of error occurs."""
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for i, record in enumerate(records):
        if i % 7 == 3:
            record.pop("text", None)
            record["start"], record["end"] = record["start"] + 2, record["end"] + 2
        for j, name in enumerate(("necessity", "proficiency", "canonical", "role", "statistic", "to", "type")):
            if i % 11 == j and name in record and (name != "type" or record["kind"] == "passage"):
                record[name] = "Preferred"
    copy = folder / path.name
    copy.write_text("".join(json.dumps(r) + "\n" for i, r in enumerate(records) if i % 9 != 4), encoding="utf-8")
    return copy


@needs_testdata
@pytest.mark.parametrize("worse", [False, True])
def test_the_figures_are_those_of_the_reference_scorer(guides, tmp_path, worse):
    golds = sorted((TESTDATA / "gold").glob("*.jsonl"))
    golds = [worsened(path, tmp_path) for path in golds] if worse else golds
    for path in (TESTDATA / "contract").glob("*.rq"):
        answer = query.serialize(query.run(guides, path.read_text(encoding="utf-8")), "csv")
        (tmp_path / f"{path.stem}.csv").write_bytes(answer.body)
    printed = subprocess.run([sys.executable, TESTDATA / "contract" / "score.py", "--results", tmp_path, "--json", "--gold", *golds],
                             check=True, capture_output=True, text=True).stdout
    own = json.loads(of_store(load(golds), guides).json())["scores"]
    assert set(own) == set(json.loads(printed))
    for name, wanted in json.loads(printed).items():
        found = own[name]
        assert found["qualifiers"] == pytest.approx(wanted.pop("qualifiers")), name
        assert {k: found[k] for k in wanted} == pytest.approx(wanted), name
