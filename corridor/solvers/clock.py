"""What a search spends: CPU seconds of the process, or deterministic units of work."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

ITERATION_WORK: Final = 1e-6
"""Work of a simplex iteration, times the root of the programme's size. [units]"""

TREE_FACTOR: Final = 1.5
"""How much more an iteration inside branch and bound stands for, cuts and heuristics included. [-]"""

RUN_WORK: Final = 3e-4
"""Work of starting a solve. [units]"""

ENTRY_WORK: Final = 1e-7
"""Work of starting a solve, per row and coefficient. [units]"""


def cpu_seconds() -> float:
    """Return the CPU time of this process and of its children that have ended [s]."""
    spent = os.times()
    # Its own share by a finer clock than `os.times`, which counts hundredths.
    return time.process_time() + spent.children_user + spent.children_system


@dataclass(frozen=True, slots=True)
class Clock:
    """Time left till a limit.

    Parameters
    ----------
    limit
        Longest time; None: no limit. [s]
    read
        What tells the time: CPU seconds of the process, children included, or wall seconds. [s]
    begun
        When the time began to run. [s]
    """

    limit: float | None
    read: Callable[[], float] = cpu_seconds
    begun: float = field(default=math.nan)

    def __post_init__(self) -> None:
        if math.isnan(self.begun):
            object.__setattr__(self, "begun", self.read())

    def spent(self) -> float:
        """Return the time gone by [s]."""
        return self.read() - self.begun

    def left(self) -> float:
        """Return the time left; infinite without a limit [s]."""
        return math.inf if self.limit is None else self.limit - self.spent()

    def is_over(self) -> bool:
        """Tell whether the limit is reached."""
        return self.left() <= 0

    @property
    def stop(self) -> Callable[[], bool] | None:
        """Return what tells a solver to stop; None where there is no limit."""
        return None if self.limit is None else self.is_over


def wall_clock(limit: float | None) -> Clock:
    """Return a clock of wall seconds.

    Parameters
    ----------
    limit
        Longest time; None: no limit. [s]
    """
    return Clock(limit, time.perf_counter)


def simplex_work(iterations: int, rows: int, nonzeros: int, *, tree: bool = False) -> float:
    """Return the work of a solve: the same on every machine, however busy it is.

    Simplex iterations times the root of the programme's size, scaled so that a unit is about a CPU
    second of a core of the 2020s (docs/decisions/0212).

    Parameters
    ----------
    iterations
        Simplex iterations, those inside branch and bound included.
    rows, nonzeros
        Size of the programme.
    tree
        True: branch and bound.
    """
    size = rows + nonzeros
    each = ITERATION_WORK * math.sqrt(size) * (TREE_FACTOR if tree else 1.0)
    return RUN_WORK + ENTRY_WORK * size + iterations * each


def iterations_within(work: float, rows: int, nonzeros: int, *, tree: bool = False) -> int:
    """Return the simplex iterations that some work pays for; the inverse of `simplex_work`.

    Parameters
    ----------
    work
        Work. [units]
    rows, nonzeros, tree
        As for `simplex_work`.
    """
    start = simplex_work(0, rows, nonzeros, tree=tree)
    each = simplex_work(1, rows, nonzeros, tree=tree) - start
    return max(0, int((work - start) / each))
