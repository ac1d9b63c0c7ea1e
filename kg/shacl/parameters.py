"""The parameters of SHACL Core: the component each belongs to, the section that defines it, and how its values are read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pyoxigraph as ox

from kg.namespaces import RDFS, SH, XSD
from kg.shacl.graph import ShapesGraph, short
from kg.shacl.terms import INTEGERS, LANG_STRING, STRING, Term, compare, well_formed

NODE_KINDS = ("BlankNode", "IRI", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
# what a shape may say without constraining anything (2.3.2, DASH's and the advanced features' annotations)
SILENT = {
    "name", "description", "order", "group", "defaultValue", "severity", "message", "deactivated", "path", "targetNode",
    "targetClass", "targetSubjectsOf", "targetObjectsOf", "flags", "ignoredProperties", "qualifiedValueShapesDisjoint",
    "qualifiedMinCount", "qualifiedMaxCount", "declare", "prefixes", "select", "ask", "construct", "labelTemplate", "parameter",
    "optional", "shapesGraph", "suggestedShapesGraph", "entailment", "nodeKindHint", "intent", "agentInstruction", "codeIdentifier",
    "validator", "nodeValidator", "propertyValidator", "prefix", "namespace", "inversePath", "alternativePath", "zeroOrMorePath",
    "oneOrMorePath", "zeroOrOnePath",
}
# SHACL Advanced Features: the first are run by pySHACL, the second infer and do not validate
ADVANCED = {"target", "expression"}
INFERRING = {"rule", "values"}


class Malformed(ValueError):
    """A value that its parameter does not allow; the text says why, `needle` is how the value is written."""

    def __init__(self, reason: str, needle: str = "") -> None:
        super().__init__(reason)
        self.needle = needle


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: `single` allows one value a shape, `property_only` none at node shapes."""

    section: str
    read: Callable[[ShapesGraph, Term], object]
    single: bool = True
    property_only: bool = False


def iri(graph: ShapesGraph, value: Term) -> str:
    """An IRI."""
    if not isinstance(value, ox.NamedNode):
        raise Malformed(f"needs an IRI, has {short(value)}")
    return value.value


def integer(graph: ShapesGraph, value: Term) -> int:
    """A whole number that is not negative."""
    if not (isinstance(value, ox.Literal) and value.datatype.value in INTEGERS and well_formed(value.value, value.datatype.value)):
        raise Malformed(f"needs an xsd:integer, has {short(value)}", _written(value))
    if int(value.value) < 0:
        raise Malformed(f"cannot be negative, has {value.value}", value.value)
    return int(value.value)


def boolean(graph: ShapesGraph, value: Term) -> bool:
    """true or false."""
    if not (isinstance(value, ox.Literal) and value.datatype.value == XSD + "boolean" and well_formed(value.value, XSD + "boolean")):
        raise Malformed(f"needs an xsd:boolean, has {short(value)}", _written(value))
    return value.value in ("true", "1")


def comparable(graph: ShapesGraph, value: Term) -> ox.Literal:
    """A literal that can be ordered."""
    if not isinstance(value, ox.Literal) or not well_formed(value.value, value.datatype.value):
        raise Malformed(f"needs a well-formed literal, has {short(value)}", _written(value))
    if compare(value, value) is None and value.datatype.value not in (LANG_STRING, XSD + "date", XSD + "time"):
        raise Malformed(f"needs a literal that SPARQL can order, has {short(value)}", _written(value))
    return value


def node_kind(graph: ShapesGraph, value: Term) -> str:
    """One of SHACL's six node kinds, as its local name."""
    name = iri(graph, value).removeprefix(SH)
    if name not in NODE_KINDS:
        raise Malformed(f"needs one of {', '.join('sh:' + k for k in NODE_KINDS)}, has {short(value)}", name)
    return name


def text(graph: ShapesGraph, value: Term) -> str:
    """A plain string."""
    if not isinstance(value, ox.Literal) or value.datatype.value != STRING:
        raise Malformed(f"needs a plain string, has {short(value)}", _written(value))
    return value.value


def terms(graph: ShapesGraph, value: Term) -> tuple[Term, ...]:
    """Members of a list."""
    found = graph.items(value)
    if found is None:
        raise Malformed("needs a well-formed list")
    return tuple(found)


def languages(graph: ShapesGraph, value: Term) -> tuple[str, ...]:
    """Members of a list of language ranges."""
    found = tuple(text(graph, member) for member in terms(graph, value))
    for tag in found:
        if not re.fullmatch(r"\*|[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", tag):
            raise Malformed(f"{tag!r} is no language range", tag)
    return found


def datatype(graph: ShapesGraph, value: Term) -> str:
    """The IRI of a datatype."""
    found = iri(graph, value)
    if found == RDFS + "Literal":
        raise Malformed("rdfs:Literal is no datatype of literals; use sh:nodeKind sh:Literal", "Literal")
    return found


def _written(value: Term) -> str:
    return value.value if isinstance(value, ox.Literal) else ""


CORE: dict[str, Parameter] = {
    "class": Parameter("4.1.1", iri, single=False),
    "datatype": Parameter("4.1.2", datatype),
    "nodeKind": Parameter("4.1.3", node_kind),
    "minCount": Parameter("4.2.1", integer, property_only=True),
    "maxCount": Parameter("4.2.2", integer, property_only=True),
    "minExclusive": Parameter("4.3.1", comparable),
    "minInclusive": Parameter("4.3.2", comparable),
    "maxExclusive": Parameter("4.3.3", comparable),
    "maxInclusive": Parameter("4.3.4", comparable),
    "minLength": Parameter("4.4.1", integer),
    "maxLength": Parameter("4.4.2", integer),
    "pattern": Parameter("4.4.3", text, single=False),
    "languageIn": Parameter("4.4.4", languages),
    "uniqueLang": Parameter("4.4.5", boolean, property_only=True),
    "equals": Parameter("4.5.1", iri, single=False),
    "disjoint": Parameter("4.5.2", iri, single=False),
    "lessThan": Parameter("4.5.3", iri, single=False, property_only=True),
    "lessThanOrEquals": Parameter("4.5.4", iri, single=False, property_only=True),
    "closed": Parameter("4.8.1", boolean),
    "hasValue": Parameter("4.8.2", lambda graph, value: value, single=False),
    "in": Parameter("4.8.3", terms),
}
SHAPES = {"not": "4.6.1", "node": "4.7.1"}
LISTS = {"and": "4.6.2", "or": "4.6.3", "xone": "4.6.4"}


def component(kind: str) -> str:
    """IRI of the Core component of a parameter.

    >>> component("minCount")
    'http://www.w3.org/ns/shacl#MinCountConstraintComponent'
    """
    return f"{SH}{kind[0].upper()}{kind[1:]}ConstraintComponent"
