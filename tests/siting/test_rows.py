"""Claim: each row family of docs/model.md is needed, and the search's arrays and cuts say the same."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import product
from math import inf

import numpy as np
import pytest

from corridor.siting.model.formulation import FAMILIES, MONEY, formulate
from corridor.siting.model.period_program import Floats, PeriodProgram
from corridor.siting.model.reference_windows import plain_windows
from corridor.siting.model.windows import most_g, need_g
from corridor.siting.operation.design_cost import DesignCost
from corridor.siting.problem import SitingProblem
from corridor.siting.reduce import reduce
from corridor.siting.rules import may_stand
from corridor.siting.search.period_oracle import PeriodOracle
from corridor.siting.search.relaxation import PeriodRows, Relaxation
from corridor.siting.search.work import Budget
from corridor.solvers.clock import Clock
from corridor.solvers.highs import HighsModel
from corridor.solvers.program import Cut
from corridor.solvers.pulp_door import to_program

from .oracles.corridors import corridor_problem
from .oracles.enumeration import best_plan_cny
from .oracles.instances import tiny_problem, with_stops

Make = Callable[[int], SitingProblem]

NEEDED = tuple(f for f in FAMILIES if f != "opening")
"""Without the opening rows the load rows still close a closed station: they only tighten."""

WITNESS = {
    "balance": 0, "share": 0, "supply": 0, "load": 1, "expansion_order": 2, "plant": 2, "gas": 3,
    "required": 3, "allowed": 4, "window": 4, "existing": 5, "growth": 10, "cover": 12,
    "ladder": 44, "budget": 55, "expansion_growth": 130, "detour": 44, "gate": 7,
}  # fmt: skip
"""For each family a random plan that is answered wrongly without it."""


def witness(family: str) -> SitingProblem:
    """Return the plan to leave the family out of; detours are meant in some only."""
    seed = WITNESS[family]
    return (
        replace(with_stops(seed), stop_cny=0.0, min_stop_kg=12.0)
        if family == "detour"
        else tiny_problem(seed)
    )


def model_cny(posed: SitingProblem, without: str = "") -> float:
    """Optimum of the model as written, windows separated until none is violated [CNY]."""
    problem = reduce(posed).problem
    form = formulate(problem, without=frozenset({without} if without else ()))
    engine = HighsModel(to_program(form.model, form.variables))
    while True:
        answer = engine.solved()
        if answer.state == "infeasible" or answer.values is None:
            return float("inf")
        found = plain_windows(form.ways, answer.values, 1e-7, 50)
        if not found or without == "window":
            return answer.objective * MONEY
        engine.add(found)


@pytest.mark.parametrize("family", NEEDED)
def test_no_family_can_be_left_out(family: str) -> None:
    """With all rows the model's optimum is the enumerated one, without this family it is not."""
    problem = witness(family)
    best = best_plan_cny(problem)
    assert best is not None
    assert model_cny(problem) == pytest.approx(best, rel=1e-6)
    assert abs(model_cny(problem, family) - best) > 1e-4 * best


def work() -> Budget:
    """Return more work than a small problem needs."""
    return Budget(200.0, Clock(None))


def periods_of(problem: SitingProblem) -> list[PeriodRows]:
    """Return the periods as the search sees them."""
    return [PeriodRows(PeriodProgram(problem, t)) for t in range(len(problem.periods))]


def arrays_cny(problem: SitingProblem, *, whole: bool) -> float:
    """Optimum of the search's arrays with plain windows and opening rows [CNY]."""
    rows = periods_of(problem)
    joint = Relaxation(rows, work(), 0)
    program = replace(joint.highs.program, integer=joint.highs.program.integer & whole)
    engine = HighsModel(program)
    while True:
        answer = engine.solved() if whole else engine.relaxed()
        if answer.state == "infeasible" or answer.values is None:
            return inf
        found = []
        for n, each in enumerate(rows):
            point = joint.part(answer.values, n)
            cuts = each.windows.plain(point, 1e-7, 50) + each.model.opening_cuts(point, 1e-7)
            found += [
                Cut((c.columns + joint.offset[n]).astype(np.int32), c.values, c.low) for c in cuts
            ]
        if not found:
            return answer.objective * MONEY
        engine.add(found)


