"""From averages to stop plans: who stops where for how many whole grams.

The siting model speaks of purchases averaged over the trucks of a flow. Here, with the stations fixed,
each truck gets a concrete plan: a linear programme over subsets of the open stops (windows restricted
to the subset, no stop below the least amount where the trip leaves the choice, fewer stops preferred),
then whole grams, then one last programme for the number of trips per plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

from corridor.siting.design import DesignCost, Levels, Operation, Rows, hydrogen_rows
from corridor.siting.formulation import DAYS
from corridor.siting.geometry import drivable, geometry, need_g
from corridor.siting.grams import whole_grams
from corridor.siting.problem import SitingProblem
from corridor.siting.solution import StopPlan

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

STOP_CNY: Final = 2.0
"""Preference for fewer stops, per stop of a truck: it chooses between plans, it is not a cost [CNY]."""

SMALL_CNY_PER_KG: Final = 50.0
"""Preference against stops below the least amount; chooses between plans, not a cost [CNY/kg]."""

SUBSETS: Final = 160
"""Most subsets of stops that are offered per way; the averaged plan's own stops always are."""

SPARE: Final = 1e-9
"""Share of capacities and limits left free for the rounding of sums [-]."""


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
    """

    plans: tuple[StopPlan, ...]
    unmet: tuple[float, ...]
    supply: tuple[tuple[tuple[float, ...], ...], ...]


Choice = tuple[int, int, tuple[int, ...], bool]
"""Flow, way, stops, and whether every stop must reach the least amount."""


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
    for t in range(len(problem.periods)):
        operation = costs.operation(t, levels[t], steps[t])
        offered = _offered(problem, costs, t, levels[t], operation)
        patterns = _patterns(problem, t, levels[t], steps[t], offered)
        chosen, rest, brought = _trips(problem, t, levels[t], steps[t], patterns)
        plans += chosen
        for q, trips in rest.items():
            unmet[q] = trips
        supply.append(brought)
    plans.sort(key=lambda plan: (plan.flow, -plan.trips_per_day, plan.way, plan.purchases))
    return Dispatch(tuple(plans), tuple(unmet), tuple(supply))


def _offered(
    problem: SitingProblem, costs: DesignCost, t: int, levels: tuple[int, ...], operation: Operation
) -> list[Choice]:
    """Choose which subsets of stops of which ways the programme may use."""
    choices: list[Choice] = []
    for q, flow in enumerate(problem.flows):
        if flow.period != t:
            continue
        for p, stops in costs.open_ways(q, levels):
            way = flow.ways[p]
            used = tuple(v for v in stops if operation.buys.get((q, p, v), 0.0) > 1e-7)
            served = operation.shares.get((q, p), 0.0) > 1e-9
            if not need_g(flow, way):
                choices.append((q, p, (), False))
                continue
            if p and not served:
                continue
            wanted = [c for c in _subsets(stops, used) if drivable(flow, way, c)]
            if wanted:
                fewest = min(map(len, wanted))
                wanted = [c for c in wanted if len(c) <= fewest + 1][:SUBSETS]
            choices += [(q, p, c, True) for c in wanted]
            if served and drivable(flow, way, used):
                choices.append((q, p, used, False))
    return choices


def _subsets(stops: tuple[int, ...], used: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield subsets of stops, small ones first, of the used stops before those with others."""
    most = 4 if len(stops) <= 12 else 3
    for size in range(1, most + 1):
        yield from combinations(used, size)
        inside = set(used)
        for subset in combinations(stops, size):
            if not inside.issuperset(subset):
                yield subset
    for size in range(most + 1, len(used) + 1):
        yield from combinations(used, size)


