r"""The arc-cover formulation: one row for each set that a group of trips needs hit.

.. math::

    y_g \cdot \text{need}_S \le \sum_{i \in S} x_i \quad \forall g, S \in g; \qquad
    \max \sum_g f_g y_g : \sum_i c_i x_i \le B \quad\text{or}\quad
    \min \sum_i c_i x_i : \sum_g f_g y_g \ge T

Only x must be whole where every need is 1: the best y is then 0 or 1 by itself. With backup a set
of which one of two needed stations is open would make y one half, so there y is whole too.

Sets that several groups need are stated once, with a variable of their own (`z_S <= sum of x`,
`y_g <= z_S`), where that has fewer entries.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from corridor.frlm.goal import Goal
from corridor.frlm.model import INFINITY, Bools, Floats, Ints, LinearModel, Rows, stack
from corridor.frlm.problem import CoverProblem

FLOW_SCALE = 1e6
"""The coverable flow in the objective: large against the tolerances of every solver."""

_SLACK = 1e-6
"""Relaxation of the share row; answers are recounted, so it can only make the search longer."""

_TINY = 1e-8
"""Entries of the share row below this may be dropped by a solver."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArcCover:
    """The model and where its variables stand.

    Parameters
    ----------
    model
        The linear model; columns are x, then y, then z.
    sites
        Number of x columns.
    scale
        Flow units (or price units) in one unit of the objective.
    """

    model: LinearModel
    sites: int
    scale: Fraction


def arc_cover(problem: CoverProblem, goal: Goal, *, extended: bool | None = None) -> ArcCover:
    """State a goal as a linear model.

    Parameters
    ----------
    problem, goal
        What to solve.
    extended
        Whether sets have variables of their own; None: whichever has fewer entries.
    """
    covers_all = not goal.maximise and goal.target >= problem.coverable
    if covers_all:
        return _cover_all(problem, goal)
    sites, groups = len(problem.site), len(problem.flow)
    if extended is None:
        extended = _extended_is_smaller(problem)
    parts, auxiliary = _cover_rows(problem, extended=extended)
    shares = problem.shares()
    y = np.arange(sites, sites + groups)
    columns = sites + groups + auxiliary
    cost = np.zeros(columns)
    if goal.maximise:
        parts.append(_limit_row(goal))
        cost[y] = shares * FLOW_SCALE
        scale = Fraction(problem.coverable) / Fraction(FLOW_SCALE)
    else:
        parts.append(_target_row(problem, goal, shares, y))
        cost[:sites] = goal.prices()
        scale = Fraction(max(goal.price, default=1) or 1)
    rows = stack(parts)
    integer = np.zeros(columns, bool)
    integer[:sites] = True
    if (problem.need > 1).any():
        integer[y] = True
    return ArcCover(
        model=_model(goal, cost, rows, integer),
        sites=sites,
        scale=scale,
    )


def _model(goal: Goal, cost: Floats, rows: Rows, integer: Bools) -> LinearModel:
    """Return a model with every variable between 0 and 1."""
    return LinearModel(
        maximise=goal.maximise,
        cost=cost,
        lower=np.zeros(len(cost)),
        upper=np.ones(len(cost)),
        integer=integer,
        row_first=rows.first,
        row_column=rows.column,
        row_value=rows.value,
        row_lower=rows.lower,
        row_upper=rows.upper,
    )


def _cover_all(problem: CoverProblem, goal: Goal) -> ArcCover:
    """State that every set of every group is hit: no variables but the sites'."""
    used = np.unique(problem.group_set)
    first, column = _members(problem, used)
    rows = Rows(
        first,
        column,
        np.ones(len(column)),
        problem.need[used].astype(float),
        np.full(len(used), INFINITY),
    )
    integer = np.ones(len(problem.site), bool)
    return ArcCover(
        model=_model(goal, goal.prices(), rows, integer),
        sites=len(problem.site),
        scale=Fraction(max(goal.price, default=1) or 1),
    )


def _members(problem: CoverProblem, sets: Ints) -> tuple[Ints, Ints]:
    """Return the columns of some sets one after the other, and where each set begins."""
    low, high = problem.set_first[sets], problem.set_first[sets + 1]
    first = np.zeros(len(sets) + 1, np.int64)
    np.cumsum(high - low, out=first[1:])
    index = np.arange(first[-1]) + np.repeat(low - first[:-1], high - low)
    return first, problem.set_column[index]


def _extended_is_smaller(problem: CoverProblem) -> bool:
    """Tell whether variables for sets save entries."""
    length = np.diff(problem.set_first)
    direct = int(length[problem.group_set].sum()) + len(problem.group_set)
    shared = int(length[length > 1].sum() + (length > 1).sum()) + 2 * len(problem.group_set)
    return shared < direct and not (problem.need > 1).any()


def _cover_rows(problem: CoverProblem, *, extended: bool) -> tuple[list[Rows], int]:
    """Return the rows that tie y to x, and how many z they use."""
    sites, groups = len(problem.site), len(problem.flow)
    pairs = len(problem.group_set)
    y = sites + np.repeat(np.arange(groups), np.diff(problem.group_first))
    if extended:
        length = np.diff(problem.set_first)
        shared = np.flatnonzero(length > 1)
        variable = np.empty(len(length), np.int64)
        variable[length == 1] = problem.set_column[problem.set_first[:-1][length == 1]]
        z = sites + groups + np.arange(len(shared))
        variable[shared] = z
        first, column = _members(problem, shared)
        hit = _with_last(first, column, z, np.full(len(z), -1.0))
        order = Rows(
            2 * np.arange(pairs + 1),
            np.column_stack([variable[problem.group_set], y]).ravel(),
            np.tile([1.0, -1.0], pairs),
            np.zeros(pairs),
            np.full(pairs, INFINITY),
        )
        return [hit, order], len(shared)
    first, column = _members(problem, problem.group_set)
    need = problem.need[problem.group_set].astype(float)
    return [_with_last(first, column, y, -need)], 0


def _with_last(first: Ints, column: Ints, extra: Ints, value: Floats) -> Rows:
    """Return rows ``sum of columns + value * extra >= 0``."""
    count = len(extra)
    place = first[1:] + np.arange(count)
    total = len(column) + count
    columns = np.empty(total, np.int64)
    values = np.ones(total)
    rest = np.ones(total, bool)
    rest[place] = False
    columns[rest] = column
    columns[place] = extra
    values[place] = value
    return Rows(
        first + np.arange(count + 1), columns, values, np.zeros(count), np.full(count, INFINITY)
    )


def _limit_row(goal: Goal) -> Rows:
    """Return the row that keeps within the limit."""
    count = len(goal.price)
    if goal.counted:
        return Rows.of([(range(count), [1.0] * count, -INFINITY, float(min(goal.limit, count)))])
    dearest = max(goal.price, default=1) or 1
    most = float(Fraction(min(goal.limit, sum(goal.price)), dearest))
    return Rows.of([(range(count), goal.prices().tolist(), -INFINITY, most * (1 + 1e-12))])


def _target_row(problem: CoverProblem, goal: Goal, shares: Floats, y: Ints) -> Rows:
    """Return the row that serves the target, in shares of the coverable flow."""
    missing = float(Fraction(goal.target - problem.always, problem.coverable))
    slack = _SLACK + float(shares[shares < _TINY].sum())
    return Rows.of([(y.tolist(), shares.tolist(), missing - slack, INFINITY)])
