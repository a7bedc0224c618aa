"""HiGHS without a word on standard output, where JSON lines and reports are printed."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def _silent_class() -> type[Any]:
    """Return the class of HiGHS objects that are silent from the start."""
    import highspy

    class SilentHighs(highspy.Highs):  # type: ignore[misc]
        """Switches output off before anything can be printed.

        HiGHS 1.16 prints a banner when callbacks are switched on, which its constructor does before
        a caller can set an option; standard output belongs to JSON lines and reports.
        """

        def enableCallbacks(self) -> None:  # noqa: N802 - HiGHS's name
            """Switch callbacks on, output off."""
            self.setOptionValue("output_flag", False)
            super().enableCallbacks()

    return SilentHighs


def silent_highs() -> Any:
    """Return an empty HiGHS object whose output is off."""
    highs = _silent_class()()
    highs.setOptionValue("output_flag", False)
    return highs
