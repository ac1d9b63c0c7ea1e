"""Exports in other shapes, each loaded with a library that is not ours; and what two graphs differ in, in words."""

import csv
import io
import json

import jsonschema
import pyarrow.parquet
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld
from rdflib.namespace import RDF, SKOS
from typer.testing import CliRunner

from kg import export, store
from kg.cli.main import application
from kg.exports import TABLES, files, tables
from kg.exports.changes import changes
from kg.exports.jsonld import compacted, context_document
from kg.lookup import Catalog, Filter, StoreSource
from kg.namespaces import BASE, RG, Minter
from kg.namespaces import SKOS as SKOS_IRI

SCHEMA = rdflib.Namespace("https://schema.org/")


@pytest.fixture(scope="module")
def catalog(guides) -> Catalog:
    return Catalog(StoreSource(guides))


@pytest.mark.parametrize("name", ["document/principal-mlops-engineer", "inferred", "ontology"])
def test_compacted_json_ld_is_exactly_the_graph(guides, name: str):
    quads = export.quads(guides, [BASE + "graph/" + name])
    body = json.loads(files.serialize(guides, "jsonld", [BASE + "graph/" + name], Minter()))
    assert body["@context"] == context_document()["@context"]
    ours, theirs = ox.Dataset(quads), ox.Dataset(ox.parse(jsonld.to_rdf(body, {"format": "application/n-quads"}), ox.RdfFormat.N_QUADS))
    for dataset in (ours, theirs):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert set(ours) == set(theirs)


LITERALS = st.one_of(
    st.builds(ox.Literal, st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=8)),
    st.builds(lambda text, tag: ox.Literal(text, language=tag), st.text("ab ", max_size=4), st.sampled_from(["en", "de", "en-gb"])),
    st.builds(lambda text, kind: ox.Literal(text, datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#" + kind)),
              st.sampled_from(["1", "1.5", "true", "false", "x", "007", "-3", "1e3"]), st.sampled_from(["integer", "decimal", "boolean", "date", "string"])))
NODES = st.sampled_from([ox.NamedNode(BASE + "tool/a"), ox.NamedNode(RG + "Role"), ox.NamedNode("urn:x:y"), ox.NamedNode("http://e.org/"), ox.BlankNode("b1")])
PREDICATES = st.sampled_from(sorted({d["@id"] if isinstance(d, dict) else d for n, d in context_document()["@context"].items() if not n.startswith("@")
                                     and not (isinstance(d, str) and (d.endswith(("/", "#")) or d.startswith("@")))}))


@given(st.lists(st.tuples(NODES, PREDICATES, st.one_of(NODES, LITERALS)), max_size=8))
def test_any_triple_survives_compaction(parts):
    prefixes = {n: i for n, i in context_document()["@context"].items() if isinstance(i, str)}
    triples = {ox.Triple(s, ox.NamedNode(prefixes.get(p.split(":")[0], p.split(":")[0] + ":") + p.split(":", 1)[1]), o) for s, p, o in parts}
    body = compacted(sorted(triples, key=export.order))
    back = {q.triple for q in ox.parse(jsonld.to_rdf(json.loads(json.dumps(body)), {"format": "application/n-quads"}), ox.RdfFormat.N_QUADS)}
    blank = ox.Dataset([ox.Quad(t.subject, t.predicate, t.object) for t in triples]), ox.Dataset([ox.Quad(t.subject, t.predicate, t.object) for t in back])
    for dataset in blank:
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert set(blank[0]) == set(blank[1])


@pytest.mark.parametrize("form", [*export.FORMATS, "occupations", "framed"])
def test_an_export_is_the_same_from_a_store_opened_anew(guides, guides_store, form: str):
    again = store.open_revision(store.published(guides_store))
    names = [BASE + "graph/ontology", BASE + "graph/facts"]
    assert files.serialize(guides, form, names, Minter()) == files.serialize(again, form, names, Minter())


def test_framed_roles_are_trees(guides, catalog: Catalog):
    body = json.loads(files.serialize(guides, "framed", [], Minter()))
    found = {role["id"]: role for role in body["@graph"]}
    for document in catalog.documents().items:
        for role in document.about:
            tools = {fact.object.iri for fact in catalog.facts(Filter(subject=role.iri, property="requiresTool"), limit=1000).items}
            assert {tool["id"] for tool in found[role.iri]["requiresTool"]} == tools
            assert all(tool["prefLabel"] for tool in found[role.iri]["requiresTool"])


