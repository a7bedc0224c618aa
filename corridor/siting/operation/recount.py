"""The objective, recomputed from the rows of a plan by nothing but the formulas of docs/formats.md."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

from corridor.siting.model.formulation import DAYS
from corridor.siting.operation.stop_plans import Dispatch
from corridor.siting.problem import SitingProblem


def recount_cny(
    problem: SitingProblem,
    levels: Sequence[Sequence[int]],
    steps: Sequence[Sequence[int]],
    dispatch: Dispatch,
) -> float:
    """Return the net present cost of a plan as written: levels, steps, stop plans, deliveries [CNY].

    Parameters
    ----------
    problem
        The problem.
    levels, steps
        Per period, tier number per site and steps bought per source.
    dispatch
        Stop plans, unmet trips, deliveries.
    """
    yearly: list[list[float]] = [[] for _ in problem.periods]
    for t in range(len(problem.periods)):
        for site, level in zip(problem.sites, levels[t], strict=True):
            yearly[t].append(site.yearly_cny(level, t))
        for i, source in enumerate(problem.sources):
            yearly[t] += source.steps_annual_cny[: steps[t][i]]
            for j, kg in enumerate(dispatch.supply[t][i]):
                lane = source.lane_cny_per_kg[t][j]
                if kg and lane is not None:
                    yearly[t].append(DAYS * kg * (source.least_gate_cny_per_kg(t) + lane))
            beyond = fsum(dispatch.supply[t][i]) - source.cheaper_kg_per_day(t, steps[t][i])
            yearly[t].append(DAYS * max(0.0, beyond) * source.dearer_cny_per_kg(t))
    for plan in dispatch.plans:
        flow = problem.flows[plan.flow]
        way = flow.ways[plan.way]
        power = fsum(
            problem.sites[way.stops[v].site].power_cny_per_kg * g / 1000 for v, g in plan.purchases
        )
        stops = problem.stop_cny * len(plan.purchases)
        cost = way.cost_cny_per_trip + stops + power
        yearly[flow.period].append(DAYS * plan.trips_per_day * cost)
    for flow, trips in zip(problem.flows, dispatch.unmet, strict=True):
        yearly[flow.period].append(DAYS * problem.unmet_cny_per_day(flow, trips))
    # Exactly rounded: the order of rows plays no part.
    return fsum(p.weight * fsum(costs) for p, costs in zip(problem.periods, yearly, strict=True))
