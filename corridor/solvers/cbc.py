"""CBC as a command: arrays in by MPS, point and bound out of its files, under hard limits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from corridor.core.errors import SolverError
from corridor.solvers.child import limit_with_grace, run_command
from corridor.solvers.clock import simplex_work
from corridor.solvers.options import SolveOptions
from corridor.solvers.program import Floats, LinearProgram
from corridor.solvers.pulp_door import cbc_path
from corridor.solvers.result import Flaw, Result, failed, state_of
from corridor.solvers.trust import WHOLE

CLOCK_S = 0.02
"""How much CBC's clock may lag behind its own limit. [s]"""

DIGITS = 1e-6
"""CBC writes points and bounds in some seven digits: its bound is lowered by this share. [-]"""


def is_installed() -> bool:
    """Tell whether there is a CBC."""
    return cbc_path() is not None


@cache
def version() -> str | None:
    """Return the version of CBC; None where there is none."""
    path = cbc_path()
    if path is None:
        return None
    with TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        run_command([path, "-quit"], seconds=10, wall_seconds=60, log=log)
        text = log.read_text(encoding="utf-8", errors="replace")
    found = re.search(r"(?m)^Version:\s+(\S+)", text)
    return found.group(1) if found else "?"


def solve(
    program: LinearProgram,
    options: SolveOptions,
    start: Floats | None = None,
    *,
    path: str | None = None,
) -> Result:
    """Solve a programme with CBC.

    Parameters
    ----------
    program
        What to solve.
    options
        Limits and tolerances; CBC counts no simplex iterations across its tree.
    start
        A point to begin with; only its integer columns are used.
    path
        The command; None: the one that PuLP brings.

    Raises
    ------
    SolverError
        If there is no CBC.
    """
    command = path or cbc_path()
    if command is None:
        raise SolverError("CBC is not installed.", "pip install 'corridor[cbc]'")
    with TemporaryDirectory() as name:
        folder = Path(name)
        model, answer, log = folder / "model.mps", folder / "answer.txt", folder / "log.txt"
        model.write_text("\n".join(_mps(program)), encoding="ascii")
        words = [command, str(model), "-timeMode", "elapsed" if options.wall else "cpu"]
        if options.seconds is not None:
            words += ["-sec", f"{max(0.01, options.seconds):g}"]
        if options.nodes is not None:
            words += ["-maxNodes", str(options.nodes)]
        if options.seed:
            words += ["-randomCbcSeed", str(options.seed), "-randomSeed", str(options.seed)]
        if start is not None:
            hint = folder / "start.txt"
            hint.write_text("\n".join(_start(program, start)), encoding="ascii")
            words += ["-mips", str(hint)]
        words += ["-ratio", f"{options.gap:g}", "-solve"]
        words += ["-printingOptions", "all", "-solution", str(answer)]
        ended = run_command(
            words,
            seconds=None if options.seconds is None else limit_with_grace(options.seconds),
            memory_mb=options.memory_mb,
            log=log,
        )
        text = log.read_text(encoding="utf-8", errors="replace")
        if ended.flaw is not None or not answer.exists():
            flaw = ended.flaw or Flaw.CRASHED
            said = ended.said or text.strip()[-300:] or flaw.value
            return failed(flaw, said, maximise=program.maximise)
        told = answer.read_text(encoding="utf-8", errors="replace")
        return _read(program, told, text, options.seconds)


def _mps(program: LinearProgram) -> Iterator[str]:
    """Yield the lines of a minimising MPS file; names are numbers, so that no id reaches a file."""
    low, up = program.row_low, program.row_up
    sign = -1.0 if program.maximise else 1.0
    free = np.isinf(low) & np.isinf(up)
    kind = np.where(np.isinf(low), "L", np.where(low == up, "E", "G"))
    yield "NAME model"
    yield "ROWS"
    yield " N cost"
    for r in np.flatnonzero(~free).tolist():
        yield f" {kind[r]} r{r}"
    yield "COLUMNS"
    entries = program.rows.tocsc()
    inside = False
    for c in range(len(program.cost)):
        if bool(program.integer[c]) != inside:
            inside = not inside
            yield f" M{c} 'MARKER' '{'INTORG' if inside else 'INTEND'}'"
        yield f" x{c} cost {float(sign * program.cost[c])!r}"
        for e in range(int(entries.indptr[c]), int(entries.indptr[c + 1])):
            if not free[entries.indices[e]]:
                yield f" x{c} r{entries.indices[e]} {float(entries.data[e])!r}"
    if inside:
        yield " MEND 'MARKER' 'INTEND'"
    yield "RHS"
    for r in np.flatnonzero(~free).tolist():
        yield f" RHS r{r} {float(up[r] if kind[r] == 'L' else low[r])!r}"
    yield "RANGES"
    for r in np.flatnonzero(np.isfinite(low) & np.isfinite(up) & (low != up)).tolist():
        yield f" RNG r{r} {float(up[r] - low[r])!r}"
    yield "BOUNDS"
    for c, (least, most) in enumerate(
        zip(program.column_low.tolist(), program.column_up.tolist(), strict=True)
    ):
        yield f" MI BND x{c}" if np.isinf(least) else f" LO BND x{c} {least!r}"
        yield f" PL BND x{c}" if np.isinf(most) else f" UP BND x{c} {most!r}"
    yield "ENDATA"


