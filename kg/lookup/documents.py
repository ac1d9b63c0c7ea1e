"""Documents with their text, sections, passages and mentions; the evidence of a claim in its surroundings."""

from __future__ import annotations

from collections import OrderedDict

from kg.lookup.answers import DocumentEntry, DocumentText, Evidence, Mention, Section, Witness
from kg.lookup.claims import Claims, Filter
from kg.lookup.graph import Graph, Node, label, number, text, texts
from kg.lookup.models import Page, Passage
from kg.lookup.things import Things
from kg.namespaces import DCTERMS, NIF, RDFS

_PARTS = "SELECT ?part WHERE { ?part rg:document $document ; a $class }"
_ORDER = """SELECT ?passage ?begin ?end WHERE { ?passage rg:document $document ; a rg:Passage ; nif:beginIndex ?begin ; nif:endIndex ?end }
  ORDER BY ?begin ?end ?passage"""


class Documents:
    """Texts and what stands where in them."""

    def __init__(self, graph: Graph, claims: Claims, things: Things) -> None:
        self.graph, self.claims, self.things = graph, claims, things
        self._orders: OrderedDict[str, list[str]] = OrderedDict()

    def page(self, words: str, about: str, limit: int, offset: int) -> Page[DocumentEntry]:
        """Documents by title; `words` must stand in the title or the identifier, `about` is a role's IRI."""
        where = "?d rg:about $about ." if about else ""
        rows = self.graph.rows(f"SELECT DISTINCT ?d ?title ?id WHERE {{ ?d a rg:Document ; dcterms:title ?title ; dcterms:identifier ?id . {where} }}",
                               about=about or RDFS)
        wanted = words.casefold()
        found = sorted((title.value, d.value) for d, title, name in rows if wanted in f"{title.value} {name.value}".casefold())  # type: ignore[union-attr]
        ids = list(dict.fromkeys(d for _, d in found))
        chosen = ids[offset:offset + limit]
        nodes = self.graph.nodes(chosen)
        return Page(len(ids), limit, offset, tuple(DocumentEntry(**self._fields(iri, nodes[iri])) for iri in chosen))  # type: ignore[arg-type]

    def text(self, iri: str) -> DocumentText:
        """One document with everything found in it, in order of the text."""
        node = self.graph.node(iri)
        sections = self.graph.nodes(self._parts(iri, "Section"))
        mentions = self.mentions(self._parts(iri, "Mention"))
        passages = self.claims.passages(self._order(iri)).values()
        return DocumentText(**self._fields(iri, node), text=text(node, "text"),  # type: ignore[arg-type]
                            sections=tuple(sorted((_section(s, n) for s, n in sections.items()), key=lambda s: s.order)),
                            passages=tuple(sorted(passages, key=lambda p: (p.begin, p.end, p.iri))), mentions=mentions)

    def mentions(self, iris: list[str] | tuple[str, ...]) -> tuple[Mention, ...]:
        """Mentions by IRI, in order of the text."""
        nodes = self.graph.nodes(iris)
        self.graph.refs({text(node, "refersTo") for node in nodes.values()})
        found = [Mention(iri, _begin(node), _end(node), text(node, NIF + "anchorOf"), self.graph.ref(text(node, "refersTo")),
                         number(node, "confidence"), text(node, "passage")) for iri, node in nodes.items()]
        return tuple(sorted(found, key=lambda m: (m.begin, m.end, m.iri)))

    def evidence(self, iri: str) -> Evidence:
        """A claim with each passage that states it, the passages around, and the facts and conflicts that count it."""
        claim = self.claims.read((iri,))[0]
        marked = self.mentions(texts(self.graph.node(iri), "mention"))
        facts = [row[0].value for row in self.graph.rows("SELECT ?f WHERE { ?f rg:derivedFrom $claim } ORDER BY ?f", claim=iri)]  # type: ignore[union-attr]
        conflicts = [row[0].value for row in self.graph.rows("SELECT ?c WHERE { ?c rg:member $claim } ORDER BY ?c", claim=iri)]  # type: ignore[union-attr]
        witnesses = tuple(self._witness(passage, tuple(m for m in marked if m.passage == passage.iri)) for passage in claim.evidence)
        return Evidence(claim, witnesses, self.claims.facts(facts), tuple(self.graph.ref(c) for c in conflicts))

    def _witness(self, passage: Passage, mentions: tuple[Mention, ...]) -> Witness:
        order = self._order(passage.document.iri)
        place = order.index(passage.iri) if passage.iri in order else -1
        before = order[place - 1] if place > 0 else ""
        after = order[place + 1] if 0 <= place < len(order) - 1 else ""
        lead_in = text(self.graph.node(passage.iri), "leadIn")
        found = self.claims.passages([iri for iri in (before, after, lead_in) if iri])
        return Witness(passage, found.get(lead_in), found.get(before), found.get(after), mentions)

    def _order(self, document: str) -> list[str]:
        """IRIs of a document's passages in order of the text; those of the last hundred documents are kept."""
        if document not in self._orders:
            if len(self._orders) >= 100:
                self._orders.popitem(last=False)
            self._orders[document] = [row[0].value for row in self.graph.rows(_ORDER, document=document)]  # type: ignore[union-attr]
        return self._orders[document]

    def _parts(self, document: str, kind: str) -> list[str]:
        return sorted({row[0].value for row in self.graph.rows(_PARTS, document=document, **{"class": self.graph.iri("rg:" + kind)})})  # type: ignore[union-attr]

    def _fields(self, iri: str, node: Node) -> dict[str, object]:
        ref = self.graph.ref(iri)
        return {"iri": iri, "id": ref.id, "label": label(node), "kind": ref.kind, "identifier": text(node, DCTERMS + "identifier"),
                "format": text(node, DCTERMS + "format"), "text_length": int(number(node, "textLength") or 0),
                "text_sha256": text(node, "textSha256"), "date": text(node, DCTERMS + "date"), "employer_as_stated": text(node, "employerAsStated"),
                "place_as_stated": text(node, "placeAsStated"), "about": tuple(self.graph.ref(r) for r in texts(node, "about")),
                "claim_count": len(self.claims.ids(Filter(document=iri)))}


def _section(iri: str, node: Node) -> Section:
    return Section(iri, text(node, RDFS + "label"), text(node, "parentSection"), int(number(node, "sectionOrder") or 0), _begin(node), _end(node))


def _begin(node: Node) -> int:
    return int(number(node, NIF + "beginIndex") or 0)


def _end(node: Node) -> int:
    return int(number(node, NIF + "endIndex") or 0)
