"""HermiT, by owlready2, in a process of its own that is ended when its time is up.

A reasoner's worst case is exponential and its Java process heeds no one: it runs in a process group that can be ended whole.
As a program this module reads N-Triples from standard input and writes what HermiT infers; exit code 3 says: inconsistent.
"""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable

import pyoxigraph as ox

from kg.errors import MissingPartError, ReasoningError
from kg.namespaces import OWL, RDFS, RG

INCONSISTENT = 3


def available() -> bool:
    """Whether Java is found."""
    return shutil.which("java") is not None


def infer(given: Iterable[ox.Triple], seconds: float) -> set[ox.Triple] | None:
    """What HermiT infers of named individuals beyond what it was given, or None where the given is inconsistent.

    MissingPartError without Java, ReasoningError when `seconds` are over or HermiT fails.
    """
    if not available():
        raise MissingPartError("HermiT needs Java", hint="apt-get install default-jre-headless, or --reasoner rules")
    given = set(given)
    text = ox.serialize(sorted(given, key=str), format=ox.RdfFormat.N_TRIPLES)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    with subprocess.Popen([sys.executable, "-m", "kg.hermit"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          start_new_session=True, env=environment) as process:
        try:
            answer, complaint = process.communicate(text, timeout=seconds)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)
            raise ReasoningError(f"HermiT has not finished within {seconds:g} s", place="HermiT",
                                 hint="raise reason_seconds, or use --reasoner rules") from error
    if process.returncode == INCONSISTENT:
        return None
    if process.returncode:
        last = complaint.decode(errors="replace").strip().splitlines()[-1:] or ["no message"]
        raise ReasoningError(f"HermiT failed: {last[0]}", place="HermiT", hint="use --reasoner rules")
    return {t for t in (q.triple for q in ox.parse(answer, ox.RdfFormat.N_TRIPLES)) if t not in given and _named(t)}


def _named(triple: ox.Triple) -> bool:
    # owlready2 writes the class tree as types of classes too; only individuals are asked for
    return (isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode)
            and not triple.subject.value.startswith(RG) and not triple.predicate.value.startswith((OWL, RDFS)) and not triple.object.value.startswith(OWL))


def main() -> int:
    """Read N-Triples from standard input, write N-Triples to standard output."""
    import owlready2
    world = owlready2.World()
    # owlready2 reads N-Triples reliably, Turtle not at all
    world.get_ontology("https://w3id.org/rolegraph/reasoning#").load(fileobj=io.BytesIO(sys.stdin.buffer.read()), format="ntriples")
    result = world.get_ontology("https://w3id.org/rolegraph/inferences#")
    try:
        with result:
            owlready2.sync_reasoner(world, infer_property_values=True, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return INCONSISTENT
    result.save(sys.stdout.buffer, format="ntriples")
    return 0


if __name__ == "__main__":
    sys.exit(main())
