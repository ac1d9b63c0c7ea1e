"""Links to ESCO and O*NET: what the files say, that they can be made again, that judged rows are still what they say."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from pathlib import Path

import curies
import pytest
from typer.testing import CliRunner

from kg import vocabulary
from kg.cli.main import application
from kg.errors import VocabularyError
from kg.taxonomy import link_sets, mappings
from kg.taxonomy.entries import Entry
from kg.taxonomy.linking import Linker, Target
from tests.benchmarks import links
from tests.conftest import TESTDATA, needs, needs_testdata

FILES = mappings.shipped()
PREDICATES = {f"skos:{name}Match" for name in ("exact", "close", "broad", "narrow")}
needs_sssom = needs(shutil.which("sssom"), "needs the sssom command: pipx install sssom (its 390 MB of libraries stay in a place of their own)")


def test_there_is_a_file_for_each_set():
    assert [path.name for path in FILES] == sorted(f"{s.name}.sssom.tsv" for s in link_sets.SETS)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_rows_are_complete_and_agree_with_the_vocabulary(path: Path):
    found = mappings.read(path)
    assert found.text() == path.read_text(encoding="utf-8"), "not in canonical order"
    converter, known = curies.Converter.from_prefix_map(found.prefixes), vocabulary.load().concepts
    for row in found.rows:
        assert known[converter.expand(row.subject_id, strict=True)].label == row.subject_label
        assert converter.expand(row.object_id, strict=True) and converter.expand(row.object_source, strict=True)
        assert row.predicate_id in PREDICATES and row.predicate_modifier in ("", "Not")
        assert row.mapping_justification in ("semapv:LexicalMatching", "semapv:ManualMappingCuration", "semapv:MappingChaining")
        assert row.object_source_version and row.subject_source_version and 0 < float(row.confidence) <= 1
        assert bool(row.object_label) == (row.object_id != mappings.NO_TERM)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_no_concept_is_linked_and_unlinked_at_once(path: Path):
    rows = mappings.read(path).rows
    assert [pair for pair, n in Counter((r.subject_id, r.object_id) for r in rows).items() if n > 1] == []
    linked = {r.subject_id for r in rows if not r.predicate_modifier and r.object_id != mappings.NO_TERM}
    assert linked.isdisjoint(r.subject_id for r in rows if r.object_id == mappings.NO_TERM)
    exact = Counter(r.subject_id for r in rows if r.predicate_id == "skos:exactMatch" and not r.predicate_modifier)
    assert [s for s, n in exact.items() if n > 1] == []


@needs_sssom
@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_the_sssom_library_finds_the_files_valid(path: Path):
    done = subprocess.run(["sssom", "validate", str(path)], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


@needs_testdata
def test_the_files_are_what_the_command_makes(tmp_path: Path):
    for path in FILES:
        shutil.copy(path, tmp_path)
    published = TESTDATA / "taxonomies"
    result = CliRunner().invoke(application(), ["ontology", "link", "--esco", str(published / "esco-1.2.0"), "--onet", str(published / "onet-29.2"),
                                                "--output", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert [path.name for path in FILES if path.read_bytes() != (tmp_path / path.name).read_bytes()] == [], "run: rolegraph ontology link"


def test_judged_rows_are_still_what_the_files_say():
    rows, there = links.sheet(), {tuple(row[name] for name in links.IDENTITY) for row in links.every()}
    assert len(rows) == links.SIZE and {row["judgement"] for row in rows} == {"right", "wrong"}
    assert [row for row in rows if (tuple(row[name] for name in links.IDENTITY) in there) != (row["judgement"] == "right")] == []
    assert sum(row["judgement"] == "right" for row in rows) >= 0.95 * len(rows)


def test_the_graph_holds_links_with_their_reasons_and_what_has_no_match(guides):
    def ask(pattern: str) -> bool:
        return bool(guides.query("PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX owl: <http://www.w3.org/2002/07/owl#> "
                                 "PREFIX sssom: <https://w3id.org/sssom/> PREFIX rg: <https://w3id.org/rolegraph/ontology#> "
                                 f"ASK {{ GRAPH <https://w3id.org/rolegraph/id/graph/mappings> {{ {pattern} }} }}"))
    role = "<https://w3id.org/rolegraph/id/role/data-scientist>"
    assert ask(f"""{role} skos:exactMatch ?esco . FILTER(STRSTARTS(STR(?esco), "http://data.europa.eu/esco/occupation/"))
        ?why owl:annotatedSource {role} ; owl:annotatedProperty skos:exactMatch ; owl:annotatedTarget ?esco ;
             sssom:mapping_justification ?reason ; sssom:object_source_version "1.2.0" ; sssom:confidence ?sure""")
    assert ask("<https://w3id.org/rolegraph/id/tool/duckdb> rg:noMatchIn ?version")
    assert not ask("?x ?p <https://w3id.org/sssom/NoTermFound>")


@pytest.mark.parametrize("text, words", [
    ("subject_id\tpredicate_id\n", "columns that are not understood"),
    ("#curie_map:\n#  skos: http://x.org/\nsubject_id\tpredicate_id\tobject_id\tmapping_justification\na:b\tskos:exactMatch\tc:d\tskos:e\n", "unknown prefix"),
    ("subject_id\tpredicate_id\tobject_id\tmapping_justification\na:b\tskos:exactMatch\n", "another number of fields")])
def test_a_broken_file_says_where(text: str, words: str, tmp_path: Path):
    path = tmp_path / "mine.sssom.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(VocabularyError, match=words) as caught:
        list(mappings.triples(path))
    assert "mine.sssom.tsv" in caught.value.place


# ---- how links are found

def linked(kind: str, label: str, *entries: Entry, groups: bool = False, judged: tuple[mappings.Link, ...] = ()) -> list[tuple[str, str]]:
    known = vocabulary.load()
    concept = known.find(label, kind)
    converter = curies.Converter.from_prefix_map({**link_sets.COMMON, "o": "https://w3id.org/rolegraph/id/", "x": "http://example.org/"})
    around = [known.concepts[iri] for iri in concept.broader]
    rows = Linker(known, [concept, *around], entries, Target("x:1", "1", groups), converter, "1").link(judged)
    return [(("not " if r.predicate_modifier else "") + r.predicate_id, r.object_id) for r in rows if r.subject_label == concept.label]


def theirs(name: str, label: str, *alts: str, kind: str = "Role") -> Entry:
    return Entry(f"http://example.org/{name}", kind, label, "f:1", list(alts))


# so that words have a frequency to be told by
CROWD = [theirs(f"c{i}", f"{word} engineer") for i, word in enumerate(f"w{n}" for n in range(1000))]


def test_same_label_is_exact_and_another_label_close():
    assert linked("Role", "Data Scientist", theirs("a", "data scientists")) == [("skos:exactMatch", "x:a")]
    assert linked("Role", "Glass Installer", theirs("a", "plate glass worker", "glass installer"), *CROWD) == [("skos:closeMatch", "x:a")]


def test_a_title_in_a_group_has_the_group_as_broader():
    group = theirs("a", "Glaziers, Glass Cutters, and Mirror Workers", "Glass Installer")
    assert linked("Role", "Glass Installer", group, *CROWD, groups=True) == [("skos:broadMatch", "x:a")]


def test_a_shared_title_without_a_telling_word_is_no_link():
    rows = linked("Role", "Field Engineer", theirs("a", "military engineer", "field engineer"), *CROWD)
    assert ("skos:closeMatch", "x:a") not in rows


def test_a_level_has_the_role_without_it_as_broader():
    assert linked("Role", "Senior Data Scientist", theirs("a", "data scientist")) == [("skos:broadMatch", "x:a")]


def test_a_word_that_they_do_not_have_shows_that_there_is_no_match():
    assert linked("Tool", "DuckDB", theirs("a", "Oracle Database", kind="Tool")) == [("skos:exactMatch", mappings.NO_TERM)]
    assert linked("Tool", "Canvas LMS", theirs("a", "Canva", kind="Tool"), theirs("b", "Canvas of LMS", kind="Tool")) == []


def test_what_a_person_judged_stays():
    row = mappings.Link("o:role/data-scientist", "skos:broadMatch", "x:b", "Data Scientist")
    assert linked("Role", "Data Scientist", theirs("a", "data scientist"), judged=(row,)) == [("skos:broadMatch", "x:b")]
    never = mappings.Link("o:role/data-scientist", "skos:closeMatch", "x:a", "Data Scientist", "Not")
    assert ("skos:exactMatch", "x:a") not in linked("Role", "Data Scientist", theirs("a", "data scientist"), judged=(never,))