def test_occupations_load_as_schema_org(guides, catalog: Catalog):
    graph = rdflib.Graph().parse(data=files.serialize(guides, "occupations", [], Minter()), format="json-ld")
    roles = set(graph.subjects(RDF.type, SCHEMA.Occupation))
    assert {rdflib.URIRef(role.iri) for document in catalog.documents().items for role in document.about} <= roles
    terms = {str(p).removeprefix(str(SCHEMA)) for p in graph.predicates() if p != RDF.type}
    assert terms >= {"name", "skills", "responsibilities", "experienceRequirements", "educationRequirements", "estimatedSalary", "monthsOfExperience"}
    # ranges and means say their currency and their bounds in order; a distribution has a median or percentiles
    amounts = [*graph.subjects(RDF.type, SCHEMA.MonetaryAmount), *graph.subjects(RDF.type, SCHEMA.MonetaryAmountDistribution)]
    assert amounts and all(len(str(graph.value(a, SCHEMA.currency))) == 3 for a in amounts)
    for value in graph.objects(None, SCHEMA.value):
        low, high = graph.value(value, SCHEMA.minValue), graph.value(value, SCHEMA.maxValue)
        assert low is None or high is None or low.toPython() <= high.toPython()
    for spread in graph.subjects(RDF.type, SCHEMA.MonetaryAmountDistribution):
        assert any(graph.value(spread, SCHEMA[name]) for name in ("median", "percentile10", "percentile25", "percentile75", "percentile90"))
        assert graph.value(spread, SCHEMA.duration)


def test_skos_holds_concepts_and_nothing_of_ours(guides):
    some = ox.Store()  # rdflib takes long over the whole vocabulary
    kinds = tuple(BASE + kind for kind in ("scheme/", "degree/", "seniority/", "proficiency/", "tool/p"))
    some.extend(q for q in guides.quads_for_pattern(None, None, None, ox.NamedNode(BASE + "graph/vocabulary")) if q.subject.value.startswith(kinds))
    graph = rdflib.Graph().parse(data=files.serialize(some, "skos", [], Minter()), format="turtle")
    assert all(str(p).startswith((str(SKOS), str(RDF), "http://purl.org/dc/terms/")) for p in set(graph.predicates()))
    assert (rdflib.URIRef(BASE + "tool/python"), RDF.type, SKOS.Concept) in graph
    schemes = set(graph.subjects(RDF.type, SKOS.ConceptScheme))
    assert set(graph.objects(None, SKOS.inScheme)) <= schemes and all(graph.value(c, SKOS.prefLabel) for c in graph.subjects(RDF.type, SKOS.Concept))


def test_mappings_are_sssom():
    data = ox.Store()
    data.load(f"""@prefix skos: <{SKOS_IRI}> . @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix sssom: <https://w3id.org/sssom/> .
      <{BASE}tool/a> skos:prefLabel "A\\tb"@en ; skos:exactMatch <https://taxonomy.example/x/1> ; skos:broadMatch <https://taxonomy.example/y#2> .
      [] owl:annotatedSource <{BASE}tool/a> ; owl:annotatedProperty skos:exactMatch ; owl:annotatedTarget <https://taxonomy.example/x/1> ;
         sssom:mapping_justification <https://w3id.org/semapv/vocab/LexicalMatching> ; sssom:confidence 0.9 .""".encode(), ox.RdfFormat.TURTLE)
    lines = files.serialize(data, "sssom", [], Minter()).decode().splitlines()
    prefixes = dict(line[3:].split(": ", 1) for line in lines if line.startswith("#  "))
    rows = list(csv.DictReader([line for line in lines if not line.startswith("#")], delimiter="\t"))

    def expanded(curie: str) -> str:
        prefix, name = curie.split(":", 1)
        return prefixes[prefix] + name
    told = {(expanded(r["subject_id"]), expanded(r["predicate_id"]), expanded(r["object_id"]), expanded(r["mapping_justification"]), r["confidence"]) for r in rows}
    semapv = "https://w3id.org/semapv/vocab/"
    assert told == {(BASE + "tool/a", SKOS_IRI + "exactMatch", "https://taxonomy.example/x/1", semapv + "LexicalMatching", "0.9"),
                    (BASE + "tool/a", SKOS_IRI + "broadMatch", "https://taxonomy.example/y#2", semapv + "UnspecifiedMatching", "")}


ANNOTATION = {"type": "object", "required": ["id", "type", "motivation", "body", "target"], "properties": {
    "type": {"const": "Annotation"}, "id": {"type": "string", "format": "uri"}, "target": {"type": "object", "required": ["source", "selector"], "properties": {
        "selector": {"type": "array", "prefixItems": [
            {"properties": {"type": {"const": "TextQuoteSelector"}}, "required": ["exact", "prefix", "suffix"]},
            {"properties": {"type": {"const": "TextPositionSelector"}, "start": {"type": "integer"}, "end": {"type": "integer"}}, "required": ["start", "end"]}]}}}}}


