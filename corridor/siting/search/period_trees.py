"""Branch and bound on one period at a time, with what "what stands stays" costs it there.

Multipliers of the rows between the periods are added to the costs of the stations; with them the optima of
the periods add up to a bound of the whole, whatever the multipliers (Lagrange). The trees are HiGHS's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from corridor.siting.charges import busiest
from corridor.siting.model.period_program import Floats, PeriodProgram
from corridor.siting.problem import SitingProblem
from corridor.siting.rules import Levels
from corridor.siting.search.work import Budget
from corridor.solvers.clock import iterations_within
from corridor.solvers.highs import HighsModel
from corridor.solvers.program import INFINITY, Cut, with_cuts
from corridor.solvers.trust import guarded

Design = tuple[tuple[int, ...], tuple[int, ...]]
"""Levels per site and steps per source of one period."""


class PeriodTree:
    """A tree on one period.

    Parameters
    ----------
    model, cuts
        The period and rows known to matter.
    extra
        Multipliers of the design columns. [model money]
    budget
        Pays for every solve.
    seed
        Seed of the solver.
    """

    def __init__(
        self, model: PeriodProgram, cuts: list[Cut], extra: Floats, budget: Budget, seed: int
    ) -> None:
        cost = model.program.cost.copy()
        cost[: len(extra)] += extra
        self._model = model
        self._budget = budget
        self._program = with_cuts(replace(model.program, cost=cost), cuts)
        self._highs = HighsModel(
            self._program, seed, stop=budget.clock.stop, options={"mip_allow_restart": False}
        )
        self.design: Design | None = None
        self.nodes = 0
        self.log = self.reported = ""

    def root(self) -> float:
        """Return the bound of the relaxation; minus infinity where there is none [model money]."""
        result = guarded(self._highs.relaxed, self._program, incumbent=True, relaxed=True)
        self._budget.spend(result.work)
        return result.bound if result.state == "optimal" else -INFINITY

    def run(self, budget: Budget) -> float:
        """Branch within a budget; return the bound, and keep the best design [model money]."""
        rows, nonzeros = len(self._program.row_low), int(self._program.rows.nnz)
        most = iterations_within(budget.left, rows, nonzeros, tree=True)
        result = guarded(
            lambda: self._highs.solved(gap=1e-6, iterations=most), self._program, incumbent=True
        )
        self._budget.spend(result.work)
        self.nodes, self.log = result.nodes, self._highs.log
        self.reported = result.flaw.value if result.flaw else result.reported
        if result.values is not None:
            self.design = self._model.design_of(result.values)
        return result.bound if result.state in ("optimal", "limit") else -INFINITY


def stacked(
    problem: SitingProblem, designs: Sequence[Design | None]
) -> Iterator[tuple[Levels, Levels]]:
    """Yield designs made of those of the periods: what an earlier one has stays, or is left out.

    Of periods without a decision between them the design of the one that pays is taken for all.
    """
    payers = zip(busiest(problem), problem.blocks, strict=True)
    known = [design for t, block in payers for _ in block if (design := designs[t])]
    if len(known) < len(designs):
        return
    for grows in (True, False):
        rows: list[Design] = []
        for levels, steps in known if grows else known[::-1]:
            if rows:
                pick = max if grows else min
                levels = tuple(map(pick, rows[-1][0], levels))
                steps = tuple(map(pick, rows[-1][1], steps))
            rows.append((levels, steps))
        rows = rows if grows else rows[::-1]
        yield tuple(row[0] for row in rows), tuple(row[1] for row in rows)
