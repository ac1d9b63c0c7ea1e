import pytest

from api.negotiate import choose

OFFERED = ["application/json", "text/csv", "text/html"]


@pytest.mark.parametrize(("accept", "chosen"), [
    ("", "application/json"),
    ("*/*", "application/json"),
    ("text/csv", "text/csv"),
    ("text/*", "text/csv"),
    ("text/html;q=0.9, text/csv;q=0.8", "text/html"),
    ("text/*;q=0.9, text/csv;q=0", "text/html"),
    ("application/*;q=0.1, text/csv;q=0.2", "text/csv"),
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
    ("image/png", None),
    ("text/csv;q=0", None),
    ("text/csv;q=high", None),
    ("TEXT/CSV", "text/csv"),
])
def test_the_client_gets_what_it_wants_most(accept: str, chosen: str | None):
    assert choose(accept, OFFERED) == chosen
