"""From labels that match to names: the shortest noun phrase that names a skill, without lead-ins and generic nouns.

"CI/CD pipelines" is CI/CD, "communication skills" communication, "written and verbal communication" communication; a verb
phrase ("manage projects") names no skill.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice

from kg.mentions.context import Scene
from kg.mentions.context_words import ContextWords, is_soft
from kg.mentions.matching import Hit, Lexicon
from kg.mentions.senses import Sense


class Trimming:
    """Trims the hits of one passage after another; built once for a vocabulary."""

    def __init__(self, words: ContextWords, lexicon: Lexicon) -> None:
        self._words, self._lexicon = words, lexicon
        self._joints = ("/", " & ", *(f" {word} " for word in sorted(words.separators)))

    def names(self, scene: Scene, hits: list[Hit]) -> list[tuple[Hit, int]]:
        """The names among the hits of a passage (longest first at one place), each with its weight against names that overlap it.

        Where a shorter name of a skill says all that a longer one says, it stands for it and has its weight.
        """
        if not hits:
            return []
        ends = {h.end for h in hits if h.senses[0].concept.kind == "Skill" and not h.senses[0].needs_context}
        hits = self._genera(scene, [h for h in hits if not self._is_part(scene, h, ends)])
        weights = {id(h): self._weight(scene, h) for h in hits}
        kept: list[Hit] = []
        for i, hit in enumerate(hits):
            surface = scene.low[hit.begin:hit.end]
            if " " not in surface and "/" not in surface:
                kept.append(hit)
                continue
            if any(s.concept.kind != "Skill" for s in hit.senses):
                kept.append(self._without_noun(scene, hit, surface))
                weights[id(kept[-1])] = weights[id(hit)]
                continue
            enough = next((o for o in inside(hits, i) if self._says_all(surface, hit, o)), None)
            if enough is not None:
                weights[id(enough)] = max(weights[id(enough)], weights[id(hit)])
            elif not self._is_sum(surface, hit.senses):
                kept.append(hit)
        return [(h, weights[id(h)]) for h in kept]

    def _genera(self, scene: Scene, hits: list[Hit]) -> list[Hit]:
        """A coordination of kinds of one soft skill is that skill: "written and verbal communication" is communication."""
        kept: list[Hit] = []
        end = -1
        for hit in hits:
            if hit.begin < end:
                continue
            genus = self._genus(scene, hit)
            if genus is not None:
                end = hit.end
                while kept and kept[-1].end > hit.begin:
                    kept.pop()
            kept.append(genus or hit)
        return kept

    def _genus(self, scene: Scene, hit: Hit) -> Hit | None:
        if scene.low.count(" ", hit.begin, hit.end) < 2:
            return None
        words = scene.low[hit.begin:hit.end].split(" ")
        if self._words.separators.isdisjoint(words):
            return None
        sense = next((s for s in self._lexicon.lookup(words[-1]) if s.rank == 0 and is_soft(s.concept)), None)
        return Hit(hit.end - len(words[-1]), hit.end, (sense._replace(needs_context=False),)) if sense else None

    def _without_noun(self, scene: Scene, hit: Hit, surface: str) -> Hit:
        """An industry's name without the noun that says that it is one: "tech industry"; other names as they are."""
        tail = surface.rsplit(" ", 1)[-1]
        if tail not in self._words.after or self._words.after[tail] != "Industry" or any(s.concept.kind != "Industry" for s in hit.senses):
            return hit
        return Hit(hit.begin, hit.end - len(tail) - 1, tuple(s._replace(needs_context=False) for s in hit.senses))

    def _is_part(self, scene: Scene, hit: Hit, ends: Collection[int]) -> bool:
        """Whether the words of a skill are part of a longer expression: "cutting-edge AI", "machine learning algorithms"."""
        if hit.senses[0].concept.kind != "Skill":
            return False
        low, begin, end = scene.low, hit.begin, hit.end
        small = scene.text[begin:end].islower()
        if low[begin - 1:begin] == "-" and begin - 1 > scene.begin and low[begin - 2].isalnum():
            return True
        if small and low[end:end + 1] == "-" and end + 1 < scene.end and low[end + 1].isalnum():
            return True
        return low[begin:end] in self._words.tails and begin - 1 in ends and low[begin - 1] == " "

    def _weight(self, scene: Scene, hit: Hit) -> int:
        """Length without a generic noun at the end, so that "CI/CD" wins over "CD pipelines"."""
        if hit.senses[0].concept.kind != "Skill":
            return hit.end - hit.begin
        surface = scene.low[hit.begin:hit.end]
        tail = surface.replace("-", " ").rsplit(" ", 1)[-1]
        return len(surface) - (len(tail) if tail in self._words.tails else 0)

    def _is_sum(self, surface: str, senses: tuple[Sense, ...]) -> bool:
        """Whether a name is but two names side by side: "AI/ML", "mathematics and statistics", unlike "CI/CD"."""
        for joint in self._joints:
            if joint in surface:
                parts = [self._lexicon.lookup(part) for part in surface.split(joint)]
                most, whole = 1 if joint == "/" and senses[0].rank else 0, senses[0].concept
                return all(any(s.rank <= most and s.concept.kind == "Skill" and s.concept is not whole for s in p) for p in parts)
        return False

    def _says_all(self, surface: str, hit: Hit, other: Hit) -> bool:
        """Whether a shorter name inside a name of a skill says the same: "CI/CD" in "CI/CD pipelines"."""
        if other.begin < hit.begin or other.end > hit.end or other.end - other.begin == hit.end - hit.begin:
            return False
        tail = surface.rsplit(" ", 1)[-1]
        at_tail = tail in self._words.tails and other.begin == hit.begin and other.end == hit.end - len(tail) - 1
        for inner in other.senses:
            if inner.concept.kind != "Skill":
                continue
            sure = inner.rank == 0 or (not inner.needs_context and inner.rank == 1)
            if sure and any(s.rank and s.concept is inner.concept for s in hit.senses):
                return True
            if at_tail and (sure or tail in self._words.skill_nouns):
                return True
        return False


def inside(hits: list[Hit], i: int) -> Iterator[Hit]:
    """The hits that lie inside hit i; they stand after it, by their place."""
    end = hits[i].end
    for other in islice(hits, i + 1, None):
        if other.begin >= end:
            return
        yield other
