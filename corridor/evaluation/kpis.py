"""What a plan is worth: coverage, cost of hydrogen, carbon, shortfall, by period and OD pair."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING, Any

from corridor.core.finance import DAYS_PER_YEAR
from corridor.demand.trips import Commodity, Demand
from corridor.evaluation.capital import capital, purchases_of
from corridor.evaluation.costs import PeriodBooks, from_steps, levelised, net_present
from corridor.evaluation.who_pays import co2_price_needed, operator, truck_owner
from corridor.siting.question import Question
from corridor.siting.solution import Solution
from corridor.supply.carbon import delivered_kg_per_kg
from corridor.supply.limits import announced_kg_per_day, may_send_kg_per_day
from corridor.supply.supply import Plant

if TYPE_CHECKING:
    from corridor.network.network import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is measured: a question, its answer, the money and the stations of that answer.

    Parameters
    ----------
    books
        One per period of the problem, from `keep_books`.
    stations
        The ``stations`` of the plan document.
    """

    question: Question
    solution: Solution
    books: tuple[PeriodBooks, ...]
    stations: list[dict[str, Any]]

    def served_trips_per_day(self) -> list[float]:
        """Return the trips of every flow that are driven, from the stop plans. [1/day]."""
        served: list[list[float]] = [[] for _ in self.question.problem.flows]
        for plan in self.solution.stop_plans:
            served[plan.flow].append(plan.trips_per_day)
        return [fsum(parts) for parts in served]

    def commodities(self) -> dict[str, Commodity]:
        """Return the commodities by id."""
        return {c.id: c for c in self.question.demand.commodities}

    def announced_kg_per_day(self, t: int, i: int) -> float:
        """Return how much of what source `i` sends in period `t` is announced. [kg/day]."""
        source = self.question.problem.sources[i]
        plants = {plant.id: plant for plant in self.question.supply.plants}
        sent = fsum(self.solution.supply_kg_per_day[t][i])
        return announced_kg_per_day(sent, source.limit_kg_per_day[t], plants[source.id].announced)

    def may_send_kg_per_day(self, t: int, i: int) -> float:
        """Return what source `i` may send in period `t` with the steps bought by then. [kg/day]."""
        source = self.question.problem.sources[i]
        return may_send_kg_per_day(
            source.limit_kg_per_day[t],
            source.expanded_limit_kg_per_day[t],
            fsum(source.steps_kg_per_day[: self.solution.steps[t][i]]),
        )


def measure(outcome: Outcome) -> dict[str, Any]:
    """Return the KPIs of a plan as the report and `compare` read them.

    Shares are fractions, hydrogen is at the nozzle unless the name says otherwise, money is real.

    Returns
    -------
    dict
        ``by_period``, ``by_od``, ``by_plant``, ``demand_lines``, ``consumption_kg_per_100km``,
        ``lcoh_cny_per_kg``, ``capex_total_cny``, ``npv_cny``, ``npv_without_unmet_cny``.
    """
    question, solution = outcome.question, outcome.solution
    npv = net_present(outcome.books)
    served = outcome.served_trips_per_day()
    kg_per_truck = question.scenario.demand.kg_per_truck_day
    return {
        "lcoh_cny_per_kg": levelised(outcome.books),
        "npv_cny": npv["total"],
        "npv_without_unmet_cny": npv["total"] - npv["unmet"],
        "capex_total_cny": fsum(purchase.cny for purchase in purchases_of(question, solution)),
        "capital": capital(question, solution),
        "who_pays": {
            "operator": operator(question, solution, outcome.books),
            "trucks": truck_owner(
                question, consumption_per_100km(question.network, question.demand)
            ),
        },
        "by_period": [_period(t, outcome, served) for t in range(len(question.problem.periods))],
        "by_od": _by_od(outcome, served),
        "by_plant": _by_plant(outcome),
        "demand_lines": [
            {
                "year": year,
                "low_kg_per_day": low * kg_per_truck,
                "base_kg_per_day": base * kg_per_truck,
                "high_kg_per_day": high * kg_per_truck,
                "used_kg_per_day": used * kg_per_truck,
            }
            for year, low, base, high, used in question.demand.trucks_by_year
        ],
        "consumption_kg_per_100km": consumption_per_100km(question.network, question.demand),
    }


