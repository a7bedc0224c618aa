"""Claim: whatever a solver answers, the best plan so far is kept; where there is none, SolverError."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from corridor.core.errors import InfeasibleError, SolverError
from corridor.siting.model.period_program import PeriodProgram
from corridor.siting.problem import SitingProblem
from corridor.siting.search import optimise
from corridor.siting.search.forced import forced_design
from corridor.siting.search.work import Budget
from corridor.siting.solution import Solution, SolverSettings
from corridor.siting.solve import solve
from corridor.solvers.clock import Clock
from corridor.solvers.highs import HighsModel
from corridor.solvers.program import LinearProgram
from corridor.solvers.result import Flaw, Result, failed
from corridor.solvers.trust import check, guarded, second_opinion
from tests.siting.oracles.driver import check as drive
from tests.siting.oracles.instances import tiny_problem

EXACT = SolverSettings(gap_target=0.0)
Lie = Callable[[Result], Result]


def _with_nan(true: Result) -> Result:
    values = np.array(true.values)
    values[0] = np.nan
    return replace(true, values=values)


def _moved(true: Result) -> Result:
    assert true.values is not None
    return replace(true, values=np.zeros_like(true.values))


def _halved(true: Result) -> Result:
    assert true.values is not None
    return replace(true, values=np.full_like(true.values, 0.5), objective=true.objective)


def _raising(error: Exception) -> Lie:
    def lie(_: Result) -> Result:
        raise error

    return lie


LIES: dict[str, tuple[Lie, Flaw]] = {
    "crash": (_raising(RuntimeError("segment")), Flaw.CRASHED),
    "bad value inside": (_raising(ValueError("nothing")), Flaw.CRASHED),
    "no memory": (_raising(MemoryError()), Flaw.OUT_OF_MEMORY),
    "own error": (_raising(SolverError("HiGHS refuses rows.")), Flaw.GAVE_UP),
    "hung in a child": (lambda _: failed(Flaw.HUNG), Flaw.HUNG),
    "failed status": (lambda true: replace(true, state="failed"), Flaw.GAVE_UP),
    "unknown status": (lambda true: replace(true, state="great"), Flaw.UNKNOWN_STATUS),  # type: ignore[arg-type]
    "no answer at all": (lambda _: None, Flaw.UNKNOWN_STATUS),  # type: ignore[arg-type,return-value]
    "NaN in the point": (_with_nan, Flaw.NOT_A_NUMBER),
    "NaN as bound": (lambda true: replace(true, bound=float("nan")), Flaw.NOT_A_NUMBER),
    "NaN as objective": (lambda true: replace(true, objective=float("nan")), Flaw.WRONG_OBJECTIVE),
    "optimal without a point": (lambda true: replace(true, values=None), Flaw.NO_VALUES),
    "short point": (lambda true: replace(true, values=np.zeros(1)), Flaw.WRONG_LENGTH),
    "words as point": (lambda true: replace(true, values=["a"]), Flaw.NOT_A_NUMBER),  # type: ignore[arg-type]
    "point breaks rows": (_moved, Flaw.BREAKS_ROWS),
    "half open": (_halved, Flaw.NOT_WHOLE),
    "objective too good": (
        lambda true: replace(true, objective=true.objective * 0.9),
        Flaw.WRONG_OBJECTIVE,
    ),
    "bound past the point": (
        lambda true: replace(true, bound=true.objective * 1.2),
        Flaw.BOUND_PAST_POINT,
    ),
    "optimal without a bound": (lambda true: replace(true, bound=float("-inf")), Flaw.NO_BOUND),
    "infeasible": (
        lambda true: replace(true, state="infeasible", values=None, bound=float("-inf")),
        Flaw.NOT_CONFIRMED,
    ),
}


@pytest.mark.parametrize("name", LIES)
def test_each_lie_is_named(program: LinearProgram, name: str) -> None:
    """With an incumbent the flaw comes back; without one SolverError names it in plain words."""
    lie, flaw = LIES[name]
    true = HighsModel(program).solved()
    assert check(true, program).flaw is None
    program = replace(program, row_up=program.row_up.copy())
    if name == "half open":  # a point that breaks nothing but integrality
        program = replace(program, row_low=program.row_low * 0)
        true = replace(true, objective=0.5 * float(program.cost.sum()), bound=0.0)

    def confirm() -> Result:
        return second_opinion(program)

    found = guarded(lambda: lie(true), program, incumbent=True, confirm=confirm)
    assert (found.state, found.flaw, found.values) == ("failed", flaw, None)
    assert found.bound == float("-inf")
    with pytest.raises(SolverError, match=flaw.value) as error:
        guarded(lambda: lie(true), program, incumbent=False, confirm=confirm)
    assert error.value.exit_code == 8
    assert error.value.hint


def test_a_known_plan_refutes_bounds_and_infeasibility(program: LinearProgram) -> None:
    """A verified point of the same programme is worth more than a solver's word."""
    true = HighsModel(program).solved()
    boasting = replace(true, state="limit", values=None, bound=true.objective + 1)
    assert check(boasting, program, known=true.objective).flaw is Flaw.BOUND_PAST_PLAN
    never = replace(true, state="infeasible", values=None, bound=float("-inf"))
    assert check(never, program, known=true.objective).flaw is Flaw.PLAN_EXISTS
    assert check(true, program, known=true.objective).state == "optimal"


