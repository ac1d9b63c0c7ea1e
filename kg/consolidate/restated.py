"""What statements express after some documents came, went or changed: groups are made again where the change touches them.

Only what the change leads to is looked up: the wordings of the kinds of statements that it is about, how often those stand in the
groups that it touches, and the statements that come into other groups.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

import pyoxigraph as ox

from kg.consolidate import statements
from kg.consolidate.change import Change
from kg.consolidate.statements import ANCHOR, EVIDENCE, EXPRESSES, OWN, PASSAGE, WORDING, Row
from kg.grouping.groups import Group, regrouped
from kg.grouping.wording import Lexicon, Wording, read
from kg.namespaces import RG, Minter


class Restated:
    """`before` is the store of the revision before, whose facts are in `graph`."""

    def __init__(self, before: ox.Store, graph: ox.NamedNode, minter: Minter, words: Lexicon) -> None:
        self.before, self.graph, self.minter, self.words = before, graph, minter, words
        self._texts: dict[str, set[str]] = {}
        self._read: dict[str, Wording] = {}

    def prepare(self, document: ox.NamedNode) -> None:
        """Read what is compared when a document with this graph changes."""
        for cls in {q.object.value for q in self.before.quads_for_pattern(None, statements.CLASS, None, document)}:
            self._known(cls)

    def _known(self, cls: str) -> set[str]:
        """The different texts of a class of statements."""
        if cls not in self._texts:
            found = self._texts[cls] = statements.texts(self.before, cls, self.graph)
            self._read.update((text, read(text, self.words)) for text in found)
        return self._texts[cls]

    def change(self, after: ox.Store, quads: Iterable[ox.Quad]) -> Change:
        """How graph/facts changes: `after` is a store with the documents as they are now and the facts as they were, `quads` are those
        by which the documents differ."""
        nodes = {q.subject for q in quads}
        gone, came = ({node: row for node in nodes if (row := statements.row_of(store, node))} for store in (self.before, after))
        touched = {node for node in gone.keys() | came.keys() if gone.get(node) != came.get(node)}
        gone, came = ({node: row for node, row in rows.items() if node in touched} for rows in (gone, came))
        groups = self._groups(after, gone.values(), came.values())
        rows = {node: came.get(node) or statements.row_of(after, node) for node in groups}
        new = {node: statements.individual(rows[node], {rows[node].statement: group}, self.minter) for node, group in groups.items()}
        old = {node: found for node in new.keys() | gone.keys() if (found := self._expressed(node)) is not None}
        moved = {node for node in new.keys() | old.keys() if old.get(node) != new.get(node) or node in touched}
        removed = {ox.Triple(node, EXPRESSES, old[node]) for node in moved if node in old}
        for individual in {old[node] for node in moved if node in old}:
            removed.update(self._left(individual, moved, [node for node in moved if old.get(node) == individual]))
        added = {t for node in moved if node in new for t in statements.described(rows[node], new[node], groups[node])}
        for known, change, store in ((old, removed, self.before), (new, added, after)):
            change |= {ox.Triple(claim, end, known[node]) for claim, end, node in statements.ends(store, sorted(moved & known.keys(), key=str))}
        return Change(removed - added, {t for t in added - removed if ox.Quad(*t, self.graph) not in after})

    def _groups(self, after: ox.Store, gone: Collection[Row], came: Collection[Row]) -> dict[ox.NamedNode, Group]:
        """The groups of the statements that came, and of others that are in another group than before."""
        groups: dict[ox.NamedNode, Group] = {}
        for cls in sorted({row.cls for row in (*gone, *came)}):
            changes: dict[str, int] = {}
            for rows, step in ((gone, -1), (came, 1)):
                for row in rows:
                    if row.cls == cls:
                        changes[row.text] = changes.get(row.text, 0) + step

            def counts(texts: Iterable[str], cls: str = cls) -> dict[str, int]:
                return {text: statements.number(after, cls, text) for text in texts}

            found = regrouped(cls.removeprefix(RG), self._known(cls), changes, counts, self.words, wordings=self._read)
            fresh: dict[str, list[ox.NamedNode]] = {}
            for row in came:
                if row.cls == cls:
                    fresh.setdefault(row.text, []).append(ox.NamedNode(row.statement))
            for text, (group, other) in found.items():
                groups.update(dict.fromkeys(statements.stating(after, cls, text) if other else fresh.get(text, ()), group))
        return groups

    def _expressed(self, statement: ox.NamedNode) -> ox.NamedNode | None:
        """What a statement expressed before."""
        return next((q.object for q in self.before.quads_for_pattern(statement, EXPRESSES, None, self.graph)), None)

    def _left(self, individual: ox.NamedNode, moved: Collection[ox.NamedNode], leaving: Collection[ox.NamedNode]) -> Iterator[ox.Triple]:
        """What an individual said of itself that no statement says that stays with it."""
        def stays(found: Iterable[ox.Quad]) -> bool:
            return any(q.subject not in moved and self._expressed(q.subject) == individual for q in found)

        if not any(q.subject not in moved for q in self.before.quads_for_pattern(None, EXPRESSES, individual, self.graph)):
            yield from (q.triple for name in OWN for q in self.before.quads_for_pattern(individual, name, None, self.graph))
            return
        for node in leaving:
            row = statements.row_of(self.before, node)
            text, passage = ox.Literal(row.text), ox.NamedNode(row.passage)
            if not stays(self.before.quads_for_pattern(None, ANCHOR, text)):
                yield ox.Triple(individual, WORDING, text)
            if not stays(self.before.quads_for_pattern(None, PASSAGE, passage)):
                yield ox.Triple(individual, EVIDENCE, passage)
