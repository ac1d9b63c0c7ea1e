"""The vocabulary: SKOS concepts, cues and title words, read from Turtle with Oxigraph's parser.

What the stages know of the world they know from here. Beside SKOS, four terms of the ontology steer recognition:
`rg:exactCaseLabel` (this label counts only in exactly this case: "Go", "R"), `rg:contextLabel` (this label counts only
where its surroundings support it), `rg:cue` (a phrase that signals a value of a closed scheme, such as a modality) and
`rg:headingCue` (a phrase in a heading that signals a passage type).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from xml.parsers import expat

import pyoxigraph as ox

from kg import cache
from kg.errors import VocabularyError
from kg.model import Concept, Cue
from kg.namespaces import RDF, RDFS, RG, SCHEMA, SKOS

# the classes that a user asks for, most specific first where one is below another
KINDS = {
    RG + "Tool": "Tool", RG + "Skill": "Skill", RG + "Role": "Role", SCHEMA + "Organization": "Organization",
    SCHEMA + "Place": "Place", RG + "Industry": "Industry", RG + "Degree": "Degree", RG + "FieldOfStudy": "FieldOfStudy",
    RG + "Certification": "Certification", RG + "Regulation": "Regulation", RG + "Seniority": "Seniority",
    RG + "TitleWord": "TitleWord",
}
_CUES = frozenset((RG + "cue", RG + "headingCue"))
_KEPT = frozenset((SKOS + "notation",))
_FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE, ".nt": ox.RdfFormat.N_TRIPLES, ".rdf": ox.RdfFormat.RDF_XML, ".xml": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML, ".jsonld": ox.RdfFormat.JSON_LD, ".json": ox.RdfFormat.JSON_LD,
}


@dataclass(slots=True)
class Vocabulary:
    """Concepts by IRI, and what else the files say of any node in the ontology's own terms, by (node, property)."""

    concepts: dict[str, Concept] = field(default_factory=dict)
    fingerprint: str = ""
    _closed: dict[tuple[str, str], str] = field(default_factory=dict)
    _values: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _cues: dict[tuple[str, str], list[Cue]] = field(default_factory=dict)
    _labels: dict[tuple[str, str], str] = field(default_factory=dict)

    def of_kind(self, kind: str) -> Iterator[Concept]:
        """Concepts of one kind (Tool, Skill, Role ...), in order of IRI."""
        return (c for c in self.concepts.values() if c.kind == kind)

    def values(self, iri: str, name: str) -> list[str]:
        """Objects of `iri rg:name ?`, as IRIs or lexical forms, sorted."""
        return self._values.get((iri, RG + name), [])

    def cues(self, scheme: str, name: str = "cue") -> list[Cue]:
        """Cues of one closed scheme ("modality", "passage-type" ...), longest phrase first; `name` cue or headingCue."""
        return self._cues.get((scheme, name), [])

    def find(self, label: str, kind: str) -> Concept | None:
        """The concept of this kind that has this label, preferred or alternative, in any case."""
        iri = self._labels.get((kind, label.casefold()))
        return self.concepts[iri] if iri else None

    def notation(self, iri: str) -> str:
        """The notation of a node, or ""."""
        found = self._values.get((iri, SKOS + "notation"))
        return found[0] if found else ""

    def member(self, scheme: str, notation: str) -> str:
        """IRI of the member of a closed scheme with this notation; KeyError if there is none."""
        return self._closed[scheme, notation]


def shipped() -> list[Path]:
    """The Turtle files that come with RoleGraph: the ontology first, then the vocabulary in order of name."""
    root = Path(str(files("ontology")))
    return [root / "rolegraph.ttl", *sorted((root / "vocabulary").glob("*.ttl"))]


def parse(path: Path) -> Iterator[ox.Triple]:
    """Triples of one RDF file; a syntax error names file and line."""
    fmt = _FORMATS.get(path.suffix.lower())
    if fmt is None:
        raise VocabularyError(f"no RDF format for the ending {path.suffix!r}", place=str(path), hint="use " + ", ".join(sorted(_FORMATS)))
    try:
        with path.open("rb") as stream:
            for quad in ox.parse(stream, fmt):
                yield quad.triple
    except SyntaxError as error:
        number = error.lineno or (_xml_line(path) if fmt == ox.RdfFormat.RDF_XML else 0)
        line = f":{number}" if number else ""
        raise VocabularyError(str(error.msg or error), place=f"{path}{line}", hint="fix the syntax") from error
    except OSError as error:
        raise VocabularyError(error.strerror or str(error), place=str(path), hint="name a file that can be read") from error


