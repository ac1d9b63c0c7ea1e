"""Files whose bytes are as they were: their documents need not be made again to see that they are the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from kg.namespaces import digest
from kg.settings import Settings
from kg.sources.extent import Extent
from kg.sources.locations import Aside

# settings that a document's text or metadata depends on, or whether it is read at all
_READING = ("max_bytes", "max_line", "max_seconds", "text_field", "id_field", "title_field", "employer_field", "place_field", "date_field")


@dataclass(frozen=True, slots=True)
class Held:
    """The documents of a file that has not changed, by their identifiers."""

    documents: tuple[str, ...]


@dataclass(slots=True)
class Files:
    """Marks of files by location, with the identifiers of the documents that each held; only files without any fault are noted.

    `known` is what the build before noted, `noted` what this one does; `context` marks the code that reads. `aside` is what the
    sources hold and nobody reads, `extent` how far they have been read.
    """

    context: str = ""
    known: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    noted: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    aside: Aside = field(default_factory=Aside)
    extent: Extent = field(default_factory=Extent)

    def mark(self, path: Path, settings: Settings) -> str:
        """SHA-256 of a file's bytes and of what its reading depends on; "" where it cannot be read, which its reader will say."""
        sha = sha256(digest(self.context, *(getattr(settings, name) for name in _READING)).encode())
        try:
            with path.open("rb") as stream:
                while block := stream.read(1_000_000):
                    sha.update(block)
        except OSError:
            return ""
        return sha.hexdigest()

    def held(self, location: str, mark: str) -> Held | None:
        """The file's documents, if it is as it was."""
        before = self.known.get(location)
        return Held(before[1]) if before is not None and before[0] == mark else None

    def note(self, location: str, mark: str, documents: Iterable[str]) -> None:
        """Remember a file that was read without a fault."""
        self.noted[location] = mark, tuple(documents)
