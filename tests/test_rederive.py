"""What follows after a change of facts is what a build from nothing would infer, whatever changed."""

from functools import cache

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import reason, rederive
from kg.errors import ContradictionError
from kg.namespaces import OWL, RDF, RDFS, RG, SKOS, Minter
from kg.vocabulary import parse, shipped
from tests.conftest import needs_java

MINTER = Minter()
ROLES = [MINTER.base + f"role/{n}" for n in ("one", "two", "three", "four")]
TOOLS, SKILLS = ([MINTER.base + f"{kind}/{n}" for n in names] for kind, names in (
    ("tool", ("apache-airflow", "pytorch", "terraform", "kubernetes", "of-no-vocabulary")),
    ("skill", ("workflow-orchestration", "deep-learning", "machine-learning", "infrastructure-as-code", "of-no-vocabulary"))))
CHALLENGES, SOLUTIONS, PLACES = ([MINTER.base + f"{kind}/{n}" for n in "ab"] for kind in ("challenge", "solution", "place"))
FACTS, CLAIMS, DOCUMENTS = ([MINTER.base + f"{kind}/{n}" for n in "abc"] for kind in ("fact", "claim", "document"))
LINKS = [("requiresTool", ROLES, TOOLS), ("requiresSkill", ROLES, SKILLS), ("requires", ROLES, TOOLS + SKILLS), ("requiredBy", TOOLS + SKILLS, ROLES),
         ("progressesTo", ROLES, ROLES), ("leadsTo", ROLES, ROLES), ("reachedFrom", ROLES, ROLES), ("specialises", ROLES, ROLES),
         ("mayRequire", ROLES, TOOLS + SKILLS), ("impliesSkill", ROLES, SKILLS), ("collaboratesWith", ROLES, ROLES), ("toolSupports", TOOLS, SKILLS),
         ("facesChallenge", ROLES, CHALLENGES), ("addressedBy", CHALLENGES, SOLUTIONS), ("hasRemedy", ROLES, SOLUTIONS),
         ("locatedIn", PLACES, PLACES), ("involves", CHALLENGES, TOOLS + SKILLS)]
CLASSES = [("Role", ROLES), ("Tool", TOOLS), ("Library", TOOLS), ("Skill", SKILLS), ("TechnicalSkill", SKILLS), ("Challenge", CHALLENGES), ("Solution", SOLUTIONS)]
# what may be stated of anything, so that much of it contradicts
WILD = sorted(ROLES[:2] + TOOLS[:2] + SKILLS[:2] + CHALLENGES[:1])


def named(*iris: str) -> ox.Triple:
    """A triple of IRIs."""
    return ox.Triple(*map(ox.NamedNode, iris))


def links(properties: list[tuple[str, list[str], list[str]]]) -> st.SearchStrategy[ox.Triple]:
    """A link between two of the individuals."""
    return st.sampled_from(properties).flatmap(
        lambda link: st.builds(named, st.sampled_from(link[1]), st.just(RG + link[0]), st.sampled_from(link[2])))


BROADER = st.builds(named, st.sampled_from(SKILLS), st.just(SKOS + "broader"), st.sampled_from(SKILLS))
TYPES = st.sampled_from(CLASSES).flatmap(lambda c: st.builds(named, st.sampled_from(c[1]), st.just(RDF + "type"), st.just(RG + c[0])))
KEPT = st.one_of(st.builds(named, st.sampled_from(FACTS), st.just(RG + "derivedFrom"), st.sampled_from(CLAIMS)),
                 st.builds(named, st.sampled_from(FACTS), st.just(RDF + "type"), st.just(RG + "Fact")))
STATED = st.one_of(links(LINKS), links(LINKS), BROADER, TYPES, KEPT)
ANYTHING = st.one_of(STATED, links([(name, WILD, WILD) for name, _, _ in LINKS[:8]]))
TEXT = st.one_of(st.builds(named, st.sampled_from(CLAIMS), st.just(RG + "document"), st.sampled_from(DOCUMENTS)),
                 st.builds(named, st.sampled_from(CLAIMS + ROLES[:1]), st.just(RDF + "type"), st.just(RG + "Claim")), links(LINKS))


