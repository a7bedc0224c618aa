"""The rows of a plan document: stations, stop plans, unmet trips, deliveries, expansion steps."""

from __future__ import annotations

from math import fsum
from typing import Any

from corridor.demand.trips import Commodity, Demand
from corridor.evaluation.capital import purchases_of
from corridor.evaluation.costs import PeriodBooks
from corridor.scenario.stations import storage_class, storage_kg, usable_kg_per_day
from corridor.siting.problem import SitingProblem
from corridor.siting.question import Question
from corridor.siting.solution import Solution
from corridor.siting.unmet import WORDS


def stations(
    question: Question, solution: Solution, books: tuple[PeriodBooks, ...]
) -> list[dict[str, Any]]:
    """Return a record per station that serves in any period, with its timeline."""
    scenario, problem = question.scenario, question.problem
    by_id = {site.id: site for site in question.sites.sites}
    calls: list[list[list[float]]] = [[[] for _ in problem.sites] for _ in problem.periods]
    for plan in solution.stop_plans:
        flow = problem.flows[plan.flow]
        for stop, _ in plan.purchases:
            site_index = flow.ways[plan.way].stops[stop].site
            calls[flow.period][site_index].append(plan.trips_per_day)
    peak = scenario.station.peak_day_factor
    bought = purchases_of(question, solution)
    found = []
    for j, site in enumerate(problem.sites):
        levels = [solution.levels[t][j] for t in range(len(problem.periods))]
        if not levels[-1]:
            continue
        candidate = by_id[site.id]
        timeline: list[dict[str, Any]] = []
        before = site.existing_level
        for t, level in enumerate(levels):
            if not level or site.closed(t):
                continue
            tier = problem.tiers[level - 1]
            size = (scenario.tier[tier.id], scenario.station, scenario.delivery)
            nameplate = scenario.tier[tier.id].capacity_kg_per_day
            stored = storage_kg(*size)
            load = books[t].station_kg_per_day[j]
            paid = site.capex_cny[before - 1] if before else 0.0
            timeline.append(
                {
                    "year": problem.periods[t].year,
                    "tier": tier.id,
                    "capacity_kg_per_day": nameplate,
                    "usable_kg_per_day": usable_kg_per_day(*size),
                    "storage_kg": stored,
                    "storage_class": storage_class(stored, scenario.station),
                    "load_kg_per_day": load,
                    "peak_day_kg": load * peak,
                    "utilisation": load / nameplate,
                    "trucks_per_day": fsum(calls[t][j]),
                    "build_cny": site.capex_cny[level - 1] - paid,
                }
            )
            before = max(before, level)
        found.append(
            {
                "id": site.id,
                "name_zh": candidate.name_zh,
                "name_en": candidate.name_en,
                "kind": candidate.kind,
                "route": candidate.route,
                "carriageway": candidate.carriageway,
                "chainage_km": None
                if candidate.chainage_m is None
                else candidate.chainage_m / 1000,
                "county": candidate.county,
                "lon": candidate.lon,
                "lat": candidate.lat,
                "node": candidate.node,
                "position_km": candidate.position_km,
                "period": timeline[0]["year"],
                "tier": timeline[-1]["tier"],
                "capacity_kg_per_day": timeline[-1]["capacity_kg_per_day"],
                "load_kg_per_day": timeline[-1]["load_kg_per_day"],
                "existing": site.existing_level > 0,
                "capex_cny": fsum(row["build_cny"] for row in timeline),
                "replacements": [
                    {"year": p.year, "cny": p.cny}
                    for p in bought
                    if p.of == site.id and p.kind == "station_replacements"
                ],
                "timeline": timeline,
            }
        )
    return sorted(found, key=lambda s: (s["period"], s["route"], s["chainage_km"] or 0, s["id"]))


