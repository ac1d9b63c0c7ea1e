"""The 99th percentile of ordinary queries beside 200 hostile requests and without them: python -m tests.benchmarks.hostile
"""

from __future__ import annotations

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

from tests.benchmarks.serving import wrk
from tests.serving import Server, publish
from tests.test_hostile import HOSTILE, NORMAL

WANTED, SECONDS, CONNECTIONS = 3.0, 8, 4


def ordinary(server: Server) -> float:
    """The 99th percentile of ordinary queries in milliseconds, asked by a process of its own."""
    got = wrk(server.root, ["/sparql?query=" + quote(NORMAL)], {"Accept": "application/sparql-results+json"}, SECONDS, CONNECTIONS)
    assert not got.failed, got
    return got.p99


def main() -> int:
    """Measure; 1 where the ratio is not met."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        publish(folder, [f'<urn:s{n}> <urn:p{n % 3}> "value {n}" <urn:g> .\n' for n in range(3000)])
        with Server(folder, query_seconds=2, query_memory=300_000_000, max_rows=100_000, long_queries=2, cache_bytes=0) as server:
            ordinary(server)
            quiet = ordinary(server)
            with ThreadPoolExecutor(1) as beside, ThreadPoolExecutor(200) as hostile:
                asked = beside.submit(ordinary, server)
                list(hostile.map(lambda n: HOSTILE[n % len(HOSTILE)](server), range(200)))
                loud = asked.result()
    ratio = loud / quiet
    print(f"quiet  p99 {quiet:7.1f} ms\nloud   p99 {loud:7.1f} ms\nratio {ratio:.2f} (wanted: at most {WANTED:g})")
    return 0 if ratio <= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
