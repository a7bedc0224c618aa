"""Operated stations written down in full: every row that it takes to drive and price them again."""

from __future__ import annotations

from math import fsum
from typing import Any

from corridor.evaluation import rows
from corridor.evaluation.costs import keep_books, net_present
from corridor.siting.question import Question
from corridor.siting.solution import Solution

_UNMET = ("commodity", "trips_per_day", "kg_per_day")


def operated_rows(question: Question, solution: Solution) -> dict[str, Any]:
    """Return cost, stations, trips, unmet demand, deliveries and coverage of operated stations.

    Parameters
    ----------
    question
        What is asked.
    solution
        Stations and how they are operated.

    Returns
    -------
    dict
        What ``do_nothing`` and the designs of the evidence have in common (docs/formats.md, 8 and 12).
    """
    problem = question.problem
    books = keep_books(problem, question.supply, solution)
    npv = net_present(books)
    stations = rows.stations(question, solution, books)
    unmet = rows.unmet(problem, solution)
    return {
        "objective_cny": npv["total"],
        "by_period": [
            _period(t, question, stations, books[t].unmet_kg_per_day)
            for t in range(len(problem.periods))
        ],
        "stations": stations,
        "trips": rows.trips(question.demand, problem, solution),
        "unmet": [{key: row[key] for key in _UNMET} for row in unmet],
        "supply": rows.deliveries(question, solution),
        "costs_npv_cny": npv,
    }


def _period(
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
