"""The reconciliation service: what it sends has the specification's shape, and names find the things they mean."""

import json
import random

import jsonschema
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.dataset import Dataset
from kg import settings
from kg.lookup import Catalog, StoreSource
from kg.search.reconcile import Reconciler
from tests import reconciliation_schemas as schemas


@pytest.fixture
def client(guides_client: TestClient) -> TestClient:
    return guides_client


@pytest.fixture(scope="module")
def reconciler(guides) -> Reconciler:
    return Reconciler(Catalog(StoreSource(guides)))


def ask(client: TestClient, queries: dict, way: str = "POST") -> dict:
    form = {"queries": json.dumps(queries)}
    answer = client.post("/reconcile", data=form) if way == "POST" else client.get("/reconcile", params=form)
    assert answer.status_code == 200, answer.text
    jsonschema.validate(answer.json(), schemas.RESULTS)
    return {key: value["result"] for key, value in answer.json().items()}


def test_the_manifest_names_services_that_answer(client: TestClient):
    manifest = client.get("/reconcile").json()
    jsonschema.validate(manifest, schemas.MANIFEST)
    for service in [*manifest["suggest"].values(), manifest["extend"]["propose_properties"]]:
        assert client.get(service["service_url"] + service["service_path"], params={"prefix": "p"}).status_code == 200
    shown = client.get(manifest["preview"]["url"].replace("{{id}}", "tool/python"))
    assert shown.headers["content-type"].startswith("text/html") and "Python" in shown.text


@pytest.mark.parametrize("way", ["POST", "GET"])
def test_a_batch_is_answered_by_key(client: TestClient, way: str):
    found = ask(client, {"a": {"query": "Python", "type": "Tool"}, "b": {"query": "zzqqxx"}, "c": {"query": "data scientists", "type": ["Role"], "limit": 2}}, way)
    assert list(found) == ["a", "b", "c"] and found["b"] == []
    assert found["a"][0]["id"] == "tool/python" and found["a"][0]["match"] and found["a"][0]["score"] == 100
    assert found["c"][0]["id"] == "role/data-scientist" and len(found["c"]) == 2 and all(c["type"][0]["id"] == "Role" for c in found["c"])


def test_candidates_come_best_first_and_at_most_one_is_sure(client: TestClient):
    queries = {str(n): {"query": name} for n, name in enumerate(["ML", "AWS", "Engineer", "communication", "C++", "Kubernetes", "a"])}
    for result in ask(client, queries).values():
        scores = [c["score"] for c in result]
        assert scores == sorted(scores, reverse=True) and sum(c["match"] for c in result) <= 1 and not any(c["match"] for c in result[1:])


def test_every_label_finds_its_thing(reconciler: Reconciler):
    names = reconciler.catalog.names
    chosen = random.Random(7).sample(sorted(names.labels), 150)
    for iri in chosen:
        kind, labels = names.labels[iri]
        if kind in reconciler.kinds:
            for label, _, _ in labels[:3]:
                assert iri in {c.iri for c in reconciler.candidates(label, [kind], limit=20)}, label


def test_misspelt_names_find_their_things(reconciler: Reconciler):
    """One letter left out of a longer label: the thing is among the first three, nearly always the first."""
    names, chance = reconciler.catalog.names, random.Random(3)
    tools = sorted(iri for iri, (kind, labels) in names.labels.items() if kind in ("Tool", "Role") and len(labels[0][0]) > 9)
    first, asked = 0, chance.sample(tools, 100)
    for iri in asked:
        label = names.labels[iri][1][0][0]
        gap = chance.randrange(1, len(label) - 1)
        found = [c.iri for c in reconciler.candidates(label[:gap] + label[gap + 1:], limit=3)]
        first += found[:1] == [iri]
    assert first >= 90


@pytest.mark.parametrize(("cell", "label", "sure"), [
    ("Senior Java Developer (m/f/d)", "Senior Java Developer", True), ("Java Developer - Remote", "Java Developer", True),
    ("Sr. Data Scientist II", "Senior Data Scientist", True), ("ML Engineer III", "Machine Learning Engineer", True),
    ("Registered Nurse | ICU, nights", "Registered Nurse", True), ("Lead DevOps Engineer @ Berlin", "Lead DevOps Engineer", True),
    ("Payments Java Developer", "Java Developer", False), ("Java Developer wanted", "Java Developer", False),
])
def test_job_titles_are_read_as_titles(reconciler: Reconciler, cell: str, label: str, sure: bool):
    for kinds in ((), ("Role",)):
        found = reconciler.candidates(cell, kinds)
        assert (found[0].name, found[0].kind, found[0].match) == (label, "Role", sure) and 50 < found[0].score < 100


