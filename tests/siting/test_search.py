"""Claim: what rules force is found exactly, the tree proves optima, no station of a plan can be spared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from random import Random

import pytest

from corridor.core.errors import InfeasibleError
from corridor.siting.model.formulation import MONEY
from corridor.siting.model.period_program import Floats, PeriodProgram
from corridor.siting.operation.design_cost import DesignCost, fixed_cost
from corridor.siting.problem import SitingProblem, SpacingRule
from corridor.siting.reduce import reduce
from corridor.siting.rules import Levels, keeps_common_rules
from corridor.siting.search.forced import forced_design
from corridor.siting.search.relaxation import PeriodRows, Relaxation
from corridor.siting.search.tree import Tree
from corridor.siting.search.work import Budget
from corridor.siting.solution import Solution, SolverSettings
from corridor.siting.solve import evaluate_design, solve
from corridor.solvers.clock import Clock

from .oracles.corridors import corridor_problem
from .oracles.enumeration import best_plan_cny, paths_of_site, paths_of_source
from .oracles.instances import tiny_problem, with_stops

SMALL = SolverSettings(gap_target=0.0, work_limit=0.5)
INFINITY = float("inf")


def budget() -> Budget:
    """Return more work than a tiny problem needs."""
    return Budget(60.0, Clock(None))


def designs(problem: SitingProblem) -> list[tuple[Levels, Levels]]:
    """Return every design that keeps the rules."""
    sites = [paths_of_site(problem, j) for j in range(len(problem.sites))]
    sources = [paths_of_source(problem, i) for i in range(len(problem.sources))]
    periods = range(len(problem.periods))
    found = []
    for paths, bought in product(product(*sites), product(*sources)):
        levels = tuple(tuple(path[t] for path in paths) for t in periods)
        steps = tuple(tuple(path[t] for path in bought) for t in periods)
        if keeps_common_rules(problem, levels, steps):
            found.append((levels, steps))
    return found


def built_cny(problem: SitingProblem, levels: Levels, steps: Levels) -> float:
    """Return what a design costs before it sells anything."""
    return sum(fixed_cost(problem, t, levels[t], steps[t]) for t in range(len(problem.periods)))


def pressed(seed: int) -> SitingProblem:
    """Make a tiny problem with covers and a purse that some of them overdraw."""
    rng = Random(f"pressed {seed}")
    problem = tiny_problem(seed)
    count = len(problem.sites)
    covers = tuple(
        SpacingRule(
            name=f"c{n}",
            period=rng.randrange(len(problem.periods)),
            sites=tuple(sorted(rng.sample(range(count), rng.randint(1, count)))),
            level=rng.randint(1, len(problem.tiers)),
        )
        for n in range(rng.choice((1, 2, 3)))
    )
    purse = tuple(rng.choice((2e6, 6e6, 12e6, 40e6)) for _ in problem.periods)
    return replace(problem, covers=covers, budget_cny=purse)


def test_what_rules_force_is_the_cheapest_design_that_keeps_them() -> None:
    """With covers, facts, roads and budgets as by brute force; None exactly where no design keeps them."""
    none = 0
    for seed in range(120):
        problem = pressed(seed)
        models = [PeriodProgram(problem, t) for t in range(len(problem.periods))]
        found = forced_design(models, budget(), 0)
        every = designs(problem)
        none += not every
        assert (found is None) == (not every), seed
        if found is not None:
            assert keeps_common_rules(problem, *found), seed
            assert found in every, seed
            least = min(built_cny(problem, *design) for design in every)
            assert built_cny(problem, *found) == pytest.approx(least, rel=1e-7, abs=1.0), seed
    assert 10 < none < 110


def tree_answer(problem: SitingProblem) -> tuple[float, float, int]:
    """Return the best cost and the bound that the tree alone proves [CNY], and its nodes."""
    models = [PeriodProgram(problem, t) for t in range(len(problem.periods))]
    work = budget()
    relaxed = Relaxation([PeriodRows(model) for model in models], work, 0)
    if relaxed.tighten(work, rounds=60, stall=0.0).state == "infeasible":
        return INFINITY, INFINITY, 0
    costs = DesignCost(problem)
    best = INFINITY

    def cost_of(point: Floats) -> float:
        nonlocal best
        rows = [model.design_of(relaxed.part(point, n)) for n, model in enumerate(models)]
        cost = costs.total(tuple(row[0] for row in rows), tuple(row[1] for row in rows))
        best = min(best, cost)
        return cost / MONEY

    tree = Tree(relaxed, cost_of)
    tree.start()
    tree.run(work, cutoff=lambda: best / MONEY, enough=lambda: best / MONEY)
    assert not tree.stuck
    tree.close()
    return best, tree.bound * MONEY, tree.nodes


@pytest.mark.parametrize("seeds", [range(n, n + 10) for n in range(0, 60, 10)])
@pytest.mark.parametrize("make", [tiny_problem, with_stops])
def test_the_tree_alone_proves_the_optimum(
    make: Callable[[int], SitingProblem], seeds: range
) -> None:
    """Without forced design, rounding or local search; the bound is the optimum too."""
    branched = 0
    for seed in seeds:
        posed = make(seed)
        true = best_plan_cny(posed)
        if true is None:
            cost, bound, _ = tree_answer(posed)
            assert cost == INFINITY, seed
            continue
        cost, bound, nodes = tree_answer(reduce(posed).problem)
        branched += nodes > 1
        assert cost == pytest.approx(true, rel=1e-6), seed
        assert bound == pytest.approx(true, rel=1e-6), seed
    assert branched


def without(solution: Solution, site: int) -> Levels:
    """Return the stations of a plan but one."""
    return tuple(
        tuple(0 if j == site else level for j, level in enumerate(row)) for row in solution.levels
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(50))
def test_no_station_of_a_plan_can_be_spared(seed: int) -> None:
    """Whatever the work limit: less any one station a plan is not cheaper by more than the least gain."""
    problem = corridor_problem(seed, sides=8, exits=2, pairs=4, periods=2, most_ways=3)
    solution = solve(problem, SMALL)
    cost = solution.averaged_cny
    least = max(1.0, 1e-6 * (cost - solution.unavoidable.cny))
    standing = [j for j, level in enumerate(solution.levels[-1]) if level]
    for site in standing:
        try:
            other = evaluate_design(problem, without(solution, site), SMALL)
        except InfeasibleError:
            continue
        assert other.averaged_cny >= cost - least * (1 + 1e-6), (seed, site)
