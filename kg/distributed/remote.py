"""Partitions into a SPARQL 1.1 server, by updates of some thousand quads each (SPARQL 1.1 Protocol, POST of a form)."""

from __future__ import annotations

import os
import urllib.error
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from kg.distributed.partitions import files, lines, manifest_of
from kg.errors import StoreError
from kg.scratch import scratch

QUADS, SECONDS = 2000, 300


def load(url: str, endpoint: str, told: Callable[[int, int], None] = lambda done, of: None) -> int:
    """Insert the graph of a manifest; returns the number of quads. What is there already stays, so it can be begun again.

    ROLEGRAPH_ENDPOINT_USER and ROLEGRAPH_ENDPOINT_PASSWORD are used where the server asks (Basic or Digest).
    """
    manifest, opener, done = manifest_of(url), _opener(endpoint), 0
    with scratch() as folder:
        for _, path, _ in files(url, manifest, folder):
            for update, number in _updates(lines(path)):
                _send(opener, endpoint, update)
                done += number
                told(done, manifest["quads"])
    return done


def _updates(quads: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, int]]:
    """Updates; what has blank nodes goes in one, since they are the server's own in each."""
    batch: list[tuple[str, str]] = []
    blank: list[tuple[str, str]] = []
    for graph, line in quads:
        triple = line.decode().rstrip()[:-1].rstrip().removesuffix(f"<{graph}>")
        subject, _, rest = triple.partition(" ")
        (blank if subject.startswith("_:") or rest.partition(" ")[2].startswith("_:") else batch).append((graph, triple))
        if len(batch) >= QUADS:
            yield _update(batch), len(batch)
            batch = []
    for rows in (batch, blank):
        if rows:
            yield _update(rows), len(rows)


def _update(rows: list[tuple[str, str]]) -> str:
    graphs: dict[str, list[str]] = defaultdict(list)
    for graph, triple in rows:
        graphs[graph].append(triple)
    body = "".join("GRAPH <" + graph + "> {\n" + " .\n".join(triples) + " }\n" for graph, triples in graphs.items())
    return "INSERT DATA {\n" + body + "}"


def _opener(endpoint: str) -> urllib.request.OpenerDirector:
    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    user = os.environ.get("ROLEGRAPH_ENDPOINT_USER", "")
    if user:
        passwords.add_password(None, endpoint, user, os.environ.get("ROLEGRAPH_ENDPOINT_PASSWORD", ""))
    return urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(passwords), urllib.request.HTTPDigestAuthHandler(passwords))


def _send(opener: urllib.request.OpenerDirector, endpoint: str, update: str) -> None:
    try:
        with opener.open(urllib.request.Request(endpoint, urllib.parse.urlencode({"update": update}).encode()), timeout=SECONDS) as answer:
            answer.read()
    except urllib.error.HTTPError as error:
        told = error.read(500).decode(errors="replace").strip()
        raise StoreError(f"the server refuses an update ({error.code}): {told}", place=endpoint, hint="look at its rights and limits") from error
    except OSError as error:
        raise StoreError(f"the server does not answer: {error}", place=endpoint, hint="look at the address") from error
