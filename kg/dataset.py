"""What every dataset holds beside its documents: ontology, vocabulary and mappings, and the account of how it was built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from kg import cache, nquads, vocabulary
from kg.grouping import wording
from kg.namespaces import DCTERMS, PROV, RDF, RDFS, VOID, Minter, digest
from kg.revisions.manifest import Revision
from kg.settings import Settings
from kg.summary import Summary
from kg.taxonomy import mappings


@dataclass(frozen=True, slots=True)
class Job:
    """What a build knows before the first document is read: `known` are the graphs of ontology, vocabulary and mappings, `inputs` marks
    all that a graph depends on beside its documents, `base` is the published revision where its bytes are sound."""

    settings: Settings
    summary: Summary
    minter: Minter
    activity: str
    vocabulary: tuple[Path, ...]
    known: list[list[str]]
    inputs: str
    base: Revision | None

    @property
    def files(self) -> list[Path]:
        """Files of vocabulary, those of the user first."""
        return [*self.vocabulary, *vocabulary.shipped()[1:]]


def lexicon(job: Job) -> wording.Lexicon:
    """Which wordings of statements mean the same, by the vocabulary."""
    mark = digest(job.activity, wording.table())
    found = cache.get("lexicon", mark)
    if not isinstance(found, wording.Lexicon):
        # imported where it is needed: a build that reads nothing itself does without spaCy
        from kg.pipeline import knowledge

        found = wording.of_vocabulary(knowledge(tuple(map(str, job.vocabulary))).vocabulary)
        cache.put("lexicon", mark, found)
    return found


def known_graphs(extra: Sequence[Path], mark: str, minter: Minter) -> list[list[str]]:
    """The graphs of ontology, vocabulary and mappings; a triple that several files state is the first one's."""
    ontology, *files = vocabulary.shipped()
    mark += digest(minter.base)
    found = cache.get("graphs", mark)
    if found is None:
        first = set(nquads.canonical(vocabulary.parse(ontology), "ontology"))
        second = set(nquads.canonical((t for path in (*files, *extra) for t in vocabulary.parse(path)), "vocabulary")) - first
        third = {t for path in mappings.shipped() for t in mappings.triples(path)} - first - second
        found = [nquads.of_triples(triples, minter.graph(name)) for name, triples in (("ontology", first), ("vocabulary", second), ("mappings", third))]
        cache.put("graphs", mark, found)
    return found


def account(minter: Minter, activity: str, documents: int) -> list[str]:
    """PROV-O and VoID of the build. No clock: the same input gives the same bytes (the manifest has the time)."""
    graph, dataset = nquads.iri(minter.graph("build")), nquads.iri(minter.concept("dataset", "rolegraph"))
    act, agent = nquads.iri(activity), nquads.iri(minter.concept("agent", "rolegraph"))
    rows = [(act, RDF + "type", nquads.iri(PROV + "Activity")), (act, RDFS + "label", nquads.string(f"RoleGraph {version('rolegraph')}")),
            (act, PROV + "wasAssociatedWith", agent), (agent, RDF + "type", nquads.iri(PROV + "SoftwareAgent")),
            (agent, RDFS + "label", nquads.string("RoleGraph")), (dataset, RDF + "type", nquads.iri(VOID + "Dataset")),
            (dataset, PROV + "wasGeneratedBy", act), (dataset, DCTERMS + "title", nquads.string("RoleGraph dataset")),
            (dataset, VOID + "documents", nquads.integer(documents))]
    return sorted({nquads.line(s, nquads.iri(p), o, graph) for s, p, o in rows})


