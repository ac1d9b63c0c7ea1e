"""The ontology: complete, in its profile, consistent; the closed lists; the JSON-LD context."""

from __future__ import annotations

import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, SKOS, XSD, Literal, URIRef
from rdflib.collection import Collection

from kg.namespaces import BASE, DCTERMS, RG, slug
from tests.conftest import ROOT, needs_java

ONTOLOGY = ROOT / "ontology" / "rolegraph.ttl"
VOCABULARY = sorted((ROOT / "ontology" / "vocabulary").glob("*.ttl"))
CONTEXT = ROOT / "ontology" / "context.jsonld"
HEADER = URIRef("https://w3id.org/rolegraph/ontology")
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
GRAPH = rdflib.Graph().parse(ONTOLOGY)
TERMS = sorted(s for s in set(GRAPH.subjects()) if isinstance(s, URIRef) and s.startswith(RG))

# the names that queries, shapes and other systems rely on
CORE = {
    OWL.Class: """
        Role Skill TechnicalSkill SoftSkill KnowledgeArea Method Tool ProgrammingLanguage Library Platform CloudPlatform DataStore
        Application Responsibility BestPractice Challenge Solution Trend Degree Certification Credential FieldOfStudy Regulation
        Industry Seniority Document Section Passage Mention Claim SalaryObservation MarketObservation ExperienceRequirement
        EducationRequirement Fact ConflictSet""",
    OWL.ObjectProperty: """
        about document parentSection section passageType aboutRole passage refersTo subject evidence object mention modality
        alternativeGroup proficiency statistic component statedBy employer place measure experienceIn partOf degree fieldOfStudy
        requiresSkill requiresTool requires hasResponsibility followsPractice facesChallenge addressedBy affectedBy progressesTo
        collaboratesWith seniority specialises toolSupports involves inIndustry derivedFrom member conflictType impliesSkill mayRequire
        hasRemedy statedIn""",
    OWL.DatatypeProperty: """
        textSha256 sectionOrder sectionPath confidence method aboutAsStated amount minAmount maxAmount atLeast atMost approximate
        currency per level asOf inherited unit periodStart periodEnd minYears maxYears openEnded orRelatedField substitutesExperience
        documentCount claimCount rankOrder""",
    OWL.AnnotationProperty: "property",
}
ALIGNED = {
    "Role": "https://schema.org/Occupation", "Tool": "https://schema.org/SoftwareApplication", "Claim": "http://www.w3.org/ns/prov#Entity",
    "Document": "https://schema.org/CreativeWork", "Credential": "https://schema.org/EducationalOccupationalCredential",
    "Passage": "http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#String", "Skill": str(SKOS.Concept),
}
CLOSED = {
    "passage-type": "Definition Responsibility Requirement Qualification SoftSkill CareerStep MarketFact SalaryFact Trend BestPractice "
                    "Challenge Solution Summary Intro",
    "modality": "Required Preferred Mentioned", "proficiency": "Familiarity Working Proficient Expert",
    "statistic": "mean median p10 p25 p75 p90 range typical_range extended_range top1pct_min top10pct_min min max value",
    "component": "base total additional unspecified", "conflict-type": "value scope attribution definition",
    "measure": "job_growth job_postings_growth market_size CAGR share new_jobs other",
    "seniority": "entry junior mid senior lead principal director executive",
}


@pytest.mark.parametrize("kind, name", [(kind, name) for kind, names in CORE.items() for name in names.split()])
def test_core_term_is_there(kind: URIRef, name: str) -> None:
    assert (URIRef(RG + name), RDF.type, kind) in GRAPH


@pytest.mark.parametrize("name, other", ALIGNED.items())
def test_class_stands_under_the_one_of_the_standard(name: str, other: str) -> None:
    assert URIRef(other) in GRAPH.transitive_objects(URIRef(RG + name), RDFS.subClassOf)


