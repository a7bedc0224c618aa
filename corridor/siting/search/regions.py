"""Search by regions: some sites are set free at a time, branch and bound settles them exactly.

A region holds sites that the same trips pass, or those that the relaxation would rather open. All other
sites keep the tiers of the best design, so that the programme shrinks to what can matter. Windows violated
at its integer points stay in the model for every later one.
"""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Final

from corridor.siting.model.formulation import Formulation
from corridor.siting.model.window_cuts import mixed_windows, plain_windows
from corridor.siting.operation.design_cost import DesignCost
from corridor.siting.rules import Levels
from corridor.siting.search.rounding import complete_design, design_at
from corridor.solvers.clock import wall_clock
from corridor.solvers.highs import HighsModel
from corridor.solvers.program import Cut, LinearProgram
from corridor.solvers.trust import guarded

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

SIZE: Final = 16
"""Sites set free at a time."""

PATIENCE: Final = 6
"""Regions in a row without a better design after which the search ends."""

SECONDS: Final = 6.0
"""Longest programme of one region [s]."""


class RegionSearch:
    """Improve designs by small mixed-integer programmes.

    Parameters
    ----------
    form, matrix, engine, cuts
        The model, its arrays, HiGHS holding it, and the rows added so far (more are appended).
    costs
        Exact costs of designs.
    relaxed
        A point of the relaxation: its sites are tried first.
    """

    def __init__(
        self,
        form: Formulation,
        matrix: LinearProgram,
        engine: HighsModel,
        cuts: list[Cut],
        costs: DesignCost,
        relaxed: Floats,
    ) -> None:
        import numpy as np

        self._form, self._engine, self._cuts, self._costs = form, engine, cuts, costs
        problem = form.problem
        count = len(problem.sites)
        self._columns = [c for row in form.w for columns in row for c in columns]
        self._site = np.array(
            [j for row in form.w for j, columns in enumerate(row) for _ in columns]
        )
        self._low, self._up = matrix.column_low[self._columns], matrix.column_up[self._columns]
        self._wish = np.zeros(count)
        for row in form.w:
            self._wish = np.maximum(self._wish, [max(0.0, relaxed[columns[0]]) for columns in row])
        self._shared = np.zeros((count, count))
        for flow in problem.flows:
            passed = sorted({stop.site for way in flow.ways for stop in way.stops})
            self._shared[np.ix_(passed, passed)] += flow.trips_per_day * flow.need_g
        self._shared /= max(1.0, float(self._shared.max(initial=0.0)))

    def run(
        self, levels: Levels, steps: Levels, *, deadline: float, good_enough_cny: float, seed: int
    ) -> tuple[Levels, Levels]:
        """Set one region after the other free; return the best design found.

        Parameters
        ----------
        levels, steps
            Where to begin.
        deadline
            When to stop, by `perf_counter` [s].
        good_enough_cny
            Stop once a design costs no more than this [CNY].
        seed
            Order of the regions.
        """
        import numpy as np

        rng = np.random.default_rng(seed)
        cost = self._costs.total(levels, steps)
        turn = idle = 0
        while perf_counter() < deadline and cost > good_enough_cny and idle < PATIENCE:
            free = self._region(levels, turn, rng)
            turn += 1
            idle += 1
            found = self._settle(levels, steps, free, deadline)
            if found is not None and self._costs.total(*found) < cost * (1 - 1e-9):
                levels, steps = found
                cost = self._costs.total(levels, steps)
                idle = 0
        self._engine.bounds(self._columns, self._low, self._up)
        return levels, steps

    def _region(self, levels: Levels, turn: int, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
        """Return which sites are free: every third time the most wished, else round a centre."""
        import numpy as np

        count = len(self._wish)
        opened = np.array(levels[-1]) > 0
        score = (self._wish > 0.01) + 1.0 * opened + 0.05
        if turn % 3 == 0:
            rank = score + rng.random(count)
        else:
            centre = rng.choice(count, p=score / score.sum())
            rank = self._shared[centre] * score + 0.2 * rng.random(count)
            rank[centre] = np.inf
        free = np.zeros(count, dtype=bool)
        free[np.argsort(-rank, kind="stable")[:SIZE]] = True
        return free

    def _settle(
        self, levels: Levels, steps: Levels, free: npt.NDArray[np.bool_], deadline: float
    ) -> tuple[Levels, Levels] | None:
        """Solve with only these sites free; return the design of its best point."""
        import numpy as np

        start = complete_design(self._form, levels, steps)
        kept = start[self._columns]
        loose = free[self._site]
        self._engine.bounds(
            self._columns, np.where(loose, self._low, kept), np.where(loose, self._up, kept)
        )
        seconds = min(SECONDS, deadline - perf_counter())
        self._engine.stop = wall_clock(max(0.05, seconds)).stop
        answer = guarded(
            lambda: self._engine.solved(gap=1e-3, start=start),
            self._engine.program,
            incumbent=True,
            cuts=self._engine.cuts,
        )
        if answer.values is None:
            return None
        found = plain_windows(self._form.ways, answer.values, 1e-6, 4)
        if found:
            found += mixed_windows(self._form.ways, answer.values, 1e-3, 2)
        self._cuts += found
        self._engine.add(found)
        return design_at(self._form, answer.values)
