"""A small search tree over the sites, every node solved from the last basis.

Where few nodes are left to look at, this takes milliseconds that a general solver spends on getting
ready. It gives up after a number of nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from corridor.core.errors import SolverError
from corridor.frlm.goal import Goal
from corridor.frlm.problem import Bools, Floats
from corridor.solvers.highs import HighsModel

Value = Callable[[Bools], float]
"""What a choice of columns is worth, in units of the model's objective; -1 where it is too dear."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """The best choice of a tree.

    Parameters
    ----------
    is_open, value
        The choice and its worth. [units of the objective]
    finished
        True: no choice is better by more than the share asked for.
    nodes
        Nodes looked at.
    """

    is_open: Bools
    value: float
    finished: bool
    nodes: int


@dataclass(slots=True, eq=False)
class Tree:
    """Branch and bound on the sites of a maximising model.

    Parameters
    ----------
    highs
        The relaxation; its first columns are the sites, and it may be changed.
    goal
        The goal.
    lower, upper
        Bounds of the sites at the root, shape (sites,).
    """

    highs: HighsModel
    goal: Goal
    lower: Floats
    upper: Floats

    def relaxation(self, lower: Floats, upper: Floats) -> tuple[Floats, float]:
        """Return the x and the value of the relaxation with some sites fixed; -1 where none is."""
        self.highs.bounds(range(len(lower)), lower, upper)
        result = self.highs.relaxed()
        if result.state == "infeasible":
            return lower, -1.0
        if result.state != "optimal" or result.values is None:
            raise SolverError("HiGHS fails on a relaxation.")
        return result.values[: len(lower)], result.objective

    def search(
        self, start: Bools, worth: float, value: Value, *, enough: float, most: int
    ) -> Found:
        """Return the best choice, deepest nodes first.

        Parameters
        ----------
        start, worth
            The best choice known and its worth. [units of the objective]
        value
            What a choice is worth.
        enough
            Relative gap at which a node cannot hold a better choice. [share]
        most
            Most nodes to look at.
        """
        best, best_value = start, worth
        waiting = [(self.lower, self.upper)]
        nodes = 0
        while waiting and nodes < most:
            lower, upper = waiting.pop()
            x, bound = self.relaxation(lower, upper)
            nodes += 1
            if bound <= best_value * (1 + enough):
                continue
            for rounded in (x > 0.5, self._largest(x)):
                found = value(rounded)
                if found > best_value:
                    best, best_value = rounded, found
            if bound > best_value * (1 + enough):
                waiting += self._children(x, lower, upper)
        self.highs.bounds(range(len(self.lower)), self.lower, self.upper)
        return Found(is_open=best, value=best_value, finished=not waiting, nodes=nodes)

    @staticmethod
    def _children(x: Floats, lower: Floats, upper: Floats) -> Iterator[tuple[Floats, Floats]]:
        """Yield the two halves of a node, the one to look at first last; none of a leaf."""
        free = np.flatnonzero(upper > lower)
        if not len(free):
            return
        pick = free[np.argmin(np.abs(x[free] - 0.5))]
        shut, built = upper.copy(), lower.copy()
        shut[pick], built[pick] = 0.0, 1.0
        yield lower, shut
        yield built, upper

    def _largest(self, x: Floats) -> Bools:
        """Return the columns with the largest x that fit the limit one after the other."""
        chosen = np.zeros(len(x), bool)
        left = self.goal.limit
        for column in np.argsort(-x, kind="stable"):
            if self.goal.price[column] <= left:
                chosen[column] = True
                left -= self.goal.price[column]
        return chosen
