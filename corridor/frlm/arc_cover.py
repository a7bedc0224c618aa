r"""The arc-cover formulation: one row for each set that a group of trips needs hit.

.. math::

    y_g \cdot \text{need}_S \le \sum_{i \in S} x_i \quad \forall g, S \in g; \qquad
    \max \sum_g f_g y_g : \sum_i c_i x_i \le B \quad\text{or}\quad
    \min \sum_i c_i x_i : \sum_g f_g y_g \ge T

Only x must be whole where every need is 1: the best y is then 0 or 1 by itself. With backup a set
of which one of two needed stations is open would make y one half, so there y is whole too.

Where that has fewer entries, what groups share is stated once. A set has a variable of its own,
`z_S <= sum of x`, and so has every beginning of a group's row of sets: `w <= z_S` for its last set
and `w <= v` for the beginning without it. Trips that set out alike share these, and the last one of
a group is its y. The relaxation is as tight, with up to a tenth of the entries on corridors.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np

from corridor.frlm.goal import Goal
from corridor.frlm.problem import CoverProblem
from corridor.solvers.program import (
    INFINITY,
    Bools,
    Floats,
    Ints,
    LinearProgram,
    Rows,
    program_of,
    stack,
)

FLOW_SCALE = 1e6
"""The coverable flow in the objective: large against the tolerances of every solver."""

_SLACK = 1e-6
"""Relaxation of the share row; answers are recounted, so it can only make the search longer."""

_VISIBLE = 10_000
"""Ratio of flows that a solver surely tells apart in one row."""

_TINY = 1e-8
"""Entries of the share row below this may be dropped by a solver."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArcCover:
    """The model and where its variables stand.

    Parameters
    ----------
    model
        The linear model; its first columns are x.
    sites
        Number of x columns.
    served
        Column that says whether each group is served, shape (groups,); empty where all are.
    scale
        Flow units (or price units) in one unit of the objective.
    """

    model: LinearProgram
    sites: int
    served: Ints
    scale: Fraction


def arc_cover(problem: CoverProblem, goal: Goal, *, shared: bool | None = None) -> ArcCover:
    """State a goal as a linear model.

    Parameters
    ----------
    problem, goal
        What to solve.
    shared
        Whether what groups share has variables of its own; None: where that has fewer entries.
    """
    covers_all = not goal.maximise and goal.target >= problem.coverable
    if covers_all:
        return _cover_all(problem, goal)
    sites = len(problem.site)
    if shared is None:
        shared = not (problem.need > 1).any()
    parts, served, columns = _shared_rows(problem) if shared else _direct_rows(problem)
    if shared and sum(len(part.column) for part in parts) > _direct_entries(problem):
        parts, served, columns = _direct_rows(problem)
    shares = problem.shares()
    cost = np.zeros(columns)
    if goal.maximise:
        parts.append(limit_row(goal))
        np.add.at(cost, served, shares * FLOW_SCALE)
        scale = Fraction(problem.coverable) / Fraction(FLOW_SCALE)
    else:
        parts.append(_target_rows(problem, goal, served))
        scale = goal.price_scale
        cost[:sites] = goal.prices() * float(goal.dearest / scale)
    integer = np.zeros(columns, bool)
    integer[:sites] = True
    if (problem.need > 1).any():
        integer[served] = True
    return ArcCover(
        model=_model(goal, cost, stack(parts), integer), sites=sites, served=served, scale=scale
    )


def _model(goal: Goal, cost: Floats, rows: Rows, integer: Bools) -> LinearProgram:
    """Return a model with every variable between 0 and 1, and columns out of reach at 0."""
    upper = np.ones(len(cost))
    upper[: len(goal.price)] = goal.affordable()
    return program_of(
        rows,
        maximise=goal.maximise,
        cost=cost,
        column_low=np.zeros(len(cost)),
        column_up=upper,
        integer=integer,
    )


def _cover_all(problem: CoverProblem, goal: Goal) -> ArcCover:
    """State that every set of every group is hit: no variables but the sites'."""
    used = np.unique(problem.group_set)
    first, column = members(problem, used)
    rows = Rows(
        first,
        column,
        np.ones(len(column)),
        problem.need[used].astype(float),
        np.full(len(used), INFINITY),
    )
    integer = np.ones(len(problem.site), bool)
    return ArcCover(
        model=_model(goal, goal.prices() * float(goal.dearest / goal.price_scale), rows, integer),
        sites=len(problem.site),
        served=np.zeros(0, np.int64),
        scale=goal.price_scale,
    )


