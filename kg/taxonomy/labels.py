"""When two labels of different taxonomies are one name: case, hyphens, regular plurals and how O*NET writes tools aside."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from kg.language.morphology import singular
from kg.namespaces import slug
from kg.vocabulary import Vocabulary

# "Amazon Web Services AWS": a name and its acronym
_WITH_ACRONYM = re.compile(r"^(?P<name>.* .*) (?P<acronym>[A-Z][A-Za-z0-9/&]*[A-Z0-9])$")
_BRACKET = re.compile(r"^(?P<name>.+?)\s*\((?P<inner>[^()]+)\)$")


@lru_cache(maxsize=200_000)
def key(label: str) -> str:
    """One text for all spellings of a name that differ in case, hyphens, accents or a regular plural.

    >>> key("Problem-Solving") == key("problem solving"), key("data bases") == key("database")
    (True, True)
    """
    words = [singular(word) for word in slug(label).split("-")]
    return "".join(words)


def same_name(a: str, b: str) -> bool:
    """Whether two proper names are one, case, hyphens and accents aside: the name of a product has no plural.

    >>> same_name("scikit-learn", "Scikit Learn"), same_name("Canvas", "Canva")
    (True, False)
    """
    return slug(a).replace("-", "") == slug(b).replace("-", "")


def class_nouns(vocabulary: Vocabulary) -> frozenset[str]:
    """The nouns that taxonomies write behind the name of a product to say what it is."""
    return frozenset(cue.phrase for cue in vocabulary.cues("published-label") if cue.value == "class-noun")


def names(label: str, classes: Collection[str]) -> list[str]:
    """The names that one published label holds, itself first: without its class noun (one of `classes`), without or only its acronym.

    >>> names("Amazon Web Services AWS software", ["software"])
    ['Amazon Web Services AWS software', 'Amazon Web Services AWS', 'Amazon Web Services', 'AWS']
    >>> names("R (programming language)", [])
    ['R (programming language)', 'R']
    """
    found = [label]
    bracket = _BRACKET.match(label)
    if bracket:
        found.append(bracket["name"])
    name, _, last = label.rpartition(" ")
    plain = name if last in classes and name else label
    found.append(plain)
    acronym = _WITH_ACRONYM.match(plain)
    if acronym and _abbreviates(acronym["acronym"], acronym["name"]):
        found += [acronym["name"], acronym["acronym"]]
    return list(dict.fromkeys(found))


def _abbreviates(acronym: str, name: str) -> bool:
    """Whether the letters of an acronym come in order in the name, the first of them at its start."""
    letters = iter(name.lower())
    return name[:1].lower() == acronym[:1].lower() and all(c in letters for c in acronym.lower() if c.isalpha())
