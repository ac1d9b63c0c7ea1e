"""What one version of ontology or vocabulary adds, removes and changes over another, in words, and what version number that makes it.

A change is breaking if data or queries that were right before may be wrong after it, a feature if they stay right and there is
something new, editorial if only what people read has changed.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.errors import VocabularyError
from kg.namespaces import DCTERMS, OWL, PREFIXES, RDF, RDFS, RG, SKOS
from kg.vocabulary import parse

BREAKING, FEATURE, EDITORIAL = "breaking", "feature", "editorial"
_RANKS = {BREAKING: 0, FEATURE: 1, EDITORIAL: 2}
_READ_BY_PEOPLE = frozenset([RDFS + "label", RDFS + "comment", RDFS + "seeAlso", RDFS + "isDefinedBy", OWL + "versionInfo", OWL + "versionIRI"]
                            + [SKOS + n for n in ("definition", "example", "scopeNote", "note", "editorialNote", "historyNote", "changeNote")])
# what narrows: data that fitted before may not fit what is added; and data that relied on it loses by its removal
_NARROWS = frozenset([RDFS + "domain", RDFS + "range", OWL + "disjointWith", OWL + "complementOf", OWL + "propertyDisjointWith", OWL + "members"])
_CARRIES = frozenset([RDFS + "subClassOf", RDFS + "subPropertyOf", OWL + "propertyChainAxiom", OWL + "inverseOf", OWL + "equivalentClass",
                      OWL + "equivalentProperty", SKOS + "inScheme", SKOS + "notation", SKOS + "prefLabel", RDF + "type", SKOS + "broader"])
_RESTRICTS = frozenset(OWL + n for n in ("FunctionalProperty", "InverseFunctionalProperty", "IrreflexiveProperty", "AsymmetricProperty"))
_WORDS = {RDF + "type": "kind", RDFS + "subClassOf": "superclass", RDFS + "subPropertyOf": "super-property", SKOS + "inScheme": "scheme",
          OWL + "propertyChainAxiom": "chain", OWL + "inverseOf": "inverse", OWL + "members": "disjoint classes"}
Described = dict[str, dict[str, set[str]]]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one term: `what` is added, removed, renamed or changed; `weight` is breaking, feature or editorial."""

    weight: str
    what: str
    term: str
    detail: str


def read(path: Path) -> Described:
    """What a file, or all RDF files below a folder, say of each term: values by property, blank nodes as what they hold."""
    files = sorted(p for p in path.rglob("*") if p.suffix in (".ttl", ".rdf", ".owl", ".nt", ".jsonld")) if path.is_dir() else [path]
    if not files:
        raise VocabularyError("holds no RDF file", place=str(path), hint="name an ontology file, or a folder of Turtle files")
    by_subject: dict[ox.Term, list[ox.Triple]] = defaultdict(list)
    for file in files:
        for t in parse(file):
            by_subject[t.subject].append(t)
    pointed = {t.object for found in by_subject.values() for t in found if isinstance(t.object, ox.BlankNode)}
    out: Described = defaultdict(lambda: defaultdict(set))
    for subject, found in by_subject.items():
        if isinstance(subject, ox.NamedNode):
            for t in found:
                out[subject.value][t.predicate.value].add(_told(by_subject, t.object))
        elif subject not in pointed:
            for t in found:
                if t.predicate.value == OWL + "members":
                    out["disjoint classes"][OWL + "members"].update(_told(by_subject, t.object).strip("()").split(" "))
    return {term: dict(values) for term, values in out.items()}


def _told(by_subject: dict[ox.Term, list[ox.Triple]], node: ox.Term) -> str:
    if isinstance(node, ox.Literal):
        return f'"{node.value}"' + (f"@{node.language}" if node.language else "")
    if isinstance(node, ox.NamedNode):
        return short(node.value)
    listed = {t.predicate.value: t.object for t in by_subject[node]}
    if RDF + "first" in listed:
        rest = _told(by_subject, listed[RDF + "rest"])
        return f"({_told(by_subject, listed[RDF + 'first'])}{'' if rest == 'rdf:nil' else ' ' + rest.strip('()')})"
    return "[" + "; ".join(sorted(f"{short(t.predicate.value)} {_told(by_subject, t.object)}" for t in by_subject[node])) + "]"


def short(iri: str) -> str:
    """An IRI by prefix where there is one for it; of several the longest."""
    fitting = [(base, prefix) for prefix, base in PREFIXES.items() if iri.startswith(base)]
    return f"{max(fitting)[1]}:{iri.removeprefix(max(fitting)[0])}" if fitting else iri


