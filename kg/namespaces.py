"""The IRIs that RoleGraph speaks in, and how it mints its own.

>>> rg("Role")
'https://w3id.org/rolegraph/ontology#Role'
>>> Minter().concept("skill", "Machine Learning")
'https://w3id.org/rolegraph/id/skill/machine-learning'
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

RG = "https://w3id.org/rolegraph/ontology#"
BASE = "https://w3id.org/rolegraph/id/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
SCHEMA = "https://schema.org/"
PROV = "http://www.w3.org/ns/prov#"
NIF = "http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#"
ITSRDF = "http://www.w3.org/2005/11/its/rdf#"
DCAT = "http://www.w3.org/ns/dcat#"
VOID = "http://rdfs.org/ns/void#"
SH = "http://www.w3.org/ns/shacl#"

PREFIXES = {
    "rg": RG, "rdf": RDF, "rdfs": RDFS, "owl": OWL, "xsd": XSD, "skos": SKOS, "dcterms": DCTERMS, "schema": SCHEMA,
    "prov": PROV, "nif": NIF, "itsrdf": ITSRDF, "dcat": DCAT, "void": VOID, "sh": SH, "id": BASE,
}

_NOT_SLUG = re.compile(r"[^a-z0-9]+")
# what an ASCII slug would lose: "C", "C++" and "C#" must not share one
_SLUG_WORDS = (("c++", "c-plus-plus"), ("++", "-plus-plus"), ("#", "-sharp"), ("&", " and "), (".net", " dot-net"), ("%", " percent"))


def slug(label: str) -> str:
    """Lower-case ASCII name for an IRI; a label without Latin letters gets its hash.

    >>> slug("C#"), slug("Café & Bar"), slug("CI/CD")
    ('c-sharp', 'cafe-and-bar', 'ci-cd')
    """
    text = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    for mark, words in _SLUG_WORDS:
        text = text.replace(mark, words)
    return _NOT_SLUG.sub("-", text).strip("-") or digest(label)


def digest(*parts: object) -> str:
    """First 16 hex digits of the SHA-256 of the parts, joined by a separator that no text holds."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:16]


class Minter:
    """Mints resource IRIs under one base; same input, same IRI, on every machine."""

    def __init__(self, base: str = BASE) -> None:
        self.base = base

    def concept(self, kind: str, label: str) -> str:
        """IRI of a thing known by its label, such as a skill or a role."""
        return f"{self.base}{kind}/{slug(label)}"

    def graph(self, name: str) -> str:
        """IRI of a named graph: ontology, vocabulary, mappings, facts, inferred, build, document/ID."""
        return f"{self.base}graph/{name}"

    def document(self, identifier: str) -> str:
        """IRI of a document, by its identifier (file name without ending); names that slugs would merge stay apart."""
        name = slug(identifier)
        return f"{self.base}document/{name if name == identifier else name + '-' + digest(identifier)[:8]}"

    def hashed(self, kind: str, *parts: object) -> str:
        """IRI of a thing known only by its content, such as a claim."""
        return f"{self.base}{kind}/{digest(*parts)}"
