"""Imports go one way, and modules keep to a size that one can read."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# from the ground up; a module imports its own layer only where named below
LAYERS = [
    {"errors", "namespaces"},
    {"model", "nquads", "settings"},
    {"vocabulary", "admission"},
    {"cues", "lines", "sentences", "glue", "headings", "blocks", "outline", "passage_types", "subjects", "passages", "formats", "markup", "tabular",
     "titles", "titlewords", "titlegrammar", "morphology", "enumerations", "matching", "context", "coordination", "trimming", "stretches",
     "candidates", "proficiency", "modality", "requirements", "statements", "collaboration", "ladder", "phrases", "numerals", "periods", "amounts", "query", "store", "export", "entail", "grouping", "evidence"},
    {"read", "split", "mentions", "quantities", "observations", "tables", "surroundings", "demands", "row_roles", "figure_subjects", "pay_qualifiers",
     "salaries", "market_periods", "markets", "experience", "education", "claims", "rdf", "consolidate", "reason", "shacl", "validate"},
    {"pipeline"},
    {"extract", "explain"},
    {"build"},
    {"report", "serve"},
    {"cli"},
    {"__main__"},
]
STAGES = {"read", "split", "mentions", "quantities", "observations", "claims", "rdf"}
API_MAY_USE = {"admission", "errors", "export", "model", "namespaces", "query", "settings", "store", "vocabulary", "serve", "validate"}
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


def rank(module: str) -> int:
    """The layer of a kg module, by its first name below kg."""
    for number, layer in enumerate(LAYERS):
        if module in layer:
            return number
    raise AssertionError(f"kg.{module} is in no layer: say in tests/test_layers.py where it belongs")


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_one_way(path: Path):
    package, own = path.relative_to(ROOT).parts[0], path.relative_to(ROOT).with_suffix("").parts[1]
    for name in imports(path):
        top, _, rest = name.partition(".")
        module = rest.split(".")[0]
        if package == "kg":
            assert top == "kg", f"{path.name} imports {name}: kg never imports api"
            if module and module != own and own != "__init__":
                assert rank(module) <= rank(own), f"{own} imports {module}, which lies above it"
                assert not {own, module} <= STAGES, f"stage {own} imports stage {module}"
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
