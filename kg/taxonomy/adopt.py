"""Further vocabularies, whoever wrote them, made into files that every stage can read.

A file that speaks the ontology's own terms stays as it is, but for faulty concepts. Other SKOS files, and the tables of ESCO and O*NET, are read together,
screened, joined with the shipped vocabulary, and written once as N-Triples in the cache; what is written depends on content alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from kg import cache, scratch, vocabulary
from kg.errors import VocabularyError
from kg.namespaces import RDF, RDFS, RG, SKOS
from kg.taxonomy import own_terms, skos, tables
from kg.taxonomy.entries import Entry, Fault, Taxonomy
from kg.taxonomy.joining import Joined, Joiner
from kg.taxonomy.screening import Screening

_MARK = ".adopted.nt"
# faults told one by one; the rest are counted
SHOWN = 10


@dataclass(slots=True)
class Adopted:
    """Files that every stage can read, what was left out of them and why, and what became of the entries."""

    paths: tuple[Path, ...]
    faults: list[Fault] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def notes(self) -> list[str]:
        """What a user should know, in lines."""
        lines = []
        if self.counts:
            joined = sum(self.counts.get(name, 0) for name in ("exactMatch", "closeMatch", "relatedMatch"))
            lines.append(f"further taxonomies: {self.counts.get('new', 0):,} new concepts, {joined:,} that the vocabulary knows, "
                         f"{self.counts.get('held labels', 0):,} labels held back, {self.counts.get('labels in context', 0):,} only in context")
        lines += [str(fault) for fault in self.faults[:SHOWN]]
        if len(self.faults) > SHOWN:
            lines.append(f"{len(self.faults) - SHOWN:,} more entries of the vocabulary files have faults")
        return lines


def adopted(paths: Sequence[Path], *, faults: str = "skip", kind: str = "Skill", languages: Sequence[str] = ("en",), screen: bool = True) -> Adopted:
    """Make `paths` readable. `faults` says whether a faulty concept is left out ("skip") or raises VocabularyError ("stop");
    `kind` is what concepts are whose file does not say; labels in `languages` count; `screen` holds ambiguous labels back."""
    own = [path for path in paths if _speaks_our_terms(path)]
    foreign = [path for path in paths if path not in own]
    result = Adopted(())
    for path in own:
        told, kept = ([], None) if path.name.endswith(_MARK) else own_terms.sound(path, own, _kinds_of_members(), kind, languages)
        result.faults += told
        result.paths += (path if kept is None else _written(kept, _mark([path], "own", languages, screen)),)
    if foreign:
        mark = _mark(foreign, kind, languages, screen)
        found = cache.get("taxonomy", mark)
        text, compiled = found if isinstance(found, tuple) else _compiled(foreign, kind, languages, screen)
        cache.put("taxonomy", mark, (text, compiled))
        result = Adopted((*result.paths, _written(text, mark)), result.faults + compiled.faults, compiled.counts)
    if faults == "stop" and result.faults:
        first = result.faults[0]
        raise VocabularyError(first.reason, place=first.place,
                              hint="; ".join(filter(None, (f"concept {first.concept}", first.hint, "setting vocabulary_faults"))))
    return result


def _speaks_our_terms(path: Path) -> bool:
    """Whether a file uses a class or property of the ontology; a table never does."""
    if path.name.endswith(_MARK):
        return True
    if path.suffix.lower() in tables.ENDINGS:
        return False
    return any(t.predicate.value.startswith(RG) or (t.predicate.value == RDF + "type" and (t.object.value in vocabulary.KINDS or t.object.value.startswith(RG)))
               for t in vocabulary.parse(path)) or not path.stat().st_size


def _compiled(paths: Sequence[Path], kind: str, languages: Sequence[str], screen: bool) -> tuple[str, Adopted]:
    kinds = _kinds_of_members()
    taxonomies: dict[str, Taxonomy] = {}
    for path in paths:
        read = tables.read(path) if path.suffix.lower() in tables.ENDINGS else skos.read(path, kinds, kind, languages)
        # the tables of one publisher belong together: titles of occupations stand in another file than their descriptions
        title = read.title.split(" ")[0] if path.suffix.lower() in tables.ENDINGS else read.title
        together = taxonomies.setdefault(title, Taxonomy(title))
        together.faults += read.faults
        for entry in read.entries.values():
            together.add(entry)
    origin = ", ".join(sorted(path.name for path in paths))
    result = _joined(taxonomies, origin, screen)
    lines = {str(path): skos.Lines(path) for path in paths if path.suffix.lower() not in tables.ENDINGS}
    told = [replace(f, place=lines[f.place].place(f.concept)) if f.place in lines else f for f in result.faults]
    return "".join(sorted({f"{t} .\n" for t in result.triples})), Adopted((), told, dict(result.counts))


def _joined(taxonomies: dict[str, Taxonomy], origin: str, screen: bool) -> Joined:
    every: list[Entry] = []
    whole = Joined()
    for taxonomy in taxonomies.values():
        whole.faults += taxonomy.faults
        # what only a table of relations or further titles names is no concept of these files
        taxonomy.entries = {iri: entry for iri, entry in taxonomy.entries.items() if entry.label}
        every += taxonomy.entries.values()
    definitions = [t.object.value for path in vocabulary.shipped() for t in vocabulary.parse(path) if t.predicate.value == SKOS + "definition"]
    joiner = Joiner(vocabulary.load(), Screening(every, definitions) if screen else None)
    for title, taxonomy in sorted(taxonomies.items()):
        part = joiner.triples(taxonomy.entries, title, origin)
        whole.triples += part.triples
        whole.faults += part.faults
        for name, n in part.counts.items():
            whole.counts[name] += n
    return whole


def _kinds_of_members() -> dict[str, str]:
    """Kind of the members of classes that the ontology sets its own below, or close to, and of its own classes."""
    ontology = list(vocabulary.parse(vocabulary.shipped()[0]))
    kinds = dict(vocabulary.KINDS)
    parents = {(t.subject.value, t.object.value) for t in ontology if t.predicate.value == RDFS + "subClassOf"}
    parents |= {(t.subject.value, t.object.value) for t in ontology if t.predicate.value == SKOS + "closeMatch"}
    for child, parent in sorted(parents):
        if child in vocabulary.KINDS and not parent.startswith((RG, SKOS)):
            kinds.setdefault(parent, vocabulary.KINDS[child])
    return kinds


def _mark(paths: Sequence[Path], kind: str, languages: Sequence[str], screen: bool) -> str:
    names = "\n".join([*(path.name for path in paths), kind, *languages, str(screen)])
    return sha256(f"{vocabulary.fingerprint([*vocabulary.shipped(), *paths])}\n{names}".encode()).hexdigest()[:16]


def _written(text: str, mark: str) -> Path:
    folder = cache.folder() or scratch.lasting()
    path = folder / f"{mark}{_MARK}"
    body = text.encode()
    if not path.is_file() or path.stat().st_size != len(body):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_bytes(body)
    return path
