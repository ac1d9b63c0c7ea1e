"""What is wrong, in words: the shape's own message, or one made from the constraint."""

from __future__ import annotations

import re
from functools import lru_cache

import pyoxigraph as ox

from kg.namespaces import SH
from kg.shacl import paths
from kg.shacl.evaluate import Finding
from kg.shacl.graph import short
from kg.shacl.shapes import Ask, Select, Shape
from kg.shacl.terms import Term

_NODE_KINDS = {"IRI": "an IRI", "BlankNode": "a blank node", "Literal": "a literal", "BlankNodeOrIRI": "a blank node or an IRI",
               "BlankNodeOrLiteral": "a blank node or a literal", "IRIOrLiteral": "an IRI or a literal"}
_WORDS = {"minExclusive": "greater than", "minInclusive": "at least", "maxExclusive": "less than", "maxInclusive": "at most",
          "lessThan": "less than", "lessThanOrEquals": "at most"}


def of(shape: Shape, finding: Finding) -> tuple[ox.Literal, ...]:
    """Messages of a result: the query's own, else the constraint's, else the shape's, else one in English."""
    row = dict(finding.row)
    found = finding.constraint.value
    if isinstance(found, Select | Ask):
        if isinstance(row.get("message"), ox.Literal):
            return (row["message"],)
        row |= dict(found.bound) | {"this": finding.this} | ({"value": finding.value} if finding.value is not None else {})
        if finding.path is not None:
            row["path"] = ox.Literal(path_text(finding.path))
        if found.messages or shape.messages:
            return tuple(_filled(m, row) for m in found.messages or shape.messages)
    if shape.messages:
        return shape.messages
    return (ox.Literal(_default(shape, finding), language="en"),)


def _filled(message: ox.Literal, row: dict[str, Term]) -> ox.Literal:
    def value(match: re.Match[str]) -> str:
        term = row.get(match[1])
        return match[0] if term is None else (term.value if isinstance(term, ox.Literal) else short(term))
    text = re.sub(r"\{[?$](\w+)\}", value, message.value)
    return ox.Literal(text, language=message.language) if message.language else ox.Literal(text, datatype=message.datatype)


@lru_cache(maxsize=4096)
def path_text(path: paths.Path) -> str:
    """A path as a person writes it, prefixes shortened.

    >>> path_text(paths.Inverse(paths.Predicate("http://www.w3.org/2004/02/skos/core#broader")))
    '^skos:broader'
    """
    match path:
        case paths.Predicate(iri):
            return short(ox.NamedNode(iri))
        case paths.Inverse(inner):
            return "^" + _part(inner)
        case paths.Repeat(inner, mark):
            return _part(inner) + mark
        case paths.Sequence(parts):
            return "/".join(map(_part, parts))
        case paths.Alternative(parts):
            return "|".join(map(_part, parts))


def _part(path: paths.Path) -> str:
    text = path_text(path)
    return text if isinstance(path, paths.Predicate) else f"({text})"


def _iri(value: str) -> str:
    return short(ox.NamedNode(value))


def _default(shape: Shape, finding: Finding) -> str:
    kind, value = finding.constraint.kind, finding.constraint.value
    about = f"a value of {path_text(shape.path)}" if shape.path is not None else "the node"
    many = f"{path_text(shape.path)}" if shape.path is not None else "the node"
    match kind:
        case "minCount":
            return f"{many} needs at least {value} value{'s' * (value != 1)}"
        case "maxCount":
            return f"{many} may have at most {value} value{'s' * (value != 1)}"
        case "qualifiedMinCount" | "qualifiedMaxCount":
            word = "at least" if kind == "qualifiedMinCount" else "at most"
            return f"{many} needs {word} {value.count} values that conform to {_named(value.shape)}"
        case "hasValue":
            return f"{many} must have the value {short(value)}" if shape.path else f"the node must be {short(value)}"
        case "uniqueLang":
            return f"{many} has several values in the language {finding.other.value}"
        case "closed":
            return f"{path_text(finding.path)} is not a property that {_named(shape)} allows"
        case "equals":
            return f"the values of {many} must be those of {_iri(value)}"
        case "disjoint":
            return f"{about} is a value of {_iri(value)} too"
        case "lessThan" | "lessThanOrEquals":
            return f"{about} must be {_WORDS[kind]} {_iri(value)}, which is {short(finding.other)}"
        case "sparql" | "select" | "ask":
            return f"the condition {_named(shape) if kind == 'sparql' else short(ox.NamedNode(finding.constraint.component))} does not hold"
    return f"{about} must {_must(kind, value)}"


def _must(kind: str, value: object) -> str:
    match kind:
        case "class":
            return f"be an instance of {_iri(value)}"
        case "datatype":
            return f"be a well-formed {_iri(value)}"
        case "nodeKind":
            return f"be {_NODE_KINDS[value]}"
        case "minLength" | "maxLength":
            return f"have {'at least' if kind == 'minLength' else 'at most'} {value} characters"
        case "pattern":
            return f"match the regular expression {value[0]!r}"
        case "languageIn":
            return f"be in one of the languages {', '.join(value)}"
        case "in":
            listed = ", ".join(short(t) for t in value[:10])
            return f"be one of {listed}{' ...' if len(value) > 10 else ''}"
        case "node":
            return f"conform to {_named(value)}"
        case "not":
            return f"not conform to {_named(value)}"
        case "and" | "or" | "xone":
            word = {"and": "all", "or": "at least one", "xone": "exactly one"}[kind]
            return f"conform to {word} of {', '.join(_named(s) for s in value)}"
    return f"be {_WORDS[kind]} {short(value)}"


def _named(shape: Shape) -> str:
    if shape.name:
        return f'"{shape.name}"'
    if isinstance(shape.node, ox.NamedNode):
        return short(shape.node)
    return "(" + "; ".join(_summary(shape)) + ")"


def _summary(shape: Shape) -> list[str]:
    """A nameless shape in words: what it asks for."""
    about = path_text(shape.path) + " " if shape.path is not None else ""
    out = [about + _short_condition(c.kind, c.value) for c in shape.constraints[:3]]
    return [*out, *(text for s in shape.properties[:3] for text in _summary(s))] or ["any node"]


def _short_condition(kind: str, value: object) -> str:
    if kind in ("minCount", "maxCount"):
        return f"{'>=' if kind == 'minCount' else '<='} {value} values"
    if isinstance(value, str):
        return f"{kind} {_iri(value) if value.startswith(('http', 'urn')) else value}"
    return f"{kind} {short(value)}" if isinstance(value, ox.NamedNode | ox.Literal) else kind


def component_name(iri: str) -> str:
    """A component's name without the vocabulary's part: MinCount, or the IRI of one's own."""
    name = iri.removeprefix(SH)
    return name.removesuffix("ConstraintComponent") if name != iri else _iri(iri)