def members(problem: CoverProblem, sets: Ints) -> tuple[Ints, Ints]:
    """Return the columns of some sets one after the other, and where each set begins."""
    low, high = problem.set_first[sets], problem.set_first[sets + 1]
    first = np.zeros(len(sets) + 1, np.int64)
    np.cumsum(high - low, out=first[1:])
    index = np.arange(first[-1]) + np.repeat(low - first[:-1], high - low)
    return first, problem.set_column[index]


def _direct_entries(problem: CoverProblem) -> int:
    """Return the entries of the rows without shared variables."""
    length = np.diff(problem.set_first)
    return int(length[problem.group_set].sum()) + len(problem.group_set)


def _direct_rows(problem: CoverProblem) -> tuple[list[Rows], Ints, int]:
    """Return a row for each pair of a group and a set, the columns of y, and how many there are."""
    sites, groups = len(problem.site), len(problem.flow)
    served = sites + np.arange(groups)
    first, column = members(problem, problem.group_set)
    need = problem.need[problem.group_set].astype(float)
    y = np.repeat(served, np.diff(problem.group_first))
    return [with_last(first, column, y, -need)], served, sites + groups


def _shared_rows(problem: CoverProblem) -> tuple[list[Rows], Ints, int]:
    """Return rows that state sets and beginnings once, the columns of y, and how many there are."""
    sites = len(problem.site)
    length = np.diff(problem.set_first)
    several = np.flatnonzero(length > 1)
    hit = np.empty(len(length), np.int64)
    hit[length == 1] = problem.set_column[problem.set_first[:-1][length == 1]]
    hit[several] = sites + np.arange(len(several))
    first, column = members(problem, several)
    sets = with_last(first, column, hit[several], np.full(len(several), -1.0))
    columns = sites + len(several)
    nodes: dict[tuple[int, int], int] = {}
    pairs: list[int] = []
    served = np.empty(len(problem.flow), np.int64)
    last = hit[problem.group_set].tolist()
    ends = problem.group_first.tolist()
    for group, (low, high) in enumerate(pairwise(ends)):
        node = last[low]
        for step in last[low + 1 : high]:
            key = (node, step)
            node = nodes.get(key, -1)
            if node < 0:
                node = nodes[key] = columns
                columns += 1
                pairs += [key[0], node, step, node]
        served[group] = node
    count = len(pairs) // 2
    beginnings = Rows(
        2 * np.arange(count + 1),
        np.array(pairs, np.int64),
        np.tile([1.0, -1.0], count),
        np.zeros(count),
        np.full(count, INFINITY),
    )
    return [sets, beginnings], served, columns


def with_last(first: Ints, column: Ints, extra: Ints, value: Floats) -> Rows:
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


def limit_row(goal: Goal) -> Rows:
    """Return the row that keeps within the limit."""
    count = len(goal.price)
    if goal.counted:
        return Rows.of([(range(count), [1.0] * count, -INFINITY, float(min(goal.limit, count)))])
    most = float(Fraction(min(goal.limit, sum(goal.price)), goal.dearest))
    return Rows.of([(range(count), goal.prices().tolist(), -INFINITY, most * (1 + 1e-12))])


def _target_rows(problem: CoverProblem, goal: Goal, y: Ints) -> Rows:
    """Return rows that serve the target, the first in shares of the coverable flow.

    Beside large flows small ones vanish in the tolerances of a solver. So there is a row for each
    order of magnitude: however the flows above it are served, those below have to serve the rest.
    """
    missing = goal.target - problem.always
    order = sorted(range(len(problem.flow)), key=lambda g: -problem.flow[g])
    rows: list[tuple[list[int], list[float], float, float]] = []
    while order and missing > 0:
        most = min(problem.flow[order[0]], missing) if rows else problem.coverable
        parts = [min(problem.flow[g], missing) / most for g in order]
        small = sum(part for part in parts if part < _TINY)
        # Groups that differ only in sets not yet written out end in the same column.
        columns, at = np.unique(y[order], return_inverse=True)
        weights = np.bincount(at, weights=parts)
        least = missing / most - _SLACK - small
        rows.append((columns.tolist(), weights.tolist(), least, INFINITY))
        bar = min(problem.flow[order[0]], missing) / _VISIBLE
        missing -= sum(problem.flow[g] for g in order if problem.flow[g] >= bar)
        order = [g for g in order if problem.flow[g] < bar]
    return Rows.of(rows)
