"""Confidence beside the truth: of what was given a confidence, how much is right (a reliability table, as in Guo et al. 2017)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

# lower ends of the classes
EDGES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95)


class Judged(NamedTuple):
    """A mention or claim with its confidence and whether it is right in every respect that is annotated."""

    kind: str
    confidence: float
    right: bool


class Bin(NamedTuple):
    """A class of confidence: how many there are, their mean confidence, and the share that is right."""

    kind: str
    low: float
    high: float
    number: int
    confidence: float
    right: float


def table(judged: Iterable[Judged]) -> list[Bin]:
    """One bin for each kind and class of confidence that occurs, then those of 0.9 and more together."""
    judged, bins = list(judged), []
    for kind in sorted({j.kind for j in judged}):
        own = [j for j in judged if j.kind == kind]
        for low, high in [*zip(EDGES, (*EDGES[1:], 1.01), strict=True), (0.9, 1.01)]:
            some = [j for j in own if low <= j.confidence < high]
            if some:
                bins.append(Bin(kind, low, min(high, 1.0), len(some), sum(j.confidence for j in some) / len(some),
                                sum(j.right for j in some) / len(some)))
    return bins
