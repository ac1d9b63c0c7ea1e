"""The 99th percentile of ordinary queries beside 200 hostile requests and without them: python -m tests.benchmarks.hostile

Asked for once with one text, and once with texts that are never the same, of which the server knows nothing. Each case is measured
three times, each time with a server of its own, and the median counts.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

from tests.benchmarks.serving import wrk
from tests.serving import Server, publish
from tests.test_hostile import HOSTILE, NORMAL

WANTED, SECONDS, CONNECTIONS, TIMES = 3.0, 8, 4, 3
CASES = {"one text": quote(NORMAL), "never the same": quote(NORMAL + " #") + "COUNTER"}


def ordinary(server: Server, query: str) -> float:
    """The 99th percentile of ordinary queries in milliseconds, asked by a process of its own."""
    got = wrk(server.root, ["/sparql?query=" + query], {"Accept": "application/sparql-results+json"}, SECONDS, CONNECTIONS)
    assert not got.failed, got
    return got.p99


def both(folder: Path, query: str) -> tuple[float, float]:
    """The percentile without and with hostile requests."""
    with Server(folder, query_seconds=2, query_memory=300_000_000, max_rows=100_000, long_queries=2, cache_bytes=0) as server:
        ordinary(server, query)
        quiet = ordinary(server, query)
        with ThreadPoolExecutor(1) as beside, ThreadPoolExecutor(200) as hostile:
            asked = beside.submit(ordinary, server, query)
            list(hostile.map(lambda n: HOSTILE[n % len(HOSTILE)](server), range(200)))
            return quiet, asked.result()


def main() -> int:
    """Measure; 1 where a ratio is not met."""
    met = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        publish(folder, [f'<urn:s{n}> <urn:p{n % 3}> "value {n}" <urn:g> .\n' for n in range(3000)])
        for title, query in CASES.items():
            runs = [both(folder, query) for _ in range(TIMES)]
            quiet, loud = (statistics.median(run[place] for run in runs) for place in (0, 1))
            ratio = statistics.median(loud / quiet for quiet, loud in runs)
            met &= ratio <= WANTED
            print(f"{title:15} p99 {quiet:6.1f} ms, beside hostile requests {loud:6.1f} ms: {ratio:.2f} times "
                  f"(of {', '.join(f'{b / a:.2f}' for a, b in runs)}; wanted: at most {WANTED:g})", flush=True)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
