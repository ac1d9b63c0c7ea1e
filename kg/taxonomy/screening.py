"""Which labels of another taxonomy are held back, because texts use them without meaning the concept.

A label is *shared* if two concepts of the taxonomy have it (as preferred label it stays with the one concept that prefers it),
*short* if it has fewer than three letters and digits, *single* if it is one word that is no name ("hair", "migration"), and
*ordinary* if definitions of other concepts use it: its words, in lower case and whatever number, stand in at least ORDINARY
of them. The definitions of the vocabulary and of the taxonomy are the sample of plain English that the rule counts in, so that
no list of words is kept. A preferred label that is short, single or ordinary counts where its surroundings support it
(`rg:contextLabel`); other labels for which one of the four holds are not used. Where a taxonomy writes its labels in
lower case, a label of one word with a capital is a name and counts only as written (`rg:exactCaseLabel`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from kg.language.morphology import singular
from kg.taxonomy.entries import Entry
from kg.taxonomy.labels import key

# so many definitions of other concepts make a word or phrase an ordinary one
ORDINARY = 2
# a taxonomy with more capitalised labels than this share writes all labels so
CAPITALISED = 0.3
# longer labels are no ordinary phrases, whatever they say
LONGEST = 4
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@dataclass(slots=True)
class Screened:
    """The labels of one entry: those that count, those that count in context, and those held back with the reason."""

    plain: list[str] = field(default_factory=list)
    in_context: list[str] = field(default_factory=list)
    exact: list[str] = field(default_factory=list)
    held: dict[str, str] = field(default_factory=dict)


class Screening:
    """The rule, for the entries of all taxonomies that come in together; `definitions` are the sample of English."""

    def __init__(self, entries: Collection[Entry], definitions: Iterable[str], ordinary: int = ORDINARY) -> None:
        self._ordinary = ordinary
        self._owners: dict[str, set[str]] = defaultdict(set)
        self._preferred: dict[str, set[str]] = defaultdict(set)
        wanted: set[tuple[str, ...]] = set()
        for entry in entries:
            self._preferred[key(entry.label)].add(entry.iri)
            for label in (entry.label, *entry.alt_labels):
                self._owners[key(label)].add(entry.iri)
                wanted.add(_words(label))
        capitals = sum(label[:1].isupper() for entry in entries for label in (entry.label, *entry.alt_labels))
        self._names = capitals <= CAPITALISED * sum(1 + len(entry.alt_labels) for entry in entries)
        self._found: Counter[tuple[str, ...]] = Counter()
        for text in (*definitions, *(entry.definition for entry in entries)):
            self._found.update(_phrases(text, wanted))

    def ordinary(self, label: str, definition: str = "") -> bool:
        """Whether definitions of other concepts use a label as words among others."""
        words = _words(label)
        if not words or len(words) > LONGEST:
            return False
        return self._found[words] - (words in _phrases(definition, {words})) >= self._ordinary

    def reason(self, entry: Entry, label: str) -> str:
        """Why a label is held back: shared, short, single, ordinary, or ""."""
        name = key(label)
        preferred = self._preferred[name]
        if len(self._owners[name]) > 1 and not (preferred == {entry.iri} and label == entry.label):
            return "shared"
        if sum(c.isalnum() for c in label) < 3:
            return "short"
        single = len(_words(label)) == 1 and not self.is_name(label)
        if single and label != entry.label:
            return "single"
        if self.ordinary(label, entry.definition):
            return "ordinary"
        return "single" if single else ""

    def is_name(self, label: str) -> bool:
        """Whether capitals show that a label of one word is a name."""
        return " " not in label and (any(c.isupper() for c in label[1:]) or (self._names and label[:1].isupper()))

    def screen(self, entry: Entry) -> Screened:
        """The labels of an entry by what becomes of them."""
        found = Screened()
        for label in dict.fromkeys((entry.label, *entry.alt_labels)):
            reason = self.reason(entry, label)
            if not reason:
                found.plain.append(label)
            elif label == entry.label and reason != "shared":
                found.in_context.append(label)
            else:
                found.held[label] = reason
            if label not in found.held and (entry.exact_case or self.is_name(label)):
                found.exact.append(label)
        return found


def _words(label: str) -> tuple[str, ...]:
    return tuple(singular(word) for word in _WORD.findall(label.lower()))


def _phrases(text: str, wanted: Collection[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """Phrases of a text that are wanted. A capital inside a sentence marks a name, which makes no word ordinary."""
    found = _WORD.findall(text)
    words = [singular(word.lower()) if word.islower() or i == 0 else "" for i, word in enumerate(found)]
    return {phrase for n in range(1, LONGEST + 1) for i in range(len(words) - n + 1) if (phrase := tuple(words[i:i + n])) in wanted}
