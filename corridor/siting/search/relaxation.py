"""The relaxation of one or several periods: a linear programme that grows by separated rows.

Rows are separated at points between the optimum and a running average of optima (in-out separation, Ben-Ameur
and Neto 2007): that takes about a third of the rounds.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from corridor.siting.model.floor_cuts import FloorCuts
from corridor.siting.model.period_program import Floats, PeriodProgram, joint_budgets
from corridor.siting.model.tier_cuts import TierCuts
from corridor.siting.model.window_cuts import WindowCuts
from corridor.siting.search.work import Budget, separation_work
from corridor.solvers.highs import HighsModel
from corridor.solvers.program import INFINITY, Cut, LinearProgram, Rows, with_cuts
from corridor.solvers.result import Result
from corridor.solvers.root_cuts import root_cuts
from corridor.solvers.trust import called, guarded, second_opinion

OUT: Final = 0.5
"""Weight of the optimum in the point at which rows are separated; the rest is the average. [-]"""

MEMORY: Final = 0.85
"""Weight of the past in that average. [-]"""

TOLERANCE: Final = 1e-3
"""Least violation of a row that is added, as a share of its right side. [-]"""

FEW: Final = 60
"""Rows below which the optimum itself is separated as well."""

PURGE_EVERY: Final = 4
"""Rounds between two clearances of rows that do not bind."""

PER_WAY: Final = 2
"""Window rows per way, direction and round."""


class PeriodRows:
    """The rows of one period that are separated.

    Parameters
    ----------
    model
        The period.
    """

    def __init__(self, model: PeriodProgram) -> None:
        self.model = model
        self.windows = WindowCuts(model)
        self.floors = FloorCuts(model)
        self.tiers = TierCuts(model)

    def violated(self, point: Floats, tolerance: float, per_way: int = PER_WAY) -> list[Cut]:
        """Return the violated rows at a point of the period."""
        return [
            *self.model.opening_cuts(point, tolerance),
            *self.tiers.cuts(point, tolerance),
            *self.windows.mixed(point, tolerance, per_way),
            *self.floors.violated(point, tolerance, per_way),
        ]


class Relaxation:
    """Periods in one programme, tied by "what stands stays" where there are several.

    Parameters
    ----------
    rows
        The periods, in order.
    budget
        Pays for every solve and separation.
    seed
        Seed of the solver.
    """

    def __init__(self, rows: list[PeriodRows], budget: Budget, seed: int) -> None:
        self.rows = rows
        self.models = [each.model for each in rows]
        self.budget = budget
        self._seed = seed
        ends = np.cumsum([model.columns for model in self.models])
        self.offset = [0, *(int(end) for end in ends)]
        program, self.growth = _joined(self.models, self.offset)
        self.highs = HighsModel(program, seed, stop=budget.clock.stop)
        self.held: list[Cut] = []
        """Rows of the tree, for a second opinion on what it closes."""
        self.flaw = ""
        self.bound = -INFINITY
        self.point: Floats = np.zeros(0)

    @property
    def columns(self) -> int:
        """Number of columns."""
        return self.offset[-1]

    def part(self, point: Floats, n: int) -> Floats:
        """Return the values of the columns of the n-th period."""
        return point[self.offset[n] : self.offset[n + 1]]

    def add(self, n: int, cuts: list[Cut]) -> None:
        """Add rows of the n-th period."""
        shift = self.offset[n]
        self.highs.add([Cut((c.columns + shift).astype(np.int32), c.values, c.low) for c in cuts])

    def cuts_of(self, n: int) -> list[Cut]:
        """Return the rows added so far that speak of the n-th period alone."""
        low, high = self.offset[n], self.offset[n + 1]
        return [
            Cut((cut.columns - low).astype(np.int32), cut.values, cut.low)
            for cut in self.highs.cuts
            if low <= int(cut.columns[0]) and int(cut.columns[-1]) < high
        ]

    def solve(self) -> Result:
        """Solve the programme as it is; pays for it."""
        before = self.highs.work
        result = guarded(
            self.highs.relaxed,
            self.highs.program,
            incumbent=True,
            cuts=self.highs.cuts,
            relaxed=True,
            confirm=lambda: second_opinion(
                self.highs.program, [*self.highs.cuts, *self.held], stop=self.highs.stop
            ),
        )
        self.budget.spend(self.highs.work - before)
        self.flaw = result.flaw.value if result.flaw else ""
        return result

    def tried(self, iterations: int, known: float) -> float:
        """Return about what the programme costs, after some iterations; nothing is proven by it.

        Parameters
        ----------
        iterations
            Most simplex iterations.
        known
            What it costs at least.

        Returns
        -------
        float
            Infinite where it seems infeasible. [model money]
        """
        before = self.highs.work
        result = called(lambda: self.highs.relaxed(iterations), self.highs.program)
        self.budget.spend(self.highs.work - before)
        if result.state == "infeasible":
            return INFINITY
        if result.state == "failed":
            return known
        told = self.highs.value()
        return max(known, told) if np.isfinite(told) else known

    def violated(self, point: Floats, tolerance: float, per_way: int = PER_WAY) -> int:
        """Add the violated rows at a point; return how many."""
        count = 0
        for n, rows in enumerate(self.rows):
            cuts = rows.violated(self.part(point, n), tolerance, per_way)
            self.add(n, cuts)
            count += len(cuts)
        self.budget.spend(separation_work(self.columns, count))
        return count

    def tighten(self, budget: Budget, *, rounds: int, stall: float) -> Result:
        """Separate rows until nothing is violated, the bound stalls or the work is spent.

        Parameters
        ----------
        budget
            Ends the rounds.
        rounds
            Most rounds.
        stall
            Least rise of the bound over six rounds. [model money]

        Returns
        -------
        Result
            Of the last solve; `bound` and `point` are kept.
        """
        average: Floats | None = None
        history: list[float] = []
        result = self.solve()
        while result.state == "optimal" and result.values is not None:
            self.point = result.values
            self.bound = max(self.bound, result.bound)
            history.append(result.bound)
            average = self.point if average is None else _mix(average, self.point, MEMORY)
            if len(history) >= rounds or budget.is_over or _stalls(history, stall):
                break
            count = self.violated(_mix(average, self.point, 1 - OUT), TOLERANCE)
            if count < FEW:
                count += self.violated(self.point, TOLERANCE)
            if not count:
                break
            if len(history) % PURGE_EVERY == 0:
                self.highs.drop_slack_cuts()
            again = self.solve()
            if again.state != "optimal" or again.values is None:
                break
            result = again
        return result

    def cut_root(self, budget: Budget, known: float) -> None:
        """Add the cuts of HiGHS's own root, as far as they bind, and tighten once more.

        HiGHS combines rows to cuts (zero-half, mixed-integer rounding, covers) that windows do not give.

        Parameters
        ----------
        budget
            Ends the rounds.
        known
            Cost of the best plan: the bound then speaks of better plans only. [model money]
        """
        self.highs.drop_slack_cuts()
        program = with_cuts(self.highs.program, self.highs.cuts)
        rows, work = root_cuts(program, self._seed, self.highs.stop, known)
        self.budget.spend(work)
        self.highs.add(_as_cuts(rows))
        self.tighten(budget.share(0.3), rounds=12, stall=0.0)

    def multipliers(self) -> list[Floats]:
        """Return, per period, what "what stands stays" adds to the costs of its design columns.

        With them added, the periods part: the sum of their optima is a bound too (Lagrange).
        """
        duals = self.highs.row_duals()
        size = self.models[0].design
        extra = [np.zeros(size) for _ in self.models]
        for n, first in enumerate(self.growth, start=1):
            values = duals[first : first + size]
            model = self.models[n]
            if not model.problem.same_as_before(model.period):
                values = np.maximum(0.0, values)
            extra[n] -= values
            extra[n - 1] += values
        return extra


def _as_cuts(rows: Rows) -> list[Cut]:
    """Return rows with one bound each as "at least"."""
    cuts = []
    for row in rows.each():
        columns = row.column.astype(np.int32)
        if np.isfinite(row.lower[0]):
            cuts.append(Cut(columns, row.value, float(row.lower[0])))
        if np.isfinite(row.upper[0]):
            cuts.append(Cut(columns, -row.value, -float(row.upper[0])))
    return cuts


def _mix(past: Floats, new: Floats, weight: float) -> Floats:
    mixed: Floats = weight * past + (1 - weight) * new
    return mixed


def _stalls(history: list[float], least: float, rounds: int = 6) -> bool:
    return len(history) > rounds + 8 and history[-1] - history[-1 - rounds] < least


def _joined(models: list[PeriodProgram], offset: list[int]) -> tuple[LinearProgram, list[int]]:
    """Return the periods as one programme, and where the rows between two of them begin."""
    import scipy.sparse as sp

    programs = [model.program for model in models]
    rows = [sp.block_diag([p.rows for p in programs], format="csr")]
    low = [p.row_low for p in programs]
    up = [p.row_up for p in programs]
    count = int(rows[0].shape[0])
    growth: list[int] = []
    size = models[0].design
    for n in range(1, len(models)):
        index = np.arange(size)
        ones = np.ones(size)
        rows.append(
            sp.csr_matrix(
                (
                    np.concatenate([ones, -ones]),
                    (
                        np.concatenate([index, index]),
                        np.concatenate([offset[n] + index, offset[n - 1] + index]),
                    ),
                ),
                shape=(size, offset[-1]),
            )
        )
        low.append(np.zeros(size))
        same = models[n].problem.same_as_before(models[n].period)
        up.append(np.zeros(size) if same else np.full(size, INFINITY))
        growth.append(count)
        count += size
    for terms, limit in joint_budgets(models, offset):
        columns, values = zip(*terms, strict=True)
        row = (values, ([0] * len(columns), columns))
        rows.append(sp.csr_matrix(row, shape=(1, offset[-1])))
        low.append(np.array([-INFINITY]))
        up.append(np.array([limit]))
    joined = LinearProgram(
        cost=np.concatenate([p.cost for p in programs]),
        column_low=np.concatenate([p.column_low for p in programs]),
        column_up=np.concatenate([p.column_up for p in programs]),
        integer=np.concatenate([p.integer for p in programs]),
        rows=sp.vstack(rows, format="csr"),
        row_low=np.concatenate(low),
        row_up=np.concatenate(up),
    )
    return joined, growth
