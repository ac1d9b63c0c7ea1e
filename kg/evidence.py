"""From a node of the graph to the sentences that it rests on: the passage's words, document, section and offsets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from kg.namespaces import DCTERMS, NIF, RG

_BATCH = 500
# how a node leads to the passages that state it: itself, its evidence, a mention's passage, the claims that a fact counts,
# the mentions of a proposed term
_ROUTES = (
    "?node <{nif}anchorOf> ?self . BIND(?node AS ?passage)",
    "?node <{rg}evidence> ?passage",
    "?node <{rg}passage> ?passage",
    "?node (<{rg}derivedFrom>|<{rg}member>)/<{rg}evidence> ?passage",
    "?node <{rg}proposes> ?term ; <{rg}document> ?in . ?mention <{rg}refersTo> ?term ; <{rg}document> ?in ; <{rg}passage> ?passage",
)


@dataclass(frozen=True, slots=True, order=True)
class Sentence:
    """The words of a passage or mention; `begin` and `end` count code points of the document."""

    document: str
    begin: int
    end: int
    section: str
    quote: str

    def __str__(self) -> str:
        where = f"{self.document}, {self.section}" if self.section else self.document
        return f'{where}, {self.begin}-{self.end}: "{self.quote}"'


def sentences(store: ox.Store, nodes: Iterable[ox.NamedNode]) -> dict[ox.NamedNode, tuple[Sentence, ...]]:
    """Sentences that each node rests on, in order of the text; nodes without any are left out."""
    wanted = sorted(set(nodes), key=str)
    out: dict[ox.NamedNode, set[Sentence]] = {}
    for start in range(0, len(wanted), _BATCH):
        for row in store.query(_query(wanted[start:start + _BATCH]), use_default_graph_as_union=True):
            section = row["section"].value if row["section"] is not None else ""
            begin, end = (int(row[name].value) if row[name] is not None else -1 for name in ("begin", "end"))
            out.setdefault(row["node"], set()).add(Sentence(row["document"].value, begin, end, section, row["quote"].value))
    return {node: tuple(sorted(found)) for node, found in sorted(out.items(), key=lambda item: str(item[0]))}


def _query(nodes: list[ox.NamedNode]) -> str:
    listed = " ".join(map(str, nodes))
    routes = " UNION ".join(f"{{ VALUES ?node {{ {listed} }} {route.format(nif=NIF, rg=RG)} }}" for route in _ROUTES)
    return (f"SELECT DISTINCT ?node ?document ?section ?begin ?end ?quote WHERE {{ {routes} "
            f"?passage <{NIF}anchorOf> ?quote ; <{RG}document>/<{DCTERMS}identifier> ?document . "
            f"OPTIONAL {{ ?passage <{RG}sectionPath> ?section }} "
            f"OPTIONAL {{ ?passage <{NIF}beginIndex> ?begin ; <{NIF}endIndex> ?end "
            "FILTER(isNumeric(?begin) && isNumeric(?end)) } }")
