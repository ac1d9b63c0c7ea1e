"""How much of the published taxonomies the vocabulary knows by label: python -m tests.benchmarks.coverage

Two lists: O*NET's examples of software that are marked as Hot Technology, each counted once, and ESCO's collection of digital
skills. A concept is known if one of its labels names a concept of the vocabulary, whatever case, hyphen or plural. What is not
known is listed with the reason that coverage.tsv gives.
"""

from __future__ import annotations

import csv
from pathlib import Path

from kg import vocabulary
from kg.taxonomy import tables
from kg.taxonomy.entries import Entry
from kg.taxonomy.labels import class_nouns, key, names
from tests.conftest import TESTDATA

TAXONOMIES = TESTDATA / "taxonomies"
SOFTWARE = TAXONOMIES / "onet-29.2" / "Technology Skills.txt"
DIGITAL = TAXONOMIES / "esco-1.2.0" / "digitalSkillsCollection_en.csv"
REASONS = Path(__file__).with_suffix(".tsv")


def hot() -> list[Entry]:
    """O*NET's distinct Hot Technology examples."""
    with SOFTWARE.open(encoding="utf-8") as stream:
        marked = {tables.onet_example(row["Example"]) for row in csv.DictReader(stream, delimiter="\t") if row["Hot Technology"] == "Y"}
    return [entry for iri, entry in tables.read(SOFTWARE).entries.items() if iri in marked]


def digital() -> list[Entry]:
    """ESCO's collection of digital skills."""
    return list(tables.read(DIGITAL).entries.values())


def unknown(entries: list[Entry]) -> list[Entry]:
    """The entries of which no label is known."""
    ours = vocabulary.load()
    known = {key(label) for c in ours.concepts.values() for label in (c.label, *c.alt_labels, *c.hidden_labels)}
    classes = class_nouns(ours)
    return [e for e in entries if not any(key(name) in known for label in (e.label, *e.alt_labels) for name in names(label, classes))]


def reasons() -> dict[str, str]:
    """Why a concept of another taxonomy is not in the vocabulary, by its label."""
    with REASONS.open(encoding="utf-8", newline="") as stream:
        return {row["label"]: row["reason"] for row in csv.DictReader(stream, delimiter="\t")}


def main() -> None:
    """Print the share that is known of each list, and the rest with its reasons."""
    given = reasons()
    for title, entries in (("O*NET 29.2 Hot Technology examples", hot()), ("ESCO 1.2.0 digital skills", digital())):
        rest = unknown(entries)
        print(f"{title}: {len(entries) - len(rest)} of {len(entries)} known by label ({100 - 100 * len(rest) / len(entries):.1f} %)")
        for entry in sorted(rest, key=lambda e: e.label.lower()):
            print(f"  not: {entry.label}: {given.get(entry.label, 'NO REASON GIVEN')}")


if __name__ == "__main__":
    main()
