"""A shapes graph as the compiler reads it: triples by subject and property, lists, and the line where a shape stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import rdflib

from kg.errors import ShapesError
from kg.namespaces import PREFIXES
from kg.shacl import paths
from kg.shacl.terms import RDF_TYPE, SUBCLASS_OF, Term

FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE, ".nt": ox.RdfFormat.N_TRIPLES, ".nq": ox.RdfFormat.N_QUADS, ".trig": ox.RdfFormat.TRIG,
    ".rdf": ox.RdfFormat.RDF_XML, ".xml": ox.RdfFormat.RDF_XML, ".owl": ox.RdfFormat.RDF_XML, ".n3": ox.RdfFormat.N3,
    ".jsonld": ox.RdfFormat.JSON_LD, ".json": ox.RdfFormat.JSON_LD,
}


class ShapesGraph:
    """Triples of a shapes graph and, where it came from files, their text."""

    def __init__(self, triples: Iterable[ox.Triple | ox.Quad], texts: dict[str, str] | None = None) -> None:
        self.texts = texts or {}
        self.triples: list[ox.Triple] = []
        self._objects: dict[tuple[Term, str], list[Term]] = {}
        self._subjects: dict[tuple[str, Term], list[Term]] = {}
        self._predicates: dict[Term, list[str]] = {}
        self._referrers: dict[Term, list[Term]] = {}
        self._places: dict[tuple[Term, str], str] = {}
        for item in triples:
            triple = item.triple if isinstance(item, ox.Quad) else item
            found = self._objects.setdefault((triple.subject, triple.predicate.value), [])
            if triple.object in found:
                continue
            found.append(triple.object)
            self.triples.append(triple)
            self._subjects.setdefault((triple.predicate.value, triple.object), []).append(triple.subject)
            self._referrers.setdefault(triple.object, []).append(triple.subject)
            names = self._predicates.setdefault(triple.subject, [])
            if triple.predicate.value not in names:
                names.append(triple.predicate.value)

    def objects(self, node: Term, predicate: ox.NamedNode | str) -> list[Term]:
        """Objects of one subject and property, in order of reading."""
        return self._objects.get((node, predicate if isinstance(predicate, str) else predicate.value), [])

    def subjects(self, predicate: str, node: Term) -> list[Term]:
        """Subjects of one property and object."""
        return self._subjects.get((predicate, node), [])

    def predicates(self, node: Term) -> list[str]:
        """IRIs of the properties that the node has."""
        return self._predicates.get(node, [])

    def having(self, predicate: str) -> Iterator[Term]:
        """Every subject that has the property, once."""
        return (node for node, p in list(self._objects) if p == predicate)

    def types(self, node: Term) -> set[Term]:
        """The node's classes in the shapes graph and what they are below."""
        todo, seen = list(self.objects(node, RDF_TYPE)), set()
        while todo:
            item = todo.pop()
            if item not in seen:
                seen.add(item)
                todo += self.objects(item, SUBCLASS_OF)
        return seen

    def items(self, node: Term) -> list[Term] | None:
        """Members of a list, or None where it is not well-formed."""
        out, cells = [], set()
        while node != paths.NIL:
            first, rest = self.objects(node, paths.FIRST), self.objects(node, paths.REST)
            if node in cells or len(first) != 1 or len(rest) != 1:
                return None
            cells.add(node)
            out.append(first[0])
            node = rest[0]
        return out

    def place(self, node: Term, needle: str = "") -> str:
        """File and line of the node's description ("shapes/claim.ttl:12"); of `needle` after it, where given."""
        owner = self.owner(node)
        if (owner, needle) not in self._places:
            self._places[owner, needle] = self._find(owner, needle)
        return self._places[owner, needle]

    def _find(self, owner: Term, needle: str) -> str:
        for name, content in self.texts.items() if isinstance(owner, ox.NamedNode) else ():
            found = _subject_pattern(owner.value, content).search(content)
            if found:
                start = found.start("subject")
                at = content.find(needle, start) if needle else -1
                return f"{name}:{content.count(chr(10), 0, at if at >= 0 else start) + 1}"
        return next(iter(self.texts), "") if len(self.texts) < 2 else ", ".join(self.texts)

    def owner(self, node: Term) -> Term:
        """The nearest node with an IRI from which a blank node is reached."""
        seen: set[Term] = set()
        todo = [node]
        while todo:
            item = todo.pop(0)
            if isinstance(item, ox.NamedNode):
                return item
            if item not in seen:
                seen.add(item)
                todo += self._referrers.get(item, [])
        return node

    def describe(self, node: Term) -> str:
        """The node in messages: its IRI, shortened, or where it hangs for a blank node."""
        if isinstance(node, ox.BlankNode):
            owner = self.owner(node)
            return f"a blank node below {self.describe(owner)}" if owner != node else "a blank node"
        return short(node)


