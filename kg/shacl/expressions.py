"""SHACL constraints on a single node as SPARQL expressions that are true exactly for the nodes that satisfy them.

Expressions never fail: what could is wrapped in COALESCE. A shape becomes one expression over a variable, with EXISTS for what
its property shapes ask of other nodes, so that sh:not, sh:and, sh:or, sh:xone, sh:node and qualified shapes of any depth
stay within one query. SPARQL inside such a shape is evaluated first; the expression then asks for the set of failed nodes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations, count

import pyoxigraph as ox

from kg.namespaces import RDFS, XSD
from kg.shacl import paths
from kg.shacl.focus import Focus
from kg.shacl.shapes import Constraint, Qualified, Shape
from kg.shacl.terms import FUNCTION, INTEGERS, LANG_STRING, LEXICAL, NUMERIC, RDF_TYPE, STRING, Term, text

NODE_KINDS = {
    "IRI": "isIRI({v})", "BlankNode": "isBlank({v})", "Literal": "isLiteral({v})", "BlankNodeOrIRI": "!isLiteral({v})",
    "BlankNodeOrLiteral": "!isIRI({v})", "IRIOrLiteral": "!isBlank({v})",
}
OPERATORS = {"minExclusive": ">", "minInclusive": ">=", "maxExclusive": "<", "maxInclusive": "<=", "lessThan": "<", "lessThanOrEquals": "<="}
_CASTS = {XSD + name for name in ("boolean", "date", "dateTime", "time", "gYear", "gYearMonth", "gMonth", "gDay", "gMonthDay",
                                  "duration", "yearMonthDuration", "dayTimeDuration")}
VALUE_KINDS = ("class", "datatype", "nodeKind", "minExclusive", "minInclusive", "maxExclusive", "maxInclusive", "minLength", "maxLength",
               "pattern", "languageIn", "in", "node", "not", "and", "or", "xone")
SPARQL_KINDS = ("sparql", "select", "ask")


def constant(value: str) -> str:
    """A string in a query."""
    return str(ox.Literal(value))


def distinct(variables: list[str]) -> str:
    """The variables hold pairwise different terms."""
    return " && ".join(f"!sameTerm({a},{b})" for a, b in combinations(variables, 2)) or "true"


@dataclass(slots=True)
class Compiler:
    """Writes expressions. `subclasses` gives a class with what is below it in the data; `encode` a term as the store holds it;
    `derived` says whether the store has lost which integer type a literal had; `failing` evaluates a shape whose SPARQL
    cannot stand in an expression and returns the name of the set of nodes that fail it."""

    subclasses: Callable[[str], list[str]]
    encode: Callable[[Term], Term]
    derived: bool
    failing: Callable[[Shape, Focus], str]
    _numbers: count = field(default_factory=count)

    def fresh(self, name: str) -> str:
        """A variable that no other part of the query uses."""
        return f"?{name}{next(self._numbers)}"

    def value(self, constraint: Constraint, v: str, focus: Focus) -> str:
        """The expression for one of `VALUE_KINDS` at the value node in variable `v`, which `focus` finds."""
        kind, value = constraint.kind, constraint.value
        match kind:
            case "class":
                return self._class(value, v)
            case "datatype":
                return self._datatype(value, v)
            case "nodeKind":
                return NODE_KINDS[value].format(v=v)
            case "minLength" | "maxLength":
                return f"(!isBlank({v}) && STRLEN(STR({v})) {'>=' if kind == 'minLength' else '<='} {value})"
            case "pattern":
                return self._pattern(value, v)
            case "languageIn":
                ranges = " || ".join(f"LANGMATCHES(LANG({v}),{constant(tag)})" for tag in value) or "false"
                return f"COALESCE(isLiteral({v}) && ({ranges}),false)"
            case "in":
                return self._in(value, v)
            case "node":
                return self.shape(value, v, focus)
            case "not":
                return f"!{self.shape(value, v, focus)}"
            case "and" | "or":
                return "(" + (" && " if kind == "and" else " || ").join(self.shape(s, v, focus) for s in value) + ")"
            case "xone":
                return "((" + " + ".join(f"IF({self.shape(s, v, focus)},1,0)" for s in value) + ") = 1)"
        return self.compared(v, OPERATORS[kind], self.encode(value))

    def compared(self, v: str, operator: str, other: Term | str) -> str:
        """`v operator other` as SPARQL orders literals, other being a variable or a literal."""
        right = other if isinstance(other, str) else text(other)
        simple = f"DATATYPE({v}) = <{STRING}>" if not isinstance(other, str) and other.datatype.value == STRING else f'LANG({v}) = ""'
        exact = f'<{FUNCTION}compare>("{operator}",{v},{right})'
        return f"COALESCE(IF(COALESCE({simple} && {v} {operator} {right},false),true,{exact}),false)"

    def _class(self, iri: str, v: str) -> str:
        classes = self.subclasses(iri)
        if len(classes) == 1:
            return f"EXISTS {{ {v} {RDF_TYPE} <{iri}> }}"
        t = self.fresh("t")
        return f"EXISTS {{ {v} {RDF_TYPE} {t} FILTER({t} IN ({','.join(f'<{c}>' for c in classes)})) }}"

    def _datatype(self, iri: str, v: str) -> str:
        if iri == RDFS + "Literal":
            return f"isLiteral({v})"
        same = f"DATATYPE({v}) = <{iri}>"
        if iri == LANG_STRING:
            return f'COALESCE(LANG({v}) != "",false)'
        if iri in NUMERIC and (iri not in INTEGERS or iri == XSD + "integer"):
            sure = f"{same} && isNumeric({v})"
        elif iri in INTEGERS and self.derived:
            low, high = INTEGERS[iri]
            bounds = [f"{v} >= {low}"] * (low is not None) + [f"{v} <= {high}"] * (high is not None)
            sure = " && ".join([f"DATATYPE({v}) = <{XSD}integer>", *bounds])
        elif iri in _CASTS:
            sure = f"{same} && isLiteral(<{iri}>(STR({v})))"
        elif iri in LEXICAL or iri in INTEGERS:
            sure = "false"
        else:
            return f"COALESCE({same},false)"
        # long numbers and what the store keeps as written are looked at one by one
        return f'COALESCE(IF(COALESCE({sure},false),true,<{FUNCTION}datatype>({v},"{iri}")),false)'

    def _pattern(self, value: tuple[str, str, bool], v: str) -> str:
        regex, flags, known = value
        call = "REGEX" if known else f"<{FUNCTION}pattern>"
        return f"(!isBlank({v}) && COALESCE({call}(STR({v}),{constant(regex)},{constant(flags)}),false))"

    def _in(self, members: tuple[Term, ...], v: str) -> str:
        terms = [self.encode(t) for t in members]
        strings = [t for t in terms if isinstance(t, ox.Literal) and t.datatype.value == STRING and "\n" not in t.value]
        iris = [t for t in terms if isinstance(t, ox.NamedNode)]
        parts, rest = [], [t for t in terms if t not in strings and t not in iris]
        for found, test in ((strings, f"DATATYPE({v}) = <{STRING}>"), (iris, f"isIRI({v})")):
            if len(found) <= 8:
                rest += found
                continue
            # one substring search for a long list takes a tenth of the time of as many comparisons
            listed = constant("\n" + "\n".join(t.value for t in found) + "\n")
            parts.append(f'COALESCE({test} && !CONTAINS(STR({v}),"\\n") && CONTAINS({listed},CONCAT("\\n",STR({v}),"\\n")),false)')
        parts += [f"sameTerm({v},{text(t)})" for t in rest]
        return "(" + (" || ".join(parts) or "false") + ")"

    def shape(self, shape: Shape, v: str, focus: Focus) -> str:
        """True where the node in `v`, which `focus` finds, conforms to the shape."""
        if shape.deactivated:
            return "true"
        if any(c.kind in SPARQL_KINDS for s in nested(shape) for c in s.constraints):
            return f'!<{FUNCTION}member>("{self.failing(shape, focus)}",{v})'
        values = [c for c in shape.constraints if c.kind in VALUE_KINDS]
        if shape.path is None:
            parts = [self.value(c, v, focus) for c in values] + [self.shape(s, v, focus) for s in shape.properties]
        else:
            x, reached = self.fresh("x"), focus.step(shape.path)
            inner = [self.value(c, x, reached) for c in values] + [self.shape(s, x, reached) for s in shape.properties]
            parts = [f"NOT EXISTS {{ {focus.reach(v, shape.path, x)} FILTER(!({' && '.join(inner)})) }}"] if inner else []
        parts += [self.whole(c, v, shape.path, focus) for c in shape.constraints if c.kind not in VALUE_KINDS]
        return "(" + (" && ".join(parts) or "true") + ")"

    def whole(self, constraint: Constraint, f: str, path: paths.Path | None, focus: Focus) -> str:
        """True where all values of the focus node in `f` together satisfy a constraint that is not of `VALUE_KINDS`."""
        kind, value = constraint.kind, constraint.value
        match kind:
            case "minCount":
                return self.at_least(value, f, path, focus)
            case "maxCount":
                return f"!{self.at_least(value + 1, f, path, focus)}"
            case "qualifiedMinCount":
                return self.at_least(value.count, f, path, focus, value)
            case "qualifiedMaxCount":
                return f"!{self.at_least(value.count + 1, f, path, focus, value)}"
            case "closed":
                return f"NOT EXISTS {{ {self.open_triple(value, f, path, focus, self.fresh('x'), self.fresh('p'), self.fresh('o'))} }}"
        return self._of_node(kind, value, f) if path is None else self._of_values(kind, value, f, path, focus)

    def _of_node(self, kind: str, value: object, f: str) -> str:
        y = self.fresh("y")
        if kind == "hasValue":
            return f"sameTerm({f},{text(self.encode(value))})"
        if kind == "equals":
            return f"(EXISTS {{ {f} <{value}> {f} }} && NOT EXISTS {{ {f} <{value}> {y} FILTER(!sameTerm({f},{y})) }})"
        return f"NOT EXISTS {{ {f} <{value}> {f} }}"

    def _of_values(self, kind: str, value: object, f: str, path: paths.Path, focus: Focus) -> str:
        x, y = self.fresh("x"), self.fresh("y")
        match kind:
            case "hasValue":
                return f"EXISTS {{ {focus.reach(f, path, x)} FILTER(sameTerm({x},{text(self.encode(value))})) }}"
            case "uniqueLang":
                same = f'LANG({x}) != "" && LCASE(LANG({x})) = LCASE(LANG({y})) && !sameTerm({x},{y})'
                return f"NOT EXISTS {{ {focus.reach(f, path, x)} {focus.reach(f, path, y)} FILTER(COALESCE({same},false)) }}"
            case "equals":
                return (f"(NOT EXISTS {{ {focus.reach(f, path, x)} FILTER NOT EXISTS {{ {f} <{value}> {x} }} }}"
                        f" && NOT EXISTS {{ {f} <{value}> {y} FILTER NOT EXISTS {{ {focus.reach(f, path, y)} }} }})")
            case "disjoint":
                return f"NOT EXISTS {{ {focus.reach(f, path, x)} {f} <{value}> {x} }}"
            case "lessThan" | "lessThanOrEquals":
                return f"NOT EXISTS {{ {focus.reach(f, path, x)} {f} <{value}> {y} FILTER(!{self.compared(x, OPERATORS[kind], y)}) }}"
        raise AssertionError(kind)

    def open_triple(self, allowed: frozenset[str], f: str, path: paths.Path | None, focus: Focus, x: str, p: str, o: str) -> str:
        """A pattern for triples of value nodes with a property that a closed shape does not allow (4.8.1)."""
        subject, reach = (f, "") if path is None else (x, focus.reach(f, path, x))
        # Oxigraph finds nothing outside of an empty list
        listed = f"FILTER({p} NOT IN ({','.join(f'<{iri}>' for iri in sorted(allowed))}))" if allowed else ""
        return f"{reach} {subject} {p} {o} . {listed}"

    def qualifies(self, qualified: Qualified, v: str, focus: Focus) -> str:
        """True where a value counts for a qualified shape: it conforms to it and to none of its siblings."""
        parts = [self.shape(qualified.shape, v, focus), *(f"!{self.shape(s, v, focus)}" for s in qualified.siblings)]
        return "(" + " && ".join(parts) + ")"

    def at_least(self, number: int, f: str, path: paths.Path, focus: Focus, qualified: Qualified | None = None) -> str:
        """True where the focus node has at least so many different values, of a qualified shape where one is given."""
        if number == 0:
            return "true"
        reached = focus.step(path)
        if number > 4:
            x = self.fresh("x")
            condition = f"FILTER({self.qualifies(qualified, x, reached)})" if qualified else ""
            return (f"EXISTS {{ SELECT {f} WHERE {{ {focus.reach(f, path, x)} {condition} }} GROUP BY {f} "
                    f"HAVING(COUNT(DISTINCT {x}) >= {number}) }}")
        variables = [self.fresh("x") for _ in range(number)]
        patterns = " ".join(focus.reach(f, path, x) for x in variables)
        conditions = [distinct(variables), *(self.qualifies(qualified, x, reached) for x in variables if qualified)]
        return f"EXISTS {{ {patterns} FILTER({' && '.join(conditions)}) }}"


def nested(shape: Shape) -> list[Shape]:
    """The shape and its property shapes, at any depth."""
    return [shape, *(s for p in shape.properties for s in nested(p))]
