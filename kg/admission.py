"""What a SPARQL text must be before it meets the engine: not too long, not too deep, and reaching for no other machine.

Oxigraph cannot switch SERVICE off, its parser runs out of stack on thousands of nested brackets, and its planner takes minutes
for hundreds of joined patterns, so the text is looked at token by token first (SPARQL 1.1, section 19.8: strings, IRIs and
comments hold no syntax).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.errors import QueryError, RefusedError

_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*\'\'\'|"(?:[^"\\\n\r]|\\.)*"|\'(?:[^\'\\\n\r]|\\.)*\''
    r'|<[^<>"{}|^`\\\x00-\x20]*>|#[^\n\r]*|[?$]\w+|_:[\w\-.]*[\w\-]|[\w\-.]*:(?:[\w\-.:%]|\\.)*|@[A-Za-z]+(?:-[A-Za-z0-9]+)*|[A-Za-z_]\w*'
    r'|\d+\.?\d*(?:[eE][+-]?\d+)?|[{}()\[\].;,/|!*=]', re.DOTALL)
_OPEN, _CLOSE = frozenset("{(["), frozenset("})]")
REACHING = frozenset(("SERVICE", "LOAD"))
# what joins one pattern to the next: the planner's work grows with the cube of their number
_JOINING = frozenset(".;,/|")
_IRI, _WORDS = re.compile(r'<[^<>"{}|^`\\\x00-\x20]*>'), re.compile(r"SERVICE|LOAD|FROM", re.IGNORECASE)
_LOCAL = ("http:", "https:", "urn:")


@dataclass(frozen=True, slots=True)
class Token:
    """A token with its offset and the depth of brackets around it."""

    text: str
    offset: int
    depth: int


def tokens(text: str) -> Iterator[Token]:
    """Tokens of a SPARQL text without comments; a bracket has the depth of what is outside it."""
    depth = 0
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token[0] == "#":
            continue
        if token in _CLOSE:
            depth = max(depth - 1, 0)
        yield Token(token, match.start(), depth)
        if token in _OPEN:
            depth += 1


def admit(text: str, *, max_bytes: int = 100_000, max_nesting: int = 60, max_patterns: int = 150,
          refused: frozenset[str] = REACHING, place: str = "query") -> list[str]:
    """Let a text pass or raise QueryError (RefusedError where it reaches outside) with the line and column of what is wrong.
    Returns the IRIs of its FROM clauses."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > max_bytes:
        raise QueryError(f"is {size} bytes long, more than {max_bytes}", place=place, hint="setting max_query_bytes")
    if _plain(text, max_nesting, max_patterns):
        return []
    sources: list[str] = []
    patterns, data, before = 0, -1, ""
    for token in tokens(text):
        word = token.text.upper()
        if token.text in _OPEN:
            if token.depth >= max_nesting:
                raise QueryError(f"nests brackets more than {max_nesting} deep", place=position(text, token.offset, place), hint="setting max_nesting")
            # the quads of INSERT DATA and the rows of VALUES are not joined with one another
            if token.text == "{" and data < 0 and before == "DATA":
                data = token.depth
        elif token.text in _CLOSE:
            data = -1 if token.depth == data else data
        elif word in refused:
            raise RefusedError(f"{word} would reach for another machine, which is not allowed here",
                               place=position(text, token.offset, place), hint="query that server itself, or name it in the setting reach")
        elif token.text in _JOINING and data < 0 and token.depth:
            patterns += 1
            if patterns > max_patterns:
                raise QueryError(f"joins more than {max_patterns} patterns", place=position(text, token.offset, place), hint="setting max_patterns")
        elif token.text[0] == "<":
            # to the engine this may be a comparison with brackets behind it
            if _brackets(token.text) >= max_nesting:
                raise QueryError(f"nests brackets more than {max_nesting} deep", place=position(text, token.offset, place), hint="setting max_nesting")
            if before in ("FROM", "FROM NAMED"):
                sources.append(_source(token, text, place))
        before = "FROM NAMED" if before == "FROM" and word == "NAMED" else word
    return sources


def _plain(text: str, max_nesting: int, max_patterns: int) -> bool:
    """True where counting characters shows that a text is within all bounds, as it does for most."""
    if _brackets(text) > max_nesting or _WORDS.search(text):
        return False
    rest = _IRI.sub("", text)
    return sum(rest.count(c) for c in _JOINING) <= max_patterns


def _brackets(text: str) -> int:
    return text.count("{") + text.count("(") + text.count("[")


def _source(token: Token, text: str, place: str) -> str:
    iri = token.text[1:-1]
    if ":" in iri and not iri.lower().startswith(_LOCAL):
        raise RefusedError(f"FROM {token.text} would read a file or another service: nothing is fetched",
                           place=position(text, token.offset, place), hint="name a graph of this dataset")
    return iri


def position(text: str, offset: int, place: str) -> str:
    """`place:line:column` of an offset, both counted from 1."""
    line = text.count("\n", 0, offset) + 1
    return f"{place}:{line}:{offset - text.rfind(chr(10), 0, offset)}"
