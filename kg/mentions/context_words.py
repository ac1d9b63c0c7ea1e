"""The words that steer recognition: cues of the vocabulary (schemes mention-context, kind-before, kind-after, verb), by their use."""

from __future__ import annotations

import re
from collections import defaultdict

from kg.language.cues import CueIndex
from kg.language.morphology import inflected
from kg.model import Concept
from kg.namespaces import RG
from kg.vocabulary import Vocabulary


class ContextWords:
    """The words that steer recognition, by their use."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        found: dict[str, set[str]] = defaultdict(set)
        for cue in vocabulary.cues("mention-context"):
            found[cue.value].add(cue.phrase.lower())
        self.skill_nouns, self.tails, self.weak_nouns = found["skill-noun"], found["generic-tail"], found["weak-noun"]
        self.group_nouns, self.qualities = found["group-noun"], found["quality"]
        self.separators, self.alternatives = found["separator"], found["alternative"]
        self.connectors, self.tool_nouns = found["connector"], found["tool-noun"]
        self.opposing, self.saying = found["opposing"], found["saying"]
        self.prepositions = {c.phrase.lower() for c in vocabulary.cues("reach") if c.value == "preposition"}
        self.example_words = found["example"] | self.connectors
        listed = "|".join(sorted(map(re.escape, found["listing"]), key=lambda x: (-len(x), x))) or r"(?!)"
        self.opening = re.compile(rf"(?:: ?| ?\((?:(?:{listed}) )?|,? (?:{listed}) )")
        joined = "|".join(sorted(map(re.escape, self.separators), key=lambda x: (-len(x), x))) or r"(?!)"
        # a second short name after the first: "AI/ML", "AI and ML"
        self.pair = re.compile(rf"(?:/| (?:{joined}) )\w{{2,3}}(?!\w)")
        self.entering = found["listing"] | self.prepositions
        self.listing, self.closing = found["listing"], self.separators | {""}
        self.introducing = found["example"] | {w.strip(",.") for phrase in found["listing"] for w in phrase.split()} | found["listing"]
        self.before = CueIndex(vocabulary.cues("kind-before"))
        # nouns that may announce what the names after them are
        self.announcing = {c.phrase.lower() for c in vocabulary.cues("kind-before")
                           if c.value in ("Certification", "Organization", "Industry") and " " not in c.phrase and len(c.phrase) > 3}
        self.certification_noun = min(found["certification-noun"], default="")
        self.after: dict[str, str] = {c.phrase.lower(): c.value for c in vocabulary.cues("kind-after")}
        branches = {phrase for phrase, kind in self.after.items() if kind == "Industry"}
        self.joining = self.separators | self.tails | self.qualities | found["example"] | branches
        self.stops = {c.phrase.lower() for c in vocabulary.cues("reach") if c.value == "stop"}
        self.verbs = inflected(c.phrase for c in vocabulary.cues("verb"))
        self.asking = CueIndex(vocabulary.cues("proficiency"))


def is_soft(concept: Concept) -> bool:
    """Whether a skill is a soft one."""
    return RG + "SoftSkill" in concept.types
