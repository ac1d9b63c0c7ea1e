"""What can go wrong, as a tree of exceptions that callers may catch by branch.

    RoleGraphError                 anything that RoleGraph itself reports
    ├── DocumentError              one document cannot be read or is out of bounds: it is skipped
    ├── VocabularyError            a SKOS, OWL or mapping file is broken
    ├── ShapesError                a SHACL shapes file is broken
    ├── QueryError                 a SPARQL text is broken or out of bounds
    │   └── RefusedError           it asks for what is not allowed here: another machine, a graph that builds make
    ├── NotFoundError              a name that the graph does not know
    ├── StoreError                 the store cannot be opened, written or published
    ├── SettingsError              a setting has a value that makes no sense
    ├── ReasoningError             a reasoner failed or ran out of time
    │   └── ContradictionError     ontology, vocabulary and facts contradict one another
    ├── GoldError                  an annotation file is broken or does not fit its document
    └── MissingPartError           an optional part (Java, an extra) is not installed

Every error says where (`place`), why (`reason`) and, where one is known, what to do (`hint`).
"""

from __future__ import annotations


class RoleGraphError(Exception):
    """Base of all errors; `str()` gives one line: place, reason, hint."""

    def __init__(self, reason: str, *, place: str = "", hint: str = "") -> None:
        self.reason, self.place, self.hint = reason, place, hint
        super().__init__(reason)

    def __str__(self) -> str:
        line = f"{self.place}: {self.reason}" if self.place else self.reason
        return f"{line} ({self.hint})" if self.hint else line


class DocumentError(RoleGraphError):
    """A document that cannot be read; the others go on."""


class VocabularyError(RoleGraphError):
    """A vocabulary, ontology or mapping file that does not parse or makes no sense."""


class ShapesError(RoleGraphError):
    """A shapes graph that is ill-formed or uses what is not supported."""


class QueryError(RoleGraphError):
    """A SPARQL text that does not parse or is not allowed."""


class NotFoundError(RoleGraphError):
    """A name that the graph does not know; the hint names the nearest that it does."""


class RefusedError(QueryError):
    """A SPARQL text or a document that asks for what is not allowed."""


class StoreError(RoleGraphError):
    """A store that cannot be opened, written or published."""


class SettingsError(RoleGraphError):
    """A setting whose value makes no sense."""


class ReasoningError(RoleGraphError):
    """A reasoner that failed or has not finished in its time."""


class ContradictionError(ReasoningError):
    """Ontology, vocabulary and facts that cannot all be true; `reason` names the axioms and the sentences that clash."""


class GoldError(RoleGraphError):
    """An annotation that does not parse, or whose offsets do not fit the document."""


class MissingPartError(RoleGraphError):
    """An optional part that is not on this machine; the hint says how to get it."""
