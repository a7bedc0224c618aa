"""Claim: CBC and SCIP solve the reference formulation alone, and find the enumerated optimum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import pytest

from corridor.core.errors import InfeasibleError, SolverError
from corridor.siting.problem import SitingProblem, SpacingRule
from corridor.siting.reduce import reduce
from corridor.siting.search import reference
from corridor.siting.search.reference import solve_reference
from corridor.siting.search.work import Budget
from corridor.siting.solution import SolverSettings
from corridor.siting.solve import evaluate_design, solve
from corridor.solvers.clock import Clock
from corridor.solvers.highs import HighsModel
from corridor.solvers.options import SolveOptions
from corridor.solvers.program import LinearProgram
from corridor.solvers.registry import is_installed
from corridor.solvers.result import Flaw, Result, failed

from .oracles.corridors import corridor_problem
from .oracles.driver import check
from .oracles.enumeration import best_plan_cny
from .oracles.instances import tiny_problem

Name = Literal["highs", "cbc", "scip"]
ALONE: list[Name] = [n for n in ("cbc", "scip") if is_installed(n)]  # type: ignore[misc]


def exact(name: Name, time_limit_s: float = 60.0) -> SolverSettings:
    """Return settings that ask for the optimum."""
    return SolverSettings(name=name, gap_target=0.0, time_limit_s=time_limit_s)


def solvable(first: int, count: int) -> Iterator[tuple[SitingProblem, float]]:
    """Yield tiny problems and their enumerated optimum."""
    for seed in range(first, first + count):
        problem = tiny_problem(seed)
        best = best_plan_cny(problem)
        if best is not None:
            yield problem, best


@pytest.mark.parametrize("name", ALONE)
def test_one_solver_alone_finds_the_enumerated_optimum(
    name: Name, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No HiGHS is made while the rows are looped over."""

    def never(self: HighsModel, *_: object, **__: object) -> None:
        raise AssertionError("HiGHS beneath another solver")

    found = 0
    for problem, best in solvable(100, 16 if name == "cbc" else 6):
        small = reduce(problem).problem
        with monkeypatch.context() as patch:
            patch.setattr(HighsModel, "__init__", never)
            outcome = solve_reference(
                small,
                exact(name),
                Budget(60.0, Clock(300.0)),
                None,
                progress=lambda _: None,
                unavoidable_cny=0.0,
            )
        assert outcome.levels is not None
        assert outcome.cost_cny == pytest.approx(best, rel=2e-6, abs=1.0)
        assert outcome.bound_cny <= best * (1 + 1e-9) + 1e-3
        # CBC tells its bound in six digits, or three decimals of a million.
        rounded = 1100.0 if name == "cbc" else 2.0
        assert outcome.bound_cny == pytest.approx(best, rel=2e-6, abs=rounded)
        found += 1
    assert found >= 4


@pytest.mark.parametrize("name", ALONE)
def test_the_whole_way_through_is_the_same_plan_or_as_good(name: Name) -> None:
    """Stop plans, recount and bound as with HiGHS; given stations are operated too."""
    problem = next(p for p, _ in solvable(0, 20))
    plan, other = solve(problem, exact("highs")), solve(problem, exact(name))
    assert other.averaged_cny == pytest.approx(plan.averaged_cny, rel=2e-6)
    check(problem, other)
    scored = evaluate_design(problem, other.levels, exact(name))
    assert scored.averaged_cny == pytest.approx(other.averaged_cny, rel=2e-6)


@pytest.mark.parametrize("name", ALONE)
def test_stopped_early_a_plan_that_breaks_windows_is_priced_with_them(
    name: Name, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its design is operated with all windows, so that its cost is never too low."""
    problem = corridor_problem(
        1, sides=8, exits=2, pairs=3, periods=2, tons=(3.0, 9.0), most_ways=3
    )
    ask = reference.solve_apart if name == "scip" else reference.solve

    stops = []

    def stopped(solver: str, program: LinearProgram, options: SolveOptions) -> Result:
        result: Result = ask(solver, program, options)
        if not program.integer.any():
            return result
        stops.append(len(program.row_low))
        return replace(result, state="limit")

    best = solve(problem, exact("highs"))
    monkeypatch.setattr(reference, "solve_apart" if name == "scip" else "solve", stopped)
    found = solve(problem, exact(name))
    assert found.averaged_cny >= best.bound_cny * (1 - 1e-6)
    assert found.bound_cny <= best.objective_cny
    assert len(stops) == 1
    assert found.effort["window_rows"] > 0
    check(problem, found)


@pytest.mark.parametrize("name", ALONE)
def test_infeasible_is_believed_of_two_solvers_only(
    name: Name, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another installed solver is asked; where it fails, the first one's word counts nothing."""
    problem = corridor_problem(
        0, sides=8, exits=2, pairs=3, periods=2, tons=(3.0, 9.0), most_ways=3
    )
    pairs = ((0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5))
    covers = tuple(SpacingRule(name=f"c{a}{b}", period=0, sites=(a, b)) for a, b in pairs)
    price = problem.sites[0].capex_cny[0]
    poor = replace(problem, covers=covers, budget_cny=(price * 2.5, 0.0))
    with pytest.raises(InfeasibleError, match="together"):
        solve(poor, exact(name))
    ask = reference._RowLoop._call

    def alone(self: object, solver: str, program: object) -> Result:
        return ask(self, solver, program) if solver == name else failed(Flaw.HUNG)  # type: ignore[arg-type]

    monkeypatch.setattr(reference._RowLoop, "_call", alone)
    with pytest.raises(SolverError, match=Flaw.NOT_CONFIRMED.value):
        solve(poor, exact(name))
