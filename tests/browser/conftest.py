"""A real server over the graph of the five guides, and Debian's Chromium driven by Playwright.

Screenshots lie in `tests/browser/output`, for a person to look at.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError

import pytest

from tests.conftest import ROOT, needs

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = ROOT / "api" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
VENDOR = ROOT / "api" / "static" / "vendor" / "yasqe.js"
OUTPUT = Path(__file__).parent / "output"

needs_browser = needs(CHROMIUM and AXE.is_file() and VENDOR.is_file() and importlib.util.find_spec("playwright"),
                      "needs a browser: apt-get install chromium npm, pip install playwright, (cd api/frontend && npm ci && node assemble.mjs)")


@pytest.fixture(scope="session")
def server(guides_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server that runs as users run it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (tmp_path_factory.mktemp("server") / "log").open("w+")
    process = subprocess.Popen([sys.executable, "-m", "kg", "serve", "--store", str(guides_store), "--port", str(port)], cwd=ROOT,
                               env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            assert process.poll() is None, Path(log.name).read_text(encoding="utf-8")
            try:
                with urllib.request.urlopen(address + "/health", timeout=5):
                    break
            except (URLError, OSError):
                time.sleep(0.25)
        yield address
    finally:
        process.terminate()
        process.wait(20)
        log.close()


@pytest.fixture(scope="session")
def browser():
    """One browser for all tests of a session."""
    from playwright.sync_api import sync_playwright
    with sync_playwright() as playwright:
        # a container's root has no user namespace for the sandbox
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield launched
        launched.close()


class Visit:
    """A page of one context, with what went wrong on it: console errors, failed requests, requests to other hosts."""

    def __init__(self, browser, server: str, **options: object) -> None:
        self.server, self.expected = server, ""
        self._troubles: list[str] = []
        self.context = browser.new_context(base_url=server, **{"viewport": {"width": 1280, "height": 900}, **options})
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.page.on("console", lambda m: self._troubles.append(f"console: {m.text}") if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda e: self._troubles.append(f"script: {e}"))
        self.page.on("request", lambda r: None if r.url.startswith((server, "data:", "blob:")) else self._troubles.append(f"other host: {r.url}"))
        self.page.on("response", lambda r: self._troubles.append(f"{r.status} {r.url}") if r.status >= 400 else None)

    @property
    def troubles(self) -> list[str]:
        """What went wrong, but for what the test expects to."""
        return [t for t in self._troubles if not self.expected or self.expected not in t]

    def go(self, path: str):
        """The page at an address, loaded and at rest."""
        self.page.goto(path)
        self.page.wait_for_load_state("networkidle")
        return self.page


@pytest.fixture
def visit(browser, server: str) -> Iterator[Visit]:
    """A visitor with a wide screen; nothing may go wrong on the way."""
    made = Visit(browser, server)
    yield made
    made.context.close()
    assert not made.troubles


@pytest.fixture
def plain(browser, server: str) -> Iterator[Visit]:
    """A visitor without scripts."""
    made = Visit(browser, server, java_script_enabled=False)
    yield made
    made.context.close()
    assert not made.troubles
