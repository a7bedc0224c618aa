"""Solve a covering problem by a whole model: HiGHS, CBC or SCIP, and an exact recount always."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from corridor.frlm.arc_cover import ArcCover, arc_cover
from corridor.frlm.goal import Goal
from corridor.frlm.hop_flow import hop_flow as hop_flow_model
from corridor.frlm.instance import Ask
from corridor.frlm.local_search import LocalSearch
from corridor.frlm.options import Options
from corridor.frlm.prepare import Tables
from corridor.frlm.problem import Bools, Floats, Ints
from corridor.frlm.search import Frame, Search, doubt_of, without_idle
from corridor.solvers import registry as solvers
from corridor.solvers.clock import Clock
from corridor.solvers.highs import EXACT_OPTIONS, TREE_OPTIONS, HighsModel
from corridor.solvers.options import SolveOptions
from corridor.solvers.program import INFINITY, LinearProgram, Rows, with_rows

_WHOLE = 1e-6

_DEEP = 1e-4
"""Least depth of a row worth adding instead of one that forbids a single choice."""

_REFUSALS = 20
"""Answers refused by the recount after which a solver is left for our own tree."""

_CALLS = 6
"""Calls of the local search before the exact method."""


def columns_open(x: Floats, sites: int) -> Bools:
    """Return which columns a point opens."""
    opened: Bools = x[:sites] > 0.5
    return opened


def is_whole(x: Floats) -> bool:
    """Tell whether all entries are whole, up to a solver's tolerance."""
    return bool(np.all(np.abs(x - np.round(x)) <= _WHOLE))


def start_from_search(search: Search, options: Options) -> None:
    """Find a good answer by local search, where the most flow is asked for."""
    problem, goal = search.problem, search.goal
    if goal.maximise and not (problem.need > 1).any():
        search.offer(LocalSearch(problem, goal, options.seed).from_nothing(_CALLS))


def cheap_answer(search: Search) -> None:
    """Find an answer to a goal of least price: all open, then the dearest closed where it can be."""
    problem, goal = search.problem, search.goal
    everything = np.ones(len(problem.site), bool)
    search.offer(without_idle(problem, everything, least=goal.target, price=goal.price))


def fix_by_reduced_cost(
    search: Search, highs: HighsModel, point: Floats, reduced: Floats, scale: Fraction
) -> int:
    """Fix sites whose change would cost more than the gap; return how many.

    Only answers that are no better than the best known are lost, and that one stays.

    Parameters
    ----------
    search
        The problem, and the best known about it.
    highs
        The model whose first columns are the sites.
    point, reduced
        Optimum of its relaxation and the reduced costs there.
    scale
        Whole units in one unit of the model's objective.
    """
    if search.is_open is None or search.bound is None or not search.goal.maximise:
        return 0
    sites = len(search.problem.site)
    gap = float((search.bound - search.value) / scale) * (1 + 1e-6) + 1e-3
    x, cost = point[:sites], np.abs(reduced[:sites])
    shut = np.flatnonzero((x < 1e-9) & (cost > gap) & ~search.is_open)
    fixed = np.flatnonzero((x > 1 - 1e-9) & (cost > gap) & search.is_open)
    columns = np.r_[shut, fixed]
    if len(columns):
        values = np.r_[np.zeros(len(shut)), np.ones(len(fixed))]
        highs.bounds(columns.tolist(), values, values)
    return len(columns)


def solve_arc_cover(search: Search, options: Options, clock: Clock) -> None:
    """Solve by the whole arc-cover model: its relaxation first, then branch and bound of HiGHS.

    Parameters
    ----------
    search
        The problem, and the best known about it.
    options, clock
        When to stop.
    """
    cover = arc_cover(search.problem, search.goal)
    frame = frame_of(search, cover)
    highs = HighsModel(cover.model, stop=clock.stop)
    relaxed = highs.relaxed()
    if relaxed.state == "optimal" and relaxed.values is not None:
        search.limit_to(relaxed.bound, frame)
        if is_whole(relaxed.values[: cover.sites]):
            search.offer(columns_open(relaxed.values, cover.sites))
        if search.is_done(options.gap):
            return
    start_from_search(search, options)
    if search.is_done(options.gap):
        return
    if search.is_open is not None:
        if relaxed.values is not None:
            fix_by_reduced_cost(search, highs, relaxed.values, highs.duals(), cover.scale)
        highs.set_options(TREE_OPTIONS)
    highs.set_options(EXACT_OPTIONS)
    finish_whole(search, highs, frame, options, clock)


def frame_of(search: Search, cover: ArcCover) -> Frame:
    """Return how an arc-cover model stands to the problem."""
    return Frame(
        place=np.arange(cover.sites),
        scale=cover.scale,
        offset=search.problem.always,
        doubt=doubt_of(len(cover.model.cost)),
    )


