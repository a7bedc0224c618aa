"""Solvers of child processes that crash, hang or eat memory, while this process stays as it is."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

CRASH = "os.kill(os.getpid(), signal.SIGSEGV)"
KILLED = "os.kill(os.getpid(), signal.SIGKILL)"
HANG = "time.sleep(600)"
SPIN = "while True: pass"

BREAK = """
import os, pathlib, signal, time
from corridor.solvers.highs import HighsModel
mark = pathlib.Path({mark!r})
runs = [0]

def broken(true):
    def run(*given, **how):
        runs[0] += 1
        if runs[0] == {at} and len(list(mark.iterdir())) < {times}:
            (mark / str(time.time_ns())).touch()
            {how}
        return true(*given, **how)
    return run

"""

IN_HIGHS = "HighsModel._run = broken(HighsModel._run)\n"
IN_STOP_PLANS = """
from corridor.siting import solve
solve.dispatch = broken(solve.dispatch)
"""

Breaker = Callable[..., None]
"""Takes what is done at which call, how many times in all, and where."""


def breaker(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Breaker:
    """Return what breaks a function in every Python that is started from now on.

    Parameters
    ----------
    folder
        Where the code that does it may lie, and a mark for each time it did.
    monkeypatch
        Puts the code before all others.
    """

    def breaks(how: str, *, at: int, times: int = 99, where: str = IN_HIGHS) -> None:
        mark, code = folder / "marks", folder / "code"
        mark.mkdir()
        code.mkdir()
        text = BREAK.format(mark=str(mark), how=how, at=at, times=times) + where
        # Every Python that starts reads this module first.
        (code / "sitecustomize.py").write_text(text, encoding="utf-8")
        monkeypatch.syspath_prepend(str(code))
        monkeypatch.setenv("PYTHONPATH", str(code), prepend=os.pathsep)

    return breaks
