"""Claim: status, bound and gap mean what they say, for every outcome and both solvers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from corridor.core.errors import InfeasibleError, LimitError, SolverError
from corridor.siting.problem import SitingProblem, SpacingRule
from corridor.siting.search import optimise as optimise_module
from corridor.siting.solution import SolverSettings
from corridor.siting.solve import evaluate_design, solve
from corridor.solvers.highs import HighsModel
from corridor.solvers.program import Cut
from corridor.solvers.pulp_door import to_program
from corridor.solvers.registry import is_installed
from corridor.solvers.result import Flaw, Result, failed

from .oracles.charge_milp import optimum_cny
from .oracles.corridors import corridor_problem
from .oracles.driver import check
from .oracles.instances import tiny_problem

EXACT = SolverSettings(gap_target=0.0, time_limit_s=60.0)


def medium(seed: int) -> SitingProblem:
    """Ten sites, three OD pairs, two periods."""
    return corridor_problem(
        seed, sides=8, exits=2, pairs=3, periods=2, tons=(3.0, 9.0), most_ways=3
    )


@pytest.mark.parametrize("seed", range(4))
def test_all_solvers_and_a_second_model_agree(seed: int) -> None:
    """HiGHS, CBC, SCIP and a complete state-of-charge model by scipy find the same optimum."""
    problem = medium(seed)
    found = {
        name: solve(problem, replace(EXACT, name=name))
        for name in ("highs", "cbc", "scip")
        if is_installed(name)
    }
    other = optimum_cny(problem, gap=1e-7)
    for name, solution in found.items():
        assert solution.solver_name == name
        assert solution.averaged_cny == pytest.approx(other, rel=2e-5)
        assert solution.bound_cny <= other * (1 + 1e-6)
        assert solution.bound_cny == pytest.approx(other, rel=2e-5)
        check(problem, solution)
    assert len({solution.solver_version for solution in found.values()}) == len(found)


def test_a_time_limit_is_never_called_optimal() -> None:
    """Stopped early, a real problem still gets a plan that keeps every rule, and an honest gap."""
    problem = corridor_problem(0, sides=30, exits=6, pairs=8, periods=2, tons=(3.0, 24.0))
    solution = solve(problem, SolverSettings(gap_target=0.0, time_limit_s=3.0))
    assert solution.status == "FEASIBLE"
    assert solution.search.stopped == "clock"
    assert solution.gap > 0
    assert solution.bound_cny < solution.objective_cny
    check(problem, solution)


def test_the_gap_is_that_of_the_rows() -> None:
    """Gap and status follow from objective and bound, both of them finite."""
    solution = solve(medium(1), SolverSettings(gap_target=0.02, time_limit_s=60))
    decided = solution.objective_cny - solution.unavoidable.cny
    expected = (solution.objective_cny - solution.bound_cny) / decided
    assert solution.gap == pytest.approx(max(0.0, expected))
    assert (solution.status == "OPTIMAL") == (solution.gap <= 0.02)
    assert solution.objective_cny >= solution.averaged_cny * (1 - 1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_stop_plans_lose_next_to_nothing(seed: int) -> None:
    """The averages know the least purchase: plans of trucks cost what the averages say."""
    problem = medium(seed)
    solution = solve(problem, SolverSettings(gap_target=0.02, time_limit_s=60))
    decided = solution.objective_cny - solution.unavoidable.cny
    assert 0 <= solution.objective_cny - solution.averaged_cny + 1 < 1e-4 * decided
    least = int(problem.min_stop_kg * 1000) - 1
    assert all(g >= least for plan in solution.stop_plans for _, g in plan.purchases)


def test_same_input_same_answer() -> None:
    """Two runs on one thread give the same plan to the last gram."""
    first, second = solve(medium(2), EXACT), solve(medium(2), EXACT)
    assert first.levels == second.levels
    assert first.stop_plans == second.stop_plans
    assert first.objective_cny == second.objective_cny


def test_a_bound_above_the_point_counts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A relaxation that claims to have proven more than is true leaves the plan, with a true bound."""
    problem = tiny_problem(0)
    true = solve(problem, EXACT)
    honest = HighsModel.relaxed

    def boasting(self: HighsModel, iterations: int | None = None) -> Result:
        answer = honest(self, iterations)
        return replace(answer, bound=answer.bound * 3 + 100)

    monkeypatch.setattr(HighsModel, "relaxed", boasting)
    kept = solve(problem, EXACT)
    assert kept.bound_cny <= true.objective_cny * (1 + 1e-9)
    assert kept.objective_cny >= true.bound_cny * (1 - 1e-9)
    check(problem, kept)


