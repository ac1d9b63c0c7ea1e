import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from fnmatch import fnmatch
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import store as stores
from kg.errors import StoreError
from kg.revisions import layout
from kg.revisions.archive import pack, unpack
from kg.revisions.check import faults, of_database
from tests.crashes import damaged

ONE = ['<http://a/1> <http://a/p> "x" <http://a/g> .\n']
TWO = [*ONE, '<http://a/2> <http://a/p> "y" <http://a/g> .\n']


def publish(folder: Path, lines: list[str]) -> stores.Revision:
    with stores.writing(folder):
        revision = stores.write_revision(folder, lines, {"built": "now", "version": "0"})
        stores.publish(folder, revision)
    return revision


def test_a_revision_is_named_by_its_quads_and_gives_them_back_sorted(tmp_path: Path):
    revision = publish(tmp_path / "one", list(reversed(TWO)))
    assert revision.id == publish(tmp_path / "two", TWO).id != publish(tmp_path / "three", ONE).id
    assert stores.published(tmp_path / "one").quads == 2
    assert [line.decode() for line in revision.lines()] == TWO


@pytest.mark.parametrize("memory", [0, 100])
def test_the_published_quads_are_read_from_memory_and_from_disk(tmp_path: Path, memory: int):
    publish(tmp_path, TWO)
    assert len(stores.open_revision(stores.published(tmp_path), memory)) == 2


def test_a_store_on_disk_is_read_only(tmp_path: Path):
    publish(tmp_path, ONE)
    opened = stores.open_revision(stores.published(tmp_path), memory_quads=0)
    with pytest.raises((OSError, RuntimeError)):
        opened.add(ox.Quad(ox.NamedNode("http://a/3"), ox.NamedNode("http://a/p"), ox.Literal("z")))


def test_a_reader_of_the_old_revision_goes_on_after_a_new_one_is_published(tmp_path: Path):
    publish(tmp_path, ONE)
    reader = stores.open_revision(stores.published(tmp_path), memory_quads=0)
    publish(tmp_path, TWO)
    assert len(reader) == 1
    assert len(stores.open_revision(stores.published(tmp_path))) == 2


def test_the_same_quads_are_the_same_revision(tmp_path: Path):
    assert publish(tmp_path, TWO).id == publish(tmp_path, TWO).id
    assert len(list((tmp_path / "revisions").iterdir())) == 1


def test_leftovers_of_a_build_that_died_are_cleaned(tmp_path: Path):
    publish(tmp_path, ONE)
    (tmp_path / "revisions" / ".building-dead").mkdir()
    with stores.writing(tmp_path):
        pass
    assert not stores.leftovers(tmp_path)


def test_two_builds_on_one_store_do_not_meet(tmp_path: Path):
    with stores.writing(tmp_path), pytest.raises(StoreError, match="another build"), stores.writing(tmp_path):
        pass


def several(tmp_path: Path, number: int) -> list[str]:
    return [publish(tmp_path, [line.replace("x", f"x{n}") for line in ONE]).id for n in range(number)]


def test_pruning_keeps_the_published_revision_and_the_last_published_whatever_the_clock_says(tmp_path: Path):
    ids = several(tmp_path, 4)
    for n, name in enumerate(ids):  # a clock that runs backwards
        os.utime(tmp_path / "revisions" / name, (100 - n, 100 - n))
    stores.rollback(tmp_path, ids[0])
    assert stores.prune(tmp_path, keep=2) == ids[1:3]
    assert stores.published(tmp_path).id == ids[0]
    assert stores.history(tmp_path) == [ids[0], ids[3]]


def test_rollback_goes_back_one_by_one_or_to_the_one_that_is_named(tmp_path: Path):
    ids = several(tmp_path, 3)
    assert [stores.rollback(tmp_path).id, stores.rollback(tmp_path).id] == [ids[1], ids[0]]
    with pytest.raises(StoreError, match="no earlier revision"):
        stores.rollback(tmp_path)
    assert stores.rollback(tmp_path, ids[2][:20]).id == stores.published(tmp_path).id == ids[2]
    with pytest.raises(StoreError, match="begin with"):
        stores.rollback(tmp_path, "nonsense")


def test_a_damaged_history_is_no_obstacle(tmp_path: Path):
    ids = several(tmp_path, 2)
    with (tmp_path / "history").open("ab") as out:
        out.write(b'\xff\x00{"revision": 3\n[]\n{"revision": "cut')
    assert stores.history(tmp_path) == ids
    (tmp_path / "history").unlink()
    assert sorted(stores.history(tmp_path)) == sorted(ids)


def test_an_empty_store_says_how_to_fill_it(tmp_path: Path):
    with pytest.raises(StoreError, match="no published graph") as error:
        stores.published(tmp_path)
    assert "rolegraph build" in error.value.hint


