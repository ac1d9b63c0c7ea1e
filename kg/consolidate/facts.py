"""Facts of a whole store: statements grouped, then the rules applied in their order."""

from __future__ import annotations

import pyoxigraph as ox

from kg.consolidate import rules, statements
from kg.grouping.groups import group
from kg.grouping.wording import Lexicon
from kg.namespaces import Minter
from kg.nquads import of_triples


def facts(store: ox.Store, minter: Minter, words: Lexicon | None = None) -> list[str]:
    """Sorted N-Quads of `graph/facts`; the store gains them too, in that graph. `words` says which wordings mean the same."""
    graph = ox.NamedNode(minter.graph("facts"))
    found = statements.rows(store)
    expressed = statements.triples(found, statements.ends(store), minter, group(statements.plain(found), words))
    added = [*rules.add(store, graph, expressed), *rules.apply(store, minter)]
    return of_triples(added, graph.value)
