"""The published revision with the user graphs, as the server holds it; what is new is taken up at the next request."""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.errors import StoreError
from kg.store import Revision, open_revision, published
from kg.user_graphs import UserGraphs, user_graphs
from kg.worker import state_id

# a revision up to this size is opened while the first request for it waits; a larger one while the one before serves on
AT_ONCE = 200_000


@dataclass(frozen=True, slots=True)
class Open:
    """A revision with its quads and those of the user graphs."""

    revision: Revision
    store: ox.Store
    user: UserGraphs

    @property
    def state(self) -> str:
        """Name of exactly these quads."""
        return state_id(self.revision.id, self.user.digest)


class Dataset:
    """Opens what a store folder publishes; `current()` is cheap and safe from any thread."""

    def __init__(self, folder: Path, memory_quads: int = 1_000_000) -> None:
        self._folder, self._memory_quads = folder, memory_quads
        self._lock = threading.Lock()
        self._target = ""
        self._open: Open | None = None
        self._opener: threading.Thread | None = None

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
        opened = self._open
        assert opened is not None
        if opened.user.behind():
            with self._lock:
                opened.user.catch_up(opened.store)
        return opened

    def _take_up(self, target: str) -> None:
        try:
            revision = published(self._folder)
        except StoreError:
            if self._open is None:
                raise
            return
        if self._open is None or revision.quads <= AT_ONCE:
            self._load(revision, target)
        elif self._opener is None or not self._opener.is_alive():
            self._opener = threading.Thread(target=self._load, args=(revision, target), daemon=True)
            self._opener.start()

    def _load(self, revision: Revision, target: str) -> None:
        try:
            user = user_graphs(self._folder)
            # what is read from disk cannot take up user graphs
            store = open_revision(revision, sys.maxsize if user.log.exists() else self._memory_quads)
            if user.log.exists():
                user.catch_up(store)
            self._open = Open(revision, store, user)
        except StoreError:
            if self._open is None:
                raise
        self._target = target
