"""Looking things up in the graph, without HTTP: typed answers from fixed SPARQL queries, in process or at a remote store.

    catalog = Catalog(StoreSource(store), base)      one for each revision; it keeps what it has looked up
    catalog.things("roles", text="", stated=True)    -> Page[Listed]   any of KINDS; `stated`: only what documents speak of
    catalog.thing("role/data-scientist")             -> Resource       texts, links out and in, facts, wordings, evidence
    catalog.role("Data Scientist")                   -> RoleProfile    everything known about a role
    catalog.requirements(role)                       -> tuple[Requirement, ...]
    catalog.documents(), catalog.document(name)      -> Page[DocumentEntry], DocumentText
    catalog.claims(Filter(...))                      -> Page[Link | Salary | Market | Experience | Education | Claim]
    catalog.salaries / growth / experience / education (Filter(...)), catalog.facts(...), catalog.conflicts(...)
    catalog.evidence(claim), compare(a, b), path(a, b), similar(a), resolve(name, kind)

A thing may be named by its full IRI, by the IRI's part below the base ("role/data-scientist") or, where the kind is known, by its
slug or any of its labels; NotFoundError names the nearest ones. Models are frozen dataclasses; `plain` makes JSON-ready values.

    models        things, claims, facts        answers      what is put together from them
    source        where rows come from         graph        nodes, references, kinds
    names         from a name to an IRI        things       lists, resources
    claims        claims, facts, conflicts     documents    texts, passages, evidence
    requirements  what a role asks for         comparison   compare, path, similar
    catalog       all of it as one object
"""

from kg.lookup.catalog import Catalog
from kg.lookup.claims import Filter
from kg.lookup.models import plain
from kg.lookup.source import Source, StoreSource

__all__ = ["Catalog", "Filter", "Source", "StoreSource", "plain"]