def _period(t: int, outcome: Outcome, served: list[float]) -> dict[str, Any]:
    question, books = outcome.question, outcome.books[t]
    problem, commodities = question.problem, outcome.commodities()
    year = problem.periods[t].year
    flows = [(q, flow) for q, flow in enumerate(problem.flows) if flow.period == t]
    wanted_kg = fsum(flow.trips_per_day * flow.need_g / 1000 for _, flow in flows)
    available = fsum(outcome.may_send_kg_per_day(t, i) for i in range(len(problem.sources)))
    announced = fsum(outcome.announced_kg_per_day(t, i) for i in range(len(problem.sources)))
    shortfall = max(0.0, wanted_kg - available * (1 - question.supply.loss_fraction))
    trips = fsum(flow.trips_per_day for _, flow in flows)
    length_km = {q: commodities[flow.id].variants[0].length_m / 1000 for q, flow in flows}
    km = fsum(flow.trips_per_day * length_km[q] for q, flow in flows)
    km_served = fsum(served[q] * length_km[q] for q, _ in flows)
    open_rows = [row for s in outcome.stations for row in s["timeline"] if row["year"] == year]
    capacity = fsum(row["capacity_kg_per_day"] for row in open_rows)
    sold = books.sold_kg_per_day
    carbon = _carbon(t, outcome)
    diesel = _diesel_kg_per_day(t, outcome, served)
    avoided = {
        method: DAYS_PER_YEAR * (diesel - value * sold) / 1000 for method, value in carbon.items()
    }
    return {
        "year": year,
        "trucks_wanted": next(
            used for y, _, _, _, used in question.demand.trucks_by_year if y == year
        ),
        "demand_kg_per_day": wanted_kg,
        "served_kg_per_day": wanted_kg - books.unmet_kg_per_day,
        "sold_kg_per_day": sold,
        "unmet_kg_per_day": books.unmet_kg_per_day,
        "coverage_by_kg": _share(wanted_kg - books.unmet_kg_per_day, wanted_kg),
        "coverage_by_trips": _share(fsum(served[q] for q, _ in flows), trips),
        "coverage_by_vehicle_km": _share(km_served, km),
        "available_kg_per_day": available,
        "sent_kg_per_day": books.sent_kg_per_day,
        "announced_kg_per_day": announced,
        "assumed_kg_per_day": books.sent_kg_per_day - announced,
        "shortfall_kg_per_day": shortfall,
        "shortfall_cny_per_year": DAYS_PER_YEAR * shortfall * problem.unmet_cny_per_kg,
        "unmet_cny_per_year": books.cny_per_year["unmet"],
        "stations": len(open_rows),
        "capex_cny": fsum(
            purchase.cny
            for purchase in purchases_of(question, outcome.solution)
            if year <= purchase.year <= question.scenario.last_year(year)
        ),
        "lcoh_cny_per_kg": levelised((books,)),
        "co2_kg_per_kg": carbon,
        "co2_avoided_t_per_year": avoided,
        "co2_price_needed_cny_per_t": co2_price_needed(question, books, diesel, avoided),
        "diesel_co2_t_per_year": DAYS_PER_YEAR * diesel / 1000,
        "trailers_per_day": _driven_kg_per_day(t, outcome) / question.scenario.delivery.payload_kg,
        "utilisation": sold / capacity if capacity else None,
        "trucks_refuelling_per_day": fsum(row["trucks_per_day"] for row in open_rows),
    }


def _driven_kg_per_day(t: int, outcome: Outcome) -> float:
    """Return what leaves plants by trailer: all but what stations make themselves. [kg/day]."""
    own = {plant.id for plant in outcome.question.supply.plants if plant.at_site}
    return fsum(
        kg
        for i, source in enumerate(outcome.question.problem.sources)
        if source.id not in own
        for kg in outcome.solution.supply_kg_per_day[t][i]
    )


def _share(part: float, whole: float) -> float | None:
    """Return part / whole, or None where nothing was wanted: zero and "not computed" differ."""
    return part / whole if whole > 0 else None


