"""Reconciliation Service API 0.2 (W3C Entity Reconciliation Community Group), for OpenRefine and the like, at /reconcile."""

from __future__ import annotations

import json
import re
from html import escape
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from api.dataset import Dataset
from api.known import Known, knowledge_of
from api.problems import Problem
from kg.errors import NotFoundError
from kg.namespaces import RG
from kg.search.reconcile import Reconciler
from kg.settings import Settings

PATH = "/reconcile"
_FUNCTION = re.compile(r"[A-Za-z_$][\w$]{0,99}(?:\.[A-Za-z_$][\w$]{0,99}){0,4}", re.ASCII)
QUERIES, IDS, BODY = 200, 2000, 2_000_000
Prefix = Annotated[str, Query(max_length=200, description="What was typed so far.")]
Cursor = Annotated[int, Query(ge=0, le=100_000, description="Suggestions to leave out.")]


def routes(dataset: Dataset, settings: Settings) -> APIRouter:
    """The service with its suggest, preview and extend services."""
    knowledge, router = knowledge_of(dataset, settings), APIRouter(tags=["reconciliation"])

    @router.get(PATH, operation_id="reconcile", response_class=JSONResponse, summary="Manifest; with `queries` candidates, with `extend` property values")
    @router.post(PATH, operation_id="reconcile_by_post", response_class=JSONResponse,
                 summary="Candidates for `queries`, property values for `extend`, as a form")
    async def service(request: Request) -> Response:
        asked = dict(parse_qsl(request.url.query, keep_blank_values=True)) | (await _form(request) if request.method == "POST" else {})
        known = knowledge.ready() or await run_in_threadpool(knowledge.current)
        if "queries" in asked:
            found = await run_in_threadpool(_results, known.reconciler, _object(asked["queries"], "queries"))
        elif "query" in asked:
            found = await run_in_threadpool(lambda: {"result": _candidates(known.reconciler, "query", _single(asked["query"]))})
        elif "extend" in asked:
            found = await run_in_threadpool(_extended, known.reconciler, _object(asked["extend"], "extend"))
        else:
            found = manifest(known, str(request.base_url).rstrip("/"))
        return _called(asked["callback"], found) if "callback" in asked and request.method == "GET" else JSONResponse(found)

    @router.get(PATH + "/suggest/entity", operation_id="suggest_entity", summary="Things whose label begins so")
    def suggest_entity(prefix: Prefix, cursor: Cursor = 0) -> JSONResponse:
        known = knowledge.current()
        found = known.suggestions(prefix, "", cursor + 10)[cursor:]
        return JSONResponse({"result": [{"id": s.id, "name": s.label, "description": s.matched, "notable": [_type(s.kind)]} for s in found]})

    @router.get(PATH + "/suggest/type", operation_id="suggest_type", summary="Kinds of things")
    def suggest_type(prefix: Prefix, cursor: Cursor = 0) -> JSONResponse:
        kinds = [k for k in knowledge.current().reconciler.kinds if k.lower().startswith(prefix.strip().lower())]
        return JSONResponse({"result": [_type(kind) for kind in kinds[cursor:]]})

    @router.get(PATH + "/suggest/property", operation_id="suggest_property", summary="Properties by their names")
    def suggest_property(prefix: Prefix, cursor: Cursor = 0) -> JSONResponse:
        words = prefix.strip().lower()
        found = [p for p in knowledge.current().reconciler.properties() if words in p.name.lower() or p.id.lower().startswith(words)]
        return JSONResponse({"result": [{"id": p.id, "name": p.name} for p in found[cursor:cursor + 20]]})

    @router.get(PATH + "/properties", operation_id="propose_properties", summary="Properties that things of a kind have")
    def properties(type: Annotated[str, Query(max_length=100, description="A kind.")] = "",
                   limit: Annotated[int, Query(ge=1, le=1000, description="Properties at most.")] = 50) -> JSONResponse:
        found = knowledge.current().reconciler.properties(type)[:limit]
        return JSONResponse({"type": type, "limit": limit, "properties": [{"id": p.id, "name": p.name} for p in found]})

    @router.get(PATH + "/preview", operation_id="preview", summary="A small page about a thing", response_class=HTMLResponse)
    def preview(id: Annotated[str, Query(min_length=1, max_length=500, description="The thing's id.")]) -> HTMLResponse:
        return HTMLResponse(_preview(knowledge.current(), id))
    return router


def manifest(known: Known, server: str) -> dict[str, Any]:
    """What the service can do, and where."""
    base, here = known.catalog.graph.base, server + PATH
    return {
        "versions": ["0.1", "0.2"], "name": "RoleGraph", "identifierSpace": base, "schemaSpace": RG, "documentation": server + "/openapi.json",
        "defaultTypes": [_type(kind) for kind in known.reconciler.kinds], "view": {"url": server + "/id/{{id}}"},
        "preview": {"url": here + "/preview?id={{id}}", "width": 420, "height": 220},
        "suggest": {name: {"service_url": here, "service_path": f"/suggest/{name}"} for name in ("entity", "property", "type")},
        "extend": {"propose_properties": {"service_url": here, "service_path": "/properties"}, "property_settings": [
            {"name": "limit", "label": "Limit", "type": "number", "default": 0, "help_text": "Values at most; 0 for all."}]},
    }


def _type(kind: str) -> dict[str, str]:
    return {"id": kind, "name": kind}


