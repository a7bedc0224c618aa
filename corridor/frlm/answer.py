"""The answer to an ask, and how it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from corridor.frlm.cover.problem import Sizes
from corridor.frlm.instance.document import json_text
from corridor.frlm.instance.exact import nearest, plain
from corridor.frlm.reach.explain import Shortfall

Status = Literal["OPTIMAL", "FEASIBLE", "NO_SOLUTION"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was found for one ask, recounted by driving every trip.

    Parameters
    ----------
    instance
        Name of the instance.
    ask
        The ask as it was written.
    status
        Proved to 1e-9, found but not proved, or nothing found.
    value
        Flow served, number of new stations or their cost; None where nothing was found.
    bound
        What no answer can beat; None where nothing is proved.
    open
        Ids of the new stations, in the order of the file.
    driven
        Flow recounted by driving every trip. [unit of the flows]
    coverable
        Flow served with every usable site open. [unit of the flows]
    seconds
        Time for reading, preparing, solving and driving. [s]
    before, after
        Sizes of the covering problem before and after reduction.
    solver
        What solved it, in words.
    uncoverable
        Trips that no choice of stations serves, and why.
    """

    instance: str
    ask: Mapping[str, Any]
    status: Status
    value: Fraction | None
    bound: Fraction | None
    open: tuple[str, ...]
    driven: Fraction | None
    coverable: Fraction
    seconds: Mapping[str, float]
    before: Sizes
    after: Sizes
    solver: str
    uncoverable: tuple[Shortfall, ...] = field(default=())

    @property
    def gap(self) -> float | Decimal | None:
        """Return the relative gap between value and bound; None where it has no meaning."""
        if self.value is None or self.bound is None:
            return None
        if self.value == self.bound:
            return 0.0
        return nearest(abs(self.bound - self.value) / abs(self.value)) if self.value else None

    def document(self) -> dict[str, Any]:
        """Return the answer as plain data, its numbers as decimals where no float comes near."""
        return {
            "instance": self.instance,
            "ask": dict(self.ask),
            "status": self.status,
            "value": plain(self.value),
            "bound": plain(self.bound),
            "gap": self.gap,
            "open": list(self.open),
            "driven": plain(self.driven),
            "coverable": plain(self.coverable),
            "seconds": {key: round(value, 6) for key, value in self.seconds.items()},
            "sizes": {"before": _sizes(self.before), "after": _sizes(self.after)},
            "solver": self.solver,
            "uncoverable": [shortfall.document() for shortfall in self.uncoverable],
        }

    def json_line(self, *, ascii_only: bool = False) -> str:
        """Return the answer as one line of JSON; `ascii_only` escapes all other letters."""
        entries = (
            f'"{key}": {json_text(value, ascii_only=ascii_only)}'
            for key, value in self.document().items()
        )
        return "{" + ", ".join(entries) + "}"


def _sizes(sizes: Sizes) -> dict[str, int]:
    """Return sizes as plain data."""
    return {
        "sites": sizes.sites,
        "trips": sizes.trips,
        "sets": sizes.sets,
        "nonzeros": sizes.nonzeros,
    }
