"""Solve a large problem from a small relaxation, adding rows only when they are violated."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from corridor.core.errors import SolverError
from corridor.frlm.aggregate import Aggregated, relax
from corridor.frlm.arc_cover import FLOW_SCALE
from corridor.frlm.highs import TREE_OPTIONS, Highs
from corridor.frlm.model import LinearModel, stack
from corridor.frlm.options import Clock, Options
from corridor.frlm.solve import Search, fix_by_reduced_cost, is_whole, start_from_search


def can_generate(search: Search) -> bool:
    """Tell whether row generation answers a goal: most flow, every set needs one station."""
    return search.goal.maximise and not (search.problem.need > 1).any()


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
    highs = Highs(_whole(relaxed), options=TREE_OPTIONS)
    highs.add_rows(stack(relaxed.tight_rows()))
    reduced, _ = relaxed.highs.duals()
    fix_by_reduced_cost(search, highs, relaxed.point, reduced, scale)
    while not search.is_done(options.gap):
        if search.is_open is not None:
            highs.start_from(np.arange(relaxed.columns), relaxed.point_of(search.is_open))
        result = highs.solve(time_limit=clock.left(), gap=options.gap)
        if result.outcome in ("infeasible", "failed"):
            raise SolverError(f"HiGHS calls a solvable model {result.outcome}.")
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
