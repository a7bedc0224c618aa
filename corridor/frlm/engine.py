"""From an instance and an ask to a proven answer, each answer recounted by driving every trip."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from corridor.core.arrays import Bools
from corridor.core.errors import InternalError
from corridor.frlm.answer import Answer, Status
from corridor.frlm.cover.alternatives import add_unions, broken_unions
from corridor.frlm.cover.objective import Goal, Solution, goal_of
from corridor.frlm.cover.problem import CoverProblem
from corridor.frlm.cover.reduce import NEVER, Tables, prepare
from corridor.frlm.instance.instance import Ask, Instance
from corridor.frlm.instance.reader import load_instance
from corridor.frlm.options import Options
from corridor.frlm.reach.driver import driven_flow
from corridor.frlm.reach.explain import Shortfall, shortfall
from corridor.frlm.search.incumbent import Search
from corridor.solvers.clock import Clock, wall_clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The best of an ask so far, in terms that another process understands.

    Parameters
    ----------
    sites
        Indices of the new stations in the instance.
    bound
        What no answer can beat; None where nothing is proved. [whole units of the goal]
    """

    sites: tuple[int, ...]
    bound: Fraction | None


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
    keep: Callable[[Found], object] | None = None,
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
    keep
        Called whenever a better answer or bound is known; None: nobody.
    """
    options = options or Options()
    clock = wall_clock(options.time_limit)
    problem = prepare(tables, ask, reduce=options.method != "hop-flow")
    prepared = clock.spent()
    problem, goal, solution, solver = _solve(tables, problem, ask, options, clock, keep=keep)
    solved = clock.spent()
    return _answer(
        tables,
        ask,
        problem,
        goal,
        solution=solution,
        solver=solver,
        seconds={
            "read": read_seconds,
            "prepare": laid_out + prepared,
            "solve": solved - prepared,
        },
    )


def _solve(
    tables: Tables,
    problem: CoverProblem,
    ask: Ask,
    options: Options,
    clock: Clock,
    *,
    keep: Callable[[Found], object] | None,
) -> tuple[CoverProblem, Goal, Solution, str]:
    """Solve, and again while an answer leaves unwritten sets unhit."""
    from corridor.frlm.methods import solve_goal

    def tell(search: Search) -> None:
        if keep is not None and search.is_open is not None:
            sites = search.problem.site[search.is_open].tolist()
            keep(Found(sites=tuple(sites), bound=search.solution().bound))

    while True:
        goal = goal_of(tables.instance, problem, ask)
        solution, solver = solve_goal(
            tables, problem, goal, ask, options=options, clock=clock, keep=tell
        )
        if solution.is_open is None:
            return problem, goal, solution, solver
        broken = _broken(tables, problem, ask, solution.is_open)
        if not broken:
            return problem, goal, solution, solver
        if clock.left() <= 0:
            nothing = Solution(is_open=None, value=0, bound=solution.bound)
            return problem, goal, nothing, solver
        problem = add_unions(tables, problem, broken, ask.backup)


def _broken(tables: Tables, problem: CoverProblem, ask: Ask, is_open: Bools) -> dict[int, int]:
    """Return the unwritten sets that an answer leaves unhit."""
    if not problem.alternatives:
        return {}
    open_mask = problem.open_mask(is_open) | tables.existing()
    return broken_unions(problem, is_open, open_mask, ask.backup)


def recount(tables: Tables, ask: Ask, options: Options, found: Found, solver: str) -> Answer:
    """Return the answer that is known of an ask, recounted without a solver.

    Parameters
    ----------
    tables, ask, options
        As for `solve_ask`.
    found
        What was kept.
    solver
        What is said of how it was found.
    """
    clock = wall_clock(None)
    problem = prepare(tables, ask, reduce=options.method != "hop-flow")
    while True:
        is_open = np.isin(problem.site, found.sites)
        broken = _broken(tables, problem, ask, is_open)
        if not broken:
            break
        problem = add_unions(tables, problem, broken, ask.backup)
    search = Search(problem, goal_of(tables.instance, problem, ask))
    search.offer(is_open)
    search.bound = found.bound
    return _answer(
        tables,
        ask,
        problem,
        search.goal,
        solution=search.solution(),
        solver=solver,
        seconds={"read": 0.0, "prepare": clock.spent(), "solve": 0.0},
    )


def _answer(
    tables: Tables,
    ask: Ask,
    problem: CoverProblem,
    goal: Goal,
    *,
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
