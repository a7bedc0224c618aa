"""A small linear programme, gathered row by row and solved with every answer checked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from corridor.core.errors import LimitError, SolverError
from corridor.solvers.highs import HighsModel
from corridor.solvers.interrupt import Stop
from corridor.solvers.program import LinearProgram
from corridor.solvers.trust import called, check

if TYPE_CHECKING:
    from corridor.solvers.program import Floats

WRITING_WORK = 2e-5
"""Work of writing a programme, per column. [units]"""


class Rows:
    """Columns and rows of a small linear programme, gathered one by one."""

    def __init__(self) -> None:
        self.cost: list[float] = []
        self.up: list[float] = []
        self.index: list[int] = []
        self.column: list[int] = []
        self.value: list[float] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.work = 0.0

    def variable(self, cost: float, up: float = float("inf")) -> int:
        """Add a column with lower bound 0 and return its number."""
        self.cost.append(cost)
        self.up.append(up)
        return len(self.cost) - 1

    def row(self, terms: list[tuple[int, float]], low: float, high: float) -> int:
        """Add a row and return its number."""
        number = len(self.low)
        for column, value in terms:
            self.index.append(number)
            self.column.append(column)
            self.value.append(value)
        self.low.append(low)
        self.high.append(high)
        return number

    def forget(self, rows: int, columns: int) -> None:
        """Take back all rows and columns but the first so many; the rows left hold no other column."""
        kept = [n for n, row in enumerate(self.index) if row < rows]
        self.index = [self.index[n] for n in kept]
        self.column = [self.column[n] for n in kept]
        self.value = [self.value[n] for n in kept]
        del self.low[rows:], self.high[rows:], self.cost[columns:], self.up[columns:]

    def matrix(self) -> LinearProgram:
        """Return the programme as arrays."""
        import numpy as np
        import scipy.sparse as sp

        count = len(self.cost)
        return LinearProgram(
            cost=np.array(self.cost),
            column_low=np.zeros(count),
            column_up=np.array(self.up),
            integer=np.zeros(count, dtype=bool),
            rows=sp.csr_matrix(
                (self.value, (self.index, self.column)), shape=(len(self.low), count)
            ),
            row_low=np.array(self.low),
            row_up=np.array(self.high),
        )

    def solve(self, what: str, stop: Stop | None = None) -> tuple[Floats, Floats, float]:
        """Solve; return the point, the duals of the rows and the value.

        Parameters
        ----------
        what
            What is solved, for messages.
        stop
            Asked before: True, and nothing is solved. None: no clock. A callback inside would cost 4 %
            of programmes of some 30 ms; one that takes long is ended with its process.

        Raises
        ------
        LimitError
            If the clock came first.
        SolverError
            If HiGHS finds no optimum of a programme that has one.
        """
        import numpy as np

        if stop is not None and stop():
            raise LimitError(f"The time limit came before the {what} was worked out.")
        program = self.matrix()
        engine = HighsModel(program)
        # Presolve has called programmes infeasible that have an optimum: they are asked again without.
        again = HighsModel(program, options={"presolve": "off"})
        answer = called(engine.relaxed, program)
        if answer.state == "infeasible":
            engine, answer = again, called(again.relaxed, program)
        # A price is wanted here, no bound: what is said of one plays no part.
        answer = check(replace(answer, bound=answer.objective), program, relaxed=True)
        self.work += engine.work + WRITING_WORK * len(self.cost)
        if answer.state != "optimal" or answer.values is None:
            raise SolverError(f"HiGHS found no {what}: {answer.reported}.")
        return np.maximum(answer.values, 0.0), engine.row_duals(), answer.objective
