"""A compiled shapes graph: which shapes look at which nodes, and validation of a store with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import reduce
from itertools import repeat
from pathlib import Path

import pyoxigraph as ox
import rdflib

from kg.namespaces import SH, XSD
from kg.shacl import data as data_graph
from kg.shacl import messages, paths, reference
from kg.shacl.asked import BATCH
from kg.shacl.data import Data
from kg.shacl.evaluate import Evaluation, Finding
from kg.shacl.focus import Focus, of_nodes
from kg.shacl.graph import ShapesGraph, of_graph, read_files, short
from kg.shacl.parse import Parser
from kg.shacl.report import Report, Result
from kg.shacl.shapes import Ask, Select, Shape
from kg.shacl.terms import INTEGERS, Term


@dataclass(frozen=True, slots=True)
class Unit:
    """A shape whose results are reported: one with targets, or a property shape that `prefixes` lead to from such a one."""

    shape: Shape
    root: Shape
    prefixes: tuple[paths.Path, ...]


@dataclass(slots=True)
class ShapesPlan:
    """What `compile_shapes` returns. `notes` say what a user should know, such as shapes that only pySHACL can run."""

    graph: ShapesGraph
    roots: tuple[Shape, ...]
    notes: tuple[str, ...] = ()
    units: tuple[Unit, ...] = field(init=False)
    advanced: tuple[Shape, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.advanced = tuple(root for root in self.roots if reference.advanced(root))
        self.units = tuple(unit for root in self.roots if root not in self.advanced for unit in _units(root, root, ()))

    def validate(self, store: ox.Store | rdflib.Graph | Data, focus: Iterable[Term] | Mapping[Term, Iterable[Term] | None] | None = None,
                 workers: int = 1) -> Report:
        """Validate the union of the store's graphs. `focus` keeps to results at given focus nodes: for every shape, or by
        the node of the source shape (None: all of them). `workers` threads run the queries of a whole validation side by side."""
        data = _data(store)
        wanted = _by_shape(focus)
        units = [u for u in self.units if wanted is None or wanted.any(u.shape)]
        found = self.side_by_side(data, units, workers) if workers > 1 and wanted is None else self.one_by_one(data, units, wanted)
        return self.report(data, [r for part in found for r in part], wanted)

    def report(self, data: Data, results: list[Result], wanted: Wanted | None = None) -> Report:
        """The report of what the units found, with what pySHACL alone can find."""
        if self.advanced:
            results += [r for r in reference.results(self.graph, self.advanced, data) if wanted is None or wanted.has(r)]
        return Report(tuple(results), (*self.notes, *(self._derived() if data.derived else ())))

    def one_by_one(self, data: Data, units: Iterable[Unit], wanted: Wanted | None = None) -> Iterator[list[Result]]:
        """The results of some units, which share what is looked up."""
        evaluation = Evaluation(data, tuple(self.graph.triples))
        for unit in units:
            yield list(self.results(evaluation, unit, wanted))

    def side_by_side(self, data: Data, units: Iterable[Unit], workers: int) -> Iterator[list[Result]]:
        """The results of some units, by threads."""
        with ThreadPoolExecutor(workers) as pool:
            yield from pool.map(lambda unit: list(self.results(Evaluation(data, tuple(self.graph.triples)), unit, None)), units)

    def shapes(self) -> dict[Term, Shape]:
        """Every shape that may be a result's source shape, by its node."""
        return {s.node: s for root in self.roots for s in reference.everything(root)}

    def results(self, evaluation: Evaluation, unit: Unit, wanted: Wanted | None = None) -> Iterator[Result]:
        """The results of one unit, of every focus node or of those wanted."""
        targets = evaluation.targets(unit.root)
        focus = reduce(Focus.step, unit.prefixes, targets)
        nodes = wanted.of(unit.shape.node) if wanted is not None else None
        for part in [focus] if nodes is None else _batches(evaluation, unit, focus, nodes):
            found = [_result(unit.shape, finding) for finding in evaluation.findings(unit.shape, part)]
            times = evaluation.ways(targets, unit.prefixes, {r.focus for r in found}) if unit.prefixes else {}
            for result in found:
                yield from repeat(result, times.get(result.focus, 1))

    def _derived(self) -> list[str]:
        found = {(s, c.value) for u in self.units for s in [u.shape] for c in s.constraints if c.kind == "datatype"}
        names = sorted({short(ox.NamedNode(v)) for _, v in found if v in INTEGERS and v != XSD + "integer"})
        if not names:
            return []
        return [f"sh:datatype {', '.join(names)}: the store keeps xsd:integer in place of the integer types derived from it, "
                "so whether the value is in range is checked"]


