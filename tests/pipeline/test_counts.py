"""Counts in a CSV move the flows, and the certificate proves the fit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corridor.certificate import certify
from tests.pipeline.running import SMALL, CommandRun, run_command

MARKETS = """
[tables]
counts = "counts.csv"

[calibration]
method = "{method}"

[market]
captive.share = 0.5
regional.share = 0.0
through.share = 0.5
"""

COUNTS = """id,route,chainage_km [km],carriageway,truck,year,trucks_per_day [1/day],source
west,G60,20,,,2030,9000,made up
south,S77,120,,t49,2030,2500,made up
north,S77,20,,,2030,800,made up
"""


def solve(root: Path, tmp_path: Path, method: str) -> CommandRun:
    text = SMALL.format(root=root.as_posix()).replace("use_markets = false", "use_markets = true")
    text = text.replace("gap_target = 0.0005", "gap_target = 0.5\nwork_limit = 8")
    text = text[: text.index("[od.")] + MARKETS.format(method=method)
    (tmp_path / "counts.csv").write_text(COUNTS, encoding="utf-8")
    (tmp_path / f"{method}.toml").write_text(text, encoding="utf-8")
    return run_command(tmp_path / f"{method}.toml", tmp_path / method)


def test_counts_move_the_flows_towards_them(root: Path, tmp_path: Path) -> None:
    """Sections come nearer to their counts, trips and plan change, and a wrong factor is found."""
    plain, fitted = (solve(root, tmp_path, method) for method in ("none", "least_squares"))
    trips: dict[str, Any] = json.loads((fitted.folder / "inputs/trips.json").read_text("utf-8"))
    assert sum(row["geh_after"] for row in trips["counts"]) < 0.5 * sum(
        row["geh_before"] for row in trips["counts"]
    )
    kg = [run.plan["kpis"]["by_period"][0]["demand_kg_per_day"] for run in (plain, fitted)]
    assert kg[1] == pytest.approx(kg[0])
    before, after = (
        {row["od"]: row["trips_per_day"] for row in run.plan["kpis"]["by_od"]}
        for run in (plain, fitted)
    )
    assert before.keys() == after.keys()
    assert before["luxi-xingyi"] == after["luxi-xingyi"]  # known tonnes
    assert before["guiyang-kunming-g60"] != pytest.approx(after["guiyang-kunming-g60"], rel=0.05)
    assert plain.plan["objective_cny"] != fitted.plan["objective_cny"]
    table = (fitted.folder / "tables" / "counts.csv").read_text("utf-8-sig")
    assert table.splitlines()[0].startswith("count,year,truck,counted [1/day]")
    assert certify(fitted.folder).verdict != "FAIL"
    row = next(row for row in trips["factors"] if row["od"] == "guiyang-kunming-g60")
    row["factor"] *= 1.05
    (fitted.folder / "inputs/trips.json").write_text(json.dumps(trips), encoding="utf-8")
    failed = certify(fitted.folder)
    assert any("fits the counts better" in text for text in failed.failures)