def test_of_two_titles_none_is_sure_and_wider_roles_score_less(reconciler: Reconciler):
    assert not any(c.match for c in reconciler.candidates("Data Analyst / Data Engineer"))
    scores = {c.name: c.score for c in reconciler.candidates("Senior Java Developer (m/w/d)")}
    assert scores["Senior Java Developer"] > scores["Java Developer"] > scores["Developer"]


def test_clients_of_the_version_before_are_answered(client: TestClient):
    """One query by itself, and scripts that call a function, as OpenRefine has sent them."""
    one = client.get("/reconcile", params={"query": "Python"}).json()
    assert one == client.get("/reconcile", params={"query": '{"query": "Python"}'}).json() and one["result"][0]["id"] == "tool/python"
    called = client.get("/reconcile", params={"callback": "jsonp1700000000", "queries": '{"q0": {"query": "Python", "limit": 1}}'})
    assert called.headers["content-type"].startswith("application/javascript")
    assert called.text.startswith("/**/jsonp1700000000({") and called.text.endswith("});")
    assert json.loads(called.text.removeprefix("/**/jsonp1700000000(").removesuffix(");"))["q0"]["result"][0]["id"] == "tool/python"
    jsonschema.validate(json.loads(client.get("/reconcile?callback=a.b").text.removeprefix("/**/a.b(").removesuffix(");")), schemas.MANIFEST)
    assert client.get("/reconcile?callback=alert(1)//").status_code == 400


def test_other_columns_tell_namesakes_apart(client: TestClient):
    plain = ask(client, {"q": {"query": "Engineer", "type": "Role"}})["q"]
    senior = ask(client, {"q": {"query": "Engineer", "type": "Role", "properties": [{"pid": "rg:seniority", "v": {"id": "seniority/senior", "name": "senior"}}]}})["q"]
    assert plain[0]["id"] == "role/engineer" and senior[0]["score"] < 100
    alike = {c["id"]: c["score"] for c in senior}
    assert all(alike[c["id"]] <= c["score"] for c in plain if c["id"] in alike and c["id"] == "role/engineer")


def test_suggestions(client: TestClient):
    for path, schema in (("entity", schemas.SUGGESTED_ENTITIES), ("type", schemas.SUGGESTED), ("property", schemas.SUGGESTED)):
        answer = client.get(f"/reconcile/suggest/{path}", params={"prefix": "re" if path != "type" else "ro"}).json()
        jsonschema.validate(answer, schema)
        assert answer["result"]
    assert client.get("/reconcile/suggest/type?prefix=ro").json()["result"] == [{"id": "Role", "name": "Role"}]


def test_extension(client: TestClient):
    proposed = client.get("/reconcile/properties?type=Tool&limit=5").json()
    jsonschema.validate(proposed, schemas.PROPOSED)
    assert len(proposed["properties"]) == 5
    asked = {"ids": ["tool/python", "tool/none-such"], "properties": [{"id": "rg:requiredBy"}, {"id": "skos:altLabel", "settings": {"limit": "1"}}, *proposed["properties"]]}
    answer = client.post("/reconcile", data={"extend": json.dumps(asked)}).json()
    jsonschema.validate(answer, schemas.EXTENDED)
    assert list(answer["rows"]) == asked["ids"] and [m["id"] for m in answer["meta"]] == [p["id"] for p in asked["properties"]]
    assert answer["rows"]["tool/python"]["rg:requiredBy"] and len(answer["rows"]["tool/python"]["skos:altLabel"]) == 1
    assert not any(answer["rows"]["tool/none-such"].values())


@pytest.mark.parametrize(("form", "status"), [({"queries": "["}, 400), ({"queries": "[]"}, 400), ({"queries": '{"a": {}}'}, 400), ({"queries": '{"a": {"query": 1}}'}, 400),
                                              ({"queries": '{"a": {"query": "x", "limit": "9"}}'}, 400), ({"extend": "{}"}, 400), ({"extend": '{"ids": 1, "properties": []}'}, 400),
                                              ({"queries": json.dumps({str(n): {"query": "x"} for n in range(201)})}, 413),
                                              ({"queries": json.dumps({"a": {"query": "x" * 2_100_000}})}, 413)])
def test_what_cannot_be_read_is_refused(client: TestClient, form: dict, status: int):
    answer = client.post("/reconcile", data=form)
    assert answer.status_code == status and answer.json()["detail"]


def test_a_browser_may_ask_from_a_named_origin(guides_store):
    open_to = TestClient(create_app(Dataset(guides_store), settings.load(store=guides_store, cors_origins=["*"])))
    assert open_to.get("/reconcile", headers={"Origin": "http://127.0.0.1:3333"}).headers["access-control-allow-origin"] == "*"
