"""JSON-LD compacted with the versioned context, and framed; nothing is ever fetched.

Compaction is our own: PyLD's takes about ten times as long and holds the whole graph several times over. Tests hold that PyLD
reads back exactly the triples. Framing is PyLD's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import pyoxigraph as ox

from kg.errors import QueryError
from kg.namespaces import RDF, XSD

_TYPE = RDF + "type"
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,14}")
_STRING, _INTEGER, _BOOLEAN = XSD + "string", XSD + "integer", XSD + "boolean"


@lru_cache(maxsize=1)
def context_document() -> dict:
    """The context file: "@context" with its id and version beside it."""
    return json.loads((files("ontology") / "context.jsonld").read_text(encoding="utf-8"))


def context_iri() -> str:
    """The name of the context's version."""
    return context_document()["id"]


@dataclass(frozen=True, slots=True)
class _Term:
    """A term of the context: what it is coerced to ("" for plain values) and its containers."""

    name: str
    coerced: str
    language: bool
    is_set: bool


class _Context:
    """The context turned round: from IRIs to the terms that stand for them."""

    def __init__(self, context: Mapping[str, Any]) -> None:
        self.prefixes = {name: iri for name, iri in context.items() if isinstance(iri, str) and iri.endswith(("/", "#"))}
        self.terms: dict[str, list[_Term]] = {}
        self.names: dict[str, str] = {}
        for name, given in context.items():
            if name.startswith("@") or name in self.prefixes or given in ("@id", "@type"):
                continue
            definition = {"@id": given} if isinstance(given, str) else given
            containers = definition.get("@container", [])
            containers = [containers] if isinstance(containers, str) else containers
            coerced = definition.get("@type", "")
            iri = self.expand(definition["@id"])
            term = _Term(name, coerced if coerced.startswith("@") else self.expand(coerced), "@language" in containers, "@set" in containers)
            self.terms.setdefault(iri, []).append(term)
            self.names.setdefault(iri, name)

    def expand(self, name: str) -> str:
        """The IRI of a compact IRI."""
        prefix, colon, rest = name.partition(":")
        return self.prefixes[prefix] + rest if colon and prefix in self.prefixes else name

    def vocab(self, iri: str) -> str:
        """A term for an IRI, else a compact IRI, else the IRI."""
        return self.names.get(iri) or self.compact_iri(iri)

    def compact_iri(self, iri: str) -> str:
        """The IRI as prefix and rest where that is not a term of its own."""
        for prefix, base in self.prefixes.items():
            if iri.startswith(base) and len(iri) > len(base):
                return f"{prefix}:{iri[len(base):]}"
        return iri


@lru_cache(maxsize=1)
def _context() -> _Context:
    return _Context(context_document()["@context"])


def compacted(triples: Iterable[ox.Triple], name: str = "") -> dict:
    """Triples as compacted JSON-LD, nodes in order of their IRIs; the context stands in it, or is only named where `name` is its IRI."""
    return {"@context": name or context_document()["@context"], "@graph": nodes(triples)}


def dataset(graphs: Mapping[str, Iterable[ox.Triple]], name: str = "") -> dict:
    """Named graphs as compacted JSON-LD."""
    return {"@context": name or context_document()["@context"], "@graph": [{"id": iri, "@graph": nodes(graphs[iri])} for iri in sorted(graphs)]}


def nodes(triples: Iterable[ox.Triple]) -> list[dict[str, Any]]:
    """A node object for each subject."""
    context = _context()
    found: dict[str, dict[str, list]] = {}
    for triple in triples:
        found.setdefault(_id(triple.subject), {}).setdefault(triple.predicate.value, []).append(triple.object)
    out = []
    for subject in sorted(found):
        node: dict[str, Any] = {"id": subject}
        properties = found[subject]
        types = sorted(context.vocab(t.value) for t in properties.pop(_TYPE, []))
        if types:
            node["type"] = types[0] if len(types) == 1 else types
        for iri in sorted(properties):
            for value in sorted(set(properties[iri]), key=str):
                _put(node, context, iri, value)
        out.append({key: value[0] if isinstance(value, _One) and len(value) == 1 else value for key, value in node.items()})
    return out


class _One(list):
    """Values of a term that is no set: a single one stands alone."""


def _put(node: dict[str, Any], context: _Context, iri: str, value: Any) -> None:
    """Add a value under the first term that fits it, or under the property's compact IRI."""
    for term in context.terms.get(iri, ()):
        if term.language:
            if isinstance(value, ox.Literal) and value.language:
                _by_language(node, term, value)
                return
            continue
        fitting = _fitting(context, term, value)
        if fitting is not None:
            node.setdefault(term.name, [] if term.is_set else _One()).append(fitting)
            return
    node.setdefault(context.compact_iri(iri), _One()).append(_plain(context, value))


def _by_language(node: dict[str, Any], term: _Term, value: ox.Literal) -> None:
    languages = node.setdefault(term.name, {})
    known = languages.get(value.language)
    if term.is_set:
        languages.setdefault(value.language, []).append(value.value)
    else:
        languages[value.language] = value.value if known is None else [*(known if isinstance(known, list) else [known]), value.value]


def _fitting(context: _Context, term: _Term, value: Any) -> Any:
    """The value as the term writes it; None where the term cannot."""
    if isinstance(value, ox.Literal):
        kind = value.datatype.value
        if not term.coerced:
            return value.value if kind == _STRING else None
        if term.coerced != kind:
            return None
        # a decimal would come back as a double, 007 as 7: they stay strings
        if kind == _INTEGER and _WHOLE.fullmatch(value.value):
            return int(value.value)
        return value.value == "true" if kind == _BOOLEAN and value.value in ("true", "false") else value.value
    if isinstance(value, ox.Triple):
        return None
    return _id(value) if term.coerced == "@id" else context.vocab(value.value) if term.coerced == "@vocab" and isinstance(value, ox.NamedNode) else None


def _plain(context: _Context, value: Any) -> Any:
    if not isinstance(value, ox.Literal):
        return {"id": _id(value)}
    if value.language:
        return {"@value": value.value, "@language": value.language}
    return value.value if value.datatype.value == _STRING else {"@value": value.value, "@type": context.compact_iri(value.datatype.value)}


def _id(term: Any) -> str:
    return term.value if isinstance(term, ox.NamedNode) else f"_:{term.value}"


def framed(triples: Iterable[ox.Triple], frame: dict, name: str = "") -> dict:
    """Triples as the tree that a frame describes; the frame uses the context's terms."""
    from pyld import jsonld
    context = context_document()["@context"]
    document = {"@context": context, "@graph": nodes(triples)}
    out = jsonld.frame(document, {"@context": context, **frame}, {"documentLoader": _refuse, "omitGraph": False, "pruneBlankNodeIdentifiers": True})
    return {**out, "@context": name or context}


def _refuse(url: str, options: dict) -> dict:
    raise QueryError("a remote context is not fetched", place=url[:200], hint="use the context that comes with RoleGraph")
