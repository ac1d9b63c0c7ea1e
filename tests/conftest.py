"""What tests share: where the test data lies, and one graph of the five guides for all who read it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings as examples

# how long an example takes says more of the machine than of the code
examples.register_profile("untimed", deadline=None)
examples.load_profile("untimed")
ROOT = Path(__file__).parent.parent
GUIDES = ROOT / "data" / "documents"
TESTDATA = Path(os.environ.get("ROLEGRAPH_TESTDATA", ROOT.parent / "shared"))
NO_SKIP = bool(os.environ.get("ROLEGRAPH_NO_SKIP"))


def needs(there: object, reason: str) -> pytest.MarkDecorator:
    """Skip with a reason that says how to get the part; with ROLEGRAPH_NO_SKIP set, run and let it fail."""
    return pytest.mark.skipif(not there and not NO_SKIP, reason=reason)


needs_java = needs(shutil.which("java"), "needs Java: apt-get install default-jre-headless")
needs_testdata = needs(TESTDATA.is_dir(), "needs the test data that ROLEGRAPH_TESTDATA names (tests/README.md lists the public sources)")


@pytest.fixture(scope="session")
def guides_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the published graph of the five guides, reasoned over by rules."""
    from kg import settings
    from kg.build import build
    store = tmp_path_factory.mktemp("guides") / "store"
    summary = build([GUIDES], settings.load(store=store, reasoner="rules"))
    assert summary.published, summary.findings
    return store


@pytest.fixture(scope="session")
def guides_client(guides_store: Path):
    """Asks the web application over that graph, in process; an error of the server is an answer."""
    from fastapi.testclient import TestClient

    from api.app import create_app
    from api.dataset import Dataset
    from kg import settings
    return TestClient(create_app(Dataset(guides_store), settings.load(store=guides_store)), raise_server_exceptions=False)


@pytest.fixture(scope="session")
def guides(guides_store: Path):
    """The quads of that graph."""
    from kg.store import open_revision, published
    return open_revision(published(guides_store))
