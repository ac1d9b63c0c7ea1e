"""What people come for, done as they do it, with and without scripts."""

from __future__ import annotations

import csv
import io
import re

import pytest

from tests.browser.conftest import needs_browser

pytestmark = needs_browser
ROLE, OTHER = "/id/role/principal-mlops-engineer", "/id/role/machine-learning-platform-engineer"
TWO = "/compare?role=role/machine-learning-platform-engineer&role=role/principal-mlops-engineer"
DOCUMENT = "/id/document/principal-mlops-engineer"


def test_a_role_is_found_by_typing(visit):
    page = visit.go("/")
    page.get_by_role("combobox").press_sequentially("principal mlo", delay=20)
    option = page.get_by_role("option", name="Principal MLOps Engineer").first
    option.wait_for()
    page.keyboard.press("ArrowDown")
    assert option.get_attribute("aria-selected") == "true"
    page.keyboard.press("Enter")
    page.wait_for_url("**" + ROLE)
    assert page.locator("h1").inner_text() == "Principal MLOps Engineer"


def test_from_a_requirement_to_the_marked_sentence(visit):
    page = visit.go(ROLE)
    item = page.locator(".asks li", has=page.locator(".name", has_text=re.compile(r"^Kubeflow")))
    item.locator("summary").click()
    quote = item.locator(".quote").first
    assert "Kubeflow" in quote.inner_text()
    quote.get_by_role("link").click()
    page.wait_for_url("**/id/document/**#p-*")
    marked = page.locator(".passage:target")
    assert "Kubeflow" in marked.inner_text() and marked.evaluate("e => getComputedStyle(e).backgroundColor") != "rgba(0, 0, 0, 0)"
    assert 0 <= marked.bounding_box()["y"] < 900


def test_requirements_are_narrowed_by_strength(visit):
    page = visit.go(OTHER)
    preferred = page.locator("#skills ~ .asks .is-preferred, section[aria-labelledby=skills] .is-preferred").first
    assert preferred.is_visible()
    page.get_by_label("required", exact=True).check()
    assert not preferred.is_visible() and page.locator(".is-required").first.is_visible()


def test_pay_is_a_picture_with_its_table(visit):
    page = visit.go("/id/role/principal-machine-learning-engineer")
    assert page.locator("section[aria-labelledby=pay] .chart svg[role=img]").count() > 10
    page.get_by_text("figures as a table").click()
    table = page.get_by_role("region", name="Pay of Principal Machine Learning Engineer")
    assert "ZipRecruiter" in table.inner_text() and "147,220" in table.inner_text()


def test_the_reader_tells_what_a_mark_says(visit):
    page = visit.go(DOCUMENT)
    mark = page.locator(".passage mark.k-figure").first
    words = mark.inner_text()
    mark.click()
    panel = page.locator(".panel.open")
    assert words in panel.locator(".quoted").inner_text() and "confidence" in panel.inner_text()
    assert panel.locator(".hit").count() == 1
    page.keyboard.press("Escape")
    assert page.locator(".panel.open").count() == 0
    assert "badge" in page.evaluate("document.activeElement.className")


def test_the_legend_switches_kinds(visit):
    page = visit.go(DOCUMENT)
    skill = page.locator(".text mark.k-skill").first
    colour = "e => getComputedStyle(e).backgroundColor"
    before = skill.evaluate(colour)
    page.locator("#show-skill").uncheck()
    assert skill.evaluate(colour) != before
    assert page.locator(".text mark.k-tool").first.evaluate(colour) != "rgba(0, 0, 0, 0)"


def test_the_reader_keeps_every_character(visit, guides):
    page = visit.go(DOCUMENT)
    page.locator(".badge").evaluate_all("all => all.forEach((badge) => badge.remove())")
    shown = page.locator(".text").evaluate("e => e.textContent")
    rows = guides.query("SELECT ?t { ?d dcterms:identifier 'principal-mlops-engineer' ; rg:text ?t }", use_default_graph_as_union=True,
                        prefixes={"dcterms": "http://purl.org/dc/terms/", "rg": "https://w3id.org/rolegraph/ontology#"})
    assert shown == next(iter(rows))["t"].value


def test_two_roles_are_compared_and_exported(visit):
    page = visit.go("/compare")
    page.get_by_label("First role").select_option(label="Machine Learning Platform Engineer")
    page.get_by_label("Second role").select_option(label="Principal MLOps Engineer")
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url("**/compare?role=**")
    assert "Kubeflow" in page.locator("section", has=page.get_by_role("heading", name="Only Principal MLOps Engineer")).inner_text()
    assert "Python" in page.locator("section[aria-labelledby=all]").inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8"))))
    kubeflow = next(row for row in rows if row["label"] == "Kubeflow")
    assert kubeflow["Principal MLOps Engineer: strength"] == "Required" and not kubeflow["Machine Learning Platform Engineer: strength"]


