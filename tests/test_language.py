"""How words change their form, and what published labels add to a name."""

import pytest

from kg import vocabulary
from kg.language.morphology import singular, spellings
from kg.taxonomy.labels import class_nouns, names


@pytest.mark.parametrize(("plural", "one"), [("batches", "batch"), ("policies", "policy"), ("boxes", "box"), ("servers", "server"), ("ties", "tie")])
def test_singular_of_a_regular_plural(plural: str, one: str):
    assert singular(plural) == one == singular(one)


@pytest.mark.parametrize("word", ["bus", "analysis", "class", "gas"])
def test_what_only_looks_like_a_plural_stays(word: str):
    assert singular(word) == word


@pytest.mark.parametrize(("label", "form"), [("security policies", "security policy"), ("search indexes", "search index"), ("release branch", "release branches")])
def test_labels_are_found_in_their_other_number(label: str, form: str):
    assert form in spellings(label, inflected=True, hyphened=False)


def test_class_nouns_of_published_labels_are_cues():
    classes = class_nouns(vocabulary.load())
    assert names("Zebra Reporting Tool ZRT software", classes) == ["Zebra Reporting Tool ZRT software", "Zebra Reporting Tool ZRT", "Zebra Reporting Tool", "ZRT"]
    assert names("Zebra software", ()) == ["Zebra software"]
