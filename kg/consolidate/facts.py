"""Facts of a whole store: statements grouped, then the rules applied in their order."""

from __future__ import annotations

import pyoxigraph as ox

from kg.consolidate import rules, statements
from kg.grouping.wording import Lexicon
from kg.namespaces import Minter
from kg.nquads import of_triples


def facts(store: ox.Store, minter: Minter, words: Lexicon | None = None) -> list[str]:
    """Sorted N-Quads of `graph/facts`; the store gains them too, in that graph. `words` says which wordings mean the same."""
    graph = ox.NamedNode(minter.graph("facts"))
    added = [*rules.add(store, graph, statements.triples(statements.rows(store), statements.ends(store), minter, words)), *rules.apply(store, minter)]
    return of_triples(added, graph.value)
