"""Which spans of a text stand in one enumeration: "AWS, GCP, or Azure", "tools (e.g., A, B) and frameworks"."""

from __future__ import annotations

from collections.abc import Collection, Sequence

_MARKS = str.maketrans(dict.fromkeys(",()/&-[]–;", " "))
_LONGEST_GAP = 40


def chains(low: str, spans: Sequence[tuple[int, int]], joining: Collection[str]) -> list[list[int]]:
    """Groups of spans (ordered, apart) as indexes; `low` is the lower-cased text, `joining` the words that may stand between."""
    groups: list[list[int]] = []
    end = 0
    for i, (begin, after) in enumerate(spans):
        if groups and joins(low[end:begin], joining):
            groups[-1].append(i)
        else:
            groups.append([i])
        end = after
    return groups


def joins(gap: str, joining: Collection[str]) -> bool:
    """Whether what stands between two names only joins them; a mere space does not."""
    if len(gap) > _LONGEST_GAP or gap.isspace() or ":" in gap:
        return False
    gap = outside_parentheses(gap)  # a remark on the first name: "Python (3 years), SQL"
    if gap.isspace():
        return False
    return all(w in joining for w in gap.translate(_MARKS).split())


def outside_parentheses(text: str) -> str:
    """A text without what stands in parentheses."""
    opened, closed = text.find("("), text.rfind(")")
    return text[:opened] + text[closed + 1:] if 0 <= opened < closed else text