@cache
def background() -> tuple[ox.Quad, ...]:
    """The ontology, and what the vocabulary says of some terms and of all that they lead to."""
    ontology, *files = shipped()
    about: dict[str, list[ox.Triple]] = {}
    for path in files:
        for t in parse(path):
            about.setdefault(t.subject.value, []).append(t)
    found, todo = [], [*TOOLS, *SKILLS]
    for node in todo:
        found += about.pop(node, ())
        todo += [t.object.value for t in found if reason.counts(t) and t.object.value in about]
    assert len(found) > 40
    return (*(ox.Quad(*t, ox.NamedNode(MINTER.graph("ontology"))) for t in parse(ontology)),
            *(ox.Quad(*t, ox.NamedNode(MINTER.graph("vocabulary"))) for t in found))


Statements = frozenset[ox.Triple]


def store_of(facts: Statements, text: Statements, more: tuple[ox.Triple, ...] = ()) -> ox.Store:
    """A store without inferences; `more` are further axioms."""
    store = ox.Store()
    store.extend(background())
    store.extend([ox.Quad(*t, ox.NamedNode(MINTER.graph(graph))) for graph, triples in (
        ("facts", facts), ("document/a", text), ("ontology", more)) for t in triples])
    return store


def inferred(store: ox.Store, reasoner: str = "rules") -> set[ox.Triple]:
    """What a build from nothing infers; the store gains it too."""
    lines, _ = reason.infer(store, MINTER, reasoner)
    return {q.triple for q in ox.parse("".join(lines), ox.RdfFormat.N_QUADS)}


def agree(old: tuple[Statements, Statements], new: tuple[Statements, Statements], more: tuple[ox.Triple, ...] = (), reasoner: str = "rules") -> None:
    """Both ways to the graph after the change give the same, or the same contradiction; where nothing could be built before, nothing is asked."""
    before, after, scratch = store_of(*old, more), store_of(*new, more), store_of(*new, more)
    try:
        were = inferred(before)
    except ContradictionError:
        return
    after.extend([ox.Quad(*t, ox.NamedNode(MINTER.graph("inferred"))) for t in were])

    def change() -> set[ox.Triple]:
        gone, made, _ = rederive.renewed(before, after, old[0] - new[0], new[0] - old[0], MINTER, reasoner, documents=[ox.NamedNode(MINTER.graph("document/a"))])
        assert gone <= were and not made & were
        return (were - gone) | made
    try:
        expected = inferred(scratch)
    except ContradictionError as error:
        with pytest.raises(ContradictionError) as told:
            change()
        assert told.value.reason == error.reason
        return
    assert change() == expected


def changes(stated: st.SearchStrategy[ox.Triple], most: int) -> st.SearchStrategy[tuple[Statements, Statements]]:
    """Statements before and after: much stays, some go, some come."""
    part = st.frozensets(stated, max_size=4)
    return st.tuples(st.frozensets(stated, max_size=most), part, part).map(lambda found: (found[0] | found[1], (found[0] | found[2]) - found[1]))


@settings(max_examples=100, deadline=None)
@given(facts=changes(STATED, 24), text=changes(TEXT, 6))
def test_a_change_gives_what_a_build_from_nothing_gives(facts, text):
    agree((facts[0], text[0]), (facts[1], text[1]))


@settings(max_examples=40, deadline=None)
@given(facts=changes(ANYTHING, 6))
def test_a_change_that_contradicts_is_told_as_a_build_from_nothing_tells_it(facts):
    agree((facts[0], frozenset()), (facts[1], frozenset()))


PROPERTIES = [RG + name for name, _, _ in LINKS] + [SKOS + "broader", SKOS + "narrower", RG + "specialisedBy", RG + "supportedBy"]
ANY = st.sampled_from(PROPERTIES)


def chain(head: str, path: list[str]) -> list[ox.Triple]:
    """The axiom that a property follows from others one after the other."""
    nodes = [ox.BlankNode(f"{head.rsplit('#')[-1]}{len(path)}of{i}") for i in range(len(path))] + [ox.NamedNode(RDF + "nil")]
    found = [ox.Triple(ox.NamedNode(head), ox.NamedNode(OWL + "propertyChainAxiom"), nodes[0])]
    for i, name in enumerate(path):
        found += [ox.Triple(nodes[i], ox.NamedNode(RDF + "first"), ox.NamedNode(name)), ox.Triple(nodes[i], ox.NamedNode(RDF + "rest"), nodes[i + 1])]
    return found


