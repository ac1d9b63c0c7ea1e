"""OWL 2 RL within OWL 2 DL: what axioms may look like (OWL 2 Profiles, section 4.2; OWL 2 Structural Specification, section 11)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kg.namespaces import OWL, RDF, RDFS, XSD

_KINDS = ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
_NEVER = frozenset(OWL + n for n in ("hasSelf", "disjointUnionOf", "ReflexiveProperty", "onDatatype", "withRestrictions", "datatypeComplementOf",
                                     "minCardinality", "cardinality", "minQualifiedCardinality", "qualifiedCardinality"))
_ABOVE = frozenset(OWL + n for n in ("intersectionOf", "complementOf", "allValuesFrom", "hasValue", "maxCardinality", "maxQualifiedCardinality"))
_BELOW = frozenset(OWL + n for n in ("intersectionOf", "unionOf", "oneOf", "someValuesFrom", "hasValue"))
_CONSTRUCTORS = _ABOVE | _BELOW | _NEVER
_SIMPLE_ONLY = frozenset(OWL + n for n in ("FunctionalProperty", "InverseFunctionalProperty", "IrreflexiveProperty", "AsymmetricProperty"))
_DATATYPES = frozenset([RDFS + "Literal", RDF + "XMLLiteral", RDF + "PlainLiteral", RDF + "langString"] + [XSD + n for n in (
    "decimal", "integer", "nonNegativeInteger", "nonPositiveInteger", "positiveInteger", "negativeInteger", "long", "int", "short", "byte",
    "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte", "float", "double", "string", "normalizedString", "token", "language",
    "Name", "NCName", "NMTOKEN", "boolean", "hexBinary", "base64Binary", "anyURI", "dateTime", "dateTimeStamp", "date")])
Finding = tuple[str, str]


def problems(tbox: Iterable[ox.Triple]) -> list[Finding]:
    """Terms whose axioms leave the profile, each with what is wrong; sorted."""
    axioms = _Axioms(tbox)
    return sorted({*axioms.constructs(), *axioms.kinds(), *axioms.ranges(), *axioms.simple(), *axioms.regular()})


class _Axioms:
    """The ontology's triples, looked up by property."""

    def __init__(self, tbox: Iterable[ox.Triple]) -> None:
        self.by: dict[str, list[tuple[ox.Term, ox.Term]]] = defaultdict(list)
        self.of: dict[ox.Term, dict[str, list[ox.Term]]] = defaultdict(lambda: defaultdict(list))
        for t in tbox:
            self.by[t.predicate.value].append((t.subject, t.object))
            self.of[t.subject][t.predicate.value].append(t.object)
        self.kind = {k: {s.value for s, o in self.by[RDF + "type"] if o.value == OWL + k} for k in _KINDS}

    def constructs(self) -> Iterator[Finding]:
        """Class expressions where the profile does not take them, and what it never takes."""
        for name in _NEVER:
            for s, _ in [*self.by[name], *((s, o) for s, o in self.by[RDF + "type"] if o.value == name)]:
                yield s.value, f"uses {_short(name)}, which is not in OWL 2 RL"
        for name in ("subClassOf", "equivalentClass", "disjointWith"):
            for s, o in self.by[(RDFS if name == "subClassOf" else OWL) + name]:
                below = _BELOW if name != "equivalentClass" else _BELOW & _ABOVE
                above = {"subClassOf": _ABOVE, "equivalentClass": _BELOW & _ABOVE, "disjointWith": _BELOW}[name]
                yield from self._expression(s, s, below, f"on the left of {name}")
                yield from self._expression(s, o, above, f"on the right of {name}")
        for name in ("domain", "range"):
            for s, o in self.by[RDFS + name]:
                yield from self._expression(s, o, _ABOVE, f"as {name}")

    def _expression(self, term: ox.Term, node: ox.Term, allowed: frozenset[str], where: str) -> Iterator[Finding]:
        if isinstance(node, ox.BlankNode):
            for name in sorted(set(self.of[node]) & (_CONSTRUCTORS - allowed)):
                yield term.value, f"{_short(name)} {where} is not in OWL 2 RL"

    def kinds(self) -> Iterator[Finding]:
        """DL: a term is of one kind; super- and inverse properties are of the kind of their property."""
        for term in sorted(set().union(*self.kind.values())):
            of = [k for k in _KINDS if term in self.kind[k]]
            if len(of) > 1:
                yield term, f"is {' and '.join(of)}, which OWL 2 DL keeps apart"
        for name in (RDFS + "subPropertyOf", OWL + "inverseOf", OWL + "equivalentProperty"):
            for s, o in self.by[name]:
                if isinstance(s, ox.NamedNode) and isinstance(o, ox.NamedNode) and not any({s.value, o.value} <= self.kind[k] for k in _KINDS[1:]):
                    yield s.value, f"{_short(name)} {o.value}: both have to be declared, as properties of one kind"

    def ranges(self) -> Iterator[Finding]:
        """Object properties lead to classes, data properties to datatypes of the profile."""
        for s, o in self.by[RDFS + "range"]:
            if s.value in self.kind["DatatypeProperty"] and o.value not in _DATATYPES:
                yield s.value, f"range {o.value} is no datatype of OWL 2 RL"
            if s.value in self.kind["ObjectProperty"] and isinstance(o, ox.NamedNode) and o.value not in self.kind["Class"] | {OWL + "Thing"}:
                yield s.value, f"range {o.value} is not declared as a class"
        for s, o in self.by[RDFS + "domain"]:
            if isinstance(o, ox.NamedNode) and o.value not in self.kind["Class"] | {OWL + "Thing"}:
                yield s.value, f"domain {o.value} is not declared as a class"

    def simple(self) -> Iterator[Finding]:
        """DL: what a chain or transitivity makes long is neither functional, irreflexive, asymmetric, disjoint nor counted."""
        long = {s.value for s, _ in self.by[OWL + "propertyChainAxiom"]}
        long |= {s.value for s, o in self.by[RDF + "type"] if o.value == OWL + "TransitiveProperty"}
        grown = True
        while grown:
            more = {o.value for s, o in [*self.by[RDFS + "subPropertyOf"], *self.by[OWL + "inverseOf"]] if s.value in long}
            more |= {s.value for s, o in self.by[OWL + "inverseOf"] if o.value in long}
            grown = not more <= long
            long |= more
        for s, o in self.by[RDF + "type"]:
            if s.value in long and o.value in _SIMPLE_ONLY:
                yield s.value, f"is {_short(o.value)}, which OWL 2 DL forbids of a property with a chain or transitivity"
        for s, o in self.by[OWL + "propertyDisjointWith"]:
            for end in {s.value, o.value} & long:
                yield end, "is disjoint with another, which OWL 2 DL forbids of a property with a chain or transitivity"

    def regular(self) -> Iterator[Finding]:
        """DL: an order of the properties in which each chain leads upwards, but for its own property at one end."""
        below: dict[str, set[str]] = defaultdict(set)
        for s, o in self.by[RDFS + "subPropertyOf"]:
            below[o.value].add(s.value)
        for head, chain in self.by[OWL + "propertyChainAxiom"]:
            parts = list(self._list(chain))
            inner = parts[1:] if parts[:1] == [head.value] else parts[:-1] if parts[-1:] == [head.value] else parts
            below[head.value].update(p for p in inner if inner != [head.value])
        for s, o in self.by[OWL + "inverseOf"]:
            below[s.value] = below[o.value] = below[s.value] | below[o.value]
        for start in sorted(below):
            todo, seen = set(below[start]), set()
            while todo:
                seen |= todo
                todo = set().union(*(below.get(p, set()) for p in todo)) - seen
            if start in seen:
                yield start, "follows from itself by chains, which OWL 2 DL forbids"

    def _list(self, node: ox.Term) -> Iterator[str]:
        seen: set[ox.Term] = set()
        while node.value != RDF + "nil" and node not in seen:
            seen.add(node)
            yield from (o.value for o in self.of[node][RDF + "first"])
            node = next(iter(self.of[node][RDF + "rest"]), ox.NamedNode(RDF + "nil"))


def _short(iri: str) -> str:
    return iri.replace(OWL, "owl:").replace(RDFS, "rdfs:")
