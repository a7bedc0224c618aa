"""Deterministic work: what the search may spend, the same on every machine however busy it is."""

from __future__ import annotations

from corridor.solvers.clock import Clock

SEPARATION_WORK = 1.5e-3
"""Work of looking for violated rows at a point, once. [units]"""

COLUMN_WORK = 4e-7
"""The same, per column that is looked at. [units]"""

CUT_WORK = 2e-4
"""The same, per row written. [units]"""


def separation_work(columns: int, cuts: int) -> float:
    """Return the work of separating rows at one point [units].

    Parameters
    ----------
    columns
        Columns of the programme.
    cuts
        Rows found.
    """
    return SEPARATION_WORK + COLUMN_WORK * columns + CUT_WORK * cuts


class Budget:
    """Work that a search may spend, and the clock that stops it in an emergency.

    A unit is about one CPU second of a core of the 2020s (docs/decisions/0212). A share of a budget
    ends earlier; what is spent on it is spent of the whole.

    Parameters
    ----------
    limit
        Most work. [units]
    clock
        Safety stop in CPU seconds; where it ends a search the answer is not reproducible.
    """

    def __init__(self, limit: float, clock: Clock, *, whole: Budget | None = None) -> None:
        self.limit = limit
        self.clock = clock
        self._whole = whole
        self._spent = 0.0

    @property
    def spent(self) -> float:
        """Work done so far, of the whole [units]."""
        return self._spent if self._whole is None else self._whole.spent

    def spend(self, units: float) -> None:
        """Count work done."""
        if self._whole is None:
            self._spent += units
        else:
            self._whole.spend(units)

    @property
    def left(self) -> float:
        """Work that may still be done [units]."""
        return max(0.0, self.limit - self.spent)

    @property
    def stopped_by_clock(self) -> bool:
        """Whether the safety stop fired."""
        return self.clock.is_over()

    @property
    def is_over(self) -> bool:
        """Whether the search must end."""
        return self.spent >= self.limit or self.stopped_by_clock

    def share(self, fraction: float) -> Budget:
        """Return a budget of a share of what is left."""
        limit = self.spent + fraction * self.left
        return Budget(limit, self.clock, whole=self if self._whole is None else self._whole)
