"""SPARQL texts in shapes: what they may hold (SHACL appendix A), and pre-binding for many focus nodes at once.

Pre-binding gives `$this` a value in every scope of a query. Here the pattern that finds the focus nodes is put into each
scope that uses `$this` without binding it by a triple of its own: joined with it, a scope has the solutions that it would
have for each focus node alone. Only LIMIT and OFFSET count across focus nodes; such a text is run once for each.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

_TOKEN = re.compile(r"""
    (?P<comment>\#[^\n\r]*) | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
  | (?P<string>\"\"\"(?:\"{0,2}(?:[^"\\]|\\.))*\"\"\" | '''(?:'{0,2}(?:[^'\\]|\\.))*''' | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*')
  | (?P<variable>[?$]\w+) | (?P<name>(?:\w[\w.-]*)?:(?:[\w:%-]|\.(?=[\w:%-])|\\.)*) | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<word>\w+) | (?P<mark>[^\s])""", re.VERBOSE | re.DOTALL)
_SCOPES = {"OPTIONAL", "EXISTS", "MINUS", "GRAPH", "SERVICE", "UNION", "WHERE", "ASK"}
FORBIDDEN = {"MINUS": "MINUS", "VALUES": "VALUES", "SERVICE": "SERVICE (a federated query)"}


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the query with its kind and place."""

    kind: str
    text: str
    begin: int

    @property
    def upper(self) -> str:
        """The keyword, or "" for what is none."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def variable(self) -> str:
        """The variable's name without its mark, or ""."""
        return self.text[1:] if self.kind == "variable" else ""


@dataclass(slots=True)
class Scope:
    """A group `{ ... }`: its kind (OPTIONAL, EXISTS, UNION ...), own tokens, and the groups inside."""

    kind: str
    begin: int
    end: int = -1
    tokens: list[Token] = field(default_factory=list)
    inside: list[Scope] = field(default_factory=list)

    def walk(self) -> list[Scope]:
        """This group and all below, outermost first."""
        return [self, *(s for child in self.inside for s in child.walk())]

    def mentions(self, names: set[str]) -> bool:
        """Whether the group or one below names one of the variables."""
        return any(t.variable in names for s in self.walk() for t in s.tokens)


class Unsupported(ValueError):
    """A text that SHACL does not allow; the message says why, `section` where the standard says so."""

    def __init__(self, reason: str, section: str = "appendix A") -> None:
        super().__init__(reason)
        self.section = section


class Foreign(Unsupported):
    """A text that calls a function which Oxigraph does not have."""


@lru_cache(maxsize=1024)
def tokens(query: str) -> tuple[Token, ...]:
    """The query's tokens, comments left out."""
    return tuple(Token(m.lastgroup or "", m[0], m.start()) for m in _TOKEN.finditer(query) if m.lastgroup != "comment")


def scopes(query: str) -> Scope:
    """The query's groups; the outermost stands for the whole text."""
    root = Scope("QUERY", -1, len(query))
    stack = [root]
    before: list[Token] = []
    for token in tokens(query):
        if token.text == "{" and token.kind == "mark":
            scope = Scope(_kind(before, stack[-1]), token.begin)
            stack[-1].inside.append(scope)
            stack.append(scope)
        elif token.text == "}" and token.kind == "mark" and len(stack) > 1:
            stack.pop().end = token.begin
        else:
            stack[-1].tokens.append(token)
        before.append(token)
    return root


def _kind(before: list[Token], parent: Scope) -> str:
    last = before[-1].upper if before else ""
    if last in _SCOPES:
        return last
    if len(before) > 1 and before[-2].upper in ("GRAPH", "SERVICE"):
        return before[-2].upper
    # a query's group may come without the word WHERE
    selects = any(t.upper in ("SELECT", "ASK") for t in parent.tokens) and not parent.inside
    return "WHERE" if selects else "GROUP"


