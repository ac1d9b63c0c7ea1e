"""Where and why a SPARQL text does not parse, in words.

Oxigraph's parser names each character that could have stood at the place where it gave up. A person wants to know what stands
there instead, and which rule it broke where it was one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PLACED = re.compile(r"(?:Parser )?error at (?P<line>\d+):(?P<column>\d+): (?:expected (?:one of )?)?(?P<what>.*)", re.DOTALL | re.IGNORECASE)
# one thing that could have stood there: a quoted text, a class of characters, a keyword, or a rule in words
_EXPECTED = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|\[(?:\'[^\']*\'|[^\]\'])*\]|[^,"\'\[]+')
_RULE = re.compile(r"[A-Z][\w]*(?: [\w$?']+)+")
_TOKEN = re.compile(r"<[^<>\s]*>|[?$]?[\w:-]+|\S")


@dataclass(frozen=True, slots=True)
class SyntaxFault:
    """The place, from 1, and the reason."""

    line: int
    column: int
    reason: str


def read(message: str, text: str) -> SyntaxFault | None:
    """What Oxigraph's message says of a text; None where it names no place."""
    found = _PLACED.match(message)
    if found is None:
        return None
    line, column = int(found["line"]), int(found["column"])
    expected = [item.strip() for item in _EXPECTED.findall(found["what"]) if item.strip(" ,|\n")]
    rules = [item for item in expected if _RULE.fullmatch(item)]
    lines = text.splitlines()
    rest = lines[line - 1][column - 1:] if line <= len(lines) else ""
    token = _TOKEN.search(rest or "\n".join(lines[line:]))
    # at the very end the parser has gone past what it could not place
    stands = f"unexpected {token.group()!r}" if token else f"not complete at {text.rstrip()[-1:]!r}"
    if rules:
        return SyntaxFault(line, column, f"{rules[0]} ({stands})" if token else rules[0])
    return SyntaxFault(line, column, stands)
