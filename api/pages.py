"""Pages for people, rendered on the server from Jinja templates."""

from __future__ import annotations

from importlib.resources import files

import pyoxigraph as ox
from jinja2 import Environment, FunctionLoader, select_autoescape

from api.dataset import Open
from kg.namespaces import PREFIXES

EXAMPLE = """SELECT ?role ?label ?quote WHERE {
  ?claim rg:property rg:requiresTool ; rg:subject/skos:prefLabel ?role ; rg:object/skos:prefLabel ?label ;
         rg:evidence/nif:anchorOf ?quote .
} ORDER BY ?role ?label LIMIT 50"""
ROWS = 1000


class Pages:
    """Renders pages; built once for an app."""

    def __init__(self) -> None:
        folder = files("api") / "templates"
        self._environment = Environment(loader=FunctionLoader(lambda name: (folder / name).read_text(encoding="utf-8")),
                                        autoescape=select_autoescape(default=True), trim_blocks=True, lstrip_blocks=True)

    def start(self, opened: Open) -> str:
        """What this graph holds, and a query to run."""
        counts = opened.revision.manifest.get("counts", {})
        return self._environment.get_template("start.html").render(
            revision=opened.revision, counts=counts, query=EXAMPLE, roles=_roles(opened.store))

    def sparql(self, opened: Open, text: str, result: ox.QuerySolutions | ox.QueryBoolean | None = None) -> str:
        """The query form, with the answer as a table."""
        names: list[str] = []
        rows: list[list[dict[str, str]]] = []
        answer = ""
        if isinstance(result, ox.QueryBoolean):
            answer = "yes" if result else "no"
        elif result is not None:
            names = [v.value for v in result.variables]
            for row in result:
                rows.append([_cell(row[name]) for name in names])
                if len(rows) == ROWS:
                    answer = f"The first {ROWS} rows; ask for CSV or JSON to get all."
                    break
        return self._environment.get_template("sparql.html").render(
            revision=opened.revision, query=text or EXAMPLE, names=names, rows=rows, answer=answer, asked=bool(text), prefixes=PREFIXES)


def _roles(store: ox.Store) -> list[str]:
    rows = store.query("SELECT DISTINCT ?label WHERE { ?d a rg:Document ; rg:about/skos:prefLabel ?label } ORDER BY ?label",
                       prefixes=PREFIXES, use_default_graph_as_union=True)
    return [row["label"].value for row in rows]


def _cell(term: ox.NamedNode | ox.Literal | ox.BlankNode | None) -> dict[str, str]:
    if term is None:
        return {"text": "", "href": ""}
    if isinstance(term, ox.NamedNode):
        # data from documents may hold any IRI: only web addresses become links
        href = term.value if term.value.startswith(("http://", "https://")) else ""
        for prefix, iri in sorted(PREFIXES.items(), key=lambda item: -len(item[1])):
            if term.value.startswith(iri):
                return {"text": f"{prefix}:{term.value[len(iri):]}", "href": href}
        return {"text": term.value, "href": href}
    return {"text": str(term.value), "href": ""}
