"""Claim: a solver that dies, hangs or eats memory costs the search, never the planner or its best plan."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from corridor.core.errors import InfeasibleError, LimitError, SolverError
from corridor.siting.apart import evaluate_apart, solve_apart
from corridor.siting.operation.design_cost import DesignCost
from corridor.siting.problem import SitingProblem, SpacingRule
from corridor.siting.search import optimise
from corridor.siting.search.local_search import LocalSearch
from corridor.siting.search.outcome import Outcome
from corridor.siting.solution import Solution, SolverSettings
from corridor.siting.solve import evaluate_design, make_task, search, solve
from corridor.solvers import watch
from corridor.solvers.child import limit_with_grace
from corridor.solvers.clock import Clock
from corridor.solvers.registry import is_installed
from corridor.solvers.result import Flaw
from tests.breaking import CRASH, HANG, IN_STOP_PLANS, KILLED, SPIN, Breaker

from .oracles.corridors import corridor_problem
from .oracles.driver import check

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="children are watched on Linux")

EXACT = SolverSettings(gap_target=0.0, time_limit_s=60.0)


def medium(seed: int = 0) -> SitingProblem:
    """Ten sites, three OD pairs, two periods."""
    return corridor_problem(
        seed, sides=8, exits=2, pairs=3, periods=2, tons=(3.0, 9.0), most_ways=3
    )


def timeless(solution: Solution) -> Solution:
    """Return a solution without the seconds that it took, in all or in the solver's log."""
    return replace(solution, seconds=0.0, log="")


@cache
def true_answer() -> Solution:
    """Return the answer to the problem, worked out in this process."""
    return solve(medium(), EXACT)


def is_kept(problem: SitingProblem, kept: Solution, stopped: str) -> None:
    """Assert that a plan keeps every rule, has a true bound and says what happened."""
    true = true_answer()
    check(problem, kept)
    assert kept.search.stopped == stopped
    assert kept.bound_cny <= true.objective_cny * (1 + 1e-9)
    assert kept.objective_cny >= true.bound_cny * (1 - 1e-9)


@pytest.mark.parametrize("name", ["highs", "cbc", "scip"])
def test_apart_is_the_same_to_the_last_digit(name: str) -> None:
    """Plan, proof and progress are those of this process; seconds are counted here."""
    if not is_installed(name):
        pytest.skip(f"{name} is not installed")
    settings = replace(EXACT, name=name, gap_target=0.001)
    said: tuple[list[str], list[str]] = ([], [])
    here = solve(medium(), settings, progress=said[0].append)
    there = solve_apart(medium(), settings, progress=said[1].append)
    assert timeless(there) == timeless(here)
    assert said[0] == said[1]
    assert there.seconds > 0
    given = evaluate_design(medium(), here.levels, settings)
    assert timeless(evaluate_apart(medium(), here.levels, settings)) == timeless(given)


def test_errors_cross_as_they_are() -> None:
    """What cannot be solved says why, with its hint and exit code."""
    rule = SpacingRule(name="one of two", period=0, sites=(0, 1))
    poor = replace(medium(), covers=(rule,), budget_cny=(1.0, 1.0))
    with pytest.raises(InfeasibleError, match="one of two") as error:
        solve_apart(poor, EXACT)
    assert error.value.hint


@pytest.mark.parametrize(
    ("how", "flaw"),
    [(CRASH, "crashed"), (KILLED, "out of memory"), (HANG, "stood still")],
)
def test_without_a_plan_it_is_a_solver_error(
    break_children: Breaker, monkeypatch: pytest.MonkeyPatch, how: str, flaw: str
) -> None:
    """What rules force is worked out first; before that there is nothing to keep: exit 8."""
    monkeypatch.setattr(watch, "IDLE_LOOKS", 4)
    break_children(how, at=1)
    with pytest.raises(SolverError, match=flaw) as error:
        solve_apart(medium(), EXACT)
    assert error.value.exit_code == 8
    assert "No plan was found before" in error.value.problem


def test_no_plan_within_the_limit_is_a_limit_error(break_children: Breaker) -> None:
    """A solver that never returns is ended by the parent's clock: exit 6 without a plan.

    The limit leaves room for the child's start, which a busy machine makes dear in CPU seconds too:
    a child that runs out before the solver is called ends by its own clock, with other words.
    """
    break_children(SPIN, at=1)
    with pytest.raises(LimitError, match="within 10 CPU s"):
        solve_apart(medium(), replace(EXACT, time_limit_s=10.0))


