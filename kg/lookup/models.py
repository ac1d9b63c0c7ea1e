"""What lookups answer with: frozen dataclasses whose field names are the ontology's, in snake case.

Offsets count code points of the document's text, end exclusive. Amounts are in the stated currency or unit.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import Generic, TypeVar

Item = TypeVar("Item")
Number = int | float


@dataclass(frozen=True, slots=True)
class Ref:
    """A thing that is pointed at: its IRI, the IRI's part below the base, its label, its kind (Role, Tool, Document ...)."""

    iri: str
    id: str
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """A stretch of a longer list; `total` counts all of it."""

    total: int
    limit: int
    offset: int
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Listed(Ref):
    """A thing in a list: how many documents and claims speak of it; `candidate` if no vocabulary holds it."""

    types: tuple[str, ...] = ()
    notation: str = ""
    definition: str = ""
    candidate: bool = False
    document_count: int = 0
    claim_count: int = 0


@dataclass(frozen=True, slots=True)
class Passage:
    """One bullet or sentence of a document: where it stands and what it says."""

    iri: str
    document: Ref
    section_path: str
    begin: int
    end: int
    quote: str
    passage_type: str = ""
    about_role: Ref | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What one document says, with the passages that say it."""

    iri: str
    id: str
    type: str
    subject: Ref | None
    document: Ref | None
    modality: str
    confidence: Number | None
    method: str
    evidence: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Link(Claim):
    """A claim that links its subject to an object; `property` is the ontology term's local name."""

    property: str = ""
    object: Ref | None = None
    proficiency: str = ""
    alternative_group: str = ""
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure(Claim):
    """A claim with a number in it: the figure's own words and offsets."""

    amount: Number | None = None
    amount_as_stated: str = ""
    figure_begin: int | None = None
    figure_end: int | None = None
    at_least: bool = False
    at_most: bool = False
    approximate: bool = False
    about_as_stated: str = ""
    stated_by: Ref | None = None
    place: Ref | None = None
    inherited: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Salary(Figure):
    """A pay figure (`amount`) or range (`min_amount` to `max_amount`) in `currency` per `per`."""

    statistic: str = ""
    component: str = ""
    min_amount: Number | None = None
    max_amount: Number | None = None
    currency: str = ""
    per: str = ""
    employer: Ref | None = None
    level: str = ""
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class Market(Figure):
    """Growth, a count, a share, a market's size, in `unit`, over a period."""

    measure: str = ""
    unit: str = ""
    period_start: str = ""
    period_end: str = ""


@dataclass(frozen=True, slots=True)
class Experience(Figure):
    """Years of experience asked for; `part_of` is the longer demand that this one is a part of."""

    min_years: Number | None = None
    max_years: Number | None = None
    open_ended: bool = False
    experience_in: tuple[Ref, ...] = ()
    experience_area: str = ""
    level: str = ""
    part_of: str = ""


@dataclass(frozen=True, slots=True)
class Education(Claim):
    """Degrees of which any will do, with their fields of study."""

    degrees: tuple[Ref, ...] = ()
    fields_of_study: tuple[Ref, ...] = ()
    or_related_field: bool = False
    substitutes_experience: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """What the claims of all documents add up to; `claims` are their IRIs."""

    iri: str
    id: str
    subject: Ref
    property: str
    object: Ref
    modality: str
    document_count: int
    claim_count: int
    confidence: Number | None
    documents: tuple[Ref, ...]
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Claims that disagree, and in what way (`conflict_type`)."""

    iri: str
    id: str
    label: str
    conflict_type: str
    members: tuple[Claim, ...]


@cache
def _names(cls: type) -> tuple[str, ...]:
    return tuple(f.name for f in fields(cls))


def plain(value: object) -> object:
    """Dataclasses and tuples as dicts and lists, ready for JSON.

    >>> plain(Ref("http://a/role/x", "role/x", "X", "Role"))
    {'iri': 'http://a/role/x', 'id': 'role/x', 'label': 'X', 'kind': 'Role'}
    """
    kind = type(value)
    if kind in _SCALARS:
        return value
    if kind is tuple or kind is list:
        return [plain(v) for v in value]  # type: ignore[union-attr]
    if kind is dict:
        return {k: plain(v) for k, v in value.items()}  # type: ignore[union-attr]
    return {name: plain(getattr(value, name)) for name in _names(kind)}


_SCALARS: frozenset[type] = frozenset((str, int, float, bool, type(None)))
