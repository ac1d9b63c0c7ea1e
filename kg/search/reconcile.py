"""Matching names from a table to things: by label in any order of words, misspelt or not, by the grammar of job titles, and by what
else the table knows of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox
from rapidfuzz import fuzz, process

from kg.lookup import Catalog
from kg.lookup.graph import KINDS, label, local
from kg.lookup.names import fold
from kg.namespaces import RDF, RDFS, RG, SKOS
from kg.search.titles import readings

# below this score (of 100) two names are not alike; from this on, alike enough to take if nothing else is nearly as much so
LEAST, SURE, APART = 55.0, 92.0, 5.0
# the same words in another order
SAME = 99.0
# how much the name counts against other properties
_NAME_WEIGHT = 0.75
_PROPERTIES = """SELECT ?p (COUNT(DISTINCT ?thing) AS ?n) WHERE { VALUES ?class { $classes } ?thing a ?class ; ?p ?value } GROUP BY ?p ORDER BY DESC(?n) ?p"""
_ROLE = "Role"
_UNSHOWN = frozenset((RDF + "type", SKOS + "hiddenLabel", SKOS + "inScheme", SKOS + "topConceptOf", RG + "cue", RG + "contextLabel",
                      RG + "exactCaseLabel", RG + "evidence", RG + "expresses"))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that a name may mean; `score` from 0 to 100, `match` where it is safe to take."""

    iri: str
    id: str
    name: str
    kind: str
    description: str
    score: float
    name_score: float
    match: bool
    document_count: int


@dataclass(frozen=True, slots=True)
class Property:
    """A property that things have: its id (rg:requiresTool, skos:broader ...) and label."""

    id: str
    iri: str
    name: str


class Reconciler:
    """Finds candidates; built once for a revision, safe from any thread."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._properties: dict[str, tuple[Property, ...]] = {}

    @cached_property
    def _names(self) -> dict[str, tuple[list[str], list[str]]]:
        """By kind: labels in the forms that are compared, and whose they are."""
        out: dict[str, tuple[list[str], list[str]]] = {}
        kinds = {self.catalog.names.kind_name(kind) for kind in KINDS}
        for iri, (kind, labels) in self.catalog.names.labels.items():
            if kind in kinds:
                names, iris = out.setdefault(kind, ([], []))
                # the words in order of the alphabet, and as they stand without spaces
                for words in sorted({form for name, _, _ in labels for form in (_sorted(name), _joined(name))}):
                    names.append(words)
                    iris.append(iri)
        return out

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of things that names may mean."""
        return tuple(dict.fromkeys(self.catalog.names.kind_name(kind) for kind in KINDS))

    def candidates(self, name: str, kinds: Sequence[str] = (), limit: int = 10,
                   properties: Sequence[tuple[str, tuple[str, ...]]] = ()) -> tuple[Candidate, ...]:
        """Things that a name may mean, likeliest first; `properties` are (id, values) that the thing should have."""
        wanted = [self.catalog.names.kind_name(kind) for kind in kinds] or list(self.kinds)
        words, best = _sorted(name[:500]), {}
        if not words:
            return ()
        for kind in wanted:
            names, iris = self._names.get(kind, ([], []))
            for form in {words, _joined(name[:500])}:
                for _, score, place in process.extract(form, names, scorer=fuzz.ratio, score_cutoff=LEAST, limit=40):
                    best[iris[place]] = max(best.get(iris[place], 0.0), score)
        if _ROLE in wanted:
            for label, score in readings(name):
                for iri in self.catalog.names.of(label, _ROLE)[:1]:
                    best[iri] = max(best.get(iri, 0.0), score)
        exact = {iri for kind in wanted for iri in self.catalog.names.of(name, kind)}
        scored = []
        for iri, score in best.items():
            # only the same label is certain: the same words in another order are not
            own = 100.0 if iri in exact else min(score, SAME)
            scored.append((self._with_properties(iri, own, properties), own, iri))
        scored.sort(key=lambda entry: (-entry[0], -self.catalog.counts(entry[2])[0], entry[2]))
        sure = bool(scored) and scored[0][0] >= SURE and (len(scored) == 1 or scored[0][0] - scored[1][0] >= APART or (
            scored[0][1] > scored[1][1] and scored[0][1] >= SAME))
        return tuple(self._candidate(iri, score, own, sure and place == 0) for place, (score, own, iri) in enumerate(scored[:limit]))

    def _with_properties(self, iri: str, score: float, properties: Sequence[tuple[str, tuple[str, ...]]]) -> float:
        if not properties:
            return score
        alike = []
        for name, values in properties:
            own = [fold(v) for entry in self.values(iri, name) for v in entry]
            alike.append(max((fuzz.ratio(fold(value), v) for value in values for v in own), default=0.0))
        return _NAME_WEIGHT * score + (1 - _NAME_WEIGHT) * sum(alike) / len(alike)

    def values(self, iri: str, name: str) -> list[tuple[str, ...]]:
        """Values of a property of a thing: (literal,) or (label, id)."""
        full = self.iri(name)
        out: list[tuple[str, ...]] = []
        for value in self.catalog.graph.node(iri).get(full, ()):
            out.append((value.value,) if isinstance(value, ox.Literal) else (self.catalog.ref(value.value).label, self.catalog.graph.id(value.value)))  # type: ignore[union-attr]
        return sorted(out)

    def properties(self, kind: str = "") -> tuple[Property, ...]:
        """Properties that things of a kind have, or that any have; those of most things first."""
        kinds = [plural for plural in KINDS if kind in ("", plural, self.catalog.names.kind_name(plural))]
        key = kinds[0] if len(kinds) == 1 else "" if kinds else "none"
        if key not in self._properties:
            classes = sorted({c for plural in kinds for c in self.catalog.graph.classes(plural)})
            iris = [row[0].value for row in self.catalog.graph.rows(_PROPERTIES, classes=classes)] if classes else []  # type: ignore[union-attr]
            self._properties[key] = tuple(self.property(iri) for iri in iris if iri not in _UNSHOWN)
        return self._properties[key]

    def property(self, name: str) -> Property:
        """A property by id or IRI."""
        iri = self.iri(name)
        node = self.catalog.graph.node(iri)
        return Property(self._short(iri), iri, label(node) or local(iri))

    def iri(self, name: str) -> str:
        """The IRI of a property's id."""
        prefix, _, rest = name.partition(":")
        return name if "://" in name else {"rg": RG, "skos": SKOS, "rdfs": RDFS}.get(prefix, RG) + (rest or name)

    @staticmethod
    def _short(iri: str) -> str:
        return next((f"{prefix}:{iri[len(base):]}" for prefix, base in (("rg", RG), ("skos", SKOS), ("rdfs", RDFS)) if iri.startswith(base)), iri)

    def _candidate(self, iri: str, score: float, own: float, match: bool) -> Candidate:
        ref = self.catalog.ref(iri)
        texts = self.catalog.graph.node(iri).get(SKOS + "definition", ())
        return Candidate(iri, ref.id, ref.label, ref.kind, texts[0].value if texts else "", round(score, 2), round(own, 2), match,  # type: ignore[union-attr]
                         self.catalog.counts(iri)[0])


def _sorted(name: str) -> str:
    return " ".join(sorted(_words(fold(name))))


def _joined(name: str) -> str:
    return "".join(_words(fold(name)))


def _words(text: str) -> Iterable[str]:
    return text.replace("-", " ").replace("/", " ").replace(",", " ").split()
