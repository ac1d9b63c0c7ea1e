"""A score as a table with the errors below it, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from kg.evaluation.reliability import Bin
from kg.evaluation.tally import Tally

ORDER = {"missed": 0, "extra": 1, "wrong": 2}


@dataclass(slots=True)
class Score:
    """Tallies by kind of fact, in the order in which they are told, and the reliability of confidences."""

    tallies: dict[str, Tally]
    reliability: list[Bin]
    documents: list[str]

    def json(self) -> str:
        """Everything, machine-readable."""
        rows = {name: {"gold": t.found + t.missed, "graph": t.found + t.extra, "precision": t.precision, "recall": t.recall, "f1": t.f1,
                       "qualifiers": t.qualifiers, "errors": [asdict(p) for p in t.problems]} for name, t in self.tallies.items()}
        return json.dumps({"documents": self.documents, "scores": rows, "reliability": [b._asdict() for b in self.reliability]},
                          indent=1, ensure_ascii=False) + "\n"

    def text(self, errors: int) -> str:
        """A table, then up to `errors` errors of each kind of fact (negative: all)."""
        return "\n".join([*self._table(), "", *self._reliability(), *self._errors(errors)]) + "\n"

    def _table(self) -> Iterator[str]:
        yield f"{len(self.documents)} annotated document{'s' if len(self.documents) != 1 else ''}: {', '.join(self.documents)}"
        yield f"{'':32}  gold graph  prec.  recall  F1     qualifiers right"
        for name, tally in self.tallies.items():
            qualifiers = "  ".join(f"{n} {v:.2f}" for n, v in tally.qualifiers.items())
            yield (f"{name:32} {tally.found + tally.missed:5} {tally.found + tally.extra:5}  {_share(tally.precision)}  {_share(tally.recall)}  "
                   f"{_share(tally.f1)}  {qualifiers}").rstrip()

    def _reliability(self) -> Iterator[str]:
        yield f"{'confidence':32} number   mean  right"
        for b in self.reliability:
            yield f"{b.kind:10} {b.low:4.2f} to {b.high:4.2f}         {b.number:5}  {b.confidence:5.3f}  {b.right:5.3f}"

    def _errors(self, most: int) -> Iterator[str]:
        for name, tally in self.tallies.items():
            problems = sorted(tally.problems, key=lambda p: ORDER[p.kind])
            told = problems if most < 0 else problems[:most]
            if told:
                yield f"\n{name}: {len(problems)} error{'s' if len(problems) != 1 else ''}"
            for p in told:
                yield f"  {p.kind:6} {p.document} {p.place}  {p.what}"
            if told and len(told) < len(problems):
                yield f"  ... {len(problems) - len(told)} more: --errors -1 tells all"


def _share(value: float | None) -> str:
    return "    -" if value is None else f"{value:5.3f}"
