"""What a user names on the command line, as single files in a fixed order: paths, folders, patterns, fsspec URLs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

from kg.errors import DocumentError, MissingPartError
from kg.read.reader import ENDINGS, discover
from kg.settings import Settings

COMPRESSED = (".gz", ".zst")
PARQUET = (".parquet",)
# fsspec joins places by "::": a file in an archive and where the archive lies, a cache and what it keeps
_URL = re.compile(r"(?:[a-z][a-z0-9+.-]*::)*([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_CHAIN = "::"


def files(locations: Iterable[Path | str], settings: Settings) -> list[str]:
    """Files and URLs, sorted, each once; DocumentError for a URL that may not or cannot be opened."""
    found: set[str] = set()
    for location in locations:
        text = str(location)
        found.update(_remote(text, settings) if is_url(text) else _local(Path(text)))
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


def _local(path: Path) -> Iterator[str]:
    if path.exists() or not any(mark in path.name or mark in str(path.parent) for mark in "*?["):
        if path.is_dir():
            # a link to nothing is told of when it is read
            yield from (str(p) for p in path.rglob("*") if is_read(p.name) and not p.is_dir() and not _hidden(p.relative_to(path)))
        else:
            yield from map(str, discover([path]))
        return
    start = Path(path.anchor or ".")
    pattern = str(path.relative_to(path.anchor) if path.anchor else path)
    matched = [str(p) for p in start.glob(pattern) if p.is_file() and is_read(p.name) and not p.name.startswith(".")]
    if not matched:
        raise DocumentError("matches no file that is read", place=str(path), hint="use " + ", ".join((*ENDINGS, *PARQUET, *COMPRESSED)))
    yield from matched


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
        system, path = fsspec.core.url_to_fs(url)
        if any(mark in path for mark in "*?["):
            names = [n for n in system.glob(path) if is_read(n)]
        elif system.isdir(path):
            names = [n for n in system.find(path) if is_read(n) and not _hidden(Path(n.removeprefix(path)))]
        else:
            names = [path]
        yield from (system.unstrip_protocol(name) + rest for name in names)
    except ImportError as error:
        raise MissingPartError(str(error), place=url, hint="install the package that it names") from error
    except (OSError, ValueError) as error:
        raise DocumentError(f"cannot be listed: {error}", place=url, hint="look at the address and the credentials") from error


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
