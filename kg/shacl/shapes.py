"""What a shapes graph says, as data: shapes with their targets, constraints and where they stand in a file."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.shacl.paths import Path
from kg.shacl.terms import Term


@dataclass(frozen=True, slots=True)
class Targets:
    """Who is validated (2.1.3): nodes, instances of classes (implicit ones included), subjects and objects of properties."""

    nodes: tuple[Term, ...] = ()
    classes: tuple[str, ...] = ()
    subjects_of: tuple[str, ...] = ()
    objects_of: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.nodes or self.classes or self.subjects_of or self.objects_of)


@dataclass(frozen=True, slots=True)
class Qualified:
    """A qualified value shape with the sibling shapes that a value must not conform to as well (4.7.3)."""

    shape: Shape
    siblings: tuple[Shape, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Select:
    """A SPARQL SELECT of a shape (5.2) or of a component (6.2.3.1), prefixes and parameters already in its text."""

    text: str
    node: Term
    messages: tuple[ox.Literal, ...] = ()
    bound: tuple[tuple[str, Term], ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """A SPARQL ASK validator of a component (6.2.3.2), true for values that conform."""

    text: str
    node: Term
    messages: tuple[ox.Literal, ...] = ()
    bound: tuple[tuple[str, Term], ...] = ()


@dataclass(frozen=True, slots=True)
class Constraint:
    """One condition of a shape. `kind` is the parameter's local name; what `value` holds depends on it:

    class, equals, disjoint, lessThan, lessThanOrEquals, datatype, nodeKind: an IRI; minCount, maxCount, minLength, maxLength:
    an int; minInclusive ...: a literal; pattern: (regex, flags); languageIn: tags; in: terms; hasValue: a term; uniqueLang:
    True; closed: the allowed predicates; not, node: a `Shape`; and, or, xone: `Shape`s; qualifiedMinCount, qualifiedMaxCount:
    a `Qualified`; sparql, select, ask: a `Select` or `Ask`. `component` is the component's IRI.
    """

    kind: str
    value: object
    component: str


@dataclass(eq=False, slots=True)
class Shape:
    """A node shape, or with a `path` a property shape; `place` is file and line where they are known."""

    node: Term
    place: str = ""
    path: Path | None = None
    severity: ox.NamedNode = field(default_factory=lambda: ox.NamedNode("http://www.w3.org/ns/shacl#Violation"))
    messages: tuple[ox.Literal, ...] = ()
    name: str = ""
    description: str = ""
    deactivated: bool = False
    targets: Targets = Targets()
    constraints: tuple[Constraint, ...] = ()
    properties: tuple[Shape, ...] = ()
    reference: tuple[str, ...] = ()
    """Terms on this shape that only pySHACL can run (SHACL Advanced Features); empty for almost every shape."""
