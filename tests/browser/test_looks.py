"""Every page in both schemes and at both widths: nothing wrong in the console, no serious fault of accessibility, nothing that overflows."""

from __future__ import annotations

import pytest

from tests.browser.conftest import AXE, OUTPUT, Visit, needs_browser

pytestmark = needs_browser
PAGES = {
    "start": "/", "role": "/id/role/principal-machine-learning-engineer", "role-thin": "/id/role/data-scientist",
    "document": "/id/document/principal-mlops-engineer", "compare": "/compare?role=role/machine-learning-platform-engineer&role=role/principal-mlops-engineer",
    "compare-empty": "/compare", "skill": "/id/skill/machine-learning", "tool": "/id/tool/python", "organization": "/id/organization/ziprecruiter",
    "explore": "/explore", "explore-role": "/explore?start=role/principal-mlops-engineer", "sparql": "/sparql",
    "quality": "/quality", "findings": "/quality/findings", "list": "/list/responsibility", "search": "/search?q=data", "search-empty": "/search?q=xyzzy",
}
# the parts of each page must weigh less, compressed, the query editor left out
MOST_BYTES = 300_000
_LONGEST = 12_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_looks_right(browser, server: str, name: str, width: int, scheme: str):
    visit = Visit(browser, server, viewport={"width": width, "height": 900 if width > 500 else 844}, color_scheme=scheme, reduced_motion="reduce")
    sizes: list[int] = []
    visit.page.on("requestfinished", lambda r: sizes.append(r.sizes()["responseBodySize"]) if "yasqe" not in r.url else None)
    page = visit.go(PAGES[name])
    OUTPUT.mkdir(exist_ok=True)
    height = page.evaluate("document.documentElement.scrollHeight")
    page.screenshot(path=OUTPUT / f"{name}-{width}-{scheme}.png", full_page=True, clip={"x": 0, "y": 0, "width": width, "height": min(height, _LONGEST)})
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "scrolls sideways"
    assert sum(sizes) < MOST_BYTES
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    serious = [f"{v['id']}: {v['nodes'][0]['html'][:200]} {v['nodes'][0].get('failureSummary', '')[:300]}"
               for v in found["violations"] if v["impact"] in ("serious", "critical")]
    visit.context.close()
    assert not serious
    assert not visit.troubles
