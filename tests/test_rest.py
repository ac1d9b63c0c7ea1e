"""The REST API over the graph of the guides, asked as clients ask."""

import csv
import io
import json
import os
import re

import jsonschema
import pytest
import rdflib
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pyld import jsonld
from schemathesis import GenerationMode

from api.app import create_app
from api.dataset import Dataset
from api.rest.schemas import examples
from kg import settings
from kg.exports.jsonld import context_document
from tests.api_examples import requests

RG = "https://w3id.org/rolegraph/ontology#"
# more examples find more: .ci/run asks for many
EXAMPLES = int(os.environ.get("ROLEGRAPH_API_EXAMPLES", "2"))
ROLE = "/api/v1/roles/principal-mlops-engineer"


@pytest.fixture(scope="module")
def app(guides_store):
    return create_app(Dataset(guides_store), settings.load(store=guides_store))


@pytest.fixture(scope="module")
def client(app) -> TestClient:
    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture(scope="module")
def description(client: TestClient) -> dict:
    return client.get("/openapi.json").json()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fitting", "unfitting"])
def test_schemathesis_finds_nothing(app, client: TestClient, mode: GenerationMode):
    """Each operation is asked with made-up parameters, and with names that the graph knows; answers must fit the description."""
    known = {name: [client.get(f"/api/v1/{name}?limit=3").json()["items"][n]["id"].split("/", 1)[1] for n in range(3)]
             for name in ("roles", "skills", "tools", "documents", "claims", "facts", "conflicts")}
    schema = schemathesis.openapi.from_asgi("/openapi.json", app).include(path_regex="^/api/v1")
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if mode == GenerationMode.NEGATIVE and not list(operation.iter_parameters()):
            continue
        kind = operation.path.split("/")[3] if operation.path.count("/") > 2 else ""

        @given(case=operation.as_strategy(generation_mode=mode), pick=st.integers(0, 3), kind=st.just(known.get({"evidence": "claims"}.get(kind, kind))))
        @hypothesis_settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
                             suppress_health_check=list(HealthCheck))
        def ask(case: schemathesis.Case, pick: int, kind: list[str] | None) -> None:
            if mode == GenerationMode.POSITIVE and pick < 3:
                if kind and case.path_parameters:
                    case.path_parameters["name"] = kind[pick]
                for name in {"from", "to", "role", "subject", "about"} & (case.query or {}).keys():
                    case.query[name] = known["roles"][pick]
            case.call_and_validate(headers={"Accept": "*/*"})
        ask()
        asked += 1
    assert asked > 50


def operations(description: dict) -> dict[str, tuple[str, dict]]:
    return {op["operationId"]: (path, op) for path, item in description["paths"].items() for op in item.values() if path.startswith("/api/v1")}


def test_every_operation_has_a_summary_an_error_and_described_parameters(description: dict):
    found = operations(description)
    assert len(found) > 50
    for path, op in found.values():
        assert op["summary"] and "application/problem+json" in op["responses"]["default"]["content"], path
        assert all(p.get("description") for p in op.get("parameters", [])), path


def test_examples_are_such_answers_as_the_server_gives(client: TestClient, description: dict):
    shapes = {name: client.get("/api/v1" + path) for name, path in requests(lambda path: client.get("/api/v1" + path).json()).items()}
    assert set(shapes) == set(examples())
    for name, answer in shapes.items():
        example, (_, op) = examples()[name]["answer"], operations(description)[name]
        assert answer.status_code == 200, name
        content = op["responses"]["200"]["content"]["application/json"]
        assert content["example"] == without_nothing(example)
        for value in (answer.json(), example):
            jsonschema.validate(value, {**content.get("schema", {}), "components": description["components"]})
        assert isinstance(example, list) or list(example) == list(answer.json()), f"{name}: python -m tests.api_examples STORE"


def without_nothing(value: object) -> object:
    """The framework leaves null out of examples."""
    if isinstance(value, dict):
        return {k: without_nothing(v) for k, v in value.items() if v is not None}
    return [without_nothing(v) for v in value] if isinstance(value, list) else value


def test_pages_link_to_one_another(client: TestClient):
    seen, url = [], "/api/v1/skills?limit=40&text=a"
    while url:
        answer = client.get(url)
        seen += [item["iri"] for item in answer.json()["items"]]
        links = {rel: target for target, rel in re.findall(r'<([^>]*)>; rel="(\w+)"', answer.headers["link"])}
        assert "first" in links and "last" in links
        url = links.get("next")
    assert len(seen) == len(set(seen)) == answer.json()["total"] > 40
    assert "prev" in links and client.get(links["prev"]).json()["items"]
    assert client.get(links["last"]).json()["items"][-1]["iri"] == seen[-1]


