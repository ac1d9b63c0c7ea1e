"""How well documents are read, over every annotated document at hand: python -m tests.benchmarks.extraction [--errors N]

Takes data/gold and, where it is there, the gold of ROLEGRAPH_TESTDATA. Prints precision, recall and F1 of each kind of fact, the
share of right qualifiers, and the reliability of confidences.
"""

from __future__ import annotations

import argparse
import sys

from kg import settings
from kg.evaluation.gold import load
from kg.evaluation.run import of_documents
from tests.conftest import GUIDES, ROOT, TESTDATA


def main() -> None:
    """Print one table for each folder of annotations."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--errors", type=int, default=0)
    args = parser.parse_args()
    for folder, documents in ((ROOT / "data" / "gold", []), (TESTDATA / "gold", [GUIDES])):
        files = sorted(folder.glob("*.jsonl"))
        if files:
            print(f"== {folder}")
            sys.stdout.write(of_documents(load(files), documents, settings.load()).text(args.errors) + "\n")


if __name__ == "__main__":
    main()
