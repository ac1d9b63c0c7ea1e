"""What is costly to make from the vocabulary's files, kept between runs in the user's cache folder.

Entries are named by the content that they were made from and by RoleGraph's own code, so none is ever stale; one that cannot
be read or written is made again. `ROLEGRAPH_CACHE` names another folder, or "off".
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import tempfile
import time
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

# more would only fill the disk: each change of a vocabulary leaves an entry behind
ENTRIES = 12
_UNFINISHED, _OLD = ".unfinished-", 3600.0


def get(kind: str, mark: str) -> object | None:
    """The entry made from content with this mark, or None."""
    path = _path(kind, mark)
    if path is None:
        return None
    collecting = gc.isenabled()
    gc.disable()  # a collector that looks at each of a hundred thousand new objects doubles the time
    try:
        with path.open("rb") as stream:
            return pickle.load(stream)
    except (OSError, pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError, ValueError, TypeError):
        return None
    finally:
        if collecting:
            gc.enable()


def put(kind: str, mark: str, value: object) -> None:
    """Keep an entry; a folder that cannot be written is no error."""
    path = _path(kind, mark)
    if path is None:
        return
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(prefix=_UNFINISHED, dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                pickle.dump(value, stream, protocol=pickle.HIGHEST_PROTOCOL)
            os.replace(name, path)
        finally:
            Path(name).unlink(missing_ok=True)
        for left in path.parent.glob(f"{_UNFINISHED}*"):  # by a process that was killed
            if time.time() - left.stat().st_mtime > _OLD:
                left.unlink(missing_ok=True)
        entries = sorted(path.parent.glob("*.pickle"), key=lambda p: p.stat().st_mtime_ns)
        for old in entries[:-ENTRIES]:
            old.unlink(missing_ok=True)


def folder() -> Path | None:
    """Where entries are kept, or None where nothing is to be kept."""
    name = os.environ.get("ROLEGRAPH_CACHE") or os.path.join(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "rolegraph")
    return None if name == "off" else Path(name)


def _path(kind: str, mark: str) -> Path | None:
    where = folder()
    return where / f"{kind}-{mark}-{code()}.pickle" if where else None


@lru_cache(maxsize=1)
def code() -> str:
    """Mark of the code whose objects are kept: entries of another version are not read."""
    sha = sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        sha.update(path.read_bytes())
    return sha.hexdigest()[:12]
