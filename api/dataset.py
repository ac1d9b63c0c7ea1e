"""The published revision with the user graphs, as the server holds it; what is new is taken up at the next request."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.errors import StoreError
from kg.namespaces import Minter
from kg.remote import RemoteStore, address, connected, state
from kg.settings import Settings
from kg.store import Revision, open_revision, published
from kg.user_graphs import UserGraphs, protected, user_graphs
from kg.worker import state_id

# a revision up to this size is opened while the first request for it waits; a larger one while the one before serves on
AT_ONCE = 200_000
# seconds after which a server elsewhere is looked at again
LOOK_AGAIN = 5.0


@dataclass(frozen=True, slots=True)
class Open:
    """A revision with its quads and those of the user graphs."""

    revision: Revision
    store: ox.Store | RemoteStore
    user: UserGraphs

    @property
    def state(self) -> str:
        """Name of exactly these quads."""
        return state_id(self.revision.id, self.user.digest)

    def written(self, base: str) -> frozenset[str]:
        """IRIs of what clients wrote something about, in graphs that builds do not make."""
        if not self.user.digest:
            return frozenset()
        minter = Minter(base)
        graphs = [ox.DefaultGraph(), *(g for g in self.store.named_graphs() if isinstance(g, ox.NamedNode) and not protected(g.value, minter))]
        return frozenset(q.subject.value for g in graphs for q in self.store.quads_for_pattern(None, None, None, g) if isinstance(q.subject, ox.NamedNode))


class Dataset:
    """Opens what a store folder publishes; `current()` is cheap and safe from any thread."""

    def __init__(self, folder: Path, memory_quads: int = 1_000_000) -> None:
        self._folder, self._memory_quads = folder, memory_quads
        self._lock = threading.Lock()
        self._target = ""
        self._open: Open | None = None
        self._opener: threading.Thread | None = None
        self._before_new: list[Callable[[Open], None]] = []

    def before_new(self, make_ready: Callable[[Open], None]) -> None:
        """Have something made ready for a large new revision while the one before serves on: it is called in a thread of its own."""
        self._before_new.append(make_ready)

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
            self._load(revision, target, ())
        elif self._opener is None or not self._opener.is_alive():
            self._opener = threading.Thread(target=self._load, args=(revision, target, tuple(self._before_new)), daemon=True)
            self._opener.start()

    def _load(self, revision: Revision, target: str, before: tuple[Callable[[Open], None], ...]) -> None:
        try:
            user = user_graphs(self._folder)
            # what is read from disk cannot take up user graphs
            store = open_revision(revision, sys.maxsize if user.log.exists() else self._memory_quads)
            if user.log.exists():
                user.catch_up(store)
            opened = Open(revision, store, user)
            for make_ready in before:
                make_ready(opened)
            self._open = opened
        except StoreError:
            if self._open is None:
                raise
        self._target = target


class RemoteDataset(Dataset):
    """What a SPARQL server elsewhere holds; looked at again every few seconds, while what is known serves on."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.store)
        self.remote = connected(settings)
        self._looked = 0.0

    def current(self) -> Open:
        """What the server held when it was looked at last."""
        if self._open is None:
            with self._lock:
                if self._open is None:
                    self._look()
        elif time.monotonic() - self._looked > LOOK_AGAIN and (self._opener is None or not self._opener.is_alive()):
            self._looked = time.monotonic()
            self._opener = threading.Thread(target=self._look_quietly, daemon=True)
            self._opener.start()
        assert self._open is not None
        return self._open

    def _look(self) -> None:
        name, manifest = state(self.remote)
        self._looked = time.monotonic()
        if self._open is None or self._open.revision.id != name:
            self._open = Open(Revision(Path(name), manifest), self.remote, UserGraphs(Path(name)))

    def _look_quietly(self) -> None:
        with contextlib.suppress(StoreError):
            self._look()


def of_settings(settings: Settings) -> Dataset:
    """The dataset that the settings name: a folder, or a server."""
    return RemoteDataset(settings) if address(settings) else Dataset(settings.store, settings.memory_quads)
