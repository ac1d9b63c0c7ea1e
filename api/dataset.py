"""The published revision as the server holds it; a new one is taken up at the next request."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.errors import StoreError
from kg.store import Revision, open_revision, published


@dataclass(frozen=True, slots=True)
class Open:
    """A revision with its quads."""

    revision: Revision
    store: ox.Store


class Dataset:
    """Opens what a store folder publishes; `current()` is cheap and safe from any thread."""

    def __init__(self, folder: Path, memory_quads: int = 1_000_000) -> None:
        self._folder, self._memory_quads = folder, memory_quads
        self._lock = threading.Lock()
        self._target = ""
        self._open: Open | None = None

    def current(self) -> Open:
        """The published revision; the one before serves on if the new one cannot be opened."""
        try:
            target = os.readlink(self._folder / "current")
        except OSError as error:
            if self._open:
                return self._open
            raise StoreError("no published graph here", place=str(self._folder), hint="rolegraph build PATHS") from error
        if target != self._target or self._open is None:
            with self._lock:
                if target != self._target or self._open is None:
                    self._take_up(target)
        assert self._open is not None
        return self._open

    def _take_up(self, target: str) -> None:
        try:
            revision = published(self._folder)
            self._open = Open(revision, open_revision(revision, self._memory_quads))
        except StoreError:
            if self._open is None:
                raise
        self._target = target
