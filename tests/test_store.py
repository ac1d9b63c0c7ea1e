import json
import os
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import store as stores
from kg.errors import StoreError

ONE = ['<http://a/1> <http://a/p> "x" <http://a/g> .\n']
TWO = [*ONE, '<http://a/2> <http://a/p> "y" <http://a/g> .\n']


def publish(folder: Path, lines: list[str]) -> stores.Revision:
    with stores.writing(folder):
        revision = stores.write_revision(folder, lines, {"built": "now", "version": "0"})
        stores.publish(folder, revision)
    return revision


def test_a_revision_is_named_by_the_sha_256_of_its_quads(tmp_path: Path):
    from hashlib import sha256
    revision = publish(tmp_path, TWO)
    assert revision.id == sha256("".join(TWO).encode()).hexdigest()
    assert stores.published(tmp_path).quads == 2


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
    assert not list((tmp_path / "revisions").glob(".building-*"))


def test_two_builds_on_one_store_do_not_meet(tmp_path: Path):
    with stores.writing(tmp_path), pytest.raises(StoreError, match="another build"), stores.writing(tmp_path):
        pass


def test_pruning_keeps_the_published_revision_and_the_newest(tmp_path: Path):
    ids = [publish(tmp_path, [line.replace("x", f"x{n}") for line in ONE]).id for n in range(4)]
    for n, name in enumerate(ids):
        os.utime(tmp_path / "revisions" / name, (n, n))
    stores.publish(tmp_path, stores.Revision(tmp_path / "revisions" / ids[0], {}))
    gone = stores.prune(tmp_path, keep=2)
    assert sorted(gone) == sorted(ids[1:3])
    assert stores.published(tmp_path).id == ids[0]


def test_an_empty_store_says_how_to_fill_it(tmp_path: Path):
    with pytest.raises(StoreError, match="no published graph") as error:
        stores.published(tmp_path)
    assert "rolegraph build" in error.value.hint


def test_a_damaged_manifest_is_named(tmp_path: Path):
    revision = publish(tmp_path, ONE)
    (revision.path / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be read"):
        stores.published(tmp_path)


def test_a_damaged_dataset_is_named(tmp_path: Path):
    revision = publish(tmp_path, ONE)
    revision.dataset.write_text("nonsense", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be opened"):
        stores.open_revision(revision)


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
