"""Claim: the terminal says the one gap with the money behind it, and what the clock decided."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from corridor.cli.show import show_run
from corridor.evaluation.plan import ENDED_EARLY
from corridor.pipeline.run import Run

sys.path.insert(0, str(Path(__file__).parents[1] / "report"))
from made_evidence import evidence
from made_run import documents


def made(stopped: str) -> Run:
    """Return a run of the plan made by hand: 519.5 M CNY, 41 of them unavoidable."""
    plan: dict[str, Any] = documents()["plan.json"]
    plan["search"]["stopped"] = stopped
    return Run(folder=Path("runs/made"), plan=plan, verdict="PASS", failures=(), reused=False)


@pytest.mark.parametrize("stopped", ["target", "work", "clock", "crash", "hang", "memory"])
def test_the_table_ends_with_what_is_proven(
    capsys: pytest.CaptureFixture[str], stopped: str
) -> None:
    """0.15 % of 519.5 is 0.8 M CNY: 0.163 % of the 478.5 M CNY that can be decided."""
    show_run(made(stopped), as_json=False)
    said = capsys.readouterr().out

    assert "gap 0.163% of the money that can be decided (target 1.0%)" in said
    assert "objective - bound 0.8 M CNY" in said
    assert "unmet demand 77 M CNY, of which 41 M CNY no plan can avoid" in said
    for code, words in ENDED_EARLY.items():
        assert (words in said) == (stopped == code)


def test_doing_nothing_stands_beside_the_plan(capsys: pytest.CaptureFixture[str]) -> None:
    """What it costs and serves, and how much less the plan costs."""
    run = made("work")
    less = (1234e6 - run.plan["objective_cny"]) / 1e6
    show_run(run, as_json=False)
    said = " ".join(capsys.readouterr().out.split())
    assert "doing nothing (0 existing stations): 1,234 M CNY, served 2026 0%, 2030 0%" in said
    assert f"this plan costs {less:,.0f} M CNY less" in said


def test_runs_inside_a_period_are_called_by_their_years(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Stations are counted where they are decided."""
    run = made("work")
    run.plan["periods"][1]["decides"] = False
    stations = [row["stations"] for row in run.plan["kpis"]["by_period"]]
    show_run(run, as_json=False)
    said = capsys.readouterr().out
    rows = {words[0]: words[1] for words in map(str.split, said.splitlines()) if len(words) > 9}
    wanted = run.plan["kpis"]["by_period"][1]["demand_kg_per_day"]
    assert rows["2026–2029"] == str(stations[0])
    assert rows["2030–2034"] == f"{wanted / 1000:,.2f}"
    assert rows["2035–2040"] == str(stations[2])
    assert "served 2026–2029 0%, 2030–2034 0%" in " ".join(said.split())


def test_the_value_of_service_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Stations and share served at each price, and the largest gap; or that it was not computed."""
    run = made("work")
    show_run(run, as_json=False)
    assert "value of service: not computed (corridor solve --evidence)" in capsys.readouterr().out

    show_run(replace(run, evidence=evidence(run.plan)), as_json=False)
    said = " ".join(capsys.readouterr().out.split())
    last = run.plan["kpis"]["by_period"][-1]
    stations, served = last["stations"], last["coverage_by_kg"]
    assert f"at 30 / 80 / 300 CNY per unmet kg {stations - 2} / {stations} / {stations}" in said
    assert f"{served / 2:.0%} / {served:.0%} / {served:.0%} of 2035 served" in said
    assert "gap at most 7.9%" in said


def test_equal_designs_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    """A station that could equally stand elsewhere, and how many other changes cost the same."""
    run = made("work")
    show_run(run, as_json=False)
    assert "equal" not in capsys.readouterr().out

    run.plan["equal_designs"] = [
        {"sites": [{"id": "c.up", "tiers": [None] * 3}, {"id": "d.up", "tiers": [None, None, "t1"]}],
         "plants": []},
        {"sites": [], "plants": [{"id": "ovens", "steps": [0, 1, 1]}]},
    ]  # fmt: skip
    show_run(run, as_json=False)
    said = capsys.readouterr().out
    assert "丁服务区 Ding service area could equally stand at d.up" in said
    assert "1 other change of size or year costs the same" in said
    assert "chosen by the stated order of equal designs" in said


def test_json_carries_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """`gap`, its target, objective − bound and the unavoidable penalty stand side by side."""
    show_run(made("work"), as_json=True)
    said = json.loads(capsys.readouterr().out)

    assert said["unavoidable_cny"] == 41e6
    assert said["objective_minus_bound_cny"] == said["objective_cny"] - said["bound_cny"]
    decided = said["objective_cny"] - said["unavoidable_cny"]
    assert said["gap"] == pytest.approx(said["objective_minus_bound_cny"] / decided)
    assert said["gap_target"] == 0.01
    assert said["search"]["stopped"] == "work"
