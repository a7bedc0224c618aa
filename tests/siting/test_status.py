"""Claim: status, bound and gap mean what they say, for every outcome and both solvers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corridor.core.errors import InfeasibleError, LimitError, SolverError
from corridor.siting.bridge import Answer, Cut, Engine
from corridor.siting.problem import Cover, SitingProblem
from corridor.siting.search import optimise as optimise_module
from corridor.siting.solution import SolverSettings
from corridor.siting.solve import evaluate_design, solve

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
def test_highs_cbc_and_a_second_model_agree(seed: int) -> None:
    """HiGHS, CBC and a complete state-of-charge model by scipy find the same optimum."""
    problem = medium(seed)
    highs = solve(problem, EXACT)
    cbc = solve(problem, replace(EXACT, name="cbc"))
    other = optimum_cny(problem, gap=1e-7)
    for solution in (highs, cbc):
        assert solution.averaged_cny == pytest.approx(other, rel=2e-5)
        assert solution.bound_cny <= other * (1 + 1e-6)
        assert solution.bound_cny == pytest.approx(other, rel=2e-5)
        check(problem, solution)
    assert highs.solver_name == "highs"
    assert cbc.solver_name == "cbc"
    assert highs.solver_version != cbc.solver_version


def test_a_time_limit_is_never_called_optimal() -> None:
    """Stopped early, a real problem still gets a plan that keeps every rule, and an honest gap."""
    problem = corridor_problem(0, sides=30, exits=6, pairs=8, periods=2, tons=(3.0, 24.0))
    solution = solve(problem, SolverSettings(gap_target=0.0, time_limit_s=3.0))
    assert solution.status == "FEASIBLE"
    assert solution.search.stopped == "clock"
    assert solution.gap > 0
    assert solution.bound_cny < solution.objective_cny
    check(problem, solution)
    assert solution.seconds < 12


def test_the_gap_is_that_of_the_rows() -> None:
    """Gap and status follow from objective and bound, both of them finite."""
    solution = solve(medium(1), SolverSettings(gap_target=0.02, time_limit_s=60))
    decided = solution.objective_cny - solution.unavoidable.cny
    expected = (solution.objective_cny - solution.bound_cny) / decided
    assert solution.gap == pytest.approx(max(0.0, expected))
    assert solution.status == "OPTIMAL"
    assert solution.gap <= 0.02
    assert solution.objective_cny >= solution.averaged_cny * (1 - 1e-9)


def test_same_input_same_answer() -> None:
    """Two runs on one thread give the same plan to the last gram."""
    first, second = solve(medium(2), EXACT), solve(medium(2), EXACT)
    assert first.levels == second.levels
    assert first.stop_plans == second.stop_plans
    assert first.objective_cny == second.objective_cny


def test_a_bound_above_the_plan_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that claims to have proven more than is true ends in SolverError, not in a report."""
    problem = tiny_problem(0)
    honest = Engine.relaxed

    def boasting(self: Engine, seconds: float) -> Answer:
        answer = honest(self, seconds)
        return replace(answer, bound=answer.bound * 3 + 100)

    monkeypatch.setattr(Engine, "relaxed", boasting)
    with pytest.raises(SolverError, match="less than the bound"):
        solve(problem, EXACT)


def test_a_failed_solver_is_a_solver_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash inside HiGHS is reported as such."""

    def crash(self: Engine) -> None:
        raise SolverError("HiGHS crashed: memory")

    monkeypatch.setattr(Engine, "_go", crash)
    with pytest.raises(SolverError, match="crashed"):
        solve(tiny_problem(0), EXACT)


def test_no_plan_in_time_is_a_limit_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit without any plan never yields numbers."""
    problem = tiny_problem(0)
    monkeypatch.setattr(optimise_module, "rounded_designs", lambda *_: iter(()))
    monkeypatch.setattr(
        Engine,
        "solved",
        lambda *_, **__: Answer("limit", None, 0.0, float("-inf"), 0, "Time limit"),
    )
    with pytest.raises(LimitError, match="No plan was found"):
        solve(problem, EXACT)


def test_an_infeasible_model_that_no_diagnosis_foresees_is_infeasible() -> None:
    """Overlapping policies that cost more than the budget are found by the solver and said plainly."""
    problem = medium(0)
    covers = tuple(
        Cover(name=f"c{a}{b}", period=0, sites=(a, b))
        for a, b in ((0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5))
    )
    price = problem.sites[0].capex_cny[0]
    poor = replace(problem, covers=covers, budget_cny=(price * 2.5, 0.0))
    with pytest.raises(InfeasibleError, match="together"):
        solve(poor, EXACT)


def test_a_cut_is_kept_by_the_engine() -> None:
    """Rows added to the engine bind: the relaxation cannot fall."""
    import corridor.siting.model.formulation as formulation
    from corridor.siting.pulp_adapter import to_matrix
    from corridor.siting.reduce import reduce

    form = formulation.formulate(reduce(medium(0)).problem)
    engine = Engine(to_matrix(form.model, form.variables))
    before = engine.relaxed(30).bound
    import numpy as np

    engine.add([Cut(np.array([form.w[0][0][0]], dtype=np.int32), np.array([1.0]), 1.0)])
    after = engine.relaxed(30)
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


def test_another_user_of_highs_may_have_left_its_threads() -> None:
    """HiGHS refuses to run beside a pool of another size; solves of all sizes still follow."""
    problem = next(p for p in map(tiny_problem, range(50)) if _is_solvable(p))
    found = [
        solve(problem, SolverSettings(gap_target=0.0, threads=threads)).objective_cny
        for threads in (1, 2, 1, 3)
    ]

    assert found == pytest.approx([found[0]] * 4)


def _is_solvable(problem: SitingProblem) -> bool:
    try:
        solve(problem, SolverSettings(gap_target=0.0))
    except InfeasibleError:
        return False
    return True
