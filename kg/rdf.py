"""From a reading to quads: one document's text layer and claims, in one named graph, as sorted N-Quads.

A document's graph depends on that document alone. What several documents share (statements that say the same thing, terms
that the vocabulary does not know) is only described here, as `rg:Statement` and `rg:Proposal`; the individuals are made by
consolidation.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict

from kg.model import Claim, Document, Education, Experience, Link, Market, Reading, Salary, Statement
from kg.namespaces import DCTERMS, ITSRDF, NIF, PROV, RDF, RDFS, RG, Minter, digest
from kg.nquads import TRUE, decimal, integer, iri, string
from kg.vocabulary import Vocabulary

A = iri(RDF + "type")
_BEGIN, _END, _ANCHOR = iri(NIF + "beginIndex"), iri(NIF + "endIndex"), iri(NIF + "anchorOf")
_CLASSES = {Link: "Claim", Salary: "SalaryObservation", Market: "MarketObservation", Experience: "ExperienceRequirement",
            Education: "EducationRequirement", Claim: "Claim"}


class _Terms(dict[str, str]):
    """Rendered IRIs of the ontology's terms, by local name."""

    def __missing__(self, name: str) -> str:
        text = self[name] = iri(RG + name)
        return text


_rg = _Terms().__getitem__


class QuadWriter:
    """Writes readings as N-Quads. `activity` is the IRI of the build that generates the claims."""

    def __init__(self, vocabulary: Vocabulary, minter: Minter, activity: str) -> None:
        self.vocabulary, self.minter = vocabulary, minter
        self._activity = iri(activity)
        self._members: dict[tuple[str, str], str] = {}

    def lines(self, reading: Reading) -> list[str]:
        """Sorted N-Quads lines, each once, of the graph of one document."""
        return _DocumentGraph(self, reading).lines()

    def member(self, scheme: str, notation: str) -> str:
        """Rendered IRI of a closed scheme's member; the notation must exist in the vocabulary."""
        key = scheme, notation
        if key not in self._members:
            self._members[key] = iri(self.vocabulary.member(scheme, notation))
        return self._members[key]

    @property
    def activity(self) -> str:
        """Rendered IRI of the build."""
        return self._activity


def document_key(document: Document) -> str:
    """Hash of identifier and text: the part of an IRI that tells one document's passages and claims from another's."""
    return digest(document.identifier, document.text)


