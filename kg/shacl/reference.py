"""pySHACL: the engine to compare with, and the one that runs what is left to it (SHACL Advanced Features).

It is slow (minutes for a million triples) and changes how rdflib reads literals in the whole process, so it runs in processes
of its own, on an rdflib graph: on an Oxigraph-backed one it reports violations that are none.
"""

from __future__ import annotations

import logging
import multiprocessing
import warnings
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import pyoxigraph as ox
import rdflib

from kg.errors import ShapesError
from kg.namespaces import RDF, RDFS, SH
from kg.shacl import paths
from kg.shacl.data import Data
from kg.shacl.graph import ShapesGraph, of_graph
from kg.shacl.report import Result
from kg.shacl.shapes import Qualified, Shape
from kg.shacl.terms import RDF_TYPE, Term

TARGETS = tuple(SH + name for name in ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf", "target"))


def to_rdflib(term: Term) -> rdflib.term.Node:
    """An Oxigraph term as an rdflib term, lexical form unchanged."""
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    datatype = None if term.datatype.value.endswith("XMLSchema#string") else rdflib.URIRef(term.datatype.value)
    return rdflib.Literal(term.value, datatype=datatype, normalize=False)


def _rdflib_graph(triples: Iterable[ox.Triple]) -> rdflib.Graph:
    graph = rdflib.Graph()
    for triple in triples:
        graph.add((to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object)))
    return graph


def run_here(shapes: Sequence[ox.Triple], data: Sequence[ox.Triple]) -> list[Result] | str:
    """Validate in this process, which should be a child: results, or why pySHACL could not."""
    logging.disable(logging.CRITICAL)  # rdflib reports every ill-formed literal, which is what the shapes are to judge
    warnings.simplefilter("ignore")
    import pyshacl
    try:
        _, found, text = pyshacl.validate(_rdflib_graph(data), shacl_graph=_rdflib_graph(shapes), advanced=True, inplace=True)
    except (pyshacl.errors.ShapeLoadError, pyshacl.errors.ConstraintLoadError, pyshacl.errors.ReportableRuntimeError,
            NotImplementedError, RecursionError) as error:
        return str(error) or type(error).__name__
    if not isinstance(found, rdflib.Graph):
        return text
    return list(_results(found))


def _results(report: rdflib.Graph) -> Iterator[Result]:
    graph = of_graph(report)
    for node in sorted({o for s in graph.having(SH + "result") for o in graph.objects(s, SH + "result")}, key=str):
        def one(name: str, node: Term = node) -> Term | None:
            return next(iter(graph.objects(node, SH + name)), None)
        path = one("resultPath")
        yield Result(one("focusNode"), paths.read(path, graph.objects) if path is not None else None, one("value"),
                     one("sourceConstraintComponent").value, one("resultSeverity").value, one("sourceShape"),
                     tuple(sorted((m for m in graph.objects(node, SH + "resultMessage")), key=str)), one("sourceConstraint"))


def run(shapes: Sequence[ox.Triple], parts: Sequence[Sequence[ox.Triple]], processes: int = 1) -> list[list[Result]]:
    """Validate each part by itself in child processes; ShapesError carries what pySHACL says where it cannot."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(processes, len(parts)) or 1, mp_context=context) as pool:
        try:
            found = list(pool.map(run_here, [list(shapes)] * len(parts), parts))
        except BrokenProcessPool as error:
            raise ShapesError("pySHACL's process ended before it answered, most likely for want of memory",
                              hint="use the native engine") from error
    for answer in found:
        if isinstance(answer, str):
            raise ShapesError(f"pySHACL cannot validate with these shapes: {answer}", hint="use the native engine")
    return found


def everything(shape: Shape) -> Iterator[Shape]:
    """The shape and all that it refers to, at any depth."""
    yield shape
    referred = list(shape.properties)
    for constraint in shape.constraints:
        for value in constraint.value if isinstance(constraint.value, tuple) else (constraint.value,):
            referred += [value] if isinstance(value, Shape) else [value.shape, *value.siblings] if isinstance(value, Qualified) else []
    for inner in referred:
        yield from everything(inner)


def advanced(shape: Shape) -> tuple[str, ...]:
    """The terms of SHACL Advanced Features that the shape depends on; empty for shapes that run natively."""
    return tuple(sorted({term for s in everything(shape) for term in s.reference}))


def note(graph: ShapesGraph, shape: Shape) -> str:
    """What a user should know of a shape that pySHACL runs."""
    return (f"shape {graph.describe(shape.node)} uses {', '.join(advanced(shape))} (SHACL Advanced Features): it is run by pySHACL "
            "on a copy of the triples that it can see, which takes long on large data")


def results(graph: ShapesGraph, roots: Sequence[Shape], data: Data) -> list[Result]:
    """Results of shapes that only pySHACL can run."""
    kept = {shape.node for shape in roots}
    triples = [t for t in graph.triples if t.subject in kept or not (t.predicate.value in TARGETS or _makes_class(t))]
    return run(triples, [list(_visible(graph, roots, data))])[0]


def _makes_class(triple: ox.Triple) -> bool:
    return triple.predicate == RDF_TYPE and triple.object.value in (RDFS + "Class", RDF + "Class")


def _visible(graph: ShapesGraph, roots: Sequence[Shape], data: Data) -> Iterator[ox.Triple]:
    """The triples whose properties the shapes name; all of them where a shape is closed or holds SPARQL."""
    seen: set[Term] = set()
    todo: list[Term] = [shape.node for shape in roots]
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo += [o for p in graph.predicates(node) for o in graph.objects(node, p)]
    texts = any(p in (SH + "select", SH + "ask", SH + "construct", SH + "closed") for n in seen for p in graph.predicates(n))
    names = {n.value for n in seen if isinstance(n, ox.NamedNode)} | {RDF_TYPE.value, RDFS + "subClassOf"}
    for triple in data.triples():
        if texts or triple.predicate.value in names:
            yield triple
