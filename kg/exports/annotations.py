"""What was found in a document as W3C Web Annotations (Recommendation, 23 February 2017): any annotation tool can show it."""

from __future__ import annotations

from kg.lookup.answers import DocumentText, Mention
from kg.lookup.models import Passage

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
PROFILE = f'application/ld+json; profile="{CONTEXT}"'
# characters of the text around a quote, by which it is found again in a changed copy
_AROUND = 32


def annotation_page(document: DocumentText) -> dict:
    """An AnnotationPage: mentions identify what they name, passages are classified by their type."""
    items = [_mention(document, m) for m in document.mentions] + [_passage(document, p) for p in document.passages if p.passage_type]
    return {"@context": CONTEXT, "id": document.iri + "/annotations", "type": "AnnotationPage", "startIndex": 0,
            "items": sorted(items, key=lambda a: (a["target"]["selector"][1]["start"], a["id"]))}


def _mention(document: DocumentText, mention: Mention) -> dict:
    body = {"type": "SpecificResource", "source": mention.refers_to.iri, "purpose": "identifying"}
    return {"id": mention.iri + "/annotation", "type": "Annotation", "motivation": "identifying", "body": body,
            "target": _target(document, mention.begin, mention.end)}


def _passage(document: DocumentText, passage: Passage) -> dict:
    body = {"type": "TextualBody", "value": passage.passage_type, "format": "text/plain", "purpose": "classifying"}
    return {"id": passage.iri + "/annotation", "type": "Annotation", "motivation": "classifying", "body": body,
            "target": _target(document, passage.begin, passage.end)}


def _target(document: DocumentText, begin: int, end: int) -> dict:
    text = document.text
    return {"source": document.iri, "selector": [
        {"type": "TextQuoteSelector", "exact": text[begin:end], "prefix": text[max(begin - _AROUND, 0):begin], "suffix": text[end:end + _AROUND]},
        {"type": "TextPositionSelector", "start": begin, "end": end}]}


def annotation_collection(base: str, documents: list[DocumentText]) -> dict:
    """All documents' annotations, a page for each document."""
    pages = [{**annotation_page(document), "@context": None} for document in documents]
    counts = [len(page["items"]) for page in pages]
    made = [{k: v for k, v in page.items() if v is not None} | {"startIndex": sum(counts[:n]), "partOf": base + "annotations"} for n, page in enumerate(pages)]
    for page, after in zip(made, made[1:], strict=False):
        page["next"] = after["id"]
    return {"@context": CONTEXT, "id": base + "annotations", "type": "AnnotationCollection", "total": sum(counts),
            **({"first": made[0]["id"], "last": made[-1]["id"]} if made else {}), "pages": made}
