"""The manifest of a revision: its parts and its database's files with their sizes and checksums.

A revision is named by the SHA-256 of the list of its parts, so the name vouches for every quad. What is checked whenever a
revision is opened costs no reading of data: the list against the name, and that every file is there in its full size.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from kg.errors import StoreError
from kg.revisions import layout
from kg.revisions.layout import Part

FILE, PARTS, DATABASE = "manifest.json", "parts", "oxigraph"
HINT = "return to an earlier revision with: rolegraph rollback; or build again"


@dataclass(frozen=True)
class Revision:
    """A revision on disk; `manifest` is what was written with it."""

    path: Path
    manifest: dict = field(hash=False)

    @property
    def id(self) -> str:
        """SHA-256 of the list of parts."""
        return self.path.name

    @property
    def quads(self) -> int:
        """Number of quads."""
        return self.manifest["quads"]

    @cached_property
    def parts(self) -> dict[str, Part]:
        """The parts by name."""
        return {name: Part(**part) for name, part in self.manifest["parts"].items()}

    @property
    def database(self) -> Path:
        """Folder of the Oxigraph database."""
        return self.path / DATABASE

    def part(self, name: str) -> Path:
        """File of a part: sorted N-Quads."""
        return part_file(self.path, name)

    def lines(self) -> Iterator[bytes]:
        """All quads as sorted N-Quads lines."""
        with ExitStack() as stack:
            yield from layout.merged([stack.enter_context(self.part(name).open("rb")) for name in sorted(self.parts)])


def part_file(folder: Path, name: str) -> Path:
    """Where a revision's folder keeps a part."""
    return folder / PARTS / f"{name}.nq"


def hashed_part(revision: Revision, name: str) -> bytes:
    """A part's bytes, checked against its checksum; StoreError where they are not those that were written."""
    data = revision.part(name).read_bytes()
    if sha256(data).hexdigest() != revision.parts[name].sha256:
        raise StoreError("its bytes are not those that were written: it is damaged", place=str(revision.part(name)), hint=HINT)
    return data


def name_of(parts: Mapping[str, Part]) -> str:
    """The name of a revision with these parts."""
    return sha256("".join(f"{name} {parts[name].quads} {parts[name].sha256}\n" for name in sorted(parts)).encode()).hexdigest()


def write(folder: Path, parts: Mapping[str, Part], files: Mapping[str, tuple[int, str]], more: dict) -> dict:
    """Write the manifest of a finished folder and return it."""
    manifest = {**more, "revision": name_of(parts), "quads": sum(p.quads for p in parts.values()),
                "parts": {name: asdict(parts[name]) for name in sorted(parts)}, "files": {name: list(files[name]) for name in sorted(files)}}
    manifest["checksum"] = _checksum(manifest)
    (folder / FILE).write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return manifest


def read(path: Path) -> Revision:
    """The revision in a folder, checked cheaply; StoreError says which file is missing or damaged."""
    try:
        revision = Revision(path, json.loads((path / FILE).read_text(encoding="utf-8")))
        if name_of(revision.parts) != path.name or revision.manifest["checksum"] != _checksum(revision.manifest):
            raise StoreError("does not fit the revision's name or its own checksum: it is damaged", place=str(path / FILE), hint=HINT)
        expected = {revision.part(name): part.size for name, part in revision.parts.items()}
        expected |= {path / name: size for name, (size, _) in revision.manifest["files"].items()}
        for file, size in expected.items():
            found = file.stat().st_size
            if found != size:
                raise StoreError(f"has {found:,} bytes where the manifest says {size:,}: it is damaged", place=str(file), hint=HINT)
    except FileNotFoundError as error:
        raise StoreError("is missing from the revision", place=str(error.filename), hint=HINT) from error
    except OSError as error:
        raise StoreError(f"cannot be read: {error.strerror}", place=str(error.filename or path), hint=HINT) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError("cannot be read: it is damaged", place=str(path / FILE), hint=HINT) from error
    return revision


def _checksum(manifest: dict) -> str:
    return sha256(json.dumps({k: v for k, v in manifest.items() if k != "checksum"}, sort_keys=True).encode()).hexdigest()
