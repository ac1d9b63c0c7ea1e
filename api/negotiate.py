"""Content negotiation: which of the offered media types a client wants most (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence


def parse(header: str) -> list[tuple[str, float]]:
    """(media range, quality) of an Accept header, parameters but q left out; a q that is no number counts as 0.

    >>> parse("text/csv;q=0.5, application/json")
    [('text/csv', 0.5), ('application/json', 1.0)]
    """
    ranges = []
    for part in header.split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip().lower() == "q":
                try:
                    quality = min(max(float(value), 0.0), 1.0)
                except ValueError:
                    quality = 0.0
        if name:
            ranges.append((name.lower(), quality))
    return ranges


def choose(header: str, offered: Sequence[str]) -> str | None:
    """The offered media type that the client wants most, the first of equals; None where it accepts none of them.

    >>> choose("text/*;q=0.5, text/csv;q=0.9, */*;q=0.1", ["application/json", "text/csv"])
    'text/csv'
    """
    ranges = parse(header)
    if not ranges:
        return offered[0]
    best, best_quality = None, 0.0
    for media_type in offered:
        quality = _quality(media_type, ranges)
        if quality > best_quality:
            best, best_quality = media_type, quality
    return best


def _quality(media_type: str, ranges: list[tuple[str, float]]) -> float:
    """The quality that the most specific matching range gives."""
    found, specificity = 0.0, -1
    for name, quality in ranges:
        level = 2 if name == media_type else 1 if name.endswith("/*") and media_type.startswith(name[:-1]) else 0 if name == "*/*" else -1
        if level > specificity:
            found, specificity = quality, level
    return found
