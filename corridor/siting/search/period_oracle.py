"""What a period costs as a function of its stations, with slopes: the engine of the local search.

With the stations of a period fixed, its least cost v_t(w) is the value of a linear programme, convex in w:
the reduced costs of the station columns are slopes, so that every design evaluated gives a lower bound
on every other one, v_t(w') >= v_t(w) + slope (w' - w). Most moves are refused by these bounds unsolved.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from corridor.siting.model.formulation import MONEY
from corridor.siting.model.period_program import Floats
from corridor.siting.search.relaxation import PeriodRows
from corridor.siting.search.work import Budget, separation_work
from corridor.solvers.highs import HighsModel
from corridor.solvers.program import Cut
from corridor.solvers.trust import guarded, second_opinion

TOLERANCE: Final = 1e-6
"""Violation of a window that is let pass, as a share of its shortage. [-]"""

KEPT: Final = 120
"""Newest slopes that bounds are made of."""

ROUNDS: Final = 200
"""Most rounds of rows for one design."""

ROWS: Final = 1500
"""Separated rows above which those that do not bind are dropped."""


class PeriodOracle:
    """Least cost of one period over designs: a lower bound everywhere, close where evaluated.

    Parameters
    ----------
    rows
        The period and its separated rows.
    cuts
        Rows known to matter.
    budget
        Pays for every solve.
    seed
        Seed of the solver.
    """

    def __init__(self, rows: PeriodRows, cuts: list[Cut], budget: Budget, seed: int) -> None:
        self.rows = rows
        self.model = rows.model
        self._budget = budget
        self._highs = HighsModel(self.model.program, seed, stop=budget.clock.stop)
        self._highs.add(cuts)
        self._columns = list(range(self.model.design))
        self._known: dict[bytes, float] = {}
        self._bases: list[float] = []
        self._slopes: list[Floats] = []
        self.solved = 0

    def cost(self, point: Floats, cutoff: float = float("inf")) -> float:
        """Return the cost of a design, or a lower bound once that is above `cutoff` [CNY].

        Parameters
        ----------
        point
            Values of the design columns.
        cutoff
            Costs above it need not be exact. [CNY]

        Returns
        -------
        float
            Infinite where the rules of the period forbid the design.
        """
        key = point.astype(bool).tobytes()
        if key in self._known:
            return self._known[key]
        self._highs.bounds(self._columns, point, point)
        value = float("-inf")
        for turn in range(ROUNDS):
            before = self._highs.work
            answer = guarded(
                self._highs.relaxed,
                self._highs.program,
                incumbent=True,
                cuts=self._highs.cuts,
                relaxed=True,
                confirm=lambda: second_opinion(
                    self._highs.program, self._highs.cuts, stop=self._highs.stop
                ),
            )
            self._budget.spend(self._highs.work - before)
            self.solved += 1
            if answer.state != "optimal" or answer.values is None:
                # What is not known is no bound; only what was said twice is forbidden.
                return float("inf") if answer.state == "infeasible" else float("-inf")
            value = answer.objective * MONEY
            if value > cutoff:
                break
            cuts = self.rows.windows.plain(answer.values, TOLERANCE, 4)
            cuts += self.rows.floors.violated(answer.values, TOLERANCE, 4)
            if cuts and not turn:
                cuts += self.rows.windows.mixed(answer.values, 1e-3, 1)
            self._budget.spend(separation_work(self.model.columns, len(cuts)))
            if not cuts:
                break
            self._highs.add(cuts)
        slope = self._highs.duals()[self._columns] * MONEY
        self._slopes.append(slope)
        self._bases.append(value - float(slope @ point))
        if value <= cutoff:
            self._known[key] = value
        if len(self._highs.cuts) > ROWS:
            self._highs.drop_slack_cuts()
        return value

    def known(self) -> tuple[Floats, Floats]:
        """Return the bounds known: bases and slopes, newest last [CNY]."""
        if not self._bases:
            return np.array([float("-inf")]), np.zeros((1, self.model.design))
        return np.array(self._bases[-KEPT:]), np.array(self._slopes[-KEPT:])

    def bound(self, point: Floats) -> float:
        """Return a lower bound on the cost of a design [CNY]."""
        bases, slopes = self.known()
        return float((slopes @ point + bases).max())
