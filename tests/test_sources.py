"""Documents from folders, patterns, compressed files, tables and object storage."""

import gzip
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import fsspec
import pyarrow
import pytest
import zstandard
from pyarrow import parquet

from kg import settings
from kg.distributed import partitions
from kg.errors import DocumentError, MissingPartError, StoreError
from kg.model import Document
from kg.sources.extent import Extent
from kg.sources.held import Files, Held
from kg.sources.stream import documents

NOBODY = 65534
ROWS = [{"id": f"r{n}", "text": f"Data Engineer\n\n- {n} years of Python", "title": "Data Engineer", "employer": "Example"} for n in range(5)]


def read(*locations: object, **more: object) -> list[Document | DocumentError]:
    return list(documents([str(x) for x in locations], settings.load(**more)))


def table(rows: list[dict]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def test_folders_patterns_and_files_give_each_document_once_in_a_fixed_order(tmp_path: Path):
    for name in ("b.txt", "a.txt", "deep/c.md", ".hidden.txt", "x.exe"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"text of {name}", encoding="utf-8")
    assert [d.identifier for d in read(tmp_path, tmp_path / "a.txt", tmp_path / "*.txt")] == ["a", "b", "c"]
    assert [d.identifier for d in read(tmp_path / "**" / "*.md")] == ["c"]
    with pytest.raises(DocumentError, match="matches no file"):
        read(tmp_path / "*.pdf")


@pytest.mark.parametrize("kind", ["files", "jsonl", "csv", "parquet", "jsonl.gz"])
def test_how_many_documents_there_are_is_foretold_by_the_bytes_read(tmp_path: Path, kind: str):
    many = [{"id": f"r{n}", "text": f"Data Engineer\n\n- {n % 9 + 1} years of Python"} for n in range(3000)]
    if kind == "files":
        for n, row in enumerate(many[:300]):
            (tmp_path / f"{n:04}.txt").write_text(row["text"], encoding="utf-8")
    elif kind == "csv":
        (tmp_path / "t.csv").write_text("id,text\n" + "".join(f'{row["id"]},"{row["text"]}"\n' for row in many), encoding="utf-8")
    elif kind == "parquet":
        parquet.write_table(pyarrow.Table.from_pylist(many), tmp_path / "t.parquet")
    else:
        (tmp_path / f"t.{kind}").write_bytes(gzip.compress(table(many)) if kind.endswith("gz") else table(many))
    (tmp_path / "z.txt").write_text("x" * 100_000, encoding="utf-8")  # large, and one document
    known, number, of = Files(), 0, 301 if kind == "files" else 3001
    assert known.extent.documents(0) == 0
    for document in documents([tmp_path], settings.load(), known):
        assert isinstance(document, Document)
        number += 1
        if number >= of // 3:  # a table is read in blocks
            assert 0.8 * of <= known.extent.documents(number) <= 1.25 * of
    assert known.extent.documents(number) == number == of


def test_what_lies_elsewhere_counts_by_its_files(tmp_path: Path):
    places = [f"s3://bucket/{n}.jsonl.gz" for n in range(4)] + [str(tmp_path / "a.txt")]
    extent = Extent(places)
    for place in places[:2]:
        extent.begin(place)
        extent.found(10)
    extent.begin(places[2])
    assert extent.documents(20) == 41 and extent.documents(10) == 20
    assert Extent([str(tmp_path / "none.txt")]).documents(0) == 0


@contextmanager
def as_a_user() -> Iterator[Path]:
    """A folder, in which only what its owner may is done without root's rights: root reads everything."""
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as place:
        os.chown(place, NOBODY if root else -1, -1)
        read(Path(place))  # what is imported late is there
        if root:
            os.setresuid(NOBODY, NOBODY, 0)
        try:
            yield Path(place)
        finally:
            if root:
                os.setresuid(0, 0, 0)
            for path in Path(place).rglob("*"):
                path.chmod(0o700)


@pytest.mark.parametrize("rights", [0o000, 0o444, 0o111], ids=["nothing", "no entries", "no list"])
@pytest.mark.parametrize("named", [".", "**/*.txt", "*/*.txt", "closed"])
def test_what_may_not_be_read_in_a_source_is_told_of_and_the_rest_is_read(rights: int, named: str):
    with as_a_user() as place:
        for name in ("closed/a.txt", "open/b.txt", "open/c.txt"):
            (place / name).parent.mkdir(exist_ok=True)
            (place / name).write_text(name, encoding="utf-8")
        (place / "open" / "c.txt").chmod(0)
        (place / "closed").chmod(rights)
        found = read(place / named, place / "open")
        told = {error.place: error.reason for error in found if isinstance(error, DocumentError)}
        assert told == {str(place / "closed"): "cannot be looked into: Permission denied", str(place / "open" / "c.txt"): "Permission denied"}
        assert [d.identifier for d in found if isinstance(d, Document)] == ["b"]
        if not rights & 0o100:
            assert [error.reason for error in read(place / "closed" / "a.txt")] == ["Permission denied"]


def test_of_two_documents_with_one_identifier_the_first_counts(tmp_path: Path):
    for name in ("a/x.txt", "b/x.txt"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(name, encoding="utf-8")
    first, second = read(tmp_path)
    assert first.text == "a/x.txt" and isinstance(second, DocumentError) and "a/x.txt" in second.reason


def zst(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


@pytest.mark.parametrize(("ending", "packed"), [("gz", gzip.compress), ("zst", zst)])
def test_compressed_files_are_read_and_say_where_they_lie(tmp_path: Path, ending: str, packed):
    (tmp_path / f"rows.jsonl.{ending}").write_bytes(packed(table(ROWS)))
    (tmp_path / f"guide.txt.{ending}").write_bytes(packed(b"Data Engineer"))
    guide, *rows = read(tmp_path)
    assert (guide.identifier, guide.text, guide.location) == ("guide", "Data Engineer", str(tmp_path / f"guide.txt.{ending}"))
    assert [d.identifier for d in rows] == [f"rows-r{n}" for n in range(5)]
    assert rows[2].location == f"{tmp_path}/rows.jsonl.{ending}:3"


@pytest.mark.parametrize("data", [b"nonsense", gzip.compress(b"x" * 1000)[:-9], b""], ids=["nonsense", "cut", "empty"])
def test_a_broken_compressed_file_is_told_of_and_the_others_are_read(tmp_path: Path, data: bytes):
    (tmp_path / "a.txt.gz").write_bytes(data)
    (tmp_path / "b.txt").write_text("text", encoding="utf-8")
    broken, whole = read(tmp_path)
    assert isinstance(broken, DocumentError) and broken.place.endswith("a.txt.gz") and whole.identifier == "b"


def test_a_small_file_that_expands_beyond_the_bound_is_refused(tmp_path: Path):
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(b"x" * 5_000_000))
    (found,) = read(tmp_path, max_bytes=1_000_000)
    assert isinstance(found, DocumentError) and "bound" in found.reason


def test_parquet_rows_are_documents(tmp_path: Path):
    parquet.write_table(pyarrow.Table.from_pylist(ROWS), tmp_path / "adverts.parquet")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 nonsense")
    *found, broken = read(tmp_path)
    assert [d.identifier for d in found] == [f"adverts-r{n}" for n in range(5)] and found[0].employer == "Example"
    assert found[4].location == f"{tmp_path}/adverts.parquet:5"
    assert isinstance(broken, DocumentError) and "Parquet" in broken.reason


def test_object_storage_is_read_through_fsspec():
    system = fsspec.filesystem("memory")
    system.pipe({"/bucket/rows.jsonl.gz": gzip.compress(table(ROWS)), "/bucket/deep/guide.txt": b"Data Engineer", "/bucket/x.exe": b""})
    found = read("memory://bucket")
    assert [d.identifier for d in found] == ["guide", *(f"rows-r{n}" for n in range(5))]
    assert found[0].location.startswith("memory://")
    assert [d.identifier for d in read("memory://bucket/**/*.txt")] == ["guide"]


def test_the_web_is_closed_until_a_setting_opens_it():
    with pytest.raises(DocumentError, match="on the web"):
        read("https://example.org/guide.txt")
    (found,) = read("http://127.0.0.1:9/guide.txt", allow_http=True)
    assert isinstance(found, DocumentError) and "cannot be fetched" in found.reason


@pytest.mark.parametrize("keep", [5, 200, -1])
def test_a_zstd_file_that_was_cut_is_no_shorter_document(tmp_path: Path, keep: int):
    (tmp_path / "a.txt.zst").write_bytes(zst(b"Data Engineer\n" * 20_000 + os.urandom(5_000).hex().encode())[:keep])
    (found,) = read(tmp_path)
    assert isinstance(found, DocumentError) and "cannot be uncompressed" in found.reason


def test_a_zstd_file_of_several_frames_is_read_to_its_end(tmp_path: Path):
    (tmp_path / "rows.jsonl.zst").write_bytes(zst(table(ROWS[:2])) + zst(table(ROWS[2:])))
    assert [d.identifier for d in read(tmp_path)] == [f"rows-r{n}" for n in range(5)]


def test_files_in_an_archive_are_read_by_a_chain_of_places(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("deep/guide.txt", "Data Engineer")
        archive.writestr("rows.jsonl.gz", gzip.compress(table(ROWS[:2])))
    found = read(f"zip://*::{tmp_path}/all.zip", f"zip://deep/*::{tmp_path}/all.zip")
    assert [d.identifier for d in found] == ["guide", "rows-r0", "rows-r1"]
    assert found[1].location == f"zip://rows.jsonl.gz::{tmp_path}/all.zip:1"


@pytest.mark.parametrize("location", ["zip://a.txt::https://example.org/a.zip", "simplecache::http://example.org/a.txt"])
def test_the_web_at_the_end_of_a_chain_is_closed_too(location: str):
    with pytest.raises(DocumentError, match="on the web"):
        read(location)


def test_each_bad_row_is_told_of_where_it_stands(tmp_path: Path):
    rows = table(ROWS[:1]) + b"{broken\n[1]\n" + table(ROWS[1:2]) + b'{"id": "q"}\n'
    (tmp_path / "rows.jsonl.gz").write_bytes(gzip.compress(rows))
    found = read(tmp_path)
    assert [f.place for f in found if isinstance(f, DocumentError)] == [f"{tmp_path}/rows.jsonl.gz:{n}" for n in (2, 3, 5)]
    assert [d.identifier for d in found if isinstance(d, Document)] == ["rows-r0", "rows-r1"]


def test_a_link_to_nothing_is_told_of(tmp_path: Path):
    (tmp_path / "a.txt").symlink_to(tmp_path / "gone.txt")
    (found,) = read(tmp_path)
    assert isinstance(found, DocumentError) and "No such file" in found.reason


def test_files_that_are_as_they_were_are_not_read_again(tmp_path: Path):
    (tmp_path / "a.md").write_text("Data Engineer", encoding="utf-8")
    (tmp_path / "b.jsonl").write_text('{"id": "1", "text": "Data Scientist"}\n{"id": "2", "body": "none"}\n', encoding="utf-8")
    (tmp_path / "c.jsonl").write_text('{"id": "1", "text": "Web Developer", "body": "Nurse"}\n', encoding="utf-8")
    chosen = settings.load()
    first = Files("code")
    read = list(documents([tmp_path], chosen, first))
    assert [type(item).__name__ for item in read] == ["Document", "Document", "DocumentError", "Document"]
    assert set(first.noted) == {str(tmp_path / "a.md"), str(tmp_path / "c.jsonl")}  # what has a fault is looked at again
    again = list(documents([tmp_path], chosen, Files("code", first.noted)))
    assert [item.documents if isinstance(item, Held) else type(item).__name__ for item in again] == [("a",), "Document", "DocumentError", ("c-1",)]
    other = list(documents([tmp_path / "c.jsonl"], settings.load(text_field="body"), Files("code", first.noted)))
    assert [item.text for item in other] == ["Nurse"]
    assert not any(isinstance(item, Held) for item in documents([tmp_path], chosen, Files("other code", first.noted)))
    # a file that comes before it takes its name
    (tmp_path / "a.html").write_text("<p>Nurse</p>", encoding="utf-8")
    found = list(documents([tmp_path], chosen, Files("code", first.noted)))
    assert [type(item).__name__ for item in found][:2] == ["Document", "DocumentError"] and "identifier" in str(found[1])


def test_links_to_folders_are_followed_once_and_hidden_ones_are_not(tmp_path: Path):
    for name in ("in/a.txt", "else/b.txt", "in/.hidden/c.txt", "in/deep/.d.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    (tmp_path / "in" / "link").symlink_to(tmp_path / "else")
    (tmp_path / "in" / "deep" / "up").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "another").symlink_to(tmp_path / "else")
    assert [d.identifier for d in read(tmp_path / "in")] == ["a", "b"]
    assert [d.identifier for d in read(tmp_path / "in" / "**" / "*.txt")] == ["a"]
    assert [d.identifier for d in read(tmp_path / "in" / ".hidden" / "*.txt")] == ["c"]


def test_files_of_other_kinds_are_counted(tmp_path: Path):
    for name in ("a.txt", "b.json", "C.JSON", "Makefile", ".git"):
        (tmp_path / name).write_text("text", encoding="utf-8")
    known = Files()
    assert [d.identifier for d in documents([tmp_path], settings.load(), known)] == ["a"]
    assert known.aside.passed == {".json": 2, "Makefile": 1}


@pytest.mark.parametrize(("name", "said"), [("all.zip", "zip://**::"), ("all.tar.gz", "tar://**::"), ("pipe.jsonl", "name a file"), ("pipe.txt", "name a file")])
def test_what_is_no_document_is_told_of_with_what_to_do(tmp_path: Path, name: str, said: str):
    if name.startswith("pipe"):
        os.mkfifo(tmp_path / name)
    else:
        (tmp_path / name).write_bytes(b"x")
    (found,) = documents([tmp_path / name], settings.load(), Files("code"))
    assert isinstance(found, DocumentError) and said in found.hint


def test_parquet_columns_of_every_kind(tmp_path: Path):
    years = pyarrow.array([0, 10**12], pyarrow.timestamp("s"))  # the second lies beyond the year 9999
    rows = {"id": [1, 2], "job": [{"text": b"Nurse"}, {"text": b"caf\xe9"}], "date": years, "picture": [b"\xff", b"\xff"]}
    parquet.write_table(pyarrow.table(rows), tmp_path / "a.parquet")
    first, second = read(tmp_path, text_field="job.text")
    assert (first.identifier, first.text, first.date) == ("a-1", "Nurse", "1970-01-01 00:00:00")
    assert isinstance(second, DocumentError) and second.place.endswith("a.parquet:2") and "U+DCE9" in second.reason
    (none,) = read(tmp_path)
    assert none.reason == "has no column 'text'" and "'job'" in none.hint


def test_text_of_parquet_that_is_not_utf_8_costs_its_row_alone(tmp_path: Path):
    raw = pyarrow.array([b"Nurse", b"caf\xe9", b"Welder"], pyarrow.binary())
    parquet.write_table(pyarrow.table({"text": pyarrow.Array.from_buffers(pyarrow.string(), 3, raw.buffers())}), tmp_path / "a.parquet")
    assert [getattr(found, "text", None) for found in read(tmp_path)] == ["Nurse", None, "Welder"]


def test_a_page_of_parquet_that_was_changed_is_told_of(tmp_path: Path):
    path = tmp_path / "a.parquet"
    parquet.write_table(pyarrow.Table.from_pylist(ROWS), path, compression="none", use_dictionary=False, write_page_checksum=True)
    path.write_bytes(path.read_bytes().replace(b"3 years of Python", b"9 years of Python", 1))
    (found,) = read(tmp_path)
    assert isinstance(found, DocumentError) and "CRC" in found.reason


def test_a_pattern_for_object_storage_that_matches_nothing_is_told_of():
    with pytest.raises(DocumentError, match="matches no file"):
        read("memory://nowhere/*.txt")


class NoCredentialsError(Exception):
    """As a storage library has one, derived from nothing that anybody knows."""


class Closed(fsspec.AbstractFileSystem):
    """Storage that lets nobody in."""

    protocol = "closed"

    def ls(self, path: str, detail: bool = True, **more: object) -> list:
        raise NoCredentialsError("Unable to locate credentials")

    def _open(self, path: str, *args: object, **more: object) -> object:
        raise NoCredentialsError("Unable to locate credentials")


def test_what_a_storage_library_raises_is_told_of():
    fsspec.register_implementation("closed", Closed, clobber=True)
    with pytest.raises(DocumentError, match="cannot be listed: Unable to locate credentials"):
        read("closed://bucket/*.txt")
    with pytest.raises(StoreError, match="cannot be read: Unable to locate credentials"):
        partitions.manifest_of("closed://bucket/manifest.json")
    fsspec.register_implementation("nowhere", "nowhere.NoSystem", clobber=True, errtxt="Install nowhere")
    with pytest.raises(MissingPartError, match="Install nowhere"):
        partitions.ready("nowhere://bucket/graph")


def test_a_full_disk_is_no_fault_of_the_documents(tmp_path: Path):
    """In a process of its own, whose files may not grow."""
    parquet.write_table(pyarrow.table({"text": ["x" * 500_000]}), tmp_path / "a.parquet")
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(b"x" * 500_000))
    body = ("import resource, signal, sys; from kg import settings; from kg.sources.stream import documents; from kg.errors import StoreError\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
            "try: list(documents(sys.argv[1:], settings.load()))\nexcept StoreError as error: print(error)")
    for name in ("a.parquet", "a.txt.gz"):
        ran = subprocess.run([sys.executable, "-c", body, str(tmp_path / name)], capture_output=True, text=True, check=True)
        assert "cannot be written: File too large (make room" in ran.stdout


@pytest.mark.parametrize("sent", [b"HTTP/1.0 200 OK\r\nContent-Length: 900\r\n\r\nNurse\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nNurse\n\r\n9",
                                  b"nonsense\r\n\r\n", b""], ids=["cut", "a chunk cut", "no HTTP", "silent"])
def test_what_a_server_does_not_send_whole_is_no_document(sent: bytes):
    with socket.create_server(("127.0.0.1", 0)) as server:
        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(10_000)
                connection.sendall(sent)
        thread = threading.Thread(target=answer)
        thread.start()
        (found,) = read(f"http://127.0.0.1:{server.getsockname()[1]}/guide.txt", allow_http=True)
        thread.join()
    assert isinstance(found, DocumentError) and found.reason.startswith("cannot be fetched: ") and "\n" not in found.reason


def test_an_address_that_is_none_is_told_of():
    (found,) = read("http://127.0.0.1:x y/a.txt", allow_http=True)
    assert isinstance(found, DocumentError) and found.reason.startswith("cannot be fetched: ")
