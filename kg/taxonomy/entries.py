"""What a published taxonomy says of one concept, in whatever format it came, and what is wrong with an entry."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Entry:
    """A concept of another taxonomy. `kind` is Skill, Role, Tool ...; `place` its file and line; `matches` IRIs that it equals."""

    iri: str
    kind: str
    label: str
    place: str
    alt_labels: list[str] = field(default_factory=list)
    definition: str = ""
    notation: str = ""
    broader: list[str] = field(default_factory=list)
    matches: list[str] = field(default_factory=list)
    exact_case: bool = False


@dataclass(slots=True, frozen=True)
class Fault:
    """Why an entry, or a part of it, is left out."""

    place: str
    concept: str
    reason: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.concept}: {self.reason}" + (f" ({self.hint})" if self.hint else "")


@dataclass(slots=True)
class Taxonomy:
    """Entries by IRI in order of appearance, the taxonomy's title, and its faults."""

    title: str
    entries: dict[str, Entry] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        """A second entry of one IRI adds its labels and links to the first."""
        first = self.entries.setdefault(entry.iri, entry)
        if first is entry:
            return
        if not first.label:
            first.label, first.place = entry.label, entry.place
        elif entry.label and entry.label != first.label and entry.label not in first.alt_labels:
            first.alt_labels.append(entry.label)
        first.alt_labels += [label for label in entry.alt_labels if label != first.label and label not in first.alt_labels]
        first.broader += [iri for iri in entry.broader if iri not in first.broader]
        first.matches += [iri for iri in entry.matches if iri not in first.matches]
        first.definition = first.definition or entry.definition
