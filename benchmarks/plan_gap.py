"""The gap that matters: against what can be decided, not against what no plan can avoid."""

from __future__ import annotations

import math

from corridor.siting.model.formulation import DAYS
from corridor.siting.model.windows import drivable, need_g
from corridor.siting.problem import Flow, SitingProblem


def gap_of(objective: float, bound: float, unavoidable: float) -> float:
    """Return (objective - bound) / (objective - C0); infinite without a plan or a bound.

    Parameters
    ----------
    objective, bound
        Cost of the plan, and what no plan is below. [CNY]
    unavoidable
        C0: the penalty that every plan pays; the bound counts as at least this. [CNY]
    """
    bound = max(bound, unavoidable)
    if not (math.isfinite(objective) and math.isfinite(bound)):
        return math.inf
    if objective - bound <= max(1.0, 1e-9 * abs(objective)):
        return 0.0
    return (objective - bound) / (objective - unavoidable)


def unavoidable_cny(problem: SitingProblem) -> float:
    """Return a lower bound on what every plan pays for unmet hydrogen, by supply alone. [CNY].

    Per period a knapsack: all that the plants can ever send goes where a kilogram saves most,
    each trip on its way with the least purchase. Stations, budgets and policies are left out.
    """
    total = [0.0]
    for t, period in enumerate(problem.periods):
        left = sum(
            min(
                source.limit_kg_per_day[t] + sum(source.steps_kg_per_day),
                source.expanded_limit_kg_per_day[t],
            )
            for source in problem.sources
        ) * (1 - problem.loss_fraction)
        pieces: list[tuple[float, float]] = []
        for flow in problem.flows:
            if flow.period == t and flow.trips_per_day > 0:
                pieces += _pieces(problem, flow)
        for price, kg in sorted(pieces, reverse=True):
            sold = min(left, kg)
            left -= sold
            total.append(period.weight * DAYS * price * (kg - sold) if kg else 0.0)
        total += [
            period.weight * DAYS * problem.unmet_cny_per_day(flow, flow.trips_per_day)
            for flow in problem.flows
            if flow.period == t and _least_kg(flow) is None
        ]
    return math.fsum(total) * (1 - 1e-12)


def _least_kg(flow: Flow) -> float | None:
    """Return what a trip must buy at least, or None where no way can be driven. [kg]."""
    open_ways = [way for way in flow.ways if drivable(flow, way, tuple(range(len(way.stops))))]
    return min((need_g(flow, way) / 1000 for way in open_ways), default=None)


def _pieces(problem: SitingProblem, flow: Flow) -> list[tuple[float, float]]:
    """Return (price of a kilogram not sold, kilograms) for trips without and with priority."""
    least = _least_kg(flow)
    if not least:
        return []
    price = problem.unmet_cny_per_kg * flow.need_g / 1000 / least
    extra = problem.priority_extra_cny_per_kg * flow.need_g / 1000 / least
    first = flow.priority_trips_per_day
    return [(price, (flow.trips_per_day - first) * least), (price + extra, first * least)]
