"""What ends a run of HiGHS from inside: a clock, or the simplex iterations of a tree."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any, Final

Stop = Callable[[], bool]

_ASK_EVERY: Final = 20
"""Simplex iterations between two looks at the clock."""

_ASK_AFTER_S: Final = 0.02
"""Least wall time between two looks at it: the system is asked for CPU time, which takes long. [s]"""

_LINE: Final = re.compile(r"%.*\s(\d+)([kMBmb]?)\s+\d+\.\d+s\s*$")
"""A line of the tree's log: simplex iterations and seconds come last."""

_THOUSANDS: Final = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9}


class Interrupt:
    """What ends a run from inside: a clock, or the iterations of a tree.

    The binding tells callbacks no iterations of a tree, so they are read off its log, which HiGHS
    writes at fixed points of its search once the least interval between two lines is 0.
    """

    def __init__(self, highs: Any) -> None:
        self._highs = highs
        self._stop: Stop | None = None
        self._most: int | None = None
        self._tree = False
        self._count = 0
        self._seen = 0
        self._calls = 0
        self._late = 0
        self._asked_s = 0.0
        self._error: BaseException | None = None
        self.fired = False
        self.lines: list[str] = []

    def simplex(self, stop: Stop | None) -> Interrupt:
        """Return this, ready for a run of the simplex method."""
        self._stop, self._most, self._tree = stop, None, False
        return self

    def tree(self, stop: Stop | None, most: int | None) -> Interrupt:
        """Return this, ready for a run of branch and bound."""
        self._stop, self._most, self._tree = stop, most, True
        return self

    def __enter__(self) -> None:
        self.fired, self._error = False, None
        self._seen = self._count = self._calls = self._late = 0
        self._asked_s = 0.0
        h = self._highs
        if self._tree:
            self.lines = []
            h.setOptionValue("log_to_console", False)
            h.setOptionValue("mip_min_logging_interval", 0.0)
            h.setOptionValue("output_flag", True)
            h.cbLogging += self._on_line
            h.cbMipInterrupt += self._on_tree
        elif self._stop is not None:
            h.cbSimplexInterrupt += self._on_simplex

    def __exit__(self, *_: object) -> None:
        h = self._highs
        if self._tree:
            h.cbLogging -= self._on_line
            h.cbMipInterrupt -= self._on_tree
            h.setOptionValue("output_flag", False)
        elif self._stop is not None:
            h.cbSimplexInterrupt -= self._on_simplex
        if self._error is not None:
            raise self._error

    def _on_line(self, event: Any) -> None:
        found = _LINE.search(event.message)
        if found is None:
            self.lines.append(event.message)
            return
        self._seen = int(found[1]) * _THOUSANDS[found[2].lower()]
        self._late = 0
        self._count += 1
        if self._count < 50 or self._count % 50 == 0 or event.message[1:2].strip():
            self.lines.append(event.message)

    def _on_tree(self, event: Any) -> None:
        self._calls += 1
        self._late += 1
        # Between two lines each call stands for what a call has stood for so far.
        told = self._calls - self._late
        guess = self._seen + (self._late * self._seen / told if told else 0.0)
        if (self._most is not None and guess >= self._most) or self._asks_to_stop():
            event.interrupt()

    def _on_simplex(self, event: Any) -> None:
        self._count += 1
        if self._count % _ASK_EVERY == 0 and self._asks_to_stop():
            event.interrupt()

    def _asks_to_stop(self) -> bool:
        now = time.perf_counter()
        if now - self._asked_s < _ASK_AFTER_S:
            return self.fired
        self._asked_s = now
        try:
            self.fired = self.fired or (self._stop is not None and self._stop())
        except BaseException as error:  # nothing may be thrown through HiGHS
            self._error, self.fired = error, True
        return self.fired
