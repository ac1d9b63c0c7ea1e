"""What the web application knows of the published revision beside its quads: lookups, the search index, completions."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from weakref import WeakKeyDictionary

from api.dataset import Dataset, Open
from kg.lookup import Catalog, StoreSource
from kg.search.index import Index, of_revision
from kg.search.reconcile import Reconciler
from kg.search.suggest import Suggestions
from kg.settings import Settings
from kg.store import open_revision

Kept = TypeVar("Kept")


class Lookups:
    """Lookups and completions over one state of the graph: what pages and API share. Cheap to make; safe from any thread."""

    def __init__(self, opened: Open, base: str) -> None:
        self.state, self.catalog = opened.state, Catalog(StoreSource(opened.store), base)
        self._lock = threading.Lock()
        self._suggestions: Suggestions | None = None

    @property
    def suggestions(self) -> Suggestions:
        """Completions; made of all labels when first asked for."""
        with self._lock:
            if self._suggestions is None:
                catalog = self.catalog
                self._suggestions = Suggestions(catalog.names.labels, catalog.all_counts, catalog.graph.base)
            return self._suggestions


@dataclass(frozen=True, slots=True)
class Known:
    """One revision, ready to be asked."""

    revision: str
    opened: Open
    catalog: Catalog
    index: Index
    suggestions: Suggestions
    reconciler: Reconciler


class Knowledge:
    """Makes each state of the graph ready once; `current()` is cheap after that. Safe from any thread."""

    def __init__(self, dataset: Dataset, settings: Settings) -> None:
        self._dataset, self._base = dataset, settings.base_iri
        self._lock, self._sharing = threading.Lock(), threading.Lock()
        # by state, the newest last: the published one, and one that is made ready before it is
        self._known: dict[str, Known] = {}
        self._lookups: dict[str, Lookups] = {}
        dataset.before_new(self.make_ready)

    def lookups(self, opened: Open) -> Lookups:
        """Lookups over what is open: the same for whoever asks, until the graph changes."""
        with self._sharing:
            return _kept(self._lookups, opened.state, lambda: Lookups(opened, self._base))

    def ready(self) -> Known | None:
        """The published revision if it needs no making ready: for callers that must not wait."""
        return self._known.get(self._dataset.current().state)

    def current(self) -> Known:
        """The published revision; whoever asks while it is made ready waits, since an answer from the one before would be kept as one from it."""
        opened = self._dataset.current()
        known = self._known.get(opened.state)
        if known is None:
            with self._lock:
                known = _kept(self._known, opened.state, lambda: self._made(opened))
        return known

    def make_ready(self, opened: Open) -> None:
        """Have ready what every lookup needs, before the first one."""
        with self._lock:
            known = _kept(self._known, opened.state, lambda: self._made(opened))
        roles = known.catalog.things("roles", limit=1).items
        if roles:
            known.catalog.role(roles[0].iri)

    def _made(self, opened: Open) -> Known:
        lookups = self.lookups(opened)
        written = opened.written(self._base)
        # what clients wrote is no part of the file beside the revision
        index = of_revision(opened.revision.path, self._base,
                            lambda: Catalog(StoreSource(open_revision(opened.revision)), self._base) if written else lookups.catalog)
        if written:
            index = index.renewed(lookups.catalog, written)
        return Known(lookups.state, opened, lookups.catalog, index, lookups.suggestions, Reconciler(lookups.catalog))


def _kept(values: dict[str, Kept], state: str, make: Callable[[], Kept]) -> Kept:
    """The value of a state, made where it is not there; those of two states are kept."""
    if state not in values:
        values[state] = make()
        for old in list(values)[:-2]:
            del values[old]
    return values[state]


_SHARED: WeakKeyDictionary[Dataset, Knowledge] = WeakKeyDictionary()


def knowledge_of(dataset: Dataset, settings: Settings) -> Knowledge:
    """The knowledge of a dataset that all groups of endpoints share."""
    if dataset not in _SHARED:
        _SHARED[dataset] = Knowledge(dataset, settings)
    return _SHARED[dataset]
