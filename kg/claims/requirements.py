"""Claims that a role requires a skill or tool: how strongly, how well, and what is an alternative to what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.claims.modality import MENTIONED, ModalityReader
from kg.claims.proficiency import ProficiencyReader
from kg.language.enumerations import chains, outside_parentheses
from kg.model import Link, Mention, Reading
from kg.vocabulary import Vocabulary

_LONGEST_PASSAGE = 20_000
_PROPERTIES = {"Skill": "requiresSkill", "Tool": "requiresTool"}
# how far a rule is to be trusted, beside the mention that it rests on
_TRUST = {"Required": 0.97, "Preferred": 0.95, "Mentioned": 0.95}


class Requirements:
    """Reads the requirements of one passage after another; built once for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._proficiency, self._modality = ProficiencyReader(vocabulary), ModalityReader(vocabulary)
        cues = vocabulary.cues("mention-context")
        self._joining = {c.phrase.lower() for c in cues if c.value in ("separator", "example")}
        self._alternatives = {c.phrase.lower() for c in cues if c.value == "alternative"}
        # what stands before them is the class of what stands after: "agile methods such as Scrum or Kanban"
        self._listing = {w.strip(".,") for c in cues if c.value == "listing" for w in c.phrase.lower().split()} - {"to", "not", "but", "for"}
        self._separators = {c.phrase.lower() for c in cues if c.value == "separator"}

    def claims(self, reading: Reading, passage: int, mentions: Sequence[int], groups: int) -> Iterator[Link]:
        """Claims from the skills and tools (indexes, in order) of a passage; `groups` alternatives are numbered already."""
        p = reading.passages[passage]
        if p.role is None:
            return
        low = reading.text[p.begin:p.end].lower()
        if len(low) != p.end - p.begin:
            low = "".join(c.lower() if len(c.lower()) == 1 else c for c in reading.text[p.begin:p.end])
        found = [reading.mentions[m] for m in mentions]
        places = [(m.begin - p.begin, m.end - p.begin) for m in found]
        lead_in = reading.quote(reading.passages[p.lead_in]) if p.lead_in is not None else ""
        said = places if len(low) <= _LONGEST_PASSAGE else ()  # a wall of text has no phrases to go by
        modalities = self._modality.modalities(p, low, said, lead_in) or [MENTIONED] * len(places)
        levels = self._proficiency.levels(low, said, lead_in, p.path[-1] if p.path else "") or [""] * len(places)
        alternatives = self._alternative_groups(low, places, found, groups)
        merged: dict[tuple, list[int]] = {}
        for i, m in enumerate(found):
            if modalities[i]:
                merged.setdefault((_PROPERTIES[m.kind], m.concept, modalities[i], levels[i], alternatives[i]), []).append(i)
        for (name, concept, modality, level, group), members in merged.items():
            sure = max(found[i].confidence for i in members)
            yield Link(subject=p.role, evidence=(passage,), confidence=round(sure * _TRUST[modality], 2),
                       method=f"{modality.lower()} {p.type}", modality=modality, property=name, object=concept,
                       mentions=tuple(mentions[i] for i in members), proficiency=level, alternative_group=group)

    def _alternative_groups(self, low: str, places: Sequence[tuple[int, int]], found: Sequence[Mention], used: int) -> list[int | None]:
        """For each place the number of the group of alternatives it stands in, or None."""
        groups: list[int | None] = [None] * len(places)
        if len(places) < 2:
            return groups
        for chain in chains(low, places, self._joining):
            for level in _levels(low, [places[i] for i in chain]):
                used = self._number(low, [chain[n] for n in level], places, found, groups, used)
        return groups

    def _number(self, low: str, items: list[int], places: Sequence[tuple[int, int]], found: Sequence[Mention], groups: list[int | None],
                used: int) -> int:
        """Numbers the items of one list that an "or" joins; commas before an "or" mean "or" too."""
        joint = ""
        for at in range(len(items) - 1, 0, -1):
            left, right = items[at - 1], items[at]
            words = set(outside_parentheses(low[places[left][1]:places[right][0]]).replace(",", " ").split())
            if any(w.strip(".") in self._listing for w in words):
                joint = ""
                continue
            joint = "or" if words & self._alternatives else "and" if words & self._separators else joint
            if joint == "or" and found[left].kind == found[right].kind and found[left].concept != found[right].concept:
                number = groups[right] if groups[right] is not None else used
                used += groups[right] is None
                groups[left] = groups[right] = number
        return used


def _levels(low: str, places: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Positions of the items of a list and of the lists in parentheses inside it, each apart."""
    levels: list[list[int]] = [[]]
    inside = False
    for n, (begin, _) in enumerate(places):
        between = low[places[n - 1][1]:begin] if n else ""
        if ")" in between:
            inside = False
        if "(" in between and ")" not in between[between.rindex("("):]:
            inside = True
            levels.append([])
        levels[-1 if inside else 0].append(n)
    return levels
