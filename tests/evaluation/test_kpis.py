"""Every KPI of the answer made by hand, recomputed on paper."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from made_answer import network, question, solution, standing

from corridor.evaluation.kpis import consumption_per_100km
from corridor.evaluation.plan import make_plan


@pytest.fixture(scope="module")
def kpis() -> dict[str, Any]:
    """Return the KPIs."""
    return make_plan(question(), solution(), {}, standing=standing())["kpis"]


def test_plants_can_give_what_their_gas_allows(kpis: dict[str, Any]) -> None:
    """A step of 2,000 kg/day at a plant of 1,000 with gas for 1,600 adds 600, not 2,000."""
    first, second = kpis["by_period"]
    assert first["available_kg_per_day"] == 1000 + 100
    assert second["available_kg_per_day"] == 1600 + 100
    can = {(row["plant"], row["year"]): row["available_kg_per_day"] for row in kpis["by_plant"]}
    assert can == {
        ("coke", 2026): 1000, ("green", 2026): 100, ("coke", 2030): 1600, ("green", 2030): 100,
    }  # fmt: skip


def test_shortfall_is_what_plants_cannot_give(kpis: dict[str, Any]) -> None:
    """1,700 kg/day less a fifth are 1,360; 2,050 are wanted."""
    first, second = kpis["by_period"]
    assert first["shortfall_kg_per_day"] == 0
    assert first["shortfall_cny_per_year"] == 0
    assert second["shortfall_kg_per_day"] == pytest.approx(690)
    assert second["shortfall_cny_per_year"] == pytest.approx(365 * 690 * 60)


def test_coverage_three_ways(kpis: dict[str, Any]) -> None:
    """By kilograms, by trips, by kilometres of the base walk."""
    first, second = kpis["by_period"]
    assert first["demand_kg_per_day"] == pytest.approx(400)
    assert first["served_kg_per_day"] == pytest.approx(320)
    assert first["coverage_by_kg"] == pytest.approx(0.8)
    assert second["demand_kg_per_day"] == pytest.approx(2050)
    assert second["served_kg_per_day"] == pytest.approx(1250)
    assert second["unmet_kg_per_day"] == pytest.approx(800)
    assert second["coverage_by_kg"] == pytest.approx(1250 / 2050)
    assert second["coverage_by_trips"] == pytest.approx(35 / 55)
    assert second["coverage_by_vehicle_km"] == pytest.approx(
        (30 * 200 + 5 * 50) / (50 * 200 + 5 * 50)
    )


def test_a_period_without_demand_has_no_coverage() -> None:
    """Zero and "nothing was wanted" differ."""
    asked = question()
    flows = tuple(
        replace(flow, trips_per_day=0.0, priority_trips_per_day=0.0) if not flow.period else flow
        for flow in asked.problem.flows
    )
    quiet = replace(asked, problem=replace(asked.problem, flows=flows))
    answer = solution(
        stop_plans=solution().stop_plans[1:],
        unmet_trips_per_day=(0.0, 20.0, 0.0),
        supply_kg_per_day=(((0.0, 0.0), (0.0, 0.0)), solution().supply_kg_per_day[1]),
    )
    first = make_plan(quiet, answer, {}, standing=standing())["kpis"]["by_period"][0]
    assert first["coverage_by_kg"] is first["coverage_by_trips"] is None
    assert first["coverage_by_vehicle_km"] is first["lcoh_cny_per_kg"] is None
    assert first["co2_kg_per_kg"] == {}


def test_stations_trucks_and_trailers(kpis: dict[str, Any]) -> None:
    """Counts, use of the nameplate, calls and trailers a day."""
    first, second = kpis["by_period"]
    assert (first["stations"], second["stations"]) == (1, 2)
    assert first["utilisation"] == pytest.approx(320 / 500)
    assert second["utilisation"] == pytest.approx(1250 / 1500)
    assert first["trucks_refuelling_per_day"] == pytest.approx(8)
    assert second["trucks_refuelling_per_day"] == pytest.approx(30 + 30 + 5)
    assert first["trailers_per_day"] == pytest.approx(400 / 250)
    assert second["trailers_per_day"] == pytest.approx(1562.5 / 250)
    assert second["sent_kg_per_day"] == pytest.approx(1562.5)
    assert second["sold_kg_per_day"] == pytest.approx(1250)
    assert (first["trucks_wanted"], second["trucks_wanted"]) == (20, 100)


def test_money(kpis: dict[str, Any]) -> None:
    """CAPEX by period and in all: the plant's step again after 4 years, station a again after 5."""
    first, second = kpis["by_period"]
    assert first["capex_cny"] == 10e6
    assert second["capex_cny"] == (16e6 - 10e6) + 12e6 + 9e6 + 10e6 + 9e6
    assert kpis["capex_total_cny"] == 28e6 + 9e6 + 10e6 + 9e6
    unmet = 4 * 365 * 2 * 40 * 200 + 5 * 365 * 20 * 40 * 60
    assert kpis["npv_cny"] - kpis["npv_without_unmet_cny"] == pytest.approx(unmet)
    assert first["unmet_cny_per_year"] == pytest.approx(365 * 2 * 40 * 200)
    whole = sum(
        weight * 365 * row["sold_kg_per_day"] * row["lcoh_cny_per_kg"]["total"]
        for weight, row in zip((4, 5), (first, second), strict=True)
    )
    assert whole == pytest.approx(kpis["npv_without_unmet_cny"])
    sold = 365 * (4 * 320 + 5 * 1250)
    assert kpis["lcoh_cny_per_kg"]["total"] == pytest.approx(whole / sold)


