"""The rules that make facts: CONSTRUCT queries over everything before them; what one adds, the next sees.

A triple whose property is in the namespace rgf: is a note from rule to rule and is dropped in the end. Beside SPARQL 1.1 rules
have three aggregates: `rgf:noisyOr` (1 - the product of 1 - c, the chance that at least one of independent sources is right),
`rgf:mostFrequent` (of equals the first in code point order) and `rgf:sorted` (the distinct values, sorted, as one string).

A rule's rows join over a claim's `rg:subject`, so that what it says of a subject depends on that subject's slice alone
(`kg.consolidate.slices`), which a test holds for every rule. Claims without a subject join over measure and unit.
"""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from pathlib import Path

import pyoxigraph as ox

from kg.errors import VocabularyError
from kg.namespaces import BASE, RDF, XSD, Minter

FUNCTIONS = "https://w3id.org/rolegraph/function#"
_PREFIX, _COMMENT = re.compile(r"PREFIX\s+(\w*):\s*<([^>]*)>"), re.compile(r"(?m)^\s*#.*$")
_TERM = re.compile(r"(?<![\w:?$])(\w*):(\w[\w-]*)|<([^<>\s]+)>")


def rules() -> list[Path]:
    """The rule files, in the order in which they run."""
    return sorted(Path(str(files("ontology") / "rules")).glob("*.rq"))


def named() -> frozenset[str]:
    """The IRIs that rules name, so the properties that they can ask for: none asks for a property by a variable."""
    found = {RDF + "type"}
    for path in rules():
        text = _COMMENT.sub("", path.read_text(encoding="utf-8"))
        prefixes = dict(_PREFIX.findall(text))
        found |= {iri or prefixes[prefix] + name for prefix, name, iri in _TERM.findall(text) if iri or prefix in prefixes}
    return frozenset(found)


def run(path: Path, store: ox.Store, minter: Minter) -> list[ox.Triple]:
    """What one rule constructs; VocabularyError names file, line and column of a rule that does not parse."""
    text = path.read_text(encoding="utf-8").replace(f"PREFIX id: <{BASE}>", f"PREFIX id: <{minter.base}>")
    try:
        return list(store.query(text, use_default_graph_as_union=True, custom_aggregate_functions={
            ox.NamedNode(FUNCTIONS + name): made for name, made in (("noisyOr", NoisyOr), ("mostFrequent", MostFrequent), ("sorted", Sorted))}))
    except SyntaxError as error:
        raise VocabularyError(str(error.msg), place=str(path), hint="fix the rule") from error


def apply(store: ox.Store, minter: Minter) -> list[ox.Triple]:
    """What all rules add to a store, which gains it in the graph `facts`: what another graph already says is not said again."""
    graph, notes = ox.NamedNode(minter.graph("facts")), ox.NamedNode(FUNCTIONS + "notes")
    added: list[ox.Triple] = []
    for path in rules():
        made = run(path, store, minter)
        store.extend([ox.Quad(t.subject, t.predicate, t.object, notes) for t in made if _is_note(t)])
        added += add(store, graph, [t for t in made if not _is_note(t)])
    store.remove_graph(notes)
    return added


def add(store: ox.Store, graph: ox.NamedNode, triples: list[ox.Triple]) -> set[ox.Triple]:
    """Those of the triples that no graph of the store had; they are in `graph` now."""
    new = {t for t in triples if next(store.quads_for_pattern(t.subject, t.predicate, t.object), None) is None}
    store.extend([ox.Quad(t.subject, t.predicate, t.object, graph) for t in new])
    return new


def _is_note(triple: ox.Triple) -> bool:
    return triple.predicate.value.startswith(FUNCTIONS)


class NoisyOr:
    """Aggregate: 1 - product of (1 - c), to four places, so that the order of the terms cannot show."""

    def __init__(self) -> None:
        self._miss = Decimal(1)

    def accumulate(self, term: ox.Literal) -> None:
        """Take one more confidence; what is no number counts as none."""
        try:
            self._miss *= 1 - min(max(Decimal(term.value), Decimal(0)), Decimal(1))
        except InvalidOperation:
            return

    def finish(self) -> ox.Literal:
        """The combined confidence."""
        return ox.Literal(f"{round(1 - self._miss, 4)}", datatype=ox.NamedNode(XSD + "decimal"))


class MostFrequent:
    """Aggregate: the term that occurs most often."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def accumulate(self, term: ox.Literal) -> None:
        """Count one more term."""
        self._counts[term.value] += 1

    def finish(self) -> ox.Literal | None:
        """The most frequent one, or None where there was nothing."""
        return ox.Literal(min(self._counts, key=lambda t: (-self._counts[t], t))) if self._counts else None


class Sorted:
    """Aggregate: the distinct values in code point order, joined by a space."""

    def __init__(self) -> None:
        self._values: set[str] = set()

    def accumulate(self, term: ox.Literal) -> None:
        """Take one more value."""
        self._values.add(term.value)

    def finish(self) -> ox.Literal:
        """All values as one string."""
        return ox.Literal(" ".join(sorted(self._values)))
