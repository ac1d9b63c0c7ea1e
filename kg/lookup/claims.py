"""Claims, facts and conflicts: chosen by filters, read with their evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields

import pyoxigraph as ox

from kg.lookup.graph import Graph, Kept, Node, flag, label, local, number, text, texts
from kg.lookup.models import Claim, Conflict, Education, Experience, Fact, Link, Market, Page, Passage, Ref, Salary
from kg.lookup.source import Row, Value
from kg.namespaces import NIF, RDF, RG, SKOS

TYPES = {"salaries": "SalaryObservation", "growth": "MarketObservation", "experience": "ExperienceRequirement",
         "education": "EducationRequirement"}
# id lists kept, each for one filter
_KEPT = 500


@dataclass(frozen=True, slots=True)
class Filter:
    """What claims or facts to choose; things as IRIs, notations and words as they are written, "" for any."""

    type: str = ""
    subject: str = ""
    property: str = ""
    object: str = ""
    document: str = ""
    modality: str = ""
    proficiency: str = ""
    source: str = ""
    employer: str = ""
    place: str = ""
    level: str = ""
    statistic: str = ""
    component: str = ""
    currency: str = ""
    measure: str = ""
    min_confidence: float = 0.0


# SPARQL for each filter that is set; places take in what lies in them
_PATTERNS = {
    "subject": "?c rg:subject $subject .", "object": "?c rg:object $object .", "document": "?c rg:document $document .",
    "property": "?c rg:property/rdfs:subPropertyOf* $property .",
    "modality": "?c rg:modality/skos:notation $modality .", "proficiency": "?c rg:proficiency/skos:notation $proficiency .",
    "source": "?c rg:statedBy $source .", "employer": "?c rg:employer $employer .",
    "place": "?c rg:place/(rg:locatedIn|skos:broader)* $place .", "statistic": "?c rg:statistic/skos:notation $statistic .",
    "component": "?c rg:component/skos:notation $component .", "currency": "?c rg:currency $currency .",
    "measure": "?c rg:measure/skos:notation $measure .", "level": "?c rg:level ?level . FILTER(CONTAINS(LCASE(?level), LCASE($level)))",
    "min_confidence": "?c rg:confidence ?confidence . FILTER(?confidence >= $min_confidence)",
}
_IRIS = frozenset(("subject", "object", "document", "property", "source", "employer", "place"))
_FACT = frozenset(("subject", "property", "object", "modality", "min_confidence"))


class Claims:
    """Reads claims and what they add up to."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._ids: dict[tuple[str, Filter], tuple[str, ...]] = {}
        self._claims, self._passages, self._facts = Kept(self._read), Kept(self._read_passages), Kept(self._read_facts)

    def page(self, chosen: Filter, limit: int, offset: int) -> Page[Claim]:
        """The claims that a filter chooses, by document and place in the text."""
        ids = self.ids(chosen)
        return Page(len(ids), limit, offset, self.read(ids[offset:offset + limit]))

    def all(self, chosen: Filter) -> tuple[Claim, ...]:
        """Every claim that a filter chooses."""
        return self.read(self.ids(chosen))

    def ids(self, chosen: Filter) -> tuple[str, ...]:
        """IRIs of the claims that a filter chooses, in stable order."""
        # grouped and sorted here: Virtuoso loses rows of an OPTIONAL within a GROUP BY
        query = f"""SELECT ?c ?d ?b WHERE {{ ?c a rg:{chosen.type or 'Claim'} ; rg:document ?d . {_where(chosen)}
          OPTIONAL {{ ?c rg:evidence/nif:beginIndex ?b }} }}"""
        return self._chosen("claims", chosen, query, _in_text)

    def fact_ids(self, chosen: Filter) -> tuple[str, ...]:
        """IRIs of the facts that a filter chooses, those of most documents first."""
        query = f"""SELECT DISTINCT ?c ?n ?m WHERE {{ ?c a rg:Fact ; rg:documentCount ?n ; rg:claimCount ?m .
          {_where(chosen, _FACT)} }} ORDER BY DESC(?n) DESC(?m) ?c"""
        return self._chosen("facts", chosen, query)

    def _chosen(self, what: str, chosen: Filter, query: str, order: Callable[[list[Row]], Iterable[Row]] = list) -> tuple[str, ...]:
        key = what, chosen
        if key not in self._ids:
            if len(self._ids) >= _KEPT:
                self._ids = {}
            rows = order(self.graph.rows(query, **_bindings(chosen)))
            self._ids[key] = tuple(dict.fromkeys(row[0].value for row in rows))  # type: ignore[union-attr]
        return self._ids[key]

    def read(self, iris: Iterable[str]) -> tuple[Claim, ...]:
        """Claims by IRI, in the order given."""
        return tuple(self._claims.all(iris).values())

    def passages(self, iris: Iterable[str]) -> dict[str, Passage]:
        """Passages by IRI."""
        return self._passages.all(iris)

    def facts(self, iris: Iterable[str]) -> tuple[Fact, ...]:
        """Facts by IRI, in the order given."""
        return tuple(self._facts.all(iris).values())

    def _read(self, iris: list[str]) -> dict[str, Claim]:
        nodes = self.graph.nodes(iris)
        passages = self.passages({p for node in nodes.values() for p in texts(node, "evidence")})
        self.graph.refs({v.value for node in nodes.values() for values in node.values() for v in values if isinstance(v, ox.NamedNode)})
        return {iri: self._claim(iri, node, passages) for iri, node in nodes.items()}

    def _read_passages(self, iris: list[str]) -> dict[str, Passage]:
        nodes = self.graph.nodes(iris)
        self.graph.refs({v for node in nodes.values() for name in ("document", "passageType", "aboutRole") for v in texts(node, name)})
        return {iri: self._passage(iri, node) for iri, node in nodes.items()}

    def _read_facts(self, iris: list[str]) -> dict[str, Fact]:
        nodes = self.graph.nodes(iris)
        claims = self.graph.nodes({c for node in nodes.values() for c in texts(node, "derivedFrom")})
        refs = self.graph.refs({d for node in claims.values() for d in texts(node, "document")}
                               | {v for node in nodes.values() for name in ("subject", "object") for v in texts(node, name)})
        out = {}
        for iri, node in nodes.items():
            own = texts(node, "derivedFrom")
            documents = sorted({d for c in own for d in texts(claims[c], "document")})
            out[iri] = Fact(iri, self.graph.id(iri), refs[text(node, "subject")], local(text(node, "property")),
                            refs[text(node, "object")], self.notation(node, "modality"), int(number(node, "documentCount") or 0),
                            int(number(node, "claimCount") or 0), number(node, "confidence"), tuple(refs[d] for d in documents), own)
        return out

    def conflict_ids(self, about: str = "", conflict_type: str = "") -> tuple[str, ...]:
        """IRIs of conflict sets, of all or of those with a claim about something."""
        where = "?c rg:member/rg:subject $about ." if about else ""
        where += " ?c rg:conflictType/skos:notation $type ." if conflict_type else ""
        rows = self.graph.rows(f"SELECT DISTINCT ?c ?label WHERE {{ ?c a rg:ConflictSet ; skos:prefLabel ?label . {where} }}",
                               about=about or RG, type=ox.Literal(conflict_type))
        # sorted here: servers order literals each in its own way
        return tuple(dict.fromkeys(iri for _, iri in sorted((name.value, c.value) for c, name in rows)))  # type: ignore[union-attr]

    def conflicts(self, iris: Iterable[str]) -> tuple[Conflict, ...]:
        """Conflict sets by IRI, with their claims."""
        order = list(iris)
        nodes = self.graph.nodes(order)
        return tuple(Conflict(iri, self.graph.id(iri), label(nodes[iri]), self.notation(nodes[iri], "conflictType"),
                              self.read(texts(nodes[iri], "member"))) for iri in order)

    def notation(self, node: Node, name: str) -> str:
        """The notation of a closed scheme's member that a property leads to."""
        iri = text(node, name)
        return (text(self.graph.node(iri), SKOS + "notation") or self.graph.ref(iri).label) if iri else ""

    def _ref(self, node: Node, name: str) -> Ref | None:
        iri = text(node, name)
        return self.graph.ref(iri) if iri else None

    def _refs(self, node: Node, name: str) -> tuple[Ref, ...]:
        return tuple(self.graph.ref(iri) for iri in texts(node, name))

    def _passage(self, iri: str, node: Node) -> Passage:
        return Passage(iri, self.graph.ref(text(node, "document")), text(node, "sectionPath"), int(number(node, NIF + "beginIndex") or 0),
                       int(number(node, NIF + "endIndex") or 0), text(node, NIF + "anchorOf"), self.notation(node, "passageType"),
                       self._ref(node, "aboutRole"))

    def _claim(self, iri: str, node: Node, passages: dict[str, Passage]) -> Claim:
        types = {local(t.value) for t in node.get(RDF + "type", ())}  # type: ignore[union-attr]
        kind = next((name for name in sorted(types & _READERS.keys())), "Claim")
        evidence = sorted((passages[p] for p in texts(node, "evidence")), key=lambda p: (p.document.iri, p.begin))
        common = (iri, self.graph.id(iri), kind, self._ref(node, "subject") or self._stated(node, "subjectStatement"),
                  self._ref(node, "document"), self.notation(node, "modality"), number(node, "confidence"), text(node, "method"), tuple(evidence))
        if kind in _READERS:
            return _READERS[kind](*common, **self._details(_READERS[kind], node))
        if not texts(node, "property"):
            return Claim(*common)
        return Link(*common, property=local(text(node, "property")), object=self._ref(node, "object") or self._stated(node, "objectStatement"),
                    proficiency=self.notation(node, "proficiency"), alternative_group=self.graph.id(text(node, "alternativeGroup")),
                    mentions=texts(node, "mention"))

    def _stated(self, node: Node, name: str) -> Ref | None:
        """A statement that stands for itself: its own words are its label."""
        iri = text(node, name)
        return Ref(iri, self.graph.id(iri), text(self.graph.node(iri), NIF + "anchorOf"), "Statement") if iri else None

    def _details(self, model: type[Claim], node: Node) -> dict[str, object]:
        """The fields that a kind of claim has beside those of every claim, each from the property of its name."""
        out: dict[str, object] = {}
        for one in fields(model)[len(fields(Claim)):]:
            kind, name = str(one.type), _PROPERTY.get(one.name) or _camel(one.name)
            if one.name in _NOTATIONS:
                out[one.name] = self.notation(node, name)
            elif kind.startswith("tuple[Ref"):
                out[one.name] = self._refs(node, name)
            elif kind.startswith("tuple"):
                out[one.name] = texts(node, name)
            elif kind.startswith("Ref"):
                out[one.name] = self._ref(node, name)
            elif kind == "bool":
                out[one.name] = flag(node, name)
            else:
                out[one.name] = number(node, name) if kind.startswith("Number") else _whole(node, name) if "int" in kind else text(node, name)
        return out


