"""Claims in words."""

from __future__ import annotations

from api.pages.growth import figure
from api.pages.pay import SINGLE, stated
from api.pages.wording import number, spaced, years
from kg.lookup.models import Claim, Education, Experience, Link, Market, Salary


def words(claim: Claim) -> str:
    """What a claim says, without its subject."""
    if isinstance(claim, Link):
        return f"{spaced(claim.property)}: {claim.object.label if claim.object else ''}"
    if isinstance(claim, Salary):
        name = "" if claim.statistic == SINGLE else claim.statistic.replace("_", " ") + " "
        return f"{name}pay {stated(claim)}"
    if isinstance(claim, Market):
        return f"{claim.measure}{' of ' + claim.about_as_stated if claim.about_as_stated else ''}: {figure(claim)}"
    if isinstance(claim, Experience):
        return experience(claim)
    if isinstance(claim, Education):
        fields = [f.label for f in claim.fields_of_study]
        return " or ".join(d.label for d in claim.degrees) + (f" in {', '.join(fields)}" if fields else "") + (
            " or a related field" if claim.or_related_field else "")
    return spaced(claim.type)


def experience(claim: Experience) -> str:
    """Years asked for, and in what."""
    if claim.min_years is None:
        return claim.amount_as_stated
    span = years(number(claim.min_years), number(claim.max_years) if claim.max_years is not None else "", claim.open_ended)
    areas = ", ".join(r.label for r in claim.experience_in) or claim.experience_area
    return f"{'about ' if claim.approximate else ''}{span}{' in ' + areas if areas else ''}"


def qualifiers(claim: Claim) -> list[tuple[str, str]]:
    """Everything else that a claim says, as (name, value)."""
    pairs: list[tuple[str, object]] = [("strength", claim.modality)]
    if isinstance(claim, Link):
        pairs += [("level", claim.proficiency)]
    if isinstance(claim, Salary):
        pairs += [("includes", claim.component), ("level", claim.level), ("as of", claim.as_of), ("employer", claim.employer and claim.employer.label)]
    if isinstance(claim, Salary | Market):
        pairs += [("source", claim.stated_by and claim.stated_by.label), ("place", claim.place and claim.place.label),
                  ("said of", claim.about_as_stated), ("taken from a heading", ", ".join(map(spaced, claim.inherited)))]
    if isinstance(claim, Market):
        pairs += [("period", "–".join(d for d in (claim.period_start, claim.period_end) if d))]
    if isinstance(claim, Experience):
        pairs += [("level", claim.level)]
    if isinstance(claim, Education) and claim.substitutes_experience:
        pairs += [("note", "may stand in for experience")]
    return [(name, str(value)) for name, value in pairs if value]
