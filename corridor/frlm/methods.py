"""Which method and solver answers a goal."""

from __future__ import annotations

from corridor.core.errors import SolverError
from corridor.frlm.goal import Goal, Solution
from corridor.frlm.instance import Ask
from corridor.frlm.options import Clock, Options
from corridor.frlm.prepare import Tables
from corridor.frlm.problem import CoverProblem
from corridor.frlm.row_generation import can_generate, solve_by_rows
from corridor.frlm.scip import has_scip
from corridor.frlm.solve import (
    Search,
    settled,
    solve_arc_cover,
    solve_elsewhere,
    solve_hop_flow,
    without_idle,
)

LARGE = 60_000
"""Pairs of a group and a set from which rows are generated instead of stated at once."""


def solve_goal(
    tables: Tables, problem: CoverProblem, goal: Goal, ask: Ask, options: Options, clock: Clock
) -> tuple[Solution, str]:
    """Return the best answer to a goal, and what found it."""
    if options.solver == "scip" and not has_scip():
        raise SolverError("SCIP is not installed.", "pip install 'corridor[scip]'")
    if clock.left() <= 0:
        return Solution(is_open=None, value=0, bound=None), "none"
    known = settled(problem, goal)
    if known is not None:
        return known, "none needed"
    search = Search(problem, goal)
    words = _solve(search, tables, ask, options, clock)
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
    generate = can_generate(search)
    if method == "row-generation" and generate and solver != "cbc":
        scip = solver == "scip" or (solver == "auto" and has_scip())
        solve_by_rows(search, options, clock, scip=scip)
        return f"{'scip' if scip else 'highs'} row-generation"
    if solver in ("cbc", "scip"):
        solve_elsewhere(search, tables, ask, options, clock, hop_flow=False)
        return f"{solver} arc-cover"
    if method == "auto" and generate:
        return _automatic(search, options, clock)
    solve_arc_cover(search, options, clock)
    return "highs arc-cover"


def _automatic(search: Search, options: Options, clock: Clock) -> str:
    """Solve by what its size suggests: below `LARGE` HiGHS on the whole model is the faster."""
    if len(search.problem.group_set) < LARGE:
        solve_arc_cover(search, options, clock)
        return "highs arc-cover"
    scip = options.solver == "auto" and has_scip()
    solve_by_rows(search, options, clock, scip=scip)
    return f"{'scip' if scip else 'highs'} row-generation"
