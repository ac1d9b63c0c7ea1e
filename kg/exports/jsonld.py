"""JSON-LD compacted and framed with the versioned context; nothing is ever fetched."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files

from pyld import jsonld

from kg.errors import QueryError


@lru_cache(maxsize=1)
def context_document() -> dict:
    """The context file: "@context" with its id and version beside it."""
    return json.loads((files("ontology") / "context.jsonld").read_text(encoding="utf-8"))


def context_iri() -> str:
    """The name of the context's version."""
    return context_document()["id"]


def compacted(expanded: list | dict, name: str = "") -> dict:
    """Expanded JSON-LD compacted; the context stands in it, or is only named where `name` gives its IRI."""
    out = jsonld.compact(expanded, {"@context": context_document()["@context"]}, {"documentLoader": _refuse, "graph": True})
    return {**out, "@context": name} if name else out


def framed(expanded: list | dict, frame: dict, name: str = "") -> dict:
    """Expanded JSON-LD as the tree that a frame describes; the frame uses the context's terms."""
    whole = {"@context": context_document()["@context"], **frame}
    out = jsonld.frame(expanded, whole, {"documentLoader": _refuse, "omitGraph": False, "pruneBlankNodeIdentifiers": True})
    return {**out, "@context": name} if name else out


def _refuse(url: str, options: dict) -> dict:
    raise QueryError("a remote context is not fetched", place=url[:200], hint="use the context that comes with RoleGraph")
