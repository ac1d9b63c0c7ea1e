"""The reasoning step beside HermiT alone on the same triples, and the rules of OWL 2 RL beside HermiT; loading the vocabulary, and
building the patterns of all its terms, beside importing spaCy. Each pair in one run.

    python -m tests.benchmarks.reasoning [--documents FOLDER] [--repeat N]

Prints ratios: absolute figures depend on the machine, ratios hardly. Needs Java.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
from spacy.vocab import Vocab

from kg import clashes, entail, pipeline, reason
from kg import settings as configuration
from kg.build import build
from kg.mentions.matching import Lexicon
from kg.mentions.senses import KINDS
from kg.namespaces import Minter
from kg.store import open_revision, published

GUIDES = Path(__file__).parents[2] / "data" / "documents"


def timed(action: Callable[[], object], repeat: int) -> float:
    """Median of the seconds that an action takes."""
    taken = []
    for _ in range(repeat):
        begin = time.perf_counter()
        action()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


def hermit_alone(given: list[ox.Triple], folder: Path) -> Callable[[], object]:
    """HermiT's own command on these triples, as owlready2 calls it, without Python around it."""
    from owlready2 import reasoning
    path = folder / "given.nt"
    path.write_bytes(ox.serialize(given, format=ox.RdfFormat.N_TRIPLES))
    command = [reasoning.owlready2.JAVA_EXE, f"-Xmx{reasoning.JAVA_MEMORY}M", "-cp", reasoning._HERMIT_CLASSPATH,
               "org.semanticweb.HermiT.cli.CommandLine", "-c", "-O", "-D", "-I", f"file:///{path}", "-Y"]
    return lambda: subprocess.run(command, check=True, capture_output=True)


def python(code: str, repeat: int) -> float:
    """Median of the seconds of a Python process that runs some code, beyond those of one that runs none."""
    def run(text: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, "-c", text], check=True, capture_output=True)
    return timed(run(code), repeat) - timed(run("pass"), repeat)


def _build_patterns() -> None:
    """One matcher over every spelling of every term, as the pipeline makes it."""
    Lexicon(Vocab(), pipeline.knowledge(()).vocabulary)


def main() -> None:
    """Print each pair."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=Path, default=GUIDES)
    parser.add_argument("--repeat", type=int, default=3)
    chosen = parser.parse_args()
    minter = Minter()
    with tempfile.TemporaryDirectory() as folder:
        build([chosen.documents], configuration.load(store=Path(folder) / "store", reasoner="none"))
        store = open_revision(published(Path(folder) / "store"))
        tbox, data = reason.relevant(store, minter)
        print(f"given: {len(tbox)} triples of the ontology, {len(data)} of vocabulary and facts")
        alone = timed(hermit_alone([*tbox, *data], Path(folder)), chosen.repeat)
        step = timed(lambda: reason.infer(store, minter, "hermit"), chosen.repeat)
        rules = timed(lambda: entail.closure(tbox, data), chosen.repeat)
        checked = timed(lambda: clashes.clashes(tbox, data), chosen.repeat)
    print(f"reasoning step {step:.2f} s, HermiT alone {alone:.2f} s: {step / alone:.2f} times (at most 1.5)")
    print(f"rules {rules:.2f} s, with contradictions {checked:.2f} s: HermiT takes {alone / rules:.1f} and {alone / checked:.1f} times as long (at least 5)")
    spacy = python("import spacy", chosen.repeat)
    load = python("from kg import vocabulary; vocabulary.load()", chosen.repeat) - python("from kg import vocabulary", chosen.repeat)
    patterns = timed(_build_patterns, chosen.repeat)
    terms = sum(1 + len(c.alt_labels) + len(c.hidden_labels) for kind in KINDS for c in pipeline.knowledge(())[0].of_kind(kind))
    print(f"patterns for {terms:,} terms {patterns:.2f} s: {patterns / spacy:.2f} times import spacy (at most 1 for 10,000)")
    print(f"vocabulary from the cache {load:.2f} s, import spacy {spacy:.2f} s: {load / spacy:.2f} times (at most 0.5)")


if __name__ == "__main__":
    main()
