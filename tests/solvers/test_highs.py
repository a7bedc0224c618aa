"""What HiGHS says is not believed: misread starts are noticed, and nothing is printed among answers."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from corridor.solvers import interrupt
from corridor.solvers.highs import HighsModel
from corridor.solvers.program import INFINITY, Cut, LinearProgram, Rows, program_of
from corridor.solvers.trust import check

from .conftest import covering


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


def _point(result):
    return None if result.values is None else result.values.tobytes()


def test_limits_on_iterations_and_nodes_give_the_same_answer_every_time():
    relaxed = [HighsModel(covering(400, 200, integer=False)).relaxed(60) for _ in range(2)]
    assert {r.state for r in relaxed} == {"limit"}
    assert relaxed[0].iterations == relaxed[1].iterations == 60
    program = covering(200, 120)
    for limits in ({"iterations": 3000}, {"nodes": 5}):
        first, second = (HighsModel(program).solved(**limits) for _ in range(2))
        assert first.state == "limit"
        assert not first.stopped_by_clock
        assert _point(first) == _point(second)
        for name in ("iterations", "nodes", "bound", "objective", "work", "reported"):
            assert getattr(first, name) == getattr(second, name)


def test_an_iteration_limit_is_roughly_kept():
    program = covering(200, 120)
    for most in (500, 4000):
        found = HighsModel(program).solved(iterations=most)
        assert 0.5 * most < found.iterations < 3 * most + 500


def test_a_busy_neighbour_changes_nothing():
    program = covering(200, 120)
    alone = HighsModel(program).solved(iterations=3000)
    spin = [sys.executable, "-c", "while True: pass"]
    busy = [subprocess.Popen(spin) for _ in range(3)]
    try:
        beside = HighsModel(program).solved(iterations=3000)
    finally:
        for process in busy:
            process.kill()
            process.wait()
    assert _point(beside) == _point(alone)
    assert (beside.bound, beside.work) == (alone.bound, alone.work)


def test_highs_never_sees_a_time_limit_and_runs_on_one_thread():
    model = HighsModel(covering(), stop=lambda: False)
    model.relaxed()
    model.solved(nodes=3)
    assert model._highs.getOptionValue("time_limit")[1] == INFINITY
    assert model._highs.getOptionValue("threads")[1] == 1


def test_a_stop_ends_every_kind_of_solve(monkeypatch):
    monkeypatch.setattr(interrupt, "_ASK_AFTER_S", 0.0)  # small programmes are solved in less
    asked = []

    def stop():
        asked.append(1)
        return len(asked) > 3

    tree = HighsModel(covering(200, 120), stop=stop).solved()
    assert (tree.state, tree.stopped_by_clock) == ("limit", True)
    asked.clear()
    simplex = HighsModel(covering(400, 200, integer=False), stop=stop).relaxed()
    assert (simplex.state, simplex.stopped_by_clock) == ("limit", True)
    late = HighsModel(covering(), stop=lambda: True).solved()
    assert (late.state, late.stopped_by_clock, late.values) == ("limit", True, None)


def test_an_error_of_a_stop_is_not_lost():
    asked = []

    def stop():
        asked.append(1)
        if len(asked) > 2:
            raise KeyboardInterrupt
        return False

    with pytest.raises(KeyboardInterrupt):
        HighsModel(covering(200, 120), stop=stop).solved()


def test_a_cutoff_prunes_and_says_only_what_is_proven(program):
    best = HighsModel(program).solved().objective
    below = HighsModel(program).solved(cutoff=best - 0.5)
    assert below.state == "limit"
    assert below.bound == best - 0.5
    above = HighsModel(program).solved(cutoff=best + 2)
    assert above.state == "optimal"
    assert above.objective == pytest.approx(best)
    model = HighsModel(program)
    model.solved(cutoff=best - 5)
    assert model.solved().objective == pytest.approx(best)  # the cutoff is forgotten


def test_rows_bounds_and_costs_change_the_model(program):
    model = HighsModel(program)
    before = model.relaxed()
    loose = Cut(np.array([0, 1], dtype=np.int32), np.ones(2), -5.0)
    tight = Cut(np.array([2, 3], dtype=np.int32), np.ones(2), 2.0)
    model.add([loose, tight])
    assert model.rows == model.base_rows + 2
    after = model.relaxed()
    assert after.values[2] == after.values[3] == 1
    assert after.objective >= before.objective
    assert model.drop_slack_cuts() == {0}
    assert model.cuts == [tight]
    model.bounds([5], np.ones(1), np.ones(1))
    assert model.relaxed().values[5] == 1
    model.costs([5], np.array([1000.0]))
    dear = model.relaxed()
    assert dear.objective > 1000
    assert check(dear, model.program, cuts=model.cuts, relaxed=True).flaw is None
    assert check(dear, program, relaxed=True).flaw is not None  # not what was asked any more
    assert program.column_low[5] == 0  # the given one is left alone
    assert len(model.duals()) == len(program.cost)
    assert len(model.row_duals()) == model.rows
    assert model.work > after.work > 0


def test_a_basis_survives_rows_added_after_it():
    model = HighsModel(covering(400, 200, integer=False))
    cold = model.relaxed()
    basis = model.basis()
    model.bounds([0], np.ones(1), np.ones(1))
    model.add([Cut(np.array([0, 1], dtype=np.int32), np.ones(2), 1.0)])
    model.relaxed()
    model.set_basis(basis)
    assert model.relaxed().iterations < cold.iterations / 2


def test_the_log_of_a_tree_is_kept_and_short(program):
    model = HighsModel(program)
    model.solved()
    assert "Solving report" in model.log
    assert len(model.log.splitlines()) < 400
