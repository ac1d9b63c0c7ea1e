"""Links to other taxonomies as one SSSOM file (a TSV with its head as comments)."""

from __future__ import annotations

import csv
import io
import re

from kg.lookup import Catalog

_MATCHES = """SELECT DISTINCT ?s ?p ?o ?justification ?confidence ?version WHERE {
  VALUES ?p { skos:exactMatch skos:closeMatch skos:broadMatch skos:narrowMatch skos:relatedMatch } ?s ?p ?o .
  FILTER(STRSTARTS(STR(?s), STR($base)))
  OPTIONAL { ?axiom owl:annotatedSource ?s ; owl:annotatedProperty ?p ; owl:annotatedTarget ?o ; <https://w3id.org/sssom/mapping_justification> ?justification .
    OPTIONAL { ?axiom <https://w3id.org/sssom/confidence> ?confidence } OPTIONAL { ?axiom <https://w3id.org/sssom/object_source_version> ?version } } }"""
COLUMNS = ("subject_id", "subject_label", "predicate_id", "object_id", "object_label", "mapping_justification", "confidence", "object_source_version")
_SPLIT = re.compile(r"^(.*[/#=])([^/#=]+)$")
_KNOWN = {"skos": "http://www.w3.org/2004/02/skos/core#", "semapv": "https://w3id.org/semapv/vocab/"}


class _Curies:
    """Shortens IRIs, with a prefix for each namespace that it meets."""

    def __init__(self, base: str) -> None:
        self.base, self.prefixes = base, dict(_KNOWN)

    def __call__(self, iri: str) -> str:
        found = _SPLIT.match(iri)
        if not found:
            return iri
        space, name = found[1], found[2]
        known = next((prefix for prefix, known in self.prefixes.items() if known == space), "")
        if not known:
            words = [w for w in re.split(r"[^a-z0-9]+", (space.removeprefix(self.base) if space.startswith(self.base) else space).lower())
                     if w and w not in ("http", "https", "www", "org", "com", "eu", "id", "e")]
            known = ".".join(words[-2:]) or "ns"
            while known in self.prefixes:
                known += "_"
            self.prefixes[known] = space
        return f"{known}:{name}"


def sssom(catalog: Catalog) -> bytes:
    """Every link of a concept of ours to another taxonomy, in order; the head has the prefixes."""
    short = _Curies(catalog.graph.base)
    found = catalog.graph.rows(_MATCHES, base=catalog.graph.base)
    plain = sorted({tuple(term.value if term is not None else "" for term in row) for row in found})  # type: ignore[union-attr]
    refs = catalog.graph.refs({iri for row in plain for iri in (row[0], row[2])})
    rows = [(short(s), refs[s].label, short(p), short(o), refs[o].label, short(why or _KNOWN["semapv"] + "UnspecifiedMatching"), confidence, version)
            for s, p, o, why, confidence, version in plain]
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    head = [f"#mapping_set_id: {catalog.graph.base}mappings", "#mapping_set_title: RoleGraph to other taxonomies",
            "#license: https://creativecommons.org/licenses/by/4.0/", "#curie_map:", *(f"#  {p}: {short.prefixes[p]}" for p in sorted(short.prefixes))]
    return ("\n".join(head) + "\n" + out.getvalue()).encode()