@pytest.mark.parametrize("term", TERMS, ids=lambda t: t.removeprefix(RG))
def test_term_is_complete(term: URIRef) -> None:
    label, definition, example = (list(GRAPH.objects(term, p)) for p in (RDFS.label, SKOS.definition, SKOS.example))
    assert len(label) == len(definition) == len(example) == 1
    assert {v.language for v in (*label, *definition, *example)} == {"en"}
    assert definition[0].endswith(".") and str(definition[0]).lower().rstrip(".") != str(label[0]).lower()
    assert list(GRAPH.objects(term, RDFS.isDefinedBy)) == [HEADER]
    assert sum((term, RDF.type, kind) in GRAPH for kind in KINDS) == 1


def test_labels_and_definitions_are_unique() -> None:
    for predicate in (RDFS.label, SKOS.definition):
        counted = Counter(str(o).lower() for s, o in GRAPH.subject_objects(predicate))
        assert [text for text, n in counted.items() if n > 1] == []


def test_header_says_what_version_and_under_which_terms() -> None:
    version = str(GRAPH.value(HEADER, OWL.versionInfo))
    assert GRAPH.value(HEADER, OWL.versionIRI) == URIRef(f"{HEADER}/{version}")
    assert str(GRAPH.value(HEADER, URIRef(DCTERMS + "license"))) == "https://creativecommons.org/licenses/by/4.0/"
    for name in ("title", "description", "creator", "created", "modified"):
        assert GRAPH.value(HEADER, URIRef(DCTERMS + name))
    assert str(GRAPH.value(HEADER, URIRef("http://purl.org/vocab/vann/preferredNamespacePrefix"))) == "rg"


# ---- the profile

RL_DATATYPES = {XSD.string, XSD.integer, XSD.decimal, XSD.boolean, XSD.date, XSD.dateTime, XSD.anyURI, RDFS.Literal}
AXIOMS = {RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.inverseOf, OWL.propertyChainAxiom, OWL.members,
          RDF.first, RDF.rest, RDF.type, OWL.versionIRI, OWL.versionInfo, RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy}
CHARACTERISTICS = {OWL.Ontology, *KINDS, OWL.TransitiveProperty, OWL.SymmetricProperty, OWL.AllDisjointClasses}


def test_only_constructs_of_the_profile_are_used() -> None:
    """OWL 2 RL within DL, and none that would be wrong for claims: nothing functional, no sameAs."""
    assert set(GRAPH.objects(None, RDF.type)) <= CHARACTERISTICS
    annotations = set(GRAPH.subjects(RDF.type, OWL.AnnotationProperty)) | {SKOS.closeMatch}
    assert set(GRAPH.predicates()) - AXIOMS - annotations == set()
    for axiom in (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.inverseOf):
        for s, o in GRAPH.subject_objects(axiom):
            assert isinstance(s, URIRef) and isinstance(o, URIRef), (s, axiom, o)


def test_kinds_of_properties_are_kept_apart() -> None:
    """DL: what a property is must be said of every property, and a property is of one kind; so are its super-properties."""
    kinds = {kind: set(GRAPH.subjects(RDF.type, kind)) for kind in KINDS[1:]}
    declared = Counter(p for members in kinds.values() for p in members)
    assert [p for p, n in declared.items() if n > 1] == []
    for axiom in (RDFS.subPropertyOf, OWL.inverseOf):
        for s, o in GRAPH.subject_objects(axiom):
            assert any(s in members and o in members for members in kinds.values()), (s, o)
    classes = set(GRAPH.subjects(RDF.type, OWL.Class))
    for s, o in GRAPH.subject_objects(RDFS.domain):
        assert o in classes and s not in kinds[OWL.AnnotationProperty], s
    for s, o in GRAPH.subject_objects(RDFS.range):
        assert o in (classes if s in kinds[OWL.ObjectProperty] else RL_DATATYPES if s in kinds[OWL.DatatypeProperty] else ()), s


