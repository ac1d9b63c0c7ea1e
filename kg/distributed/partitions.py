"""A revision as partitions: compressed sorted N-Quads with a manifest of counts and hashes, on any fsspec URL; and back."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import re
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.errors import MissingPartError, StoreError
from kg.revisions import layout
from kg.revisions.draft import Draft
from kg.revisions.layout import Part
from kg.revisions.manifest import Revision, name_of
from kg.sources.locations import Driven, filesystems

MANIFEST, README = "manifest.json", "README.md"
_LEVEL = 1
_NAME, _OWN = 16, re.compile(r"[0-9a-f]{16}")
_PART = re.compile(r"[A-Za-z0-9][\w.-]*")
_GUIDE = """# A graph of RoleGraph

{quads:,} quads in {number} files of N-Quads, gzip-compressed, each sorted; `manifest.json` lists quads and SHA-256 (of the
uncompressed lines) of each. Revision {revision}.

* RoleGraph's own store: `rolegraph load manifest.json --store STORE`
* any SPARQL 1.1 server: `rolegraph load manifest.json --endpoint http://HOST/sparql` (`ROLEGRAPH_REMOTE_USER`, `ROLEGRAPH_REMOTE_PASSWORD`)

The others insert into what is there: clear the graphs of an earlier revision first.

* Virtuoso (the folder must be in `DirsAllowed`), in `isql`:

      ld_dir('/path/to/{inside}', '*.nq.gz', 'urn:unused');   -- N-Quads name their own graphs
      rdf_loader_run();                                    -- start several isql for several cores
      checkpoint;
      SELECT ll_file, ll_error FROM DB.DBA.LOAD_LIST WHERE ll_error IS NOT NULL;

