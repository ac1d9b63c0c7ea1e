"""Starts the web server over a store; says where it listens and what to try."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from kg.errors import RoleGraphError
from kg.remote import address, connected, state
from kg.scratch import scratch, sharing
from kg.settings import Settings
from kg.store import published

EXAMPLES = (
    ("the roles that documents are about",
     "SELECT DISTINCT ?role WHERE { ?d a rg:Document ; rg:about/skos:prefLabel ?role } ORDER BY ?role"),
    ("what is asked for most, and by how many documents",
     "SELECT ?label ?documents WHERE { ?f a rg:Fact ; rg:property rg:requiresTool ; rg:object/skos:prefLabel ?label ; "
     "rg:documentCount ?documents } ORDER BY DESC(?documents) ?label LIMIT 10"),
    ("years of experience, with the words that ask for them",
     "SELECT ?role ?years ?quote WHERE { ?c a rg:ExperienceRequirement ; rg:subject/skos:prefLabel ?role ; rg:minYears ?years ; "
     "rg:evidence/nif:anchorOf ?quote } ORDER BY DESC(?years) LIMIT 10"),
)


def serve(settings: Settings) -> None:
    """Run the server until it is told to stop; StoreError where nothing is published, RoleGraphError for a port in use."""
    place = address(settings) or str(settings.store)
    if address(settings):
        state(connected(settings))
    else:
        published(settings.store)
    with reserve(settings.host, settings.port) as reserved, scratch() as run:
        port = reserved.getsockname()[1]
        print(f"RoleGraph serves {place} on http://{settings.host}:{port}", flush=True)
        print("Three queries to try (prefixes are known):", flush=True)
        for title, text in EXAMPLES:
            print(f"  # {title}\n  curl -H 'Accept: text/csv' --data-urlencode 'query={text}' http://{settings.host}:{port}/sparql", flush=True)
        os.environ.update(environment(settings) | {"ROLEGRAPH_PORT": str(port), "ROLEGRAPH_RUN": str(run)})
        if settings.workers == 1:
            answer(settings.host, port)
        else:
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(run)
            Supervisor(settings.workers).run()


def environment(settings: Settings) -> dict[str, str]:
    """The settings as environment variables, for processes that serve."""
    values = settings.model_dump(mode="json")
    return {f"ROLEGRAPH_{name.upper()}": value if isinstance(value, str) else json.dumps(value) for name, value in values.items()}


def reserve(host: str, port: int) -> socket.socket:
    """A socket bound to the address, which several processes may share; RoleGraphError where another server has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.ExitStack() as stack:
        probe = stack.enter_context(socket.socket(family))
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise RoleGraphError(f"cannot listen: {error.strerror}", place=f"{host}:{port}", hint="choose another --port") from error
        port = probe.getsockname()[1]
    return shared(host, port)


def answer(host: str, port: int) -> None:
    """Serve in this process, as the environment configures it. SIGTERM lets requests under way finish."""
    import uvicorn
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn lets requests finish and then hands the signal on
        signal.signal(number, lambda *_: sys.exit(0))
    config = uvicorn.Config("api.app:from_settings", factory=True, loop="uvloop", http="api.connection:PatientProtocol", ws="none",
                            log_level="warning", access_log=False, server_header=False, timeout_keep_alive=30, timeout_graceful_shutdown=10)
    with shared(host, port) as bound:
        uvicorn.Server(config).run(sockets=[bound])


def shared(host: str, port: int) -> socket.socket:
    """One of the sockets that share an address: the kernel spreads connections over them."""
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind((host, port))
    return bound


class Supervisor:
    """Keeps so many serving processes alive, and passes on the wish to stop."""

    def __init__(self, workers: int) -> None:
        self._stopping = False
        self._processes: list[subprocess.Popen] = [self._start() for _ in range(workers)]

    def run(self) -> None:
        """Until SIGTERM or SIGINT; then until the processes have finished."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while not self._stopping:
            for n, process in enumerate(self._processes):
                if process.poll() is not None and not self._stopping:
                    print(f"rolegraph: a serving process ended with {process.returncode}; another is started", file=sys.stderr, flush=True)
                    time.sleep(0.5)
                    self._processes[n] = self._start()
            time.sleep(0.2)
        for process in self._processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _start(self) -> subprocess.Popen:
        return subprocess.Popen([sys.executable, "-m", "kg.serve"], process_group=0)

    def _stop(self, *_: object) -> None:
        self._stopping = True
        for process in self._processes:
            process.terminate()


if __name__ == "__main__":
    with sharing(Path(os.environ["ROLEGRAPH_RUN"])):
        answer(os.environ["ROLEGRAPH_HOST"], int(os.environ["ROLEGRAPH_PORT"]))
