"""Claim: a stop costs its time in model, operation, plan and books, and no stop is made for nothing."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations

import pytest

from corridor.core.errors import InfeasibleError
from corridor.siting.model.floors import always_keeps_floor, can_take, floor_of, keeps_floor
from corridor.siting.model.windows import chains, drivable, geometry, least_stops, need_g
from corridor.siting.operation.design_cost import DesignCost
from corridor.siting.problem import Commodity, Variant, Visit
from corridor.siting.reduce import reduce
from corridor.siting.solution import SolverSettings
from corridor.siting.solve import solve

from .oracles.driver import check
from .oracles.enumeration import (
    best_plan_cny,
    keeping_sets,
    operation_cny_per_year,
    runs_that_sell_the_least,
    takes,
)
from .oracles.instances import with_stops
from .test_plans import random_trip

EXACT = SolverSettings(gap_target=0.0, time_limit_s=60.0)


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
    least = int(problem.min_stop_kg * 1000)
    for plan in solution.stop_plans:
        flow = problem.flows[plan.flow]
        way = flow.ways[plan.way]
        levels = solution.levels[flow.period]
        stops = tuple(v for v, stop in enumerate(way.stops) if levels[stop.site])
        if min((g for _, g in plan.purchases), default=least) < least - 1:
            none = need_g(flow, way) < least or not keeping_sets(flow, way, stops, least)
            assert none, "other open stops would do, each with the least purchase"


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


def test_the_least_purchase_is_kept_wherever_it_can_be() -> None:
    """400 trips: a choice of stops that keeps it is found where there is one, and its runs by driving."""
    rng = random.Random(2)
    kept, runs = 0, 0
    for _ in range(400):
        flow, way = random_trip(rng)
        if rng.random() < 0.4 and way.stops:
            way = replace(way, detour_sites=(rng.choice(way.stops).site,))
        count = max((stop.site for stop in way.stops), default=0) + 1
        levels = tuple(int(rng.random() < 0.8) for _ in range(count))
        stops = tuple(v for v, stop in enumerate(way.stops) if levels[stop.site])
        floor = rng.choice([1000, need_g(flow, way) // 3, need_g(flow, way) // 2]) or 1000
        if not need_g(flow, way) or not drivable(flow, way, stops):
            continue
        sets = keeping_sets(flow, way, stops, floor)
        found = keeps_floor(flow, way, stops, floor)
        assert (found is None) == (not sets)
        assert found is None or found in sets
        rule = floor_of(flow, way, stops, (floor + 0.5) / 1000)
        least = 0 if need_g(flow, way) < floor or not sets else floor
        assert rule.grams == least
        kept += bool(least)
        expected = runs_that_sell_the_least(flow, way, levels, (floor + 0.5) / 1000)
        mine = [frozenset(stops[n] for n in run) for run in rule.runs]
        for run in mine:
            assert run in {frozenset(r) for r in expected}
        # Any other run that must sell is either wider, or sells as much for want of it.
        lacking = {frozenset(r) for r in expected if not any(m <= frozenset(r) for m in mine)}
        # All stops of a loop together sell what the lap burns.
        for run in lacking - {frozenset(stops)}:
            geo = geometry(flow, way, stops)
            inside = [
                frozenset(stops[geo.stop_of(k)] for k in range(int(i) + 1, int(j)))
                for i, j, short in zip(geo.first, geo.last, geo.short, strict=True)
                if short >= floor
            ]
            assert any(window <= run for window in inside)
        runs += len(mine)
    assert kept > 100
    assert runs > 50


def test_where_the_least_purchase_always_fits_it_fits_with_any_stations() -> None:
    """Trips with up to seven stops, some of them detours: every choice of stations is tried."""
    rng = random.Random(3)
    sure = 0
    for _ in range(3000):
        usable = rng.randint(40, 120)
        total = rng.randint(usable // 3, 4 * usable)
        count = rng.randint(1, 7)
        at = sorted(rng.choice([rng.randint(0, total), total // 2]) for _ in range(count))
        stops = tuple(Visit(site=n, at_g=g) for n, g in enumerate(at))
        flow = Commodity(
            id="q", period=0, trips_per_day=1.0, need_g=1, usable_g=usable,
            start_g=rng.randint(0, usable), end_g=rng.randint(0, usable // 2),
            loop=rng.random() < 0.5, ways=(),
        )  # fmt: skip
        meant = tuple(sorted(rng.sample(range(count), min(count, rng.choice([0, 0, 1, 2])))))
        way = Variant(id="p", total_g=total, stops=stops, detour_sites=meant)
        floor = rng.randint(usable // 8, usable // 3)
        if not always_keeps_floor(flow, way, floor):
            continue
        for size in range(1, count + 1):
            for some in combinations(range(count), size):
                if set(meant) <= set(some) and drivable(flow, way, some):
                    sure += 1
                    assert keeps_floor(flow, way, some, floor) is not None
    assert sure > 2000
