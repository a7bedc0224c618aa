"""From a solution in indices to the plan that is written: stations, stop plans, deliveries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corridor.evaluation import rows
from corridor.evaluation.caveats import (
    busy_gates,
    empty_plants,
    of_unknown_size,
    what_limits_stations,
)
from corridor.evaluation.costs import keep_books, net_present
from corridor.evaluation.do_nothing import do_nothing
from corridor.evaluation.kpis import Outcome, measure
from corridor.scenario.dates import period_notes, year_notes, years_of
from corridor.siting.gap import gap_of
from corridor.siting.lives import ageing
from corridor.siting.question import Question
from corridor.siting.solution import Solution

if TYPE_CHECKING:
    from corridor.scenario.scenario import Scenario

SCHEMA = "corridor.plan/2"

ENDED_EARLY = {
    "clock": "stopped by the clock: not reproducible",
    "crash": "the solver crashed: best plan so far, not reproducible",
    "hang": "the solver stood still: best plan so far, not reproducible",
    "memory": "out of memory: best plan so far, not reproducible",
}
"""What is said of a search that came to no end of its own."""


def make_plan(
    question: Question,
    solution: Solution,
    inputs: dict[str, str],
    *,
    standing: Solution,
    stations_given: bool = False,
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
    standing
        What the stations that stand already do alone.
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
    stations = rows.stations(question, solution, books)
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
            {
                "year": p.year,
                "last_year": scenario.last_year(p.year),
                "weight": p.weight,
                "decides": p.decides,
            }
            for p in problem.periods
        ],
        "stations": stations,
        "equal_designs": rows.equal_designs(problem, solution),
        "trips": rows.trips(question.demand, problem, solution),
        "unmet": rows.unmet(problem, solution),
        "supply": rows.deliveries(question, solution),
        "expansions": rows.expansions(problem, solution),
        "plants": [
            {
                "id": plant.id,
                "name_zh": plant.name_zh,
                "name_en": plant.name_en,
                "kind": plant.kind,
                "announced": plant.announced,
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
        "do_nothing": do_nothing(question, standing),
        "kpis": measure(outcome),
        "sizes": sizes(question, solution),
        "caveats": [
            *[f"{words}." for words in (ENDED_EARLY.get(solution.search.stopped),) if words],
            *([_GIVEN] if stations_given else []),
            _priority(scenario),
            *period_notes(scenario),
            *year_notes(scenario),
            *of_unknown_size(scenario),
            *_ageing(question),
            *empty_plants(supply),
            *busy_gates(question, solution),
            *what_limits_stations(question, solution),
            *question.network.notes,
            *question.demand.notes,
            *supply.notes,
        ],
    }


_GIVEN = (
    "The stations were given, not chosen: bound and gap compare this plan with the best use of "
    "these stations, not with the best stations."
)


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


def _first_years(scenario: Scenario) -> str:
    run = years_of(scenario, scenario.slices[0])
    return str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}"


def _priority(scenario: Scenario) -> str:
    money = scenario.money
    priority_price = max(money.priority_price_cny_per_kg, money.unmet_price_cny_per_kg)
    return (
        f"When hydrogen is short, trucks of {_first_years(scenario)} come first: a kilogram "
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
