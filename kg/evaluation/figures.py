"""Scores of what a document states in figures, of education, and of links between roles and between problem and remedy."""

from __future__ import annotations

from collections.abc import Callable

from kg.evaluation.gold import Gold, Record
from kg.evaluation.mentions import Tables, Tallies
from kg.evaluation.reliability import Judged
from kg.evaluation.rows import Row
from kg.evaluation.tally import Pair, Tally, norm, number, overlap, overlapping

_SCALE = {"million": 1e6, "billion": 1e9, "trillion": 1e12}
Qualify = Callable[[Record, str, object, object], bool]


def salaries(gold: Gold, tables: Tables, tallies: Tallies, judged: list[Judged]) -> None:
    """Pay: the same amounts in the same passage, then every qualifier. An inherited place or date may be left out."""
    def same(record: Record, row: Row) -> bool:
        return overlapping(record, row) and all(number(record.get(k)) == number(row[k]) for k in ("min", "max", "value"))

    def qualified(record: Record, row: Row, qualify: Qualify) -> bool:
        inherited, right = record.get("inherited", []), True
        for name in ("role", "source", "employer", "place", "level"):
            if not (name == "place" and name in inherited and not row[name]):  # type: ignore[operator]
                right &= qualify(record, name, norm(record.get(name)), norm(row[name]))
        for name in ("statistic", "component", "currency", "per"):
            right &= qualify(record, name, record.get(name), row[name])
        if not ("as_of" in inherited and not row["asOf"]):  # type: ignore[operator]
            right &= qualify(record, "as_of", str(record.get("as_of") or ""), row["asOf"])
        bounds = (bool(record.get("at_least")), bool(record.get("at_most")))
        return qualify(record, "bound", bounds, (row["atLeast"] == "true", row["atMost"] == "true")) and right
    _scored("salaries", gold, gold.of("salary"), _distinct(tables["salaries"]), same, qualified, tallies, judged)


def figures(gold: Gold, tables: Tables, tallies: Tallies, judged: list[Judged]) -> None:
    """Market figures: the same value in the same passage, then unit, measure, period and source."""
    def same(record: Record, row: Row) -> bool:
        return overlapping(record, row) and _value(record["value"], str(record["unit"])) == _value(row["value"], row["unit"])

    def qualified(record: Record, row: Row, qualify: Qualify) -> bool:
        units = str(record["unit"]).split()[0], row["unit"].split()[0] if row["unit"] else ""
        return all([qualify(record, "unit", *units), qualify(record, "measure", record["measure"], row["measure"]),
                    qualify(record, "from", str(record.get("from") or ""), row["from"]),
                    qualify(record, "to", str(record.get("to") or record.get("at") or ""), row["to"]),
                    qualify(record, "source", norm(record.get("source")), norm(row["source"]))])
    _scored("figures", gold, gold.of("figure"), _distinct(tables["figures"]), same, qualified, tallies, judged)


def experience(gold: Gold, tables: Tables, tallies: Tallies, judged: list[Judged]) -> None:
    """Years of experience: the same bounds in the same passage, then role and modality."""
    def same(record: Record, row: Row) -> bool:
        return overlapping(record, row) and number(record["min"]) == number(row["min"]) and number(record.get("max")) == number(row["max"])

    def qualified(record: Record, row: Row, qualify: Qualify) -> bool:
        return all([qualify(record, "role", norm(record.get("role")), norm(row["role"])),
                    qualify(record, "modality", record.get("necessity", "Required"), row["modality"])])
    _scored("experience", gold, gold.of("experience"), _distinct(tables["experience"]), same, qualified, tallies, judged)


def education(gold: Gold, tables: Tables, tallies: Tallies, judged: list[Judged]) -> None:
    """Education: the same set of degrees in the same passage, then modality and fields of study."""
    whole: dict[tuple[str, str], Row] = {}
    for row in tables["education"]:
        entry = whole.setdefault((row["requirement"], row["start"]), {**row, "degrees": set(), "fields": set()})  # type: ignore[dict-item]
        entry["degrees"].add(row["degree"])  # type: ignore[attr-defined]
        entry["fields"] |= {norm(row["field"])} if row["field"] else set()  # type: ignore[operator]

    def same(record: Record, row: Row) -> bool:
        return overlapping(record, row) and set(record["degrees"]) == row["degrees"]  # type: ignore[call-overload]

    def qualified(record: Record, row: Row, qualify: Qualify) -> bool:
        fields = {norm(name) for name in record.get("fields", [])}  # type: ignore[attr-defined]
        return all([qualify(record, "modality", record.get("necessity", "Required"), row["modality"]),
                    qualify(record, "fields", fields, row["fields"])])
    _scored("education", gold, gold.of("education"), list(whole.values()), same, qualified, tallies, judged)


def ladder(gold: Gold, tables: Tables, tallies: Tallies) -> None:
    """Steps from role to role, each counted once a document."""
    def ends(record: Record | Row) -> tuple[str, str]:
        return norm(record.get("role_from") or record.get("from")), norm(record.get("role_to") or record.get("to"))
    records = list({ends(r): r for r in gold.of("ladder")}.values())
    rows = list({ends(r): r for r in tables["ladder"]}.values())
    tallies["ladder"].pair(gold.identifier, records, rows, lambda g, r: ends(g) == ends(r))


def solutions(gold: Gold, tables: Tables, tallies: Tallies) -> None:
    """Pairs of challenge and solution, by the passages that hold them."""
    def same(record: Record, row: Row) -> bool:
        own = int(record["start"]), int(record["end"])  # type: ignore[call-overload]
        return all(overlap(own, (int(row[f"{end}Start"]), int(row[f"{end}End"]))) for end in ("challenge", "solution"))
    tallies["solutions"].pair(gold.identifier, gold.of("solves"), tables["solutions"], same)


def _scored(name: str, gold: Gold, records: list[Record], rows: list[Row], same: Callable[[Record, Row], bool],
            qualified: Callable[[Record, Row, Qualify], bool], tallies: Tallies, judged: list[Judged]) -> None:
    tally: Tally = tallies[name]
    pairs: list[Pair] = tally.pair(gold.identifier, records, rows, same)
    right = {id(row) for record, row in pairs if qualified(record, row, lambda *a: tally.qualify(gold.identifier, *a))}
    judged += [Judged("claim", float(row["confidence"] or 1), id(row) in right) for row in rows]


def _distinct(rows: list[Row]) -> list[Row]:
    """Rows that differ in more than their confidence."""
    return list({tuple(v for k, v in row.items() if k != "confidence"): row for row in rows}.values())


def _value(value: object, unit: str) -> float | None:
    amount = number(value)
    scale = _SCALE.get(unit.split()[-1] if unit else "", 1)
    return None if amount is None else round(amount * scale, 2)
