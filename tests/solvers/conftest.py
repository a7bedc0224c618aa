"""Small programmes to solve."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.solvers.program import LinearProgram, Rows, program_of


def covering(
    columns: int = 60, rows: int = 40, *, seed: int = 0, integer: bool = True
) -> LinearProgram:
    """Return a random covering problem, whose tree has some nodes."""
    rng = np.random.default_rng(seed)
    entries = (rng.random((rows, columns)) < 0.1) * rng.integers(1, 20, (rows, columns))
    listed = [
        (np.flatnonzero(row).tolist(), row[row > 0].astype(float).tolist(), 0.3 * row.sum(), np.inf)
        for row in entries
    ]
    return program_of(
        Rows.of(listed),
        cost=rng.integers(5, 30, columns).astype(float),
        column_low=np.zeros(columns),
        column_up=np.ones(columns),
        integer=np.full(columns, integer),
    )


@pytest.fixture
def program() -> LinearProgram:
    """Return a covering problem."""
    return covering()
