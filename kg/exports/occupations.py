"""Roles as schema.org Occupations with skills, duties, entry requirements and pay: what search engines and job boards read.

Pay with a median or percentiles becomes a MonetaryAmountDistribution, a range a MonetaryAmount; every figure names its source.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kg.lookup import Catalog
from kg.lookup.answers import RoleProfile
from kg.lookup.models import Education, Experience, Salary
from kg.namespaces import SCHEMA

CONTEXT = {"@vocab": SCHEMA, "id": "@id", "type": "@type"}
# our statistics in schema.org's properties
_PERCENTILES = {"median": "median", "p10": "percentile10", "p25": "percentile25", "p75": "percentile75", "p90": "percentile90"}
_RANGES = ("range", "typical_range", "extended_range")
_DURATIONS = {"year": "P1Y", "month": "P1M", "week": "P1W", "day": "P1D", "hour": "PT1H"}


def occupations(catalog: Catalog) -> dict:
    """An Occupation for each role that documents say something of, in order of IRIs."""
    roles = sorted(catalog.things("roles", limit=10_000_000).items, key=lambda role: role.iri)
    made = (occupation(catalog.role(role.iri)) for role in roles if role.claim_count)
    return {"@context": CONTEXT, "@graph": [one for one in made if one.keys() - {"id", "type", "name", "description"}]}


def occupation(profile: RoleProfile) -> dict:
    """One role."""
    role = profile.role
    out: dict[str, object] = {"id": role.iri, "type": "Occupation", "name": role.label}
    parts = {
        "description": role.definition,
        "skills": [{"type": "DefinedTerm", "id": r.thing.iri, "name": r.thing.label} for r in profile.requirements],
        "responsibilities": [s.thing.label for s in profile.responsibilities],
        "experienceRequirements": _unique(_experience(e) for e in profile.experience if e.min_years is not None),
        "educationRequirements": _unique(one for e in profile.education for one in _education(e)),
        "estimatedSalary": _pay(profile.salaries),
        "occupationLocation": _unique({"type": "AdministrativeArea", "id": s.place.iri, "name": s.place.label} for s in profile.salaries if s.place),
    }
    return out | {name: value for name, value in parts.items() if value}


def _experience(claim: Experience) -> dict:
    years = claim.min_years or 0
    words = claim.evidence[0].quote if claim.evidence else ""
    return {"type": "OccupationalExperienceRequirements", "monthsOfExperience": round(years * 12), "description": words}


def _education(claim: Education) -> list[dict]:
    about = {"about": [{"type": "DefinedTerm", "id": f.iri, "name": f.label} for f in claim.fields_of_study]} if claim.fields_of_study else {}
    return [{"type": "EducationalOccupationalCredential", "credentialCategory": degree.label, **about} for degree in claim.degrees]


def _pay(salaries: Sequence[Salary]) -> list[dict]:
    """Figures of one source, place, level, date and kind of pay together."""
    groups: dict[tuple, list[Salary]] = {}
    for s in salaries:
        key = (s.stated_by.label if s.stated_by else "", s.place.label if s.place else "", s.level, s.as_of, s.component, s.currency, s.per,
               s.document.iri if s.document else "")
        groups.setdefault(key, []).append(s)
    out = []
    for key in sorted(groups):
        out += _figures(key, groups[key])
    return _unique(out)


def _figures(key: tuple, own: Sequence[Salary]) -> Iterable[dict]:
    source, place, level, as_of, component, currency, per, _ = key
    name = ", ".join(part for part in (component if component != "unspecified" else "", level, place, as_of) if part) or "pay"
    common = {"name": name, "currency": currency, **({"duration": _DURATIONS[per]} if per in _DURATIONS else {}),
              **({"description": f"according to {source}"} if source else {})}
    spread = {_PERCENTILES[s.statistic]: s.amount for s in own if s.statistic in _PERCENTILES and s.amount is not None}
    if spread:
        yield {"type": "MonetaryAmountDistribution", **common, **{n: spread[n] for n in _PERCENTILES.values() if n in spread}}
    unit = {"unitText": per.upper()} if per else {}
    plain = {k: v for k, v in common.items() if k != "duration"}
    for s in own:
        if s.statistic in _RANGES and (s.min_amount is not None or s.max_amount is not None):
            bounds = {"minValue": s.min_amount, "maxValue": s.max_amount}
            yield {"type": "MonetaryAmount", **plain, "value": {"type": "QuantitativeValue", **{k: v for k, v in bounds.items() if v is not None}, **unit}}
        elif s.statistic not in _PERCENTILES and s.amount is not None:
            yield {"type": "MonetaryAmount", **plain, "name": f"{s.statistic} {name}", "value": {"type": "QuantitativeValue", "value": s.amount, **unit}}


def _unique(items: Iterable[dict]) -> list[dict]:
    out: list[dict] = []
    for item in items:
        if item not in out:
            out.append(item)
    return out
