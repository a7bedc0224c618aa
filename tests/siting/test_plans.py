"""Claim: averages become few stop plans of whole grams that a truck can follow."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from scipy.optimize import linprog

from corridor.siting.model.windows import drivable, geometry, need_g
from corridor.siting.operation.whole_grams import carries, whole_grams
from corridor.siting.problem import Commodity, Variant, Visit
from corridor.siting.solution import SolverSettings
from corridor.siting.solve import solve

from .oracles.corridors import corridor_problem
from .oracles.driver import check, drive


def random_trip(rng: random.Random) -> tuple[Commodity, Variant]:
    """Make a trip of a few kilograms with up to six stops."""
    total = rng.randint(2000, 90000)
    loop = rng.random() < 0.5
    U = rng.randint(1500, 60000)
    marks = sorted(rng.sample(range(total), rng.randint(1, 6)))
    way = Variant(
        id="w", stops=tuple(Visit(site=n, at_g=g) for n, g in enumerate(marks)), total_g=total
    )
    start, end = (0, 0) if loop else (rng.randint(0, U), rng.randint(0, U))
    flow = Commodity(
        id="f", period=0, trips_per_day=1.0, usable_g=U, start_g=start, end_g=end, loop=loop,
        need_g=total if loop else max(0, total + end - start), ways=(way,),
    )  # fmt: skip
    return flow, way


def averaged(rng: random.Random, flow: Commodity, way: Variant) -> list[float] | None:
    """Make a random point of the windows, by an LP with random prices."""
    stops = tuple(range(len(way.stops)))
    geo = geometry(flow, way, stops)
    rows, right = [], []
    for i, j, short in zip(geo.first, geo.last, geo.short, strict=True):
        row = [0.0] * len(stops)
        for point in range(int(i) + 1, int(j)):
            row[geo.stop_of(point)] -= 1.0
        rows.append(row)
        right.append(-float(short))
    mixed = [0.0] * len(stops)
    for weight in (0.37, 0.63):
        prices = [rng.random() for _ in stops]
        answer = linprog(
            prices, rows or None, right or None, [[1.0] * len(stops)], [float(geo.need)],
            [(0, float(m)) for m in geo.most],
        )  # fmt: skip
        if answer.status != 0:
            return None
        mixed = [a + weight * b for a, b in zip(mixed, answer.x, strict=True)]
    return mixed


def test_whole_grams_carry_every_truck_that_the_averages_carry() -> None:
    """1,000 random trips: rounding cumulative purchases, up or down, never strands a truck."""
    rng = random.Random(5)
    done = 0
    while done < 1000:
        flow, way = random_trip(rng)
        stops = tuple(range(len(way.stops)))
        if not need_g(flow, way) or not drivable(flow, way, stops):
            continue
        grams = averaged(rng, flow, way)
        assert grams is not None, "drivable, but the windows have no point"
        for offset in (0.0, 0.5, 0.999):
            purchases = whole_grams(flow, way, stops, grams, offset)
            assert purchases is not None
            drive(flow, way, purchases)
            assert carries(flow, way, purchases)
            assert sum(g for _, g in purchases) == need_g(flow, way)
            for v, g in purchases:
                assert abs(g - grams[v]) < 2
        done += 1


def test_carries_refuses_what_the_driver_refuses() -> None:
    """A gram less, a gram more than the tank holds, or a stop left out is refused by both."""
    rng = random.Random(6)
    refused = 0
    for _ in range(1800):
        flow, way = random_trip(rng)
        stops = tuple(range(len(way.stops)))
        if not need_g(flow, way) or not drivable(flow, way, stops):
            continue
        grams = averaged(rng, flow, way)
        assert grams is not None
        purchases = whole_grams(flow, way, stops, grams)
        assert purchases is not None
        v, g = purchases[rng.randrange(len(purchases))]
        w = rng.randrange(len(stops))
        changed = dict(purchases)
        changed[v] = max(0, g - rng.choice([1, 50, g]))
        changed[w] = changed.get(w, 0) + rng.choice([0, 1, g])
        wrong = tuple((k, changed[k]) for k in sorted(changed) if changed[k])
        if flow.loop and sum(x for _, x in wrong) != way.total_g:
            continue
        try:
            drive(flow, way, wrong)
        except AssertionError:
            refused += 1
            assert not carries(flow, way, wrong)
        else:
            assert carries(flow, way, wrong)
    assert refused > 100


@pytest.mark.parametrize("seed", range(3))
def test_people_can_read_the_plans(seed: int) -> None:
    """Few plans per flow, few stops per plan, and no top-ups below the least amount but by need."""
    problem = corridor_problem(
        seed, sides=24, exits=5, pairs=8, periods=2, tons=(4.0, 12.0), most_ways=6
    )
    problem = replace(problem, stop_cny=17.0)
    solution = solve(problem, SolverSettings(gap_target=0.02, time_limit_s=20))
    check(problem, solution)
    stops = [(plan, g) for plan in solution.stop_plans for _, g in plan.purchases]
    small = [plan for plan, g in stops if g < problem.min_stop_kg * 1000 - 2]
    assert sum(p.trips_per_day for p in small) <= 0.02 * sum(p.trips_per_day for p, _ in stops)
    assert len(solution.stop_plans) <= 3 * len(problem.flows)
    assert all(len(plan.purchases) <= 5 for plan in solution.stop_plans)
    assert solution.objective_cny <= solution.averaged_cny * 1.001
