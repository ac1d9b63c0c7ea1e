"""What a whole taxonomy does to recognition, with its labels screened and without: python -m tests.benchmarks.gazetteer [FILE...]

FILE... are vocabulary files; ESCO's skills of ROLEGRAPH_TESTDATA without any. Every annotated guide is read with the shipped
vocabulary alone, with the taxonomy as it is, and with ambiguous and generic labels held back. Printed are precision, recall and F1 of
skills and tools (a mention is right if it overlaps an annotated one of its kind), and of the hits that the taxonomy adds, the
share that overlaps an annotated mention of whatever kind.

    python -m tests.benchmarks.gazetteer --texts FOLDER --sample 100     hits of the taxonomy in texts that nobody annotated, to be judged by reading
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path
from typing import NamedTuple

from kg import pipeline, vocabulary
from kg.evaluation.gold import Gold, load, span
from kg.evaluation.tally import Counts
from kg.model import Document, Reading
from kg.taxonomy.adopt import adopted
from tests.conftest import GUIDES, ROOT, TESTDATA

ESCO = TESTDATA / "taxonomies" / "esco-1.2.0" / "skill_labels.csv"
KINDS = ("Skill", "Tool")


class Result(NamedTuple):
    """Mentions, hits of the taxonomy, and words in a second."""

    mentions: Counts
    added: Counts
    speed: float


def golds() -> list[Gold]:
    """Every annotation file at hand, each document once."""
    found = {g.identifier: g for folder in (TESTDATA / "gold", ROOT / "data" / "gold") for g in load(sorted(folder.glob("*.jsonl")))}
    return [g for g in found.values() if (GUIDES / f"{g.identifier}.txt").is_file()]


def measure(paths: list[Path], annotated: list[Gold], *, screen: bool) -> Result:
    """Read the annotated guides with further vocabulary files."""
    nlp = pipeline.load(adopted(paths, screen=screen).paths)
    ours = vocabulary.load().concepts
    mentions, added, words, begin = Counts(), Counts(), 0, time.perf_counter()
    for gold in annotated:
        text = (GUIDES / f"{gold.identifier}.txt").read_text(encoding="utf-8")
        reading = pipeline.read(nlp, Document(gold.identifier, text, gold.identifier))
        words += len(text.split())
        _tally(gold, reading, ours, mentions, added)
    return Result(mentions, added, words / (time.perf_counter() - begin))


def _tally(gold: Gold, reading: Reading, ours: dict, mentions: Counts, added: Counts) -> None:
    """Counts one document's mentions, and those of them that the taxonomy added."""
    passages = [span(r) for r in gold.of("passage")]
    weak = [span(r) for r in gold.of("mention") if r.get("weak")]
    wanted = [r for r in gold.of("mention") if not r.get("weak")]

    def touches(m, spans) -> bool:
        return any(m.begin < b and a < m.end for a, b in spans)
    found = [m for m in reading.mentions if m.kind in KINDS and touches(m, passages) and not touches(m, weak)]
    good = [m for m in found if touches(m, [span(r) for r in wanted if r["type"] == m.kind])]
    reached = sum(any(m.begin < span(r)[1] and span(r)[0] < m.end and m.kind == r["type"] for m in found) for r in wanted if r["type"] in KINDS)
    total = sum(r["type"] in KINDS for r in wanted)
    mentions.found += len(good)
    mentions.extra += len(found) - len(good)
    mentions.missed += total - reached
    new = [touches(m, [span(r) for r in wanted]) for m in found if m.concept not in ours and m.concept not in reading.candidates]
    added.found += sum(new)
    added.extra += len(new) - sum(new)


def sample(paths: list[Path], texts: list[Path], number: int) -> list[str]:
    """So many hits that the taxonomy adds in texts, drawn at random but alike each time: document, concept, and the words around."""
    further = adopted(paths).paths
    nlp, ours, known = pipeline.load(further), vocabulary.load().concepts, pipeline.knowledge(further).vocabulary.concepts
    hits = []
    for path in texts:
        text = path.read_text(encoding="utf-8")
        reading = pipeline.read(nlp, Document(path.stem, text, path.stem))
        hits += [f"{path.stem} | {known[m.concept].label} | {' '.join(text[max(0, m.begin - 60):m.begin].split())} [{text[m.begin:m.end]}] "
                 f"{' '.join(text[m.end:m.end + 50].split())}"
                 for m in reading.mentions if m.concept in known and m.concept not in ours]
    return random.Random(0).sample(hits, min(number, len(hits)))


def main() -> None:
    """Print one line a way of reading, or a sample of hits."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, default=[ESCO])
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--sample", type=int, default=100)
    chosen = parser.parse_args()
    files = chosen.files
    if chosen.texts:
        print("\n".join(sample(files, sorted(chosen.texts.rglob("*.txt")), chosen.sample)))
        return
    annotated = golds()
    print(f"{len(annotated)} annotated guides; {', '.join(p.name for p in files)}")
    print(f"{'':22} precision  recall     F1   hits added  of them right   words/s")
    for name, paths, screen in (("shipped alone", [], True), ("all labels", files, False), ("labels screened", files, True)):
        r = measure(paths, annotated, screen=screen)
        share = f"{'':14}" if r.added.precision is None else f"{100 * r.added.precision:12.1f} %"
        precision, recall, f1 = (100 * (value or 0) for value in (r.mentions.precision, r.mentions.recall, r.mentions.f1))
        print(f"{name:22} {precision:7.1f} % {recall:5.1f} % {f1:5.1f} % {r.added.found + r.added.extra:11} {share} {r.speed:9,.0f}")


if __name__ == "__main__":
    main()