def test_chains_are_regular() -> None:
    """DL: an order of the properties in which each chain leads upwards (but for its own property at one end)."""
    below: dict[URIRef, set[URIRef]] = defaultdict(set)
    for s, o in GRAPH.subject_objects(RDFS.subPropertyOf):
        below[o].add(s)
    for head, chain in GRAPH.subject_objects(OWL.propertyChainAxiom):
        parts = list(Collection(GRAPH, chain))
        inner = parts[1:] if parts[0] == head else parts[:-1] if parts[-1] == head else parts
        assert head not in inner
        below[head].update(inner)
    for s, o in GRAPH.subject_objects(OWL.inverseOf):
        below[s], below[o] = below[s] | below[o], below[s] | below[o]

    def reaches(start: URIRef, goal: URIRef, seen: set[URIRef]) -> bool:
        fresh = below[start] - seen
        seen |= fresh
        return goal in below[start] or any(reaches(p, goal, seen) for p in fresh)
    assert [p for p in list(below) if reaches(p, p, set())] == []


def test_disjoint_classes_are_those_of_the_core() -> None:
    axiom = next(GRAPH.subjects(RDF.type, OWL.AllDisjointClasses))
    members = {str(c).removeprefix(RG) for c in Collection(GRAPH, GRAPH.value(axiom, OWL.members))}
    assert members >= {"Role", "Skill", "Tool", "Responsibility", "Challenge", "Solution", "Trend", "Industry",
                       "Document", "Section", "Passage", "Mention", "Claim"}


# ---- use

@cache
def vocabulary() -> tuple[ox.Triple, ...]:
    """Triples of all vocabulary files."""
    return tuple(q.triple for path in VOCABULARY for q in ox.parse(path=path, format=ox.RdfFormat.TURTLE))


def test_terms_in_use_are_defined() -> None:
    used = {n.value for t in vocabulary() for n in t if isinstance(n, ox.NamedNode)}
    for path in sorted((ROOT / "ontology" / "rules").glob("*.rq")):
        used |= {RG + name for name in re.findall(r"\brg:(\w+)", path.read_text(encoding="utf-8"))}
    for path in sorted((ROOT / "kg").rglob("*.py")):
        used |= {RG + name for name in re.findall(r'(?:\b_rg\(|\bRG \+ )"(\w+)"(?! \+)', path.read_text(encoding="utf-8"))}
    assert sorted(iri for iri in used if iri.startswith(RG) and iri != RG and URIRef(iri) not in TERMS) == []


def test_properties_are_used_as_what_they_are() -> None:
    """Object properties lead to things, datatype properties to literals; a vocabulary property is declared."""
    for triple in vocabulary():
        predicate = URIRef(triple.predicate.value)
        if predicate in (RDF.type, RDFS.label, RDFS.comment, RDFS.seeAlso):
            continue
        kinds = set(GRAPH.objects(predicate, RDF.type))
        assert kinds & set(KINDS), predicate
        literal = isinstance(triple.object, ox.Literal)
        assert not (literal and OWL.ObjectProperty in kinds) and not (not literal and OWL.DatatypeProperty in kinds), triple


# ---- the closed lists

VALUES = rdflib.Graph().parse(ROOT / "ontology" / "vocabulary" / "values.ttl")


@pytest.mark.parametrize("name, notations", CLOSED.items())
def test_closed_list_holds_what_queries_expect(name: str, notations: str) -> None:
    scheme = URIRef(f"{BASE}scheme/{name}")
    members = {str(VALUES.value(m, SKOS.notation)): m for m in VALUES.subjects(SKOS.inScheme, scheme)}
    assert members.keys() >= {n.replace("_", " ") if name == "measure" else n for n in notations.split()}
    for notation, member in members.items():
        assert str(member) == f"{BASE}{name}/{slug(notation)}"
        assert VALUES.value(member, SKOS.topConceptOf) == scheme
        assert VALUES.value(member, SKOS.definition).language == VALUES.value(member, SKOS.prefLabel).language == "en"
        assert str(VALUES.value(member, RDF.type)) in map(str, TERMS)


@pytest.mark.parametrize("name, lowest_first", [
    ("seniority", CLOSED["seniority"]), ("proficiency", CLOSED["proficiency"]), ("modality", "Mentioned Preferred Required"),
    ("statistic", "min p10 p25 median p75 p90 top1pct_min max")])
def test_ranks_order_the_list(name: str, lowest_first: str) -> None:
    ranks = [VALUES.value(URIRef(f"{BASE}{name}/{slug(n)}"), URIRef(RG + "rankOrder")).value for n in lowest_first.split()]
    assert ranks == sorted(set(ranks))


