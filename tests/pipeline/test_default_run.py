"""The main job on the real corridor: the default scenario through the whole command."""

from __future__ import annotations

import csv
import json
import re
import shutil
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from corridor.pipeline.folder import read_manifest
from corridor.pipeline.run import rewrite_report, verify_run
from tests.pipeline.running import CommandRun, run_command

sys.path.insert(0, str(Path(__file__).parents[1] / "certificate"))
from mutations import MUTATIONS, Mutation, NotApplicable

SUMMARY = {
    "name", "status", "objective_cny", "bound_cny", "unavoidable_cny", "objective_minus_bound_cny",
    "gap", "gap_target", "search", "certificate", "stations", "kpis",
    "run_dir",
}  # fmt: skip
STATION = {
    "id", "name", "lon", "lat", "carriageway", "period", "tier", "capacity_kg_per_day",
    "load_kg_per_day",
}  # fmt: skip


together = pytest.mark.xdist_group("default run")
"""One worker solves the default and has all of these; the other waits for nobody."""


@together
def test_the_default_scenario_passes(default_run: CommandRun) -> None:
    """PASS, exit 0, a proven gap within the target, and the summary that scripts rely on."""
    summary = default_run.summary

    assert default_run.code == 0
    assert summary["certificate"] == "PASS"
    assert 0 <= summary["gap"] <= summary["gap_target"]
    assert 0 < summary["unavoidable_cny"] <= summary["bound_cny"]
    assert summary["bound_cny"] <= summary["objective_cny"]
    assert summary.keys() >= SUMMARY
    assert summary["stations"]
    assert all(station.keys() >= STATION for station in summary["stations"])
    assert Path(summary["run_dir"]).is_dir()


@together
def test_the_sizes_are_those_of_a_real_question(default_run: CommandRun) -> None:
    """At least 8 routes, 30 commodities and 2 plants; all 127 sides are accounted for."""
    sizes = default_run.plan["sizes"]
    network = json.loads((default_run.folder / "inputs/network.json").read_text(encoding="utf-8"))
    sites = json.loads((default_run.folder / "inputs/sites.json").read_text(encoding="utf-8"))
    considered = {s["node"] for s in sites["sites"]}
    rejected = {s["id"] for s in sites["rejected"]}

    assert sizes["routes"] >= 8
    assert sizes["od_routes"] >= 8
    assert sizes["commodities"] >= 30
    assert sizes["plants"] >= 2
    assert len(network["sides"]) == sizes["service_area_sides"] == 127
    for side in network["sides"]:
        placed = bool(side["node"])
        assert placed == (not side["left_out_because"])
        assert side["node"] in considered if placed else side["id"] in rejected


@together
def test_the_questions_of_a_planner_are_answered(default_run: CommandRun) -> None:
    """Stations have a carriageway, size, year and supplier; figures are plausible."""
    plan = default_run.plan
    years = [p["year"] for p in plan["periods"]]
    suppliers = {row["station"] for row in plan["supply"]}

    assert years == [2026, 2030, 2035]
    for station in plan["stations"]:
        assert station["carriageway"]
        assert station["period"] in years
        busiest = max(row["load_kg_per_day"] for row in station["timeline"])
        assert (busiest > 0) == (station["id"] in suppliers)
        assert busiest * 1.35 <= station["capacity_kg_per_day"] * (1 + 1e-9)
    rows = {row["year"]: row for row in plan["kpis"]["by_period"]}
    assert rows[2030]["demand_kg_per_day"] == pytest.approx(24_000, rel=1e-6)
    assert rows[2026]["available_kg_per_day"] == pytest.approx(9_850)
    steps = {row["year"]: row["steps"] for row in plan["expansions"] if row["plant"] == "meijin"}
    assert steps == {2030: 2, 2035: 8}
    assert rows[2030]["shortfall_kg_per_day"] == 0
    # 90 t/day are wanted; nine times 9,850 kg/day leave the gate, one per cent is lost
    assert rows[2035]["shortfall_kg_per_day"] == pytest.approx(90_000 - 88_650 * 0.99, rel=1e-6)
    for year in (2030, 2035):
        sent = rows[year]["sent_kg_per_day"]
        assert rows[year]["announced_kg_per_day"] == pytest.approx(9_850)
        assert rows[year]["assumed_kg_per_day"] == pytest.approx(sent - 9_850, rel=1e-6)
    assert 88_650 * 0.999 <= rows[2035]["sent_kg_per_day"] <= 88_650 * (1 + 1e-9)
    assert any("trailers leave a day in 2035" in said for said in plan["caveats"])
    assert 25 <= plan["kpis"]["lcoh_cny_per_kg"]["total"] <= 45
    for rates in plan["kpis"]["consumption_kg_per_100km"].values():
        assert 4 <= rates["empty"] < rates["laden"] <= 15