def test_from_a_tool_to_who_asks_and_why(visit):
    page = visit.go("/id/tool/terraform")
    page.get_by_role("link", name="the sentences").first.click()
    page.wait_for_url("**/id/fact/*")
    assert "Infrastructure as Code (IaC) tools like Terraform" in page.locator("main").inner_text()
    page.get_by_role("link", name="the claim").click()
    assert "Familiarity" in page.locator("main").inner_text()


def test_the_graph_is_explored_with_mouse_and_keys(visit):
    page = visit.go("/explore?start=tool/kubeflow")
    canvas = page.locator("#picture")
    before = int(canvas.get_attribute("data-nodes"))
    canvas.focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowDown")
        if page.locator("#chosen .expand").is_enabled():
            break
        page.keyboard.press("ArrowLeft")
    page.locator("#chosen .expand").click()
    page.wait_for_function("n => Number(document.getElementById('picture').dataset.nodes) > n", arg=before)
    many = int(canvas.get_attribute("data-nodes"))
    page.locator("#filters label:not([hidden]) input").last.uncheck()
    assert int(canvas.get_attribute("data-nodes")) < many


def test_a_question_is_asked_by_example(visit):
    page = visit.go("/sparql")
    page.get_by_role("link", name="Which tools does every one of the guides name?").click()
    page.locator("#result table", has_text="scikit-learn").wait_for()
    page.get_by_role("tab", name="Raw").click()
    page.get_by_role("button", name="CSV").click()
    page.locator("#panel pre", has_text="scikit-learn").wait_for()


def test_a_query_is_written_completed_and_charted(visit):
    page = visit.go("/sparql")
    editor = page.locator("#editor .CodeMirror")
    editor.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("SELECT ?tool (COUNT(*) AS ?n) WHERE { ?f rg:property rg:requiresT")
    page.keyboard.press("Control+Space")
    page.locator(".CodeMirror-hint", has_text="rg:requiresTool").wait_for()
    page.keyboard.press("Enter")
    page.locator(".CodeMirror-code", has_text="PREFIX rg:").wait_for()
    page.keyboard.type(" ; rg:object/skos:prefLabel ?tool } GROUP BY ?tool ORDER BY DESC(?n)")
    page.keyboard.press("Control+Enter")
    page.get_by_role("tab", name="Chart").click()
    assert page.locator(".bars svg[role=img]").count() > 10


def test_a_broken_query_says_where(visit):
    visit.expected = "400"
    page = visit.go("/sparql")
    page.locator("#editor .CodeMirror").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("SELECT * WHERE ( ")
    page.get_by_role("button", name="Run").click()
    page.get_by_text("No answer.").wait_for()


def test_a_finding_leads_to_its_sentence(visit):
    page = visit.go("/quality/findings")
    page.set_default_timeout(60_000)
    quote = page.locator(".finding .quote").first
    words = quote.evaluate("e => e.firstChild.textContent.trim()")
    quote.get_by_role("link").click()
    page.wait_for_url("**/id/document/**#p-*")
    assert words in page.locator(".passage:target").inner_text()


@pytest.mark.parametrize(("path", "words"), [
    ("/", "What roles ask for"), (ROLE, "Kubeflow"), (DOCUMENT, "MLOps"), (TWO, "Asked for by both"), ("/id/tool/python", "Who it concerns"),
    ("/explore?start=tool/python", "Requires tool"), ("/list/skill", "machine learning"), ("/quality", "Coverage by document"),
])
def test_pages_are_complete_without_scripts(plain, path: str, words: str):
    page = plain.go(path)
    assert words.casefold() in page.locator("main").inner_text().casefold()


def test_search_and_query_without_scripts(plain):
    page = plain.go("/")
    page.get_by_role("searchbox").fill("kubeflow")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Kubeflow", exact=True).first.click()
    assert page.locator("h1").inner_text() == "Kubeflow"
    page = plain.go("/sparql")
    page.get_by_label("Query").fill("SELECT ?l { ?t a rg:Trend ; skos:prefLabel ?l } LIMIT 3")
    page.get_by_role("button", name="Run").click()
    assert page.locator("#result tbody tr").count() == 3


def test_claims_of_a_passage_without_scripts(plain):
    page = plain.go(DOCUMENT)
    page.locator(".badge").first.click()
    panel = page.locator(".panel:target")
    panel.locator("summary").first.click()
    assert panel.is_visible() and "confidence" in panel.inner_text()
    page.locator(".panel:target .close").click()
    assert page.locator(".passage:target").count() == 1
