"""The file and line where a term is described, for reports that people follow to the place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

_PREFIX = re.compile(r"\s*@?prefix\s+([\w.-]*):\s*<([^>]*)>", re.I)
_SUBJECT = re.compile(r"(?:<([^>\s]+)>|([\w.-]*):([^\s;,.\[\]()<>\"']+(?:\.[^\s;,.\[\]()<>\"']+)*))(?=\s|$)")


def lines(paths: Iterable[Path]) -> dict[str, str]:
    """By IRI "file:line" of the first line that begins with it; Turtle files only, as people write them."""
    found: dict[str, str] = {}
    for path in paths:
        if path.suffix.lower() not in (".ttl", ".n3", ".nt"):
            continue
        prefixes: dict[str, str] = {}
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if prefix := _PREFIX.match(line):
                prefixes[prefix[1]] = prefix[2]
            elif (subject := _SUBJECT.match(line)) and (subject[1] or subject[2] in prefixes):
                found.setdefault(subject[1] or prefixes[subject[2]] + subject[3], f"{path}:{number}")
    return found
