"""Tonnes move the plan: payload, known freight and what a park leaves to the road."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from corridor.core.errors import InputError
from corridor.pipeline.study import pose_question
from corridor.scenario.load import load_scenario
from tests.pipeline.running import SMALL, CommandRun, run_command

LUXI = "trips_per_day = {{ 2030 = 20 }}"


def solve(root: Path, tmp_path: Path, text: str, extra: str = "") -> CommandRun:
    path = tmp_path / "small.toml"
    path.write_text(text.format(root=root.as_posix()) + extra, encoding="utf-8")
    return run_command(path, tmp_path / "run")


def by_od(plan: dict[str, Any], key: str) -> dict[str, float]:
    return {row["od"]: row[key] for row in plan["kpis"]["by_od"]}


def test_half_the_payload_is_twice_the_trips_of_known_tonnes(
    small_run: CommandRun, root: Path, tmp_path: Path
) -> None:
    """219,000 t a year at 15 t are 40 loops a day, at 30 t the 20 of the small scenario."""
    text = SMALL.replace(LUXI, "t_per_year = {{ 2030 = 219000 }}")
    light = solve(root, tmp_path, text, "\n[truck.t49]\npayload_t = 15\n").plan
    before = small_run.plan
    assert by_od(light, "trips_per_day")["luxi-xingyi"] == pytest.approx(40)
    assert by_od(light, "t_per_year")["luxi-xingyi"] == pytest.approx(219_000)
    assert by_od(light, "t_per_year")["panbei-luxi"] == pytest.approx(25 * 15 * 365)
    need = by_od(before, "need_kg_per_trip")["luxi-xingyi"]
    wanted = [p["kpis"]["by_period"][0]["demand_kg_per_day"] for p in (before, light)]
    assert wanted[1] - wanted[0] == pytest.approx(20 * need)
    assert light["bound_cny"] > before["objective_cny"]


def test_a_railway_caps_the_flows_of_its_park(
    small_run: CommandRun, root: Path, tmp_path: Path
) -> None:
    """8.93 Mt less 8.68 by rail leave 0.25 of the 0.49 Mt asked: both flows shrink alike."""
    text = SMALL.replace("use_markets = false", 'use_markets = false\ntonnage = "cap"')
    run = solve(root, tmp_path, text, "\n[works.luxi-park]\nrail_mt_per_year = 8.68\n")
    before, after = by_od(small_run.plan, "trips_per_day"), by_od(run.plan, "trips_per_day")
    share = 250_000 / (45 * 30 * 365)
    for od in ("luxi-xingyi", "panbei-luxi"):
        assert after[od] == pytest.approx(before[od] * share)
    assert after["bijie-baise"] == before["bijie-baise"]
    assert any("capped pro rata to 0.25" in line for line in run.plan["caveats"])
    assert run.plan["objective_cny"] < small_run.plan["bound_cny"]


def test_without_a_cap_the_scenario_is_refused(root: Path, tmp_path: Path) -> None:
    """Place, year, tonnes asked and there, and what to do: all in one error."""
    path = tmp_path / "small.toml"
    extra = "\n[works.luxi-park]\nrail_mt_per_year = 8.68\n"
    path.write_text(SMALL.format(root=root.as_posix()) + extra, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        pose_question(load_scenario(path))
    text = str(caught.value)
    assert "works.luxi-park = 0.493 Mt in 2030" in text
    assert "at most 0.250 Mt a year" in text
    assert 'demand.tonnage = "cap"' in text
