"""Ratios of reading and loading, each pair in one run: python -m tests.benchmarks.engines [processes|size|ray|load ...] [--documents N]

    processes  words a second of several processes beside one
    size       words a second, and peak memory of this process, of ten times the documents beside the documents
    ray        words a second of a Ray cluster on this machine beside the process pool
    load       quads a second of `rolegraph load` beside a bare Oxigraph bulk_load of the same quads from a file

Pairs are measured in turns, the median counts. A busy machine shifts ratios of time, so its load is printed, and for processes and size the
processor time a word too, which hardly shifts: its ratio is what more processes, or more documents, cost.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox

from kg import settings
from kg import store as stores
from kg.build import build
from kg.distributed import engine, partitions
from kg.extract import Extract, extract
from kg.model import Document
from kg.namespaces import BASE
from kg.summary import peak_memory
from tests.benchmarks.generator import Corpus, markdown

ACTIVITY = f"{BASE}build/benchmark"
CORES = len(os.sched_getaffinity(0))


def documents(number: int) -> Iterator[Document]:
    """Generated documents, as Markdown, made as they are asked for."""
    corpus = Corpus()
    for made in map(corpus.document, range(number)):
        yield Document(made.name, markdown(made).decode(), made.name)


def in_pool(number: int, processes: int) -> Iterator[Extract]:
    """What the pool makes of generated documents."""
    return extract(documents(number), number, vocabulary=(), base=BASE, activity=ACTIVITY, processes=processes)


def on_ray(number: int) -> Iterator[Extract]:
    """What the cluster makes of them."""
    return engine.extract(documents(number), vocabulary=(), base=BASE, activity=ACTIVITY, max_seconds=60.0)


def rate(run: Callable[[], Iterator[Extract]], first: int = 0) -> float:
    """Words a second, from when `first` documents have been read: starting is not counted."""
    words, begin = 0, time.perf_counter()
    for number, item in enumerate(run(), 1):
        assert not item.error, item.error
        words += item.counts["words"]
        if number == first:
            words, begin = 0, time.perf_counter()
    return words / (time.perf_counter() - begin)


def used() -> float:
    """Processor seconds of this process and of those that it has waited for."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def costs(name: str, one: Iterator[Extract], other: Iterator[Extract]) -> None:
    """Print the ratio of processor time a word, and the share of the process that hands out and takes back."""
    found = []
    for run in (one, other):
        begin, mine = used(), time.process_time()
        words = sum(item.counts["words"] for item in run)
        found.append(((used() - begin) / words, (time.process_time() - mine) / (used() - begin)))
    (first, _), (second, share) = found
    print(f"{name}: {1e6 * first:,.0f} and {1e6 * second:,.0f} microseconds of a processor a word, ratio {second / first:.2f}; "
          f"{100 * share:.0f} % of it in the process that hands out", flush=True)


def compare(name: str, one: Callable[[], float], other: Callable[[], float], repeat: int, unit: str = "words/s") -> None:
    """Print the ratio of the second to the first."""
    pairs = [(one(), other()) for _ in range(repeat)]
    first, second = (statistics.median(values) for values in zip(*pairs, strict=True))
    ratio = statistics.median(b / a for a, b in pairs)
    print(f"{name}: {first:,.0f} and {second:,.0f} {unit}, ratio {ratio:.2f} (load {os.getloadavg()[0]:.1f} on {CORES} cores)", flush=True)


def processes(number: int, repeat: int) -> None:
    """All cores beside one."""
    compare(f"reading {number:,} documents, 1 process and {CORES}", lambda: rate(lambda: in_pool(number // CORES, 1), 20),
            lambda: rate(lambda: in_pool(number, CORES), 20), repeat)
    costs(f"1 process and {CORES}", in_pool(number, 1), in_pool(number, CORES))


def size(number: int, repeat: int) -> None:
    """Ten times as many documents."""
    before = []

    def one() -> float:
        found = rate(lambda: in_pool(number, CORES), 20)
        before.append(peak_memory())
        return found
    compare(f"reading {number:,} and {10 * number:,} documents, {CORES} processes", one, lambda: rate(lambda: in_pool(10 * number, CORES), 20), repeat)
    costs(f"{number:,} and {10 * number:,} documents", in_pool(number, CORES), in_pool(10 * number, CORES))
    print(f"peak memory of the largest process after {number:,}: {before[0]:,} MB, after {10 * number:,}: {peak_memory():,} MB")


def ray(number: int, repeat: int) -> None:
    """A cluster of this machine's cores beside the pool, both from when they are warm."""
    import ray as cluster
    cluster.init(logging_level="error", log_to_driver=False, include_dashboard=False, num_cpus=CORES)
    try:
        for _ in on_ray(CORES * 32):  # every worker has read the vocabulary
            pass
        compare(f"reading {number:,} documents, pool and Ray", lambda: rate(lambda: in_pool(number, CORES), 20), lambda: rate(lambda: on_ray(number), 20),
                repeat)
    finally:
        cluster.shutdown()


def load(number: int, repeat: int) -> None:
    """Partitions into a store beside a bare bulk load of a file."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        Corpus().write(folder / "in", number)
        revision = build([folder / "in"], settings.load(store=folder / "store", reasoner="none", validate_build=False)).revision
        manifest, plain, turn = partitions.write(revision, str(folder / "out")), folder / "all.nq", iter(range(1000))
        with plain.open("wb") as out:
            out.writelines(revision.lines())

        def bare() -> float:
            begin = time.perf_counter()
            quads = ox.Store(str(folder / f"bare-{next(turn)}"))
            quads.bulk_load(path=str(plain), format=ox.RdfFormat.N_QUADS)
            quads.flush()
            return revision.quads / (time.perf_counter() - begin)

        def ours() -> float:
            target = folder / f"loaded-{next(turn)}"
            begin = time.perf_counter()
            with stores.writing(target):
                stores.publish(target, partitions.load(manifest, target))
            return revision.quads / (time.perf_counter() - begin)
        compare(f"loading {revision.quads:,} quads, bare bulk_load and rolegraph load", bare, ours, repeat, "quads/s")


def main() -> None:
    """Print a line for each comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=["processes", "size", "ray", "load"])
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args()
    for name in args.names:
        {"processes": processes, "size": size, "ray": ray, "load": load}[name](args.documents, args.repeat)


if __name__ == "__main__":
    main()
