"""The documentation of ontology and vocabulary: everything is on a page, every link leads somewhere, nothing comes from another host."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from api.dataset import Dataset
from kg import settings
from kg.cli.main import application
from kg.namespaces import OWL, PREFIXES, RDF, RG, SKOS
from kg.ontology.documentation import Documentation, read_questions
from kg.vocabulary import parse, shipped
from tests.test_app import QUADS, publish

QUESTIONS = Path(__file__).parent / "questions"
VOID = {"meta", "link"}


class Page(HTMLParser):
    """Identifiers, addresses, and elements that are left open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"]] if given.get("id") else []
        self.links += [given["href"]] if tag == "a" and given.get("href") else []
        self.loaded += [v for k in ("src", "href") if tag != "a" and (v := given.get(k))]
        self.open += [] if tag in VOID else [tag]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def pages() -> dict[str, Page]:
    made = Documentation(questions=QUESTIONS)
    return {name: Page(made.page(name).decode()) for name in made.names() if name.endswith(".html")}


def test_every_term_and_concept_has_its_place(pages: dict[str, Page]):
    everywhere = {i for page in pages.values() for i in page.ids}
    terms = {t.subject.value.removeprefix(RG) for t in parse(shipped()[0]) if t.predicate.value == RDF + "type" and t.subject.value.startswith(RG)
             and t.object.value.startswith(OWL)}
    concepts = {re.split(r"[#/]", t.subject.value)[-1] for p in shipped()[1:] for t in parse(p) if t.predicate.value == SKOS + "inScheme"}
    assert len(terms) > 100 and terms <= set(pages["index.html"].ids) and concepts <= everywhere


def test_links_lead_to_places_that_are_there_and_nothing_is_loaded_from_elsewhere(pages: dict[str, Page]):
    for name, page in pages.items():
        assert not page.open and len(page.ids) == len(set(page.ids)), name
        assert page.loaded == ["style.css"]
        for link in page.links:
            target, _, place = link.partition("#")
            if not link.startswith("http"):
                assert not place or place in pages[target or name].ids, (name, link)


def test_questions_are_told_with_their_queries():
    found = list(read_questions(QUESTIONS))
    assert len(found) == len(list(QUESTIONS.glob("*.rq"))) and all(q.text.endswith((".", "?")) and q.query.startswith("SELECT") for q in found)


def test_a_cycle_and_markup_in_a_label_do_no_harm(tmp_path: Path):
    path = tmp_path / "mine.ttl"
    path.write_text("".join(f"@prefix {p}: <{i}> .\n" for p, i in PREFIXES.items()) + """id:s a skos:ConceptScheme ; skos:prefLabel "<b>S</b>"@en .
        id:x skos:inScheme id:s ; skos:prefLabel "<script>x</script>"@en ; skos:broader id:y . id:y skos:inScheme id:s ; skos:broader id:x .""",
                    encoding="utf-8")
    made = Documentation(vocabulary=[path])
    text = made.page("s.html").decode()
    assert "<script>" not in text and "&lt;script&gt;x" in text and set(Page(text).ids) == {"x", "y"}


def test_command_writes_pages(tmp_path: Path):
    result = CliRunner().invoke(application(), ["ontology", "docs", "-o", str(tmp_path / "pages"), "--questions", str(QUESTIONS)])
    assert result.exit_code == 0 and "index.html" in result.output
    assert "Competency questions" in (tmp_path / "pages" / "index.html").read_text(encoding="utf-8")


def test_server_shows_them(tmp_path: Path):
    publish(tmp_path, QUADS)
    client = TestClient(create_app(Dataset(tmp_path), settings.load(store=tmp_path)), raise_server_exceptions=False)
    answer = client.get("/documentation/")
    assert answer.status_code == 200 and "RoleGraph ontology" in answer.text and "Competency questions" in answer.text
    assert answer.headers["content-type"].startswith("text/html")
    assert client.get("/documentation/style.css").headers["content-type"].startswith("text/css")
    assert client.get("/documentation/skills.html").status_code == 200 and client.get("/documentation/nothing.html").status_code == 404
    assert client.get("/documentation/..%2Fsettings.py").status_code == 404
