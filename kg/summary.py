"""What a build did: counts, time and memory of each stage, what was left out and why; for people and, line by line, for machines."""

from __future__ import annotations

import contextlib
import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from kg import store
from kg.errors import StoreError

if TYPE_CHECKING:  # a build that does not validate needs no SHACL
    from kg.validate import Findings

_COUNTED = ("documents", "documents unchanged", "words", "quads")


@dataclass(slots=True)
class Summary:
    """What a build did: counts, and seconds, peak memory (MB) and counts reached by stage; documents left out with the reason, and
    those of them that were read and yet cannot stay; findings, and by graph of a document what they accuse it of; the revision. `begun` is told
    when a stage begins."""

    counts: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    quarantined: set[str] = field(default_factory=set)
    reached: dict[str, dict[str, int]] = field(default_factory=dict)
    findings: Findings | None = None
    accused: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    revision: store.Revision | None = None
    published: bool = False
    log: Log | None = None
    begun: Callable[[str], None] = lambda name: None

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the seconds of a stage."""
        self.begun(name)
        begin = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - begin
            self.memory[name] = peak_memory()
            self.reached[name] = {key: self.counts[key] for key in _COUNTED}
            self.say("stage", stage=name, seconds=round(self.seconds[name], 3), peak_memory_mb=self.memory[name], **self.reached[name])

    def skip(self, place: str, reason: str, quarantined: bool = False) -> None:
        """Note a document that is left out."""
        self.skipped.append((place, reason))
        if quarantined:
            self.quarantined.add(place)
        self.say("quarantined" if quarantined else "skipped", place=place, reason=reason)

    def forget(self) -> None:
        """Count anew: everything is done again."""
        self.counts.clear()
        self.skipped.clear()
        self.quarantined.clear()
        self.accused.clear()
        self.findings = None

    def say(self, event: str, **details: object) -> None:
        """Write an event to the log, if there is one."""
        if self.log is not None:
            self.log.write(event, details)


class Log:
    """A file of events, a JSON object a line, that is begun anew by each build."""

    def __init__(self, path: Path) -> None:
        try:
            self._out: TextIO = path.open("w", encoding="utf-8", buffering=1)
        except OSError as error:
            raise StoreError(f"cannot be written: {error.strerror}", place=str(path), hint="name another file with --log") from error

    def write(self, event: str, details: dict[str, object]) -> None:
        """Add an event with the time (seconds since 1970); a log that cannot be written stops no build."""
        with contextlib.suppress(OSError):
            self._out.write(json.dumps({"event": event, "time": round(time.time(), 3), **details}, ensure_ascii=False) + "\n")

    def close(self) -> None:
        """Close the file."""
        with contextlib.suppress(OSError):
            self._out.close()


def peak_memory() -> int:
    """Most memory that this process, or one that it has waited for, has held so far, in megabytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) * unit // 1_000_000
