"""What the web application knows of the published revision beside its quads: lookups, the search index, completions."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from api.dataset import Dataset, Open
from kg.lookup import Catalog, StoreSource
from kg.search.index import Index, of_revision
from kg.search.reconcile import Reconciler
from kg.search.suggest import Suggestions
from kg.settings import Settings


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
    """Makes a revision ready on first use; `current()` is cheap after that and safe from any thread."""

    def __init__(self, dataset: Dataset, settings: Settings) -> None:
        self._dataset, self._base = dataset, settings.base_iri
        self._lock = threading.Lock()
        self._known: Known | None = None
        self._sharing = threading.Lock()
        self._lookups: Lookups | None = None

    def lookups(self, opened: Open) -> Lookups:
        """Lookups over what is open: the same for whoever asks, until the graph changes."""
        with self._sharing:
            if self._lookups is None or self._lookups.state != opened.state:
                self._lookups = Lookups(opened, self._base)
            return self._lookups

    def ready(self) -> Known | None:
        """The published revision if it needs no making ready: for callers that must not wait."""
        known = self._known
        return known if known and known.revision == self._dataset.current().state else None

    def current(self) -> Known:
        """The published revision. While a new one is made ready, others are answered from the one before."""
        known, opened = self._known, self._dataset.current()
        if known and known.revision == opened.state:
            return known
        if not self._lock.acquire(blocking=known is None):
            assert known is not None
            return known
        try:
            if self._known is None or self._known.revision != opened.state:
                self._known = self._made(opened)
            return self._known
        finally:
            self._lock.release()

    def _made(self, opened: Open) -> Known:
        lookups = self.lookups(opened)
        index = of_revision(opened.revision.path, lookups.catalog)
        return Known(lookups.state, opened, lookups.catalog, index, lookups.suggestions, Reconciler(lookups.catalog))


_SHARED: WeakKeyDictionary[Dataset, Knowledge] = WeakKeyDictionary()


def knowledge_of(dataset: Dataset, settings: Settings) -> Knowledge:
    """The knowledge of a dataset that all groups of endpoints share."""
    if dataset not in _SHARED:
        _SHARED[dataset] = Knowledge(dataset, settings)
    return _SHARED[dataset]
