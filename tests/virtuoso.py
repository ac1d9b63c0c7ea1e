"""A Virtuoso of one's own on loopback, for tests and benchmarks of remote stores: started empty, filled, stopped, removed."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from tests.conftest import needs

BINARY, ISQL = shutil.which("virtuoso-t"), shutil.which("isql-vt")
needs_virtuoso = needs(BINARY and ISQL, "needs Virtuoso: apt-get install virtuoso-opensource")
PASSWORD = "dba"
INI = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = {sql}
DirsAllowed = {folder}
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
MaxCheckpointRemap = 2000
ServerThreads = 40
ThreadsPerQuery = 4
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 20
MaxKeepAlives = 40
KeepAliveTimeout = 30
[SPARQL]
ResultSetMaxRows = 10000
MaxQueryExecutionTime = 60
[Client]
SQL_PREFETCH_ROWS = 100
"""


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class Virtuoso:
    """A server process with its folder."""

    def __init__(self) -> None:
        assert BINARY and ISQL
        self.folder = Path(tempfile.mkdtemp(prefix="virtuoso-"))
        self.sql, self.http = free_port(), free_port()
        ini = self.folder / "virtuoso.ini"
        ini.write_text(INI.format(folder=self.folder, sql=self.sql, http=self.http), encoding="utf-8")
        self.process = subprocess.Popen([BINARY, "-f", "-c", str(ini)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder)
        for _ in range(300):
            if self._listens(self.http):
                break
            if self.process.poll() is not None:
                raise AssertionError((self.folder / "virtuoso.log").read_text(errors="replace")[-2000:])
            time.sleep(0.1)
        self.isql('GRANT SPARQL_UPDATE TO "SPARQL";')

    @property
    def root(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.http}"

    def load(self, quads: Path) -> None:
        """Load an N-Quads file (its folder is copied into the one that Virtuoso may read)."""
        shutil.copy(quads, self.folder / "load.nq")
        self.isql(f"log_enable(2); DB.DBA.TTLP_MT(file_open('{self.folder}/load.nq'), '', 'urn:none', 512); log_enable(1); checkpoint;")

    def isql(self, text: str) -> str:
        """Statements on the SQL port, as the administrator."""
        assert ISQL
        done = subprocess.run([ISQL, str(self.sql), "dba", PASSWORD, f"exec={text}", "BANNER=OFF"], capture_output=True, text=True, check=False, timeout=600)
        if "Error" in done.stdout + done.stderr:
            raise AssertionError(done.stdout + done.stderr)
        return done.stdout

    def _listens(self, port: int) -> bool:
        with socket.socket() as sock:
            return sock.connect_ex(("127.0.0.1", port)) == 0

    def __enter__(self) -> Virtuoso:
        return self

    def __exit__(self, *exc: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
