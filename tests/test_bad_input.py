"""Files that cannot be read: each gets one line with its name and the reason, the others are built, and nothing hangs."""

from __future__ import annotations

import time
from pathlib import Path

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import pipeline
from kg.bounds import bounded
from kg.build import build
from kg.errors import DocumentError
from kg.model import Document
from kg.settings import load as settings
from tests.test_read import write_pdf

GOOD = "# Glazier\n\n## Requirements\n\n- Two years of experience in glazing\n"
UNENDING = ["(", "[]", "'s", "=", " ", "\u00a0", "2023-", "$1", "a,", "...", "| ", "12 ", "* ", "#", "x"]


def bad_files(folder: Path) -> dict[str, str]:
    """Writes the files; for each what its line must say."""
    write_pdf(folder / "scan.pdf", [])
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(folder / "locked.pdf")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\nno more of it")
    (folder / "broken.docx").write_bytes(b"PK\x03\x04 this is no archive")
    (folder / "empty.html").write_text("<html><body><script>start()</script></body></html>")
    (folder / "deep.html").write_text("<div>" * 20_000 + "deep" + "</div>" * 20_000)
    (folder / "adverts.csv").write_text("title,body\nGlazier,Install glass\n")
    (folder / "huge.txt").write_bytes(b"word " * 20_000_000)
    (folder / "line.txt").write_text("word " * 210_000)
    (folder / "control.txt").write_text("Data\x07 Engineer")
    (folder / "bidi.txt").write_text("soft\u202eware", encoding="utf-8")
    (folder / "utf16.txt").write_bytes("Hallo".encode("utf-16"))
    (folder / "nothing.txt").write_text("")
    return {"scan.pdf": "without text", "locked.pdf": "encrypted", "broken.pdf": "broken PDF", "broken.docx": "broken Word", "empty.html": "without content",
            "deep.html": "deep", "adverts.csv": "no column 'text'", "huge.txt": "100,000,000 bytes", "line.txt": "a line of 1,050,000",
            "control.txt": "U+0007", "bidi.txt": "U+202E", "utf16.txt": "binary", "nothing.txt": "empty"}


def test_bad_files_are_named_with_their_reason_and_the_rest_is_built(tmp_path: Path):
    folder = tmp_path / "documents"
    folder.mkdir()
    expected = bad_files(folder)
    (folder / "good.md").write_text(GOOD)
    summary = build([folder], settings(store=tmp_path / "store", reasoner="none"))
    assert summary.published and summary.counts["documents"] == 1
    told = {Path(place).name.split(":")[0]: line for place, line in summary.skipped}
    assert set(told) == set(expected)
    for name, reason in expected.items():
        assert name in told[name] and reason in told[name] and "\n" not in told[name], told[name]


def test_the_time_bound_holds_while_a_file_is_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from kg.read import reader

    def endless(*_: object) -> tuple[str, str]:
        while True:
            pass
    path = tmp_path / "page.html"
    path.write_text("<p>Glazier</p>")
    monkeypatch.setattr(reader, "page", endless)  # stands for a parser that does not come back
    with pytest.raises(DocumentError, match="takes longer than"):
        list(reader.read(path, settings(max_seconds=0.2)))


def test_a_bound_is_not_lost_where_an_exception_is_swallowed():
    with pytest.raises(DocumentError, match="takes longer"), bounded(0.1, "x"):
        try:
            time.sleep(5)
        except DocumentError:
            time.sleep(5)


@pytest.mark.parametrize("unit", UNENDING)
def test_what_goes_on_without_end_is_read_within_the_bound(unit: str):
    text = "# Glazier\n\n" + unit * (20_000 // len(unit)) + "\n"
    with bounded(30, unit):
        reading = pipeline.read(pipeline.shared(()), Document("d", text, "d"))
    assert reading.text == text


@given(st.lists(st.sampled_from(["word ", "(" * 2100, " " * 500, "x" * 2500, "\n\n", "$5,000 ", "\t" * 450]), max_size=8))
def test_cutting_for_the_tokenizer_loses_no_character(parts: list[str]):
    text = "".join(parts)
    assert pipeline.tokenized(pipeline.shared(()), text).text == text