def test_infeasible_is_believed_when_it_was_said_twice(program: LinearProgram) -> None:
    """A second solve without presolve confirms it, by the relaxation or by the tree."""
    beyond = replace(program, row_low=program.row_low * 100)
    odd = replace(program, rows=program.rows[:1] * 0 + 2.0 * (program.rows[:1] != 0))
    odd = replace(
        odd, row_low=np.ones(1), row_up=np.ones(1)
    )  # 2 (x + y + ..) = 1: not in whole numbers
    for hopeless in (beyond, odd):
        model = HighsModel(hopeless)
        for confirm in (None, lambda p=hopeless: second_opinion(p)):
            found = guarded(model.solved, hopeless, incumbent=True, confirm=confirm)
            assert found.state == ("failed" if confirm is None else "infeasible")
    assert second_opinion(odd).iterations >= 0


@cache
def branching() -> tuple[SitingProblem, Solution]:
    """Return a problem on whose rules money is spent and whose root leaves a gap, and its true answer."""
    for seed in range(500):
        problem = tiny_problem(seed)
        models = [PeriodProgram(problem, t) for t in range(len(problem.periods))]
        forced = forced_design(models, Budget(9.0, Clock(None)), 0)
        if forced is None or not any(map(any, forced[0])):
            continue
        try:
            found = solve(problem, EXACT)
        except InfeasibleError:
            continue
        if found.nodes > 1 and found.stop_plans:
            return problem, found
    raise AssertionError


def keeps_the_best_plan(problem: SitingProblem, true: Solution) -> None:
    """Assert that a plan comes out, with a true bound and books that add up."""
    kept = solve(problem, EXACT)
    assert kept.bound_cny <= true.objective_cny * (1 + 1e-9)
    assert kept.objective_cny >= true.bound_cny * (1 - 1e-9)
    drive(problem, kept)


class Liar(HighsModel):
    """Tells the truth some times, then lies about every relaxation."""

    lie: Lie
    honest = 0
    told = 0

    def relaxed(self, iterations: int | None = None) -> Result:
        """Solve, and say something else."""
        true = super().relaxed(iterations)
        type(self).told += 1
        return true if self.told <= self.honest else type(self).lie(true)


def liar(name: str, honest: int) -> type[Liar]:
    """Return a solver that lies after some honest answers."""
    return type("Liar", (Liar,), {"lie": staticmethod(LIES[name][0]), "honest": honest})


TOLD = [name for name in LIES if name != "half open"]


@pytest.mark.parametrize("name", TOLD)
def test_a_lie_before_any_plan_is_a_solver_error(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """What the rules force comes first; without it there is nothing to keep: exit code 8."""
    problem, _ = branching()
    true = HighsModel.solved

    def solved(self: HighsModel, **how: Any) -> Result:
        unpresolved = self._highs.getOptionValue("presolve")[1] == "off"
        # The second opinion is honest.
        return true(self, **how) if unpresolved else LIES[name][0](true(self, **how))

    monkeypatch.setattr(HighsModel, "solved", solved)
    with pytest.raises(SolverError, match=LIES[name][1].value) as error:
        solve(problem, EXACT)
    assert error.value.exit_code == 8


@pytest.mark.parametrize("name", TOLD)
def test_a_lying_tree_leaves_the_best_plan(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Periods branched on by HiGHS: from its second answer on it lies."""
    problem, known = branching()
    monkeypatch.setattr(optimise, "JOINT_COLUMNS", 0)
    true, calls = HighsModel.solved, [0]

    def solved(self: HighsModel, **how: Any) -> Result:
        calls[0] += 1
        return true(self, **how) if calls[0] == 1 else LIES[name][0](true(self, **how))

    monkeypatch.setattr(HighsModel, "solved", solved)
    keeps_the_best_plan(problem, known)
    assert calls[0] > 1


@pytest.mark.parametrize("honest", [0, 12, 36])
@pytest.mark.parametrize("name", TOLD)
def test_a_lying_relaxation_leaves_the_best_plan(
    monkeypatch: pytest.MonkeyPatch, name: str, honest: int
) -> None:
    """At the root or in the tree: what rules force is a plan, and more is found."""
    problem, true = branching()
    solver = liar(name, honest)
    monkeypatch.setattr("corridor.siting.search.relaxation.HighsModel", solver)
    keeps_the_best_plan(problem, true)
    assert solver.told > honest


@pytest.mark.parametrize("honest", [0, 3])
@pytest.mark.parametrize("name", TOLD)
def test_a_lying_oracle_leaves_the_best_plan(
    monkeypatch: pytest.MonkeyPatch, name: str, honest: int
) -> None:
    """The local search may go astray; its plans are priced by another programme."""
    problem, true = branching()
    solver = liar(name, honest)
    monkeypatch.setattr("corridor.siting.search.period_oracle.HighsModel", solver)
    keeps_the_best_plan(problem, true)
    assert solver.told > honest


@pytest.mark.parametrize(
    "name",
    [
        n
        for n in TOLD
        if n not in ("NaN as bound", "bound past the point", "optimal without a bound")
    ],
)
def test_a_lying_price_of_a_design_is_a_solver_error(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Without the cost of a single design there is no plan to keep."""
    problem, _ = branching()
    monkeypatch.setattr("corridor.siting.operation.rows.HighsModel", liar(name, 0))
    with pytest.raises(SolverError):
        solve(problem, EXACT)


def test_a_bound_above_the_written_plan_counts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """If all checks were passed by a wrong bound, the plan is still kept, with what arithmetic proves."""
    problem, true = branching()
    honest = optimise.optimise

    def boasting(*given: Any, **more: Any) -> optimise.Outcome:
        outcome = honest(*given, **more)
        outcome.bound_cny = 2 * outcome.cost_cny
        return outcome

    monkeypatch.setattr("corridor.siting.solve.optimise", boasting)
    said: list[str] = []
    kept = solve(problem, EXACT, progress=said.append)
    assert kept.objective_cny == true.objective_cny
    assert kept.bound_cny <= true.bound_cny
    assert kept.status == "FEASIBLE"
    assert any("counts nothing" in line for line in said)
