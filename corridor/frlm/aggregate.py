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

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from corridor.frlm.arc_cover import FLOW_SCALE
from corridor.frlm.goal import Goal
from corridor.frlm.highs import Highs
from corridor.frlm.model import INFINITY, LinearModel, Rows, stack
from corridor.frlm.options import Clock
from corridor.frlm.problem import Bools, CoverProblem, Floats, Ints


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


class Aggregated:
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
        self.separator = separator
        self.problem = problem
        self.split = split
        self.sites = len(problem.site)
        self.flow = problem.shares() * FLOW_SCALE
        self.rest = np.flatnonzero(split.cluster >= 0)
        self.weight = np.bincount(
            split.cluster[self.rest], weights=self.flow[self.rest], minlength=split.clusters
        )
        self.alone = self.sites + np.arange(len(split.alone))
        self.shared = self.sites + len(split.alone) + np.arange(split.clusters)
        self.columns = self.sites + len(split.alone) + split.clusters
        self.rows: list[Rows] = []
        self._known: set[tuple[int, int]] = set()
        self.model = self._model(goal)
        self.highs = Highs(self.model, relax=True, options={"solver": "simplex"})
        self.bound = INFINITY
        self.point = np.zeros(self.columns)

    def _model(self, goal: Goal) -> LinearModel:
        """Return the model with the limit as its only row."""
        cost = np.zeros(self.columns)
        cost[self.alone] = self.flow[self.split.alone]
        cost[self.shared] = self.weight
        integer = np.zeros(self.columns, bool)
        integer[: self.sites] = True
        dearest = max(goal.price, default=1) or 1
        return LinearModel(
            maximise=True,
            cost=cost,
            lower=np.zeros(self.columns),
            upper=np.ones(self.columns),
            integer=integer,
            row_first=np.array([0, self.sites]),
            row_column=np.arange(self.sites),
            row_value=goal.prices(),
            row_lower=np.array([-INFINITY]),
            row_upper=np.array([min(goal.limit, sum(goal.price)) / dearest]),
        )

    def violated(
        self, point: Floats, *, alone_by: float, shared_by: float, repeat: bool = False
    ) -> list[Rows]:
        """Return rows that a point violates.

        Parameters
        ----------
        point
            Values of all columns.
        alone_by, shared_by
            Least violation of a row of a group, and of a cluster. [share of its flow]
        repeat
            True: return rows again that were returned before.
        """
        least, which = self.separator.least(point[: self.sites])
        found = [*self._alone_rows(point, least, which, alone_by, repeat=repeat)]
        served = np.bincount(
            self.split.cluster[self.rest],
            weights=(self.flow * np.minimum(least, 1.0))[self.rest],
            minlength=self.split.clusters,
        )
        excess = point[self.shared] - served / np.maximum(self.weight, 1e-300)
        for c in np.flatnonzero(excess > shared_by):
            found.append(self._shared_row(int(c), least, which))
        return found

    def _alone_rows(
        self, point: Floats, least: Floats, which: Ints, by: float, *, repeat: bool
    ) -> list[Rows]:
        """Return the violated rows of groups that stand alone."""
        alone = self.split.alone
        picked = np.flatnonzero(point[self.alone] > least[alone] + by)
        pairs = [(int(k), int(which[alone[k]])) for k in picked]
        fresh = [pair for pair in pairs if repeat or pair not in self._known]
        self._known.update(fresh)
        rows = []
        for k, s in fresh:
            low, high = self.problem.set_first[s], self.problem.set_first[s + 1]
            columns = np.r_[self.problem.set_column[low:high], self.alone[k]]
            values = np.ones(len(columns))
            values[-1] = -1.0
            rows.append(_row(columns, values, 0.0))
        return rows

    def _shared_row(self, c: int, least: Floats, which: Ints) -> Rows:
        """Return the violated row of a cluster."""
        groups = self.rest[self.split.cluster[self.rest] == c]
        sure = least[groups] >= 1.0
        sets = which[groups[~sure]]
        flow = self.flow[groups[~sure]]
        problem = self.problem
        length = problem.set_first[sets + 1] - problem.set_first[sets]
        first = np.cumsum(length) - length
        index = np.arange(int(length.sum())) + np.repeat(problem.set_first[sets] - first, length)
        weights = np.bincount(
            problem.set_column[index], weights=np.repeat(flow, length), minlength=self.sites
        )
        columns = np.flatnonzero(weights)
        weight = self.weight[c]
        row = np.r_[weights[columns] / weight, -1.0]
        known = float(self.flow[groups[sure]].sum() / weight)
        return _row(np.r_[columns, self.shared[c]], row, -known)

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
        while True:
            fresh = self.violated(point, alone_by=1e-6, shared_by=shared_by)
            if not fresh:
                return True
            self.rows += fresh
            self.highs.add_rows(stack(fresh))
            result = self.highs.solve(time_limit=clock.left())
            if result.outcome != "optimal" or result.x is None:
                return False
            self.bound = min(self.bound, result.bound)
            point = self.point = result.x

    def tight_rows(self) -> list[Rows]:
        """Return the rows that matter at the last optimum."""
        _, dual = self.highs.duals()
        keep = []
        for row, value in zip(self.rows, dual[1:], strict=True):
            slack = float(row.value @ self.point[row.column]) - float(row.lower[0])
            if abs(value) > 1e-9 or slack < 1e-6:
                keep.append(row)
        return keep

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


def _row(columns: Sequence[int] | Ints, values: Floats, lower: float) -> Rows:
    """Return one row ``values @ columns >= lower``."""
    return Rows(
        np.array([0, len(columns)]),
        np.asarray(columns, np.int64),
        values,
        np.array([lower]),
        np.array([INFINITY]),
    )


def relax(
    problem: CoverProblem,
    goal: Goal,
    start: Bools | None,
    clock: Clock,
    *,
    alone: int = 2000,
    again: int = 1000,
    clusters: int = 60,
) -> Aggregated:
    """Return the solved relaxation, its lone groups chosen by a first relaxation.

    Parameters
    ----------
    problem, goal
        What is solved.
    start
        A good choice of stations to begin near.
    clock
        When to stop.
    alone, again
        Groups that stand alone in the first and in the second relaxation.
    clusters
        Clusters of the others.
    """
    separator = Separator(problem)
    shares = problem.shares()
    spread = np.full(len(problem.site), min(1.0, goal.limit / max(1, sum(goal.price))))
    near = spread if start is None else 0.5 * start + 0.5 * spread
    order = np.argsort(-shares, kind="stable")
    first = Aggregated(separator, goal, Split.of(problem, order[:alone], clusters))
    if not first.solve(near, clock) or again >= len(shares):
        return first
    least, _ = separator.least(first.point[: first.sites])
    served = np.minimum(least, 1.0)
    weight = shares * (np.minimum(served, 1.0 - served) + 0.03)
    chosen = np.argsort(-weight, kind="stable")[:again]
    second = Aggregated(separator, goal, Split.of(problem, chosen, clusters))
    second.bound = first.bound
    second.solve(0.7 * first.point[: first.sites] + 0.3 * spread, clock)
    return second