def test_a_crash_before_any_plan_is_a_solver_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash inside HiGHS is reported as such."""

    def crash(self: HighsModel) -> None:
        raise RuntimeError("memory")

    monkeypatch.setattr(HighsModel, "_run", crash)
    with pytest.raises(SolverError, match="crashed"):
        solve(tiny_problem(0), EXACT)


def test_a_tree_that_lies_leaves_the_best_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a plan from what rules force, a plan comes out whatever the trees say; its gap is true."""
    problem = medium(0)
    true = solve(problem, EXACT)
    monkeypatch.setattr(optimise_module, "JOINT_COLUMNS", 0)  # periods are branched on by HiGHS
    honest = HighsModel.solved
    for flaw in Flaw:
        calls: list[Flaw] = []

        def solved(
            self: HighsModel, flaw: Flaw = flaw, calls: list[Flaw] = calls, **how: Any
        ) -> Result:
            calls.append(flaw)
            return honest(self, **how) if len(calls) == 1 else failed(flaw)

        monkeypatch.setattr(HighsModel, "solved", solved)
        solution = solve(problem, EXACT)
        assert len(calls) > 1
        assert solution.bound_cny <= true.objective_cny * (1 + 1e-9)
        assert solution.objective_cny >= true.bound_cny * (1 - 1e-9)
        assert solution.status_reported == flaw.value
        check(problem, solution)


def test_no_plan_in_time_is_a_limit_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit without any plan never yields numbers, and proves nothing about the rules."""
    monkeypatch.setattr(
        HighsModel,
        "solved",
        lambda *_, **__: Result("limit", None, float("nan"), float("-inf"), reported="Time limit"),
    )
    with pytest.raises(LimitError, match="No plan was found"):
        solve(tiny_problem(0), EXACT)


def test_an_infeasible_model_that_no_diagnosis_foresees_is_infeasible() -> None:
    """Overlapping policies that cost more than the budget are found by the solver and said plainly."""
    problem = medium(0)
    covers = tuple(
        SpacingRule(name=f"c{a}{b}", period=0, sites=(a, b))
        for a, b in ((0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5))
    )
    price = problem.sites[0].capex_cny[0]
    poor = replace(problem, covers=covers, budget_cny=(price * 2.5, 0.0))
    with pytest.raises(InfeasibleError, match="together"):
        solve(poor, EXACT)


def test_a_cut_is_kept_by_the_engine() -> None:
    """Rows added to the engine bind: the relaxation cannot fall."""
    import corridor.siting.model.formulation as formulation
    from corridor.siting.reduce import reduce

    form = formulation.formulate(reduce(medium(0)).problem)
    engine = HighsModel(to_program(form.model, form.variables))
    before = engine.relaxed().bound
    import numpy as np

    engine.add([Cut(np.array([form.w[0][0][0]], dtype=np.int32), np.array([1.0]), 1.0)])
    after = engine.relaxed()
    assert after.values is not None
    assert after.values[form.w[0][0][0]] == pytest.approx(1.0)
    assert after.bound >= before


def test_given_stations_are_operated_not_changed() -> None:
    """`evaluate_design` keeps the levels, proves its own optimum and refuses broken rules."""
    problem = medium(3)
    best = solve(problem, EXACT)
    worse = tuple(
        tuple(max(level, 1) if j < 4 else level for j, level in enumerate(row))
        for row in best.levels
    )
    scored = evaluate_design(problem, worse, SolverSettings(gap_target=2e-3, time_limit_s=60))
    assert scored.levels == worse
    assert scored.status == "OPTIMAL"
    assert scored.averaged_cny == pytest.approx(scored.bound_cny, rel=1e-6)
    assert scored.objective_cny > best.bound_cny
    check(problem, scored)
    with pytest.raises(InfeasibleError, match="shrink"):
        evaluate_design(problem, (worse[0], (0,) * len(worse[0])), EXACT)
    poor = replace(problem, budget_cny=(1.0, 1.0))
    with pytest.raises(InfeasibleError, match="budget gives"):
        evaluate_design(poor, worse, EXACT)
