"""HTML documentation of ontology and vocabulary: an index with every class and property, and a page for each concept scheme.

The pages stand alone: one style sheet beside them, no script, nothing from another host.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

import jinja2
import pyoxigraph as ox

from kg.namespaces import BASE, DCTERMS, OWL, PREFIXES, RDF, RDFS, RG, SKOS
from kg.ontology.difference import short
from kg.vocabulary import parse, shipped

_KINDS = (("Object properties", "ObjectProperty"), ("Data properties", "DatatypeProperty"), ("Annotation properties", "AnnotationProperty"))
_CHARACTERS = ("TransitiveProperty", "SymmetricProperty", "FunctionalProperty", "IrreflexiveProperty", "AsymmetricProperty")
_LINKS = (("Broader", SKOS + "broader"), ("Related", SKOS + "related"), ("Supports", RG + "toolSupports"), ("Specialises", RG + "specialises"),
          ("Seniority", RG + "seniority"), ("Made by", RG + "developedBy"), ("Issued by", RG + "issuedBy"), ("Located in", RG + "locatedIn"))


@dataclass(slots=True)
class Term:
    """A term or concept with what a page shows of it; `links` are names of relations with (label, address)."""

    iri: str
    anchor: str
    label: str
    definition: str = ""
    examples: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    links: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)
    below: list[Term] = field(default_factory=list)
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A competency question with the query that answers it."""

    text: str
    query: str


