"""Lookups over the graph of the five guides: what they promise holds of every answer, and each claim leads to its words."""

import dataclasses
import json

import pyoxigraph as ox
import pytest

from kg.errors import NotFoundError
from kg.lookup import Catalog, Filter, StoreSource, plain
from kg.lookup.graph import KINDS
from kg.lookup.source import bound
from kg.namespaces import PREFIXES


@pytest.fixture(scope="module")
def catalog(guides) -> Catalog:
    return Catalog(StoreSource(guides))


@pytest.fixture(scope="module")
def ask(guides):
    return lambda text: [tuple(t.value if t else None for t in row) for row in guides.query(text, prefixes=PREFIXES, use_default_graph_as_union=True)]


@pytest.fixture(scope="module")
def roles(catalog) -> list:
    return [ref for document in catalog.documents().items for ref in document.about]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_thing_of_a_list_is_of_its_kind_and_opens(catalog: Catalog, kind: str):
    page = catalog.things(kind, limit=5)
    assert page.total >= len(page.items)
    for item in page.items:
        assert item.kind == catalog.names.kind_name(kind) and item.document_count > 0
        opened = catalog.thing(item.id)
        assert (opened.iri, opened.label, opened.document_count) == (item.iri, item.label, item.document_count)


def test_lists_page_without_loss_and_in_one_order(catalog: Catalog):
    whole = catalog.things("skills", limit=1000).items
    pieces = [item for start in range(0, len(whole) + 7, 7) for item in catalog.things("skills", limit=7, offset=start).items]
    assert pieces == list(whole) and len({item.iri for item in whole}) == len(whole)
    assert [i.document_count for i in whole] == sorted((i.document_count for i in whole), reverse=True)
    assert catalog.things("skills", stated=False).total > len(whole)


def test_words_choose_from_any_label(catalog: Catalog):
    assert "Amazon Web Services" in {item.label for item in catalog.things("tools", "AWS").items}
    assert catalog.things("tools", "no such words at all").items == ()


@pytest.mark.parametrize("name", ["https://w3id.org/rolegraph/id/tool/amazon-web-services", "tool/amazon-web-services", "amazon-web-services",
                                  "aws", "Amazon  web services"])
def test_a_thing_is_known_by_each_of_its_names(catalog: Catalog, name: str):
    assert catalog.thing(name, "tools").label == "Amazon Web Services"


@pytest.mark.parametrize("name", ["tool/nothing-like-it", "https://example.org/none", "Pythonn", "a b/<c>", "", "role/\x00"])
def test_an_unknown_name_is_said_to_be_unknown(catalog: Catalog, name: str):
    with pytest.raises(NotFoundError):
        catalog.thing(name, "tools")


def test_the_nearest_names_are_told(catalog: Catalog):
    with pytest.raises(NotFoundError) as caught:
        catalog.thing("Pythonn", "tools")
    assert "Python" in caught.value.hint


def test_requirements_agree_with_the_facts(catalog: Catalog, roles: list, ask):
    for role in roles:
        stated = ask(f"""SELECT ?o ?n ?m ?how WHERE {{ ?f a rg:Fact ; rg:subject <{role.iri}> ; rg:property ?p ; rg:object ?o ; rg:documentCount ?n ;
                         rg:claimCount ?m . OPTIONAL {{ ?f rg:modality/skos:notation ?how }} VALUES ?p {{ rg:requiresSkill rg:requiresTool }} }}""")
        found = catalog.requirements(role.iri)
        assert {(r.thing.iri, str(r.document_count), str(r.claim_count), r.modality or None) for r in found} == set(stated)
        assert all(r.evidence and len(r.claims) == r.claim_count for r in found)
        assert {r.thing.iri for r in catalog.requirements(role.iri, mentioned=True)} >= {r.thing.iri for r in found}


def test_a_role_is_told_with_everything_known(catalog: Catalog, roles: list):
    for role in roles:
        profile = catalog.role(role.iri)
        assert profile.documents and (profile.requirements or profile.responsibilities)
        assert all(c.subject == role for c in (*profile.salaries, *profile.experience, *profile.education))
        assert all(s.evidence and s.wordings for s in (*profile.responsibilities, *profile.practices, *profile.challenges, *profile.trends))
        assert all(0 < s.score <= 1 and s.thing != role and s.shared for s in profile.similar)
        json.dumps(plain(profile), allow_nan=False)


def test_every_claim_leads_to_its_words(catalog: Catalog):
    texts = {d.iri: catalog.document(d.id).text for d in catalog.documents().items}
    page = catalog.claims(limit=10_000)
    assert page.total == len(page.items) > 1000
    for claim in page.items:
        assert claim.evidence
        for passage in claim.evidence:
            assert texts[passage.document.iri][passage.begin:passage.end] == passage.quote
        if getattr(claim, "figure_begin", None) is not None:
            assert texts[claim.document.iri][claim.figure_begin:claim.figure_end] == claim.amount_as_stated


def test_documents_are_told_in_order_of_the_text(catalog: Catalog):
    for entry in catalog.documents().items:
        document = catalog.document(entry.identifier)
        assert [p.begin for p in document.passages] == sorted(p.begin for p in document.passages)
        assert all(document.text[m.begin:m.end] == m.quote for m in document.mentions)
        assert {m.passage for m in document.mentions} <= {p.iri for p in document.passages} | {""}
        assert document.claim_count == catalog.claims(Filter(document=entry.id)).total