def _patterns(
    problem: SitingProblem,
    t: int,
    levels: tuple[int, ...],
    steps: tuple[int, ...],
    offered: list[Choice],
) -> list[tuple[int, int, tuple[tuple[int, int], ...]]]:
    """Solve over subsets of stops and return the plans used, in whole grams, each once."""
    lp = Rows()
    year = problem.periods[t].weight * DAYS / 1e6
    share: dict[int, list[tuple[int, float]]] = {}
    sold: dict[int, list[tuple[int, float]]] = {}
    columns: list[tuple[int, list[int]]] = []
    for q, p, stops, least in offered:
        flow = problem.flows[q]
        way = flow.ways[p]
        trips = flow.trips_per_day
        need = need_g(flow, way)
        extra = way.cost_cny_per_trip + STOP_CNY * len(stops)
        if not least:
            small = max(0.0, problem.min_stop_kg * 1000 * len(stops) - 0.5 * need) / 1000
            extra += STOP_CNY + (SMALL_CNY_PER_KG * small if stops else 0.0)
        n = lp.variable(year * trips * extra)
        share.setdefault(q, []).append((n, 1.0))
        buys = []
        for v in stops:
            power = problem.sites[way.stops[v].site].power_cny_per_kg
            buys.append(lp.variable(year * power * trips * need / 1000))
            sold.setdefault(way.stops[v].site, []).append((buys[-1], trips * need / 1e6))
        columns.append((n, buys))
        if not stops:
            continue
        lp.row([*((r, 1.0) for r in buys), (n, -1.0)], 0, 0)
        geo = geometry(flow, way, stops)
        for i, j, short in zip(geo.first, geo.last, geo.short, strict=True):
            inside = [(buys[geo.stop_of(k)], 1.0) for k in range(int(i) + 1, int(j))]
            lp.row([*inside, (n, -float(short) / need)], 0, float("inf"))
        if least:
            floor = min(problem.min_stop_kg * 1000, need / len(stops))
            for r in buys:
                lp.row([(r, 1.0), (n, -floor / need)], 0, float("inf"))
    for q, flow in enumerate(problem.flows):
        if flow.period == t:
            price = flow.need_g / 1000 * problem.unmet_cny_per_kg
            unmet = lp.variable(year * flow.trips_per_day * price)
            lp.row([*share.get(q, []), (unmet, 1.0)], 1, 1)
    hydrogen_rows(lp, problem, t, levels, steps, sold, SPARE)
    values, _, _ = lp.solve("stop plans")
    found: dict[tuple[int, int, tuple[tuple[int, int], ...]], None] = {}
    for (q, p, stops, _), (n, buys) in zip(offered, columns, strict=True):
        if values[n] <= 1e-9:
            continue
        flow = problem.flows[q]
        way = flow.ways[p]
        averaged = [float(values[r]) / float(values[n]) * need_g(flow, way) for r in buys]
        for kept, grams in whole_grams(flow, way, stops, averaged):
            found[q, p, tuple(zip(kept, grams, strict=True))] = None
    return list(found)


def _trips(
    problem: SitingProblem,
    t: int,
    levels: tuple[int, ...],
    steps: tuple[int, ...],
    patterns: list[tuple[int, int, tuple[tuple[int, int], ...]]],
) -> tuple[list[StopPlan], dict[int, float], tuple[tuple[float, ...], ...]]:
    """Choose how many trips follow each plan, and who delivers; the last word on quantities."""
    lp = Rows()
    year = problem.periods[t].weight * DAYS / 1e6
    share: dict[int, list[tuple[int, float]]] = {}
    sold: dict[int, list[tuple[int, float]]] = {}
    for q, p, purchases in patterns:
        flow = problem.flows[q]
        way = flow.ways[p]
        power = sum(
            problem.sites[way.stops[v].site].power_cny_per_kg * grams for v, grams in purchases
        )
        cost = way.cost_cny_per_trip + power / 1000
        n = lp.variable(year * flow.trips_per_day * cost)
        share.setdefault(q, []).append((n, 1.0))
        for v, grams in purchases:
            sold.setdefault(way.stops[v].site, []).append((n, flow.trips_per_day * grams / 1e6))
    unmet: dict[int, int] = {}
    for q, flow in enumerate(problem.flows):
        if flow.period == t:
            price = flow.need_g / 1000 * problem.unmet_cny_per_kg
            unmet[q] = lp.variable(year * flow.trips_per_day * price)
            lp.row([*share.get(q, []), (unmet[q], 1.0)], 1, 1)
    _, _, lanes = hydrogen_rows(lp, problem, t, levels, steps, sold, SPARE)
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
    for q in unmet:
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
        total = sum(row[j] for row in brought) * (1 - problem.loss_fraction)
        for row in brought:
            row[j] = row[j] * load / total if total > 0 else 0.0
    return tuple(tuple(row) for row in brought)