_READERS: dict[str, type[Claim]] = {"SalaryObservation": Salary, "MarketObservation": Market, "ExperienceRequirement": Experience,
                                    "EducationRequirement": Education}
_NOTATIONS = frozenset(("statistic", "component", "measure"))
# fields that hold several values are named in the plural, their properties in the singular
_PROPERTY = {"degrees": "degree", "fields_of_study": "fieldOfStudy"}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)


def _whole(node: Node, name: str) -> int | None:
    value = number(node, name)
    return None if value is None else int(value)


def _in_text(rows: Iterable[Row]) -> list[Row]:
    """Rows of claim, document and offset, by the first document and the first offset of each claim; claims without an offset first."""
    first: dict[str, tuple[str, int, str]] = {}
    by_claim: dict[str, Row] = {}
    for row in rows:
        claim, document, offset = (term.value if term else "" for term in row)  # type: ignore[union-attr]
        here = (document, int(offset) if offset.isdecimal() else -1, claim)
        if claim in first:
            here = min(here[0], first[claim][0]), min(here[1], first[claim][1]), claim
        first[claim], by_claim[claim] = here, row
    return [by_claim[claim] for _, _, claim in sorted(first.values())]


def _where(chosen: Filter, only: Iterable[str] = _PATTERNS) -> str:
    return " ".join(pattern for name, pattern in _PATTERNS.items() if name in only and getattr(chosen, name))


def _bindings(chosen: Filter) -> dict[str, Value]:
    out: dict[str, Value] = {}
    for name in _PATTERNS:
        value = getattr(chosen, name)
        if value:
            out[name] = value if name in _IRIS else ox.Literal(value)
    return out