AXIOMS = st.one_of(
    st.builds(named, ANY, st.sampled_from([RDFS + "subPropertyOf", OWL + "inverseOf", OWL + "propertyDisjointWith"]), ANY).map(lambda t: [t]),
    st.builds(named, ANY, st.just(RDF + "type"), st.sampled_from([OWL + n for n in (
        "TransitiveProperty", "SymmetricProperty", "TransitiveProperty", "IrreflexiveProperty", "AsymmetricProperty")])).map(lambda t: [t]),
    st.builds(named, ANY, st.sampled_from([RDFS + "domain", RDFS + "range"]), st.sampled_from([RG + "Credential", SKOS + "Concept"])).map(lambda t: [t]),
    st.builds(chain, ANY, st.lists(ANY, min_size=2, max_size=3)))


@settings(max_examples=100, deadline=None)
@given(axioms=st.lists(AXIOMS, max_size=4, unique_by=lambda axiom: str(axiom[0])), facts=changes(st.one_of(links(LINKS), BROADER), 20))
def test_so_it_is_with_other_axioms(axioms, facts):
    """Chains of any length, links that are transitive and symmetric at once, links that contradict one another."""
    agree((facts[0], frozenset()), (facts[1], frozenset()), tuple(t for axiom in axioms for t in axiom))


SMALL = frozenset([named(ROLES[0], RG + "requiresTool", TOOLS[0]), named(ROLES[1], RG + "specialises", ROLES[0]), named(ROLES[2], RG + "progressesTo", ROLES[1])])
NEW = frozenset([named(ROLES[0], RG + "progressesTo", ROLES[2]), named(ROLES[0], RG + "requiresSkill", SKILLS[2])])


@needs_java
@pytest.mark.parametrize("reasoner", ["hermit", "auto"])
def test_it_is_what_hermit_infers_over_everything(reasoner: str):
    before, after, scratch = store_of(SMALL, frozenset()), store_of(SMALL | NEW, frozenset()), store_of(SMALL | NEW, frozenset())
    were, expected = inferred(before, reasoner), inferred(scratch, reasoner)
    after.extend([ox.Quad(*t, ox.NamedNode(MINTER.graph("inferred"))) for t in were])
    gone, made, note = rederive.renewed(before, after, (), NEW, MINTER, reasoner)
    assert (were - gone) | made == expected and len(made) > 10 and note == ""


def test_without_java_the_note_is_that_of_a_build_from_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    store = store_of(SMALL, frozenset())
    _, note = reason.infer(store, MINTER, "auto")
    assert note and rederive.renewed(store, store, (), (), MINTER, "auto") == (set(), set(), note)
    assert rederive.renewed(store, store, (), (), MINTER, "none") == (set(), set(), "")


def test_the_rules_find_all_that_follows_from_our_ontology():
    """No other kind of axiom stands in it, so HermiT cannot find more; one of another kind is noticed."""
    tbox = list(parse(shipped()[0]))
    assert rederive.complete(tbox)
    assert not rederive.complete([*tbox, named(RG + "seniority", RDF + "type", OWL + "FunctionalProperty")])
    assert not rederive.complete([*tbox, ox.Triple(ox.NamedNode(RG + "Role"), ox.NamedNode(RDFS + "subClassOf"), ox.BlankNode())])


class Counting:
    """A store that counts the quads that it was asked for."""

    def __init__(self, store: ox.Store) -> None:
        self.store, self.number = store, 0

    def quads_for_pattern(self, *pattern: ox.NamedNode | None):
        """As of the store."""
        for quad in self.store.quads_for_pattern(*pattern):
            self.number += 1
            yield quad

    def __contains__(self, quad: ox.Quad) -> bool:
        self.number += 1
        return quad in self.store


def test_what_is_looked_at_depends_on_the_change_and_not_on_the_store():
    """A hundred times as many other roles, and nothing more is looked at."""
    seen = []
    for number in (5, 500):
        others = frozenset(named(MINTER.base + f"role/{i}-{n}", RG + link, target) for i in range(number)
                           for n, (link, target) in enumerate([("requiresTool", TOOLS[1]), ("progressesTo", MINTER.base + f"role/{i + 1}-1")]))
        before, after = store_of(SMALL | others, frozenset()), store_of(SMALL | NEW | others, frozenset())
        were = inferred(before)
        after.extend([ox.Quad(*t, ox.NamedNode(MINTER.graph("inferred"))) for t in were])
        counted = Counting(before), Counting(after)
        rederive.renewed(*counted, (), NEW, MINTER, "rules")
        seen.append(sum(c.number for c in counted))
    assert seen[0] == seen[1]
