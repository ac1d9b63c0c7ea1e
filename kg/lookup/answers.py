"""What is put together from things, claims and facts to answer a question."""

from __future__ import annotations

from dataclasses import dataclass

from kg.lookup.models import Claim, Education, Experience, Fact, Listed, Market, Number, Passage, Ref, Salary


@dataclass(frozen=True, slots=True)
class DocumentEntry(Ref):
    """A document without its text."""

    identifier: str = ""
    format: str = ""
    text_length: int = 0
    text_sha256: str = ""
    date: str = ""
    employer_as_stated: str = ""
    place_as_stated: str = ""
    about: tuple[Ref, ...] = ()
    claim_count: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document; offsets are its heading's, `parent` the IRI of the section that it is a part of."""

    iri: str
    label: str
    parent: str
    order: int
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that name a thing."""

    iri: str
    begin: int
    end: int
    quote: str
    refers_to: Ref
    confidence: Number | None
    passage: str


@dataclass(frozen=True, slots=True)
class DocumentText(DocumentEntry):
    """A document with its text and what was found in it, in order of the text."""

    text: str = ""
    sections: tuple[Section, ...] = ()
    passages: tuple[Passage, ...] = ()
    mentions: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class Links:
    """What one property leads to, or comes from."""

    property: str
    label: str
    things: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A literal with its language ("" for none)."""

    property: str
    value: str
    language: str


@dataclass(frozen=True, slots=True)
class Resource(Listed):
    """One thing with everything known about it."""

    texts: tuple[Text, ...] = ()
    links: tuple[Links, ...] = ()
    linked_from: tuple[Links, ...] = ()
    facts: tuple[Fact, ...] = ()
    wordings: tuple[str, ...] = ()
    evidence: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a role asks for: how strongly at most, at which levels, by how many documents, in which words."""

    thing: Ref
    property: str
    modality: str
    proficiency: tuple[str, ...]
    document_count: int
    claim_count: int
    confidence: Number | None
    evidence: tuple[Passage, ...]
    claims: tuple[str, ...]
    alternatives: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class Stated:
    """What documents state of a role in sentences: a responsibility, practice, challenge or trend, in all its wordings."""

    thing: Ref
    property: str
    wordings: tuple[str, ...]
    document_count: int
    claim_count: int
    evidence: tuple[Passage, ...]
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a ladder with the claims that state it."""

    start: Ref
    goal: Ref
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps that documents state to a role and on from it."""

    before: tuple[Step, ...]
    after: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """The shortest way along ladders from one role to another; no steps where documents state none."""

    start: Ref
    goal: Ref
    found: bool
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Similar:
    """A similar thing: `score` from 0 to 1, and what both share, weightiest first."""

    thing: Ref
    score: Number
    shared: tuple[Ref, ...]
    shared_count: int


@dataclass(frozen=True, slots=True)
class RoleProfile:
    """Everything known about a role. Requirements come strongest first, then by how many documents ask for them."""

    role: Resource
    documents: tuple[Ref, ...]
    requirements: tuple[Requirement, ...]
    responsibilities: tuple[Stated, ...]
    practices: tuple[Stated, ...]
    challenges: tuple[Stated, ...]
    trends: tuple[Stated, ...]
    experience: tuple[Experience, ...]
    education: tuple[Education, ...]
    salaries: tuple[Salary, ...]
    growth: tuple[Market, ...]
    ladder: Ladder
    collaborators: tuple[Ref, ...]
    conflicts: tuple[Ref, ...]
    similar: tuple[Similar, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A requirement of both roles whose strength or level differs."""

    start: Requirement
    goal: Requirement


@dataclass(frozen=True, slots=True)
class Comparison:
    """From one role to another: what the goal asks for beside (`added`), what only the start asks for (`dropped`), and what both do.

    `implied`: those of `added` that something the start asks for implies (a tool that supports the skill).
    """

    start: Ref
    goal: Ref
    added: tuple[Requirement, ...]
    dropped: tuple[Requirement, ...]
    shared: tuple[Change, ...]
    implied: tuple[Ref, ...]
    experience: tuple[Experience, ...]
    education: tuple[Education, ...]
    start_experience: tuple[Experience, ...]
    start_education: tuple[Education, ...]


@dataclass(frozen=True, slots=True)
class Witness:
    """A passage of evidence with its neighbours in the document and the mentions that the claim rests on."""

    passage: Passage
    lead_in: Passage | None
    before: Passage | None
    after: Passage | None
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A claim with every passage that states it, in context, and the facts and conflicts that count it."""

    claim: Claim
    passages: tuple[Witness, ...]
    facts: tuple[Fact, ...]
    conflicts: tuple[Ref, ...] = ()
