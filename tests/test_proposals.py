"""Terms that no vocabulary holds: told with counts and examples, and as Turtle that makes them known."""

import csv
import io
import json

import pytest
from typer.testing import CliRunner

from kg import settings
from kg.build import build
from kg.cli.main import application
from kg.proposals import as_csv, as_json, as_turtle, candidates
from kg.store import open_revision, published

ONE = "Yard Planner\n\nRequirements\n- Experience with tools like Zorvix, Tableau and FreightNova\n- Knowledge of Python, Zorvix and SQL\n"
TWO = "Yard Analyst\n\nRequirements\n- Experience with tools such as Zorvix, Tableau, and Power BI\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("adverts")
    (folder / "one.txt").write_text(ONE, encoding="utf-8")
    (folder / "two.txt").write_text(TWO, encoding="utf-8")
    chosen = settings.load(store=folder / "store", reasoner="none")
    assert build([folder / "one.txt", folder / "two.txt"], chosen).published
    return folder, open_revision(published(chosen.store))


def test_candidates_come_with_counts_and_the_words_that_name_them(built):
    found = {c.label: c for c in candidates(built[1], kind="Tool")}
    assert next(iter(found)) == "Zorvix"
    zorvix = found["Zorvix"]
    assert (zorvix.documents, zorvix.mentions) == (2, 3)
    assert [ONE[e.begin:e.end] if e.document == "one" else TWO[e.begin:e.end] for e in zorvix.examples] == [e.quote for e in zorvix.examples]
    assert found["FreightNova"].documents == 1


def test_candidates_are_chosen_by_class_and_documents(built):
    assert [c.label for c in candidates(built[1], kind="Tool", least=2)] == ["Zorvix"]
    assert not [c for c in candidates(built[1], kind="Role") if c.label == "Zorvix"]


def test_other_formats_hold_the_same_terms(built):
    found = candidates(built[1])
    assert [r["label"] for r in csv.DictReader(io.StringIO(as_csv(found)))] == [r["label"] for r in json.loads(as_json(found))] == [
        c.label for c in found]


def test_pasted_turtle_makes_the_terms_known(built, tmp_path):
    folder, store = built
    own = tmp_path / "own.ttl"
    own.write_text(as_turtle(candidates(store, kind="Tool"), "https://w3id.org/rolegraph/id/"), encoding="utf-8")
    chosen = settings.load(store=tmp_path / "store", reasoner="none", vocabulary=[own])
    summary = build([folder / "one.txt", folder / "two.txt"], chosen)
    assert summary.published and summary.counts["violations"] == 0
    assert not candidates(open_revision(published(chosen.store)), kind="Tool")


def test_the_command_prints_turtle(built):
    done = CliRunner().invoke(application(), ["candidates", "--store", str(built[0] / "store"), "--class", "Tool"])
    assert done.exit_code == 0 and 'skos:prefLabel "Zorvix"@en' in done.output and "# mentions: 3, documents: 2" in done.output
