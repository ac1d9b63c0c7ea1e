"""What the stages hand to one another: a document's structure, what is found in it, what it claims.

All offsets are code points into `Reading.text`, end exclusive, so that `text[begin:end]` is the quote. Indexes (`section`,
`passage`, `mentions` ...) are positions in the lists of the same `Reading`. Entities are named by IRI; entities that the
vocabulary does not know stand in `Reading.candidates`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

# types of passages: what an employer asks people to bring, without and with soft skills, and to do as well
HARD_REQUIREMENTS = frozenset(("Requirement", "Qualification"))
PREREQUISITES = HARD_REQUIREMENTS | {"SoftSkill"}
DEMANDS = PREREQUISITES | {"Responsibility"}


@dataclass(slots=True, frozen=True)
class Concept:
    """A vocabulary entry; `kind` is the most general class that users ask for (Tool, Skill, Role, Organization ...).

    A candidate, which no vocabulary holds, carries `links`: pairs of a property's local name and an IRI.
    """

    iri: str
    kind: str
    label: str
    types: tuple[str, ...] = ()
    alt_labels: tuple[str, ...] = ()
    hidden_labels: tuple[str, ...] = ()
    exact_case: frozenset[str] = frozenset()
    needs_context: frozenset[str] = frozenset()
    notation: str = ""
    broader: tuple[str, ...] = ()
    candidate: bool = False
    links: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True, frozen=True)
class Cue:
    """A phrase of the language that signals a value: "proficiency in" signals Proficient (`value` is its notation)."""

    phrase: str
    value: str
    language: str = "en"


@dataclass(slots=True, frozen=True)
class Document:
    """A document as read. `identifier` is unique in a build; `location` is what messages name (path, or path and row)."""

    identifier: str
    text: str
    location: str
    title: str = ""
    media_type: str = "text/plain"
    employer: str = ""
    place: str = ""
    date: str = ""


@dataclass(slots=True, frozen=True)
class Section:
    """A heading as written, without numbering, `#` and final colon; `begin:end` is that label's place in the text."""

    label: str
    begin: int
    end: int
    level: int
    parent: int | None = None
    role: str | None = None


@dataclass(slots=True, frozen=True)
class Passage:
    """One bullet or one sentence. `type` is a notation of the passage-type scheme, `role` the IRI of whom it is about.

    `form` is bullet, sentence or row (of a table); `lead_in` the passage that introduces the list this one stands in.
    """

    begin: int
    end: int
    section: int | None
    path: tuple[str, ...]
    type: str
    role: str | None = None
    form: str = "bullet"
    lead_in: int | None = None


@dataclass(slots=True, frozen=True)
class Mention:
    """A stretch of text that names `concept`; `passage` is None in a heading or title."""

    begin: int
    end: int
    concept: str
    kind: str
    passage: int | None
    confidence: float
    method: str


@dataclass(slots=True, frozen=True)
class Quantity:
    """A figure with its unit. `kind` is money, percent, duration, count or period; `unit` an ISO 4217 code, percent, year ...

    A single value stands in `low`; a range has `high` too. `per` is year, month, day, hour or "". A period's years or
    months stand in `start` and `stop` as written in ISO 8601 ("2024", "2025-01").
    """

    begin: int
    end: int
    kind: str
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""
    per: str = ""
    at_least: bool = False
    at_most: bool = False
    approximate: bool = False
    start: str = ""
    stop: str = ""


@dataclass(slots=True, frozen=True)
class Statement:
    """Words that state a responsibility, practice, challenge, solution or trend; `kind` is the class's local name."""

    kind: str
    begin: int
    end: int
    passage: int


@dataclass(slots=True, frozen=True, kw_only=True)
class Claim:
    """What one document says. `evidence` are the passages that say it (never empty); `method` names the rule."""

    subject: str | Statement | None
    evidence: tuple[int, ...]
    confidence: float
    method: str
    modality: str = ""


@dataclass(slots=True, frozen=True, kw_only=True)
class Link(Claim):
    """A stated link: `property` is the local name of an object property (requiresSkill, progressesTo, addressedBy ...)."""

    property: str
    object: str | Statement
    mentions: tuple[int, ...] = ()
    proficiency: str = ""
    alternative_group: int | None = None


@dataclass(slots=True, frozen=True, kw_only=True)
class Salary(Claim):
    """A pay figure or range; `subject` is the role that it is FOR, `as_stated` the words for it."""

    statistic: str
    component: str = "unspecified"
    amount: Decimal | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    currency: str = "USD"
    per: str = "year"
    at_least: bool = False
    at_most: bool = False
    approximate: bool = False
    as_stated: str = ""
    source: str | None = None
    employer: str | None = None
    place: str | None = None
    level: str = ""
    as_of: str = ""
    inherited: tuple[str, ...] = ()
    quantity: int | None = None


@dataclass(slots=True, frozen=True, kw_only=True)
class Market(Claim):
    """A growth, count, size, share or prediction; `amount` in plain units (1,064.4 million USD is 1064400000 USD)."""

    measure: str
    amount: Decimal
    unit: str
    about: str = ""
    start: str = ""
    stop: str = ""
    source: str | None = None
    place: str | None = None
    at_least: bool = False
    at_most: bool = False
    approximate: bool = False
    inherited: tuple[str, ...] = ()
    quantity: int | None = None


@dataclass(slots=True, frozen=True, kw_only=True)
class Experience(Claim):
    """Years asked for; `experience_in` the skills or areas, `part_of` the index (in `Reading.claims`) of the whole."""

    minimum: Decimal
    maximum: Decimal | None = None
    open_ended: bool = False
    approximate: bool = False
    experience_in: tuple[str, ...] = ()
    area: str = ""
    level: str = ""
    part_of: int | None = None
    quantity: int | None = None


@dataclass(slots=True, frozen=True, kw_only=True)
class Education(Claim):
    """One set of alternative degrees (IRIs of Bachelor, Master, Doctorate, Advanced) with its fields of study (IRIs)."""

    degrees: tuple[str, ...]
    fields: tuple[str, ...] = ()
    or_related_field: bool = False
    substitutes_experience: bool = False


@dataclass(slots=True, frozen=True)
class Skipped:
    """A figure that no claim uses, with the reason."""

    begin: int
    end: int
    reason: str


@dataclass(slots=True)
class Reading:
    """Everything that the stages have found in one document; each stage fills its own lists and reads the earlier ones."""

    document: Document
    text: str = ""
    title_span: tuple[int, int] | None = None
    furniture: list[tuple[int, int]] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    quantities: list[Quantity] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    candidates: dict[str, Concept] = field(default_factory=dict)

    def quote(self, item: Section | Passage | Mention | Quantity | Statement) -> str:
        """The item's own words."""
        return self.text[item.begin:item.end]
