"""How large the vocabulary is: concepts, labels, definitions and links of each scheme."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from kg.namespaces import PREFIXES
from kg.vocabulary import KINDS

_PROLOGUE = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
_COUNTED = {
    "labels": "skos:altLabel", "definitions": "skos:definition", "broader": "skos:broader", "related": "skos:related",
    "skills": "rg:toolSupports", "makers": "rg:developedBy", "specialises": "rg:specialises", "lies in": "rg:locatedIn", "issuers": "rg:issuedBy",
}


@dataclass(slots=True, frozen=True)
class Row:
    """One scheme: its name, its concepts, the most steps from a concept to the top, and how often each property is stated."""

    scheme: str
    concepts: int
    depth: int
    stated: dict[str, int]


def count(store: ox.Store) -> list[Row]:
    """Rows of the schemes that hold things which documents name, the largest first."""
    kinds = " ".join(f"<{iri}>" for iri in KINDS)
    rows = store.query(_PROLOGUE + f"""SELECT ?scheme (COUNT(DISTINCT ?c) AS ?n) WHERE {{
        VALUES ?kind {{ {kinds} }} ?c skos:inScheme ?scheme ; a/rdfs:subClassOf* ?kind }} GROUP BY ?scheme""")
    found = [(row["scheme"].value, int(row["n"].value)) for row in rows]
    return [Row(scheme.rsplit("/", 1)[-1], n, _depth(store, scheme), _stated(store, scheme)) for scheme, n in sorted(found, key=lambda r: (-r[1], r[0]))]


def classes(store: ox.Store) -> list[tuple[str, int]]:
    """Local names of the classes of tools and skills, with how many concepts are of each, the largest first."""
    rows = store.query(_PROLOGUE + """SELECT ?class (COUNT(DISTINCT ?c) AS ?n) WHERE {
        VALUES ?kind { rg:Tool rg:Skill } ?class rdfs:subClassOf* ?kind . ?c a ?class ; skos:inScheme ?scheme } GROUP BY ?class""")
    return sorted(((row["class"].value.rpartition("#")[2], int(row["n"].value)) for row in rows), key=lambda r: (-r[1], r[0]))


def _stated(store: ox.Store, scheme: str) -> dict[str, int]:
    counted = {}
    for name, term in _COUNTED.items():
        row = next(iter(store.query(_PROLOGUE + f"SELECT (COUNT(?o) AS ?n) WHERE {{ ?c skos:inScheme <{scheme}> ; {term} ?o }}")))
        counted[name] = int(row["n"].value)
    return {name: n for name, n in counted.items() if n}


def _depth(store: ox.Store, scheme: str) -> int:
    """Steps of the longest way up; the vocabulary has no cycle, which a check of its own holds."""
    depth, path = 0, "skos:broader"
    while depth < 20 and store.query(_PROLOGUE + f"ASK {{ ?c skos:inScheme <{scheme}> ; {path} ?top }}"):
        depth, path = depth + 1, path + "/skos:broader"
    return depth
