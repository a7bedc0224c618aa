"""Claim: a stop costs its time in model, operation, plan and books, and no stop is made for nothing."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from scipy.optimize import linprog

from corridor.core.errors import InfeasibleError
from corridor.siting.model.windows import can_take, chains, drivable, least_stops, need_g
from corridor.siting.operation.design_cost import DesignCost
from corridor.siting.operation.stop_patterns import least_purchase_g
from corridor.siting.problem import Commodity, Variant
from corridor.siting.reduce import reduce
from corridor.siting.solution import SolverSettings
from corridor.siting.solve import solve

from .oracles.driver import check
from .oracles.enumeration import best_plan_cny, operation_cny_per_year
from .oracles.instances import with_stops
from .test_plans import random_trip

EXACT = SolverSettings(gap_target=0.0, time_limit_s=60.0)


def takes(flow: Commodity, way: Variant, stops: tuple[int, ...], floors: list[int]) -> bool:
    """Whether a linear programme over purchases and the level at the first stop has a point."""
    at = [way.stops[v].at_g - (way.stops[stops[0]].at_g if flow.loop else 0) for v in stops]
    rows, right = [], []
    for n, g in enumerate(at):
        before = [-1.0] * n + [0.0] * (len(at) - n)
        rows += [[*before, -1.0], [*(-b for b in before[:n]), 1.0, *before[n + 1 :], 1.0]]
        right += [-g, flow.usable_g + g]
    start = (0, flow.usable_g) if flow.loop else (flow.start_g, flow.start_g)
    bounds = [*((floor, None) for floor in floors), start]
    balance = [[*(1.0 for _ in at), 0.0]]
    # A loop must also come back to its first stop: the lap is what it buys, so the level repeats.
    answer = linprog([0.0] * len(bounds), rows, right, balance, [need_g(flow, way)], bounds)
    return bool(answer.status == 0)


def test_fewest_stops_sets_and_floors_are_exact() -> None:
    """600 trips: as few stops, the same sets and the same floors as trying and a programme find."""
    rng = random.Random(1)
    possible = 0
    for _ in range(600):
        flow, way = random_trip(rng)
        every = tuple(range(len(way.stops)))
        if not need_g(flow, way):
            assert least_stops(flow, way, every) == 0
            continue
        sets = [s for n in range(1, len(every) + 1) for s in combinations(every, n)]
        through = [s for s in sets if drivable(flow, way, s)]
        assert least_stops(flow, way, every) == (min(map(len, through)) if through else None)
        for size in range(1, len(every) + 1):
            found = list(chains(flow, way, every, size, 10**6))
            assert found == sorted(s for s in through if len(s) == size)
            assert list(chains(flow, way, every, size, 2)) == found[:2]
        for stops in rng.sample(sets, min(2, len(sets))):
            most = need_g(flow, way) // len(stops)
            floors = [rng.choice([0, 0, most // 2, rng.randint(0, most)]) for _ in stops]
            possible += can_take(flow, way, stops, floors)
            assert can_take(flow, way, stops, floors) == takes(flow, way, stops, floors)
    assert possible > 100


@pytest.mark.parametrize("seed", range(120))
def test_bound_average_and_plan_stand_in_order(seed: int) -> None:
    """Bound <= enumerated optimum with the fewest stops = averages <= plan; the plan keeps the rules."""
    problem = with_stops(seed)
    best = best_plan_cny(problem)
    try:
        solution = solve(problem, EXACT)
    except InfeasibleError:
        return
    assert best is not None
    assert solution.bound_cny <= best * (1 + 1e-6) + 1
    assert solution.averaged_cny >= best * (1 - 1e-6) - 1
    assert solution.objective_cny >= solution.averaged_cny * (1 - 1e-6) - 1
    check(problem, solution)
    for plan in solution.stop_plans:
        flow = problem.flows[plan.flow]
        way = flow.ways[plan.way]
        stops = tuple(v for v, _ in plan.purchases)
        floor = least_purchase_g(flow, way, stops, problem.min_stop_kg) if stops else 0
        assert floor is not None, "some of its stops would do, each with the least purchase"
        assert all(g >= floor - 1 for _, g in plan.purchases)


@pytest.mark.parametrize("seed", range(40))
def test_operation_with_stops_is_the_enumerated_one(seed: int) -> None:
    """Random stations: the same cost of operation by windows of open stops and by driving."""
    problem = with_stops(seed)
    rng = random.Random(seed)
    whole = reduce(problem).problem
    costs = DesignCost(whole)
    for t in range(len(problem.periods)):
        levels = tuple(rng.randint(0, len(problem.tiers)) for _ in whole.sites)
        steps = (0,) * len(whole.sources)
        annual = sum(s.annual_cny[k - 1] for s, k in zip(whole.sites, levels, strict=True) if k)
        annual += operation_cny_per_year(whole, t, levels, steps)
        expected = problem.periods[t].weight * annual
        assert costs.operation(t, levels, steps).cost_cny == pytest.approx(expected, rel=1e-6)
