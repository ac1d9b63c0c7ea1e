"""The start page: what this graph holds, the roles as cards, and which role asks for what as a picture."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from api.pages.census import Census
from api.pages.view import View
from kg.namespaces import SKOS

CARDS, ROWS = 12, 24

_ROLES = """SELECT ?role ?property (COUNT(*) AS ?facts) WHERE { ?fact a rg:Fact ; rg:subject ?role ; rg:property ?property . ?role a rg:Role }
GROUP BY ?role ?property"""
_ABOUT = "SELECT ?role (COUNT(DISTINCT ?document) AS ?documents) WHERE { ?document rg:about ?role } GROUP BY ?role"
_YEARS = """SELECT ?role (MIN(?years) AS ?least) (MAX(?years) AS ?most) WHERE {
  ?claim a rg:ExperienceRequirement ; rg:subject ?role ; rg:minYears ?years . FILTER NOT EXISTS { ?claim rg:partOf ?whole } } GROUP BY ?role"""
_PAY = "SELECT ?role (COUNT(?claim) AS ?figures) WHERE { ?claim a rg:SalaryObservation ; rg:subject ?role } GROUP BY ?role"
_ASKED = """SELECT ?object ?property ?modality ?documents WHERE { ?fact a rg:Fact ; rg:subject $role ; rg:property ?property ; rg:object ?object ;
  rg:documentCount ?documents . VALUES ?property { rg:requiresTool rg:requiresSkill } OPTIONAL { ?fact rg:modality/skos:notation ?modality } }"""


def content(view: View, census: Census, rows: int = ROWS) -> dict[str, Any]:
    """What the template shows."""
    cards = _cards(view)
    kinds = census.by_kind
    return {"cards": cards[:CARDS], "roles": len(cards), "counts": view.revision.manifest.get("counts", {}),
            "spoken": {kind: len(things) for kind, things in kinds.items()}, "matrix": _matrix(view, cards[:CARDS], rows)}


def _cards(view: View) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = defaultdict(lambda: defaultdict(int))
    for row in view.rows(_ROLES):
        name = row["property"].rpartition("#")[2]
        found[row["role"]][name] += int(row["facts"])
        found[row["role"]]["facts"] += int(row["facts"])
    for row in view.rows(_ABOUT):
        found[row["role"]]["documents"] = int(row["documents"])
    for row in view.rows(_YEARS):
        if row["role"] in found:
            found[row["role"]]["years"] = (row["least"], row["most"])
    for row in view.rows(_PAY):
        if row["role"] in found:
            found[row["role"]]["pay"] = int(row["figures"])
    ordered = sorted(found, key=lambda iri: (not found[iri]["documents"], -found[iri]["facts"], iri))
    return [{**found[iri], "role": view.thing(iri), "definition": next(iter(view.values(iri, SKOS + "definition")), "")} for iri in ordered]


def _matrix(view: View, cards: list[dict[str, Any]], rows: int) -> dict[str, Any]:
    """Rows: the tools and skills that most roles ask for; in each row the modality by role, "" for none."""
    roles = [card["role"] for card in cards]
    asked: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    weight: dict[tuple[str, str], int] = defaultdict(int)
    for role in roles:
        for row in view.rows(_ASKED, role=role.iri):
            key = row["property"].rpartition("#")[2], row["object"]
            asked[key][role.iri] = row["modality"].lower() or "mentioned"
            weight[key] += int(row["documents"])

    def top(name: str, number: int) -> list[dict[str, Any]]:
        keys = sorted((k for k in asked if k[0] == name), key=lambda k: (-len(asked[k]), -weight[k], k))[:number]
        return [{"thing": view.thing(k[1]), "property": name, "cells": [asked[k].get(role.iri, "") for role in roles]} for k in keys]
    tools = top("requiresTool", rows // 2)
    return {"roles": roles, "rows": tools + top("requiresSkill", rows - len(tools))}
