"""Claim: whatever a solver answers, the best plan so far is kept; where there is none, SolverError."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from corridor.core.errors import InfeasibleError, SolverError
from corridor.siting.problem import SitingProblem
from corridor.siting.search import optimise
from corridor.siting.solution import Solution, SolverSettings
from corridor.siting.solve import solve
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
    """Return a problem whose root leaves a gap, and its true answer."""
    for seed in itertools.count():
        problem = tiny_problem(seed)
        try:
            found = solve(problem, EXACT)
        except InfeasibleError:
            continue
        if "branch and bound was needed" not in found.status_reported and found.stop_plans:
            return problem, found
    raise AssertionError


def _lying(monkeypatch: pytest.MonkeyPatch, lie: Lie) -> None:
    true = HighsModel.solved

    def solved(self: HighsModel, **how: Any) -> Result:
        unpresolved = self._highs.getOptionValue("presolve")[1] == "off"
        return true(self, **how) if unpresolved else lie(true(self, **how))  # the second is honest

    monkeypatch.setattr(HighsModel, "solved", solved)


@pytest.mark.parametrize("name", [n for n in LIES if n != "half open"])
def test_a_lying_tree_leaves_the_best_plan(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """With a plan from the root, a plan comes out, with a true bound; without one, exit code 8."""
    problem, true = branching()
    _lying(monkeypatch, LIES[name][0])
    kept = solve(problem, EXACT)
    assert kept.bound_cny <= true.objective_cny * (1 + 1e-9)
    assert kept.objective_cny >= true.bound_cny * (1 - 1e-9)
    drive(problem, kept)
    monkeypatch.setattr(optimise, "rounded_designs", lambda *_: iter(()))
    with pytest.raises(SolverError):
        solve(problem, EXACT)


@pytest.mark.parametrize("name", [n for n in LIES if n not in ("half open", "infeasible")])
def test_a_lying_root_is_a_solver_error(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Before any plan there is nothing to keep."""
    problem, _ = branching()
    true = HighsModel.relaxed
    monkeypatch.setattr(
        HighsModel, "relaxed", lambda self, most=None: LIES[name][0](true(self, most))
    )
    with pytest.raises(SolverError):
        solve(problem, EXACT)


def test_a_bound_above_the_written_plan_counts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """If all checks were passed by a wrong bound, the plan is still kept, with what arithmetic proves."""
    problem, true = branching()
    honest = optimise.optimise

    def boasting(*given: Any) -> optimise.Outcome:
        outcome = honest(*given)
        outcome.bound_cny = 2 * outcome.cost_cny
        return outcome

    monkeypatch.setattr("corridor.siting.solve.optimise", boasting)
    said: list[str] = []
    kept = solve(problem, EXACT, progress=said.append)
    assert kept.objective_cny == true.objective_cny
    assert kept.bound_cny <= true.bound_cny
    assert kept.status == "FEASIBLE"
    assert any("counts nothing" in line for line in said)
