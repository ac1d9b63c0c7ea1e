"""Which nodes a shape looks at, as a SPARQL pattern: targets, the values that a path reaches from them, or given nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count

from kg.shacl import paths
from kg.shacl.shapes import Targets
from kg.shacl.terms import RDF_TYPE, Term, binding

Encode = Callable[[Term, bool], Term]


@dataclass(frozen=True, slots=True)
class Focus:
    """Finds nodes. `write(variable, fresh, plain)` gives the pattern, `fresh` being a prefix for its other variables, `plain`
    whether it is for the plain store (see `data.py`). `absent` are target nodes that no triple of the data holds: a path of
    no steps leads from them to themselves, which SPARQL does not see."""

    write: Callable[[str, str, bool], str]
    absent: tuple[Term, ...] = ()
    _numbers: count = field(default_factory=count)

    def pattern(self, variable: str, plain: bool = False) -> str:
        """A pattern that binds the variable to each node, to some possibly more than once."""
        return self.write(variable, f"{variable}f{next(self._numbers)}_", plain)

    def step(self, path: paths.Path) -> Focus:
        """The nodes that the path reaches from these, each once."""
        if path == paths.SELF:
            return self

        def write(variable: str, fresh: str, plain: bool) -> str:
            return f"{{ SELECT DISTINCT {variable} WHERE {{ {self.pattern(fresh, plain)} {self.reach(fresh, path, variable)} }} }}"
        return Focus(write, self.absent if paths.nullable(path) else (), self._numbers)

    def reach(self, start: str, path: paths.Path, end: str) -> str:
        """The pattern that leads from one of the nodes to its values."""
        pattern = f"{start} {paths.sparql(path)} {end} ."
        if not (self.absent and paths.nullable(path)):
            return pattern
        pairs = " ".join(f"({n} {n})" for n in self.absent)
        return f"{{ {pattern} }} UNION {{ VALUES ({start} {end}) {{ {pairs} }} }}"

    def within(self, nodes: list[Term], encode: Encode) -> Focus:
        """Those of the nodes that are among the given ones."""
        def write(variable: str, fresh: str, plain: bool) -> str:
            return f"{binding(variable, [encode(n, plain) for n in nodes])} {self.pattern(variable, plain)}"
        return Focus(write, self.absent, self._numbers)


def of_nodes(nodes: Iterable[Term], encode: Encode, absent: tuple[Term, ...] = ()) -> Focus:
    """Exactly these nodes."""
    listed = list(nodes)
    written: dict[tuple[str, bool], str] = {}

    def write(variable: str, fresh: str, plain: bool) -> str:
        if (variable, plain) not in written:
            written[variable, plain] = binding(variable, [encode(n, plain) for n in listed])
        return written[variable, plain]
    return Focus(write, absent)


def of_targets(targets: Targets, subclasses: Callable[[str], list[str]], encode: Encode, absent: tuple[Term, ...] = ()) -> Focus:
    """The targets of a shape in the data (2.1.3); `absent` are those of its target nodes that the data does not hold."""
    classes = sorted({c for iri in targets.classes for c in subclasses(iri)})

    def write(variable: str, fresh: str, plain: bool) -> str:
        parts = [f"{variable} {RDF_TYPE} <{iri}> ." for iri in classes]
        parts += [f"{variable} <{iri}> {fresh} ." for iri in targets.subjects_of]
        parts += [f"{fresh} <{iri}> {variable} ." for iri in targets.objects_of]
        parts += [binding(variable, [encode(n, plain) for n in targets.nodes])] if targets.nodes else []
        if len(parts) == 1 and not targets.subjects_of and not targets.objects_of:
            return parts[0]
        union = " UNION ".join(f"{{ {part} }}" for part in parts)
        return f"{{ SELECT DISTINCT {variable} WHERE {{ {union} }} }}"
    return Focus(write, absent)
