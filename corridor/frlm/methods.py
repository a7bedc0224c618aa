"""Which method and solver answers a goal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from corridor.frlm.cover.objective import Goal, Solution
from corridor.frlm.cover.problem import CoverProblem
from corridor.frlm.cover.reduce import Tables
from corridor.frlm.instance.instance import Ask
from corridor.frlm.models.arc_cover import arc_cover
from corridor.frlm.models.relaxation import Relaxation
from corridor.frlm.options import Options
from corridor.frlm.search.branch_and_bound import branching_of
from corridor.frlm.search.incumbent import Search, settled, without_idle
from corridor.frlm.search.row_generation import can_generate, solve_by_rows
from corridor.frlm.search.whole_model import (
    cheap_answer,
    frame_of,
    solve_arc_cover,
    solve_elsewhere,
    solve_hop_flow,
)
from corridor.solvers.clock import Clock
from corridor.solvers.registry import is_installed, require

_WIDE = 10**4
"""Ratio of prices from which a first answer is sought, to leave costlier sites out."""


def solve_goal(
    tables: Tables,
    problem: CoverProblem,
    goal: Goal,
    ask: Ask,
    *,
    options: Options,
    clock: Clock,
    keep: Callable[[Search], object] | None = None,
) -> tuple[Solution, str]:
    """Return the best answer to a goal, and what found it.

    Parameters
    ----------
    tables, problem, goal, ask
        What is asked.
    options, clock
        How to solve, and when to stop.
    keep
        Called whenever a better answer or bound is known; None: nobody.
    """
    if options.solver != "auto":
        require(options.solver)
    if clock.left() <= 0:
        return Solution(is_open=None, value=0, bound=None), "none"
    known = settled(problem, goal)
    if known is not None:
        return known, "none needed"
    search = Search(problem, goal, keep)
    least = min((price for price in goal.price if price), default=1)
    if not goal.maximise and goal.highest_price >= _WIDE * least:
        cheap_answer(search)
        search.goal = goal = replace(goal, ceiling=search.value)
    words = _solve(search, tables, ask, options, clock)
    if not search.is_done(options.gap) and clock.left() > 0:
        finish(search, options, clock)
        words += ", own tree"
    if goal.maximise and search.is_open is not None:
        search.is_open = without_idle(problem, search.is_open)
    return search.solution(), words


def _solve(search: Search, tables: Tables, ask: Ask, options: Options, clock: Clock) -> str:
    """Solve by the method asked for; return it in words."""
    solver, method = options.solver, options.method
    if method == "hop-flow":
        if solver in ("cbc", "scip"):
            solve_elsewhere(search, tables, ask, options, clock, hop_flow=True)
            return f"{solver} hop-flow"
        solve_hop_flow(search, tables, ask, options, clock)
        return "highs hop-flow"
    by_rows = method in ("auto", "row-generation") and can_generate(search)
    if by_rows and solver != "cbc" and not (solver == "scip" and method == "auto"):
        scip = solver == "scip" or (solver == "auto" and is_installed("scip"))
        tree = solve_by_rows(search, options, clock, scip=scip, ours=solver != "scip")
        return f"{tree} row-generation"
    if solver in ("cbc", "scip"):
        solve_elsewhere(search, tables, ask, options, clock, hop_flow=False)
        return f"{solver} arc-cover"
    solve_arc_cover(search, options, clock)
    return "highs arc-cover"


def finish(search: Search, options: Options, clock: Clock) -> None:
    """Prove by our own tree what the tolerances of a solver left open, for any goal.

    Parameters
    ----------
    search
        The problem, and the best known about it.
    options, clock
        When to stop.
    """
    cover = arc_cover(search.problem, search.goal)
    model = cover.model
    if not model.maximise:
        model = replace(model, maximise=True, cost=-model.cost)
    frame = frame_of(search, cover)
    tree = branching_of(search, Relaxation(model, cover.sites), frame, None, clock)
    tree.run(gap=options.gap)
    tree.report(search, frame)
