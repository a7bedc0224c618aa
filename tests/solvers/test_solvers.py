"""Claim: HiGHS, CBC and SCIP answer alike; a solver that dies, hangs or lies is a named outcome."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest

from corridor.core.errors import SolverError
from corridor.siting.solution import SolverChoice, SolverSettings
from corridor.siting.solve import solve as solve_siting
from corridor.solvers import apart, cbc, child, registry
from corridor.solvers.options import SolveOptions
from corridor.solvers.program import Rows, with_rows
from corridor.solvers.pulp_door import empty_model, to_program, total
from corridor.solvers.result import STATES, Flaw, failed, state_of
from corridor.solvers.trust import check
from tests.siting.oracles.instances import tiny_problem

from .conftest import covering

INSTALLED = [name for name in registry.NAMES if registry.is_installed(name)]
EXACT = SolveOptions()


@pytest.mark.parametrize("seed", range(4))
def test_all_solvers_find_the_same_optimum(seed: int) -> None:
    """In both directions, with integers that are not binary, two-sided rows and free columns."""
    program = covering(30, 20, seed=seed)
    wide = Rows.of([([0, 1, 2], [1.0, 2.0, -3.0], -2.0, 2.0), ([3, 4], [1.0, 1.0], 1.0, 1.0)])
    program = with_rows(program, wide)
    up = program.column_up.copy()
    up[5:10] = 7.0
    low = program.column_low.copy()
    low[6] = -3.0
    low[7], up[7] = -np.inf, np.inf
    cost = program.cost.copy()
    cost[7] = 0.0
    integer = program.integer.copy()
    integer[7:12] = False
    program = replace(program, column_up=up, column_low=low, cost=cost, integer=integer)
    for asked in (program, replace(program, cost=-program.cost, maximise=True)):
        found = [registry.solve(name, asked, EXACT) for name in INSTALLED]
        assert {result.state for result in found} == {"optimal"}
        assert [check(result, asked).flaw for result in found] == [None] * len(found)
        for result in found:
            assert result.objective == pytest.approx(found[0].objective, rel=1e-6)
            assert result.bound == pytest.approx(found[0].objective, rel=1e-5)
            assert result.work > 0


@pytest.mark.parametrize("name", INSTALLED)
def test_every_solver_tells_infeasible_and_limits(name: str) -> None:
    """And no bound of an early stop is past the optimum."""
    program = covering()
    beyond = replace(program, row_low=program.row_low * 100)
    assert registry.solve(name, beyond, EXACT).state == "infeasible"
    hard = covering(200, 120)
    stopped = registry.solve(name, hard, SolveOptions(nodes=2))
    assert stopped.state == "limit"
    assert not stopped.stopped_by_clock
    assert check(stopped, hard, known=float(hard.cost.sum())).flaw is None
    loose = registry.solve(name, program, SolveOptions(gap=0.2))
    assert check(loose, program).state == "optimal"
    relaxed = replace(program, integer=program.integer & False)
    assert registry.solve(name, relaxed, EXACT).objective < loose.objective
    late = registry.solve(name, hard, SolveOptions(seconds=0.01))
    assert late.state == "limit"


@pytest.mark.parametrize("name", INSTALLED)
def test_a_start_is_taken(name: str) -> None:
    """A good start costs nothing and changes no optimum."""
    program = covering()
    best = registry.solve("highs", program, EXACT)
    again = registry.solve(name, program, EXACT, best.values)
    assert again.objective == pytest.approx(best.objective)


def test_no_status_is_guessed() -> None:
    """What is not in the table is a failure."""
    for solver in registry.NAMES:
        assert set(STATES[solver].values()) <= {"optimal", "infeasible", "limit", "failed"}
        assert state_of(solver, "perfect") == "failed"


def test_a_solver_that_is_not_there_is_exit_8_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """For a scenario as well as for a programme."""
    for name in ("cbc", "scip"):
        monkeypatch.setattr(f"corridor.solvers.{name}.is_installed", lambda: False)
        monkeypatch.setattr(f"corridor.solvers.{name}.version", lambda: None)
        with pytest.raises(SolverError, match="not installed") as error:
            registry.solve(name, covering(), EXACT)
        assert f"corridor[{name}]" in error.value.hint
        assert "'highs'" in error.value.hint
        choice: SolverChoice = SolverSettings(name=name)  # type: ignore[arg-type]
        with pytest.raises(SolverError, match="not installed"):
            solve_siting(tiny_problem(0), choice)
    with pytest.raises(SolverError, match="no solver 'gurobi'"):
        registry.version_of("gurobi")


CHILDREN = {
    "crash": ("import os; os.abort()", Flaw.CRASHED),
    "error": ("raise SystemExit(3)", Flaw.CRASHED),
    "hang": ("import time; time.sleep(600)", Flaw.HUNG),
    "loop": ("while True: pass", Flaw.HUNG),
    "memory": ("x = bytearray(10**11)", Flaw.OUT_OF_MEMORY),
    "killed": ("import os; os.kill(os.getpid(), 9)", Flaw.OUT_OF_MEMORY),
    "fine": ("print('hello')", None),
}


@pytest.mark.skipif(sys.platform == "win32", reason="limits of processes are POSIX")
@pytest.mark.parametrize("name", CHILDREN)
def test_every_end_of_a_child_has_a_name(name: str, tmp_path: Path) -> None:
    """Crash, hang, endless loop, too little memory, killed from outside."""
    code, flaw = CHILDREN[name]
    log = tmp_path / "log"
    ended = child.run_command(
        [sys.executable, "-c", code],
        seconds=1 if name == "loop" else None,
        wall_seconds=300 if name != "hang" else 1,
        memory_mb=2000,
        log=log,
    )
    assert ended.flaw is flaw, ended.said
    if name == "fine":
        assert log.read_text() == "hello\n"


LIVES_ON = """
import os, time
pipe = os.open({pipe!r}, os.O_WRONLY)
os.write(pipe, b"here")
time.sleep(60)
os.write(pipe, b"late")
"""
"""Says that it is there, and once more if nobody ends it; its end is the end of the pipe."""


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[tuple[str, BinaryIO]]:
    """Return a named pipe and its end to read: what stands in it, and its end once nobody lives."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0) as end:
        os.set_blocking(end.fileno(), True)
        yield str(path), end


