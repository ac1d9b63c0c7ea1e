"""What the tests of titles, mentions and claims share: the shipped vocabulary's parts, made once, and readings of one passage."""

from __future__ import annotations

from functools import lru_cache

import spacy

from kg.claims.links import LinkClaims
from kg.mentions.finder import MentionFinder, customise_tokenizer
from kg.model import Document, Link, Passage, Reading, Section
from kg.titles.reader import TitleReader
from kg.vocabulary import Vocabulary, load


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    return load()


@lru_cache(maxsize=1)
def titles() -> TitleReader:
    return TitleReader(vocabulary())


@lru_cache(maxsize=1)
def stages() -> tuple[spacy.Language, MentionFinder, LinkClaims]:
    nlp = spacy.blank("en")
    customise_tokenizer(nlp)
    return nlp, MentionFinder(nlp, vocabulary(), titles()), LinkClaims(vocabulary())


def role(label: str) -> str:
    found = vocabulary().find(label, "Role")
    assert found, label
    return found.iri


def reading(*passages: str | tuple[str, str], heading: str = "", path: tuple[str, ...] = (), subject: str = "Data Engineer",
            lead_in: bool = False, about: list[str] | None = None) -> Reading:
    """A document of these passages, each a text (a Requirement) or (type, text), under one heading, with mentions and claims."""
    text, at = heading + "\n" if heading else "", []
    for item in passages:
        kind, words = item if isinstance(item, tuple) else ("Requirement", item)
        at.append((kind, len(text), len(text) + len(words)))
        text += words + "\n"
    found = Reading(Document("test", text, "test"), text)
    if heading:
        found.sections.append(Section(heading, 0, len(heading), 1))
    for n, (kind, begin, end) in enumerate(at):
        found.passages.append(Passage(begin, end, 0 if heading else None, path or ((heading,) if heading else ()), kind,
                                      role(about[n]) if about else role(subject), lead_in=0 if lead_in and n else None))
    nlp, finder, claims = stages()
    finder.find(nlp.make_doc(text), found)
    found.claims = claims.claims(found)
    return found


def label(found: Reading, iri: str) -> str:
    concept = vocabulary().concepts.get(iri) or found.candidates[iri]
    return concept.label


def named(found: Reading, kind: str = "") -> list[tuple[str, str]]:
    """(words, label) of the mentions of a kind, in order."""
    return [(found.quote(m), label(found, m.concept)) for m in found.mentions if kind in ("", m.kind)]


def asked(found: Reading) -> dict[str, tuple[str, str]]:
    """(modality, proficiency) of each skill and tool that a claim requires, by label."""
    return {label(found, c.object): (c.modality, c.proficiency) for c in found.claims
            if isinstance(c, Link) and c.property in ("requiresSkill", "requiresTool")}


def links(found: Reading, name: str) -> list[Link]:
    return [c for c in found.claims if isinstance(c, Link) and c.property == name]
