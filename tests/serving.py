"""A real server over a store, on a port of its own, for tests that speak HTTP."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

from kg import store as stores

ROOT = Path(__file__).parent.parent
TOKEN = "let-me-write"
LINE = "<http://a/1> <http://www.w3.org/2004/02/skos/core#prefLabel> \"one\"@en <https://w3id.org/rolegraph/id/graph/facts> .\n"


def publish(folder: Path, lines: list[str]) -> None:
    """Publish quads as a revision."""
    with stores.writing(folder):
        stores.publish(folder, stores.write_revision(folder, sorted(lines), {"built": "2026-01-01", "version": "0", "counts": {"documents": 0}}))


class Server:
    """`rolegraph serve` as a process; settings are given as variables."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.folder = folder
        variables = {f"ROLEGRAPH_{name.upper()}": str(value) for name, value in settings.items()}
        environment = os.environ | {"PYTHONPATH": str(ROOT), "ROLEGRAPH_LOG_REQUESTS": "false"} | variables
        self.process = subprocess.Popen([sys.executable, "-m", "kg", "serve", "--store", str(folder), "--port", "0"], env=environment,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.errors: list[str] = []
        assert self.process.stdout and self.process.stderr
        threading.Thread(target=lambda: self.errors.extend(self.process.stderr), daemon=True).start()  # type: ignore[arg-type]
        line = self.process.stdout.readline()
        found = re.search(r" on http://127\.0\.0\.1:(\d+)", line)
        assert found, line + "".join(self.errors)
        self.port = int(found[1])
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        self._await()

    def _await(self) -> None:
        told: object = None
        # a million quads take a busy machine a minute
        for _ in range(3600):
            try:
                status, _, told = self.request("GET", "/health")
                if status == 200:
                    return
            except OSError as error:
                told = error
            if self.process.poll() is not None:
                raise AssertionError("".join(self.errors))
            threading.Event().wait(0.05)
        raise AssertionError(f"the server does not come up: {told!r} {self.errors}")

    @property
    def root(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def request(self, method: str, path: str, body: bytes | str | None = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """One request by a connection of its own; header names with _ for -. Status, headers in lower case, body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body.encode() if isinstance(body, str) else body, named)
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def query(self, text: str, accept: str = "application/sparql-results+json", path: str = "/sparql") -> tuple[int, dict[str, str], bytes]:
        """A query by direct POST."""
        return self.request("POST", path, text, Content_Type="application/sparql-query", Accept=accept)

    def update(self, text: str, path: str = "/sparql") -> tuple[int, dict[str, str], bytes]:
        """An update with the token."""
        return self.request("POST", path, text, Content_Type="application/sparql-update", Authorization=f"Bearer {TOKEN}")

    def put(self, path: str, body: bytes | str, media_type: str = "text/turtle", method: str = "PUT") -> tuple[int, dict[str, str], bytes]:
        """A graph with the token."""
        return self.request(method, path, body, Content_Type=media_type, Authorization=f"Bearer {TOKEN}")

    def raw(self, data: bytes, seconds: float = 60.0) -> bytes:
        """Bytes over a socket, and all that comes back until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), seconds) as sock:
            sock.sendall(data)
            parts = []
            while part := sock.recv(65536):
                parts.append(part)
        return b"".join(parts)

    def stop(self) -> int:
        """Ask it to stop and wait; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe:
                pipe.close()
