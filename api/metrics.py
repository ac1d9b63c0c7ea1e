"""Metrics in the format of Prometheus, over all processes of a server."""

from __future__ import annotations

import os

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest, multiprocess

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """Counts of one process; with PROMETHEUS_MULTIPROC_DIR set they are kept in files and summed when asked for."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter("rolegraph_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry)
        self._seconds = Histogram("rolegraph_request_seconds", "Time from a request's head to the end of its answer.", ("route",),
                                  buckets=BUCKETS, registry=self.registry)
        self._children: dict[tuple, tuple] = {}

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request has been answered."""
        key = (method, route, status)
        children = self._children.get(key)
        if children is None:
            children = self._children[key] = (self._requests.labels(method, route, str(status)), self._seconds.labels(route))
        children[0].inc()
        children[1].observe(seconds)

    def text(self) -> tuple[bytes, str]:
        """All metrics and their media type."""
        registry = self.registry
        if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)
        return generate_latest(registry), CONTENT_TYPE_LATEST