def _single(text: str) -> object:
    """One query as version 0.1 takes it: JSON, or the name alone."""
    return _object(text, "query") if text.lstrip().startswith("{") else text


def _called(name: str, found: dict[str, Any]) -> Response:
    """The answer as a script that calls a function of the page that asks, as clients of version 0.1 do."""
    if not _FUNCTION.fullmatch(name):
        raise Problem(400, "callback is no name of a function")
    # a script ends at these two, JSON does not
    body = json.dumps(found, ensure_ascii=False).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return Response(f"/**/{name}({body});", media_type="application/javascript", headers={"X-Content-Type-Options": "nosniff"})


def _object(text: str, name: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Problem(400, f"{name} is not JSON") from error
    if not isinstance(found, dict):
        raise Problem(400, f"{name} is not a JSON object")
    return found


async def _form(request: Request) -> dict[str, str]:
    parts, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > BODY:
            raise Problem(413, f"is longer than {BODY} bytes", "send smaller batches")
        parts.append(chunk)
    try:
        return dict(parse_qsl(b"".join(parts).decode("utf-8"), keep_blank_values=True))
    except (UnicodeDecodeError, ValueError) as error:
        raise Problem(400, "the body is no form in UTF-8") from error


def _results(reconciler: Reconciler, queries: dict[str, Any]) -> dict[str, Any]:
    if len(queries) > QUERIES:
        raise Problem(413, f"holds more than {QUERIES} queries", "send smaller batches")
    return {key: {"result": _candidates(reconciler, key, query)} for key, query in queries.items()}


def _candidates(reconciler: Reconciler, key: str, query: object) -> list[dict[str, Any]]:
    if isinstance(query, str):
        query = {"query": query}
    if not isinstance(query, dict) or not (isinstance(query.get("query"), str) or query.get("properties")):
        raise Problem(400, f"query {key[:50]} has neither a string `query` nor `properties`")
    types = query.get("type", [])
    limit = query.get("limit", 10)
    asked = query.get("properties", [])
    if not isinstance(limit, int) or not isinstance(asked, list) or not isinstance(types, (str, list)):
        raise Problem(400, f"query {key[:50]} has a limit, type or properties of another shape than the specification's")
    kinds = [types] if isinstance(types, str) else [str(kind) for kind in types]
    properties = [(str(p.get("pid", "")), _values(p.get("v"))) for p in asked if isinstance(p, dict)]
    found = reconciler.candidates(query.get("query") or "", [k for k in kinds if k], max(1, min(limit, 100)), properties)
    return [{"id": c.id, "name": c.name, "description": c.description, "score": c.score, "match": c.match, "type": [_type(c.kind)],
             "features": [{"id": "name", "value": c.name_score}, {"id": "documents", "value": c.document_count}]} for c in found]


def _values(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(str(v.get("name") or v.get("id") or "") if isinstance(v, dict) else str(v) for v in values)


def _extended(reconciler: Reconciler, asked: dict[str, Any]) -> dict[str, Any]:
    ids, properties = asked.get("ids"), asked.get("properties")
    if not isinstance(ids, list) or not isinstance(properties, list) or not all(isinstance(p, dict) and isinstance(p.get("id"), str) for p in properties):
        raise Problem(400, "extend needs `ids` and `properties`, each property with an `id`")
    if len(ids) > IDS:
        raise Problem(413, f"holds more than {IDS} ids", "send smaller batches")
    rows: dict[str, dict[str, list[dict[str, str]]]] = {}
    for name in map(str, ids):
        try:
            iri = reconciler.catalog.resolve(name) if "/" in name else ""
        except NotFoundError:
            iri = ""
        rows[name] = {p["id"]: _cells(reconciler, iri, p) if iri else [] for p in properties}
    meta = [reconciler.property(p["id"]) for p in properties]
    return {"meta": [{"id": p["id"], "name": found.name} for p, found in zip(properties, meta, strict=True)], "rows": rows}


def _cells(reconciler: Reconciler, iri: str, asked: dict[str, Any]) -> list[dict[str, str]]:
    settings = asked.get("settings") if isinstance(asked.get("settings"), dict) else {}
    limit = str(settings.get("limit") or "0")  # type: ignore[union-attr]
    values = reconciler.values(iri, asked["id"])
    return [{"str": v[0]} if len(v) == 1 else {"id": v[1], "name": v[0]} for v in values[:int(limit) if limit.isdigit() and int(limit) else None]]


def _preview(known: Known, name: str) -> str:
    """The thing's label, kind, definition and other names, as a page that loads nothing."""
    iri = known.catalog.resolve(name)
    ref, (documents, claims) = known.catalog.ref(iri), known.catalog.counts(iri)
    labels = known.catalog.names.labels.get(iri, ("", ()))[1]
    definition = next((v for v, *_ in known.reconciler.values(iri, "skos:definition")), "")
    others = ", ".join(label for label, preferred, shown in labels if shown and not preferred)
    return (f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(ref.label)}</title></head>'
            f'<body style="font: 14px sans-serif; margin: 8px"><h1 style="font-size: 18px; margin: 0">{escape(ref.label)}</h1>'
            f"<p>{escape(ref.kind)}; {documents} documents, {claims} claims</p><p>{escape(definition)}</p>"
            + (f"<p>Also: {escape(others)}</p>" if others else "") + "</body></html>")
