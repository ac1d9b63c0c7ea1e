"""Exports load again, with libraries that are not ours, to the same graph."""

import io

import pytest
import rdflib
from rdflib.compare import isomorphic

from kg import export
from kg.namespaces import Minter

NAMES = ["ontology", "facts", "document/principal-mlops-engineer"]


def loaded(body: bytes, form: str) -> rdflib.Graph:
    graph = rdflib.Graph()
    graph.parse(io.BytesIO(body), format=form)
    return graph


@pytest.fixture(scope="module")
def source(guides) -> rdflib.Graph:
    names = export.chosen(guides, NAMES, Minter())
    return loaded(export.serialize(guides, "ntriples", names, Minter()), "nt")


@pytest.mark.parametrize(("form", "theirs"), [("turtle", "turtle"), ("rdfxml", "xml")])
def test_triples_survive(guides, source: rdflib.Graph, form: str, theirs: str):
    names = export.chosen(guides, NAMES, Minter())
    assert isomorphic(loaded(export.serialize(guides, form, names, Minter()), theirs), source)


def test_json_ld_survives(guides, source: rdflib.Graph):
    names = export.chosen(guides, NAMES, Minter())
    dataset = rdflib.Dataset()
    dataset.parse(io.BytesIO(export.serialize(guides, "jsonld", names, Minter())), format="json-ld")
    union = rdflib.Graph()
    for quad in dataset.quads((None, None, None, None)):
        union.add(quad[:3])
    assert isomorphic(union, source)


def test_an_export_is_the_same_twice(guides):
    names = export.graphs(guides)
    assert export.serialize(guides, "trig", names, Minter()) == export.serialize(guides, "trig", names, Minter())
