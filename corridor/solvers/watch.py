"""Watch a child process: the CPU seconds that it uses, and whether it still does anything at all."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from corridor.solvers.result import Flaw

LOOK_S: Final = 0.25
"""Wall time between two looks at a process. [s]"""

IDLE_LOOKS: Final = 240
"""Looks in a row at which a sleeping process has used no CPU time: it is held to hang then.

Looks and not seconds: whoever is frozen together with us does not hang.
"""

_TICKS: Final = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
"""Ticks in a second of /proc."""


def use_of(pid: int) -> tuple[float, bool] | None:
    """Return the CPU seconds of a process with all it started, and whether all of them sleep.

    Parameters
    ----------
    pid
        A running process.

    Returns
    -------
    tuple or None
        None where the system does not tell (it is not Linux, or the process is gone). [s]
    """
    here = Path("/proc") / str(pid)
    try:
        # The name may hold blanks and brackets: what counts comes after the last one.
        fields = (here / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2]
        words = fields.split()
        seconds, asleep = sum(map(int, words[11:15])) / _TICKS, words[0] == "S"
    except (OSError, ValueError):
        return None
    with suppress(OSError):
        for task in (here / "task").iterdir():
            for child in (task / "children").read_text(encoding="ascii").split():
                more = use_of(int(child))
                if more is not None:
                    seconds, asleep = seconds + more[0], asleep and more[1]
    return seconds, asleep


class Guard:
    """Says when a process is past its CPU seconds, or stands still.

    Parameters
    ----------
    most
        Tells the most CPU seconds, children of the process included; it may change. [s]
    """

    def __init__(self, most: Callable[[], float]) -> None:
        self._most = most
        self._next = 0.0
        self._used = -1.0
        self._idle = 0

    def __call__(self, pid: int) -> Flaw | None:
        """Return why a process must be ended; None: it may go on."""
        if time.monotonic() < self._next:
            return None
        self._next = time.monotonic() + LOOK_S
        use = use_of(pid)
        if use is None:
            return None
        seconds, asleep = use
        self._idle = self._idle + 1 if asleep and seconds == self._used else 0
        self._used = seconds
        if seconds > self._most():
            return Flaw.HUNG
        return Flaw.IDLE if self._idle >= IDLE_LOOKS else None