def pulp_cny(problem: SitingProblem, *, whole: bool) -> float:
    """Optimum of the PuLP model, windows separated one way at a time [CNY]."""
    form = formulate(problem)
    engine = HighsModel(to_program(form.model, form.variables))
    while True:
        answer = engine.solved() if whole else engine.relaxed()
        if answer.state == "infeasible" or answer.values is None:
            return inf
        found = plain_windows(form.ways, answer.values, 1e-7, 50)
        if not found:
            return answer.objective * MONEY
        engine.add(found)


@pytest.mark.parametrize("make", [tiny_problem, with_stops])
@pytest.mark.parametrize("seeds", [range(n, n + 10) for n in (0, 10, 20)])
def test_arrays_and_pulp_model_say_the_same(make: Make, seeds: range) -> None:
    """Stops, detours, roads, budgets, covers: same optimum of the programme and of its relaxation."""
    for seed in seeds:
        problem = reduce(make(seed)).problem
        for whole in (False, True):
            expected = pulp_cny(problem, whole=whole)
            found = arrays_cny(problem, whole=whole)
            assert found == pytest.approx(expected, rel=1e-6), (seed, whole)


def medium() -> SitingProblem:
    """Return a corridor on which every kind of row tightens."""
    return reduce(
        corridor_problem(1, sides=16, exits=3, pairs=6, periods=1, tons=(6.0,), tank=(12, 15))
    ).problem


def with_least_purchases() -> SitingProblem:
    """Return a corridor on which trucks must stop where they lack less than the least purchase."""
    return reduce(
        corridor_problem(9, sides=16, exits=3, pairs=6, periods=1, tons=(6.0,), tank=(22,))
    ).problem


@cache
def root_bound(problem: Callable[[], SitingProblem], *kinds: str) -> float:
    """Bound of the relaxation with some kinds of separated rows."""
    (rows,) = periods_of(problem())
    engine = HighsModel(rows.model.program)
    answer = engine.relaxed()
    for _ in range(80):
        assert answer.values is not None
        x = answer.values
        found = rows.model.opening_cuts(x, 1e-5) if "opening" in kinds else []
        found += rows.tiers.cuts(x, 1e-5) if "tiers" in kinds else []
        found += rows.windows.mixed(x, 1e-5, 4) if "mixed" in kinds else []
        found += rows.floors.violated(x, 1e-5, 4) if "floors" in kinds else []
        found += rows.windows.plain(x, 1e-5, 4)
        if not found:
            break
        engine.add(found)
        answer = engine.relaxed()
    return answer.objective


def test_tightening_rows_raise_the_bound() -> None:
    """Opening rows, (l,S)-windows and tier cuts each raise the root bound."""
    bare = root_bound(medium)
    opening = root_bound(medium, "opening")
    mixed = root_bound(medium, "opening", "mixed")
    full = root_bound(medium, "opening", "mixed", "tiers")
    assert bare * (1 + 1e-4) < opening
    assert opening * (1 + 1e-5) < mixed
    assert mixed * (1 + 1e-6) < full


def test_the_least_purchase_raises_the_bound() -> None:
    """With the rows of the least purchase the root bound is higher."""
    without = root_bound(with_least_purchases, "opening", "mixed", "tiers")
    assert without * (1 + 1e-3) < root_bound(
        with_least_purchases, "opening", "mixed", "tiers", "floors"
    )


def some_points(rows: PeriodRows, seed: int, count: int) -> list[Floats]:
    """Return fractional points of a period: optima of random costs, with some windows, and mixtures."""
    rng = np.random.default_rng(seed)
    program = rows.model.program
    points: list[Floats] = []
    engine = HighsModel(program)
    for _ in range(count):
        answer = engine.relaxed()
        if answer.values is None:
            break
        points.append(answer.values)
        if len(points) > 1:
            points.append(0.6 * points[-1] + 0.4 * points[int(rng.integers(len(points)))])
        engine.add(rows.violated(points[-1], 1e-6, 2))
    return points


def as_reference(problem: SitingProblem, rows: PeriodRows, x: Floats) -> bool:
    """Whether some window is violated by more than 1e-4, looked for one way at a time."""
    form = formulate(problem)
    ways = {(way.flow, way.way): way for way in form.ways}
    point = np.zeros(len(form.variables))
    for block in rows.model.ways:
        way = ways[block.flow, block.way]
        point[way.share] = x[block.share]
        of = {p: v for v, p in enumerate(way.passage_of)}
        flow = problem.flows[block.flow]
        for column, passage in zip(block.buy, block.passage, strict=True):
            kg = x[column] * block.need * flow.trips_per_day / 1000
            point[way.buy[of[passage]]] = kg
    return bool(plain_windows(form.ways, point, 1e-4, 1))


