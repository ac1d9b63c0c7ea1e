"""What each spelling of the vocabulary's labels may name: the forms in which a label is written, and the concepts behind them."""

from __future__ import annotations

from typing import NamedTuple

from kg.language.morphology import inflected, spellings, verb_phrase
from kg.model import Concept
from kg.vocabulary import Vocabulary

# the kinds that are marked by their spellings; roles are read by their structure
KINDS = ("Tool", "Skill", "Certification", "Degree", "FieldOfStudy", "Organization", "Place", "Industry", "Regulation")
_INFLECTED = frozenset(("Skill", "Industry", "Degree", "Certification"))
_JOINTED = frozenset(("Skill", "Industry", "FieldOfStudy"))
_ACRONYM_LENGTH = 5


class Sense(NamedTuple):
    """What a spelling may name. `forms` are the spellings in their case, None if any case will do; `rank` 0 pref, 1 alt, 2 hidden."""

    concept: Concept
    forms: frozenset[str] | None
    needs_context: bool
    rank: int


# by spelling in lower case
Senses = dict[str, tuple[Sense, ...]]


def of_vocabulary(vocabulary: Vocabulary) -> Senses:
    """All spellings of all labels."""
    made: Senses = {}
    verbs = inflected(c.phrase for c in vocabulary.cues("verb"))
    prefixes = tuple(c.phrase for c in vocabulary.cues("morphology") if c.value == "prefix")
    for kind in KINDS:
        for concept in vocabulary.of_kind(kind):
            _add(made, concept, verbs, prefixes)
    return made


def _add(made: Senses, concept: Concept, verbs: frozenset[str], prefixes: tuple[str, ...]) -> None:
    for rank, labels in enumerate(((concept.label,), concept.alt_labels, concept.hidden_labels)):
        for label in labels:
            if concept.kind == "Skill" and rank and verb_phrase(label, verbs, concept.label):
                continue
            exact = label in concept.exact_case or (len(label) <= _ACRONYM_LENGTH and label.isupper())
            jointed = concept.kind in _JOINTED and (rank == 0 or (rank == 1 and label.count(" ") == 1))
            for form in spellings(label, concept.kind in _INFLECTED, jointed, prefixes):
                _put(made, form, Sense(concept, frozenset((form,)) if exact else None, label in concept.needs_context, rank))


def _put(made: Senses, form: str, sense: Sense) -> None:
    """Adds a sense to a spelling; of two labels of one concept that are spelled alike, the first stays."""
    key = form.lower()
    known = made.get(key)
    if known is None:
        made[key] = (sense,)
        return
    for i, other in enumerate(known):
        if other.concept is sense.concept:
            if other.forms and sense.forms and not sense.forms <= other.forms:
                made[key] = (*known[:i], other._replace(forms=other.forms | sense.forms), *known[i + 1:])
            return
    made[key] = (*known, sense)
