"""Reading speed beside spaCy's bare tokenizer, and a whole build beside starting spaCy, each pair in one run.

    python -m tests.benchmarks.reading [--documents FOLDER] [--repeat N] [--terms N]
    python -m tests.benchmarks.reading --memory N          peak memory of reading N documents, one after another

Prints ratios: absolute figures depend on the machine, ratios hardly. `--terms` cuts the vocabulary of names to so many labels;
roles, places and the words that signal something are kept whole, or another language would be read.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GUIDES = Path(__file__).parents[2] / "data" / "documents"
SPACY = "import spacy, sys, pathlib\nnlp = spacy.blank('en')\nfor p in sorted(pathlib.Path(sys.argv[1]).glob('*.txt')): nlp(p.read_text(encoding='utf-8'))"


def words_per_second(documents: Path, repeat: int) -> tuple[float, float, int]:
    """Words a second of the tokenizer alone and of reading to quads, warm, in one process; and the number of terms known."""
    import spacy

    from kg import pipeline
    from kg import settings as configuration
    from kg.namespaces import Minter
    from kg.rdf import QuadWriter
    from kg.read.reader import discover, read
    chosen = configuration.load()
    texts = [document for path in discover([documents]) for document in read(path, chosen)]
    words = sum(len(document.text.split()) for document in texts)
    bare, nlp = spacy.blank("en"), pipeline.load()
    known = pipeline.knowledge(()).vocabulary
    writer = QuadWriter(known, Minter(), "urn:benchmark")
    for document in texts:  # warm both: the tokenizer keeps a cache of the words that it has seen
        bare(document.text)
        writer.lines(pipeline.read(nlp, document))
    floor, whole = [], []
    for _ in range(repeat):
        begin = time.perf_counter()
        for document in texts:
            bare(document.text)
        middle = time.perf_counter()
        for document in texts:
            "".join(writer.lines(pipeline.read(nlp, document))).encode()
        end = time.perf_counter()
        floor.append(words / (middle - begin))
        whole.append(words / (end - middle))
    terms = sum(1 + len(c.alt_labels) + len(c.hidden_labels) for c in known.concepts.values())
    return statistics.median(floor), statistics.median(whole), terms


def cut_to(terms: int) -> None:
    """Have the pipeline know only so many labels: of each kind of name but roles and places the same share, spread evenly."""
    from dataclasses import replace

    from kg import pipeline
    from kg.titles.reader import TitleReader
    known, _ = pipeline.knowledge(())
    sizes = {iri: 1 + len(c.alt_labels) + len(c.hidden_labels) for iri, c in known.concepts.items()}
    names = [iri for iri, c in sorted(known.concepts.items()) if c.kind not in ("Role", "Place", "TitleWord", "Seniority", "Degree")]
    rest = sum(sizes.values()) - sum(sizes[iri] for iri in names)
    share, kept, total = (terms - rest) / sum(sizes[iri] for iri in names), set(), 0.0
    for iri in names:
        total += share
        if total >= 1:
            kept.add(iri)
            total -= 1
    left = {iri: c for iri, c in known.concepts.items() if iri in kept or iri not in names}
    smaller = replace(known, concepts=left, _labels={key: iri for key, iri in known._labels.items() if iri in left})
    pipeline.knowledge = lambda _: (smaller, TitleReader(smaller))


def peak_memory(number: int) -> float:
    """Peak resident megabytes of this process after reading `number` documents to quads, each different, none kept."""
    import resource

    from kg import pipeline
    from kg.model import Document
    from kg.namespaces import Minter
    from kg.rdf import QuadWriter
    nlp = pipeline.load()
    writer = QuadWriter(pipeline.knowledge(())[0], Minter(), "urn:benchmark")
    texts = [path.read_text(encoding="utf-8") for path in sorted(GUIDES.glob("*.txt"))]
    parts = [part for text in texts for part in text.split("\n\n") if part.strip()]
    for i in range(number):
        own = [parts[(i * 7 + k * 11) % len(parts)] for k in range(12)]
        text = f"# Data Engineer {i}\n\n" + "\n\n".join(own) + f"\n\nReference word{i:x} and name Zq{i:x} Systems.\n"
        "".join(writer.lines(pipeline.read(nlp, Document(f"d{i}", text, f"d{i}")))).encode()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def build_seconds(documents: Path, repeat: int) -> tuple[float, float]:
    """Seconds of starting spaCy and tokenizing, and of a build without validation's engine choice and reasoning, each a process."""
    floor, whole = [], []
    for _ in range(repeat):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", SPACY, str(documents)], check=True)
        middle = time.perf_counter()
        store = tempfile.mkdtemp()
        subprocess.run([sys.executable, "-m", "kg", "build", str(documents), "--store", store, "--reasoner", "none", "--no-validate"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.perf_counter()
        shutil.rmtree(store)
        floor.append(middle - begin)
        whole.append(end - middle)
    return statistics.median(floor), statistics.median(whole)


def main() -> None:
    """Print both comparisons."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=Path, default=GUIDES)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--terms", type=int, default=0, help="cut the vocabulary to so many labels")
    parser.add_argument("--memory", type=int, default=0, help="only read so many documents and print the peak memory")
    args = parser.parse_args()
    if args.memory:
        print(f"peak memory after {args.memory:,} documents: {peak_memory(args.memory):,.0f} MB")
        return
    if args.terms:
        cut_to(args.terms)
    floor, whole, terms = words_per_second(args.documents, args.repeat)
    print(f"reading, one process, {terms:,} terms: {whole:,.0f} words/s; spaCy's tokenizer alone: {floor:,.0f} words/s; ratio {whole / floor:.2f}")
    floor, whole = build_seconds(args.documents, args.repeat)
    print(f"build without validation and reasoning: {whole:.2f} s; starting spaCy and tokenizing: {floor:.2f} s; ratio {whole / floor:.2f}")


if __name__ == "__main__":
    main()
