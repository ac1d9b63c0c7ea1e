"""SPARQL in shapes: `sh:sparql` constraints (5.2), constraint components (6.2) and prefixes (5.2.1), read and checked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg import syntax
from kg.namespaces import OWL, SH
from kg.shacl import paths, prebinding
from kg.shacl.graph import ShapesGraph, short
from kg.shacl.parameters import Malformed, boolean, text
from kg.shacl.prebinding import Foreign, Unsupported
from kg.shacl.shapes import Ask, Constraint, Select
from kg.shacl.terms import Term, sh

RESERVED = {"this", "shapesGraph", "currentShape", "path", "PATH", "value"}


@dataclass(frozen=True, slots=True)
class Component:
    """A constraint component of the shapes graph: its parameters as (property, variable, optional)."""

    node: Term
    parameters: tuple[tuple[str, str, bool], ...]

    @property
    def mandatory(self) -> tuple[str, ...]:
        """Properties that a shape must have for the component to apply."""
        return tuple(p for p, _, optional in self.parameters if not optional)


def prologue(graph: ShapesGraph, node: Term) -> str:
    """PREFIX lines that `sh:prefixes` of the node declares, with what its ontologies import."""
    todo, seen, lines = list(graph.objects(node, SH + "prefixes")), set(), {}
    while todo:
        ontology = todo.pop(0)
        if ontology in seen:
            continue
        seen.add(ontology)
        todo += graph.objects(ontology, OWL + "imports")
        for declaration in graph.objects(ontology, SH + "declare"):
            names, spaces = graph.objects(declaration, SH + "prefix"), graph.objects(declaration, SH + "namespace")
            if len(names) != 1 or len(spaces) != 1 or not all(isinstance(t, ox.Literal) for t in (*names, *spaces)):
                raise Unsupported("sh:declare needs one sh:prefix and one sh:namespace, both literals", "5.2.1")
            name, space = names[0].value, spaces[0].value
            if lines.setdefault(name, space) != space:
                raise Unsupported(f"the prefix {name!r} is declared for {lines[name]} and for {space}", "5.2.1")
    return "".join(f"PREFIX {name}: <{space}>\n" for name, space in sorted(lines.items()))


def read_constraint(graph: ShapesGraph, node: Term, path: paths.Path | None, shape: Term) -> list[Constraint]:
    """The constraint at a value of `sh:sparql`; none where it is deactivated."""
    if any(boolean(graph, value) for value in graph.objects(node, SH + "deactivated")):
        return []
    query = _text(graph, node, "select")
    found = Select(_prepared(graph, node, query, "SELECT", path, {}), node, _messages(graph, node), (("currentShape", shape),))
    return [Constraint("sparql", found, SH + "SPARQLConstraintComponent")]


def _text(graph: ShapesGraph, node: Term, form: str) -> str:
    found = graph.objects(node, SH + form)
    if len(found) != 1:
        raise Unsupported(f"needs one sh:{form}, has {len(found)}", "5.2" if form == "select" else "6.2.3.2")
    return text(graph, found[0])


def _messages(graph: ShapesGraph, node: Term) -> tuple[ox.Literal, ...]:
    return tuple(sorted((m for m in graph.objects(node, SH + "message") if isinstance(m, ox.Literal)), key=str))


def _prepared(graph: ShapesGraph, node: Term, query: str, form: str, path: paths.Path | None, parameters: dict[str, Term]) -> str:
    """The text with prefixes, path and parameters in place, checked by the rules of SHACL and by Oxigraph's parser."""
    bound = {"this", "shapesGraph", "currentShape", *parameters, *(["value"] if form == "ASK" else [])}
    names = prebinding.mentioned(query)
    if "PATH" in names and path is None:
        raise Unsupported("$PATH is used where the shape has no path", "5.3.1")
    prebinding.check(query, form, bound | {"PATH"})
    values = {name: str(term) for name, term in parameters.items() if not isinstance(term, ox.BlankNode)}
    if path is not None:
        values["PATH"] = paths.sparql(path)
    prepared = prologue(graph, node) + prebinding.replace(query, values)
    try:
        ox.Store().query(prepared)
    except SyntaxError as error:
        fault = syntax.read(str(error.msg), prepared)
        lines = len(prologue(graph, node).splitlines())
        reason = f"{fault.reason} in line {max(fault.line - lines, 1)} of its text" if fault else str(error.msg)
        raise Malformed(f"the SPARQL does not parse: {reason}", query.strip().splitlines()[0].strip()) from error
    except RuntimeError as error:  # raised where a function is unknown
        raise Foreign(f"the SPARQL cannot be run: {error}", "5.2") from error
    return prepared


def components(graph: ShapesGraph) -> Iterator[Component]:
    """Constraint components that the shapes graph declares, SHACL's own left out."""
    for node in sorted(set(graph.having(SH + "parameter")), key=str):
        if sh("ConstraintComponent") not in graph.types(node) or (isinstance(node, ox.NamedNode) and node.value.startswith(SH)):
            continue
        found = []
        for parameter in graph.objects(node, SH + "parameter"):
            places = graph.objects(parameter, SH + "path")
            if len(places) != 1 or not isinstance(places[0], ox.NamedNode):
                raise Unsupported(f"a parameter of {short(node)} needs one sh:path, an IRI", "6.2.1")
            name = re.split(r"[#/:]", places[0].value)[-1]
            if name in RESERVED or not re.fullmatch(r"\w+", name):
                raise Unsupported(f"a parameter of {short(node)} cannot be called {name!r}", "6.2.1")
            optional = any(boolean(graph, v) for v in graph.objects(parameter, SH + "optional"))
            found.append((places[0].value, name, optional))
        yield Component(node, tuple(sorted(found)))


def read_uses(graph: ShapesGraph, component: Component, shape: Term, path: paths.Path | None) -> list[Constraint]:
    """Constraints that a component makes of a shape; several where its only parameter has several values."""
    values = {name: graph.objects(shape, iri) for iri, name, _ in component.parameters}
    if len(component.parameters) > 1 and any(len(v) > 1 for v in values.values()):
        raise Unsupported(f"{short(component.node)} has several parameters, so each may have one value", "6.2.1")
    validators = graph.objects(component.node, SH + ("propertyValidator" if path is not None else "nodeValidator"))
    validators = validators or graph.objects(component.node, SH + "validator")
    if not validators:
        raise Unsupported(f"{short(component.node)} has no validator for this kind of shape", "6.2.3")
    several = [name for name, found in values.items() if len(found) > 1]
    choices = [{several[0]: v} for v in values[several[0]]] if several else [{}]
    return [_use(graph, component, validators[0], {n: f[0] for n, f in values.items() if f} | choice, shape, path) for choice in choices]


def _use(graph: ShapesGraph, component: Component, validator: Term, values: dict[str, Term], shape: Term,
         path: paths.Path | None) -> Constraint:
    form = "ask" if graph.objects(validator, SH + "ask") else "select"
    if not graph.objects(validator, SH + form):
        raise Unsupported(f"the validator of {short(component.node)} has neither sh:ask nor sh:select; JavaScript is not run", "6.2.3")
    query = _prepared(graph, validator, _text(graph, validator, form), form.upper(), path, values)
    bound = (("currentShape", shape), *sorted(values.items()))
    messages = _messages(graph, validator) or _messages(graph, component.node)
    kind = Ask if form == "ask" else Select
    iri = component.node.value if isinstance(component.node, ox.NamedNode) else str(component.node)
    return Constraint(form, kind(query, validator, messages, bound), iri)