def changes(old: Described, new: Described) -> list[Change]:
    """All changes, the gravest first, then in order of term."""
    gone, come = sorted(set(old) - set(new)), sorted(set(new) - set(old))
    renamed = dict(_renamed(old, new, gone, come))
    found = [Change(BREAKING, "renamed", short(a), f"to {short(b)}{_label(new[b])}") for a, b in renamed.items()]
    found += [Change(BREAKING, "removed", short(t), _label(old[t]).strip()) for t in gone if t not in renamed]
    found += [Change(FEATURE, "added", short(t), _label(new[t]).strip()) for t in come if t not in renamed.values()]
    for term in sorted(set(old) & set(new)):
        found += _of_term(term, old[term], new[term])
    return sorted(found, key=lambda c: (_RANKS[c.weight], c.what, c.term, c.detail))


def _renamed(old: Described, new: Described, gone: list[str], come: list[str]) -> Iterator[tuple[str, str]]:
    free = {_label(new[t]): t for t in reversed(come) if _label(new[t])}
    for term in gone:
        if _label(old[term]) in free:
            yield term, free.pop(_label(old[term]))


def _label(values: dict[str, set[str]]) -> str:
    labels = sorted(values.get(RDFS + "label", set()) | values.get(SKOS + "prefLabel", set()), key=lambda v: (not v.endswith("@en"), v))
    return f" {re.sub('@[a-z-]+$', '', labels[0])}" if labels else ""


def _of_term(term: str, old: dict[str, set[str]], new: dict[str, set[str]]) -> Iterator[Change]:
    if '"true"' in new.get(OWL + "deprecated", set()) - old.get(OWL + "deprecated", set()):
        yield Change(FEATURE, "deprecated", short(term), ", ".join(sorted(new.get(DCTERMS + "isReplacedBy", set()))))
    for name in sorted(set(old) | set(new)):
        less, more = sorted(old.get(name, set()) - new.get(name, set())), sorted(new.get(name, set()) - old.get(name, set()))
        if (not less and not more) or name == OWL + "deprecated":
            continue
        word = _WORDS.get(name, re.split(r"[#/]", name)[-1])
        detail = f"{word} {', '.join(less)} is now {', '.join(more)}" if less and more else \
            f"{word} {', '.join(more)} added" if more else f"{word} {', '.join(less)} removed"
        yield Change(_weight(name, less, more), "changed", short(term), detail)


def _weight(name: str, less: list[str], more: list[str]) -> str:
    if name in _READ_BY_PEOPLE or name.startswith(DCTERMS):
        return EDITORIAL
    if name in _NARROWS:
        return BREAKING if more or name in (RDFS + "domain", RDFS + "range") else FEATURE
    if name == RDF + "type" and any(m in {short(r) for r in _RESTRICTS} for m in more):
        return BREAKING
    if name in _CARRIES or name.startswith((RG, SKOS)):
        lost = name in _CARRIES and less
        return BREAKING if lost and name != SKOS + "prefLabel" and name != SKOS + "broader" else FEATURE
    return FEATURE


def version(described: Described) -> str:
    """owl:versionInfo of the ontology in it, or ""."""
    found = [v for values in described.values() if "owl:Ontology" in values.get(RDF + "type", set()) for v in values.get(OWL + "versionInfo", ())]
    return found[0].strip('"').split('"')[0] if found else ""


def advice(found: Iterable[Change], old: str, new: str) -> str:
    """What semantic versioning makes of the changes, and whether the new version says so. Before 1.0.0 a breaking change is a minor version."""
    weights = {c.weight for c in found}
    parts = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)", old)
    if not weights or not parts:
        return "Nothing has changed." if not weights else "The old version has no number of the form 1.2.3 to count from."
    major, minor, patch = map(int, parts.groups())
    if BREAKING in weights:
        wanted = (major + 1, 0, 0) if major else (0, minor + 1, 0)
    elif FEATURE in weights:
        wanted = (major, minor + 1, 0) if major else (0, minor, patch + 1)
    else:
        wanted = (major, minor, patch + 1)
    need = ".".join(map(str, wanted))
    stated = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)", new)
    fits = bool(stated) and tuple(map(int, stated.groups())) >= wanted
    return f"After {old} this is {need}" + (f", and the new version is {new}." if fits else f"; the new version says {new or 'nothing'}.")


def as_text(found: list[Change], old: str, new: str, most: int | None = 20) -> str:
    """The changes by weight and kind, the first `most` of each, and the advice."""
    parts = []
    for weight in _RANKS:
        for what in ("renamed", "removed", "added", "deprecated", "changed"):
            rows = [c for c in found if (c.weight, c.what) == (weight, what)]
            if rows:
                shown = [f"  {c.term}{': ' if c.what == 'changed' else ' ' if c.detail else ''}{c.detail}" for c in rows[:most]]
                more = [f"  and {len(rows) - len(shown):,} more (--all)"] if len(rows) > len(shown) else []
                parts.append("\n".join([f"{weight}: {what} ({len(rows):,})", *shown, *more]))
    return "\n\n".join([*parts, advice(found, old, new)])


def as_json(found: list[Change], old: str, new: str) -> str:
    """The changes as data, with both versions and the advice."""
    return json.dumps({"old": old, "new": new, "advice": advice(found, old, new), "changes": [asdict(c) for c in found]}, ensure_ascii=False, indent=2)