def short(term: Term) -> str:
    """A term as a person writes it: prefixed where the prefix is known.

    >>> short(ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel"))
    'skos:prefLabel'
    """
    if isinstance(term, ox.NamedNode):
        for prefix, base in PREFIXES.items():
            rest = term.value.removeprefix(base)
            if rest != term.value and re.fullmatch(r"[\w-]+", rest):
                return f"{prefix}:{rest}"
    return str(term)


def _subject_pattern(iri: str, content: str) -> re.Pattern[str]:
    names = [re.escape(f"<{iri}>")]
    for prefix, base in re.findall(r"(?im)^\s*@?prefix\s+([\w-]*):\s*<([^>]*)>", content):
        if base and iri.startswith(base):
            names.append(re.escape(f"{prefix}:{iri.removeprefix(base)}") + r"(?![\w-])")
        elif base.endswith("#") and iri.endswith("#" + iri.rsplit("#", 1)[-1]) and not re.match(r"\w+:", base):
            names.append(re.escape(f"{prefix}:{iri.rsplit('#', 1)[-1]}") + r"(?![\w-])")
    return re.compile(r"(?m)(?:^[ \t]*|\.[ \t]+)(?P<subject>" + "|".join(names) + r")[ \t]*(?:\n|a\b|[\w-]*:|<)")


def read_files(files: Iterable[Path], base: Path | None = None) -> ShapesGraph:
    """The union of several shapes files; a syntax error names file and line."""
    triples: list[ox.Triple] = []
    texts: dict[str, str] = {}
    for number, path in enumerate(files):
        name = str(path.relative_to(base)) if base else str(path)
        fmt = FORMATS.get(path.suffix.lower())
        if fmt is None:
            raise ShapesError(f"no RDF format for the ending {path.suffix!r}", place=name, hint="use " + ", ".join(sorted(FORMATS)))
        try:
            texts[name] = path.read_text(encoding="utf-8")
            quads = list(ox.parse(texts[name], fmt, base_iri=path.resolve().as_uri()))
        except SyntaxError as error:
            line = f":{error.lineno}" if error.lineno else ""
            raise ShapesError(str(error.msg or error), place=name + line, hint="fix the syntax") from error
        except UnicodeDecodeError as error:
            raise ShapesError("not UTF-8", place=name, hint="save the file as UTF-8") from error
        except OSError as error:
            raise ShapesError(error.strerror or str(error), place=name, hint="name a file that can be read") from error
        triples += [_apart(q.triple, number) for q in quads]
    return ShapesGraph(triples, texts)


def _apart(triple: ox.Triple, number: int) -> ox.Triple:
    """Blank nodes of different files are different, whatever their labels."""
    def rename(term: Term) -> Term:
        return ox.BlankNode(f"f{number}x{term.value}") if isinstance(term, ox.BlankNode) else term
    return ox.Triple(rename(triple.subject), triple.predicate, rename(triple.object))


def of_graph(graph: rdflib.Graph) -> ShapesGraph:
    """A shapes graph held by rdflib."""
    return ShapesGraph(ox.Triple(from_rdflib(s), from_rdflib(p), from_rdflib(o)) for s, p, o in graph)


def from_rdflib(term: rdflib.term.Node) -> Term:
    """An rdflib term as an Oxigraph term, lexical form unchanged."""
    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return ox.BlankNode(re.sub(r"[^A-Za-z0-9]", "x", str(term)))
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype))) if term.datatype else ox.Literal(str(term))
