"""Solve a large problem from a small relaxation, adding rows only when they are violated."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from corridor.core.errors import SolverError
from corridor.frlm.aggregate import Aggregated, relax
from corridor.frlm.arc_cover import FLOW_SCALE
from corridor.frlm.highs import Highs
from corridor.frlm.local_search import search_most_flow
from corridor.frlm.model import LinearModel, stack
from corridor.frlm.options import Clock, Options
from corridor.frlm.solve import Search, is_whole

SEARCH_SECONDS = 3.0
"""Longest local search before the exact method. [s]"""


def can_generate(search: Search) -> bool:
    """Tell whether row generation answers a goal: most flow, every set needs one station."""
    return search.goal.maximise and not (search.problem.need > 1).any()


def start_from_search(search: Search, options: Options, clock: Clock) -> None:
    """Find a good answer by local search, where stations are counted."""
    if search.goal.maximise and search.goal.counted and not (search.problem.need > 1).any():
        # Large problems repay a longer search: every later step starts from its answer.
        share = min(1.0, len(search.problem.group_set) / 50_000)
        seconds = min(max(0.3, SEARCH_SECONDS * share), 0.2 * clock.left())
        found = search_most_flow(
            search.problem, search.goal.limit, seconds=seconds, patience=40, seed=options.seed
        )
        search.offer(found)


def solve_by_rows(search: Search, options: Options, clock: Clock, *, scip: bool) -> None:
    """Solve by row generation, the tree searched by SCIP or by HiGHS.

    Parameters
    ----------
    search
        The problem, and the best known about it.
    options, clock
        When to stop.
    scip
        True: SCIP, rows added inside the tree; False: HiGHS, solved again with more rows.
    """
    start_from_search(search, options, clock)
    relaxed = relax(search.problem, search.goal, search.is_open, clock)
    scale = Fraction(search.problem.coverable) / Fraction(FLOW_SCALE)
    always = search.problem.always
    search.limit_to(relaxed.bound, scale, always)
    x = relaxed.point[: relaxed.sites]
    if is_whole(x):
        search.offer(x > 0.5)
    if search.is_done(options.gap):
        return
    if not scip:
        _solve_again_and_again(search, relaxed, scale, options, clock)
        return
    from corridor.frlm.scip import solve_aggregated

    result = solve_aggregated(relaxed, search.is_open, time_limit=clock.left(), gap=options.gap)
    if result.outcome in ("infeasible", "failed"):
        raise SolverError(f"SCIP calls a solvable model {result.outcome}.")
    search.nodes += result.nodes
    search.limit_to(result.bound, scale, always)
    if result.x is not None:
        search.offer(result.x[: relaxed.sites] > 0.5)


def _solve_again_and_again(
    search: Search, relaxed: Aggregated, scale: Fraction, options: Options, clock: Clock
) -> None:
    """Branch and bound on the rows known, till its answer violates none of the others."""
    highs = Highs(_whole(relaxed))
    highs.add_rows(stack(relaxed.tight_rows()))
    fix_by_reduced_cost(search, relaxed, highs, scale)
    while not search.is_done(options.gap):
        if search.is_open is not None:
            highs.start_from(np.arange(relaxed.columns), relaxed.point_of(search.is_open))
        result = highs.solve(time_limit=clock.left(), gap=options.gap)
        if result.outcome == "infeasible":
            # With columns fixed because nothing better needs them, this proves the best known.
            search.bound = Fraction(search.value)
            return
        if result.outcome == "failed":
            raise SolverError("HiGHS fails on the relaxation.")
        search.nodes += result.nodes
        search.limit_to(result.bound, scale, search.problem.always)
        if result.x is None or clock.left() <= 0:
            return
        search.offer(result.x[: relaxed.sites] > 0.5)
        point = np.r_[np.round(result.x[: relaxed.sites]), result.x[relaxed.sites :]]
        rows = relaxed.violated(point, alone_by=1e-6, shared_by=1e-7, repeat=True)
        if not rows:
            return
        highs.add_rows(stack(rows))


def _whole(relaxed: Aggregated) -> LinearModel:
    """Return the relaxation's model with the groups alone whole as well, which helps cutting."""
    model = relaxed.model
    integer = model.integer.copy()
    integer[relaxed.alone] = True
    return LinearModel(
        maximise=True,
        cost=model.cost,
        lower=model.lower,
        upper=model.upper,
        integer=integer,
        row_first=model.row_first,
        row_column=model.row_column,
        row_value=model.row_value,
        row_lower=model.row_lower,
        row_upper=model.row_upper,
    )


def fix_by_reduced_cost(search: Search, relaxed: Aggregated, highs: Highs, scale: Fraction) -> int:
    """Fix sites whose change would cost more than the gap; return how many.

    Only answers that are no better than the best known are lost.
    """
    if search.is_open is None or search.bound is None:
        return 0
    gap = float((search.bound - search.value) / scale) * (1 + 1e-6) + 1e-3
    reduced, _ = relaxed.highs.duals()
    x = relaxed.point[: relaxed.sites]
    cost = np.abs(reduced[: relaxed.sites])
    shut = np.flatnonzero((x < 1e-9) & (cost > gap) & ~search.is_open)
    fixed = np.flatnonzero((x > 1 - 1e-9) & (cost > gap) & search.is_open)
    columns = np.r_[shut, fixed]
    if len(columns):
        values = np.r_[np.zeros(len(shut)), np.ones(len(fixed))]
        highs.change_bounds(columns, values, values)
    return len(columns)
