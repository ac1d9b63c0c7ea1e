"""Runs the constraints of a shape on the nodes that a `Focus` finds: one query for each kind, each row a finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.errors import ShapesError
from kg.shacl import paths, prebinding
from kg.shacl.asked import Asked
from kg.shacl.data import Data
from kg.shacl.expressions import OPERATORS, VALUE_KINDS, Compiler
from kg.shacl.focus import Focus, of_nodes, of_targets
from kg.shacl.shapes import Ask, Constraint, Select, Shape
from kg.shacl.terms import FUNCTION, Term, binding, text

PER_NODE = ("minCount", "maxCount", "hasValue", "qualifiedMinCount", "qualifiedMaxCount")


@dataclass(frozen=True, slots=True)
class Finding:
    """A violated constraint at a focus node, in the data's own terms. `other` is what the value was compared with, `row` the
    further variables of a SPARQL solution."""

    this: Term
    constraint: Constraint
    value: Term | None = None
    path: paths.Path | None = None
    other: Term | None = None
    row: tuple[tuple[str, Term], ...] = ()


@dataclass(slots=True)
class Evaluation:
    """One run over one data graph."""

    data: Data
    shapes: tuple[ox.Triple, ...] = ()
    compiler: Compiler = field(init=False)
    _classes: dict[str, list[str]] = field(default_factory=dict)
    asked: Asked = field(init=False)
    _with_shapes: ox.Store | None = None

    def __post_init__(self) -> None:
        self.asked = Asked(self.data, self.subclasses)
        self.compiler = Compiler(self.subclasses, self.data.encode, self.data.derived, self._failing)

    def subclasses(self, iri: str) -> list[str]:
        """The class and those below it in the data."""
        if iri not in self._classes:
            self._classes[iri] = self.data.subclasses(iri)
        return self._classes[iri]

    def findings(self, shape: Shape, focus: Focus) -> Iterator[Finding]:
        """What the shape's own constraints find; its property shapes are for the caller."""
        values = [c for c in shape.constraints if c.kind in VALUE_KINDS]
        if values:
            yield from self._values(shape, focus, values)
        nodes = [c for c in shape.constraints if c.kind in PER_NODE]
        if nodes:
            yield from self._nodes(shape, focus, nodes)
        for constraint in shape.constraints:
            if isinstance(constraint.value, Select):
                yield from self._select(shape, focus, constraint, constraint.value)
            elif isinstance(constraint.value, Ask):
                yield from self._ask(shape, focus, constraint, constraint.value)
            elif constraint.kind not in (*VALUE_KINDS, *PER_NODE):
                yield from self._pairs(shape, focus, constraint)

    def nodes(self, focus: Focus) -> list[Term]:
        """The nodes that the focus finds, as they were written, sorted."""
        rows = self.data.select(f"SELECT DISTINCT ?this WHERE {{ {focus.pattern('?this')} }}")
        return sorted((self.data.decode(row["this"]) for row in rows), key=str)

    def count(self, focus: Focus) -> int:
        """How many nodes of the data the focus finds."""
        row, = self.data.select(f"SELECT (COUNT(DISTINCT ?this) AS ?number) WHERE {{ {focus.pattern('?this')} }}")
        return int(row["number"].value)

    def ways(self, targets: Focus, prefixes: tuple[paths.Path, ...], nodes: set[Term]) -> Counter[Term]:
        """In how many ways each node is reached from the targets: a property shape below another is validated, and reports, once
        for each."""
        out: Counter[Term] = Counter()
        names = ["?w" + str(i) for i in range(len(prefixes))] + ["?this"]
        steps = " ".join(targets.reach(a, path, b) for a, path, b in zip(names, prefixes, names[1:], strict=False))
        for start in range(0, len(nodes), 1000):
            wanted = binding("?this", [self.data.encode(n) for n in sorted(nodes, key=str)[start:start + 1000]])
            query = f"SELECT DISTINCT {' '.join(names)} WHERE {{ {wanted} {targets.pattern(names[0])} {steps} }}"
            out.update(self.data.decode(row["this"]) for row in self.data.select(query))
        return out

    def targets(self, shape: Shape) -> Focus:
        """The targets of a shape in this data."""
        absent = tuple(node for node in map(self.data.encode, shape.targets.nodes) if not self.data.holds(node))
        return of_targets(shape.targets, self.subclasses, self.data.encode, absent)

    def _rows(self, query: str, *names: str) -> Iterator[tuple[Term | None, ...]]:
        """Distinct rows of a query over the store that Core runs on, decoded."""
        seen = set()
        for solution in self.data.select(query):
            row = tuple(solution[name] for name in names)
            if row not in seen:
                seen.add(row)
                yield tuple(None if term is None else self.data.decode(term) for term in row)

    def _values(self, shape: Shape, focus: Focus, constraints: list[Constraint]) -> Iterator[Finding]:
        value = "?this" if shape.path is None else "?value"
        reached = focus if shape.path is None else focus.step(shape.path)
        reach = "" if shape.path is None else focus.reach("?this", shape.path, value)
        tests = [self.compiler.value(c, value, reached) for c in constraints]
        columns = " ".join(f"({test} AS ?c{i})" for i, test in enumerate(tests)) if len(tests) > 1 else ""
        query = (f"SELECT ?this {value if reach else ''} {columns} WHERE {{ {focus.pattern('?this')} {reach} "
                 f"FILTER(!({' && '.join(tests)})) }}")
        names = ["c" + str(i) for i in range(len(tests))] if columns else []
        for this, found, *passed in self._rows(query, "this", value[1:], *names):
            for i, constraint in enumerate(constraints):
                if not columns or passed[i].value == "false":
                    yield Finding(this, constraint, found, shape.path)

    def _nodes(self, shape: Shape, focus: Focus, constraints: list[Constraint]) -> Iterator[Finding]:
        tests = [self.compiler.whole(c, "?this", shape.path, focus) for c in constraints]
        columns = " ".join(f"({test} AS ?c{i})" for i, test in enumerate(tests))
        query = f"SELECT ?this {columns} WHERE {{ {focus.pattern('?this')} FILTER(!({' && '.join(tests)})) }}"
        for this, *passed in self._rows(query, "this", *("c" + str(i) for i in range(len(tests)))):
            for constraint, answer in zip(constraints, passed, strict=True):
                if answer.value == "false":
                    yield Finding(this, constraint, None, shape.path)

    def _pairs(self, shape: Shape, focus: Focus, constraint: Constraint) -> Iterator[Finding]:
        kind, wanted, path = constraint.kind, constraint.value, shape.path
        at = focus.pattern("?this")
        own = "BIND(?this AS ?value)" if path is None else focus.reach("?this", path, "?value")
        if kind == "closed":
            pattern = self.compiler.open_triple(wanted, "?this", path, focus, "?x", "?p", "?value")
            x = "this" if path is None else "x"
            for this, p, value, of in self._rows(f"SELECT ?this ?x ?p ?value WHERE {{ {at} {pattern} }}", "this", "p", "value", x):
                yield Finding(this, constraint, value, paths.Predicate(p.value), of)
        elif kind == "uniqueLang":
            query = (f'SELECT ?this ?tag WHERE {{ {at} {own} FILTER(COALESCE(LANG(?value) != "",false)) BIND(LCASE(LANG(?value)) AS ?tag) }}'
                     f" GROUP BY ?this ?tag HAVING(COUNT(DISTINCT ?value) > 1)")
            for this, tag in self._rows(query, "this", "tag"):
                yield Finding(this, constraint, None, path, tag)
        elif kind == "equals":
            has = "FILTER(!sameTerm(?this,?value))" if path is None else f"FILTER NOT EXISTS {{ {focus.reach('?this', path, '?value')} }}"
            lacking = f"FILTER NOT EXISTS {{ ?this <{wanted}> ?this }}" if path is None else f"FILTER NOT EXISTS {{ ?this <{wanted}> ?value }}"
            for query in (f"{at} ?this <{wanted}> ?value {has}", f"{at} {own} {lacking}"):
                for this, value in self._rows(f"SELECT ?this ?value WHERE {{ {query} }}", "this", "value"):
                    yield Finding(this, constraint, value, path)
        elif kind == "disjoint":
            other = "?this" if path is None else "?value"
            for this, value in self._rows(f"SELECT ?this ?value WHERE {{ {at} {own} ?this <{wanted}> {other} }}", "this", "value"):
                yield Finding(this, constraint, value, path)
        else:
            test = self.compiler.compared("?value", OPERATORS[kind], "?other")
            query = f"SELECT ?this ?value ?other WHERE {{ {at} {own} ?this <{wanted}> ?other FILTER(!{test}) }}"
            for this, value, other in self._rows(query, "this", "value", "other"):
                yield Finding(this, constraint, value, path, other)

    def _queries(self, found: Select | Ask, focus: Focus, reach: str, bound: set[str]) -> Iterator[str]:
        """The text with its pre-bound variables, for all focus nodes at once or, with LIMIT or OFFSET, for each."""
        used = prebinding.mentioned(found.text)
        values = {name: str(term) for name, term in found.bound if name in used and not isinstance(term, ox.BlankNode)}
        values |= {"shapesGraph": f"<{FUNCTION}shapes>"} if "shapesGraph" in used else {}
        blank = {name: text(term) for name, term in found.bound if name in used and isinstance(term, ox.BlankNode)}
        query = prebinding.replace(found.text, values)
        bound |= set(blank)
        binds = " ".join([reach, *(f"BIND({term} AS ?{name})" for name, term in blank.items())])
        each = [of_nodes([node], self.data.encode, focus.absent) for node in self.nodes(focus)] if prebinding.counts_rows(query) else [focus]
        for one in each:
            pattern = f"{one.pattern('?this', plain=True)} {binds}"
            if isinstance(found, Select):
                yield prebinding.inject(query, pattern, bound)
                continue
            group = prebinding.scopes(query).inside[0]
            body = prebinding.inject(f"EXISTS {query[group.begin:group.end + 1]}", pattern, bound)
            prologue = query[:query.upper().rindex("ASK", 0, group.begin)]
            yield f"{prologue} SELECT ?this ?value WHERE {{ {pattern} FILTER NOT {body} }}"

    def _select(self, shape: Shape, focus: Focus, constraint: Constraint, found: Select) -> Iterator[Finding]:
        seen = set()
        for query in self._queries(found, focus, "", {"this"}):
            for row in self._run(shape, query):
                this, value, path = row.pop("this"), row.pop("value", None), row.pop("path", None)
                failed = row.pop("failure", None)
                if failed is not None and failed.value in ("true", "1"):
                    raise ShapesError(f"shape {shape.node}: its query reports a failure at {this}", place=shape.place, hint="SHACL section 5.3.2")
                value = value or (this if shape.path is None else None)
                walked = paths.Predicate(path.value) if isinstance(path, ox.NamedNode) else shape.path
                finding = Finding(this, constraint, value, walked, None, tuple(sorted(row.items())))
                if finding not in seen:
                    seen.add(finding)
                    yield finding

    def _ask(self, shape: Shape, focus: Focus, constraint: Constraint, found: Ask) -> Iterator[Finding]:
        reach = "BIND(?this AS ?value)" if shape.path is None else focus.reach("?this", shape.path, "?value")
        seen = set()
        for query in self._queries(found, focus, reach, {"this", "value"}):
            for row in self._run(shape, query):
                if (row["this"], row["value"]) not in seen:
                    seen.add((row["this"], row["value"]))
                    yield Finding(row["this"], constraint, row["value"], shape.path)

    def _run(self, shape: Shape, query: str) -> Iterator[dict[str, Term]]:
        store = self._store_with_shapes() if f"<{FUNCTION}shapes>" in query else self.data.store
        try:
            rows = store.query(query, use_default_graph_as_union=store is self.data.store, custom_functions=self.data.functions())
            names = [v.value for v in rows.variables]
            for row in rows:
                found = {name: row[name] for name in names if row[name] is not None}
                if "this" in found:
                    yield {name: self.data.decode(term, plain=True) for name, term in found.items()}
        except (RuntimeError, SyntaxError) as error:
            raise ShapesError(f"shape {shape.node}: its SPARQL cannot be run: {error}", place=shape.place, hint="SHACL section 5.3") from error

    def _store_with_shapes(self) -> ox.Store:
        """A copy of the data with the shapes graph beside it, for the rare query that reads `$shapesGraph`."""
        if self._with_shapes is None:
            self._with_shapes = ox.Store()
            self._with_shapes.bulk_extend(ox.Quad(q.subject, q.predicate, q.object) for q in self.data.store)
            name = ox.NamedNode(FUNCTION + "shapes")
            self._with_shapes.bulk_extend(ox.Quad(t.subject, t.predicate, t.object, name) for t in self.shapes)
        return self._with_shapes

    def _failing(self, shape: Shape, focus: Focus) -> str:
        return self.data.remember(t for node in self.failing(shape, focus) for t in self.data.recode(node))

    def failing(self, shape: Shape, focus: Focus) -> set[Term]:
        """Nodes of the focus that do not conform to the shape, its property shapes included."""
        if shape.deactivated:
            return set()
        out = {finding.this for finding in self.findings(shape, focus)}
        if shape.path is None:
            return out.union(*(self.failing(s, focus) for s in shape.properties))
        bad = set().union(*(self.failing(s, focus.step(shape.path)) for s in shape.properties))
        if bad:
            query = f"SELECT ?this ?value WHERE {{ {focus.pattern('?this')} {focus.reach('?this', shape.path, '?value')} }}"
            out |= {this for this, value in self._rows(query, "this", "value") if value in bad}
        return out
