"""A linear programme as arrays: what every formulation builds and every solver takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import scipy.sparse as sp

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

INFINITY: Final = float("inf")


@dataclass(frozen=True, slots=True, eq=False)
class LinearProgram:
    """Minimise ``cost x`` with ``row_low <= rows x <= row_up`` and ``column_low <= x <= column_up``.

    Parameters
    ----------
    cost, column_low, column_up, integer
        Objective, bounds and integrality of each column, shape (columns,).
    rows
        Coefficients, shape (rows, columns).
    row_low, row_up
        Bounds of each row, shape (rows,).
    maximise
        True: the objective is maximised.
    """

    cost: Floats
    column_low: Floats
    column_up: Floats
    integer: Bools
    rows: sp.csr_matrix
    row_low: Floats
    row_up: Floats
    maximise: bool = False

    @property
    def no_bound(self) -> float:
        """Return the bound that says nothing."""
        return INFINITY if self.maximise else -INFINITY

    def trivial_bound(self) -> float:
        """Return what the objective cannot beat whatever the rows say: every column at its better end."""
        cost = -self.cost if self.maximise else self.cost
        end = np.where(cost > 0, self.column_low, self.column_up)
        used = cost != 0
        least = float(cost[used] @ end[used])
        if np.isnan(least):
            return self.no_bound
        return -least if self.maximise else least


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """A row that was separated: sum of value times column >= low."""

    columns: npt.NDArray[np.int32]
    values: Floats
    low: float = 0.0


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

    @classmethod
    def of_program(cls, program: LinearProgram) -> Rows:
        """Return the rows of a programme."""
        rows = program.rows
        return cls(
            rows.indptr.astype(np.int64),
            rows.indices.astype(np.int64),
            rows.data,
            program.row_low,
            program.row_up,
        )

    @classmethod
    def of_cuts(cls, cuts: Sequence[Cut]) -> Rows:
        """Return separated rows as one block."""
        first = np.zeros(len(cuts) + 1, np.int64)
        np.cumsum([len(cut.columns) for cut in cuts], out=first[1:])
        return cls(
            first,
            np.concatenate([np.zeros(0, np.int64), *(cut.columns for cut in cuts)]),
            np.concatenate([np.zeros(0), *(cut.values for cut in cuts)]),
            np.array([cut.low for cut in cuts], float),
            np.full(len(cuts), INFINITY),
        )

    def matrix(self, columns: int) -> sp.csr_matrix:
        """Return the coefficients as a sparse matrix of so many columns."""
        import scipy.sparse as sp

        return sp.csr_matrix(
            (self.value, self.column, self.first), shape=(len(self.lower), columns)
        )

    def activity(self, point: Floats) -> Floats:
        """Return the value of each row at a point."""
        wide = np.diff(self.first) > 0
        found = np.zeros(len(self.lower))
        if wide.any():  # `reduceat` gives an empty row the entry of the next one
            entries = self.value * point[self.column]
            found[wide] = np.add.reduceat(entries, self.first[:-1][wide])
        return found

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


def program_of(rows: Rows, **columns: Any) -> LinearProgram:
    """Return a programme with these rows.

    Parameters
    ----------
    rows
        Its rows.
    **columns
        The other fields of `LinearProgram`.
    """
    return LinearProgram(
        rows=rows.matrix(len(columns["cost"])), row_low=rows.lower, row_up=rows.upper, **columns
    )


def with_rows(program: LinearProgram, rows: Rows) -> LinearProgram:
    """Return a programme with more rows."""
    both = stack([Rows.of_program(program), rows])
    return replace(
        program, rows=both.matrix(len(program.cost)), row_low=both.lower, row_up=both.upper
    )


def with_cuts(program: LinearProgram, cuts: Sequence[Cut]) -> LinearProgram:
    """Return a programme with separated rows."""
    return with_rows(program, Rows.of_cuts(cuts)) if cuts else program