@pytest.mark.skipif(sys.platform == "win32", reason="limits of processes are POSIX")
def test_children_of_a_child_are_gone_with_it(pipe: tuple[str, BinaryIO]) -> None:
    """A command that starts another one leaves nothing behind when it is ended."""
    path, end = pipe
    inner = LIVES_ON.format(pipe=path)
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"
    there: list[bytes] = []

    def is_there() -> None:
        """End the command once its child has spoken."""
        if select.select([end], [], [], 0)[0]:
            there.append(end.read(4))
        if any(there):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        child.run_command([sys.executable, "-c", outer], pulse=is_there)
    assert b"here" in there
    assert end.read(4) == b"", "nobody lives to say more"


@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere a child outlives a parent that is killed"
)
def test_a_child_dies_with_us(pipe: tuple[str, BinaryIO]) -> None:
    """Who kills corridor leaves no solver running behind it."""
    path, end = pipe
    inner = LIVES_ON.format(pipe=path)
    ours = (
        "import sys; from corridor.solvers.child import run_command;"
        f"run_command([sys.executable, '-c', {inner!r}])"
    )
    process = subprocess.Popen([sys.executable, "-c", ours])
    said = b""
    while not said:  # empty while nobody has opened it yet
        said = end.read(4)
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert said == b"here"
    assert end.read(4) == b"", "nobody lives to say more"


@pytest.mark.parametrize("name", INSTALLED)
def test_solving_apart_is_solving(name: str) -> None:
    """A child brings the same answer as this process."""
    program = covering()
    here = registry.solve(name, program, SolveOptions(nodes=50))
    there = apart.solve_apart(name, program, SolveOptions(nodes=50))
    assert there.objective == pytest.approx(here.objective)
    assert there.state == here.state


def test_a_child_that_cannot_start_is_a_crash() -> None:
    """An unknown solver fails in the child; the answer says so."""
    found = apart.solve_apart("gurobi", covering(), EXACT)
    assert found.state == "failed"
    assert found.flaw is Flaw.CRASHED
    assert "gurobi" in found.reported


