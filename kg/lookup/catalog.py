"""All lookups as one object, for whoever serves or shows them."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from kg.errors import NotFoundError
from kg.lookup.answers import Comparison, DocumentEntry, DocumentText, Evidence, Requirement, Resource, RoleProfile, Similar, Way
from kg.lookup.claims import TYPES, Claims, Filter
from kg.lookup.comparison import Comparisons
from kg.lookup.documents import Documents
from kg.lookup.graph import KINDS, Graph, Kept
from kg.lookup.models import Claim, Conflict, Fact, Listed, Market, Page, Ref
from kg.lookup.names import Names, written
from kg.lookup.requirements import Requirements
from kg.lookup.source import Source
from kg.lookup.things import Things
from kg.namespaces import BASE, RG

# roles and other things that are kept with everything known about them
PROFILES = 200


class Catalog:
    """Lookups over one revision; safe from any thread. Names of things may be IRIs, ids, slugs or labels."""

    kinds = tuple(KINDS)

    def __init__(self, source: Source, base: str = BASE) -> None:
        self.graph = Graph(source, base)
        self.names = Names(self.graph)
        self._claims = Claims(self.graph)
        self._things = Things(self.graph, self.names, self._claims)
        self._documents = Documents(self.graph, self._claims, self._things)
        self._requirements = Requirements(self.graph, self._claims)
        self._comparisons = Comparisons(self.graph, self._claims, self._things, self._requirements)
        self._roles = Kept(lambda iris: {iri: self._profile(iri) for iri in iris}, PROFILES)
        self._resources = Kept(lambda iris: {iri: self._things.resource(iri) for iri in iris}, PROFILES)

    def resolve(self, name: str, kind: str = "") -> str:
        """The IRI that a name means; NotFoundError names the nearest where there is none."""
        return self.names.resolve(name, kind)

    def things(self, kind: str, text: str = "", stated: bool = True, limit: int = 50, offset: int = 0) -> Page[Listed]:
        """Things of a kind (a key of KINDS), those of most documents first; without `stated` the whole vocabulary."""
        if kind not in KINDS:
            raise NotFoundError("there is no such kind of thing", place=kind, hint="one of: " + ", ".join(KINDS))
        return self._things.page(kind, text, stated, limit, offset)

    def thing(self, name: str, kind: str = "") -> Resource:
        """One thing with everything known about it."""
        return self._resources.one(self.resolve(name, kind))

    def requirements(self, role: str, mentioned: bool = False) -> tuple[Requirement, ...]:
        """What a role asks for, strongest first, then by how many documents ask."""
        return self._requirements.of(self.resolve(role, "roles"), mentioned)

    def role(self, name: str) -> RoleProfile:
        """A role with everything known about it."""
        return self._roles.one(self.resolve(name, "roles"))

    def _profile(self, iri: str) -> RoleProfile:
        stated, own = self._requirements.stated, Filter(subject=iri)
        peers = self._claims.facts(self._claims.fact_ids(replace(own, property=RG + "collaboratesWith")))
        return RoleProfile(
            self._resources.one(iri), tuple(self.graph.ref(d) for d in self._about.get(iri, ())), self._requirements.of(iri),
            stated(iri, "hasResponsibility"), stated(iri, "followsPractice"), stated(iri, "facesChallenge"), stated(iri, "affectedBy"),
            *(self._claims.all(replace(own, type=TYPES[name])) for name in ("experience", "education", "salaries")),  # type: ignore[arg-type]
            self._market(iri),
            self._requirements.ladder(iri), tuple(fact.object for fact in peers),
            tuple(self.graph.ref(c) for c in self._claims.conflict_ids(iri)), self._comparisons.similar(iri, 8))

    def _market(self, role: str) -> tuple[Market, ...]:
        """Market figures of a role, then what else documents about the role report: each says what it is about."""
        ids = list(self._claims.ids(Filter(type=TYPES["growth"], subject=role)))
        for document in self._about.get(role, ()):
            ids += self._claims.ids(Filter(type=TYPES["growth"], document=document))
        return self._claims.read(dict.fromkeys(ids))  # type: ignore[return-value]

    @cached_property
    def _about(self) -> dict[str, tuple[str, ...]]:
        """By role: the documents that are about it."""
        out: dict[str, tuple[str, ...]] = {}
        for role, document in self.graph.rows("SELECT ?role ?d WHERE { ?d a rg:Document ; rg:about ?role } ORDER BY ?role ?d"):
            out[role.value] = (*out.get(role.value, ()), document.value)  # type: ignore[union-attr]
        return out

    def documents(self, text: str = "", about: str = "", limit: int = 50, offset: int = 0) -> Page[DocumentEntry]:
        """Documents by title."""
        return self._documents.page(text, self.resolve(about, "roles") if about else "", limit, offset)

    def document(self, name: str) -> DocumentText:
        """A document with its text, sections, passages and mentions."""
        return self._documents.text(self._of_kind(name, "document", "Document"))

    def claims(self, chosen: Filter | None = None, limit: int = 50, offset: int = 0) -> Page[Claim]:
        """Claims by document and place in the text, with their evidence."""
        return self._claims.page(self.resolved(chosen or Filter()), limit, offset)

    def salaries(self, chosen: Filter | None = None, limit: int = 50, offset: int = 0) -> Page[Claim]:
        """Pay figures."""
        return self.claims(replace(chosen or Filter(), type=TYPES["salaries"]), limit, offset)

    def growth(self, chosen: Filter | None = None, limit: int = 50, offset: int = 0) -> Page[Claim]:
        """Growth, counts, market sizes and shares."""
        return self.claims(replace(chosen or Filter(), type=TYPES["growth"]), limit, offset)

    def experience(self, chosen: Filter | None = None, limit: int = 50, offset: int = 0) -> Page[Claim]:
        """Years of experience asked for."""
        return self.claims(replace(chosen or Filter(), type=TYPES["experience"]), limit, offset)

    def education(self, chosen: Filter | None = None, limit: int = 50, offset: int = 0) -> Page[Claim]:
        """Degrees asked for."""
        return self.claims(replace(chosen or Filter(), type=TYPES["education"]), limit, offset)

    def facts(self, chosen: Filter | None = None, limit: int = 50, offset: int = 0) -> Page[Fact]:
        """Facts, those of most documents first."""
        ids = self._claims.fact_ids(self.resolved(chosen or Filter()))
        return Page(len(ids), limit, offset, self._claims.facts(ids[offset:offset + limit]))

    def conflicts(self, about: str = "", conflict_type: str = "", limit: int = 50, offset: int = 0) -> Page[Conflict]:
        """Sets of claims that disagree."""
        ids = self._claims.conflict_ids(self.resolve(about) if about else "", conflict_type)
        return Page(len(ids), limit, offset, self._claims.conflicts(ids[offset:offset + limit]))

    def claim(self, name: str) -> Claim:
        """One claim."""
        return self._claims.read((self._of_kind(name, "claim", "Claim"),))[0]

    def fact(self, name: str) -> Fact:
        """One fact."""
        return self._claims.facts((self._of_kind(name, "fact", "Fact"),))[0]

    def conflict(self, name: str) -> Conflict:
        """One conflict set."""
        return self._claims.conflicts((self._of_kind(name, "conflict-set", "ConflictSet"),))[0]

    def evidence(self, claim: str) -> Evidence:
        """A claim with its passages in their surroundings."""
        return self._documents.evidence(self._of_kind(claim, "claim", "Claim"))

    def compare(self, start: str, goal: str) -> Comparison:
        """What one role asks for that the other does not."""
        return self._comparisons.compare(self.resolve(start, "roles"), self.resolve(goal, "roles"))

    def path(self, start: str, goal: str) -> Way:
        """The shortest way along ladders."""
        return self._comparisons.path(self.resolve(start, "roles"), self.resolve(goal, "roles"))

    def similar(self, name: str, kind: str = "", limit: int = 10) -> tuple[Similar, ...]:
        """What shares most with a thing."""
        return self._comparisons.similar(self.resolve(name, kind), limit)

    def counts(self, name: str) -> tuple[int, int]:
        """Number of documents and of claims that speak of a thing, by IRI."""
        return self._things.counts.get(name, (0, 0))

    @property
    def all_counts(self) -> dict[str, tuple[int, int]]:
        """Number of documents and of claims for each thing that any document speaks of."""
        return self._things.counts

    def ref(self, iri: str) -> Ref:
        """A reference to a thing by IRI."""
        return self.graph.ref(iri)

    def resolved(self, chosen: Filter) -> Filter:
        """A filter with names of things made IRIs; NotFoundError for one that the graph does not know."""
        kinds = {"subject": "", "object": "", "source": "organizations", "employer": "organizations", "place": "places"}
        found = {name: self.resolve(getattr(chosen, name), kind) for name, kind in kinds.items() if getattr(chosen, name)}
        if chosen.document:
            found["document"] = self._of_kind(chosen.document, "document", "Document")
        if chosen.property and "://" not in chosen.property:
            found["property"] = RG + chosen.property.removeprefix("rg:")
        return replace(chosen, **found)

    def _of_kind(self, name: str, segment: str, kind: str) -> str:
        """The IRI of a text node, by IRI, id or the last part of it."""
        for candidate in dict.fromkeys((name, f"{segment}/{name}")):
            iri = self.graph.iri(candidate)
            if written(iri) and self.graph.node(iri) and self.graph.ref(iri).kind == kind:
                return iri
        raise NotFoundError(f"the graph holds no {segment} of this name", place=name[:200])
