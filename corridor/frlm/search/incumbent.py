"""The best answer and the best bound, kept while solvers come and go; answers are recounted."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from corridor.core.arrays import Bools, Ints
from corridor.frlm.cover.objective import PROOF, Goal, Solution
from corridor.frlm.cover.problem import CoverProblem

_RELATIVE = 5e-10
"""What the bound of a solver may be off as a share of itself."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """How a model stands to the problem.

    Parameters
    ----------
    place
        Column of the model for each column of the problem, shape (columns,).
    scale
        Whole units in one unit of the model's objective.
    offset
        Flow served that the objective leaves out. [whole flow units]
    tolerance
        What the solver's bound may be off; 0 where it is proved by its duals. [units of the
        objective]
    """

    place: Ints
    scale: Fraction
    offset: int
    tolerance: float


def tolerance_of(columns: int) -> float:
    """Return what the bound of a solver on some columns between 0 and 1 may be off.

    Solvers here call reduced costs of 1e-9 zero (`highs.EXACT_OPTIONS`) and skip answers that gain
    less than 1e-6; `Search.limit_to` adds their relative tolerance.
    """
    return 1e-6 + 1e-9 * columns


def settled(problem: CoverProblem, goal: Goal) -> Solution | None:
    """Return the answer where none has to be searched for: nothing to gain or all affordable."""
    nothing = np.zeros(len(problem.site), bool)
    if goal.maximise:
        if not problem.flow or goal.limit < min(goal.price):
            return Solution(is_open=nothing, value=problem.always, bound=Fraction(problem.always))
        if sum(goal.price) <= goal.limit:
            everything = without_idle(problem, ~nothing)
            return Solution(
                is_open=everything, value=problem.coverable, bound=Fraction(problem.coverable)
            )
    elif goal.target <= problem.always:
        return Solution(is_open=nothing, value=0, bound=Fraction(0))
    return None


def without_idle(
    problem: CoverProblem,
    is_open: Bools,
    least: int | None = None,
    price: Sequence[int] | None = None,
) -> Bools:
    """Return open columns without those that can close while the flow stays at least `least`.

    Parameters
    ----------
    problem, is_open
        What is open now.
    least
        Flow to keep; None: all that is served now. [whole flow units]
    price
        Price of each column, the highest are tried first; None: by number.
    """
    kept = is_open.copy()
    if least is None:
        least = problem.served_units(kept)
    columns = np.flatnonzero(is_open).tolist()
    if price is not None:
        columns.sort(key=lambda column: -price[column])
    for column in columns:
        kept[column] = False
        if problem.served_units(kept) < least:
            kept[column] = True
    return kept


class Search:
    """Keeps the best answer and the best bound while solvers come and go.

    Parameters
    ----------
    problem, goal
        What is solved.
    keep
        Called with this whenever a better answer or bound is known.
    """

    def __init__(
        self, problem: CoverProblem, goal: Goal, keep: Callable[[Search], object] | None = None
    ) -> None:
        self.problem = problem
        self._keep = keep
        self.goal = goal
        self.is_open: Bools | None = None
        self.value = 0
        self.bound: Fraction | None = None
        self.nodes = 0

    def counted(self, is_open: Bools) -> int | None:
        """Return the flow or the price of a choice, None where it is not allowed. [whole units]."""
        served = self.problem.served_units(is_open)
        price = self.goal.price_of(is_open)
        if self.goal.maximise:
            return served if price <= self.goal.limit else None
        return price if served >= self.goal.target else None

    def offer(self, is_open: Bools) -> bool:
        """Take an answer if it is allowed and better; tell whether it is allowed."""
        value = self.counted(is_open)
        if value is None:
            return False
        if self.is_open is None or (
            value > self.value if self.goal.maximise else value < self.value
        ):
            self.is_open, self.value = is_open.copy(), value
            self._tell()
        return True

    def _tell(self) -> None:
        if self._keep is not None:
            self._keep(self)

    def limit_to(self, bound: float, frame: Frame) -> None:
        """Take a bound of a model's objective if it is better.

        Parameters
        ----------
        bound
            Bound on the objective; solvers are right only to their tolerances.
        frame
            How the model stands to the problem.
        """
        if not math.isfinite(bound):
            return
        tolerance = Fraction(frame.tolerance + _RELATIVE * abs(bound) if frame.tolerance else 0)
        exact = (Fraction(bound) + (tolerance if self.goal.maximise else -tolerance)) * frame.scale
        if self.goal.maximise:
            exact += frame.offset
        better = self.bound is None or (
            exact < self.bound if self.goal.maximise else exact > self.bound
        )
        if better:
            self.bound = exact
            self._tell()

    def is_done(self, gap: float = 0.0) -> bool:
        """Tell whether the best answer is proved to a relative gap."""
        found = self.solution()
        if found.is_proven:
            return True
        if found.is_open is None or found.bound is None or not gap:
            return False
        return abs(found.bound - found.value) <= Fraction(gap) * abs(found.value)

    def prove(self) -> None:
        """Take the best answer for proved: nothing better is left."""
        self.bound = Fraction(self.value)

    def solution(self) -> Solution:
        """Return the best answer, the bound rounded to what whole units allow."""
        if self.is_open is None:
            return Solution(is_open=None, value=0, bound=self.bound, nodes=self.nodes)
        bound = self.bound
        if bound is not None:
            bound = self._rounded(bound)
            if abs(bound - self.value) <= PROOF * abs(self.value):
                bound = Fraction(self.value)  # the rest is the noise of floats
        return Solution(is_open=self.is_open, value=self.value, bound=bound, nodes=self.nodes)

    def _rounded(self, bound: Fraction) -> Fraction:
        """Round a bound to what whole units allow."""
        if self.goal.maximise:
            return max(Fraction(self.value), Fraction(math.floor(bound)))
        return min(Fraction(self.value), Fraction(math.ceil(bound)))
