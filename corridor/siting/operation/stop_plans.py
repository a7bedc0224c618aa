"""From averages to stop plans: whole grams, trips per plan, deliveries.

The siting model speaks of purchases averaged over the trucks of a flow. `averaged_plans` takes them apart
into plans that one truck can follow; here each becomes whole grams, and a last linear programme
chooses the number of trips per plan, so that no capacity or limit is exceeded by a gram.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING, Final

from corridor.siting.model.formulation import DAYS
from corridor.siting.operation.design_cost import DesignCost, Operation, hydrogen_rows
from corridor.siting.operation.rows import Rows
from corridor.siting.operation.sharing import (
    SPREAD_CNY_PER_KG,
    share_alike,
    spread_loads,
    use_alike,
)
from corridor.siting.operation.stop_patterns import (
    SPARE,
    AveragedPlan,
    averaged_plans,
    full_sites,
    unserved_columns,
)
from corridor.siting.operation.whole_grams import whole_grams
from corridor.siting.problem import SitingProblem
from corridor.siting.rules import Levels
from corridor.siting.solution import StopPlan

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

UP: Final = (0.0,)
"""Cumulative purchases rounded up."""

ALL: Final = (0.0, 0.25, 0.5, 0.75, 0.999)
"""Cumulative purchases rounded up after taking off so many grams: some up, some down."""

TRIES: Final = 5
"""How often stations may prove to be full, or not to be, before the best plans so far are taken."""

SOLD_OUT: Final = 1e-5
"""A station with no more than this share of its size left is full. [-]"""

Followed = tuple[list[StopPlan], dict[int, float], tuple[tuple[float, ...], ...]]
"""Stop plans of a period, its unserved trips per flow, its deliveries."""

Pattern = tuple[int, int, tuple[tuple[int, int], ...]]
"""Flow, way, (stop, grams) in driving order."""


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Stop plans and deliveries of a whole design.

    Parameters
    ----------
    plans
        Every served trip.
    unmet
        Per flow, unserved trips. [1/day]
    supply
        Per period, source and site, what leaves the source. [kg/day]
    shared
        Flows whose unserved trips follow from the rule that shares a shortage alike.
    """

    plans: tuple[StopPlan, ...]
    unmet: tuple[float, ...]
    supply: tuple[tuple[tuple[float, ...], ...], ...]
    shared: frozenset[int] = frozenset()


def dispatch(problem: SitingProblem, costs: DesignCost, levels: Levels, steps: Levels) -> Dispatch:
    """Make stop plans for a design.

    Parameters
    ----------
    problem
        The reduced problem.
    costs
        Costs of its designs.
    levels, steps
        The design.

    Returns
    -------
    Dispatch
        Plans of whole grams within capacities and limits.
    """
    plans: list[StopPlan] = []
    unmet = [0.0] * len(problem.flows)
    supply = []
    shared: frozenset[int] = frozenset()
    for t in range(len(problem.periods)):
        model = costs.model(t, levels[t], steps[t])
        shared |= share_alike(problem, model)
        use_alike(problem, model, levels[t])
        operation = costs.operated(model, t, levels[t], steps[t])
        chosen, rest, brought = _followed(problem, costs, t, levels[t], steps[t], operation)
        plans += chosen
        for q, trips in rest.items():
            unmet[q] = trips
        supply.append(brought)
    plans.sort(key=lambda plan: (plan.flow, -plan.trips_per_day, plan.way, plan.purchases))
    return Dispatch(tuple(plans), tuple(unmet), tuple(supply), shared)


def _followed(
    problem: SitingProblem,
    costs: DesignCost,
    t: int,
    levels: tuple[int, ...],
    steps: tuple[int, ...],
    operation: Operation,
) -> Followed:
    """Make stop plans of one period; which stations are full, so that a truck may take less, is found.

    Averages know of no least purchase. A station that has room on average may be full once every truck
    takes the least, and trips go unserved for it; one thought full may have room after all.
    """
    full = full_sites(problem, t, levels, operation)
    roomy: frozenset[int] = frozenset()
    best: Followed | None = None
    for _ in range(TRIES):
        found = _follow(problem, costs, t, levels, steps, operation, full)
        wrong = full & _with_room(problem, t, levels, found[0])
        short = _short(problem, found[1], operation)
        if not wrong and (best is None or _missed(problem, found) < _missed(problem, best)):
            best = found
        pressed = _sold_out(problem, levels, found[0]) - full - roomy if short else frozenset()
        if not wrong and not pressed:
            break
        roomy |= wrong
        full = (full | pressed) - wrong
    return best or _follow(problem, costs, t, levels, steps, operation, frozenset())


def _follow(
    problem: SitingProblem,
    costs: DesignCost,
    t: int,
    levels: tuple[int, ...],
    steps: tuple[int, ...],
    operation: Operation,
    full: frozenset[int],
) -> Followed:
    """Make stop plans of one period: averages, whole grams, trips."""
    averaged = averaged_plans(problem, costs, t, levels, steps, operation=operation, full=full)
    patterns = _rounded(problem, averaged, UP)
    found = _trips(problem, t, levels, steps, patterns, operation)
    if _short(problem, found[1], operation):
        # A full station or a sold-out plant: plans that round both ways even out.
        patterns = _rounded(problem, averaged, ALL)
        found = _trips(problem, t, levels, steps, patterns, operation)
    return found