def test_what_is_bought_when(kpis: dict[str, Any]) -> None:
    """Stations live 5 years, steps 4, trailers 3; a trailer and its tractor cost 1 M.

    2026: 300 kg over 3 hours and 100 over 2 need 365 x 1100 / (250 x 3650) = 0.44 trailers, again in 2029
    and, since 2030 needs 937.5 x 3 + 525 x 5 + 100 x 2.6 = 5697.5 kg h or 2.279, as many less in 2030.
    """
    rows = {row["year"]: row for row in kpis["capital"]["by_year"]}
    few, many = 0.44e6, 5697.5 * 365 / (250 * 3650) * 1e6
    assert {y: row["trailers_cny"] for y, row in rows.items() if row["trailers_cny"]} == (
        pytest.approx({2026: few, 2029: few, 2030: many - few, 2032: few, 2033: many - few})
    )
    assert {y: row["stations_cny"] for y, row in rows.items() if row["stations_cny"]} == {
        2026: 10e6, 2030: 18e6,
    }  # fmt: skip
    again = {y: row["station_replacements_cny"] for y, row in rows.items()}
    assert {y: cny for y, cny in again.items() if cny} == {2031: 10e6}
    steps = [(y, r["expansions_cny"], r["expansion_replacements_cny"]) for y, r in rows.items()]
    assert [row for row in steps if any(row[1:])] == [(2030, 9e6, 0), (2034, 0, 9e6)]
    # Left at the end of 2034: 1 of 5 years of 10 M, none of 18 M, 3 of 4 of 9 M.
    assert kpis["capital"]["purchases_npv_cny"] == 56e6
    assert kpis["capital"]["residual_npv_cny"] == pytest.approx(2e6 + 6.75e6)


