"""The same question gets the same plan, byte for byte: work ends the search, and no clock."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

FLOWS = """id,origin,destination,truck,cargo,convention,trips_per_day.2030,trips_per_day.2035
luxi-xingyi,luxi-park,xingyi,t49,coke,LOOP,20,44
liupanshui-xingyi,liupanshui,xingyi,t49,containers,LOOP,24,50
panbei-luxi,panbei-park,luxi-park,t49,coking coal,LOOP,25,31
bijie-baise,cordon-bijie,cordon-baise,t49,freight,ONEWAY,15,38
xingyi-liupanshui,xingyi,liupanshui,t49,cement,ONEWAY,12,12
"""

SITES = """id,lon,lat,kind
yard-north,104.90,26.55,user
yard-middle,105.30,26.15,user
yard-south,104.95,25.15,user
"""

QUESTIONS = {
    "tree on the whole": """
extends = "{root}/scenarios/today-100-trucks.toml"
name = "again"
solver = { gap_target = 0.0, work_limit = 2 }
tables = { sites = "sites.csv" }
""",
    "trees of periods": """
extends = "{root}/scenarios/liupanshui-xingyi.toml"
name = "again"
solver = { gap_target = 0.0, work_limit = 0.5 }
tables = { od_flows = "flows.csv", sites = "sites.csv" }
time = { periods = [2030, 2035], base_year = 2030, horizon_end_year = 2039 }
demand = { use_markets = false }
""",
}
"""Scenarios whose work limit ends the search before the gap is closed."""


OTHER_SUM = """
import builtins
from math import fsum

plain = builtins.sum

def other(terms, /, start=0):
    terms = [start, *terms]
    floats = any(isinstance(term, float) for term in terms)
    numbers = all(isinstance(term, (int, float)) for term in terms)
    return fsum(terms) if floats and numbers else plain(terms[1:], start)

builtins.sum = other
"""
"""Adds floats as Python 3.12 does, or nearly; 3.11 rounds after each term."""


def shuffled(table: str) -> str:
    """Return a table with its rows in another order."""
    head, *rows = table.splitlines()
    return "\n".join([head, *rows[2:], *rows[1::-1]]) + "\n"


def solved(folder: Path, root: Path, question: str, seed: int, flows: str, sites: str) -> Path:
    """Solve a question in a process with its own hash seed; return the run folder."""
    folder.mkdir(exist_ok=True)
    (folder / "flows.csv").write_text(flows, encoding="utf-8")
    (folder / "sites.csv").write_text(sites, encoding="utf-8")
    scenario = folder / "again.toml"
    text = QUESTIONS[question].replace("{root}", root.as_posix())
    scenario.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "corridor", "solve", str(scenario), "-o", str(folder / "run")],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={
            **os.environ,
            "PYTHONHASHSEED": str(seed),
            "PYTHONIOENCODING": "utf-8",
            "PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")]),
        },
        check=False,
    )
    assert done.returncode in (0, 5), done.stderr
    return folder / "run"


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_plan_is_the_same_byte_for_byte(tmp_path: Path, root: Path, question: str) -> None:
    """No byte tells the order of Python's sets, that of a table's rows, or how its `sum` adds floats.

    Work cut the search short, so that the same plan is not merely the only best one.
    """
    first = solved(tmp_path / "first", root, question, 1, FLOWS, SITES)
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "sitecustomize.py").write_text(OTHER_SUM, encoding="utf-8")
    again = solved(tmp_path / "again", root, question, 4321, shuffled(FLOWS), shuffled(SITES))

    for name in ("inputs/scenario.json", "inputs/trips.json", "inputs/sites.json", "plan.json"):
        assert (again / name).read_bytes() == (first / name).read_bytes(), name
    plan = json.loads((first / "plan.json").read_text(encoding="utf-8"))
    assert plan["search"]["stopped"] == "work"
    assert plan["gap"] > 1e-3
    assert len(plan["stations"]) > 1
