"""What a user names on the command line, as single files in a fixed order: paths, folders, patterns, fsspec URLs."""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from errno import EACCES
from pathlib import Path
from types import ModuleType, TracebackType

from kg.errors import DocumentError, MissingPartError
from kg.read.reader import ENDINGS
from kg.settings import Settings

COMPRESSED = (".gz", ".zst")
PARQUET = (".parquet",)
# fsspec joins places by "::": a file in an archive and where the archive lies, a cache and what it keeps
_URL = re.compile(r"(?:[a-z][a-z0-9+.-]*::)*([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_CHAIN = "::"
_OWN = {*sys.stdlib_module_names, "builtins", "kg"}


@dataclass(slots=True)
class Aside:
    """What lies in the sources and is not read: files in folders that hold no documents, counted by the ends of their names, and
    places that may not be looked into."""

    passed: Counter[str] = field(default_factory=Counter)
    closed: dict[str, DocumentError] = field(default_factory=dict)

    def shut(self, place: Path, error: OSError) -> None:
        """Note a place that may not be looked into."""
        self.closed[str(place)] = DocumentError(f"cannot be looked into: {error.strerror}", place=str(place), hint="give it read rights, or remove it")


def files(locations: Iterable[Path | str], settings: Settings, aside: Aside) -> list[str]:
    """Files and URLs, sorted, each once; DocumentError for a URL that may not or cannot be opened."""
    found: set[str] = set()
    for location in locations:
        text = str(location)
        found.update(_remote(text, settings) if is_url(text) else _local(Path(text), aside))
    return sorted(found)


def is_url(location: str) -> bool:
    """Whether a location is a URL rather than a path."""
    return _URL.match(location) is not None


def is_read(name: str) -> bool:
    """Whether a file of this name is one that holds documents, as it is or compressed."""
    lowered = name.lower()
    for ending in COMPRESSED:
        lowered = lowered.removesuffix(ending)
    return lowered.endswith((*ENDINGS, *PARQUET))


def name_of(location: str) -> str:
    """The file's own name, whatever it lies in and whatever is asked of its server."""
    own = location.partition(_CHAIN)[0] if is_url(location) else location
    return own.rstrip("/").rpartition("/")[2].partition("?")[0] if is_url(location) else Path(location).name


def on_web(location: str) -> bool:
    """Whether anything of a location is fetched from the web."""
    return any(link.lower().startswith(("http://", "https://")) for link in location.split(_CHAIN))


def filesystems(place: str) -> ModuleType:
    """fsspec; MissingPartError says how to get it."""
    try:
        import fsspec
    except ImportError as error:
        raise MissingPartError("object storage needs fsspec", place=place, hint="pip install 'rolegraph[storage]'") from error
    return fsspec


class Driven:
    """What the library behind a file system raises of its own, which nobody can list, as OSError: no credentials, no such project."""

    def __enter__(self) -> None:
        """Nothing to be done."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Errors of Python's own library and of RoleGraph stay what they are."""
        if kind is None or not issubclass(kind, Exception) or issubclass(kind, (OSError, ValueError, ImportError)):
            return
        if kind.__module__.partition(".")[0] not in _OWN:
            raise OSError(str(error)) from error


def _local(path: Path, aside: Aside) -> Iterator[str]:
    if os.path.exists(path) or not any(mark in path.name or mark in str(path.parent) for mark in "*?["):
        if os.path.isdir(path):
            for file in _below(path, aside):
                if is_read(file.name):
                    yield str(file)
                else:
                    aside.passed[file.suffix.lower() or file.name] += 1
        else:
            yield str(path)
        return
    start = Path(path.anchor or ".")
    pattern = str(path.relative_to(path.anchor) if path.anchor else path)
    matched = [str(p) for p in start.glob(pattern) if is_read(p.name) and os.path.isfile(p) and not _found_hidden(p, path)]
    closed = len(aside.closed)
    _look_in_vain(start, Path(pattern).parent, aside)
    if not matched and closed == len(aside.closed):
        raise _no_match(str(path))
    yield from matched


def _look_in_vain(start: Path, folders: Path, aside: Aside) -> None:
    """Note the folders that a pattern for folders leads to, or through, and that may not be looked into: they match nothing."""
    for part in (*reversed(folders.parents), folders):
        for folder in start.glob(str(part)) if any(mark in str(part) for mark in "*?[") else [start / part]:
            if os.path.isdir(folder) and not os.access(folder, os.R_OK | os.X_OK) and not _found_hidden(folder, start / folders):
                aside.shut(folder, PermissionError(EACCES, os.strerror(EACCES)))


def _below(folder: Path, aside: Aside) -> Iterator[Path]:
    """What is in a folder, at any depth, without what is hidden; links to folders are followed, to each folder once."""
    seen: set[tuple[int, int]] = set()
    waiting, links = [folder], []
    while waiting or links:
        current = waiting.pop() if waiting else links.pop(0)
        try:
            about = current.stat()
            entries = sorted(current.iterdir())
            if entries and not os.access(current, os.X_OK):
                raise PermissionError(EACCES, os.strerror(EACCES))
        except OSError as error:
            aside.shut(current, error)
            continue
        if (about.st_dev, about.st_ino) in seen:
            continue
        seen.add((about.st_dev, about.st_ino))
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if os.path.isdir(entry):
                (links if entry.is_symlink() else waiting).append(entry)
            else:
                yield entry  # a link to nothing is told of when it is read


def _found_hidden(path: Path, pattern: Path) -> bool:
    """Whether a pattern led to something hidden that it does not name."""
    return any(part.startswith(".") and part not in pattern.parts for part in path.parts)


def _remote(url: str, settings: Settings) -> Iterator[str]:
    if on_web(url) and not settings.allow_http:
        raise DocumentError("is on the web, where nothing is fetched from", place=url, hint="set allow_http, or save the page")
    if url.lower().startswith(("http://", "https://")):
        yield url
        return
    own, _, inside = url.partition(_CHAIN)
    rest = f"{_CHAIN}{inside}" if inside and is_url(own) else ""
    fsspec = filesystems(url)
    try:
        with Driven():
            system, path = fsspec.core.url_to_fs(url)
            if any(mark in path for mark in "*?["):
                names = [n for n in system.glob(path) if is_read(n)]
            elif system.isdir(path):
                names = [n for n in system.find(path) if is_read(n) and not _hidden(Path(n.removeprefix(path)))]
            else:
                names = [path]
    except ImportError as error:
        raise MissingPartError(str(error), place=url, hint="install the package that it names") from error
    except (OSError, ValueError) as error:
        raise DocumentError(f"cannot be listed: {error}", place=url, hint="look at the address and the credentials") from error
    if not names:
        raise _no_match(url)
    yield from (system.unstrip_protocol(name) + rest for name in names)


def _no_match(place: str) -> DocumentError:
    return DocumentError("matches no file that is read", place=place, hint="use " + ", ".join((*ENDINGS, *PARQUET, *COMPRESSED)))


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
