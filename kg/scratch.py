"""A folder for what is needed for a moment: it goes when it is done with, or, where a process was killed, when the next one comes."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TextIO

PREFIX, LOCK = "rolegraph-", ".lock"


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """A new folder below the system's one for temporary files; OSError where it cannot be made."""
    _clear(tempfile.gettempdir())
    folder, handle = _made()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        handle.close()


def _made() -> tuple[Path, TextIO]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        handle = (folder / LOCK).open("w", encoding="utf-8")
        if _held(handle):
            return folder, handle
        handle.close()  # another process took it for one that was left, and removes it


@lru_cache(maxsize=8)
def _clear(place: str) -> None:
    """Remove, once a process, the folders that nobody holds any more."""
    for lock in sorted(Path(place).glob(f"{PREFIX}*/{LOCK}")):
        with contextlib.suppress(OSError), lock.open("r+", encoding="utf-8") as handle:
            if _held(handle):
                shutil.rmtree(lock.parent, ignore_errors=True)


def _held(handle: TextIO) -> bool:
    """Whether this process holds the lock now; the system lets go of it when the process ends, however it ends."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