class Documentation:
    """The pages of an ontology with its vocabulary, each made when it is asked for."""

    def __init__(self, ontology: Path | None = None, vocabulary: Sequence[Path] | None = None, questions: Path | None = None) -> None:
        first, *rest = shipped()
        self.values: dict[str, dict[str, list[ox.Term]]] = defaultdict(lambda: defaultdict(list))
        for path in [ontology or first, *(rest if vocabulary is None else vocabulary)]:
            for t in parse(path):
                self.values[_key(t.subject)][t.predicate.value].append(t.object)
        self.values.default_factory = None
        self.of_kind: dict[str, list[str]] = defaultdict(list)
        for iri in sorted(self.values):
            for kind in self.values[iri].get(RDF + "type", ()):
                self.of_kind[kind.value].append(iri)
        self.schemes = {iri: _anchor(iri) for iri in self.of_kind[SKOS + "ConceptScheme"]}
        self.members: dict[str, list[str]] = defaultdict(list)
        for iri, values in self.values.items():
            for scheme in values.get(SKOS + "inScheme", ()):
                self.members[scheme.value].append(iri)
        self.questions = list(read_questions(questions or first.parent.parent / "tests" / "questions"))
        self.templates = jinja2.Environment(loader=jinja2.FileSystemLoader(str(files("kg.ontology") / "templates")), autoescape=True,
                                            trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)

    def names(self) -> list[str]:
        """File names of all pages, the index first."""
        return ["index.html", "style.css", *sorted(f"{name}.html" for iri, name in self.schemes.items() if self.members[iri])]

    def page(self, name: str) -> bytes:
        """One page by its file name; KeyError where there is none."""
        if name == "style.css":
            return (files("kg.ontology") / "templates" / "style.css").read_bytes()
        if name == "index.html":
            return self._index().encode()
        scheme = {f"{n}.html": iri for iri, n in self.schemes.items() if self.members[iri]}[name]
        return self._scheme(scheme).encode()

    def write(self, folder: Path) -> list[Path]:
        """All pages as files."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in self.names():
            (folder / name).write_bytes(self.page(name))
        return [folder / name for name in self.names()]

    def _index(self) -> str:
        header = next(iter(self.of_kind[OWL + "Ontology"]), "")
        own = {kind: [i for i in self.of_kind[OWL + kind] if i.startswith(RG)] for kind in ("Class", *(k for _, k in _KINDS))}
        parents = {i: [p.value for p in self.values[i].get(RDFS + "subClassOf", ()) if p.value in own["Class"]] for i in own["Class"]}
        schemes = [(self.schemes[i], self._label(i), self._text(i, SKOS + "definition"), len(self.members[i]), self._typed(i))
                   for i in self.schemes if self.members[i]]
        about = [(name, self._text(header, iri)) for name, iri in (
            ("Version", OWL + "versionInfo"), ("Version IRI", OWL + "versionIRI"), ("Created", DCTERMS + "created"), ("Modified", DCTERMS + "modified"),
            ("Creator", DCTERMS + "creator"), ("Licence", DCTERMS + "license"), ("Cite as", DCTERMS + "bibliographicCitation"))]
        return self.templates.get_template("index.html").render(
            title=self._text(header, DCTERMS + "title"), iri=header, description=self._text(header, DCTERMS + "description"),
            comment=self._text(header, RDFS + "comment"), about=[(n, t) for n, t in about if t], prefixes=sorted(PREFIXES.items()),
            classes=self._tree(own["Class"], parents), properties=[(name, kind, [self._property(i) for i in own[kind]]) for name, kind in _KINDS],
            disjoint=[[self._link(m) for m in self._list(o)] for v in self.values.values() for o in v.get(OWL + "members", ())],
            schemes=[s for s in schemes if s[4]], phrases=[s for s in schemes if not s[4]],
            questions=self.questions)

    def _scheme(self, scheme: str) -> str:
        inside = set(self.members[scheme])
        parents = {i: [p.value for p in self.values[i].get(SKOS + "broader", ()) if p.value in inside] for i in inside}
        return self.templates.get_template("scheme.html").render(
            title=self._label(scheme), iri=scheme, definition=self._text(scheme, SKOS + "definition"), count=len(inside),
            concepts=self._tree(inside, parents))

    def _typed(self, scheme: str) -> bool:
        """Whether a scheme holds things of a class of the ontology, not phrases that the reading goes by."""
        return any(k.value not in (SKOS + "Concept", RG + "TitleWord") for m in self.members[scheme] for k in self.values[m].get(RDF + "type", ()))

    def _tree(self, members: Iterable[str], parents: dict[str, list[str]]) -> list[Term]:
        """Terms below their first parent, roots first; a term that only a cycle would place stands among the roots."""
        terms = {i: self._term(i) for i in members}
        placed: set[str] = set()
        for iri in sorted(terms, key=lambda i: (terms[i].label.casefold(), i)):
            above = sorted(parents.get(iri, ()))[:1]
            if above and iri not in _above(above[0], parents):
                terms[above[0]].below.append(terms[iri])
                placed.add(iri)
        return [terms[i] for i in sorted(terms, key=lambda i: (terms[i].label.casefold(), i)) if i not in placed]

    def _term(self, iri: str) -> Term:
        values = self.values[iri]
        links = [(name, [self._link(o.value) for o in values.get(of, ())]) for name, of in _LINKS]
        links += [("Superclasses", [self._link(o.value) for o in values.get(RDFS + "subClassOf", ())])]
        links += [(f"{name.capitalize()} match", [self._link(o.value) for o in values.get(f"{SKOS}{name}Match", ())]) for name in ("exact", "close", "broad")]
        return Term(iri, _anchor(iri), self._label(iri), self._text(iri, SKOS + "definition"), self._texts(iri, SKOS + "example"),
                    self._texts(iri, SKOS + "scopeNote"), sorted(set(self._texts(iri, SKOS + "altLabel"))),
                    [self._label(k.value) for k in values.get(RDF + "type", ()) if k.value.startswith(RG)],
                    [(name, sorted(found)) for name, found in links if found], [], self._text(iri, OWL + "deprecated") == "true")

    def _property(self, iri: str) -> Term:
        term, values = self._term(iri), self.values[iri]
        named = (("Domain", RDFS + "domain"), ("Range", RDFS + "range"), ("Super-properties", RDFS + "subPropertyOf"), ("Inverse of", OWL + "inverseOf"))
        term.links += [(name, sorted(self._link(o.value) for o in values[of])) for name, of in named if of in values]
        term.links += [("Follows from", [self._link(m) for m in self._list(o)]) for o in values.get(OWL + "propertyChainAxiom", ())]
        term.kinds = [k.value.removeprefix(OWL).removesuffix("Property").lower() for k in values[RDF + "type"] if k.value.removeprefix(OWL) in _CHARACTERS]
        return term

    def _label(self, iri: str) -> str:
        return self._text(iri, RDFS + "label") or self._text(iri, SKOS + "prefLabel") or short(iri)

    def _text(self, iri: str, of: str) -> str:
        return next(iter(self._texts(iri, of)), "")

    def _texts(self, iri: str, of: str) -> list[str]:
        found = self.values.get(iri, {}).get(of, ())
        return [o.value for o in sorted(found, key=lambda o: (getattr(o, "language", None) not in ("en", None), str(o)))]

    def _link(self, iri: str) -> tuple[str, str]:
        """Label and address: a place on these pages for what they describe, else the term's own address."""
        if iri.startswith(RG) and iri in self.values:
            return self._label(iri), f"index.html#{_anchor(iri)}"
        for scheme in self.values.get(iri, {}).get(SKOS + "inScheme", ()):
            if scheme.value in self.schemes:
                return self._label(iri), f"{self.schemes[scheme.value]}.html#{_anchor(iri)}"
        return self._label(iri), "" if iri.startswith(BASE) else iri

    def _list(self, node: ox.Term) -> Iterator[str]:
        key = _key(node)
        while key in self.values and RDF + "first" in self.values[key]:
            yield self.values[key][RDF + "first"][0].value
            key = _key(self.values[key][RDF + "rest"][0])


def _key(node: ox.Term) -> str:
    return node.value if isinstance(node, ox.NamedNode) else f"_:{node.value}"


def _anchor(iri: str) -> str:
    return re.split(r"[#/]", iri.rstrip("#/"))[-1]


def _above(iri: str, parents: dict[str, list[str]]) -> set[str]:
    """The term and all that its first parents lead to."""
    seen: set[str] = set()
    while iri not in seen:
        seen.add(iri)
        iri = next(iter(sorted(parents.get(iri, ()))), iri)
    return seen


def read_questions(folder: Path) -> Iterator[Question]:
    """Queries of a folder, each with the comment that it begins with as its question, in order of file name; none where no folder is.

    A checkout has its own in tests/questions, an installed package none.
    """
    for path in sorted(folder.glob("*.rq")):
        text = path.read_text(encoding="utf-8")
        comment = re.match(r"(?:#[^\n]*\n)*", text)[0]
        yield Question(" ".join(line.lstrip("# ") for line in comment.splitlines()), text[len(comment):].strip())
