"""What is heavy is imported where it is used, so that commands that do without it start fast."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

READING = "spacy", "kg.pipeline"
FORMATS = "trafilatura", "pypdf", "docx"
SHACL = "kg.shacl", "rdflib"


def loaded(code: str) -> set[str]:
    """The modules that a new process has after some code."""
    done = subprocess.run([sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(("code", "without"), [
    ("import kg.build", (*READING, *FORMATS, *SHACL, "curies")),
    ("import kg.cli.main", (*READING, *FORMATS, *SHACL, "curies", "fastapi")),
    ("import kg.pipeline", (*FORMATS, *SHACL, "curies")),
])
def test_what_is_not_used_is_not_imported(code: str, without: tuple[str, ...]):
    assert not loaded(code) & set(without)


def test_a_build_of_text_that_does_not_validate_imports_what_reads_text(tmp_path: Path):
    (tmp_path / "one.txt").write_text("Data Engineer\n\nRequirements\n- 5+ years of experience with Python\n", encoding="utf-8")
    build = f"from kg import settings\nfrom kg.build import build\nfrom pathlib import Path\nfolder = Path({str(tmp_path)!r})\n" \
        "build([folder / 'one.txt'], settings.load(store=folder / 'store', reasoner='none', validate_build=False, processes=1))"
    assert not loaded(build) & {*FORMATS, *SHACL}
    assert not loaded(build) & {*READING, *FORMATS, *SHACL}, "nothing has changed: nothing is read"
