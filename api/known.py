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
        catalog = Catalog(StoreSource(opened.store), self._base)
        return Known(opened.state, opened, catalog, of_revision(opened.revision.path, catalog),
                     Suggestions(catalog.names.labels, catalog.all_counts, catalog.graph.base), Reconciler(catalog))


_SHARED: WeakKeyDictionary[Dataset, Knowledge] = WeakKeyDictionary()


def knowledge_of(dataset: Dataset, settings: Settings) -> Knowledge:
    """The knowledge of a dataset that all groups of endpoints share."""
    if dataset not in _SHARED:
        _SHARED[dataset] = Knowledge(dataset, settings)
    return _SHARED[dataset]