def check(query: str, form: str, bound: set[str]) -> None:
    """Raise `Unsupported` for what pre-binding rules out; `bound` are the variables that may be pre-bound."""
    root = scopes(query)
    found = tokens(query)
    for token in found:
        if token.upper in FORBIDDEN:
            raise Unsupported(f"{FORBIDDEN[token.upper]} is not allowed in a SHACL query")
    words = [t.upper for t in root.tokens if t.upper in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")]
    if not words or words[0] != form:
        raise Unsupported(f"the text is no {form} query", "5.2" if form == "SELECT" else "6.2.3")
    for token, following in pairwise(found):
        if token.upper == "AS" and following.variable in bound:
            raise Unsupported(f"AS {following.text} gives a new value to a pre-bound variable")
    if form == "SELECT" and not _projects(root, {"this"}):
        raise Unsupported("the SELECT does not project $this", "5.2")
    needed = bound & {"this", "value"} | bound - {"this", "value", "shapesGraph", "currentShape", "PATH"}
    for scope in root.walk()[1:]:
        if scope.tokens and scope.tokens[0].upper == "SELECT" and (missing := needed - _projected(scope)):
            names = ", ".join("$" + n for n in sorted(missing))
            raise Unsupported(f"a nested SELECT does not project {names}; SELECT * does not count")


def _projects(scope: Scope, names: set[str]) -> bool:
    star = any(t.text == "*" and t.kind == "mark" for t in _head(scope))
    return star or names <= _projected(scope)


def _head(scope: Scope) -> list[Token]:
    """Tokens of the SELECT clause, up to the group that follows it."""
    start = next((i for i, t in enumerate(scope.tokens) if t.upper == "SELECT"), len(scope.tokens))
    end = scope.inside[0].begin if scope.inside else 10**9
    return [t for t in scope.tokens[start:] if t.begin < end and t.upper != "WHERE"]


def _plainly_projected(scope: Scope) -> list[Token]:
    out, depth = [], 0
    for token in _head(scope):
        depth += (token.text == "(") - (token.text == ")")
        if token.variable and depth == 0:
            out.append(token)
    return out


def _projected(scope: Scope) -> set[str]:
    head = _head(scope)
    renamed = {t.variable for previous, t in pairwise(head) if previous.upper == "AS" and t.variable}
    return renamed | {t.variable for t in _plainly_projected(scope)}


def counts_rows(query: str) -> bool:
    """Whether the query has LIMIT or OFFSET, which would count over all focus nodes together."""
    return any(t.upper in ("LIMIT", "OFFSET") for t in tokens(query))


def mentioned(query: str) -> set[str]:
    """Names of the variables that the text uses."""
    return {t.variable for t in tokens(query) if t.variable}


def replace(query: str, values: Mapping[str, str]) -> str:
    """The query with variables replaced by text. Where a SELECT only projects one it is left out, BOUND of one is true, GROUP BY
    of one is by its value."""
    projected = {t.begin for scope in scopes(query).walk() for t in _plainly_projected(scope)}
    found, out, last, by, depth = tokens(query), [], 0, False, 0
    for i, token in enumerate(found):
        depth += (token.text == "(") - (token.text == ")")
        by = token.upper == "BY" or (by and token.kind in ("variable", "mark") and token.text not in "{}")
        if token.variable not in values:
            continue
        value = values[token.variable]
        if i > 1 and found[i - 2].upper == "BOUND":
            out += [query[last:found[i - 2].begin], "(true"]
        else:
            out += [query[last:token.begin], "" if token.begin in projected else f"({value})" if by and depth == 0 else value]
        last = token.begin + len(token.text)
    return "".join([*out, query[last:]])


def inject(query: str, pattern: str, bound: set[str]) -> str:
    """The query with `pattern`, which binds the variables `bound`, in each scope that needs it."""
    root = scopes(query)
    first = root.inside[0]
    places = [s.begin + 1 for s in root.walk()[1:] if (s is first and s.kind != "EXISTS") or (s is not first and _needs(s, bound))]
    out, last = [], 0
    for place in sorted(places):
        out += [query[last:place], " ", pattern, " "]
        last = place
    return "".join([*out, query[last:]])


def _needs(scope: Scope, bound: set[str]) -> bool:
    if scope.kind == "EXISTS" or not scope.mentions(bound):
        return False
    if scope.tokens and scope.tokens[0].upper == "SELECT":
        return False  # its own WHERE group is looked at
    binding, depth, by_triples, by_bind = "", 0, set(), False
    for token in scope.tokens:
        if token.upper in ("FILTER", "BIND"):
            binding = token.upper
        depth += (token.text == "(") - (token.text == ")")
        if token.variable in bound:
            if depth == 0 and binding != "FILTER":
                by_triples.add(token.variable)
            by_bind = by_bind or (depth > 0 and binding == "BIND")
        if depth == 0 and token.text == ")":
            binding = ""
    return by_bind or not bound <= by_triples
