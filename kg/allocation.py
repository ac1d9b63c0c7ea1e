"""Memory that this process has freed, given back to the system: the C library keeps it for every thread that once needed much."""

from __future__ import annotations

import ctypes
from functools import lru_cache


def give_back() -> None:
    """Give back what is free, between the steps of long work; does nothing where the C library has no such call."""
    if (trim := _trim()) is not None:
        trim(0)


@lru_cache(maxsize=1)
def _trim() -> ctypes._FuncPointer | None:
    try:
        return ctypes.CDLL(None).malloc_trim  # glibc
    except (AttributeError, OSError, TypeError):
        return None
