"""Solvers in a process of their own: a crash, a hang or too little memory ends them, not us."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from corridor.solvers.options import SolveOptions
from corridor.solvers.program import Floats, LinearProgram
from corridor.solvers.result import Flaw, Result, failed

GRACE_S: Final = 10.0
"""CPU time that a solver may use beyond its own limit, to end and to write its answer. [s]"""

PATIENCE: Final = 10.0
"""Wall seconds per CPU second after which a child that still runs is held to hang. [-]"""

_NO_MEMORY: Final = ("bad_alloc", "MemoryError", "out of memory", "Cannot allocate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a child process ended.

    Parameters
    ----------
    flaw
        None where it ended by itself without complaint.
    said
        Its last words.
    """

    flaw: Flaw | None
    said: str


def run_command(
    command: Sequence[str],
    *,
    seconds: float | None = None,
    wall_seconds: float | None = None,
    memory_mb: int | None = None,
    log: Path | None = None,
) -> Ended:
    """Run a command under limits; it and all its children are gone afterwards.

    Parameters
    ----------
    command
        Program and arguments.
    seconds
        Most CPU seconds of each process; None: no limit. [s]
    wall_seconds
        Most wall seconds; None: so many times the CPU seconds. [s]
    memory_mb
        Most address space of each process; None: no limit. [MB]
    log
        Where its standard output goes; None: nowhere.
    """
    if wall_seconds is None and seconds is not None:
        wall_seconds = PATIENCE * seconds + 30.0
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    with TemporaryDirectory() as folder:
        words = Path(folder) / "stderr"
        with (log or Path(os.devnull)).open("wb") as out, words.open("wb") as err:
            process = subprocess.Popen(  # noqa: S603 - an installed solver, or this Python
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=environment,
                start_new_session=True,
                preexec_fn=_limiter(seconds, memory_mb),
            )
            late = False
            try:
                process.wait(wall_seconds)
            except subprocess.TimeoutExpired:
                late = True
            finally:
                _end_all(process)
        said = words.read_text(encoding="utf-8", errors="replace").strip()[-2000:]
    return Ended(flaw=Flaw.HUNG if late else _flaw_of(process.returncode, said), said=said)


def _limiter(seconds: float | None, memory_mb: int | None) -> Callable[[], None] | None:
    """Return what sets the limits of a child before it starts; None where systems have none."""
    if os.name != "posix" or (seconds is None and memory_mb is None):
        return None

    def limit() -> None:
        import resource

        if seconds is not None:
            most = int(seconds) + 1
            resource.setrlimit(resource.RLIMIT_CPU, (most, most + 5))
        if memory_mb is not None:
            resource.setrlimit(resource.RLIMIT_AS, (memory_mb * 2**20, memory_mb * 2**20))

    return limit


def _end_all(process: subprocess.Popen[bytes]) -> None:
    """End a child and whatever it has started."""
    if os.name == "posix":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # its session is its group
    elif process.poll() is None:
        process.kill()
    process.wait()


def _flaw_of(code: int, said: str) -> Flaw | None:
    """Return what a return code stands for."""
    if code == 0:
        return None
    if any(word in said for word in _NO_MEMORY):
        return Flaw.OUT_OF_MEMORY
    if os.name == "posix":
        if code == -signal.SIGXCPU:
            return Flaw.HUNG
        if code == -signal.SIGKILL:  # not by us: the system takes memory back this way
            return Flaw.OUT_OF_MEMORY
    return Flaw.CRASHED


def solve_apart(
    solver: str,
    program: LinearProgram,
    options: SolveOptions,
    start: Floats | None = None,
) -> Result:
    """Solve in a process of its own; however it ends, there is an answer.

    Parameters
    ----------
    solver
        Name in the registry.
    program, options, start
        As for `registry.solve`.
    """
    most = None if options.seconds is None else options.seconds + GRACE_S
    with TemporaryDirectory() as folder:
        asked, answered = Path(folder) / "asked", Path(folder) / "answered"
        asked.write_bytes(pickle.dumps((solver, program, options, start)))
        ended = run_command(
            [sys.executable, "-m", "corridor.solvers.child", str(asked), str(answered)],
            seconds=most,
            memory_mb=options.memory_mb,
        )
        if ended.flaw is not None or not answered.exists():
            flaw = ended.flaw or Flaw.CRASHED
            return failed(flaw, ended.said or flaw.value, maximise=program.maximise)
        result = pickle.loads(answered.read_bytes())  # noqa: S301 - our own child wrote it
    assert isinstance(result, Result)
    return result


def _main(asked: str, answered: str) -> None:
    """Solve what is asked in a file."""
    from corridor.solvers.registry import solve

    question = pickle.loads(Path(asked).read_bytes())  # noqa: S301 - our parent wrote it
    Path(answered).write_bytes(pickle.dumps(solve(*question)))


if __name__ == "__main__":
    _main(sys.argv[1], sys.argv[2])
