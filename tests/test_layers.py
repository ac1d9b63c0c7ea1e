"""Imports go one way, and modules keep to a size that one can read."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# the modules of each room; a room uses the rooms below it, and no stage another stage
ROOMS = {
    "ground": "errors namespaces",
    "data model": "model nquads settings cache syntax bounds scratch allocation",
    "vocabulary": "vocabulary turtle admission",
    "language": "language",
    "taxonomy": "taxonomy",
    "titles": "titles",
    "revisions": "revisions",
    "answers": "query store export entail clashes hermit grouping evidence proposals answers reach remote paging mirror updates user_graphs worker",
    "lookups": "lookup search",
    "exports": "exports",
    "stage read": "read",
    "stage split": "split",
    "stage mentions": "mentions",
    "stage quantities": "quantities",
    "stage observations": "observations",
    "stage claims": "claims",
    "stage rdf": "rdf",
    "whole graph": "consolidate contradiction reason given goals rederive shacl validate blame",
    "ontology": "ontology",
    "pipeline": "pipeline",
    "sources": "sources",
    "documents": "workers crew extract explain",
    "distributed": "distributed",
    "build": "ledger left_out summary gathering dataset piecewise runner afresh increment build",
    "measure": "evaluation",
    "server's processes": "writes nursery",
    "output": "progress report serve",
    "command line": "cli",
    "entry": "__main__",
}
ROOM = {module: room for room, modules in ROOMS.items() for module in modules.split()}
ORDER = list(ROOMS)
API_MAY_USE = {"admission", "errors", "evidence", "export", "exports", "ontology", "search", "lookup", "model", "namespaces", "query", "remote", "answers", "scratch", "settings", "store", "vocabulary", "serve", "shacl", "updates", "user_graphs", "validate", "worker"}
FILES = sorted(p for folder in ("kg", "api", "ontology", "shapes") for p in (ROOT / folder).rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Dotted names of the project's modules that a file imports at its top or inside."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.update(f"{node.module}.{a.name}" if node.module in ("kg", "api") else node.module for a in node.names)
        elif isinstance(node, ast.Import):
            found.update(a.name for a in node.names)
    return {name for name in found if name.split(".")[0] in ("kg", "api")}


def room(module: str) -> str:
    """The room of a kg module, by its first name below kg."""
    assert module in ROOM, f"kg.{module} is in no room: say in tests/test_layers.py where it belongs"
    return ROOM[module]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_one_way(path: Path):
    package, own = path.relative_to(ROOT).parts[0], path.relative_to(ROOT).with_suffix("").parts[1]
    for name in imports(path):
        top, _, rest = name.partition(".")
        module = rest.split(".")[0]
        if package == "kg":
            assert top == "kg", f"{path.name} imports {name}: kg never imports api"
            if module and module != own and own != "__init__":
                mine, theirs = room(own), room(module)
                assert ORDER.index(theirs) <= ORDER.index(mine), f"{own} imports {module}, which lies above it"
                assert mine == theirs or not (mine.startswith("stage") and theirs.startswith("stage")), f"{mine} imports {theirs}"
        elif package == "api" and top == "kg" and module:
            assert module in API_MAY_USE, f"api uses kg.{module}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_modules_and_functions_are_of_readable_size(path: Path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert node.end_lineno - node.lineno <= 50, f"{node.name} has {node.end_lineno - node.lineno + 1} lines"
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None and getattr(node.type, "id", "") not in ("Exception", "BaseException"), f"line {node.lineno}"
