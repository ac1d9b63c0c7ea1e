"""Whether links to other taxonomies are right: python -m tests.benchmarks.links [--draw SEED]

data/gold/mappings.tsv holds 200 rows that were drawn at random from all mapping files and judged one by one. Without an option the
share that was right is printed, by file and predicate. With --draw another 200 rows are drawn and printed as a sheet to be judged.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
from collections import Counter
from pathlib import Path

from kg.taxonomy import mappings

SHEET = Path(__file__).parents[2] / "data" / "gold" / "mappings.tsv"
SIZE = 200
COLUMNS = ("file", "subject_id", "subject_label", "predicate_id", "predicate_modifier", "object_id", "object_label", "judgement", "note")
IDENTITY = ("file", "subject_id", "predicate_id", "predicate_modifier", "object_id")


def every() -> list[dict[str, str]]:
    """All rows of all mapping files, as rows of a sheet that nobody has judged."""
    return [{"file": path.name.split(".")[0], **{name: getattr(row, name) for name in COLUMNS[1:7]}, "judgement": "", "note": ""}
            for path in mappings.shipped() for row in mappings.read(path).rows]


def draw(seed: int) -> list[dict[str, str]]:
    """SIZE rows at random, the same for the same seed and files."""
    return sorted(random.Random(seed).sample(every(), SIZE), key=lambda row: tuple(row[name] for name in IDENTITY))


def sheet() -> list[dict[str, str]]:
    """The judged rows."""
    with SHEET.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader((line for line in stream if not line.startswith("#")), delimiter="\t"))


def main() -> None:
    """Print a draw, or the score of the sheet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draw", type=int, metavar="SEED")
    seed = parser.parse_args().draw
    if seed is not None:
        writer = csv.DictWriter(sys.stdout, COLUMNS, delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(draw(seed))
        return
    rows = sheet()
    right, total = Counter(), Counter()
    for row in rows:
        kind = "no match" if row["object_id"] == mappings.NO_TERM else row["predicate_modifier"] + row["predicate_id"].partition(":")[2]
        for name in ("all", row["file"], kind):
            total[name] += 1
            right[name] += row["judgement"] == "right"
    for name in sorted(total, key=lambda n: (n != "all", n)):
        print(f"{name:14} {right[name]:4} of {total[name]:4} right ({100 * right[name] / total[name]:.1f} %)")


if __name__ == "__main__":
    main()
