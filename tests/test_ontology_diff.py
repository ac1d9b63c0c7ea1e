"""What changes between two versions of the ontology, in words, and what number that makes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kg.cli.main import application
from kg.errors import VocabularyError
from kg.namespaces import PREFIXES
from kg.ontology import difference
from kg.vocabulary import shipped

HEAD = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in PREFIXES.items()) + "@prefix : <http://e.org/> .\n"
ONTOLOGY = '<http://e.org/> a owl:Ontology ; owl:versionInfo "{0}" .\n'
BASE = """:A a owl:Class ; rdfs:label "a"@en ; skos:definition "An a."@en . :B a owl:Class ; rdfs:label "b"@en ; rdfs:subClassOf :A .
:p a owl:ObjectProperty ; rdfs:domain :A ; owl:propertyChainAxiom ( :q :r ) . [] a owl:AllDisjointClasses ; owl:members ( :A :C ) .
"""


def compared(tmp_path: Path, old: str, new: str, versions: tuple[str, str] = ("1.2.3", "1.2.3")) -> list[difference.Change]:
    for name, text, version in (("old", old, versions[0]), ("new", new, versions[1])):
        (tmp_path / f"{name}.ttl").write_text(HEAD + ONTOLOGY.format(version) + text, encoding="utf-8")
    return [c for c in difference.changes(difference.read(tmp_path / "old.ttl"), difference.read(tmp_path / "new.ttl")) if "version" not in c.detail]


@pytest.mark.parametrize(("old", "new", "weight", "what", "detail"), [
    ("", ':D a owl:Class ; rdfs:label "d"@en .', "feature", "added", '"d"'),
    (':D a owl:Class ; rdfs:label "d"@en .', "", "breaking", "removed", '"d"'),
    (':D a owl:Class ; rdfs:label "d"@en .', ':E a owl:Class ; rdfs:label "d"@en .', "breaking", "renamed", 'to http://e.org/E "d"'),
    ('"An a."@en', '"Some a."@en', "editorial", "changed", 'definition "An a."@en is now "Some a."@en'),
    ("rdfs:domain :A", "rdfs:domain :B", "breaking", "changed", "domain http://e.org/A is now http://e.org/B"),
    ("rdfs:subClassOf :A", "rdfs:seeAlso :A", "breaking", "changed", "superclass http://e.org/A removed"),
    ("( :q :r )", "( :q :s )", "breaking", "changed", "chain (http://e.org/q http://e.org/r) is now (http://e.org/q http://e.org/s)"),
    ("( :A :C )", "( :A :C :D )", "breaking", "changed", "disjoint classes http://e.org/D added"),
    ("( :A :C )", "( :C :A )", "", "", ""),
    (":p a owl:ObjectProperty", ":p a owl:ObjectProperty , owl:FunctionalProperty", "breaking", "changed", "kind owl:FunctionalProperty added"),
    (":B a owl:Class", ":B owl:deprecated true ; a owl:Class", "feature", "deprecated", ""),
    (':B a owl:Class', ':B skos:altLabel "bee"@en ; a owl:Class', "feature", "changed", 'altLabel "bee"@en added'),
])
def test_change_is_told_and_weighed(tmp_path: Path, old: str, new: str, weight: str, what: str, detail: str):
    one, two = (BASE, BASE.replace(old, new)) if old in BASE and old else (BASE + old, BASE + new)
    found = compared(tmp_path, one, two)
    told = [(c.weight, c.what, c.detail) for c in found if c.detail != "seeAlso http://e.org/A added"]
    assert told == ([(weight, what, detail)] if weight else [])


@pytest.mark.parametrize(("weight", "old", "new", "words"), [
    ("breaking", "1.2.3", "2.0.0", "this is 2.0.0, and the new version is 2.0.0"), ("feature", "1.2.3", "1.3.0", "this is 1.3.0, and"),
    ("editorial", "1.2.3", "1.2.4", "this is 1.2.4, and"), ("breaking", "0.1.0", "0.1.0", "this is 0.2.0; the new version says 0.1.0"),
    ("feature", "1.2.3", "1.2.4", "this is 1.3.0; the new version says 1.2.4"), ("feature", "one", "two", "no number"),
])
def test_version_number_that_changes_make(weight: str, old: str, new: str, words: str):
    assert words in difference.advice([difference.Change(weight, "changed", "x", "y")], old, new)


def test_nothing_differs_from_itself():
    folder = shipped()[0].parent
    assert difference.changes(difference.read(folder), difference.read(folder)) == []
    assert difference.advice([], "1.0.0", "1.0.0") == "Nothing has changed."


def test_command_tells_as_text_and_as_json(tmp_path: Path):
    compared(tmp_path, BASE, BASE + ':D a owl:Class ; rdfs:label "d"@en .', ("0.1.0", "0.1.1"))
    given = ["ontology", "diff", str(tmp_path / "old.ttl"), str(tmp_path / "new.ttl")]
    text = CliRunner().invoke(application(), given)
    assert text.exit_code == 0 and 'feature: added (1)\n  http://e.org/D "d"' in text.output and "After 0.1.0 this is 0.1.1, and" in text.output
    assert {c["what"] for c in json.loads(CliRunner().invoke(application(), [*given, "--format", "json"]).output)["changes"]} == {"added", "changed"}


def test_a_folder_without_a_file_is_an_error(tmp_path: Path):
    with pytest.raises(VocabularyError, match="holds no RDF file"):
        difference.read(tmp_path)
