"""Solve a siting problem in a process of its own: whatever the solver does, the planner stays.

The child tells every line, every better design and every better bound. If it dies, hangs, runs past the
limit or out of memory, another child makes stop plans of the best design that was told, and the plan
says what happened. If that one dies as well, what rules force is tried, the plainest design there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, Final

from corridor.core.errors import LimitError, SolverError
from corridor.siting.problem import SitingProblem
from corridor.siting.rules import Levels
from corridor.siting.search.outcome import Early, Outcome
from corridor.siting.solution import Solution, SolverChoice, SolverSettings
from corridor.siting.solve import Progress, finish, make_task, search, silent
from corridor.solvers.apart import LostError, Tell, memory_of_machine_mb, run_apart
from corridor.solvers.child import limit_with_grace
from corridor.solvers.clock import Clock
from corridor.solvers.result import Flaw

FINISH_SHARE: Final = 0.5
FINISH_S: Final = 60.0
"""CPU time for the stop plans of a design: of the time limit, and beyond that share. [-], [s]"""

_ENDS: Final[dict[Flaw, Early]] = {
    Flaw.HUNG: "clock",
    Flaw.IDLE: "hang",
    Flaw.OUT_OF_MEMORY: "memory",
}
"""What a plan says of a lost search; whatever is not listed is a crash."""

Question = tuple[SitingProblem, Levels | None, SolverChoice]


def solve_apart(
    problem: SitingProblem, solver: SolverChoice | None = None, *, progress: Progress = silent
) -> Solution:
    """Find a plan as `corridor.siting.solve.solve` does, in a process of its own.

    Parameters
    ----------
    problem, solver, progress
        As there; the time limit counts the CPU seconds of that process.

    Returns
    -------
    Solution
        If the solver was lost, the best plan until then; `Solution.search` says so.

    Raises
    ------
    InfeasibleError
        If no plan keeps all requirements.
    LimitError
        If the time limit came before any plan.
    SolverError
        If the solver was lost before any plan.
    """
    return _Apart(problem, None, solver or SolverSettings(), progress).solution()


def evaluate_apart(
    problem: SitingProblem,
    levels: Levels,
    solver: SolverChoice | None = None,
    *,
    progress: Progress = silent,
) -> Solution:
    """Operate given stations as `corridor.siting.solve.evaluate_design` does, in a process of its own.

    Parameters
    ----------
    problem, levels, solver, progress
        As there.

    Returns
    -------
    Solution
        As of `solve_apart`.

    Raises
    ------
    InfeasibleError, LimitError, SolverError
        As of `solve_apart`.
    """
    return _Apart(problem, levels, solver or SolverSettings(), progress).solution()


@dataclass(frozen=True, slots=True)
class _Searched:
    """The search came to its end; what follows are stop plans."""

    outcome: Outcome


class _Apart:
    """One problem, and what is known of it while others work on it."""

    def __init__(
        self,
        problem: SitingProblem,
        levels: Levels | None,
        settings: SolverChoice,
        progress: Progress,
    ) -> None:
        self._question: Question = (problem, levels, settings)
        self._limit_s = settings.time_limit_s
        self._progress = progress
        self._first: Outcome | None = None
        self._best: Outcome | None = None
        self._bound_cny = float("-inf")
        self._is_searched = False

    def solution(self) -> Solution:
        """Return the plan, or say why there is none."""
        started = perf_counter()
        try:
            found = self._run(_solve, self._question)
        except SolverError as error:
            if self._best is None:
                raise self._without_plan(error) from error
            found = self._rescued(error)
        return replace(found, seconds=perf_counter() - started)

    def _run(self, work: Any, question: Any) -> Solution:
        found = run_apart(
            work, question, hear=self._hear, most=self._most_s, memory_mb=memory_of_machine_mb()
        )
        assert isinstance(found, Solution)
        return found

    def _most_s(self) -> float:
        """Return the CPU seconds that the process may have used by the end of what it does now [s]."""
        most = limit_with_grace(self._limit_s)
        return most + FINISH_SHARE * self._limit_s + FINISH_S if self._is_searched else most

    def _hear(self, message: str | Outcome | _Searched) -> None:
        if isinstance(message, str):
            self._progress(message)
        elif isinstance(message, _Searched):
            self._is_searched = True
            if message.outcome.levels is not None:
                self._best = message.outcome
        else:
            self._bound_cny = max(self._bound_cny, message.bound_cny)
            if message.levels is not None:
                self._first = self._first or message
                if self._best is None or message.cost_cny <= self._best.cost_cny:
                    self._best = message

    def _rescued(self, error: SolverError) -> Solution:
        """Make a plan of what was told before the process was lost."""
        self._progress(f"ended     {error.problem} The best plan so far is kept.")
        last = error
        for outcome in self._to_finish(error):
            self._is_searched = True
            try:
                return self._run(_finish, (self._question, outcome))
            except SolverError as again:
                self._progress(f"ended     {again.problem}")
                last = again
        raise SolverError(
            f"The solver found a plan and failed at its stop plans: {last.problem}",
            "Try another seed or solver (solver.seed, solver.name), and please report the scenario.",
        ) from last

    def _to_finish(self, error: SolverError) -> Iterator[Outcome]:
        """Yield what stop plans are made of, the best first."""
        assert self._best is not None
        flaw = error.flaw if isinstance(error, LostError) else Flaw.CRASHED
        ended = _ENDS.get(flaw, "crash")
        best = replace(self._best, bound_cny=max(self._best.bound_cny, self._bound_cny))
        # A search that had come to its end stays what it was if only the stop plans are made anew.
        yield best if self._is_searched else replace(best, ended=ended, reported=error.problem)
        if self._first is not None and self._first.levels != self._best.levels:
            bound = best.bound_cny
            yield replace(self._first, bound_cny=bound, ended=ended, reported=error.problem)

    def _without_plan(self, error: SolverError) -> SolverError | LimitError:
        """Return what is said where there is nothing to keep."""
        if not isinstance(error, LostError):
            return error
        if error.flaw is Flaw.HUNG:
            return LimitError(
                f"No plan was found within {self._limit_s:g} CPU s.",
                "Raise solver.time_limit_s, or ask for fewer sites or periods.",
            )
        return SolverError(f"{error.problem} No plan was found before.", error.hint)


def _solve(question: Question, tell: Tell) -> Solution:
    """Search and finish, in the child."""
    problem, levels, settings = question
    clock = Clock(settings.time_limit_s, begun=0.0)  # of this process, its start included
    task = make_task(problem, levels, settings)

    def keep(outcome: Outcome) -> None:
        tell(replace(outcome, log=""))

    outcome = search(task, clock, tell, keep)
    tell(_Searched(outcome))
    return finish(task, outcome, tell)


def _finish(question: tuple[Question, Outcome], tell: Tell) -> Solution:
    """Make stop plans of a design that another process has found, in the child."""
    asked, outcome = question
    return finish(make_task(*asked), outcome, tell)
