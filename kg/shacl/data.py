"""The data graph: an Oxigraph store, queried as the union of its graphs, with what Oxigraph cannot keep kept beside it.

Oxigraph stores literals by value: "01"^^xsd:integer comes back as 1, "5"^^xsd:byte as an xsd:integer. For data that is read
here (files, an rdflib graph), literals that would change are kept as written in a second store, under a datatype that
Oxigraph leaves alone. Core constraints run there; SPARQL of shapes, which wants to calculate, runs on the plain store.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox
import rdflib

from kg.errors import StoreError
from kg.namespaces import RDF, RDFS, XSD
from kg.shacl.graph import FORMATS, from_rdflib
from kg.shacl.terms import FUNCTION, LANG_STRING, RDF_TYPE, STRING, Term, compare, has_datatype, regex_flags

AS_WRITTEN = "urn:x-rolegraph:as-written:"
_TRUE, _FALSE = ox.Literal(True), ox.Literal(False)
_KEPT = (STRING, LANG_STRING)
# written as Oxigraph writes them, so that they need no trial
_CANONICAL = {XSD + "integer": re.compile(r"0|-?[1-9]\d{0,17}"), XSD + "boolean": re.compile("true|false"),
              XSD + "decimal": re.compile(r"-?(?:0|[1-9]\d{0,9})(?:\.\d{0,9}[1-9])?(?<!-0)")}
_TESTS = {">": (1,), ">=": (0, 1), "<": (-1,), "<=": (-1, 0)}


@dataclass(slots=True)
class Data:
    """What is validated. `written` is None where the plain store holds every literal as it was written, or where no
    one can know (`derived`: the store came ready made)."""

    store: ox.Store
    written: ox.Store | None = None
    derived: bool = True
    _originals: dict[ox.Literal, set[ox.Literal]] = field(default_factory=dict)
    _altered: dict[ox.Literal, ox.Literal] = field(default_factory=dict)
    _probe: ox.Store = field(default_factory=ox.Store)
    _sets: dict[str, frozenset[Term]] = field(default_factory=dict)

    def encode(self, term: Term, plain: bool = False) -> Term:
        """The term as the store holds it that Core constraints run on, or as the plain store does."""
        if not isinstance(term, ox.Literal):
            return term
        stored = self._plain(term)
        if self.derived or stored == term:
            return stored
        self._originals.setdefault(stored, set()).add(term)
        return stored if plain else _marked(term)

    def decode(self, term: Term, plain: bool = False) -> Term:
        """The term as it was written; from the plain store where only one writing is known."""
        if not isinstance(term, ox.Literal):
            return term
        if plain:
            found = self._writings(term)
            return found[0] if len(found) == 1 else term
        name = term.datatype.value
        return ox.Literal(term.value, datatype=ox.NamedNode(name.removeprefix(AS_WRITTEN))) if name.startswith(AS_WRITTEN) else term

    def recode(self, term: Term) -> list[Term]:
        """What a term of the plain store may be in the other one."""
        return [self.encode(t) for t in self._writings(term)] if isinstance(term, ox.Literal) else [term]

    def _writings(self, term: ox.Literal) -> list[Term]:
        found = sorted(self._originals.get(term, ()), key=str)
        return found if found and not self.holds(term) else [term, *found]

    def _plain(self, term: ox.Literal) -> ox.Literal:
        name = term.datatype.value
        if name in _KEPT or (name in _CANONICAL and _CANONICAL[name].fullmatch(term.value)):
            return term
        if term not in self._altered:
            node = ox.NamedNode(RDF + "value")
            self._probe.clear()
            self._probe.add(ox.Quad(node, node, term))
            self._altered[term] = next(iter(self._probe)).object
        return self._altered[term]

    def select(self, query: str, plain: bool = False) -> ox.QuerySolutions:
        """Rows of a SELECT over the union of all graphs, with SHACL's own functions at hand."""
        store = self.store if plain or self.written is None else self.written
        return store.query(query, use_default_graph_as_union=True, custom_functions=self.functions())

    def triples(self) -> Iterator[ox.Triple]:
        """Every triple as it was written, once."""
        seen = set()
        for quad in self.store if self.written is None else self.written:
            triple = ox.Triple(quad.subject, quad.predicate, self.decode(quad.object))
            if triple not in seen:
                seen.add(triple)
                yield triple

    def has(self, subject: Term | None, predicate: str | None, object_: Term | None) -> bool:
        """Whether such a triple is in the store that Core runs on; None stands for any term."""
        if isinstance(subject, ox.Literal):
            return False
        store = self.store if self.written is None else self.written
        named = None if predicate is None else ox.NamedNode(predicate)
        return next(store.quads_for_pattern(subject, named, object_, None), None) is not None

    def holds(self, node: Term) -> bool:
        """Whether a triple has the node, as the store that Core runs on writes it, as subject or object."""
        return self.has(node, None, None) or self.has(None, None, node)

    def types(self, node: Term) -> set[Term]:
        """Classes that the node is said to be in."""
        store = self.store if self.written is None else self.written
        return set() if isinstance(node, ox.Literal) else {q.object for q in store.quads_for_pattern(node, RDF_TYPE, None, None)}

    def remember(self, nodes: Iterable[Term]) -> str:
        """Name a set of nodes that a query may ask about."""
        name = f"s{len(self._sets)}"
        self._sets[name] = frozenset(nodes)
        return name

    def functions(self) -> dict[ox.NamedNode, object]:
        """What SPARQL cannot decide: blank nodes by name, exact datatypes and order, Python's regexes, membership in a set."""
        def datatype(value: Term, iri: Term) -> ox.Literal:
            return _TRUE if has_datatype(self.decode(value), iri.value) else _FALSE

        def compared(operator: Term, left: Term, right: Term) -> ox.Literal:
            return _TRUE if compare(self.decode(left), self.decode(right)) in _TESTS[operator.value] else _FALSE

        def pattern(value: Term, regex: Term, flags: Term) -> ox.Literal:
            return _TRUE if re.search(regex.value, value.value, regex_flags(flags.value)) else _FALSE

        def member(name: Term, node: Term) -> ox.Literal:
            return _TRUE if node in self._sets[name.value] else _FALSE
        named = {"blank": lambda key: ox.BlankNode(key.value), "datatype": datatype, "compare": compared, "pattern": pattern, "member": member}
        return {ox.NamedNode(FUNCTION + name): function for name, function in named.items()}

    def subclasses(self, iri: str) -> list[str]:
        """The class and those below it that have instances; the class itself comes first."""
        rows = self.select(f"SELECT DISTINCT ?c WHERE {{ ?c <{RDFS}subClassOf>+ <{iri}> FILTER(isIRI(?c)) "
                           f"FILTER EXISTS {{ ?i <{RDF}type> ?c }} }}")
        return [iri, *sorted({row["c"].value for row in rows} - {iri})]