@pytest.mark.parametrize(("path", "names"), [("/api/v1/roles?limit=3&fields=label,claim_count", {"label", "claim_count"}),
                                             ("/api/v1/salaries?limit=3&fields=amount,currency,evidence", {"amount", "currency", "evidence"})])
def test_only_the_fields_asked_for(client: TestClient, path: str, names: set):
    assert all(set(item) == names for item in client.get(path).json()["items"])


def test_only_the_fields_asked_for_of_one_thing(client: TestClient):
    assert list(client.get(ROLE + "?fields=ladder,requirements").json()) == ["ladder", "requirements"]


def test_salaries_by_every_filter(client: TestClient):
    every = client.get("/api/v1/salaries?limit=1000").json()["items"]

    def ask(**chosen: str) -> list[dict]:
        return client.get("/api/v1/salaries", params={**chosen, "limit": "1000"}).json()["items"]
    some = next(s for s in every if s["stated_by"] and s["place"])
    assert ask(role=some["subject"]["id"]) == [s for s in every if s["subject"] == some["subject"]]
    assert ask(source=some["stated_by"]["label"]) == [s for s in every if s["stated_by"] == some["stated_by"]]
    assert ask(statistic="range") == [s for s in every if s["statistic"] == "range"]
    assert {s["place"]["id"] for s in ask(place=some["place"]["id"])} >= {some["place"]["id"]}
    level = next(s["level"] for s in every if s["level"])
    assert ask(level=level.upper()) == [s for s in every if level.lower() in s["level"].lower()]
    assert ask(currency="EUR") == [s for s in every if s["currency"] == "EUR"]


@pytest.mark.parametrize("path", ["/api/v1/salaries?limit=5", "/api/v1/facts?limit=5", ROLE, "/api/v1/tools/python", "/api/v1/roles?limit=5",
                                  "/api/v1/compare?from=principal-mlops-engineer&to=principal-machine-learning-engineer"])
def test_turtle_and_json_ld_say_the_same(client: TestClient, path: str):
    turtle = rdflib.Graph().parse(data=client.get(path, headers={"Accept": "text/turtle"}).text, format="turtle")
    linked = client.get(path, headers={"Accept": "application/ld+json"}).json()
    assert linked["@context"] == context_document()["@context"]
    expanded = rdflib.Graph().parse(data=jsonld.to_rdf(linked, {"format": "application/n-quads"}), format="nt")

    def values(graph: rdflib.Graph) -> set:
        return {(s, p, o.toPython() if isinstance(o, rdflib.Literal) and o.datatype else o) for s, p, o in graph}
    assert len(turtle) > 5 and {t[:2] for t in values(turtle)} == {t[:2] for t in values(expanded)} and len(turtle) == len(expanded)


def test_json_items_are_what_turtle_describes(client: TestClient):
    items = client.get("/api/v1/salaries?limit=20").json()["items"]
    graph = rdflib.Graph().parse(data=client.get("/api/v1/salaries?limit=20&format=turtle").text, format="turtle")
    for item in items:
        node = rdflib.URIRef(item["iri"])
        assert str(graph.value(node, rdflib.URIRef(RG + "currency"))) == item["currency"]
        assert {str(o) for o in graph.objects(node, rdflib.URIRef(RG + "evidence"))} == {p["iri"] for p in item["evidence"]}


@pytest.mark.parametrize(("path", "column"), [("/api/v1/salaries?limit=7", "min_amount"), (ROLE, "modality"), ("/api/v1/claims?limit=9", "document_iri"),
                                              ("/api/v1/compare?from=principal-mlops-engineer&to=data-scientist", "change")])
def test_csv_is_a_table(client: TestClient, path: str, column: str):
    rows = list(csv.DictReader(io.StringIO(client.get(path, headers={"Accept": "text/csv"}).text)))
    assert rows and column in rows[0] and all(None not in row for row in rows)


def test_csv_with_chosen_fields(client: TestClient):
    text = client.get("/api/v1/salaries?limit=2&fields=subject,currency", headers={"Accept": "text/csv"}).text
    assert text.splitlines()[0] == "subject,subject_iri,currency"


@pytest.mark.parametrize(("path", "status"), [
    ("/api/v1/roles/nobody", 404), ("/api/v1/claims/none", 404), ("/api/v1/documents/none/annotations", 404), ("/api/v1/salaries?role=nobody", 404),
    ("/api/v1/roles?limit=0", 422), ("/api/v1/roles?limit=1001", 422), ("/api/v1/roles?offset=-1", 422), ("/api/v1/roles?fields=secret", 422),
    ("/api/v1/compare?from=data-scientist", 422), ("/api/v1/none", 404), ("/api/v1/roles?format=xml", 422)])
