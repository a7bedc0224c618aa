"""What the documentation names is there: files, folders, links and names of the package."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "benchmarks").glob("*.md"),
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
    ]
)
CODE = sorted(
    path for folder in ("corridor", "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")
)
OURS = re.compile(
    r"(?<![\w/.:<-])((?:corridor|tests|docs|scenarios|scripts|benchmarks|\.ci)/[\w./*-]*[\w*/])"
)
"""A path from the root of the checkout; ``*`` stands for anything."""
DOTTED = re.compile(r"(?<![\w./])corridor(?:\.\w+){2,}(?![\w/])")
"""A module or a name of a module; ``corridor.plan/1`` is a schema."""
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[\w-]*)?\)")
PLACEHOLDER = "NNNN"
DECISION = re.compile(r"^(docs/decisions/\d{4})$")
"""A decision may be named by its number alone."""


def docstrings(path: Path) -> str:
    """Return every docstring of a file."""
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return "\n".join(
        ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, kinds)
    )


def absent_paths(text: str) -> list[str]:
    """Return the paths of a text that lead nowhere."""
    return [
        name
        for name in OURS.findall(text)
        if PLACEHOLDER not in name and not any(ROOT.glob(DECISION.sub(r"\1-*", name.rstrip("/"))))
    ]


def leads_nowhere(dotted: str) -> bool:
    """Whether a dotted name is neither a module nor a name in one."""
    parts = dotted.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found: object = import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        try:
            for part in parts[cut:]:
                found = getattr(found, part)
        except AttributeError:
            return True
        return False
    return True


def test_paths_in_pages_exist() -> None:
    """A page that sends a reader to a file sends them to one that is there."""
    absent = {
        str(page.relative_to(ROOT)): found
        for page in PAGES
        if (found := absent_paths(page.read_text(encoding="utf-8")))
    }
    assert not absent


def test_paths_in_docstrings_exist() -> None:
    """So does a docstring."""
    absent = {
        str(path.relative_to(ROOT)): found
        for path in CODE
        if path != Path(__file__) and (found := absent_paths(docstrings(path)))
    }
    assert not absent


def test_links_between_pages_lead_somewhere() -> None:
    """Relative links are files."""
    absent = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in PAGES
        for link in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    ]
    assert not absent


def test_names_of_the_package_in_pages_exist() -> None:
    """A module or function that a page names can be imported."""
    absent = [
        f"{page.relative_to(ROOT)}: {name}"
        for page in PAGES
        for name in DOTTED.findall(page.read_text(encoding="utf-8"))
        if leads_nowhere(name)
    ]
    assert not absent


def test_the_checks_find_what_is_absent() -> None:
    """A path or a name that is not there is found; one that is, is not."""
    text = "see corridor/core/nowhere.py, corridor/core/errors.py, docs/decisions/NNNN-title.md"
    assert absent_paths(text) == ["corridor/core/nowhere.py"]
    assert leads_nowhere("corridor.core.nowhere")
    assert leads_nowhere("corridor.core.errors.NoSuchError")
    assert not leads_nowhere("corridor.core.errors.InputError")
