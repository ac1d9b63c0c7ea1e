"""Who may run a query now, and who waits: lanes with so many places each, chosen by what is known of a query and of who asks."""

from __future__ import annotations

import asyncio
import os
from collections import OrderedDict
from typing import Any

from api.problems import Problem

# quick queries, and answers in parts, at once; long queries that wait for their turn; how long a query waits in line
MOST, WAITING, PATIENCE = 24, 16, 10.0
# long queries, quick queries and clients that are remembered
KNOWN = 1_000


class Lanes:
    """The lanes of one event loop.

    express   queries that were quick before      long      queries that took long, before or now
    quick     clients whose last query was quick  streams   answers in parts, which take as long as their client
    trial     all others
    """

    def __init__(self, processes: int, long_queries: int) -> None:
        # more at once than the processors can do would only get in each other's way
        at_once = max(2, 2 * (os.cpu_count() or 1) // processes)
        self.express, self.streams, self.long = asyncio.Semaphore(MOST), asyncio.Semaphore(MOST), asyncio.Semaphore(long_queries)
        self.quick, self.trial = asyncio.Semaphore(at_once), asyncio.Semaphore(at_once)
        self._waiting = 0
        self._quick_queries: OrderedDict[int, None] = OrderedDict()
        self._long_queries: OrderedDict[int, None] = OrderedDict()
        self._clients: OrderedDict[object, None] = OrderedDict()

    def of(self, digest: int, client: object) -> asyncio.Semaphore:
        """The lane of a query."""
        if digest in self._quick_queries:
            return self.express
        if digest in self._long_queries:
            return self.long
        return self.quick if client in self._clients else self.trial

    def was_quick(self, digest: int, client: object) -> None:
        """Remember it of the query, and of who asked."""
        _remember(self._quick_queries, digest)
        if client is not None:
            _remember(self._clients, client)

    def was_long(self, digest: int, client: object) -> None:
        """Remember it of the query; who asked is a stranger again."""
        _remember(self._long_queries, digest)
        self._quick_queries.pop(digest, None)
        self._clients.pop(client, None)

    def no_longer(self, digest: int) -> None:
        """A query that was long is not: the machine was busy, or the data are others now."""
        self._long_queries.pop(digest, None)

    async def enter(self, lane: asyncio.Semaphore) -> None:
        """Wait for a place; Problem where too many wait already or it takes too long."""
        if lane is not self.long:
            await _in_line(lane)
            return
        if self._waiting >= WAITING:
            raise Problem(503, "too many long queries at once", "come again in a moment", {"Retry-After": "5"})
        self._waiting += 1
        try:
            await _in_line(lane)
        finally:
            self._waiting -= 1


def _remember(known: OrderedDict[Any, None], what: object) -> None:
    known[what] = None
    known.move_to_end(what)
    if len(known) > KNOWN:
        known.popitem(last=False)


async def _in_line(places: asyncio.Semaphore) -> None:
    """Wait for a place; Problem where that takes too long."""
    if not places.locked():
        await places.acquire()
        return
    try:
        async with asyncio.timeout(PATIENCE):
            await places.acquire()
    except TimeoutError as error:
        raise Problem(503, "too many queries at once", "come again in a moment", {"Retry-After": "5"}) from error
