"""Claim: the optimum is the one that enumeration with a state-of-charge LP finds, on 2,000 tiny plans."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from corridor.core.errors import InfeasibleError
from corridor.siting.problem import SitingProblem
from corridor.siting.solution import Solution, SolverSettings
from corridor.siting.solve import solve

from .oracles.driver import check
from .oracles.enumeration import best_plan_cny
from .oracles.instances import tiny_problem, with_lives, with_slices

EXACT = SolverSettings(gap_target=0.0, time_limit_s=60.0)
CHUNK, CHUNKS = 100, 27
IDLE = ("Nobody can be served", "No hydrogen", "No site may", "The whole budget")
"""Reasons to refuse a problem whose best plan serves nobody."""


def nobody_served_cny(problem: SitingProblem) -> float:
    """Price of leaving every trip unserved [CNY]."""
    return sum(
        problem.periods[f.period].weight * 365 * problem.unmet_cny_per_day(f, f.trips_per_day)
        for f in problem.flows
    )


def enumerated_and_solved(problem: SitingProblem, name: str) -> tuple[float, Solution | None]:
    """Return the enumerated optimum and the equal solution; None where a refusal is right."""
    best = best_plan_cny(problem)
    try:
        solution = solve(problem, EXACT)
    except InfeasibleError as error:
        why = error.problem
    else:
        why = ""
    if why:
        assert best is None or why.startswith(IDLE), f"{name}: {why}"
        return 0.0, None
    assert best is not None, name
    assert solution.averaged_cny == pytest.approx(best, rel=1e-6, abs=1.0), name
    assert solution.bound_cny == pytest.approx(best, rel=1e-6, abs=1.0), name
    check(problem, solution)
    return best, solution


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_optimum_equals_enumeration(chunk: int) -> None:
    """Bound and averaged cost equal the enumerated optimum; the stop plans can be driven."""
    solved = 0
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        problem = tiny_problem(seed)
        best = best_plan_cny(problem)
        try:
            solution = solve(problem, EXACT)
        except InfeasibleError as error:
            why = error.problem
        else:
            why = ""
        if why:
            if best is not None:
                assert why.startswith(IDLE), f"seed {seed}: {why}"
                assert best >= nobody_served_cny(problem) * (1 - 1e-9), f"seed {seed}"
            continue
        solved += 1
        assert best is not None, f"seed {seed}: a plan where none can be"
        assert solution.averaged_cny == pytest.approx(best, rel=1e-6, abs=1.0), f"seed {seed}"
        assert solution.bound_cny == pytest.approx(best, rel=1e-6, abs=1.0), f"seed {seed}"
        # Whole grams cost next to nothing, and never less than the optimum.
        assert solution.objective_cny >= best * (1 - 1e-6) - 1, f"seed {seed}"
        assert solution.objective_cny <= best * (1 + 5e-3) + 1, f"seed {seed}"
        check(problem, solution)
    assert solved * CHUNKS >= 2000


def test_lives_budgets_and_steps_equal_enumeration() -> None:
    """Replacements in the budget, renewals, stations that close, and two gate prices, by enumeration."""
    solved, refused, binds = 0, 0, 0
    for seed in range(90):
        problem = with_lives(seed)
        best, solution = enumerated_and_solved(problem, f"seed {seed}")
        if solution is None:
            refused += 1
            continue
        solved += 1
        once = replace(problem, station_purchases=())
        binds += best_plan_cny(once) < best * (1 - 1e-6)  # type: ignore[operator]
    assert solved > 50
    assert refused
    assert binds > 3


def test_years_without_decisions_equal_enumeration() -> None:
    """Where some periods decide nothing the optimum is that of enumeration, and deciding there would pay."""
    solved, refused, binds = 0, 0, 0
    for seed in range(260):
        problem = with_slices(seed)
        if all(period.decides for period in problem.periods):
            continue
        best, solution = enumerated_and_solved(problem, f"seed {seed}")
        if solution is None:
            refused += 1
            continue
        solved += 1
        for t, (before, after) in enumerate(
            pairwise(zip(solution.levels, solution.steps, strict=True)), 1
        ):
            assert problem.periods[t].decides or before == after, f"seed {seed}"
        periods = tuple(replace(period, decides=True) for period in problem.periods)
        binds += best_plan_cny(replace(problem, periods=periods)) < best * (1 - 1e-6)  # type: ignore[operator]
    assert solved > 80
    assert refused
    assert binds > 10


def test_tiny_problems_have_every_feature() -> None:
    """The random plans really hold what the claim is about."""
    seen: set[str] = set()
    for seed in range(300):
        p = tiny_problem(seed)
        seen |= {f"{len(p.periods)} periods"}
        seen |= {"covers"} if p.covers else set()
        seen |= {"budget"} if p.budget_cny[0] is not None else set()
        seen |= {"expansions"} if any(s.steps_kg_per_day for s in p.sources) else set()
        for site in p.sites:
            seen |= {"existing"} if site.existing_level else set()
            seen |= {"required"} if site.required_level else set()
            seen |= {"late road"} if site.open_from else set()
            seen |= {"forbidden"} if not any(site.allowed) else set()
        for flow in p.flows:
            base = flow.ways[0]
            seen |= {"LOOP" if flow.loop else "ONEWAY"}
            seen |= {"end above start"} if flow.end_g > flow.start_g else set()
            seen |= {"detours"} if len(flow.ways) > 1 else set()
            visits = [stop.site for stop in base.stops]
            seen |= {"two visits"} if flow.loop and len(set(visits)) < len(visits) else set()
            marks = [0, *(s.at_g for s in base.stops), base.total_g]
            longest = max(b - a for a, b in pairwise(marks))
            seen |= {"gap above a tank"} if longest > flow.usable_g else set()
            passed = {s.site for s in base.stops}
            seen |= {"one-sided"} if flow.loop and len(visits) == len(passed) > 1 else set()
    assert seen >= {
        "1 periods", "2 periods", "3 periods", "covers", "budget", "expansions", "existing",
        "required", "forbidden", "LOOP", "ONEWAY", "end above start", "detours", "two visits",
        "gap above a tank", "one-sided", "late road",
    }  # fmt: skip


def test_a_size_that_sells_no_more_than_the_one_below() -> None:
    """Unloading bays may make two sizes one: the optimum is the enumerated one, the smaller is built."""
    solved = 0
    for seed in range(160):
        problem = tiny_problem(seed)
        if len(problem.tiers) < 2:
            continue
        first = problem.tiers[0]
        tiers = tuple(replace(t, usable_kg_per_day=first.usable_kg_per_day) for t in problem.tiers)
        problem = replace(problem, tiers=tiers)
        best = best_plan_cny(problem)
        try:
            solution = solve(problem, EXACT)
        except InfeasibleError:
            continue
        solved += 1
        assert best is not None, f"seed {seed}"
        assert solution.averaged_cny == pytest.approx(best, rel=1e-6, abs=1.0), f"seed {seed}"
        assert solution.bound_cny == pytest.approx(best, rel=1e-6, abs=1.0), f"seed {seed}"
        check(problem, solution)
    assert solved >= 20
