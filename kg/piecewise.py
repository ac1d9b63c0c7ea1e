"""Validation of a graph that is too large for memory: documents piece by piece by a crew, and what is left in the database.

A piece is loaded into memory with what other graphs say of its nodes, and every shape that looks no further (`kg.shacl.local`) is
validated there; the rest, such as shapes of facts and vocabulary, are validated in the database. The report is that of the whole.
What is known before documents are read does not speak of what they describe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import Protocol, TypeVar

import pyoxigraph as ox

from kg.consolidate.aggregation import Piece, pieces_of
from kg.namespaces import RDFS
from kg.shacl import Report, Result, ShapesPlan, local
from kg.shacl.data import of_store
from kg.shacl.evaluate import Evaluation
from kg.shacl.local import Local, Step
from kg.shacl.plan import Wanted
from kg.shacl.shapes import Shape, Targets
from kg.shacl.terms import RDF_TYPE, Term

R = TypeVar("R")
# bytes of lines that are validated at once: larger ones take more memory, of smaller ones each costs all the queries
BUNDLE = 25_000_000
# of a property with up to so many triples every piece may hold all; with a hundred thousand of them a piece took ten times as long, while
# shapes that need more are validated on the database in a fraction of that
RARE = 20_000
# more focus nodes than so many are found faster by their shape's own query than one by one
MANY = 2_000
BELOW = RDFS + "subClassOf"


@dataclass(frozen=True, slots=True)
class Bundle:
    """The lines of some pieces."""

    pieces: tuple[Piece, ...]

    def read(self) -> bytes:
        """The lines."""
        return b"".join(piece.read() for piece in self.pieces)


class Crew(Protocol):
    """Those who validate, each with the database at hand."""

    def map(self, work: Callable[[bytes, Common], R], common: Common, items: Iterable[Bundle]) -> Iterator[R]:
        """What `work` makes of the lines of each item, in the order in which it is done."""


@dataclass(frozen=True, slots=True, eq=False)
class Common:
    """What everyone is told: the shapes, which of their units are local, where the whole graph lies, and which of its graphs are made
    of documents (IRIs), as facts are."""

    plan: ShapesPlan
    units: Mapping[int, Local]
    database: str
    made: tuple[str, ...]


@dataclass(slots=True)
class Judged:
    """Of a piece: results by unit, with all units that had focus nodes; steps that lead out of it."""

    results: dict[int, list[Result]] = field(default_factory=dict)
    crossing: set[Step] = field(default_factory=set)


def validate(plan: ShapesPlan, store: ox.Store, database: Path, parts: Sequence[Path], shared: Sequence[str], made: Sequence[str],
             crew: Crew, threads: int) -> Report:
    """The report of the whole graph in `store`. `database` is a copy that nobody writes to, `parts` are files with the documents' graphs,
    `shared` names all other graphs, `made` those of them that are made of documents."""
    bundles = list(_bundles(parts))
    sample = {step for part in crew.map(judged, Common(plan, {}, str(database), tuple(made)), bundles[:1]) for step in part.crossing}

    @cache
    def rare(iri: str) -> bool:
        return sum(1 for _ in islice(store.quads_for_pattern(None, ox.NamedNode(iri), None), RARE + 1)) <= RARE
    units = local.local_units(plan, sample, rare)
    found: dict[int, list[Result]] = {}
    crossing: set[Step] = set()
    for part in crew.map(judged, Common(plan, units, str(database), tuple(made)), bundles):
        crossing |= part.crossing
        for place, results in part.results.items():
            found.setdefault(place, []).extend(results)
    elsewhere = _elsewhere(plan, [place for place in found if crossing.isdisjoint(units[place].within)], store, shared)
    done = {place: found[place] for place in elsewhere}
    results = [r for some in done.values() for r in some]
    data = of_store(store)
    for place, others in elsewhere.items():
        if others:
            results += [r for some in plan.one_by_one(data, [plan.units[place]], Wanted(None, others)) for r in some]
    whole = [unit for place, unit in enumerate(plan.units) if place not in done]
    results += [r for some in plan.side_by_side(data, whole, threads) for r in some]
    return plan.report(data, results)


def judged(data: bytes, common: Common) -> Judged:
    """What a piece shows; `data` are the lines of its documents."""
    plan, around = common.plan, _around(common)
    own, crossing, store = around.lay(data)
    out, evaluation = Judged(crossing=crossing), Evaluation(of_store(store), tuple(plan.graph.triples))
    focus = {root: _members(root.targets, evaluation) & own for root in {plan.units[place].root for place in common.units}}
    alone = {root: evaluation.count(evaluation.targets(root)) == len(nodes) for root, nodes in focus.items() if nodes}
    for place in common.units:
        unit = plan.units[place]
        if nodes := focus[unit.root]:
            # terms that documents name may be targets too, but not all that is said of them is here
            out.results[place] = list(plan.results(evaluation, unit, None if alone[unit.root] else Wanted(None, frozenset(nodes))))
    return out


class _Around:
    """Lays one piece after another, and keeps what is said of the terms that documents name."""

    def __init__(self, common: Common) -> None:
        self._whole = ox.Store.read_only(common.database)
        self._made = [ox.NamedNode(iri) for iri in common.made]
        self._kept: list[ox.Quad] = []
        self._seen: set[tuple[Step, Term]] = set()
        self._follow: dict[Step, list[ox.NamedNode]] = {}
        for step, iri in sorted({pair for found in common.units.values() for pair in found.follow}):
            self._follow.setdefault(step, []).append(ox.NamedNode(iri))
        for iri in sorted({BELOW, *(iri for found in common.units.values() for iri in found.whole)}):
            quads = list(self._whole.quads_for_pattern(None, ox.NamedNode(iri), None))
            self._kept += [*quads, *self._said({((iri, True), q.subject) for q in quads}, self._seen)]

    def lay(self, data: bytes) -> tuple[set[ox.NamedNode], set[Step], ox.Store]:
        """The nodes of a piece, the steps that lead out of it, and a store with the piece and all that is said of its nodes.

        The store is a new one each time: one in memory keeps the room of what is removed, and its indexes lead past it."""
        lines = [line.split(b" ", 3) for line in data.split(b"\n") if line]
        names = {line[0] for line in lines}
        leaving = {(_name(line[1]), line[2]) for line in lines if line[2] not in names}
        # terms are named by many documents, what consolidation made of this piece by few
        self._kept += self._said({((name, False), ox.NamedNode(_name(o))) for name, o in leaving if o.startswith(b"<")}, self._seen)
        own = {ox.NamedNode(_name(name)) for name in names}
        further = {q for node in own for graph in self._made for q in
                   (*self._whole.quads_for_pattern(node, None, None, graph), *self._whole.quads_for_pattern(None, None, node, graph))}
        out = {((q.predicate.value, False), q.object) for q in further if q.subject in own and q.object not in own}
        out |= {((q.predicate.value, True), q.subject) for q in further if q.object in own and q.subject not in own}
        store = ox.Store()
        store.bulk_load(data, ox.RdfFormat.N_QUADS)
        store.bulk_extend([*self._kept, *further, *self._said(out, set(self._seen))])
        return own, {(name, False) for name, _ in leaving} | {step for step, _ in out}, store

    def _said(self, todo: set[tuple[Step, Term]], seen: set[tuple[Step, Term]]) -> list[ox.Quad]:
        """What is followed from nodes, and from all that this leads to; `seen` gains the nodes."""
        said: list[ox.Quad] = []
        while todo := {(step, node) for step, node in todo if step in self._follow} - seen:
            seen |= todo
            found = [q for step, node in todo if not isinstance(node, ox.Literal)
                     for iri in self._follow[step] for q in self._whole.quads_for_pattern(node, iri, None)]
            said += found
            todo = {((q.predicate.value, False), q.object) for q in found}
        return said


def _members(targets: Targets, evaluation: Evaluation) -> set[Term]:
    """The targets of a shape."""
    patterns = [(RDF_TYPE, ox.NamedNode(c)) for name in targets.classes for c in evaluation.subclasses(name)]
    patterns += [(ox.NamedNode(iri), None) for iri in targets.subjects_of]
    return {*targets.nodes, *(q.subject for p, o in patterns for q in evaluation.data.store.quads_for_pattern(None, p, o))}


@lru_cache(maxsize=1)
def _around(common: Common) -> _Around:
    return _Around(common)


def _name(term: bytes) -> str:
    return term[1:-1].decode()


def _bundles(parts: Sequence[Path]) -> Iterator[Bundle]:
    """The documents' lines in bundles of much the same size."""
    pieces: list[Piece] = []
    size = 0
    for piece in (piece for path in parts for piece in pieces_of(path)):
        weight = piece.path.stat().st_size // piece.of
        if pieces and size + weight > BUNDLE:
            yield Bundle(tuple(pieces))
            pieces, size = [], 0
        pieces.append(piece)
        size += weight
    if pieces:
        yield Bundle(tuple(pieces))


def _elsewhere(plan: ShapesPlan, places: Iterable[int], store: ox.Store, shared: Sequence[str]) -> dict[int, frozenset[Term]]:
    """By unit, focus nodes that no document describes; without units that have many of them, which are faster as a whole."""
    evaluation, graphs = Evaluation(of_store(store)), sorted(map(ox.NamedNode, shared), key=str)

    @cache
    def others(root: Shape) -> frozenset[Term] | None:
        pattern = evaluation.targets(root).pattern("?this")
        rows = store.query(f"SELECT DISTINCT ?this WHERE {{ {pattern} }} LIMIT {MANY + 1}", default_graph=graphs)
        nodes = [*(row["this"] for row in rows), *root.targets.nodes]
        if len(nodes) > MANY:
            return None
        return frozenset(n for n in nodes if all(q.graph_name in graphs for q in store.quads_for_pattern(n, None, None)))
    found = {place: others(plan.units[place].root) for place in places}
    return {place: nodes for place, nodes in found.items() if nodes is not None}
