"""Which claims disagree, how, and what follows from figures: on claims made by hand."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from tests.test_consolidate import MINTER, rows

WORLD = """
:role skos:prefLabel "Role" . :other-role skos:prefLabel "Other role" . :a skos:prefLabel "A" . :b skos:prefLabel "B" .
:here skos:prefLabel "Here" . :there skos:prefLabel "There" . :topic skos:prefLabel "topic" .
:tool a rg:Library ; skos:prefLabel "Tool" . :banking a rg:Industry ; skos:prefLabel "banking" .
rg:Library rdfs:subClassOf rg:Tool .
degree:bachelor rg:rankOrder 4 . degree:master rg:rankOrder 5 . degree:doctorate rg:rankOrder 6 . degree:advanced rg:rankOrder 5 .
:s1 a rg:Section . :s2 a rg:Section .
:p1 rg:section :s1 . :p2 rg:section :s2 . :p3 rg:section :s1 .
:row1 rg:section :s1 ; rg:form "row" ; nif:anchorOf "Manufacturing | 1" . :row2 rg:section :s2 ; rg:form "row" ; nif:anchorOf "Retail | 2" .
:bank rg:section :s2 . :m1 rg:passage :bank ; rg:refersTo :banking .
"""
PLACES = {"d1": "p1", "d2": "p2"}  # passages of two documents
TYPES = "SELECT ?type ?claim WHERE { ?s a rg:ConflictSet ; rg:conflictType/skos:notation ?type ; rg:member ?claim } ORDER BY ?type ?claim"


def sets(claims: str) -> dict[str, str]:
    """Names of the claims that disagree, joined, by the way in which they do."""
    found: dict[str, str] = {}
    for row in rows(WORLD + claims, TYPES):
        found[row["type"].value] = found.get(row["type"].value, "") + row["claim"].value.removeprefix(MINTER.base)
    return found


def pay(name: str, amount: float, *more: str, statistic: str = "mean", component: str = "unspecified", per: str = "year", document: str = "d1",
        subject: str = "role", currency: str = "USD", upper: float | None = None) -> str:
    figure = f"rg:amount {amount:.1f}" if upper is None else f"rg:minAmount {amount:.1f} ; rg:maxAmount {upper:.1f}"
    return (f':{name} a rg:Claim , rg:SalaryObservation ; rg:subject :{subject} ; rg:statistic statistic:{statistic} ; rg:component component:{component} ; '
            f'rg:currency "{currency}" ; rg:per "{per}" ; {figure} ; {"".join(m + " ; " for m in more)} rg:confidence 0.9 ; rg:document :{document} .\n')


def years(name: str, least: float, *more: str, document: str = "d1", most: float | None = None, subject: str = "role", where: str = "") -> str:
    more = (*more, f"rg:maxYears {most:.1f}") if most else more
    return (f":{name} a rg:Claim , rg:ExperienceRequirement ; rg:subject :{subject} ; rg:minYears {least:.1f} ; rg:modality modality:required ; "
            f"{''.join(m + ' ; ' for m in more)} rg:evidence :{where or PLACES[document]} ; rg:document :{document} .\n")


def degrees(name: str, *of: str, how: str = "required", where: str = "", document: str = "d1") -> str:
    return (f":{name} a rg:Claim , rg:EducationRequirement ; rg:subject :role ; rg:degree {' , '.join('degree:' + d for d in of)} ; "
            f"rg:modality modality:{how} ; rg:evidence :{where or PLACES[document]} ; rg:document :{document} .\n")


def market(name: str, amount: float, *more: str, measure: str = "job-growth", unit: str = "percent", document: str = "d1",
           where: str = "p1", about: str = "rg:subject :role") -> str:
    return (f':{name} a rg:Claim , rg:MarketObservation ; {about} ; rg:measure measure:{measure} ; rg:amount {amount:.1f} ; rg:unit "{unit}" ; '
            f"{''.join(m + ' ; ' for m in more)} rg:evidence :{where or PLACES[document]} ; rg:document :{document} .\n")


BY_A, BY_B = "rg:statedBy :a", "rg:statedBy :b"
TO_2030 = 'rg:periodStart "2024" ; rg:periodEnd "2030"'


@pytest.mark.parametrize(("claims", "kind"), [
    (pay("x", 1, BY_A) + pay("y", 2, BY_A), "value"),
    (pay("x", 1, BY_A) + pay("y", 2, BY_A, document="d2"), "value"),
    (pay("x", 1, BY_A) + pay("y", 2, BY_B), "attribution"),
    (pay("x", 1) + pay("y", 2, document="d2"), "attribution"),
    (pay("x", 1, BY_A) + pay("y", 2, BY_A, "rg:place :here", document="d2"), "scope"),
    (pay("x", 1, BY_A) + pay("y", 2, BY_A, 'rg:level "senior"', document="d2"), "scope"),
    (pay("x", 1, BY_A) + pay("y", 2, BY_A, "rg:employer :b", document="d2"), "scope"),
    (pay("x", 1, BY_A) + pay("y", 2, BY_A, 'rg:asOf "2025"', document="d2"), "scope"),
    (pay("x", 1, "rg:evidence :p1") + pay("y", 2, "rg:evidence :p2"), "scope"),
    (pay("x", 3, BY_A, component="base") + pay("y", 2, BY_A, component="total"), "definition"),
    (pay("x", 3, BY_A, component="base") + pay("y", 2, BY_A), "definition"),
    (pay("x", 2, BY_A) + pay("y", 2, BY_A, component="total", document="d2"), "definition"),
    (pay("x", 2, BY_A, component="base") + pay("y", 2, BY_A, component="total"), "definition"),
    (pay("x", 1, BY_A, upper=5, statistic="range") + pay("y", 1, BY_A, upper=6, statistic="range"), "value"),
])
def test_pay_that_disagrees_is_a_conflict_of_its_kind(claims: str, kind: str):
    assert sets(claims) == {kind: "xy"}


QUALIFIERS = [("rg:place :here", "rg:place :there"), ('rg:level "junior"', 'rg:level "senior"'), ("rg:employer :a", "rg:employer :b"),
              ('rg:asOf "2024"', 'rg:asOf "2025"')]


@pytest.mark.parametrize("second", ["d1", "d2"])
@pytest.mark.parametrize(("one", "other"), QUALIFIERS)
@pytest.mark.parametrize("source", [BY_A, 'rg:method "none"'])
def test_pay_for_two_places_levels_employers_or_dates_is_no_conflict(one: str, other: str, source: str, second: str):
    assert sets(pay("x", 1, source, one) + pay("y", 2, source, other, document=second)) == {}


@pytest.mark.parametrize("claims", [
    pay("x", 1, BY_A) + pay("y", 1, BY_A),
    pay("x", 1, BY_A) + pay("y", 1, BY_B),
    pay("x", 1, BY_A) + pay("y", 2, BY_A, statistic="median"),
    pay("x", 1, BY_A) + pay("y", 2, BY_A, subject="other-role"),
    pay("x", 1, BY_A) + pay("y", 2, BY_A, currency="EUR"),
    pay("x", 1, BY_A) + pay("y", 2080, BY_A, per="hour"),
    pay("x", 1, BY_A, component="base") + pay("y", 2, BY_A, component="total"),
    pay("x", 1, BY_A, component="base") + pay("y", 2, BY_A),
    pay("x", 3, BY_A, component="base") + pay("y", 1, BY_A, component="additional"),
    pay("x", 2, "rg:evidence :p1") + pay("y", 2, "rg:evidence :p1", component="total"),
    pay("x", 150000, BY_A, "rg:approximate true") + pay("y", 149700, BY_A),
    # figures of one list are told apart by words that the claims do not hold; so are the rows of a table, and industries
    pay("x", 1, "rg:evidence :p1") + pay("y", 2, "rg:evidence :p3"),
    pay("x", 1, BY_A, "rg:evidence :row1") + pay("y", 2, BY_A, "rg:evidence :row2"),
    pay("x", 1, BY_A, "rg:evidence :p1") + pay("y", 2, BY_A, "rg:evidence :bank"),
    # the general figure of a document beside the one for a place
    pay("x", 1, BY_A) + pay("y", 2, BY_A, "rg:place :here"),
])
def test_pay_that_agrees_or_measures_another_thing_is_no_conflict(claims: str):
    assert sets(claims) == {}


def test_what_is_about_a_figure_still_disagrees_with_one_that_rounding_does_not_explain():
    assert sets(pay("x", 150000, BY_A, "rg:approximate true") + pay("y", 160000, BY_A)) == {"value": "xy"}


def test_a_source_that_gives_two_figures_agrees_with_one_that_gives_either():
    assert sets(pay("x", 1, BY_A) + pay("y", 2, BY_A) + pay("z", 2, BY_B)) == {"value": "xy"}


@pytest.mark.parametrize("firms", [("acme", "acme"), ("acme", "umbrella")])
def test_adverts_of_two_employers_do_not_contradict_each_other(firms: tuple[str, str]):
    posters = f':d1 rg:employerAsStated "{firms[0]}" . :d2 rg:employerAsStated "{firms[1]}" .\n'
    made = [pay("x", 1) + pay("y", 2, document="d2"), years("x", 3) + years("y", 5, document="d2"),
            degrees("x", "bachelor") + degrees("y", "master", document="d2")]
    expected = {"attribution": "xy"} if firms[0] == firms[1] else {}
    assert [sets(posters + claims) for claims in made] == [expected] * 3


IN_TOPIC, IN_TOOL = "rg:experienceIn :topic", "rg:experienceIn :tool"


@pytest.mark.parametrize(("claims", "kind"), [
    (years("x", 7) + years("y", 5, where="p2"), "value"),
    (years("x", 7) + years("y", 7, most=14, where="p2"), "value"),
    (years("x", 7) + years("y", 5, document="d2"), "attribution"),
    (years("x", 7) + years("y", 8, IN_TOPIC, where="p2"), "value"),
    (years("x", 5, IN_TOPIC) + years("y", 7, IN_TOPIC, where="p2"), "value"),
    (years("x", 5, IN_TOOL) + years("y", 7, IN_TOOL, where="p2"), "value"),
    (years("w", 9) + years("x", 5, IN_TOPIC, "rg:partOf :w") + years("y", 7, IN_TOPIC, where="p2"), "value"),
])
def test_years_that_disagree_are_a_conflict(claims: str, kind: str):
    assert sets(claims) == {kind: "xy"}


@pytest.mark.parametrize("claims", [
    years("x", 7) + years("y", 7, where="p2"),
    years("x", 7, 'rg:level "senior"') + years("y", 2, 'rg:level "junior"', where="p2"),
    years("x", 7) + years("y", 5, subject="other-role", where="p2"),
    years("x", 7) + years("y", 3, IN_TOPIC, "rg:partOf :x", where="p2"),
    # beside each other in one list: years as such and years with one tool or in one field, or alternatives
    years("x", 7) + years("y", 3, IN_TOOL),
    years("x", 8) + years("y", 5) + years("z", 3),
    # in another section years in one field, or with a tool, may be part of the years as such
    years("x", 7) + years("y", 3, IN_TOPIC, where="p2"),
    years("x", 2) + years("y", 3, IN_TOOL, where="p2"),
    years("x", 10, "rg:approximate true") + years("y", 9, where="p2"),
])
def test_years_that_stand_beside_each_other_are_no_conflict(claims: str):
    assert sets(claims) == {}


@pytest.mark.parametrize(("claims", "kind"), [
    (degrees("x", "bachelor") + degrees("y", "master", where="p2"), "value"),
    (degrees("x", "bachelor", "master") + degrees("y", "master", where="p2"), "value"),
    (degrees("x", "bachelor") + degrees("y", "master", document="d2"), "attribution"),
    (degrees("x", "master") + degrees("y", "master", "doctorate", how="preferred", where="p2"), "value"),
])
def test_degrees_that_disagree_are_a_conflict(claims: str, kind: str):
    assert sets(claims) == {kind: "xy"}


@pytest.mark.parametrize("claims", [
    degrees("x", "bachelor") + degrees("y", "bachelor", "master", where="p2"),
    degrees("x", "bachelor") + degrees("y", "master", how="preferred", where="p2"),
    degrees("x", "advanced") + degrees("y", "master", "doctorate", where="p2"),
    degrees("x", "bachelor") + degrees("y", "master", where="p3"),
    degrees("x", "bachelor") + degrees("y", "master", how="mentioned", where="p2"),
])
def test_degrees_that_fit_together_are_no_conflict(claims: str):
    assert sets(claims) == {}


FORECAST = 'rg:aboutAsStated "the world market"'


@pytest.mark.parametrize(("claims", "kind"), [
    (market("x", 20, TO_2030, BY_A) + market("y", 30, TO_2030, BY_A), "value"),
    (market("x", 20, TO_2030) + market("y", 30, TO_2030, where="p2"), "value"),
    (market("x", 20, TO_2030, BY_A) + market("y", 30, TO_2030, BY_B), "attribution"),
    (market("x", 20, BY_A) + market("y", 30, TO_2030, BY_A, document="d2"), "scope"),
    (market("x", 20, TO_2030, measure="cagr") + market("y", 30, 'rg:periodStart "2023" ; rg:periodEnd "2030"', measure="cagr"), "scope"),
    (market("x", 20, TO_2030, measure="market-size", about=FORECAST)
     + market("y", 30, TO_2030, measure="market-size", about='rg:aboutAsStated "The global world market"', where="p2"), "value"),
])
def test_market_figures_that_disagree_are_a_conflict(claims: str, kind: str):
    assert sets(claims) == {kind: "xy"}


@pytest.mark.parametrize("claims", [
    market("x", 20, TO_2030) + market("y", 30, 'rg:periodStart "2020" ; rg:periodEnd "2025"', where="p2"),
    market("x", 20, TO_2030) + market("y", 30, 'rg:periodStart "2020" ; rg:periodEnd "2030"', where="p2"),
    market("x", 20, TO_2030, BY_A, "rg:place :here") + market("y", 30, TO_2030, BY_A, "rg:place :there"),
    market("x", 20, TO_2030, BY_A) + market("y", 30, TO_2030, BY_A, about="rg:subject :other-role"),
    market("x", 20, TO_2030, BY_A) + market("y", 30, TO_2030, BY_A, measure="new-jobs", unit="jobs"),
    market("x", 20, measure="share", about='rg:aboutAsStated "job postings"')
    + market("y", 30, measure="share", about='rg:aboutAsStated "job postings"', where="p2"),
    market("x", 20, BY_A, where="row1") + market("y", 30, BY_A, where="row2"),
])
def test_market_figures_of_other_things_are_no_conflict(claims: str):
    assert sets(claims) == {}


def test_a_conflict_says_on_what_and_over_what_claims_disagree():
    (row,) = rows(WORLD + pay("x", 1, BY_A, 'rg:asOf "2024"', "rg:place :here") + pay("y", 2, BY_B, 'rg:asOf "2024"', "rg:place :here"),
                  "SELECT ?label ?on WHERE { ?s a rg:ConflictSet ; skos:prefLabel ?label ; rg:aboutProperty ?on }")
    assert row["label"].value == "Role: pay (mean), Here, 2024 differs in attribution" and row["on"].value.endswith("#amount")


def test_notes_from_rule_to_rule_stay_out_of_the_graph():
    assert not rows(WORLD + pay("x", 1, BY_A) + pay("y", 2, BY_A), 'SELECT ?p WHERE { GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?p), "function#")) }')


DERIVED = """SELECT ?component ?amount ?min ?max ?per ?how (COUNT(DISTINCT ?c) AS ?sources) WHERE {
  ?f a rg:DerivedPayFigure ; rg:component/skos:notation ?component ; rg:per ?per ; rg:method ?how ; prov:wasDerivedFrom ?c ; rg:derivedFrom ?c
  OPTIONAL { ?f rg:amount ?amount } OPTIONAL { ?f rg:minAmount ?min ; rg:maxAmount ?max } FILTER NOT EXISTS { ?f a rg:Claim }
} GROUP BY ?component ?amount ?min ?max ?per ?how ORDER BY ?amount"""


def derived(claims: str) -> list[str]:
    """Derived figures: component, amounts, unit of time, method, number of sources."""
    def told(row: ox.QuerySolution) -> str:
        return " ".join(row[n].value for n in ("component", "amount", "min", "max", "per", "how", "sources") if row[n] is not None)
    return [told(row) for row in rows(WORLD + claims, DERIVED)]


def test_a_total_is_derived_from_base_and_additional_pay():
    both = pay("x", 100, BY_A, component="base", statistic="value") + pay("y", 20, BY_A, component="additional", statistic="value")
    assert derived(both) == ["total 120 year base + additional 2"]
    assert derived(both + pay("z", 125, BY_A, component="total", statistic="value")) == []


@pytest.mark.parametrize("claims", [
    pay("x", 100, BY_A, component="base") + pay("y", 20, BY_B, component="additional"),
    pay("x", 100, "rg:employer :a", component="base") + pay("y", 20, "rg:employer :b", component="additional"),
    pay("x", 100, component="base", statistic="median") + pay("y", 20, component="additional", statistic="median"),
    pay("x", 100, component="base") + pay("y", 20, component="additional", document="d2"),
    pay("x", 100, component="base") + pay("y", 20, component="additional") + pay("z", 30, component="additional"),
])
def test_figures_that_do_not_belong_together_are_not_added(claims: str):
    assert derived(claims) == []


def test_a_range_is_added_end_by_end():
    parts = pay("x", 100, component="base", statistic="range", upper=120) + pay("y", 10, component="additional", statistic="range", upper=30)
    assert derived(parts) == ["total 110 150 year base + additional 2"]


@pytest.mark.parametrize(("per", "times"), [("hour", 2080), ("day", 260), ("week", 52), ("month", 12)])
def test_pay_for_a_year_is_derived_where_it_is_not_stated(per: str, times: int):
    assert derived(pay("x", 10, BY_A, per=per)) == [f"unspecified {10 * times} year {per} x {times} 1"]
    assert derived(pay("x", 10, BY_A, per=per) + pay("y", 9, BY_A)) == []
    assert derived(pay("x", 10, BY_A, per=per) + pay("y", 9, BY_B)) == [f"unspecified {10 * times} year {per} x {times} 1"]
