"""What a SPARQL text must be before it meets the engine: not too long, not too deep, and reaching for no other machine.

Oxigraph cannot switch SERVICE off and its parser runs out of stack on thousands of nested brackets, so the text is looked at
token by token first (SPARQL 1.1, section 19.8: strings, IRIs and comments hold no syntax).
"""

from __future__ import annotations

import re

from kg.errors import QueryError

_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*\'\'\'|"(?:[^"\\\n\r]|\\.)*"|\'(?:[^\'\\\n\r]|\\.)*\''
    r'|<[^<>"{}|^`\\\x00-\x20]*>|#[^\n\r]*|[?$]\w+|[\w\-.]*:[\w\-.:%]*|@[A-Za-z]+(?:-[A-Za-z0-9]+)*|[A-Za-z_]\w*|[{}()\[\]]', re.DOTALL)
_OPEN, _CLOSE = frozenset("{(["), frozenset("})]")
_REACHING = frozenset(("SERVICE", "LOAD"))


def admit(text: str, *, max_bytes: int = 100_000, max_nesting: int = 60, allow_service: bool = False, place: str = "query") -> None:
    """Let a text pass or raise QueryError with the line and column of what is wrong."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > max_bytes:
        raise QueryError(f"is {size} bytes long, more than {max_bytes}", place=place, hint="setting max_query_bytes")
    depth = 0
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token in _OPEN:
            depth += 1
            if depth > max_nesting:
                raise QueryError(f"nests brackets more than {max_nesting} deep", place=position(text, match.start(), place), hint="setting max_nesting")
        elif token in _CLOSE:
            depth -= 1
        elif not allow_service and token.upper() in _REACHING:
            raise QueryError(f"{token.upper()} would reach for another machine, which is not allowed here",
                             place=position(text, match.start(), place), hint="query that server itself")


def position(text: str, offset: int, place: str) -> str:
    """`place:line:column` of an offset, both counted from 1."""
    line = text.count("\n", 0, offset) + 1
    return f"{place}:{line}:{offset - text.rfind(chr(10), 0, offset)}"
