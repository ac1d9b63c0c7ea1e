"""What a graph says of documents, as tables of strings: one query for each kind of fact, rows in order of document and place."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from kg.namespaces import PREFIXES

Row = dict[str, str]

_TYPES = " ".join(f'({cls} "{name}")' for cls, name in (
    *((f"rg:{name}", name) for name in ("Tool", "Skill", "Role", "Industry", "Degree", "FieldOfStudy", "Certification", "Regulation")),
    ("schema:Organization", "Organization"), ("schema:Place", "Place")))
_PLACED = "rg:document/dcterms:identifier ?document ; nif:beginIndex ?start ; nif:endIndex ?end"
_SHOWN = f"?o rg:evidence ?e . ?e {_PLACED} . OPTIONAL {{ ?o rg:confidence ?confidence }}"


def _optional(*pairs: tuple[str, str]) -> str:
    return " ".join(f"OPTIONAL {{ ?o {path} ?{name} }}" for path, name in pairs)


_LABEL = "/skos:prefLabel"
QUERIES = {
    "passages": ("start end type path role", f"""?o a rg:Passage ; {_PLACED} ; rg:passageType/skos:notation ?type ; rg:sectionPath ?path .
        {_optional(('rg:aboutRole' + _LABEL, 'role'))}"""),
    "mentions": ("start end type label confidence", f"""?o a rg:Mention ; {_PLACED} ; rg:refersTo ?entity . ?entity skos:prefLabel ?label ;
        a/rdfs:subClassOf* ?class VALUES (?class ?type) {{ {_TYPES} }} {_optional(('rg:confidence', 'confidence'))}"""),
    "requirements": ("start end role property label modality proficiency confidence", f"""?o a rg:Claim ; rg:subject/skos:prefLabel ?role ;
        rg:property ?p ; rg:object/skos:prefLabel ?label ; rg:mention ?m ; rg:modality/skos:notation ?modality . ?m {_PLACED} .
        VALUES (?p ?property) {{ (rg:requiresSkill "requiresSkill") (rg:requiresTool "requiresTool") }}
        {_optional(('rg:proficiency/skos:notation', 'proficiency'), ('rg:confidence', 'confidence'))}"""),
    "salaries": ("start end role source employer place level statistic component min max value currency per asOf atLeast atMost confidence",
                 f"""?o a rg:SalaryObservation ; rg:subject/skos:prefLabel ?role ; rg:currency ?currency ; rg:per ?per ;
        rg:statistic/skos:notation ?statistic ; rg:component/skos:notation ?component . {_SHOWN}
        {_optional(('rg:statedBy' + _LABEL, 'source'), ('rg:employer' + _LABEL, 'employer'), ('rg:place' + _LABEL, 'place'), ('rg:level', 'level'))}
        {_optional(('rg:minAmount', 'min'), ('rg:maxAmount', 'max'), ('rg:amount', 'value'), ('rg:asOf', 'asOf'))}
        {_optional(('rg:atLeast', 'atLeast'), ('rg:atMost', 'atMost'))}"""),
    "figures": ("start end about measure value unit from to source confidence", f"""?o a rg:MarketObservation ; rg:measure/skos:notation ?measure ;
        rg:amount ?value ; rg:unit ?unit . {_SHOWN} {_optional(('rg:aboutAsStated', 'about'), ('rg:periodStart', 'from'), ('rg:periodEnd', 'to'))}
        {_optional(('rg:statedBy' + _LABEL, 'source'))}"""),
    "experience": ("start end role min max modality confidence", f"""?o a rg:ExperienceRequirement ; rg:subject/skos:prefLabel ?role ;
        rg:minYears ?min ; rg:modality/skos:notation ?modality . {_SHOWN} {_optional(('rg:maxYears', 'max'))}"""),
    "education": ("start end requirement degree field modality confidence", f"""?o a rg:EducationRequirement ; rg:modality/skos:notation ?modality ;
        rg:degree/skos:notation ?degree . BIND(STR(?o) AS ?requirement) {_SHOWN} {_optional(('rg:fieldOfStudy' + _LABEL, 'field'))}"""),
    "ladder": ("from to", """?o a rg:Claim ; rg:property rg:progressesTo ; rg:subject/skos:prefLabel ?from ; rg:object/skos:prefLabel ?to ;
        rg:evidence/rg:document/dcterms:identifier ?document ."""),
    "solutions": ("challengeStart challengeEnd solutionStart solutionEnd", """?o a rg:Claim ; rg:property rg:addressedBy ; rg:subject ?challenge ;
        rg:object ?solution . ?challenge a rg:Challenge ; rg:evidence ?c . ?solution a rg:Solution ; rg:evidence ?s .
        ?c rg:document ?d ; nif:beginIndex ?challengeStart ; nif:endIndex ?challengeEnd .
        ?s rg:document ?d ; nif:beginIndex ?solutionStart ; nif:endIndex ?solutionEnd . ?d dcterms:identifier ?document ."""),
}


def rows(store: ox.Store, documents: Iterable[str]) -> dict[str, dict[str, list[Row]]]:
    """By kind of fact and document: the rows of the graph; what has no value is an empty string."""
    wanted = {name: [] for name in documents}
    return {kind: _table(store, names.split(), pattern, {d: list(r) for d, r in wanted.items()}) for kind, (names, pattern) in QUERIES.items()}


def documents(store: ox.Store) -> dict[str, str]:
    """Text of each document of the graph, by identifier."""
    found = store.query("SELECT ?id ?text WHERE { ?d a rg:Document ; dcterms:identifier ?id ; rg:text ?text }", prefixes=PREFIXES,
                        use_default_graph_as_union=True)
    return {row["id"].value: row["text"].value for row in found}


def _table(store: ox.Store, names: list[str], pattern: str, tables: dict[str, list[Row]]) -> dict[str, list[Row]]:
    query = f"SELECT DISTINCT ?document {' '.join('?' + n for n in names)} WHERE {{ {pattern} }}"
    found: dict[tuple[str, ...], Row] = {}
    for solution in store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True):
        if solution["document"].value in tables:
            values = ["" if (term := solution[name]) is None else term.value for name in names]
            row = {"document": solution["document"].value, **dict(zip(names, values, strict=True))}
            found[tuple(row.values())] = row
    for row in sorted(found.values(), key=_place):
        tables[row["document"]].append(row)
    return tables


def _place(row: Row) -> tuple:
    return row["document"], *(int(v) if v.isdigit() else -1 for k, v in row.items() if k.lower().endswith(("start", "end"))), *row.values()
