"""Claim: over the price of unmet demand costs are concave and never fall, and no dearer price serves less."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.core.errors import InfeasibleError, InputError
from corridor.siting import value_of_service as subject
from corridor.siting.gap import equal_within_cny
from corridor.siting.problem import SitingProblem
from corridor.siting.rules import Levels
from corridor.siting.solution import Solution, SolverChoice, SolverSettings
from corridor.siting.solve import evaluate_design, solve
from corridor.siting.standing import standing_levels
from corridor.siting.unavoidable import unavoidable_penalty
from corridor.siting.value_of_service import (
    PRICES_CNY_PER_KG,
    KnownDesign,
    Proved,
    ServicePoint,
    priced,
    prices_around,
    proved_between,
    value_of_service,
)

from .oracles.enumeration import best_plan_cny
from .oracles.instances import tiny_problem

EXACT = SolverSettings(gap_target=0.0, time_limit_s=60.0, work_limit=180.0)
PRICES = prices_around(100.0)


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Solve without a process of its own: what is found is the same."""
    monkeypatch.setattr(subject, "solve_apart", solve)
    monkeypatch.setattr(subject, "evaluate_apart", evaluate_design)


def asked(problem: SitingProblem, solution: Solution | None = None) -> tuple[ServicePoint, ...]:
    """Return the value of service of a problem, its own plan solved exactly or given."""
    own = solution or solve(problem, EXACT)
    penalty = sum(
        problem.periods[f.period].weight * 365 * problem.unmet_cny_per_day(f, trips)
        for f, trips in zip(problem.flows, own.unmet_trips_per_day, strict=True)
    )
    plan = KnownDesign(
        levels=own.levels,
        steps=own.steps,
        spent_cny=own.objective_cny - penalty,
        unmet_kg=penalty / problem.unmet_cny_per_kg,
    )
    proved = Proved(
        bound_cny=own.bound_cny, unavoidable_cny=own.unavoidable.cny, stopped=own.search.stopped
    )
    return value_of_service(problem, EXACT, plan=plan, proved=proved)


def solvable(seeds: range) -> list[SitingProblem]:
    """Return tiny problems that have a plan, their own price 100 CNY/kg and the priority price twice that."""
    found = []
    for seed in seeds:
        problem = priced(tiny_problem(seed), 100.0)
        try:
            solve(problem, EXACT)
        except InfeasibleError:
            continue
        found.append(problem)
    return found


def test_every_point_is_the_enumerated_optimum() -> None:
    """Cost and bound are those of enumeration at each price; service follows from its slopes.

    What a best plan leaves unmet is a slope of the least cost over the price: it lies between the
    mean slopes to either side, whatever plan it is.
    """
    served_more = 0
    for problem in solvable(range(9)):
        best = [best_plan_cny(priced(problem, price)) for price in PRICES]
        known = [cost for cost in best if cost is not None]
        assert len(known) == len(PRICES)
        slopes = [
            (high - low) / (dear - cheap)
            for (cheap, low), (dear, high) in pairwise(zip(PRICES, known, strict=True))
        ]
        rounding = 1e-6 * known[-1]
        assert all(slope >= -rounding for slope in slopes), "the least cost falls"
        assert all(left >= right - rounding for left, right in pairwise(slopes)), (
            "it is not concave"
        )
        points = asked(problem)
        for n, point in enumerate(points):
            price = point.unmet_price_cny_per_kg
            cost = point.design.cost_cny(price)
            assert cost == pytest.approx(known[n], rel=5e-3, abs=1.0)
            assert cost >= known[n] * (1 - 1e-6) - 1
            assert point.proved.bound_cny <= known[n] * (1 + 1e-6) + 1
        unmet = [point.design.unmet_kg for point in points]
        for n, (cheap, dear) in enumerate(pairwise(unmet)):
            off = 5e-3 * known[-1] / (PRICES[n + 1] - PRICES[n])
            assert dear - off <= slopes[n] <= cheap + off
        served_more += unmet[0] > unmet[-1] + 1.0
    assert served_more > 1, "no case in which the price matters"


def test_laws_hold_exactly_whatever_the_search_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    """With plans that are anything but best: concave, never falling, no dearer price serves less."""

    def poor(problem: SitingProblem, settings: SolverChoice) -> Solution:
        """Build nothing at every other price."""
        if PRICES.index(problem.unmet_cny_per_kg) % 2:
            return solve(problem, settings)
        return evaluate_design(problem, standing_levels(problem), settings)

    monkeypatch.setattr(subject, "solve_apart", poor)
    tried = 0
    for problem in solvable(range(24, 33)):
        try:
            points = asked(problem)
        except InfeasibleError:  # something is required: nothing cannot be built
            continue
        tried += 1
        costs = [p.design.cost_cny(p.unmet_price_cny_per_kg) for p in points]
        for low, high in pairwise(points):
            assert high.design.unmet_kg <= low.design.unmet_kg + 1e-9 * abs(low.design.unmet_kg) + 1
        for point, cost in zip(points, costs, strict=True):
            assert all(
                other.design.cost_cny(point.unmet_price_cny_per_kg) >= cost - equal_within_cny(cost)
                for other in points
            )
            assert point.proved.bound_cny <= cost
            assert 0.0 <= point.gap <= 1.0
    assert tried > 1