def solve_elsewhere(
    search: Search, tables: Tables, ask: Ask, options: Options, clock: Clock, *, hop_flow: bool
) -> None:
    """Solve a whole model with CBC or SCIP, cut and solved again till the recount agrees."""
    if hop_flow:
        model, frame = _hop_flow_frame(search, tables, ask)
    else:
        cover = arc_cover(search.problem, search.goal)
        model, frame = cover.model, frame_of(search, cover)
    if options.solver == "cbc":  # CBC tells no bound when it stops early: the relaxation's will do
        relaxed = HighsModel(model, stop=clock.stop).relaxed()
        search.limit_to(relaxed.bound, frame)
    for _ in range(_REFUSALS):
        result = solvers.solve(options.solver, model, asked(options, clock))
        if result.state in ("infeasible", "failed"):
            return  # every model here can be solved: its word counts nothing
        search.nodes += result.nodes
        told = frame
        if options.solver == "cbc":  # hands over its points in some seven digits
            told = replace(frame, doubt=frame.doubt + 1e-6 * abs(result.bound))
        search.limit_to(result.bound, told)
        if result.values is None:
            return
        opened = result.values[frame.place] > 0.5
        if search.offer(opened) or clock.left() <= 0:
            return
        model = with_rows(model, forbidding(search.goal, opened, frame.place))
        if search.is_done(options.gap):
            return


def asked(options: Options, clock: Clock) -> SolveOptions:
    """Return what another solver is asked for."""
    seconds = None if clock.limit is None else max(0.0, clock.left())
    return SolveOptions(gap=options.gap, seconds=seconds, wall=True)


def _hop_flow_frame(search: Search, tables: Tables, ask: Ask) -> tuple[LinearProgram, Frame]:
    """Return the hop-flow model and how it stands to the problem."""
    flow = hop_flow_model(tables, search.goal, ask)
    doubt = doubt_of(len(flow.model.cost))
    # All trips are in this model, those served without a new station too.
    return flow.model, Frame(place=search.problem.site, scale=flow.scale, offset=0, doubt=doubt)


def solve_hop_flow(
    search: Search, tables: Tables, ask: Ask, options: Options, clock: Clock
) -> None:
    """Solve by the hop-flow model; the problem must not have dropped sites."""
    model, frame = _hop_flow_frame(search, tables, ask)
    finish_whole(
        search, HighsModel(model, stop=clock.stop, options=EXACT_OPTIONS), frame, options, clock
    )


def finish_whole(
    search: Search, highs: HighsModel, frame: Frame, options: Options, clock: Clock
) -> None:
    """Run branch and bound until its answer stands the exact recount.

    A solver works within tolerances: what it returns may cost a little too much or serve a little
    too little. Such an answer is cut off, which loses no right one, and the search goes on.

    Parameters
    ----------
    search
        The problem, and the best known about it.
    highs
        The model.
    frame
        How it stands to the problem.
    options, clock
        When to stop.
    """
    place = frame.place
    for _ in range(_REFUSALS):
        if search.is_done(options.gap):
            return
        if search.is_open is not None:
            highs.start_from(place.tolist(), search.is_open.astype(float))
        result = highs.solved(gap=options.gap)
        if result.state in ("infeasible", "failed"):
            return  # every model here can be solved: its word counts nothing
        search.nodes += result.nodes
        search.limit_to(result.bound, frame)
        if result.values is None:
            return
        opened = result.values[place] > 0.5
        if search.offer(opened) or clock.left() <= 0:
            return
        highs.add_rows(forbidding(search.goal, opened, place))


def forbidding(goal: Goal, opened: Bools, place: Ints) -> Rows:
    """Return a row that forbids some open columns and everything that is no better."""
    if goal.maximise:
        return _too_dear(goal, opened, place)
    outside = place[~opened].tolist()
    return Rows.of([(outside, [1.0] * len(outside), 1.0, INFINITY)])


def _too_dear(goal: Goal, opened: Bools, place: Ints) -> Rows:
    """Return a row that forbids some open columns whose price is above the limit.

    Say the dearest of them, D, are all open: then the others, I, may cost no more than is left of
    the limit; else nothing is said. As a row, with whole prices c and L the rest of the limit:
    ``c(I) @ x + (c(I) - L) * sum of x over D <= c(I) + (|D| - 1) * (c(I) - L)``. Solvers tell
    cheap sites apart in it, which vanish beside the dear ones in the row of the limit.
    """
    order = sorted(np.flatnonzero(opened).tolist(), key=lambda column: -goal.price[column])
    best, best_depth = None, 0.0
    for count in range(len(order)):
        dear, rest = order[:count], order[count:]
        left = goal.limit - sum(goal.price[column] for column in dear)
        if left < 0:
            break
        others = [k for k in range(len(goal.price)) if k not in dear and goal.price[k] > 0]
        within = [k for k in others if goal.price[k] <= goal.price[rest[0]]]
        most = sum(goal.price[k] for k in within)
        size = max(most - left, *(goal.price[k] for k in within)) if within else 1
        depth = (sum(goal.price[k] for k in rest) - left) / size
        if depth > best_depth:
            lift = float(Fraction(most - left, size))
            columns = [*within, *dear]
            values = [float(Fraction(goal.price[k], size)) for k in within] + [lift] * count
            side = float(Fraction(most, size)) + (count - 1) * lift
            best, best_depth = (columns, values, -INFINITY, side), depth
    if best is None or best_depth < _DEEP:
        inside = np.flatnonzero(opened).tolist()
        best = (inside, [1.0] * len(inside), -INFINITY, len(inside) - 1.0)
    columns, values, low, side = best
    return Rows.of([(place[columns].tolist(), values, low, side * (1 + 1e-12))])
