"""From a solution in indices to the plan that is written: stations, stop plans, deliveries."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING, Any

from corridor.demand.trips import Commodity, Demand
from corridor.evaluation.capital import purchases_of
from corridor.evaluation.costs import PeriodBooks, keep_books, net_present
from corridor.evaluation.kpis import Outcome, measure
from corridor.scenario.dates import period_notes
from corridor.scenario.stations import usable_kg_per_day
from corridor.siting.gap import gap_of
from corridor.siting.lives import ageing
from corridor.siting.problem import SitingProblem
from corridor.siting.question import Question
from corridor.siting.solution import Solution
from corridor.siting.unmet import WORDS
from corridor.supply.supply import Supply

if TYPE_CHECKING:
    from corridor.scenario.scenario import Scenario

SCHEMA = "corridor.plan/2"

BY_THE_CLOCK = "stopped by the clock: not reproducible"


def make_plan(
    question: Question, solution: Solution, inputs: dict[str, str], *, stations_given: bool = False
) -> dict[str, Any]:
    """Write a solution down in the planner's terms.

    Parameters
    ----------
    question
        What the solution was computed from.
    solution
        Levels, stop plans, deliveries, bound.
    inputs
        SHA-256 of the files in ``inputs/`` ("scenario_sha256", ...).
    stations_given
        Whether the stations are the user's own list; the bound then holds for these stations.

    Returns
    -------
    dict
        The ``corridor.plan/2`` document of docs/formats.md, section 8.
    """
    scenario, problem, supply = question.scenario, question.problem, question.supply
    books = keep_books(problem, supply, solution)
    npv = net_present(books)
    stations = _stations(question, solution, books)
    outcome = Outcome(question=question, solution=solution, books=books, stations=stations)
    unavoidable = min(solution.unavoidable.cny, npv["total"])
    bound = min(solution.bound_cny, npv["total"])
    gap = gap_of(npv["total"], bound, unavoidable)
    return {
        "schema": SCHEMA,
        "name": scenario.name,
        "title": scenario.title,
        "inputs": inputs,
        "status": "OPTIMAL" if gap <= scenario.solver.gap_target else "FEASIBLE",
        "objective_cny": npv["total"],
        "bound_cny": bound,
        "unavoidable_cny": unavoidable,
        "unavoidable_by_period": [
            {"year": period.year, "cny": cny, "nozzle_kg_per_day": kg}
            for period, cny, kg in zip(
                problem.periods,
                solution.unavoidable.by_period_cny,
                solution.unavoidable.nozzle_kg_per_day,
                strict=True,
            )
        ],
        "gap": gap,
        "gap_target": scenario.solver.gap_target,
        "search": {
            "stopped": solution.search.stopped,
            "moves_tested": solution.search.moves_tested,
            "locally_optimal": solution.search.locally_optimal,
        },
        "stations_given": stations_given,
        "periods": [
            {"year": p.year, "last_year": scenario.time.last_year(p.year), "weight": p.weight}
            for p in problem.periods
        ],
        "stations": stations,
        "equal_designs": _equal_designs(problem, solution),
        "trips": _trips(question.demand, problem, solution),
        "unmet": _unmet(problem, solution),
        "supply": _deliveries(question, solution),
        "expansions": _expansions(problem, solution),
        "plants": [
            {
                "id": plant.id,
                "name_zh": plant.name_zh,
                "name_en": plant.name_en,
                "kind": plant.kind,
                "lon": plant.lon,
                "lat": plant.lat,
                "node": plant.node,
                "source": plant.source,
                "confidence": plant.confidence,
            }
            for plant in supply.plants
        ],
        "off_plants": [
            {"id": p.id, "name_zh": p.name_zh, "name_en": p.name_en, "reason": p.reason}
            for p in supply.off
        ],
        "costs_npv_cny": npv,
        "kpis": measure(outcome),
        "sizes": sizes(question, solution),
        "caveats": [
            *([f"{BY_THE_CLOCK}."] if solution.search.stopped == "clock" else []),
            *([_GIVEN] if stations_given else []),
            _priority(scenario),
            *period_notes(scenario),
            *_ageing(question),
            *_empty_plants(supply),
            *question.network.notes,
            *question.demand.notes,
            *supply.notes,
        ],
    }


_GIVEN = (
    "The stations were given, not chosen: bound and gap compare this plan with the best use of "
    "these stations, not with the best stations."
)


def _empty_plants(supply: Supply) -> list[str]:
    """Say which plants are on and have nothing to spare."""
    return [
        f"{plant.name_zh} {plant.name_en} is counted as a plant but has nothing to spare in any "
        "period: its output is promised to others."
        for plant in supply.plants
        if not any(row.expandable_to_kg_per_day for row in plant.periods)
        and any(row.committed_kg_per_day for row in plant.periods)
    ]


def _ageing(question: Question) -> list[str]:
    """Say what becomes of existing stations whose life runs out within the plan or has done so."""
    scenario, found = question.scenario, []
    rule, life = scenario.station.existing_at_end_of_life, scenario.station.life_years
    for site in question.sites.sites:
        age = ageing(scenario, site)
        if not site.existing_tier or site.existing_since is None:
            continue
        due = site.existing_since + life
        if due > scenario.time.horizon_end_year:
            continue
        fate = {
            "rebuild": f"is rebuilt and paid for in {', '.join(map(str, age.renewals))}",
            "keep": "is kept and never paid for again",
            "retire": f"closes for good in {max(due, scenario.time.periods[0])}",
        }[rule]
        found.append(
            f"Existing station {site.name_en or site.name_zh or site.id} of {site.existing_since} has lived "
            f"its {life} years in {due} and {fate} (station.existing_at_end_of_life = {rule})."
        )
    return found


def _priority(scenario: Scenario) -> str:
    money = scenario.money
    priority_price = max(money.priority_price_cny_per_kg, money.unmet_price_cny_per_kg)
    return (
        f"When hydrogen is short, trucks of {scenario.time.periods[0]} come first: a kilogram "
        f"that they miss is priced at {priority_price:g} CNY, any other at {money.unmet_price_cny_per_kg:g} "
        "CNY. Both prices are assumptions and decide which stations pay."
    )


def sizes(question: Question, solution: Solution) -> dict[str, int]:
    """Count everything whose number a reader may ask for."""
    network, sites, demand = question.network, question.sites, question.demand
    return {
        "routes": len(network.routes),
        "nodes": len(network.nodes),
        "arcs": len(network.arcs),
        "service_area_sides": len(network.sides),
        "candidate_sites": len(sites.sites),
        "rejected_sites": len(sites.rejected),
        "commodities": len(demand.commodities),
        "od_routes": len({(c.origin, c.destination) for c in demand.commodities}),
        "variants": sum(len(c.variants) for c in demand.commodities),
        "plants": len(question.supply.plants),
        "plants_off": len(question.supply.off),
        "lanes": len(question.supply.lanes),
        **dict(solution.sizes),
    }


def _stations(
    question: Question, solution: Solution, books: tuple[PeriodBooks, ...]
) -> list[dict[str, Any]]:
    """One record per station that serves in any period, with its timeline."""
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
    stations = []
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
            nameplate = scenario.tier[tier.id].capacity_kg_per_day
            load = books[t].station_kg_per_day[j]
            paid = site.capex_cny[before - 1] if before else 0.0
            timeline.append(
                {
                    "year": problem.periods[t].year,
                    "tier": tier.id,
                    "capacity_kg_per_day": nameplate,
                    "usable_kg_per_day": usable_kg_per_day(
                        scenario.tier[tier.id], scenario.station
                    ),
                    "load_kg_per_day": load,
                    "peak_day_kg": load * peak,
                    "utilisation": load / nameplate,
                    "trucks_per_day": fsum(calls[t][j]),
                    "build_cny": site.capex_cny[level - 1] - paid,
                }
            )
            before = max(before, level)
        stations.append(
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
    return sorted(stations, key=lambda s: (s["period"], s["route"], s["chainage_km"] or 0, s["id"]))


def _equal_designs(
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


def _trips(demand: Demand, problem: SitingProblem, solution: Solution) -> list[dict[str, Any]]:
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


def _unmet(problem: SitingProblem, solution: Solution) -> list[dict[str, Any]]:
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


def _deliveries(question: Question, solution: Solution) -> list[dict[str, Any]]:
    problem, payload_kg = question.problem, question.scenario.delivery.payload_kg
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
                        "trailers_per_day": kg / payload_kg,
                    }
                )
    return rows


def _expansions(problem: SitingProblem, solution: Solution) -> list[dict[str, Any]]:
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