def test_errors_are_problems(client: TestClient, path: str, status: int):
    answer = client.get(path)
    assert answer.status_code == answer.json()["status"] == status
    assert answer.headers["content-type"] == "application/problem+json" and answer.json()["detail"]


def test_what_nobody_accepts_is_said(client: TestClient):
    assert client.get("/api/v1/roles", headers={"Accept": "image/png"}).status_code == 406


def test_an_unknown_name_comes_with_the_nearest(client: TestClient):
    assert "Python" in client.get("/api/v1/tools/pythonn").json()["hint"]


@pytest.mark.parametrize("words", ["deploy models", "C++", "c#", "bachelor degree", '"', "* OR (", "NEAR(a b)", "NOT", "é", "\u0000", "label:python"])
def test_search_marks_words_that_stand_there(client: TestClient, words: str):
    found = client.get("/api/v1/search", params={"q": words, "limit": 50}).json()
    assert [h["score"] for h in found["items"]] == sorted((h["score"] for h in found["items"]), reverse=True)
    for hit in found["items"]:
        assert hit["highlights"] and all(0 <= begin < end <= len(hit["text"]) for begin, end in hit["highlights"])
        if words == "C++":
            assert "c++" in {hit["text"][b:e].lower() for b, e in hit["highlights"]}
        if words == "deploy models":
            assert all(re.match("(?i)deploy|model", hit["text"][b:e]) for b, e in hit["highlights"])


def test_search_finds_passages_and_pages_through_them(client: TestClient):
    whole = client.get("/api/v1/search", params={"q": "machine learning", "kind": "Passage", "limit": 30}).json()
    assert whole["total"] > 30 and all(h["kind"] == "Passage" and h["document"] for h in whole["items"])
    parts = [client.get("/api/v1/search", params={"q": "machine learning", "kind": "Passage", "limit": 10, "offset": n}).json()["items"] for n in (0, 10, 20)]
    assert [hit for part in parts for hit in part] == whole["items"]
    assert client.get("/api/v1/search", params={"q": "machine xyzzyx"}).json()["loose"]


def test_suggest_completes_names(client: TestClient):
    found = client.get("/api/v1/suggest", params={"q": "pyt"}).json()
    assert [f["label"] for f in found[:2]] == ["Python", "PyTorch"]
    for words, kind in (("data sc", "roles"), ("aws", "tools"), ("S", "skills"), ("engineer", "")):
        found = client.get("/api/v1/suggest", params={"q": words, "kind": kind, "limit": 20}).json()
        assert found
        for one in found:
            folded = one["matched"].lower()
            assert any(folded[m.start():].startswith(words.lower()) for m in re.finditer(r"(?<![^ \-/(])\S", folded))
    assert [f["label"] for f in client.get("/api/v1/suggest", params={"q": "Scikit l"}).json()] == ["scikit-learn"]
    assert client.get("/api/v1/suggest", params={"q": " "}).json() == []


def test_annotations_point_at_their_quotes(client: TestClient):
    document = client.get("/api/v1/documents/principal-mlops-engineer").json()
    answer = client.get("/api/v1/documents/principal-mlops-engineer/annotations")
    assert answer.headers["content-type"] == 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'
    items = answer.json()["items"]
    assert len(items) == len(document["mentions"]) + len(document["passages"])
    for item in items:
        quote, position = item["target"]["selector"]
        text = document["text"]
        assert text[position["start"]:position["end"]] == quote["exact"]
        assert text[:position["start"]].endswith(quote["prefix"]) and text[position["end"]:].startswith(quote["suffix"])


def test_a_new_revision_is_taken_up(tmp_path):
    from kg import store

    def publish(label: str) -> None:
        base = "https://w3id.org/rolegraph/id/tool/"
        lines = sorted([f'<{base}t> <http://www.w3.org/2004/02/skos/core#prefLabel> "{label}"@en <http://a/g> .\n',
                        f"<{base}t> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{RG}Tool> <http://a/g> .\n"])
        with store.writing(tmp_path):
            store.publish(tmp_path, store.write_revision(tmp_path, lines, {"built": "2026-01-01", "version": "0", "counts": {}}))
    publish("Old Thing")
    client = TestClient(create_app(Dataset(tmp_path), settings.load(store=tmp_path)))
    assert client.get("/api/v1/tools?stated=false").json()["items"][0]["label"] == "Old Thing"
    publish("New Thing")
    assert client.get("/api/v1/tools?stated=false").json()["items"][0]["label"] == "New Thing"
    assert [h["label"] for h in client.get("/api/v1/search?q=thing").json()["items"]] == ["New Thing"]
    assert json.loads(client.get("/api/v1/suggest?q=n").text)[0]["label"] == "New Thing"
