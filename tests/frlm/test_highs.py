"""What HiGHS says is not believed: misread starts are noticed, and nothing is printed among answers."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import frlm_cases
import numpy as np

from corridor.frlm.highs import Highs
from corridor.frlm.model import INFINITY, LinearModel, Rows
from corridor.siting.bridge import Engine, Matrix


def _knapsack() -> LinearModel:
    """Return a model whose optimum is (1, 0, 1), worth 9, and that (0, 1, 0) is a start for."""
    row = Rows.of([(range(3), [2.0, 3.0, 2.0], -INFINITY, 4.0)])
    return LinearModel(
        maximise=True,
        cost=np.array([5.0, 6.0, 4.0]),
        lower=np.zeros(3),
        upper=np.ones(3),
        integer=np.ones(3, bool),
        row_first=row.first,
        row_column=row.column,
        row_value=row.value,
        row_lower=row.lower,
        row_upper=row.upper,
    )


def test_a_start_that_highs_misreads_is_dropped(monkeypatch):
    start = np.array([0.0, 1.0, 0.0])
    highs = Highs(_knapsack())
    read = Highs._result
    told = []

    def misread(self):
        result = read(self)
        told.append(result.objective)
        # As HiGHS 1.16.0 does it: the objective of another point, and the start itself.
        return replace(result, x=start) if len(told) == 1 else result

    monkeypatch.setattr(Highs, "_result", misread)
    highs.start_from(np.arange(3), start)
    result = highs.solve()
    assert len(told) == 2
    assert result.objective == 9
    assert np.round(result.x).tolist() == [1, 0, 1]


def test_a_right_answer_is_not_solved_again(monkeypatch):
    highs = Highs(_knapsack())
    runs = []
    run = Highs._run
    monkeypatch.setattr(Highs, "_run", lambda self: (runs.append(1), run(self)))
    highs.start_from(np.arange(3), np.array([0.0, 1.0, 0.0]))
    assert highs.solve().objective == 9
    assert len(runs) == 1


def test_siting_drops_a_misread_start_too(monkeypatch):
    from scipy.sparse import csr_matrix

    matrix = Matrix(
        cost=np.array([-5.0, -6.0, -4.0]),
        column_low=np.zeros(3),
        column_up=np.ones(3),
        integer=np.ones(3, bool),
        rows=csr_matrix(np.array([[2.0, 3.0, 2.0]])),
        row_low=np.array([-np.inf]),
        row_up=np.array([4.0]),
    )
    engine = Engine(matrix)
    agrees = Engine._agrees
    asked = []
    monkeypatch.setattr(
        Engine, "_agrees", lambda self: (asked.append(agrees(self)), len(asked) > 1)[1]
    )
    answer = engine.solved(seconds=10.0, gap=0.0, start=np.array([0.0, 1.0, 0.0]))
    assert asked == [True]  # this HiGHS is right; the answer after a dropped start is the same
    assert answer.objective == -9
    engine._cost = np.zeros(3)
    assert not agrees(engine)


def test_standard_output_holds_answers_only(tmp_path):
    path = tmp_path / "golden.json"
    path.write_text(json.dumps(frlm_cases.golden()), encoding="utf-8")
    command = [sys.executable, "-m", "corridor", "frlm", str(path), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert [json.loads(line)["instance"] for line in done.stdout.splitlines()] == ["golden"] * 6
