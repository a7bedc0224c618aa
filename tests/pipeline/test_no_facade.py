"""No façade: every input that a planner may change moves the plan as theory says.

Each test changes one value in a scenario file, runs the whole command and compares with the same
scenario unchanged. Costs are compared through the interval [bound, objective], never through
incumbents alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.running import CommandRun, run_command

Plan = dict[str, Any]
Check = Callable[[Plan, Plan], None]


def period(plan: Plan) -> dict[str, Any]:
    """Return the KPIs of the only period."""
    return plan["kpis"]["by_period"][0]


def lcoh(plan: Plan, part: str) -> float:
    """Return one part of the levelised cost. [CNY/kg]."""
    return plan["kpis"]["lcoh_cny_per_kg"][part]


def dearer(before: Plan, after: Plan) -> None:
    """Prove that the changed plan costs more."""
    assert after["bound_cny"] > before["objective_cny"]


def not_cheaper(before: Plan, after: Plan) -> None:
    """Let nothing contradict that the changed plan costs at least as much.

    The capacity kept free for whole grams depends on the candidates: hence a part in 10,000.
    """
    assert after["objective_cny"] >= before["bound_cny"] * (1 - 1e-4)


def need(plan: Plan) -> float:
    """Hydrogen wanted. [kg/day]."""
    return period(plan)["demand_kg_per_day"]


def steeper(before: Plan, after: Plan) -> None:
    assert need(after) > need(before) * 1.05
    dearer(before, after)


def small_tank(before: Plan, after: Plan) -> None:
    stops = [sum(len(r["stops"]) * r["trips_per_day"] for r in p["trips"]) for p in (before, after)]
    assert stops[1] > stops[0]
    not_cheaper(before, after)


def little_coke(before: Plan, after: Plan) -> None:
    assert period(after)["available_kg_per_day"] < period(before)["available_kg_per_day"]
    assert period(after)["sold_kg_per_day"] < period(before)["sold_kg_per_day"]
    assert period(after)["shortfall_kg_per_day"] > 0 == period(before)["shortfall_kg_per_day"]


def dear_trailer(before: Plan, after: Plan) -> None:
    rate = {
        (r["plant"], r["station"], r["year"]): r["delivery_cny_per_kg"] for r in before["supply"]
    }
    same = [r for r in after["supply"] if (r["plant"], r["station"], r["year"]) in rate]
    assert same
    for row in same:
        assert row["delivery_cny_per_kg"] > rate[row["plant"], row["station"], row["year"]]
    not_cheaper(before, after)


def late_road(before: Plan, after: Plan) -> None:
    length = {r["od"]: r["length_km"] for r in before["kpis"]["by_od"]}
    changed = {r["od"]: r["length_km"] for r in after["kpis"]["by_od"]}
    assert all(changed[od] >= length[od] for od in length)
    assert changed["luxi-xingyi"] > length["luxi-xingyi"]


def discount(before: Plan, after: Plan) -> None:
    assert after["periods"][0]["weight"] < before["periods"][0]["weight"]
    capacity = [sum(s["capex_cny"] for s in p["stations"]) for p in (before, after)]
    station = [
        p["costs_npv_cny"]["station_capex"] / p["periods"][0]["weight"] for p in (before, after)
    ]
    assert station[1] / capacity[1] > station[0] / capacity[0]


def dear_gate(before: Plan, after: Plan) -> None:
    assert lcoh(after, "production") - lcoh(before, "production") == pytest.approx(
        3 / 0.99, rel=0.02
    )
    dearer(before, after)


def dear_power(before: Plan, after: Plan) -> None:
    assert lcoh(after, "compression") == pytest.approx(2 * lcoh(before, "compression"), rel=1e-6)
    assert lcoh(after, "station_power") == pytest.approx(
        2 * lcoh(before, "station_power"), rel=1e-6
    )
    assert lcoh(after, "purification") > lcoh(before, "purification")
    not_cheaper(before, after)


def dear_station(before: Plan, after: Plan) -> None:
    dearer(before, after)
    assert after["kpis"]["capex_total_cny"] > before["kpis"]["capex_total_cny"]


def worthless(before: Plan, after: Plan) -> None:
    assert period(after)["unmet_kg_per_day"] > period(before)["unmet_kg_per_day"]
    assert len(after["stations"]) < len(before["stations"])


def heavy_peaks(before: Plan, after: Plan) -> None:
    for station in after["stations"]:
        for row in station["timeline"]:
            assert row["load_kg_per_day"] * 2 <= row["capacity_kg_per_day"] + 1e-6
    not_cheaper(before, after)


def tight_budget(before: Plan, after: Plan) -> None:
    assert after["kpis"]["capex_total_cny"] <= 20e6 < before["kpis"]["capex_total_cny"]
    assert period(after)["coverage_by_kg"] < period(before)["coverage_by_kg"]


def thirsty_truck(before: Plan, after: Plan) -> None:
    for load in ("laden", "empty"):
        rate = [p["kpis"]["consumption_kg_per_100km"]["t49"][load] for p in (before, after)]
        assert rate[1] == pytest.approx(1.15 * rate[0], rel=0.01)
    dearer(before, after)


def small_payload(before: Plan, after: Plan) -> None:
    assert period(after)["trailers_per_day"] > 1.8 * period(before)["trailers_per_day"]
    not_cheaper(before, after)


def dirty_grid(before: Plan, after: Plan) -> None:
    carbon = [period(p)["co2_kg_per_kg"] for p in (before, after)]
    assert all(carbon[1][method] > carbon[0][method] for method in carbon[0])


def short_life(before: Plan, after: Plan) -> None:
    rows = {row["year"]: row for row in after["kpis"]["capital"]["by_year"]}
    assert {y for y, row in rows.items() if row["station_replacements_cny"]} == {2032, 2034}
    assert after["kpis"]["capex_total_cny"] > 2 * before["kpis"]["capex_total_cny"]
    dearer(before, after)


def who_pays(before: Plan, after: Plan) -> None:
    """Ask 12 %, sell at 50 CNY/kg, to dearer trucks that live shorter and drive less; CO2 at 100 CNY/t."""
    assert after["objective_cny"] == pytest.approx(before["objective_cny"], rel=1e-9)
    operators = [p["kpis"]["who_pays"]["operator"] for p in (before, after)]
    assert (
        operators[1]["needed_pump_price_cny_per_kg"] > operators[0]["needed_pump_price_cny_per_kg"]
    )
    assert operators[1]["subsidy_cny_per_kg"] < operators[0]["subsidy_cny_per_kg"]
    trucks = [p["kpis"]["who_pays"]["trucks"][0] for p in (before, after)]
    assert trucks[1]["hydrogen_cny_per_km"] == (
        pytest.approx(trucks[0]["hydrogen_cny_per_km"] * 50 / 35)
    )
    assert trucks[1]["diesel_cny_per_km"] > trucks[0]["diesel_cny_per_km"]
    # 12 % over 5 years, 1.0 M dearer, 60,000 km; against 8 % over 8 years, 0.8 M, 100,000 km.
    assert trucks[0]["capital_cny_per_km"] == pytest.approx(8 * 0.174015, abs=1e-4)
    assert trucks[1]["capital_cny_per_km"] == pytest.approx(1e6 * 0.277410 / 6e4, abs=1e-4)


def dated(before: Plan, after: Plan) -> None:
    """Keep each date: a plant closes in 2033, a rule holds from 2031, a station stands from 2032."""
    assert [p["year"] for p in after["periods"]] == [2030, 2031, 2032, 2033]
    rows = {row["year"]: row for row in after["kpis"]["by_period"]}
    assert rows[2032]["available_kg_per_day"] > 0 == rows[2033]["available_kg_per_day"]
    assert rows[2033]["sold_kg_per_day"] == 0
    assert rows[2031]["stations"] > rows[2030]["stations"]
    hub = next(s for s in after["stations"] if s["id"] == "hub-xingyi")
    assert hub["period"] == 2032
    dearer(before, after)


def old_station(before: Plan, after: Plan) -> None:
    """Rebuild a t2000 of 2017, life 15, in 2032 for 30 M CNY."""
    old = next(s for s in after["stations"] if s["id"] == "old")
    assert old["replacements"] == [{"year": 2032, "cny": 30e6}]
    assert old["capex_cny"] == 0
    assert any("is rebuilt and paid for in 2032" in words for words in after["caveats"])
    # Doing nothing, it serves the loops that it alone can carry, and is rebuilt all the same.
    still = [plan["do_nothing"] for plan in (before, after)]
    assert [s["id"] for s in still[1]["stations"]] == ["old"]
    covered = [line["by_period"][0]["coverage_by_kg"] for line in still]
    assert covered[0] == 0 < covered[1]
    assert still[1]["stations"][0]["replacements"] == old["replacements"]
    assert still[1]["objective_cny"] > after["bound_cny"]
    assert after["kpis"]["capex_total_cny"] >= 30e6


def retired_station(before: Plan, after: Plan) -> None:
    """Let it serve two years and be gone."""
    old = next(s for s in after["stations"] if s["id"] == "old")
    assert [row["year"] for row in old["timeline"]] == [2030]
    assert [p["year"] for p in after["periods"]] == [2030, 2032]
    assert old["replacements"] == []


def assumed_size(before: Plan, after: Plan) -> None:
    """Two stations stand whose size nobody knows: they count once a size is assumed, with their ± km."""
    assert (
        sum("how much it can sell is not known, it serves nobody" in c for c in before["caveats"])
        == 2
    )
    assert sum("counted as t1000" in c for c in after["caveats"]) == 2
    assert any("of 2021, position good to ±15 km" in c for c in before["caveats"])
    stands = {s["id"]: s for s in after["stations"] if s["existing"]}
    assert {key: s["position_km"] for key, s in stands.items()} == {
        "liupanshui-first": 15.0,
        "liuzhi-meijin": 10.0,
    }
    assert all(s["capex_cny"] == 0 for s in stands.values())
    still = [plan["do_nothing"]["by_period"][0] for plan in (before, after)]
    assert (still[0]["stations"], still[1]["stations"]) == (0, 2)
    assert still[0]["coverage_by_kg"] == 0 < still[1]["coverage_by_kg"]
    assert after["do_nothing"]["objective_cny"] < before["do_nothing"]["objective_cny"]
    # At worst they stand idle: their upkeep is all that they can add.
    upkeep = after["do_nothing"]["costs_npv_cny"]["station_opex"]
    assert after["bound_cny"] <= before["objective_cny"] + upkeep
    assert after["kpis"]["capex_total_cny"] <= before["kpis"]["capex_total_cny"]


def rough_position(before: Plan, after: Plan) -> None:
    """Carry the ± km of a required plot known to 8 km."""
    rough = {s["id"]: s["position_km"] for s in after["stations"]}
    assert rough["hub-xingyi"] == 8.0
    assert set(rough.values()) == {8.0, None}
    assert {s["position_km"] for s in before["stations"]} == {None}
    not_cheaper(before, after)


OLD = """
[existing_station.old]
name_en = "Old pump"
lon = 105.42
lat = 26.24
tier = "t2000"
since_year = 2017
place = "luxi-park"
"""


CHANGES: dict[str, tuple[str, Check]] = {
    "grade": ("[network]\nunresolved_climb_m_per_100km = 800\n", steeper),
    "tank": ("[truck.t49]\ntank_kg = 30\n", small_tank),
    "a plant's coke": (
        '[plant.meijin]\ncoke_mt_per_year = 0.03\n[works.luxi-park]\nplant = "panbei"\n',
        little_coke,
    ),
    "trailer price": ("[delivery]\ntrailer_capex_cny = 1500000\n", dear_trailer),
    "an opening year": ('[network.open_year]\n"纳晴高速" = 2036\n', late_road),
    "discount rate": ("[money]\ndiscount_rate = 0.12\n", discount),
    "gate price": ("[plant.meijin]\ngate_cny_per_kg = 14\n", dear_gate),
    "power price": ("[money]\npower_price_cny_per_kwh = 1.1\n", dear_power),
    "station price": (
        "[tier.t500]\ncapex_cny = 16e6\n[tier.t1000]\ncapex_cny = 26e6\n"
        "[tier.t2000]\ncapex_cny = 42.2e6\n[tier.t4000]\ncapex_cny = 68.6e6\n",
        dear_station,
    ),
    "price of unmet demand": (
        "[money]\nunmet_price_cny_per_kg = 18\npriority_price_cny_per_kg = 18\n",
        worthless,
    ),
    "peak day": ("[station]\npeak_day_factor = 2.0\n", heavy_peaks),
    "budget": (
        "[policy.spacing.s77]\nfrom_year = 2040\n[money.budget_cny]\n2030 = 20e6\n",
        tight_budget,
    ),
    "winter consumption": ("[truck.t49]\nconsumption_factor = 1.15\n", thirsty_truck),
    "trailer payload": ("[delivery]\npayload_kg = 140\n", small_payload),
    "station life": ("[station]\nlife_years = 2\n", short_life),
    "who pays": (
        "[economics]\npump_price_cny_per_kg = 50\noperator_return_fraction = 0.12\n"
        "co2_price_cny_per_t = 100\nhydrogen_truck_capex_cny = 1500000\n"
        "diesel_truck_capex_cny = 500000\ntruck_life_years = 5\ntruck_km_per_year = 60000\n",
        who_pays,
    ),
    "dates inside a period": (
        "[plant.meijin]\ncloses_year = 2033\n[plant.changshou]\ncloses_year = 2033\n"
        "[policy.spacing.s77]\nfrom_year = 2031\n"
        '[decision.hub-xingyi]\nopen = "required"\nfrom_year = 2032\n',
        dated,
    ),
    "an assumed size": ('[station]\nexisting_assumed_tier = "t1000"\n', assumed_size),
    "a rough position": (
        '[site.hub-xingyi]\nposition_km = 8\n[decision.hub-xingyi]\nopen = "required"\n',
        rough_position,
    ),
    "an existing station": (OLD, old_station),
    "its retirement": ('[station]\nexisting_at_end_of_life = "retire"\n' + OLD, retired_station),
    "grid carbon": ("[carbon]\ngrid_kg_per_kwh = 0.55\n", dirty_grid),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_input_moves_the_plan(
    small: Callable[..., CommandRun], small_run: CommandRun, change: str
) -> None:
    """The whole command answers a changed input as theory says, and certifies."""
    toml, check = CHANGES[change]

    after = small(toml)

    assert after.summary["certificate"] in {"PASS", "PASS-WITH-GAP"}
    check(small_run.plan, after.plan)


def test_capital_of_a_step_stands_once_and_its_gas_costs_what_it_is_worth(
    small: Callable[..., CommandRun],
) -> None:
    """All hydrogen from steps: the annuity, no capital in the gate price; opportunity per kilogram."""
    text = (
        "[plant.meijin]\nnameplate_kg_per_day = 0\nexpansions_kg_per_day = [3000, 3000]\n"
        "opportunity_cny_per_kg = {worth}\n"
    )
    free, worth = (small(text.format(worth=x), f"worth-{x}").plan for x in (0, 5))
    for plan in (free, worth):
        row = next(r for r in plan["kpis"]["by_plant"] if r["plant"] == "meijin")
        sent, year = row["sent_kg_per_day"], plan["periods"][0]["weight"]
        assert row["from_steps_kg_per_day"] == pytest.approx(sent)
        steps = plan["expansions"][0]["added_kg_per_day"]
        # CRF(8 %, 15) x 4,500 CNY per daily kilogram bought, and 4.5 kWh x 0.55 CNY per kilogram sent.
        costs = plan["costs_npv_cny"]
        assert costs["expansions"] == pytest.approx(year * 0.1168295 * 4500 * steps, rel=1e-6)
        assert costs["purification"] == pytest.approx(year * 365 * sent * 4.5 * 0.55, rel=1e-6)
        assert costs["opportunity"] == pytest.approx(
            year * 365 * sent * row["opportunity_cny_per_kg"], abs=1.0
        )
    assert lcoh(free, "opportunity") == 0 < lcoh(worth, "opportunity")
    not_cheaper(free, worth)


def test_a_side_that_does_not_exist_cannot_be_chosen(
    small: Callable[..., CommandRun], small_run: CommandRun
) -> None:
    """A side can be required; once it is said not to exist it is no candidate any more."""
    sites = json.loads((small_run.folder / "inputs" / "sites.json").read_text(encoding="utf-8"))
    side = next(s for s in sites["sites"] if s["kind"] == "sa_side" and s["route"] == "S77")

    forced = small(f'[decision."{side["id"]}"]\nopen = "required"\nfrom_year = 2030\n', "forced")
    network = json.loads((small_run.folder / "inputs" / "network.json").read_text(encoding="utf-8"))
    record = next(s for s in network["sides"] if s["node"] == side["node"])
    gone = small(f'[network]\nremoved_sides = ["{record["id"]}"]\n', "gone")

    assert side["id"] in {s["id"] for s in forced.plan["stations"]}
    not_cheaper(small_run.plan, forced.plan)
    left = json.loads((gone.folder / "inputs" / "sites.json").read_text(encoding="utf-8"))
    assert side["id"] not in {s["id"] for s in left["sites"]}
    not_cheaper(small_run.plan, gone.plan)


def test_more_adoption_wants_more_hydrogen(root: Path, tmp_path: Path) -> None:
    """The high line of adoption wants trucks x kg per truck-day, and raises the shortfall."""
    text = (
        f'extends = "{root.as_posix()}/scenarios/liupanshui-xingyi.toml"\nname = "level"\n'
        "[time]\nperiods = [2030]\nbase_year = 2030\nhorizon_end_year = 2034\n"
        "[plant.meijin]\nexpansions_kg_per_day = []\n"
        "[solver]\ngap_target = 0.5\n"  # demand and shortfall are facts of any plan
    )
    runs = {}
    for level in ("base", "high"):
        path = tmp_path / f"{level}.toml"
        path.write_text(text + f'[adoption]\nlevel = "{level}"\n', encoding="utf-8")
        runs[level] = period(run_command(path, tmp_path / level, "--work-limit", "3").plan)

    assert runs["base"]["demand_kg_per_day"] == pytest.approx(800 * 30, rel=1e-6)
    assert runs["high"]["demand_kg_per_day"] == pytest.approx(2000 * 30, rel=1e-6)
    assert runs["high"]["shortfall_kg_per_day"] > runs["base"]["shortfall_kg_per_day"] > 0
