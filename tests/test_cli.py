"""The command line, run as users run it; what goes wrong is one clear line and the published graph stays."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kg.cli.main import application
from kg.store import published
from tests.conftest import GUIDES, ROOT

RUNNER = CliRunner()
ADVERT = "Data Engineer\n\nRequirements\n- 3+ years of experience with Python and SQL\n- Bachelor's degree in Computer Science\n"


def run(*args: object, code: int = 0, text: str | None = None):
    result = RUNNER.invoke(application(), [str(a) for a in args], input=text)
    assert result.exit_code == code, result.output + result.stderr + repr(result.exception)
    return result


@pytest.fixture
def advert(tmp_path: Path) -> Path:
    path = tmp_path / "in" / "advert.txt"
    path.parent.mkdir()
    path.write_text(ADVERT, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published graph of one advert, for those who only read it."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "advert.txt").write_text(ADVERT, encoding="utf-8")
    run("build", folder / "advert.txt", "--store", folder / "store", "--reasoner", "rules")
    return folder / "store"


@pytest.fixture
def store(tmp_path: Path, built: Path) -> Path:
    """The same, to be written to."""
    return Path(shutil.copytree(built, tmp_path / "store", symlinks=True))


def test_every_command_explains_itself():
    names = [c.name or c.callback.__name__ for c in application().registered_commands]
    overview = run("--help").output
    for name in names:
        assert name in overview
        assert "Usage" in run(name, "--help").output


def test_build_prints_what_it_did(advert: Path, tmp_path: Path):
    output = run("build", advert, "--store", tmp_path / "s", "--reasoner", "rules").output
    for word in ("documents", "passages", "mentions", "claims", "facts", "conflicts", "violations", "extract", "published"):
        assert word in output


@pytest.mark.parametrize(("form", "start"), [("table", "tool"), ("csv", "tool"), ("json", "{"), ("xml", "<?xml"), ("tsv", "?tool")])
def test_query_answers_in_each_format(store: Path, form: str, start: str):
    text = "SELECT ?tool WHERE { ?f rg:property rg:requiresTool ; rg:object/skos:prefLabel ?tool } ORDER BY ?tool"
    output = run("query", "-", "--store", store, "--format", form, text=text).output
    assert output.startswith(start) and "Python" in output and "SQL" in output


def test_query_constructs_turtle(store: Path):
    assert "skos:prefLabel" in run("query", "-", "--store", store, "--format", "turtle", text="CONSTRUCT WHERE { ?s skos:prefLabel 'Python'@en }").output


def test_info_names_revision_and_graphs(store: Path):
    output = run("info", "--store", store).output
    assert "graph/document/advert" in output and "graph/facts" in output


def test_settings_come_from_flag_then_environment_then_file(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Path("rolegraph.toml").write_text('store = "nowhere"\n', encoding="utf-8")
    assert "nowhere" in run("info", code=2).stderr
    monkeypatch.setenv("ROLEGRAPH_STORE", str(store))
    run("info")
    assert "elsewhere" in run("info", "--store", "elsewhere", code=2).stderr


def test_a_setting_that_makes_no_sense_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ROLEGRAPH_PROCESSES", "many")
    assert "processes" in run("info", code=2).stderr


def test_explain_shows_passages_mentions_and_claims(advert: Path, tmp_path: Path):
    output = run("explain", advert).output
    assert "Requirement" in output and "requiresTool Python" in output
    run("explain", advert, "--html", tmp_path / "page.html")
    assert "<mark" in (tmp_path / "page.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("form", "start"), [("turtle", "@prefix"), ("nquads", "<"), ("jsonld", "{"), ("trig", "@prefix"), ("ntriples", "<"), ("rdfxml", "<?xml")])
def test_export_in_each_format(store: Path, tmp_path: Path, form: str, start: str):
    run("export", "--store", store, "--format", form, "-o", tmp_path / "out")
    assert (tmp_path / "out").read_text(encoding="utf-8").lstrip().startswith(start)


def test_export_of_one_graph_holds_that_graph_alone(store: Path):
    output = run("export", "--store", store, "--format", "nquads", "--graph", "facts").output
    assert output and all("/graph/facts> ." in line for line in output.splitlines())


def test_an_unknown_graph_is_refused_with_the_known_ones(store: Path):
    assert "document/advert" in run("export", "--store", store, "--graph", "nonsense", code=2).stderr


# what is bad, how it is made, and what the one line must say
BAD = {
    "empty": (lambda p: p.write_bytes(b""), "empty"),
    "binary": (lambda p: p.write_bytes(b"\x7fELF\x00\x00\x01\x00" * 50), "binary"),
    "latin-1": (lambda p: p.write_bytes("Qualité".encode("latin-1")), "UTF-8"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_document_is_reported_and_the_others_are_built(advert: Path, tmp_path: Path, kind: str):
    bad = advert.with_name("bad.txt")
    make, words = BAD[kind]
    make(bad)
    result = run("build", advert.parent, "--store", tmp_path / "s", "--reasoner", "rules", code=2)
    lines = [line for line in result.stderr.splitlines() if "bad.txt" in line]
    assert len(lines) == 1 and words in lines[0]
    assert "document/advert" in run("info", "--store", tmp_path / "s").output


@pytest.mark.parametrize("kind", [*BAD, "missing"])
def test_when_nothing_can_be_read_the_published_graph_stays(store: Path, tmp_path: Path, kind: str):
    bad = tmp_path / "bad.txt"
    if kind in BAD:
        BAD[kind][0](bad)
    before = run("info", "--store", store).output
    result = run("build", bad, "--store", store, code=2)
    assert "bad.txt" in result.stderr
    assert run("info", "--store", store).output == before


def test_a_store_that_cannot_be_written(advert: Path, tmp_path: Path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert "cannot be written" in run("build", advert, "--store", tmp_path / "file", code=2).stderr


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A Turtle file that does not parse in its second line."""
    path = tmp_path / "mine.ttl"
    path.write_text("@prefix a: <http://a/> .\na:b a:c .\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("flag", ["--vocabulary", "--shapes"])
def test_a_broken_file_of_the_users_is_named_with_its_line(store: Path, advert: Path, broken: Path, flag: str):
    before = run("info", "--store", store).output
    assert "mine.ttl:2" in run("build", advert, "--store", store, flag, broken, code=2).stderr
    assert run("info", "--store", store).output == before


def test_validation_names_the_line_of_broken_shapes(store: Path, broken: Path):
    assert "mine.ttl:2" in run("validate", "--store", store, "--shapes", broken, code=2).stderr


def test_a_query_that_does_not_parse_is_placed(store: Path, tmp_path: Path):
    path = tmp_path / "q.rq"
    path.write_text("SELECT * WHERE {\n ?s ?p }", encoding="utf-8")
    assert "q.rq:2:9" in run("query", path, "--store", store, code=2).stderr
    assert "cannot be read" in run("query", tmp_path / "none.rq", "--store", store, code=2).stderr


def test_a_graph_that_breaks_a_shape_is_not_published(store: Path, advert: Path, tmp_path: Path):
    shapes = tmp_path / "strict.ttl"
    shapes.write_text("""@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix rg: <https://w3id.org/rolegraph/ontology#> . @prefix ex: <http://example.org/> .
ex:Short a sh:NodeShape ; sh:targetClass rg:Document ; sh:property ex:Length .
ex:Length a sh:PropertyShape ; sh:path rg:textLength ; sh:maxInclusive 10 ; sh:message "a document must be short" .""", encoding="utf-8")
    before = run("info", "--store", store).output
    advert.write_text(ADVERT + "- Docker\n", encoding="utf-8")
    result = run("build", advert, "--store", store, "--shapes", shapes, "--reasoner", "rules", code=1)
    assert "a document must be short" in result.stderr and "not published" in result.stderr
    assert run("info", "--store", store).output == before


def test_validate_reports_in_each_format_and_exits_by_what_it_found(store: Path, tmp_path: Path):
    run("validate", "--store", store)
    shapes = tmp_path / "strict.ttl"
    shapes.write_text("""@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix rg: <https://w3id.org/rolegraph/ontology#> . @prefix ex: <http://example.org/> .
ex:Years a sh:NodeShape ; sh:targetClass rg:ExperienceRequirement ; sh:property ex:Few .
ex:Few a sh:PropertyShape ; sh:path rg:minYears ; sh:maxInclusive 1 ; sh:message "asks for too many years" .""", encoding="utf-8")
    text = run("validate", "--store", store, "--shapes", shapes, code=1).output
    assert "asks for too many years" in text and "3+ years of experience with Python and SQL" in text and "advert" in text
    report = json.loads(run("validate", "--store", store, "--shapes", shapes, "--format", "json", code=1).output)
    assert report["conforms"] is False
    assert "sh:ValidationReport" in run("validate", "--store", store, "--shapes", shapes, "--format", "turtle", code=1).output
    assert "asks for too many years" in run("validate", "--store", store, "--shapes", shapes, "--format", "csv", code=1).output


def test_a_closed_pipe_is_no_error(store: Path):
    command = f"{sys.executable} -m kg export --store {store} --format nquads | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, cwd=ROOT, env={**os.environ, "ROLEGRAPH_STORE": str(store)}, check=False)
    assert done.stdout and "Traceback" not in done.stderr and "Exception" not in done.stderr


def test_the_guides_build_to_the_same_bytes_with_any_number_of_processes(guides_store: Path, tmp_path: Path):
    run("build", GUIDES, "--store", tmp_path / "two", "--processes", 2, "--reasoner", "rules")
    one, two = published(guides_store), published(tmp_path / "two")
    assert list(one.lines()) == list(two.lines()) and one.id == two.id


def test_partitions_are_not_fetched_from_the_web_until_a_setting_opens_it(tmp_path: Path):
    for manifest in ("https://example.org/manifest.json", "simplecache::http://example.org/manifest.json"):
        assert "on the web" in run("load", manifest, "--store", tmp_path / "s", code=2).output
    assert not (tmp_path / "s").exists()
