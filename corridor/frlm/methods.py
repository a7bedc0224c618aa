"""Which method and solver answers a goal."""

from __future__ import annotations

from corridor.frlm.goal import Goal, Solution
from corridor.frlm.instance import Ask
from corridor.frlm.options import Clock, Options
from corridor.frlm.prepare import Tables
from corridor.frlm.problem import CoverProblem
from corridor.frlm.solve import Search, settled, solve_arc_cover, solve_hop_flow


def solve_goal(
    tables: Tables, problem: CoverProblem, goal: Goal, ask: Ask, options: Options, clock: Clock
) -> tuple[Solution, str]:
    """Return the best answer to a goal, and what found it."""
    if clock.left() <= 0:
        return Solution(is_open=None, value=0, bound=None), "none"
    known = settled(problem, goal)
    if known is not None:
        return known, "none needed"
    search = Search(problem, goal)
    if options.method == "hop-flow":
        solve_hop_flow(search, tables, ask, options, clock)
        return search.solution(), "highs hop-flow"
    solve_arc_cover(search, options, clock)
    return search.solution(), "highs arc-cover"
