"""What follows, asked for instead of brought about: whether a triple follows, and what a node is linked to, from lookups alone.

The rules of `kg.entail` are followed backwards, and each question is answered once (tabling: Tamaki and Sato 1986; Chen and Warren
1996): a question that comes up while it is being answered waits for its own further answers, so that loops in rules or data end.
A link that is transitive is followed one step at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from kg.entail import TYPE, Rules
from kg.given import Given

# a property, and whether only links of it count that do not come about by its being transitive
Relation = tuple[str, bool]
# a relation, the node that it leaves from or None, the node that it leads to or None
Goal = tuple[Relation, str | None, str | None]
Then = Callable[[str], None]


class Sources:
    """The rules by what follows from them."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        named = {*rules.copies, *rules.flips, *rules.domains, *rules.ranges, *(n for head, path in rules.chains for n in (head, *path))}
        named |= {n for pairs in (rules.copies, rules.flips) for others in pairs.values() for n in others}
        self.of_rdf_type = TYPE in named
        self.links: dict[str, dict[tuple[str, bool], None]] = defaultdict(dict)
        self.types: dict[str, dict[tuple[str, bool], None]] = defaultdict(dict)
        self.below: dict[str, set[str]] = defaultdict(set)
        for name in sorted(named):
            for other, first, second in rules.forms(name):
                if other == TYPE:
                    self.types[second][name, first == 0] = None
                elif first != second:
                    self.links[other][name, first == 0] = None
        for cls in {*rules.above, *(c for above in rules.above.values() for c in above)}:
            for _, _, other in rules.forms(TYPE, cls):
                self.below[other].add(cls)
        self.chains: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for head, path in rules.chains:
            self.chains[head].append(path)

    def of(self, relation: Relation) -> Iterator[tuple[str, bool, list[tuple[str, ...]]]]:
        """Properties whose links give links of a relation, the same way round or not, and the chains that such links follow from."""
        name, one_step = relation
        for other, same in {(name, True): None} | self.links[name]:
            yield other, same, [c for c in self.chains[other] if not (one_step and other == name and same and c == (name, name))]

    def rests_on(self, name: str, head: str) -> bool:
        """Whether links of a property may follow from those of `head`."""
        seen, todo = {name}, [name]
        while todo:
            new = {n for other, _, chains in self.of((todo.pop(), False)) for n in (other, *(p for c in chains for p in c))} - seen
            seen |= new
            todo += new
        return head in seen


class Conclusions:
    """What follows from the given triples by the rules; terms go by their IRIs."""

    def __init__(self, sources: Sources, given: Given) -> None:
        self.sources, self.given = sources, given
        self._answers: dict[Goal, set[str]] = {}
        self._waiting: dict[Goal, list[Then]] = {}
        self._todo: list[tuple[Then, str]] = []
        self._recursive: dict[tuple[str, str], bool] = {}

    def holds(self, name: str, subject: str, target: str) -> bool:
        """Whether a triple is given or follows."""
        return self._is(subject, target) if name == TYPE else self.linked((name, False), subject, target)

    def linked(self, relation: Relation, subject: str, target: str) -> bool:
        """Whether a link between two nodes is given or follows."""
        return bool(self._answered((relation, subject, target), enough=True))

    def ends(self, relation: Relation, node: str, forward: bool = True) -> set[str]:
        """All that a node is linked to, or else linked from."""
        return self._answered((relation, node, None) if forward else (relation, None, node))

    def types(self, node: str) -> set[str]:
        """All classes of a node."""
        found = {other for cls in self.given.ends(TYPE, node) for _, _, other in self.sources.rules.forms(TYPE, cls)}
        return found | {cls for cls in self.sources.types if cls not in found and self._is(node, cls)}

    def _is(self, node: str, cls: str) -> bool:
        stated = self.given.ends(TYPE, node)
        if cls in stated or not stated.isdisjoint(self.sources.below[cls]):
            return True
        links = self.sources.types.get(cls, {})
        if any(self.given.some(name, node, forward) for name, forward in links):
            return True
        return any(self._answered(((name, False), node, None) if forward else ((name, False), None, node), enough=True)
                   for name, forward in links if self.sources.chains[name])

    def _answered(self, goal: Goal, enough: bool = False) -> set[str]:
        """The answers to a goal; with `enough` one of them will do, and what is left to do is done when it is asked for."""
        if goal not in self._answers:
            self._ask(goal, lambda _: None)
        while self._todo and not (enough and self._answers[goal]):
            then, answer = self._todo.pop()
            then(answer)
        return self._answers[goal]

    def _ask(self, goal: Goal, then: Then) -> None:
        if goal in self._answers:
            self._waiting[goal].append(then)
            self._todo += [(then, a) for a in self._answers[goal]]
        else:
            self._answers[goal], self._waiting[goal] = set(), [then]
            self._todo.append((lambda _: self._open(goal), ""))

    def _answer(self, goal: Goal, answer: str) -> None:
        if answer not in self._answers[goal]:
            self._answers[goal].add(answer)
            self._todo += [(then, answer) for then in self._waiting[goal]]

    def _open(self, goal: Goal) -> None:
        """Look up what is given for a goal, and ask what chains need."""
        relation, subject, target = goal
        for name, same, chains in self.sources.of(relation):
            begin, end = (subject, target) if same else (target, subject)
            if begin is not None and end is not None:
                if self.given.has(begin, name, end):
                    self._answer(goal, end)
                    return
            else:
                for node in self.given.ends(name, begin or end or "", begin is not None):
                    self._answer(goal, node)
            for path in chains:
                self._chain(goal, name, path, begin, end)

    def _chain(self, goal: Goal, head: str, path: tuple[str, ...], begin: str | None, end: str | None) -> None:
        """Follow a chain from an end that is known; of a transitive link, all but one step is asked for as the link itself."""
        if begin is not None and end is not None and path != (head, head) and self._rests(path[0], head):
            # a chain whose first link rests on what it gives: all that it gives from here is found once
            self._ask(((head, False), begin, None), lambda node: self._answer(goal, end) if node == end else None)
            return
        forward = begin is not None
        relations = [(name, False) for name in (path if forward else path[::-1])]
        if path == (head, head):
            relations[0 if end is not None and begin is not None else 1] = (head, True)
        start, other = (begin, end) if forward else (end, begin)
        self._follow(relations, start or "", other, forward, lambda node: self._answer(goal, node))

    def _follow(self, relations: list[Relation], node: str, other: str | None, forward: bool, then: Then) -> None:
        """Go on from a node; where the chain's other end is known, the last link is one between two nodes."""
        first, *rest = relations
        last = other if not rest else None
        goal: Goal = (first, node, last) if forward else (first, last, node)
        self._ask(goal, (lambda found: self._follow(rest, found, other, forward, then)) if rest else then)

    def _rests(self, name: str, head: str) -> bool:
        if (name, head) not in self._recursive:
            self._recursive[name, head] = self.sources.rests_on(name, head)
        return self._recursive[name, head]