def _data(store: ox.Store | rdflib.Graph | Data) -> Data:
    if isinstance(store, Data):
        return store
    return data_graph.of_graph(store) if isinstance(store, rdflib.Graph) else data_graph.of_store(store)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Focus nodes that are asked for, by shape or of every shape."""

    shapes: Mapping[Term, frozenset[Term] | None] | None
    every: frozenset[Term]

    def of(self, shape: Term) -> frozenset[Term] | None:
        """The nodes for a shape; None for all that it looks at."""
        return self.every if self.shapes is None else self.shapes.get(shape, frozenset())

    def any(self, shape: Shape) -> bool:
        """Whether there is something to validate for the shape."""
        found = self.of(shape.node)
        return found is None or bool(found)

    def has(self, result: Result) -> bool:
        """Whether a result is asked for."""
        nodes = self.of(result.shape)
        return nodes is None or result.focus in nodes


def _by_shape(focus: Iterable[Term] | Mapping[Term, Iterable[Term] | None] | None) -> Wanted | None:
    if focus is None:
        return None
    if isinstance(focus, Mapping):
        return Wanted({shape: None if nodes is None else frozenset(nodes) for shape, nodes in focus.items()}, frozenset())
    return Wanted(None, frozenset(focus))


def _batches(evaluation: Evaluation, unit: Unit, focus: Focus, nodes: frozenset[Term]) -> Iterator[Focus]:
    """The given nodes that are in the focus, found once, so that every query starts from them."""
    encode = evaluation.data.encode
    if not unit.prefixes:
        yield from evaluation.asked.among(unit.root, nodes, focus.absent)
        return
    listed = sorted(nodes, key=str)
    for start in range(0, len(listed), BATCH):
        found = evaluation.nodes(focus.within(listed[start:start + BATCH], encode))
        if found:
            yield of_nodes(found, encode, focus.absent)


def _units(shape: Shape, root: Shape, prefixes: tuple[paths.Path, ...]) -> Iterator[Unit]:
    if shape.deactivated:
        return
    yield Unit(shape, root, prefixes)
    for inner in shape.properties:
        yield from _units(inner, root, (*prefixes, shape.path) if shape.path is not None else prefixes)


def _result(shape: Shape, finding: Finding) -> Result:
    found = finding.constraint.value
    source = found.node if isinstance(found, Select | Ask) and finding.constraint.component == SH + "SPARQLConstraintComponent" else None
    return Result(finding.this, finding.path, finding.value, finding.constraint.component, shape.severity.value, shape.node,
                  messages.of(shape, finding), source)


def compile_shapes(shapes: ShapesGraph | rdflib.Graph | ox.Store | ox.Dataset | Iterable[Path] | Path,
                   source: str | Mapping[str, str] | None = None) -> ShapesPlan:
    """Compile a shapes graph. `source` is the Turtle text that it was read from, or texts by file name, so that errors can name
    lines; files are read with theirs. ShapesError names shape, place and section of the SHACL recommendation."""
    texts = {"shapes": source} if isinstance(source, str) else dict(source or {})
    if isinstance(shapes, ShapesGraph):
        graph = shapes
    elif isinstance(shapes, rdflib.Graph):
        graph = of_graph(shapes)
    elif isinstance(shapes, ox.Store | ox.Dataset):
        graph = ShapesGraph(shapes)
    else:
        graph = read_files([shapes] if isinstance(shapes, Path) else shapes)
    graph.texts = graph.texts or texts
    parser = Parser(graph)
    roots = tuple(parser.roots())
    notes = [*parser.notes, *(reference.note(graph, root) for root in roots if reference.advanced(root))]
    return ShapesPlan(graph, roots, tuple(notes))
