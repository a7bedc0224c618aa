"""Local search for the most flow with a given number of stations: a start for exact methods.

What it returns is recounted exactly, so floats here cost at most quality, never truth.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from corridor.frlm import kernels
from corridor.frlm.kernels import COMPILED
from corridor.frlm.problem import Bools, CoverProblem, Floats, Ints

_improve: Any = kernels.improve

_ROUNDS = 3
"""Rounds between two looks at the clock."""


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


def search_most_flow(
    problem: CoverProblem, limit: int, *, seconds: float, patience: int, seed: int = 0
) -> Bools:
    """Return a good choice of at most `limit` columns.

    Parameters
    ----------
    problem
        What to serve; every need must be 1.
    limit
        Most columns to open.
    seconds
        Longest time. [s]
    patience
        Stop after this many looks at the clock without a better choice.
    seed
        Seed of all chance.
    """
    links = Links.of(problem)
    best = np.zeros(len(problem.site), bool)
    limit = min(limit, len(problem.site))
    if not COMPILED:
        return _greedy_swaps(links, best, limit, seconds)
    until = time.perf_counter() + seconds
    best_value, idle, step = -1.0, 0, 0
    choice, value = best.copy(), -1.0
    stale = 0
    while time.perf_counter() < until and idle < patience:
        trial = choice.copy()
        found = float(_improve(seed * 100_003 + step, _ROUNDS, limit, trial, *links.arrays()))
        step += 1
        if found > value * (1 + 1e-12):
            choice, value, stale = trial, found, 0
        else:
            stale += 1
        if value > best_value * (1 + 1e-12):
            best, best_value, idle = choice.copy(), value, 0
        else:
            idle += 1
        if stale > 40:  # start again from nothing, then from the best, in turns
            stale = 0
            afresh = (step // 40) % 2 == 0
            choice = np.zeros_like(best) if afresh else best.copy()
            value = -1.0 if afresh else best_value
    return best


def _greedy_swaps(links: Links, is_open: Bools, limit: int, seconds: float) -> Bools:
    """Open greedily and swap till nothing helps, with sparse products instead of compiled loops.

    Greedy is repeated with more weight on sets that are hit though their trip is not yet served:
    trips that need several stations would never begin otherwise.
    """
    until = time.perf_counter() + seconds
    gains = _Gains(links, len(is_open))
    best, best_value = is_open, -1.0
    for weight in (0.05, 0.5, 1.0, 0.0):
        choice, value = _one_greedy(gains, is_open.copy(), limit, weight, until)
        if value > best_value:
            best, best_value = choice, value
        if time.perf_counter() > until:
            break
    return best


def _one_greedy(
    gains: _Gains, is_open: Bools, limit: int, weight: float, until: float
) -> tuple[Bools, float]:
    """Open greedily with one weight on partial credit, then swap; return the flow served too."""
    while int(is_open.sum()) < limit:
        gain, credit = gains.of(is_open)
        score = np.where(is_open, -1.0, gain + weight * credit)
        is_open[int(score.argmax())] = True
    better = True
    while better and time.perf_counter() < until:
        better = False
        for column in np.flatnonzero(is_open):
            if time.perf_counter() > until:
                break
            is_open[column] = False
            gain, _ = gains.of(is_open)
            gain[is_open] = -1.0
            pick = int(gain.argmax())
            pick = pick if gain[pick] > gain[column] * (1 + 1e-12) else int(column)
            better = better or pick != column
            is_open[pick] = True
    return is_open, gains.value(is_open)


class _Gains:
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
