"""A published graph put on a SPARQL server by the Graph Store Protocol, and taken from there."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from kg.errors import SettingsError, StoreError
from kg.namespaces import Minter
from kg.remote import RemoteStore, address, connected, state
from kg.settings import Settings


@dataclass(frozen=True, slots=True)
class Put:
    """What was put: names of the graphs, and of those that the server had from an earlier build and that are no more."""

    graphs: tuple[str, ...]
    removed: tuple[str, ...]


def writable(settings: Settings) -> RemoteStore:
    """The server to write to, if it lets us: asked before a long build rather than after it.

    SettingsError without its URL or the right user; StoreError where nobody answers.
    """
    if not settings.remote_graphs:
        raise SettingsError("is needed to write to a SPARQL server", place="setting remote_graphs", hint="name its Graph Store Protocol URL")
    target = RemoteStore(settings.remote_graphs, settings.remote_user, settings.remote_password)
    if not target.lets_in(settings.remote_graphs):
        raise SettingsError(f"are not taken by {settings.remote_graphs}", place="settings remote_user and remote_password",
                            hint="name a user that may write there")
    return target


def put(source: ox.Store, settings: Settings) -> Put:
    """Put every named graph of a store into the server, and remove those of ours that an earlier build put there and this one has not.

    Graph by graph: whoever asks meanwhile sees some of both. Other graphs on the server stay.
    """
    target, own = writable(settings), Minter(settings.base_iri).graph("")
    names = sorted(g.value for g in source.named_graphs() if isinstance(g, ox.NamedNode))
    for name in names:
        target.put(settings.remote_graphs, name, source.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(name)) or b"")
    there = {g.value for g in connected(settings).named_graphs()}
    gone = sorted(name for name in there.difference(names) if name.startswith(own))
    for name in gone:
        target.remove(settings.remote_graphs, name)
    return Put(tuple(names), tuple(gone))


def copied(settings: Settings) -> ox.Store:
    """The graphs of ours on the server as a store in this process; StoreError where there are none."""
    store, remote, own = ox.Store(), connected(settings), Minter(settings.base_iri).graph("")
    for graph in sorted((g for g in remote.named_graphs() if g.value.startswith(own)), key=str):
        store.extend(remote.quads_for_pattern(None, None, None, graph))
    if not len(store):
        raise StoreError("holds no graph of RoleGraph", place=address(settings), hint=f"their names begin with {own}: see the setting base_iri")
    return store


def described(settings: Settings) -> tuple[str, dict, list[tuple[str, int]]]:
    """What the server holds: its name, a manifest, and our graphs with their numbers of quads."""
    remote, own = connected(settings), Minter(settings.base_iri).graph("")
    rows = remote.query("SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    sizes = sorted((row["g"].value, int(row["n"].value)) for row in rows)  # type: ignore[index,union-attr]
    name, manifest = state(remote)
    return name, manifest, [(g.removeprefix(settings.base_iri), n) for g, n in sizes if g.startswith(own)]
