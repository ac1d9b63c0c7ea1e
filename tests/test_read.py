"""Reading files: every format, what its text is, and what each kind of bad input is told."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from pathlib import Path

import docx
import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import settings
from kg.errors import DocumentError
from kg.read.markup import fragment, nesting
from kg.read.reader import checked, decode, discover, read
from tests.conftest import TESTDATA, needs_testdata


def one(path: Path, **flags: object):
    """The only document of a file."""
    documents = list(read(path, settings.load(**flags)))
    assert len(documents) == 1
    return documents[0]


def problem(path: Path, **flags: object) -> str:
    """What is said of a file that cannot be read; the message names it."""
    with pytest.raises(DocumentError) as caught:
        list(read(path, settings.load(**flags)))
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.hint
    return caught.value.reason


def test_text_keeps_every_character(tmp_path):
    path = tmp_path / "a.b.txt"
    text = "Ärztin\r\n- eins\n\n\tzwei \u2028 drei\f"
    path.write_bytes(text.encode())
    document = one(path)
    assert (document.text, document.identifier, document.location, document.media_type) == (text, "a.b", str(path), "text/plain")


def test_the_byte_order_mark_belongs_to_the_encoding(tmp_path):
    path = tmp_path / "a.md"
    path.write_bytes(b"\xef\xbb\xbf# Title\n")
    assert one(path).text == "# Title\n"


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_decoding_is_the_inverse_of_encoding(text):
    assert decode(text.encode(), "x") == text.removeprefix("\ufeff")


def test_folders_are_searched_for_known_endings(tmp_path):
    for name in ("b.txt", "a.md", "sub/c.HTML", "sub/.hidden.txt", ".git/d.txt", "e.exe", "f.docx"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    found = [str(p.relative_to(tmp_path)) for p in discover([tmp_path, tmp_path / "e.exe", tmp_path / "a.md"])]
    assert found == ["a.md", "b.txt", "e.exe", "f.docx", "sub/c.HTML"]


@pytest.mark.parametrize(("data", "reason"), [
    (b"", "is empty"),
    (b" \n\t\r\n", "holds nothing but white space"),
    (b"PK\x03\x04\0\0\x01\x02", "is binary"),
    ("Hallo".encode("utf-16"), "is binary, or UTF-16"),
    ("caf\u00e9 Z\u00fcrich".encode("latin-1"), "is not UTF-8 at byte 3"),
    (b"Data\x07 Engineer", "holds the control character U+0007 in line 1"),
    ("one\ntwo \u202etxet".encode(), "holds the control character U+202E in line 2"),
    ("soft\u200fware".encode(), "holds the control character U+200F"),
])
def test_bad_text(tmp_path, data, reason):
    path = tmp_path / "bad.txt"
    path.write_bytes(data)
    assert problem(path).startswith(reason)


def test_bounds(tmp_path):
    path = tmp_path / "long.txt"
    path.write_text("short\n" + "word " * 210_000)
    assert problem(path) == "has a line of 1,050,000 characters, more than the bound of 500,000"
    assert problem(path, max_bytes=1000) == "has 1,050,006 bytes, more than the bound of 1,000"
    assert one(path, max_line=2_000_000).text.startswith("short")


def test_what_is_not_there_or_not_read(tmp_path):
    assert problem(tmp_path / "missing.txt") == "No such file or directory"
    assert problem(tmp_path / "missing.csv") == "No such file or directory"
    (tmp_path / "a.exe").write_bytes(b"x")
    assert problem(tmp_path / "a.exe").startswith("files ending in '.exe' are not read")


PAGE = """<!doctype html><html><head><title>Job | Acme</title></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/jobs">Jobs</a></li><li><a href="/about">About us</a></li></ul></nav>
<div class="cookie-banner">We use cookies. <button>Accept all</button></div>
<main><h1>Glazier</h1><p>Acme looks for a Glazier who measures openings and installs glass in frames of every kind in old houses.</p>
<h2>Requirements</h2><ul><li>Two years of experience</li><li>A <b>steady</b> hand</li></ul>
<table><tr><th>City</th><th>Pay</th></tr><tr><td>Bonn</td><td>40.000 \u20ac</td></tr></table></main>
<footer>Imprint \u00a9 Acme</footer></body></html>"""


def test_html_becomes_markdown_without_boilerplate(tmp_path):
    path = tmp_path / "job.html"
    path.write_text(PAGE, encoding="utf-8")
    document = one(path)
    lines = [line.rstrip(" |") for line in document.text.splitlines() if line]
    assert lines[::2][:2] == ["# Glazier", "## Requirements"]
    assert lines[1].startswith("Acme looks for a Glazier who measures")
    assert "- Two years of experience" in lines
    assert "| Bonn | 40.000 \u20ac" in lines
    assert not any(word in document.text for word in ("cookies", "Imprint", "About us"))
    assert (document.title, document.media_type) == ("Glazier", "text/html")


@needs_testdata
def test_a_page_with_hidden_tabs_is_read_whole():
    document = one(TESTDATA / "corpus" / "ooh-html" / "software-developers.html")
    for words in ("# Software Developers", "\n### Duties\n", "\n- Document every aspect of an application", "| Manufacturing | 134,910 |"):
        assert words in document.text


@pytest.mark.parametrize(("html", "reason"), [
    ("<html><head><title>x</title></head><body></body></html>", "is HTML without content"),
    ("<html><body><div id='root'></div><script>start()</script></body></html>", "is HTML without content"),
    ("<!-- nothing -->", "is HTML without content"),
    ("<div>" * 5000 + "deep" + "</div>" * 5000, "nests its elements 5000 deep"),
])
def test_bad_html(tmp_path, html, reason):
    path = tmp_path / "bad.html"
    path.write_text(html)
    assert problem(path).startswith(reason)


def test_nesting_does_not_count_what_needs_no_end():
    assert nesting("<ul>" + "<li>x" * 500 + "</ul><p>" * 300 + "<br><img src=x>") == 1
    assert nesting("<a " * 100_000) == 0


def test_fragments_of_html_in_fields():
    assert fragment("a < b and b > c") == "a < b and b > c"
    assert fragment("<p><b>About us</b></p><p>We build.<br>A lot.</p><ul><li>One<ul><li>Two</li></ul></li></ul>") == (
        "**About us**\n\nWe build.\nA lot.\n\n- One\n  - Two\n")


def write_pdf(path: Path, lines: list[str]) -> None:
    """A PDF of one page with these lines, written by hand."""
    shown = " ".join(f"({line}) Tj T*" for line in lines)
    stream = f"BT /F1 12 Tf 14 TL 50 700 Td {shown} ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    out = io.BytesIO(b"")
    out.write(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(f"{number} 0 obj\n{body}\nendobj\n".encode())
    start = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    out.write(b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets))
    out.write(f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode())
    path.write_bytes(out.getvalue())


def test_pdf(tmp_path):
    path = tmp_path / "guide.pdf"
    write_pdf(path, ["Glazier", "Requirements", "- Two years of experience"])
    document = one(path)
    assert document.text.strip().split("\n") == ["Glazier", "Requirements", "- Two years of experience"]
    assert document.media_type == "application/pdf"


def test_bad_pdf(tmp_path):
    path = tmp_path / "bad.pdf"
    write_pdf(path, [])
    assert problem(path) == "is a PDF without text, a scan perhaps"
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(path)
    assert problem(path) == "is an encrypted PDF"
    path.write_bytes(b"%PDF-1.7\nno more of it")
    assert problem(path).startswith("is a broken PDF")


def test_word(tmp_path):
    path = tmp_path / "guide.docx"
    document = docx.Document()
    document.add_heading("Glazier", 0)
    document.add_heading("Requirements", 1)
    document.add_paragraph("Two years of experience", style="List Bullet")
    document.add_paragraph("A steady hand", style="List Bullet")
    document.add_paragraph().add_run("Pay by city").bold = True
    table = document.add_table(2, 2)
    for cell, words in zip((c for row in table.rows for c in row.cells), ("City", "Pay", "Bonn", "40.000 \u20ac"), strict=True):
        cell.text = words
    document.save(path)
    assert one(path).text == (
        "# Glazier\n\n## Requirements\n\n- Two years of experience\n- A steady hand\n\n**Pay by city**\n\n"
        "| City | Pay |\n|---|---|\n| Bonn | 40.000 \u20ac |\n")


def test_bad_word(tmp_path):
    path = tmp_path / "bad.docx"
    path.write_bytes(b"PK\x03\x04 this is no archive")
    assert problem(path).startswith("is a broken Word file")
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("hello.txt", "hello")
    assert problem(path).startswith("is a broken Word file")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b" " * 4_000_000)
    assert problem(path, max_bytes=100_000) == "expands to more than the bound"


ROWS = [
    {"id": "a1", "title": "Glazier", "employer": "Acme", "place": "Bonn", "date": "2024-05-01", "text": "Install glass.\n- Two years"},
    {"id": "", "title": "Baker", "employer": "", "place": "", "date": "", "text": "<p>Bake</p><ul><li>Bread</li></ul>"},
]


def check_rows(documents):
    assert [(d.identifier, d.title, d.employer, d.place, d.date) for d in documents] == [
        ("jobs-a1", "Glazier", "Acme", "Bonn", "2024-05-01"), ("jobs-2", "Baker", "", "", "")]
    assert [d.text for d in documents] == ["Install glass.\n- Two years", "Bake\n\n- Bread\n"]
    assert documents[1].location.endswith(":2" if documents[1].location.partition(":")[0].endswith("l") else ":4")  # the line where it begins


def test_json_lines(tmp_path):
    path = tmp_path / "jobs.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8-sig")
    check_rows(list(read(path, settings.load())))


@pytest.mark.parametrize(("name", "delimiter"), [("jobs.csv", ","), ("jobs.csv", ";"), ("jobs.tsv", "\t")])
def test_csv(tmp_path, name, delimiter):
    path = tmp_path / name
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, ROWS[0], delimiter=delimiter)
        writer.writeheader()
        writer.writerows(ROWS)
    check_rows(list(read(path, settings.load())))


def test_settings_name_the_fields(tmp_path):
    path = tmp_path / "jobs.jsonl"
    path.write_text(json.dumps({"body": "Install glass.", "job": "Glazier", "company": "Acme"}))
    document = one(path, text_field="body", title_field="job", employer_field="company")
    assert (document.identifier, document.text, document.title, document.employer) == ("jobs-1", "Install glass.", "Glazier", "Acme")


def test_bad_rows_keep_no_others_back(tmp_path):
    path = tmp_path / "jobs.jsonl"
    path.write_bytes(b'{"text": "Good."}\n{"text": \n[1]\n{"text": 5}\n{"text": "caf\xe9"}\n'
                     b'{"text": "a\\u0007b"}\n\n{"text": "Also good."}\n')
    documents = []
    with pytest.raises(DocumentError) as caught:
        for document in read(path, settings.load()):
            documents.append(document.text)
    assert documents == ["Good.", "Also good."]
    assert str(caught.value).startswith(f"{path}:2: 5 of 7 rows are left out; this one is not JSON")


def test_bad_tables(tmp_path):
    path = tmp_path / "jobs.csv"
    path.write_text("headline,body\nGlazier,Install glass.\n")
    assert problem(path) == "has no column 'text'"
    path.write_bytes(b"")
    assert problem(path).startswith("has no column") or problem(path) == "is empty"
    path.write_bytes(b"text\ncaf\xe9\n")
    assert problem(path) == "is not UTF-8"
    path.write_text("text\n" + "x" * 5000)
    assert problem(path, max_bytes=1000).startswith("is broken CSV")
    path = tmp_path / "jobs.jsonl"
    path.write_text("")
    assert problem(path) == "is empty"


def rows_of(path, **more):
    told = []
    found = [d.identifier.partition("-")[2] for d in read(path, settings.load(**more), told.append)]
    return found, [(e.place.rpartition(":")[2], e.reason.split(":")[0]) for e in told]


ROW = b'{"id": "%d", "text": "Nurse"}\n'


@pytest.mark.parametrize(("bad", "reason"), [
    (b'{"text": "' + b"x" * 3000 + b'"}', "has more than 2,000 bytes"), (b'{"n": ' + b"9" * 1990 + b"1e}", "is not JSON"),
    (b'{"id": ' + b"[" * 1800 + b"]" * 100, "is not JSON"), (b'{"text": "<p>\\ud800"}', "holds the control character U+D800 in line 1"),
    (b'{"text": "<!-- <p> -->"}', "holds nothing but white space"), (b'{"text": null}', "has no text in the field 'text'")])
def test_no_row_stops_the_rows_after_it(tmp_path, bad, reason):
    path = tmp_path / "jobs.jsonl"
    path.write_bytes(ROW % 1 + bad + b"\n\xef\xbb\xbf" + ROW % 3)
    assert rows_of(path, max_bytes=2000) == (["1", "3"], [("2", reason)])


def test_numbers_of_thousands_of_digits_are_told_of(tmp_path):
    path = tmp_path / "jobs.jsonl"
    path.write_bytes(b'{"id": ' + b"9" * 5000 + b'}\n' + ROW % 2)
    assert rows_of(path) == (["2"], [("1", "is not JSON")])


@pytest.mark.parametrize(("bad", "line", "reason"), [
    ('b,"an unclosed quote,x\n', "5", "is broken CSV"), ('b,"said "hi, there" to\nall",x\n', "5", "is broken CSV"),
    ("b,Python, SQL and Excel,x\n", "5", "has 4 fields where the header has 3"), ("b," + "x" * 3000 + ",x\n", "5", "is broken CSV"),
    ("b,\udcfc,x\n", "5", "is not UTF-8"), ('b,"' + "x\n" * 1500 + '",x\n', "5", "is broken CSV")])
def test_no_row_of_a_csv_file_stops_the_rows_after_it(tmp_path, bad, line, reason):
    path = tmp_path / "jobs.csv"
    path.write_text('id,text,place\na,"two\nlines, one\nrow",x,\n' + bad + 'c,"He said ""hi"", and\nwent",x\nd,Nurse\n',
                    encoding="utf-8", errors="surrogateescape", newline="")
    assert rows_of(path, max_bytes=2000) == (["a", "c", "d"], [(line, reason)])


@given(st.lists(st.tuples(st.text('x",;\r\n ', max_size=9), st.booleans()), min_size=1, max_size=8))
def test_whole_rows_are_read_whatever_is_never_closed_between_them(rows):
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(("id", "text"))
    for number, (text, broken) in enumerate(rows):
        out.write(f'b{number},"never closed\r\n') if broken else writer.writerow((f"a{number}", f"x{text}"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_bytes(out.getvalue().encode())
        found = {d.identifier: d.text for d in read(path, settings.load(), lambda error: None)}
    assert found == {f"t-a{number}": f"x{text}" for number, (text, broken) in enumerate(rows) if not broken}


@pytest.mark.parametrize("name", ["jobs.jsonl", "jobs.csv"])
def test_utf_16_is_told_of_once(tmp_path, name):
    path = tmp_path / name
    path.write_text('id,text\n{"text": "Nurse"}\n' * 3, encoding="utf-16")
    assert problem(path) == "is UTF-16"


def test_fields_within_fields_and_identifiers_by_any_name(tmp_path):
    path = tmp_path / "jobs.jsonl"
    path.write_text('{"job": {"text": "Nurse", "at": {"city": "Bonn"}}, "a.b": "whole", "link": "/7"}\n{"job": "none"}\n')
    document, = read(path, settings.load(text_field="job.text", place_field="job.at.city", title_field="a.b", id_field="link"), lambda error: None)
    assert (document.identifier, document.text, document.place, document.title) == ("jobs-/7", "Nurse", "Bonn", "whole")


def test_a_message_names_the_fields_that_there_are(tmp_path):
    path = tmp_path / "jobs.jsonl"
    path.write_text('{"body": "Nurse", "link": "x"}\n')
    with pytest.raises(DocumentError) as caught:
        list(read(path, settings.load()))
    assert "'body', 'link'" in caught.value.hint
    path = tmp_path / "jobs.csv"
    path.write_text("text,text\na,b\n")
    assert problem(path) == "has more than one column 'text'"


@given(st.text(max_size=80))
def test_a_checked_text_is_unchanged_or_refused(text):
    from kg.model import Document
    document = Document("x", text, "x")
    try:
        assert checked(document, settings.load()) is document
    except DocumentError as error:
        assert error.place == "x"