def _carbon(t: int, outcome: Outcome) -> dict[str, float]:
    """Carbon of a kilogram at the nozzle, one value per allocation method. [kg CO2e/kg].

    Gate value of each plant, plus electricity of filling and of the station at the grid's factor,
    plus the trailers' diesel.
    """
    question, sold = outcome.question, outcome.books[t].sold_kg_per_day
    if sold <= 0:
        return {}
    scenario, problem = question.scenario, question.problem
    plants = {plant.id: plant for plant in question.supply.plants}
    year = problem.periods[t].year
    lanes = {(lane.plant, lane.site): lane for lane in question.supply.lanes if lane.year == year}
    methods = _methods(question.supply.plants)
    parts: dict[str, list[float]] = {method: [] for method in methods}
    for i, source in enumerate(problem.sources):
        values = plants[source.id].carbon_kg_per_kg
        made_there = bool(plants[source.id].at_site)
        for j, kg in enumerate(outcome.solution.supply_kg_per_day[t][i]):
            if kg <= 0:
                continue
            km = lanes[source.id, problem.sites[j].id].round_trip_km
            for method in methods:
                gate = values.get(method, max(values.values()))
                each = gate
                if not made_there:
                    each = delivered_kg_per_kg(gate, scenario.delivery, scenario.carbon, km)
                parts[method].append(kg * each)
    station = scenario.station.compression_kwh_per_kg * scenario.carbon.grid_kg_per_kwh
    return {method: fsum(value) / sold + station for method, value in parts.items()}


def _methods(plants: tuple[Plant, ...]) -> list[str]:
    """Return the allocation methods of all plants, in their order.

    A plant without one counts with the method that gives most.
    """
    return list(dict.fromkeys(method for plant in plants for method in plant.carbon_kg_per_kg))


def _diesel_kg_per_day(t: int, outcome: Outcome, served: list[float]) -> float:
    """CO2 of the diesel trucks that the served trips replace. [kg CO2/day]."""
    scenario, commodities = outcome.question.scenario, outcome.commodities()
    parts = []
    for q, flow in enumerate(outcome.question.problem.flows):
        if flow.period != t:
            continue
        commodity = commodities[flow.id]
        litres = scenario.truck[commodity.truck].diesel_l_per_100km / 100
        km = commodity.variants[0].length_m / 1000
        parts.append(served[q] * km * litres * scenario.carbon.diesel_kg_per_l)
    return fsum(parts)


def _by_od(outcome: Outcome, served: list[float]) -> list[dict[str, Any]]:
    commodities = outcome.commodities()
    rows = []
    for q, flow in enumerate(outcome.question.problem.flows):
        c = commodities[flow.id]
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
                "t_per_year": c.t_per_year,
                "length_km": c.variants[0].length_m / 1000,
                "need_kg_per_trip": flow.need_g / 1000,
                "wanted_kg_per_day": flow.trips_per_day * flow.need_g / 1000,
                "served_kg_per_day": served[q] * flow.need_g / 1000,
                "coverage": _share(served[q], flow.trips_per_day),
            }
        )
    return rows


def _by_plant(outcome: Outcome) -> list[dict[str, Any]]:
    problem = outcome.question.problem
    plants = {plant.id: plant for plant in outcome.question.supply.plants}
    rows = []
    for t, period in enumerate(problem.periods):
        for i, source in enumerate(problem.sources):
            plant = plants[source.id]
            chain = next(row for row in plant.periods if row.year == period.year)
            sent = fsum(outcome.solution.supply_kg_per_day[t][i])
            announced = outcome.announced_kg_per_day(t, i)
            rows.append(
                {
                    "plant": source.id,
                    "name_zh": plant.name_zh,
                    "name_en": plant.name_en,
                    "year": period.year,
                    "gas_limit_kg_per_day": chain.gas_limit_kg_per_day,
                    "nameplate_kg_per_day": chain.nameplate_kg_per_day,
                    "committed_kg_per_day": chain.committed_kg_per_day,
                    "available_kg_per_day": outcome.may_send_kg_per_day(t, i),
                    "sent_kg_per_day": sent,
                    "announced_kg_per_day": announced,
                    "assumed_kg_per_day": sent - announced,
                    "sold_kg_per_day": sent * (1 - problem.loss_fraction),
                    "from_steps_kg_per_day": from_steps(problem, outcome.solution, t, i, chain),
                    "gate_cny_per_kg": chain.gate.announced,
                    "gate_of_steps_cny_per_kg": chain.gate.expansion,
                    "production_cny_per_kg": chain.gate.production,
                    "purification_operation_cny_per_kg": chain.gate.purification_operation,
                    "purification_capital_cny_per_kg": chain.gate.purification_capital,
                    "opportunity_cny_per_kg": chain.gate.opportunity,
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