def test_the_operator_by_hand(kpis: dict[str, Any]) -> None:
    """Nothing is discounted: purchases of 10, 18 and again 10 M, 2 M of it left, hydrogen, power, upkeep."""
    found = kpis["who_pays"]["operator"]
    first = 365 * (300 * 12 + 100 * 30 + 300 * 3 + 400 + 700 + 480) + 0.5e6
    second = 365 * (1462.5 * 11 + 3000 + 1462.5 * 2 + 1000 + 462.5 * 4 + 1562.5)
    second += 365 * (937.5 * 2 + 525 * 4 + 160 + 750 * 1.5 + 1000) + 1e6 + 1.3e6
    costs = 38e6 - 2e6 + 4 * first + 5 * second
    kg = 365 * (4 * 320 + 5 * 1250)
    assert found["needed_pump_price_cny_per_kg"] == pytest.approx(costs / kg)
    assert found["npv_cny"] == pytest.approx(40 * kg - costs)
    assert found["subsidy_cny_per_kg"] == pytest.approx(max(0.0, costs / kg - 40))
    for row, sold in zip(found["subsidy_by_period"], (320, 1250), strict=True):
        assert row["cny_per_year"] == pytest.approx(found["subsidy_cny_per_kg"] * 365 * sold)


def test_the_truck_owner_by_hand(kpis: dict[str, Any]) -> None:
    """20 kg at 40 CNY against 40 l at 8.27 CNY (8 and 0.27 for CO2); 0.6 M over 6 years of 50,000 km."""
    (row,) = kpis["who_pays"]["trucks"]
    assert row["hydrogen_cny_per_km"] == pytest.approx(8.0)
    assert row["diesel_cny_per_km"] == pytest.approx(0.4 * 8.27)
    assert row["capital_cny_per_km"] == pytest.approx(2.0)
    assert row["parity_fuel_cny_per_kg"] == pytest.approx(0.4 * 8.27 / 0.2)
    assert row["parity_cny_per_kg"] == pytest.approx((0.4 * 8.27 - 2) / 0.2)
    assert row["npv_cny"] == pytest.approx(-6e5 + 6 * 5e4 * (0.4 * 8.27 - 8))
    assert (row["irr"], row["payback_years"]) == ([], None)


def test_co2_price_by_hand(kpis: dict[str, Any]) -> None:
    """Cost of a year without unmet demand, less 8 CNY a litre of diesel, over the CO2 avoided."""
    first = kpis["by_period"][0]
    litres = first["diesel_co2_t_per_year"] * 1000 / 2.7
    cost = first["lcoh_cny_per_kg"]["total"] * 365 * 320
    avoided = first["co2_avoided_t_per_year"]["mass"]
    price = first["co2_price_needed_cny_per_t"]["mass"]
    assert price == (pytest.approx((cost - 8 * litres) / avoided) if avoided > 0 else None)


def test_carbon_by_method(kpis: dict[str, Any]) -> None:
    """Gate, filling 2 kWh, the tractor's diesel, and 3 kWh at the station, by method.

    The green plant does not know the energy method and counts with its higher figure, the coking
    plant not the market method.
    """
    road = {km: km * 35 / 100 / 250 * 2.7 for km in (50, 80, 100, 200)}
    first, second = kpis["by_period"]

    def at_nozzle(coke: float, green: float) -> tuple[float, float]:
        one = 300 * (coke + 1 + road[100]) + 100 * (green + 1 + road[50])
        two = (
            937.5 * (coke + 1 + road[100])
            + 525 * (coke + 1 + road[200])
            + 100 * (green + 1 + road[80])
        )
        return one / 320 + 1.5, two / 1250 + 1.5

    gates = {"mass": (2.0, 0.5), "energy": (3.0, 1.0), "market": (3.0, 1.0)}
    assert set(first["co2_kg_per_kg"]) == set(gates)
    for method, gate in gates.items():
        one, two = at_nozzle(*gate)
        assert first["co2_kg_per_kg"][method] == pytest.approx(one)
        assert second["co2_kg_per_kg"][method] == pytest.approx(two)
    assert first["co2_kg_per_kg"]["mass"] == pytest.approx(5.1946875)


