"""How strongly a passage asks for what it names: required, preferred, or only mentioned."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from kg.language.cues import CueIndex, Hit
from kg.model import DEMANDS, PREREQUISITES, Passage
from kg.vocabulary import Vocabulary

REQUIRED, PREFERRED, MENTIONED = "Required", "Preferred", "Mentioned"


class ModalityReader:
    """Reads the modality of each mention of a passage; built once for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._cues = CueIndex(vocabulary.cues("modality"))
        self._levels = CueIndex(vocabulary.cues("proficiency"))
        relation = vocabulary.cues("relation")
        self._options = CueIndex(c for c in relation if c.value == "option")
        self._waivers = CueIndex(c for c in relation if c.value == "waiver")
        self._forward = {c.phrase.lower() for c in relation if c.value == "forward"}
        self._learning = CueIndex(vocabulary.cues("learning"))
        self._markets = CueIndex(c for c in vocabulary.cues("passage-type", "headingCue") if c.value == "MarketFact")
        self._paths: dict[tuple[str, ...], tuple[bool, bool]] = {}

    def modalities(self, passage: Passage, low: str, mentions: Sequence[tuple[int, int]], lead_in: str) -> list[str]:
        """Required, Preferred, Mentioned or "" (said not to be asked for) for each place in the lower-cased passage."""
        if not mentions:
            return []
        market, preferred = self._headings(passage.path)
        base = self._base(passage, low, market, lead_in)
        if base == MENTIONED:
            return [base] * len(mentions)
        if (base == REQUIRED and (preferred or (lead_in and self._preferred(lead_in.lower())))) or self._offers(low):
            base = PREFERRED
        cues, waivers = self._cues.hits(low), self._waivers.hits(low)
        if not cues and not waivers:
            return [base] * len(mentions)
        clauses = self._clauses(low)
        waived = {c for c in clauses if any(c[0] <= w.begin and w.end <= c[1] for w in waivers)}
        return [self._of(low, place, base, cues, clauses, waived, mentions) for place in mentions]

    def _headings(self, path: tuple[str, ...]) -> tuple[bool, bool]:
        """Whether the headings speak of the market, and of preferences."""
        known = self._paths.get(path)
        if known is None:
            if len(self._paths) > 4096:
                self._paths.clear()
            lows = [part.lower() for part in path]
            known = self._paths[path] = any(self._markets.hits(p) for p in lows), bool(lows) and self._preferred(lows[-1])
        return known

    def _preferred(self, low: str) -> bool:
        return any(h.values[0] == PREFERRED for h in self._cues.hits(low))

    def _base(self, passage: Passage, low: str, market: bool, lead_in: str) -> str:
        if passage.type in DEMANDS:
            return MENTIONED if market and passage.type in PREREQUISITES else REQUIRED
        if passage.type == "CareerStep" and (self._learning.hits(low) or self._offers(low)):
            return REQUIRED
        return MENTIONED

    def _offers(self, low: str) -> bool:
        """Whether the passage, or what follows its label, begins by offering an option."""
        start = low.find(": ", 0, 60) + 2
        return any(h.begin in (0, start) for h in self._options.hits(low[:start + 40]))

    def _of(self, low: str, place: tuple[int, int], base: str, cues: list[Hit], clauses: list[tuple[int, int]],
            waived: set[tuple[int, int]], mentions: Sequence[tuple[int, int]]) -> str:
        begin, end = place
        clause = next((c for c in clauses if c[0] <= begin < c[1]), (0, len(low)))
        if clause in waived:
            return PREFERRED if any(h.values[0] == PREFERRED for h in cues if clause[0] <= h.begin < clause[1]) else ""
        inside = [h for h in cues if clause[0] <= h.begin < clause[1] and self._applies(low, h, place, mentions)]
        if not inside:
            return base
        after = next((h for h in inside if h.begin >= end), None)
        chosen = after or max((h for h in inside if h.end <= begin), key=lambda h: h.end, default=None)
        if chosen is None:
            return base
        return PREFERRED if chosen.values[0] == PREFERRED else REQUIRED if base == REQUIRED else base

    def _applies(self, low: str, cue: Hit, place: tuple[int, int], mentions: Sequence[tuple[int, int]]) -> bool:
        """A cue in parentheses speaks of what stands in them, or of the name right before them; others of their clause."""
        begin, end = place
        opened = low.rfind("(", 0, cue.begin)
        closed = low.find(")", opened) if opened >= 0 else -1
        if opened < 0 or closed < cue.begin:
            return begin >= cue.end or low[cue.begin:cue.end] not in self._forward
        if any(opened < b < closed for b, _ in mentions):
            return opened < begin < closed
        return end <= opened and not any(end < b < opened for b, _ in mentions)

    def _clauses(self, low: str) -> list[tuple[int, int]]:
        """Stretches between semicolons, full stops, and commas before a new phrase of level ("..., experience with X a plus")."""
        cuts = {0, len(low)}
        for mark in ("; ", ". "):
            at = low.find(mark)
            while at >= 0:
                if low[max(0, at - 3):at] not in ("e.g", "i.e"):
                    cuts.add(at + 2)
                at = low.find(mark, at + 1)
        cuts.update(h.begin for h in self._levels.hits(low) if low[max(0, h.begin - 2):h.begin] == ", ")
        ordered = sorted(cuts)
        return list(pairwise(ordered))
