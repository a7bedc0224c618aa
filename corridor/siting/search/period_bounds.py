"""What a period costs as a function of its stations, with slopes: the engine of the local search.

With the stations of a period fixed, its least cost v_t(w) is the value of a linear programme, convex in w:
the reduced costs of the station columns are slopes, so that every design evaluated gives a lower bound
on every other one, v_t(w') >= v_t(w) + slope (w' - w). Most moves are refused by these bounds unsolved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.siting.model.formulation import MONEY, Formulation
from corridor.siting.model.window_cuts import mixed_windows, plain_windows
from corridor.solvers.highs import HighsModel
from corridor.solvers.program import Cut, LinearProgram

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

TOLERANCE = 1e-6
"""Violation of a window that is let pass, as a share of its shortage. [-]"""

KEPT = 100
"""Newest slopes that bounds are made of."""


class PeriodValue:
    """Least cost of one period over designs, exact at designs that were evaluated.

    Parameters
    ----------
    form
        The whole model.
    matrix
        Its arrays.
    cuts
        Valid rows found so far.
    period
        Index of the period.
    """

    def __init__(
        self, form: Formulation, matrix: LinearProgram, cuts: list[Cut], period: int
    ) -> None:
        import numpy as np

        self._form = form
        self.period = period
        mine = np.zeros(len(matrix.cost), dtype=bool)
        self.levels = np.array(form.w[period], dtype=np.int64).reshape(len(form.problem.sites), -1)
        self.steps = [np.array(columns, dtype=np.int64) for columns in form.e[period]]
        self._design = np.concatenate([self.levels.ravel(), *self.steps]).astype(np.int64)
        mine[self._design] = True
        self._ways = [way for way in form.ways if way.period == period]
        for way in self._ways:
            mine[way.buy] = True
            mine[way.share] = True
        for q, flow in enumerate(form.problem.flows):
            if flow.period == period:
                mine[[c for c in (form.u[q], form.z[q]) if c >= 0]] = True
        mine[[c for row in form.s[period] for c in row if c >= 0]] = True
        self._columns = np.flatnonzero(mine)
        self._local = np.full(len(mine), -1, dtype=np.int64)
        self._local[self._columns] = np.arange(len(self._columns))
        # Rows between periods, and rows about stations alone, are the rules of the search.
        only = np.asarray(abs(matrix.rows) @ (~mine).astype(float)) == 0
        about = mine.copy()
        about[self._design] = False
        only &= np.asarray(abs(matrix.rows) @ about.astype(float)) > 0
        rows = np.flatnonzero(only)
        self._engine = HighsModel(
            LinearProgram(
                cost=matrix.cost[self._columns],
                column_low=matrix.column_low[self._columns],
                column_up=matrix.column_up[self._columns],
                integer=np.zeros(len(self._columns), dtype=bool),
                rows=matrix.rows[rows][:, self._columns].tocsr(),
                row_low=matrix.row_low[rows],
                row_up=matrix.row_up[rows],
            )
        )
        self._add([cut for cut in cuts if (self._local[cut.columns] >= 0).all()])
        self._known: dict[bytes, float] = {}
        self._bases: list[float] = []
        self._slopes: list[Floats] = []
        self.solved = 0

    def _add(self, cuts: list[Cut]) -> None:
        import numpy as np

        self._engine.add(
            [Cut(self._local[c.columns].astype(np.int32), c.values, c.low) for c in cuts]
        )

    def design(self, levels: tuple[int, ...], steps: tuple[int, ...]) -> Floats:
        """Return the values of the station and step columns of a design."""
        import numpy as np

        tiers = self.levels.shape[1]
        w = np.array(levels)[:, None] > np.arange(tiers)[None, :]
        e = [np.arange(len(c)) < n for c, n in zip(self.steps, steps, strict=True)]
        point: Floats = np.concatenate([w.ravel(), *e]).astype(float)
        return point

    def cost(self, point: Floats, cutoff: float = float("inf")) -> float:
        """Return the cost of a design, or a lower bound once that is above `cutoff` [CNY]."""
        import numpy as np

        key = point.astype(bool).tobytes()
        if key in self._known:
            return self._known[key]
        columns = [int(c) for c in self._local[self._design]]
        self._engine.bounds(columns, point, point)
        whole = np.zeros(len(self._local))
        value = float("-inf")
        for _ in range(200):
            answer = self._engine.relaxed()
            self.solved += 1
            if answer.state != "optimal" or answer.values is None:
                return float("inf")
            value = answer.objective * MONEY
            whole[self._columns] = answer.values
            found = plain_windows(self._ways, whole, TOLERANCE, 4)
            if not found or value > cutoff:
                break
            self._add(found + mixed_windows(self._ways, whole, 1e-3, 1))
        self._bases.append(value)
        self._slopes.append(self._engine.duals()[columns] * MONEY)
        self._bases[-1] -= float(self._slopes[-1] @ point)
        if value <= cutoff:
            self._known[key] = value
        if self._engine.rows > self._engine.base_rows + 4000:
            self._engine.drop_slack_cuts()
        return value

    def known(self) -> tuple[Floats, Floats]:
        """Return the bounds known: bases and slopes, newest last [CNY]."""
        import numpy as np

        return np.array(self._bases[-KEPT:]), np.array(self._slopes[-KEPT:])

    def bounds(self, points: Floats) -> Floats:
        """Return lower bounds on the costs of many designs, one per row [CNY]."""
        import numpy as np

        if not self._bases:
            return np.full(len(points), float("-inf"))
        bases, slopes = self.known()
        best: Floats = np.max(slopes @ points.T + bases[:, None], axis=0)
        return best
