"""Links to other taxonomies, as SSSOM files: read, written, and as triples of the graph.

A row says which concept of ours stands how to which of theirs, why (semapv), how surely, and to which version. Prefixes
stand in the file's head. `sssom:NoTermFound` as object says that the other taxonomy has no term for ours, and the modifier
`Not` that a pair was looked at and is none.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from importlib.resources import files
from pathlib import Path

import pyoxigraph as ox

from kg.errors import VocabularyError
from kg.namespaces import OWL, RDF, RDFS, RG, XSD, Minter, digest

SSSOM, SEMAPV = "https://w3id.org/sssom/", "https://w3id.org/semapv/vocab/"
NO_TERM = "sssom:NoTermFound"
MANUAL = "semapv:ManualMappingCuration"


@dataclass(slots=True, frozen=True, order=True)
class Link:
    """One row; names are SSSOM's slots, ids are CURIEs."""

    subject_id: str
    predicate_id: str
    object_id: str
    subject_label: str = ""
    predicate_modifier: str = ""
    object_label: str = ""
    mapping_justification: str = MANUAL
    confidence: str = ""
    subject_source_version: str = ""
    object_source: str = ""
    object_source_version: str = ""
    comment: str = ""


COLUMNS = ("subject_id", "subject_label", "predicate_id", "predicate_modifier", "object_id", "object_label", "mapping_justification", "confidence",
           "subject_source_version", "object_source", "object_source_version", "comment")


@dataclass(slots=True)
class MappingSet:
    """A file: its head (slots of the set), its prefixes, its rows in order."""

    head: dict[str, str] = field(default_factory=dict)
    prefixes: dict[str, str] = field(default_factory=dict)
    rows: list[Link] = field(default_factory=list)

    def text(self) -> str:
        """The file, in canonical order: the same rows are the same bytes."""
        lines = [f"#{name}: {value}" for name, value in sorted(self.head.items())]
        lines += ["#curie_map:", *(f"#  {prefix}: {iri}" for prefix, iri in sorted(self.prefixes.items()))]
        out = io.StringIO()
        writer = csv.writer(out, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
        writer.writerow(COLUMNS)
        writer.writerows([getattr(row, name) for name in COLUMNS] for row in sorted(set(self.rows)))
        return "\n".join(lines) + "\n" + out.getvalue()


def shipped() -> list[Path]:
    """The mapping files that come with RoleGraph, in order of name."""
    return sorted((Path(str(files("ontology"))) / "mappings").glob("*.sssom.tsv"))


def read(path: Path) -> MappingSet:
    """The rows of a file; VocabularyError names the line of what makes no sense."""
    found = MappingSet()
    try:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    except OSError as error:
        raise VocabularyError(error.strerror or str(error), place=str(path), hint="name a file that can be read") from error
    begin = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    for line in lines[:begin]:
        name, _, value = line[1:].rstrip("\n").partition(": " if ": " in line else ":")
        (found.prefixes if name.startswith(" ") else found.head)[name.strip()] = value.strip()
    found.head.pop("curie_map", None)
    reader = csv.DictReader(lines[begin:], delimiter="\t")
    unknown = set(reader.fieldnames or ()) - {f.name for f in fields(Link)}
    if unknown or not {"subject_id", "predicate_id", "object_id", "mapping_justification"} <= set(reader.fieldnames or ()):
        raise VocabularyError(f"has columns that are not understood: {', '.join(sorted(unknown)) or reader.fieldnames}", place=f"{path}:{begin + 1}",
                              hint="columns: " + ", ".join(COLUMNS))
    for row in reader:
        if None in row or None in row.values():
            raise VocabularyError("has another number of fields than the head", place=f"{path}:{begin + reader.line_num}", hint="separate fields by tabs")
        found.rows.append(Link(**row))
    return found


def triples(path: Path) -> Iterator[ox.Triple]:
    """What the graph says of a file's rows: the links, each with an axiom that justifies it, and where no term was found."""
    # imported where it is needed: a build that has these triples in its cache does without
    import curies

    mapping_set = read(path)
    converter = curies.Converter.from_prefix_map(mapping_set.prefixes)
    for row in mapping_set.rows:
        try:
            subject, predicate = converter.expand(row.subject_id, strict=True), converter.expand(row.predicate_id, strict=True)
            target = converter.expand(row.object_id, strict=True)
            justification = converter.expand(row.mapping_justification, strict=True)
        except curies.api.ExpansionError as error:
            raise VocabularyError(f"has an unknown prefix: {error}", place=f"{path}: {row.subject_id}", hint="name the prefix under curie_map") from error
        if row.predicate_modifier:
            continue
        if row.object_id == NO_TERM:
            yield _link(subject, RG + "noMatchIn", converter.expand(row.object_source, strict=True))
            continue
        yield from _said(row, subject, predicate, target, justification)


def _said(row: Link, subject: str, predicate: str, target: str, justification: str) -> Iterator[ox.Triple]:
    axiom = Minter().concept("mapping", digest(subject, predicate, target))
    yield _link(subject, predicate, target)
    yield ox.Triple(ox.NamedNode(target), ox.NamedNode(RDFS + "label"), ox.Literal(row.object_label, language="en"))
    yield _link(axiom, RDF + "type", OWL + "Axiom")
    yield _link(axiom, OWL + "annotatedSource", subject)
    yield _link(axiom, OWL + "annotatedProperty", predicate)
    yield _link(axiom, OWL + "annotatedTarget", target)
    yield _link(axiom, SSSOM + "mapping_justification", justification)
    yield ox.Triple(ox.NamedNode(axiom), ox.NamedNode(SSSOM + "object_source_version"), ox.Literal(row.object_source_version))
    if row.confidence:
        yield ox.Triple(ox.NamedNode(axiom), ox.NamedNode(SSSOM + "confidence"), ox.Literal(row.confidence, datatype=ox.NamedNode(XSD + "decimal")))


def _link(subject: str, predicate: str, obj: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(obj))


def counts(rows: Iterable[Link]) -> dict[str, int]:
    """Rows by predicate; where no term was found, and pairs that are none, apart."""
    found: dict[str, int] = {}
    for row in rows:
        name = "no match" if row.object_id == NO_TERM else f"not {row.predicate_id}" if row.predicate_modifier else row.predicate_id.partition(":")[2]
        found[name] = found.get(name, 0) + 1
    return dict(sorted(found.items()))