@pytest.mark.parametrize(
    ("how", "stopped"), [(CRASH, "crash"), (KILLED, "memory"), (HANG, "hang"), (SPIN, "clock")]
)
@pytest.mark.parametrize("at", [2, 40])
def test_the_best_plan_so_far_is_kept(
    break_children: Breaker, monkeypatch: pytest.MonkeyPatch, at: int, how: str, stopped: str
) -> None:
    """While what rules force is priced, at the root, in the tree: a plan comes out and says so."""
    monkeypatch.setattr(watch, "IDLE_LOOKS", 4)
    break_children(how, at=at, times=1)
    said: list[str] = []
    problem = medium()
    kept = solve_apart(
        problem, replace(EXACT, time_limit_s=10.0 if how == SPIN else 60.0), progress=said.append
    )
    is_kept(problem, kept, stopped)
    assert any("best plan so far is kept" in line for line in said)
    assert kept.status_reported


def test_designs_are_kept_as_the_local_search_finds_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not only when it comes back: the best of them is told, with its true cost, before it is lost."""

    def lost(run: Callable[..., object]) -> Callable[..., object]:
        def never_returns(*given: object, **how: object) -> object:
            run(*given, **how)
            raise SolverError("lost")

        return never_returns

    monkeypatch.setattr(optimise, "rounded_designs", lambda *_: [])
    monkeypatch.setattr(optimise, "dived_design", lambda *_: None)
    for name in ("run", "polish"):
        monkeypatch.setattr(LocalSearch, name, lost(getattr(LocalSearch, name)))
    kept: list[Outcome] = []
    task = make_task(medium(), None, EXACT)
    outcome = search(task, Clock(None), keep=lambda told: kept.append(replace(told)))
    best = min(kept, key=lambda told: told.cost_cny)
    assert best.levels is not None
    assert best.steps is not None
    assert best.cost_cny < outcome.cost_cny
    costs = DesignCost(task.reduced.problem)
    assert best.cost_cny == pytest.approx(costs.total(best.levels, best.steps))
    assert kept[0].cost_cny == float("inf")  # what rules force, before it is priced


def test_memory_that_is_not_there_ends_no_plan(
    break_children: Breaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A solver that asks for more than the machine has is refused, and the search ends with a plan."""
    monkeypatch.setattr("corridor.siting.apart.memory_of_machine_mb", lambda: 3000)
    break_children("bytearray(4 * 2**30)", at=9, times=1)
    problem = medium()
    check(problem, solve_apart(problem, EXACT))


def test_stop_plans_are_made_again(break_children: Breaker) -> None:
    """A crash after the search costs nothing but time: the plan is the same, and ends as it did."""
    break_children(CRASH, at=1, times=1, where=IN_STOP_PLANS)
    said: list[str] = []
    kept = solve_apart(medium(), EXACT, progress=said.append)
    assert timeless(kept) == timeless(true_answer())
    assert any("crashed" in line for line in said)


def test_stop_plans_of_what_rules_force_are_the_last_resort(break_children: Breaker) -> None:
    """Where the best design cannot be finished, the plainest one is, with the bound of the best."""
    break_children(CRASH, at=1, times=2, where=IN_STOP_PLANS)
    problem, true = medium(), true_answer()
    kept = solve_apart(problem, EXACT)
    is_kept(problem, kept, "crash")
    assert kept.bound_cny == true.bound_cny
    assert kept.levels != true.levels


def test_no_stop_plans_at_all_are_a_solver_error(break_children: Breaker) -> None:
    """Exit 8, and never a bug."""
    break_children(CRASH, at=1, where=IN_STOP_PLANS)
    with pytest.raises(SolverError, match="found a plan and failed at its stop plans") as error:
        solve_apart(medium(), EXACT)
    assert error.value.exit_code == 8


@pytest.mark.parametrize("at", [2, 30])
def test_a_long_solve_inside_ends_at_the_limit(break_children: Breaker, at: int) -> None:
    """A single solve that asks no clock is ended from outside, and the plan is kept."""
    break_children(SPIN, at=at, times=1)
    said: list[str] = []
    kept = solve_apart(medium(), replace(EXACT, time_limit_s=10.0), progress=said.append)
    assert kept.search.stopped == "clock"
    assert any(line.startswith("ended") for line in said)


def test_the_fence_stands_at_the_limit_and_a_little(monkeypatch: pytest.MonkeyPatch) -> None:
    """5 % and 1 s beyond it; whoever sleeps is let be until it has slept for so many looks."""
    used = [0.0]
    asleep = [False]
    monkeypatch.setattr(watch, "use_of", lambda _: (used[0], asleep[0]))
    monkeypatch.setattr(watch, "LOOK_S", 0.0)
    monkeypatch.setattr(watch, "IDLE_LOOKS", 3)
    guard = watch.Guard(lambda: limit_with_grace(100.0))
    for seconds, flaw in ((106.0, None), (106.01, Flaw.HUNG)):
        used[0] = seconds
        assert guard(1) is flaw
    used[0], asleep[0] = 5.0, True
    assert [guard(1) for _ in range(4)] == [None, None, None, Flaw.IDLE]
    used[0] = 5.01
    assert guard(1) is None
    asleep[0] = False
    assert [guard(1) for _ in range(4)] == [None] * 4
