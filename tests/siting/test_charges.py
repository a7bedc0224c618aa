"""Claim: who is charged for what stands through several periods changes no cost and breaks no bound."""

from __future__ import annotations

from math import fsum
from random import Random

import pytest

from corridor.core.errors import InfeasibleError
from corridor.siting.charges import busiest, charged_in
from corridor.siting.operation.design_cost import fixed_cost
from corridor.siting.search import optimise
from corridor.siting.solution import SolverSettings
from corridor.siting.solve import solve

from .oracles.enumeration import best_plan_cny
from .oracles.instances import tiny_problem, with_slices


def test_every_period_is_charged_once_and_in_the_busiest_of_its_run() -> None:
    """Where each period decides it pays for itself; else one pays for all, and none wants more than it."""
    shared = 0
    for seed in range(60):
        problem = with_slices(seed)
        periods = range(len(problem.periods))
        paid = sorted(s for t in periods for s, _ in charged_in(problem, t))
        assert paid == list(periods)
        wanted = [
            fsum(f.trips_per_day * f.need_g for f in problem.flows if f.period == t)
            for t in periods
        ]
        for block, payer in zip(problem.blocks, busiest(problem), strict=True):
            assert payer in block
            assert wanted[payer] == max(wanted[t] for t in block)
            shared += len(block) > 1
        alone = tiny_problem(seed)
        for t, period in enumerate(alone.periods):
            assert charged_in(alone, t) == [(t, period.weight)]
    assert shared > 20


def test_a_design_costs_the_same_whoever_pays() -> None:
    """The charges add up to weight times yearly cost, period by period, for random designs."""
    for seed in range(40):
        problem, rng = with_slices(seed), Random(seed)
        row = tuple(rng.randint(0, len(problem.tiers)) for _ in problem.sites)
        steps = tuple(rng.randint(0, len(s.steps_annual_cny)) for s in problem.sources)
        by_hand = fsum(
            period.weight
            * (
                fsum(site.yearly_cny(k, t) for site, k in zip(problem.sites, row, strict=True) if k)
                + fsum(
                    fsum(s.steps_annual_cny[:n])
                    for s, n in zip(problem.sources, steps, strict=True)
                )
            )
            for t, period in enumerate(problem.periods)
        )
        charged = fsum(fixed_cost(problem, t, row, steps) for t in range(len(problem.periods)))
        assert charged == pytest.approx(by_hand, rel=1e-12)


def test_bounds_of_periods_apart_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the periods fit into no programme together, bound <= optimum <= plan all the same."""
    monkeypatch.setattr(optimise, "JOINT_COLUMNS", 0)
    met = seen = 0
    for seed in range(60):
        problem = with_slices(seed)
        if all(period.decides for period in problem.periods):
            continue
        best = best_plan_cny(problem)
        try:
            solution = solve(problem, SolverSettings(gap_target=0.0, time_limit_s=60.0))
        except InfeasibleError:
            continue
        assert best is not None
        seen += 1
        assert solution.bound_cny <= best * (1 + 1e-6) + 1.0, f"seed {seed}"
        assert solution.averaged_cny >= best * (1 - 1e-6) - 1.0, f"seed {seed}"
        met += solution.bound_cny >= best * (1 - 1e-6) - 1.0
    assert seen > 15
    assert met > 2
