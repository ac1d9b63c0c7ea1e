"""Starts the web server over a store; says where it listens and what to try."""

from __future__ import annotations

import os
import socket

from kg.errors import RoleGraphError
from kg.settings import Settings
from kg.store import published

EXAMPLES = (
    ("the roles that documents are about",
     "SELECT DISTINCT ?role WHERE { ?d a rg:Document ; rg:about/skos:prefLabel ?role } ORDER BY ?role"),
    ("what is asked for most, and by how many documents",
     "SELECT ?label ?documents WHERE { ?f a rg:Fact ; rg:property rg:requiresTool ; rg:object/skos:prefLabel ?label ; "
     "rg:documentCount ?documents } ORDER BY DESC(?documents) ?label LIMIT 10"),
    ("years of experience, with the words that ask for them",
     "SELECT ?role ?years ?quote WHERE { ?c a rg:ExperienceRequirement ; rg:subject/skos:prefLabel ?role ; rg:minYears ?years ; "
     "rg:evidence/nif:anchorOf ?quote } ORDER BY DESC(?years) LIMIT 10"),
)


def serve(settings: Settings) -> None:
    """Run the server until it is told to stop; StoreError where nothing is published, RoleGraphError for a port in use."""
    import uvicorn
    published(settings.store)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise RoleGraphError(f"cannot listen: {error.strerror}", place=f"{settings.host}:{settings.port}", hint="choose another --port") from error
    print(f"RoleGraph serves {settings.store} on http://{settings.host}:{settings.port}", flush=True)
    print("Three queries to try (prefixes are known):", flush=True)
    for title, text in EXAMPLES:
        print(f"  # {title}\n  curl -H 'Accept: text/csv' --data-urlencode 'query={text}' http://{settings.host}:{settings.port}/sparql", flush=True)
    os.environ.update({f"ROLEGRAPH_{name.upper()}": str(getattr(settings, name)) for name in ("store", "host", "port", "base_iri")})
    uvicorn.run("api.app:from_settings", factory=True, host=settings.host, port=settings.port, log_level="warning", timeout_graceful_shutdown=5)
