r"""A small relaxation of a large covering problem, by row generation.

The trips with the most influence keep a variable of their own; the others are put together in
clusters, each with one variable for the share of its flow that is served:

.. math::

    F_c \theta_c \le \sum_{g \in c} f_g \cdot (1 \text{ or } x(S_g))

for any choice, per group, of the number 1 or of one of its sets. The violated rows at a point come
in closed form: take for each group the set with the least x, or 1 where that is smaller. The value
of the relaxation is that of the full one, with a hundredth of its variables and rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from corridor.frlm.arc_cover import FLOW_SCALE, limit_row, members, with_last
from corridor.frlm.goal import Goal
from corridor.frlm.problem import Bools, CoverProblem, Floats, Ints
from corridor.frlm.relaxation import Relaxation
from corridor.solvers.clock import Clock
from corridor.solvers.program import INFINITY, LinearProgram, Rows, program_of, stack

ALONE = 500
"""Most groups that stand alone: more make the relaxation larger, fewer its rows denser."""


class Separator:
    """Finds, at a point, the set of each group that holds the least x."""

    def __init__(self, problem: CoverProblem) -> None:
        self.problem = problem
        self.member = sparse.csr_matrix(
            (np.ones(len(problem.set_column)), problem.set_column, problem.set_first),
            shape=(len(problem.need), len(problem.site)),
        )
        self.size = np.diff(problem.group_first)
        self.pairs = np.arange(len(problem.group_set))

    def least(self, x: Floats) -> tuple[Floats, Ints]:
        """Return the least x of any set of each group, and which set that is."""
        activity = (self.member @ x)[self.problem.group_set]
        least = np.minimum.reduceat(activity, self.problem.group_first[:-1])
        at = np.where(activity <= np.repeat(least, self.size), self.pairs, len(self.pairs))
        first = np.minimum.reduceat(at, self.problem.group_first[:-1])
        return least, self.problem.group_set[first]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Split:
    """Which groups stand alone and which cluster the others are in.

    Parameters
    ----------
    alone
        Groups with a variable of their own.
    cluster
        Cluster of each group, -1 for those alone, shape (groups,).
    clusters
        Number of clusters.
    """

    alone: Ints
    cluster: Ints
    clusters: int

    @classmethod
    def of(cls, problem: CoverProblem, alone: Ints, wanted: int) -> Split:
        """Put all groups that do not stand alone into about as many clusters as wanted."""
        rest = np.ones(len(problem.flow), bool)
        rest[alone] = False
        others = np.flatnonzero(rest)
        # Trips that begin near each other share sets: cluster them by a site of their first set.
        first_set = problem.group_set[problem.group_first[others]]
        lowest = np.minimum.reduceat(problem.set_column, problem.set_first[:-1])[first_set]
        _, label = np.unique(lowest, return_inverse=True)
        cluster = np.full(len(problem.flow), -1, np.int64)
        cluster[others] = label % max(1, wanted)
        used, dense = np.unique(cluster[others], return_inverse=True)
        cluster[others] = dense
        return cls(alone=np.sort(alone), cluster=cluster, clusters=len(used))


class Aggregated(Relaxation):
    """The relaxation of a split: columns are x, then y of the groups alone, then the clusters.

    Parameters
    ----------
    separator
        Finds violated rows; holds the problem.
    goal
        The goal; it must maximise.
    split
        Who stands alone.
    """

    def __init__(self, separator: Separator, goal: Goal, split: Split) -> None:
        problem = separator.problem
        sites = len(problem.site)
        self.separator = separator
        self.problem = problem
        self.split = split
        self.flow = problem.shares() * FLOW_SCALE
        self.rest = np.flatnonzero(split.cluster >= 0)
        self.weight = np.bincount(
            split.cluster[self.rest], weights=self.flow[self.rest], minlength=split.clusters
        )
        self.alone = sites + np.arange(len(split.alone))
        self.shared = sites + len(split.alone) + np.arange(split.clusters)
        self.columns = sites + len(split.alone) + split.clusters
        super().__init__(self._model(goal, sites), sites, {"solver": "simplex"})
        self.bound = INFINITY
        self.point = np.zeros(self.columns)

    def _model(self, goal: Goal, sites: int) -> LinearProgram:
        """Return the model with the limit as its only row."""
        cost = np.zeros(self.columns)
        cost[self.alone] = self.flow[self.split.alone]
        cost[self.shared] = self.weight
        integer = np.zeros(self.columns, bool)
        integer[:sites] = True
        upper = np.ones(self.columns)
        upper[:sites] = goal.affordable()
        limit = limit_row(goal)
        return program_of(
            limit,
            maximise=True,
            cost=cost,
            column_low=np.zeros(self.columns),
            column_up=upper,
            integer=integer,
        )

    def violated(self, point: Floats, *, alone_by: float, shared_by: float) -> Rows:
        """Return rows that a point violates.

        Parameters
        ----------
        point
            Values of all columns.
        alone_by, shared_by
            Least violation of a row of a group, and of a cluster. [share of its flow]
        """
        least, which = self.separator.least(point[: self.sites])
        served = np.bincount(
            self.split.cluster[self.rest],
            weights=(self.flow * np.minimum(least, 1.0))[self.rest],
            minlength=self.split.clusters,
        )
        excess = point[self.shared] - served / np.maximum(self.weight, 1e-300)
        picked = np.flatnonzero(point[self.alone] > least[self.split.alone] + alone_by)
        return stack(
            [
                self._alone_rows(picked, which[self.split.alone[picked]]),
                self._shared_rows(np.flatnonzero(excess > shared_by), least, which),
            ]
        )

    def _alone_rows(self, picked: Ints, sets: Ints) -> Rows:
        """Return ``x(S) >= y`` for some groups that stand alone and a set of each."""
        first, column = members(self.problem, sets)
        return with_last(first, column, self.alone[picked], np.full(len(picked), -1.0))

    def _shared_rows(self, clusters: Ints, least: Floats, which: Ints) -> Rows:
        """Return the rows of some clusters, each group bounded by its least set or by 1."""
        place = np.full(self.split.clusters, -1, np.int64)
        place[clusters] = np.arange(len(clusters))
        at = place[self.split.cluster[self.rest]]
        sure = least[self.rest] >= 1.0
        known = np.bincount(
            at[sure & (at >= 0)],
            weights=self.flow[self.rest[sure & (at >= 0)]],
            minlength=len(clusters),
        )
        counted = ~sure & (at >= 0)
        groups, at = self.rest[counted], at[counted]
        first, column = members(self.problem, which[groups])
        length = np.diff(first)
        weights = np.bincount(
            np.repeat(at, length) * self.sites + column,
            weights=np.repeat(self.flow[groups], length),
            minlength=len(clusters) * self.sites,
        ).reshape(len(clusters), self.sites)
        share = weights / self.weight[clusters, None]
        row, site = np.nonzero(share)
        begins = np.zeros(len(clusters) + 1, np.int64)
        np.cumsum(np.bincount(row, minlength=len(clusters)), out=begins[1:])
        rows = with_last(begins, site, self.shared[clusters], np.full(len(clusters), -1.0))
        rows.value[rows.column < self.sites] = share[row, site]
        return replace(rows, lower=-known / self.weight[clusters])

    def solve(self, start: Floats, clock: Clock, *, shared_by: float = 1e-4) -> bool:
        """Generate rows from a point on till none is violated; tell whether time was enough.

        Parameters
        ----------
        start
            Values of x to separate first, shape (sites,).
        clock
            When to stop.
        shared_by
            Least violation of a cluster's row. [share of its flow]
        """
        point = np.r_[start, np.ones(self.columns - self.sites)]
        self.highs.stop = clock.stop
        while True:
            fresh = self.violated(point, alone_by=1e-6, shared_by=shared_by)
            if not len(fresh.lower):
                return True
            self.add(fresh)
            result = self.highs.relaxed()
            if result.state != "optimal" or result.values is None:
                return False
            self.bound = min(self.bound, result.bound)
            point = self.point = result.values

    def tight_rows(self) -> Rows:
        """Return the rows, without the limit, that bind at the optimum of `solve`."""
        rows = self.rows
        activity = np.add.reduceat(rows.value * self.point[rows.column], rows.first[:-1])
        tight = activity - rows.lower < 1e-6
        tight[0] = False
        return rows.chosen(tight)

    def point_of(self, is_open: Bools) -> Floats:
        """Return the values of all columns at a choice of stations."""
        least, _ = self.separator.least(is_open.astype(float))
        served = np.minimum(least, 1.0)
        share = np.bincount(
            self.split.cluster[self.rest],
            weights=(self.flow * served)[self.rest],
            minlength=self.split.clusters,
        )
        point: Floats = np.r_[
            is_open.astype(float), served[self.split.alone], share / np.maximum(self.weight, 1e-300)
        ]
        return point


def aggregated(
    problem: CoverProblem, goal: Goal, *, alone: int | None = None, clusters: int = 100
) -> Aggregated:
    """Return the relaxation, not yet solved, in which the groups with the most flow stand alone.

    Parameters
    ----------
    problem, goal
        What is solved.
    alone
        Number of groups that stand alone; None: a third, at most `ALONE`.
    clusters
        Clusters of the others.
    """
    shares = problem.shares()
    if alone is None:
        alone = min(ALONE, len(shares) // 3)
    order = np.argsort(-shares, kind="stable")
    return Aggregated(Separator(problem), goal, Split.of(problem, order[:alone], clusters))


def relax(relaxed: Aggregated, goal: Goal, start: Bools | None, clock: Clock) -> Aggregated:
    """Solve a relaxation, and return it.

    Parameters
    ----------
    relaxed, goal
        What is solved.
    start
        A good choice of stations to begin near.
    clock
        When to stop.
    """
    near = np.full(relaxed.sites, min(1.0, goal.limit / max(1, sum(goal.price))))
    if start is not None:
        near = 0.5 * (start + near)
    relaxed.solve(near, clock)
    return relaxed
