"""What a plan is worth: coverage, cost of hydrogen, carbon, shortfall, by period and OD pair."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING, Any

from corridor.demand.trips import Commodity, Demand
from corridor.evaluation.books import DAYS_PER_YEAR, PeriodBooks, levelised, net_present
from corridor.siting.problem import SitingProblem
from corridor.siting.solution import Solution
from corridor.supply.supply import Plant, Supply

if TYPE_CHECKING:
    from corridor.network.network import Network
    from corridor.scenario.scenario import Scenario


def measure(
    scenario: Scenario,
    network: Network,
    demand: Demand,
    supply: Supply,
    problem: SitingProblem,
    solution: Solution,
    books: tuple[PeriodBooks, ...],
    stations: list[dict[str, Any]],
) -> dict[str, Any]:
    """Return the KPIs of a plan as the report and `compare` read them.

    Shares are fractions, hydrogen is at the nozzle unless the name says otherwise, money is real.

    Returns
    -------
    dict
        ``by_period``, ``by_od``, ``by_plant``, ``demand_lines``, ``consumption_kg_per_100km``,
        ``lcoh_cny_per_kg``, ``capex_total_cny``, ``npv_cny``, ``npv_without_unmet_cny``.
    """
    npv = net_present(books)
    served = _served(problem, solution)
    commodities = {c.id: c for c in demand.commodities}
    return {
        "lcoh_cny_per_kg": levelised(books),
        "npv_cny": npv["total"],
        "npv_without_unmet_cny": npv["total"] - npv["unmet"],
        "capex_total_cny": fsum(
            [
                *(s["capex_cny"] for s in stations),
                *(
                    cny
                    for i, source in enumerate(problem.sources)
                    for cny in source.steps_capex_cny[: solution.steps[-1][i]]
                ),
            ]
        ),
        "by_period": [
            _period(t, scenario, demand, supply, problem, solution, books, stations, served)
            for t in range(len(problem.periods))
        ],
        "by_od": _by_od(problem, commodities, served),
        "by_plant": _by_plant(supply, problem, solution),
        "demand_lines": [
            {
                "year": year,
                "low_kg_per_day": low * scenario.demand.kg_per_truck_day,
                "base_kg_per_day": base * scenario.demand.kg_per_truck_day,
                "high_kg_per_day": high * scenario.demand.kg_per_truck_day,
                "used_kg_per_day": used * scenario.demand.kg_per_truck_day,
            }
            for year, low, base, high, used in demand.trucks_by_year
        ],
        "consumption_kg_per_100km": consumption_per_100km(network, demand),
    }


def _served(problem: SitingProblem, solution: Solution) -> list[float]:
    """Trips per day of every flow that are driven, from the stop plans."""
    served: list[list[float]] = [[] for _ in problem.flows]
    for plan in solution.stop_plans:
        served[plan.flow].append(plan.trips_per_day)
    return [fsum(parts) for parts in served]


def _period(
    t: int,
    scenario: Scenario,
    demand: Demand,
    supply: Supply,
    problem: SitingProblem,
    solution: Solution,
    books: tuple[PeriodBooks, ...],
    stations: list[dict[str, Any]],
    served: list[float],
) -> dict[str, Any]:
    commodities = {c.id: c for c in demand.commodities}
    year = problem.periods[t].year
    wanted_kg = fsum(f.trips_per_day * f.need_g / 1000 for f in problem.flows if f.period == t)
    open_rows = [row for s in stations for row in s["timeline"] if row["year"] == year]
    available = fsum(
        fsum((s.limit_kg_per_day[t], *s.steps_kg_per_day[: solution.steps[t][i]]))
        for i, s in enumerate(problem.sources)
    )
    shortfall = max(0.0, wanted_kg - available * (1 - supply.loss_fraction))
    trips = fsum(f.trips_per_day for f in problem.flows if f.period == t)
    trips_served = fsum(served[q] for q, f in enumerate(problem.flows) if f.period == t)
    mine = [
        (flow.trips_per_day, served[q], commodities[flow.id].variants[0].length_m / 1000)
        for q, flow in enumerate(problem.flows)
        if flow.period == t
    ]
    km = fsum(wanted * length_km for wanted, _, length_km in mine)
    km_served = fsum(driven * length_km for _, driven, length_km in mine)
    sold = books[t].sold_kg_per_day
    carbon = _carbon(t, scenario, supply, problem, solution, sold)
    diesel = _diesel_kg_per_day(t, scenario, problem, commodities, served)
    lcoh = levelised((books[t],))
    capacity = fsum(row["capacity_kg_per_day"] for row in open_rows)
    return {
        "year": year,
        "trucks_wanted": next(used for y, _, _, _, used in demand.trucks_by_year if y == year),
        "demand_kg_per_day": wanted_kg,
        "served_kg_per_day": wanted_kg - books[t].unmet_kg_per_day,
        "sold_kg_per_day": sold,
        "unmet_kg_per_day": books[t].unmet_kg_per_day,
        "coverage_by_kg": _share(wanted_kg - books[t].unmet_kg_per_day, wanted_kg),
        "coverage_by_trips": _share(trips_served, trips),
        "coverage_by_vehicle_km": _share(km_served, km),
        "available_kg_per_day": available,
        "sent_kg_per_day": books[t].sent_kg_per_day,
        "shortfall_kg_per_day": shortfall,
        "shortfall_cny_per_year": DAYS_PER_YEAR * shortfall * problem.unmet_cny_per_kg,
        "unmet_cny_per_year": books[t].cny_per_year["unmet"],
        "stations": len(open_rows),
        "capex_cny": fsum(row["build_cny"] for row in open_rows),
        "lcoh_cny_per_kg": lcoh,
        "co2_kg_per_kg": carbon,
        "co2_avoided_t_per_year": {
            method: DAYS_PER_YEAR * (diesel - value * sold) / 1000
            for method, value in carbon.items()
        },
        "diesel_co2_t_per_year": DAYS_PER_YEAR * diesel / 1000,
        "trailers_per_day": books[t].sent_kg_per_day / scenario.delivery.payload_kg,
        "utilisation": sold / capacity if capacity else None,
        "trucks_refuelling_per_day": fsum(row["trucks_per_day"] for row in open_rows),
    }


def _share(part: float, whole: float) -> float | None:
    """Return part / whole, or None where nothing was wanted: zero and "not computed" differ."""
    return part / whole if whole > 0 else None


def _carbon(
    t: int,
    scenario: Scenario,
    supply: Supply,
    problem: SitingProblem,
    solution: Solution,
    sold: float,
) -> dict[str, float]:
    """Carbon of a kilogram at the nozzle, one value per allocation method. [kg CO2e/kg].

    Gate value of each plant, plus electricity of filling and of the station at the grid's factor,
    plus the trailers' diesel.
    """
    plants = {plant.id: plant for plant in supply.plants}
    year = problem.periods[t].year
    lanes = {(lane.plant, lane.site): lane for lane in supply.lanes if lane.year == year}
    d = scenario.delivery
    methods = _methods(supply.plants)
    parts: dict[str, list[float]] = {method: [] for method in methods}
    for i, source in enumerate(problem.sources):
        for j, kg in enumerate(solution.supply_kg_per_day[t][i]):
            if kg <= 0:
                continue
            lane = lanes[source.id, problem.sites[j].id]
            litres = lane.round_trip_km * d.diesel_l_per_100km / 100 / d.payload_kg
            road = litres * scenario.carbon.diesel_kg_per_l
            filling = d.filling_kwh_per_kg * scenario.carbon.grid_kg_per_kwh
            values = plants[source.id].carbon_kg_per_kg
            for method in methods:
                gate = values.get(method, max(values.values()))
                parts[method].append(kg * (gate + filling + road))
    if sold <= 0:
        return {}
    station = scenario.station.compression_kwh_per_kg * scenario.carbon.grid_kg_per_kwh
    return {method: fsum(value) / sold + station for method, value in parts.items()}


def _methods(plants: tuple[Plant, ...]) -> list[str]:
    """Return the allocation methods of all plants, in their order.

    A plant without one counts with its dearest method.
    """
    return list(dict.fromkeys(method for plant in plants for method in plant.carbon_kg_per_kg))


def _diesel_kg_per_day(
    t: int,
    scenario: Scenario,
    problem: SitingProblem,
    commodities: dict[str, Commodity],
    served: list[float],
) -> float:
    """CO2 of the diesel trucks that the served trips replace. [kg CO2/day]."""
    parts = []
    for q, flow in enumerate(problem.flows):
        if flow.period != t:
            continue
        commodity = commodities[flow.id]
        litres = scenario.truck[commodity.truck].diesel_l_per_100km / 100
        km = commodity.variants[0].length_m / 1000
        parts.append(served[q] * km * litres * scenario.carbon.diesel_kg_per_l)
    return fsum(parts)


def _by_od(
    problem: SitingProblem, commodities: dict[str, Commodity], served: list[float]
) -> list[dict[str, Any]]:
    rows = []
    for q, flow in enumerate(problem.flows):
        c = commodities[flow.id]
        wanted = flow.trips_per_day * flow.need_g / 1000
        rows.append(
            {
                "od": c.od,
                "commodity": c.id,
                "origin_zh": c.origin_zh,
                "origin_en": c.origin_en,
                "destination_zh": c.destination_zh,
                "destination_en": c.destination_en,
                "market": c.market,
                "cargo": c.cargo,
                "truck": c.truck,
                "convention": c.convention,
                "year": c.year,
                "trips_per_day": flow.trips_per_day,
                "length_km": c.variants[0].length_m / 1000,
                "need_kg_per_trip": flow.need_g / 1000,
                "wanted_kg_per_day": wanted,
                "served_kg_per_day": served[q] * flow.need_g / 1000,
                "coverage": _share(served[q], flow.trips_per_day),
            }
        )
    return rows


def _by_plant(supply: Supply, problem: SitingProblem, solution: Solution) -> list[dict[str, Any]]:
    names = {plant.id: plant for plant in supply.plants}
    rows = []
    for t, period in enumerate(problem.periods):
        for i, source in enumerate(problem.sources):
            chain = next(row for row in names[source.id].periods if row.year == period.year)
            rows.append(
                {
                    "plant": source.id,
                    "name_zh": names[source.id].name_zh,
                    "name_en": names[source.id].name_en,
                    "year": period.year,
                    "gas_limit_kg_per_day": chain.gas_limit_kg_per_day,
                    "nameplate_kg_per_day": chain.nameplate_kg_per_day,
                    "committed_kg_per_day": chain.committed_kg_per_day,
                    "available_kg_per_day": fsum(
                        (
                            source.limit_kg_per_day[t],
                            *source.steps_kg_per_day[: solution.steps[t][i]],
                        )
                    ),
                    "sold_kg_per_day": fsum(solution.supply_kg_per_day[t][i]),
                    "gate_cny_per_kg": chain.gate_cny_per_kg,
                    "purification_cny_per_kg": chain.purification_cny_per_kg,
                    "filling_cny_per_kg": chain.filling_cny_per_kg,
                }
            )
    return rows


def consumption_per_100km(network: Network, demand: Demand) -> dict[str, dict[str, float]]:
    """Mean consumption of each truck class on the base walks, by payload state. [kg/100 km]."""
    lengths = {arc.id: arc.length_m for arc in network.arcs}
    burnt: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for commodity in demand.commodities:
        for leg in commodity.variants[0].legs:
            kg = commodity.trips_per_day * sum(leg.grams) / 1000
            km = commodity.trips_per_day * sum(lengths[arc] for arc in leg.arcs) / 1000
            burnt.setdefault((commodity.truck, leg.load), []).append((kg, km))
    result: dict[str, dict[str, float]] = {}
    for (truck, load), legs in sorted(burnt.items()):
        if fsum(km for _, km in legs) > 0:
            result.setdefault(truck, {})[load] = _per_100_km(legs)
    for truck, row in result.items():
        row["mean"] = _per_100_km(
            [leg for (name, _), legs in burnt.items() if name == truck for leg in legs]
        )
    return result


def _per_100_km(legs: list[tuple[float, float]]) -> float:
    return 100 * fsum(kg for kg, _ in legs) / fsum(km for _, km in legs)
