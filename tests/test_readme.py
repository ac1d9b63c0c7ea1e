"""What the README says is so."""

import re
from pathlib import Path

from kg.cli.main import application
from kg.report import settings_markdown

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_settings_table_is_the_programs_own():
    found = re.search(r"<!-- settings -->\n(.*?)\n<!-- /settings -->", README, re.DOTALL)
    assert found and found[1] == settings_markdown()


def test_every_command_that_the_readme_names_exists():
    known = {c.name or c.callback.__name__ for c in application().registered_commands} | {g.name for g in application().registered_groups}
    assert set(re.findall(r"^    rolegraph (\w+)", README, re.MULTILINE)) <= known


def test_every_path_that_the_readme_names_exists():
    for name in re.findall(r"`((?:kg|api|ontology|shapes|tests|data)/[\w/.-]+)`", README):
        assert (ROOT / name).exists(), name
