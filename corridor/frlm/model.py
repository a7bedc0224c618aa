"""A linear model as arrays: what every formulation builds and every solver takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

INFINITY = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinearModel:
    """``row_lower <= A x <= row_upper``, ``lower <= x <= upper``, some x whole, rows of A in CSR.

    Parameters
    ----------
    maximise
        True: the objective is maximised.
    cost, lower, upper, integer
        Objective, bounds and integrality of each column, shape (columns,).
    row_first, row_column, row_value
        Entries of each row, one row after the other.
    row_lower, row_upper
        Bounds of each row, shape (rows,).
    """

    maximise: bool
    cost: Floats
    lower: Floats
    upper: Floats
    integer: Bools
    row_first: Ints
    row_column: Ints
    row_value: Floats
    row_lower: Floats
    row_upper: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Some rows: entries of each one after the other, and its bounds."""

    first: Ints
    column: Ints
    value: Floats
    lower: Floats
    upper: Floats

    @classmethod
    def of(cls, rows: Iterable[tuple[Sequence[int], Sequence[float], float, float]]) -> Rows:
        """Return rows given one by one as columns, values, lower and upper bound."""
        listed = list(rows)
        first = np.zeros(len(listed) + 1, np.int64)
        np.cumsum([len(row[0]) for row in listed], out=first[1:])
        return cls(
            first,
            np.array([c for row in listed for c in row[0]], np.int64),
            np.array([v for row in listed for v in row[1]], float),
            np.array([row[2] for row in listed], float),
            np.array([row[3] for row in listed], float),
        )

    def chosen(self, keep: Bools) -> Rows:
        """Return some of the rows."""
        length = np.diff(self.first)
        entries = np.repeat(keep, length)
        first = np.zeros(int(keep.sum()) + 1, np.int64)
        np.cumsum(length[keep], out=first[1:])
        return Rows(
            first, self.column[entries], self.value[entries], self.lower[keep], self.upper[keep]
        )

    def each(self) -> Iterator[Rows]:
        """Yield the rows one by one."""
        for k in range(len(self.lower)):
            run = slice(int(self.first[k]), int(self.first[k + 1]))
            yield Rows(
                np.array([0, run.stop - run.start]),
                self.column[run],
                self.value[run],
                self.lower[k : k + 1],
                self.upper[k : k + 1],
            )


def stack(parts: Sequence[Rows]) -> Rows:
    """Return rows one part after the other."""
    firsts = [np.zeros(1, np.int64)]
    total = 0
    for part in parts:
        firsts.append(part.first[1:] + total)
        total += int(part.first[-1])
    return Rows(
        np.concatenate(firsts),
        np.concatenate([np.zeros(0, np.int64), *(part.column for part in parts)]),
        np.concatenate([np.zeros(0), *(part.value for part in parts)]),
        np.concatenate([np.zeros(0), *(part.lower for part in parts)]),
        np.concatenate([np.zeros(0), *(part.upper for part in parts)]),
    )


def with_rows(model: LinearModel, rows: Rows) -> LinearModel:
    """Return a model with more rows."""
    first = Rows(
        model.row_first, model.row_column, model.row_value, model.row_lower, model.row_upper
    )
    both = stack([first, rows])
    return replace(
        model,
        row_first=both.first,
        row_column=both.column,
        row_value=both.value,
        row_lower=both.lower,
        row_upper=both.upper,
    )


Outcome = Literal["optimal", "infeasible", "limit", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Result:
    """What a solver answered; nothing in it is believed before it is recounted.

    Parameters
    ----------
    outcome
        Proven optimal or infeasible, stopped at a limit, or failed.
    x
        Best point, None where there is none.
    objective
        Objective there, NaN where there is none.
    bound
        Proven bound on the objective, infinite where there is none.
    nodes
        Nodes of the search tree.
    """

    outcome: Outcome
    x: Floats | None
    objective: float
    bound: float
    nodes: int = 0