def test_carbon_avoided(kpis: dict[str, Any]) -> None:
    """Forty litres of diesel per 100 km of the served trips, less what the hydrogen emits."""
    first, second = kpis["by_period"]
    diesel = (8 * 200 * 0.4 * 2.7, (30 * 200 + 5 * 50) * 0.4 * 2.7)
    assert first["diesel_co2_t_per_year"] == pytest.approx(365 * diesel[0] / 1000)
    assert second["diesel_co2_t_per_year"] == pytest.approx(365 * diesel[1] / 1000)
    assert first["co2_avoided_t_per_year"]["mass"] == pytest.approx(
        365 * (diesel[0] - 5.1946875 * 320) / 1000
    )


def test_rows_by_od(kpis: dict[str, Any]) -> None:
    """One row per commodity: wanted, served, and how far the base walk is."""
    rows = {row["commodity"]: row for row in kpis["by_od"]}
    coal, milk = rows["coal.t49.2030"], rows["milk.t49.2030"]
    assert coal["wanted_kg_per_day"] == pytest.approx(2000)
    assert coal["served_kg_per_day"] == pytest.approx(1200)
    assert coal["coverage"] == pytest.approx(0.6)
    assert milk["coverage"] == 1
    assert milk["length_km"] == 50
    assert milk["need_kg_per_trip"] == 10
    assert sum(row["wanted_kg_per_day"] for row in rows.values()) == pytest.approx(2450)


def test_rows_by_plant(kpis: dict[str, Any]) -> None:
    """What each plant sends and sells (a fifth is lost), and its prices in that period."""
    rows = {(row["plant"], row["year"]): row for row in kpis["by_plant"]}
    assert rows["coke", 2026]["sent_kg_per_day"] == 300
    assert rows["coke", 2030]["sent_kg_per_day"] == 1462.5
    assert rows["green", 2030]["sent_kg_per_day"] == 100
    assert rows["coke", 2030]["sold_kg_per_day"] == pytest.approx(1462.5 * 0.8)


def test_announced_hydrogen_is_told_from_assumed(kpis: dict[str, Any]) -> None:
    """The coke plant is announced up to its nameplate of 1,000 kg; its step and the green plant are not."""
    rows = {(row["plant"], row["year"]): row for row in kpis["by_plant"]}
    assert rows["coke", 2026]["assumed_kg_per_day"] == 0
    assert rows["coke", 2030]["announced_kg_per_day"] == 1000
    assert rows["coke", 2030]["assumed_kg_per_day"] == 462.5
    assert rows["green", 2030]["announced_kg_per_day"] == 0
    period = kpis["by_period"][1]
    assert period["announced_kg_per_day"] == 1000
    assert period["assumed_kg_per_day"] == pytest.approx(562.5)


def test_prices_by_plant(kpis: dict[str, Any]) -> None:
    """Gate price and gas of the period."""
    rows = {(row["plant"], row["year"]): row for row in kpis["by_plant"]}
    assert rows["coke", 2026]["gate_cny_per_kg"] == 15
    assert rows["coke", 2030]["gate_cny_per_kg"] == 14
    assert rows["coke", 2026]["from_steps_kg_per_day"] == 0
    assert rows["coke", 2030]["from_steps_kg_per_day"] == 462.5
    assert rows["coke", 2030]["gate_of_steps_cny_per_kg"] == 14 - 1 + 4
    assert rows["coke", 2030]["gas_limit_kg_per_day"] == 1600


def test_demand_lines_are_trucks_times_kilograms(kpis: dict[str, Any]) -> None:
    """Twenty kilograms a truck and day."""
    assert kpis["demand_lines"][1] == {
        "year": 2030, "low_kg_per_day": 1000.0, "base_kg_per_day": 2000.0,
        "high_kg_per_day": 3000.0, "used_kg_per_day": 2000.0,
    }  # fmt: skip


def test_consumption_by_load() -> None:
    """Sixty loops and five trips, kilograms over kilometres of the base walks."""
    found = consumption_per_100km(network(), question().demand)["t49"]
    assert found["laden"] == pytest.approx(100 * (60 * 24 + 5 * 10) / (60 * 100 + 5 * 50))
    assert found["empty"] == pytest.approx(16)
    assert found["mean"] == pytest.approx(20)
