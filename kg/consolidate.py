"""From claims to facts: statements grouped, candidates made, and the rules of `ontology/rules/*.rq` applied in their order.

Rules are CONSTRUCT queries over everything before them; what one adds, the next sees. A triple whose property is in the
namespace rgf: is a note from rule to rule and is dropped in the end. Beside SPARQL 1.1 rules have three aggregates:
`rgf:noisyOr` (1 - the product of 1 - c, the chance that at least one of independent sources is right), `rgf:mostFrequent`
(of equals the first in code point order) and `rgf:sorted` (the distinct values, sorted, as one string).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from pathlib import Path

import pyoxigraph as ox

from kg.errors import VocabularyError
from kg.grouping.groups import group
from kg.grouping.wording import Lexicon
from kg.namespaces import BASE, RDF, RG, SKOS, XSD, Minter
from kg.nquads import of_triples

FUNCTIONS = "https://w3id.org/rolegraph/function#"


def facts(store: ox.Store, minter: Minter, words: Lexicon | None = None) -> list[str]:
    """Sorted N-Quads of `graph/facts`; the store gains them too, in that graph. `words` says which wordings mean the same."""
    graph = ox.NamedNode(minter.graph("facts"))
    notes = ox.NamedNode(FUNCTIONS + "notes")
    known = _Known(store, graph)
    known.add(_statements(store, minter, words))
    for path in rules():
        made = run(path, store, minter)
        store.extend([ox.Quad(t.subject, t.predicate, t.object, notes) for t in made if _is_note(t)])
        known.add([t for t in made if not _is_note(t)])
    store.remove_graph(notes)
    return of_triples(known.added, graph.value)


def _is_note(triple: ox.Triple) -> bool:
    return triple.predicate.value.startswith(FUNCTIONS)


def rules() -> list[Path]:
    """The rule files, in the order in which they run."""
    return sorted(Path(str(files("ontology") / "rules")).glob("*.rq"))


def run(path: Path, store: ox.Store, minter: Minter) -> list[ox.Triple]:
    """What one rule constructs; VocabularyError names file, line and column of a rule that does not parse."""
    text = path.read_text(encoding="utf-8").replace(f"PREFIX id: <{BASE}>", f"PREFIX id: <{minter.base}>")
    try:
        return list(store.query(text, use_default_graph_as_union=True, custom_aggregate_functions={
            ox.NamedNode(FUNCTIONS + name): made for name, made in (("noisyOr", NoisyOr), ("mostFrequent", MostFrequent), ("sorted", Sorted))}))
    except SyntaxError as error:
        raise VocabularyError(str(error.msg), place=str(path), hint="fix the rule") from error


class _Known:
    """Keeps a triple in one graph: what another graph already says is not said again."""

    def __init__(self, store: ox.Store, graph: ox.NamedNode) -> None:
        self.store, self.graph, self.added = store, graph, []

    def add(self, triples: list[ox.Triple]) -> None:
        new = {t for t in triples if next(self.store.quads_for_pattern(t.subject, t.predicate, t.object), None) is None}
        self.added += new
        self.store.extend([ox.Quad(t.subject, t.predicate, t.object, self.graph) for t in new])


_STATEMENTS = f"""
PREFIX rg: <{RG}>
PREFIX nif: <http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#>
SELECT ?statement ?class ?text ?passage WHERE {{
  ?statement a rg:Statement ; rg:statementClass ?class ; nif:anchorOf ?text ; rg:passage ?passage }} ORDER BY ?statement"""
_CLAIMS = f"""
PREFIX rg: <{RG}>
SELECT ?claim ?end ?statement WHERE {{
  {{ ?claim rg:subjectStatement ?statement BIND(rg:subject AS ?end) }} UNION {{ ?claim rg:objectStatement ?statement BIND(rg:object AS ?end) }} }}"""


def _statements(store: ox.Store, minter: Minter, words: Lexicon | None) -> list[ox.Triple]:
    """One individual for the statements that say the same thing, with all wordings and passages; and the claims' ends."""
    rows = [(r["statement"], r["class"], r["text"].value, r["passage"]) for r in store.query(_STATEMENTS, use_default_graph_as_union=True)]
    grouped = group([(s.value, c.value.removeprefix(RG), text) for s, c, text, _ in rows], words)
    individuals: dict[str, ox.NamedNode] = {}
    made: list[ox.Triple] = []
    for statement, cls, text, passage in rows:
        found = grouped[statement.value]
        node = ox.NamedNode(minter.concept(cls.value.removeprefix(RG).lower(), found.name))
        individuals[statement.value] = node
        made += _triples(node, (RDF + "type", cls), (SKOS + "prefLabel", ox.Literal(found.label)), (SKOS + "notation", ox.Literal(found.name)),
                         (RG + "wording", ox.Literal(text)), (RG + "evidence", passage))
        made += _triples(statement, (RG + "expresses", node))
    for row in store.query(_CLAIMS, use_default_graph_as_union=True):
        made.append(ox.Triple(row["claim"], row["end"], individuals[row["statement"].value]))
    return made


def _triples(subject: ox.NamedNode, *pairs: tuple[str, ox.NamedNode | ox.Literal]) -> Iterator[ox.Triple]:
    return (ox.Triple(subject, ox.NamedNode(p), o) for p, o in pairs)


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
