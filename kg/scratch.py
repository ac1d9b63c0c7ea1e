"""A folder for what is needed for a moment: it goes when it is done with, or, where a process was killed, when the next one comes."""

from __future__ import annotations

import atexit
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


@contextlib.contextmanager
def sharing(folder: Path) -> Iterator[None]:
    """Use a folder that another process has made: it then stays though that process is killed, until this one ends too."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            _locked(stack.enter_context((folder / LOCK).open("r+", encoding="utf-8")), fcntl.LOCK_SH)
        yield


@lru_cache(maxsize=1)
def lasting() -> Path:
    """A folder that goes with this process."""
    stack = contextlib.ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(scratch())


def _made() -> tuple[Path, TextIO]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        handle = (folder / LOCK).open("w", encoding="utf-8")
        if _locked(handle, fcntl.LOCK_SH) and (folder / LOCK).exists():
            return folder, handle
        handle.close()  # another process took it for one that was left, and removes it


@lru_cache(maxsize=8)
def _clear(place: str) -> None:
    """Remove, once a process, the folders that nobody holds any more."""
    for lock in sorted(Path(place).glob(f"{PREFIX}*/{LOCK}")):
        with contextlib.suppress(OSError), lock.open("r+", encoding="utf-8") as handle:
            if _locked(handle, fcntl.LOCK_EX):
                shutil.rmtree(lock.parent, ignore_errors=True)


def _locked(handle: TextIO, kind: int) -> bool:
    """Whether this process holds the lock now; the system lets go of it when the process ends, however it ends. Those who use a folder
    share its lock; it is had alone by none but who removes it."""
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
