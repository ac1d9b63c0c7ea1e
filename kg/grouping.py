"""Statements that say the same thing, brought together by their content words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from kg.namespaces import digest, slug

_WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Group:
    """A group of statements: `name` identifies it, `label` is the wording that stands for it."""

    name: str
    label: str


def group(statements: Sequence[tuple[str, str, str]]) -> dict[str, Group]:
    """Group (id, kind, text) statements; the result does not depend on their order."""
    members: dict[tuple[str, tuple[str, ...]], list[tuple[str, str]]] = defaultdict(list)
    for identifier, kind, text in statements:
        members[kind, tuple(sorted(set(_WORDS.findall(text.casefold()))))].append((text, identifier))
    groups = {}
    for (kind, key), found in members.items():
        label = min(text for text, _ in found)
        made = Group(f"{slug(label)[:60].strip('-')}-{digest(kind, *key)[:8]}", label)
        for _, identifier in found:
            groups[identifier] = made
    return groups
