"""Partitions into a SPARQL 1.1 server, by updates of some thousand quads each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from kg.distributed.partitions import files, lines, manifest_of
from kg.errors import QueryError, StoreError
from kg.remote import RemoteStore
from kg.scratch import scratch

QUADS = 2000


def load(url: str, endpoint: str, user: str = "", password: str = "", told: Callable[[int, int], None] = lambda done, of: None) -> int:
    """Insert the graph of a manifest; returns the number of quads. What is there already stays, so it can be begun again."""
    manifest, server, done = manifest_of(url), RemoteStore(endpoint, user, password), 0
    with scratch() as folder:
        for _, path, _ in files(url, manifest, folder):
            for update, number in _updates(lines(path)):
                try:
                    server.update(endpoint, update)
                except QueryError as error:
                    raise StoreError(f"the server refuses an update: {error.reason}", place=endpoint, hint="look at its rights and limits") from error
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
            yield f"INSERT DATA {{\n{_body(batch)}}}", len(batch)
            batch = []
    if batch:
        yield f"INSERT DATA {{\n{_body(batch)}}}", len(batch)
    if blank:  # as a template, since not every server takes blank nodes as data
        yield f"INSERT {{\n{_body(blank)}}} WHERE {{}}", len(blank)


def _body(rows: list[tuple[str, str]]) -> str:
    graphs: dict[str, list[str]] = defaultdict(list)
    for graph, triple in rows:
        graphs[graph].append(triple)
    return "".join("GRAPH <" + graph + "> {\n" + " .\n".join(triples) + " }\n" for graph, triples in graphs.items())
