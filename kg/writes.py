"""Writes of user graphs, made in a worker: carried out on its own copy of the quads, checked against the shapes, and only then
put into the log that everybody follows. Whatever fails, the worker leaves with its copy and nothing has changed.
"""

from __future__ import annotations

import json
import struct
from base64 import b64decode
from collections.abc import Callable
from hashlib import sha256

import pyoxigraph as ox

from kg import updates
from kg.admission import REACHING, admit
from kg.errors import QueryError, RefusedError
from kg.namespaces import Minter
from kg.settings import Settings
from kg.shacl.affected import affected_by
from kg.user_graphs import Change, protected, writing
from kg.validate import Findings, as_rows, plan, validate_store
from kg.worker import Channel, State


class ShapesBroken(QueryError):
    """A write after which the graph would break its shapes; `report` has the results with their sentences."""

    def __init__(self, findings: Findings) -> None:
        super().__init__(f"would break the shapes: {findings.violations} violation{'s' * (findings.violations != 1)}", place="shapes",
                         hint="nothing has been changed; the report says what is wrong")
        self.report = as_rows(findings)


class Writes:
    """The jobs that write; shapes are compiled once, before workers are forked."""

    def __init__(self, settings: Settings, minter: Minter) -> None:
        self._settings, self._minter = settings, minter
        self._plan = plan(settings.shapes)
        # the ways through the shapes are found once, here, and not by each worker anew
        some = ox.Store()
        some.add(ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.NamedNode("urn:o")))
        self._gate(some, Change(added=frozenset([b"<urn:s> <urn:p> <urn:o> ."])))

    def jobs(self) -> dict[str, Callable]:
        """By name of operation."""
        return {"update": self.update, "put": self.put, "post": self.post, "delete": self.delete}

    def update(self, channel: Channel, state: State, job: dict) -> None:
        """SPARQL Update: `text`, `default` and `named` of the protocol."""
        chosen, text = self._settings, job["text"]
        admit(text, max_bytes=chosen.max_write_bytes, max_nesting=chosen.max_nesting, max_patterns=chosen.max_patterns,
              refused=REACHING - {"LOAD"} if chosen.reach else REACHING, place="update")
        updates.check(text, chosen.base_iri)

        def make(store: ox.Store) -> None:
            for operation in updates.operations(text, chosen.base_iri):
                held = operation.may_write(self._built(store))
                before = _digests(store, held)
                updates.run(store, operation, self._names(store), chosen.reach, job["default"], job["named"])
                if _digests(store, held) != before:
                    raise RefusedError("would change a graph that builds make", place="update", hint="write to graphs of your own")
        self._write(channel, state, make)

    def put(self, channel: Channel, state: State, job: dict) -> None:
        """Graph Store Protocol, PUT: the `parts` are all that `graph` holds afterwards."""
        self._load(channel, state, job, replace=True)

    def post(self, channel: Channel, state: State, job: dict) -> None:
        """Graph Store Protocol, POST: the `parts` are added to `graph`."""
        self._load(channel, state, job, replace=False)

    def delete(self, channel: Channel, state: State, job: dict) -> None:
        """Graph Store Protocol, DELETE."""
        name = self._target(job["graph"])

        def make(store: ox.Store) -> None:
            if isinstance(name, ox.DefaultGraph):
                store.clear_graph(name)
                return
            if not store.contains_named_graph(name):
                raise RefusedError(f"there is no graph <{name.value}> here", place="missing")
            store.remove_graph(name)
        self._write(channel, state, make)

    def _load(self, channel: Channel, state: State, job: dict, *, replace: bool) -> None:
        name = self._target(job["graph"])
        quads = [q for body, kind in job["parts"] for q in updates.parsed(b64decode(body), kind, job["base"], name)]

        def make(store: ox.Store) -> None:
            if replace:
                store.clear_graph(name)
            if isinstance(name, ox.NamedNode):
                store.add_graph(name)
            store.extend(quads)
        self._write(channel, state, make, name)

    def _target(self, graph: str) -> ox.NamedNode | ox.DefaultGraph:
        if graph and protected(graph, self._minter):
            raise RefusedError(f"<{graph}> is made by builds", place="update", hint="write to a graph of your own")
        return ox.NamedNode(graph) if graph else ox.DefaultGraph()

    def _names(self, store: ox.Store) -> list[str]:
        return sorted(g.value for g in store.named_graphs() if isinstance(g, ox.NamedNode) and not protected(g.value, self._minter))

    def _write(self, channel: Channel, state: State, make: Callable[[ox.Store], None], target: object = None) -> None:
        """Make a change in the copy, look at it, commit it."""
        store, user = state.store, state.user
        assert user is not None
        with writing(user.folder):
            user.catch_up(store)
            new = isinstance(target, ox.NamedNode) and not store.contains_named_graph(target)
            before, names, built = self._lines(store), frozenset(self._names(store)), self._built(store)
            make(store)
            if made := sorted(self._built(store) - built):
                raise RefusedError(f"<{made[0]}> is a name of graphs that builds make", place="update", hint="write to graphs of your own")
            after, now = self._lines(store), frozenset(self._names(store))
            change = Change(before - after, after - before, names - now, now - names)
            if change:
                self._gate(store, change)
                user.append(change)
        told = json.dumps({"form": "done", "state": state.id, "created": new, "added": len(change.added), "removed": len(change.removed)}).encode()
        channel.send(b"A", struct.pack(">I", len(told)), told)

    def _built(self, store: ox.Store) -> frozenset[str]:
        return frozenset(g.value for g in store.named_graphs() if isinstance(g, ox.NamedNode) and protected(g.value, self._minter))

    def _gate(self, store: ox.Store, change: Change) -> None:
        affected = affected_by(self._plan, change.quads(), store)
        if affected:
            findings = validate_store(store, self._settings.shapes, focus=affected, workers=1)  # type: ignore[arg-type]
            if not findings.conforms:
                raise ShapesBroken(findings)

    def _lines(self, store: ox.Store) -> frozenset[bytes]:
        """The quads of the user graphs as N-Quads lines."""
        found: set[bytes] = set(store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph()).split(b"\n"))
        found.discard(b"")
        for name in self._names(store):
            end = b" <" + name.encode() + b"> ."
            lines = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(name)).split(b"\n")
            found.update(line[:-2] + end for line in lines if line)
        return frozenset(found)


def _digests(store: ox.Store, graphs: frozenset[str]) -> dict[str, str]:
    """SHA-256 of each graph as it is dumped; an unchanged graph is dumped the same."""
    held = {g: ox.NamedNode(g) for g in graphs}
    return {g: sha256(store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=name)).hexdigest() if store.contains_named_graph(name) else ""
            for g, name in held.items()}
