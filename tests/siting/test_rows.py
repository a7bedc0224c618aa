"""Claim: each row family of docs/model.md is needed; leave one out and an answer or a bound is wrong."""

from __future__ import annotations

import random

import numpy as np
import pytest

from corridor.siting.model.formulation import FAMILIES, MONEY, formulate
from corridor.siting.model.tier_cuts import TierCuts
from corridor.siting.model.window_cuts import mixed_windows, plain_windows
from corridor.siting.operation.design_cost import DesignCost
from corridor.siting.reduce import reduce
from corridor.siting.search.period_bounds import PeriodValue
from corridor.solvers.highs import HighsModel
from corridor.solvers.pulp_door import to_program

from .oracles.corridors import corridor_problem
from .oracles.enumeration import best_plan_cny
from .oracles.instances import tiny_problem

NEEDED = tuple(f for f in FAMILIES if f != "opening")
"""Without the opening rows the load rows still close a closed station: they only tighten."""

WITNESS = {
    "balance": 0, "share": 0, "supply": 0, "load": 1, "expansion_order": 2, "plant": 2, "gas": 3,
    "required": 3, "allowed": 4, "window": 4, "existing": 5, "growth": 10, "cover": 12,
    "ladder": 44, "budget": 55, "expansion_growth": 130,
}  # fmt: skip
"""For each family a random plan that is answered wrongly without it."""


def model_cny(seed: int, without: str = "") -> float:
    """Optimum of the model as written, windows separated until none is violated [CNY]."""
    problem = reduce(tiny_problem(seed)).problem
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
    seed = WITNESS[family]
    best = best_plan_cny(tiny_problem(seed))
    assert best is not None
    assert model_cny(seed) == pytest.approx(best, rel=1e-6)
    assert abs(model_cny(seed, family) - best) > 1e-4 * best


def root_bound(windows: str, *, tiers: bool, opening: bool = True) -> float:
    """Bound of the relaxation of a medium corridor with some of the tightening rows."""
    tight = corridor_problem(1, sides=16, exits=3, pairs=6, periods=1, tons=(6.0,), tank=(12, 15))
    problem = reduce(tight).problem
    form = formulate(problem, without=frozenset() if opening else frozenset({"opening"}))
    engine = HighsModel(to_program(form.model, form.variables))
    tier_cuts = TierCuts(form)
    for _ in range(60):
        answer = engine.relaxed()
        assert answer.values is not None
        separate = plain_windows if windows == "plain" else mixed_windows
        found = separate(form.ways, answer.values, 1e-5, 4)
        found += tier_cuts.separate(answer.values, 1e-5) if tiers else []
        if not found:
            break
        engine.add(found)
    return answer.objective


def test_tightening_rows_raise_the_bound_and_cut_off_no_plan() -> None:
    """Opening rows, (l,S)-windows and tier cuts each raise the root bound, never above a real plan."""
    bare = root_bound("plain", tiers=False, opening=False)
    plain = root_bound("plain", tiers=False)
    mixed = root_bound("mixed", tiers=False)
    full = root_bound("mixed", tiers=True)
    assert bare * (1 + 1e-4) < plain
    assert plain * (1 + 1e-5) < mixed
    assert mixed * (1 + 1e-6) < full


@pytest.mark.parametrize("seed", range(12))
def test_no_cut_is_ever_violated_by_a_plan(seed: int) -> None:
    """Every cut separated at fractional points holds at the model's own optimal plan."""
    problem = reduce(
        corridor_problem(seed, sides=8, exits=3, pairs=3, periods=1, tons=(9.0,), most_ways=4)
    ).problem
    form = formulate(problem)
    engine = HighsModel(to_program(form.model, form.variables))
    tier_cuts = TierCuts(form)
    cuts = []
    for _ in range(40):
        answer = engine.relaxed()
        assert answer.values is not None
        found = mixed_windows(form.ways, answer.values, 1e-6, 4)
        found += tier_cuts.separate(answer.values, 1e-6)
        if not found:
            break
        cuts += found
        engine.add(found)
    assert cuts
    clean = HighsModel(to_program(form.model, form.variables))
    while True:
        best = clean.solved()
        assert best.values is not None
        found = plain_windows(form.ways, best.values, 1e-7, 20)
        if not found:
            break
        clean.add(found)
    for cut in cuts:
        assert float(np.dot(best.values[cut.columns], cut.values)) >= cut.low - 1e-5


@pytest.mark.parametrize("seed", range(4))
def test_windows_are_the_projection_of_the_state_of_charge(seed: int) -> None:
    """Windows and fuel-as-a-variable price random stations alike, and slopes bound the others."""
    rng = random.Random(seed)
    problem = reduce(corridor_problem(seed, sides=18, exits=5, pairs=6, periods=1)).problem
    form = formulate(problem)
    value = PeriodValue(form, to_program(form.model, form.variables), [], 0)
    costs = DesignCost(problem)
    points, exact = [], []
    for _ in range(25):
        levels = tuple(rng.choice((0, 0, 1, 2, 4)) for _ in problem.sites)
        steps = tuple(rng.randint(0, 2) for _ in problem.sources)
        points.append(value.design(levels, steps))
        exact.append(costs.operation(0, levels, steps).cost_cny)
        assert value.cost(points[-1]) == pytest.approx(exact[-1], rel=1e-6)
    for bound, cost in zip(value.bounds(np.array(points)), exact, strict=True):
        assert bound == pytest.approx(cost, rel=1e-6)
    for _ in range(25):
        levels = tuple(rng.choice((0, 0, 1, 2, 4)) for _ in problem.sites)
        bound = value.bounds(value.design(levels, (0, 0))[None, :])[0]
        assert bound <= costs.operation(0, levels, (0, 0)).cost_cny * (1 + 1e-6)
