"""SPARQL 1.1 Update on user graphs: a request is taken apart into its operations, so that ALL and NAMED mean the user graphs,
the protocol's dataset parameters become USING, and LOAD goes through the checks of `kg.reach`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import pyoxigraph as ox

from kg.admission import Token, tokens
from kg.errors import QueryError, RefusedError
from kg.namespaces import PREFIXES
from kg.query import not_parsed
from kg.reach import fetch

FORMATS = {f.media_type: f for f in (ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES, ox.RdfFormat.RDF_XML, ox.RdfFormat.JSON_LD)}


@dataclass(slots=True)
class Operation:
    """One operation with the prologue that holds for it."""

    text: str
    tokens: list[Token]
    base: str
    prefixes: dict[str, str]

    @property
    def words(self) -> list[str]:
        """Tokens in upper case."""
        return [t.text.upper() for t in self.tokens]

    @property
    def prologue(self) -> str:
        """The declarations as text."""
        return f"BASE <{self.base}> " + "".join(f"PREFIX {name} <{iri}> " for name, iri in self.prefixes.items())

    def iri(self, token: str) -> str:
        """The IRI that a token stands for."""
        if token.startswith("<"):
            return resolved(self.base, token[1:-1])
        name, _, local = token.partition(":")
        return (self.prefixes.get(name + ":") or PREFIXES.get(name, "")) + local

    def may_write(self, graphs: frozenset[str]) -> frozenset[str]:
        """Those of the graphs that it can change: all of them where a variable may stand for any."""
        words = self.words
        if any(a == "GRAPH" and b[0] in "?$" for a, b in zip(words, words[1:], strict=False)) or "\\" in self.text:
            return graphs
        return graphs & {self.iri(t.text) for t in self.tokens if t.text[0] == "<" or ":" in t.text}


def operations(text: str, base: str) -> Iterator[Operation]:
    """The operations of a request, in order; `base` holds where it names none."""
    prefixes = dict[str, str]()
    part: list[Token] = []
    found = list(tokens(text))
    n, end = 0, 0
    while n < len(found):
        token, word = found[n], found[n].text.upper()
        if not part and word in ("BASE", "PREFIX"):
            names = found[n + 1:n + 2 + (word == "PREFIX")]
            iri = names[-1].text[1:-1]
            iri = resolved(base, iri)
            if word == "BASE":
                base = iri
            else:
                prefixes[names[0].text] = iri
            n += 1 + len(names)
            continue
        if word == ";" and not token.depth:
            if part:
                yield Operation(text[part[0].offset:token.offset], part, base, dict(prefixes))
            part = []
        else:
            part.append(token)
            end = token.offset + len(token.text)
        n += 1
    if part:
        yield Operation(text[part[0].offset:max(end, len(text))], part, base, dict(prefixes))


def resolved(base: str, iri: str) -> str:
    """An IRI against its base; an absolute one stays as it is, with an empty fragment too."""
    if urlsplit(iri).scheme:
        return iri
    return urljoin(base, iri) + ("#" if iri.endswith("#") else "")


def check(text: str, base: str) -> None:
    """QueryError with line and column where a request does not parse. One with LOAD is not tried: Oxigraph would fetch."""
    if any(token.text.upper() == "LOAD" for token in tokens(text)):
        return
    try:
        ox.Store().update(text, base_iri=base, prefixes=PREFIXES)
    except SyntaxError as error:
        raise not_parsed(error, text, "update") from error
    except (OSError, ValueError, RuntimeError):
        # it parses; that an empty store cannot evaluate it says nothing
        return


def using(operation: Operation, default: list[str], named: list[str]) -> str:
    """The operation's text with the protocol's dataset written into it; QueryError where it names its own."""
    top = [t for t in operation.tokens if not t.depth]
    words = [t.text.upper() for t in top]
    if (not default and not named) or "WHERE" not in words:
        return operation.text
    if "USING" in words or "WITH" in words:
        raise QueryError("has USING or WITH, and the request names a dataset too", place="update", hint="use one of both")
    clauses = "".join([*(f" USING <{g}>" for g in default), *(f" USING NAMED <{g}>" for g in named)])
    start = operation.tokens[0].offset
    where = next(t.offset for t, w in zip(top, words, strict=True) if w == "WHERE") - start
    head, tail = operation.text[:where], operation.text[where:]
    if words[:2] == ["DELETE", "WHERE"]:
        # the short form takes no dataset: written out, its pattern is template too
        head += tail[len("WHERE"):] + " "
    return f"{head}{clauses} {tail}"


def run(store: ox.Store, operation: Operation, user: list[str], reach: list[str], default: list[str], named: list[str]) -> None:
    """Carry out one operation; `user` are the graphs that ALL and NAMED stand for."""
    words = operation.words
    verb, rest = words[0], [w for w in words[1:] if w != "SILENT"]
    if verb in ("CLEAR", "DROP") and rest[:1] in (["ALL"], ["NAMED"]):
        for graph in user:
            (store.clear_graph if verb == "CLEAR" else store.remove_graph)(ox.NamedNode(graph))
        if rest == ["ALL"]:
            store.clear_graph(ox.DefaultGraph())
    elif verb == "LOAD":
        _load(store, operation, reach)
    else:
        try:
            store.update(operation.prologue + using(operation, default, named), prefixes=PREFIXES)
        except SyntaxError as error:
            raise not_parsed(error, operation.text, "update") from error
        except (OSError, ValueError, RuntimeError) as error:
            raise QueryError(f"could not be evaluated: {error}", place="update") from error


def _load(store: ox.Store, operation: Operation, reach: list[str]) -> None:
    iris = [operation.iri(t.text) for t in operation.tokens if t.text[0] == "<" or ":" in t.text]
    graph = ox.NamedNode(iris[1]) if len(iris) > 1 else ox.DefaultGraph()
    try:
        body, kind = fetch(iris[0], reach, ", ".join(FORMATS))
        store.extend(parsed(body, kind, iris[0], graph))
    except RefusedError:
        raise
    except QueryError:
        if "SILENT" not in operation.words:
            raise


def parsed(body: bytes, media_type: str, base: str, graph: ox.NamedNode | ox.DefaultGraph) -> list[ox.Quad]:
    """Quads of a document in one of FORMATS, blank nodes renamed; QueryError with the place of what is wrong."""
    if media_type not in FORMATS:
        raise QueryError(f"cannot read {media_type or 'a document without a media type'}", place=base, hint="send " + ", ".join(FORMATS))
    if media_type == ox.RdfFormat.RDF_XML.media_type:
        from kg.reach import no_entities
        no_entities(body, base)
    try:
        found = ox.parse(body, FORMATS[media_type], base_iri=base or None, rename_blank_nodes=True, without_named_graphs=True)
        return [ox.Quad(q.subject, q.predicate, q.object, graph) for q in found]
    except SyntaxError as error:
        raise QueryError(f"does not parse: {error.msg}", place=f"document:{error.lineno or 0}:{error.offset or 0}") from error
    except (OSError, ValueError) as error:
        raise QueryError(f"cannot be read: {error}", place="document") from error
