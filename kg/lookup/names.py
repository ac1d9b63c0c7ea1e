"""From what a user typed to an IRI: ids, slugs and labels of things."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import pyoxigraph as ox
from rapidfuzz import fuzz, process

from kg.errors import NotFoundError
from kg.lookup.graph import KINDS, Graph, local
from kg.namespaces import DCTERMS, RG, SKOS, slug

_PREFERRED = (SKOS + "prefLabel", DCTERMS + "title")
_LABELS = f"""SELECT ?thing ?class ?property ?label WHERE {{ VALUES ?class {{ $classes }} ?thing a ?class .
  VALUES ?property {{ {" ".join(f"<{p}>" for p in (*_PREFERRED, SKOS + "altLabel", SKOS + "hiddenLabel"))} }} ?thing ?property ?label }}"""


class Names:
    """Every label of every thing of KINDS and of every document, in memory once it is first asked for."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    @cached_property
    def _rows(self) -> list[tuple[str, str, str, str]]:
        """(IRI, kind, property, label), sorted."""
        classes = [iri for iri, top in self.graph.kind_of_class.items() if iri == RG + "Document" or top not in _TEXT]
        rows = self.graph.rows(_LABELS, classes=sorted(classes))
        kinds = self.graph.kind_of_class
        return sorted({(t.value, kinds[c.value], p.value, name.value) for t, c, p, name in rows})  # type: ignore[union-attr]

    @cached_property
    def labels(self) -> dict[str, tuple[str, tuple[tuple[str, bool, bool], ...]]]:
        """By IRI: its kind and its labels, each with whether it is preferred and whether it may be shown."""
        out: dict[str, tuple[str, list[tuple[str, bool, bool]]]] = {}
        for iri, kind, name, label in self._rows:
            out.setdefault(iri, (kind, []))[1].append((label, name in _PREFERRED, name != SKOS + "hiddenLabel"))
        return {iri: (kind, tuple(sorted(set(labels), key=lambda entry: (not entry[1], entry)))) for iri, (kind, labels) in out.items()}

    @cached_property
    def _by_label(self) -> dict[str, tuple[str, ...]]:
        """IRIs by folded label; those whose preferred label it is come first."""
        out: dict[str, dict[str, bool]] = {}
        for iri, _, name, label in self._rows:
            found = out.setdefault(fold(label), {})
            found[iri] = found.get(iri, False) or name in _PREFERRED
        return {label: tuple(sorted(found, key=lambda iri: (not found[iri], iri))) for label, found in out.items()}

    @cached_property
    def _by_slug(self) -> dict[str, tuple[str, ...]]:
        out: dict[str, list[str]] = {}
        for iri in sorted(self.labels):
            out.setdefault(local(iri), []).append(iri)
        return {name: tuple(iris) for name, iris in out.items()}

    def kind_name(self, kind: str) -> str:
        """The class name of a kind's plural ("roles" is Role)."""
        return self.graph.kind_of_class[KINDS[kind]] if kind in KINDS else kind

    def of(self, label: str, kind: str = "") -> tuple[str, ...]:
        """IRIs of the things that bear a label, in any case; of one kind where it is given."""
        return self._only(self._by_label.get(fold(label), ()), kind)

    def resolve(self, name: str, kind: str = "") -> str:
        """The IRI that an IRI, id, slug or label means; NotFoundError where the graph knows none."""
        name = name.strip()
        if "://" in name or name.partition("/")[2]:
            iri = self.graph.iri(name)
            if written(iri) and self.graph.node(iri):
                return iri
        found = self.of(name, kind) or self._only(self._by_slug.get(name) or self._by_slug.get(slug(name)) or (), kind)
        if found:
            return found[0]
        raise NotFoundError(f"the graph knows no {kind or 'thing'} of this name", place=name[:200], hint=self._nearest(name, kind))

    def _only(self, iris: Iterable[str], kind: str) -> tuple[str, ...]:
        name = self.kind_name(kind)
        return tuple(iri for iri in iris if not kind or self.labels[iri][0] == name)

    def _nearest(self, name: str, kind: str) -> str:
        wanted = self.kind_name(kind)
        labels = sorted({labels[0][0] for own, labels in self.labels.values() if not kind or own == wanted})
        near = [match[0] for match in process.extract(name[:200], labels, scorer=fuzz.ratio, processor=fold, limit=3, score_cutoff=50)]
        return "nearest: " + ", ".join(near) if near else "search for it"


_TEXT = frozenset(("Document", "Section", "Passage", "Mention", "Fact", "ConflictSet", "Claim"))


def fold(label: str) -> str:
    """A label without case and surplus space."""
    return " ".join(label.casefold().split())


def written(iri: str) -> bool:
    """Whether a string may stand as an IRI."""
    try:
        ox.NamedNode(iri)
    except ValueError:
        return False
    return True
