"""The line that every plan is held against: what stands already, and nothing new."""

from __future__ import annotations

from math import fsum
from typing import Any

from corridor.evaluation import rows
from corridor.evaluation.costs import keep_books, net_present
from corridor.siting.problem import SitingProblem
from corridor.siting.question import Question
from corridor.siting.solution import Solution

_UNMET = ("commodity", "trips_per_day", "kg_per_day")


def do_nothing(question: Question, standing: Solution) -> dict[str, Any]:
    """Write down what it costs, and whom it leaves unserved, to build nothing.

    Parameters
    ----------
    question
        What is asked.
    standing
        From `corridor.siting.standing.operate_what_stands`.

    Returns
    -------
    dict
        ``do_nothing`` of docs/formats.md, section 8: every row that it takes to drive it again.
    """
    problem = question.problem
    books = keep_books(problem, question.supply, standing)
    npv = net_present(books)
    stations = rows.stations(question, standing, books)
    return {
        "objective_cny": npv["total"],
        "bound_cny": min(standing.bound_cny, npv["total"]) if stations else npv["total"],
        "by_period": [
            period_row(t, question, stations, books[t].unmet_kg_per_day)
            for t in range(len(problem.periods))
        ],
        "stations": stations,
        "trips": rows.trips(question.demand, problem, standing),
        "unmet": unmet_rows(problem, standing),
        "supply": rows.deliveries(question, standing),
        "costs_npv_cny": npv,
    }


def unmet_rows(problem: SitingProblem, solution: Solution) -> list[dict[str, Any]]:
    """Return the trips that stay unserved, without why."""
    return [{key: row[key] for key in _UNMET} for row in rows.unmet(problem, solution)]


def period_row(
    t: int, question: Question, stations: list[dict[str, Any]], unmet_kg: float
) -> dict[str, Any]:
    """Return stations, demand, unmet demand and coverage of a period.

    Parameters
    ----------
    t
        Index of the period.
    question
        What is asked.
    stations
        Records of the stations that serve in any period.
    unmet_kg
        Wanted and not sold. [kg/day]
    """
    problem = question.problem
    year = problem.periods[t].year
    wanted = fsum(f.trips_per_day * f.need_g / 1000 for f in problem.flows if f.period == t)
    return {
        "year": year,
        "stations": sum(row["year"] == year for s in stations for row in s["timeline"]),
        "demand_kg_per_day": wanted,
        "unmet_kg_per_day": unmet_kg,
        "coverage_by_kg": (wanted - unmet_kg) / wanted if wanted > 0 else None,
    }
