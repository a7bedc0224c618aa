"""Solve for the most flow from a small relaxation, adding rows only when they are violated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np

from corridor.frlm.aggregate import Aggregated, aggregated, relax
from corridor.frlm.arc_cover import FLOW_SCALE
from corridor.frlm.branch import branching_of
from corridor.frlm.local_search import LocalSearch
from corridor.frlm.options import Options
from corridor.frlm.problem import Bools
from corridor.frlm.search import Frame, Search, doubt_of
from corridor.frlm.solve import asked
from corridor.solvers.clock import Clock

HARD = 1_000_000
"""Simplex iterations of our own tree after which SCIP, with its cuts, is asked to go on."""

_CALLS = 4
"""Calls of the local search before the first relaxation."""


def can_generate(search: Search) -> bool:
    """Tell whether row generation answers a goal: most flow, every set needs one station."""
    return search.goal.maximise and not (search.problem.need > 1).any()


def solve_by_rows(search: Search, options: Options, clock: Clock, *, scip: bool, ours: bool) -> str:
    """Solve from the aggregated relaxation; return by which tree.

    Parameters
    ----------
    search
        The problem, and the best known about it.
    options, clock
        When to stop.
    scip
        Whether SCIP may search the tree.
    ours
        Whether our own tree goes first.
    """
    problem, goal = search.problem, search.goal
    local = LocalSearch(problem, goal, options.seed)
    search.offer(local.from_nothing(_CALLS))
    relaxed = relax(aggregated(problem, goal), goal, search.is_open, clock)
    frame = Frame(
        place=np.arange(relaxed.sites),
        scale=Fraction(problem.coverable) / Fraction(FLOW_SCALE),
        offset=problem.always,
        doubt=doubt_of(relaxed.columns),
    )
    root = relaxed.model.column_low[: relaxed.sites], relaxed.model.column_up[: relaxed.sites]
    search.limit_to(relaxed.proven(*root)[0], replace(frame, doubt=0.0))
    if search.is_done(options.gap) or clock.left() <= 0:
        return "highs"
    if ours:
        tree = branching_of(search, relaxed, frame, _improve_by(local), clock)
        tree.run(gap=options.gap, most_iterations=HARD if scip else None)
        tree.report(search, frame)
        if not scip or search.is_done(options.gap) or clock.left() <= 0:
            return "highs"
    _solve_with_scip(search, relaxed, frame, options, clock)
    return "scip"


def _improve_by(local: LocalSearch) -> Callable[[Bools], Bools]:
    """Return what makes better choices of roundings.

    Where it is not compiled the local search costs more than it saves after a few calls, and where
    stations are counted after the first.
    """
    if local.compiled:
        return local.improve
    left = iter(() if local.goal.counted else range(_CALLS))

    def improve(is_open: Bools) -> Bools:
        again = next(left, None) is not None
        return local.improve(is_open) if again else local.goal.within_limit(is_open)

    return improve


def _solve_with_scip(
    search: Search, relaxed: Aggregated, frame: Frame, options: Options, clock: Clock
) -> None:
    """Let SCIP search the tree, rows added inside it."""
    from corridor.frlm.scip import solve_aggregated

    result = solve_aggregated(relaxed, search.is_open, asked(options, clock))
    if result.state in ("infeasible", "failed"):
        return  # every model here can be solved: its word counts nothing
    search.nodes += result.nodes
    search.limit_to(result.bound, frame)
    if result.values is not None:
        search.offer(result.values[: relaxed.sites] > 0.5)