* QLever, with `qlever index && qlever start` beside this `Qleverfile`:

      [data]
      NAME = rolegraph
      DESCRIPTION = A graph of RoleGraph
      FORMAT = nq
      [index]
      INPUT_FILES = {inside}/*.nq.gz
      CAT_INPUT_FILES = zcat {inside}/*.nq.gz
      [server]
      PORT = 7001
      [runtime]
      SYSTEM = docker
"""


def write(revision: Revision, url: str) -> str:
    """Write a revision below a URL or folder; returns the manifest's address.

    Each revision has a folder of its own and the manifest comes last, so that the graph that was there before can be read until
    the new one is whole, and by who has begun to read it until the one after.
    """
    inside = revision.id[:_NAME]
    parts = {name: {"file": f"{inside}/{name}.nq.gz", "quads": p.quads, "bytes": p.size, "sha256": p.sha256}
             for name, p in sorted(revision.parts.items())}
    manifest = {"format": 1, "revision": revision.id, "quads": revision.quads, "parts": parts, "version": revision.manifest.get("version", "")}
    guide = _GUIDE.format(quads=revision.quads, number=len(parts), revision=revision.id, inside=inside)
    with _reached(url, "written", "look at the address, the rights and the free space"):
        system, root = filesystems(url).core.url_to_fs(url)
        there = _before(f"{url.rstrip('/')}/{MANIFEST}")
        system.makedirs(f"{root}/{inside}", exist_ok=True)
        for name, part in parts.items():
            if inside == there and _whole(f"{url.rstrip('/')}/{part['file']}", part):
                continue
            with revision.part(name).open("rb") as source, system.open(f"{root}/{part['file']}", "wb") as raw, \
                    gzip.GzipFile("", "wb", _LEVEL, raw, mtime=0) as out:
                shutil.copyfileobj(source, out, 1_000_000)
        system.pipe_file(f"{root}/{README}", guide.encode())
        _put_last(system, f"{root}/{MANIFEST}", (json.dumps(manifest, indent=1) + "\n").encode())
        for entry in system.ls(root, detail=True):
            name = entry["name"].rstrip("/").rpartition("/")[2]
            if entry["type"] == "directory" and _OWN.fullmatch(name) and name not in (inside, there):
                system.rm(entry["name"], recursive=True)
    return f"{url.rstrip('/')}/{MANIFEST}"


def ready(url: str) -> None:
    """Look, before hours of work, whether something can be written at an address; StoreError or MissingPartError says why not."""
    with _reached(url, "written", "look at the address and the rights"):
        system, root = filesystems(url).core.url_to_fs(url)
        system.makedirs(root, exist_ok=True)


@contextlib.contextmanager
def _reached(place: str, how: str, hint: str) -> Iterator[None]:
    """What goes wrong with a file system as StoreError, or MissingPartError where the package for it is not installed."""
    try:
        with Driven():
            yield
    except ImportError as error:
        raise MissingPartError(str(error), place=place, hint="install the package that it names") from error
    except FileNotFoundError as error:
        if how == "written":
            raise StoreError(f"cannot be written: {error}", place=place, hint=hint) from error
        raise StoreError("is missing", place=place, hint=hint) from error
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise StoreError(f"cannot be {how}: {error}", place=place, hint=hint) from error


def _before(url: str) -> str:
    """Folder of the graph that is there already."""
    try:
        return manifest_of(url)["revision"][:_NAME]
    except StoreError:
        return ""


def _whole(place: str, entry: dict) -> bool:
    """Whether a part is there already, as it is to be."""
    try:
        sha = hashlib.sha256()
        for block in _blocks(place):
            sha.update(block)
        return sha.hexdigest() == entry["sha256"]
    except StoreError:
        return False


def _put_last(system: Any, path: str, body: bytes) -> None:
    """Write a file at once: object storage does, a folder of this machine by renaming."""
    if "file" not in ([system.protocol] if isinstance(system.protocol, str) else system.protocol):
        system.pipe_file(path, body)
        return
    fresh = Path(f"{path}.new")
    fresh.write_bytes(body)
    fresh.replace(path)


def manifest_of(url: str) -> dict:
    """The manifest at an address; StoreError where there is none."""
    hint = "name the manifest.json that rolegraph build --partitions wrote"
    with _reached(url, "read", hint), filesystems(url).open(url, "rb").open() as stream:
        body = stream.read()
    try:
        manifest = json.loads(body)
        if manifest["format"] != 1 or not isinstance(manifest["parts"], dict):
            raise ValueError("unknown format")
        for entry in manifest["parts"].values():
            _part(entry), entry["file"], manifest["revision"]
        if bad := [name for name in manifest["parts"] if not _PART.fullmatch(name)]:
            raise ValueError(f"no part has a name like {bad[0]!r}")
        return manifest
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"is no manifest of partitions: {error}", place=url, hint=hint) from error


def files(url: str, manifest: dict, folder: Path) -> Iterator[tuple[str, Path, Part]]:
    """Each part as an uncompressed file in the folder, until the next; StoreError where its bytes are not those that were written."""
    base = url[:len(url) - len(url.rpartition("/")[2])]
    for name, entry in sorted(manifest["parts"].items()):
        place, target, sha = f"{base}{entry['file']}", folder / "part.nq", hashlib.sha256()
        try:
            with target.open("wb") as out:
                for block in _blocks(place):
                    sha.update(block)
                    out.write(block)
        except OSError as error:
            raise StoreError(f"cannot be written: {error.strerror}", place=str(target), hint="look for free space and rights") from error
        if sha.hexdigest() != entry["sha256"]:
            raise StoreError("its bytes are not those that the manifest names", place=place, hint="write the partitions again")
        yield name, target, _part(entry)


def _blocks(place: str) -> Iterator[bytes]:
    """A part's lines, uncompressed."""
    with _reached(place, "read", "write the partitions again"), filesystems(place).open(place, "rb").open() as raw, gzip.GzipFile(fileobj=raw) as source:
        while block := source.read(1_000_000):
            yield block


def _part(entry: dict) -> Part:
    return Part(entry["quads"], entry["bytes"], entry["sha256"])


def load(url: str, store: Path) -> Revision:
    """The graph of a manifest as a revision of the store, not yet published. Call under `kg.store.writing`."""
    manifest = manifest_of(url)
    if name_of({name: _part(entry) for name, entry in manifest["parts"].items()}) != manifest["revision"]:
        raise StoreError("the parts are not those of the revision that the manifest names", place=url, hint="write the partitions again")
    with Draft(store) as draft:
        for name, path, part in files(url, manifest, draft.folder):
            draft.adopt(name, path, part)
        return draft.finish({"version": manifest.get("version", ""), "counts": {}})


def lines(path: Path) -> Iterator[tuple[str, bytes]]:
    """Graph and line of each quad of a part."""
    with path.open("rb") as stream:
        for line in stream:
            yield layout.graph_of(line), line
