"""The pages as a client gets them: complete, safe, cached, and true to the graph."""

from __future__ import annotations

import csv
import html
import io
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from api.app import create_app
from api.dataset import Dataset
from api.pages import growth, pay
from kg import settings, store
from kg.lookup.models import Market, Ref, Salary

RG, SKOS, BASE = "https://w3id.org/rolegraph/ontology#", "http://www.w3.org/2004/02/skos/core#", "https://w3id.org/rolegraph/id/"
ROLE, OTHER = "/id/role/principal-mlops-engineer", "/id/role/machine-learning-platform-engineer"
DOCUMENT = "/id/document/principal-mlops-engineer"


@pytest.fixture(scope="module")
def client(guides_store: Path):
    with TestClient(create_app(Dataset(guides_store), settings.load(store=guides_store))) as made:
        yield made


def published(folder: Path, lines: list[str], **flags: object) -> TestClient:
    with store.writing(folder):
        store.publish(folder, store.write_revision(folder, sorted(lines), {"built": "2026-01-01", "version": "0", "counts": {}}))
    return TestClient(create_app(Dataset(folder), settings.load(store=folder, **flags)))


def quad(subject: str, predicate: str, value: str) -> str:
    return f"<{subject}> <{predicate}> {value} <{BASE}graph/x> .\n"


def links(page: str) -> list[str]:
    return [html.unescape(a) for a in re.findall(r'href="(/[^"]*)"', page)]


def test_no_link_of_any_page_is_broken(client: TestClient):
    seen, todo, per_kind = set(), ["/", "/compare", "/explore", "/quality", "/list/document", DOCUMENT], {}
    while todo:
        address = todo.pop(0)
        answer = client.get(address, headers={"Accept": "text/html"})
        assert answer.status_code == 200, address
        for link in links(answer.text):
            path = link.partition("#")[0]
            kind = "/".join(path.split("?")[0].split("/")[:3])
            if path not in seen and not path.startswith("/static") and per_kind.get(kind, 0) < 5:
                per_kind[kind] = per_kind.get(kind, 0) + 1
                todo.append(path)
                seen.add(path)
    assert len(seen) > 80


def test_links_to_sentences_meet_their_passages(client: TestClient):
    texts: dict[str, str] = {}
    targets = [link for link in links(client.get(ROLE).text) if "#p-" in link]
    assert len(targets) > 100
    for link in targets:
        path, anchor = link.split("#")
        if path not in texts:
            texts[path] = client.get(path).text
        assert f'id="{anchor}"' in texts[path]


@pytest.mark.parametrize("path", ["/", ROLE, DOCUMENT, "/id/tool/python", "/compare", "/explore", "/quality", "/list/skill", "/search?q=data", "/sparql"])
def test_pages_take_everything_from_this_host(client: TestClient, path: str):
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src 'self';" in policy and "http" not in policy
    loaded = re.findall(r'(?:src|<link[^>]*href)="([^"]*)"', answer.text)
    assert loaded and all(a.startswith("/static/") for a in loaded)
    assert not re.search(r"<script(?![^>]*(src=|type=\"application/json\"))", answer.text) and not re.search(r"\son\w+=", answer.text)