def test_values_hold_no_language_cues() -> None:
    assert not [p for p in ("cue", "headingCue") if (None, URIRef(RG + p), None) in VALUES]


# ---- reasoning

PREFIXES = """
@prefix : <http://example.org/> .
@prefix nif: <http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#> .
@prefix rg: <https://w3id.org/rolegraph/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
EXAMPLE = PREFIXES + """
:junior a rg:Role ; rg:progressesTo :engineer .
:engineer a rg:Role ; rg:progressesTo :lead ; rg:requiresTool :tool ; rg:facesChallenge :drift .
:lead a rg:Role ; rg:specialises :engineer . :chief a rg:Role ; rg:specialises :lead .
:tool a rg:Library ; rg:toolSupports :narrow ; rg:developedBy :maker . :narrow a rg:Method ; skos:broader :wide . :wide a rg:KnowledgeArea .
:drift a rg:Challenge ; rg:addressedBy :monitoring . :monitoring a rg:Solution .
:fact a rg:Fact ; rg:subject :engineer ; rg:property rg:requiresTool ; rg:object :tool ; rg:derivedFrom :claim ;
    rg:confidence 0.9 ; rg:claimCount 1 .
:claim rg:document :guide .
"""
CHAINED = """
engineer impliesSkill narrow. engineer impliesSkill wide. lead mayRequire tool. chief mayRequire tool. engineer hasRemedy monitoring.
junior leadsTo lead. fact statedIn guide
"""
ENTAILED = CHAINED + """. engineer requires tool. junior leadsTo engineer. lead comesFrom junior. tool requiredBy engineer.
monitoring addresses drift. narrow supportedBy tool. maker develops tool
"""


def links(text: str) -> set[tuple[str, ...]]:
    """Subject, property and object of each sentence."""
    return {tuple(line.split()) for line in text.split(".") if line.strip()}


def local(found: Iterable[ox.Triple]) -> set[tuple[str, ...]]:
    """Triples of names, by local name."""
    return {tuple(n.value.replace("#", "/").rsplit("/")[-1] for n in t) for t in found if all(isinstance(n, ox.NamedNode) for n in t)}


def reason(text: str) -> set[tuple[str, ...]]:
    """The ontology, its closed lists, some Turtle, and what HermiT adds (owlready2 leaves out what sub-properties and inverses say)."""
    import owlready2
    graph = rdflib.Graph().parse(ONTOLOGY).parse(ROOT / "ontology" / "vocabulary" / "values.ttl").parse(data=text, format="turtle")
    world = owlready2.World()
    world.get_ontology("http://example.org/given#").load(fileobj=io.BytesIO(graph.serialize(format="nt", encoding="utf-8")))
    with world.get_ontology("http://example.org/inferred#"):
        owlready2.sync_reasoner(world, infer_property_values=True, debug=0)
    assert list(world.inconsistent_classes()) == []
    buffer = io.BytesIO()
    world.save(buffer, format="ntriples")
    return local(q.triple for q in ox.parse(buffer.getvalue(), format=ox.RdfFormat.N_TRIPLES))


@needs_java
def test_hermit_finds_what_no_single_sentence_says() -> None:
    found = reason(EXAMPLE)
    assert links(CHAINED) - found == set()
    assert ("junior", "progressesTo", "lead") not in found and ("engineer", "mayRequire", "tool") not in found


def test_rules_of_the_profile_find_it_all() -> None:
    from kg.entail import closure
    tbox = [q.triple for q in ox.parse(path=ONTOLOGY, format=ox.RdfFormat.TURTLE)]
    found = local(closure(tbox, [q.triple for q in ox.parse(EXAMPLE, format=ox.RdfFormat.TURTLE)]))
    assert links(ENTAILED) - found == set()
    assert ("junior", "progressesTo", "lead") not in found and ("engineer", "mayRequire", "tool") not in found


@needs_java
@pytest.mark.parametrize("clash", [
    ":x a rg:Role , rg:Skill .", ":x a rg:Library ; rg:progressesTo :y .", ":x rg:requiresTool :y . :y a rg:SoftSkill .",
    ":x a rg:Passage , rg:SalaryObservation ."])
def test_hermit_finds_the_contradiction(clash: str) -> None:
    import owlready2
    with pytest.raises(owlready2.OwlReadyInconsistentOntologyError):
        reason(PREFIXES + clash)


# ---- the JSON-LD context

def context() -> dict:
    """The context itself."""
    return json.loads(CONTEXT.read_text(encoding="utf-8"))["@context"]


def expanded(name: str, terms: dict) -> str:
    """The IRI of a term of the context."""
    value = terms[name] if isinstance(terms[name], str) else terms[name]["@id"]
    prefix, _, local = value.partition(":")
    return terms[prefix] + local if prefix in terms and local else value


def test_context_has_the_version_of_the_ontology() -> None:
    document = json.loads(CONTEXT.read_text(encoding="utf-8"))
    assert document["version"] == str(GRAPH.value(HEADER, OWL.versionInfo)) and document["id"].endswith(document["version"])
    assert context()["@version"] == 1.1


@pytest.mark.parametrize("term", TERMS, ids=lambda t: t.removeprefix(RG))
def test_context_covers_term_with_its_type(term: URIRef) -> None:
    terms, name = context(), term.removeprefix(RG)
    assert expanded(name, terms) == str(term)
    coerced = terms[name].get("@type") if isinstance(terms[name], dict) else None
    if (term, RDF.type, OWL.ObjectProperty) in GRAPH:
        assert coerced == "@id"
    if (term, RDF.type, OWL.DatatypeProperty) in GRAPH and (wanted := GRAPH.value(term, RDFS.range)) != XSD.string:
        assert coerced == f"xsd:{str(wanted).rsplit('#')[-1]}"


SAMPLE = PREFIXES + """
:claim a rg:Claim , rg:SalaryObservation ; rg:subject :role ; rg:evidence :passage ;
    rg:amount 147220.5 ; rg:atLeast true ; rg:inherited "place" .
