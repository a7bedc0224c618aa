"""What HiGHS says is not believed: misread starts are noticed, and nothing is printed among answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from corridor.solvers.highs import HighsModel
from corridor.solvers.program import INFINITY, LinearProgram, Rows, program_of


def _knapsack() -> LinearProgram:
    """Return a model whose optimum is (1, 0, 1), worth 9, and that (0, 1, 0) is a start for."""
    row = Rows.of([(range(3), [2.0, 3.0, 2.0], -INFINITY, 4.0)])
    return program_of(
        row,
        maximise=True,
        cost=np.array([5.0, 6.0, 4.0]),
        column_low=np.zeros(3),
        column_up=np.ones(3),
        integer=np.ones(3, bool),
    )


def test_a_start_that_highs_misreads_is_dropped(monkeypatch):
    start = np.array([0.0, 1.0, 0.0])
    highs = HighsModel(_knapsack())
    read = HighsModel._read
    told = []

    def misread(self):
        result = read(self)
        told.append(result.objective)
        # As HiGHS 1.16.0 does it: the objective of another point, and the start itself.
        return replace(result, values=start) if len(told) == 1 else result

    monkeypatch.setattr(HighsModel, "_read", misread)
    highs.start_from(range(3), start)
    result = highs.solved()
    assert len(told) == 2
    assert result.objective == 9
    assert np.round(result.values).tolist() == [1, 0, 1]


def test_a_right_answer_is_not_solved_again(monkeypatch):
    highs = HighsModel(_knapsack())
    runs = []
    run = HighsModel._run
    monkeypatch.setattr(HighsModel, "_run", lambda self: (runs.append(1), run(self)))
    highs.start_from(range(3), np.array([0.0, 1.0, 0.0]))
    assert highs.solved().objective == 9
    assert len(runs) == 1
