"""N-Quads text: terms rendered once, lines sorted, so that the same content is the same bytes.

RDF 1.1 N-Quads (W3C Recommendation, 25 February 2014); escapes as its canonical form asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

import pyoxigraph as ox

from kg.namespaces import XSD

_ESCAPED = {chr(i): f"\\u{i:04X}" for i in range(0x20)} | {
    "\x7f": "\\u007F", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_NEEDS_ESCAPE = re.compile(r'[\x00-\x1f\x7f"\\]')
_INTEGER, _DECIMAL = f"^^<{XSD}integer>", f"^^<{XSD}decimal>"
TRUE = f'"true"^^<{XSD}boolean>'


def iri(value: str) -> str:
    """`<value>`; the caller vouches for a valid IRI."""
    return f"<{value}>"


def string(value: str, language: str = "") -> str:
    """A plain or language-tagged literal.

    >>> print(string('say "a"'), string("Rolle", "de"))
    "say \\"a\\"" "Rolle"@de
    """
    if _NEEDS_ESCAPE.search(value):
        value = _NEEDS_ESCAPE.sub(lambda mark: _ESCAPED[mark.group()], value)
    return f'"{value}"@{language}' if language else f'"{value}"'


def integer(value: int) -> str:
    """An xsd:integer."""
    return f'"{value}"{_INTEGER}'


def decimal(value: Decimal | float) -> str:
    """An xsd:decimal in canonical form, the one that Oxigraph keeps; a float to six places, which hides its rounding.

    >>> print(decimal(Decimal("43.50")), decimal(Decimal("1E+3")), decimal(0.9299999999999999))
    "43.5"^^<http://www.w3.org/2001/XMLSchema#decimal> "1000"^^<http://www.w3.org/2001/XMLSchema#decimal> "0.93"^^<http://www.w3.org/2001/XMLSchema#decimal>
    """
    text = f"{value if isinstance(value, Decimal) else Decimal(repr(round(value, 6))):f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f'"{text}"{_DECIMAL}'


def term(value: ox.NamedNode | ox.Literal | ox.BlankNode) -> str:
    """An Oxigraph term as N-Quads text."""
    if isinstance(value, ox.Literal):
        text = string(value.value, value.language or "")
        plain = value.language or value.datatype.value == XSD + "string"
        return text if plain else f"{text}^^<{value.datatype.value}>"
    return f"<{value.value}>" if isinstance(value, ox.NamedNode) else f"_:{value.value}"


def line(subject: str, predicate: str, obj: str, graph: str) -> str:
    """One statement of rendered terms, with its line end."""
    return f"{subject} {predicate} {obj} {graph} .\n"


def of_triples(triples: Iterable[ox.Triple], graph: str) -> list[str]:
    """Sorted lines, each once, that place triples in one named graph (an IRI)."""
    return sorted({of_triple(t, graph) for t in triples})


def of_triple(triple: ox.Triple, graph: str) -> str:
    """The line that places a triple in a named graph (an IRI)."""
    return line(term(triple.subject), term(triple.predicate), term(triple.object), iri(graph))


def canonical(triples: Iterable[ox.Triple], prefix: str) -> list[ox.Triple]:
    """Triples whose blank nodes have names that depend on their content alone (RDFC-1.0), after a prefix of the caller's.

    A parser names blank nodes afresh at each reading; equal files must give equal bytes.
    """
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)

    def named(node: ox.NamedNode | ox.BlankNode | ox.Literal) -> ox.NamedNode | ox.BlankNode | ox.Literal:
        return ox.BlankNode(prefix + node.value) if isinstance(node, ox.BlankNode) else node
    return [ox.Triple(named(q.subject), q.predicate, named(q.object)) for q in dataset]