class _DocumentGraph:
    """The quads of one reading while they are being written."""

    def __init__(self, writer: QuadWriter, reading: Reading) -> None:
        self.writer, self.reading, self.minter = writer, reading, writer.minter
        self.key = document_key(reading.document)
        self.graph = iri(self.minter.graph("document/" + self.minter.document(reading.document.identifier).rsplit("/", 1)[-1]))
        self.document = iri(self.minter.document(reading.document.identifier))
        self.out: defaultdict[str, set[str]] = defaultdict(set)
        base = self.minter.base
        self.passages = [f"<{base}passage/{self.key}-{p.begin}-{p.end}>" for p in reading.passages]
        self.sections = [f"<{base}section/{self.key}-{s.begin}-{s.end}>" for s in reading.sections]
        self.mentions = [f"<{base}mention/{self.key}-{m.begin}-{m.end}-{m.kind.lower()}>" for m in reading.mentions]
        self.claims: list[str] = []

    def lines(self) -> list[str]:
        self._write_document()
        self._write_sections()
        self._write_passages()
        self._write_mentions()
        self._write_proposals()
        for claim in self.reading.claims:
            self.claims.append(self._write_claim(claim))
        self._write_skipped()
        # as all lines sorted: no subject begins with another, and few compare what they have in common
        tail = f" {self.graph} .\n"
        return [f"{subject} {pair}{tail}" for subject, pairs in sorted(self.out.items()) for pair in sorted(pairs)]

    def add(self, subject: str, pairs: list[tuple[str, str]]) -> None:
        self.out[subject].update([f"{p} {o}" for p, o in pairs])

    def _span(self, begin: int, end: int) -> list[tuple[str, str]]:
        return [(_BEGIN, integer(begin)), (_END, integer(end)), (_ANCHOR, string(self.reading.text[begin:end]))]

    def _write_document(self) -> None:
        document, text = self.reading.document, self.reading.text
        pairs = [
            (A, _rg("Document")), (iri(DCTERMS + "identifier"), string(document.identifier)),
            (iri(DCTERMS + "title"), string(document.title or document.identifier)), (_rg("text"), string(text)),
            (_rg("textLength"), integer(len(text))), (_rg("textSha256"), string(hashlib.sha256(text.encode()).hexdigest())),
            (iri(DCTERMS + "format"), string(document.media_type)),
        ]
        pairs += [(_rg("about"), iri(role)) for role in self.reading.roles]
        pairs += [(_rg("employerAsStated"), string(document.employer))] if document.employer else []
        pairs += [(_rg("placeAsStated"), string(document.place))] if document.place else []
        pairs += [(iri(DCTERMS + "date"), string(document.date))] if document.date else []
        self.add(self.document, pairs)

    def _write_sections(self) -> None:
        for order, (name, section) in enumerate(zip(self.sections, self.reading.sections, strict=True)):
            pairs = [(A, _rg("Section")), (_rg("document"), self.document), (iri(RDFS + "label"), string(section.label)),
                     (_rg("sectionOrder"), integer(order)), (_BEGIN, integer(section.begin)), (_END, integer(section.end))]
            if section.parent is not None:
                pairs.append((_rg("parentSection"), self.sections[section.parent]))
            self.add(name, pairs)

    def _write_passages(self) -> None:
        for name, p in zip(self.passages, self.reading.passages, strict=True):
            pairs = [(A, _rg("Passage")), (_rg("document"), self.document), (_rg("sectionPath"), string(" > ".join(p.path))),
                     (_rg("passageType"), self.writer.member("passage-type", p.type)), (_rg("form"), string(p.form)),
                     *self._span(p.begin, p.end)]
            if p.section is not None:
                pairs.append((_rg("section"), self.sections[p.section]))
            if p.role:
                pairs.append((_rg("aboutRole"), iri(p.role)))
            if p.lead_in is not None:
                pairs.append((_rg("leadIn"), self.passages[p.lead_in]))
            self.add(name, pairs)

    def _write_mentions(self) -> None:
        refers, identified = _rg("refersTo"), iri(ITSRDF + "taIdentRef")
        for name, m in zip(self.mentions, self.reading.mentions, strict=True):
            pairs = [(A, _rg("Mention")), (_rg("document"), self.document), (refers, iri(m.concept)), (identified, iri(m.concept)),
                     (_rg("confidence"), decimal(m.confidence)), (_rg("method"), string(m.method)), *self._span(m.begin, m.end)]
            if m.passage is not None:
                pairs.append((_rg("passage"), self.passages[m.passage]))
            self.add(name, pairs)

    def _write_proposals(self) -> None:
        best: dict[str, float] = {}
        for m in self.reading.mentions:
            best[m.concept] = max(best.get(m.concept, 0.0), m.confidence)
        for concept in self.reading.candidates.values():
            name = iri(self.minter.hashed("proposal", self.key, concept.iri))
            pairs = [(A, _rg("Proposal")), (_rg("document"), self.document), (_rg("proposes"), iri(concept.iri)),
                     (_rg("proposedLabel"), string(concept.label)), (_rg("confidence"), decimal(best.get(concept.iri, 0.5)))]
            pairs += [(_rg("proposedClass"), iri(t)) for t in concept.types]
            pairs += [(_rg("proposed" + link[:1].upper() + link[1:]), iri(target)) for link, target in concept.links]
            self.add(name, pairs)

    def _node(self, value: str | Statement) -> str:
        """A rendered IRI for an entity or for a statement of this document, which is described on the way."""
        if isinstance(value, str):
            return iri(value)
        name = f"<{self.minter.base}statement/{self.key}-{value.begin}-{value.end}-{value.kind.lower()}>"
        self.add(name, [(A, _rg("Statement")), (_rg("document"), self.document), (_rg("passage"), self.passages[value.passage]),
                        (_rg("statementClass"), _rg(value.kind)), *self._span(value.begin, value.end)])
        return name

    def _write_claim(self, claim: Claim) -> str:
        pairs = [(_rg("evidence"), self.passages[p]) for p in claim.evidence]
        if claim.subject is not None:
            stated = isinstance(claim.subject, Statement)
            pairs.append((_rg("subjectStatement" if stated else "subject"), self._node(claim.subject)))
        if claim.modality:
            pairs.append((_rg("modality"), self.writer.member("modality", claim.modality)))
        pairs += self._details(claim)
        content = sorted({f"{p} {o}" for p, o in pairs})
        kind = _CLASSES[type(claim)]
        name = iri(self.minter.hashed("claim", self.key, kind, *content))
        pairs += [(A, _rg("Claim")), (A, _rg(kind)), (_rg("document"), self.document), (_rg("confidence"), decimal(claim.confidence)),
                  (_rg("method"), string(claim.method)), (iri(PROV + "wasGeneratedBy"), self.writer.activity)]
        self.add(name, pairs)
        return name

    def _details(self, claim: Claim) -> list[tuple[str, str]]:
        if isinstance(claim, Link):
            return self._link(claim)
        if isinstance(claim, Salary):
            return self._salary(claim)
        if isinstance(claim, Market):
            return self._market(claim)
        if isinstance(claim, Experience):
            return self._experience(claim)
        return self._education(claim) if isinstance(claim, Education) else []

    def _link(self, claim: Link) -> list[tuple[str, str]]:
        stated = isinstance(claim.object, Statement)
        pairs = [(_rg("property"), _rg(claim.property)), (_rg("objectStatement" if stated else "object"), self._node(claim.object))]
        pairs += [(_rg("mention"), self.mentions[m]) for m in claim.mentions]
        if claim.proficiency:
            pairs.append((_rg("proficiency"), self.writer.member("proficiency", claim.proficiency)))
        if claim.alternative_group is not None:
            pairs.append((_rg("alternativeGroup"), f"<{self.minter.base}alternative/{self.key}-{claim.alternative_group}>"))
        return pairs

    def _salary(self, claim: Salary) -> list[tuple[str, str]]:
        pairs = [(_rg("statistic"), self.writer.member("statistic", claim.statistic)),
                 (_rg("component"), self.writer.member("component", claim.component)),
                 (_rg("currency"), string(claim.currency)), (_rg("per"), string(claim.per))]
        pairs += _amounts(("amount", claim.amount), ("minAmount", claim.minimum), ("maxAmount", claim.maximum))
        pairs += _strings(("aboutAsStated", claim.as_stated), ("level", claim.level), ("asOf", claim.as_of))
        pairs += _links(("statedBy", claim.source), ("employer", claim.employer), ("place", claim.place))
        return pairs + _bounds(claim) + self._figure(claim)

    def _market(self, claim: Market) -> list[tuple[str, str]]:
        pairs = [(_rg("measure"), self.writer.member("measure", claim.measure)), (_rg("amount"), decimal(claim.amount)),
                 (_rg("unit"), string(claim.unit))]
        pairs += _strings(("aboutAsStated", claim.about), ("periodStart", claim.start), ("periodEnd", claim.stop))
        return pairs + _links(("statedBy", claim.source), ("place", claim.place)) + _bounds(claim) + self._figure(claim)

    def _experience(self, claim: Experience) -> list[tuple[str, str]]:
        pairs = _amounts(("minYears", claim.minimum), ("maxYears", claim.maximum))
        pairs += [(_rg("openEnded"), TRUE)] if claim.open_ended else []
        pairs += [(_rg("approximate"), TRUE)] if claim.approximate else []
        pairs += [(_rg("experienceIn"), iri(i)) for i in claim.experience_in]
        pairs += _strings(("experienceArea", claim.area), ("level", claim.level))
        pairs += [(_rg("partOf"), self.claims[claim.part_of])] if claim.part_of is not None else []
        return pairs + self._figure(claim)

    def _education(self, claim: Education) -> list[tuple[str, str]]:
        pairs = [(_rg("degree"), iri(d)) for d in claim.degrees] + [(_rg("fieldOfStudy"), iri(f)) for f in claim.fields]
        pairs += [(_rg("orRelatedField"), TRUE)] if claim.or_related_field else []
        return pairs + ([(_rg("substitutesExperience"), TRUE)] if claim.substitutes_experience else [])

    def _figure(self, claim: Salary | Market | Experience) -> list[tuple[str, str]]:
        """The figure's own words and place, so that a reader of the graph can mark them in the text."""
        if claim.quantity is None:
            return []
        quantity = self.reading.quantities[claim.quantity]
        return [(_rg("amountAsStated"), string(self.reading.quote(quantity))), (_rg("figureBegin"), integer(quantity.begin)),
                (_rg("figureEnd"), integer(quantity.end))]

    def _write_skipped(self) -> None:
        for item in self.reading.skipped:
            name = f"<{self.minter.base}skipped-figure/{self.key}-{item.begin}-{item.end}>"
            self.add(name, [(A, _rg("SkippedFigure")), (_rg("document"), self.document), (_rg("reason"), string(item.reason)),
                            *self._span(item.begin, item.end)])


def _amounts(*named) -> list[tuple[str, str]]:
    return [(_rg(name), decimal(value)) for name, value in named if value is not None]


def _strings(*named: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_rg(name), string(value)) for name, value in named if value]


def _links(*named: tuple[str, str | None]) -> list[tuple[str, str]]:
    return [(_rg(name), iri(value)) for name, value in named if value]


def _bounds(claim: Salary | Market) -> list[tuple[str, str]]:
    pairs = [(_rg(name), TRUE) for name, value in
             (("atLeast", claim.at_least), ("atMost", claim.at_most), ("approximate", claim.approximate)) if value]
    return pairs + [(_rg("inherited"), string(name)) for name in claim.inherited]