def files(revision: stores.Revision) -> list[str]:
    """What a revision is made of, but for RocksDB's own notes."""
    return sorted(str(p.relative_to(revision.path)) for p in revision.path.rglob("*") if p.is_file() and not p.name.startswith(("LOG", "LOCK")))


@pytest.mark.parametrize("how", ["missing", "cut", "flipped"])
def test_damage_anywhere_is_found_and_named_and_the_earlier_revision_and_the_next_build_are_whole(tmp_path: Path, how: str):
    first = publish(tmp_path, ONE)
    for kind in ("manifest.json", "parts/*.nq", "oxigraph/CURRENT", "oxigraph/MANIFEST-*", "oxigraph/*.sst"):
        second = publish(tmp_path, TWO)
        assert faults(second.path) == []
        name = next(n for n in files(second) if fnmatch(n, kind))
        damaged(second.path / name, how)
        found = faults(second.path)
        assert found and (name in found[0] or "manifest" in found[0]), (name, found)
        if how != "flipped" or name == "manifest.json":  # what is missing or cut is seen whenever the store is opened
            with pytest.raises(StoreError) as error:
                stores.published(tmp_path)
            assert "rollback" in error.value.hint
        if name.startswith("parts/"):  # and what is read into memory is checked on the way
            with pytest.raises(StoreError, match=r"damaged|cannot be opened"):
                stores.open_revision(second)
        assert stores.rollback(tmp_path).id == first.id
        assert len(stores.open_revision(stores.published(tmp_path))) == 1


def test_a_database_that_does_not_hold_what_the_parts_hold_is_found(tmp_path: Path):
    revision = publish(tmp_path, TWO)
    assert list(of_database(revision.database, 3)) and not list(of_database(revision.database, 2))


@given(st.sets(st.binary(max_size=3).map(lambda b: b.replace(b"\n", b"") + b"\n")), st.sets(st.binary(max_size=3).map(lambda b: b.replace(b"\n", b"") + b"\n")),
       st.sets(st.binary(max_size=3).map(lambda b: b.replace(b"\n", b"") + b"\n")), st.sampled_from([1, layout.BY_SYSTEM]))
def test_a_spliced_part_is_the_part_written_afresh(before: set[bytes], removed: set[bytes], added: set[bytes], by_system: int):
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(layout, "BY_SYSTEM", by_system)
        one, two, three = (Path(folder) / name for name in "abc")
        old = layout.write(one, sorted(before))
        change, fresh = layout.splice(one, two, removed, added), layout.write(three, sorted((before - removed) | added))
        assert two.read_bytes() == three.read_bytes()
        assert (old.quads + change.quads, change.size, change.sha256) == (fresh.quads, fresh.size, fresh.sha256)


@given(st.lists(st.binary(max_size=3).map(lambda b: b.replace(b"\n", b"") + b"\n")))
def test_sorting_in_small_runs_is_sorting(lines: list[bytes]):
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "a", Path(folder) / "b"
        source.write_bytes(b"".join(lines))
        made = layout.sort(source, target, run=5)
        assert target.read_bytes() == b"".join(sorted(set(lines))) and made.quads == len(set(lines))
        assert sorted(p.name for p in Path(folder).iterdir()) == ["a", "b"]


def test_a_draft_that_starts_from_a_revision_holds_the_change_and_leaves_the_revision(tmp_path: Path):
    base = publish(tmp_path, TWO)
    before = {name: (base.path / name).read_bytes() for name in files(base)}
    (part,) = base.parts
    removed, added = TWO[1].encode(), TWO[1].replace("y", "z").encode()
    with stores.writing(tmp_path), stores.Draft(tmp_path, base) as draft:
        draft.change(part, [removed], [added])
        database = draft.database()
        database.remove(next(iter(ox.parse(removed, ox.RdfFormat.N_QUADS))))
        database.extend(ox.parse(added, ox.RdfFormat.N_QUADS))
        database = None
        revision = draft.finish({"built": "now", "version": "0"})
    assert faults(revision.path) == [] and faults(base.path) == []
    assert revision.id == publish(tmp_path / "afresh", [TWO[0], added.decode()]).id
    assert {name: (base.path / name).read_bytes() for name in before} == before
    assert sorted(str(q.object) for q in stores.open_revision(revision, 0)) == ['"x"', '"z"']


def test_a_backup_is_restored_to_the_same_revision(tmp_path: Path):
    revision = publish(tmp_path / "a", TWO)
    pack(revision, tmp_path / "backup.tar.gz")
    with stores.writing(tmp_path / "b"):
        again = unpack(tmp_path / "backup.tar.gz", tmp_path / "b")
    assert again.id == revision.id and faults(again.path) == []


def with_ledger(folder: Path) -> stores.Revision:
    with stores.writing(folder), stores.Draft(folder) as draft:
        draft.put("one", [line.encode() for line in TWO])
        return draft.finish({"built": "now", "version": "0"}, {"documents.jsonl": b'{"identifier": "a"}\n'})


