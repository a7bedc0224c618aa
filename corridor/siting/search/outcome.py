"""What a search found, and what it proved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from corridor.siting.gap import equal_within_cny, gap_of
from corridor.siting.rules import Levels, design_order
from corridor.solvers.program import INFINITY

Early = Literal["clock", "crash", "hang", "memory"]
"""What ends a search before its target or its work: the clock, or what the solver did."""


@dataclass(slots=True)
class Outcome:
    """Best design found, and what is proven.

    Parameters
    ----------
    cost_cny
        Cost of the design with averaged purchases. [CNY]
    bound_cny
        No plan costs less. [CNY]
    unavoidable_cny
        Penalty that no plan can avoid. [CNY]
    floor_cny
        No plan costs less, proven by arithmetic alone. [CNY]
    infeasible
        Whether no plan keeps all rules.
    ended
        What ended the search before it was done: the clock, or what became of the process in which
        it ran; None where it ended as it should.
    moves_tested, locally_optimal
        Changes of designs that were worked out, and whether all of the last plan's were.
    equal
        Designs one change away that cost the same; None where not all were looked at.
    """

    unavoidable_cny: float = 0.0
    levels: Levels | None = None
    steps: Levels | None = None
    cost_cny: float = INFINITY
    bound_cny: float = -INFINITY
    floor_cny: float = 0.0
    infeasible: bool = False
    ended: Early | None = None
    moves_tested: int = 0
    locally_optimal: bool = False
    equal: tuple[tuple[Levels, Levels], ...] | None = None
    nodes: int = 0
    reported: str = ""
    version: str = ""
    log: str = ""
    sizes: dict[str, int] = field(default_factory=dict)

    @property
    def order(self) -> tuple[int, int, Levels, Levels]:
        """The place of the design among equal ones."""
        assert self.levels is not None
        assert self.steps is not None
        return design_order(self.cost_cny, self.levels, self.steps)

    @property
    def decided_share(self) -> float:
        """Share of the cost that can be decided: turns the gap into one of the whole cost [-]."""
        if self.cost_cny == INFINITY:
            return 1.0
        return max(0.0, self.cost_cny - self.unavoidable_cny) / max(1.0, abs(self.cost_cny))

    @property
    def gap(self) -> float:
        """Proven gap of the averaged design [-]."""
        if self.levels is None or self.bound_cny == -INFINITY:
            return INFINITY
        return gap_of(self.cost_cny, self.bound_cny, self.unavoidable_cny)

    @property
    def least_gain_cny(self) -> float:
        """What a change must save to count as better [CNY]."""
        return max(1.0, 1e-6 * (self.cost_cny - self.unavoidable_cny))

    @property
    def cutoff_cny(self) -> float:
        """What a design must cost less than to be looked for [CNY]."""
        return self.cost_cny - 0.5 * equal_within_cny(self.cost_cny)

    def enough_cny(self, gap: float) -> float:
        """Return the bound that proves a gap [CNY]."""
        return self.cost_cny - gap * (self.cost_cny - self.unavoidable_cny)


Keep = Callable[[Outcome], object]
"""Takes what is known so far, to go on from where the search cannot."""


def keep_nothing(_: Outcome) -> None:
    """Keep nothing: the search runs in this very process."""
