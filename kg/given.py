"""The triples that reasoning starts from, looked up one at a time: the same that `kg.reason.relevant` collects as a whole.

Types and links of the facts, but for text and claims, and those of the vocabulary's terms that the facts lead to. Whether a term
is led to is found by walking backwards over the vocabulary's links until something stands in the facts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kg.namespaces import RDF, Minter
from kg.reason import counts, of_text_layer

TYPE = ox.NamedNode(RDF + "type")


class Given:
    """Lookups in a store that does not change meanwhile. Individuals, properties and classes go by their IRIs."""

    def __init__(self, store: ox.Store, minter: Minter, properties: Iterable[ox.NamedNode]) -> None:
        self.store, self.properties = store, {p.value: p for p in properties}
        self.facts, self.vocabulary, self.inferred = (ox.NamedNode(minter.graph(n)) for n in ("facts", "vocabulary", "inferred"))
        self._text: dict[str, bool] = {}
        self._reached: dict[str, bool] = {}
        self._found: dict[tuple[str, str, bool], frozenset[str]] = {}
        self._some: dict[tuple[str, str, bool], bool] = {}

    def has(self, subject: str, name: str, target: str) -> bool:
        """Whether a triple is given."""
        triple = ox.Triple(ox.NamedNode(subject), ox.NamedNode(name), ox.NamedNode(target))
        if not counts(triple):
            return False
        if self._of_facts(name) and ox.Quad(*triple, self.facts) in self.store and not self.of_text(subject):
            return True
        return ox.Quad(*triple, self.vocabulary) in self.store and self.reached(subject)

    def ends(self, name: str, node: str, forward: bool = True) -> frozenset[str]:
        """What is given as linked to a node: where the link leads to, or else where it comes from; types with rdf:type."""
        key = (name, node, forward)
        if key not in self._found:
            self._found[key] = frozenset(self._ends(*key))
        return self._found[key]

    def some(self, name: str, node: str, forward: bool = True) -> bool:
        """Whether anything is linked so, without looking at all of it."""
        key = (name, node, forward)
        if key not in self._some:
            self._some[key] = bool(self._found[key]) if key in self._found else next(self._ends(*key), None) is not None
        return self._some[key]

    def _ends(self, name: str, node: str, forward: bool) -> Iterator[str]:
        at = (ox.NamedNode(node), ox.NamedNode(name), None) if forward else (None, ox.NamedNode(name), ox.NamedNode(node))
        if self._of_facts(name) and not (forward and self.of_text(node)):
            for quad in self.store.quads_for_pattern(*at, self.facts):
                if counts(quad.triple) and (forward or not self.of_text(quad.subject.value)):
                    found = (quad.object if forward else quad.subject).value
                    self._reached[node] = self._reached[found] = True
                    yield found
        for quad in self.store.quads_for_pattern(*at, self.vocabulary):
            if counts(quad.triple) and isinstance(quad.subject, ox.NamedNode) and self.reached(quad.subject.value):
                if name != TYPE.value:
                    self._reached[quad.object.value] = True
                yield (quad.object if forward else quad.subject).value

    def _of_facts(self, name: str) -> bool:
        return name in self.properties or name == TYPE.value

    def of_text(self, node: str) -> bool:
        """Whether something is text, a claim, or bookkeeping about them."""
        if node not in self._text:
            self._text[node] = of_text_layer(self.store, ox.NamedNode(node), self.inferred)
        return self._text[node]

    def reached(self, node: str) -> bool:
        """Whether the facts speak of a node or the vocabulary's links lead to it from one that they speak of."""
        seen, todo = {node}, deque([node])
        while todo:
            at = todo.popleft()
            known = self._reached.get(at)
            if known or (known is None and self._spoken_of(at)):
                self._reached[node] = self._reached[at] = True
                return True
            if known is None:
                new = {q.subject.value for q in self.store.quads_for_pattern(None, None, ox.NamedNode(at), self.vocabulary)
                       if q.predicate != TYPE and isinstance(q.subject, ox.NamedNode) and counts(q.triple)} - seen
                seen |= new
                todo.extend(sorted(new))
        self._reached.update(dict.fromkeys(seen, False))
        return False

    def _spoken_of(self, node: str) -> bool:
        at, store = ox.NamedNode(node), self.store
        stated = store.quads_for_pattern(at, None, None, self.facts)
        if any(self._of_facts(q.predicate.value) and counts(q.triple) for q in stated) and not self.of_text(node):
            return True
        # most of what leads to a node in the facts is their bookkeeping: it is not looked through
        return any(counts(q.triple) and not self.of_text(q.subject.value)
                   for name in (TYPE, *self.properties.values()) for q in store.quads_for_pattern(None, name, at, self.facts))

    def about(self, node: str) -> Iterator[ox.Triple]:
        """Types and links that the vocabulary states of a node, whether or not the facts lead to it."""
        return (q.triple for q in self.store.quads_for_pattern(ox.NamedNode(node), None, None, self.vocabulary) if counts(q.triple))
