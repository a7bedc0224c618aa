"""Local search for the most flow within a limit: a start for exact methods.

What it returns is recounted exactly, so floats here cost at most quality, never truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from corridor.core.arrays import Bools, Floats, Ints
from corridor.frlm.cover.objective import Goal
from corridor.frlm.cover.problem import CoverProblem
from corridor.frlm.search import kernels
from corridor.frlm.search.kernels import COMPILED

_improve: Any = kernels.improve

_ROUNDS = 2
"""Rounds of closing, opening and swapping in one call."""

_LARGE = 20_000
"""Pairs of a group and a set from which loading the compiled loops pays."""

_CREDIT = 0.5
"""Weight of sets that are hit though their trip is not yet served."""


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Which set holds which column and which group needs which set, both ways round."""

    set_first: Ints
    set_column: Ints
    column_first: Ints
    column_set: Ints
    group_first: Ints
    group_set: Ints
    set_group_first: Ints
    set_group: Ints
    flow: Floats

    @classmethod
    def of(cls, problem: CoverProblem) -> Links:
        """Return the links of a problem; columns in each set by number."""
        owner = np.repeat(np.arange(len(problem.need)), np.diff(problem.set_first))
        order = np.lexsort((problem.set_column, owner))
        column = problem.set_column[order]
        column_first, column_set = _turned(owner, column, len(problem.site))
        group = np.repeat(np.arange(len(problem.flow)), np.diff(problem.group_first))
        set_first, set_group = _turned(group, problem.group_set, len(problem.need))
        return cls(
            problem.set_first,
            column,
            column_first,
            column_set,
            problem.group_first,
            problem.group_set,
            set_first,
            set_group,
            problem.shares(),
        )

    def arrays(self) -> tuple[Ints | Floats, ...]:
        """Return all arrays in the order the compiled loops take them."""
        return (
            self.set_first,
            self.set_column,
            self.column_first,
            self.column_set,
            self.group_first,
            self.group_set,
            self.set_group_first,
            self.set_group,
            self.flow,
        )


def _turned(owner: Ints, member: Ints, count: int) -> tuple[Ints, Ints]:
    """Return for each member the owners that hold it, one member after the other."""
    order = np.argsort(member, kind="stable")
    first = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(member, minlength=count), out=first[1:])
    return first, owner[order]


class LocalSearch:
    """Looks for better choices within a limit, the same ones every time it is made.

    Parameters
    ----------
    problem
        What to serve; every need must be 1.
    goal
        The most flow within a limit.
    seed
        Seed of all chance.
    """

    def __init__(self, problem: CoverProblem, goal: Goal, seed: int = 0) -> None:
        self.links = Links.of(problem)
        self.goal = goal
        self.columns = len(problem.site)
        self.seed = seed * 100_003
        self.compiled = COMPILED and goal.counted and len(problem.group_set) >= _LARGE
        self._gains: Gains | None = None

    def improve(self, is_open: Bools) -> Bools:
        """Return a choice that keeps the limit, and is no worse than one that does."""
        if not self.compiled:
            self._gains = self._gains or Gains(self.links, self.columns)
            return greedy_swaps(self._gains, self.goal.within_limit(is_open), self.goal)
        better = is_open.copy()
        self.seed += 1
        limit = min(self.goal.limit, self.columns)
        _improve(self.seed, _ROUNDS, limit, better, *self.links.arrays())
        return better

    def from_nothing(self, calls: int) -> Bools:
        """Return a choice improved some times, beginning with nothing open."""
        found = np.zeros(self.columns, bool)
        for _ in range(calls if self.compiled else 1):  # without chance a second finds no more
            found = self.improve(found)
        return found


def greedy_swaps(gains: Gains, start: Bools, goal: Goal) -> Bools:
    """Open greedily, then close one column and fill up again till nothing helps, with NumPy."""
    price = np.array([float(units) for units in goal.price])
    limit = float(min(goal.limit, sum(goal.price)))
    is_open = start.copy()
    _fill(gains, is_open, price, limit)
    value, better = gains.value(is_open), True
    while better:
        better = False
        for column in np.flatnonzero(is_open):
            trial = is_open.copy()
            trial[column] = False
            _fill(gains, trial, price, limit)
            found = gains.value(trial)
            if found > value * (1 + 1e-12):
                is_open, value, better = trial, found, True
                break
    return is_open


def _fill(gains: Gains, is_open: Bools, price: Floats, limit: float) -> None:
    """Open the columns that bring most for their price, as long as they can be paid.

    A set that is hit though its trip is not yet served counts for half its share while more than
    one column can be paid: trips that need several stations would never begin otherwise.
    """
    left = limit - float(price[is_open].sum())
    while True:
        within = ~is_open & (price <= left)
        if not within.any():
            return
        gain, credit = gains.of(is_open)
        several = left >= 2 * float(price[within].min())
        score = (gain + (_CREDIT if several else 0.0) * credit) / np.maximum(price, 1e-300)
        score[~within] = -1.0
        pick = int(score.argmax())
        if score[pick] <= 0:
            return
        is_open[pick] = True
        left -= float(price[pick])


class Gains:
    """What opening each column would gain, by sparse products."""

    def __init__(self, links: Links, columns: int) -> None:
        sets, groups = len(links.set_first) - 1, len(links.flow)
        ones = np.ones(len(links.set_column))
        self.member = sparse.csr_matrix(
            (ones, links.set_column, links.set_first), shape=(sets, columns)
        )
        self.needs = sparse.csr_matrix(
            (np.ones(len(links.group_set)), links.group_set, links.group_first),
            shape=(groups, sets),
        )
        self.flow = links.flow

    def of(self, is_open: Bools) -> tuple[Floats, Floats]:
        """Return the exact gain of each column, and a share of it for hitting some sets."""
        unhit = (self.member @ is_open.astype(float)) == 0
        missing = self.needs @ unhit.astype(float)
        open_groups = np.flatnonzero(missing)
        lacking = self.needs[open_groups].multiply(unhit).tocsr() @ self.member
        found = lacking.tocoo()
        left = missing[open_groups][found.row]
        flow = self.flow[open_groups][found.row]
        count = self.member.shape[1]
        whole = found.data == left
        gain = np.bincount(found.col[whole], weights=flow[whole], minlength=count)
        credit = np.bincount(found.col, weights=flow * found.data / left, minlength=count)
        return np.asarray(gain, float), np.asarray(credit, float)

    def value(self, is_open: Bools) -> float:
        """Return the flow served by open columns. [share]."""
        unhit = (self.member @ is_open.astype(float)) == 0
        return float(self.flow[self.needs @ unhit.astype(float) == 0].sum())
