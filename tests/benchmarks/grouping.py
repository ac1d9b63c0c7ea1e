"""How well statements that say the same thing are brought together: python -m tests.benchmarks.grouping

data/gold/statement-pairs.tsv holds pairs of statements judged by hand: the same if one duty, practice or challenge is meant,
whatever each adds by way of example, manner or purpose; different if action or object differ. The threshold may be
chosen on the part `dev`; `test` is for measuring alone. A pair counts as the same if both statements come into one group
when all statements of the file are grouped together.
"""

from __future__ import annotations

import csv
import random
import resource
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from kg import vocabulary
from kg.evaluation.tally import Counts
from kg.grouping.groups import THRESHOLD, Group, Statement, group, regrouped
from kg.grouping.wording import Lexicon, of_vocabulary
from tests.benchmarks.generator import Corpus

PAIRS = Path(__file__).parents[2] / "data" / "gold" / "statement-pairs.tsv"


class Pair(NamedTuple):
    """A judged pair; `same` is the judgement."""

    part: str
    same: bool
    kind: str
    text_a: str
    text_b: str


def pairs(path: Path = PAIRS) -> list[Pair]:
    """The judged pairs."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Pair(r["part"], r["label"] == "same", r["kind"], r["text_a"], r["text_b"]) for r in rows]


def grouped(judged: Iterable[Pair], words: Lexicon, threshold: float) -> dict[Pair, bool]:
    """For each pair whether its statements come into one group."""
    judged = list(judged)
    statements = sorted({(p.kind, text) for p in judged for text in (p.text_a, p.text_b)})
    groups = group([(f"{kind} {text}", kind, text) for kind, text in statements], words, threshold)
    return {p: groups[f"{p.kind} {p.text_a}"] == groups[f"{p.kind} {p.text_b}"] for p in judged}


def score(found: dict[Pair, bool], part: str) -> Counts:
    """Pairs of one part brought together rightly, missed, and wrongly."""
    own = [(p.same, together) for p, together in found.items() if p.part == part]
    return Counts(own.count((True, True)), missed=own.count((True, False)), extra=own.count((False, True)))


def by_kind(statements: Iterable[Statement]) -> dict[str, dict[str, list[str]]]:
    """Identifiers by kind and text."""
    found: dict[str, dict[str, list[str]]] = {}
    for identifier, kind, text in statements:
        found.setdefault(kind, {}).setdefault(text, []).append(identifier)
    return found


def regroup(after: Iterable[Statement], gone: Iterable[Statement], new: Iterable[Statement], words: Lexicon | None = None) -> dict[str, Group]:
    """The groups of those of the statements `after` a change that are new or have come into another group than before."""
    now = set(after)
    texts, lost, fresh = (by_kind(found) for found in (now, set(gone) - now, (set(new) & now) - set(gone)))
    groups: dict[str, Group] = {}
    for kind in lost.keys() | fresh.keys():
        own, left, added = texts.get(kind, {}), lost.get(kind, {}), fresh.get(kind, {})
        changes = {text: len(added.get(text, ())) - len(left.get(text, ())) for text in {*left, *added}}
        before = {text for text in {*own, *left} if len(own.get(text, ())) > changes.get(text, 0)}
        found = regrouped(kind, before, changes, lambda some, own=own: {text: len(own.get(text, ())) for text in some}, words)
        for text, (made, other) in found.items():
            groups.update(dict.fromkeys(own[text] if other else added.get(text, ()), made))
    return groups


def mixed(count: int, judged: list[Pair]) -> list[Statement]:
    """Statements made by mixing the words of the judged ones: hardly two are the same."""
    chance = random.Random(1)
    texts = [text.split() for p in judged for text in (p.text_a, p.text_b)]
    made = []
    for i in range(count):
        one, other = chance.choice(texts), chance.choice(texts)
        made.append((str(i), "Responsibility", " ".join(one[:chance.randint(2, len(one))] + other[chance.randint(0, len(other)):])))
    return made


def duties(corpus: Corpus, numbers: Iterable[int]) -> list[Statement]:
    """The responsibilities that generated documents with these numbers name."""
    documents = map(corpus.document, numbers)
    return [(f"{d.name} {n}", "Responsibility", line) for d in documents for section in d.sections
            if section.heading.startswith(("Responsibilities", "What ")) for n, line in enumerate(section.items)]


def timed(made: Callable[[], dict[str, Group]]) -> tuple[dict[str, Group], float]:
    """Groups, and the seconds of processor time that they took."""
    begin = time.process_time()
    return made(), time.process_time() - begin


def speed(name: str, before: list[Statement], gone: list[Statement], new: list[Statement], words: Lexicon) -> None:
    """Print how long grouping and regrouping take, how much memory was needed, and whether both come to the same."""
    after = sorted({*before, *new}.difference(gone))
    old, _ = timed(lambda: group(before, words))
    whole, long = timed(lambda: group(after, words))
    changed, short = timed(lambda: regroup(after, gone, new, words))
    same = {**{identifier: old.get(identifier) for identifier in whole}, **changed} == whole
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{name}: {len(after):,} statements, {len({text for _, _, text in after}):,} texts, {len(set(whole.values())):,} groups: {long:.1f} s; "
          f"{len(gone)} gone, {len(new)} new, {len(changed)} in other groups: {short:.1f} s{'' if same else ', NOT THE SAME'}; peak {peak} MB")


def main() -> None:
    """Print the figures by threshold, the errors at the one in use, and the speed."""
    words, judged = of_vocabulary(vocabulary.load()), pairs()
    for part in ("dev", "test"):
        own = [p for p in judged if p.part == part]
        print(f"{part}: {sum(p.same for p in own)} same, {sum(not p.same for p in own)} different")
    print("threshold  dev: P     R     F1     test: P     R     F1")
    for threshold in sorted({*(x / 100 for x in range(30, 75, 5)), THRESHOLD}):
        found = grouped(judged, words, threshold)
        line = "     ".join(f"{s.precision or 0:.3f} {s.recall or 0:.3f} {s.f1 or 0:.3f}" for s in (score(found, "dev"), score(found, "test")))
        print(f"{threshold:.2f}{'*' if threshold == THRESHOLD else ' '}      {line}")
    if "--errors" in sys.argv:
        for p, together in sorted(grouped(judged, words, THRESHOLD).items()):
            if p.part == "dev" and together != p.same:
                print("wrong " if together else "missed", p.kind, "|", p.text_a, "|", p.text_b)
    corpus = Corpus()
    for count in (10_000, 50_000):
        before = duties(corpus, range(count))
        speed(f"{count:,} generated documents", before, duties(corpus, range(10)), duties(corpus, range(count, count + 10)), words)
    for count in (10_000, 100_000):
        before = mixed(count + 10, judged)
        speed(f"{count:,} mixed statements", before[:count], before[:10], before[count:], words)


if __name__ == "__main__":
    main()
