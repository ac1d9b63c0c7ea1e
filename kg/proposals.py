"""Terms that documents use and no vocabulary holds: how often, with which words, and as Turtle to be taken into a vocabulary."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

import pyoxigraph as ox

from kg.namespaces import PREFIXES, RDFS, RG

EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Example:
    """A passage that names the term; offsets in code points of its document."""

    document: str
    begin: int
    end: int
    quote: str


@dataclass(slots=True)
class Candidate:
    """A term to be judged by a person; `classes` are local names of the ontology's classes, the narrowest that the text suggests."""

    iri: str
    label: str
    confidence: float
    classes: list[str] = field(default_factory=list)
    scheme: str = ""
    seniority: str = ""
    specialises: str = ""
    mentions: int = 0
    documents: int = 0
    examples: list[Example] = field(default_factory=list)


_TERMS = """SELECT ?term ?label ?confidence ?class ?seniority ?specialises WHERE {
  ?term a rg:Candidate , ?class ; skos:prefLabel ?label ; rg:confidence ?confidence . FILTER(?class != rg:Candidate)
  OPTIONAL { ?term rg:seniority ?seniority } OPTIONAL { ?term rg:specialises ?specialises } }"""
_USES = """SELECT DISTINCT ?term ?document ?begin ?end ?quote ?from ?to WHERE {
  ?term a rg:Candidate . ?m rg:refersTo ?term ; rg:document/dcterms:identifier ?document ; nif:beginIndex ?begin ; nif:endIndex ?end .
  OPTIONAL { ?m rg:passage ?p . ?p nif:anchorOf ?quote ; nif:beginIndex ?from ; nif:endIndex ?to } } ORDER BY ?document ?begin ?end"""
_CLASSES = f"SELECT ?class ?super WHERE {{ ?class <{RDFS}subClassOf> ?super . FILTER(isIRI(?super)) }}"
_SCHEMES = """SELECT ?class ?scheme (COUNT(*) AS ?n) WHERE { ?c a ?class ; skos:inScheme ?scheme } GROUP BY ?class ?scheme
ORDER BY DESC(?n) ?scheme"""


def candidates(store: ox.Store, *, kind: str = "", least: int = 1) -> list[Candidate]:
    """Candidates named in at least `least` documents, of a class or what is below it; the most used first."""
    above = _superclasses(store)
    schemes: dict[str, str] = {}
    for row in _rows(store, _SCHEMES):
        schemes.setdefault(row["class"].value, row["scheme"].value)
    found: dict[str, Candidate] = {}
    classes: dict[str, set[str]] = defaultdict(set)
    for row in _rows(store, _TERMS):
        term = row["term"].value
        classes[term].add(row["class"].value)
        found[term] = Candidate(term, row["label"].value, float(row["confidence"].value), seniority=_value(row["seniority"]),
                                specialises=_value(row["specialises"]))
    documents: dict[str, set[str]] = defaultdict(set)
    for row in _rows(store, _USES):
        candidate, document = found[row["term"].value], row["document"].value
        candidate.mentions += 1
        documents[candidate.iri].add(document)
        if row["quote"] is not None and len(candidate.examples) < EXAMPLES:
            candidate.examples.append(Example(document, int(row["from"].value), int(row["to"].value), row["quote"].value))
    for term, candidate in found.items():
        candidate.documents = len(documents[term])
        wide = set().union(*(above[c] - {c} for c in classes[term]))
        narrow = sorted(classes[term] - wide)
        candidate.classes = [c.removeprefix(RG) for c in narrow]
        candidate.scheme = next((schemes[c] for n in narrow for c in (n, *sorted(above[n])) if c in schemes), "")
    wanted = [c for c in found.values() if c.documents >= least and (not kind or any(RG + kind in above[RG + own] for own in c.classes))]
    return sorted(wanted, key=lambda c: (-c.documents, -c.mentions, c.label.casefold(), c.iri))


def as_turtle(found: Iterable[Candidate], base: str) -> str:
    """Turtle to paste into a vocabulary file, each term below a comment that says where it stands."""
    found = list(found)
    schemes = sorted({c.scheme for c in found if c.scheme})
    lines = [f"@prefix rg: <{RG}> .", f"@prefix skos: <{PREFIXES['skos']}> .", f"@base <{base}> .", ""]
    for candidate in found:
        lines.append(f"# mentions: {candidate.mentions}, documents: {candidate.documents}, confidence {candidate.confidence:.2f}")
        lines += [f"#   {e.document} {e.begin}-{e.end}: {' '.join(e.quote.split())}" for e in candidate.examples]
        lines.append(f"<{candidate.iri.removeprefix(base)}> a {', '.join('rg:' + c for c in candidate.classes)} ;")
        if candidate.scheme in schemes:
            lines.append(f"    skos:inScheme <{candidate.scheme.removeprefix(base)}> ;")
        for name, value in (("seniority", candidate.seniority), ("specialises", candidate.specialises)):
            lines += [f"    rg:{name} <{value.removeprefix(base)}> ;"] if value else []
        label = json.dumps(candidate.label, ensure_ascii=False)
        lines += [f'    skos:notation "{candidate.iri.rsplit("/", 1)[-1]}" ;', f"    skos:prefLabel {label}@en .", ""]
    return "\n".join(lines)


def as_csv(found: Iterable[Candidate]) -> str:
    """One row a term, with its first example."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["iri", "label", "classes", "documents", "mentions", "confidence", "document", "begin", "end", "quote"])
    for c in found:
        example = c.examples[0] if c.examples else Example("", 0, 0, "")
        writer.writerow([c.iri, c.label, " ".join(c.classes), c.documents, c.mentions, c.confidence, example.document, example.begin, example.end,
                         example.quote])
    return out.getvalue()


def as_json(found: Iterable[Candidate]) -> str:
    """Everything about each term."""
    return json.dumps([asdict(c) for c in found], indent=1, ensure_ascii=False) + "\n"


def _superclasses(store: ox.Store) -> dict[str, set[str]]:
    """Each class with itself and all that stand above it."""
    direct: dict[str, set[str]] = defaultdict(set)
    for row in _rows(store, _CLASSES):
        direct[row["class"].value].add(row["super"].value)
    out: dict[str, set[str]] = defaultdict(set)

    def climb(cls: str) -> set[str]:
        if cls not in out:
            out[cls] = {cls}
            for above in direct.get(cls, ()):
                out[cls] |= climb(above)
        return out[cls]
    for cls in list(direct):
        climb(cls)
    return defaultdict(set, {c: {c, *s} for c, s in out.items()})


def _rows(store: ox.Store, text: str) -> Iterable[ox.QuerySolution]:
    return store.query(text, prefixes=PREFIXES, use_default_graph_as_union=True)


def _value(term: ox.NamedNode | None) -> str:
    return "" if term is None else term.value