def test_both_separations_find_violated_windows_at_the_same_points() -> None:
    """All ways at once, or one way after another: a violated window is found by both or by none."""
    yes = no = 0
    for seed in range(25):
        for make in (tiny_problem, with_stops):
            problem = reduce(make(seed)).problem
            for rows in periods_of(problem):
                for x in some_points(rows, seed, 6):
                    expected = as_reference(problem, rows, x)
                    if expected:
                        assert rows.windows.plain(x, 0.9e-4, 1), seed
                    else:
                        assert not rows.windows.plain(x, 1.1e-4, 1), seed
                    yes, no = yes + expected, no + (not expected)
    assert yes > 40
    assert no > 40


def plan_point(
    rows: PeriodRows, costs: DesignCost, levels: tuple[int, ...], steps: tuple[int, ...]
) -> Floats:
    """Return the point of a design with its best operation: stations, shares and purchases."""
    model = rows.model
    problem = model.problem
    x = np.zeros(model.columns)
    x[: model.design] = model.point_of(levels, steps)
    done = costs.operation(model.period, levels, steps)
    for block in model.ways:
        flow = problem.flows[block.flow]
        x[block.share] = done.shares.get((block.flow, block.way), 0.0)
        of = passages(problem, block.flow, block.way)
        for column, passage in zip(block.buy, block.passage, strict=True):
            kg = done.buys.get((block.flow, block.way, of[passage]), 0.0)
            x[column] = kg * 1000 / (flow.trips_per_day * block.need)
    return x


def passages(problem: SitingProblem, q: int, p: int) -> dict[tuple[int, int], int]:
    """Return the stop of each (site, how often it was passed before), useless stops not counted."""
    flow = problem.flows[q]
    way = flow.ways[p]
    most = most_g(flow, way, tuple(range(len(way.stops))), need_g(flow, way))
    seen: dict[int, int] = {}
    found = {}
    for v, stop in enumerate(way.stops):
        if most[v] > 0:
            found[stop.site, seen.get(stop.site, 0)] = v
            seen[stop.site] = seen.get(stop.site, 0) + 1
    return found


def legal_designs(
    problem: SitingProblem, t: int, rng: random.Random, most: int
) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Return stations and steps that may stand in a period, all of them or as many as asked."""
    tiers = range(len(problem.tiers) + 1)
    periods = len(problem.periods)
    own = [
        [
            k
            for k in tiers
            if any(
                may_stand(problem, j, path) and path[t] == k
                for path in product(tiers, repeat=periods)
            )
        ]
        for j in range(len(problem.sites))
    ]
    steps = [range(len(s.steps_kg_per_day) + 1) for s in problem.sources]
    every = [(levels, bought) for levels in product(*own) for bought in product(*steps)]
    return every if len(every) <= most else rng.sample(every, most)


@pytest.mark.parametrize("make", [tiny_problem, with_stops])
@pytest.mark.parametrize("seeds", [range(n, n + 10) for n in (0, 10, 20)])
def test_no_plan_of_any_design_violates_a_cut(make: Make, seeds: range) -> None:
    """Windows, opening rows and tier cuts found at fractional points hold for every design enumerated."""
    count = 0
    for seed in seeds:
        problem = reduce(make(seed)).problem
        costs = DesignCost(problem)
        for rows in periods_of(problem):
            cuts: list[Cut] = []
            for x in some_points(rows, seed, 8):
                cuts += rows.violated(x, 1e-6, 4) + rows.windows.plain(x, 1e-6, 4)
            count += len(cuts)
            designs = legal_designs(problem, rows.model.period, random.Random(seed), 60)
            for levels, steps in designs:
                x = plan_point(rows, costs, levels, steps)
                for cut in cuts:
                    assert float(np.dot(x[cut.columns], cut.values)) >= cut.low - 1e-5, (
                        seed,
                        levels,
                    )
    assert count > 50


@pytest.mark.parametrize("seed", range(6))
def test_no_plan_of_a_corridor_violates_a_cut(seed: int) -> None:
    """The same for random stations of a corridor with exits, where rows join several ways."""
    rng = random.Random(seed)
    problem = reduce(
        corridor_problem(seed, sides=8, exits=3, pairs=3, periods=1, tons=(9.0,), most_ways=4)
    ).problem
    (rows,) = periods_of(problem)
    cuts: list[Cut] = []
    for x in some_points(rows, seed, 25):
        cuts += rows.violated(x, 1e-6, 4)
    assert cuts
    costs = DesignCost(problem)
    for levels, steps in random_designs(problem, rng, 60):
        x = plan_point(rows, costs, levels, steps)
        for cut in cuts:
            assert float(np.dot(x[cut.columns], cut.values)) >= cut.low - 1e-5, levels


def random_designs(
    problem: SitingProblem, rng: random.Random, count: int
) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Return random stations and steps of one period."""
    top = len(problem.tiers)
    return [
        (
            tuple(rng.choice((0, 0, 1, 2, top)) for _ in problem.sites),
            tuple(rng.randint(0, len(s.steps_kg_per_day)) for s in problem.sources),
        )
        for _ in range(count)
    ]