def _marked(term: ox.Literal) -> ox.Literal:
    return ox.Literal(term.value, datatype=ox.NamedNode(AS_WRITTEN + term.datatype.value))


def of_store(store: ox.Store) -> Data:
    """A store that exists already, as it is."""
    return Data(store)


def of_quads(quads: Iterable[ox.Quad]) -> Data:
    """Quads as they are written, in whatever graphs."""
    data = Data(ox.Store(), derived=False)
    plain, marked = [], []
    for quad in quads:
        literal = quad.object
        plain.append(ox.Quad(quad.subject, quad.predicate, literal))
        if isinstance(literal, ox.Literal) and literal.datatype.value not in _KEPT:
            if (stored := data._plain(literal)) != literal:
                data._originals.setdefault(stored, set()).add(literal)
                marked.append((len(plain) - 1, ox.Quad(quad.subject, quad.predicate, _marked(literal))))
    data.store.bulk_extend(plain)
    if marked:
        data.written = ox.Store()
        for place, quad in marked:
            plain[place] = quad
        data.written.bulk_extend(plain)
    return data


def of_graph(graph: rdflib.Graph) -> Data:
    """A graph held by rdflib; of a dataset, the union of its graphs."""
    triples = graph.triples((None, None, None)) if not isinstance(graph, rdflib.Dataset) else (q[:3] for q in graph.quads())
    return of_quads(ox.Quad(from_rdflib(s), from_rdflib(p), from_rdflib(o)) for s, p, o in triples)


def of_files(files: Iterable[Path]) -> Data:
    """The union of RDF files; a file that cannot be read is a StoreError with its line."""
    return of_quads(_read(files))


def _read(files: Iterable[Path]) -> Iterator[ox.Quad]:
    for path in files:
        fmt = FORMATS.get(path.suffix.lower())
        if fmt is None:
            raise StoreError(f"no RDF format for the ending {path.suffix!r}", place=str(path), hint="use " + ", ".join(sorted(FORMATS)))
        try:
            with path.open("rb") as stream:
                yield from ox.parse(stream, fmt, base_iri=path.resolve().as_uri(), rename_blank_nodes=True)
        except SyntaxError as error:
            line = f":{error.lineno}" if error.lineno else ""
            raise StoreError(str(error.msg or error), place=f"{path}{line}", hint="fix the syntax") from error
        except OSError as error:
            raise StoreError(error.strerror or str(error), place=str(path), hint="name a file that can be read") from error
