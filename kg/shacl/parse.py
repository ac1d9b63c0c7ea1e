"""From a shapes graph to `Shape`s, with every syntax rule of SHACL that a file can break reported by shape, line and section."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.errors import ShapesError
from kg.namespaces import OWL, RDFS, SH
from kg.shacl import parameters as p
from kg.shacl import paths, sparql
from kg.shacl.graph import ShapesGraph, short
from kg.shacl.prebinding import Foreign, Unsupported
from kg.shacl.shapes import Constraint, Qualified, Shape, Targets
from kg.shacl.terms import RDF_TYPE, Term, regex_flags, sh


@dataclass(slots=True)
class Parser:
    """Reads shapes on demand and remembers them; `notes` is what a user should know about how they are run."""

    graph: ShapesGraph
    shapes: dict[Term, Shape] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    _open: list[Term] = field(default_factory=list)
    _components: list[sparql.Component] = field(default_factory=list)

    def roots(self) -> list[Shape]:
        """Every shape that has targets, in order of its node; shapes that nothing targets are read for their errors."""
        self._check_graph()
        nodes = {n for kind in ("NodeShape", "PropertyShape") for n in self._instances(sh(kind))}
        nodes |= {n for name in ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf", "target") for n in
                  self.graph.having(SH + name) if not isinstance(n, ox.Literal)}
        found = [self.shape(node) for node in sorted(nodes, key=str)]
        return [shape for shape in found if (shape.targets or "sh:target" in shape.reference) and not shape.deactivated]

    def _instances(self, kind: ox.NamedNode) -> set[Term]:
        classes, todo = {kind}, [kind]
        while todo:
            for below in self.graph.subjects(RDFS + "subClassOf", todo.pop()):
                if below not in classes:
                    classes.add(below)
                    todo.append(below)
        return {node for c in classes for node in self.graph.subjects(RDF_TYPE.value, c)}

    def _check_graph(self) -> None:
        for node in self.graph.having(SH + "entailment"):
            raise self.error(node, "sh:entailment asks for inference while validating, which is not done", "1.5",
                             hint="run the inference first and validate its result")
        self._components = list(self._guard(next(iter(self.graph.having(SH + "parameter")), paths.NIL), "6.2",
                                            lambda: list(sparql.components(self.graph))))
        known = {t.subject for t in self.graph.triples}
        for node in sorted(self.graph.having(OWL + "imports"), key=str):
            missing = [short(o) for o in self.graph.objects(node, OWL + "imports") if o not in known]
            if missing:
                self.notes.append(f"{short(node)} imports {', '.join(missing)}, which is not fetched: add its file to the shapes")

    def shape(self, node: Term) -> Shape:
        """The shape at a node of the shapes graph; ShapesError where it is ill-formed."""
        if node in self._open:
            ring = " -> ".join(self.graph.describe(n) for n in (*self._open[self._open.index(node):], node))
            raise self.error(node, f"the shape refers to itself: {ring}", "3.4.3", hint="recursive shapes have no defined meaning")
        if node not in self.shapes:
            self._open.append(node)
            self.shapes[node] = self._read(node)
            self._open.pop()
        return self.shapes[node]

    def error(self, node: Term, reason: str, section: str, needle: str = "", hint: str = "") -> ShapesError:
        """The error that names shape, place and section."""
        section = section if section.startswith("appendix") else f"section {section}"
        return ShapesError(f"shape {self.graph.describe(node)}: {reason}", place=self.graph.place(node, needle),
                           hint=f"{hint + '; ' if hint else ''}SHACL {section}")

    def _guard(self, node: Term, section: str, read: Callable[[], object], what: str = "") -> object:
        try:
            return read()
        except p.Malformed as error:
            raise self.error(node, what + str(error), section, error.needle or what.strip()) from error
        except Unsupported as error:
            raise self.error(node, what + str(error), error.section, what.strip()) from error
        except paths.PathError as error:
            raise self.error(node, str(error), "2.3.1", "path") from error

    def _read(self, node: Term) -> Shape:
        graph = self.graph
        if isinstance(node, ox.Literal):
            raise self.error(node, "a literal cannot be a shape", "2.1")
        self._check_terms(node)
        shape = Shape(node, graph.place(node))
        shape.path = self._path(node)
        shape.severity = self._single(node, "severity", p.iri, "2.1.4", lambda v: ox.NamedNode(v)) or shape.severity
        shape.messages = tuple(sorted((m for m in graph.objects(node, sh("message")) if isinstance(m, ox.Literal)), key=str))
        shape.name, shape.description = (_first_text(graph, node, name) for name in ("name", "description"))
        shape.deactivated = bool(self._single(node, "deactivated", p.boolean, "2.1.6"))
        shape.targets = self._targets(node)
        shape.properties = tuple(self._property(node, value) for value in sorted(graph.objects(node, sh("property")), key=str))
        shape.reference = tuple(sorted("sh:" + n for n in p.ADVANCED if n in _names(graph, node)))
        for name in sorted(p.INFERRING & set(_names(graph, node))):
            self.notes.append(f"shape {graph.describe(node)}: sh:{name} infers and does not validate, so it is not run")
        shape.constraints = tuple(self._constraints(node, shape))
        return shape

    def _check_terms(self, node: Term) -> None:
        known = {*p.CORE, *p.SHAPES, *p.LISTS, *p.SILENT, *p.ADVANCED, *p.INFERRING, "property", "sparql", "qualifiedValueShape"}
        for name in _names(self.graph, node):
            if name not in known:
                raise self.error(node, f"sh:{name} is not a term that a shape may have", "2.1", name)

    def _path(self, node: Term) -> paths.Path | None:
        found = self.graph.objects(node, sh("path"))
        types = self.graph.types(node)
        if not found and sh("PropertyShape") in types:
            raise self.error(node, "a property shape needs sh:path, which is missing", "2.3")
        if found and sh("NodeShape") in types:
            raise self.error(node, "a node shape cannot have sh:path", "2.2", "path")
        if len(found) > 1:
            raise self.error(node, f"sh:path has {len(found)} values, may have one", "2.3", "path")
        return self._guard(node, "2.3.1", lambda: paths.read(found[0], self.graph.objects)) if found else None

    def _targets(self, node: Term) -> Targets:
        def iris(name: str, section: str) -> tuple[str, ...]:
            return tuple(sorted(self._guard(node, section, lambda v=v: p.iri(self.graph, v), f"sh:{name} ")
                                for v in self.graph.objects(node, sh(name))))
        nodes = tuple(sorted(self.graph.objects(node, sh("targetNode")), key=str))
        if any(isinstance(n, ox.BlankNode) for n in nodes):
            raise self.error(node, "sh:targetNode needs an IRI or a literal", "2.1.3.1", "targetNode")
        classes = set(iris("targetClass", "2.1.3.2"))
        types = self.graph.types(node)
        if isinstance(node, ox.NamedNode) and ox.NamedNode(RDFS + "Class") in types:
            classes.add(node.value)
        elif isinstance(node, ox.NamedNode) and ox.NamedNode(OWL + "Class") in types:
            self.notes.append(f"shape {short(node)} is an owl:Class, which alone makes no target (SHACL section 2.1.3.3): "
                              "type it rdfs:Class too, or give it sh:targetClass")
        return Targets(nodes, tuple(sorted(classes)), iris("targetSubjectsOf", "2.1.3.4"), iris("targetObjectsOf", "2.1.3.5"))

    def _single(self, node: Term, name: str, read: Callable[[ShapesGraph, Term], object], section: str,
                then: Callable[[object], object] = lambda v: v) -> object:
        found = self.graph.objects(node, sh(name))
        if len(found) > 1:
            raise self.error(node, f"sh:{name} has {len(found)} values, may have one", section, name)
        return then(self._guard(node, section, lambda: read(self.graph, found[0]), f"sh:{name} ")) if found else None

    def _property(self, node: Term, value: Term) -> Shape:
        if isinstance(value, ox.Literal) or not self.graph.objects(value, sh("path")):
            where = value if isinstance(value, ox.NamedNode) and self.graph.predicates(value) else node
            raise self.error(where, f"sh:property needs a property shape, but {self.graph.describe(value)} has no sh:path", "2.3", "property")
        return self.shape(value)

    def _constraints(self, node: Term, shape: Shape) -> list[Constraint]:
        out: list[Constraint] = []
        for name, parameter in p.CORE.items():
            out += self._core(node, shape, name, parameter)
        for name, section in p.SHAPES.items():
            out += [Constraint(name, self._referred(node, v, name, section), p.component(name)) for v in self._values(node, name)]
        for name, section in p.LISTS.items():
            for value in self._values(node, name):
                members = self._guard(node, section, lambda v=value: p.terms(self.graph, v), f"sh:{name} ")
                if not members:
                    raise self.error(node, f"sh:{name} has an empty list", section, name)
                out.append(Constraint(name, tuple(self._referred(node, m, name, section) for m in members), p.component(name)))
        out += self._qualified(node, shape)
        if self._values(node, "flags") and not self._values(node, "pattern"):
            self.notes.append(f"shape {self.graph.describe(node)}: sh:flags without sh:pattern constrains nothing (SHACL section 4.4.3)")
        return out + self._sparql(node, shape)

    def _sparql(self, node: Term, shape: Shape) -> list[Constraint]:
        out: list[Constraint] = []
        reads = [lambda v=v: sparql.read_constraint(self.graph, v, shape.path, node) for v in self._values(node, "sparql")]
        reads += [lambda c=c: sparql.read_uses(self.graph, c, node, shape.path) for c in self._components
                  if all(self.graph.objects(node, iri) for iri in c.mandatory)]
        for read in reads:
            try:
                out += self._guard(node, "5.2", read, "sh:sparql ")
            except ShapesError as error:
                if not (isinstance(error.__cause__, Foreign) and self.graph.subjects(RDF_TYPE.value, sh("SPARQLFunction"))):
                    raise
                shape.reference = (*shape.reference, "sh:SPARQLFunction")
        return out

    def _values(self, node: Term, name: str) -> list[Term]:
        return sorted(self.graph.objects(node, sh(name)), key=str)

    def _core(self, node: Term, shape: Shape, name: str, parameter: p.Parameter) -> list[Constraint]:
        values = self._values(node, name)
        if not values:
            return []
        if parameter.property_only and shape.path is None:
            raise self.error(node, f"a node shape cannot have sh:{name}", parameter.section, name)
        if parameter.single and len(values) > 1:
            raise self.error(node, f"sh:{name} has {len(values)} values, may have one", parameter.section, name)
        read = [self._guard(node, parameter.section, lambda v=v: parameter.read(self.graph, v), f"sh:{name} ") for v in values]
        if name == "uniqueLang" and values[0] == ox.Literal("1", datatype=values[0].datatype):
            self.notes.append(f"shape {self.graph.describe(node)}: sh:uniqueLang 1 constrains nothing, only true does (SHACL section 4.4.5)")
            return []
        if name in ("uniqueLang", "closed"):
            read = [True] if read[0] else []
        if name == "closed" and read:
            read = [self._allowed(node, shape)]
        if name == "pattern":
            read = [self._pattern(node, regex) for regex in read]
        return [Constraint(name, value, p.component(name)) for value in read]

    def _allowed(self, node: Term, shape: Shape) -> frozenset[str]:
        ignored = self._single(node, "ignoredProperties", p.terms, "4.8.1") or ()
        names = {self._guard(node, "4.8.1", lambda v=v: p.iri(self.graph, v), "sh:ignoredProperties ") for v in ignored}
        return frozenset(names | {s.path.iri for s in shape.properties if isinstance(s.path, paths.Predicate)})

    def _pattern(self, node: Term, regex: str) -> tuple[str, str, bool]:
        """The regex, its flags, and whether SPARQL's REGEX knows it; one that only Python knows is matched there, and noted."""
        flags = self._single(node, "flags", p.text, "4.4.3") or ""
        query = f"SELECT (REGEX('', {ox.Literal(regex)}, {ox.Literal(flags)}) AS ?known) WHERE {{}}"
        if next(iter(ox.Store().query(query)))["known"] is not None:
            return regex, flags, True
        try:
            re.compile(regex, regex_flags(flags))
        except (re.error, ValueError) as error:
            raise self.error(node, f"sh:pattern is no regular expression: {regex!r} ({error})", "4.4.3",
                             "sh:pattern" if len(regex) < 3 else regex.replace("\\", "\\\\")) from error
        self.notes.append(f"shape {self.graph.describe(node)}: SPARQL's REGEX does not know the sh:pattern {regex!r} (look-around, "
                          "back references): it is matched by Python's, which can take exponential time")
        return regex, flags, False

    def _referred(self, node: Term, value: Term, name: str, section: str) -> Shape:
        if isinstance(value, ox.Literal) or not (self.graph.predicates(value) or isinstance(value, ox.BlankNode)):
            raise self.error(node, f"sh:{name} refers to {short(value)}, which the shapes do not describe", section, name)
        found = self.shape(value)
        if name == "node" and found.path is not None:
            raise self.error(node, f"sh:node refers to {self.graph.describe(value)}, which is a property shape", section, name)
        return found

    def _qualified(self, node: Term, shape: Shape) -> list[Constraint]:
        values = self._values(node, "qualifiedValueShape")
        counts = {n: self._single(node, n, p.integer, "4.7.3") for n in ("qualifiedMinCount", "qualifiedMaxCount")}
        if not values or shape.path is None:
            if values or any(c is not None for c in counts.values()):
                self.notes.append(f"shape {self.graph.describe(node)}: qualified counts apply at property shapes with "
                                  "sh:qualifiedValueShape only, here they constrain nothing (SHACL section 4.7.3)")
            return []
        if all(c is None for c in counts.values()):
            raise self.error(node, "sh:qualifiedValueShape needs sh:qualifiedMinCount or sh:qualifiedMaxCount", "4.7.3")
        disjoint = bool(self._single(node, "qualifiedValueShapesDisjoint", p.boolean, "4.7.3"))
        out = []
        for value in values:
            referred = self._referred(node, value, "qualifiedValueShape", "4.7.3")
            siblings = tuple(self._referred(node, s, "qualifiedValueShape", "4.7.3") for s in self._siblings(node, value)) if disjoint else ()
            out += [Constraint(name, Qualified(referred, siblings, count), p.component(name))
                    for name, count in counts.items() if count is not None]
        return out

    def _siblings(self, node: Term, own: Term) -> list[Term]:
        found = {value for parent in self.graph.subjects(SH + "property", node) for other in self.graph.objects(parent, sh("property"))
                 for value in self.graph.objects(other, sh("qualifiedValueShape"))}
        return sorted(found - {own}, key=str)


def _names(graph: ShapesGraph, node: Term) -> list[str]:
    return [iri.removeprefix(SH) for iri in graph.predicates(node) if iri.startswith(SH)]


def _first_text(graph: ShapesGraph, node: Term, name: str) -> str:
    found = sorted((v for v in graph.objects(node, sh(name)) if isinstance(v, ox.Literal)),
                   key=lambda v: ((v.language or "en") != "en", str(v)))
    return found[0].value if found else ""