def test_a_design_of_another_price_is_operated_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stations known only from a low price serve at a high one whom it then pays to serve."""

    def found(problem: SitingProblem, settings: SolverChoice) -> Solution:
        if problem.unmet_cny_per_kg == 75.0:
            return solve(problem, settings)
        return evaluate_design(problem, standing_levels(problem), settings)

    calls: list[tuple[float, Levels]] = []

    def again(problem: SitingProblem, levels: Levels, settings: SolverChoice) -> Solution:
        calls.append((problem.unmet_cny_per_kg, levels))
        return evaluate_design(problem, levels, settings)

    monkeypatch.setattr(subject, "solve_apart", found)
    monkeypatch.setattr(subject, "evaluate_apart", again)
    better = 0
    for problem in solvable(range(12)):
        try:
            points = asked(problem, evaluate_design(problem, standing_levels(problem), EXACT))
        except InfeasibleError:
            continue
        for price, levels in calls:
            point = next(p for p in points if p.unmet_price_cny_per_kg == price)
            least = evaluate_design(priced(problem, price), levels, EXACT).objective_cny
            assert point.design.cost_cny(price) <= least + equal_within_cny(least)
            better += point.design.levels == levels
        calls.clear()
    assert better > 0


def test_at_its_own_price_the_plan_stands_unless_another_costs_less() -> None:
    """An exact plan is its own best; one that builds nothing gives way to what is found on the way."""
    gave_way = 0
    for problem in solvable(range(5)):
        exact = asked(problem)
        own = next(p for p in exact if p.unmet_price_cny_per_kg == 100.0)
        assert own.design.solution is None
        assert own.gap <= 5e-3
        try:
            nothing = evaluate_design(problem, standing_levels(problem), EXACT)
        except InfeasibleError:
            continue
        poor = asked(problem, nothing)
        own = next(p for p in poor if p.unmet_price_cny_per_kg == 100.0)
        assert own.design.cost_cny(100.0) <= nothing.objective_cny + 1e-6
        gave_way += own.design.solution is not None
    assert gave_way > 0


@pytest.mark.parametrize(("off", "gives_way"), [(1e-6, False), (1e-2, True)])
def test_the_plan_stands_for_its_own_stations_operated_over_again(
    monkeypatch: pytest.MonkeyPatch, off: float, gives_way: bool
) -> None:
    """What whole grams save on the same stations is no other plan; more than that is told."""
    (problem,) = solvable(range(1, 3))[:1]
    own = solve(problem, EXACT)

    def cheaper(posed: SitingProblem, _: SolverChoice) -> Solution:
        penalty = sum(
            posed.periods[f.period].weight * 365 * posed.unmet_cny_per_day(f, trips)
            for f, trips in zip(posed.flows, own.unmet_trips_per_day, strict=True)
        )
        its = penalty / posed.unmet_cny_per_kg * problem.unmet_cny_per_kg
        return replace(own, objective_cny=(own.objective_cny - its) * (1 - off) + penalty)

    monkeypatch.setattr(subject, "solve_apart", cheaper)
    point = next(p for p in asked(problem, own) if p.unmet_price_cny_per_kg == 100.0)
    assert (point.design.solution is not None) == gives_way


lines = st.lists(
    st.tuples(st.floats(0, 1e9), st.floats(0, 1e7)), min_size=1, max_size=5
)  # spent, unmet
slack = st.lists(st.floats(0, 1e9), min_size=len(PRICES), max_size=len(PRICES))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(lines, slack)
def test_bounds_prove_each_other_and_never_too_much(
    designs: list[tuple[float, float]], below: list[float]
) -> None:
    """From bounds below a least cost come better bounds, still below it."""
    least = [min(spent + price * unmet for spent, unmet in designs) for price in PRICES]
    bounds = [(p, v - off) for p, v, off in zip(PRICES, least, below, strict=True)]
    found = proved_between(bounds)
    for (_, bound), better, cost in zip(bounds, found, least, strict=True):
        assert bound <= better <= cost + 1e-9 * abs(cost) + 1e-6


def test_a_bound_between_two_prices_by_hand() -> None:
    """Half way between 100 and 200 at least 150; above the highest, at least what was proved below."""
    assert proved_between([(50.0, 100.0), (100.0, 0.0), (150.0, 200.0), (200.0, 90.0)]) == [
        100.0, 150.0, 200.0, 200.0,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("own", "gone"), [(100.0, None), (60.0, 50.0), (5.0, 30.0), (1000.0, 300.0), (299.0, 300.0)]
)
def test_the_plans_own_price_is_always_asked(own: float, gone: float | None) -> None:
    """Eight prices at most: the plan's own takes the place of the nearest."""
    prices = prices_around(own)
    assert own in prices
    assert list(prices) == sorted(prices)
    assert set(PRICES_CNY_PER_KG) - set(prices) == ({gone} if gone else set())
    assert len(prices) == 8


def test_without_a_price_nothing_can_vary() -> None:
    """Zero is refused in a sentence."""
    with pytest.raises(InputError, match="unmet_price_cny_per_kg is 0"):
        prices_around(0.0)


@pytest.mark.parametrize("factor", [0.3, 3.0])
def test_the_priority_price_moves_in_proportion(factor: float) -> None:
    """So does the penalty of every trip, and what no plan can avoid of it."""
    pay: Callable[[SitingProblem], list[float]] = lambda p: [  # noqa: E731
        p.unmet_cny_per_day(f, f.trips_per_day) for f in p.flows
    ]
    for seed in range(10):
        problem = priced(tiny_problem(seed), 100.0)
        other = priced(problem, 100.0 * factor)
        assert pay(other) == pytest.approx([factor * cny for cny in pay(problem)])
        assert unavoidable_penalty(other).cny == pytest.approx(
            factor * unavoidable_penalty(problem).cny
        )