:link a rg:Claim ; rg:property rg:requiresTool ; rg:object :tool .
:passage a rg:Passage ; nif:beginIndex 3 ; nif:anchorOf "ein Satz" .
:role a rg:Role ; skos:prefLabel "Engineer"@en ; skos:altLabel "Ingenieur"@de , "Technologist"@en ; skos:notation "engineer" .
:candidate a rg:Role , rg:Candidate ; skos:prefLabel "Data Librarian" .
"""


def test_context_keeps_every_triple() -> None:
    from pyld import jsonld
    given = rdflib.Graph().parse(data=SAMPLE, format="turtle")
    compact = jsonld.compact(jsonld.from_rdf(given.serialize(format="nt")), {"@context": context()})
    again = rdflib.Graph().parse(data=jsonld.to_rdf(compact, {"format": "application/n-quads"}), format="nt")
    assert set(again) == set(given)
    nodes = {node["id"]: node for node in compact["@graph"]}
    assert nodes["http://example.org/link"]["property"] == "requiresTool"
    assert nodes["http://example.org/claim"]["evidence"] == ["http://example.org/passage"]
    assert nodes["http://example.org/role"]["prefLabel"] == {"en": "Engineer"}
    assert {key for node in nodes.values() for key in node if ":" in key} == set()


def test_context_expands_what_people_write() -> None:
    """Plain numbers become decimals and whole numbers, as the shapes ask, not doubles."""
    from pyld import jsonld
    written = {"@context": context(), "id": "http://example.org/c", "type": "SalaryObservation", "amount": 120000, "beginIndex": 7}
    graph = rdflib.Graph().parse(data=jsonld.to_rdf(written, {"format": "application/n-quads"}), format="nt")
    assert (None, URIRef(RG + "amount"), Literal("120000", datatype=XSD.decimal)) in graph
    assert {o.datatype for o in graph.objects() if isinstance(o, Literal)} == {XSD.decimal, XSD.integer}


def test_files_are_where_the_package_looks_for_them() -> None:
    from importlib.resources import files
    assert all(Path(str(files(package) / name)).is_file() for package, name in [
        ("ontology", "rolegraph.ttl"), ("ontology", "context.jsonld"), ("shapes", "claim.ttl")])
