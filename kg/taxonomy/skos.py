"""Any SKOS file as entries: Turtle, RDF/XML, N-Triples, JSON-LD; labels as literals or by SKOS-XL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox

from kg.errors import VocabularyError
from kg.namespaces import DCTERMS, RDF, SKOS
from kg.taxonomy.entries import Entry, Fault, Taxonomy
from kg.vocabulary import parse

SKOSXL = "http://www.w3.org/2008/05/skos-xl#"
_LABELS = {SKOS + "prefLabel": 0, SKOS + "altLabel": 1, SKOS + "hiddenLabel": 1}
_XL = {SKOSXL + "prefLabel": 0, SKOSXL + "altLabel": 1, SKOSXL + "hiddenLabel": 1}
_LINKS = frozenset((SKOS + "broader", SKOS + "narrower", SKOS + "exactMatch", SKOS + "inScheme"))
NOTHING: frozenset[str] = frozenset()
_TEXTS = frozenset((SKOS + "definition", SKOS + "notation", DCTERMS + "title"))


class _Statements:
    """What a file says of each node, as far as entries need it."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.types: dict[str, list[str]] = defaultdict(list)
        self.labels: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
        self.links: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.texts: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        forms: dict[str, list[tuple[str, str]]] = defaultdict(list)
        indirect: list[tuple[str, int, str]] = []
        for s, p, o in triples:
            subject, predicate = s.value, p.value
            if predicate == RDF + "type":
                self.types[subject].append(o.value)
            elif isinstance(o, ox.Literal):
                if predicate in _LABELS:
                    self.labels[subject].append((_LABELS[predicate], (o.language or "").lower(), " ".join(o.value.split())))
                elif predicate == SKOSXL + "literalForm":
                    forms[subject].append(((o.language or "").lower(), " ".join(o.value.split())))
                elif predicate in _TEXTS:
                    self.texts[subject, predicate].append(((o.language or "").lower(), o.value))
            elif predicate in _XL:
                indirect.append((subject, _XL[predicate], o.value))
            elif predicate in _LINKS:
                self.links[subject, predicate].append(o.value)
                if predicate == SKOS + "narrower":
                    self.links[o.value, SKOS + "broader"].append(subject)
        for subject, rank, node in indirect:
            self.labels[subject] += [(rank, *form) for form in forms.get(node, ()) if (rank, *form) not in self.labels[subject]]

    def concepts(self) -> list[str]:
        """Nodes that the file calls concepts, or places in a scheme."""
        found = {s for s, types in self.types.items() if SKOS + "Concept" in types} | {s for s, p in self.links if p == SKOS + "inScheme"}
        return sorted(found)


def read(path: Path, kinds: Mapping[str, str], default: str, languages: Sequence[str], known: Collection[str] = NOTHING) -> Taxonomy:
    """The concepts of a SKOS file but those in `known`. `kinds` tells the kind of a class's members, `default` that of others; labels in
    `languages` count, and those without a language. VocabularyError if there is none and nothing is known."""
    said = _Statements(parse(path))
    # blank nodes have no colon
    concepts = [c for c in said.concepts() if ":" in c and c not in known]
    # a class of another ontology may say what the members are without calling them concepts
    concepts = sorted({*concepts, *(s for s, types in said.types.items() if s not in known and any(t in kinds for t in types))})
    if not concepts and known is NOTHING:
        raise VocabularyError("holds no SKOS concept", place=str(path), hint="name a file with skos:Concept resources")
    titles = [text for (_, p), texts in sorted(said.texts.items()) if p == DCTERMS + "title" for _, text in texts]
    found, lines = Taxonomy(titles[0] if titles else path.stem), Lines(path)
    for iri in concepts:
        entry = _entry(iri, said, kinds, default, languages)
        if isinstance(entry, Fault):
            found.faults.append(replace(entry, place=lines.place(iri)))
            continue
        found.add(entry)
    _break_cycles(found, lines)
    for entry in found.entries.values():
        entry.place = str(path)
    return found


def _entry(iri: str, said: _Statements, kinds: Mapping[str, str], default: str, languages: Sequence[str]) -> Entry | Fault:
    """The entry, or why there is none."""
    every = said.labels.get(iri, [])
    if not every:
        return Fault("", iri, "has no label", "give it a skos:prefLabel")
    usable = sorted({(rank, languages.index(lang.split("-")[0]) if lang else 0, text) for rank, lang, text in every
                     if text and (not lang or lang.split("-")[0] in languages)})
    if not usable:
        return Fault("", iri, "has labels only in " + ", ".join(sorted({lang for _, lang, _ in every})),
                     f"give it one in {' or '.join(languages)}, or name its language in the setting vocabulary_languages")
    label = usable[0][2]
    kind = next((kinds[t] for t in sorted(said.types.get(iri, ())) if t in kinds), default)
    definitions = sorted(text for lang, text in said.texts.get((iri, SKOS + "definition"), ()) if not lang or lang.split("-")[0] in languages)
    notations = sorted(text for _, text in said.texts.get((iri, SKOS + "notation"), ()))
    others = list(dict.fromkeys(text for _, _, text in usable if text != label))
    return Entry(iri, kind, label, "", others, definition=definitions[0] if definitions else "", notation=notations[0] if notations else "",
                 broader=sorted(set(said.links.get((iri, SKOS + "broader"), ()))), matches=sorted(set(said.links.get((iri, SKOS + "exactMatch"), ()))))


def _break_cycles(found: Taxonomy, lines: Lines) -> None:
    """Leave out the links that would make a concept broader than itself."""
    done: set[str] = set()
    for start in found.entries:
        way: list[str] = []
        stack = [(start, iter(found.entries[start].broader))] if start not in done else []
        way += [start] if stack else []
        while stack:
            iri, parents = stack[-1]
            parent = next(parents, None)
            if parent is None:
                done.add(stack.pop()[0])
                way.pop()
            elif parent in way:
                found.entries[iri].broader = [b for b in found.entries[iri].broader if b != parent]
                circle = " < ".join([*way[way.index(parent):], parent])
                found.faults.append(Fault(lines.place(iri), iri, f"is broader than itself ({circle}); this link is left out",
                                          "take away one of these skos:broader links"))
            elif parent in found.entries and parent not in done:
                stack.append((parent, iter(list(found.entries[parent].broader))))
                way.append(parent)


class Lines:
    """Finds the line of a file that first names a concept; read only when a fault is told."""

    def __init__(self, path: Path) -> None:
        self._path, self._text = path, ""

    def place(self, iri: str) -> str:
        """`file:line`, or the file alone where the name is not written as such."""
        self._text = self._text or self._path.read_text(encoding="utf-8", errors="replace")
        local = iri.replace("#", "/").rsplit("/", 1)[-1]
        at = next((at for name in (iri, f":{local}", local) if (at := self._text.find(name)) >= 0), -1)
        return f"{self._path}:{self._text.count(chr(10), 0, at) + 1}" if at >= 0 else str(self._path)
