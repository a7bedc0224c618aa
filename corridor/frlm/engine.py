"""From an instance and an ask to a proven answer, each answer recounted by driving every trip."""

from __future__ import annotations

import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np

from corridor.core.errors import InternalError
from corridor.frlm.answer import Answer, Status
from corridor.frlm.driver import driven_flow
from corridor.frlm.explain import Shortfall, shortfall
from corridor.frlm.goal import Goal, Solution, goal_of
from corridor.frlm.instance import Ask, Instance
from corridor.frlm.options import Options
from corridor.frlm.prepare import NEVER, Tables, prepare
from corridor.frlm.problem import CoverProblem
from corridor.frlm.reader import load_instance
from corridor.frlm.unions import add_unions, broken_unions
from corridor.solvers.clock import Clock, wall_clock


def solve_file(path: Path, options: Options | None = None) -> Iterator[Answer]:
    """Yield the answer to each ask of an instance file, in order.

    Raises
    ------
    InputError
        If the file is wrong; nothing is solved then.
    """
    begun = time.perf_counter()
    instance = load_instance(path)
    yield from solve_instance(instance, options, read_seconds=time.perf_counter() - begun)


def solve_instance(
    instance: Instance, options: Options | None = None, *, read_seconds: float = 0.0
) -> Iterator[Answer]:
    """Yield the answer to each ask of an instance, in order."""
    begun = time.perf_counter()
    tables = Tables.of(instance)
    laid_out = time.perf_counter() - begun
    for ask in instance.asks:
        yield solve_ask(tables, ask, options, read_seconds=read_seconds, laid_out=laid_out)


def solve_ask(
    tables: Tables,
    ask: Ask,
    options: Options | None = None,
    *,
    read_seconds: float = 0.0,
    laid_out: float = 0.0,
) -> Answer:
    """Answer one ask.

    Parameters
    ----------
    tables
        The instance, laid out (`Tables.of`).
    ask
        The question.
    options
        How to solve; None: the defaults.
    read_seconds, laid_out
        Time already spent on reading and laying out, for the report. [s]
    """
    options = options or Options()
    clock = wall_clock(options.time_limit)
    problem = prepare(tables, ask, reduce=options.method != "hop-flow")
    prepared = clock.spent()
    problem, goal, solution, solver = _solve(tables, problem, ask, options, clock)
    solved = clock.spent()
    return _answer(
        tables,
        ask,
        problem,
        goal,
        solution,
        solver,
        {
            "read": read_seconds,
            "prepare": laid_out + prepared,
            "solve": solved - prepared,
        },
    )


def _solve(
    tables: Tables, problem: CoverProblem, ask: Ask, options: Options, clock: Clock
) -> tuple[CoverProblem, Goal, Solution, str]:
    """Solve, and again while an answer leaves unwritten sets unhit."""
    from corridor.frlm.methods import solve_goal

    while True:
        goal = goal_of(tables.instance, problem, ask)
        solution, solver = solve_goal(tables, problem, goal, ask, options, clock)
        if solution.is_open is None or not problem.alternatives:
            return problem, goal, solution, solver
        open_mask = problem.open_mask(solution.is_open) | tables.existing()
        broken = broken_unions(problem, solution.is_open, open_mask, ask.backup)
        if not broken:
            return problem, goal, solution, solver
        if clock.left() <= 0:
            nothing = Solution(is_open=None, value=0, bound=solution.bound)
            return problem, goal, nothing, solver
        problem = add_unions(tables, problem, broken, ask.backup)


def _answer(
    tables: Tables,
    ask: Ask,
    problem: CoverProblem,
    goal: Goal,
    solution: Solution,
    solver: str,
    seconds: dict[str, float],
) -> Answer:
    """Drive every trip under an answer and write it down."""
    instance = tables.instance
    begun = time.perf_counter()
    units = problem.units if goal.maximise else goal.price_units
    status: Status = "NO_SOLUTION"
    driven: Fraction | None = None
    opened: tuple[int, ...] = ()
    if solution.is_open is not None:
        status = "OPTIMAL" if solution.is_proven else "FEASIBLE"
        opened = tuple(int(k) for k in problem.site[solution.is_open])
        existing = {k for k, site in enumerate(instance.sites) if site.status == "existing"}
        driven = driven_flow(instance, ask, existing.union(opened))
        _check(problem, goal, solution, driven)
    shortfalls = uncoverable(tables, ask, problem)
    seconds["verify"] = time.perf_counter() - begun
    bound = solution.bound
    return Answer(
        instance=instance.name,
        ask=ask.document,
        status=status,
        value=None if solution.is_open is None else Fraction(solution.value, units),
        bound=None if bound is None else bound / units,
        open=tuple(instance.sites[k].id for k in opened),
        driven=driven,
        coverable=Fraction(problem.coverable, problem.units),
        seconds=seconds,
        before=problem.original,
        after=problem.sizes,
        solver=solver,
        uncoverable=shortfalls,
    )


def _check(problem: CoverProblem, goal: Goal, solution: Solution, driven: Fraction) -> None:
    """Compare an answer with what the driver counted: they share no code."""
    if goal.maximise:
        fine = driven * problem.units == solution.value
    else:
        fine = driven * problem.units >= goal.target
    if not fine:
        raise InternalError(
            f"The driver counts a flow of {float(driven):g} where the cover sets promise another.",
            "Please report the instance: this is a mistake in corridor.",
        )


def uncoverable(tables: Tables, ask: Ask, problem: CoverProblem) -> tuple[Shortfall, ...]:
    """Return the trips with flow that no choice of stations serves, and why."""

    def sites_at(node: int) -> int:
        return tables.site_masks.get(node, 0)

    flow = np.array([bool(units) for units in tables.flow], bool)
    never = np.flatnonzero((problem.group_of_trip == NEVER) & flow)
    return tuple(shortfall(tables.instance, ask, int(k), sites_at) for k in never)
