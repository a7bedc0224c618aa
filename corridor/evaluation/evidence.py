"""The document of the value of service: every design with the rows that it takes to drive it again."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from corridor.evaluation import rows
from corridor.evaluation.operated import operated_rows
from corridor.siting.problem import SitingProblem
from corridor.siting.question import Question
from corridor.siting.rules import Levels
from corridor.siting.solution import Solution
from corridor.siting.standing import standing_levels
from corridor.siting.value_of_service import WORK_SHARE, KnownDesign, Proved, ServicePoint

SCHEMA = "corridor.evidence/1"

_PERIOD = ("year", "stations", "demand_kg_per_day", "unmet_kg_per_day", "coverage_by_kg")
_STATION = ("id", "name_zh", "name_en", "route", "carriageway", "chainage_km")

Json = dict[str, Any]


def plan_as_design(question: Question, plan: Json) -> tuple[KnownDesign, Proved]:
    """Return a plan document as a design that may compete, and what its search proved.

    Parameters
    ----------
    question
        What the plan answers.
    plan
        The ``corridor.plan/2`` document; unmet demand has a price in it.
    """
    problem, unmet_cny = question.problem, plan["costs_npv_cny"]["unmet"]
    design = KnownDesign(
        levels=_levels(problem, plan),
        steps=_steps(problem, plan),
        spent_cny=plan["objective_cny"] - unmet_cny,
        unmet_kg=unmet_cny / problem.unmet_cny_per_kg,
    )
    proved = Proved(
        bound_cny=plan["bound_cny"],
        unavoidable_cny=plan["unavoidable_cny"],
        stopped=plan["search"]["stopped"],
    )
    return design, proved


def make_evidence(
    question: Question, plan: Json, plan_sha256: str, points: tuple[ServicePoint, ...]
) -> Json:
    """Write the value of service down beside a plan.

    Parameters
    ----------
    question
        What the plan answers.
    plan, plan_sha256
        The plan document and the hash of its file.
    points
        From `corridor.siting.value_of_service.value_of_service`.

    Returns
    -------
    dict
        The ``corridor.evidence/1`` document of docs/formats.md, section 12.
    """
    solutions: list[Solution] = []
    for point in points:
        found = point.design.solution
        if found is not None and not any(found is other for other in solutions):
            solutions.append(found)
    designs = [_design(question, found) for found in solutions]
    numbers = [
        next((n for n, each in enumerate(solutions) if each is point.design.solution), None)
        for point in points
    ]
    stands = [plan if n is None else designs[n] for n in numbers]
    return {
        "schema": SCHEMA,
        "plan_sha256": plan_sha256,
        "work_share": WORK_SHARE,
        "points": [
            _point(point, n, designs, plan) for point, n in zip(points, numbers, strict=True)
        ],
        "stations": _entries([p.unmet_price_cny_per_kg for p in points], stands),
        "designs": [
            {key: value for key, value in design.items() if key != "by_period"}
            for design in designs
        ],
    }


def _levels(problem: SitingProblem, plan: Json) -> Levels:
    site = {each.id: j for j, each in enumerate(problem.sites)}
    tier = {each.id: k for k, each in enumerate(problem.tiers, start=1)}
    period = {each.year: t for t, each in enumerate(problem.periods)}
    levels = [list(row) for row in standing_levels(problem)]
    for station in plan["stations"]:
        for row in station["timeline"]:
            levels[period[row["year"]]][site[station["id"]]] = tier[row["tier"]]
    return tuple(tuple(row) for row in levels)


def _steps(problem: SitingProblem, plan: Json) -> Levels:
    bought = {(row["plant"], row["year"]): row["steps"] for row in plan["expansions"]}
    return tuple(
        tuple(bought.get((source.id, period.year), 0) for source in problem.sources)
        for period in problem.periods
    )


def _design(question: Question, solution: Solution) -> Json:
    """Return a design with all its rows, priced as the plan is."""
    expansions = rows.expansions(question.problem, solution)
    return {**operated_rows(question, solution), "expansions": expansions}


def _point(point: ServicePoint, number: int | None, designs: list[Json], plan: Json) -> Json:
    by_period = plan["kpis"]["by_period"] if number is None else designs[number]["by_period"]
    return {
        "unmet_price_cny_per_kg": point.unmet_price_cny_per_kg,
        "priority_price_cny_per_kg": point.priority_price_cny_per_kg,
        "design": number,
        "objective_cny": point.design.cost_cny(point.unmet_price_cny_per_kg),
        "spent_cny": point.design.spent_cny,
        "bound_cny": point.proved.bound_cny,
        "unavoidable_cny": point.proved.unavoidable_cny,
        "gap": point.gap,
        "stopped": point.proved.stopped,
        "by_period": [{key: row[key] for key in _PERIOD} for row in by_period],
    }


def _entries(prices: list[float], stands: list[Json]) -> list[Json]:
    """Return every new station with the prices at which it stands, the first to enter first.

    ``enters_by`` is the least price from which on it stands at every price asked about, and
    ``enters_above`` the price before; None where it does not stand at the highest, or stands at all.
    """
    found: dict[str, Json] = {}
    for price, plan in zip(prices, stands, strict=True):
        for station in plan["stations"]:
            if not station["existing"]:
                first = {key: station[key] for key in _STATION}
                found.setdefault(station["id"], {**first, "stands_at_cny_per_kg": []})
                found[station["id"]]["stands_at_cny_per_kg"].append(price)
    for row in found.values():
        row["enters_above_cny_per_kg"] = row["enters_by_cny_per_kg"] = None
        if prices[-1] in row["stands_at_cny_per_kg"]:
            row["enters_by_cny_per_kg"] = prices[0]
            for before, price in pairwise(prices):
                if before not in row["stands_at_cny_per_kg"]:
                    row["enters_above_cny_per_kg"] = before
                    row["enters_by_cny_per_kg"] = price
    return sorted(found.values(), key=_order)


def _order(row: Json) -> tuple[bool, float, str]:
    by = row["enters_by_cny_per_kg"]
    return by is None, row["stands_at_cny_per_kg"][0] if by is None else by, row["id"]
