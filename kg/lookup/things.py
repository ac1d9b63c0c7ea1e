"""Things: lists of a kind with how often documents speak of them, and one thing with everything known about it."""

from __future__ import annotations

from collections import Counter
from functools import cached_property

import pyoxigraph as ox

from kg.lookup.answers import Links, Resource, Text
from kg.lookup.claims import Claims, Filter
from kg.lookup.graph import Graph, Node, label, local, text, texts
from kg.lookup.models import Listed, Page, Ref
from kg.lookup.names import Names, fold
from kg.namespaces import RDF, RG, SKOS

_CLAIMED = """SELECT ?thing ?document (COUNT(DISTINCT ?claim) AS ?claims) WHERE {
  VALUES ?p { rg:subject rg:object rg:statedBy rg:place rg:employer rg:degree rg:fieldOfStudy rg:experienceIn }
  ?claim a rg:Claim ; rg:document ?document ; ?p ?thing } GROUP BY ?thing ?document"""
_MENTIONED = "SELECT DISTINCT ?thing ?document WHERE { ?mention rg:refersTo ?thing ; rg:document ?document }"
# whatever points at a thing and has a label of its own; claims, facts and conflicts are shown as such
_INCOMING = """SELECT DISTINCT ?p ?s WHERE { ?s ?p $thing . ?s skos:prefLabel|dcterms:title|rdfs:label ?label .
  FILTER NOT EXISTS { VALUES ?class { rg:ConflictSet rg:Section } ?s a ?class } } ORDER BY ?p ?s LIMIT 2000"""
_LINKS_LEFT_OUT = frozenset((RDF + "type", RG + "evidence", RG + "expresses", SKOS + "inScheme"))


class Things:
    """Lists and resources."""

    def __init__(self, graph: Graph, names: Names, claims: Claims) -> None:
        self.graph, self.names, self.claims = graph, names, claims
        self._lists: dict[tuple[str, str, bool], tuple[str, ...]] = {}

    @cached_property
    def counts(self) -> dict[str, tuple[int, int]]:
        """By IRI: number of documents and of claims that speak of a thing."""
        documents: dict[str, set[str]] = {}
        claims: Counter[str] = Counter()
        for thing, document, number in self.graph.rows(_CLAIMED):
            documents.setdefault(thing.value, set()).add(document.value)  # type: ignore[union-attr]
            claims[thing.value] += int(number.value)  # type: ignore[union-attr]
        for thing, document in self.graph.rows(_MENTIONED):
            documents.setdefault(thing.value, set()).add(document.value)  # type: ignore[union-attr]
        return {thing: (len(found), claims[thing]) for thing, found in documents.items()}

    def page(self, kind: str, words: str, stated: bool, limit: int, offset: int) -> Page[Listed]:
        """Things of a kind, those of most documents first; `words` must stand in a label."""
        ids = self._ids(kind, words, stated)
        chosen = ids[offset:offset + limit]
        nodes = self.graph.nodes(chosen)
        return Page(len(ids), limit, offset, tuple(self._listed(iri, nodes[iri]) for iri in chosen))

    def _ids(self, kind: str, words: str, stated: bool) -> tuple[str, ...]:
        key = kind, fold(words), stated
        if key not in self._lists:
            if len(self._lists) > 500:
                self._lists = {}
            name, counts, found = self.names.kind_name(kind), self.counts, []
            for iri, (own, labels) in self.names.labels.items():
                if own == name and (not stated or iri in counts) and (not key[1] or any(key[1] in fold(entry[0]) for entry in labels)):
                    found.append((-counts.get(iri, (0, 0))[0], -counts.get(iri, (0, 0))[1], labels[0][0], iri))
            self._lists[key] = tuple(entry[-1] for entry in sorted(found))
        return self._lists[key]

    def _listed(self, iri: str, node: Node) -> Listed:
        return Listed(**self._fields(iri, node))  # type: ignore[arg-type]

    def _fields(self, iri: str, node: Node) -> dict[str, object]:
        ref = self.graph.ref(iri)
        types = tuple(sorted(local(t) for t in texts(node, RDF + "type")))
        documents, claims = self.counts.get(iri, (0, 0))
        return {"iri": iri, "id": ref.id, "label": ref.label, "kind": ref.kind, "types": types, "notation": text(node, SKOS + "notation"),
                "definition": text(node, SKOS + "definition"), "candidate": "Candidate" in types, "document_count": documents,
                "claim_count": claims}

    def resource(self, iri: str) -> Resource:
        """One thing with its texts, its links out and in, its facts and the passages that a grouped statement rests on."""
        node = self.graph.node(iri)
        outgoing: dict[str, list[str]] = {}
        found_texts = []
        for name in sorted(node):
            for value in node[name]:
                if isinstance(value, ox.NamedNode) and name not in _LINKS_LEFT_OUT:
                    outgoing.setdefault(name, []).append(value.value)
                elif isinstance(value, ox.Literal) and name != RG + "wording":
                    found_texts.append(Text(self.graph.id(name) if name.startswith(RG) else local(name), value.value, value.language or ""))
        incoming: dict[str, list[str]] = {}
        for name, subject in self.graph.rows(_INCOMING, thing=iri):
            incoming.setdefault(name.value, []).append(subject.value)  # type: ignore[union-attr]
        passages = self.claims.passages(texts(node, "evidence"))
        facts = (*self.claims.fact_ids(Filter(subject=iri)), *self.claims.fact_ids(Filter(object=iri)))
        return Resource(**self._fields(iri, node), texts=tuple(found_texts), links=self._links(outgoing),  # type: ignore[arg-type]
                        linked_from=self._links(incoming), facts=self.claims.facts(facts), wordings=texts(node, "wording"),
                        evidence=tuple(sorted(passages.values(), key=lambda p: (p.document.iri, p.begin))))

    def _links(self, found: dict[str, list[str]]) -> tuple[Links, ...]:
        out = []
        for name in sorted(found):
            refs: list[Ref] = sorted(self.graph.refs(found[name]).values(), key=lambda ref: (ref.label, ref.iri))
            out.append(Links(self.graph.id(name) if name.startswith(RG) else local(name), label(self.graph.node(name)) or local(name), tuple(refs)))
        return tuple(out)
