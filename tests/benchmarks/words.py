"""Counts how common words are in what is said of work: python -m tests.benchmarks.words > ontology/words.tsv

The texts are labels of ESCO's skills and descriptions of its occupations (ESCO 1.2.0), and sentences that describe O*NET's
occupations (O*NET 29.2), both below ROLEGRAPH_TESTDATA/taxonomies. A word counts once a text, by its stem; a stem that stands in one
text alone is left out, as rare words all weigh the same.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from kg.grouping.wording import lexicon
from tests.conftest import TESTDATA

LONGEST = 600


def texts(taxonomies: Path) -> Iterator[str]:
    """What ESCO and O*NET say, a text each."""
    with (taxonomies / "esco-1.2.0" / "skill_labels.csv").open(encoding="utf-8", newline="") as file:
        yield from (f"{row['preferredLabel']} | {row['altLabels']}" for row in csv.DictReader(file))
    with (taxonomies / "esco-1.2.0" / "occupations_en.csv").open(encoding="utf-8", newline="") as file:
        yield from (row["description"] or "" for row in csv.DictReader(file))
    with (taxonomies / "onet-29.2" / "Occupation Data.txt").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            yield from re.split(r"(?<=\.)\s", row["Description"])


def main() -> None:
    """Print the table."""
    words, found, total = lexicon(), Counter(), 0
    for text in texts(TESTDATA / "taxonomies"):
        total += 1
        found.update({stem for stem in words.stems(text[:LONGEST]) if stem.isalpha()})
    print("# texts of ESCO 1.2.0 and O*NET 29.2 (U.S. Department of Labor, CC BY 4.0) that hold a word, by stem; tests/benchmarks/words.py")
    print(f"\t{total}")
    for stem, count in sorted(found.items()):
        if count > 1:
            print(f"{stem}\t{count}")


if __name__ == "__main__":
    main()
