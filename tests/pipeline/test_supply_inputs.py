"""No façade in supply: what a planner says about sources moves the plan as theory says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.running import CommandRun, run_command

Small = Callable[..., CommandRun]


def period(run: CommandRun) -> dict[str, Any]:
    """Return the KPIs of the only period."""
    found: dict[str, Any] = run.plan["kpis"]["by_period"][0]
    return found


def certified(run: CommandRun) -> bool:
    """Whether the certificate passes; the gap is another matter."""
    return run.summary["certificate"] in {"PASS", "PASS-WITH-GAP"}


LITTLE = (
    "[money]\nunmet_price_cny_per_kg = 90\npriority_price_cny_per_kg = 90\n"
    "[plant.meijin]\nnameplate_kg_per_day = 500\n"
)


def test_steps_are_bought_where_they_pay_and_told_from_announced_hydrogen(small: Small) -> None:
    """Without steps 500 kg/day are all; with them more is sold, and what is more is assumed.

    Steps whose gas earns 100 CNY/kg elsewhere are not worth it.
    """
    alone = small(LITTLE + "expansions_kg_per_day = []\n", "alone")
    grown = small(LITTLE + "expansions_kg_per_day = [400, 400]\n", "grown")
    dear = small(
        LITTLE + "expansions_kg_per_day = [400, 400]\nopportunity_cny_per_kg = 100\n",
        "dear",
    )

    assert all(map(certified, (alone, grown, dear)))
    assert alone.plan["expansions"] == []
    assert period(alone)["assumed_kg_per_day"] == 0
    assert period(alone)["shortfall_kg_per_day"] > 0
    assert grown.plan["expansions"][0]["steps"] >= 1
    assert period(grown)["sold_kg_per_day"] > period(alone)["sold_kg_per_day"]
    assert period(grown)["announced_kg_per_day"] == pytest.approx(500, rel=0.01)
    assert period(grown)["assumed_kg_per_day"] > 300
    assert grown.plan["objective_cny"] < alone.plan["bound_cny"]
    assert dear.plan["expansions"] == []


def test_hydrogen_that_nobody_announced_is_assumed(small: Small) -> None:
    """The same plant, not announced: the same plan, another label."""
    run = small("[plant.meijin]\nannounced = false\n")
    assert period(run)["announced_kg_per_day"] == 0
    assert period(run)["assumed_kg_per_day"] == period(run)["sent_kg_per_day"] > 0


COAL = """
[plant.meijin]
enabled = false
off_because = "the question is coal"
[plant.coal]
kind = "coal_gasification"
place = "panzhou"
nameplate_kg_per_day = 50000
feed_mt_per_year = {feed}
"""


def test_a_technology_is_as_large_as_its_source(small: Small) -> None:
    """10 % of the feed at 125 kg/t: 0.002 Mt a year are 68 kg/day, twice the feed is twice that."""
    one, two = (small(COAL.format(feed=feed), f"coal-{feed}") for feed in ("0.0146", "0.0292"))
    assert certified(one)
    assert certified(two)
    assert period(one)["available_kg_per_day"] == pytest.approx(500)
    assert period(two)["available_kg_per_day"] == pytest.approx(1000)
    assert period(two)["sold_kg_per_day"] > period(one)["sold_kg_per_day"]
    assert set(period(one)["co2_kg_per_kg"]) >= {"life_cycle", "chain_study"}


def test_hydrogen_made_at_the_station_is_not_driven(small: Small, small_run: CommandRun) -> None:
    """At a gate price of 1 CNY/kg the busiest station makes its own: no lane, no filling, no trailer."""
    station = max(small_run.plan["stations"], key=lambda s: s["load_kg_per_day"])
    run = small(
        f'[plant.own]\nkind = "grid_electrolysis"\nat_site = "{station["id"]}"\n'
        "nameplate_kg_per_day = 20000\ngate_cny_per_kg = 1\n"
    )

    assert certified(run)
    own = [row for row in run.plan["supply"] if row["plant"] == "own"]
    assert {row["station"] for row in own} == {station["id"]}
    assert all(row["trailers_per_day"] == row["delivery_cny_per_kg"] == 0 for row in own)
    kg = sum(row["kg_per_day"] for row in own)
    driven = period(run)["sent_kg_per_day"] - kg
    assert period(run)["trailers_per_day"] == pytest.approx(driven / 280)
    assert period(run)["trailers_per_day"] < period(small_run)["trailers_per_day"]
    assert run.plan["objective_cny"] < small_run.plan["bound_cny"]


def test_filling_bays_limit_the_gate(small: Small, small_run: CommandRun) -> None:
    """One bay at 12 h a trailer loads 2 x 280 kg a day; where no bays are stated, the trailers are said."""
    run = small("[plant.meijin]\nfilling_bays = 1\n[delivery]\nfill_hours = 12\n")

    assert certified(run)
    assert period(run)["available_kg_per_day"] == pytest.approx(560)
    assert period(run)["sent_kg_per_day"] <= 560 + 1e-6 < period(small_run)["sent_kg_per_day"]
    assert any("plant.meijin.filling_bays" in said for said in small_run.plan["caveats"])
    assert not any("plant.meijin.filling_bays" in said for said in run.plan["caveats"])


def test_a_made_link_runs_with_the_land_sea_scenario(root: Path, tmp_path: Path) -> None:
    """The user's line is inlined, driven from its year on and certified."""
    line = [[104.75, 26.44], [104.9, 26.2], [105.05, 25.9], [105.085, 25.75]]
    feature = {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": line},
        "properties": {"name": "MADE-UP link", "open_year": 2030},
    }
    content = {"type": "FeatureCollection", "features": [feature]}
    (tmp_path / "land-sea.geojson").write_text(json.dumps(content), encoding="utf-8")
    path = tmp_path / "linked.toml"
    path.write_text(
        f'extends = "{root.as_posix()}/scenarios/land-sea-2035.toml"\nname = "linked"\n'
        '[network]\nplanned_links = ["land-sea.geojson"]\n[solver]\ngap_target = 0.5\n',
        encoding="utf-8",
    )
    run = run_command(path, tmp_path / "run", "--work-limit", "3")

    assert certified(run)
    network = json.loads((run.folder / "inputs/network.json").read_text(encoding="utf-8"))
    assert any(arc.get("section") == "MADE-UP link" for arc in network["arcs"])
    driven = {arc for c in _commodities(run) for v in c["variants"] for arc in _arcs(v)}
    linked = {arc["id"] for arc in network["arcs"] if arc.get("section") == "MADE-UP link"}
    assert linked & driven


def _commodities(run: CommandRun) -> list[dict[str, Any]]:
    trips = json.loads((run.folder / "inputs/trips.json").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = trips["commodities"]
    return found


def _arcs(variant: dict[str, Any]) -> list[str]:
    return [arc for leg in variant["legs"] for arc in leg["arcs"]]