def test_annotations_have_the_model_s_shape(guides, catalog: Catalog):
    body = json.loads(files.serialize(guides, "annotations", [], Minter()))
    assert body["type"] == "AnnotationCollection" and body["total"] == sum(len(page["items"]) for page in body["pages"])
    assert [page["next"] for page in body["pages"][:-1]] == [page["id"] for page in body["pages"][1:]] and len(body["pages"]) == catalog.documents().total
    jsonschema.validate([item for page in body["pages"] for item in page["items"]], {"type": "array", "items": ANNOTATION})


@pytest.mark.parametrize("name", TABLES)
def test_tables_as_csv_and_parquet_hold_the_same(catalog: Catalog, name: str):
    rows = tables.rows(catalog, name)
    assert rows
    told = list(csv.DictReader(io.StringIO(tables.as_csv(rows).decode())))
    frame = pyarrow.parquet.read_table(io.BytesIO(tables.as_parquet(rows)))
    assert len(told) == frame.num_rows == len(rows) and list(told[0]) == frame.column_names
    for row, loaded in zip(told, frame.to_pylist(), strict=True):
        for column, value in loaded.items():
            text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
            assert row[column] == text or float(row[column]) == value


def test_numbers_of_a_table_are_numbers(catalog: Catalog):
    frame = pyarrow.parquet.read_table(io.BytesIO(tables.as_parquet(tables.rows(catalog, "salaries"))))
    kinds = {name: str(kind) for name, kind in zip(frame.column_names, frame.schema.types, strict=True)}
    assert kinds["amount"] in ("int64", "double") and kinds["confidence"] == "double" and kinds["at_least"] == "bool" and kinds["currency"] == "string"


def test_a_graph_differs_from_itself_in_nothing(catalog: Catalog):
    found = changes(catalog, catalog)
    assert not found and found.text() == "no difference in what is stated\n"


def test_statements_that_only_have_another_name_are_neither_added_nor_removed(guides, catalog: Catalog):
    groups = {q.subject.value for q in guides.quads_for_pattern(None, ox.NamedNode(RG + "wording"), None)}
    assert len(groups) > 10

    def renamed(term):
        return ox.NamedNode(term.value + "-anew") if isinstance(term, ox.NamedNode) and term.value in groups else term
    anew = ox.Store()
    anew.bulk_extend(ox.Quad(renamed(q.subject), q.predicate, renamed(q.object), q.graph_name) for q in guides)
    assert not changes(catalog, Catalog(StoreSource(anew)))


def test_differences_are_told_in_words(tmp_path):
    from kg import settings
    from kg.build import build
    duty, other = ("Data Engineer\n\nResponsibilities\n- " + words for words in ("Build and maintain reliable data pipelines\n",
                                                                                "Building and maintaining reliable data pipelines\n"))
    before = "Data Analyst\n\nRequirements\n- 3+ years of experience with SQL\n- Proficiency in Python and Tableau\n"
    for name, text in (("a", before), ("b", before.replace("3+", "5+").replace("Tableau", "Power BI"))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "data-analyst.txt").write_text(text, encoding="utf-8")
        for n, words in enumerate((duty, duty, other) if name == "a" else (duty, other, other)):  # said most in other words
            (tmp_path / name / f"duty-{n}.txt").write_text(words, encoding="utf-8")
        build([tmp_path / name], settings.load(store=tmp_path / f"store-{name}", reasoner="none"))
    told = CliRunner().invoke(application(), ["diff", str(tmp_path / "store-a"), str(tmp_path / "store-b")])
    assert told.exit_code == 1, told.output
    lines = told.stdout.splitlines()
    assert any(line.startswith("  + ") and "requires tool" in line and "Power BI" in line for line in lines)
    assert any(line.startswith("  - ") and "requires tool" in line and "Tableau" in line for line in lines)
    assert any(line.startswith("  + ") and "5+ years" in line for line in lines) and any(line.startswith("  - ") and "3+ years" in line for line in lines)
    assert not any("requires tool Python" in line for line in lines)
    said = "Responsibility Building and maintaining reliable data pipelines", "Responsibility Build and maintain reliable data pipelines"
    assert [line for line in lines if "reliable" in line and "esponsibility" in line and "has" not in line] == [f'  ~ {said[0]}: was "{said[1]}"']
    assert not any(line.startswith(("  + ", "  - ")) and "reliable" in line for line in lines)
    assert CliRunner().invoke(application(), ["diff", str(tmp_path / "store-a"), str(tmp_path / "store-a")]).exit_code == 0


def test_a_table_wants_a_format_of_a_table(guides_store, tmp_path):
    def run(*words: str) -> int:
        return CliRunner().invoke(application(), ["export", "--store", str(guides_store), *words, "-o", str(tmp_path / "out")]).exit_code
    assert run("--table", "salaries") == 0 and (tmp_path / "out").read_bytes().startswith(b"iri,")
    assert run("--table", "salaries", "--format", "turtle") == 2 and run("--format", "parquet") == 2