def test_labels_are_text_never_markup(tmp_path: Path):
    role, tool = f"{BASE}role/x", f"{BASE}tool/y"
    nasty = '"<script>alert(1)</script>\\" onload=\\"x"'
    client = published(tmp_path, [
        quad(role, SKOS + "prefLabel", nasty), quad(role, f"{BASE}a", '"x"'), quad(role, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", f"<{RG}Role>"),
        quad(tool, SKOS + "prefLabel", nasty), quad(f"{BASE}fact/f", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", f"<{RG}Fact>"),
        quad(f"{BASE}fact/f", RG + "subject", f"<{role}>"), quad(f"{BASE}fact/f", RG + "property", f"<{RG}requiresTool>"),
        quad(f"{BASE}fact/f", RG + "object", f"<{tool}>"), quad(f"{BASE}fact/f", RG + "documentCount", '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        quad(f"{BASE}fact/f", RG + "claimCount", '"1"^^<http://www.w3.org/2001/XMLSchema#integer>')])
    for path in ("/", "/id/role/x", "/id/tool/y", "/explore?start=role/x", "/search?q=script", "/compare?role=role/x", "/search?q=%3Cscript%3E"):
        page = client.get(path).text
        assert "<script>alert" not in page and 'onload="x' not in page, path


def test_an_empty_graph_has_pages_that_say_so(tmp_path: Path):
    client = published(tmp_path, [quad(f"{BASE}skill/x", SKOS + "prefLabel", '"x"@en')])
    for path, words in (("/", "No document says"), ("/quality", "do not contradict"), ("/explore", "Begin with a role"), ("/list/role", "nothing of this kind"),
                        ("/compare", "Compare roles"), ("/id/skill/x", "No document speaks of it")):
        answer = client.get(path)
        assert answer.status_code == 200 and words in answer.text, path


def test_another_base_has_the_same_addresses(tmp_path: Path):
    client = published(tmp_path, [f'<https://example.org/kb/skill/x> <{SKOS}prefLabel> "Xylography"@en <https://example.org/kb/graph/x> .\n'],
                       base_iri="https://example.org/kb/")
    assert "Xylography" in client.get("/id/skill/x").text


@pytest.mark.parametrize("path", ["/id/role/no-such-role", "/id/role/%3Cb%3E", "/list/nonsense", "/compare?role=nobody", "/explore?start=nothing-at-all"])
def test_what_is_not_there_is_said_on_a_page(client: TestClient, path: str):
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 404 and "<h1>" in answer.text and "<b>" not in answer.text


def test_an_unchanged_page_is_not_sent_again(client: TestClient):
    first = client.get(ROLE, headers={"Accept-Encoding": "gzip"})
    again = client.get(ROLE, headers={"Accept-Encoding": "gzip", "If-None-Match": first.headers["etag"]})
    assert first.headers["content-encoding"] == "gzip" and again.status_code == 304 and not again.content
    plain = client.get(ROLE, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers and plain.headers["etag"] != first.headers["etag"] and plain.text == first.text


def test_static_files_stay_in_their_folder(client: TestClient):
    style = re.search(r'href="(/static/site.css[^"]*)"', client.get("/").text)[1]
    assert "immutable" in client.get(style).headers["cache-control"]
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/nothing.css", "/static/site.css/", "/static/"):
        assert client.get(path).status_code == 404, path


def test_the_reader_shows_the_text_whole(client: TestClient, guides):
    page = client.get(DOCUMENT).text
    article = page[page.index('<article class="text"'):page.index("</article>")]
    article = re.sub(r'<a class="badge".*?</a>', "", article[article.index(">") + 1:])
    rows = guides.query(f"SELECT ?t {{ <{BASE}document/principal-mlops-engineer> <{RG}text> ?t }}", use_default_graph_as_union=True)
    assert html.unescape(re.sub(r"<[^>]+>", "", article)) == next(iter(rows))["t"].value


def test_a_comparison_as_a_table_holds_what_both_ask_for(client: TestClient, guides):
    answer = client.get("/compare.csv", params={"role": ["role/machine-learning-platform-engineer", "role/principal-mlops-engineer"]})
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    asked = {r["o"].value for r in guides.query(
        f"SELECT ?o {{ ?f a <{RG}Fact> ; <{RG}subject> ?r ; <{RG}property> ?p ; <{RG}object> ?o . VALUES ?p {{ <{RG}requiresTool> <{RG}requiresSkill> }} "
        f"VALUES ?r {{ <{BASE}role/machine-learning-platform-engineer> <{BASE}role/principal-mlops-engineer> }} }}", use_default_graph_as_union=True)}
    assert {row["iri"] for row in rows} == asked
    terraform = next((row for row in rows if row["label"] == "Docker"), None)
    assert terraform and not terraform["Machine Learning Platform Engineer: strength"] and "Docker" in terraform["Principal MLOps Engineer: sentence"]


@pytest.mark.parametrize(("text", "first"), [("pyth", "Python"), ("PRINCIPAL MLOPS", "Principal MLOps Engineer"), ("learning pl", "Machine Learning Platform Engineer"),
                                            ("scikit le", "scikit-learn"), ("principal-mlops", "Principal MLOps Engineer")])
def test_suggestions_begin_with_what_is_meant(client: TestClient, text: str, first: str):
    assert client.get("/suggest", params={"q": text}).json()[0]["label"] == first
    assert client.get("/suggest", params={"q": " "}).json() == []


def salary(**values) -> Salary:
    return Salary("http://a/c", "claim/c", "SalaryObservation", None, None, "", 0.9, "m", (), currency="USD", per="year", statistic="mean", **values)


AMOUNTS = st.floats(min_value=1, max_value=1e9, allow_nan=False)


@given(st.lists(AMOUNTS, min_size=1, max_size=20))
def test_every_amount_has_its_place_on_the_axis(amounts: list[float]):
    scale = pay.Scale(amounts)
    places = [scale.at(a) for a in sorted(amounts)]
    assert places == sorted(places) and all(0 <= p <= 100 for p in places)
    assert all(2 <= at <= 98 for at, _ in scale.ticks())


@given(st.lists(st.tuples(AMOUNTS, st.sampled_from(["USD", "EUR", "INR"]), st.sampled_from(["", "base"])), min_size=1, max_size=30))
def test_every_figure_is_drawn_once(figures: list[tuple[float, str, str]]):
    salaries = [salary(amount=a, component=component) for a, _, component in figures]
    salaries = [Salary(**{**{f: getattr(s, f) for f in s.__dataclass_fields__}, "currency": c}) for s, (_, c, _) in zip(salaries, figures, strict=True)]
    charts = pay.charts(salaries)
    assert sum(len(row.marks) for c in charts for rows in c.sources.values() for row in rows) == len(figures)
    assert [c.currency for c in charts] == list(dict.fromkeys(c.currency for c in charts))


@given(st.lists(st.tuples(st.integers(1990, 2060), st.integers(0, 40)), min_size=1, max_size=15))
def test_periods_lie_on_the_axis_in_order(periods: list[tuple[int, int]]):
    figures = [Market("http://a/c", "claim/c", "MarketObservation", Ref("http://a", "role/a", "A", "Role"), None, "", 0.9, "m", (), amount=n, unit="percent",
                      measure="job growth", period_start=str(start), period_end=str(start + length)) for n, (start, length) in enumerate(periods)]
    drawn = growth.timeline(figures)
    assert len(drawn.dated) == len(figures) and all(0 <= s.left <= s.right <= 100 for s in drawn.dated)
    assert [s.left for s in drawn.dated] == sorted(s.left for s in drawn.dated)