FAKES = {
    "writes nothing": ("exit 0", Flaw.CRASHED),
    "crashes": ("kill -SEGV $$", Flaw.CRASHED),
    "unknown status": ("echo 'Splendid - objective value 1' > $ANSWER", Flaw.UNKNOWN_STATUS),
    "no point": ("echo 'Optimal - objective value 1' > $ANSWER", Flaw.NOT_A_NUMBER),
    "NaN": ("printf 'Optimal - objective value 1\\n0 x0 nan 0\\n' > $ANSWER", Flaw.NOT_A_NUMBER),
    "hangs": ("sleep 600", Flaw.HUNG),
}


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script plays the solver")
@pytest.mark.parametrize("name", FAKES)
def test_a_command_that_plays_cbc_badly_is_a_named_outcome(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the command does, an answer comes back, and nothing wrong in it is believed."""
    body, flaw = FAKES[name]
    script = tmp_path / "cbc"
    script.write_text(f'#!/bin/sh\nfor ANSWER in "$@"; do :; done\n{body}\n', encoding="ascii")
    script.chmod(0o755)
    monkeypatch.setattr(child, "PATIENCE", 0.0)
    run = child.run_command
    patience = 1.0 if name == "hangs" else 300.0
    monkeypatch.setattr(cbc, "run_command", lambda *a, **k: run(*a, wall_seconds=patience, **k))
    program = covering()
    found = cbc.solve(program, SolveOptions(seconds=1.0), path=str(script))
    assert check(found, program).flaw is flaw


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script plays the solver")
@pytest.mark.parametrize("said", ["Integer infeasible", "Optimal"])
@pytest.mark.parametrize(("used", "in_time"), [("0.10", True), ("1.00", False)])
def test_cbc_out_of_time_proves_nothing(
    used: str, in_time: bool, said: str, tmp_path: Path
) -> None:
    """Stopped inside its cuts CBC 2.10 says "infeasible"; CBC 3 calls its relaxation optimal."""
    script = tmp_path / "cbc"
    script.write_text(
        '#!/bin/sh\nfor ANSWER in "$@"; do :; done\n'
        f"echo '{said} - objective value 6' > $ANSWER\n"
        'for C in $(seq 0 59); do echo "$C x$C 0.5 1" >> $ANSWER; done\n'
        f"echo 'Total time (CPU seconds):       {used}   (Wallclock seconds):       0.01'\n",
        encoding="ascii",
    )
    script.chmod(0o755)
    found = cbc.solve(covering(), SolveOptions(seconds=1.0), path=str(script))
    told = "infeasible" if said == "Integer infeasible" else "optimal"
    assert found.state == (told if in_time else "limit")
    assert found.stopped_by_clock != in_time
    if told == "optimal":
        assert check(found, covering()).state == ("failed" if in_time else "limit")


def test_pulp_is_read_as_it_is_written() -> None:
    """Bounds, kinds, senses and constants of rows and objective arrive."""
    model = empty_model("some", maximise=True)
    x = model.add_variable("x", 0, 4, cat="Integer")
    y = model.add_variable("y", None, 9)
    model += total([3 * x, 2 * y])
    model += x + y + 1 <= 6, "a"
    model += x - y >= -2, "b"
    model += x + 3 * y == 7, "c"
    program = to_program(model, [x, y])
    assert program.maximise
    assert program.cost.tolist() == [3.0, 2.0]
    assert program.rows.toarray().tolist() == [[1, 1], [1, -1], [1, 3]]
    assert program.row_low.tolist() == [-np.inf, -2, 7]
    assert program.row_up.tolist() == [5, np.inf, 7]
    assert program.column_low.tolist() == [0, -np.inf]
    assert program.integer.tolist() == [True, False]
    assert registry.solve("highs", program, EXACT).objective == pytest.approx(14.0)


def test_a_trivial_bound_needs_no_rows() -> None:
    """Every column at its cheaper end; nothing where a column has none."""
    program = covering()
    assert program.trivial_bound() == 0.0
    earning = replace(program, cost=program.cost - 20.0)
    assert earning.trivial_bound() == float(earning.cost[earning.cost < 0].sum())
    endless = replace(earning, column_up=np.full(len(program.cost), np.inf))
    assert endless.trivial_bound() == float("-inf")
    assert failed(Flaw.CRASHED, maximise=True).bound == float("inf")


@pytest.mark.parametrize(
    ("told", "least"),
    [
        ("31.722", 31.7215),
        ("1234567.891", 1234567.8905),
        ("1.23457e+06", 1234565.0),
        ("31.7221", 31.72205),
        ("-2", -2.000005),
        ("0", 0.0),
    ],
)
def test_cbc_rounds_the_bound_it_tells(told: str, least: float, tmp_path: Path) -> None:
    """A bound rounded to the digits shown may be above the truth by half a unit of the last."""
    script = tmp_path / "cbc"
    script.write_text(
        '#!/bin/sh\nfor ANSWER in "$@"; do :; done\n'
        "echo 'Optimal (within gap tolerance) - objective value 1' > $ANSWER\n"
        f"echo 'Lower bound:                    {told}'\n",
        encoding="ascii",
    )
    script.chmod(0o755)
    found = cbc.solve(covering(), SolveOptions(), path=str(script))
    assert found.bound == pytest.approx(least - cbc.DIGITS * max(1.0, abs(float(told))), rel=1e-12)