@pytest.mark.parametrize("seed", range(4))
def test_the_oracle_prices_designs_as_the_state_of_charge_does(seed: int) -> None:
    """Windows and fuel-as-a-variable price random stations alike, and slopes bound the others."""
    rng = random.Random(seed)
    problem = reduce(corridor_problem(seed, sides=18, exits=5, pairs=6, periods=1)).problem
    (rows,) = periods_of(problem)
    oracle, costs = PeriodOracle(rows, [], work(), 0), DesignCost(problem)
    for levels, steps in random_designs(problem, rng, 25):
        exact = costs.operation(0, levels, steps).cost_cny
        point = rows.model.point_of(levels, steps)
        assert oracle.cost(point) == pytest.approx(exact, rel=1e-6)
        assert oracle.bound(point) == pytest.approx(exact, rel=1e-6)
    for levels, steps in random_designs(problem, rng, 60):
        exact = costs.operation(0, levels, steps).cost_cny
        assert oracle.bound(rows.model.point_of(levels, steps)) <= exact * (1 + 1e-6)


def test_stops_that_cost_time_make_the_oracle_a_lower_bound() -> None:
    """It counts the fewest stops over all candidates, a design those over its stations."""
    rng, below = random.Random(0), 0
    posed = replace(corridor_problem(0, sides=18, exits=5, pairs=6, periods=1), stop_cny=60.0)
    problem = reduce(posed).problem
    (rows,) = periods_of(problem)
    oracle, costs = PeriodOracle(rows, [], work(), 0), DesignCost(problem)
    for levels, steps in random_designs(problem, rng, 40):
        exact = costs.operation(0, levels, steps).cost_cny
        cost = oracle.cost(rows.model.point_of(levels, steps))
        assert cost <= exact * (1 + 1e-9)
        below += cost < exact * (1 - 1e-6)
    assert below


@pytest.mark.parametrize("make", [tiny_problem, with_stops])
def test_the_oracle_is_never_above_the_cost(make: Make) -> None:
    """Exact without costs of stops; with them a lower bound, as the slopes are of all other designs."""
    for seed in range(30):
        problem = reduce(make(seed)).problem
        costs, rng = DesignCost(problem), random.Random(seed)
        for rows in periods_of(problem):
            oracle = PeriodOracle(rows, [], work(), 0)
            t = rows.model.period
            every = legal_designs(problem, t, rng, 40)
            rng.shuffle(every)
            for n, (levels, steps) in enumerate(every):
                exact = costs.operation(t, levels, steps).cost_cny
                point = rows.model.point_of(levels, steps)
                assert oracle.bound(point) <= exact + 1e-6 * abs(exact) + 1e-3, (seed, levels)
                if n % 2:
                    continue
                cost = oracle.cost(point)
                if cost == inf:  # covers and the purse are rows of the period, not of its operation
                    assert problem.covers or problem.budget_cny[0] is not None, (seed, levels)
                    continue
                assert cost <= exact + 1e-6 * abs(exact) + 1e-3, (seed, levels)
                if not problem.stop_cny:
                    assert cost == pytest.approx(exact, rel=1e-6, abs=1.0), (seed, levels)
