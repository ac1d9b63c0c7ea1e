"""The graph as pages see it: rows of fixed queries, and for any IRI its label, its kind and the address of its page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import pyoxigraph as ox

from api.dataset import Open
from api.pages.wording import spaced, titled
from kg.lookup import Catalog
from kg.lookup.answers import Resource
from kg.namespaces import PREFIXES, RDF, RDFS, RG, SKOS, slug

PREF, RDFS_LABEL, A = ox.NamedNode(SKOS + "prefLabel"), ox.NamedNode(RDFS + "label"), ox.NamedNode(RDF + "type")
# classes whose members have a place in lists and in the search, in the order in which people ask for them
CLASSES = ("Role", "Skill", "Tool", "Responsibility", "BestPractice", "Challenge", "Solution", "Trend", "Organization", "Industry",
           "Certification", "Degree", "Field", "Regulation", "Place", "Document")
KINDS = tuple(name.lower() for name in CLASSES)
DOCUMENT, CANDIDATE = "document", "Candidate"


@dataclass(frozen=True, slots=True)
class Thing:
    """Something with a page of its own; `kind` is the part of its IRI that says what it is (role, tool, document ...)."""

    iri: str
    label: str
    kind: str
    href: str


class View:
    """One revision of the graph; keeps the labels that it has looked up."""

    listed = KINDS

    def __init__(self, opened: Open, catalog: Catalog) -> None:
        self.revision, self.store, self.catalog, self.base = opened.revision, opened.store, catalog, catalog.graph.base
        self.prefixes = {**PREFIXES, "id": self.base}
        self.thing = lru_cache(maxsize=50_000)(self._thing)
        self.class_label = lru_cache(maxsize=1_000)(self._class_label)

    def rows(self, query: str, **bound: str) -> list[dict[str, Any]]:
        """Answers as dicts of plain values (IRIs and literals as text, unbound as ""); a `$name` of the query stands for an IRI."""
        for name, iri in bound.items():
            query = query.replace(f"${name}", str(ox.NamedNode(iri)))
        found = self.store.query(query, prefixes=self.prefixes, use_default_graph_as_union=True)
        names = [v.value for v in found.variables]
        return [{name: (term.value if term is not None else "") for name, term in zip(names, row, strict=True)} for row in found]

    def things(self, rows: list[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
        """The rows with the IRIs in the named columns made things; an empty one becomes None."""
        return [{**row, **{name: self.thing(row[name]) if row[name] else None for name in names}} for row in rows]

    def exists(self, iri: str) -> bool:
        """Whether anything is said about an IRI."""
        return next(self.store.quads_for_pattern(ox.NamedNode(iri), None, None, None), None) is not None

    def types(self, iri: str) -> list[str]:
        """Local names of the ontology's narrowest classes that a thing is asserted to be of, sorted."""
        found = {q.object.value for q in self.store.quads_for_pattern(ox.NamedNode(iri), A, None, None) if isinstance(q.object, ox.NamedNode)}
        wider = {w for cls in found for w in self._wider.get(cls, ()) if w != cls}
        narrow = sorted(cls.removeprefix(RG) for cls in found - wider if cls.startswith(RG))
        # that it is a candidate says nothing about what it is
        return [cls for cls in narrow if cls != CANDIDATE] or narrow

    def names(self, thing: Resource) -> list[str]:
        """Other names of a thing in English, in order."""
        return sorted({t.value for t in thing.texts if t.property == "altLabel" and t.language in ("", "en")}, key=str.casefold)

    def outward(self, thing: Resource) -> list[tuple[str, str]]:
        """Links to the same or similar things of other vocabularies: (how they match, address), sorted."""
        return sorted({(links.label, ref.iri) for links in thing.links if links.property.endswith("Match") for ref in links.things})

    def levels(self) -> dict[str, int]:
        """Rank of each proficiency level by its notation, 1 for the lowest."""
        return {row["name"]: int(row["rank"]) for row in self._levels}

    @cached_property
    def _levels(self) -> list[dict[str, Any]]:
        return self.rows("SELECT ?name ?rank WHERE { ?level a rg:ProficiencyLevel ; skos:notation ?name ; rg:rankOrder ?rank }")

    @cached_property
    def steps(self) -> list[dict[str, Any]]:
        """Steps between roles that documents state: rows of a and b."""
        return self.rows("SELECT DISTINCT ?a ?b WHERE { ?fact a rg:Fact ; rg:property rg:progressesTo ; rg:subject ?a ; rg:object ?b } ORDER BY ?a ?b")

    def values(self, iri: str, *properties: str) -> list[str]:
        """Values of the given properties (full IRIs), as text, sorted."""
        node = ox.NamedNode(iri)
        return sorted({q.object.value for p in properties for q in self.store.quads_for_pattern(node, ox.NamedNode(p), None, None)})

    def _thing(self, iri: str) -> Thing:
        local, label = iri.removeprefix(self.base), self._label(iri)
        if local == iri:
            return Thing(iri, label or iri, "", iri if iri.startswith("http") else "")
        kind, _, name = local.partition("/")
        return Thing(iri, (self.title(label) if kind == DOCUMENT else label) or name, kind, f"/id/{local}")

    def kind_label(self, kind: str) -> str:
        """The name of a kind of things, told by the class of one of them where the ontology has one."""
        return self._kind_labels.get(kind) or spaced(kind)

    @cached_property
    def _kind_labels(self) -> dict[str, str]:
        rows = self.rows("SELECT ?class ?label WHERE { ?class a owl:Class ; rdfs:label ?label . FILTER(lang(?label) = 'en') } ORDER BY ?class")
        return {row["class"].rpartition("#")[2].lower(): row["label"] for row in rows}

    def title(self, label: str) -> str:
        """A document's title for people: where it is but a file's name, the name of the role that it is about, or the words of it."""
        return self._titles.get(label) or titled(label)

    @cached_property
    def _titles(self) -> dict[str, str]:
        rows = self.rows("""SELECT ?title ?name WHERE { ?document a rg:Document ; dcterms:title ?title ; rg:about ?role .
          ?role skos:prefLabel|skos:altLabel ?name } ORDER BY ?title ?name""")
        return {row["title"]: row["name"] for row in rows if row["title"] == slug(row["name"])}

    def label(self, iri: str) -> str:
        """A label for people: the preferred one, else the last part of the IRI."""
        return self._label(iri) or spaced(iri.rpartition("#")[2].rpartition("/")[2])

    def _label(self, iri: str) -> str:
        node = ox.NamedNode(iri)
        for predicate in (PREF, RDFS_LABEL, ox.NamedNode(PREFIXES["dcterms"] + "title")):
            labels = sorted((q.object.language not in ("en", None), q.object.value)
                            for q in self.store.quads_for_pattern(node, predicate, None, None) if isinstance(q.object, ox.Literal))
            if labels:
                return labels[0][1]
        return ""

    def _class_label(self, local: str) -> str:
        return self._label(RG + local) or local

    @cached_property
    def _wider(self) -> dict[str, frozenset[str]]:
        """All classes above each class."""
        direct: dict[str, set[str]] = {}
        for quad in self.store.quads_for_pattern(None, ox.NamedNode(RDFS + "subClassOf"), None, None):
            if isinstance(quad.object, ox.NamedNode):
                direct.setdefault(quad.subject.value, set()).add(quad.object.value)
        return {cls: _above(cls, direct) for cls in direct}


def _above(cls: str, direct: dict[str, set[str]]) -> frozenset[str]:
    seen: set[str] = set()
    todo = [cls]
    while todo:
        new = direct.get(todo.pop(), set()) - seen
        seen |= new
        todo += new
    return frozenset(seen)