@pytest.mark.parametrize("name", ["documents.jsonl", "parts/one.nq"])
def test_what_could_not_be_restored_is_not_backed_up(tmp_path: Path, name: str):
    revision = with_ledger(tmp_path / "a")
    path = revision.path / name
    path.write_bytes(path.read_bytes().replace(b"a", b"b", 1))
    with pytest.raises(StoreError, match=f"not backed up: .*{name}"):
        pack(revision, tmp_path / "backup.tar.gz")
    assert list(tmp_path.glob("*backup*")) == []


def test_a_backup_with_another_ledger_is_refused(tmp_path: Path):
    revision = with_ledger(tmp_path / "a")
    pack(revision, tmp_path / "whole.tar.gz")
    with tarfile.open(tmp_path / "whole.tar.gz") as whole, tarfile.open(tmp_path / "other.tar.gz", "w:gz") as other:
        for member in whole:
            body = whole.extractfile(member).read()
            other.addfile(member, io.BytesIO(body.replace(b'"a"', b'"b"') if member.name == "documents.jsonl" else body))
    with stores.writing(tmp_path / "b"), pytest.raises(StoreError, match="damaged"):
        unpack(tmp_path / "other.tar.gz", tmp_path / "b")
    with stores.writing(tmp_path / "b"):
        assert unpack(tmp_path / "whole.tar.gz", tmp_path / "b").id == revision.id


def test_a_database_with_other_bytes_is_told_of(tmp_path: Path):
    revision = publish(tmp_path / "a", [f'<http://a/{n}> <http://a/p> "{n}" <http://a/g> .\n' for n in range(500)])
    for table in revision.database.glob("*.sst"):
        table.write_bytes(bytes(b ^ 1 for b in table.read_bytes()[:-60]) + table.read_bytes()[-60:])
    with pytest.raises(StoreError, match="cannot be opened"):
        stores.open_revision(revision, 0)
    assert list(of_database(revision.database, 500))


@pytest.mark.parametrize("how", ["missing", "cut", "flipped", "nonsense"])
def test_a_damaged_backup_is_refused(tmp_path: Path, how: str):
    archive = tmp_path / "backup.tar.gz"
    pack(publish(tmp_path / "a", TWO), archive)
    damaged(archive, how) if how != "nonsense" else archive.write_bytes(b"nonsense")
    with stores.writing(tmp_path / "b"), pytest.raises(StoreError, match=r"damaged|missing"):
        unpack(archive, tmp_path / "b")
    with stores.writing(tmp_path / "b") as cleaned:
        assert not cleaned


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be written"), stores.writing(tmp_path / "file"):
        pass


def test_lines_that_are_no_quads_leave_no_revision(tmp_path: Path):
    publish(tmp_path, ONE)
    with pytest.raises(StoreError), stores.writing(tmp_path):
        stores.write_revision(tmp_path, ["nonsense\n"], {})
    assert stores.published(tmp_path).quads == 1
    assert json.loads((tmp_path / "current" / "manifest.json").read_text(encoding="utf-8"))["quads"] == 1


def test_the_lock_is_held_on_a_disk_without_room_for_its_owner(tmp_path: Path):
    """In a process of its own, which may write no byte to a file."""
    publish(tmp_path, ONE)
    body = ("import resource, signal, sys; from pathlib import Path; from kg import store\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
            "with store.writing(Path(sys.argv[1])): sys.stderr.write('held')")
    ran = subprocess.run([sys.executable, "-c", body, str(tmp_path)], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "held")


def test_parts_are_loaded_in_pieces_of_bounded_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kg.revisions.draft.LOAD", 500)
    monkeypatch.setattr("kg.revisions.draft._BLOCK", 60)
    numbers = {"facts": 60, "documents-00": 1, "documents-01": 2, "documents-02": 4, "build": 30}
    (tmp_path / "revisions").mkdir()
    with stores.Draft(tmp_path) as draft:
        for name, number in numbers.items():
            draft.put(name, sorted(f'<http://e/{n}> <http://e/p> "{name}" <http://e/graph/{name}> .\n'.encode() for n in range(number)))
        loaded = draft.database()
        for name, number in numbers.items():
            assert sum(1 for _ in loaded.quads_for_pattern(None, None, None, ox.NamedNode(f"http://e/graph/{name}"))) == number
        assert sum(1 for _ in draft._together(["facts"])) > 5
        del loaded


def test_what_is_left_when_cleaning_up_is_interrupted_is_swept(tmp_path: Path):
    with pytest.raises(KeyboardInterrupt), stores.writing(tmp_path):
        (tmp_path / "revisions" / ".building-left").mkdir()
        assert stores.leftovers(tmp_path)
        raise KeyboardInterrupt
    assert not stores.leftovers(tmp_path)