def _xml_line(path: Path) -> int:
    """Line at which a file stops being XML, which the RDF parser does not tell; 0 if it is XML throughout."""
    parser = expat.ParserCreate()
    try:
        parser.Parse(path.read_bytes(), True)
    except expat.ExpatError as error:
        return error.lineno
    return 0


def load(paths: Iterable[Path] | None = None) -> Vocabulary:
    """Read ontology and vocabulary files into one `Vocabulary`; VocabularyError names the file and line."""
    files_ = tuple(shipped() if paths is None else paths)
    return _loaded(fingerprint(files_), files_)


@lru_cache(maxsize=2)  # the stages of one build ask for the same vocabulary
def _loaded(mark: str, files_: tuple[Path, ...]) -> Vocabulary:
    found = cache.get("vocabulary", mark)
    if isinstance(found, Vocabulary):
        return found
    vocabulary = _index(triple for path in files_ for triple in parse(path))
    vocabulary.fingerprint = mark
    cache.put("vocabulary", mark, vocabulary)
    return vocabulary


def fingerprint(paths: Iterable[Path]) -> str:
    """SHA-256 (first 16 hex digits) of the files' bytes: what a build depends on."""
    sha = sha256()
    for path in paths:
        try:
            sha.update(path.read_bytes())
        except OSError as error:
            raise VocabularyError(error.strerror or str(error), place=str(path), hint="name a file that can be read") from error
        sha.update(b"\0")
    return sha.hexdigest()[:16]


def _index(triples: Iterable[ox.Triple]) -> Vocabulary:
    values: dict[tuple[str, str], list[str]] = defaultdict(list)
    cues: set[tuple[str, str, str, str]] = set()
    types: dict[str, list[str]] = defaultdict(list)
    parents: dict[str, list[str]] = defaultdict(list)
    for s, p, o in triples:
        if not isinstance(s, ox.NamedNode):
            continue
        values[s.value, p.value].append(o.value)
        if p.value == RDF + "type":
            types[s.value].append(o.value)
        elif p.value == RDFS + "subClassOf":
            parents[s.value].append(o.value)
        elif p.value in _CUES:
            cues.add((s.value, p.value.removeprefix(RG), o.value, o.language or "en"))
    # two files may say the same: each value once
    values = {key: sorted(set(found)) for key, found in values.items()}
    vocabulary = Vocabulary({iri: _concept(iri, sorted(set(found)), parents, values) for iri, found in sorted(types.items()) if _kind(found, parents)})
    vocabulary._values = {key: found for key, found in values.items() if key[1] in _KEPT or (key[1].startswith(RG) and key[1] not in _CUES)}
    vocabulary._closed = {(iri.rsplit("/", 2)[-2], n): iri for (iri, p), found in values.items() if p == SKOS + "notation" and "/" in iri for n in found}
    for concept in vocabulary.concepts.values():
        for label in (concept.label, *concept.alt_labels):
            vocabulary._labels.setdefault((concept.kind, label.casefold()), concept.iri)
    grouped: dict[tuple[str, str], list[Cue]] = defaultdict(list)
    for iri, name, phrase, language in cues:
        grouped[iri.rsplit("/", 2)[-2], name].append(Cue(phrase, vocabulary.notation(iri) or iri, language))
    vocabulary._cues = {k: sorted(v, key=lambda c: (-len(c.phrase), c.phrase, c.value)) for k, v in grouped.items()}
    return vocabulary


def _kind(types: list[str], parents: dict[str, list[str]]) -> str:
    todo, seen = list(types), set()
    while todo:
        iri = todo.pop()
        if iri in KINDS:
            return KINDS[iri]
        if iri not in seen:
            seen.add(iri)
            todo += parents.get(iri, [])
    return ""


def _concept(iri: str, types: list[str], parents: dict[str, list[str]], values: dict[tuple[str, str], list[str]]) -> Concept:
    def get(p: str) -> list[str]:
        return values.get((iri, p), [])
    label = (get(SKOS + "prefLabel") or [iri.rsplit("/", 1)[-1]])[0]
    return Concept(
        iri=iri, kind=_kind(types, parents), label=label, types=tuple(sorted(types)), alt_labels=tuple(get(SKOS + "altLabel")),
        hidden_labels=tuple(get(SKOS + "hiddenLabel")), exact_case=frozenset(get(RG + "exactCaseLabel")),
        needs_context=frozenset(get(RG + "contextLabel")), notation=(get(SKOS + "notation") or [""])[0],
        broader=tuple(get(SKOS + "broader")))