def _with_room(
    problem: SitingProblem, t: int, levels: tuple[int, ...], plans: list[StopPlan]
) -> frozenset[int]:
    """Return the sites with purchases below the least that could sell each of them the least."""
    least = int(problem.min_stop_kg * 1000)
    loads: dict[int, list[float]] = {}
    lacks: dict[int, list[float]] = {}
    for plan in plans:
        way = problem.flows[plan.flow].ways[plan.way]
        for v, grams in plan.purchases:
            j = way.stops[v].site
            loads.setdefault(j, []).append(plan.trips_per_day * grams / 1000)
            if grams < least - 1:
                lacks.setdefault(j, []).append(plan.trips_per_day * (least - grams) / 1000)
    return frozenset(
        j
        for j, kg in lacks.items()
        if fsum(loads[j]) + fsum(kg) <= problem.tiers[levels[j] - 1].usable_kg_per_day
    )


def _sold_out(
    problem: SitingProblem, levels: tuple[int, ...], plans: list[StopPlan]
) -> frozenset[int]:
    """Return the sites where the plans buy all that there is."""
    loads: dict[int, list[float]] = {}
    for plan in plans:
        way = problem.flows[plan.flow].ways[plan.way]
        for v, grams in plan.purchases:
            loads.setdefault(way.stops[v].site, []).append(plan.trips_per_day * grams / 1000)
    return frozenset(
        j
        for j, kg in loads.items()
        if fsum(kg) >= problem.tiers[levels[j] - 1].usable_kg_per_day * (1 - SOLD_OUT)
    )


def _missed(problem: SitingProblem, found: Followed) -> float:
    """Return what goes unserved, in kilograms at its price [CNY/day]."""
    costs = []
    for q, trips in found[1].items():
        flow = problem.flows[q]
        ordinary = min(trips, flow.trips_per_day - flow.priority_trips_per_day)
        costs.append(
            flow.need_g
            / 1000
            * (
                ordinary * problem.unmet_cny_per_kg
                + (trips - ordinary) * problem.priority_price_cny_per_kg
            )
        )
    return fsum(costs)


def _rounded(
    problem: SitingProblem, averaged: list[AveragedPlan], offsets: tuple[float, ...]
) -> list[Pattern]:
    """Return the plans in whole grams, each once."""
    found: dict[Pattern, None] = {}
    for plan in averaged:
        flow = problem.flows[plan.flow]
        way = flow.ways[plan.way]
        for offset in offsets:
            purchases = whole_grams(flow, way, plan.stops, list(plan.grams), offset)
            if purchases is not None:
                found[plan.flow, plan.way, purchases] = None
    return list(found)


def _short(problem: SitingProblem, rest: dict[int, float], operation: Operation) -> bool:
    """Whether whole grams leave more unserved than the averaged optimum did."""
    return any(
        trips > (operation.unserved.get(q, 0.0) + 1e-6) * problem.flows[q].trips_per_day
        for q, trips in rest.items()
    )


def _trips(
    problem: SitingProblem,
    t: int,
    levels: tuple[int, ...],
    steps: tuple[int, ...],
    patterns: list[Pattern],
    operation: Operation,
) -> Followed:
    """Choose how many trips follow each plan, and who delivers; the last word on quantities."""
    lp = Rows()
    year = problem.periods[t].weight * DAYS / 1e6
    share: dict[int, list[tuple[int, float]]] = {}
    sold: dict[int, list[tuple[int, float]]] = {}
    for q, p, purchases in patterns:
        flow = problem.flows[q]
        way = flow.ways[p]
        power = fsum(
            problem.sites[way.stops[v].site].power_cny_per_kg * grams for v, grams in purchases
        )
        cost = way.cost_cny_per_trip + problem.stop_cny * len(purchases) + power / 1000
        n = lp.variable(year * flow.trips_per_day * cost)
        share.setdefault(q, []).append((n, 1.0))
        for v, grams in purchases:
            sold.setdefault(way.stops[v].site, []).append((n, flow.trips_per_day * grams / 1e6))
    mine = [q for q, flow in enumerate(problem.flows) if flow.period == t]
    for q in mine:
        lp.row([*share.get(q, []), *unserved_columns(lp, problem, q, operation)], 1, 1)
    _, _, lanes = hydrogen_rows(lp, problem, t, levels, steps, sold=sold, spare=SPARE)
    spread_loads(lp, problem, levels, sold, 1e3 * year * SPREAD_CNY_PER_KG)
    values, _, _ = lp.solve("trips per plan")

    served: dict[int, float] = {}
    plans = []
    loads = [0.0] * len(problem.sites)
    for n, (q, p, purchases) in enumerate(patterns):
        # The columns of the plans came first; a plan for one trip in ten million is noise.
        if values[n] <= 1e-7:
            continue
        flow = problem.flows[q]
        trips = float(values[n]) * flow.trips_per_day
        plans.append(StopPlan(flow=q, way=p, trips_per_day=trips, purchases=purchases))
        served[q] = served.get(q, 0.0) + trips
        for v, grams in purchases:
            loads[flow.ways[p].stops[v].site] += trips * grams / 1000
    rest = {}
    for q in mine:
        left = problem.flows[q].trips_per_day - served.get(q, 0.0)
        rest[q] = left if left > 1e-9 * problem.flows[q].trips_per_day else 0.0
    return plans, rest, _deliveries(problem, loads, lanes, values)


def _deliveries(
    problem: SitingProblem,
    loads: list[float],
    lanes: dict[tuple[int, int], int],
    values: Floats,
) -> tuple[tuple[float, ...], ...]:
    """Scale the deliveries so that each site gets exactly what it sells."""
    brought = [[0.0] * len(problem.sites) for _ in problem.sources]
    for (i, j), column in lanes.items():
        brought[i][j] = float(values[column]) * 1000
    for j, load in enumerate(loads):
        total = fsum(row[j] for row in brought) * (1 - problem.loss_fraction)
        for row in brought:
            row[j] = row[j] * load / total if total > 0 else 0.0
    return tuple(tuple(row) for row in brought)
