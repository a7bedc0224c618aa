"""Solvers are imported in one room; import-linter says so of the package, this of what lies beside it."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIBRARIES = {"pulp", "highspy", "pyscipopt"}
ALLOWED = {
    "corridor/siting/model/formulation.py": {"pulp"},
    "corridor/solvers/highs.py": {"highspy"},
    "corridor/solvers/pulp_door.py": {"pulp"},
    "corridor/solvers/root_cuts.py": {"highspy"},
    "corridor/solvers/scip.py": {"pyscipopt"},
    "corridor/solvers/silent.py": {"highspy"},
}


def imported(path: Path) -> set[str]:
    """Return the top-level packages that a file imports, wherever in it and however."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
        elif isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            called = node.func.id if isinstance(node.func, ast.Name) else called
            first = node.args[0]
            if called in ("import_module", "__import__") and isinstance(first, ast.Constant):
                found.add(str(first.value).split(".")[0])
    return found


def test_only_the_solver_room_imports_solvers() -> None:
    """The package, benchmarks and scripts: nobody imports a solver but those who are listed."""
    found = {}
    for folder in ("corridor", "benchmarks", "scripts"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            solvers = imported(path) & LIBRARIES
            if solvers:
                found[path.relative_to(ROOT).as_posix()] = solvers
    assert found == ALLOWED
