"""A revision as partitions: compressed sorted N-Quads with a manifest of counts and hashes, on any fsspec URL; and back."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from kg.errors import StoreError
from kg.revisions import layout
from kg.revisions.draft import Draft
from kg.revisions.layout import Part
from kg.revisions.manifest import Revision, part_file
from kg.sources.locations import filesystems

MANIFEST, README = "manifest.json", "README.md"
_LEVEL = 1
_GUIDE = """# A graph of RoleGraph

{quads:,} quads in {number} files of N-Quads, gzip-compressed, each sorted; `manifest.json` lists quads and SHA-256 (of the
uncompressed lines) of each. Revision {revision}.

* RoleGraph's own store: `rolegraph load manifest.json --store STORE`
* any SPARQL 1.1 server: `rolegraph load manifest.json --endpoint http://HOST/sparql`
* Virtuoso (the folder must be in `DirsAllowed`), in `isql`:

      ld_dir('/path/to/parts', '*.nq.gz', 'urn:unused');   -- N-Quads name their own graphs
      rdf_loader_run();                                    -- start several isql for several cores
      checkpoint;
      SELECT ll_file, ll_error FROM DB.DBA.LOAD_LIST WHERE ll_error IS NOT NULL;

* QLever, with a `Qleverfile` of `CAT_INPUT_FILES = zcat parts/*.nq.gz` and `FORMAT = nq`: `qlever index && qlever start`
"""


def write(revision: Revision, url: str) -> str:
    """Write a revision below a URL or folder; returns the manifest's address. The manifest comes last: without it nothing is whole."""
    parts = {name: {"file": f"parts/{name}.nq.gz", "quads": p.quads, "bytes": p.size, "sha256": p.sha256} for name, p in sorted(revision.parts.items())}
    manifest = {"format": 1, "revision": revision.id, "quads": revision.quads, "parts": parts, "version": revision.manifest.get("version", "")}
    guide = _GUIDE.format(quads=revision.quads, number=len(parts), revision=revision.id)
    try:
        system, root = filesystems(url).core.url_to_fs(url)
        system.makedirs(f"{root}/parts", exist_ok=True)
        for name, part in parts.items():
            with revision.part(name).open("rb") as source, system.open(f"{root}/{part['file']}", "wb") as raw, \
                    gzip.GzipFile("", "wb", _LEVEL, raw, mtime=0) as out:
                shutil.copyfileobj(source, out, 1_000_000)
        system.pipe_file(f"{root}/{README}", guide.encode())
        system.pipe_file(f"{root}/{MANIFEST}", (json.dumps(manifest, indent=1) + "\n").encode())
    except (OSError, ValueError) as error:
        raise StoreError(f"cannot be written: {error}", place=url, hint="look at the address, the rights and the free space") from error
    return f"{url.rstrip('/')}/{MANIFEST}"


def manifest_of(url: str) -> dict:
    """The manifest at an address; StoreError where there is none."""
    try:
        with filesystems(url).open(url, "rb").open() as stream:
            manifest = json.loads(stream.read())
        if manifest["format"] != 1 or not isinstance(manifest["parts"], dict):
            raise ValueError("unknown format")
        return manifest
    except FileNotFoundError as error:
        raise StoreError("is missing", place=url, hint="name the manifest.json that rolegraph build --partitions wrote") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"is no manifest of partitions: {error}", place=url, hint="name the manifest.json that rolegraph build --partitions wrote") from error


def files(url: str, manifest: dict) -> Iterator[tuple[str, Path, Part]]:
    """Each part as a local uncompressed file, for as long as it is looked at; StoreError where its bytes are not those that were written."""
    base = url.rpartition("/")[0]
    with tempfile.TemporaryDirectory(prefix="rolegraph-") as folder:
        for name, entry in sorted(manifest["parts"].items()):
            place, target, sha = f"{base}/{entry['file']}", Path(folder) / "part.nq", hashlib.sha256()
            try:
                with filesystems(place).open(place, "rb").open() as raw, gzip.GzipFile(fileobj=raw) as source, target.open("wb") as out:
                    while block := source.read(1_000_000):
                        sha.update(block)
                        out.write(block)
            except (OSError, EOFError, zlib.error, ValueError) as error:
                raise StoreError(f"cannot be read: {error}", place=place, hint="write the partitions again") from error
            if sha.hexdigest() != entry["sha256"]:
                raise StoreError("its bytes are not those that the manifest names", place=place, hint="write the partitions again")
            yield name, target, Part(entry["quads"], entry["bytes"], entry["sha256"])


def load(url: str, store: Path) -> Revision:
    """The graph of a manifest as a revision of the store, not yet published. Call under `kg.store.writing`."""
    manifest = manifest_of(url)
    with Draft(store) as draft:
        for name, path, part in files(url, manifest):
            shutil.move(path, part_file(draft.folder, f"{name}.loading"))
            draft.adopt(name, part_file(draft.folder, f"{name}.loading"), part)
            draft.database()
        revision = draft.finish({"version": manifest.get("version", ""), "counts": {}})
    if revision.id != manifest["revision"]:
        raise StoreError("the parts are not those of the revision that the manifest names", place=url, hint="write the partitions again")
    return revision


def lines(path: Path) -> Iterator[tuple[str, bytes]]:
    """Graph and line of each quad of a part."""
    with path.open("rb") as stream:
        for line in stream:
            yield layout.graph_of(line), line
