"""What an ask wants of a covering problem, in whole units, and an answer to it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from corridor.core.arrays import Bools, Floats
from corridor.core.errors import InputError
from corridor.frlm.cover.problem import CoverProblem
from corridor.frlm.cover.reduce import share_units
from corridor.frlm.instance.exact import common_denominator
from corridor.frlm.instance.instance import Ask, Instance

PROOF = Fraction(1, 10**9)
"""Relative gap below which an answer is called optimal."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Goal:
    """Serve the most flow within a limit, or spend the least on a target.

    Parameters
    ----------
    maximise
        True: most flow within `limit`; False: least price that serves `target`.
    price
        Price of each column: 1 where stations are counted. [whole price units]
    price_units
        Price units in one unit of the file's cost.
    limit
        Most that may be spent. [whole price units]
    target
        Least flow to serve. [whole flow units]
    counted
        True: every price is 1.
    ceiling
        Price of a column above which it cannot be in an optimal answer; None: the limit where there
        is one. [whole price units]
    """

    maximise: bool
    price: tuple[int, ...]
    price_units: int
    limit: int = 0
    target: int = 0
    counted: bool = True
    ceiling: int | None = None

    def price_of(self, is_open: Bools) -> int:
        """Return what some open columns cost. [whole price units]."""
        return sum(self.price[c] for c in np.flatnonzero(is_open))

    def may_cost(self, price: int) -> bool:
        """Tell whether a column of some price may be in an optimal answer."""
        ceiling = self.ceiling
        if ceiling is None and self.maximise:
            ceiling = self.limit
        return ceiling is None or price <= ceiling

    def affordable(self) -> Bools:
        """Tell which columns may be in an optimal answer, shape (columns,)."""
        return np.array([self.may_cost(price) for price in self.price], bool)

    @property
    def highest_price(self) -> int:
        """Return the highest price of an affordable column, at least 1. [whole price units]."""
        return max((price for price in self.price if self.may_cost(price)), default=1) or 1

    def within_limit(self, is_open: Bools) -> Bools:
        """Return open columns without the costliest, so many that the rest keeps the limit."""
        kept = is_open.copy()
        spent = self.price_of(kept)
        for column in sorted(np.flatnonzero(is_open), key=lambda column: -self.price[column]):
            if spent <= self.limit:
                break
            kept[column] = False
            spent -= self.price[column]
        return kept

    def prices(self) -> Floats:
        """Return prices as floats, the highest 1 and those out of reach 0, shape (columns,)."""
        highest_price = self.highest_price
        return np.array(
            [float(Fraction(p, highest_price)) if self.may_cost(p) else 0.0 for p in self.price]
        )

    @property
    def price_scale(self) -> Fraction:
        """Return the price units in one unit of a model's objective.

        Solvers tell values apart that differ by more than their tolerances, some 1e-6: whole prices
        stay whole numbers, unless they are so large that they would strain the solver.
        """
        return (
            Fraction(max(1, self.highest_price), 10**6)
            if self.highest_price > 10**6
            else Fraction(1)
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solution:
    """Stations for a goal, recounted exactly.

    Parameters
    ----------
    is_open
        Whether each column is open; None where no answer was found.
    value
        Flow served (maximising) or price (minimising). [whole units]
    bound
        What no answer can beat; None where nothing is proved. [units]
    nodes
        Nodes of the search tree.
    """

    is_open: Bools | None
    value: int
    bound: Fraction | None
    nodes: int = 0

    @property
    def is_proven(self) -> bool:
        """Tell whether the answer is optimal to `PROOF`."""
        if self.is_open is None or self.bound is None:
            return False
        return abs(self.bound - self.value) <= PROOF * abs(self.value)


def goal_of(instance: Instance, problem: CoverProblem, ask: Ask) -> Goal:
    """Return the goal of an ask."""
    counted = ask.objective == "min_stations" or ask.stations is not None
    if counted:
        price: tuple[int, ...] = (1,) * len(problem.site)
        units = 1
    else:
        costs = [instance.sites[int(k)].cost for k in problem.site]
        if any(cost is None for cost in costs):
            raise InputError("Every candidate site needs a cost for this question.")
        known = [cost for cost in costs if cost is not None]
        units = common_denominator(known)
        price = tuple(int(cost * units) for cost in known)
    if ask.objective == "max_flow":
        limit = ask.stations if ask.stations is not None else 0
        if ask.budget is not None:
            limit = int(ask.budget * units // 1)
        return Goal(maximise=True, price=price, price_units=units, limit=limit, counted=counted)
    share = ask.coverable_share if ask.coverable_share is not None else Fraction(1)
    return Goal(
        maximise=False,
        price=price,
        price_units=units,
        target=share_units(problem, share),
        counted=counted,
    )