@together
def test_every_kpi_adds_up(default_run: CommandRun) -> None:
    """Stations = stop plans = supply less loss; LCOH parts and NPV blocks make their totals."""
    plan = default_run.plan
    year_of = {c["commodity"]: c["year"] for c in plan["kpis"]["by_od"]}
    for row in plan["kpis"]["by_period"]:
        year = row["year"]
        by_station = sum(
            t["load_kg_per_day"]
            for s in plan["stations"]
            for t in s["timeline"]
            if t["year"] == year
        )
        by_trip = sum(
            r["trips_per_day"] * sum(stop["fuel_g"] for stop in r["stops"]) / 1000
            for r in plan["trips"]
            if year_of[r["commodity"]] == year
        )
        sent = sum(r["kg_per_day"] for r in plan["supply"] if r["year"] == year)
        assert by_station == pytest.approx(by_trip, rel=1e-9)
        assert by_station == pytest.approx(row["sold_kg_per_day"], rel=1e-9)
        assert sent * 0.99 == pytest.approx(by_station, rel=1e-9)
        parts = dict(row["lcoh_cny_per_kg"])
        assert parts.pop("total") == pytest.approx(sum(parts.values()), rel=1e-12)
        served = row["demand_kg_per_day"] - row["unmet_kg_per_day"]
        assert row["coverage_by_kg"] == pytest.approx(served / row["demand_kg_per_day"])
    blocks = dict(plan["costs_npv_cny"])
    assert blocks.pop("total") == pytest.approx(sum(blocks.values()), rel=1e-12)
    assert plan["objective_cny"] == pytest.approx(plan["costs_npv_cny"]["total"], rel=1e-12)
    capex = sum(row["capex_cny"] for row in plan["kpis"]["by_period"])
    assert plan["kpis"]["capex_total_cny"] == pytest.approx(capex)


@together
def test_nobody_stops_for_a_top_up(default_run: CommandRun) -> None:
    """Stops below the least purchase are rare exceptions that a trip cannot avoid."""
    stops = [
        (row["trips_per_day"], stop["fuel_g"])
        for row in default_run.plan["trips"]
        for stop in row["stops"]
    ]
    total = sum(trips for trips, _ in stops)
    small = sum(trips for trips, grams in stops if grams < 5000)

    assert min(grams for _, grams in stops) >= 300
    assert small <= 0.15 * total


@together
def test_the_run_folder_holds_everything(default_run: CommandRun) -> None:
    """Inputs, plan, certificate, report, GeoJSON, tables, log, and a manifest over all of them."""
    manifest = read_manifest(default_run.folder)
    wanted = {
        "inputs/scenario.json", "inputs/network.json", "inputs/trips.json", "inputs/sites.json",
        "plan.json", "certificate.json", "report.html", "stations.geojson", "network.geojson",
        "tables/stations.csv", "solver.log",
    }  # fmt: skip

    assert wanted <= manifest.files.keys()
    assert (default_run.folder / "solver.log").stat().st_size > 200
    text = (default_run.folder / "plan.json").read_text(encoding="utf-8")
    assert len(re.findall(r'^ "stations": \[', text, flags=re.M)) == 1
    raw = (default_run.folder / "tables" / "stations.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(raw.decode("utf-8-sig").splitlines()))
    assert len(rows) == 1 + len(default_run.plan["stations"])
    stations = json.loads((default_run.folder / "stations.geojson").read_text(encoding="utf-8"))
    assert stations["type"] == "FeatureCollection"


@together
def test_a_copied_folder_verifies_and_reports(default_run: CommandRun, tmp_path: Path) -> None:
    """Copied and renamed, far from its scenario, a folder verifies and reports again."""
    copy = tmp_path / "another name"
    shutil.copytree(default_run.folder, copy)
    before = (copy / "report.html").read_bytes()

    verdict, failures, _ = verify_run(copy)
    again, page = rewrite_report(copy)

    said = default_run.summary["certificate"]
    assert (verdict, failures) == (said, ())
    assert again == said
    assert page.read_bytes() == before
    assert verify_run(copy)[0] == said


@together
def test_a_second_run_returns_the_verified_folder(default_run: CommandRun, root: Path) -> None:
    """The same scenario again: same folder, same exit code, not solved twice."""
    again = run_command(root / "scenarios" / "liupanshui-xingyi.toml", default_run.folder)

    assert again.code == default_run.code
    assert again.summary["reused"] is True
    assert again.plan == default_run.plan


@together
def test_one_deleted_station_fails(default_run: CommandRun, tmp_path: Path) -> None:
    """With one entry of `stations` deleted from plan.json, verify says FAIL."""
    copy = tmp_path / "run"
    shutil.copytree(default_run.folder, copy)
    plan = json.loads((copy / "plan.json").read_text(encoding="utf-8"))
    del plan["stations"][0]
    (copy / "plan.json").write_text(json.dumps(plan), encoding="utf-8")

    verdict, failures, _ = verify_run(copy)

    assert verdict == "FAIL"
    assert len(failures) > 1


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.name)
def test_a_corrupted_real_run_is_rejected(
    six_pairs_run: CommandRun, tmp_path: Path, mutation: Mutation
) -> None:
    """Every corruption of a real run, hashes rewritten, is found by its facts."""
    copy = tmp_path / "run"
    copy.mkdir()
    for name in ("inputs/scenario", "inputs/network", "inputs/trips", "inputs/sites", "plan"):
        target = copy / f"{name}.json"
        target.parent.mkdir(exist_ok=True)
        shutil.copy(six_pairs_run.folder / f"{name}.json", target)
    shutil.copy(six_pairs_run.folder / "manifest.json", copy)
    try:
        mutation(copy)
    except NotApplicable as nothing:
        pytest.skip(f"this run has nothing to corrupt that way: {nothing}")
    from corridor.certificate import certify

    certificate = certify(copy)

    assert certificate.verdict == "FAIL"
    assert mutation.broken & {check.id for check in certificate.checks if not check.ok}


@together
def test_money_is_exact_to_the_cent(default_run: CommandRun) -> None:
    """The net present cost re-added in decimals from the tables of yearly cost agrees."""
    plan: dict[str, Any] = default_run.plan
    blocks = {k: Decimal(repr(v)) for k, v in plan["costs_npv_cny"].items() if k != "total"}

    assert abs(sum(blocks.values()) - Decimal(repr(plan["objective_cny"]))) < Decimal("0.01")