def test_evidence_shows_the_sentence_with_its_neighbours(catalog: Catalog):
    for claim in catalog.claims(limit=60, offset=40).items:
        found = catalog.evidence(claim.id)
        assert found.claim == claim and [w.passage for w in found.passages] == list(claim.evidence)
        for w in found.passages:
            assert w.before is None or w.before.begin <= w.passage.begin
            assert w.after is None or w.after.begin >= w.passage.begin
            assert w.before or w.after
            assert all(w.passage.begin <= m.begin and m.end <= w.passage.end for m in w.mentions)


@pytest.mark.parametrize(("chosen", "pattern"), [
    (Filter(type="SalaryObservation", statistic="range"), "?c a rg:SalaryObservation ; rg:statistic/skos:notation 'range'"),
    (Filter(property="requiresTool", modality="Required"), "?c a rg:Claim ; rg:property rg:requiresTool ; rg:modality/skos:notation 'Required'"),
    (Filter(property="requires", proficiency="Expert"), "?c rg:property ?p ; rg:proficiency/skos:notation 'Expert' VALUES ?p { rg:requiresTool rg:requiresSkill }"),
    (Filter(subject="role/machine-learning-engineer"), "?c a rg:Claim ; rg:subject id:role/machine-learning-engineer"),
    (Filter(type="MarketObservation", min_confidence=0.9), "?c a rg:MarketObservation ; rg:confidence ?v FILTER(?v >= 0.9)"),
])
def test_filters_choose_what_a_query_does(catalog: Catalog, ask, chosen: Filter, pattern: str):
    expected = {row[0] for row in ask(f"SELECT ?c WHERE {{ {pattern.replace('id:role/machine-learning-engineer', '<https://w3id.org/rolegraph/id/role/machine-learning-engineer>')} }}")}
    assert expected and {c.iri for c in catalog.claims(chosen, limit=10_000).items} == expected


def test_a_place_takes_in_what_lies_in_it(catalog: Catalog):
    places = {c.place.iri for c in catalog.salaries(limit=1000).items if c.place}
    assert places
    for iri in places:
        inside = {c.place.iri for c in catalog.salaries(Filter(place=iri), limit=1000).items}
        assert iri in inside
    assert len({c.iri for c in catalog.salaries(Filter(place="United States"), limit=1000).items}) > sum(
        c.place is not None and c.place.label == "United States" for c in catalog.salaries(limit=1000).items)


def test_comparing_is_the_same_from_both_ends(catalog: Catalog, roles: list):
    a, b = roles[0], roles[1]
    there, back = catalog.compare(a.iri, b.iri), catalog.compare(b.iri, a.iri)
    assert {r.thing for r in there.added} == {r.thing for r in back.dropped} and there.added
    assert {c.start.thing for c in there.shared} == {c.goal.thing for c in back.shared}
    assert {r.iri for r in there.implied} <= {r.thing.iri for r in there.added}
    assert catalog.compare(a.iri, a.iri).added == ()


def test_a_path_is_a_chain_of_stated_steps(catalog: Catalog, ask):
    pairs = ask("SELECT ?a ?c WHERE { ?a rg:progressesTo ?b . ?b rg:progressesTo ?c FILTER(?a != ?c) } ORDER BY ?a ?c")
    assert pairs
    for start, goal in pairs:
        way = catalog.path(start, goal)
        assert way.found and way.steps[0].start.iri == start and way.steps[-1].goal.iri == goal
        assert all(a.goal == b.start for a, b in zip(way.steps, way.steps[1:], strict=False))
        assert all(step.claims and all(c.evidence for c in step.claims) for step in way.steps)
    assert not catalog.path(pairs[0][1], "role/zookeeper").found


def test_similarity_is_symmetric_and_prefers_what_shares_more(catalog: Catalog):
    found = {s.thing.iri: s.score for s in catalog.similar("tool/python", limit=1000)}
    assert list(found.values()) == sorted(found.values(), reverse=True)
    for other, score in list(found.items())[:5]:
        assert {s.thing.iri: s.score for s in catalog.similar(other, limit=1000)}["https://w3id.org/rolegraph/id/tool/python"] == pytest.approx(score)


def test_conflicts_and_facts_open_one_by_one(catalog: Catalog):
    conflict = catalog.conflicts(limit=1).items[0]
    assert catalog.conflict(conflict.id) == conflict and len(conflict.members) > 1
    assert conflict in catalog.conflicts(about=conflict.members[0].subject.iri, limit=100).items
    fact = catalog.facts(limit=1).items[0]
    assert catalog.fact(fact.iri) == fact and fact.claim_count == len(fact.claims)
    with pytest.raises(NotFoundError):
        catalog.claim(fact.id)


def test_an_empty_graph_answers_with_nothing():
    empty = Catalog(StoreSource(ox.Store()))
    assert empty.things("roles").total == empty.claims().total == empty.documents().total == empty.facts().total == empty.conflicts().total == 0
    with pytest.raises(NotFoundError):
        empty.role("anything")


def test_answers_are_frozen(catalog: Catalog):
    with pytest.raises(dataclasses.FrozenInstanceError):
        catalog.things("roles").items[0].label = "x"  # type: ignore[misc]


def test_parameters_cannot_break_out_of_a_query():
    assert bound("$x", {"x": ox.Literal('" } DROP ALL #')}) == '"\\" } DROP ALL #"'
    with pytest.raises(ValueError):
        bound("$x", {"x": "http://a/> } #"})