def _start(program: LinearProgram, start: Floats) -> Iterator[str]:
    yield "Stopped - objective value 0"
    for c in np.flatnonzero(program.integer).tolist():
        yield f"{c} x{c} {float(start[c])!r} 0"


def _read(program: LinearProgram, answer: str, log: str, seconds: float | None) -> Result:
    """Read point and status from CBC's files, the bound from its log."""
    head, _, body = answer.partition("\n")
    words = head.split(" - ")[0].split(" (")[0].strip()
    state = state_of("cbc", words)
    late = words == "Stopped on time"
    values = np.full(len(program.cost), np.nan)
    for line in body.splitlines():
        parts = line.replace("**", " ").split()
        if len(parts) >= 3 and parts[1][:1] == "x":
            values[int(parts[1][1:])] = _number(parts[2])
    # Stopped before it has found anything, CBC writes the point of its relaxation.
    fractions = values[program.integer]
    whole = bool((np.abs(fractions - np.round(fractions)) < WHOLE).all())
    # Out of time, CBC 2.10 calls anything infeasible inside its cuts, and CBC 3 its relaxation optimal.
    broken = not whole and bool(np.isfinite(fractions).all())
    wrong = state == "infeasible" or (state == "optimal" and broken)
    if wrong and _used_up(log, seconds):
        state, late = "limit", True
    found = state == "optimal" or (state == "limit" and whole)
    objective = float(program.cost @ values) if found else float("nan")
    bound = _bound(program, state, log, head)
    iterations = [int(n) for n in re.findall(r"(?m)^Total iterations:\s+(\d+)", log)]
    nodes = [int(n) for n in re.findall(r"(?m)^Enumerated nodes:\s+(\d+)", log)]
    return Result(
        state,
        values if found else None,
        objective,
        bound,
        nodes=nodes[-1] if nodes else 0,
        reported=head.strip(),
        iterations=iterations[-1] if iterations else 0,
        work=simplex_work(sum(iterations), len(program.row_low), int(program.rows.nnz), tree=True),
        stopped_by_clock=late,
        flaw=Flaw.UNKNOWN_STATUS if state == "failed" else None,
    )


def _bound(program: LinearProgram, state: str, log: str, head: str) -> float:
    """Return the bound that CBC tells, in the sense of the programme, less what its digits hide.

    Stopped at a limit CBC 2.10 writes a "lower bound" that better points refute: it counts nothing.
    """
    if state != "optimal":
        return program.no_bound
    told = re.findall(r"(?m)^Lower bound:\s+(\S+)", log)  # within a gap
    bound = _number((told or re.findall(r"objective value\s+(\S+)", head) or ["nan"])[-1])
    bound -= (_rounding(told[-1]) if told else 0.0) + DIGITS * max(1.0, abs(bound))
    return -bound if program.maximise else bound


def _rounding(told: str) -> float:
    """Half a unit of the last digit: CBC 2.10 shows three decimals, CBC 3 six digits in all."""
    if re.fullmatch(r"-?\d+\.\d{3}", told):
        return 5e-4
    number = abs(_number(told))
    return 0.0 if number == 0 else 0.5 * 10.0 ** (np.floor(np.log10(number)) - 5)


def _used_up(log: str, seconds: float | None) -> bool:
    """Whether CBC, which tells hundredths, has used all its time, or does not say."""
    used = re.findall(r"Total time \(CPU seconds\):\s+(\S+)", log)
    return seconds is not None and not (used and float(used[-1]) + CLOCK_S < seconds)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
