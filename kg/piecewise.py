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

from kg.consolidate.aggregation import PIECE, Piece
from kg.namespaces import RDFS
from kg.shacl import Report, Result, ShapesPlan, local
from kg.shacl.data import of_store
from kg.shacl.evaluate import Evaluation
from kg.shacl.local import Local, Step
from kg.shacl.plan import Wanted
from kg.shacl.shapes import Targets
from kg.shacl.terms import RDF_TYPE, Term

R = TypeVar("R")
# bytes of lines that are validated at once: larger ones take more memory, of smaller ones each costs all the queries
BUNDLE = 25_000_000
# of a property with up to so many triples every worker may hold all
RARE = 100_000
BELOW = RDFS + "subClassOf"
_PIECE, _KEPT = ox.NamedNode("urn:x-rolegraph:piece"), ox.NamedNode("urn:x-rolegraph:kept")


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
    done = {place: results for place, results in found.items() if crossing.isdisjoint(units[place].within)}
    results = [r for some in done.values() for r in some]
    data = of_store(store)
    for place in done:
        if others := _elsewhere(plan, place, store, shared):
            results += [r for some in plan.one_by_one(data, [plan.units[place]], Wanted(None, others)) for r in some]
    whole = [unit for place, unit in enumerate(plan.units) if place not in done]
    results += [r for some in plan.side_by_side(data, whole, threads) for r in some]
    return plan.report(data, results)


def judged(data: bytes, common: Common) -> Judged:
    """What a piece shows; `data` are the lines of its documents."""
    plan, around = common.plan, _around(common)
    own = around.lay(data)
    out = Judged(crossing=around.crossing)
    evaluation = Evaluation(of_store(around.store), tuple(plan.graph.triples))
    focus = {root: around.members(root.targets, evaluation) & own for root in {plan.units[place].root for place in common.units}}
    alone = {root: evaluation.count(evaluation.targets(root)) == len(nodes) for root, nodes in focus.items() if nodes}
    for place in common.units:
        unit = plan.units[place]
        if nodes := focus[unit.root]:
            # terms that documents name may be targets too, but not all that is said of them is here
            out.results[place] = list(plan.results(evaluation, unit, None if alone[unit.root] else Wanted(None, frozenset(nodes))))
    around.clear()
    return out


class _Around:
    """A store for one piece after another, which keeps what is said of the terms that documents name."""

    def __init__(self, common: Common) -> None:
        self.store, self._whole, self._kept = ox.Store(), ox.Store.read_only(common.database), set()
        self._made = [ox.NamedNode(iri) for iri in common.made]
        self._graphs: set[str] = set()
        self.crossing: set[Step] = set()
        self._follow: dict[Step, list[ox.NamedNode]] = {}
        for step, iri in sorted({pair for found in common.units.values() for pair in found.follow}):
            self._follow.setdefault(step, []).append(ox.NamedNode(iri))
        for iri in sorted({BELOW, *(iri for found in common.units.values() for iri in found.whole)}):
            quads = list(self._whole.quads_for_pattern(None, ox.NamedNode(iri), None))
            self._add(quads, _KEPT)
            self._bring({((iri, True), q.subject) for q in quads}, _KEPT)

    def lay(self, data: bytes) -> set[ox.NamedNode]:
        """Load a piece with all that is said of its nodes, which are returned."""
        lines = [line.split(b" ", 3) for line in data.split(b"\n") if line]
        names = {line[0] for line in lines}
        # of documents' own quads no subject is another's; terms are named by many documents
        leaving = {(line[1], line[2]) for line in lines if line[2] not in names}
        self._graphs = {line[3].rsplit(b" ", 2)[-2] for line in lines}
        self.store.bulk_load(data, ox.RdfFormat.N_QUADS)
        self.crossing = {(_name(p), False) for p, _ in leaving}
        self._bring({((_name(p), False), ox.NamedNode(_name(o))) for p, o in leaving if o.startswith(b"<")}, _KEPT)
        own = {ox.NamedNode(_name(name)) for name in names}
        further = {q for node in own for graph in self._made for q in
                   (*self._whole.quads_for_pattern(node, None, None, graph), *self._whole.quads_for_pattern(None, None, node, graph))}
        self._add(further, _PIECE)
        out = {((q.predicate.value, False), q.object) for q in further if q.subject in own and q.object not in own}
        out |= {((q.predicate.value, True), q.subject) for q in further if q.object in own and q.subject not in own}
        self.crossing |= {step for step, _ in out}
        self._bring(out, _PIECE)
        return own

    def members(self, targets: Targets, evaluation: Evaluation) -> set[Term]:
        """The targets of a shape, but for nodes that it names."""
        patterns = [(RDF_TYPE, ox.NamedNode(c)) for name in targets.classes for c in evaluation.subclasses(name)]
        patterns += [(ox.NamedNode(iri), None) for iri in targets.subjects_of]
        return {*targets.nodes, *(q.subject for p, o in patterns for q in self.store.quads_for_pattern(None, p, o))}

    def clear(self) -> None:
        """Forget the piece."""
        for graph in (*sorted(map(_name, self._graphs)), _PIECE.value):
            self.store.remove_graph(ox.NamedNode(graph))

    def _bring(self, todo: set[tuple[Step, Term]], graph: ox.NamedNode) -> None:
        """Load what is followed from nodes, and from all that this leads to."""
        seen = self._kept if graph == _KEPT else set(self._kept)
        while todo := {(step, node) for step, node in todo if step in self._follow} - seen:
            seen |= todo
            found = [q for step, node in todo if not isinstance(node, ox.Literal)
                     for iri in self._follow[step] for q in self._whole.quads_for_pattern(node, iri, None)]
            self._add(found, graph)
            todo = {((q.predicate.value, False), q.object) for q in found}

    def _add(self, quads: Iterable[ox.Quad], graph: ox.NamedNode) -> None:
        self.store.bulk_extend(ox.Quad(q.subject, q.predicate, q.object, graph) for q in quads)


@lru_cache(maxsize=1)
def _around(common: Common) -> _Around:
    return _Around(common)


def _name(term: bytes) -> str:
    return term[1:-1].decode()


def _bundles(parts: Sequence[Path]) -> Iterator[Bundle]:
    """The documents' lines in bundles of much the same size."""
    pieces: list[Piece] = []
    size = 0
    for path in parts:
        shares = 1 + path.stat().st_size // PIECE
        for share in range(shares):
            if pieces and size + path.stat().st_size // shares > BUNDLE:
                yield Bundle(tuple(pieces))
                pieces, size = [], 0
            pieces.append(Piece(path, share, shares))
            size += path.stat().st_size // shares
    if pieces:
        yield Bundle(tuple(pieces))


def _elsewhere(plan: ShapesPlan, place: int, store: ox.Store, shared: Sequence[str]) -> frozenset[Term]:
    """Focus nodes of a unit whose targets no document describes."""
    focus = Evaluation(of_store(store)).targets(plan.units[place].root)
    graphs = {ox.NamedNode(iri) for iri in shared}
    rows = store.query(f"SELECT DISTINCT ?this WHERE {{ {focus.pattern('?this')} }}", default_graph=sorted(graphs, key=str))
    return frozenset(node for node in (*(row["this"] for row in rows), *plan.units[place].root.targets.nodes)
                     if not any(q.graph_name not in graphs for q in store.quads_for_pattern(node, None, None)))
