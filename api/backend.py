"""Who answers SPARQL for the server: worker processes over the published revision."""

from __future__ import annotations

import asyncio

from api.dataset import Dataset
from api.workers import Pool, Reply
from kg.settings import Settings


class Backend:
    """Workers over what is published; a new revision gets workers of its own, the old ones finish what they have begun."""

    def __init__(self, dataset: Dataset, settings: Settings) -> None:
        self.dataset, self.settings = dataset, settings
        self._pool: Pool | None = None
        self._old: list[Pool] = []

    async def ask(self, job: dict, *, keep: bool = True) -> Reply:
        """Have a job done by a worker; Problem where it fails."""
        opened = self.dataset.current()
        if self._pool is None or self._pool.revision != opened.revision.id:
            if self._pool is not None:
                self._old.append(self._pool)
                asyncio.get_running_loop().call_later(self.settings.query_seconds + 1, self._retire)
            self._pool = Pool(self.settings, opened.revision)
        return await self._pool.ask(job, keep=keep)

    def _retire(self) -> None:
        for pool in [p for p in self._old if p.idle]:
            pool.close()
            self._old.remove(pool)

    def close(self) -> None:
        """End all workers."""
        for pool in [*self._old, *([self._pool] if self._pool else [])]:
            pool.close()
        self._old, self._pool = [], None
