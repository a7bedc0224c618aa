"""The rules of the house that a machine can check."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import corridor
from corridor.core import errors

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "corridor").rglob("*.py"))
HEAVY = ("osmnx", "geopandas", "pandas", "scipy", "pulp", "numpy", "highspy", "networkx", "shapely")


def test_every_public_name_exists_and_is_listed() -> None:
    """`__all__`, the lazy table and `dir()` agree, and every name loads."""
    assert sorted(corridor._HOME) == sorted(corridor.__all__)
    for name in corridor.__all__:
        assert getattr(corridor, name) is not None
    assert set(corridor.__all__) <= set(dir(corridor))
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        corridor.nonsense  # noqa: B018


def test_every_error_has_its_own_exit_code() -> None:
    """The exit codes are those that docs and scripts rely on."""
    codes = {cls.__name__: cls.exit_code for cls in errors.CorridorError.__subclasses__()}

    assert codes == {
        "UsageError": 2,
        "InputError": 3,
        "InfeasibleError": 4,
        "LimitError": 6,
        "CertificateError": 7,
        "SolverError": 8,
        "FileError": 9,
        "InternalError": 10,
    }


def test_the_help_loads_nothing_heavy() -> None:
    """`python -m corridor --help` imports none of the numeric and map libraries."""
    code = (
        "import sys\n"
        "from corridor.cli import main\n"
        "try:\n"
        "    main(['--help'])\n"
        "except SystemExit as stop:\n"
        "    assert stop.code == 0, stop.code\n"
        f"loaded = [m for m in {HEAVY!r} if m in sys.modules]\n"
        "assert not loaded, loaded\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "solve" in done.stdout
    assert "verify" in done.stdout


def test_no_file_is_too_long_or_nameless() -> None:
    """A file has one reason to exist: at most 400 lines, and no grab-bag names."""
    banned = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "handler"}
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in SOURCES
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }

    assert not too_long
    assert not [path for path in SOURCES if path.stem in banned]


def test_nothing_prints_or_swallows() -> None:
    """No bare except and no leftover markers of unfinished work in the package."""
    faults = []
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        if re.search(r"\b(TODO|FIXME|XXX|NotImplementedError)\b", text):
            faults.append(f"{path}: unfinished")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ExceptHandler) and node.type is None:
                faults.append(f"{path}:{node.lineno}: bare except")

    assert not faults


def test_no_path_of_a_machine_and_no_secret() -> None:
    """What we ship names no home folder and no registry."""
    pattern = re.compile(
        r"(/work/|/root/|/home/[a-z]|C:\\\\Users|pypi-more|BEGIN [A-Z ]*PRIVATE KEY)"
    )
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    suffixes = {".py", ".md", ".toml", ".csv", ".json", ".j2", ".yml", ".txt", ""}
    faults = [
        name
        for name in listed
        if Path(name).suffix in suffixes
        and (ROOT / name).is_file()
        and Path(name).name != "test_house_rules.py"
        and "vendor" not in name
        and pattern.search((ROOT / name).read_text(encoding="utf-8", errors="replace"))
    ]

    assert not faults
