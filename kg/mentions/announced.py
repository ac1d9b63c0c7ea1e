"""Names whose enumeration is announced as something else than what they mostly name.

"certifications (e.g., AWS)", "companies such as Oracle and Stripe", "healthcare, autonomous vehicles, and security industries".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kg.mentions.candidates import NewTerms
from kg.mentions.context import Scene
from kg.mentions.context_words import ContextWords
from kg.mentions.names import Found, Names
from kg.model import Concept
from kg.vocabulary import Vocabulary

_RESOLVED = 0.8
# which kinds of names an announcement can turn into which kind
_TURNED = {"Certification": ("Tool", "Role"), "Organization": ("Tool",), "Industry": ("Skill", "FieldOfStudy")}
_NOT_INDUSTRIES = frozenset(("Responsibility", "BestPractice", "SoftSkill"))


class Announced:
    """Gives the names of announced enumerations the kind that the announcement says; built once for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary, words: ContextWords, terms: NewTerms) -> None:
        self._vocabulary, self._words, self._terms = vocabulary, words, terms
        self.triggers = words.announcing

    def apply(self, scene: Scene, names: Names, classes: Sequence[tuple[int, int]]) -> None:
        """Replaces names of a passage; `classes` are places of nouns that may announce something."""
        if not len(names):
            return
        announced = bool(classes) and any(scene.low[b:e] in self.triggers for b, e in classes)
        if not announced and (len(names) < 3 or sum(n.concept.kind == "Industry" for n in names) < 2):
            return
        for name in list(names):
            if name.concept.kind in ("Tool", "Skill", "FieldOfStudy") or (name.concept.kind == "Role" and name.concept.candidate):
                kind = self._kind(scene, name, names, announced)
                if kind and name.concept.kind in _TURNED[kind]:
                    names.replace([name], name._replace(concept=self._concept(name.concept, kind), confidence=_RESOLVED, method="context"))

    def _kind(self, scene: Scene, name: Found, names: Names, announced: bool) -> str:
        """The kind that the enumeration with a name is said to have, or ""."""
        together = names.company(scene, name.begin, name.end)
        if announced:
            said = {scene.kind_before(together.begin), scene.kind_after(together.end)}
            kind = next((k for k in ("Certification", "Organization") if k in said), "")
            if kind:
                return kind
        if scene.type in _NOT_INDUSTRIES or name.concept.kind in ("Tool", "Role"):
            return ""
        beside = [n for n in names.overlapping(together.begin, together.end) if n != name]
        others = Counter(n.concept.kind for n in beside)
        if announced and "Industry" in said and others["Industry"]:
            return "Industry"
        if others["Industry"] > 1 and self._may_be_industry(scene, name):  # "finance" is a skill too
            others["Skill"] -= sum(n.concept.kind == "Skill" and self._may_be_industry(scene, n) for n in beside)
        return "Industry" if others["Industry"] > max(1, others["Skill"]) else ""

    def _may_be_industry(self, scene: Scene, name: Found) -> bool:
        return self._vocabulary.find(scene.text[name.begin:name.end], "Industry") is not None

    def _concept(self, concept: Concept, kind: str) -> Concept:
        """The concept of another kind that has the same name; a candidate if the vocabulary has none."""
        label = f"{concept.label} {self._words.certification_noun}" if kind == "Certification" and concept.kind == "Tool" else concept.label
        known = next((found for name in (label, *concept.alt_labels) if (found := self._vocabulary.find(name, kind))), None)
        return known or self._terms.concept(kind, label)
