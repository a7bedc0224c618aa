"""Commands in a process of their own: a crash, a hang or too little memory ends them, not us."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from ctypes import CDLL
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from corridor.solvers.result import Flaw
from corridor.solvers.watch import Guard

GRACE_S: Final = 1.0
GRACE_SHARE: Final = 0.05
"""CPU time that a solver may use beyond its own limit, to end and to write its answer. [s], [-]"""

PULSE_S: Final = 0.1
"""Wall time between two looks at a command that runs on. [s]"""

PATIENCE: Final = 10.0
"""Wall seconds per CPU second after which a child that still runs is held to hang. [-]"""

_DIE_WITH_PARENT: Final = 1
"""PR_SET_PDEATHSIG of Linux: whoever ends us ends our children too."""

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


def limit_with_grace(seconds: float) -> float:
    """Return the CPU seconds after which a solver with a limit is ended from outside [s]."""
    return (1 + GRACE_SHARE) * seconds + GRACE_S


def run_command(
    command: Sequence[str],
    *,
    seconds: float | None = None,
    wall_seconds: float | None = None,
    memory_mb: int | None = None,
    log: Path | None = None,
    most: Callable[[], float] | None = None,
    pulse: Callable[[], object] | None = None,
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
    most
        Tells the most CPU seconds of the process and all that it starts, where they change while it
        runs; None: `seconds`. [s]
    pulse
        Called some ten times a second while it runs; None: nobody.
    """
    if wall_seconds is None and seconds is not None:
        wall_seconds = PATIENCE * seconds + 30.0
    limit = math.inf if seconds is None else seconds
    guard = Guard(most or (lambda: limit))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    with TemporaryDirectory() as folder:
        words = Path(folder) / "stderr"
        with (log or Path(os.devnull)).open("wb") as out, words.open("wb") as err:
            try:
                process = subprocess.Popen(  # noqa: S603 - an installed solver, or this Python
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=err,
                    env=environment,
                    start_new_session=True,
                    preexec_fn=_limiter(seconds, memory_mb),
                )
            except (OSError, subprocess.SubprocessError) as error:
                return Ended(flaw=Flaw.CRASHED, said=f"it does not start: {error}")
            try:
                late = _wait(process, wall_seconds, guard, pulse)
            finally:
                _end_all(process)
        said = words.read_text(encoding="utf-8", errors="replace").strip()[-2000:]
    return Ended(flaw=late or _flaw_of(process.returncode, said), said=said)


def _wait(
    process: subprocess.Popen[bytes],
    wall_seconds: float | None,
    guard: Guard,
    pulse: Callable[[], object] | None,
) -> Flaw | None:
    """Wait until a command ends; return why it has to be ended, None where it did so by itself."""
    until = math.inf if wall_seconds is None else time.monotonic() + wall_seconds
    nap = 0.001
    while process.poll() is None:
        flaw = guard(process.pid) if time.monotonic() < until else Flaw.HUNG
        if flaw is not None:
            return flaw
        if pulse is not None:
            pulse()
        time.sleep(nap)
        nap = min(PULSE_S, 2 * nap)
    return None


def _limiter(seconds: float | None, memory_mb: int | None) -> Callable[[], None] | None:
    """Return what sets the limits of a child before it starts; None where systems have none."""
    if os.name != "posix":
        return None
    import resource

    control = CDLL(None).prctl if sys.platform == "linux" else None

    def lower(what: int, soft: int, hard: int) -> None:
        """Set a limit, no higher than whoever started us allows."""
        most = resource.getrlimit(what)[1]
        if most != resource.RLIM_INFINITY:
            soft, hard = min(soft, most), min(hard, most)
        resource.setrlimit(what, (soft, hard))

    def limit() -> None:
        if control is not None:
            control(_DIE_WITH_PARENT, signal.SIGKILL)
        if seconds is not None:
            lower(resource.RLIMIT_CPU, math.ceil(seconds), math.ceil(seconds) + 5)
        if memory_mb is not None:
            lower(resource.RLIMIT_AS, memory_mb * 2**20, memory_mb * 2**20)

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