def equal_designs(
    problem: SitingProblem, solution: Solution
) -> list[dict[str, list[dict[str, Any]]]] | None:
    """Return what is different in each design that costs the same; None where none was looked for."""
    if solution.equal_designs is None:
        return None
    names = (None, *(tier.id for tier in problem.tiers))
    return [
        {
            "sites": [
                {"id": problem.sites[j].id, "tiers": [names[level] for level in levels]}
                for j, levels in design.sites
            ],
            "plants": [
                {"id": problem.sources[i].id, "steps": list(steps)} for i, steps in design.sources
            ],
        }
        for design in solution.equal_designs
    ]


def trips(demand: Demand, problem: SitingProblem, solution: Solution) -> list[dict[str, Any]]:
    """Return the stop plans, by commodity."""
    commodities = {c.id: c for c in demand.commodities}
    rows = []
    for plan in solution.stop_plans:
        flow = problem.flows[plan.flow]
        way = flow.ways[plan.way]
        visits = _visit_index(commodities[flow.id], way.id)
        rows.append(
            {
                "commodity": flow.id,
                "variant": way.id,
                "trips_per_day": plan.trips_per_day,
                "stops": [
                    {
                        "visit": visits[
                            problem.sites[way.stops[stop].site].id, way.stops[stop].at_g
                        ],
                        "station": problem.sites[way.stops[stop].site].id,
                        "fuel_g": fuel_g,
                    }
                    for stop, fuel_g in plan.purchases
                ],
            }
        )
    return sorted(rows, key=lambda r: (r["commodity"], -r["trips_per_day"], r["variant"]))


def _visit_index(commodity: Commodity, variant_id: str) -> dict[tuple[str, int], int]:
    """Find a visit by site and fuel burnt: every arc burns at least a gram, so no two agree."""
    variant = next(v for v in commodity.variants if v.id == variant_id)
    return {(visit.site, visit.at_g): k for k, visit in enumerate(variant.visits)}


def unmet(problem: SitingProblem, solution: Solution) -> list[dict[str, Any]]:
    """Return the trips that stay unserved, with why."""
    rows = []
    for q, (flow, trips, reason) in enumerate(
        zip(problem.flows, solution.unmet_trips_per_day, solution.unmet_reasons, strict=True)
    ):
        if reason is not None:
            rows.append(
                {
                    "commodity": flow.id,
                    "trips_per_day": trips,
                    "kg_per_day": trips * flow.need_g / 1000,
                    "reason": reason.code,
                    "figures": dict(reason.figures),
                    "why": WORDS[reason.code],
                    "shared_by_rule": bool(solution.shared_by_rule and solution.shared_by_rule[q]),
                }
            )
    return rows


def deliveries(question: Question, solution: Solution) -> list[dict[str, Any]]:
    """Return what leaves each plant for each station, by period."""
    problem, payload_kg = question.problem, question.scenario.delivery.payload_kg
    own = {plant.id for plant in question.supply.plants if plant.at_site}
    lanes = {(lane.plant, lane.site, lane.year): lane for lane in question.supply.lanes}
    rows = []
    for t, period in enumerate(problem.periods):
        for i, source in enumerate(problem.sources):
            for j, kg in enumerate(solution.supply_kg_per_day[t][i]):
                if kg <= 0:
                    continue
                lane = lanes[source.id, problem.sites[j].id, period.year]
                rows.append(
                    {
                        "plant": source.id,
                        "station": problem.sites[j].id,
                        "year": period.year,
                        "kg_per_day": kg,
                        "round_trip_km": lane.round_trip_km,
                        "delivery_cny_per_kg": lane.delivery_cny_per_kg,
                        "trailers_per_day": 0.0 if source.id in own else kg / payload_kg,
                    }
                )
    return rows


def expansions(problem: SitingProblem, solution: Solution) -> list[dict[str, Any]]:
    """Return the expansion steps bought by each period."""
    return [
        {
            "plant": source.id,
            "year": period.year,
            "steps": solution.steps[t][i],
            "added_kg_per_day": fsum(source.steps_kg_per_day[: solution.steps[t][i]]),
            "capex_cny": fsum(source.steps_capex_cny[: solution.steps[t][i]]),
        }
        for t, period in enumerate(problem.periods)
        for i, source in enumerate(problem.sources)
        if solution.steps[t][i]
    ]
